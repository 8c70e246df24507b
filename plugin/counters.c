/* See counters.h. Additions are relaxed: no number says anything about another one. */
#include "counters.h"

#include <sys/mman.h>

#include <glib.h>

#include "sekisho/error.h"

#if ATOMIC_LONG_LOCK_FREE != 2 || ATOMIC_LLONG_LOCK_FREE != 2
#error "counters that processes share have to be free of locks"
#endif

static struct sks_counters of_this_process;
static struct sks_counters *counters = &of_this_process;

const struct sks_histogram_bounds sks_histogram_times = {
    15,
    {1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000, 2000000, 5000000, 10000000, 30000000,
     60000000},
};
const struct sks_histogram_bounds sks_histogram_sizes = {
    8,
    {4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864},
};

void sks_counters_open(void)
{
    void *memory = mmap(NULL, sizeof(struct sks_counters), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED)
        counters = memory;
}

struct sks_counters *sks_counters(void)
{
    return counters;
}

static void add(atomic_ulong *counter)
{
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

void sks_histogram_add(struct sks_histogram *histogram, const struct sks_histogram_bounds *bounds, uint64_t value)
{
    size_t bucket = 0;
    while (bucket < bounds->count && value > bounds->bounds[bucket])
        bucket++;
    atomic_fetch_add_explicit(&histogram->buckets[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&histogram->sum, value, memory_order_relaxed);
}

static size_t cause(int error)
{
    return error <= 0 && error > -SKS_COUNTERS_CAUSES ? (size_t)-error : (size_t)-SKS_ERROR_CRASH;
}

void sks_counters_add_mail(struct sks_counters *counters_, const struct sks_counters_mail *mail)
{
    g_assert(mail->class_ < SKS_COUNTERS_CLASSES && (unsigned)mail->decision.action < SKS_ACTION_COUNT &&
             (unsigned)mail->decision.exemption < SKS_EXEMPTION_COUNT);
    add(&counters_->mails[mail->class_][mail->decision.action]);
    if (mail->decision.exemption != SKS_EXEMPTION_NONE)
        add(&counters_->exempt[mail->decision.exemption]);
    if (mail->class_ == SKS_COUNTERS_UNJUDGED && mail->decision.exemption != SKS_EXEMPTION_NOTICE)
        add(&counters_->failures[cause(mail->error)]);
    if (mail->memory_error != SKS_OK)
        add(&counters_->memory_failures[cause(mail->memory_error)]);
    if (mail->truncated)
        add(&counters_->truncated);
    sks_histogram_add(&counters_->times, &sks_histogram_times, mail->elapsed);
    if (mail->examined > 0)
        sks_histogram_add(&counters_->examinations, &sks_histogram_times, mail->examined);
    sks_histogram_add(&counters_->sizes, &sks_histogram_sizes, mail->size);
}
