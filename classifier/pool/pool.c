/*
 * The pool's own side: hands messages to workers and waits for verdicts, from any number of threads.
 *
 * A call takes an idle worker, or asks the nursery for one more while there are fewer than allowed, or waits. It owns
 * the worker until its message is done; so each worker's socket has one user at a time and needs no lock. What goes
 * wrong with a worker ends it: the next call gets a fresh one.
 *
 * A mail whose keys are slow by design keeps a worker for as long as hundreds of others would take. Where the number of
 * workers was left to us, one that has been in a mail for longer than most take counts no more: another may work beside
 * it, so that the rest goes on, and the kernel shares the processors among them.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pool/wire.h"
#include "pool/worker.h"
#include "sekisho/limits.h"
#include "verdict.h"

/* So long in one mail, a worker counts no more. */
#define LONG_MILLISECONDS 50

struct worker {
    int socket;
    int pidfd;
    unsigned messages;
    gint64 since; /* when it took the mail that it is in */
};

struct sks_pool {
    struct sks_pool_options options;
    pid_t nursery;                /* to be waited for, or 0 */
    pthread_mutex_t nursery_lock; /* one question at a time */
    int nursery_socket;
    pthread_mutex_t lock; /* for all below */
    pthread_cond_t freed;
    GPtrArray *idle;
    GPtrArray *busy;  /* in a mail, the longest first */
    unsigned in_hand; /* those, and those that are being started */
    unsigned spare;   /* so many at most don't count because they take long */
    unsigned workers;
    unsigned calls; /* messages in hand, and those that wait for a worker */
    struct sks_pool_statistics statistics;
};

struct sks_pool_options sks_pool_complete_options(const struct sks_pool_options *options)
{
    struct sks_pool_options whole = options != NULL ? *options : (struct sks_pool_options){0};
    if (whole.workers == 0) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);
        whole.workers = processors > 0 ? (unsigned)processors + 1 : 2; /* one may wait for the store */
    }
    if (whole.deadline_ms == 0)
        whole.deadline_ms = SKS_LIMIT_MAIL_MILLISECONDS;
    if (whole.queue_ms == 0)
        whole.queue_ms = whole.deadline_ms;
    if (whole.memory == 0)
        whole.memory = SKS_LIMIT_WORKER_MEMORY;
    if (whole.messages == 0)
        whole.messages = 10000;
    return whole;
}

/* Worker processes. */

static void end_worker(struct worker *worker, bool kill_it)
{
    if (kill_it)
        syscall(SYS_pidfd_send_signal, worker->pidfd, SIGKILL, NULL, 0);
    close(worker->socket);
    close(worker->pidfd);
    g_free(worker);
}

static int start_worker(struct worker **out_worker, struct sks_pool *pool)
{
    struct sks_packet packet = {.kind = SKS_PACKET_START};
    int descriptors[SKS_PACKET_DESCRIPTORS] = {-1, -1};
    pthread_mutex_lock(&pool->nursery_lock);
    int error = sks_wire_send(pool->nursery_socket, &packet, NULL);
    if (error == 0)
        error = sks_wire_receive(pool->nursery_socket, &packet, descriptors);
    pthread_mutex_unlock(&pool->nursery_lock);
    if (error != 0 || packet.kind != SKS_PACKET_STARTED || descriptors[0] < 0 || descriptors[1] < 0) {
        for (int i = 0; i < SKS_PACKET_DESCRIPTORS; i++)
            if (descriptors[i] >= 0)
                close(descriptors[i]);
        return SKS_ERROR_UNAVAILABLE;
    }
    struct worker *worker = g_new0(struct worker, 1);
    worker->socket = descriptors[0];
    worker->pidfd = descriptors[1];
    *out_worker = worker;
    return 0;
}

/* An idle worker says nothing; if it does, it is the nursery telling of its death. */
static bool is_alive(const struct worker *worker)
{
    struct pollfd descriptor = {.fd = worker->socket, .events = POLLIN};
    return poll(&descriptor, 1, 0) == 0;
}

static struct timespec until(unsigned milliseconds)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += milliseconds / 1000;
    time.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_sec++;
        time.tv_nsec -= 1000000000;
    }
    return time;
}

static unsigned interval_of(const struct sks_pool_progress *progress, unsigned most)
{
    return progress != NULL && progress->interval_ms < most ? MAX(progress->interval_ms, 1) : most;
}

/*
 * How many may be in a mail now. *out_change: milliseconds until that may be one more, unless a worker is freed before;
 * or 0.
 */
static unsigned allowed_now(const struct sks_pool *pool, unsigned *out_change)
{
    unsigned allowed = pool->options.workers;
    *out_change = 0;
    gint64 now = pool->spare > 0 ? g_get_monotonic_time() : 0;
    for (guint i = 0; i < pool->busy->len && i < pool->spare; i++) {
        const struct worker *worker = g_ptr_array_index(pool->busy, i);
        gint64 left = worker->since + (gint64)LONG_MILLISECONDS * 1000 - now;
        if (left > 0) {
            *out_change = (unsigned)(left / 1000) + 1;
            break;
        }
        allowed++;
    }
    if (*out_change == 0 && allowed < pool->options.workers + pool->spare)
        *out_change = LONG_MILLISECONDS; /* of those that are being started, one may be long by then */
    return allowed;
}

/* A mail that waits for a worker; times of g_get_monotonic_time(). */
struct wait {
    const struct sks_pool_progress *progress; /* or NULL */
    gint64 end;                               /* of the queue's time */
    gint64 due;                               /* when progress is told next; never without */
};

static gint64 due_next(const struct sks_pool_progress *progress, gint64 now)
{
    return progress != NULL ? now + (gint64)MAX(progress->interval_ms, 1) * 1000 : G_MAXINT64;
}

/*
 * Waits until a worker may have been freed, or so many milliseconds if that isn't 0; false if the queue's time is over.
 * The pool is locked, but for progress.
 */
static bool wait_for_worker(struct sks_pool *pool, struct wait *wait, unsigned change)
{
    gint64 now = g_get_monotonic_time();
    if (now >= wait->end)
        return false;
    gint64 left = (MIN(wait->end, wait->due) - now + 999) / 1000;
    struct timespec time = until((unsigned)CLAMP(change > 0 ? MIN((gint64)change, left) : left, 0, UINT_MAX));
    pthread_cond_timedwait(&pool->freed, &pool->lock, &time);
    now = g_get_monotonic_time();
    if (now >= wait->due && now < wait->end) {
        pthread_mutex_unlock(&pool->lock);
        wait->progress->call(wait->progress->data);
        pthread_mutex_lock(&pool->lock);
        wait->due = due_next(wait->progress, g_get_monotonic_time());
    }
    return true;
}

/* The pool is locked. */
static void begin_mail(struct sks_pool *pool, struct worker *worker)
{
    worker->since = g_get_monotonic_time();
    g_ptr_array_add(pool->busy, worker);
}

/* A worker that was idle (*out_worker), or the right to start one (*out_worker is NULL). */
static int reserve_worker(struct worker **out_worker, struct sks_pool *pool, const struct sks_pool_progress *progress)
{
    int error = 0;
    gint64 now = g_get_monotonic_time();
    struct wait wait = {
        .progress = progress, .end = now + (gint64)pool->options.queue_ms * 1000, .due = due_next(progress, now)};
    struct worker *worker = NULL;
    pthread_mutex_lock(&pool->lock);
    for (unsigned change;;) {
        bool may = pool->in_hand < allowed_now(pool, &change);
        if (may && pool->idle->len > 0) {
            worker = g_ptr_array_remove_index(pool->idle, pool->idle->len - 1);
            if (is_alive(worker))
                break;
            end_worker(worker, true); /* one that only pretends to be dead, too */
            worker = NULL;
            pool->workers--;
            continue;
        }
        if (may) {
            pool->workers++;
            break;
        }
        if (!wait_for_worker(pool, &wait, change)) {
            pool->statistics.unavailable++;
            error = SKS_ERROR_UNAVAILABLE;
            break;
        }
    }
    pool->in_hand += error == 0;
    if (worker != NULL)
        begin_mail(pool, worker);
    pthread_mutex_unlock(&pool->lock);
    if (error == 0)
        *out_worker = worker;
    return error;
}

static int take_worker(struct worker **out_worker, struct sks_pool *pool, const struct sks_pool_progress *progress)
{
    struct worker *worker;
    int error = reserve_worker(&worker, pool, progress);
    if (error != 0)
        return error;
    if (worker == NULL) {
        error = start_worker(&worker, pool);
        pthread_mutex_lock(&pool->lock);
        if (error == 0) {
            pool->statistics.workers_started++;
            begin_mail(pool, worker);
        } else {
            pool->workers--;
            pool->in_hand--;
            pool->statistics.unavailable++;
            pthread_cond_signal(&pool->freed);
        }
        pthread_mutex_unlock(&pool->lock);
        if (error != 0)
            return error;
    }
    *out_worker = worker;
    return 0;
}

static void count(struct sks_pool_statistics *statistics, int error)
{
    statistics->examined++;
    statistics->crashed += error == SKS_ERROR_CRASH;
    statistics->out_of_memory += error == SKS_ERROR_MEMORY;
    statistics->past_deadline += error == SKS_ERROR_DEADLINE;
}

static void give_worker_back(struct sks_pool *pool, struct worker *worker, int error)
{
    worker->messages++;
    bool broken = error == SKS_ERROR_CRASH || error == SKS_ERROR_MEMORY || error == SKS_ERROR_DEADLINE;
    bool done = worker->messages >= pool->options.messages;
    pthread_mutex_lock(&pool->lock);
    count(&pool->statistics, error);
    g_ptr_array_remove(pool->busy, worker);
    pool->in_hand--;
    if (broken || done)
        pool->workers--;
    else
        g_ptr_array_add(pool->idle, worker);
    pthread_cond_signal(&pool->freed);
    pthread_mutex_unlock(&pool->lock);
    if (broken || done)
        end_worker(worker, broken);
}

/* One message. */

static int open_exchange(int *out_exchange, uint32_t *out_size, const struct sks_envelope *envelope)
{
    GBytes *packed = sks_wire_pack_envelope(envelope);
    gsize size;
    const void *bytes = g_bytes_get_data(packed, &size);
    int error = size <= SKS_LIMIT_ENVELOPE_SIZE ? 0 : SKS_ERROR_LIMIT;
    int exchange = error == 0 ? memfd_create("sekisho-exchange", MFD_CLOEXEC) : -1;
    if (error == 0 && (exchange < 0 || pwrite(exchange, bytes, size, 0) != (ssize_t)size))
        error = SKS_ERROR_IO;
    g_bytes_unref(packed);
    if (error != 0) {
        if (exchange >= 0)
            close(exchange);
        return error;
    }
    *out_exchange = exchange;
    *out_size = (uint32_t)size;
    return 0;
}

/*
 * The caller may read the message again afterwards: a worker that was taken over must neither rewrite it nor cut it
 * short under somebody's mapping. A file, or a memfd that was made without sealing, stays as it is.
 */
static void seal(int message_fd)
{
    fcntl(message_fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW);
}

/* Waits for the worker's answer, or for the nursery's word of its death. */
static int wait_for_answer(size_t *out_size, const struct worker *worker, unsigned deadline_ms,
                           const struct sks_pool_progress *progress)
{
    gint64 end = g_get_monotonic_time() + (gint64)deadline_ms * 1000;
    struct pollfd descriptor = {.fd = worker->socket, .events = POLLIN};
    for (;;) {
        gint64 left = (end - g_get_monotonic_time() + 999) / 1000;
        unsigned wait = left > 0 ? interval_of(progress, (unsigned)left) : 0;
        int ready = poll(&descriptor, 1, (int)wait);
        if (ready > 0)
            break;
        if (ready < 0 && errno != EINTR)
            return SKS_ERROR_CRASH;
        if (ready == 0 && wait >= left)
            return SKS_ERROR_DEADLINE;
        if (ready == 0)
            progress->call(progress->data);
    }
    struct sks_packet packet;
    if (sks_wire_receive(worker->socket, &packet, NULL) != 0)
        return SKS_ERROR_CRASH;
    if (packet.kind == SKS_PACKET_DIED)
        return packet.value == SKS_ERROR_MEMORY ? SKS_ERROR_MEMORY : SKS_ERROR_CRASH;
    if (packet.kind != SKS_PACKET_EXAMINED || packet.value > (int64_t)SKS_LIMIT_VERDICT_SIZE ||
        packet.value < SKS_ERROR_UNSUPPORTED)
        return SKS_ERROR_CRASH;
    if (packet.value < 0)
        return (int)packet.value;
    *out_size = (size_t)packet.value;
    return 0;
}

static int read_verdict(struct sks_verdict **out_verdict, int exchange, size_t size)
{
    char *bytes = g_malloc(size + 1);
    int error = pread(exchange, bytes, size, 0) == (ssize_t)size ? 0 : SKS_ERROR_CRASH;
    if (error == 0 && sks_verdict_unpack(out_verdict, bytes, size) != 0)
        error = SKS_ERROR_CRASH; /* a worker that writes this is not ours any more */
    g_free(bytes);
    return error;
}

static unsigned count_call(struct sks_pool *pool, int difference)
{
    pthread_mutex_lock(&pool->lock);
    pool->calls += (unsigned)difference;
    unsigned calls = pool->calls;
    pthread_mutex_unlock(&pool->lock);
    return calls;
}

/* others: messages in hand or waiting beside this one. */
static int examine_with(struct sks_verdict **out_verdict, struct sks_pool *pool, struct worker *worker, unsigned others,
                        int message_fd, size_t size, const struct sks_envelope *envelope,
                        const struct sks_pool_progress *progress)
{
    int exchange;
    uint32_t envelope_size;
    int error = open_exchange(&exchange, &envelope_size, envelope);
    if (error != 0)
        return error;
    const struct sks_packet packet = {
        .kind = SKS_PACKET_EXAMINE, .envelope = envelope_size, .value = (int64_t)size, .others = others};
    const int descriptors[SKS_PACKET_DESCRIPTORS] = {message_fd, exchange};
    size_t answer_size = 0;
    seal(message_fd);
    if (sks_wire_send(worker->socket, &packet, descriptors) != 0)
        error = SKS_ERROR_CRASH;
    if (error == 0)
        error = wait_for_answer(&answer_size, worker, pool->options.deadline_ms, progress);
    if (error == 0)
        error = read_verdict(out_verdict, exchange, answer_size);
    close(exchange);
    return error;
}

int sks_pool_examine_with_progress(struct sks_verdict **out_verdict, struct sks_pool *pool, int message_fd, size_t size,
                                   const struct sks_envelope *envelope, const struct sks_pool_progress *progress)
{
    static const struct sks_envelope unknown = {0};
    struct worker *worker;
    count_call(pool, 1);
    int error = take_worker(&worker, pool, progress);
    if (error == 0) {
        unsigned others = count_call(pool, 0) - 1;
        error = examine_with(out_verdict, pool, worker, others, message_fd, size,
                             envelope != NULL ? envelope : &unknown, progress);
        give_worker_back(pool, worker, error);
    }
    count_call(pool, -1);
    return error;
}

int sks_pool_examine(struct sks_verdict **out_verdict, struct sks_pool *pool, int message_fd, size_t size,
                     const struct sks_envelope *envelope)
{
    return sks_pool_examine_with_progress(out_verdict, pool, message_fd, size, envelope, NULL);
}

/* Life of a pool. */

int sks_pool_attach(struct sks_pool **out_pool, int socket, const struct sks_pool_options *options)
{
    struct sks_pool *pool = g_new0(struct sks_pool, 1);
    pool->options = sks_pool_complete_options(options);
    pool->nursery_socket = socket;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->freed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_mutex_init(&pool->nursery_lock, NULL);
    pool->idle = g_ptr_array_new();
    pool->busy = g_ptr_array_new();
    pool->spare = options == NULL || options->workers == 0 ? pool->options.workers : 0;
    *out_pool = pool;
    return 0;
}

int sks_pool_create_for_job(struct sks_pool **out_pool, const struct sks_pool_job *job,
                            const struct sks_pool_options *options)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return SKS_ERROR_IO;
    const struct sks_pool_options whole = sks_pool_complete_options(options);
    pid_t pid = fork();
    if (pid == 0) {
        close(pair[0]);
        _exit(sks_nursery_run(pair[1], job, &whole) == 0 ? 0 : 1);
    }
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return SKS_ERROR_IO;
    }
    int error = sks_pool_attach(out_pool, pair[0], options);
    if (error == 0)
        (*out_pool)->nursery = pid;
    return error;
}

void sks_pool_destroy(struct sks_pool *pool)
{
    if (pool == NULL)
        return;
    for (guint i = 0; i < pool->idle->len; i++)
        end_worker(g_ptr_array_index(pool->idle, i), false);
    g_ptr_array_unref(pool->idle);
    g_ptr_array_unref(pool->busy);
    close(pool->nursery_socket);
    if (pool->nursery > 0)
        while (waitpid(pool->nursery, NULL, 0) < 0 && errno == EINTR)
            ;
    pthread_mutex_destroy(&pool->lock);
    pthread_mutex_destroy(&pool->nursery_lock);
    pthread_cond_destroy(&pool->freed);
    g_free(pool);
}

void sks_pool_statistics(struct sks_pool *pool, struct sks_pool_statistics *out_statistics)
{
    pthread_mutex_lock(&pool->lock);
    *out_statistics = pool->statistics;
    out_statistics->workers = pool->workers;
    pthread_mutex_unlock(&pool->lock);
}
