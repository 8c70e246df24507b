/*
 * Traits of documents. A Japanese reader's documents are in Japanese or English, made with Japanese fonts; what is
 * otherwise is reported as foreign, and it is for others to weigh that against who sent it.
 */
#include "attachment/document.h"

#include <unicode/ucnv.h>

#include "base/resource.h"

#define FIELD_SIZE 512

static struct {
    bool done;
    GHashTable *fonts; /* lower-case name → language */
} lists;

void sks_document_prepare(void)
{
    if (lists.done)
        return;
    lists.done = true;
    lists.fonts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    const struct sks_resource *resource = sks_resource_find("attachment/foreign-fonts.txt");
    if (resource == NULL)
        return;
    g_autofree char *text = g_strndup(resource->bytes, resource->size);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++) {
        char *tab = strchr(lines[i], '\t');
        if (lines[i][0] == '#' || tab == NULL)
            continue;
        *tab = '\0';
        g_hash_table_insert(lists.fonts, g_utf8_strdown(lines[i], -1), g_strdup(g_strstrip(tab + 1)));
    }
}

/*
 * Written in a script or in forms of ideographs that Japanese does not use: code page 932 holds what Japanese does, and
 * Greek and Cyrillic besides.
 */
static bool is_foreign_text(const char *text)
{
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        GUnicodeScript script = g_unichar_get_script(c);
        switch (script) {
        case G_UNICODE_SCRIPT_HANGUL:
        case G_UNICODE_SCRIPT_CYRILLIC:
        case G_UNICODE_SCRIPT_ARABIC:
        case G_UNICODE_SCRIPT_THAI:
        case G_UNICODE_SCRIPT_HEBREW:
        case G_UNICODE_SCRIPT_BOPOMOFO:
            return true;
        case G_UNICODE_SCRIPT_HAN: {
            UErrorCode status = U_ZERO_ERROR;
            UConverter *converter = ucnv_open("windows-31j", &status);
            UChar units[2];
            char bytes[8];
            int32_t count = 0;
            if (U_FAILURE(status))
                return false;
            ucnv_setFromUCallBack(converter, UCNV_FROM_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
            if (c > 0xFFFF) {
                units[count++] = (UChar)(0xD7C0 + (c >> 10));
                units[count++] = (UChar)(0xDC00 | (c & 0x3FF));
            } else {
                units[count++] = (UChar)c;
            }
            ucnv_fromUChars(converter, bytes, sizeof bytes, units, count, &status);
            ucnv_close(converter);
            if (U_FAILURE(status) && c <= 0xFFFF)
                return true;
            break;
        }
        default:
            break;
        }
    }
    return false;
}

static bool is_visible(const char *text)
{
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        if (g_unichar_isgraph(c) && c != 0xFFFD)
            return true;
    }
    return false;
}

void sks_document_author(struct sks_file *file, const char *name)
{
    if (!is_visible(name))
        return;
    sks_file_fact(file, "attachment.author", NULL, "%s", name);
    if (is_foreign_text(name))
        sks_file_fact(file, "attachment.foreign-author", NULL, "%s", name);
}

void sks_document_company(struct sks_file *file, const char *name)
{
    if (!is_visible(name))
        return;
    sks_file_fact(file, "attachment.company", NULL, "%s", name);
    if (is_foreign_text(name))
        sks_file_fact(file, "attachment.foreign-author", NULL, "%s", name);
}

void sks_document_application(struct sks_file *file, const char *name)
{
    if (name[0] != '\0')
        sks_file_fact(file, "attachment.application", NULL, "%s", name);
}

void sks_document_time(struct sks_file *file, const char *id, const char *text)
{
    if (text[0] != '\0')
        sks_file_fact(file, id, NULL, "%s", text);
}

void sks_document_language(struct sks_file *file, const char *tag)
{
    bool usual = g_ascii_strncasecmp(tag, "ja", 2) == 0 || g_ascii_strncasecmp(tag, "en", 2) == 0 ||
                 g_ascii_strncasecmp(tag, "x-", 2) == 0 || strcmp(tag, "und") == 0 || strcmp(tag, "zxx") == 0 ||
                 tag[0] == '\0';
    if (tag[0] != '\0')
        sks_file_fact(file, "attachment.language", NULL, "%s", tag);
    if (!usual)
        sks_file_fact(file, "attachment.foreign-language", NULL, "%s", tag);
}

void sks_document_language_id(struct sks_file *file, unsigned id)
{
    static const struct {
        unsigned id;
        const char *tag;
    } languages[] = {
        {0x0411, "ja"},    {0x0409, "en-US"}, {0x0809, "en-GB"}, {0x0404, "zh-TW"}, {0x0804, "zh-CN"},
        {0x0C04, "zh-HK"}, {0x1004, "zh-SG"}, {0x1404, "zh-MO"}, {0x0412, "ko"},    {0x0419, "ru"},
        {0x042A, "vi"},    {0x041E, "th"},    {0x0407, "de"},    {0x040C, "fr"},    {0x0422, "uk"},
        {0x0429, "fa"},    {0x0420, "ur"},    {0x0421, "id"},    {0x0401, "ar"},    {0x0410, "it"},
        {0x0C0A, "es"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(languages); i++) {
        if (languages[i].id == id)
            sks_document_language(file, languages[i].tag);
    }
}

void sks_document_codepage(struct sks_file *file, unsigned codepage)
{
    static const struct {
        unsigned codepage;
        const char *tag;
    } pages[] = {{932, "ja"},  {10001, "ja"}, {936, "zh-CN"}, {54936, "zh-CN"}, {950, "zh-TW"},  {949, "ko"},
                 {1251, "ru"}, {1256, "ar"},  {874, "th"},    {1258, "vi"},     {10008, "zh-CN"}};
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        if (pages[i].codepage == codepage)
            sks_document_language(file, pages[i].tag);
    }
}

void sks_document_font(struct sks_file *file, const char *name)
{
    sks_document_prepare();
    if (name[0] == '@')
        name++;
    if (name[0] == '\0' || name[0] == '+') /* a theme's font */
        return;
    sks_file_fact(file, "attachment.font", NULL, "%s", name);
    g_autofree char *lower = g_utf8_strdown(name, -1);
    const char *language = g_hash_table_lookup(lists.fonts, lower);
    if (language != NULL)
        sks_file_fact(file, "attachment.foreign-font", NULL, "%s (%s)", name, language);
}

bool sks_document_target_is_remote(const char *target)
{
    static const char *const schemes[] = {
        "http:", "https:", "ftp:", "mhtml:", "ms-", "\\\\", "file:///\\\\", "file:////"};
    for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (g_ascii_strncasecmp(target, schemes[i], strlen(schemes[i])) == 0)
            return true;
    }
    return g_ascii_strncasecmp(target, "file://", 7) == 0 && target[7] != '/'; /* a host follows, not a drive */
}

void sks_document_field(struct sks_file *file, const char *instruction)
{
    static const char *const loading[] = {"INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "LINK", "IMPORT", "DATABASE"};
    while (g_ascii_isspace(*instruction) || *instruction == '=' || *instruction == '"')
        instruction++;
    if (g_ascii_strncasecmp(instruction, "DDEAUTO", 7) == 0 ||
        (g_ascii_strncasecmp(instruction, "DDE", 3) == 0 && !g_ascii_isalpha(instruction[3]))) {
        sks_file_fact(file, "attachment.dde", NULL, "%s", instruction);
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(loading); i++) {
        size_t length = strlen(loading[i]);
        if (g_ascii_strncasecmp(instruction, loading[i], length) != 0 || g_ascii_isalpha(instruction[length]))
            continue;
        const char *target = instruction + length + strspn(instruction + length, " \t\"");
        if (sks_document_target_is_remote(target))
            sks_file_fact(file, "attachment.external-relation", NULL, "%s", target);
        return;
    }
}
