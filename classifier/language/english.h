/*
 * Misspelt English: lower-case words that no dictionary, rule or count knows, one usual slip of the pen away from a
 * common word. What is common, and what is known though no dictionary has it, was counted in honest mail
 * (models/language/english.txt); more words, and slips that are wider than one letter, are listed in english-words.txt.
 */
#ifndef SKS_LANGUAGE_ENGLISH_H
#define SKS_LANGUAGE_ENGLISH_H

#include <glib.h>
#include <stdbool.h>

#include "language/language.h"

struct sks_english;

/* The dictionary (Debian: hunspell-en-us) may be missing: then nothing is told. */
int sks_english_create(struct sks_english **out_english, struct sks_problems *problems);
void sks_english_destroy(struct sks_english *english);

/*
 * Appends struct sks_misspelling for the words of an English text; found holds at most SKS_LIMIT_LANGUAGE_SPANS. Says
 * whether that or another ceiling was reached.
 */
bool sks_english_check(GArray *found, GStringChunk *strings, struct sks_english *english,
                       const struct sks_token *tokens, size_t count);

#endif
