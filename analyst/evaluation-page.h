/* An evaluation as a page: figures, curves, tables, the mails most wrong; see page.h for what a page is. */
#ifndef SKS_ANALYST_EVALUATION_PAGE_H
#define SKS_ANALYST_EVALUATION_PAGE_H

#include <jansson.h>

#include "measure.h"

/* What a model that learned from so many mails finds at 1 in 100 among mail kept out. */
struct sks_curve_point {
    size_t mails;
    size_t found[SKS_CLASS_COUNT], count[SKS_CLASS_COUNT]; /* of bulk and targeted */
};

struct sks_evaluation {
    const struct sks_sets *sets;
    const struct sks_measured *measured;
    const struct sks_measured *against; /* the same mails by another model, or NULL */
    size_t count;
    const char *model, *other; /* what they are called */
    const json_t *report;      /* of sks_measure() */
    const json_t *comparison;  /* of sks_compare(), or NULL */
    const struct sks_curve_point *curve;
    size_t curve_count; /* 0: not measured */
};

/* The whole file. */
GString *sks_evaluation_page(const struct sks_evaluation *evaluation, enum sks_language first);

#endif
