/* See generation.h. */
#include "generation.h"

#include <pthread.h>

#include <glib.h>

#include "counters.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sks_generation *current;

struct sks_generation *sks_generation_create(unsigned number, struct sks_configuration *configuration,
                                             struct sks_pool *pool, const char *model_version)
{
    struct sks_generation *generation = g_new0(struct sks_generation, 1);
    atomic_init(&generation->references, 1);
    generation->number = number;
    generation->configuration = configuration;
    generation->pool = pool;
    generation->model_version = g_strdup(model_version);
    return generation;
}

void sks_generation_release(struct sks_generation *generation)
{
    if (generation == NULL || atomic_fetch_sub(&generation->references, 1) != 1)
        return;
    sks_pool_destroy(generation->pool);
    sks_configuration_destroy(generation->configuration);
    g_free(generation->model_version);
    g_free(generation);
}

void sks_generation_count_workers(struct sks_generation *generation)
{
    struct sks_counters *counters = sks_counters();
    struct sks_pool_statistics statistics;
    sks_pool_statistics(generation->pool, &statistics);
    unsigned long before = atomic_load(&generation->workers_counted);
    while (statistics.workers_started > before)
        if (atomic_compare_exchange_weak(&generation->workers_counted, &before, statistics.workers_started)) {
            atomic_fetch_add(&counters->workers_started, statistics.workers_started - before);
            break;
        }
    pthread_mutex_lock(&lock);
    if (generation == current)
        atomic_store(&counters->workers, statistics.workers);
    pthread_mutex_unlock(&lock);
}

void sks_generation_set_current(struct sks_generation *generation)
{
    pthread_mutex_lock(&lock);
    struct sks_generation *before = current;
    current = generation;
    pthread_mutex_unlock(&lock);
    sks_generation_release(before);
}

struct sks_generation *sks_generation_take_current(void)
{
    pthread_mutex_lock(&lock);
    struct sks_generation *generation = current;
    if (generation != NULL)
        atomic_fetch_add(&generation->references, 1);
    pthread_mutex_unlock(&lock);
    return generation;
}
