/* An evaluation as a page: figures, curves, tables, the mails most wrong; see page.h for what a page is. */
#ifndef SKS_ANALYST_EVALUATION_PAGE_H
#define SKS_ANALYST_EVALUATION_PAGE_H

#include <jansson.h>

#include "measure.h"

/* What models that learned from so many mails, each without another fold, find at 1 in 100 in that fold. */
struct sks_curve_point {
    size_t mails;                                         /* their mean */
    size_t folds;                                         /* how many models */
    double found[SKS_CLASS_COUNT];                        /* of bulk and targeted: mean share over the folds */
    double least[SKS_CLASS_COUNT], most[SKS_CLASS_COUNT]; /* lowest and highest share of a fold */
};

struct sks_evaluation {
    const struct sks_sets *sets;
    const struct sks_measured *measured;
    const struct sks_measured *against; /* the same mails by another model, or NULL */
    size_t count;
    const char *model, *other; /* what they are called; model: NULL if a way of training is measured … */
    const char *split;         /* … on real mail from that day on */
    const json_t *report;      /* of sks_measure() */
    const json_t *comparison;  /* of sks_compare(), or NULL */
    const struct sks_curve_point *curve;
    size_t curve_count; /* 0: not measured */
};

/* The whole file. */
GString *sks_evaluation_page(const struct sks_evaluation *evaluation, enum sks_language first);

#endif
