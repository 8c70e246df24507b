/* The pool with jobs that fail as hostile mail might make a parser fail. The first byte of a message says how. */
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pool/wire.h"
#include "pool/worker.h"
#include "verdict.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static void misbehave(char how)
{
    switch (how) {
    case 'c':
        abort();
    case 'm': {
        for (;;) {
            volatile char *block = g_malloc(16 * 1024 * 1024);
            for (size_t i = 0; i < 16 * 1024 * 1024; i += 4096)
                block[i] = 1;
        }
    }
    case 'h':
        for (;;)
            pause();
    case 'x':
        _exit(0);
    case 'w':
        for (int i = 3; i < 32; i++)
            (void)(ftruncate(i, 1) + (int)pwrite(i, "forged", 6, 0));
        break;
    case 'o':
        (void)!write(STDOUT_FILENO, "forged", 6);
        break;
    default:
        break;
    }
}

/* What a confined worker can still do, told in the subject. */
static char *try_forbidden(void)
{
    GString *did = g_string_new(NULL);
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    g_string_append(did, descriptor >= 0 ? "socket " : "");
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    g_string_append(did, pid > 0 ? "fork " : "");
    descriptor = open("/tmp/sekisho-test-must-not-exist", O_WRONLY | O_CREAT, 0600);
    g_string_append(did, descriptor >= 0 ? "write " : "");
    g_string_append(did, syscall(SYS_tgkill, getppid(), getppid(), 0) == 0 ? "signal " : "");
    g_string_append(did, fcntl(STDERR_FILENO, F_SETOWN, getppid()) == 0 ? "own " : "");
    g_string_append(did, syscall(SYS_tgkill, getpid(), getpid(), 0) == 0 ? "raise " : "");
    descriptor = open("/proc/self/statm", O_RDONLY);
    g_string_append(did, descriptor >= 0 ? "read" : "");
    return g_string_free(did, FALSE);
}

static int examine(struct sks_verdict **out_verdict, void *context, const void *bytes, size_t size,
                   const struct sks_envelope *envelope)
{
    (void)context;
    const char *text = bytes;
    char how = size > 0 ? text[0] : '\0';
    misbehave(how);
    if (how == 'e')
        return SKS_ERROR_IO;
    struct sks_verdict *verdict = sks_verdict_create();
    verdict->class_ = SKS_CLASS_BULK;
    verdict->score = (double)size;
    verdict->subject = how == 's' ? try_forbidden() : g_strndup(text, MIN(size, 100));
    verdict->from_address = g_strdup(envelope->sender != NULL ? envelope->sender : "(unknown)");
    verdict->from_name =
        g_strdup_printf("%zu %s %d", envelope->recipient_count,
                        envelope->recipient_count > 0 ? envelope->recipients[0] : "", envelope->trusted);
    sks_verdict_seal(verdict);
    *out_verdict = verdict;
    return 0;
}

static int message(const char *text)
{
    int descriptor = memfd_create("message", MFD_CLOEXEC);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
    return descriptor;
}

static int ask(struct sks_verdict **out_verdict, struct sks_pool *pool, const char *text,
               const struct sks_envelope *envelope)
{
    int descriptor = message(text);
    int error = sks_pool_examine(out_verdict, pool, descriptor, strlen(text), envelope);
    close(descriptor);
    return error;
}

static struct sks_pool *create(unsigned workers)
{
    static const struct sks_pool_job job = {.examine = examine};
    const struct sks_pool_options options = {
        .workers = workers, .deadline_ms = 2000, .queue_ms = 10000, .memory = 256 * 1024 * 1024, .messages = 50};
    struct sks_pool *pool;
    assert_int_equal(sks_pool_create_for_job(&pool, &job, &options), 0);
    return pool;
}

static void carries_message_and_envelope(void **state)
{
    (void)state;
    struct sks_pool *pool = create(1);
    const char *recipients[] = {"a@kikan.example", "b\xff@kikan.example"};
    const struct sks_envelope envelope = {
        .sender = "", .recipients = recipients, .recipient_count = 2, .trusted = true};
    struct sks_verdict *verdict;
    assert_int_equal(ask(&verdict, pool, "Hello", &envelope), 0);
    assert_int_equal(sks_verdict_class(verdict), SKS_CLASS_BULK);
    assert_string_equal(sks_verdict_subject(verdict), "Hello");
    assert_string_equal(sks_verdict_from_address(verdict), "");
    assert_string_equal(sks_verdict_from_name(verdict), "2 a@kikan.example 1");
    assert_true(sks_verdict_score(verdict) == 5);
    sks_verdict_destroy(verdict);
    assert_int_equal(ask(&verdict, pool, "", NULL), 0);
    assert_string_equal(sks_verdict_from_address(verdict), "(unknown)");
    sks_verdict_destroy(verdict);
    sks_pool_destroy(pool);
}

static void a_fault_costs_one_message(void **state)
{
    (void)state;
    const struct {
        const char *text;
        int want;
    } rows[] = {
        {"crash", SKS_ERROR_CRASH},   {"hang", SKS_ERROR_DEADLINE}, {"xit", SKS_ERROR_CRASH},
        {"memory", SKS_ERROR_MEMORY}, {"error", SKS_ERROR_IO},
    };
    struct sks_pool *pool = create(2);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].want == SKS_ERROR_MEMORY && SANITIZED)
            continue; /* address space can't be limited there */
        struct sks_verdict *verdict;
        assert_row_int(rows[i].text, ask(&verdict, pool, rows[i].text, NULL), rows[i].want);
        assert_row_int(rows[i].text, ask(&verdict, pool, "fine", NULL), 0);
        sks_verdict_destroy(verdict);
    }
    struct sks_pool_statistics statistics;
    sks_pool_statistics(pool, &statistics);
    assert_int_equal(statistics.crashed, 2);
    assert_int_equal(statistics.past_deadline, 1);
    assert_int_equal(statistics.out_of_memory, SANITIZED ? 0 : 1);
    sks_pool_destroy(pool);
}

static bool has_landlock(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, 1u /* LANDLOCK_CREATE_RULESET_VERSION */) > 0;
}

/* What a worker with a store can open: that, and nothing beside it. */
static int examine_with_store(struct sks_verdict **out_verdict, void *context, const void *bytes, size_t size,
                              const struct sks_envelope *envelope)
{
    (void)bytes, (void)size, (void)envelope;
    static const struct {
        const char *ending;
        int flags;
    } tries[] = {{"", O_RDWR},
                 {"-wal", O_RDWR},
                 {"-lessons", O_RDWR | O_APPEND},
                 {".notice-key", O_RDONLY},
                 {".notice-key", O_RDWR},
                 {"-new", O_RDWR | O_CREAT},
                 {"-shm", O_RDWR | O_TRUNC}};
    struct sks_verdict *verdict = sks_verdict_create();
    GString *did = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tries); i++) {
        char *path = g_strconcat(context, tries[i].ending, NULL);
        g_string_append(did, open(path, tries[i].flags | O_CLOEXEC, 0600) >= 0 ? "y" : "n");
        g_free(path);
    }
    g_string_append(did, open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 ? "y" : "n");
    char *path = g_strconcat(context, "-wal", NULL);
    g_string_append(did, unlink(path) == 0 ? "y" : "n");
    g_free(path);
    verdict->subject = g_string_free(did, FALSE);
    sks_verdict_seal(verdict);
    *out_verdict = verdict;
    return 0;
}

static void a_worker_with_a_store_opens_nothing_else(void **state)
{
    (void)state;
    if (SANITIZED || !has_landlock())
        skip();
    char *folder = g_dir_make_tmp("sekisho-landlock-XXXXXX", NULL), *store = g_build_filename(folder, "store", NULL);
    static const char *const endings[] = {"", "-wal", "-shm", "-lessons", ".notice-key"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        char *file = g_strconcat(store, endings[i], NULL);
        assert_true(g_file_set_contents(file, "x", -1, NULL));
        g_free(file);
    }
    const struct sks_pool_job job = {.examine = examine_with_store, .context = store, .store = store};
    const struct sks_pool_options options = {.workers = 1, .deadline_ms = 2000};
    struct sks_pool *pool;
    struct sks_verdict *verdict;
    assert_int_equal(sks_pool_create_for_job(&pool, &job, &options), 0);
    assert_int_equal(ask(&verdict, pool, "x", NULL), 0);
    assert_string_equal(sks_verdict_subject(verdict), "yyynnnynn");
    sks_verdict_destroy(verdict);
    sks_pool_destroy(pool);
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        char *file = g_strconcat(store, endings[i], NULL);
        assert_int_equal(unlink(file), 0);
        g_free(file);
    }
    assert_int_equal(rmdir(folder), 0);
    g_free(store);
    g_free(folder);
}

static void a_worker_is_confined(void **state)
{
    (void)state;
    if (SANITIZED)
        skip();
    struct sks_pool *pool = create(1);
    struct sks_verdict *verdict;
    assert_int_equal(ask(&verdict, pool, "seccomp", NULL), 0);
    assert_string_equal(sks_verdict_subject(verdict), has_landlock() ? "raise" : "raise read");
    sks_verdict_destroy(verdict);
    sks_pool_destroy(pool);
}

/* The caller reads its message again later, and would be killed if it had become shorter. */
static void a_worker_cannot_change_the_message(void **state)
{
    (void)state;
    struct sks_pool *pool = create(1);
    int descriptor = memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    assert_int_equal(write(descriptor, "write to me", 11), 11);
    struct sks_verdict *verdict;
    assert_int_equal(sks_pool_examine(&verdict, pool, descriptor, 11, NULL), 0);
    sks_verdict_destroy(verdict);
    char bytes[32];
    assert_int_equal(pread(descriptor, bytes, sizeof bytes, 0), 11);
    assert_memory_equal(bytes, "write to me", 11);
    close(descriptor);
    sks_pool_destroy(pool);
}

static void a_worker_has_no_output(void **state)
{
    (void)state;
    int pair[2], output = dup(STDOUT_FILENO);
    fflush(stdout);
    assert_int_equal(pipe2(pair, O_CLOEXEC | O_NONBLOCK), 0);
    dup2(pair[1], STDOUT_FILENO);
    struct sks_pool *pool = create(1);
    struct sks_verdict *verdict = NULL;
    int error = ask(&verdict, pool, "output", NULL);
    char bytes[32];
    ssize_t got = read(pair[0], bytes, sizeof bytes);
    dup2(output, STDOUT_FILENO);
    close(output);
    close(pair[0]);
    close(pair[1]);
    assert_int_equal(error, 0);
    assert_int_equal(got, -1);
    sks_verdict_destroy(verdict);
    sks_pool_destroy(pool);
}

static void without_a_nursery_calls_fail_at_once(void **state)
{
    (void)state;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    close(pair[1]);
    struct sks_pool *pool;
    struct sks_verdict *verdict;
    assert_int_equal(sks_pool_attach(&pool, pair[0], NULL), 0);
    for (int i = 0; i < 300; i++)
        assert_int_equal(ask(&verdict, pool, "fine", NULL), SKS_ERROR_UNAVAILABLE);
    sks_pool_destroy(pool);
}

/* A worker that sends and never reads, or the other way round, must not hold up the nursery. */
static void sending_never_waits(void **state)
{
    (void)state;
    int pair[2];
    const struct sks_packet packet = {.kind = SKS_PACKET_DIED};
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    size_t sent = 0;
    alarm(20);
    while (sent < 1000000 && sks_wire_send(pair[0], &packet, NULL) == 0)
        sent++;
    alarm(0);
    assert_true(sent > 0 && sent < 1000000);
    close(pair[0]);
    close(pair[1]);
}

static void *many(void *data)
{
    struct sks_pool *pool = data;
    for (int i = 0; i < 100; i++) {
        struct sks_verdict *verdict;
        bool crash = i % 10 == 9;
        int error = ask(&verdict, pool, crash ? "crash" : "fine", NULL);
        if (error != (crash ? SKS_ERROR_CRASH : 0))
            return "wrong result";
        if (error == 0)
            sks_verdict_destroy(verdict);
    }
    return NULL;
}

static void serves_many_threads(void **state)
{
    (void)state;
    struct sks_pool *pool = create(3);
    pthread_t threads[8];
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, many, pool), 0);
    for (size_t i = 0; i < 8; i++) {
        void *result;
        pthread_join(threads[i], &result);
        assert_null(result);
    }
    struct sks_pool_statistics statistics;
    sks_pool_statistics(pool, &statistics);
    assert_int_equal(statistics.examined, 800);
    assert_int_equal(statistics.crashed, 80);
    assert_true(statistics.workers <= 3);
    sks_pool_destroy(pool);
}

static void *hang(void *data)
{
    struct sks_verdict *verdict;
    return GINT_TO_POINTER(ask(&verdict, data, "hang", NULL));
}

static void a_full_pool_says_so(void **state)
{
    (void)state;
    static const struct sks_pool_job job = {.examine = examine};
    const struct sks_pool_options options = {.workers = 1, .deadline_ms = 1000, .queue_ms = 50};
    struct sks_pool *pool;
    assert_int_equal(sks_pool_create_for_job(&pool, &job, &options), 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, hang, pool), 0);
    struct sks_pool_statistics statistics;
    do {
        g_usleep(1000);
        sks_pool_statistics(pool, &statistics);
    } while (statistics.workers_started == 0);
    struct sks_verdict *verdict;
    assert_int_equal(ask(&verdict, pool, "fine", NULL), SKS_ERROR_UNAVAILABLE);
    void *result;
    pthread_join(thread, &result);
    assert_int_equal(GPOINTER_TO_INT(result), SKS_ERROR_DEADLINE);
    assert_int_equal(ask(&verdict, pool, "fine", NULL), 0);
    sks_verdict_destroy(verdict);
    sks_pool_destroy(pool);
}

/* Pipes that workers inherit: one says that its message is in hand, and waits until it may go on. */
static int in_hand[2], go_on[2];
static bool crowded;

static void note_crowd(void *context, bool now)
{
    (void)context;
    crowded = now;
}

static int tell_crowd(struct sks_verdict **out_verdict, void *context, const void *bytes, size_t size,
                      const struct sks_envelope *envelope)
{
    (void)context, (void)envelope;
    char byte = 'x';
    if (size > 0 && *(const char *)bytes == 'w' && (write(in_hand[1], &byte, 1) != 1 || read(go_on[0], &byte, 1) != 1))
        return SKS_ERROR_IO;
    *out_verdict = sks_verdict_create();
    (*out_verdict)->subject = g_strdup(crowded ? "crowd" : "alone");
    sks_verdict_seal(*out_verdict);
    return 0;
}

static void *wait_in_hand(void *data)
{
    struct sks_verdict *verdict;
    bool alone = ask(&verdict, data, "wait", NULL) == 0 && strcmp(sks_verdict_subject(verdict), "alone") == 0;
    sks_verdict_destroy(verdict);
    return GINT_TO_POINTER(alone);
}

/* A worker is told whether other messages are in hand besides its own. */
static void tells_of_a_crowd(void **state)
{
    (void)state;
    static const struct sks_pool_job job = {.examine = tell_crowd, .crowd = note_crowd};
    static const char *const wanted[] = {"alone", "crowd", "alone"};
    const struct sks_pool_options options = {.workers = 2};
    struct sks_pool *pool;
    pthread_t thread;
    void *alone = NULL;
    char byte = 'x';
    assert_int_equal(pipe(in_hand), 0);
    assert_int_equal(pipe(go_on), 0);
    assert_int_equal(sks_pool_create_for_job(&pool, &job, &options), 0);
    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
        struct sks_verdict *verdict;
        bool both = strcmp(wanted[i], "crowd") == 0;
        if (both) {
            assert_int_equal(pthread_create(&thread, NULL, wait_in_hand, pool), 0);
            assert_int_equal(read(in_hand[0], &byte, 1), 1);
        }
        assert_int_equal(ask(&verdict, pool, "fine", NULL), 0);
        assert_row_string(wanted[i], sks_verdict_subject(verdict), wanted[i]);
        sks_verdict_destroy(verdict);
        if (both) {
            assert_int_equal(write(go_on[1], &byte, 1), 1);
            pthread_join(thread, &alone);
            assert_true(GPOINTER_TO_INT(alone));
        }
    }
    sks_pool_destroy(pool);
    for (int i = 0; i < 2; i++) {
        close(in_hand[i]);
        close(go_on[i]);
    }
}

static void *wait_long(void *data)
{
    struct sks_verdict *verdict = NULL;
    int error = ask(&verdict, data, "wait", NULL);
    sks_verdict_destroy(verdict);
    return GINT_TO_POINTER(error);
}

/* Where the number of workers is the pool's choice, messages that take long don't keep all others waiting. */
static void long_messages_leave_room(void **state)
{
    (void)state;
    enum { MOST = 512 };
    static const struct sks_pool_job job = {.examine = tell_crowd, .crowd = note_crowd};
    unsigned workers = sks_pool_complete_options(NULL).workers;
    struct sks_pool *pool;
    pthread_t threads[MOST];
    struct sks_verdict *verdict;
    void *result;
    char byte = 'x';
    assert_true(workers <= MOST);
    assert_int_equal(pipe(in_hand), 0);
    assert_int_equal(pipe(go_on), 0);
    assert_int_equal(sks_pool_create_for_job(&pool, &job, NULL), 0);
    for (unsigned i = 0; i < workers; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, wait_long, pool), 0);
        assert_int_equal(read(in_hand[0], &byte, 1), 1);
    }
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(ask(&verdict, pool, "fine", NULL), 0);
        sks_verdict_destroy(verdict);
    }
    struct sks_pool_statistics statistics;
    sks_pool_statistics(pool, &statistics);
    assert_true(statistics.workers > workers && statistics.workers <= 2 * workers);
    for (unsigned i = 0; i < workers; i++)
        assert_int_equal(write(go_on[1], &byte, 1), 1);
    for (unsigned i = 0; i < workers; i++) {
        pthread_join(threads[i], &result);
        assert_int_equal(GPOINTER_TO_INT(result), 0);
    }
    sks_pool_destroy(pool);
    for (int i = 0; i < 2; i++) {
        close(in_hand[i]);
        close(go_on[i]);
    }
}

/* A pool whose nursery stands still, with as many long messages in hand as it takes, all of whose workers are being
 * started. */
struct standstill {
    struct sks_pool *pool;
    pid_t nursery;
    unsigned workers;
    pthread_t threads[512];
};

static void begin_standstill(struct standstill *still, unsigned queue_ms)
{
    static const struct sks_pool_job job = {.examine = tell_crowd, .crowd = note_crowd};
    const struct sks_pool_options options = {.queue_ms = queue_ms}, whole = sks_pool_complete_options(&options);
    struct sks_pool_statistics statistics;
    int pair[2];
    still->workers = sks_pool_complete_options(NULL).workers;
    assert_true(still->workers <= G_N_ELEMENTS(still->threads));
    assert_int_equal(pipe(in_hand), 0);
    assert_int_equal(pipe(go_on), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    still->nursery = fork();
    if (still->nursery == 0) {
        close(pair[0]);
        _exit(sks_nursery_run(pair[1], &job, &whole));
    }
    close(pair[1]);
    assert_int_equal(sks_pool_attach(&still->pool, pair[0], &options), 0);
    assert_int_equal(kill(still->nursery, SIGSTOP), 0);
    for (unsigned i = 0; i < still->workers; i++)
        assert_int_equal(pthread_create(&still->threads[i], NULL, wait_long, still->pool), 0);
    do {
        g_usleep(1000);
        sks_pool_statistics(still->pool, &statistics);
    } while (statistics.workers < still->workers);
}

/* The nursery goes on, and all long messages are in hand. */
static void let_start(const struct standstill *still)
{
    char byte;
    assert_int_equal(kill(still->nursery, SIGCONT), 0);
    for (unsigned i = 0; i < still->workers; i++)
        assert_int_equal(read(in_hand[0], &byte, 1), 1);
}

static void end_standstill(struct standstill *still)
{
    void *result;
    for (unsigned i = 0; i < still->workers; i++)
        assert_int_equal(write(go_on[1], "x", 1), 1);
    for (unsigned i = 0; i < still->workers; i++) {
        pthread_join(still->threads[i], &result);
        assert_int_equal(GPOINTER_TO_INT(result), 0);
    }
    sks_pool_destroy(still->pool);
    assert_int_equal(waitpid(still->nursery, NULL, 0), still->nursery);
    for (int i = 0; i < 2; i++) {
        close(in_hand[i]);
        close(go_on[i]);
    }
}

static void *ask_short(void *data)
{
    struct sks_verdict *verdict = NULL;
    gint64 begun = g_get_monotonic_time();
    int error = ask(&verdict, data, "fine", NULL);
    sks_verdict_destroy(verdict);
    return GINT_TO_POINTER(error != 0 ? -1 : (int)((g_get_monotonic_time() - begun) / 1000));
}

/* A message that began to wait while workers were being started takes the room that these leave once they are long in
 * theirs; nobody wakes it then. */
static void who_waits_while_workers_start_looks_again(void **state)
{
    (void)state;
    enum { QUEUE_MS = 10000 };
    struct standstill still;
    pthread_t thread;
    void *took;
    begin_standstill(&still, QUEUE_MS);
    assert_int_equal(pthread_create(&thread, NULL, ask_short, still.pool), 0);
    g_usleep(100000);
    let_start(&still);
    pthread_join(thread, &took);
    assert_in_range(GPOINTER_TO_INT(took), 0, QUEUE_MS / 2);
    end_standstill(&still);
}

static void count_sign(void *data)
{
    ++*(unsigned *)data;
}

/* Looking again doesn't put off the signs of life. */
static void who_waits_while_workers_start_gives_signs_of_life(void **state)
{
    (void)state;
    struct standstill still;
    unsigned signs = 0;
    const struct sks_pool_progress progress = {.interval_ms = 60, .call = count_sign, .data = &signs};
    struct sks_verdict *verdict;
    begin_standstill(&still, 1000);
    int descriptor = message("fine");
    assert_int_equal(sks_pool_examine_with_progress(&verdict, still.pool, descriptor, 4, NULL, &progress),
                     SKS_ERROR_UNAVAILABLE);
    close(descriptor);
    assert_in_range(signs, 3, 1000 / 60);
    let_start(&still);
    end_standstill(&still);
}

static int tell_ends(struct sks_verdict **out_verdict, void *context, const void *bytes, size_t size,
                     const struct sks_envelope *envelope)
{
    (void)context, (void)envelope;
    const char *text = bytes;
    *out_verdict = sks_verdict_create();
    (*out_verdict)->subject = size > 0 ? g_strdup_printf("%zu %c%c", size, text[0], text[size - 1]) : g_strdup("0");
    sks_verdict_seal(*out_verdict);
    return 0;
}

/* Small messages are read, large ones mapped: all of each comes, also after a larger one. */
static void messages_of_every_size_come_whole(void **state)
{
    (void)state;
    static const struct sks_pool_job job = {.examine = tell_ends};
    static const size_t sizes[] = {1024 * 1024, 1024 * 1024 + 1, 3, 0, 5 * 1024 * 1024, 4096, 4097};
    const struct sks_pool_options options = {.workers = 1};
    struct sks_pool *pool;
    assert_int_equal(sks_pool_create_for_job(&pool, &job, &options), 0);
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        struct sks_verdict *verdict;
        g_autofree char *text = g_strnfill(sizes[i], '-'), *wanted = g_strdup("0");
        if (sizes[i] > 0) {
            text[0] = (char)('a' + i);
            text[sizes[i] - 1] = (char)('A' + i);
            g_free(wanted);
            wanted = g_strdup_printf("%zu %c%c", sizes[i], text[0], text[sizes[i] - 1]);
        }
        assert_int_equal(ask(&verdict, pool, text, NULL), 0);
        assert_string_equal(sks_verdict_subject(verdict), wanted);
        sks_verdict_destroy(verdict);
    }
    sks_pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(carries_message_and_envelope),
        cmocka_unit_test(a_fault_costs_one_message),
        cmocka_unit_test(a_worker_is_confined),
        cmocka_unit_test(a_worker_with_a_store_opens_nothing_else),
        cmocka_unit_test(serves_many_threads),
        cmocka_unit_test(a_full_pool_says_so),
        cmocka_unit_test(a_worker_cannot_change_the_message),
        cmocka_unit_test(a_worker_has_no_output),
        cmocka_unit_test(without_a_nursery_calls_fail_at_once),
        cmocka_unit_test(sending_never_waits),
        cmocka_unit_test(tells_of_a_crowd),
        cmocka_unit_test(long_messages_leave_room),
        cmocka_unit_test(who_waits_while_workers_start_looks_again),
        cmocka_unit_test(who_waits_while_workers_start_gives_signs_of_life),
        cmocka_unit_test(messages_of_every_size_come_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
