/*
 * A text in the one form that the whole room reads: valid UTF-8 in NFKC without control characters, cut at its
 * ceiling, every byte with its place in the text that was given, split into lines.
 */
#ifndef SKS_LANGUAGE_TEXT_H
#define SKS_LANGUAGE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

struct sks_text_line {
    size_t start, end; /* bytes of sks_text.bytes, without the line end */
};

struct sks_text {
    char *bytes; /* NFKC; lines end in \n */
    size_t size;
    uint32_t *source; /* size + 1 entries: the code point of the given text that each byte comes from */
    GArray *lines;    /* struct sks_text_line */
    bool cut;
};

/* text may hold any bytes up to its NUL. */
void sks_text_init(struct sks_text *text, const char *given);
void sks_text_finish(struct sks_text *text);

/* Whether a code point is hiragana or katakana (the prolonged sound mark among them), or a Han character. */
static inline bool sks_text_is_hiragana(uint32_t character)
{
    return character >= 0x3041 && character <= 0x309f;
}

static inline bool sks_text_is_katakana(uint32_t character)
{
    return (character >= 0x30a1 && character <= 0x30fa) || (character >= 0x30fc && character <= 0x30fe);
}

static inline bool sks_text_is_han(uint32_t character)
{
    return (character >= 0x4e00 && character <= 0x9fff) || (character >= 0x3400 && character <= 0x4dbf) ||
           character == 0x3005 || character == 0x3006 || (character >= 0xf900 && character <= 0xfaff) ||
           (character >= 0x20000 && character <= 0x3ffff);
}

/* The code point at p, which moves on. The bytes are valid UTF-8. */
static inline uint32_t sks_text_next(const char **p)
{
    const unsigned char *bytes = (const unsigned char *)*p;
    if (bytes[0] < 0x80) {
        *p += 1;
        return bytes[0];
    }
    if (bytes[0] < 0xe0) {
        *p += 2;
        return (bytes[0] & 0x1fu) << 6 | (bytes[1] & 0x3fu);
    }
    if (bytes[0] < 0xf0) {
        *p += 3;
        return (bytes[0] & 0x0fu) << 12 | (bytes[1] & 0x3fu) << 6 | (bytes[2] & 0x3fu);
    }
    *p += 4;
    return (bytes[0] & 0x07u) << 18 | (bytes[1] & 0x3fu) << 12 | (bytes[2] & 0x3fu) << 6 | (bytes[3] & 0x3fu);
}

#endif
