/*
 * Compound files (MS-CFB), through libgsf: the office formats of 1997 to 2003, Outlook's messages, installers, and the
 * envelope of encrypted OOXML files.
 *
 * The tree is walked once, with a ceiling on depth and nodes, for what any of them may hold: VBA projects, packed
 * files, property sets. What a format has of its own is in its own file.
 */
#include "attachment/ole.h"

#include <gsf/gsf-infile-msole.h>
#include <gsf/gsf-input-memory.h>

#include "attachment/names.h"
#include "attachment/office-key.h"
#include "sekisho/limits.h"

#define INFO_SIZE     (256u * 1024)
#define PROPERTY_SIZE (256u * 1024)
#define HEADER_SIZE   512u
#define FREE_SECTOR   0xFFFFFFFFu

static GsfInfile *open_ole(const unsigned char *bytes, size_t size)
{
    GsfInput *input = gsf_input_memory_new(bytes, (gsf_off_t)size, FALSE);
    if (input == NULL)
        return NULL;
    GsfInfile *ole = gsf_infile_msole_new(input, NULL);
    g_object_unref(input);
    return ole;
}

static bool has_child(GsfInfile *ole, const char *name)
{
    GsfInput *child = gsf_infile_child_by_name(ole, name);
    if (child == NULL)
        return false;
    g_object_unref(child);
    return true;
}

/* Windows Installer packages and patches carry their class in the root: 000C1084/6-0000-0000-C000-000000000046. */
static bool is_installer(GsfInfile *ole)
{
    guint8 class_id[16];
    return gsf_infile_msole_get_class_id(GSF_INFILE_MSOLE(ole), class_id) &&
           (memcmp(class_id, "\x84\x10\x0C\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 16) == 0 ||
            memcmp(class_id, "\x86\x10\x0C\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 16) == 0);
}

enum sks_file_type sks_ole_detect(const unsigned char *bytes, size_t size, const char *name)
{
    static const struct {
        const char *stream;
        enum sks_file_type type;
    } streams[] = {
        {"WordDocument", SKS_FILE_DOC},
        {"Workbook", SKS_FILE_XLS},
        {"Book", SKS_FILE_XLS},
        {"PowerPoint Document", SKS_FILE_PPT},
        {"__properties_version1.0", SKS_FILE_MSG},
    };
    GsfInfile *ole = open_ole(bytes, size);
    if (ole == NULL)
        return SKS_FILE_OLE;
    enum sks_file_type type = SKS_FILE_OLE;
    if (has_child(ole, "EncryptedPackage")) {
        struct sks_name_claim claim = sks_name_claim(name);
        if (claim.type >= SKS_FILE_DOCX && claim.type <= SKS_FILE_PPTM)
            type = claim.type;
    } else if (is_installer(ole)) {
        type = SKS_FILE_MSI;
    } else {
        for (size_t i = 0; i < G_N_ELEMENTS(streams) && type == SKS_FILE_OLE; i++) {
            if (has_child(ole, streams[i].stream))
                type = streams[i].type;
        }
    }
    g_object_unref(ole);
    return type;
}

static unsigned char *read_input(GsfInput *input, size_t ceiling, size_t *out_size)
{
    gsf_off_t size = gsf_input_size(input);
    size_t wanted = size > 0 ? MIN((size_t)size, ceiling) : 0;
    unsigned char *bytes = g_malloc(wanted + 1);
    if (wanted > 0 && (gsf_input_seek(input, 0, G_SEEK_SET) || gsf_input_read(input, wanted, bytes) == NULL)) {
        g_free(bytes);
        return NULL;
    }
    bytes[wanted] = '\0';
    *out_size = wanted;
    return bytes;
}

unsigned char *sks_ole_stream(GsfInfile *storage, const char *name, size_t ceiling, size_t *out_size)
{
    GsfInput *input = gsf_infile_child_by_name(storage, name);
    if (input == NULL)
        return NULL;
    unsigned char *bytes = gsf_input_size(input) >= 0 ? read_input(input, ceiling, out_size) : NULL;
    g_object_unref(input);
    return bytes;
}

void sks_ole_native(struct sks_file *file, const unsigned char *bytes, size_t size, const char *where)
{
    /* Size, flags, label, path, more flags, temporary path, then the content with its size (undocumented, well known).
     */
    size_t at = 6;
    const char *label = (const char *)bytes + at;
    if (size < 8)
        return;
    for (unsigned i = 0; i < 2 && at < size; i++)
        at += strnlen((const char *)bytes + at, size - at) + 1;
    size_t label_size = strnlen(label, size - 6);
    at += 4;
    if (!sks_has(size, at, 4))
        return;
    size_t path = sks_le32(bytes + at);
    if (!sks_has(size, at + 4, path) || !sks_has(size, at + 4 + path, 4))
        return;
    at += 4 + path;
    size_t length = MIN(sks_le32(bytes + at), size - at - 4);
    const char *charset = sks_name_charset(label, label_size);
    g_autofree char *name = sks_name_decode(label, label_size, charset);
    struct sks_member member = {.name = name[0] != '\0' ? name : where, .charset = charset, .size = length};
    size_t index;
    if (sks_file_list(file, &member, &index))
        sks_file_member_bytes(file, &member, index, bytes + at + 4, length);
}

struct walk {
    struct sks_file *file;
    unsigned nodes;
};

/* A stream that means the same wherever it lies. */
static void look_at_stream(struct walk *walk, GsfInput *stream, const char *name, const char *parent)
{
    struct sks_file *file = walk->file;
    size_t size;
    if (strcmp(name, "_VBA_PROJECT") == 0 || (strcmp(name, "dir") == 0 && strcmp(parent, "VBA") == 0)) {
        sks_file_fact(file, "attachment.macro", NULL, "VBA");
        return;
    }
    if (strcmp(name, "\1Ole10Native") == 0) {
        g_autofree unsigned char *bytes = read_input(stream, SKS_LIMIT_ARCHIVE_OUTPUT, &size);
        sks_file_fact(file, "attachment.embedded-object", NULL, "Package");
        if (bytes != NULL)
            sks_ole_native(file, bytes, size, parent);
    } else if (strcmp(name, "Package") == 0 || strcmp(name, "CONTENTS") == 0) {
        g_autofree unsigned char *bytes = read_input(stream, SKS_LIMIT_ARCHIVE_OUTPUT, &size);
        struct sks_member member = {.name = parent, .charset = "utf-8", .size = bytes != NULL ? size : 0};
        size_t index;
        if (bytes != NULL && sks_file_list(file, &member, &index))
            sks_file_member_bytes(file, &member, index, bytes, size);
    } else if (strcmp(name, "Equation Native") == 0) {
        sks_file_fact(file, "attachment.embedded-object", NULL, "Equation");
    } else if (strcmp(name, "\5SummaryInformation") == 0 || strcmp(name, "\5DocumentSummaryInformation") == 0) {
        g_autofree unsigned char *bytes = read_input(stream, PROPERTY_SIZE, &size);
        if (bytes != NULL && parent[0] == '\0')
            sks_properties_inspect(file, bytes, size, name[1] == 'D');
    }
}

static void walk_storage(struct walk *walk, GsfInfile *storage, const char *name, unsigned depth)
{
    int count = gsf_infile_num_children(storage);
    if (depth >= SKS_LIMIT_OLE_DEPTH)
        return;
    for (int i = 0; i < count; i++) {
        if (walk->nodes++ >= SKS_LIMIT_OLE_NODES) {
            sks_file_fact(walk->file, "limit.archive-entries", NULL, "%u", SKS_LIMIT_OLE_NODES);
            return;
        }
        GsfInput *child = gsf_infile_child_by_index(storage, i);
        if (child == NULL)
            continue;
        const char *raw = gsf_input_name(child);
        g_autofree char *own = g_utf8_make_valid(raw != NULL ? raw : "", -1);
        if (GSF_IS_INFILE(child) && gsf_infile_num_children(GSF_INFILE(child)) >= 0) {
            if (strcmp(name, "ObjectPool") == 0 || g_str_has_prefix(own, "MBD"))
                sks_file_fact(walk->file, "attachment.embedded-object", NULL, "%s", own);
            walk_storage(walk, GSF_INFILE(child), own, depth + 1);
        } else {
            look_at_stream(walk, child, own, name);
        }
        g_object_unref(child);
    }
}

/* An OOXML file inside its encrypted envelope (MS-OFFCRYPTO 2.3.4.4). */
static void inspect_package(struct sks_file *file, GsfInfile *ole)
{
    size_t info_size = 0, size = 0, package_size = 0;
    file->encrypted = true;
    file->names_visible = false;
    g_autofree unsigned char *info = sks_ole_stream(ole, "EncryptionInfo", INFO_SIZE, &info_size);
    if (info == NULL) {
        sks_file_fact(file, "attachment.rights-management", NULL, NULL);
        return;
    }
    struct sks_office_key key;
    sks_office_key_parse(&key, info, info_size);
    if (!sks_office_key_unlock(&key, file))
        return;
    g_autofree unsigned char *stream = sks_ole_stream(ole, "EncryptedPackage", SKS_LIMIT_MAIL_SIZE, &size);
    g_autofree unsigned char *package =
        stream != NULL ? sks_office_key_package(&key, stream, size, &package_size) : NULL;
    file->opened = package != NULL && sks_file_replace(file, package, package_size);
}

/* Behind the last sector that the allocation tables say is used; 0 if they can't be read. */
static uint64_t find_end(const unsigned char *bytes, size_t size)
{
    unsigned shift = sks_has(size, 0, HEADER_SIZE) ? sks_le16(bytes + 30) : 0;
    if (shift != 9 && shift != 12)
        return 0;
    uint64_t sector = UINT64_C(1) << shift, last = 0, index = 0, tables = MIN(sks_le32(bytes + 44), size >> shift);
    const unsigned char *list = bytes + 76; /* the sectors of the tables: here 109, then in sectors of their own */
    uint64_t room = 109, next = sks_le32(bytes + 68);
    for (uint64_t n = 0; n < tables; n++, room--, list += 4) {
        if (room == 0) {
            if (!sks_has(size, (next + 1) << shift, sector))
                return 0;
            list = bytes + ((next + 1) << shift);
            room = sector / 4 - 1;
            next = sks_le32(list + 4 * room);
        }
        uint64_t at = ((uint64_t)sks_le32(list) + 1) << shift;
        if (!sks_has(size, at, sector))
            return 0;
        for (uint64_t i = 0; i < sector / 4; i++, index++)
            last = sks_le32(bytes + at + 4 * i) != FREE_SECTOR ? index + 1 : last;
    }
    return (last + 1) << shift;
}

void sks_ole_inspect(struct sks_file *file)
{
    file->end = find_end(file->bytes, file->size);
    GsfInfile *ole = open_ole(file->bytes, file->size);
    if (ole == NULL) {
        sks_file_fact(file, "attachment.damaged", NULL, NULL);
        return;
    }
    if (has_child(ole, "EncryptedPackage")) {
        inspect_package(file, ole);
    } else {
        if (file->type == SKS_FILE_DOC)
            sks_doc_inspect(file, ole);
        else if (file->type == SKS_FILE_XLS)
            sks_xls_inspect(file, ole);
        else if (file->type == SKS_FILE_PPT)
            sks_ppt_inspect(file, ole);
        else if (file->type == SKS_FILE_MSG)
            sks_msg_inspect(file, ole);
        struct walk walk = {.file = file};
        if (file->type != SKS_FILE_MSG && file->type != SKS_FILE_MSI)
            walk_storage(&walk, ole, "", 0);
    }
    if (file->encrypted)
        file->names_visible = false;
    g_object_unref(ole);
}
