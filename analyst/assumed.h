/*
 * What training has to assume, because no public mail can show it.
 *
 * The sets are strangers' mail to strangers: no memory of correspondents, no directory of people, and the
 * Authentication-Results were taken out. The features that rest on these would all be learned as nothing. So each mail
 * is learned from twice: as it is, and as a copy that shows one of these features or not, drawn by the rates of a
 * table, class by class. One at a time: a copy with all of them would be told from mail as it is, and not by class.
 * Nothing is ever measured on the copies. The table stands in docs/evaluation.md and in the package's manifest; mail of
 * an organisation's own, with its own memory, will replace it.
 */
#ifndef SKS_ANALYST_ASSUMED_H
#define SKS_ANALYST_ASSUMED_H

#include <jansson.h>
#include <stdint.h>

#include "sekisho/verdict.h"

/* Draws an assumed feature into values. The same mail (by its number) always draws the same. */
void sks_assume(double *values, const char *const *schema, size_t schema_count, enum sks_class class_, uint64_t number);

/* The table, for the manifest. */
json_t *sks_assume_describe(void);

#endif
