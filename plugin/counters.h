/*
 * What the daemon counts, shared by its processes: made by the supervisor before it forks, zeroed, and but for the few
 * gauges only ever added to. So no count is lost by a reload or by the death of a process. Whoever shows it reads
 * without a lock; the numbers of one page may be a mail apart.
 */
#ifndef SKS_PLUGIN_COUNTERS_H
#define SKS_PLUGIN_COUNTERS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"

/* A class, or SKS_COUNTERS_UNJUDGED. */
#define SKS_COUNTERS_UNJUDGED SKS_CLASS_COUNT
#define SKS_COUNTERS_CLASSES  (SKS_CLASS_COUNT + 1)

/* Why a mail could not be judged, by the negative of an error; 0: it could not be collected. */
#define SKS_COUNTERS_CAUSES 10

#define SKS_HISTOGRAM_BUCKETS 16 /* at most; one more is for what is greater than all bounds */

struct sks_histogram {
    atomic_ullong buckets[SKS_HISTOGRAM_BUCKETS + 1]; /* not cumulative */
    atomic_ullong sum;
};

/* Upper bounds of buckets, ascending, in microseconds or bytes. */
struct sks_histogram_bounds {
    size_t count;
    uint64_t bounds[SKS_HISTOGRAM_BUCKETS];
};
extern const struct sks_histogram_bounds sks_histogram_times, sks_histogram_sizes;

void sks_histogram_add(struct sks_histogram *histogram, const struct sks_histogram_bounds *bounds, uint64_t value);

struct sks_counters {
    atomic_ulong mails[SKS_COUNTERS_CLASSES][SKS_ACTION_COUNT];
    atomic_ulong exempt[SKS_EXEMPTION_COUNT];
    atomic_ulong failures[SKS_COUNTERS_CAUSES];
    atomic_ulong memory_failures[SKS_COUNTERS_CAUSES];      /* mails judged without the memory */
    atomic_ulong truncated;                                 /* mails longer than what is read of them */
    atomic_ulong edit_failures;                             /* changes that the MTA did not take */
    struct sks_histogram times;                             /* from end of message to the answer, microseconds */
    struct sks_histogram examinations;                      /* … of it in the worker */
    struct sks_histogram sizes;                             /* bytes */
    atomic_ulong changed[SKS_CLASS_COUNT][SKS_CLASS_COUNT]; /* earlier mails judged anew: class before, class now */
    atomic_ulong workers_started;
    atomic_ulong reloads, reloads_failed;
    atomic_ulong milter_deaths, nursery_deaths, metrics_deaths, caretaker_deaths;
    atomic_ulong notices_sent, notices_failed, notices_left_out; /* people told; tries that failed; too many */
    atomic_ulong held, released, release_failed; /* mails that waited in the hold queue; tries that failed */

    /* Gauges. Those of the milter process begin anew with it. */
    atomic_ulong connections, in_hand; /* mails at end of message */
    atomic_ulong workers;              /* of the generation in use, at its last mail */
};

/* Makes the daemon's counters; before that (and if there is no memory to be had) each process counts for itself. */
void sks_counters_open(void);

/* The counters of this process, never NULL. */
struct sks_counters *sks_counters(void);

/* A mail at its end. */
struct sks_counters_mail {
    unsigned class_; /* or SKS_COUNTERS_UNJUDGED, with error 0 (not collected) or an enum sks_error */
    int error, memory_error;
    struct sks_decision decision;
    uint64_t elapsed, examined; /* microseconds; examined 0: it was not */
    uint64_t size;
    bool truncated;
};
void sks_counters_add_mail(struct sks_counters *counters, const struct sks_counters_mail *mail);

#endif
