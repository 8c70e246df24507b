/* Sentences of a line: runs of morphemes up to and including what ends them. */
#ifndef SKS_LANGUAGE_SENTENCE_H
#define SKS_LANGUAGE_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "language/morpheme.h"

struct sks_sentence {
    const char *line; /* NFKC; the morphemes' places count from here */
    const struct sks_morpheme *morphemes;
    size_t count;
    size_t start, end; /* bytes of the line */
};

/*
 * Takes the next sentence from what is left of a line's morphemes: *inout_next is the first one not taken yet.
 * Returns whether there was one.
 */
bool sks_sentence_next(struct sks_sentence *out_sentence, size_t *inout_next, const char *line,
                       const struct sks_morpheme *morphemes, size_t count);

/* Whether the predicate at the end (or any, with a quotation at the end) is polite: です, ます and their forms. */
bool sks_sentence_is_polite(const struct sks_sentence *sentence);

#endif
