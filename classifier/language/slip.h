/*
 * Slips, morpheme by morpheme: each morpheme of a sentence becomes a few numbers, and each place a few dozen hashed
 * features of itself and its neighbours. A linear model says how likely the place is one where somebody slipped.
 */
#ifndef SKS_LANGUAGE_SLIP_H
#define SKS_LANGUAGE_SLIP_H

#include <glib.h>

#include "language/hashed.h"
#include "language/sentence.h"
#include "language/trigram.h"
#include "language/valence.h"

struct sks_slip_unit {
    uint32_t surface, base, part, mixed; /* mixed: function words as written, the rest by part of speech */
    uint16_t frames;                     /* what the word takes, if it is a verb or the like; see valence.h */
    uint8_t kind, known;
    uint8_t joint; /* cost of IPADIC for this part of speech after the one before, in steps */
    uint8_t word;  /* cost of the word, in steps */
};

enum { SKS_SLIP_FEATURES = 96 /* most features of a place */ };

/* The morphemes of a sentence as numbers; one struct for many sentences in turn. */
struct sks_slips {
    struct sks_slip_unit *units;
    uint32_t *columns; /* the same by kind of number, each with what stands outside of the sentence at both ends */
    struct sks_trigram_seen *seen;
    struct sks_trigram_words words;
    size_t count, room;
};

void sks_slips_init(struct sks_slips *slips);
void sks_slips_finish(struct sks_slips *slips);
void sks_slips_read(struct sks_slips *slips, const struct sks_sentence *sentence, const struct sks_valence *valence,
                    const struct sks_trigram *trigram);

/* Hashes of the features of place i; returns how many. */
size_t sks_slips_features(uint32_t out_hashes[SKS_SLIP_FEATURES], const struct sks_slips *slips, size_t i);

/* Log-odds that somebody slipped at each place (out: room for slips->count). */
void sks_slips_score(double *out_log_odds, const struct sks_slips *slips, const struct sks_hashed *model);

/* How many slips log-odds stand for: near nothing below zero, the log-odds themselves above. */
double sks_slip_amount(double log_odds);

/* How far the slips of so many places lie above what fluent texts show (usual: of one place), whatever the length. */
double sks_slip_excess(double slips, double places, double usual);

#endif
