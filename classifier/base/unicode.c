/*
 * Normalisation through ICU's UTF-16 interface. Longer runs of ASCII go past it. ICU sorts the marks behind a letter by
 * inserting each, which is quadratic in their number: more than any script needs are normalised apart from each other.
 */
#include "base/unicode.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

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

/* How many bytes at the beginning are ASCII, but for NUL. */
static size_t ascii_run(const char *text, size_t size)
{
    size_t at = 0;
    for (uint64_t word; size - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if ((((word - EACH(0x01)) | word) & EACH(0x80)) != 0)
            break;
    }
    while (at < size && text[at] != '\0' && (unsigned char)text[at] < 0x80)
        at++;
    return at;
}

bool sks_unicode_is_utf8(const char *text, size_t size, size_t *out_size)
{
    /* At once no more than this: who goes on behind each of many faults would read all that follows each time. */
    enum { RUN_MOST = 256, CHARACTER_MOST = 4 };
    size_t at = 0;
    bool valid = true;
    while (valid && (at += ascii_run(text + at, size - at)) < size) {
        size_t others = 0;
        while (others < RUN_MOST && at + others < size && (unsigned char)text[at + others] >= 0x80)
            others++;
        const char *end = text + at;
        valid = others > 0 && g_utf8_validate_len(text + at, others, &end);
        size_t good = (size_t)(end - (text + at));
        /* The end of the run may have cut a character. */
        valid = valid || (others == RUN_MOST && good > RUN_MOST - CHARACTER_MOST);
        at += good;
    }
    if (out_size != NULL)
        *out_size = at;
    return valid;
}

void sks_unicode_lower_ascii(char *text, size_t size)
{
    /* Nothing but sums, so that the compiler does many bytes at once. */
    for (size_t i = 0; i < size; i++)
        text[i] = (char)(text[i] + ((unsigned char)(text[i] - 'A') < 26 ? 'a' - 'A' : 0));
}

char *sks_unicode_copy_lower(const char *text, size_t size)
{
    char *lower = g_malloc(size + 1);
    memcpy(lower, text, size);
    lower[size] = '\0';
    sks_unicode_lower_ascii(lower, size);
    return lower;
}

/* Adds a piece of UTF-8 text in a normal form. What ICU refuses (it does not, but for sizes) is added as it is. */
static void add_normal(GString *out, const UNormalizer2 *normaliser, const char *text, size_t size)
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t length = 0;
    UChar *wide = g_new(UChar, size + 1);
    u_strFromUTF8WithSub(wide, (int32_t)size + 1, &length, text, (int32_t)size, 0xfffd, NULL, &error);
    /* A character becomes eighteen at most (U+FDFA); twice the length nearly always does. */
    int32_t room = length * 2 + 32;
    UChar *normal = g_new(UChar, (gsize)room);
    int32_t wanted = unorm2_normalize(normaliser, wide, length, normal, room, &error);
    if (error == U_BUFFER_OVERFLOW_ERROR) {
        error = U_ZERO_ERROR;
        room = wanted + 1;
        normal = g_renew(UChar, normal, (gsize)room);
        wanted = unorm2_normalize(normaliser, wide, length, normal, room, &error);
    }
    g_free(wide);
    gsize before = out->len;
    g_string_set_size(out, before + (gsize)MAX(wanted, 0) * 3);
    int32_t written = 0;
    if (U_SUCCESS(error))
        u_strToUTF8WithSub(out->str + before, wanted * 3 + 1, &written, normal, wanted, 0xfffd, NULL, &error);
    g_free(normal);
    g_string_truncate(out, before + (U_SUCCESS(error) ? (gsize)written : 0));
    if (U_FAILURE(error))
        g_string_append_len(out, text, (gssize)size);
}

bool sks_unicode_is_settled(uint32_t character)
{
    return (character >= 0x4E00 && character <= 0x9FFF) || (character >= 0x3041 && character <= 0x3096) ||
           (character >= 0x30A1 && character <= 0x30FE) || character == 0x3001 || character == 0x3002 ||
           (character >= 0x300C && character <= 0x3011);
}

/* Bits for the characters from U+3000 to U+30FF that are. */
static const uint64_t settled_kana[] = {UINT64_C(0x3f006), ~UINT64_C(1), ~(((UINT64_C(1) << 10) - 1) << 0x17),
                                        ~(UINT64_C(1) << 0x3f)};

/* Whether three bytes are such a character. */
static inline bool is_settled_at(const unsigned char *at)
{
    if (at[0] < 0xE3 || at[0] > 0xE9 || (at[1] & 0xC0) != 0x80 || (at[2] & 0xC0) != 0x80)
        return false;
    if (at[0] > 0xE4)
        return true;
    if (at[0] == 0xE4)
        return at[1] >= 0xB8;
    return at[1] < 0x80 + G_N_ELEMENTS(settled_kana) && (settled_kana[at[1] & 0x3F] >> (at[2] & 0x3F) & 1) != 0;
}

/* The size of such a character, or 0. All of them take three bytes. */
static size_t settled_size(const char *text, size_t size)
{
    return size >= 3 && is_settled_at((const unsigned char *)text) ? 3 : 0;
}

size_t sks_unicode_settled(const char *text, size_t size)
{
    enum { BYTES = 3 };
    size_t at = 0;
    while (size - at >= BYTES && is_settled_at((const unsigned char *)text + at))
        at += BYTES;
    return at;
}

/* How many bytes at the beginning are ASCII or settled; *out_last is the size of the last character. */
static size_t settled_run(const char *text, size_t size, size_t *out_last)
{
    size_t at = 0;
    *out_last = 0;
    while (at < size) {
        bool ascii = (unsigned char)text[at] < 0x80;
        size_t run = ascii ? sks_unicode_ascii(text + at, size - at) : sks_unicode_settled(text + at, size - at);
        if (run == 0)
            break;
        *out_last = ascii ? 1 : 3;
        at += run;
    }
    return at;
}

/* Runs from this length on need no normalising. */
#define RUN_LEAST 16u

/* The end of the piece that begins at at and is not settled, or not for long. */
static size_t piece_end(const char *text, size_t size, size_t at)
{
    while (at < size) {
        size_t last, run = settled_run(text + at, size - at, &last);
        if (run >= RUN_LEAST)
            return at;
        at += run;
        while (at < size && (unsigned char)text[at] >= 0x80 && settled_size(text + at, size - at) == 0)
            at++;
    }
    return at;
}

/* Most marks behind a letter that are normalised together (UAX #15, Stream-Safe Text Format). */
#define MARKS_MOST 30u

/* The end of what may be normalised at once of the piece from at to end. */
static size_t part_end(const char *text, size_t at, size_t end)
{
    unsigned marks = 0;
    if (end - at <= MARKS_MOST * 2) /* a mark has two bytes at least */
        return end;
    for (size_t next = at; next < end; at = next) {
        UChar32 character;
        U8_NEXT(text, next, end, character);
        marks = character >= 0 && u_getCombiningClass(character) != 0 ? marks + 1 : 0;
        if (marks > MARKS_MOST)
            return at;
    }
    return end;
}

static char *normalise(const UNormalizer2 *normaliser, const char *text, size_t size, bool fold)
{
    GString *out = g_string_sized_new(size + 1);
    for (size_t at = 0; at < size;) {
        size_t last, run = settled_run(text + at, size - at, &last);
        /* The last character may be one with what follows. */
        if (at + run < size)
            run -= last;
        else
            last = 0;
        gsize before = out->len;
        g_string_append_len(out, text + at, (gssize)run);
        if (fold)
            sks_unicode_lower_ascii(out->str + before, out->len - before);
        at += run;
        if (at == size)
            break;
        for (size_t end = piece_end(text, size, at + MAX(last, 1)), next; at < end; at = next) {
            next = part_end(text, at, end);
            add_normal(out, normaliser, text + at, next - at);
        }
    }
    return g_string_free(out, FALSE);
}

char *sks_unicode_nfkc(const char *text, size_t size)
{
    UErrorCode error = U_ZERO_ERROR;
    return normalise(unorm2_getNFKCInstance(&error), text, size, false);
}

char *sks_unicode_fold(const char *text, size_t size)
{
    UErrorCode error = U_ZERO_ERROR;
    return normalise(unorm2_getNFKCCasefoldInstance(&error), text, size, true);
}

char *sks_unicode_lower(const char *text, size_t size)
{
    if (sks_unicode_ascii(text, size) == size)
        return sks_unicode_copy_lower(text, strnlen(text, size));
    GString *lower = g_string_sized_new(size + size / 8);
    for (size_t at = 0; at < size;) {
        size_t ascii = sks_unicode_ascii(text + at, size - at), other = 0;
        gsize before = lower->len;
        g_string_append_len(lower, text + at, (gssize)ascii);
        sks_unicode_lower_ascii(lower->str + before, ascii);
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
