/* Progress of a long task with the time that is left, on stderr if that is a terminal; nothing in a pipe. */
#ifndef SKS_ANALYST_PROGRESS_H
#define SKS_ANALYST_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

struct sks_progress {
    const char *step; /* in hand */
    int64_t started;  /* its beginning, monotonic microseconds */
    int64_t told;
};

/* done of count parts of a step are done. A new step (by its text) starts the clock anew. */
void sks_progress_show(struct sks_progress *progress, const char *step, size_t done, size_t count);

/* Empties the line. */
void sks_progress_clear(struct sks_progress *progress);

#endif
