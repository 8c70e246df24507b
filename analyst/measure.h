/*
 * Measuring: what a model says of mails whose class is known → rates with intervals, by set, language, year and month.
 *
 * False alarms are counted on real mail: the thresholds for bulk are those that 1 in 100, 1,000 and 10,000 of the real
 * ham of the last ten years reach, those for targeted the same of such ham and bulk mail together. Without real mail,
 * written mail stands in. Where there are too few mails for a rate, none of them may reach the threshold. Intervals are
 * Clopper-Pearson, 95 %.
 */
#ifndef SKS_ANALYST_MEASURE_H
#define SKS_ANALYST_MEASURE_H

#include <jansson.h>
#include <stdio.h>

#include "model/model.h"
#include "sets.h"

struct sks_measured {
    const struct sks_set_mail *mail;
    double score;      /* log-odds of targeted against clean, or far below all where bulk beats targeted */
    double bulk_score; /* log-odds of bulk against clean */
    enum sks_class called;
};

/* What the model says of a mail. */
struct sks_measured sks_measure_mail(const struct sks_model *model, const struct sks_sets *sets,
                                     const struct sks_set_mail *mail);

/* All rates, as `sekisho evaluate --json` prints them. The caller owns the object. */
json_t *sks_measure(const struct sks_measured *measured, size_t count);

/* The same as a table for people. */
void sks_measure_print(FILE *stream, const json_t *report);

#endif
