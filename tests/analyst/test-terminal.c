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

static void long_lines_are_wrapped(void **state)
{
    (void)state;
    const struct {
        const char *text;
        size_t first, indent, columns;
        const char *want;
    } rows[] = {
        {"日本語の文章です。", 0, 2, 12, "  日本語の文\n  章です。\n"},
        {"日本語の文章です。", 4, 4, 14, "日本語の文\n    章です。\n"},
        {"one two three", 0, 0, 8, "one two\nthree\n"},
        {"短い", 2, 2, 40, "短い\n"},
        {"日本", 0, 6, 4, "      日\n      本\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *got = NULL;
        size_t size;
        FILE *stream = open_memstream(&got, &size);
        sks_terminal_wrapped(stream, rows[i].text, rows[i].first, rows[i].indent, rows[i].columns);
        fclose(stream);
        assert_row_string(rows[i].text, got, rows[i].want);
        free(got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cells_are_as_wide_as_asked),
                                       cmocka_unit_test(long_lines_are_wrapped)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
