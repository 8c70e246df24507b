/*
 * What is reported is hostile: whoever looks into it is confined. What the child asks first, whether the bytes are
 * Outlook's, is asked of a stand-in here, which tries what bytes that have taken it over would try.
 */
#include "tests/test.h"

#include <stdbool.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attachment/outlook.h"
#include "config.h"

static bool reach_out(const void *bytes, size_t size);

#define sks_outlook_detect reach_out
#include "../../analyst/reported.c"
#undef sks_outlook_detect

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* Shared with the child: what came of each attempt. */
static struct attempts {
    pid_t process;
    int tried, socket, fork, execute;
} * attempts;

static bool reach_out(const void *bytes, size_t size)
{
    attempts->process = getpid();
    attempts->tried++;
#if defined(HAVE_SECCOMP) && !defined(SANITIZED) /* with sanitizers, less is forbidden */
    attempts->socket = socket(AF_INET, SOCK_STREAM, 0);
    attempts->fork = (int)fork();
    attempts->execute = execl("/bin/false", "false", NULL); /* would end the child */
#endif
    return sks_outlook_detect(bytes, size);
}

static void test_confined(void **state)
{
    (void)state;
    static const char mail[] = "From: a@b.example\nSubject: x\n\nhello\n";
    attempts = mmap(NULL, sizeof *attempts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(attempts != MAP_FAILED);
    *attempts = (struct attempts){.socket = -1, .fork = -1, .execute = -1};
    static const enum sks_reported_how hows[] = {SKS_REPORTED_AS_FOUND, SKS_REPORTED_AS_MAIL, SKS_REPORTED_AS_ATTACHED,
                                                 SKS_REPORTED_AS_FORWARDED};
    for (size_t i = 0; i < G_N_ELEMENTS(hows); i++) {
        struct sks_reported_list list;
        attempts->tried = 0;
        sks_reported_find(&list, mail, strlen(mail), hows[i], NULL);
        assert_true(attempts->tried > 0);
        assert_int_not_equal(attempts->process, getpid());
        assert_int_equal(attempts->socket, -1);
        assert_int_equal(attempts->fork, -1);
        assert_int_equal(attempts->execute, -1);
        assert_int_equal(list.count, i < 2 ? 1 : 0); /* it did its work all the same */
        assert_true((list.error == NULL) == (i < 2));
        sks_reported_finish(&list);
    }
    munmap(attempts, sizeof *attempts);
}

/* By sha256sum of the lines with LF, one at the end. */
static void test_digest(void **state)
{
    (void)state;
    static const char same[] = "cfec0655bb3aa9225032b9ae831dea93ab08f167e890542fc0a99c575f2830a9";
    static const char other[] = "e8f26bdedf6f085ae321e5777d784d25b6a38b3b94c85ef968c02ab856674f4b";
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"A: 1\n\nb\n", same},       {"A: 1\r\n\r\nb\r\n", same}, {"A: 1\n\nb", same},        {"A: 1\n\nb\n\n\n", same},
        {"A: 1\r\n\nb\n\r\n", same}, {"A: 1\n\n\nb\n", other},    {"A: 1\r\n\n\r\nb", other},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = sks_reported_digest(rows[i].text, strlen(rows[i].text));
        assert_row_string(rows[i].text, got, rows[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_confined), cmocka_unit_test(test_digest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
