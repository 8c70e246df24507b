/*
 * Counting right and wrong: thresholds for a wanted rate of false alarms, rates of detection, and what so few mails
 * can prove.
 */
#ifndef SKS_MODEL_RATES_H
#define SKS_MODEL_RATES_H

#include <stddef.h>

/*
 * The lowest threshold at which no more than rate * count of the scores reach it (in the middle between the scores on
 * both sides; just above the highest if none may). Scores are sorted in place, falling.
 */
double sks_rates_threshold(double *scores, size_t count, double rate);

/* How many of the scores reach the threshold. */
size_t sks_rates_reaching(const double *scores, size_t count, double threshold);

struct sks_interval {
    double low, high;
};

/* Clopper and Pearson's exact interval of 95 % for a share of which found in count was seen. */
struct sks_interval sks_rates_interval(size_t found, size_t count);

/*
 * McNemar's test, exact and two-sided: of the mails that only one of two models gets wrong, one_only the one and
 * other_only the other, how likely is a division at least as uneven, if neither is better?
 */
double sks_rates_mcnemar(size_t one_only, size_t other_only);

#endif
