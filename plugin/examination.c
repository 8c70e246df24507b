/*
 * sks_pool_examine() blocks for as long as one mail takes, and smfi_progress() belongs to the thread of its session. So
 * the examination runs in a thread of its own, made for this mail, while the session's thread waits and tells the MTA
 * every few seconds that it still does. A thread costs some ten microseconds; a verdict, milliseconds.
 */
#include "examination.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#define PROGRESS_SECONDS 4
#define STACK_SIZE       (1024u * 1024)

struct examination {
    pthread_mutex_t lock;
    pthread_cond_t finished;
    bool done;
    int result;
    struct sks_verdict *verdict;
    struct sks_pool *pool;
    int message_fd;
    size_t size;
    const struct sks_envelope *envelope;
};

static void *run(void *data)
{
    struct examination *examination = data;
    struct sks_verdict *verdict = NULL;
    int result = sks_pool_examine(&verdict, examination->pool, examination->message_fd, examination->size,
                                  examination->envelope);
    pthread_mutex_lock(&examination->lock);
    examination->verdict = verdict;
    examination->result = result;
    examination->done = true;
    pthread_cond_signal(&examination->finished);
    pthread_mutex_unlock(&examination->lock);
    return NULL;
}

static void wait_for_end(struct examination *examination, void (*progress)(void *data), void *data)
{
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    next.tv_sec += PROGRESS_SECONDS;
    pthread_mutex_lock(&examination->lock);
    while (!examination->done) {
        if (pthread_cond_timedwait(&examination->finished, &examination->lock, &next) != ETIMEDOUT)
            continue;
        pthread_mutex_unlock(&examination->lock);
        progress(data);
        next.tv_sec += PROGRESS_SECONDS;
        pthread_mutex_lock(&examination->lock);
    }
    pthread_mutex_unlock(&examination->lock);
}

static int start(pthread_t *out_thread, struct examination *examination)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    int result = pthread_create(out_thread, &attributes, run, examination);
    pthread_attr_destroy(&attributes);
    return result;
}

int sks_examination_run(struct sks_verdict **out_verdict, struct sks_pool *pool, int message_fd, size_t size,
                        const struct sks_envelope *envelope, void (*progress)(void *data), void *data)
{
    struct examination examination = {.pool = pool, .message_fd = message_fd, .size = size, .envelope = envelope};
    pthread_condattr_t attributes;
    pthread_t thread;

    pthread_mutex_init(&examination.lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&examination.finished, &attributes);
    pthread_condattr_destroy(&attributes);

    if (start(&thread, &examination) == 0) {
        wait_for_end(&examination, progress, data);
        pthread_join(thread, NULL);
    } else {
        run(&examination); /* no thread to be had: the verdict matters more than the signs of life */
    }
    pthread_cond_destroy(&examination.finished);
    pthread_mutex_destroy(&examination.lock);
    if (examination.result == SKS_OK)
        *out_verdict = examination.verdict;
    return examination.result;
}
