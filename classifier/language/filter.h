/*
 * A bit filter of words: tells at the cost of a few bits that a word is in no list, so that dictionaries are asked only
 * for words that may be in theirs. A word that was added is never denied; one in some hundred others isn't either.
 */
#ifndef SKS_LANGUAGE_FILTER_H
#define SKS_LANGUAGE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SKS_FILTER_BITS = 1 << 18 /* fourteen for each word of the Japanese dictionary, 32 kB */,
    SKS_FILTER_PROBES = 4
};

struct sks_filter {
    uint64_t bits[SKS_FILTER_BITS / 64];
};

/* A running hash of a word's code points, from 0 on; stirred by the two functions below. */
static inline uint64_t sks_filter_mix(uint64_t hash, uint32_t character)
{
    return (hash + character + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static inline size_t sks_filter_probe(uint64_t hash, unsigned probe)
{
    uint64_t stirred = hash ^ hash >> 29;
    return (size_t)((stirred >> 40) + probe * (stirred >> 12 | 1)) % SKS_FILTER_BITS;
}

static inline void sks_filter_add(struct sks_filter *filter, uint64_t hash)
{
    for (unsigned probe = 0; probe < SKS_FILTER_PROBES; probe++) {
        size_t bit = sks_filter_probe(hash, probe);
        filter->bits[bit / 64] |= UINT64_C(1) << bit % 64;
    }
}

static inline bool sks_filter_may_hold(const struct sks_filter *filter, uint64_t hash)
{
    for (unsigned probe = 0; probe < SKS_FILTER_PROBES; probe++) {
        size_t bit = sks_filter_probe(hash, probe);
        if ((filter->bits[bit / 64] >> bit % 64 & 1) == 0)
            return false;
    }
    return true;
}

#endif
