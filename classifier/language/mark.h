/*
 * Marks that Chinese, Korean and European writing put where Japanese has one of its own: full stops and commas,
 * quotation marks, middle dots, long-vowel dashes, small and vertical forms, letters of Hangul that look like kana.
 */
#ifndef SKS_LANGUAGE_MARK_H
#define SKS_LANGUAGE_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sks_marks {
    const uint32_t *characters;
    size_t count;
    bool corner; /* the text writes 「」, too: then curly marks are a second kind, as Japanese newspapers have them */
    bool opened; /* a foreign quotation mark was opened and not closed yet; kept by sks_mark_japanese() */
};

/* The Japanese mark for the character at i, or 0. To be asked for every character in turn. */
uint32_t sks_mark_japanese(struct sks_marks *marks, size_t i);

#endif
