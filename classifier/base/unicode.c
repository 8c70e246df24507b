/* Normalisation through ICU's UTF-16 interface: linear, whatever the text. */
#include "base/unicode.h"

#include <glib.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

char *sks_unicode_nfkc(const char *text, size_t size)
{
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *normaliser = unorm2_getNFKCInstance(&error);
    int32_t length = 0;
    UChar *wide = g_new(UChar, size + 1);
    u_strFromUTF8WithSub(wide, (int32_t)size + 1, &length, text, (int32_t)size, 0xfffd, NULL, &error);
    /* NFKC lengthens a character eighteenfold at most (U+FDFA); twice the length nearly always does. */
    int32_t room = 2 * length + 64;
    UChar *normal = g_new(UChar, (gsize)room);
    int32_t wanted = unorm2_normalize(normaliser, wide, length, normal, room, &error);
    if (error == U_BUFFER_OVERFLOW_ERROR) {
        error = U_ZERO_ERROR;
        g_free(normal);
        room = wanted + 1;
        normal = g_new(UChar, (gsize)room);
        wanted = unorm2_normalize(normaliser, wide, length, normal, room, &error);
    }
    g_free(wide);
    char *utf8 = g_malloc(3 * (gsize)MAX(wanted, 0) + 1);
    int32_t written = 0;
    if (U_SUCCESS(error))
        u_strToUTF8WithSub(utf8, 3 * wanted + 1, &written, normal, wanted, 0xfffd, NULL, &error);
    utf8[U_SUCCESS(error) ? written : 0] = '\0';
    g_free(normal);
    return utf8;
}
