/*
 * Resource limits and seccomp for workers and for the process that serves metrics.
 *
 * Calls that are not listed fail with EPERM instead of killing: a library that asks for something exotic then takes
 * its own way round, and the mail still gets its verdict. What attack code wants (new programs, processes, sockets,
 * other processes' memory, executable memory) is not on the list.
 */
#include "pool/sandbox.h"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef HAVE_SECCOMP
#include <seccomp.h>
#endif

#include "pool/landlock.h"
#include "sekisho/error.h"
#include "sekisho/limits.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* A block of this size can't be had any more: then an abort is put down to memory. */
#define LAST_BLOCK (8u * 1024 * 1024)

/* What a worker writes is its verdict. */
#define MOST_WRITTEN ((size_t)2 * SKS_LIMIT_VERDICT_SIZE)

static size_t address_space(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%lu", &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void limit(__rlimit_resource_t resource, size_t value)
{
    struct rlimit limits = {.rlim_cur = value, .rlim_max = value};
    setrlimit(resource, &limits);
}

/* GLib tells of a failed allocation by a fatal message. */
static void leave_if_out_of_memory(const char *domain, GLogLevelFlags level, const char *message, void *data)
{
    (void)domain;
    (void)data;
    if ((level & G_LOG_LEVEL_ERROR) != 0 && message != NULL && strstr(message, "failed to allocate") != NULL)
        _exit(SKS_EXIT_MEMORY);
}

/* Everyone else aborts (C++'s bad_alloc) or runs into a null pointer. */
static void tell_memory_from_fault(int signal_)
{
    void *block = mmap(NULL, LAST_BLOCK, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED)
        _exit(SKS_EXIT_MEMORY);
    signal(signal_, SIG_DFL);
    raise(signal_);
}

#ifdef HAVE_SECCOMP
static const int always_allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(statx),
    SCMP_SYS(lseek),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(futex),
    SCMP_SYS(getpid),
    SCMP_SYS(getppid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(times),
    SCMP_SYS(getrandom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendto),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(flock),
    SCMP_SYS(dup),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(getcwd),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getrusage),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(membarrier),
    SCMP_SYS(fadvise64),
};

/* What serving a socket takes besides: connections come, none is made. */
static const int server_allowed[] = {
    SCMP_SYS(accept),      SCMP_SYS(accept4),     SCMP_SYS(epoll_ctl),   SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),  SCMP_SYS(shutdown),    SCMP_SYS(sendfile),
};

/* Not F_SETOWN and F_SETSIG, which send any signal to any process. */
static const int allowed_commands[] = {
    F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD,     F_SETFD,     F_GETFL,      F_SETFL,     F_GETLK,
    F_SETLK, F_SETLKW,        F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_GET_SEALS,
};

static int allow_calls(scmp_filter_ctx filter, bool may_write, bool serves)
{
    int failed = 0;
    for (size_t i = 0; serves && i < G_N_ELEMENTS(server_allowed); i++)
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, server_allowed[i], 0);
    for (size_t i = 0; i < G_N_ELEMENTS(always_allowed); i++)
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, always_allowed[i], 0);
    const struct scmp_arg_cmp not_executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, not_executable);
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, not_executable);
    /* Signals: to itself only, as abort() and raise() send them. */
    const struct scmp_arg_cmp itself = SCMP_A0(SCMP_CMP_MASKED_EQ, UINT32_MAX, (scmp_datum_t)getpid());
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, itself);
    for (size_t i = 0; i < G_N_ELEMENTS(allowed_commands); i++) {
        const struct scmp_arg_cmp command = SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, (scmp_datum_t)allowed_commands[i]);
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, command);
    }
    /* Read-only means: neither a write mode nor a flag that makes or cuts a file. */
    const unsigned writes = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
    if (may_write) {
        const int storing[] = {SCMP_SYS(openat),   SCMP_SYS(open),   SCMP_SYS(unlink),
                               SCMP_SYS(unlinkat), SCMP_SYS(fchmod), SCMP_SYS(fchown)};
        for (size_t i = 0; i < G_N_ELEMENTS(storing); i++)
            failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, storing[i], 0);
    } else {
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, writes, 0));
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, writes, 0));
    }
    return failed;
}

static int filter_calls(bool may_write, bool serves)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL)
        return SKS_ERROR_UNSUPPORTED;
    int failed = allow_calls(filter, may_write, serves);
    if (failed == 0)
        failed = seccomp_load(filter);
    seccomp_release(filter);
    return failed == 0 ? 0 : SKS_ERROR_UNSUPPORTED;
}
#endif

static int enter(size_t memory, const char *store, bool serves)
{
    bool may_write = store != NULL;
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 256);
    g_log_set_default_handler(leave_if_out_of_memory, NULL);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return SKS_ERROR_UNSUPPORTED;
    if (SANITIZED)
        return 0;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return SKS_ERROR_UNSUPPORTED;
    const int faults[] = {SIGABRT, SIGTRAP, SIGSEGV, SIGILL};
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++)
        signal(faults[i], tell_memory_from_fault);
    limit(RLIMIT_AS, address_space() + memory);
    if (!may_write) {
        /* A memfd's pages are no address space: without this, one worker could fill the host's memory with them. */
        signal(SIGXFSZ, SIG_IGN);
        limit(RLIMIT_FSIZE, MOST_WRITTEN);
    }
    sks_landlock_enter(store, serves);
#ifdef HAVE_SECCOMP
    return filter_calls(may_write, serves);
#else
    (void)serves;
    return 0;
#endif
}

int sks_sandbox_enter(size_t memory, const char *store)
{
    return enter(memory, store, false);
}

int sks_sandbox_enter_server(size_t memory, const char *store)
{
    return enter(memory, store, true);
}
