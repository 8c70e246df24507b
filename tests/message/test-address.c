/* Address lists. What is wanted was written down from RFC 5322 and from what mail readers show. */
#include "test.h"

#include <glib.h>

#include "message/address.h"
#include "sekisho/limits.h"

#define BYTES(text) (text), sizeof(text) - 1

/* want: a line for each mailbox, "name|address|domain|group|valid". */
static const struct row {
    const char *name;
    const char *raw;
    size_t size;
    const char *want;
} rows[] = {
    {"bare", BYTES("a@b.example"), "|a@b.example|b.example||valid"},
    {"in brackets", BYTES("<a@b.example>"), "|a@b.example|b.example||valid"},
    {"name and brackets", BYTES("Foo Bar <a@b.example>"), "Foo Bar|a@b.example|b.example||valid"},
    {"quoted name", BYTES("\"Bar, Foo\" <a@b.example>"), "Bar, Foo|a@b.example|b.example||valid"},
    {"escaped quote", BYTES("\"Foo \\\"Bar\\\" Baz\" <a@b.example>"), "Foo \"Bar\" Baz|a@b.example|b.example||valid"},
    {"comment as name", BYTES("a@b.example (Foo Bar)"), "Foo Bar|a@b.example|b.example||valid"},
    {"comment beside a name", BYTES("Foo <a@b.example> (work)"), "Foo|a@b.example|b.example||valid"},
    {"nested comment", BYTES("a@b.example (Foo (Bar))"), "Foo (Bar)|a@b.example|b.example||valid"},
    {"list", BYTES("a@b.example, c@d.example"), "|a@b.example|b.example||valid\n|c@d.example|d.example||valid"},
    {"list by semicolon", BYTES("a@b.example; c@d.example"),
     "|a@b.example|b.example||valid\n|c@d.example|d.example||valid"},
    {"empty members", BYTES(", a@b.example,, c@d.example ,"),
     "|a@b.example|b.example||valid\n|c@d.example|d.example||valid"},
    {"unquoted comma in a name", BYTES("Foo, Inc. <a@b.example>"), "Foo, Inc.|a@b.example|b.example||valid"},
    {"unquoted comma, then another", BYTES("Foo, Inc. <a@b.example>, c@d.example"),
     "Foo, Inc.|a@b.example|b.example||valid\n|c@d.example|d.example||valid"},
    {"unquoted specials", BYTES("Foo: the [best] @ work <a@b.example>"),
     "Foo: the [best] @ work|a@b.example|b.example||valid"},
    {"address as name", BYTES("\"a@b.example\" <c@d.example>"), "a@b.example|c@d.example|d.example||valid"},
    {"address as name, unquoted", BYTES("a@b.example <c@d.example>"), "a@b.example|c@d.example|d.example||valid"},
    {"group", BYTES("Team: a@b.example, \"Q\" <c@d.example>;"),
     "|a@b.example|b.example|Team|valid\nQ|c@d.example|d.example|Team|valid"},
    {"empty group", BYTES("undisclosed-recipients:;"), ""},
    {"group and more", BYTES("Team: a@b.example; c@d.example"),
     "|a@b.example|b.example|Team|valid\n|c@d.example|d.example||valid"},
    {"encoded name", BYTES("=?utf-8?B?5bGx55Sw5aSq6YOO?= <a@b.example>"),
     "\xE5\xB1\xB1\xE7\x94\xB0\xE5\xA4\xAA\xE9\x83\x8E|a@b.example|b.example||valid"},
    {"encoded name, iso-2022-jp", BYTES("=?iso-2022-jp?B?GyRCOzNFREJATzobKEI=?=\r\n <a@b.example>"),
     "\xE5\xB1\xB1\xE7\x94\xB0\xE5\xA4\xAA\xE9\x83\x8E|a@b.example|b.example||valid"},
    {"encoded name in quotes", BYTES("\"=?utf-8?B?5bGx55Sw5aSq6YOO?=\" <a@b.example>"),
     "\xE5\xB1\xB1\xE7\x94\xB0\xE5\xA4\xAA\xE9\x83\x8E|a@b.example|b.example||valid"},
    {"encoded name without space", BYTES("=?utf-8?B?5bGx55Sw?=<a@b.example>"),
     "\xE5\xB1\xB1\xE7\x94\xB0|a@b.example|b.example||valid"},
    {"encoded name with a raw comma", BYTES("=?utf-8?Q?Foo,_Bar?= <a@b.example>"),
     "Foo, Bar|a@b.example|b.example||valid"},
    {"encoded comma", BYTES("=?utf-8?Q?Foo=2C_Bar?= <a@b.example>"), "Foo, Bar|a@b.example|b.example||valid"},
    {"encoded bracket stays text", BYTES("=?utf-8?Q?=3Cx=40y.example=3E?= <a@b.example>"),
     "<x@y.example>|a@b.example|b.example||valid"},
    {"encoded comment", BYTES("a@b.example (=?utf-8?B?5bGx55Sw?=)"),
     "\xE5\xB1\xB1\xE7\x94\xB0|a@b.example|b.example||valid"},
    {"encoded name alone", BYTES("=?utf-8?B?5bGx55Sw?="), "\xE5\xB1\xB1\xE7\x94\xB0||||invalid"},
    {"two words", BYTES("=?utf-8?B?5bGx55Sw?=\r\n =?utf-8?B?5aSq6YOO?= <a@b.example>"),
     "\xE5\xB1\xB1\xE7\x94\xB0\xE5\xA4\xAA\xE9\x83\x8E|a@b.example|b.example||valid"},
    {"raw utf-8 name", BYTES("\xE5\xB1\xB1\xE7\x94\xB0 <a@b.example>"),
     "\xE5\xB1\xB1\xE7\x94\xB0|a@b.example|b.example||valid"},
    {"raw shift_jis name, backslash trail", BYTES("\"\x95\\\x8E\xA6\x83\\\" <a@b.example>"),
     "\xE8\xA1\xA8\xE7\xA4\xBA\xE3\x82\xBD|a@b.example|b.example||valid"},
    {"raw iso-2022-jp name", BYTES("\x1B$B;3EDB@O:\x1B(B <a@b.example>"),
     "\xE5\xB1\xB1\xE7\x94\xB0\xE5\xA4\xAA\xE9\x83\x8E|a@b.example|b.example||valid"},
    {"raw iso-2022-jp with syntax inside", BYTES("\x1B$B$\"$,$\"\x1B(B <a@b.example>"),
     "\xE3\x81\x82\xE3\x81\x8C\xE3\x81\x82|a@b.example|b.example||valid"},
    {"no closing bracket", BYTES("Foo <a@b.example"), "Foo|a@b.example|b.example||valid"},
    {"no closing bracket, then another", BYTES("Foo <a@b.example, Bar <c@d.example>"),
     "Foo|a@b.example|b.example||valid\nBar|c@d.example|d.example||valid"},
    {"no opening bracket", BYTES("Foo a@b.example>"), "Foo|a@b.example|b.example||valid"},
    {"no closing quote", BYTES("\"Foo <a@b.example>"), "Foo|a@b.example|b.example||valid"},
    {"no closing parenthesis", BYTES("Foo (bar <a@b.example>"), "Foo (bar|a@b.example|b.example||valid"},
    {"double brackets", BYTES("Foo <<a@b.example>>"), "Foo|a@b.example|b.example||valid"},
    {"two brackets", BYTES("<a@b.example> <c@d.example>"),
     "|a@b.example|b.example||valid\n|c@d.example|d.example||valid"},
    {"spaces in brackets", BYTES("Foo < a@b.example >"), "Foo|a@b.example|b.example||valid"},
    {"spaces around at", BYTES("a @ b.example"), "|a@b.example|b.example||valid"},
    {"obsolete route", BYTES("<@x.example,@y.example:a@b.example>"), "|a@b.example|b.example||valid"},
    {"mailto", BYTES("Foo <mailto:a@b.example>"), "Foo|a@b.example|b.example||valid"},
    {"quoted local part", BYTES("\"foo bar\"@b.example"), "|\"foo bar\"@b.example|b.example||valid"},
    {"quoted local part with at", BYTES("<\"a@x\"@b.example>"), "|\"a@x\"@b.example|b.example||valid"},
    {"dots in a local part", BYTES("<a..b.@docomo.example>"), "|a..b.@docomo.example|docomo.example||invalid"},
    {"two ats", BYTES("<a@b@c.example>"), "|a@b@c.example|c.example||invalid"},
    {"missing domain", BYTES("Amazon.co.jp <Amazon>"), "Amazon.co.jp|Amazon|||invalid"},
    {"missing domain, with at", BYTES("Foo <a@>"), "Foo|a@|||invalid"},
    {"missing local part", BYTES("Foo <@b.example>"), "Foo|@b.example|b.example||invalid"},
    {"local part alone", BYTES("root"), "|root|||invalid"},
    {"null path", BYTES("<>"), "||||invalid"},
    {"name only", BYTES("\"Foo Bar\""), "Foo Bar||||invalid"},
    {"upper-case domain", BYTES("<A@B.EXAMPLE>"), "|A@B.EXAMPLE|b.example||valid"},
    {"dot behind the domain", BYTES("<a@b.example.>"), "|a@b.example.|b.example||valid"},
    {"A-labels", BYTES("<a@xn--wgv71a119e.example>"),
     "|a@xn--wgv71a119e.example|\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E.example||valid"},
    {"U-labels", BYTES("<a@\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E.example>"),
     "|a@\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E.example|\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E.example||valid"},
    {"U-labels, full width", BYTES("<a@\xEF\xBC\xA1\xEF\xBC\xA2\xEF\xBC\xA3.example>"),
     "|a@\xEF\xBC\xA1\xEF\xBC\xA2\xEF\xBC\xA3.example|abc.example||valid"},
    {"broken A-label", BYTES("<a@xn--999999999.example>"),
     "|a@xn--999999999.example|xn--999999999\xEF\xBF\xBD.example||valid"},
    {"domain literal", BYTES("<a@[192.0.2.1]>"), "|a@[192.0.2.1]|[192.0.2.1]||valid"},
    {"underscore in a domain", BYTES("<a@b_c.example>"), "|a@b_c.example|b_c.example||invalid"},
    {"folded",
     BYTES("Foo\r\n <a@b.example>,\r\n\x09"
           "Bar <c@d.example>"),
     "Foo|a@b.example|b.example||valid\nBar|c@d.example|d.example||valid"},
    {"commas between quoted names", BYTES("\"A\", \"B\", <a@b.example>, c@d.example"),
     "A, B|a@b.example|b.example||valid\n|c@d.example|d.example||valid"},
    {"commas between words", BYTES("UPS, UPS, <a@b.example>"), "UPS, UPS|a@b.example|b.example||valid"},
    {"local parts alone", BYTES("root, postmaster"), "|root|||invalid\n|postmaster|||invalid"},
    {"address in a comment", BYTES("Foo,(<a@b.example>)"), "Foo|a@b.example|b.example||valid"},
    {"encoded local part", BYTES("=?utf-8?B?YQ==?=@b.example"), "|a@b.example|b.example||valid"},
    {"empty", BYTES(""), ""},
    {"blanks only", BYTES("  \r\n "), ""},
};

static void test_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GStringChunk *strings = g_string_chunk_new(256);
        g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct sks_address));
        g_autoptr(GString) got = g_string_new(NULL);
        assert_true(sks_address_read(list, strings, rows[i].raw, rows[i].size));
        for (guint k = 0; k < list->len; k++) {
            const struct sks_address *item = &g_array_index(list, struct sks_address, k);
            g_string_append_printf(got, "%s%s|%s|%s|%s|%s", k > 0 ? "\n" : "", item->name, item->address, item->domain,
                                   item->group, item->valid ? "valid" : "invalid");
        }
        assert_row_string(rows[i].name, got->str, rows[i].want);
        g_string_chunk_free(strings);
    }
}

static void test_ceiling(void **state)
{
    (void)state;
    GStringChunk *strings = g_string_chunk_new(256);
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct sks_address));
    g_autoptr(GString) raw = g_string_new(NULL);
    for (unsigned i = 0; i < SKS_LIMIT_ADDRESS_COUNT + 1; i++)
        g_string_append(raw, "a@b.example,");
    assert_false(sks_address_read(list, strings, raw->str, raw->len));
    assert_int_equal(list->len, SKS_LIMIT_ADDRESS_COUNT);
    g_string_chunk_free(strings);
}

/* Fields made to be slow: cost grows with the size, not with its square. */
static void test_linear(void **state)
{
    (void)state;
    static const char *const units[] = {"(", "<", "\"", "a:", "=?", "a,", "\x1B$", "a@", "\\", "=?a?Q?", ";", ")("};
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        GStringChunk *strings = g_string_chunk_new(256);
        g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct sks_address));
        g_autoptr(GString) raw = g_string_new(NULL);
        while (raw->len < 250000)
            g_string_append(raw, units[i]);
        gint64 start = g_get_monotonic_time();
        sks_address_read(list, strings, raw->str, raw->len);
        if (g_get_monotonic_time() - start > 3 * G_USEC_PER_SEC)
            fail_msg("%s: took %d ms", units[i], (int)((g_get_monotonic_time() - start) / 1000));
        g_string_chunk_free(strings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
