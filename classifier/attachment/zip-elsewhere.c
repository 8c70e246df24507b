/*
 * A zip member with a method that libzip doesn't know (LZMA, PPMd, xz), in an archive of its own, for libarchive;
 * without its encryption, under which libarchive reads no more methods than libzip does.
 */
#include <archive.h>
#include <zlib.h>

#include "attachment/archive.h"
#include "attachment/zip.h"
#include "sekisho/limits.h"

struct reading {
    struct sks_file *file;
    GByteArray *bytes;
    bool done;
};

static bool read_all(void *context, unsigned number, struct archive *archive)
{
    struct reading *reading = context;
    unsigned char chunk[16384];
    int64_t got = number == 0 ? 1 : -1;
    while (got > 0) {
        got = sks_archive_read(archive, chunk, sizeof chunk);
        if (got > 0 && !sks_file_unpack(reading->file, (size_t)got))
            return false;
        if (got > 0)
            g_byte_array_append(reading->bytes, chunk, (guint)got);
    }
    reading->done = got == 0;
    return false;
}

bool sks_zip_is_known_elsewhere(unsigned method)
{
    static const unsigned known[] = {12, 14, 95, 98}; /* BZip2, LZMA, xz, PPMd */
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i] == method)
            return true;
    return false;
}

/* A header of our own, the packed bytes, and a directory of one entry. */
static GByteArray *write_alone(const struct sks_zip_member *member, const unsigned char *packed, size_t size)
{
    GByteArray *out = g_byte_array_new();
    struct sks_zip_member alone = *member;
    alone.name = (const unsigned char *)"member";
    alone.name_size = 6;
    alone.flags &= 0x06; /* what belongs to the method */
    alone.packing = member->method;
    alone.packed = size;
    alone.aes_extra = NULL;
    sks_zip_write_local(out, &alone);
    g_byte_array_append(out, packed, (guint)size);
    guint at = out->len;
    sks_zip_write_entry(out, &alone, 0);
    sks_zip_write_end(out, 1, out->len - at, at);
    return out;
}

GByteArray *sks_zip_read_elsewhere(struct sks_file *file, const struct sks_zip_directory *directory,
                                   const struct sks_zip_member *member, const char *password)
{
    const unsigned char *packed = sks_zip_packed(directory, member);
    if (packed == NULL || member->size > SKS_LIMIT_ARCHIVE_OUTPUT || !sks_zip_is_known_elsewhere(member->method))
        return NULL;
    g_autoptr(GByteArray) plain = member->encrypted ? sks_zip_decrypt(directory, member, password) : NULL;
    if (member->encrypted && plain == NULL)
        return NULL;
    g_autoptr(GByteArray) alone =
        write_alone(member, plain != NULL ? plain->data : packed, plain != NULL ? plain->len : (size_t)member->packed);
    struct reading reading = {.file = file, .bytes = g_byte_array_new()};
    sks_archive_each(alone->data, alone->len, SKS_FILE_ZIP, read_all, &reading);
    const GByteArray *bytes = reading.bytes;
    /* libarchive doesn't know that AE-2 leaves the CRC out, and loses what it read when it finds it wrong. */
    bool right = member->no_crc ? bytes->len == member->size
                                : bytes->len == 0 || (uint32_t)crc32_z(0, bytes->data, bytes->len) == member->crc;
    if (reading.done && right)
        return reading.bytes;
    g_byte_array_unref(reading.bytes);
    return NULL;
}
