/* How much better does a model become with more mail to learn from? */
#ifndef SKS_ANALYST_LEARNING_CURVE_H
#define SKS_ANALYST_LEARNING_CURVE_H

#include "evaluation-page.h"
#include "learn.h"

/*
 * Adds points (struct sks_curve_point) to the array: of models that learn from an eighth, a quarter, half and all of
 * four fifths of the groups, measured on the fifth that is left; and that with three of the five fifths in turn. A
 * portion too small to learn from gives none.
 */
void sks_learning_curve(GArray *out_points, const struct sks_sets *sets, const struct sks_learning *learning);

#endif
