/*
 * The one normal form of text in which phrases are looked for: NFKC with case folding (ICU's NFKC_Casefold, which also
 * drops invisible characters such as variation selectors and zero-width spaces), white space reduced to one space, and
 * no space between Japanese characters, because Japanese mail is broken anywhere in a line.
 */
#include "lists/text.h"

#include "lists/lists.h"

#include <glib.h>
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

bool sks_text_is_japanese(uint32_t c)
{
    return (c >= 0x3001 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0x20000 && c <= 0x3ffff);
}

/* NFKC_Casefold of UTF-8 text; g_free(). Text that ICU refuses (it does not, but for sizes) comes back as it was. */
char *sks_text_fold(const char *text)
{
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *normaliser = unorm2_getNFKCCasefoldInstance(&error);
    size_t size = strlen(text);
    if (U_FAILURE(error) || size > G_MAXINT32 / 32)
        return g_strdup(text);
    int32_t length = 0;
    UChar *wide = g_new(UChar, size + 1);
    u_strFromUTF8WithSub(wide, (int32_t)size + 1, &length, text, (int32_t)size, 0xfffd, NULL, &error);

    int32_t room = length * 2 + 32;
    UChar *folded = g_new(UChar, room);
    int32_t wanted = unorm2_normalize(normaliser, wide, length, folded, room, &error);
    if (error == U_BUFFER_OVERFLOW_ERROR) {
        error = U_ZERO_ERROR;
        folded = g_renew(UChar, folded, wanted + 1);
        wanted = unorm2_normalize(normaliser, wide, length, folded, wanted + 1, &error);
    }
    g_free(wide);
    char *result = g_malloc((size_t)wanted * 3 + 1);
    int32_t bytes = 0;
    u_strToUTF8(result, wanted * 3 + 1, &bytes, folded, wanted, &error);
    g_free(folded);
    if (U_FAILURE(error)) {
        g_free(result);
        return g_strdup(text);
    }
    return result;
}

char *sks_lists_normalise(const char *text)
{
    char *folded = sks_text_fold(text), *to = folded;
    gunichar before = 0; /* the last character that was no space; 0 at the start */
    bool blank = false;
    for (const char *from = folded; *from != '\0';) {
        gunichar c = g_utf8_get_char(from);
        size_t size = (size_t)(g_utf8_next_char(from) - from);
        if (g_unichar_isspace(c)) {
            blank = true;
        } else {
            if (blank && before != 0 && !(sks_text_is_japanese(before) && sks_text_is_japanese(c)))
                *to++ = ' ';
            memmove(to, from, size);
            to += size;
            before = c;
            blank = false;
        }
        from += size;
    }
    *to = '\0';
    return folded;
}
