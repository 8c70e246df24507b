/*
 * Runs jobs in child processes, so that all cores work and a fault in one job is told rather than fatal.
 *
 * Children are forked one for each job, inherit what the caller has loaded, and hand back bytes. The caller must be
 * single-threaded. Results are the same whatever the number of workers.
 */
#ifndef SKS_MODEL_JOBS_H
#define SKS_MODEL_JOBS_H

#include <glib.h>
#include <stddef.h>

/* Runs in the child; appends its result to out_bytes. */
typedef void (*sks_job)(GByteArray *out_bytes, size_t index, void *data);

/* Called in the parent when a job has ended; done counts up to count. */
typedef void (*sks_jobs_progress)(size_t done, size_t count, void *data);

struct sks_jobs {
    size_t count;
    unsigned workers; /* 0: as many as there are online processors */
    sks_job job;
    sks_jobs_progress progress; /* or NULL */
    void *data;                 /* for both */
};

/*
 * Runs all jobs and returns an array of count GBytes, NULL where the child died. Release with sks_jobs_finish().
 * Returns NULL if no process or pipe can be made.
 */
GBytes **sks_jobs_run(const struct sks_jobs *jobs);
void sks_jobs_finish(GBytes **results, size_t count);

/* True if no result is missing. */
gboolean sks_jobs_complete(GBytes *const *results, size_t count);

#endif
