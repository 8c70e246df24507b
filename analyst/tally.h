/*
 * What a store remembers of a span of time, counted: verdicts by week, what spoke for them, what waits, what people
 * reported. For `sekisho stats`.
 */
#ifndef SKS_ANALYST_TALLY_H
#define SKS_ANALYST_TALLY_H

#include <glib.h>
#include <stdint.h>

#include "memory/memory.h"
#include "sekisho/verdict.h"

/* Verdicts by class. A mail counts in the week and class of its first verdict; later has those that changed then. */
struct sks_tally_counts {
    uint64_t mails[SKS_CLASS_COUNT];
    uint64_t later[SKS_CLASS_COUNT]; /* earlier mails that became this when they were judged anew */
};

struct sks_tally_week {
    GDateTime *monday; /* local midnight; NULL of the sum */
    struct sks_tally_counts counts;
};

/* How often a piece of evidence was among the heaviest. */
struct sks_tally_lure {
    const char *id, *name[SKS_LANGUAGE_COUNT]; /* name: the few words for it; id of one that is no more known */
    uint64_t mails;
};

struct sks_tally {
    GDateTime *since, *until; /* local midnights; until is not in it any more */
    GPtrArray *weeks;         /* struct sks_tally_week, each week from the first with mail to the last */
    struct sks_tally_counts sum;
    GArray *lures[SKS_CLASS_COUNT]; /* struct sks_tally_lure, the most frequent first; none of clean mail */
    uint64_t senders, recipients;   /* different ones of targeted mail */
    struct {
        uint64_t class_[SKS_CLASS_COUNT]; /* what people said */
        uint64_t false_alarms;            /* clean, though an alarm had been raised */
        uint64_t missed;                  /* worse than the verdict */
        uint64_t withdrawn;
    } reports;
    struct sks_memory_state state; /* just now */
    GStringChunk *strings;
};

/*
 * Counts. since and until may be NULL: half a year, in whole weeks, up to the newest verdict. Returns what the store
 * returned; then nothing is to be finished.
 */
int sks_tally_make(struct sks_tally *tally, struct sks_memory *memory, GDateTime *since, GDateTime *until);
void sks_tally_finish(struct sks_tally *tally);

#endif
