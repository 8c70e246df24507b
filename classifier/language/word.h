/*
 * Words of a line in any language but Japanese, by ICU's iterator, which also knows where words end in scripts that
 * write no spaces. Lines of plain ASCII, which most of English is, go a shorter way to the same words.
 */
#ifndef SKS_LANGUAGE_WORD_H
#define SKS_LANGUAGE_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "sekisho/error.h"

struct sks_words;

/* SKS_ERROR_IO, problems told, if ICU has no such iterator. */
int sks_words_create(struct sks_words **out_words, struct sks_problems *problems);
void sks_words_destroy(struct sks_words *words);

/*
 * Takes a line of valid UTF-8 without control characters, which must last while its words are read: bytes from *out_at
 * on, in *out_size; marks and spaces are words, too. Returns whether there was one more.
 */
void sks_words_begin(struct sks_words *words, const char *line, size_t size);
bool sks_words_next(size_t *out_at, size_t *out_size, bool *out_number, struct sks_words *words);

#endif
