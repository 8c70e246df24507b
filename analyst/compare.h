/*
 * Two models on the same mails, side by side: what each gets wrong, what only one of them does, and whether that may
 * be chance (McNemar's test, exact, two-sided).
 */
#ifndef SKS_ANALYST_COMPARE_H
#define SKS_ANALYST_COMPARE_H

#include <jansson.h>
#include <stdio.h>

#include "measure.h"

/*
 * one and other: the same mails in the same order. The object's "errors" has an entry for each class, "alarms" (mail
 * that is not targeted, called so) and "all": {"n", "one", "other", "only_one", "only_other", "p"}; its "found" the
 * same for targeted and bulk at each rate of false alarms, each model with its own threshold for it (there, "one"
 * counts what is found). The caller owns it.
 */
json_t *sks_compare(const struct sks_measured *one, const struct sks_measured *other, size_t count);

/*
 * What other does worse than one, as a sentence for people, g_free(); NULL if nothing. Worse means: of one kind of
 * error it makes more, and so many that a fair coin would give them in less than one of ten cases (one-sided p < 0.1).
 */
char *sks_compare_worse(const json_t *comparison);

/* A table for people. */
void sks_compare_print(FILE *stream, const json_t *comparison, const char *one, const char *other,
                       enum sks_language language);

#endif
