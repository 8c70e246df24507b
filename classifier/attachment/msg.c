/* Outlook's messages (MS-OXMSG): subject, text and attachments, which are storages of their own. */
#include "attachment/names.h"
#include "attachment/ole.h"
#include "sekisho/limits.h"

#define ATTACHMENTS 200u

/* A text property, by its number: Unicode, or in some code page. g_free(). */
static char *read_text(GsfInfile *storage, const char *number)
{
    size_t size = 0;
    g_autofree char *wide = g_strdup_printf("__substg1.0_%s001F", number);
    g_autofree char *narrow = g_strdup_printf("__substg1.0_%s001E", number);
    g_autofree unsigned char *bytes = sks_ole_stream(storage, wide, SKS_LIMIT_DOCUMENT_TEXT, &size);
    if (bytes != NULL)
        return sks_text_decode_utf16(bytes, size);
    g_autofree unsigned char *raw = sks_ole_stream(storage, narrow, SKS_LIMIT_DOCUMENT_TEXT, &size);
    if (raw != NULL)
        return sks_text_decode(raw, size, sks_name_charset(raw, size));
    return NULL;
}

static bool take_attachment(struct sks_file *file, GsfInfile *storage)
{
    g_autofree char *text = read_text(storage, "3707"); /* long file name */
    if (text == NULL)
        text = read_text(storage, "3704");
    g_autofree char *name = text != NULL ? sks_name_decode(text, strlen(text), "utf-8") : NULL;
    size_t size = 0, index;
    g_autofree unsigned char *bytes = sks_ole_stream(storage, "__substg1.0_37010102", SKS_LIMIT_ARCHIVE_OUTPUT, &size);
    const struct sks_member member = {
        .name = name != NULL ? name : "attachment", .charset = "utf-8", .size = bytes != NULL ? size : 0};
    if (!sks_file_list(file, &member, &index))
        return false;
    if (bytes != NULL && sks_file_unpack(file, size))
        sks_file_member_bytes(file, &member, index, bytes, size);
    return true;
}

void sks_msg_inspect(struct sks_file *file, GsfInfile *ole)
{
    static const char *const texts[] = {"0037", "1000"}; /* subject, body */
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *text = read_text(ole, texts[i]);
        if (text != NULL) {
            sks_file_text(file, text, strlen(text));
            sks_file_text(file, "\n", 1);
        }
    }
    for (unsigned n = 0; n < ATTACHMENTS; n++) {
        g_autofree char *name = g_strdup_printf("__attach_version1.0_#%08X", n);
        GsfInput *child = gsf_infile_child_by_name(ole, name);
        if (child == NULL)
            return;
        bool more = !GSF_IS_INFILE(child) || take_attachment(file, GSF_INFILE(child));
        g_object_unref(child);
        if (!more)
            return;
    }
}
