/*
 * The body banner: the verdict's sentence on top of the text that a reader sees.
 *
 * Only what is certain is done. The structure is followed through multipart/mixed, related and alternative; the first
 * part of each (of an alternative: each) that is text/plain or text/html, not an attachment, in a known encoding, gets
 * the banner inserted before its first byte. Nothing that is there is decoded or written anew: a base64 part gets a
 * block of whole quanta put in front, quoted-printable a line, the others the bytes themselves. Whatever is unclear (a
 * boundary that isn't found, a charset that can't write the words) leaves the part, or the body, as it is.
 */
#include "edit.h"

#include <string.h>

#include <glib.h>

#define DEPTH_MOST  8u
#define PARTS_MOST  8u /* parts that get the banner */
#define HEADER_MOST (64u * 1024)

struct insertion {
    size_t at;
    char *bytes;
    size_t size;
};

struct work {
    const struct sks_edit_input *input;
    const char *bytes;
    GArray *insertions;
    bool unclear; /* found something that forbids touching the body at all */
};

/* The fields of a part's header that decide. All lower case, except boundary. */
struct part {
    char *type, *charset, *boundary, *encoding, *disposition;
};

static void part_finish(struct part *part)
{
    g_free(part->type);
    g_free(part->charset);
    g_free(part->boundary);
    g_free(part->encoding);
    g_free(part->disposition);
}

/* The value of a parameter, as in `; name="value"`; quoted or not. NULL if it isn't there. The caller frees. */
static char *take_parameter(const char *value, const char *name)
{
    const char *at = strchr(value, ';');
    size_t size = strlen(name);
    while (at != NULL) {
        at += 1 + strspn(at + 1, " \t\r\n");
        bool here = g_ascii_strncasecmp(at, name, size) == 0;
        const char *equals = at + (here ? size : 0);
        equals += strspn(equals, " \t");
        if (here && *equals == '=') {
            equals += 1 + strspn(equals + 1, " \t\r\n");
            if (*equals == '"') {
                const char *end = strchr(equals + 1, '"');
                bool escaped = end != NULL && memchr(equals, '\\', (size_t)(end - equals)) != NULL;
                return end == NULL || escaped ? NULL : g_strndup(equals + 1, (size_t)(end - equals - 1));
            }
            return g_strndup(equals, strcspn(equals, "; \t\r\n("));
        }
        /* A semicolon inside a quoted value is not the next parameter. */
        bool quoted = false;
        for (; *at != '\0' && (quoted || *at != ';'); at++)
            quoted ^= *at == '"';
        at = *at == ';' ? at : NULL;
    }
    return NULL;
}

/* The first word of a field's value in lower case. */
static char *take_token(const char *value)
{
    value += strspn(value, " \t\r\n");
    char *token = g_strndup(value, strcspn(value, "; \t\r\n("));
    char *lower = g_ascii_strdown(token, -1);
    g_free(token);
    return lower;
}

static char *lower_or_null(char *text)
{
    char *lower = text != NULL ? g_ascii_strdown(text, -1) : NULL;
    g_free(text);
    return lower;
}

static void part_take_field(struct part *part, const char *name, const char *value)
{
    if (g_ascii_strcasecmp(name, "Content-Type") == 0 && part->type == NULL) {
        part->type = take_token(value);
        part->charset = lower_or_null(take_parameter(value, "charset"));
        part->boundary = take_parameter(value, "boundary");
    } else if (g_ascii_strcasecmp(name, "Content-Transfer-Encoding") == 0 && part->encoding == NULL) {
        part->encoding = take_token(value);
    } else if (g_ascii_strcasecmp(name, "Content-Disposition") == 0 && part->disposition == NULL) {
        part->disposition = take_token(value);
    }
}

/*
 * Reads the header of a part inside the body, from *at. Leaves *at at the first byte of the part's content. Returns
 * false if the header does not end.
 */
static bool part_read(struct part *part, const char *bytes, size_t *at, size_t end)
{
    size_t start = *at;
    while (*at < end && *at - start < HEADER_MOST) {
        const char *line = bytes + *at;
        const char *stop = memchr(line, '\n', end - *at);
        if (stop == NULL)
            return false;
        size_t next = (size_t)(stop - bytes) + 1;
        if (stop == line || (stop == line + 1 && *line == '\r')) {
            *at = next;
            return true;
        }
        while (next < end && (bytes[next] == ' ' || bytes[next] == '\t')) {
            const char *more = memchr(bytes + next, '\n', end - next);
            if (more == NULL)
                return false;
            next = (size_t)(more - bytes) + 1;
        }
        char *field = g_strndup(line, next - *at);
        char *colon = strchr(field, ':');
        if (colon != NULL) {
            *colon = '\0';
            part_take_field(part, g_strchomp(field), colon + 1);
        }
        g_free(field);
        *at = next;
    }
    return false;
}

/* The position of the next delimiter line of a multipart, or end. */
static size_t find_delimiter(const char *bytes, size_t at, size_t end, const char *boundary)
{
    size_t size = strlen(boundary);
    while (at < end) {
        if (end - at >= size + 2 && bytes[at] == '-' && bytes[at + 1] == '-' &&
            memcmp(bytes + at + 2, boundary, size) == 0) {
            size_t after = at + 2 + size;
            after += after + 1 < end && bytes[after] == '-' && bytes[after + 1] == '-' ? 2 : 0;
            while (after < end && strchr(" \t\r", bytes[after]) != NULL && bytes[after] != '\0')
                after++;
            if (after >= end || bytes[after] == '\n')
                return at;
        }
        const char *stop = memchr(bytes + at, '\n', end - at);
        if (stop == NULL)
            return end;
        at = (size_t)(stop - bytes) + 1;
    }
    return end;
}

static bool is_ascii(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] >= 0x80 || text[i] == '\0')
            return false;
    return true;
}

/* HTML in characters that every ASCII-compatible charset has. */
static char *make_html(const char *sentence)
{
    GString *html = g_string_new("<div style=\"border:2px solid #b00020;color:#000000;background:#fff4f4;"
                                 "padding:8px;margin:0 0 8px 0\">");
    for (const char *at = sentence; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c < 0x20 || c > 0x7e || strchr("<>&\"'", (int)c) != NULL)
            g_string_append_printf(html, "&#%u;", (unsigned)c);
        else
            g_string_append_c(html, (char)c);
        if (html->len - (strrchr(html->str, '\n') != NULL ? (size_t)(strrchr(html->str, '\n') - html->str) : 0) > 900)
            g_string_append(html, "\r\n");
    }
    g_string_append(html, "</div>\r\n");
    return g_string_free(html, FALSE);
}

/* The sentence as lines of text in a charset; NULL if that can't write it. */
static char *make_plain(const char *sentence, const char *charset, size_t *out_size)
{
    static const struct {
        const char *declared, *converter;
    } charsets[] = {
        {"utf-8", NULL},
        {"iso-2022-jp", "ISO-2022-JP"},
        {"shift_jis", "CP932"},
        {"windows-31j", "CP932"},
        {"x-sjis", "CP932"},
        {"cp932", "CP932"},
        {"euc-jp", "EUC-JP"},
        {"iso-2022-jp-ms", "ISO-2022-JP"},
        {"cp50220", "ISO-2022-JP"},
    };
    char *text = g_strconcat("*** ", sentence, " ***\r\n\r\n", NULL), *result = NULL;
    if (is_ascii(text, strlen(text))) {
        *out_size = strlen(text);
        return text;
    }
    for (size_t i = 0; charset != NULL && i < G_N_ELEMENTS(charsets); i++) {
        if (strcmp(charset, charsets[i].declared) != 0)
            continue;
        if (charsets[i].converter == NULL) {
            *out_size = strlen(text);
            return text;
        }
        result = g_convert(text, -1, charsets[i].converter, "UTF-8", NULL, out_size, NULL);
    }
    g_free(text);
    return result;
}

static bool is_ascii_compatible(const char *charset)
{
    return charset == NULL || (strncmp(charset, "utf-16", 6) != 0 && strncmp(charset, "utf-32", 6) != 0 &&
                               strncmp(charset, "utf-7", 5) != 0 && strncmp(charset, "ebcdic", 6) != 0 &&
                               strncmp(charset, "ucs-", 4) != 0 && strncmp(charset, "iso-10646", 9) != 0);
}

static char *encode_quoted(const char *bytes, size_t size, size_t *out_size)
{
    GString *out = g_string_new(NULL);
    size_t column = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '\r' && i + 1 < size && bytes[i + 1] == '\n') {
            g_string_append(out, "\r\n");
            column = 0;
            i++;
            continue;
        }
        if (column > 72) {
            g_string_append(out, "=\r\n");
            column = 0;
        }
        bool last = i + 1 >= size || bytes[i + 1] == '\r';
        if (c > 0x7e || c < 0x20 || c == '=' || (c == ' ' && last) || (column == 0 && (c == '.' || c == 'F'))) {
            g_string_append_printf(out, "=%02X", c);
            column += 3;
        } else {
            g_string_append_c(out, (char)c);
            column++;
        }
    }
    *out_size = out->len;
    return g_string_free(out, FALSE);
}

/* Whole quanta, so that the block can stand before the rest of a base64 part. */
static char *encode_base64(const char *bytes, size_t size, size_t *out_size)
{
    GString *padded = g_string_new_len(bytes, (gssize)size);
    GString *out = g_string_new(NULL);
    /* The block ends with a line end; what is missing to whole quanta are blanks before it. */
    while (padded->len % 3 != 0)
        g_string_insert_c(padded, (gssize)padded->len - 2, ' ');
    char *encoded = g_base64_encode((const guchar *)padded->str, padded->len);
    for (const char *at = encoded; *at != '\0';) {
        size_t line = MIN(strlen(at), (size_t)76);
        g_string_append_len(out, at, (gssize)line);
        g_string_append(out, "\r\n");
        at += line;
    }
    g_free(encoded);
    g_string_free(padded, TRUE);
    *out_size = out->len;
    return g_string_free(out, FALSE);
}

/* Takes bytes over; returns them as the part's encoding wants them, or NULL. */
static char *encode(char *bytes, size_t size, const char *encoding, size_t *out_size)
{
    char *result = NULL;
    if (bytes == NULL)
        return NULL;
    if (encoding != NULL && strcmp(encoding, "base64") == 0) {
        result = encode_base64(bytes, size, out_size);
    } else if (encoding != NULL && strcmp(encoding, "quoted-printable") == 0) {
        result = encode_quoted(bytes, size, out_size);
    } else if (encoding == NULL || strcmp(encoding, "7bit") == 0) {
        *out_size = size;
        return is_ascii(bytes, size) ? bytes : (g_free(bytes), NULL);
    } else if (strcmp(encoding, "8bit") == 0 || strcmp(encoding, "binary") == 0) {
        *out_size = size;
        return bytes;
    }
    g_free(bytes);
    return result;
}

/* Makes the insertion for one text part whose content begins at a position. */
static void add_banner(struct work *work, const struct part *part, size_t at)
{
    struct insertion insertion = {.at = at};
    bool html = part->type != NULL && strcmp(part->type, "text/html") == 0;

    if (!is_ascii_compatible(part->charset))
        return;
    /* In the configured language; where its characters can't be written, in English. */
    for (int attempt = 0; attempt < 2 && insertion.bytes == NULL; attempt++) {
        enum sks_language language = attempt == 0 ? work->input->language : SKS_LANGUAGE_ENGLISH;
        const char *sentence = sks_verdict_summary(work->input->verdict, language);
        char *bytes;
        size_t size = 0;
        if (sentence[0] == '\0')
            return;
        if (html) {
            bytes = make_html(sentence);
            size = strlen(bytes);
        } else {
            bytes = make_plain(sentence, part->charset, &size);
        }
        insertion.bytes = encode(bytes, size, part->encoding, &insertion.size);
    }
    if (insertion.bytes != NULL && work->insertions->len < PARTS_MOST)
        g_array_append_val(work->insertions, insertion);
    else
        g_free(insertion.bytes);
}

static void visit(struct work *work, const struct part *part, size_t at, size_t end, unsigned depth);

static void visit_multipart(struct work *work, const struct part *part, size_t at, size_t end, unsigned depth)
{
    bool all = strcmp(part->type, "multipart/alternative") == 0;
    const char *bytes = work->bytes;
    if (part->boundary == NULL || part->boundary[0] == '\0' || depth >= DEPTH_MOST) {
        work->unclear = true;
        return;
    }
    size_t delimiter = find_delimiter(bytes, at, end, part->boundary);
    for (unsigned count = 0; delimiter < end && (all ? count < PARTS_MOST : count < 1); count++) {
        const char *line_end = memchr(bytes + delimiter, '\n', end - delimiter);
        if (line_end == NULL || strncmp(bytes + delimiter + 2 + strlen(part->boundary), "--", 2) == 0)
            break;
        size_t child_at = (size_t)(line_end - bytes) + 1;
        size_t next = find_delimiter(bytes, child_at, end, part->boundary);
        struct part child = {NULL, NULL, NULL, NULL, NULL};
        if (next >= end) {
            work->unclear = true; /* the part has no end: who knows what a reader's program makes of it */
            break;
        }
        if (part_read(&child, bytes, &child_at, next))
            visit(work, &child, child_at, next, depth + 1);
        part_finish(&child);
        delimiter = next;
    }
}

static void visit(struct work *work, const struct part *part, size_t at, size_t end, unsigned depth)
{
    const char *type = part->type != NULL ? part->type : "text/plain";
    if (part->disposition != NULL && strcmp(part->disposition, "attachment") == 0)
        return;
    if (strcmp(type, "multipart/signed") == 0 || strcmp(type, "multipart/encrypted") == 0 ||
        strstr(type, "pkcs7") != NULL || strstr(type, "pgp") != NULL)
        work->unclear = true;
    else if (strcmp(type, "multipart/mixed") == 0 || strcmp(type, "multipart/related") == 0 ||
             strcmp(type, "multipart/alternative") == 0)
        visit_multipart(work, part, at, end, depth);
    else if (strcmp(type, "text/plain") == 0 || strcmp(type, "text/html") == 0)
        add_banner(work, part, at);
}

static char *apply(struct work *work, size_t *out_size)
{
    const struct sks_edit_input *input = work->input;
    GString *body = g_string_sized_new(input->body_size + 4096);
    size_t at = 0;
    for (guint i = 0; i < work->insertions->len; i++) {
        struct insertion *insertion = &g_array_index(work->insertions, struct insertion, i);
        g_string_append_len(body, input->body_bytes + at, (gssize)(insertion->at - at));
        g_string_append_len(body, insertion->bytes, (gssize)insertion->size);
        at = insertion->at;
    }
    g_string_append_len(body, input->body_bytes + at, (gssize)(input->body_size - at));
    *out_size = body->len;
    return g_string_free(body, FALSE);
}

/* Whether the header declares one field twice: then readers differ on what the body is. */
static bool is_ambiguous(const struct sks_edit_input *input)
{
    unsigned types = 0, encodings = 0;
    for (size_t i = 0; i < input->field_count; i++) {
        types += g_ascii_strcasecmp(input->fields[i].name, "Content-Type") == 0;
        encodings += g_ascii_strcasecmp(input->fields[i].name, "Content-Transfer-Encoding") == 0;
    }
    return types > 1 || encodings > 1;
}

char *sks_body_banner(size_t *out_size, const struct sks_edit_input *input)
{
    struct part top = {NULL, NULL, NULL, NULL, NULL};
    char *result = NULL;

    if (input->verdict == NULL || input->truncated || input->body_bytes == NULL || input->body_size == 0 ||
        sks_verdict_protected(input->verdict) || is_ambiguous(input))
        return NULL;
    struct work work = {.input = input, .bytes = input->body_bytes};
    work.insertions = g_array_new(FALSE, TRUE, sizeof(struct insertion));
    for (size_t i = 0; i < input->field_count; i++)
        part_take_field(&top, input->fields[i].name, input->fields[i].value);
    visit(&work, &top, 0, input->body_size, 0);
    if (!work.unclear && work.insertions->len > 0)
        result = apply(&work, out_size);
    for (guint i = 0; i < work.insertions->len; i++)
        g_free(g_array_index(work.insertions, struct insertion, i).bytes);
    g_array_free(work.insertions, TRUE);
    part_finish(&top);
    return result;
}
