#include "tests/test.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyst/terminal.h"

static void cells_are_as_wide_as_asked(void **state)
{
    (void)state;
    const struct {
        const char *text;
        size_t columns;
        const char *want;
    } rows[] = {
        {"abc", 5, "abc  "},    {"abc", 3, "abc"},     {"abcd", 3, "ab…"},        {"日本語", 6, "日本語"},
        {"日本語", 5, "日本…"}, {"日本語", 4, "日… "}, {"日本語", 8, "日本語  "}, {"e\u0301a", 3, "e\u0301a "},
        {"ｶﾅ", 3, "ｶﾅ "},       {"", 2, "  "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *got = NULL;
        size_t size;
        FILE *stream = open_memstream(&got, &size);
        sks_terminal_cell(stream, rows[i].text, rows[i].columns);
        fclose(stream);
        assert_row_string(rows[i].text, got, rows[i].want);
        assert_row_int(rows[i].text, sks_terminal_width(got), rows[i].columns);
        free(got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cells_are_as_wide_as_asked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
