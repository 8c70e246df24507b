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

#include "kept-out.h"
#include "model/model.h"
#include "sets.h"

struct sks_measured {
    const struct sks_set_mail *mail;
    double score;      /* log-odds of targeted against both others */
    double bulk_score; /* log-odds of bulk against clean */
    double probability[SKS_CLASS_COUNT];
    double *contribution, *bulk_contribution; /* of each feature to the two scores */
    enum sks_class called;
    enum sks_known known; /* whether the package has learned from it; set by whoever knows */
};

/* Frees what count of them hold, and the array. */
void sks_measured_finish(struct sks_measured *measured, size_t count);

/* The rates of false alarms at which detection is told. */
struct sks_rate {
    const char *key;
    double rate;
    const char *one_in; /* for people: "1,000" */
};
#define SKS_RATE_COUNT 3
extern const struct sks_rate sks_rates[SKS_RATE_COUNT];

struct sks_thresholds {
    double targeted[SKS_RATE_COUNT], bulk[SKS_RATE_COUNT];
    size_t targeted_mails, bulk_mails; /* that they were found on */
    bool targeted_real, bulk_real;     /* false: there are no real ones, written mails stand in */
};

void sks_measure_thresholds(struct sks_thresholds *out_thresholds, const struct sks_measured *measured, size_t count);

/* Whether a mail is found at that rate: as targeted if it is, else as bulk. */
bool sks_measure_finds(const struct sks_thresholds *thresholds, const struct sks_measured *measured, size_t rate);

/*
 * Scores of the mails on which false alarms are counted, for targeted or for bulk: real ones of the last ten years, or
 * written ones where there are none. g_free().
 */
double *sks_measure_alarms(size_t *out_count, const struct sks_measured *measured, size_t count, bool bulk);

/* What the model says of a mail, by all of its readings, as in serving. */
struct sks_measured sks_measure_mail(const struct sks_model *model, const struct sks_sets *sets,
                                     const struct sks_set_mail *mail);

/* All rates, as `sekisho evaluate --json` prints them. The caller owns the object. */
json_t *sks_measure(const struct sks_measured *measured, size_t count);

/* For people: what false alarms were counted on, and which rates so few can't show. g_free(). */
char *sks_measure_counted(const json_t *report, enum sks_language language);

/* Whether there was mail to count false alarms on: without, nothing can be said of what is found of that class. */
bool sks_measure_tells(const json_t *report, const char *class_name);

/* For people: a part of a set, "other" and "undated" in words. */
const char *sks_measure_part(const char *key, enum sks_language language);

/* What the row "by exchange" of a set counts; NULL if no set has one. */
const char *sks_measure_exchange_note(const json_t *report, enum sks_language language);

/* The same as a table for people. */
void sks_measure_print(FILE *stream, const json_t *report);

#endif
