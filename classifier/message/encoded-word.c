/*
 * A field's value is read from left to right as words and raw text in turn. Neighbouring words of one charset are
 * joined as bytes before they are decoded, since mailers cut inside characters (and inside groups of base64). Raw text
 * is decoded by its own detected charset. What is mended is flagged:
 *
 *   words in quotes or without space around · spaces inside · no "?=" · bad base64, "=" without digits · a language
 *   after the charset (RFC 2231) · no or unknown or wrong charset · "?" in a Q word
 *
 * In raw ISO-2022-JP "=?" may be a kanji, so two-byte runs are skipped when words are looked for.
 */
#include "message/encoded-word.h"

#include <stdbool.h>
#include <string.h>

#include "base/unicode.h"
#include "message/charset-table.h"
#include "message/charset.h"
#include "message/message.h"
#include "message/clean.h"
#include "sekisho/limits.h"

#define CHARSET_SIZE 64

struct word {
    char charset[CHARSET_SIZE];
    bool base64;
    const char *payload;
    size_t payload_size;
    const char *end; /* behind the word */
    bool mended;
};

/* Words that are being joined. */
struct group {
    char charset[CHARSET_SIZE];
    GByteArray *bytes;
    unsigned sextets, sextet_count; /* of a base64 group that a word left open */
    size_t last_word;               /* where the last word's bytes begin */
    bool active, mended;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

/* "=?charset?B?": fills word up to the payload. */
static bool read_opening(struct word *word, const char *at, const char *end)
{
    const char *start = skip_blanks(at + 2, end), *stop = start;
    while (stop < end && stop - start < CHARSET_SIZE - 1 && *stop != '?' && !is_blank(*stop) &&
           (unsigned char)*stop >= 0x20 && (unsigned char)*stop < 0x7F && *stop != '=')
        stop++;
    memcpy(word->charset, start, (size_t)(stop - start));
    word->charset[stop - start] = '\0';
    const char *mark = skip_blanks(stop, end);
    if (end - mark < 3 || *mark != '?')
        return false;
    const char *letter = skip_blanks(mark + 1, end);
    if (letter >= end || strchr("bBqQ", *letter) == NULL)
        return false;
    word->base64 = *letter == 'b' || *letter == 'B';
    const char *second = skip_blanks(letter + 1, end);
    if (second >= end || *second != '?')
        return false;
    word->payload = second + 1;
    word->mended = start != at + 2 || mark != stop || letter != mark + 1 || second != letter + 1 || start == stop;
    return true;
}

static bool is_hex_pair(const char *at, const char *end)
{
    return end - at >= 2 && g_ascii_isxdigit(at[0]) && g_ascii_isxdigit(at[1]);
}

/* Where the payload ends; the scan never passes the beginning of the next word. */
static void find_closing(struct word *word, const char *end)
{
    const char *closing = NULL, *blank = NULL, *at = word->payload;
    for (; at < end; at++) {
        if (at[0] == '?' && end - at >= 2 && at[1] == '=') {
            bool doubtful = !word->base64 && is_hex_pair(at + 2, end);
            if (closing != NULL || !doubtful) {
                word->mended |= closing != NULL;
                closing = at;
                break;
            }
            closing = at; /* a raw "?" before an encoded character, if another closing follows */
            at++;
        } else if (at[0] == '=' && end - at >= 3 && at[1] == '?' && at[2] != '=') {
            break;
        } else if (blank == NULL && is_blank(at[0])) {
            blank = at;
        }
    }
    if (closing != NULL) {
        word->mended |= blank != NULL && blank < closing;
        word->end = closing + 2;
    } else {
        closing = blank != NULL ? blank : at;
        word->end = closing;
        word->mended = true;
        if (closing > word->payload && closing[-1] == '?')
            closing--;
    }
    word->payload_size = (size_t)(closing - word->payload);
}

static bool read_word(struct word *out_word, const char *at, const char *end)
{
    struct word word = {0};
    if (end - at < 6 || at[0] != '=' || at[1] != '?' || !read_opening(&word, at, end))
        return false;
    find_closing(&word, end);
    *out_word = word;
    return true;
}

static void add_base64(struct group *group, const char *at, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char c = at[i];
        int value = c >= 'A' && c <= 'Z'   ? c - 'A'
                    : c >= 'a' && c <= 'z' ? c - 'a' + 26
                    : c >= '0' && c <= '9' ? c - '0' + 52
                    : c == '+'             ? 62
                    : c == '/'             ? 63
                                           : -1;
        if (value < 0) {
            group->mended |= c != '=' && !is_blank(c);
            if (c == '=')
                group->sextet_count = 0;
            continue;
        }
        group->sextets = (group->sextets << 6 | (unsigned)value) & 0xFFFFFF;
        group->sextet_count++;
        /* Each further sextet completes a byte, so that a missing padding loses nothing. */
        if (group->sextet_count >= 2) {
            unsigned spare = group->sextet_count == 2 ? 4 : group->sextet_count == 3 ? 2 : 0;
            guint8 byte = (guint8)(group->sextets >> spare);
            g_byte_array_append(group->bytes, &byte, 1);
        }
        if (group->sextet_count == 4)
            group->sextet_count = 0;
    }
}

static void add_quoted(struct group *group, const char *at, size_t size)
{
    const char *end = at + size;
    for (; at < end; at++) {
        guint8 byte = (guint8)*at;
        if (byte == '_') {
            byte = ' ';
        } else if (byte == '=' && is_hex_pair(at + 1, end)) {
            byte = (guint8)(g_ascii_xdigit_value(at[1]) << 4 | g_ascii_xdigit_value(at[2]));
            at += 2;
        } else if (byte == '=' || byte >= 0x80) {
            group->mended = true;
        }
        g_byte_array_append(group->bytes, &byte, 1);
    }
}

static void add_decoded(struct sks_encoded_text *out, const char *text, size_t size)
{
    if (sks_clean_line(out->text, text, size))
        out->flags |= SKS_HEADER_BIDI;
}

static void note_charset(struct sks_encoded_text *out, const char *charset)
{
    if (out->charset[0] == '\0' && strcmp(charset, "us-ascii") != 0)
        out->charset = charset;
}

static void flush_group(struct sks_encoded_text *out, struct group *group)
{
    if (!group->active)
        return;
    struct sks_decoded decoded;
    const char *known = sks_charset_name(group->charset);
    sks_charset_decode(&decoded, group->bytes->data, group->bytes->len, group->charset, SKS_LIMIT_HEADER_SIZE);
    if (decoded.mismatch || decoded.replaced > 0 || known == NULL || group->mended)
        out->flags |= SKS_HEADER_BROKEN_ENCODING;
    add_decoded(out, decoded.text, decoded.size);
    note_charset(out, known != NULL && !decoded.mismatch ? known : decoded.charset);
    g_free(decoded.text);
    g_byte_array_set_size(group->bytes, 0);
    group->active = false;
}

/* Whether the last word, taken alone, ends inside a character. */
static bool ends_inside(const struct group *group)
{
    const struct sks_charset *charset = sks_charset_find(group->charset);
    if (charset == NULL || charset->kind > SKS_CHARSET_EUC_KR || group->sextet_count != 0)
        return group->sextet_count != 0;
    size_t size = group->bytes->len - group->last_word;
    if (size == 0)
        return false;
    struct sks_decoded decoded;
    sks_charset_decode(&decoded, group->bytes->data + group->last_word, size, group->charset, size * 4 + 4);
    bool inside = decoded.replaced > 0 || decoded.mismatch;
    g_free(decoded.text);
    return inside;
}

static bool same_charset(const char *one, const char *other)
{
    if (g_ascii_strcasecmp(one, other) == 0)
        return true;
    const struct sks_charset *charset = sks_charset_find(one);
    return charset != NULL && charset == sks_charset_find(other);
}

static void add_word(struct sks_encoded_text *out, struct group *group, const struct word *word)
{
    if (group->active && !same_charset(group->charset, word->charset))
        flush_group(out, group);
    if (group->active) {
        group->mended |= ends_inside(group);
    } else {
        memcpy(group->charset, word->charset, sizeof group->charset);
        group->active = true;
        group->mended = false;
        group->sextet_count = 0;
    }
    group->mended |= word->mended;
    group->last_word = group->bytes->len;
    if (word->base64) {
        /* A group of four left open goes on in the next word, unless that one is complete in itself. */
        if (word->payload_size % 4 == 0)
            group->sextet_count = 0;
        add_base64(group, word->payload, word->payload_size);
    } else {
        group->sextet_count = 0;
        add_quoted(group, word->payload, word->payload_size);
    }
}

/* Raw text: a fold inside Japanese is the mailer's, not the writer's. */
static void add_unfolded(struct sks_encoded_text *out, const char *text, size_t size)
{
    const char *end = text + size, *at = text;
    while (at < end) {
        const char *run = at;
        do
            at += sks_unicode_printable(at, (size_t)(end - at));
        while (at < end && *at != '\n' && *at != '\r' && ++at < end);
        add_decoded(out, run, (size_t)(at - run));
        if (at == end)
            break;
        const char *before = at > text ? g_utf8_find_prev_char(text, at) : NULL;
        const char *after = skip_blanks(at, end);
        bool inside = before != NULL && after < end && sks_clean_is_wide(g_utf8_get_char(before)) &&
                      sks_clean_is_wide(g_utf8_get_char(after));
        if (!inside)
            g_string_append_c(out->text, ' ');
        at = after;
    }
}

static void add_raw(struct sks_encoded_text *out, const char *bytes, size_t size)
{
    bool high = sks_unicode_ascii(bytes, size) < size;
    if (!high && memchr(bytes, '\033', size) == NULL) {
        add_unfolded(out, bytes, size);
        return;
    }
    struct sks_decoded decoded;
    sks_charset_decode(&decoded, bytes, size, NULL, SKS_LIMIT_HEADER_SIZE);
    if (strcmp(decoded.charset, "iso-2022-jp") == 0)
        out->flags |= SKS_HEADER_RAW_ISO2022;
    else if (high)
        out->flags |=
            strcmp(decoded.charset, "utf-8") == 0 && decoded.replaced == 0 ? SKS_HEADER_RAW_UTF8 : SKS_HEADER_RAW_8BIT;
    note_charset(out, decoded.charset);
    add_unfolded(out, decoded.text, decoded.size);
    g_free(decoded.text);
}

/* The next place where a word may begin: "=?" outside two-byte runs. */
static const char *find_word(const char *at, const char *end)
{
    for (; end - at >= 2; at++) {
        if (at[0] == '\033' && at[1] == '$') {
            const char *back = memmem(at, (size_t)(end - at), "\033(", 2);
            if (back == NULL)
                return end;
            at = back + 1;
        } else if (at[0] == '=' && at[1] == '?') {
            return at;
        }
    }
    return end;
}

/* Whether "=?" occurs: a question mark is the rarer of the two. */
static bool has_mark(const char *at, const char *end)
{
    for (const char *mark = at; (mark = memchr(mark, '?', (size_t)(end - mark))) != NULL; mark++)
        if (mark > at && mark[-1] == '=')
            return true;
    return false;
}

static void trim(GString *text)
{
    g_strchomp(text->str);
    g_strchug(text->str);
    g_string_set_size(text, strlen(text->str));
}

void sks_encoded_word_decode(struct sks_encoded_text *out_text, const char *bytes, size_t size)
{
    *out_text = (struct sks_encoded_text){.text = g_string_sized_new(size), .charset = ""};
    struct group group = {.bytes = g_byte_array_new()};
    const char *at = skip_blanks(bytes, bytes + size), *end = bytes + size, *raw = at;
    while (at < end && has_mark(at, end)) {
        const char *found = find_word(at, end);
        struct word word;
        if (found == end)
            break;
        if (!read_word(&word, found, end)) {
            at = found + 2;
            continue;
        }
        if (skip_blanks(raw, found) != found || !group.active) {
            flush_group(out_text, &group);
            add_raw(out_text, raw, (size_t)(found - raw));
        }
        add_word(out_text, &group, &word);
        at = raw = word.end;
    }
    flush_group(out_text, &group);
    add_raw(out_text, raw, (size_t)(end - raw));
    g_byte_array_unref(group.bytes);
    trim(out_text->text);
}

void sks_encoded_text_finish(struct sks_encoded_text *text)
{
    if (text->text != NULL)
        g_string_free(text->text, TRUE);
    *text = (struct sks_encoded_text){0};
}
