/*
 * How much of a text is UTF-8: by the Unicode standard, table 3-7, wherever in a word of eight bytes it breaks; and
 * marks without end.
 */
#include "tests/test.h"

#include <glib.h>
#include <string.h>

#include "base/unicode.h"

static const struct {
    const char *text;
    size_t size, valid;
} rows[] = {
    {"", 0, 0},
    {"plain", 5, 5},
    {"exactly8", 8, 8},
    {"caf\xC3\xA9 and more words", 20, 20},
    {"\xE3\x81\x82\xE3\x81\x84", 6, 6},
    {"\xF0\x9F\x98\x80!", 5, 5},
    {"\xF4\x8F\xBF\xBF", 4, 4},
    {"no\0more", 7, 2},                    /* NUL ends it */
    {"\xC3", 1, 0},                        /* cut off */
    {"text that is cut \xE3\x81", 19, 17}, /* … behind a longer run */
    {"\xE3\x81\x82\xE3\x81", 5, 3},
    {"\xE3\x81next", 6, 0},     /* ASCII where more should come */
    {"\x80", 1, 0},             /* nothing before it */
    {"\xC0\x80", 2, 0},         /* longer than it need be */
    {"\xE0\x9F\xBF", 3, 0},     /* … */
    {"\xED\xA0\x80", 3, 0},     /* half of a surrogate pair */
    {"\xF4\x90\x80\x80", 4, 0}, /* beyond U+10FFFF */
    {"\xE3\x81\x82\xFF\xFF", 5, 3},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        size_t valid = SIZE_MAX;
        assert_int_equal(sks_unicode_is_utf8(rows[i].text, rows[i].size, &valid), rows[i].valid == rows[i].size);
        assert_int_equal(valid, rows[i].valid);
        assert_int_equal(sks_unicode_is_utf8(rows[i].text, rows[i].size, NULL), rows[i].valid == rows[i].size);
    }
}

/* One wrong byte at each place of a text. */
static void test_places(void **state)
{
    static const char wrong[] = {'\0', '\x80', '\xFF'};
    char text[40];
    (void)state;
    for (size_t place = 0; place < sizeof text; place++) {
        for (size_t i = 0; i < sizeof wrong; i++) {
            size_t valid;
            memset(text, 'x', sizeof text);
            text[place] = wrong[i];
            assert_false(sks_unicode_is_utf8(text, sizeof text, &valid));
            assert_int_equal(valid, place);
        }
    }
}

static void repeat(GString *text, const char *what, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        g_string_append(text, what);
}

/* Marks are sorted by their class, those below (220) before those above (230), thirty at a time. */
static void test_marks(void **state)
{
    static const unsigned counts[] = {1, 15, 30, 45};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        GString *text = g_string_new("e"), *expected = g_string_new("\u1EB9");
        repeat(text, "\u0301\u0323", counts[i]);
        for (unsigned left = counts[i]; left > 0; left -= MIN(left, 15)) {
            unsigned below = MIN(left, 15) - (left == counts[i]); /* the first one is part of the letter */
            repeat(expected, "\u0323", below);
            repeat(expected, "\u0301", MIN(left, 15));
        }
        char *normal = sks_unicode_nfkc(text->str, text->len);
        assert_string_equal(normal, expected->str);
        g_free(normal);
        g_string_free(text, TRUE);
        g_string_free(expected, TRUE);
    }
}

/* Long runs without ASCII, whole and with one fault: characters of each size lie across any bound. */
static void test_runs(void **state)
{
    static const char *const characters[] = {"\xC3\xA9", "\xE3\x81\x82", "\xF0\x9F\x98\x80"};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(characters); i++) {
        for (size_t before = 0; before < 4; before++) {
            g_autoptr(GString) text = g_string_new(NULL);
            for (size_t k = 0; k < before; k++)
                g_string_append(text, "\xC3\xA9");
            while (text->len < 1000)
                g_string_append(text, characters[i]);
            size_t valid, size = text->len;
            assert_true(sks_unicode_is_utf8(text->str, size, &valid));
            assert_int_equal(valid, size);
            for (size_t cut = 1; cut < strlen(characters[i]); cut++) {
                assert_false(sks_unicode_is_utf8(text->str, size - cut, &valid));
                assert_int_equal(valid, size - strlen(characters[i]));
            }
            for (size_t place = 2 * before; place < size; place += strlen(characters[i])) {
                char first = text->str[place];
                text->str[place] = '\xFF';
                assert_false(sks_unicode_is_utf8(text->str, size, &valid));
                assert_int_equal(valid, place);
                text->str[place] = first;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
