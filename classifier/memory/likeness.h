/*
 * What a text has in common with its near-duplicates: a signature of minima over its shingles (MinHash; Broder 1997,
 * one permutation in bins as Li, Owen and Zhang 2012), of which a share equals another's as large as their common share
 * of shingles. Digits, punctuation, links and invisible characters are left out, letters that only look like Latin ones
 * are taken for these: what is changed from copy to copy changes little.
 */
#ifndef SKS_MEMORY_LIKENESS_H
#define SKS_MEMORY_LIKENESS_H

#include <stdbool.h>
#include <stdint.h>

#define SKS_LIKENESS_BINS  30
#define SKS_LIKENESS_BANDS 6 /* of three bins each: texts that share one of them are compared */

struct sks_likeness {
    uint16_t bins[SKS_LIKENESS_BINS];
};

/* False if the text is too short to be told from others. text is as sks_lists_normalise() leaves it. */
bool sks_likeness_init(struct sks_likeness *likeness, const char *text);

/* About the share of shingles that both have, 0 to 1. */
double sks_likeness_compare(const struct sks_likeness *left, const struct sks_likeness *right);

/* The key of one band. */
int64_t sks_likeness_band(const struct sks_likeness *likeness, unsigned band);

#endif
