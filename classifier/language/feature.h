/*
 * Sparse features of a sentence: hashes of character and morpheme n-grams. Training and serving call the same
 * functions. A feature that occurs twice is listed twice.
 */
#ifndef SKS_LANGUAGE_FEATURE_H
#define SKS_LANGUAGE_FEATURE_H

#include <glib.h>

#include "language/sentence.h"

/* Appends uint32_t hashes to out_hashes. */
void sks_feature_translationese(GArray *out_hashes, const struct sks_sentence *sentence);

/* The same of its runs of one to SKS_FEATURE_WORDS words alone, for each word those that begin with it, shortest first.
 */
enum { SKS_FEATURE_WORDS = 3 };
void sks_feature_words(GArray *out_hashes, const struct sks_sentence *sentence);

/* A number for a morpheme as written; every number is '0' and every Latin word 'A'. */
uint32_t sks_feature_surface(const struct sks_sentence *sentence, const struct sks_morpheme *morpheme);

/* Hashing: bytes to a number, a number into a running hash, and the last stir that spreads it over all bits. */
uint32_t sks_feature_bytes(const char *bytes, size_t size);
static inline uint32_t sks_feature_mix(uint32_t hash, uint32_t value)
{
    hash = (hash ^ value) * 0x9e3779b1u;
    return hash ^ (hash >> 15);
}
static inline uint32_t sks_feature_finish(uint32_t hash)
{
    hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
    hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
    return hash ^ (hash >> 16);
}

#endif
