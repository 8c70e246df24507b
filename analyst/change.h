/*
 * What would have changed a verdict: the fewest pieces of evidence without which the class would be another, and the
 * fewest further ones with which it would.
 */
#ifndef SKS_ANALYST_CHANGE_H
#define SKS_ANALYST_CHANGE_H

#include <stdbool.h>

#include "model/model.h"

/* More are not looked for. */
#define SKS_CHANGE_MOST 3

struct sks_change {
    size_t features[SKS_CHANGE_MOST]; /* of the schema, by weight */
    size_t count;                     /* 0: no so few would */
    enum sks_class class_;            /* that it would have become */
};

struct sks_change_question {
    const struct sks_model *model;
    const double *values; /* of the mail */
    size_t count;
    struct sks_resemblance reported; /* likeness to reported mail; goes with the feature below */
    size_t reported_feature;
    enum sks_class class_; /* that it was given */
};

/* Without: evidence that is there is taken away. */
struct sks_change sks_change_without(const struct sks_change_question *question);

/* With: features that may be added (allowed[feature]) and are not there, at full strength. */
struct sks_change sks_change_with(const struct sks_change_question *question, const bool *allowed);

#endif
