/*
 * Normalisation with a way back. ICU normalises between two characters that can't interact ("boundaries"), so the
 * text is taken piece by piece, and every byte of a normalised piece points at the piece's first code point.
 * Malformed bytes become U+FFFD and count as one code point each.
 */
#include "language/text.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "base/unicode.h"
#include "sekisho/limits.h"

enum {
    PIECE_SIZE = 64,  /* UTF-16 units normalised at once; longer runs of combining marks are taken in parts */
    OUTPUT_SIZE = 20, /* NFKC makes at most 18 characters of one */
};

struct builder {
    GByteArray *bytes;
    GArray *source;
    const UNormalizer2 *normalizer;
    UChar piece[PIECE_SIZE];
    int32_t piece_length;
    uint32_t piece_at;
};

static void add_character(struct builder *builder, UChar32 character, uint32_t at)
{
    char bytes[6];
    int length = g_unichar_to_utf8((gunichar)character, bytes);
    const uint32_t source[sizeof bytes] = {at, at, at, at, at, at};
    g_byte_array_append(builder->bytes, (const guint8 *)bytes, (guint)length);
    g_array_append_vals(builder->source, source, (guint)length);
}

static void flush(struct builder *builder)
{
    UChar output[PIECE_SIZE * OUTPUT_SIZE];
    UErrorCode error = U_ZERO_ERROR;
    int32_t length = unorm2_normalize(builder->normalizer, builder->piece, builder->piece_length, output,
                                      PIECE_SIZE * OUTPUT_SIZE, &error);
    if (U_FAILURE(error))
        length = 0;
    for (int32_t i = 0; i < length;) {
        UChar32 character;
        U16_NEXT(output, i, length, character);
        if (!U_IS_SURROGATE(character))
            add_character(builder, character, builder->piece_at);
    }
    builder->piece_length = 0;
}

static void take(struct builder *builder, UChar32 character, uint32_t at)
{
    if (builder->piece_length > 0 &&
        (unorm2_hasBoundaryBefore(builder->normalizer, character) || builder->piece_length + 2 > PIECE_SIZE))
        flush(builder);
    if (character == '\n' || character == '\t' || (character >= 0x20 && character < 0x7f)) {
        add_character(builder, character == '\t' ? ' ' : character, at);
        return;
    }
    /* Soft hyphens, zero-width and direction marks would only split words. */
    if (u_iscntrl(character) || u_charType(character) == U_FORMAT_CHAR || character == 0xfeff)
        return;
    if (builder->piece_length == 0)
        builder->piece_at = at;
    U16_APPEND_UNSAFE(builder->piece, builder->piece_length, character);
}

/* Whether a character is taken as it is, whatever is around it: what combines with it is a piece of its own. */
static bool is_plain(char c)
{
    return c == '\n' || c == '\t' || (c >= 0x20 && c < 0x7f);
}

/* A run of such characters at once; returns how many there are. */
static size_t take_plain(struct builder *builder, const char *run, size_t size, uint32_t at)
{
    size_t count = 0;
    while (count < size && is_plain(run[count]))
        count++;
    if (count == 0)
        return 0;
    if (builder->piece_length > 0)
        flush(builder);
    guint bytes = builder->bytes->len, source = builder->source->len;
    g_byte_array_append(builder->bytes, (const guint8 *)run, (guint)count);
    g_array_set_size(builder->source, source + (guint)count);
    for (size_t i = 0; i < count; i++) {
        if (run[i] == '\t')
            builder->bytes->data[bytes + i] = ' ';
        g_array_index(builder->source, uint32_t, source + i) = at + (uint32_t)i;
    }
    return count;
}

/* Whether what begins at i can't be one with what is before it. */
static bool begins_piece(const char *given, size_t i, size_t size)
{
    UChar32 character = ' ';
    if (i < size)
        U8_NEXT((const uint8_t *)given, i, size, character);
    return character >= 0 && (character < 0x80 || sks_unicode_is_settled((uint32_t)character));
}

/*
 * A run of characters that normalisation leaves alone, at once; the last one may be one with what follows, and is left
 * out then. Returns its bytes.
 */
static size_t take_settled(struct builder *builder, const char *run, size_t size, uint32_t at)
{
    enum { BYTES = 3 /* of each such character */ };
    size_t left = 2 * SKS_LIMIT_LANGUAGE_TEXT - MIN(builder->bytes->len, 2 * SKS_LIMIT_LANGUAGE_TEXT);
    size_t room = left / BYTES + 1; /* as many as begin within the ceiling */
    size_t count = MIN(sks_unicode_settled(run, size) / BYTES, room);
    if (count > 0 && !begins_piece(run, BYTES * count, size))
        count--;
    if (count == 0)
        return 0;
    if (builder->piece_length > 0)
        flush(builder);
    guint source = builder->source->len;
    g_byte_array_append(builder->bytes, (const guint8 *)run, (guint)(BYTES * count));
    g_array_set_size(builder->source, source + (guint)(BYTES * count));
    uint32_t *places = &g_array_index(builder->source, uint32_t, source);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < BYTES; k++)
            places[BYTES * i + k] = at + (uint32_t)i;
    return BYTES * count;
}

static void split_lines(struct sks_text *text)
{
    text->lines = g_array_new(FALSE, FALSE, sizeof(struct sks_text_line));
    for (size_t start = 0; start < text->size;) {
        const char *end = memchr(text->bytes + start, '\n', text->size - start);
        struct sks_text_line line = {start, end != NULL ? (size_t)(end - text->bytes) : text->size};
        g_array_append_val(text->lines, line);
        start = line.end + 1;
    }
}

void sks_text_init(struct sks_text *text, const char *given)
{
    UErrorCode error = U_ZERO_ERROR;
    struct builder builder = {.normalizer = unorm2_getNFKCInstance(&error)};
    size_t length = strnlen(given, SKS_LIMIT_LANGUAGE_TEXT + 1);
    text->cut = length > SKS_LIMIT_LANGUAGE_TEXT;
    int32_t size = (int32_t)(text->cut ? SKS_LIMIT_LANGUAGE_TEXT : length);
    /* The ceiling may fall into a character: leave that out, it is no malformed one. */
    if (text->cut)
        U8_SET_CP_START((const uint8_t *)given, 0, size);
    builder.bytes = g_byte_array_sized_new((guint)size + 1);
    builder.source = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), (guint)size + 1);
    uint32_t at = 0;
    for (int32_t i = 0; i < size; at++) {
        UChar32 character;
        if (builder.bytes->len > 2 * SKS_LIMIT_LANGUAGE_TEXT) {
            text->cut = true;
            break;
        }
        size_t plain = take_plain(&builder, given + i, (size_t)(size - i), at);
        i += (int32_t)plain;
        at += (uint32_t)plain;
        if (i == size)
            break;
        size_t settled = take_settled(&builder, given + i, (size_t)(size - i), at);
        if (settled > 0) {
            i += (int32_t)settled;
            at += (uint32_t)settled / 3 - 1;
            continue;
        }
        U8_NEXT((const uint8_t *)given, i, size, character);
        take(&builder, character < 0 ? 0xfffd : character, at);
    }
    if (builder.piece_length > 0)
        flush(&builder);
    g_array_append_val(builder.source, at);
    text->size = builder.bytes->len;
    g_byte_array_append(builder.bytes, (const guint8 *)"", 1);
    text->bytes = (char *)g_byte_array_free(builder.bytes, FALSE);
    text->source = (uint32_t *)(void *)g_array_free(builder.source, FALSE);
    split_lines(text);
}

void sks_text_finish(struct sks_text *text)
{
    g_free(text->bytes);
    g_free(text->source);
    g_array_free(text->lines, TRUE);
}
