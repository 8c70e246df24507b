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
bool sks_text_is_hiragana(uint32_t character);
bool sks_text_is_katakana(uint32_t character);
bool sks_text_is_han(uint32_t character);

/* The code point at p, which moves on; end must lie beyond p. The bytes are valid UTF-8. */
uint32_t sks_text_next(const char **p, const char *end);

#endif
