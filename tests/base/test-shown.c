/* Text for people: what would drive a terminal, turn round a line or hide is shown instead. */
#include "tests/test.h"

#include <glib.h>

#include "base/shown.h"

static void shows_what_would_not_be_seen(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *want;
    } rows[] = {
        {"plain", "請求書 (1).xlsx é", "請求書 (1).xlsx é"},
        {"empty", "", ""},
        {"escape", "q\033[31mRED.exe", "q\\x1b[31mRED.exe"},
        {"delete and bell", "a\x7f\a", "a\\x7f\\x07"},
        {"line feed, return, tab", "a\r\n\tb", "a\\x0d\\x0a\\x09b"},
        {"right-to-left override", "a\u202excod.exe", "a\\u202excod.exe"},
        {"isolates", "\u2066a\u2069", "\\u2066a\\u2069"},
        {"C1 control sequence introducer", "\xc2\x9b\x33\x31m", "\\u009b31m"},
        {"the same as a bare byte", "\x9b\x33\x31m", "\\x9b31m"},
        {"zero width", "a\u200bb\ufeff", "a\\u200bb\\ufeff"},
        {"separators", "a\u2028b\u2029", "a\\u2028b\\u2029"},
        {"cut character", "a\xe3\x81", "a\\xe3\\x81"},
        {"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
        {"tag letters", "\U000e0041", "\\U000e0041"},
        {"a tag letter before a digit", "\U000e00411", "\\U000e00411"},
        {"combining marks stay", "e\u0301 か\u3099", "e\u0301 か\u3099"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *shown = sks_shown(rows[i].text), *again = sks_shown(shown);
        assert_row_string(rows[i].name, shown, rows[i].want);
        assert_row_string(rows[i].name, again, shown);
        g_free(again);
        g_free(shown);
    }
}

static void lines_keep_their_ends(void **state)
{
    (void)state;
    char *shown = sks_shown_lines("a\tb\r\n\033c\n");
    assert_string_equal(shown, "a\tb\\x0d\n\\x1bc\n");
    g_free(shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_what_would_not_be_seen),
        cmocka_unit_test(lines_keep_their_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
