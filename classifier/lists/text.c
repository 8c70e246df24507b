/*
 * The one normal form of text in which phrases are looked for: NFKC with case folding (ICU's NFKC_Casefold, which also
 * drops invisible characters such as variation selectors and zero-width spaces), white space reduced to one space, and
 * no space between Japanese characters, because Japanese mail is broken anywhere in a line.
 */
#include "lists/text.h"

#include <glib.h>
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/unicode.h"
#include "lists/lists.h"

bool sks_text_is_japanese(uint32_t c)
{
    return (c >= 0x3001 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0x20000 && c <= 0x3ffff);
}

/* Adds the NFKC_Casefold of a piece of UTF-8 text. What ICU refuses (it does not, but for sizes) is added as it is. */
static void add_folded(GString *out, const char *text, size_t size)
{
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *normaliser = unorm2_getNFKCCasefoldInstance(&error);
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
    gsize before = out->len;
    g_string_set_size(out, before + (gsize)MAX(wanted, 0) * 3);
    int32_t bytes = 0;
    u_strToUTF8(out->str + before, wanted * 3 + 1, &bytes, folded, wanted, &error);
    g_free(folded);
    g_string_truncate(out, before + (U_SUCCESS(error) ? (gsize)bytes : 0));
    if (U_FAILURE(error))
        g_string_append_len(out, text, (gssize)size);
}

/* Runs of ASCII from this length on are folded by themselves; in ASCII that is lower case. */
#define ASCII_RUN 16u

/* The end of the piece that begins at at and is not ASCII, or not for long. */
static size_t piece_end(const char *text, size_t size, size_t at)
{
    while (at < size) {
        size_t ascii = sks_unicode_ascii(text + at, size - at);
        if (ascii >= ASCII_RUN)
            return at;
        at += ascii;
        while (at < size && (unsigned char)text[at] >= 0x80)
            at++;
    }
    return at;
}

char *sks_text_fold(const char *text)
{
    size_t size = strlen(text);
    if (size > G_MAXINT32 / 32)
        return g_strdup(text);
    GString *out = g_string_sized_new(size + 1);
    for (size_t at = 0; at < size;) {
        size_t ascii = sks_unicode_ascii(text + at, size - at);
        /* The last letter may be one with what follows. */
        if (ascii > 0 && at + ascii < size)
            ascii--;
        gsize before = out->len;
        g_string_append_len(out, text + at, (gssize)ascii);
        for (gsize i = before; i < out->len; i++)
            out->str[i] = g_ascii_tolower(out->str[i]);
        at += ascii;
        if (at == size)
            break;
        size_t end = piece_end(text, size, at + 1);
        add_folded(out, text + at, end - at);
        at = end;
    }
    return g_string_free(out, FALSE);
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
    for (const char *from = folded; *from != '\0';) {
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
