/*
 * URLs taken apart by the rules of the URL standard that browsers follow (https://url.spec.whatwg.org), so that what
 * is judged is where a click would lead; and URLs found in plain text by the rules that mail readers use.
 */
#include "message/link.h"

#include <string.h>
#include <unicode/uidna.h>

#include "sekisho/limits.h"

/* White space and controls around are dropped, tabs and line ends inside, too. g_free(). */
static char *clean(const char *url)
{
    while (*url != '\0' && (unsigned char)*url <= ' ')
        url++;
    GString *text = g_string_new(NULL);
    for (; *url != '\0' && text->len < SKS_LIMIT_LINK_SIZE; url++)
        if (*url != '\t' && *url != '\n' && *url != '\r')
            g_string_append_c(text, *url);
    while (text->len > 0 && ((unsigned char)text->str[text->len - 1] <= ' '))
        g_string_truncate(text, text->len - 1);
    /* The ceiling may have split a character. */
    const char *end;
    if (!g_utf8_validate(text->str, (gssize)text->len, &end))
        g_string_truncate(text, (gsize)(end - text->str));
    return g_string_free(text, FALSE);
}

/* The length of "scheme:" without the colon, 0 if there is none. */
static size_t scheme_length(const char *url)
{
    if (!g_ascii_isalpha(url[0]))
        return 0;
    size_t size = 1;
    while (g_ascii_isalnum(url[size]) || url[size] == '+' || url[size] == '-' || url[size] == '.')
        size++;
    return url[size] == ':' ? size : 0;
}

static bool is_web(const char *scheme)
{
    static const char *const names[] = {"http", "https", "ftp", "ws", "wss"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i], scheme) == 0)
            return true;
    return false;
}

/* One number of an IPv4 address: decimal, octal with "0", hexadecimal with "0x". */
static bool parse_number(guint64 *out_number, const char *text)
{
    int base = 10;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
    } else if (text[0] == '0' && text[1] != '\0') {
        base = 8;
        text++;
    }
    if (*text == '\0' && base == 16) {
        *out_number = 0;
        return true;
    }
    if (!g_ascii_isxdigit(*text) || strlen(text) > 14)
        return false;
    char *end;
    *out_number = g_ascii_strtoull(text, &end, (guint)base);
    return *end == '\0';
}

/* The forms of an IPv4 address that browsers take ("3232235777", "0x7f.1") as four decimal numbers; NULL if none. */
static char *ipv4(const char *host)
{
    char **pieces = g_strsplit(host, ".", 5);
    guint count = g_strv_length(pieces);
    guint64 address = 0, number = 0;
    bool valid = count >= 1 && count <= 4;
    for (guint i = 0; valid && i < count; i++) {
        valid = parse_number(&number, pieces[i]);
        if (i + 1 < count) {
            valid = valid && number <= 255;
            address |= (number & 255) << (24 - 8 * i);
        } else {
            valid = valid && number < (G_GUINT64_CONSTANT(1) << (8 * (5 - count)));
            address |= number;
        }
    }
    g_strfreev(pieces);
    if (!valid)
        return NULL;
    return g_strdup_printf("%u.%u.%u.%u", (unsigned)(address >> 24) & 255, (unsigned)(address >> 16) & 255,
                           (unsigned)(address >> 8) & 255, (unsigned)address & 255);
}

/* IDNA (UTS 46): full-width and look-alike dots become what they stand for, A-labels U-labels. g_free(). */
static char *to_unicode(const char *host)
{
    UErrorCode status = U_ZERO_ERROR;
    UIDNA *idna = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_UNICODE, &status);
    if (U_FAILURE(status))
        return g_strdup(host);
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    size_t room = strlen(host) * 4 + 64;
    char *text = g_malloc(room);
    int32_t size = uidna_nameToUnicodeUTF8(idna, host, -1, text, (int32_t)room - 1, &info, &status);
    uidna_close(idna);
    if (U_FAILURE(status) || size < 0 || (size_t)size >= room) {
        g_free(text);
        return g_strdup(host);
    }
    text[size] = '\0';
    return text;
}

/* Percent escapes, case, IDNA, IPv4 forms, the root's dot. g_free(). */
static char *canonical_host(const char *text, size_t size)
{
    char *raw = g_strndup(text, size);
    char *plain = g_uri_unescape_string(raw, NULL);
    if (plain == NULL || !g_utf8_validate(plain, -1, NULL)) {
        g_free(plain);
        plain = g_strdup(raw);
    }
    g_free(raw);
    char *host = g_ascii_strdown(plain, -1);
    g_free(plain);
    if (host[0] == '[')
        return host;
    bool ascii = g_str_is_ascii(host);
    if (!ascii || strstr(host, "xn--") != NULL) {
        char *mapped = to_unicode(host);
        g_free(host);
        host = mapped;
    }
    size_t length = strlen(host);
    if (length > 1 && host[length - 1] == '.')
        host[length - 1] = '\0';
    char *address = ipv4(host);
    if (address == NULL)
        return host;
    g_free(host);
    return address;
}

/* "user@host:port" of authority. False if there is no host. */
static bool parse_authority(struct sks_link *link, GStringChunk *strings, const char *authority, size_t size)
{
    const char *end = authority + size, *host = authority;
    const char *at = memrchr(authority, '@', size);
    if (at != NULL) {
        link->has_user = true;
        host = at + 1;
    }
    const char *port = end;
    while (port > host && g_ascii_isdigit(port[-1]))
        port--;
    const char *host_end = end;
    if (port > host && port[-1] == ':') {
        host_end = port - 1;
        guint64 number = g_ascii_strtoull(port, NULL, 10); /* stops at the first that is no digit */
        link->port = number <= 65535 ? (unsigned)number : 0;
    }
    char *canonical = canonical_host(host, (size_t)(host_end - host));
    link->host = g_string_chunk_insert(strings, canonical);
    g_free(canonical);
    return link->host[0] != '\0';
}

bool sks_link_parse(struct sks_link *out_link, GStringChunk *strings, const char *url)
{
    char *text = clean(url);
    size_t size = scheme_length(text);
    if (size == 0) {
        g_free(text);
        return false;
    }
    struct sks_link link = {.kind = SKS_LINK_TEXT, .host = "", .path = "", .text = ""};
    char *scheme = g_ascii_strdown(text, (gssize)size);
    const char *rest = text + size + 1;
    bool web = is_web(scheme), valid = true;
    size_t slashes = strspn(rest, web ? "/\\" : "/");
    if (web || slashes >= 2) {
        const char *authority = rest + (web ? slashes : 2);
        size_t length = strcspn(authority, web ? "/\\?#" : "/?#");
        valid = parse_authority(&link, strings, authority, length) || !web;
        rest = authority + length;
    }
    if (valid) {
        link.scheme = g_string_chunk_insert(strings, scheme);
        link.target = g_string_chunk_insert(strings, text);
        link.path = g_string_chunk_insert(strings, rest);
        *out_link = link;
    }
    g_free(scheme);
    g_free(text);
    return valid;
}

/* Whether a URL begins at text; *out_assumed is what it lacks in front. */
static bool begins(const char *text, const char *at, const char **out_assumed)
{
    char before = at > text ? at[-1] : ' ';
    if (g_ascii_isalnum(before))
        return false;
    *out_assumed = "";
    switch (*at) {
    case 'h':
    case 'H':
        return g_ascii_strncasecmp(at, "http://", 7) == 0 || g_ascii_strncasecmp(at, "https://", 8) == 0;
    case 'f':
    case 'F':
        return g_ascii_strncasecmp(at, "ftp://", 6) == 0;
    case 'w':
    case 'W':
        *out_assumed = "http://";
        /* "hxxp://www." is written by someone who wants no link. */
        return strchr("/:@.-_", before) == NULL && g_ascii_strncasecmp(at, "www.", 4) == 0;
    default:
        return false;
    }
}

/* Whether a letter beyond ASCII goes on with the URL (an IDN, an IRI's path) or is the text around it. */
static bool continues(gunichar code, gunichar before)
{
    if (!g_unichar_isalnum(code) && !g_unichar_ismark(code))
        return false;
    if (code >= 0xFF00 && code <= 0xFFEF) /* full-width and half-width forms */
        return false;
    if (before >= 128)
        return true;
    /* Japanese goes on without a space: "…/indexをご覧". A name of its own begins after a delimiter, not with kana. */
    return strchr("/.=_-?&#+", (int)before) != NULL && !(code >= 0x3041 && code <= 0x309F);
}

/* Where the URL that begins at text ends. */
static const char *find_end(const char *text)
{
    gunichar before = ' ';
    const char *at = text;
    while (*at != '\0' && at - text < (ptrdiff_t)SKS_LIMIT_LINK_SIZE) {
        gunichar code = g_utf8_get_char(at);
        if (code <= ' ' || code == 127 || (code < 128 && strchr("<>\"`{}|\\^", (int)code) != NULL))
            break;
        if (code >= 128 && !continues(code, before))
            break;
        before = code;
        at = g_utf8_next_char(at);
    }
    return at;
}

/* Punctuation at the end belongs to the sentence; a closing bracket, if none was opened in the URL. */
static const char *trim_end(const char *start, const char *end)
{
    ptrdiff_t open = 0, square = 0;
    for (const char *at = start; at < end; at++) {
        open += *at == '(' ? 1 : *at == ')' ? -1 : 0;
        square += *at == '[' ? 1 : *at == ']' ? -1 : 0;
    }
    for (; end > start; end--) {
        char last = end[-1];
        if (last == ')' && open < 0)
            open++;
        else if (last == ']' && square < 0)
            square++;
        else if (strchr(".,;:!?'*~_([", last) == NULL)
            break;
    }
    return end;
}

/* A host as text would give it: not defanged ("a[.]example"), with two dots where only "www." said that it is one. */
static bool plausible(const struct sks_link *link, bool assumed)
{
    if (link->host[0] == '[')
        return !assumed && strchr(link->host, ':') != NULL;
    if (strpbrk(link->host, "[]()',;") != NULL)
        return false;
    const char *dot = strchr(link->host, '.');
    return !assumed || (dot != NULL && strchr(dot + 1, '.') != NULL);
}

bool sks_link_find(GArray *links, GStringChunk *strings, const char *text)
{
    for (const char *at = text; *at != '\0';) {
        at += strcspn(at, "hHfFwW");
        const char *assumed;
        if (*at == '\0')
            break;
        if (!begins(text, at, &assumed)) {
            at++;
            continue;
        }
        const char *end = trim_end(at, find_end(at));
        char *url = g_strdup_printf("%s%.*s", assumed, (int)(end - at), at);
        struct sks_link link;
        bool found = sks_link_parse(&link, strings, url) && plausible(&link, assumed[0] != '\0');
        if (found) {
            if (links->len >= SKS_LIMIT_LINK_COUNT) {
                g_free(url);
                return false;
            }
            link.text = g_string_chunk_insert_len(strings, at, end - at);
            g_array_append_val(links, link);
        }
        g_free(url);
        at = end > at ? end : at + 1;
    }
    return true;
}
