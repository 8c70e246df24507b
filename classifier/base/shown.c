/* See shown.h. What is escaped is ASCII afterwards, so that widths stay countable. */
#include "base/shown.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

static bool is_harmless(gunichar character)
{
    switch (g_unichar_type(character)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
        return false;
    default:
        return true;
    }
}

static char *show(const char *text, const char *kept)
{
    GString *shown = g_string_sized_new(strlen(text) + 1);
    for (const char *at = text; *at != '\0';) {
        gunichar character = g_utf8_get_char_validated(at, -1);
        if (character == (gunichar)-1 || character == (gunichar)-2) {
            g_string_append_printf(shown, "\\x%02x", (unsigned char)*at++);
            continue;
        }
        const char *next = g_utf8_next_char(at);
        if (is_harmless(character) || (character < 0x80 && strchr(kept, (int)character) != NULL))
            g_string_append_len(shown, at, next - at);
        else if (character >= 0x10000) /* of eight digits, so that what follows is not taken for one */
            g_string_append_printf(shown, "\\U%08x", character);
        else
            g_string_append_printf(shown, character < 0x80 ? "\\x%02x" : "\\u%04x", character);
        at = next;
    }
    return g_string_free(shown, FALSE);
}

char *sks_shown(const char *text)
{
    return show(text, "");
}

char *sks_shown_lines(const char *text)
{
    return show(text, "\n\t");
}
