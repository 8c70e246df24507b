/*
 * Binary files that hold others or point elsewhere: shortcuts (MS-SHLLINK), OneNote sections (MS-ONESTORE), Outlook's
 * winmail.dat (MS-OXTNEF).
 */
#include "attachment/file.h"
#include "attachment/names.h"
#include "sekisho/limits.h"

#define TNEF_ATTRIBUTES 5000u
#define NOTE_FILES      200u

/* The shortcut's command line: where it points, and with which arguments. */
void sks_lnk_inspect(struct sks_file *file)
{
    enum {
        LINK_ID_LIST = 0x01,
        LINK_INFO = 0x02,
        LINK_UNICODE = 0x80,
    };
    const unsigned char *bytes = file->bytes;
    if (!sks_has(file->size, 0, 76))
        return;
    uint32_t flags = sks_le32(bytes + 20);
    uint64_t at = 76;
    g_autoptr(GString) command = g_string_new(NULL);
    if ((flags & LINK_ID_LIST) != 0 && sks_has(file->size, at, 2))
        at += 2 + (uint64_t)sks_le16(bytes + at);
    if ((flags & LINK_INFO) != 0 && sks_has(file->size, at, 20)) {
        uint32_t size = sks_le32(bytes + at), path = sks_le32(bytes + at + 16);
        if ((sks_le32(bytes + at + 8) & 1) != 0 && path < size && sks_has(file->size, at, size)) {
            const char *text = (const char *)bytes + at + path;
            size_t length = strnlen(text, size - path);
            g_autofree char *decoded = sks_name_decode(text, length, sks_name_charset(text, length));
            g_string_append_printf(command, "%s ", decoded);
        }
        at += size;
    }
    /* Name, relative path, working folder, arguments, icon: those whose flag is set. */
    for (unsigned i = 0; i < 5 && sks_has(file->size, at, 2); i++) {
        if ((flags & (4u << i)) == 0)
            continue;
        size_t units = sks_le16(bytes + at), size = (flags & LINK_UNICODE) != 0 ? units * 2 : units;
        at += 2;
        if (!sks_has(file->size, at, size))
            break;
        g_autofree char *text = (flags & LINK_UNICODE) != 0
                                    ? sks_name_decode_utf16(bytes + at, size)
                                    : sks_name_decode(bytes + at, size, sks_name_charset(bytes + at, size));
        if (i == 1 || i == 3)
            g_string_append_printf(command, "%s ", text);
        at += size;
    }
    if (command->len > 0)
        sks_file_fact(file, "attachment.shortcut-target", NULL, "%s", g_strstrip(command->str));
}

/* Files in a section lie each behind a mark and their size (FileDataStoreObject, MS-ONESTORE 2.6.13). */
void sks_onenote_inspect(struct sks_file *file)
{
    static const unsigned char mark[] = {0xE7, 0x16, 0xE3, 0xBD, 0x65, 0x26, 0x11, 0x45,
                                         0xA4, 0xC4, 0x8D, 0x4D, 0x0B, 0x7A, 0x9E, 0xAC};
    size_t at = 0;
    for (unsigned n = 1; n <= NOTE_FILES; n++) {
        const unsigned char *found = memmem(file->bytes + at, file->size - at, mark, sizeof mark);
        if (found == NULL)
            return;
        at = (size_t)(found - file->bytes) + sizeof mark;
        if (!sks_has(file->size, at, 20))
            return;
        uint64_t size = sks_le64(file->bytes + at);
        at += 20;
        if (!sks_has(file->size, at, size))
            continue;
        g_autofree char *name = g_strdup_printf("embedded-%u", n);
        struct sks_member member = {.name = name, .charset = "us-ascii", .size = size};
        size_t index;
        if (!sks_file_list(file, &member, &index))
            return;
        if (sks_file_type_detect(file->bytes + at, (size_t)size, "") != SKS_FILE_IMAGE)
            sks_file_fact(file, "attachment.embedded-object", NULL, "%s", name);
        sks_file_member_bytes(file, &member, index, file->bytes + at, (size_t)size);
        at += (size_t)size;
    }
}

enum tnef_attribute {
    TNEF_RENDDATA = 0x00069002, /* a further attachment begins */
    TNEF_TITLE = 0x00018010,
    TNEF_DATA = 0x0006800F,
    TNEF_BODY = 0x0002800C,
};

struct tnef {
    struct sks_file *file;
    const unsigned char *data; /* of the present attachment; NULL: none yet */
    size_t size;
    char *name;
};

/* False if no more can be listed. */
static bool end_attachment(struct tnef *tnef)
{
    bool more = true;
    if (tnef->data != NULL) {
        struct sks_member member = {
            .name = tnef->name != NULL ? tnef->name : "attachment", .charset = "us-ascii", .size = tnef->size};
        size_t index;
        more = sks_file_list(tnef->file, &member, &index);
        if (more)
            sks_file_member_bytes(tnef->file, &member, index, tnef->data, tnef->size);
    }
    g_clear_pointer(&tnef->name, g_free);
    tnef->data = NULL;
    return more;
}

void sks_tnef_inspect(struct sks_file *file)
{
    struct tnef tnef = {.file = file};
    uint64_t at = 6;
    for (unsigned n = 0; n < TNEF_ATTRIBUTES && sks_has(file->size, at, 9); n++) {
        uint32_t attribute = sks_le32(file->bytes + at + 1), size = sks_le32(file->bytes + at + 5);
        const unsigned char *data = file->bytes + at + 9;
        if (!sks_has(file->size, at + 9, (uint64_t)size + 2)) {
            sks_file_fact(file, "attachment.damaged", NULL, NULL);
            break;
        }
        if (attribute == TNEF_RENDDATA && !end_attachment(&tnef))
            break;
        if (attribute == TNEF_TITLE) {
            size_t length = strnlen((const char *)data, size);
            g_free(tnef.name);
            tnef.name = sks_name_decode(data, length, sks_name_charset(data, length));
        } else if (attribute == TNEF_DATA) {
            tnef.data = data;
            tnef.size = size;
        } else if (attribute == TNEF_BODY) {
            size_t length = strnlen((const char *)data, size);
            g_autofree char *text = sks_text_decode(data, length, sks_name_charset(data, length));
            sks_file_text(file, text, strlen(text));
        }
        at += 9 + (uint64_t)size + 2;
    }
    end_attachment(&tnef);
}
