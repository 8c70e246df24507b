/*
 * The nursery: forks workers when it is asked to, and tells how they ended.
 *
 * It keeps a copy of each worker's end of the socket. So the pool sees no bare end of stream when a worker dies: the
 * nursery reaps the worker first and says in its stead why.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pool/sandbox.h"
#include "pool/wire.h"
#include "pool/worker.h"
#include "sekisho/limits.h"

struct child {
    pid_t pid;
    int socket; /* a copy of the worker's end */
};

struct nursery {
    int socket;
    int signals; /* signalfd for SIGCHLD */
    GArray *children;
    const struct sks_pool_job *job;
    const struct sks_pool_options *options;
};

/* Input and output are the program's: a worker could forge lines of it. Standard error stays, for sanitizers. */
static void leave_input_and_output(int socket)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int i = 0; null >= 0 && i < 2; i++)
        if (i != socket && i != null)
            dup2(null, i);
    if (null > 1)
        close(null);
}

static void run_worker(struct nursery *nursery, int socket)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    close(nursery->socket);
    close(nursery->signals);
    for (guint i = 0; i < nursery->children->len; i++)
        close(g_array_index(nursery->children, struct child, i).socket);
    leave_input_and_output(socket);
    sks_worker_run(socket, nursery->job, nursery->options);
}

static int start_worker(struct nursery *nursery, int *out_descriptors)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return -errno;
    pid_t pid = fork();
    if (pid == 0) {
        close(pair[0]);
        run_worker(nursery, pair[1]);
    }
    int pidfd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
    if (pidfd < 0) {
        int reason = errno;
        if (pid > 0)
            kill(pid, SIGKILL);
        close(pair[0]);
        close(pair[1]);
        return -reason;
    }
    struct child child = {.pid = pid, .socket = pair[1]};
    g_array_append_val(nursery->children, child);
    out_descriptors[0] = pair[0];
    out_descriptors[1] = pidfd;
    return 0;
}

/* 0 when the pool is gone. */
static int serve(struct nursery *nursery)
{
    struct sks_packet packet;
    if (sks_wire_receive(nursery->socket, &packet, NULL) != 0)
        return 0;
    int descriptors[SKS_PACKET_DESCRIPTORS];
    struct sks_packet answer = {.kind = SKS_PACKET_STARTED, .value = start_worker(nursery, descriptors)};
    bool started = answer.value == 0;
    int sent = sks_wire_send(nursery->socket, &answer, started ? descriptors : NULL);
    if (started) {
        close(descriptors[0]);
        close(descriptors[1]);
    }
    return sent == 0;
}

static void tell(const struct child *child, int status)
{
    bool memory = WIFEXITED(status) && WEXITSTATUS(status) == SKS_EXIT_MEMORY;
    struct sks_packet packet = {.kind = SKS_PACKET_DIED, .value = memory ? SKS_ERROR_MEMORY : SKS_ERROR_CRASH};
    sks_wire_send(child->socket, &packet, NULL);
    close(child->socket);
}

static void reap(struct nursery *nursery)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (guint i = 0; i < nursery->children->len; i++) {
            struct child *child = &g_array_index(nursery->children, struct child, i);
            if (child->pid != pid)
                continue;
            tell(child, status);
            g_array_remove_index_fast(nursery->children, i);
            break;
        }
    }
}

/* Workers end by themselves when the pool closes their sockets; whoever doesn't is killed after the deadline. */
static void wait_for_workers(struct nursery *nursery)
{
    gint64 end = g_get_monotonic_time() + (gint64)nursery->options->deadline_ms * 1000;
    while (nursery->children->len > 0 && g_get_monotonic_time() < end) {
        struct pollfd descriptor = {.fd = nursery->signals, .events = POLLIN};
        poll(&descriptor, 1, 50);
        reap(nursery);
    }
    for (guint i = 0; i < nursery->children->len; i++)
        kill(g_array_index(nursery->children, struct child, i).pid, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0)
        ;
}

static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int sks_nursery_run(int socket, const struct sks_pool_job *job, const struct sks_pool_options *options)
{
    struct nursery nursery = {.socket = socket, .job = job, .options = options};
    /* Whoever holds the socket decides when to end: a signal to the whole terminal must not cost mail. */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    nursery.signals = open_signals();
    if (nursery.signals < 0) {
        close(socket);
        return SKS_ERROR_IO;
    }
    nursery.children = g_array_new(FALSE, FALSE, sizeof(struct child));
    for (;;) {
        struct pollfd descriptors[] = {{.fd = socket, .events = POLLIN}, {.fd = nursery.signals, .events = POLLIN}};
        if (poll(descriptors, G_N_ELEMENTS(descriptors), -1) < 0 && errno != EINTR)
            break;
        struct signalfd_siginfo information;
        while (read(nursery.signals, &information, sizeof information) == (ssize_t)sizeof information)
            ;
        reap(&nursery);
        if (descriptors[0].revents != 0 && !serve(&nursery))
            break;
    }
    close(socket);
    for (guint i = 0; i < nursery.children->len; i++)
        close(g_array_index(nursery.children, struct child, i).socket);
    wait_for_workers(&nursery);
    g_array_unref(nursery.children);
    close(nursery.signals);
    return 0;
}
