/*
 * The pool: worker processes that examine messages where a fault costs one mail and nothing else.
 *
 * A *nursery* is a process that holds a loaded classifier, stays single-threaded, and forks workers from itself, which
 * share the classifier's tables copy-on-write. Workers run under resource limits and seccomp, take one message at a
 * time over a socket (the bytes in a memfd) and answer with a verdict. A worker that crashes, runs out of memory or
 * passes its deadline is killed; the next message gets a fresh one.
 *
 * Two ways to use it:
 *   - one program: sks_pool_create() forks the nursery from the calling process. Call it before threads are started.
 *   - a supervisor: a child that has loaded its classifier calls sks_pool_nursery_run() with one end of a Unix socket
 *     pair; whoever holds the other end calls sks_pool_attach(). A nursery ends when that socket is closed.
 *
 * Threads: sks_pool_examine() may be called from any number of threads at once; each call blocks for one message.
 */
#ifndef SEKISHO_POOL_H
#define SEKISHO_POOL_H

#include <stddef.h>
#include <sys/types.h>

#include "sekisho/classifier.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sks_pool_options {
    unsigned workers;     /* most workers at once; 0: one more than processors online, not counting those (as many at
                             most) that have been in one message for long */
    unsigned deadline_ms; /* for one message, queueing excluded; 0: SKS_LIMIT_MAIL_MILLISECONDS */
    unsigned queue_ms;    /* longest wait for a free worker; 0: the deadline */
    size_t memory;        /* bytes a worker may map beyond what it starts with; 0: SKS_LIMIT_WORKER_MEMORY */
    unsigned messages;    /* a worker is replaced after so many; 0: 10,000 */
};

struct sks_pool;

/* Forks a nursery for classifier and attaches to it. The calling process keeps its own reference to classifier. */
SKS_API int sks_pool_create(struct sks_pool **out_pool, struct sks_classifier *classifier,
                            const struct sks_pool_options *options);

/*
 * The life of a nursery: forks workers for whoever holds the other end of socket, until that is closed; then waits for
 * its workers and returns 0. The caller must be single-threaded and should _exit() afterwards. Takes socket over.
 */
SKS_API int sks_pool_nursery_run(int socket, struct sks_classifier *classifier, const struct sks_pool_options *options);

/* Attaches to the nursery at the other end of socket, which the pool takes over (also on failure). */
SKS_API int sks_pool_attach(struct sks_pool **out_pool, int socket, const struct sks_pool_options *options);

/* Waits for messages in hand, ends the workers and the nursery. No call may be under way or come later. */
SKS_API void sks_pool_destroy(struct sks_pool *pool);

/*
 * Examines one message in a worker. message_fd is readable and seekable (a memfd or a file); its offset is not used
 * and not changed; it stays the caller's. A memfd made with MFD_ALLOW_SEALING is sealed against every change, so that
 * no worker can alter what the caller reads again later. Errors: SKS_ERROR_DEADLINE, SKS_ERROR_CRASH, SKS_ERROR_MEMORY,
 * SKS_ERROR_UNAVAILABLE, or what sks_classifier_examine() returned in the worker.
 */
SKS_API int sks_pool_examine(struct sks_verdict **out_verdict, struct sks_pool *pool, int message_fd, size_t size,
                             const struct sks_envelope *envelope);

/* Signs of life: while a call waits, call(data) runs in its thread every interval_ms, with no lock held. */
struct sks_pool_progress {
    unsigned interval_ms; /* at least 1 */
    void (*call)(void *data);
    void *data;
};

/* sks_pool_examine() that says every now and then that it still waits. progress may be NULL. */
SKS_API int sks_pool_examine_with_progress(struct sks_verdict **out_verdict, struct sks_pool *pool, int message_fd,
                                           size_t size, const struct sks_envelope *envelope,
                                           const struct sks_pool_progress *progress);

/* Counters since the pool was attached. */
struct sks_pool_statistics {
    unsigned long examined, crashed, out_of_memory, past_deadline, unavailable, workers_started;
    unsigned workers; /* alive now */
};

SKS_API void sks_pool_statistics(struct sks_pool *pool, struct sks_pool_statistics *out_statistics);

#ifdef __cplusplus
}
#endif

#endif
