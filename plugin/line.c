/* See line.h. */
#include "line.h"

#include <string.h>

/* Printing these would do something else than show a character. */
static bool is_odd(gunichar character)
{
    switch (g_unichar_type(character)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return true;
    default:
        return false;
    }
}

static bool is_wrong(gunichar character)
{
    return character == (gunichar)-1 || character == (gunichar)-2;
}

static void append_json(GString *out, gunichar character)
{
    if (is_wrong(character))
        g_string_append(out, "\xEF\xBF\xBD");
    else if (character > 0xFFFF)
        g_string_append_printf(out, "\\u%04x\\u%04x", 0xD7C0 + (character >> 10), 0xDC00 + (character & 0x3FF));
    else
        g_string_append_printf(out, "\\u%04x", character);
}

/* Escapes the first character of text and returns the rest. */
static const char *append_character(GString *out, const char *text, const char *end, bool json, bool quoted)
{
    gunichar character = g_utf8_get_char_validated(text, end - text);
    bool wrong = is_wrong(character);
    const char *next = wrong ? text + 1 : g_utf8_next_char(text);
    if (quoted && (*text == '"' || *text == '\\')) {
        g_string_append_printf(out, "\\%c", *text);
    } else if (!wrong && !is_odd(character)) {
        g_string_append_len(out, text, next - text);
    } else if (json) {
        append_json(out, character);
    } else {
        for (const char *byte = text; byte < next; byte++)
            g_string_append_printf(out, "\\x%02x", (unsigned char)*byte);
    }
    return next;
}

static void append_key(struct sks_line *line, const char *key)
{
    if (line->json)
        g_string_append_printf(line->text, ",\"%s\":", key);
    else
        g_string_append_printf(line->text, " %s=", key);
}

void sks_line_begin(struct sks_line *line, bool json, const char *event)
{
    line->json = json;
    line->text = g_string_new(NULL);
    if (json)
        g_string_append_printf(line->text, "\"event\":\"%s\"", event);
    else
        g_string_append(line->text, event);
}

void sks_line_text(struct sks_line *line, const char *key, const char *value)
{
    const char *at = value != NULL ? value : "", *end = at + strlen(at);
    append_key(line, key);
    g_string_append_c(line->text, '"');
    size_t start = line->text->len;
    while (at < end && line->text->len - start < SKS_LINE_VALUE)
        at = append_character(line->text, at, end, line->json, true);
    if (line->json)
        g_string_append(line->text, at < end ? "…\"" : "\"");
    else
        g_string_append(line->text, at < end ? "\"..." : "\"");
}

void sks_line_word(struct sks_line *line, const char *key, const char *word)
{
    append_key(line, key);
    const char *quote = line->json ? "\"" : "";
    g_string_append_printf(line->text, "%s%s%s", quote, word, quote);
}

void sks_line_number(struct sks_line *line, const char *key, long long number)
{
    append_key(line, key);
    g_string_append_printf(line->text, "%lld", number);
}

void sks_line_decimal(struct sks_line *line, const char *key, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    append_key(line, key);
    g_string_append(line->text, g_ascii_formatd(text, sizeof(text), "%.2f", number));
}

char *sks_line_take(struct sks_line *line)
{
    char *text = g_string_free(line->text, FALSE);
    line->text = NULL;
    return text;
}

char *sks_line_defuse(const char *text)
{
    GString *out = g_string_sized_new(strlen(text) + 1);
    const char *end = text + strlen(text);
    while (text < end)
        text = append_character(out, text, end, false, false);
    return g_string_free(out, FALSE);
}
