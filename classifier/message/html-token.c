/*
 * The tokeniser of the HTML standard, cut down to what a mail's text needs.
 *
 * Our own, although libxml2 has an HTML parser: that of 2.9 drops all text after </html>, loses the href of
 * <a/href=…>, both of which mail readers show, and takes time that grows with the square of open elements and of
 * attributes (22 s for 900 KB of "<b>x" and "</i>"). Mail is hostile, so none of this can be had. libxml2's table of
 * entities is used.
 *
 * Each function moves scanner->at forward; nothing looks back, so the whole is linear.
 */
#include "message/html-token.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#include "sekisho/limits.h"

void sks_html_scanner_init(struct sks_html_scanner *scanner, const char *source, size_t size)
{
    *scanner = (struct sks_html_scanner){.at = source, .end = source + size};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* The first of c at or after at, or end. */
static const char *find(const char *at, const char *end, char c)
{
    const char *found = memchr(at, c, (size_t)(end - at));
    return found != NULL ? found : end;
}

/* After "<!--": to behind its end. "<!-->" and "<!--->" are whole comments; "--!>" ends one, too. */
static const char *skip_comment(const char *at, const char *end)
{
    if (at < end && *at == '>')
        return at + 1;
    if (end - at >= 2 && at[0] == '-' && at[1] == '>')
        return at + 2;
    for (at = find(at, end, '-'); at < end; at = find(at + 1, end, '-')) {
        if (end - at >= 3 && memcmp(at, "-->", 3) == 0)
            return at + 3;
        if (end - at >= 4 && memcmp(at, "--!>", 4) == 0)
            return at + 4;
    }
    return end;
}

/* Behind a declaration, an instruction or a "</" that is no tag. */
static const char *skip_bogus(const char *at, const char *end)
{
    at = find(at, end, '>');
    return at < end ? at + 1 : end;
}

/* A tag's name: lower case, cut at its ceiling. */
static void read_name(struct sks_html_scanner *scanner, char *out_name)
{
    size_t size = 0;
    for (; scanner->at < scanner->end; scanner->at++) {
        char c = *scanner->at;
        if (is_space(c) || c == '/' || c == '>')
            break;
        if (size < SKS_HTML_NAME_SIZE)
            out_name[size++] = g_ascii_tolower(c);
    }
    out_name[size] = '\0';
}

static void skip_space(struct sks_html_scanner *scanner)
{
    while (scanner->at < scanner->end && is_space(*scanner->at))
        scanner->at++;
}

static struct sks_html_slice read_value(struct sks_html_scanner *scanner)
{
    const char *start = scanner->at;
    if (start < scanner->end && (*start == '"' || *start == '\'')) {
        const char *close = find(start + 1, scanner->end, *start);
        scanner->at = close < scanner->end ? close + 1 : close;
        return (struct sks_html_slice){start + 1, (size_t)(close - start - 1)};
    }
    while (scanner->at < scanner->end && !is_space(*scanner->at) && *scanner->at != '>')
        scanner->at++;
    return (struct sks_html_slice){start, (size_t)(scanner->at - start)};
}

static void read_attribute(struct sks_html_scanner *scanner, struct sks_html_token *token)
{
    struct sks_html_attribute attribute = {.name.at = scanner->at};
    /* A leading "=" belongs to the name. */
    do
        scanner->at++;
    while (scanner->at < scanner->end && !is_space(*scanner->at) && strchr("/>=", *scanner->at) == NULL);
    attribute.name.size = (size_t)(scanner->at - attribute.name.at);
    skip_space(scanner);
    if (scanner->at < scanner->end && *scanner->at == '=') {
        scanner->at++;
        skip_space(scanner);
        attribute.value = read_value(scanner);
    }
    if (token->attribute_count < SKS_HTML_ATTRIBUTES)
        token->attributes[token->attribute_count++] = attribute;
}

/* From a tag's name to behind its ">". False if the source ends first: such a tag is not shown. */
static bool read_tag(struct sks_html_scanner *scanner, struct sks_html_token *token)
{
    token->attribute_count = 0;
    read_name(scanner, token->name);
    for (;;) {
        while (scanner->at < scanner->end && (is_space(*scanner->at) || *scanner->at == '/'))
            scanner->at++;
        if (scanner->at == scanner->end)
            return false;
        if (*scanner->at == '>') {
            scanner->at++;
            return true;
        }
        read_attribute(scanner, token);
    }
}

/* Elements whose content holds no tags. */
static bool is_raw(const char *name)
{
    static const char *const names[] = {"script",   "style",  "title",   "textarea", "xmp",
                                        "noframes", "iframe", "noembed", "plaintext"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (name[0] == names[i][0] && strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* The content of a raw element, up to its end tag or the end of the source. */
static void read_raw(struct sks_html_scanner *scanner, struct sks_html_token *out_token)
{
    const char *start = scanner->at, *at = start;
    size_t size = strlen(scanner->raw);
    for (at = find(at, scanner->end, '<'); at < scanner->end; at = find(at + 1, scanner->end, '<')) {
        if ((size_t)(scanner->end - at) <= size + 2 || at[1] != '/' ||
            g_ascii_strncasecmp(at + 2, scanner->raw, size) != 0)
            continue;
        char after = at[2 + size];
        if ((is_space(after) || after == '/' || after == '>') && strcmp(scanner->raw, "plaintext") != 0)
            break;
    }
    bool references = strcmp(scanner->raw, "title") == 0 || strcmp(scanner->raw, "textarea") == 0;
    out_token->kind = references ? SKS_HTML_TEXT : SKS_HTML_RAW;
    out_token->text = (struct sks_html_slice){start, (size_t)(at - start)};
    scanner->at = at;
    scanner->raw[0] = '\0';
}

/* Reads what begins with "<", if it is markup at all; *out_found says whether a tag came out of it. */
static bool read_markup(struct sks_html_scanner *scanner, struct sks_html_token *out_token, bool *out_found)
{
    const char *at = scanner->at, *end = scanner->end;
    char next = end - at >= 2 ? at[1] : '\0', after = end - at >= 3 ? at[2] : '\0';
    *out_found = false;
    if (next == '!' && end - at >= 4 && memcmp(at, "<!--", 4) == 0) {
        scanner->at = skip_comment(at + 4, end);
    } else if (next == '!' || next == '?' || (next == '/' && after != '\0' && !g_ascii_isalpha(after))) {
        scanner->at = skip_bogus(at + 2, end);
    } else if (g_ascii_isalpha(next)) {
        scanner->at++;
        out_token->kind = SKS_HTML_START;
        *out_found = read_tag(scanner, out_token);
        if (*out_found && is_raw(out_token->name))
            memcpy(scanner->raw, out_token->name, sizeof(scanner->raw));
    } else if (next == '/' && g_ascii_isalpha(after)) {
        scanner->at += 2;
        out_token->kind = SKS_HTML_END;
        *out_found = read_tag(scanner, out_token);
    } else {
        return false;
    }
    return true;
}

bool sks_html_scanner_next(struct sks_html_scanner *scanner, struct sks_html_token *out_token)
{
    if (scanner->raw[0] != '\0') {
        read_raw(scanner, out_token);
        return true;
    }
    while (scanner->at < scanner->end) {
        const char *start = scanner->at;
        bool found;
        if (*start == '<' && read_markup(scanner, out_token, &found)) {
            if (found)
                return true;
            continue;
        }
        /* A "<" that opens nothing is text. */
        scanner->at = find(start + 1, scanner->end, '<');
        out_token->kind = SKS_HTML_TEXT;
        out_token->text = (struct sks_html_slice){start, (size_t)(scanner->at - start)};
        return true;
    }
    return false;
}

char *sks_html_token_attribute(const struct sks_html_token *token, const char *name)
{
    size_t size = strlen(name);
    for (size_t i = 0; i < token->attribute_count; i++) {
        const struct sks_html_attribute *attribute = &token->attributes[i];
        if (attribute->name.size != size || g_ascii_strncasecmp(attribute->name.at, name, size) != 0)
            continue;
        struct sks_html_slice value = attribute->value;
        if (value.size > SKS_LIMIT_LINK_SIZE) {
            value.size = SKS_LIMIT_LINK_SIZE;
            while (value.size > 0 && ((unsigned char)value.at[value.size] & 0xC0) == 0x80)
                value.size--;
        }
        GString *text = g_string_sized_new(value.size + 1);
        if (value.at != NULL)
            sks_html_resolve(text, value, true);
        return g_string_free(text, FALSE);
    }
    return NULL;
}

/* Numeric references to 128…159 mean Windows-1252 (the HTML standard's table). */
static gunichar mend(guint32 code)
{
    static const guint16 windows[32] = {0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                        0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
    if (code >= 128 && code < 160)
        return windows[code - 128];
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        return 0xFFFD;
    return code;
}

/* "&#…": how many bytes it takes, 0 if it is none. */
static size_t resolve_number(const char *at, size_t size, gunichar *out_code)
{
    size_t i = 2;
    bool hex = size > 2 && (at[2] == 'x' || at[2] == 'X');
    if (hex)
        i++;
    size_t digits = i;
    guint32 code = 0;
    for (; i < size && (hex ? g_ascii_isxdigit(at[i]) : g_ascii_isdigit(at[i])); i++)
        if (code <= 0x10FFFF)
            code = code * (hex ? 16 : 10) + (guint32)g_ascii_xdigit_value(at[i]);
    if (i == digits)
        return 0;
    *out_code = mend(code);
    return i < size && at[i] == ';' ? i + 1 : i;
}

/* HTML 5 added names for plain ASCII, which serve to hide words; these and a few more are not in libxml2's table. */
static gunichar lookup_new(const char *name)
{
    static const struct {
        const char *name;
        gunichar code;
    } names[] = {
        {"apos", '\''},      {"Tab", '\t'},
        {"NewLine", '\n'},   {"excl", '!'},
        {"num", '#'},        {"dollar", '$'},
        {"percnt", '%'},     {"lpar", '('},
        {"rpar", ')'},       {"ast", '*'},
        {"plus", '+'},       {"comma", ','},
        {"period", '.'},     {"sol", '/'},
        {"colon", ':'},      {"semi", ';'},
        {"equals", '='},     {"quest", '?'},
        {"commat", '@'},     {"lsqb", '['},
        {"lbrack", '['},     {"rsqb", ']'},
        {"rbrack", ']'},     {"bsol", '\\'},
        {"lowbar", '_'},     {"grave", '`'},
        {"lcub", '{'},       {"lbrace", '{'},
        {"rcub", '}'},       {"rbrace", '}'},
        {"verbar", '|'},     {"vert", '|'},
        {"AMP", '&'},        {"LT", '<'},
        {"GT", '>'},         {"QUOT", '"'},
        {"hyphen", 0x2010},  {"ZeroWidthSpace", 0x200B},
        {"NoBreak", 0x2060}, {"phone", 0x260E},
        {"star", 0x2606},    {"check", 0x2713},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].code;
    return 0;
}

static gunichar lookup(const char *name)
{
    const htmlEntityDesc *entity = htmlEntityLookup((const xmlChar *)name);
    return entity != NULL ? entity->value : lookup_new(name);
}

/* "&name;", or a name of HTML 4 without its semicolon. */
static size_t resolve_name(const char *at, size_t size, bool attribute, gunichar *out_code)
{
    char name[24];
    size_t length = 0;
    while (length + 1 < size && length < sizeof(name) - 1 && g_ascii_isalnum(at[1 + length])) {
        name[length] = at[1 + length];
        length++;
    }
    name[length] = '\0';
    if (length == 0)
        return 0;
    bool closed = 1 + length < size && at[1 + length] == ';';
    if (!closed && attribute && 1 + length < size && at[1 + length] == '=')
        return 0;
    gunichar code = lookup(name);
    if (code != 0 && (closed || code < 256)) {
        *out_code = code;
        return length + 1 + (closed ? 1 : 0);
    }
    if (attribute)
        return 0;
    /* "&nbspword": the longest beginning that is a name of Latin-1 (only those may go without a semicolon). */
    for (length = MIN(length, 6); length >= 2; length--) {
        name[length] = '\0';
        code = lookup(name);
        if (code != 0 && code < 256) {
            *out_code = code;
            return length + 1;
        }
    }
    return 0;
}

/* NUL is no character of HTML; it would end the text for all who read it as a string. */
static void drop_nuls(GString *text)
{
    size_t kept = 0;
    for (size_t i = 0; i < text->len; i++)
        if (text->str[i] != '\0')
            text->str[kept++] = text->str[i];
    g_string_truncate(text, kept);
}

void sks_html_resolve(GString *out_text, struct sks_html_slice text, bool attribute)
{
    const char *at = text.at, *end = text.at + text.size;
    while (at < end) {
        const char *ampersand = find(at, end, '&');
        g_string_append_len(out_text, at, ampersand - at);
        at = ampersand;
        if (at == end)
            break;
        size_t size = (size_t)(end - at), taken = 0;
        gunichar code = 0;
        if (size > 2 && at[1] == '#')
            taken = resolve_number(at, size, &code);
        else
            taken = resolve_name(at, size, attribute, &code);
        if (taken > 0)
            g_string_append_unichar(out_text, code);
        else
            g_string_append_c(out_text, '&');
        at += taken > 0 ? taken : 1;
    }
    if (memchr(out_text->str, '\0', out_text->len) != NULL)
        drop_nuls(out_text);
}
