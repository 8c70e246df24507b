/*
 * Three classes, three pairs of classes: a libsvm model (C-SVC, linear, pairwise sigmoids) folded into one weight
 * vector for each pair.
 *
 * Pairs are numbered as libsvm numbers them: clean-bulk, clean-targeted, bulk-targeted. A decision value is positive
 * for the first class of its pair; A * value + B is then the log-odds of the second class against the first (libsvm's
 * sigmoid gives the first class 1 / (1 + exp(A * value + B))).
 */
#ifndef SKS_MODEL_PAIRS_H
#define SKS_MODEL_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

#include "sekisho/error.h"
#include "sekisho/verdict.h"

enum sks_pair {
    SKS_PAIR_CLEAN_BULK,
    SKS_PAIR_CLEAN_TARGETED,
    SKS_PAIR_BULK_TARGETED,
};
#define SKS_PAIR_COUNT 3

struct sks_pairs {
    size_t feature_count;
    double *weights[SKS_PAIR_COUNT]; /* of scaled features */
    double rho[SKS_PAIR_COUNT];
    double a[SKS_PAIR_COUNT], b[SKS_PAIR_COUNT];
};

/*
 * Reads libsvm's model format (text is NUL-terminated). Not libsvm's own loader: that one wants a file, calls
 * setlocale() and trusts what it reads. Labels must be 0 1 2 in this order. Finish on success only.
 */
int sks_pairs_parse(struct sks_pairs *out_pairs, const char *text, size_t feature_count, const char *file,
                    struct sks_problems *problems);
void sks_pairs_finish(struct sks_pairs *pairs);

/* Log-odds of the second class of each pair against the first. */
void sks_pairs_log_odds(const struct sks_pairs *pairs, const double *scaled, double out_log_odds[SKS_PAIR_COUNT]);

/*
 * Log-odds of targeted against both others together: what mails are ranked by. The weaker of the two pairs decides
 * nearly alone.
 */
double sks_pairs_rank(const double log_odds[SKS_PAIR_COUNT]);

/*
 * Log-odds of targeted or bulk against clean. That a mail is an attack is asked first, which kind then: a doubt between
 * the two should not make it clean.
 */
double sks_pairs_attack(const double log_odds[SKS_PAIR_COUNT]);

/* Whether targeted is so much likelier than bulk (e times) that an attack is called so; if not, bulk must show by
 * itself. */
bool sks_pairs_lead(const double log_odds[SKS_PAIR_COUNT]);

/* The class by thresholds for sks_pairs_attack() and for the log-odds of bulk against clean. */
enum sks_class sks_pairs_class(const double log_odds[SKS_PAIR_COUNT], double attack_threshold, double bulk_threshold);

/* The three probabilities that agree best with the pairs', by libsvm's own iteration (Wu, Lin and Weng 2004). */
void sks_pairs_couple(const double log_odds[SKS_PAIR_COUNT], double out_probability[SKS_CLASS_COUNT]);

#endif
