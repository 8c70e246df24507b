/* Child processes for jobs: at most so many at once, each with a pipe that the parent polls. */
#include "model/jobs.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_WORKERS 64

struct child {
    pid_t pid;
    int pipe;
    size_t job;
    GByteArray *bytes;
};

struct run {
    const struct sks_jobs *jobs;
    GBytes **results;
    struct child children[MOST_WORKERS];
    struct pollfd polls[MOST_WORKERS];
    unsigned running, workers;
    size_t started, done;
};

static void write_all(int pipe, const guint8 *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(pipe, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            _exit(1);
        bytes += written;
        size -= (size_t)written;
    }
}

static void run_child(const struct run *run, size_t job, int pipe)
{
    GByteArray *bytes = g_byte_array_new();
    run->jobs->job(bytes, job, run->jobs->data);
    write_all(pipe, bytes->data, bytes->len);
    _exit(0); /* the parent's buffers and atexit() handlers are not ours to run */
}

static gboolean start(struct run *run)
{
    int ends[2];
    if (pipe(ends) != 0)
        return FALSE;
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        run_child(run, run->started, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return FALSE;
    }
    run->children[run->running++] =
        (struct child){.pid = pid, .pipe = ends[0], .job = run->started++, .bytes = g_byte_array_new()};
    return TRUE;
}

/* The child has closed its pipe: its bytes count if it ended well. */
static void reap(struct run *run, unsigned index)
{
    struct child child = run->children[index];
    close(child.pipe);
    int status = 1;
    while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR)
        ;
    GBytes *bytes = g_byte_array_free_to_bytes(child.bytes);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        run->results[child.job] = bytes;
    else
        g_bytes_unref(bytes);
    run->children[index] = run->children[--run->running];
    run->done++;
    if (run->jobs->progress != NULL)
        run->jobs->progress(run->done, run->jobs->count, run->jobs->data);
}

/* Reads what has come. From the last to the first, since reaping moves the last one forward. */
static void read_ready(struct run *run)
{
    guint8 buffer[65536];
    for (unsigned i = run->running; i-- > 0;) {
        if (run->polls[i].revents == 0)
            continue;
        ssize_t got = read(run->children[i].pipe, buffer, sizeof(buffer));
        if (got > 0)
            g_byte_array_append(run->children[i].bytes, buffer, (guint)got);
        else if (got == 0 || errno != EINTR)
            reap(run, i);
    }
}

GBytes **sks_jobs_run(const struct sks_jobs *jobs)
{
    struct run run = {.jobs = jobs, .results = g_new0(GBytes *, jobs->count + 1)};
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    run.workers = jobs->workers > 0 ? jobs->workers : (unsigned)MAX(processors, 1);
    run.workers = MIN(run.workers, MOST_WORKERS);
    gboolean failed = FALSE;
    while (run.running > 0 || (run.started < jobs->count && !failed)) {
        while (!failed && run.running < run.workers && run.started < jobs->count)
            failed = !start(&run);
        for (unsigned i = 0; i < run.running; i++)
            run.polls[i] = (struct pollfd){.fd = run.children[i].pipe, .events = POLLIN};
        if (run.running > 0 && poll(run.polls, run.running, -1) > 0)
            read_ready(&run);
    }
    if (!failed)
        return run.results;
    sks_jobs_finish(run.results, jobs->count);
    return NULL;
}

void sks_jobs_finish(GBytes **results, size_t count)
{
    if (results == NULL)
        return;
    for (size_t i = 0; i < count; i++)
        g_clear_pointer(&results[i], g_bytes_unref);
    g_free(results);
}

gboolean sks_jobs_complete(GBytes *const *results, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (results[i] == NULL)
            return FALSE;
    return TRUE;
}
