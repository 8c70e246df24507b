/*
 * Which type a file is, by its content. The name helps only where content leaves it open: a script is a text that
 * someone's name makes a program, an encrypted office package shows nothing of which program made it.
 *
 * A table of magic numbers answers most questions. Zip and OLE files are looked into for their kind; text is told from
 * binary, then from HTML, mail, shortcuts and scripts.
 */
#include "attachment/detect.h"

#include <glib.h>
#include <string.h>

#include "attachment/bytes.h"
#include "attachment/names.h"
#include "attachment/ole.h"
#include "attachment/zip-directory.h"

#define TEXT_SAMPLE 4096u
#define HTML_SAMPLE 1024u
#define URL_SAMPLE  (64u * 1024) /* of a file called a shortcut: comments may come first */

const char *sks_file_type_name(enum sks_file_type type)
{
    static const char *const names[] = {
#define NAME(symbol, name) [SKS_FILE_##symbol] = name,
        SKS_FILE_TYPES(NAME)
#undef NAME
    };
    return names[type];
}

bool sks_file_type_is_container(enum sks_file_type type)
{
    return type <= SKS_FILE_VHD; /* they come first in the list */
}

bool sks_file_type_is_program(enum sks_file_type type)
{
    switch (type) {
    case SKS_FILE_PE:
    case SKS_FILE_ELF:
    case SKS_FILE_MACHO:
    case SKS_FILE_SCRIPT:
    case SKS_FILE_LNK:
    case SKS_FILE_MSI:
    case SKS_FILE_URL:
        return true;
    default:
        return false;
    }
}

struct magic {
    uint32_t offset;
    const char *bytes;
    unsigned length;
    enum sks_file_type type;
};
#define MAGIC(offset, bytes, type)                                                                                     \
    {                                                                                                                  \
        (offset), (bytes), sizeof(bytes) - 1, SKS_FILE_##type                                                          \
    }

static const struct magic magics[] = {
    MAGIC(0, "Rar!\x1A\x07", RAR),
    MAGIC(0, "RE~^", RAR),
    MAGIC(0, "7z\xBC\xAF\x27\x1C", 7Z),
    MAGIC(0, "MSCF\0\0\0\0", CAB),
    MAGIC(0, "\x1F\x8B", GZIP),
    MAGIC(257, "ustar", TAR),
    MAGIC(0, "conectix", VHD),
    MAGIC(0, "vhdxfile", VHD),
    MAGIC(32769, "CD001", ISO),
    MAGIC(32769, "BEA01", ISO),
    MAGIC(0, "{\\rt", RTF),
    MAGIC(0, "\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3", ONENOTE),
    MAGIC(0, "\x4C\0\0\0\x01\x14\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", LNK),
    MAGIC(0,
          "\x7F"
          "ELF",
          ELF),
    MAGIC(0, "\xFE\xED\xFA\xCE", MACHO),
    MAGIC(0, "\xFE\xED\xFA\xCF", MACHO),
    MAGIC(0, "\xCE\xFA\xED\xFE", MACHO),
    MAGIC(0, "\xCF\xFA\xED\xFE", MACHO),
    MAGIC(0, "\x78\x9F\x3E\x22", TNEF),
    MAGIC(0, "\xFF\xD8\xFF", IMAGE),
    MAGIC(0, "\x89PNG\r\n\x1A\n", IMAGE),
    MAGIC(0, "GIF87a", IMAGE),
    MAGIC(0, "GIF89a", IMAGE),
    MAGIC(0, "II*\0", IMAGE),
    MAGIC(0, "MM\0*", IMAGE),
    MAGIC(8, "WEBPVP8", IMAGE),
    MAGIC(4, "ftypheic", IMAGE),
    MAGIC(4, "ftypmif1", IMAGE),
    MAGIC(4, "ftypavif", IMAGE),
    MAGIC(0, "\0\0\x01\0\x01\0", IMAGE),
    MAGIC(40, " EMF\0\0", IMAGE),
    MAGIC(0, "\xD7\xCD\xC6\x9A", IMAGE),
    MAGIC(0, "#@~^", SCRIPT), /* encoded VBScript and JScript */
};

/* "MZ" begins English words, too: the header must point at a plausible place. */
static bool is_pe(const unsigned char *bytes, size_t size)
{
    if (!SKS_IS_AT(bytes, size, 0, "MZ") || size < 64)
        return false;
    uint32_t at = sks_le32(bytes + 60);
    if (SKS_IS_AT(bytes, size, at, "PE\0\0") || SKS_IS_AT(bytes, size, at, "NE"))
        return true;
    /* DOS programs: pages and header paragraphs that fit. Also a PE whose rest was cut off. */
    return memchr(bytes, '\0', 64) != NULL && sks_le16(bytes + 8) < 0x1000;
}

static bool is_macho_fat(const unsigned char *bytes, size_t size)
{
    /* Java class files share the number; their next word is a version of 45 or more. */
    return SKS_IS_AT(bytes, size, 0, "\xCA\xFE\xBA\xBE\0\0\0") && size > 8 && bytes[7] < 30;
}

/* "-lh5-" and the like at 2, as all levels of LHA headers have it. */
static bool is_lzh(const unsigned char *bytes, size_t size)
{
    return size > 22 && bytes[2] == '-' && bytes[3] == 'l' && (bytes[4] == 'h' || bytes[4] == 'z') && bytes[6] == '-';
}

/* Old tar has no magic, but a checksum over its first block. */
static bool is_old_tar(const unsigned char *bytes, size_t size)
{
    if (size < 512 || bytes[0] == '\0')
        return false;
    unsigned sum = 0;
    for (size_t i = 0; i < 512; i++)
        sum += i >= 148 && i < 156 ? ' ' : bytes[i];
    char field[9] = {0};
    memcpy(field, bytes + 148, 8);
    return sum > 8 * ' ' && g_ascii_strtoull(field, NULL, 8) == sum;
}

static bool has_zip_member(const struct sks_zip_directory *directory, const char *prefix)
{
    struct sks_zip_member member;
    size_t length = strlen(prefix);
    uint64_t at = 0;
    for (unsigned n = 0; n < 2000 && sks_zip_directory_next(directory, &at, &member); n++) {
        if (member.name_size >= length && g_ascii_strncasecmp((const char *)member.name, prefix, length) == 0)
            return true;
    }
    return false;
}

static enum sks_file_type detect_zip(const unsigned char *bytes, size_t size)
{
    static const struct {
        const char *folder, *macro;
        enum sks_file_type type, with_macro;
    } kinds[] = {
        {"word/", "word/vbaProject.bin", SKS_FILE_DOCX, SKS_FILE_DOCM},
        {"xl/", "xl/vbaProject.bin", SKS_FILE_XLSX, SKS_FILE_XLSM},
        {"ppt/", "ppt/vbaProject.bin", SKS_FILE_PPTX, SKS_FILE_PPTM},
    };
    struct sks_zip_directory directory;
    if (!sks_zip_directory_find(&directory, bytes, size))
        return SKS_FILE_ZIP;
    struct sks_zip_member first;
    uint64_t at = 0;
    if (sks_zip_directory_next(&directory, &at, &first) && first.name_size == 8 &&
        memcmp(first.name, "mimetype", 8) == 0 && has_zip_member(&directory, "META-INF/manifest.xml"))
        return SKS_FILE_ODF;
    if (!has_zip_member(&directory, "[Content_Types].xml"))
        return SKS_FILE_ZIP;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (has_zip_member(&directory, kinds[i].folder))
            return has_zip_member(&directory, kinds[i].macro) ? kinds[i].with_macro : kinds[i].type;
    }
    return SKS_FILE_ZIP;
}

/* Text: no NUL outside UTF-16, few other control characters. */
static bool is_text(const unsigned char *bytes, size_t size)
{
    size = MIN(size, TEXT_SAMPLE);
    size_t control = 0;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == 0)
            return false;
        control += bytes[i] < 0x20 && strchr("\t\n\r\f\x1A\x1B\b", bytes[i]) == NULL;
    }
    return control * 50 <= size;
}

/* The beginning of a text in ASCII, lower case, without byte order mark and leading blanks; other characters are "?".
 */
static char *text_head(const unsigned char *bytes, size_t size, size_t most)
{
    size_t step = 1, at = 0, low = 0;
    if (SKS_IS_AT(bytes, size, 0, "\xFF\xFE"))
        step = at = 2;
    else if (SKS_IS_AT(bytes, size, 0, "\xFE\xFF"))
        step = at = 2, low = 1;
    else if (SKS_IS_AT(bytes, size, 0, "\xEF\xBB\xBF"))
        at = 3;
    GString *head = g_string_new(NULL);
    for (; at + step <= size && head->len < most; at += step) {
        unsigned char c = bytes[at + low];
        bool other = step == 2 ? bytes[at + 1 - low] != 0 : c >= 0x80;
        if (head->len == 0 && !other && (g_ascii_isspace(c) || c == 0))
            continue;
        g_string_append_c(head, other || c == 0 ? '?' : g_ascii_tolower((char)c));
    }
    return g_string_free(head, FALSE);
}

static bool looks_like_html(const char *head)
{
    static const char *const tags[] = {"<!doctype html", "<html",  "<head",   "<body", "<script", "<iframe", "<meta ",
                                       "<title",         "<table", "<a href", "<div",  "<style",  "<p>",     "<center"};
    if (head[0] != '<')
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(tags); i++) {
        if (g_str_has_prefix(head, tags[i]))
            return true;
    }
    return (g_str_has_prefix(head, "<!--") || g_str_has_prefix(head, "<?xml")) && strstr(head, "<html") != NULL;
}

/* A header's first line, and another field soon after it. */
static bool looks_like_mail(const char *head)
{
    static const char *const fields[] = {
        "return-path:", "received:",     "from:",     "to:",   "subject:",      "date:",      "mime-version:",
        "x-",           "content-type:", "reply-to:", "from ", "delivered-to:", "message-id:"};
    unsigned found = 0;
    const char *line = head;
    for (unsigned n = 0; n < 12 && line != NULL; n++) {
        for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
            if (g_str_has_prefix(line, fields[i])) {
                found++;
                break;
            }
        }
        if (found == 0)
            return false;
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    return found >= 3 || (found == 2 && g_str_has_prefix(head, "mime-version:"));
}

static enum sks_file_type detect_text(const unsigned char *bytes, size_t size, const struct sks_name_claim *claim)
{
    g_autofree char *head = text_head(bytes, size, claim->type == SKS_FILE_URL ? URL_SAMPLE : HTML_SAMPLE);
    if (strstr(head, "[internetshortcut]") != NULL)
        return SKS_FILE_URL;
    if (claim->type == SKS_FILE_SCRIPT || g_str_has_prefix(head, "#!/") || g_str_has_prefix(head, "#! /") ||
        g_str_has_prefix(head, "<job") || g_str_has_prefix(head, "<hta:"))
        return SKS_FILE_SCRIPT;
    if (looks_like_html(head))
        return SKS_FILE_HTML;
    if (strstr(head, "<svg") != NULL && (head[0] == '<'))
        return claim->type == SKS_FILE_HTML ? SKS_FILE_HTML : SKS_FILE_IMAGE;
    if (looks_like_mail(head))
        return SKS_FILE_MAIL;
    return claim->type == SKS_FILE_HTML && strchr(head, '<') != NULL ? SKS_FILE_HTML : SKS_FILE_TEXT;
}

/* Types that a table can't tell. */
static enum sks_file_type detect_structure(const unsigned char *bytes, size_t size, const char *name)
{
    if (is_pe(bytes, size))
        return SKS_FILE_PE;
    if (is_macho_fat(bytes, size))
        return SKS_FILE_MACHO;
    if (SKS_IS_AT(bytes, size, 0, "PK\3\4") || SKS_IS_AT(bytes, size, 0, "PK\5\6") ||
        SKS_IS_AT(bytes, size, 0, "PK00PK\3\4") || SKS_IS_AT(bytes, size, 0, "PK\7\x08PK\3\4"))
        return detect_zip(bytes, size);
    if (SKS_IS_AT(bytes, size, 0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
        return sks_ole_detect(bytes, size, name);
    /* Readers accept some bytes before "%PDF-". */
    if (memmem(bytes, MIN(size, 1024), "%PDF-", 5) != NULL)
        return SKS_FILE_PDF;
    if (is_lzh(bytes, size))
        return SKS_FILE_LZH;
    if (is_old_tar(bytes, size))
        return SKS_FILE_TAR;
    if (SKS_IS_AT(bytes, size, 0, "BM") && size > 30 && sks_le32(bytes + 6) == 0)
        return SKS_FILE_IMAGE;
    if (size >= 512 && SKS_IS_AT(bytes, size, size - 512, "conectix"))
        return SKS_FILE_VHD;
    return SKS_FILE_UNKNOWN;
}

enum sks_file_type sks_detect_front(const void *bytes, size_t size, const char *name)
{
    if (size == 0)
        return SKS_FILE_UNKNOWN;
    for (size_t i = 0; i < G_N_ELEMENTS(magics); i++) {
        if (sks_is_at(bytes, size, magics[i].offset, magics[i].bytes, magics[i].length))
            return magics[i].type;
    }
    enum sks_file_type type = detect_structure(bytes, size, name);
    if (type != SKS_FILE_UNKNOWN)
        return type;
    const unsigned char *start = bytes;
    bool wide = SKS_IS_AT(start, size, 0, "\xFF\xFE") || SKS_IS_AT(start, size, 0, "\xFE\xFF");
    struct sks_name_claim claim = sks_name_claim(name);
    if (wide || is_text(bytes, size))
        return detect_text(bytes, size, &claim);
    return claim.extension[0] != '\0' && strcmp(claim.extension, "com") == 0 ? SKS_FILE_PE : SKS_FILE_UNKNOWN;
}

/* What a zip may stand behind, and be a zip all the same: of itself it neither runs nor needs a password. */
enum sks_file_type sks_file_type_detect(const void *bytes, size_t size, const char *name)
{
    enum sks_file_type type = sks_detect_front(bytes, size, name);
    bool cut = false;
    struct sks_zip_directory directory;
    switch (type) {
    case SKS_FILE_IMAGE:
    case SKS_FILE_HTML:
    case SKS_FILE_TEXT:
        return sks_zip_directory_ends(&directory, bytes, size, false, &cut) ? SKS_FILE_ZIP : type;
    case SKS_FILE_UNKNOWN:
        return size > 0 && sks_zip_directory_find(&directory, bytes, size) && directory.count > 0 ? SKS_FILE_ZIP : type;
    default:
        return type;
    }
}

bool sks_detect_needs_whole(const void *head, size_t size, enum sks_file_type type)
{
    switch (type) {
    case SKS_FILE_PE:
    case SKS_FILE_ELF:
    case SKS_FILE_MACHO:
        return false;
    case SKS_FILE_IMAGE: /* one in XML may hold scripts */
        return size > 0 && *(const unsigned char *)head != 0xFF && memmem(head, MIN(size, 1024), "<", 1) != NULL &&
               memmem(head, MIN(size, HTML_SAMPLE), "<svg", 4) != NULL;
    case SKS_FILE_UNKNOWN: /* a disk image may tell only at its end, and is a boot sector at its beginning */
        return SKS_IS_AT((const unsigned char *)head, size, 510, "\x55\xAA");
    default:
        return true;
    }
}
