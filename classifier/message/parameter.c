/*
 * Parameters of MIME fields. libetpan's mailmime_content_parse() is strict: one raw byte, one unquoted "=?" or a
 * missing quote and the whole field is lost, and file names are where mailers break every rule. So fields are read
 * here, leniently, in one pass: RFC 2231 continuations in any order, with and without percent signs; encoded words,
 * quoted or not; raw bytes (a backslash may be the second byte of a Shift_JIS character, a quote may be half a kanji in
 * ISO-2022-JP); values with spaces and without quotes; quotes that are never closed.
 */
#include "message/parameter.h"

#include <stdlib.h>
#include <string.h>

#include "message/charset.h"
#include "message/clean.h"
#include "message/encoded-word.h"
#include "message/message.h"
#include "sekisho/limits.h"

/* One "name*3*=value". */
struct item {
    const char *name; /* lower case, without the stars */
    const char *bytes;
    size_t size;
    unsigned section;
    bool continued; /* has a section number */
    bool extended;  /* percent-encoded */
};

struct cursor {
    const char *at, *end;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(struct cursor *cursor)
{
    while (cursor->at < cursor->end && is_blank(*cursor->at))
        cursor->at++;
}

/* Comments nest, but only their count matters. */
static void skip_comment(struct cursor *cursor)
{
    size_t depth = 0;
    for (; cursor->at < cursor->end; cursor->at++) {
        if (*cursor->at == '\\' && cursor->end - cursor->at > 1) {
            cursor->at++;
        } else if (*cursor->at == '(') {
            depth++;
        } else if (*cursor->at == ')' && --depth == 0) {
            cursor->at++;
            return;
        }
    }
}

/* A two-byte run of raw ISO-2022-JP is taken as a whole. */
static bool take_run(GString *out, struct cursor *cursor)
{
    if (cursor->end - cursor->at < 3 || cursor->at[0] != '\033' || cursor->at[1] != '$')
        return false;
    const char *back = memmem(cursor->at, (size_t)(cursor->end - cursor->at), "\033(", 2);
    const char *stop = back != NULL && cursor->end - back >= 3 ? back + 3 : cursor->end;
    g_string_append_len(out, cursor->at, stop - cursor->at);
    cursor->at = stop;
    return true;
}

static bool is_escape(const struct cursor *cursor, const char *start)
{
    if (cursor->at[0] != '\\' || cursor->end - cursor->at < 2)
        return false;
    if (cursor->at > start && (unsigned char)cursor->at[-1] >= 0x81 && cursor->at[1] != '"')
        return false; /* the second byte of a character, rather */
    return cursor->at[1] == '"' || cursor->at[1] == '\\';
}

static void read_quoted(GString *out, struct cursor *cursor)
{
    const char *start = ++cursor->at;
    while (cursor->at < cursor->end && *cursor->at != '"') {
        if (take_run(out, cursor))
            continue;
        if (is_escape(cursor, start))
            cursor->at++;
        if (*cursor->at != '\r' && *cursor->at != '\n')
            g_string_append_c(out, *cursor->at);
        cursor->at++;
    }
    if (cursor->at < cursor->end) {
        cursor->at++;
        return;
    }
    /* Never closed: the value ends with its line or at the next parameter. */
    cursor->at = start;
    while (cursor->at < cursor->end && *cursor->at != ';' && *cursor->at != '\r' && *cursor->at != '\n')
        cursor->at++;
    g_string_truncate(out, 0);
    g_string_append_len(out, start, cursor->at - start);
}

static void read_plain(GString *out, struct cursor *cursor)
{
    while (cursor->at < cursor->end && *cursor->at != ';') {
        if (take_run(out, cursor))
            continue;
        if (*cursor->at != '\r' && *cursor->at != '\n')
            g_string_append_c(out, *cursor->at);
        cursor->at++;
    }
    while (out->len > 0 && is_blank(out->str[out->len - 1]))
        g_string_truncate(out, out->len - 1);
}

/* "filename*0*" → name, section and whether it is extended. */
static void read_stars(struct item *item, GStringChunk *strings, const char *name, size_t size)
{
    if (size > 0 && name[size - 1] == '*') {
        item->extended = true;
        size--;
    }
    const char *star = memchr(name, '*', size);
    if (star != NULL) {
        item->continued = true;
        for (const char *digit = star + 1; digit < name + size && g_ascii_isdigit(*digit) && item->section < 10000;
             digit++)
            item->section = item->section * 10 + (unsigned)(*digit - '0');
        size = (size_t)(star - name);
    }
    item->name = sks_clean_token(strings, name, size);
}

static void read_item(struct sks_parameters *parameters, GStringChunk *strings, struct cursor *cursor, GString *scratch)
{
    const char *start = cursor->at;
    while (cursor->at < cursor->end && *cursor->at != '=' && *cursor->at != ';')
        cursor->at++;
    const char *stop = cursor->at;
    if (cursor->at >= cursor->end || *cursor->at != '=')
        return;
    while (stop > start && is_blank(stop[-1]))
        stop--;
    cursor->at++;
    skip_blanks(cursor);
    g_string_truncate(scratch, 0);
    if (cursor->at < cursor->end && *cursor->at == '"')
        read_quoted(scratch, cursor);
    else
        read_plain(scratch, cursor);
    struct item item = {0};
    read_stars(&item, strings, start, (size_t)(stop - start));
    item.size = MIN(scratch->len, SKS_LIMIT_FILE_NAME_SIZE);
    item.bytes = g_string_chunk_insert_len(strings, scratch->str, (gssize)item.size);
    for (guint i = 0; i < parameters->items->len && !parameters->repeated; i++) {
        const struct item *other = &g_array_index(parameters->items, struct item, i);
        parameters->repeated = strcmp(other->name, item.name) == 0 && other->continued == item.continued &&
                               other->extended == item.extended && other->section == item.section;
    }
    g_array_append_val(parameters->items, item);
}

void sks_parameters_read(struct sks_parameters *out_parameters, GStringChunk *strings, const char *raw, size_t size)
{
    struct cursor cursor = {.at = raw, .end = raw + size};
    g_autoptr(GString) scratch = g_string_new(NULL);
    out_parameters->items = g_array_new(FALSE, FALSE, sizeof(struct item));
    out_parameters->repeated = false;
    while (cursor.at < cursor.end && *cursor.at != ';') {
        if (*cursor.at == '(') {
            skip_comment(&cursor);
            continue;
        }
        if (!is_blank(*cursor.at))
            g_string_append_c(scratch, *cursor.at);
        cursor.at++;
    }
    out_parameters->value = sks_clean_token(strings, scratch->str, MIN(scratch->len, 256));
    while (cursor.at < cursor.end && out_parameters->items->len < SKS_LIMIT_PARAMETER_COUNT) {
        if (*cursor.at == ';' || is_blank(*cursor.at))
            cursor.at++;
        else if (*cursor.at == '(')
            skip_comment(&cursor);
        else
            read_item(out_parameters, strings, &cursor, scratch);
    }
}

void sks_parameters_finish(struct sks_parameters *parameters)
{
    if (parameters->items != NULL)
        g_array_unref(parameters->items);
    *parameters = (struct sks_parameters){0};
}

/* The sections of a parameter in their order. A value with RFC 2231's star wins over one without. */
static guint collect(const struct item **out_items, const struct sks_parameters *parameters, const char *name)
{
    const struct item *single = NULL;
    guint count = 0;
    for (guint i = 0; i < parameters->items->len; i++) {
        const struct item *item = &g_array_index(parameters->items, struct item, i);
        if (strcmp(item->name, name) != 0)
            continue;
        if (!item->continued) {
            if (single == NULL || (item->extended && !single->extended))
                single = item;
            continue;
        }
        guint at = count;
        while (at > 0 && out_items[at - 1]->section > item->section)
            at--;
        if (at > 0 && out_items[at - 1]->section == item->section)
            continue;
        memmove(out_items + at + 1, out_items + at, (count - at) * sizeof *out_items);
        out_items[at] = item;
        count++;
    }
    if (single != NULL && (single->extended || count == 0)) {
        out_items[0] = single;
        return 1;
    }
    return count;
}

const char *sks_parameter_raw(const struct sks_parameters *parameters, GStringChunk *strings, const char *name)
{
    const struct item *items[SKS_LIMIT_PARAMETER_COUNT];
    guint count = collect(items, parameters, name);
    if (count == 0)
        return NULL;
    g_autoptr(GString) joined = g_string_new(NULL);
    for (guint i = 0; i < count; i++)
        g_string_append_len(joined, items[i]->bytes, (gssize)items[i]->size);
    return g_string_chunk_insert_len(strings, joined->str, (gssize)strlen(joined->str));
}

static void add_percent(GString *out, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '%' && i + 2 < size && g_ascii_isxdigit(bytes[i + 1]) && g_ascii_isxdigit(bytes[i + 2])) {
            g_string_append_c(out,
                              (char)(g_ascii_xdigit_value(bytes[i + 1]) << 4 | g_ascii_xdigit_value(bytes[i + 2])));
            i += 2;
        } else {
            g_string_append_c(out, bytes[i]);
        }
    }
}

/* "charset'language'": the charset, and the length of it all; without the two quotes nothing is taken. */
static size_t read_charset(char charset[64], const struct item *item)
{
    charset[0] = '\0';
    const char *first = memchr(item->bytes, '\'', item->size);
    if (!item->extended || first == NULL || first - item->bytes > 63)
        return 0;
    const char *second = memchr(first + 1, '\'', item->size - (size_t)(first + 1 - item->bytes));
    if (second == NULL)
        return 0;
    memcpy(charset, item->bytes, (size_t)(first - item->bytes));
    charset[first - item->bytes] = '\0';
    return (size_t)(second + 1 - item->bytes);
}

const char *sks_parameter_text(unsigned *out_flags, const struct sks_parameters *parameters, GStringChunk *strings,
                               const char *name)
{
    const struct item *items[SKS_LIMIT_PARAMETER_COUNT];
    guint count = collect(items, parameters, name);
    *out_flags = 0;
    if (count == 0)
        return NULL;
    char charset[64];
    size_t skip = read_charset(charset, items[0]);
    bool extended = false;
    g_autoptr(GString) bytes = g_string_new(NULL);
    for (guint i = 0; i < count; i++, skip = 0) {
        extended |= items[i]->extended;
        if (items[i]->extended)
            add_percent(bytes, items[i]->bytes + skip, items[i]->size - skip);
        else
            g_string_append_len(bytes, items[i]->bytes, (gssize)items[i]->size);
    }
    /* Some write encoded words into RFC 2231 parameters. */
    if (!extended || memmem(bytes->str, bytes->len, "=?", 2) != NULL) {
        struct sks_encoded_text text;
        sks_encoded_word_decode(&text, bytes->str, bytes->len);
        const char *value = g_string_chunk_insert(strings, text.text->str);
        *out_flags = text.flags | (extended ? SKS_HEADER_BROKEN_ENCODING : 0);
        sks_encoded_text_finish(&text);
        return value;
    }
    struct sks_decoded decoded;
    sks_charset_decode(&decoded, bytes->str, bytes->len, charset, SKS_LIMIT_FILE_NAME_SIZE);
    if (decoded.mismatch || decoded.replaced > 0)
        *out_flags |= SKS_HEADER_BROKEN_ENCODING;
    g_autoptr(GString) line = g_string_new(NULL);
    if (sks_clean_line(line, decoded.text, decoded.size))
        *out_flags |= SKS_HEADER_BIDI;
    g_strstrip(line->str);
    g_free(decoded.text);
    return g_string_chunk_insert(strings, line->str);
}
