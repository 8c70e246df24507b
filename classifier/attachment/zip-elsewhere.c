/*
 * A zip member with a method that libzip doesn't know (LZMA, PPMd, xz), in an archive of its own, for libarchive; which
 * under encryption reads no more methods than libzip does.
 */
#include <archive.h>

#include "attachment/archive.h"
#include "attachment/zip.h"
#include "sekisho/limits.h"

#define OFFSET_AT 42u /* of the member, in the directory's entry */

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

static void put_number(GByteArray *out, uint64_t number, unsigned width)
{
    for (unsigned i = 0; i < width; i++) {
        guint8 byte = (guint8)(number >> 8 * i);
        g_byte_array_append(out, &byte, 1);
    }
}

/* Its bytes as they are, and a directory of one entry. */
static GByteArray *write_alone(const struct sks_zip_directory *directory, const struct sks_zip_member *member)
{
    const unsigned char *packed = sks_zip_packed(directory, member), *start = directory->bytes + member->offset;
    if (packed == NULL || sks_le32(member->entry + OFFSET_AT) != member->offset)
        return NULL;
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, start, (guint)(packed - start + (ptrdiff_t)member->packed));
    guint at = out->len;
    g_byte_array_append(out, member->entry, (guint)member->entry_size);
    memset(out->data + at + OFFSET_AT, 0, 4);
    memset(out->data + at + 32, 0, 2); /* its comment, which was not taken along */
    put_number(out, 0x06054B50, 4);
    put_number(out, 0, 4);
    put_number(out, 0x00010001, 4);
    put_number(out, member->entry_size, 4);
    put_number(out, at, 4);
    put_number(out, 0, 2);
    return out;
}

GByteArray *sks_zip_read_elsewhere(struct sks_file *file, const struct sks_zip_directory *directory,
                                   const struct sks_zip_member *member)
{
    g_autoptr(GByteArray) alone = member->size <= SKS_LIMIT_ARCHIVE_OUTPUT ? write_alone(directory, member) : NULL;
    if (alone == NULL)
        return NULL;
    struct reading reading = {.file = file, .bytes = g_byte_array_new()};
    sks_archive_each(alone->data, alone->len, SKS_FILE_ZIP, read_all, &reading);
    if (reading.done)
        return reading.bytes;
    g_byte_array_unref(reading.bytes);
    return NULL;
}
