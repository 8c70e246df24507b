#include "tests/test.h"

#include <glib.h>

#include "base/buffer.h"
#include "base/resource.h"

static void cuts_at_the_ceiling(void **state)
{
    (void)state;
    struct sks_buffer buffer;
    sks_buffer_init(&buffer, 5);
    assert_int_equal(sks_buffer_add_text(&buffer, "abc"), 0);
    assert_int_equal(sks_buffer_add_text(&buffer, "def"), SKS_ERROR_LIMIT);
    assert_true(buffer.cut);
    assert_string_equal(buffer.data, "abcde");
    sks_buffer_clear(&buffer);
    assert_false(buffer.cut);
    assert_int_equal(sks_buffer_add_text(&buffer, "xy"), 0);
    size_t size;
    char *taken = sks_buffer_take(&buffer, &size);
    assert_int_equal(size, 2);
    assert_string_equal(taken, "xy");
    assert_int_equal(buffer.size, 0);
    g_free(taken);
    sks_buffer_finish(&buffer);
}

static void grows(void **state)
{
    (void)state;
    struct sks_buffer buffer;
    sks_buffer_init(&buffer, 100000);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(sks_buffer_add(&buffer, "x", 1), 0);
    assert_int_equal(buffer.size, 100000);
    assert_int_equal(strlen(buffer.data), 100000);
    assert_int_equal(sks_buffer_add(&buffer, "x", 1), SKS_ERROR_LIMIT);
    sks_buffer_finish(&buffer);
}

static void problems_name_file_line_and_key(void **state)
{
    (void)state;
    struct sks_problems *problems = sks_problems_create();
    sks_problems_add(problems, "a.ini", 3, "mode", "unknown value \"%s\"", "x");
    sks_problems_add(problems, "a.ini", 0, NULL, "can't be read");
    sks_problems_add(problems, NULL, 0, NULL, "no recipients");
    assert_int_equal(sks_problems_count(problems), 3);
    assert_string_equal(sks_problems_text(problems, 0), "a.ini:3: mode: unknown value \"x\"");
    assert_string_equal(sks_problems_text(problems, 1), "a.ini: can't be read");
    assert_string_equal(sks_problems_text(problems, 2), "no recipients");
    sks_problems_destroy(problems);
}

static void resources_are_found_by_name(void **state)
{
    (void)state;
    size_t count;
    const struct sks_resource *all = sks_resource_all(&count);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(sks_resource_find(all[i].name), &all[i]);
    assert_null(sks_resource_find("no such file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_at_the_ceiling),
        cmocka_unit_test(grows),
        cmocka_unit_test(problems_name_file_line_and_key),
        cmocka_unit_test(resources_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
