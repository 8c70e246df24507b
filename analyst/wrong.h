/* The mails that a model is most wrong about, with what it saw in them: what to look at first. */
#ifndef SKS_ANALYST_WRONG_H
#define SKS_ANALYST_WRONG_H

#include <jansson.h>
#include <stdio.h>

#include "measure.h"

/*
 * Of each class (targeted first) those that were called another, by the probability that was given to what they are,
 * the lowest first; evidence by what it added to the log-odds (of bulk against clean for bulk mail and for clean mail
 * called bulk, else of targeted against clean), the heaviest first:
 * [{file, index, set, class, called, given, called_given, evidence [{id, contribution}]}]
 */
json_t *sks_wrong_describe(const struct sks_measured *measured, size_t count, const struct sks_sets *sets);

/* The same as a table for people. */
void sks_wrong_print(FILE *stream, const json_t *described);

#endif
