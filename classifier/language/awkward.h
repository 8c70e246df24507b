/*
 * One measure of how awkward a text is, and what share of native business texts is less so.
 *
 * The measure adds what each kind of fault says on its own. Its meaning comes from a table of quantiles, taken on
 * fluent texts that trained no other model (models/language/awkward.txt).
 */
#ifndef SKS_LANGUAGE_AWKWARD_H
#define SKS_LANGUAGE_AWKWARD_H

#include <stdbool.h>
#include <stddef.h>

#include "sekisho/error.h"

/* What was found in a text. */
struct sks_awkward_parts {
    double translationese, learner; /* log-odds */
    double excess;                  /* slips above what any native style of writing shows, on the same scale */
    size_t misspellings, glyphs, breaks;
    size_t places; /* morphemes judged */

    /* What learner and excess were made from. */
    double slips, unfinished; /* slips that the model adds up; sentences that break off */
    size_t told;              /* slips that rules tell of */
};

enum { SKS_AWKWARD_QUANTILES = 16 };

struct sks_awkward {
    size_t count;
    double share[SKS_AWKWARD_QUANTILES], measure[SKS_AWKWARD_QUANTILES]; /* both ascending */
};

/* Reads lines "SHARE MEASURE". SKS_ERROR_FORMAT if they are not at least two, ascending. */
int sks_awkward_read(struct sks_awkward *out_awkward, const char *text, size_t size);

/* The measure of a text, higher is worse, comparable between texts of any length. */
double sks_awkward_measure(const struct sks_awkward_parts *parts);

/*
 * The share of native business texts below a measure, 0 to 1. Above the last quantile the share of texts beyond
 * shrinks on exponentially, so that measures are told apart however high they are.
 */
double sks_awkward_share(const struct sks_awkward *awkward, double measure);

#endif
