/*
 * Web pages, and what a browser opens as one: scripts, forms, redirections, and files that are written in them.
 *
 * Files in pages are Base64, in a data: address or in a script. Both are found by how the Base64 of a file begins that
 * matters (an archive, a program, a document), and looked into like a member.
 */
#include "attachment/names.h"
#include "attachment/web.h"
#include "sekisho/limits.h"

#define PAGE_SIZE  (8u * 1024 * 1024)
#define BASE64_RUN 2000u
#define FILE_RUN   24u /* characters of the shortest file that is looked into */

/* Base64 that long is a file, not text. */
static bool has_long_base64(const char *text)
{
    size_t run = 0;
    for (const char *p = text; *p != '\0'; p++) {
        run = g_ascii_isalnum(*p) || *p == '+' || *p == '/' ? run + 1 : 0;
        if (run >= BASE64_RUN)
            return true;
    }
    return false;
}

static bool has_any(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strstr(text, *words) != NULL)
            return true;
    }
    return false;
}

char *sks_web_text(const struct sks_file *file, size_t most, bool lower)
{
    size_t size = MIN(file->size, most), step = 1, at = 0;
    if (SKS_IS_AT(file->bytes, size, 0, "\xFF\xFE") || SKS_IS_AT(file->bytes, size, 0, "\xFE\xFF")) {
        step = 2;
        at = file->bytes[0] == 0xFF ? 2 : 3;
    } else if (SKS_IS_AT(file->bytes, size, 0, "\xEF\xBB\xBF")) {
        at = 3;
    }
    char *text = g_malloc(size + 1);
    size_t length = 0;
    for (; at < size; at += step) {
        char c = (char)file->bytes[at];
        if (c != '\0')
            text[length++] = lower ? g_ascii_tolower(c) : c;
    }
    text[length] = '\0';
    return text;
}

/* An attribute like onload= within a tag. */
static bool has_handler(const char *page)
{
    bool inside = false;
    for (const char *p = page; *p != '\0'; p++) {
        if (*p == '<')
            inside = g_ascii_isalpha(p[1]);
        else if (*p == '>')
            inside = false;
        if (!inside || (!g_ascii_isspace(*p) && strchr("\"'/", *p) == NULL) || p[1] != 'o' || p[2] != 'n')
            continue;
        const char *end = p + 3;
        while (g_ascii_isalpha(*end))
            end++;
        const char *sign = end + strspn(end, " \t\r\n");
        if (end - p >= 6 && *sign == '=')
            return true;
    }
    return false;
}

/* A link that saves a file instead of leading somewhere. */
static bool saves_data(const char *page)
{
    size_t size;
    for (const char *tag = page; (tag = strchr(tag, '<')) != NULL; tag += size) {
        size = 1;
        if (tag[1] != 'a' || g_ascii_isalpha(tag[2])) /* abbr, article */
            continue;
        size = strcspn(tag, ">"); /* tags that don't end are one: each byte is read once */
        const char *data = g_strstr_len(tag, (gssize)size, "data:"),
                   *saved = g_strstr_len(tag, (gssize)size, "download");
        if (data != NULL && saved != NULL && !g_str_has_prefix(data, "data:image/"))
            return true;
    }
    return false;
}

static bool is_base64(char c)
{
    return g_ascii_isalnum(c) || c == '+' || c == '/';
}

/* What readers of Base64 skip. */
static bool is_filling(const char *p)
{
    return *p == ' ' || *p == '\t' || *p == '\r' || *p == '\n' || (p[0] == '\\' && p[1] == '/');
}

/* Base64 as far as it goes, also with blanks, and with what an address or JSON writes otherwise. */
static GByteArray *decode_run(const char *run, const char **out_end)
{
    GString *clean = g_string_new(NULL);
    const char *p = run;
    for (;; p++) {
        if (is_base64(*p))
            g_string_append_c(clean, *p);
        else if (p[0] == '%' && p[1] == '2' && (p[2] == 'B' || p[2] == 'b' || p[2] == 'F' || p[2] == 'f')) {
            g_string_append_c(clean, p[2] == 'B' || p[2] == 'b' ? '+' : '/');
            p += 2;
        } else if (!is_filling(p))
            break;
    }
    *out_end = p;
    while (clean->len % 4 != 0)
        g_string_append_c(clean, '=');
    gsize size;
    guchar *bytes = g_base64_decode(clean->str, &size);
    g_string_free(clean, TRUE);
    return g_byte_array_new_take(bytes, size);
}

static bool starts_file(const char *run)
{
    static const char *const starts[] = {"UEsDB",  "TVqQ",      "TVpQ",   "TVoA",    "N3q8rycc", "UmFyIRoH",
                                         "0M8R4K", "TVNDRgAAA", "TAAAAA", "JVBERi0", "e1xydG"};
    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++)
        if (g_str_has_prefix(run, starts[i]))
            return true;
    return false;
}

/* Looks into the file that was written in so many characters. False: no more are to be looked for. */
static bool look_into_run(struct sks_file *file, const GByteArray *bytes, size_t written, unsigned *count)
{
    if (*count >= SKS_LIMIT_INLINE_FILES) {
        sks_file_fact(file, "limit.archive-entries", NULL, "%u", SKS_LIMIT_INLINE_FILES);
        return false;
    }
    if (!sks_file_unpack(file, written)) /* blanks, too: they were read */
        return false;
    enum sks_file_type type = sks_file_type_detect(bytes->data, bytes->len, "");
    if (type == SKS_FILE_UNKNOWN || type == SKS_FILE_TEXT)
        return true;
    g_autofree char *name = g_strdup_printf("inline-%u", ++*count);
    struct sks_member member = {.name = name, .charset = "us-ascii", .size = bytes->len};
    size_t index;
    if (!sks_file_list(file, &member, &index))
        return false;
    sks_file_member_bytes(file, &member, index, bytes->data, bytes->len);
    return true;
}

/* Looks into the files in the page; returns whether there was one. */
static bool look_into_files(struct sks_file *file, const char *page)
{
    unsigned count = 0;
    char before = '\0';
    for (const char *p = page; *p != '\0'; before = *p, p++) {
        if (is_base64(before) || !starts_file(p))
            continue;
        const char *end;
        g_autoptr(GByteArray) bytes = decode_run(p, &end);
        bool is_short = end - p < (ptrdiff_t)FILE_RUN;
        if (!is_short && !look_into_run(file, bytes, (size_t)(end - p), &count))
            break;
        /* A file may follow after a blank; what is decoded again is paid for again. */
        while (!is_short && is_base64(p[1]))
            p++;
        p = is_short ? end - 1 : p;
    }
    return count > 0;
}

/* Of XML, also with a prefix: <svg:script. */
static bool has_script(const char *page)
{
    for (const char *p = page; (p = strstr(p, "script")) != NULL; p += 6) {
        const char *start = p;
        if (start > page && start[-1] == ':')
            for (start--; start > page && p - start < 64 && (g_ascii_isalnum(start[-1]) || strchr("-_.", start[-1]));)
                start--;
        if (start > page && start[-1] == '<')
            return true;
    }
    return false;
}

static void look_at_page(struct sks_file *file, const char *source)
{
    static const char *const building[] = {"createobjecturl", "mssaveoropenblob",  "new blob", "atob(",
                                           "fromcharcode",    "data:application/", NULL};
    static const char *const passwords[] = {"type=\"password\"", "type='password'", "type=password", NULL};
    static const char *const moving[] = {"http-equiv=\"refresh\"", "http-equiv='refresh'", "http-equiv=refresh",
                                         "location.href=",         "location.href =",      "location.replace(",
                                         "window.location=",       "window.location =",    NULL};
    g_autofree char *page = g_ascii_strdown(source, -1);
    if (has_script(page) || strstr(page, "javascript:") != NULL || has_handler(page))
        sks_file_fact(file, "attachment.html-script", NULL, NULL);
    bool built = has_any(page, building) && has_long_base64(page);
    if (look_into_files(file, source) || built || saves_data(page))
        sks_file_fact(file, "attachment.html-smuggling", NULL, NULL);
    if (has_any(page, passwords))
        sks_file_fact(file, "attachment.html-form", NULL, NULL);
    if (has_any(page, moving))
        sks_file_fact(file, "attachment.html-redirect", NULL, NULL);
}

void sks_html_inspect(struct sks_file *file)
{
    g_autofree char *page = sks_web_text(file, PAGE_SIZE, false);
    look_at_page(file, page);
}

/* Quoted-printable undone, as far as it hides words. */
static char *undo_quoting(const char *text)
{
    GString *plain = g_string_new(NULL);
    for (const char *p = text; *p != '\0'; p++) {
        if (p[0] == '=' && g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2])) {
            char c = (char)(g_ascii_xdigit_value(p[1]) << 4 | g_ascii_xdigit_value(p[2]));
            g_string_append_c(plain, c != '\0' ? c : ' ');
            p += 2;
        } else if (p[0] == '=' && (p[1] == '\n' || (p[1] == '\r' && p[2] == '\n')))
            p += p[1] == '\n' ? 1 : 2;
        else
            g_string_append_c(plain, *p);
    }
    return g_string_free(plain, FALSE);
}

/* The page that a part in Base64 holds; NULL if it holds none. */
static char *decode_page(const char *body, const char **out_end)
{
    g_autoptr(GByteArray) bytes = decode_run(body, out_end);
    guint8 nul = 0;
    bool page =
        bytes->len > 0 && memchr(bytes->data, '<', bytes->len) != NULL && memchr(bytes->data, '\0', bytes->len) == NULL;
    if (!page)
        return NULL;
    g_byte_array_append(bytes, &nul, 1);
    return g_strdup((const char *)bytes->data);
}

/* Where the header ends that p lies in; NULL: nowhere. */
static const char *find_body(const char *p)
{
    while ((p = strchr(p, '\n')) != NULL) {
        p++;
        if (p[0] == '\n' || (p[0] == '\r' && p[1] == '\n'))
            return p;
    }
    return NULL;
}

/* A header field's size, with its further lines. */
static size_t field_size(const char *field)
{
    size_t size = strcspn(field, "\n");
    while (field[size] == '\n' && (field[size + 1] == ' ' || field[size + 1] == '\t'))
        size += 1 + strcspn(field + size + 1, "\n");
    return size;
}

/* MHTML: a mail by its form, that a browser opens as a page. */
void sks_web_archive_inspect(struct sks_file *file)
{
    g_autofree char *text = sks_web_text(file, PAGE_SIZE, false), *plain = undo_quoting(text);
    look_at_page(file, plain);
    g_autofree char *lower = g_ascii_strdown(text, -1);
    const char *field = lower;
    unsigned pages = 0;
    while ((field = strstr(field, "content-transfer-encoding")) != NULL) {
        size_t size = field_size(field);
        if (g_strstr_len(field, (gssize)size, "base64") == NULL) {
            field += size;
            continue;
        }
        const char *body = find_body(field), *end;
        if (body == NULL)
            break;
        body += strspn(body, " \t\r\n");
        g_autofree char *page = decode_page(text + (body - lower), &end);
        field = lower + (end - text);
        if (page == NULL)
            continue;
        if (pages++ >= SKS_LIMIT_INLINE_FILES) {
            sks_file_fact(file, "limit.archive-entries", NULL, "%u", SKS_LIMIT_INLINE_FILES);
            break;
        }
        look_at_page(file, page);
    }
}
