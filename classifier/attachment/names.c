/*
 * What a file name claims, and the tricks played with names.
 *
 * One table says for each extension which type and kind of file it promises. Extensions that Windows runs on a double
 * click follow the list that Outlook blocks, plus those of disk images and of settings files that start programs.
 */
#include "attachment/names.h"

#include <glib.h>
#include <string.h>

#define LONG_NAME       120 /* characters */
#define PADDING_BLANKS  6   /* blanks in a row */
#define PADDING_FILLING 24  /* of one filling character in a row */

struct extension {
    const char *extension;
    enum sks_file_type type;
    enum sks_name_kind kind;
};

static const struct extension extensions[] = {
    {"zip", SKS_FILE_ZIP, SKS_NAME_ARCHIVE},
    {"rar", SKS_FILE_RAR, SKS_NAME_ARCHIVE},
    {"7z", SKS_FILE_7Z, SKS_NAME_ARCHIVE},
    {"lzh", SKS_FILE_LZH, SKS_NAME_ARCHIVE},
    {"lha", SKS_FILE_LZH, SKS_NAME_ARCHIVE},
    {"cab", SKS_FILE_CAB, SKS_NAME_ARCHIVE},
    {"tar", SKS_FILE_TAR, SKS_NAME_ARCHIVE},
    {"tgz", SKS_FILE_GZIP, SKS_NAME_ARCHIVE},
    {"gz", SKS_FILE_GZIP, SKS_NAME_ARCHIVE},
    {"bz2", SKS_FILE_UNKNOWN, SKS_NAME_ARCHIVE},
    {"xz", SKS_FILE_UNKNOWN, SKS_NAME_ARCHIVE},
    {"ace", SKS_FILE_UNKNOWN, SKS_NAME_ARCHIVE},
    {"arj", SKS_FILE_UNKNOWN, SKS_NAME_ARCHIVE},
    {"iso", SKS_FILE_ISO, SKS_NAME_DISK},
    {"udf", SKS_FILE_ISO, SKS_NAME_DISK},
    {"img", SKS_FILE_ISO, SKS_NAME_DISK},
    {"vhd", SKS_FILE_VHD, SKS_NAME_DISK},
    {"vhdx", SKS_FILE_VHD, SKS_NAME_DISK},
    {"dmg", SKS_FILE_UNKNOWN, SKS_NAME_DISK},
    {"doc", SKS_FILE_DOC, SKS_NAME_DOCUMENT},
    {"dot", SKS_FILE_DOC, SKS_NAME_DOCUMENT},
    {"xls", SKS_FILE_XLS, SKS_NAME_DOCUMENT},
    {"xlt", SKS_FILE_XLS, SKS_NAME_DOCUMENT},
    {"xla", SKS_FILE_XLS, SKS_NAME_DOCUMENT},
    {"ppt", SKS_FILE_PPT, SKS_NAME_DOCUMENT},
    {"pps", SKS_FILE_PPT, SKS_NAME_DOCUMENT},
    {"docx", SKS_FILE_DOCX, SKS_NAME_DOCUMENT},
    {"dotx", SKS_FILE_DOCX, SKS_NAME_DOCUMENT},
    {"docm", SKS_FILE_DOCM, SKS_NAME_DOCUMENT},
    {"dotm", SKS_FILE_DOCM, SKS_NAME_DOCUMENT},
    {"xlsx", SKS_FILE_XLSX, SKS_NAME_DOCUMENT},
    {"xltx", SKS_FILE_XLSX, SKS_NAME_DOCUMENT},
    {"xlsb", SKS_FILE_XLSX, SKS_NAME_DOCUMENT},
    {"xlsm", SKS_FILE_XLSM, SKS_NAME_DOCUMENT},
    {"xltm", SKS_FILE_XLSM, SKS_NAME_DOCUMENT},
    {"xlam", SKS_FILE_XLSM, SKS_NAME_DOCUMENT},
    {"pptx", SKS_FILE_PPTX, SKS_NAME_DOCUMENT},
    {"ppsx", SKS_FILE_PPTX, SKS_NAME_DOCUMENT},
    {"pptm", SKS_FILE_PPTM, SKS_NAME_DOCUMENT},
    {"ppsm", SKS_FILE_PPTM, SKS_NAME_DOCUMENT},
    {"ppam", SKS_FILE_PPTM, SKS_NAME_DOCUMENT},
    {"odt", SKS_FILE_ODF, SKS_NAME_DOCUMENT},
    {"ods", SKS_FILE_ODF, SKS_NAME_DOCUMENT},
    {"odp", SKS_FILE_ODF, SKS_NAME_DOCUMENT},
    {"rtf", SKS_FILE_RTF, SKS_NAME_DOCUMENT},
    {"pdf", SKS_FILE_PDF, SKS_NAME_DOCUMENT},
    {"one", SKS_FILE_ONENOTE, SKS_NAME_DOCUMENT},
    {"onepkg", SKS_FILE_CAB, SKS_NAME_DOCUMENT},
    {"hwp", SKS_FILE_OLE, SKS_NAME_DOCUMENT},
    {"jtd", SKS_FILE_OLE, SKS_NAME_DOCUMENT},
    {"csv", SKS_FILE_TEXT, SKS_NAME_TEXT},
    {"tsv", SKS_FILE_TEXT, SKS_NAME_TEXT},
    {"slk", SKS_FILE_TEXT, SKS_NAME_TEXT},
    {"txt", SKS_FILE_TEXT, SKS_NAME_TEXT},
    {"log", SKS_FILE_TEXT, SKS_NAME_TEXT},
    {"xml", SKS_FILE_TEXT, SKS_NAME_TEXT},
    {"html", SKS_FILE_HTML, SKS_NAME_WEB},
    {"htm", SKS_FILE_HTML, SKS_NAME_WEB},
    {"shtml", SKS_FILE_HTML, SKS_NAME_WEB},
    {"xhtml", SKS_FILE_HTML, SKS_NAME_WEB},
    {"mht", SKS_FILE_MAIL, SKS_NAME_WEB},
    {"mhtml", SKS_FILE_MAIL, SKS_NAME_WEB},
    {"svg", SKS_FILE_IMAGE, SKS_NAME_WEB},
    {"eml", SKS_FILE_MAIL, SKS_NAME_MAIL},
    {"msg", SKS_FILE_MSG, SKS_NAME_MAIL},
    {"jpg", SKS_FILE_IMAGE, SKS_NAME_IMAGE},
    {"jpeg", SKS_FILE_IMAGE, SKS_NAME_IMAGE},
    {"png", SKS_FILE_IMAGE, SKS_NAME_IMAGE},
    {"gif", SKS_FILE_IMAGE, SKS_NAME_IMAGE},
    {"bmp", SKS_FILE_IMAGE, SKS_NAME_IMAGE},
    {"tif", SKS_FILE_IMAGE, SKS_NAME_IMAGE},
    {"tiff", SKS_FILE_IMAGE, SKS_NAME_IMAGE},
    {"webp", SKS_FILE_IMAGE, SKS_NAME_IMAGE},
    {"heic", SKS_FILE_IMAGE, SKS_NAME_IMAGE},
    {"ico", SKS_FILE_IMAGE, SKS_NAME_IMAGE},
    {"emf", SKS_FILE_IMAGE, SKS_NAME_IMAGE},
    {"wmf", SKS_FILE_IMAGE, SKS_NAME_IMAGE},
    {"exe", SKS_FILE_PE, SKS_NAME_PROGRAM},
    {"scr", SKS_FILE_PE, SKS_NAME_PROGRAM},
    {"dll", SKS_FILE_PE, SKS_NAME_PROGRAM},
    {"cpl", SKS_FILE_PE, SKS_NAME_PROGRAM},
    {"ocx", SKS_FILE_PE, SKS_NAME_PROGRAM},
    {"sys", SKS_FILE_PE, SKS_NAME_PROGRAM},
    {"xll", SKS_FILE_PE, SKS_NAME_PROGRAM},
    {"com", SKS_FILE_UNKNOWN, SKS_NAME_PROGRAM},
    {"pif", SKS_FILE_UNKNOWN, SKS_NAME_PROGRAM},
    {"jar", SKS_FILE_ZIP, SKS_NAME_PROGRAM},
    {"apk", SKS_FILE_ZIP, SKS_NAME_PROGRAM},
    {"appx", SKS_FILE_ZIP, SKS_NAME_PROGRAM},
    {"msix", SKS_FILE_ZIP, SKS_NAME_PROGRAM},
    {"appinstaller", SKS_FILE_TEXT, SKS_NAME_PROGRAM},
    {"application", SKS_FILE_TEXT, SKS_NAME_PROGRAM},
    {"jnlp", SKS_FILE_TEXT, SKS_NAME_PROGRAM},
    {"msi", SKS_FILE_MSI, SKS_NAME_PROGRAM},
    {"msp", SKS_FILE_MSI, SKS_NAME_PROGRAM},
    {"js", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"jse", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"vbs", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"vbe", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"vb", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"wsf", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"wsh", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"wsc", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"sct", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"hta", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"bat", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"cmd", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"ps1", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"psm1", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"reg", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"inf", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"msc", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"settingcontent-ms", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"py", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"sh", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"pl", SKS_FILE_SCRIPT, SKS_NAME_SCRIPT},
    {"chm", SKS_FILE_UNKNOWN, SKS_NAME_SCRIPT},
    {"lnk", SKS_FILE_LNK, SKS_NAME_SHORTCUT},
    {"url", SKS_FILE_URL, SKS_NAME_SHORTCUT},
    {"website", SKS_FILE_URL, SKS_NAME_SHORTCUT},
    {"scf", SKS_FILE_SCRIPT, SKS_NAME_SHORTCUT},
    {"library-ms", SKS_FILE_TEXT, SKS_NAME_SHORTCUT},
    {"search-ms", SKS_FILE_TEXT, SKS_NAME_SHORTCUT},
    {"rdp", SKS_FILE_TEXT, SKS_NAME_SHORTCUT},
    {"iqy", SKS_FILE_TEXT, SKS_NAME_SHORTCUT},
};

const char *sks_name_base(const char *name)
{
    const char *base = name;
    for (const char *p = name; *p != '\0'; p++) {
        if ((*p == '/' || *p == '\\') && p[1] != '\0')
            base = p + 1;
    }
    return base;
}

static bool is_blank(gunichar c)
{
    return c == ' ' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x2800;
}

/* Where the name ends for Windows: before trailing blanks and dots. */
static const char *name_end(const char *base)
{
    const char *end = base + strlen(base);
    while (end > base) {
        const char *before = g_utf8_prev_char(end);
        gunichar c = g_utf8_get_char(before);
        if (c != '.' && c != '/' && !is_blank(c))
            break;
        end = before;
    }
    return end;
}

/* The extension that ends at end, in lower case, and where its dot is. NULL: there is none. */
static const struct extension *find_extension(const char *base, const char *end, const char **out_dot)
{
    const char *dot = memrchr(base, '.', (size_t)(end - base));
    if (dot == NULL || end - dot > 24)
        return NULL;
    g_autofree char *extension = g_ascii_strdown(dot + 1, end - dot - 1);
    for (size_t i = 0; i < G_N_ELEMENTS(extensions); i++) {
        if (strcmp(extensions[i].extension, extension) == 0) {
            *out_dot = dot;
            return &extensions[i];
        }
    }
    return NULL;
}

struct sks_name_claim sks_name_claim(const char *name)
{
    const char *base = sks_name_base(name), *dot;
    const struct extension *found = find_extension(base, name_end(base), &dot);
    if (found == NULL)
        return (struct sks_name_claim){.extension = "", .type = SKS_FILE_UNKNOWN, .kind = SKS_NAME_OTHER};
    return (struct sks_name_claim){.extension = found->extension, .type = found->type, .kind = found->kind};
}

/* Office programs open each other's files under any of their names, and people save them so. */
static int office_family(enum sks_file_type type)
{
    switch (type) {
    case SKS_FILE_DOC:
    case SKS_FILE_DOCX:
    case SKS_FILE_DOCM:
    case SKS_FILE_RTF:
        return 1;
    case SKS_FILE_XLS:
    case SKS_FILE_XLSX:
    case SKS_FILE_XLSM:
        return 2;
    case SKS_FILE_PPT:
    case SKS_FILE_PPTX:
    case SKS_FILE_PPTM:
        return 3;
    default:
        return 0;
    }
}

bool sks_name_claim_allows(const struct sks_name_claim *claim, enum sks_file_type type)
{
    if (claim->type == SKS_FILE_UNKNOWN || claim->type == type)
        return true;
    int family = office_family(claim->type);
    if (family != 0) /* an encrypted package that stays closed is "ole"; reports are often HTML or text inside */
        return family == office_family(type) || type == SKS_FILE_OLE ||
               (family != 3 && (type == SKS_FILE_HTML || type == SKS_FILE_TEXT || type == SKS_FILE_MAIL));
    switch (claim->kind) {
    case SKS_NAME_TEXT:
    case SKS_NAME_WEB:
    case SKS_NAME_MAIL:
    case SKS_NAME_SCRIPT:
    case SKS_NAME_SHORTCUT:
        return type == SKS_FILE_TEXT || type == SKS_FILE_HTML || type == SKS_FILE_MAIL || type == SKS_FILE_SCRIPT ||
               (claim->kind == SKS_NAME_TEXT && type == SKS_FILE_UNKNOWN);
    case SKS_NAME_DISK: /* raw images have no mark of their own */
        return type == SKS_FILE_UNKNOWN || type == SKS_FILE_ISO || type == SKS_FILE_VHD;
    case SKS_NAME_ARCHIVE:
        return claim->type == SKS_FILE_GZIP && type == SKS_FILE_TAR;
    default:
        return false;
    }
}

bool sks_name_has_double_extension(const char *name)
{
    const char *base = sks_name_base(name), *dot;
    const struct extension *last = find_extension(base, name_end(base), &dot);
    if (last == NULL || last->kind < SKS_NAME_WEB || last->kind == SKS_NAME_MAIL)
        return false;
    g_autofree char *front = g_strndup(base, (size_t)(dot - base));
    const struct extension *before = find_extension(front, name_end(front), &dot);
    return before != NULL && before->kind >= SKS_NAME_DOCUMENT && before->kind <= SKS_NAME_TEXT;
}

static bool is_bidi(gunichar c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C;
}

/* U+200D joins emoji and is left out; U+FE0F and the ideographic variation selectors are part of honest names. */
static bool is_invisible(gunichar c)
{
    return c == 0x200B || c == 0x200C || c == 0x2060 || c == 0xFEFF || c == 0xAD || c == 0x3164 || c == 0xFFA0 ||
           c == 0x115F || c == 0x1160 || c == 0x180E || c == 0x2800 || (c >= 0xE0001 && c <= 0xE007F);
}

unsigned sks_name_hidden_character(const char *name)
{
    for (const char *p = name; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (is_bidi(c) || is_invisible(c))
            return c;
    }
    return 0;
}

bool sks_name_is_padded(const char *name)
{
    gunichar last = 0;
    unsigned blanks = 0, same = 0;
    for (const char *p = sks_name_base(name); *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        blanks = is_blank(c) ? blanks + 1 : 0;
        same = c == last && (c == '_' || c == '-' || c == '.' || c == '~') ? same + 1 : 1;
        if (blanks >= PADDING_BLANKS || same >= PADDING_FILLING)
            return true;
        last = c;
    }
    return false;
}

bool sks_name_is_called(const char *name, const char *extension)
{
    const char *base = sks_name_base(name), *end = name_end(base);
    size_t size = strlen(extension);
    return (size_t)(end - base) > size && end[-(ptrdiff_t)size - 1] == '.' &&
           g_ascii_strncasecmp(end - size, extension, size) == 0;
}

bool sks_name_is_clickable(const char *name)
{
    static const char *const endings[] = {"exe", "scr", "com", "pif", "cpl", "lnk",  "hta",
                                          "js",  "jse", "vbs", "vbe", "vb",  "wsf",  "wsh",
                                          "wsc", "sct", "bat", "cmd", "ps1", "psm1", "settingcontent-ms"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
        if (sks_name_is_called(name, endings[i]))
            return true;
    return false;
}

/* Of "report.pdf.exe": whether pdf is a document's or a picture's ending; "setup.tar.exe" and "x.xml.js" are names. */
static bool poses_as_document(const char *name)
{
    const char *base = sks_name_base(name), *end = name_end(base), *dot = memrchr(base, '.', (size_t)(end - base));
    if (dot == NULL)
        return false;
    g_autofree char *front = g_strndup(base, (size_t)(dot - base));
    struct sks_name_claim claim = sks_name_claim(front);
    return claim.kind == SKS_NAME_DOCUMENT || claim.kind == SKS_NAME_IMAGE || strcmp(claim.extension, "txt") == 0;
}

bool sks_name_disguises_program(const char *name)
{
    return sks_name_is_clickable(name) &&
           (poses_as_document(name) || sks_name_hidden_character(name) != 0 || sks_name_is_padded(name));
}

bool sks_name_is_long(const char *name)
{
    return g_utf8_strlen(sks_name_base(name), -1) > LONG_NAME;
}

bool sks_name_leaves_folder(const char *name)
{
    if (name[0] == '/' || name[0] == '\\' || (g_ascii_isalpha(name[0]) && name[1] == ':'))
        return true;
    for (const char *p = name; *p != '\0';) {
        size_t length = strcspn(p, "/\\");
        if (length == 2 && memcmp(p, "..", 2) == 0)
            return true;
        p += length + (p[length] != '\0');
    }
    return false;
}

bool sks_name_speaks_of_password(const char *name)
{
    static const char *const words[] = {"password", "passwd", "passcode", "パスワード", "ﾊﾟｽﾜｰﾄﾞ", "パスコード",
                                        "解凍キー", "暗証",   "密码",     "密碼",       "비밀번호"};
    g_autofree char *base = g_utf8_strdown(sks_name_base(name), -1);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strstr(base, words[i]) != NULL)
            return true;
    }
    /* "pw" and "pass" only where they stand alone: "pw.txt", "解凍pw.txt", "zip_pass.txt". */
    static const char *const short_words[] = {"pw", "pass", "pwd"};
    for (size_t i = 0; i < G_N_ELEMENTS(short_words); i++) {
        size_t length = strlen(short_words[i]);
        for (const char *p = base; (p = strstr(p, short_words[i])) != NULL; p++) {
            if ((p == base || !g_ascii_isalnum(p[-1])) && !g_ascii_isalnum(p[length]))
                return true;
        }
    }
    return false;
}
