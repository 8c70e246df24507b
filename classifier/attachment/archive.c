/*
 * Containers that libarchive reads. It gets the bytes from memory and only the formats that make sense. Names in
 * Unicode come as such; raw ones are decoded by names.h.
 */
#include "attachment/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include "attachment/names.h"
#include "sekisho/limits.h"

#define REST_CHUNK (64u * 1024)

/*
 * libarchive turns names into the charset of the locale, and drops those that do not fit. In the plain C locale that is
 * every Japanese one. A locale of this thread's own, for as long as libarchive works, leaves the process's alone.
 */
static locale_t unicode;

void sks_archive_prepare(void)
{
    unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static locale_t enter_locale(void)
{
    return unicode != (locale_t)0 ? uselocale(unicode) : (locale_t)0;
}

static void leave_locale(locale_t before)
{
    if (before != (locale_t)0)
        uselocale(before);
}

int64_t sks_archive_read(void *archive, void *buffer, size_t size)
{
    la_ssize_t got = archive_read_data(archive, buffer, size);
    return got >= 0 ? got : -1;
}

static struct archive *open_archive(const void *bytes, size_t size, enum sks_file_type type, bool single)
{
    struct archive *archive = archive_read_new();
    switch (type) {
    case SKS_FILE_LZH:
        archive_read_support_format_lha(archive);
        break;
    case SKS_FILE_CAB:
        archive_read_support_format_cab(archive);
        break;
    case SKS_FILE_ISO:
        archive_read_support_format_iso9660(archive);
        break;
    case SKS_FILE_RAR:
        archive_read_support_format_rar(archive);
        archive_read_support_format_rar5(archive);
        break;
    case SKS_FILE_7Z:
        archive_read_support_format_7zip(archive);
        break;
    case SKS_FILE_ZIP:
        archive_read_support_format_zip_seekable(archive);
        archive_read_set_format_option(archive, "zip", "ignorecrc32", "1"); /* zip-elsewhere.c checks it */
        break;
    default: /* compressed files, with a tar or any one file inside */
        archive_read_support_filter_gzip(archive);
        archive_read_support_filter_bzip2(archive);
        archive_read_support_filter_xz(archive);
        archive_read_support_filter_zstd(archive);
        if (!single)
            archive_read_support_format_tar(archive);
        if (type != SKS_FILE_TAR)
            archive_read_support_format_raw(archive);
    }
    if (archive_read_open_memory(archive, bytes, size) == ARCHIVE_OK)
        return archive;
    archive_read_free(archive);
    return NULL;
}

static char *entry_name(struct archive_entry *entry, const char **out_charset)
{
    /* Formats with Unicode names give these; the others, and names that could not be converted, give raw bytes. */
    const char *name = archive_entry_pathname_utf8(entry);
    if (name == NULL)
        name = archive_entry_pathname(entry);
    if (name == NULL)
        name = "";
    *out_charset = sks_name_charset(name, strlen(name));
    return sks_name_decode(name, strlen(name), *out_charset);
}

/* A compressed single file is called as the file without its last extension. */
static char *raw_name(const struct sks_file *file)
{
    const char *base = sks_name_base(file->name), *dot = strrchr(base, '.');
    if (dot == NULL || dot == base)
        return g_strconcat(base, ".content", NULL);
    return g_strndup(base, (size_t)(dot - base));
}

/* Whether a member's rest must be unpacked to come to the next; in a plain tar or an image it need not. */
static bool is_packed(struct archive *archive)
{
    int format = archive_format(archive);
    return archive_filter_count(archive) > 1 || format == ARCHIVE_FORMAT_CAB || format == ARCHIVE_FORMAT_7ZIP;
}

/* Unpacks what is left of a member, which costs what members cost. False if no more may be unpacked. */
static bool count_rest(struct sks_file *file, struct archive *archive)
{
    g_autofree unsigned char *chunk = g_malloc(REST_CHUNK);
    int64_t got;
    while ((got = sks_archive_read(archive, chunk, REST_CHUNK)) > 0)
        if (!sks_file_pass(file, (size_t)got))
            return false;
    return true;
}

static bool list_entry(struct sks_file *file, struct archive *archive, struct archive_entry *entry)
{
    struct sks_member member = {
        .size = archive_entry_size_is_set(entry) ? (uint64_t)archive_entry_size(entry) : 0,
        .modified = archive_entry_mtime_is_set(entry) ? archive_entry_mtime(entry) : 0,
        .directory = archive_entry_filetype(entry) == AE_IFDIR,
    };
    bool raw = archive_format(archive) == ARCHIVE_FORMAT_RAW;
    g_autofree char *name = raw ? raw_name(file) : entry_name(entry, &member.charset);
    if (raw)
        member.charset = "us-ascii";
    member.name = name;
    if (member.directory && (strcmp(name, ".") == 0 || strcmp(name, "./") == 0))
        return true; /* the root itself */
    size_t index;
    if (!sks_file_list(file, &member, &index))
        return sks_file_list_name(file, &member) && (!is_packed(archive) || count_rest(file, archive));
    if (archive_entry_symlink(entry) != NULL || archive_entry_hardlink(entry) != NULL)
        sks_file_fact(file, "attachment.link-inside", name, NULL);
    if (member.directory)
        return true;
    enum sks_read_result result = sks_file_member(file, &member, index, sks_archive_read, archive);
    if (result == SKS_READ_FAILED)
        sks_file_fact(file, "attachment.damaged", name, NULL);
    return result != SKS_READ_PART || !is_packed(archive) || count_rest(file, archive);
}

static void list_archive(struct sks_file *file, struct archive *archive)
{
    struct archive_entry *entry;
    int result;
    while ((result = archive_read_next_header(archive, &entry)) == ARCHIVE_OK || result == ARCHIVE_WARN) {
        if (!list_entry(file, archive, entry))
            break;
    }
    if (result == ARCHIVE_FATAL || result == ARCHIVE_FAILED)
        sks_file_fact(file, "attachment.damaged", NULL, NULL);
    if (result == ARCHIVE_EOF && file->type == SKS_FILE_TAR)
        file->end = (uint64_t)archive_filter_bytes(archive, 0);
}

void sks_archive_inspect(struct sks_file *file)
{
    /* An image in UDF alone is recognised only: libarchive reads ISO 9660. */
    if (file->type == SKS_FILE_ISO && !SKS_IS_AT(file->bytes, file->size, 32769, "CD001"))
        return;
    locale_t before = enter_locale();
    struct archive *archive = open_archive(file->bytes, file->size, file->type, false);
    if (archive != NULL) {
        list_archive(file, archive);
        archive_read_free(archive);
        /* Compressed zeros are taken for an empty tar. */
        bool single = file->type == SKS_FILE_GZIP || file->type == SKS_FILE_UNKNOWN;
        archive = single && file->members == 0 ? open_archive(file->bytes, file->size, file->type, true) : NULL;
        if (archive != NULL) {
            list_archive(file, archive);
            archive_read_free(archive);
        }
    } else if (file->type != SKS_FILE_UNKNOWN) {
        sks_file_fact(file, "attachment.damaged", NULL, NULL);
    }
    leave_locale(before);
}

void sks_archive_each(const void *bytes, size_t size, enum sks_file_type type, sks_archive_function each, void *context)
{
    struct archive *archive = open_archive(bytes, size, type, false);
    if (archive == NULL)
        return;
    struct archive_entry *entry;
    for (unsigned number = 0; number < SKS_LIMIT_ARCHIVE_ENTRIES; number++) {
        int result = archive_read_next_header(archive, &entry);
        if ((result != ARCHIVE_OK && result != ARCHIVE_WARN) || !each(context, number, archive))
            break;
    }
    archive_read_free(archive);
}
