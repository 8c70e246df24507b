/*
 * A linear model over hashed features, as shipped in models/language: one signed byte for each bucket.
 *
 * File: "SKSHASH1", then little-endian uint32 bits (of a bucket number), float scale (of a byte), float bias, float
 * slope and offset that turn the sum into log-odds, float extra (translationese: how much sentences overlap, see
 * sks_hashed_combine(); learner: slips that a morpheme of a fluent text seems to hold), then 2^bits bytes.
 */
#ifndef SKS_LANGUAGE_HASHED_H
#define SKS_LANGUAGE_HASHED_H

#include <stddef.h>
#include <stdint.h>

#include "sekisho/error.h"

struct sks_hashed {
    uint32_t mask;
    float scale, bias, slope, offset, extra;
    const int8_t *weights;
};

enum { SKS_HASHED_HEADER = 8 + 4 + 5 * 4 };
#define SKS_HASHED_MAGIC "SKSHASH1"

/* Reads a model that stays where it is. SKS_ERROR_FORMAT if it is none. */
int sks_hashed_read(struct sks_hashed *out_model, const void *bytes, size_t size);

/*
 * Turns the hashes of a sentence into buckets and keeps each once, in order of first sight. Returns how many are left.
 */
size_t sks_hashed_fold(uint32_t *hashes, size_t count, uint32_t mask);
double sks_hashed_weight(const struct sks_hashed *model, uint32_t bucket);

/* Log-odds of a sentence from its folded buckets. */
double sks_hashed_score(const struct sks_hashed *model, const uint32_t *buckets, size_t count);

/* How much a sentence of so many buckets says about its text: long ones more than short ones. 1 for a usual one. */
double sks_hashed_length_weight(size_t count);

/*
 * Log-odds of a text from its sentences' log-odds, each times its weight, added up, and the sum of the weights.
 * Sentences of one text resemble each other: each further one counts only for what it does not share with the others
 * (overlap 0: independent, 1: the mean). A single sentence keeps its own log-odds.
 */
double sks_hashed_combine(const struct sks_hashed *model, double sum, double weights, size_t sentences);

#endif
