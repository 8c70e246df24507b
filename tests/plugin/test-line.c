/* Lines of the log: what hostile mail puts into a value can neither end it nor move the reader's terminal. */
#include "tests/test.h"

#include <glib.h>
#include <jansson.h>

#include "line.h"

static char *make(bool json, const char *value)
{
    struct sks_line line;
    sks_line_begin(&line, json, "mail");
    sks_line_text(&line, "from", value);
    sks_line_word(&line, "class", "clean");
    sks_line_number(&line, "size", -12);
    sks_line_decimal(&line, "score", 3.14159);
    return sks_line_take(&line);
}

/* The value as text shows it, and as a parser of JSON gets it back. */
static void test_values(void **state)
{
    static const struct {
        const char *name, *value, *text, *json;
    } rows[] = {
        {"plain", "a@example.test", "a@example.test", "a@example.test"},
        {"nothing", NULL, "", ""},
        {"Japanese", "佐藤 里奈", "佐藤 里奈", "佐藤 里奈"},
        {"new line", "x\nmail from=\"y\"", "x\\x0amail from=\\\"y\\\"", "x\nmail from=\"y\""},
        {"carriage return", "x\rclass=clean", "x\\x0dclass=clean", "x\rclass=clean"},
        {"end of quotes", "\" class=clean x=\"", "\\\" class=clean x=\\\"", "\" class=clean x=\""},
        {"backslash", "\\\"", "\\\\\\\"", "\\\""},
        {"ANSI escape", "\x1b[2J\x1b]0;title\x07", "\\x1b[2J\\x1b]0;title\\x07", "\x1b[2J\x1b]0;title\x07"},
        {"eight-bit escape",
         "\xC2\x9B"
         "31m",
         "\\xc2\\x9b31m",
         "\xC2\x9B"
         "31m"},
        {"delete", "a\x7F", "a\\x7f", "a\x7F"},
        {"right to left", "\u202Egpj.exe", "\\xe2\\x80\\xaegpj.exe", "\u202Egpj.exe"},
        {"isolate", "\u2066x\u2069", "\\xe2\\x81\\xa6x\\xe2\\x81\\xa9", "\u2066x\u2069"},
        {"zero width", "a\u200Bb\uFEFF", "a\\xe2\\x80\\x8bb\\xef\\xbb\\xbf", "a\u200Bb\uFEFF"},
        {"line separator", "a\u2028b\u2029", "a\\xe2\\x80\\xa8b\\xe2\\x80\\xa9", "a\u2028b\u2029"},
        {"a tag beyond the first plane", "\U000E0041", "\\xf3\\xa0\\x81\\x81", "\U000E0041"},
        {"wrong bytes", "a\xFF\xC3(", "a\\xff\\xc3(", "a\uFFFD\uFFFD("},
        {"cut character", "a\xE3\x81", "a\\xe3\\x81", "a\uFFFD\uFFFD"},
        {"surrogate in UTF-8", "\xED\xA0\x80", "\\xed\\xa0\\x80", "\uFFFD\uFFFD\uFFFD"},
        {"overlong slash", "\xC0\xAF", "\\xc0\\xaf", "\uFFFD\uFFFD"},
        {"format", "%s%n%99999d", "%s%n%99999d", "%s%n%99999d"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = make(false, rows[i].value);
        char *want = g_strdup_printf("mail from=\"%s\" class=clean size=-12 score=3.14", rows[i].text);
        assert_row_string(rows[i].name, text, want);
        g_free(want);
        g_free(text);

        char *members = make(true, rows[i].value);
        for (const char *at = members; *at != '\0'; at++)
            assert_true((unsigned char)*at >= ' ' && *at != 0x7F);
        char *object = g_strdup_printf("{%s}", members);
        json_t *root = json_loads(object, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(root);
        assert_row_string(rows[i].name, json_string_value(json_object_get(root, "from")), rows[i].json);
        assert_string_equal(json_string_value(json_object_get(root, "event")), "mail");
        assert_string_equal(json_string_value(json_object_get(root, "class")), "clean");
        assert_int_equal(json_integer_value(json_object_get(root, "size")), -12);
        json_decref(root);
        g_free(object);
        g_free(members);
    }
}

static void test_long_values(void **state)
{
    (void)state;
    for (int json = 0; json <= 1; json++) {
        char *hostile = g_strnfill(100000, '\x01');
        char *line = make(json, hostile);
        assert_true(strlen(line) < SKS_LINE_VALUE + 100);
        assert_non_null(strstr(line, json ? "…\",\"class\"" : "\"... class="));
        g_free(line);
        g_free(hostile);
    }
}

static void test_defused(void **state)
{
    (void)state;
    char *text = sks_line_defuse("list.txt:3: \"x\\\": \x1b[31mno\nsuch 言葉\xFF");
    assert_string_equal(text, "list.txt:3: \"x\\\": \\x1b[31mno\\x0asuch 言葉\\xff");
    g_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_long_values),
        cmocka_unit_test(test_defused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
