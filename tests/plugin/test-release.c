/* What sekisho-release takes for a request: nothing but one queue ID, to the letter. */
#include "tests/test.h"

#include <glib.h>
#include <string.h>

#include "plugin/release.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_requests)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
