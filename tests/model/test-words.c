/* The list of words for people, and the numbers of the groups learned from: written, read back, and refused. */
#include "tests/test.h"

#include <math.h>

#include "fixture.h"
#include "model/groups.h"
#include "model/words.h"

static uint32_t gram_of(const char *word)
{
    return sks_text_word_gram("body", word);
}

/* "interview" may be told; what else there is may not. */
static const char *name(uint32_t gram, const char **out_field, void *data)
{
    *out_field = "body";
    if (gram == gram_of("interview"))
        return "interview";
    return gram == gram_of("invoice") ? data : NULL;
}

static void test_format(void **state)
{
    (void)state;
    g_autoptr(GBytes) bytes = make_text_model();
    struct sks_text_model model;
    assert_int_equal(sks_text_model_parse(&model, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "x", NULL),
                     0);
    const uint32_t interview[] = {gram_of("interview")};
    uint32_t both[] = {gram_of("interview"), gram_of("invoice")};
    if (both[0] > both[1]) {
        both[0] = gram_of("invoice");
        both[1] = gram_of("interview");
    }
    const struct sks_row rows[] = {
        {.class_ = SKS_CLASS_TARGETED, .grams = interview, .gram_count = 1},
        {.class_ = SKS_CLASS_TARGETED, .grams = both, .gram_count = 2},
        {.class_ = SKS_CLASS_BULK, .grams = both, .gram_count = 2},
        {.class_ = SKS_CLASS_TARGETED, .grams = both, .gram_count = 2, .assumed = TRUE}, /* a copy */
        {.class_ = SKS_CLASS_CLEAN},
    };
    /* Of a mail with 100 known words, 1 / sqrt(116) each: interview 2 * 0.5 * 100, invoice 1 * 0.25 * 200. */
    g_autoptr(GBytes) words = sks_words_format(&model, rows, G_N_ELEMENTS(rows), name, (char *)"invoice");
    assert_string_equal(g_bytes_get_data(words, NULL), "#class\tword\tfield\tweight\tclean\tbulk\ttargeted\n"
                                                       "targeted\tinterview\tbody\t9.285\t0\t1\t2\n"
                                                       "bulk\tinvoice\tbody\t4.642\t0\t1\t1\n");
    json_t *read = NULL;
    assert_int_equal(sks_words_parse(&read, words, 10, "x", NULL), 0);
    assert_int_equal(json_array_size(read), 2);
    const json_t *first = json_array_get(read, 0);
    assert_string_equal(json_string_value(json_object_get(first, "word")), "interview");
    assert_true(fabs(json_real_value(json_object_get(first, "weight")) - 9.285) < 1e-9);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(first, "mails"), "targeted")), 2);
    json_decref(read);
    /* A word that must not be told leaves no trace. */
    g_autoptr(GBytes) fewer = sks_words_format(&model, rows, G_N_ELEMENTS(rows), name, NULL);
    assert_null(strstr(g_bytes_get_data(fewer, NULL), "invoice"));
    sks_text_model_finish(&model);
}

static void test_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problem; /* NULL: fine */
    } rows[] = {
        {"", NULL},
        {"#only a head\n", NULL},
        {"clean\t様\tbody\t0.5\t1\t2\t3\n", NULL},
        {"clean\t様\tbody\t0.5\t1\t2\n", "x:1: words.tsv: not a word with its class, weight and counts"},
        {"#\nclean\t様\tbody\t0.5\t1\t2\t3\t4\n", "x:2: words.tsv: not a word with its class, weight and counts"},
        {"good\t様\tbody\t0.5\t1\t2\t3\n", "x:1: words.tsv: not a word with its class, weight and counts"},
        {"clean\t様\tbody\tmuch\t1\t2\t3\n", "x:1: words.tsv: not a word with its class, weight and counts"},
        {"clean\t様\tbody\t0.5\t-1\t2\t3\n", "x:1: words.tsv: not a word with its class, weight and counts"},
        {"clean\t\033[2J\tbody\t0.5\t1\t2\t3\n", "x:1: words.tsv: not a word with its class, weight and counts"},
        {"clean\t\xff\tbody\t0.5\t1\t2\t3\n", "x: words.tsv: not UTF-8"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_problems *problems = sks_problems_create();
        g_autoptr(GBytes) bytes = g_bytes_new_static(rows[i].text, strlen(rows[i].text));
        json_t *words = NULL;
        int error = sks_words_parse(&words, bytes, 10, "x", problems);
        assert_row_int(rows[i].text, error, rows[i].problem == NULL ? 0 : SKS_ERROR_FORMAT);
        if (rows[i].problem != NULL)
            assert_row_string(rows[i].text, sks_problems_text(problems, 0), rows[i].problem);
        json_decref(words);
        sks_problems_destroy(problems);
    }
}

static void test_most(void **state)
{
    (void)state;
    static const char text[] = "bulk\ta\tbody\t3\t0\t1\t0\nbulk\tb\tbody\t2\t0\t1\t0\nclean\tc\tbody\t1\t1\t0\t0\n";
    g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
    json_t *words = NULL;
    assert_int_equal(sks_words_parse(&words, bytes, 1, "x", NULL), 0);
    assert_int_equal(json_array_size(words), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(words, 1), "word")), "c");
    json_decref(words);
}

/* printf a | sha256sum: ca978112ca1bbdca…; the first byte is the lowest. */
static void test_groups(void **state)
{
    (void)state;
    const struct sks_row rows[] = {{.group = "c"}, {.group = "a"}, {.group = "c"}, {.group = "b"}};
    g_autoptr(GBytes) groups = sks_groups_format(rows, G_N_ELEMENTS(rows));
    assert_int_equal(g_bytes_get_size(groups), 3 * 8);
    static const char *const have[] = {"a", "b", "c"}, *const lack[] = {"", "d", "aa"};
    for (size_t i = 0; i < 3; i++) {
        assert_true(sks_groups_have(groups, sks_group_id(have[i])));
        assert_false(sks_groups_have(groups, sks_group_id(lack[i])));
        assert_false(sks_groups_have(NULL, sks_group_id(have[i])));
    }
    assert_true(sks_group_id("a") == 0xcabd1bca128197cau);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_most),
        cmocka_unit_test(test_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
