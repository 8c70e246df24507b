/*
 * What is asked of memory before MeCab: words counted in a dictionary written here by hand, in MeCab's own, and in
 * files that are none.
 */
#include "tests/test.h"

#include <string.h>

#include <glib.h>

#include "language/ahead.h"
#include "language/morpheme.h"

enum { HEADER = 72, UNITS = 600, TOKENS = 4 * 16, FEATURES = 8, WHOLE = HEADER + 8 * UNITS + TOKENS + FEATURES };

static void put(char *bytes, size_t at, uint32_t value)
{
    memcpy(bytes + at, &value, sizeof(value));
}

static void put_unit(char *bytes, size_t number, int32_t base, uint32_t check)
{
    put(bytes, HEADER + 8 * number, (uint32_t)base);
    put(bytes, HEADER + 8 * number + 4, check);
}

/* "a" with two tokens, "ab" with one, and "c", whose units would begin outside. */
static char *make_dictionary(void)
{
    char *bytes = g_malloc0(WHOLE);
    put(bytes, 0, 0xef718f77u ^ WHOLE);
    put(bytes, 4, 102);
    put(bytes, 24, 8 * UNITS);
    put(bytes, 28, TOKENS);
    put(bytes, 32, FEATURES);
    put_unit(bytes, 0, 1, 0);
    put_unit(bytes, 1 + 'a' + 1, 300, 1);
    put_unit(bytes, 300, -1 - (0 << 8 | 2), 300);
    put_unit(bytes, 300 + 'b' + 1, 310, 300);
    put_unit(bytes, 310, -1 - (2 << 8 | 1), 310);
    put_unit(bytes, 1 + 'c' + 1, UNITS - 256, 1);
    return bytes;
}

static void test_words(void **state)
{
    static const struct {
        const char *name, *text;
        size_t want;
    } rows[] = {
        {"nothing", "", 0},
        {"one", "a", 1},
        {"one in another", "ab", 2},
        {"none", "bxb", 0},
        {"at each place", "aababxc", 5},
        {"units outside", "ccc", 0},
        {"more places than are followed at once",
         "abbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbba", 3},
    };
    char *bytes = make_dictionary();
    struct sks_ahead ahead;
    (void)state;
    sks_ahead_read(&ahead, bytes, WHOLE);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_row_int(rows[i].name, sks_ahead_ask(&ahead, rows[i].text, strlen(rows[i].text)), rows[i].want);
    g_free(bytes);
}

static void test_no_dictionary(void **state)
{
    static const struct {
        const char *name;
        size_t at;
        uint32_t value;
        size_t size;
    } rows[] = {
        {"as it is", 4, 102, WHOLE},           {"cut short", 4, 102, WHOLE - 1},
        {"a header only", 4, 102, HEADER - 1}, {"another version", 4, 103, WHOLE},
        {"another size", 0, WHOLE, WHOLE},     {"too large an array", 24, 8 * UNITS + 8, WHOLE},
        {"too few units", 24, 8 * 100, WHOLE},
    };
    struct sks_ahead ahead;
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *bytes = make_dictionary();
        put(bytes, rows[i].at, rows[i].value);
        sks_ahead_read(&ahead, bytes, rows[i].size);
        assert_row_int(rows[i].name, ahead.units != NULL, i == 0);
        assert_row_int(rows[i].name, sks_ahead_ask(&ahead, "ab", 2), i == 0 ? 2 : 0);
        g_free(bytes);
    }
}

/* By `mecab -a`, 東, 東京, 京, 京都 and 都 are words of IPADIC, and 東京都 is none. */
static void test_ipadic(void **state)
{
    static const char text[] = "東京都";
    struct sks_morphemes *morphemes;
    struct sks_ahead ahead;
    size_t count;
    (void)state;
    assert_int_equal(sks_morphemes_create(&morphemes, NULL), 0);
    const struct sks_morpheme *read = sks_morphemes_read(&count, morphemes, text, strlen(text));
    assert_true(count > 0);
    sks_ahead_init(&ahead, read[0].feature);
    assert_int_equal(sks_ahead_ask(&ahead, text, strlen(text)), 5);
    sks_ahead_init(&ahead, text);
    assert_null(ahead.units);
    sks_morphemes_destroy(morphemes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_no_dictionary),
        cmocka_unit_test(test_ipadic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
