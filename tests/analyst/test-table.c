/* Tables: columns that line up, and what may not reach a terminal. */
#include "tests/test.h"

#include <glib.h>
#include <stdio.h>

#include "analyst/table.h"

static char *printed(struct sks_table *table)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    sks_table_print(stream, table);
    fclose(stream);
    return text;
}

static void columns_line_up(void **state)
{
    (void)state;
    static const char *const heads[] = {"set", "mails"};
    struct sks_table *table = sks_table_create("lr", heads);
    sks_table_add(table, "%s", "標的型");
    sks_table_add(table, "%d", 7);
    sks_table_add(table, "%s", "a");
    sks_table_add(table, "%d", 123456);
    char *text = printed(table);
    assert_string_equal(text, "| set    |  mails |\n"
                              "|--------|-------:|\n"
                              "| 標的型 |      7 |\n"
                              "| a      | 123456 |\n");
    free(text);
}

static void cells_cannot_drive_a_terminal(void **state)
{
    (void)state;
    static const char *const heads[] = {"mail"};
    struct sks_table *table = sks_table_create("l", heads);
    sks_table_add(table, "%s", "a\033[31m\n\xff");
    char *text = printed(table);
    assert_string_equal(text, "| mail              |\n"
                              "|-------------------|\n"
                              "| a\\x1b[31m\\x0a\\xff |\n");
    free(text);
}

static void small_p_is_not_nothing(void **state)
{
    (void)state;
    static const struct {
        double p;
        const char *want;
    } rows[] = {{1, "1.000"}, {0.0344, "0.034"}, {0.001, "0.001"}, {0.00099, "< 0.001"}, {0, "< 0.001"}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = sks_table_p(rows[i].p);
        assert_string_equal(text, rows[i].want);
        g_free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_line_up),
        cmocka_unit_test(cells_cannot_drive_a_terminal),
        cmocka_unit_test(small_p_is_not_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
