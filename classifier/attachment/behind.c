/*
 * Files that are two: a zip, rar or 7z behind something else. Readers that look for the end of a zip, or for the mark
 * of a rar or 7z anywhere, open the one, others the other; so both readings count.
 *
 * What a container holds as it is stands in it, not behind: where it ends is asked of the container.
 */
#include <zlib.h>

#include "attachment/detect.h"
#include "attachment/file.h"
#include "attachment/names.h"
#include "attachment/rar.h"
#include "attachment/zip.h"

#define SUMMED 8u /* bytes read for checksums behind marks, for each byte of a file */

/* Types that may hold a zip as it is: one at their end is mostly a member of theirs, and looked into as such. */
static bool holds_whole_files(enum sks_file_type type)
{
    switch (type) {
    case SKS_FILE_OLE:
    case SKS_FILE_DOC:
    case SKS_FILE_XLS:
    case SKS_FILE_PPT:
    case SKS_FILE_MSG:
    case SKS_FILE_MSI:
    case SKS_FILE_TNEF:
    case SKS_FILE_ONENOTE:
    case SKS_FILE_MAIL:
        return true;
    default:
        return sks_file_type_is_container(type);
    }
}

/* Documents that are zips. */
static bool is_package(enum sks_file_type type)
{
    switch (type) {
    case SKS_FILE_DOCX:
    case SKS_FILE_XLSX:
    case SKS_FILE_PPTX:
    case SKS_FILE_DOCM:
    case SKS_FILE_XLSM:
    case SKS_FILE_PPTM:
    case SKS_FILE_ODF:
        return true;
    default:
        return false;
    }
}

/* Whether a double click opens it as a zip, or as a document in one. */
static bool claims_zip(const char *name)
{
    enum sks_file_type type = sks_name_claim(name).type;
    return type == SKS_FILE_ZIP || is_package(type);
}

/* Where the container ends by what it says itself; the file's end if that is not known. */
static uint64_t container_end(const struct sks_file *file)
{
    if (file->end > 0)
        return file->end;
    if (file->type == SKS_FILE_7Z && file->size >= 32) {
        uint64_t offset = MIN(sks_le64(file->bytes + 12), file->size),
                 size = MIN(sks_le64(file->bytes + 20), file->size);
        return 32 + offset + size;
    }
    return file->type == SKS_FILE_CAB && file->size >= 12 ? sks_le32(file->bytes + 8) : file->size;
}

/* A zip behind something else. */
static void look_for_zip(struct sks_file *file)
{
    struct sks_zip_directory directory;
    bool claims = claims_zip(file->name), cut = false;
    if (!sks_zip_directory_ends(&directory, file->bytes, file->size, claims, &cut)) {
        if (cut)
            sks_file_fact(file, "attachment.damaged", NULL, "end records");
        return;
    }
    bool inside = !claims && directory.before + directory.at < container_end(file);
    /* Word keeps a document's theme as a zip in a stream. */
    if (inside && SKS_IS_AT(file->bytes, file->size, 0, "\xD0\xCF\x11\xE0"))
        return;
    bool mine = inside && holds_whole_files(file->type) && file->members > 0;
    if (mine && directory.after > 0)
        return;
    const char *rest = (const char *)directory.bytes + directory.size;
    bool stream = file->type == SKS_FILE_PDF && directory.after > 9 &&
                  memmem(rest, MIN(directory.after, 12), "endstream", 9) != NULL;
    if (!mine && !stream && !sks_file_type_is_program(file->type))
        sks_file_fact(file, "attachment.type-mismatch", NULL, "%s, zip", sks_file_type_name(file->type));
    sks_zip_inspect_behind(file, &directory);
}

/* What stands before the zip that the file is taken for. */
static void look_before_zip(struct sks_file *file)
{
    const unsigned char *first = memmem(file->bytes, file->size, "PK\3\4", 4);
    size_t size = first != NULL ? (size_t)(first - file->bytes) : 0;
    enum sks_file_type front = sks_detect_front(file->bytes, size, file->name);
    if (front != SKS_FILE_IMAGE && front != SKS_FILE_HTML && front != SKS_FILE_URL)
        return;
    sks_file_fact(file, "attachment.type-mismatch", NULL, "%s, zip", sks_file_type_name(front));
    sks_file_inspect_as(file, front);
}

/* A mark of six bytes may stand anywhere; what follows it here has a checksum that fits. */
static bool begins(enum sks_file_type *out_type, const unsigned char *bytes, size_t size, uint64_t *summed)
{
    if (SKS_IS_AT(bytes, size, 0, "7z\xBC\xAF\x27\x1C") && size >= 32) {
        *summed += 20;
        *out_type = SKS_FILE_7Z;
        return (uint32_t)crc32(0, bytes + 12, 20) == sks_le32(bytes + 8);
    }
    *out_type = SKS_FILE_RAR;
    return sks_rar4_begins(bytes, size, summed) || sks_rar5_begins(bytes, size, summed);
}

/*
 * The first rar or 7z at that place or behind it; the file's size if there is none. *out_cut: there are too many marks,
 * as of decoys, for all to be checked.
 */
static size_t find_archive(enum sks_file_type *out_type, bool *out_cut, const struct sks_file *file, size_t from)
{
    static const char *const marks[] = {"Rar!\x1A\x07", "7z\xBC\xAF\x27\x1C"};
    size_t first = file->size;
    *out_cut = false;
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        uint64_t summed = 0;
        for (size_t at = from; at < first && summed / SUMMED <= file->size; at++) {
            const unsigned char *found = memmem(file->bytes + at, first - at, marks[i], 6);
            enum sks_file_type type;
            if (found == NULL)
                break;
            at = (size_t)(found - file->bytes);
            if (begins(&type, found, file->size - at, &summed)) {
                first = at;
                *out_type = type;
            }
        }
        *out_cut = *out_cut || summed / SUMMED > file->size;
    }
    return first;
}

/* From where on a rar or 7z is none of the file's own members; its size if that can't be told. */
static size_t search_start(const struct sks_file *file)
{
    enum sks_file_type claim = sks_name_claim(file->name).type;
    bool claims = (claim == SKS_FILE_RAR || claim == SKS_FILE_7Z) && file->type != claim;
    if (claims)
        return 0;
    switch (file->type) {
    case SKS_FILE_IMAGE:
    case SKS_FILE_HTML:
    case SKS_FILE_TEXT:
    case SKS_FILE_UNKNOWN:
        return 0;
    case SKS_FILE_PDF:
        for (const unsigned char *p = file->bytes + file->size;
             (p = memrchr(file->bytes, '%', (size_t)(p - file->bytes)));)
            if (SKS_IS_AT(file->bytes, file->size, (uint64_t)(p - file->bytes), "%EOF"))
                return (size_t)(p - file->bytes);
        return file->size;
    default:
        return MIN(file->end > 0 ? file->end : file->size, file->size);
    }
}

static void look_for_archive(struct sks_file *file)
{
    struct sks_file behind = *file;
    bool cut;
    size_t at = find_archive(&behind.type, &cut, file, search_start(file));
    if (cut)
        sks_file_fact(file, "attachment.damaged", NULL, "marks of archives");
    if (at >= file->size)
        return;
    if (file->type == SKS_FILE_UNKNOWN)
        sks_file_fact(file, "attachment.foreign-bytes", NULL, "%zu before", at);
    else if (!sks_file_type_is_program(file->type))
        sks_file_fact(file, "attachment.type-mismatch", NULL, "%s, %s", sks_file_type_name(file->type),
                      sks_file_type_name(behind.type));
    behind.bytes += at;
    behind.size -= at;
    sks_file_inspect_as(&behind, behind.type);
    behind.encrypted = behind.encrypted || file->encrypted;
    behind.names_visible = behind.names_visible && file->names_visible;
    behind.opened = behind.opened || file->opened;
    behind.bytes = file->bytes;
    behind.size = file->size;
    behind.type = file->type;
    behind.end = file->end;
    *file = behind;
}

void sks_behind_inspect(struct sks_file *file)
{
    if (file->type == SKS_FILE_ZIP) {
        look_before_zip(file);
    } else if (is_package(file->type) && SKS_IS_AT(file->bytes, file->size, 0, "PK")) {
        sks_zip_inspect_other(file); /* of an encrypted one, the package inside is looked at */
    } else {
        look_for_zip(file);
        look_for_archive(file);
    }
}
