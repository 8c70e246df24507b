/* Normalisation through ICU's UTF-16 interface: linear, whatever the text. */
#include "base/unicode.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>
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

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

size_t sks_unicode_ascii(const char *text, size_t size)
{
    size_t at = 0;
    for (uint64_t word; size - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if ((word & EACH(0x80)) != 0)
            break;
    }
    while (at < size && (unsigned char)text[at] < 0x80)
        at++;
    return at;
}

size_t sks_unicode_printable(const char *text, size_t size)
{
    size_t at = 0;
    for (uint64_t word; size - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        /* The top bit of a byte comes up where it is below 0x20, above 0x7e, or was there. */
        if ((((word - EACH(0x20)) | (word + EACH(0x01)) | word) & EACH(0x80)) != 0)
            break;
    }
    while (at < size && text[at] >= 0x20 && text[at] < 0x7f)
        at++;
    return at;
}

char *sks_unicode_lower(const char *text, size_t size)
{
    if (sks_unicode_ascii(text, size) == size)
        return g_ascii_strdown(text, (gssize)size);
    GString *lower = g_string_sized_new(size + size / 8);
    for (size_t at = 0; at < size;) {
        size_t ascii = sks_unicode_ascii(text + at, size - at), other = 0;
        for (size_t i = 0; i < ascii; i++)
            g_string_append_c(lower, g_ascii_tolower(text[at + i]));
        at += ascii;
        while (at + other < size && (unsigned char)text[at + other] >= 0x80)
            other++;
        char *rest = g_utf8_strdown(text + at, (gssize)other);
        g_string_append(lower, rest);
        g_free(rest);
        at += other;
    }
    return g_string_free(lower, FALSE);
}
