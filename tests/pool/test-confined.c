#include "tests/test.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config.h"
#include "pool/confined.h"
#include "sekisho/error.h"
#include "sekisho/limits.h"

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

#define MOST 1000u

static int say(FILE *out, void *context)
{
    fputs(context, out);
    return 0;
}

static int break_off(FILE *out, void *context)
{
    fputs("half of it", out);
    return *(const int *)context;
}

static int crash(FILE *out, void *context) __attribute__((noreturn));
static int crash(FILE *out, void *context)
{
    (void)out;
    (void)context;
    abort();
}

static int hang(FILE *out, void *context) __attribute__((noreturn));
static int hang(FILE *out, void *context)
{
    (void)out;
    for (;;)
        usleep(*(const unsigned *)context);
}

static int say_too_much(FILE *out, void *context) __attribute__((noreturn));
static int say_too_much(FILE *out, void *context)
{
    for (;;)
        fputs(context, out);
}

#if !SANITIZED
static int take_memory(FILE *out, void *context) __attribute__((noreturn));
static int take_memory(FILE *out, void *context)
{
    (void)out;
    (void)context;
    for (;;)
        memset(g_malloc(1 << 20), 1, 1 << 20);
}

static int reach_out(FILE *out, void *context)
{
    (void)context;
    fprintf(out, "%d %d %d", socket(AF_INET, SOCK_STREAM, 0), (int)fork(), access("/", R_OK));
    return 0;
}
#endif

static void results_and_faults_come_back(void **state)
{
    (void)state;
    static const int format = SKS_ERROR_FORMAT, unsupported = SKS_ERROR_UNSUPPORTED;
    static const unsigned pause = 1000;
    static const struct {
        const char *name;
        sks_confined_task task;
        const void *context;
        int error;
        const char *written;
        unsigned milliseconds;
    } rows[] = {
        {"a result", say, "all of it", 0, "all of it", 10000},
        {"nothing", say, "", 0, "", 10000},
        {"an error", break_off, &format, SKS_ERROR_FORMAT, NULL, 10000},
        {"another error", break_off, &unsupported, SKS_ERROR_UNSUPPORTED, NULL, 10000},
        {"a crash", crash, NULL, SKS_ERROR_CRASH, NULL, 10000},
        {"a hang", hang, &pause, SKS_ERROR_DEADLINE, NULL, 200},
        {"too much", say_too_much, "more and more", SKS_ERROR_LIMIT, NULL, 10000},
#if !SANITIZED
        {"memory", take_memory, NULL, SKS_ERROR_MEMORY, NULL, 30000},
#ifdef HAVE_SECCOMP
        {"the world outside", reach_out, NULL, 0, "-1 -1 0", 10000},
#endif
#endif
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GByteArray *written = NULL;
        assert_row_int(
            rows[i].name,
            sks_confined_run(&written, rows[i].task, (void *)(uintptr_t)rows[i].context, rows[i].milliseconds, MOST),
            rows[i].error);
        assert_row_int(rows[i].name, written != NULL, rows[i].written != NULL);
        if (written == NULL)
            continue;
        g_byte_array_append(written, (const guint8 *)"", 1);
        assert_row_string(rows[i].name, (const char *)written->data, rows[i].written);
        g_byte_array_unref(written);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(results_and_faults_come_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
