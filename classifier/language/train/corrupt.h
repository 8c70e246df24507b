/*
 * Slips made on purpose: one edit of a fluent sentence, of the kinds that learners and hasty writers make. Which
 * forms a word can take, and which words share a reading, is learned from the texts themselves.
 */
#ifndef SKS_LANGUAGE_TRAIN_CORRUPT_H
#define SKS_LANGUAGE_TRAIN_CORRUPT_H

#include <stdbool.h>

#include <glib.h>

#include "language/morpheme.h"

struct sks_corrupter;

/* Each seed draws other slips. */
struct sks_corrupter *sks_corrupter_create(uint32_t seed);
void sks_corrupter_destroy(struct sks_corrupter *corrupter);

/* Learns forms and readings of a text. */
void sks_corrupter_learn(struct sks_corrupter *corrupter, const char *text, const struct sks_morpheme *morphemes,
                         size_t count);

/* The next pseudo-random number below bound; the sequence is the same in every run. */
uint32_t sks_corrupter_random(struct sks_corrupter *corrupter, uint32_t bound);

/*
 * Writes the text with one slip to out_text; out_start and out_end are the bytes that changed there (equal if
 * something was left out). Returns whether an edit was found.
 */
bool sks_corrupter_apply(GString *out_text, size_t *out_start, size_t *out_end, struct sks_corrupter *corrupter,
                         const char *text, size_t size, const struct sks_morpheme *morphemes, size_t count);

#endif
