/*
 * How much an English text speaks like a lure: haste, threats, asking for passwords, links and files to be opened,
 * gains, secrecy, other channels, flattery, payments. Each kind is a list of phrases (models/language/lures.txt); how
 * much a kind says was learned from mail (models/language/lure-weights.txt, written by train-language).
 */
#ifndef SKS_LANGUAGE_LURE_H
#define SKS_LANGUAGE_LURE_H

#include <glib.h>

#include "language/language.h"

enum { SKS_LURE_KINDS = 16 /* most kinds of wording */ };

struct sks_lures;

/* Reads the built-in tables. SKS_ERROR_FORMAT, problems told, if they are not in order. */
int sks_lures_create(struct sks_lures **out_lures, struct sks_problems *problems);
void sks_lures_destroy(struct sks_lures *lures);

size_t sks_lures_kind_count(const struct sks_lures *lures);
const char *sks_lures_kind_name(const struct sks_lures *lures, size_t kind);

/*
 * How much of each kind the tokens of a text hold, 0 to 1, by its length: a long newsletter holds more of everything.
 * Appends the places to spans (struct sks_span), unless it is NULL, up to SKS_LIMIT_LANGUAGE_SPANS.
 */
void sks_lures_find(double out_amounts[SKS_LURE_KINDS], GArray *spans, const struct sks_lures *lures,
                    const struct sks_token *tokens, size_t count);

/* 0 to 1; 0.5 means even odds on mail of the kinds that the weights were learned from. */
double sks_lures_score(const struct sks_lures *lures, const double amounts[SKS_LURE_KINDS]);

#endif
