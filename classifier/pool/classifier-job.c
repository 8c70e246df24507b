/* The programs' job for a pool: a classifier examines. */
#include "examine.h"
#include "pool/worker.h"

static int prepare(void *context)
{
    return sks_classifier_prepare(context);
}

static int examine(struct sks_verdict **out_verdict, void *context, const void *bytes, size_t size,
                   const struct sks_envelope *envelope)
{
    return sks_classifier_examine(out_verdict, context, bytes, size, envelope);
}

static void crowd(void *context, bool crowded)
{
    sks_classifier_crowd(context, crowded);
}

static void tidy(void *context)
{
    sks_classifier_tidy(context);
}

static struct sks_pool_job classifier_job(struct sks_classifier *classifier)
{
    return (struct sks_pool_job){.prepare = prepare,
                                 .examine = examine,
                                 .crowd = crowd,
                                 .tidy = tidy,
                                 .context = classifier,
                                 .store = sks_classifier_store(classifier)};
}

int sks_pool_create(struct sks_pool **out_pool, struct sks_classifier *classifier,
                    const struct sks_pool_options *options)
{
    const struct sks_pool_job job = classifier_job(classifier);
    return sks_pool_create_for_job(out_pool, &job, options);
}

int sks_pool_nursery_run(int socket, struct sks_classifier *classifier, const struct sks_pool_options *options)
{
    const struct sks_pool_job job = classifier_job(classifier);
    const struct sks_pool_options whole = sks_pool_complete_options(options);
    return sks_nursery_run(socket, &job, &whole);
}
