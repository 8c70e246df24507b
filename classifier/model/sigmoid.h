/*
 * Platt's sigmoid: turns a decision value f into a probability 1 / (1 + exp(a f + b)), fitted as libsvm does it (Lin,
 * Lin and Weng 2007: Newton's method with backtracking on smoothed targets), on values that come from folds of groups.
 */
#ifndef SKS_MODEL_SIGMOID_H
#define SKS_MODEL_SIGMOID_H

#include <glib.h>
#include <stddef.h>

/* first[i]: the value belongs to the class whose decision values are positive. weights may be NULL: all 1. */
void sks_sigmoid_fit(double *out_a, double *out_b, const double *values, const gboolean *first, const double *weights,
                     size_t count);

#endif
