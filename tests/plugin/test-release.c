/* What sekisho-release takes for a request: nothing but one queue ID, to the letter. */
#include "tests/test.h"

#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "plugin/release.h"
#include "sekisho/error.h"

static void test_requests(void **state)
{
    static const struct {
        const char *line, *want; /* NULL: refused */
    } rows[] = {
        {"release 4F1x2yABC\n", "4F1x2yABC"},
        {"release 8E652A781FA\n", "8E652A781FA"},
        {"release 4bQ4hn3VYvz7Gm1\n", "4bQ4hn3VYvz7Gm1"},
        {"release ALL\n", NULL},
        {"release\n", NULL},
        {"release \n", NULL},
        {"release 8E652A781FA", NULL},
        {"release 8E652A781FA \n", NULL},
        {"release  8E652A781FA\n", NULL},
        {"release 8E652A781FA\r\n", NULL},
        {"release 8E652A781FA 8E652A781FB\n", NULL},
        {"release -d8E652A781\n", NULL},
        {"release ../8E652A781\n", NULL},
        {"release 8E652A;reboot\n", NULL},
        {"release 8E652A\xE9\xE9\n", NULL},
        {"RELEASE 8E652A781FA\n", NULL},
        {"delete 8E652A781FA\n", NULL},
        {"release 012345678901234567890123456789012\n", NULL},
        {"", NULL},
        {"\n", NULL},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *line = g_strdup(rows[i].line);
        const char *id = NULL;
        bool taken = sks_release_parse(&id, line);
        assert_row_int(rows[i].line, taken, rows[i].want != NULL);
        if (taken)
            assert_row_string(rows[i].line, id, rows[i].want);
        g_free(line);
    }
}

/* A helper that hangs: its queue of connections is full. Nobody may wait for it with a mail in hand. */
static void test_full_queue(void **state)
{
    (void)state;
    char folder[] = "/tmp/sekisho-release-XXXXXX";
    assert_non_null(mkdtemp(folder));
    g_autofree char *path = g_build_filename(folder, "s", NULL);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 0), 0);
    assert_true(sks_release_is_there(path));
    int waiting[64], count = 0;
    while (count < 64) {
        waiting[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (connect(waiting[count++], (struct sockaddr *)&address, sizeof address) != 0)
            break;
    }
    assert_int_equal(errno, EAGAIN);
    alarm(20); /* a blocking connect() would never return */
    assert_false(sks_release_is_there(path));
    assert_int_equal(sks_release_ask(path, "4F1x2yABC"), SKS_ERROR_UNAVAILABLE);
    alarm(0);
    while (count > 0)
        close(waiting[--count]);
    close(listener);
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_requests), cmocka_unit_test(test_full_queue)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
