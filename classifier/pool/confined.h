/*
 * One task in a child process of its own, confined as a worker is: for programs that read hostile bytes once, where a
 * pool would be too much. The process must have a single thread.
 */
#ifndef SKS_POOL_CONFINED_H
#define SKS_POOL_CONFINED_H

#include <glib.h>
#include <stdio.h>

/* Writes its result to out. 0, or an sks_error. */
typedef int (*sks_confined_task)(FILE *out, void *context);

/*
 * Runs the task and hands back what it wrote: 0, the task's error, or SKS_ERROR_CRASH, _MEMORY, _DEADLINE (it took
 * longer than milliseconds), _LIMIT (it wrote more than most bytes), _UNSUPPORTED (it could not be confined).
 */
int sks_confined_run(GByteArray **out_written, sks_confined_task task, void *context, unsigned milliseconds,
                     size_t most);

#endif
