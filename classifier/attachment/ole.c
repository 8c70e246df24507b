/*
 * Compound files (MS-CFB), through libgsf: the office formats of 1997 to 2003, Outlook's messages, installers, and the
 * envelope of encrypted OOXML files.
 */
#include "attachment/ole.h"

#include <glib.h>
#include <gsf/gsf-infile-msole.h>
#include <gsf/gsf-infile.h>
#include <gsf/gsf-input-memory.h>
#include <gsf/gsf-utils.h>

#include "attachment/bytes.h"
#include "attachment/names.h"

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

/* Windows Installer packages and patches carry their class in the root (MS-CFB 2.6.1): 000C1084/6-0000-0000-C000-…46.
 */
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
