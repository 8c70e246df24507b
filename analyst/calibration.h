/*
 * Calibration: is what was given a probability of 80 % so in 80 of 100 cases?
 *
 * A package's probabilities are those of a mail that might as well be any of the three classes, so classes weigh the
 * same here, whatever their numbers. Each class is looked at alone: was the mail of it, and what was said? Intervals
 * are 95 %, by drawing groups of relatives anew (with replacement, within each class), since relatives err together.
 */
#ifndef SKS_ANALYST_CALIBRATION_H
#define SKS_ANALYST_CALIBRATION_H

#include <jansson.h>
#include <stdio.h>

#include "measure.h"
#include "model/rates.h"

#define SKS_CALIBRATION_BINS 10

struct sks_calibration_bin {
    size_t mails;
    double said, was;             /* means of the probabilities, and the weighted share; 0 without mails */
    struct sks_interval interval; /* of was */
    double weight;                /* of all: 1 */
};

struct sks_calibration {
    double brier; /* mean squared difference of probability and outcome: 0 is perfect, 2/9 is always saying a third */
    double error; /* expected calibration error: mean difference of said and was over the bins */
    struct sks_interval brier_interval, error_interval;
    struct sks_calibration_bin bins[SKS_CALIBRATION_BINS]; /* of equal width */
};

/* False if a class is missing: then nothing can be said. */
bool sks_calibrate(struct sks_calibration out_classes[SKS_CLASS_COUNT], const struct sks_measured *measured,
                   size_t count);

/* As `sekisho evaluate --json` prints it; null if a class is missing. */
json_t *sks_calibration_describe(const struct sks_measured *measured, size_t count);

/* The same as tables for people; nothing for null. */
void sks_calibration_print(FILE *stream, const json_t *described);

#endif
