/*
 * One measure of how awkward a text is, and what share of native business texts is less so.
 *
 * The measure adds what each kind of fault says on its own. Its meaning comes from two tables of quantiles, taken on
 * native business texts (models/language/awkward.txt): one of what people write, one of what they say. Talk leaves out
 * particles and breaks off where writing does not, and would look awkward beside it.
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
    double speech; /* share of sentences that sound like talk */

    /* What learner and excess were made from. */
    double slips, unfinished; /* slips that the model adds up; sentences that break off */
    size_t told;              /* slips that rules tell of */
};

enum { SKS_AWKWARD_QUANTILES = 16 };

enum sks_awkward_style { SKS_AWKWARD_WRITTEN, SKS_AWKWARD_SPOKEN, SKS_AWKWARD_STYLES };

extern const char *const sks_awkward_styles[SKS_AWKWARD_STYLES]; /* their names in the table */

struct sks_awkward {
    struct sks_awkward_table {
        size_t count;
        double share[SKS_AWKWARD_QUANTILES], measure[SKS_AWKWARD_QUANTILES]; /* both ascending */
    } tables[SKS_AWKWARD_STYLES];
};

/* Reads lines "written SHARE MEASURE" or "spoken …". SKS_ERROR_FORMAT if they are not two or more of each, ascending.
 */
int sks_awkward_read(struct sks_awkward *out_awkward, const char *text, size_t size);

/* The measure of a text, higher is worse, comparable between texts of any length. */
double sks_awkward_measure(const struct sks_awkward_parts *parts);

/*
 * The share of native business texts of a style below a measure, 0 to 1. Above the last quantile the share of texts
 * beyond shrinks on exponentially, so that measures are told apart however high they are.
 */
double sks_awkward_share(const struct sks_awkward *awkward, enum sks_awkward_style style, double measure);

/* The same of a text, by what it shows of both styles. */
double sks_awkward_of(const struct sks_awkward *awkward, const struct sks_awkward_parts *parts);

#endif
