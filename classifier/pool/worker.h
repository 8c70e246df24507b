/*
 * The life of a worker process, and the job that it does: in the programs, sks_classifier_examine(); in tests,
 * anything that fails as hostile mail might make it fail.
 */
#ifndef SKS_POOL_WORKER_H
#define SKS_POOL_WORKER_H

#include "sekisho/pool.h"

struct sks_pool_job {
    /* Called once in each worker, before it is confined. 0, or an error that every message then gets. NULL: nothing. */
    int (*prepare)(void *context);
    int (*examine)(struct sks_verdict **out_verdict, void *context, const void *bytes, size_t size,
                   const struct sks_envelope *envelope);
    void (*crowd)(void *context, bool crowded); /* before each message: whether there are others; NULL: nothing */
    void (*tidy)(void *context);                /* after each answer; NULL: nothing */
    void *context;
    const char *store; /* the memory that is in use: all that may be written; NULL: none */
};

/* Takes messages from socket until it is closed or `messages` are done; never returns. */
void sks_worker_run(int socket, const struct sks_pool_job *job, const struct sks_pool_options *options)
    __attribute__((noreturn));

/* The options with every default filled in. options may be NULL. */
struct sks_pool_options sks_pool_complete_options(const struct sks_pool_options *options);

/* sks_pool_nursery_run() and sks_pool_create() for any job. */
int sks_nursery_run(int socket, const struct sks_pool_job *job, const struct sks_pool_options *options);
int sks_pool_create_for_job(struct sks_pool **out_pool, const struct sks_pool_job *job,
                            const struct sks_pool_options *options);

#endif
