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

/* Hashing: bytes to a number (FNV-1a), a number into a running hash, the last stir that spreads it over all bits. */
static inline uint32_t sks_feature_bytes(const char *bytes, size_t size)
{
    uint32_t hash = 0x811c9dc5u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 0x01000193u;
    return hash;
}
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
