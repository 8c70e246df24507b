/*
 * The one normal form of text in which phrases are looked for: NFKC with case folding (ICU's NFKC_Casefold, which also
 * drops invisible characters such as variation selectors and zero-width spaces), white space reduced to one space, and
 * no space between Japanese characters, because Japanese mail is broken anywhere in a line.
 */
#include "lists/text.h"

#include <glib.h>
#include <string.h>

#include "base/unicode.h"
#include "lists/lists.h"

bool sks_text_is_japanese(uint32_t c)
{
    return (c >= 0x3001 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0x20000 && c <= 0x3ffff);
}

char *sks_text_fold(const char *text)
{
    size_t size = strlen(text);
    return size <= G_MAXINT32 / 32 ? sks_unicode_fold(text, size) : g_strdup(text);
}

static bool is_space(gunichar c)
{
    return c < 0x80 ? g_ascii_isspace((char)c) : g_unichar_isspace(c);
}

char *sks_lists_normalise(const char *text)
{
    char *folded = sks_text_fold(text), *to = folded;
    gunichar before = 0; /* the last character that was no space; 0 at the start */
    bool blank = false;
    for (const char *from = folded, *end = folded + strlen(folded); *from != '\0';) {
        if (*from > ' ' && *from < 0x7f && !blank) {
            before = (gunichar)*from;
            *to++ = *from++;
            continue;
        }
        size_t run = blank ? 0 : sks_unicode_settled(from, (size_t)(end - from)); /* none is a space */
        if (run > 0) {
            memmove(to, from, run);
            to += run;
            from += run;
            before = g_utf8_get_char(to - 3);
            continue;
        }
        gunichar c = (unsigned char)*from < 0x80 ? (gunichar)*from : g_utf8_get_char(from);
        size_t size = (size_t)(g_utf8_next_char(from) - from);
        if (is_space(c)) {
            blank = true;
        } else {
            if (blank && before != 0 && !(sks_text_is_japanese(before) && sks_text_is_japanese(c)))
                *to++ = ' ';
            for (size_t i = 0; i < size; i++)
                *to++ = from[i];
            before = c;
            blank = false;
        }
        from += size;
    }
    *to = '\0';
    return folded;
}
