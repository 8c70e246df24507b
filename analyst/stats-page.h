/* The page of `sekisho stats`: the half-year in figures, charts and tables. */
#ifndef SKS_ANALYST_STATS_PAGE_H
#define SKS_ANALYST_STATS_PAGE_H

#include "tally.h"

/* first: the language shown at first. The caller frees. */
GString *sks_stats_page(const struct sks_tally *tally, enum sks_language first);

/* "25 November 2026" has no place in a table: 2026-11-25. g_free(). */
char *sks_stats_day(GDateTime *day);

/* A count with its thousands marked off. g_free(). */
char *sks_stats_count(uint64_t count);

/*
 * How many weeks without mail begin with week i, if they are so many that they are told in one line; else 0. Years with
 * nothing in them would hide what there is.
 */
guint sks_stats_gap(const struct sks_tally *tally, guint i);

#endif
