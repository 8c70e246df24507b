/* Decoded text made fit for output. ASCII, which is most of it, is passed on in runs. */
#include "message/clean.h"

#include <string.h>

#include "base/unicode.h"

bool sks_clean_is_wide(gunichar character)
{
    return (character >= 0x2E80 && character <= 0xA4CF) || (character >= 0xAC00 && character <= 0xD7A3) ||
           (character >= 0xF900 && character <= 0xFAFF) || (character >= 0xFE30 && character <= 0xFE4F) ||
           (character >= 0xFF00 && character <= 0xFFEF) || (character >= 0x20000 && character <= 0x3FFFF);
}

static bool is_invisible(gunichar character)
{
    return character == 0xAD || character == 0x34F || character == 0x61C || character == 0x115F ||
           character == 0x1160 || character == 0x180E || (character >= 0x200B && character <= 0x200F) ||
           (character >= 0x202A && character <= 0x202E) || (character >= 0x2060 && character <= 0x206F) ||
           character == 0x3164 || character == 0xFEFF || character == 0xFFA0 ||
           (character >= 0xE0000 && character <= 0xE007F);
}

/* Zero-width joiners belong to emoji and to scripts like Devanagari; between other characters they hide. */
static bool is_joining(gunichar joiner, gunichar before)
{
    return (joiner == 0x200C || joiner == 0x200D) && before >= 0x590 && !sks_clean_is_wide(before);
}

bool sks_clean_line(GString *out, const char *text, size_t size)
{
    bool invisible = false;
    gunichar before = 0;
    const char *end = text + size;
    while (text < end) {
        const char *run = text;
        text += sks_unicode_printable(text, (size_t)(end - text));
        if (text > run) {
            g_string_append_len(out, run, text - run);
            before = 'a';
            continue;
        }
        gunichar character = g_utf8_get_char(text);
        const char *next = g_utf8_next_char(text);
        if (character == '\t' || character == '\n' || character == '\r' || character == 0x85 || character == 0x2028 ||
            character == 0x2029) {
            g_string_append_c(out, ' ');
        } else if (character >= 0xA0) {
            invisible |= is_invisible(character) && !is_joining(character, before);
            g_string_append_len(out, text, next - text);
        }
        before = character;
        text = next;
    }
    return invisible;
}

const char *sks_clean_line_chunk(GStringChunk *strings, const char *text, size_t size)
{
    g_autoptr(GString) line = g_string_sized_new(size);
    sks_clean_line(line, text, size);
    g_strstrip(line->str);
    return g_string_chunk_insert(strings, line->str);
}

void sks_clean_text(GString *out, const char *text, size_t size)
{
    const char *end = text + size;
    while (text < end) {
        const char *run = text;
        text += sks_unicode_printable(text, (size_t)(end - text));
        while (text < end && (*text == '\n' || *text == '\t'))
            text++;
        if (text > run) {
            g_string_append_len(out, run, text - run);
            continue;
        }
        gunichar character = g_utf8_get_char(text);
        const char *next = g_utf8_next_char(text);
        if (character == '\r') {
            if (next >= end || *next != '\n')
                g_string_append_c(out, '\n');
        } else if (character == 0x85 || character == 0x2028 || character == 0x2029) {
            g_string_append_c(out, '\n');
        } else if (character >= 0xA0) {
            g_string_append_len(out, text, next - text);
        }
        text = next;
    }
}

const char *sks_clean_token(GStringChunk *strings, const char *bytes, size_t size)
{
    while (size > 0 && g_ascii_isspace(*bytes)) {
        bytes++;
        size--;
    }
    while (size > 0 && g_ascii_isspace(bytes[size - 1]))
        size--;
    char *token = g_string_chunk_insert_len(strings, bytes, (gssize)size);
    for (size_t i = 0; i < size; i++)
        token[i] = token[i] > 0x20 && token[i] < 0x7F ? g_ascii_tolower(token[i]) : '?';
    return token;
}
