/* Property sets of compound files (MS-OLEPS): the few properties that tell how a document was made. */
#include "attachment/document.h"
#include "attachment/names.h"
#include "attachment/ole.h"

#define PROPERTIES 256u

struct set {
    const unsigned char *bytes;
    size_t size;
    unsigned codepage;
};

/* The text of a property (VT_LPSTR or VT_LPWSTR); NULL if it is none. g_free(). */
static char *read_text(const struct set *set, size_t at)
{
    if (!sks_has(set->size, at, 8))
        return NULL;
    unsigned type = sks_le32(set->bytes + at);
    size_t length = sks_le32(set->bytes + at + 4);
    const unsigned char *text = set->bytes + at + 8;
    if (type == 0x1F) {
        if (length > 0x10000 || !sks_has(set->size, at + 8, length * 2))
            return NULL;
        while (length > 0 && sks_le16(text + 2 * (length - 1)) == 0)
            length--;
        return sks_name_decode_utf16(text, length * 2);
    }
    if (type != 0x1E || !sks_has(set->size, at + 8, length))
        return NULL;
    if (set->codepage == 1200) {
        while (length > 1 && sks_le16(text + length - 2) == 0)
            length -= 2;
        return sks_name_decode_utf16(text, length & ~(size_t)1);
    }
    length = strnlen((const char *)text, length);
    static const struct {
        unsigned codepage;
        const char *charset;
    } charsets[] = {{932, "shift_jis"}, {936, "gb18030"},       {950, "big5"},          {949, "euc-kr"},
                    {65001, "utf-8"},   {1252, "windows-1252"}, {1251, "windows-1251"}, {54936, "gb18030"}};
    for (size_t i = 0; i < G_N_ELEMENTS(charsets); i++) {
        if (charsets[i].codepage == set->codepage)
            return sks_name_decode(text, length, charsets[i].charset);
    }
    return sks_name_decode(text, length, sks_name_charset(text, length));
}

static char *read_time(const struct set *set, size_t at)
{
    if (!sks_has(set->size, at, 12) || sks_le32(set->bytes + at) != 0x40)
        return NULL;
    /* gmtime_r() looks at no time zone but once, which sks_attachment_prepare() has seen to. */
    time_t seconds = sks_windows_time(sks_le64(set->bytes + at + 4));
    struct tm parts;
    char text[32];
    if (seconds == 0 || gmtime_r(&seconds, &parts) == NULL || parts.tm_year > 8000 ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        return NULL;
    return g_strdup(text);
}

static void look_at_summary(struct sks_file *file, const struct set *set, uint32_t id, size_t at)
{
    bool timed = id == 12 || id == 13;
    g_autofree char *value = timed ? read_time(set, at) : read_text(set, at);
    if (value == NULL)
        return;
    if (id == 4 || id == 8)
        sks_document_author(file, value);
    else if (id == 18)
        sks_document_application(file, value);
    else if (id == 12)
        sks_document_time(file, "attachment.created", value);
    else if (id == 13)
        sks_document_time(file, "attachment.modified", value);
    else if (id == 7 && sks_document_target_is_remote(value))
        sks_file_fact(file, "attachment.remote-template", NULL, "%s", value);
}

void sks_properties_inspect(struct sks_file *file, const unsigned char *bytes, size_t size, bool document_summary)
{
    if (!sks_has(size, 0, 48) || sks_le16(bytes) != 0xFFFE)
        return;
    uint32_t start = sks_le32(bytes + 44);
    if (!sks_has(size, start, 8))
        return;
    struct set set = {.bytes = bytes + start, .size = size - start};
    uint32_t count = MIN(sks_le32(set.bytes + 4), PROPERTIES);
    for (int round = 0; round < 2; round++) { /* the code page may stand after what is written in it */
        for (uint32_t i = 0; i < count && sks_has(set.size, 8 + 8 * (uint64_t)i, 8); i++) {
            uint32_t id = sks_le32(set.bytes + 8 + 8 * i), at = sks_le32(set.bytes + 12 + 8 * i);
            if (round == 0 && id == 1 && sks_has(set.size, at, 6)) {
                set.codepage = sks_le16(set.bytes + at + 4);
                sks_document_codepage(file, set.codepage);
            }
            if (round == 0)
                continue;
            if (!document_summary) {
                look_at_summary(file, &set, id, at);
            } else if (id == 15) {
                g_autofree char *company = read_text(&set, at);
                if (company != NULL)
                    sks_document_company(file, company);
            }
        }
    }
}
