/*
 * A child that is forked, confined, does its task and writes into a pipe; its exit status carries the task's error. The
 * parent reads until the end, the deadline or the ceiling, and kills what has not ended by then.
 */
#include "pool/confined.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pool/sandbox.h"
#include "sekisho/error.h"
#include "sekisho/limits.h"

/* Exit status of a child whose task failed: this, and the error's number without its sign. */
#define EXIT_TASK 100

static void run(int descriptor, sks_confined_task task, void *context) __attribute__((noreturn));

static void run(int descriptor, sks_confined_task task, void *context)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    FILE *out = fdopen(descriptor, "w");
    int error = out != NULL ? sks_sandbox_enter(SKS_LIMIT_WORKER_MEMORY, NULL) : SKS_ERROR_IO;
    if (error == 0)
        error = task(out, context);
    if (out != NULL && fflush(out) != 0 && error == 0)
        error = SKS_ERROR_IO;
#ifdef __SANITIZE_ADDRESS__
    exit(error == 0 ? 0 : EXIT_TASK - error); /* so that leaks are told */
#else
    _exit(error == 0 ? 0 : EXIT_TASK - error);
#endif
}

/* Reads to the end of the pipe. */
static int collect(GByteArray *written, int descriptor, unsigned milliseconds, size_t most)
{
    gint64 end = g_get_monotonic_time() + (gint64)milliseconds * 1000;
    unsigned char chunk[65536];
    for (;;) {
        gint64 left = (end - g_get_monotonic_time()) / 1000;
        if (left <= 0)
            return SKS_ERROR_DEADLINE;
        struct pollfd readable = {.fd = descriptor, .events = POLLIN};
        int ready = poll(&readable, 1, (int)left);
        if (ready == 0 || (ready < 0 && errno == EINTR))
            continue;
        ssize_t got = ready > 0 ? read(descriptor, chunk, sizeof chunk) : -1;
        if (got <= 0)
            return got == 0 ? 0 : SKS_ERROR_IO;
        if (written->len + (size_t)got > most)
            return SKS_ERROR_LIMIT;
        g_byte_array_append(written, chunk, (guint)got);
    }
}

static int error_of(int status)
{
    if (!WIFEXITED(status))
        return SKS_ERROR_CRASH;
    int code = WEXITSTATUS(status);
    if (code == 0)
        return 0;
    if (code == SKS_EXIT_MEMORY)
        return SKS_ERROR_MEMORY;
    return code > EXIT_TASK && code <= EXIT_TASK - SKS_ERROR_UNSUPPORTED ? EXIT_TASK - code : SKS_ERROR_CRASH;
}

int sks_confined_run(GByteArray **out_written, sks_confined_task task, void *context, unsigned milliseconds,
                     size_t most)
{
    int pipe_[2];
    if (pipe2(pipe_, O_CLOEXEC) != 0)
        return SKS_ERROR_IO;
    fflush(stdout); /* or the child has what waits there, too */
    pid_t pid = fork();
    if (pid == 0) {
        close(pipe_[0]);
        run(pipe_[1], task, context);
    }
    close(pipe_[1]);
    GByteArray *written = g_byte_array_new();
    int error = pid > 0 ? collect(written, pipe_[0], milliseconds, most) : SKS_ERROR_IO;
    close(pipe_[0]);
    if (pid > 0) {
        int status = 0;
        if (error != 0)
            kill(pid, SIGKILL);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
        if (error == 0)
            error = error_of(status);
    }
    if (error != 0) {
        g_byte_array_unref(written);
        return error;
    }
    *out_written = written;
    return 0;
}
