/*
 * LZH, the format of LHA: headers by our own code, content through libarchive.
 *
 * libarchive gives up on names that are not in the locale's charset, which in Japan nearly all are. So names are read
 * here, from headers of levels 0 to 3, and libarchive gets an archive with headers of level 0 and numbers for names.
 */
#include "attachment/archive.h"
#include "attachment/names.h"
#include "sekisho/limits.h"

#define NAME_SIZE   8u /* of the members that we write */
#define EXTENSIONS  64u
#define PREFIX_SIZE 21u /* up to and with the level */

struct lzh_member {
    char method[5];
    uint64_t packed, size;
    time_t modified;
    uint32_t stamp;
    uint16_t crc;
    const unsigned char *name, *folder; /* raw */
    size_t name_size, folder_size;
    const unsigned char *data;
    size_t index; /* of its entry */
    char *path;
};

struct lzh_job {
    struct sks_file *file;
    GArray *members;
    const char *charset;
    guint at; /* the member that libarchive comes to next */
};

/* Extended headers: each has the size of the next; 1 is the name, 2 the folder. Returns where they end, 0 if broken. */
static uint64_t read_extensions(const struct sks_file *file, uint64_t at, uint32_t size, unsigned width,
                                struct lzh_member *member)
{
    for (unsigned n = 0; size != 0; n++) {
        if (n >= EXTENSIONS || size < 1 + width || !sks_has(file->size, at, size))
            return 0;
        const unsigned char *p = file->bytes + at;
        size_t length = size - 1 - width;
        if (p[0] == 1) {
            member->name = p + 1;
            member->name_size = length;
        } else if (p[0] == 2) {
            member->folder = p + 1;
            member->folder_size = length;
        } else if (p[0] == 0x54 && length >= 4) {
            member->modified = (time_t)sks_le32(p + 1);
        }
        at += size;
        size = width == 2 ? sks_le16(file->bytes + at - 2) : sks_le32(file->bytes + at - 4);
    }
    return at;
}

/* The header at *at; moves behind the member. False at the end, or where it is broken. */
static bool read_header(const struct sks_file *file, uint64_t *at, struct lzh_member *member)
{
    const unsigned char *p = file->bytes + *at;
    if (!sks_has(file->size, *at, PREFIX_SIZE + 5) || p[0] == 0 || p[2] != '-' || p[6] != '-')
        return false;
    unsigned level = p[20];
    *member = (struct lzh_member){.packed = sks_le32(p + 7), .size = sks_le32(p + 11), .stamp = sks_le32(p + 15)};
    memcpy(member->method, p + 2, 5);
    member->modified = level < 2 ? sks_dos_time(member->stamp) : (time_t)member->stamp;
    uint64_t data = 0;
    if (level < 2) {
        size_t length = p[21];
        uint64_t end = *at + 2 + p[0];
        if (!sks_has(file->size, *at + 22, length + 2))
            return false;
        member->name = p + 22;
        member->name_size = length;
        member->crc = sks_le16(p + 22 + length);
        data = end;
        if (level == 1 && sks_has(file->size, end - 2, 2) && end >= 2) {
            data = read_extensions(file, end, sks_le16(file->bytes + end - 2), 2, member);
            if (data == 0 || data - end > member->packed)
                return false;
            member->packed -= data - end; /* they are counted with the content */
        }
    } else if (level == 2 && sks_has(file->size, *at, 26)) {
        member->crc = sks_le16(p + 21);
        if (read_extensions(file, *at + 26, sks_le16(p + 24), 2, member) == 0)
            return false;
        data = *at + sks_le16(p);
    } else if (level == 3 && sks_has(file->size, *at, 32)) {
        member->crc = sks_le16(p + 21);
        if (read_extensions(file, *at + 32, sks_le32(p + 28), 4, member) == 0)
            return false;
        data = *at + sks_le32(p + 24);
    } else {
        return false;
    }
    if (data <= *at || !sks_has(file->size, data, member->packed))
        return false;
    member->data = file->bytes + data;
    *at = data + member->packed;
    return true;
}

/* Folders are separated by FF; the folder stands before the name. */
static char *member_path(const struct lzh_job *job, const struct lzh_member *member)
{
    GString *raw = g_string_new(NULL);
    g_string_append_len(raw, (const char *)member->folder, (gssize)member->folder_size);
    for (gsize i = 0; i < raw->len; i++) {
        if ((unsigned char)raw->str[i] == 0xFF)
            raw->str[i] = '/';
    }
    g_string_append_len(raw, (const char *)member->name, (gssize)member->name_size);
    char *path = sks_name_decode(raw->str, raw->len, job->charset);
    g_string_free(raw, TRUE);
    return path;
}

static void write_member(const struct lzh_member *member, guint number, GByteArray *out)
{
    guint8 header[22 + NAME_SIZE + 1 + 3] = {sizeof header - 3};
    unsigned sum = 0;
    memcpy(header + 2, member->method, 5);
    for (unsigned i = 0; i < 4; i++) {
        header[7 + i] = (guint8)(member->packed >> 8 * i);
        header[11 + i] = (guint8)(member->size >> 8 * i);
        header[15 + i] = (guint8)(0x00210000u >> 8 * i); /* any date will do */
    }
    header[19] = 0x20;
    header[21] = NAME_SIZE;
    g_snprintf((char *)header + 22, NAME_SIZE + 1, "%08u", number);
    header[22 + NAME_SIZE] = (guint8)member->crc;
    header[23 + NAME_SIZE] = (guint8)(member->crc >> 8);
    header[24 + NAME_SIZE] = 'M';
    for (size_t i = 2; i < sizeof header - 1; i++)
        sum += header[i];
    header[1] = (guint8)sum;
    g_byte_array_append(out, header, sizeof header - 1);
    g_byte_array_append(out, member->data, (guint)member->packed);
}

static bool is_directory(const struct lzh_member *member)
{
    return memcmp(member->method, "-lhd-", 5) == 0;
}

static bool take_member(void *context, unsigned number, struct archive *archive)
{
    struct lzh_job *job = context;
    (void)number;
    while (job->at < job->members->len && is_directory(&g_array_index(job->members, struct lzh_member, job->at)))
        job->at++;
    if (job->at >= job->members->len)
        return false;
    const struct lzh_member *raw = &g_array_index(job->members, struct lzh_member, job->at++);
    const struct sks_member member = {.name = raw->path, .charset = job->charset, .size = raw->size};
    if (sks_file_member(job->file, &member, raw->index, sks_archive_read, archive) == SKS_READ_FAILED)
        sks_file_fact(job->file, "attachment.damaged", raw->path, NULL);
    return !job->file->stopped;
}

/* Those that libarchive did not come to, for whatever reason: what their names say. */
static void look_at_unread(struct lzh_job *job, guint listed)
{
    for (; job->at < listed; job->at++) {
        const struct lzh_member *raw = &g_array_index(job->members, struct lzh_member, job->at);
        const struct sks_member member = {
            .name = raw->path, .charset = job->charset, .size = raw->size, .directory = is_directory(raw)};
        sks_file_member_unread(job->file, &member);
    }
}

static void clear_member(void *member)
{
    g_free(((struct lzh_member *)member)->path);
}

/* Reads all headers; false if there is more in the file than could be read. */
static bool read_headers(struct lzh_job *job)
{
    uint64_t at = 0;
    struct lzh_member member;
    GString *names = g_string_new(NULL);
    while (job->members->len <= SKS_LIMIT_ARCHIVE_ENTRIES + SKS_LIMIT_ARCHIVE_NAMES &&
           read_header(job->file, &at, &member)) {
        g_string_append_len(names, (const char *)member.folder, (gssize)member.folder_size);
        g_string_append_len(names, (const char *)member.name, (gssize)member.name_size);
        g_array_append_val(job->members, member);
    }
    for (gsize i = 0; i < names->len; i++) {
        if ((unsigned char)names->str[i] == 0xFF)
            names->str[i] = '/';
    }
    job->charset = sks_name_charset(names->str, names->len);
    g_string_free(names, TRUE);
    return job->members->len > 0 && (at >= job->file->size || job->file->bytes[at] == 0);
}

void sks_lzh_inspect(struct sks_file *file)
{
    struct lzh_job job = {.file = file, .members = g_array_new(FALSE, FALSE, sizeof(struct lzh_member))};
    g_array_set_clear_func(job.members, clear_member);
    if (!read_headers(&job))
        sks_file_fact(file, "attachment.damaged", NULL, NULL);
    g_autoptr(GByteArray) plain = g_byte_array_new();
    bool listing = true, naming = true;
    guint listed = 0;
    for (guint i = 0; i < job.members->len && naming; i++) {
        struct lzh_member *raw = &g_array_index(job.members, struct lzh_member, i);
        raw->path = member_path(&job, raw);
        const struct sks_member member = {
            .name = raw->path,
            .charset = job.charset,
            .size = raw->size,
            .modified = raw->modified,
            .directory = is_directory(raw),
        };
        listing = listing && sks_file_list(file, &member, &raw->index);
        naming = listing || sks_file_list_name(file, &member);
        listed += listing;
        if (listing && !member.directory)
            write_member(raw, i, plain);
    }
    g_byte_array_append(plain, (const guint8 *)"", 1);
    file->stopped = false; /* what was listed is read */
    sks_archive_each(plain->data, plain->len, SKS_FILE_LZH, take_member, &job);
    look_at_unread(&job, listed);
    g_array_unref(job.members);
}
