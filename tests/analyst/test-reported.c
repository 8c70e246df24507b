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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_confined)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
