/*
 * What stands behind the text model's hashes: the single words of all mails that were read, for the list of words in a
 * package. Such a list may leave the house, so it names a word only if that tells of nobody: many mails of several
 * senders have it, and if it is part of a name or address in any header, several addresses share it.
 */
#ifndef SKS_ANALYST_VOCABULARY_H
#define SKS_ANALYST_VOCABULARY_H

#include <glib.h>
#include <stdint.h>

#include "examine.h"

/* Fewest mails that have a word, and fewest senders; and addresses that bear it, if any does. */
#define SKS_VOCABULARY_MAILS   10u
#define SKS_VOCABULARY_SENDERS 5u

struct sks_vocabulary;

struct sks_vocabulary *sks_vocabulary_create(void);
void sks_vocabulary_destroy(struct sks_vocabulary *vocabulary);

/* A mail's words as bytes, for the way from the process that read it to the one that keeps the vocabulary. */
void sks_vocabulary_put(GByteArray *out, const struct sks_sample *sample);
void sks_vocabulary_take(struct sks_vocabulary *vocabulary, const char *bytes, size_t size);

/* A sks_gram_name, with the vocabulary as data. */
const char *sks_vocabulary_name(uint32_t gram, const char **out_field, void *vocabulary);

#endif
