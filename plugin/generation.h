/*
 * A generation: a configuration and the pool of workers that was loaded for it, immutable and counted.
 *
 * In the milter process one generation is current. A mail takes it at its end of message and keeps it until its last
 * edit; so policy, model and lists of a mail always belong together, and a reload drops no mail: the old generation
 * (and with its pool's socket, its nursery) ends when the last mail that holds it is done.
 */
#ifndef SKS_PLUGIN_GENERATION_H
#define SKS_PLUGIN_GENERATION_H

#include <stdatomic.h>

#include "configuration.h"
#include "notice.h"
#include "sekisho/pool.h"

struct sks_generation {
    atomic_uint references;
    unsigned number;
    struct sks_configuration *configuration;
    struct sks_pool *pool;
    char *model_version;
    atomic_ulong workers_counted; /* of the pool's started ones */
    bool has_notice_key;
    unsigned char notice_key[SKS_NOTICE_KEY_SIZE];
};

/* Takes configuration and pool over. */
struct sks_generation *sks_generation_create(unsigned number, struct sks_configuration *configuration,
                                             struct sks_pool *pool, const char *model_version);
void sks_generation_release(struct sks_generation *generation);

/* Adds the workers that its pool has started since to the daemon's counters. */
void sks_generation_count_workers(struct sks_generation *generation);

/* Makes a generation the current one; takes the caller's reference over, releases the one before. */
void sks_generation_set_current(struct sks_generation *generation);

/* The current generation, to be released; NULL before the first. */
struct sks_generation *sks_generation_take_current(void);

#endif
