/* Links in text, and URLs taken apart. */
#include "tests/test.h"

#include <glib.h>

#include "message/link.h"
#include "sekisho/limits.h"

struct row {
    const char *name, *input, *want; /* want: targets, separated by a space */
};

static const struct row found[] = {
    {"in a sentence", "See https://a.example/b, please.", "https://a.example/b"},
    {"ideographic full stop", "資料は https://a.example/b.pdf。ご覧ください", "https://a.example/b.pdf"},
    {"no space before or after", "こちらhttp://a.example/bをご覧ください", "http://a.example/b"},
    {"corner brackets", "「https://a.example/b」", "https://a.example/b"},
    {"full-width brackets", "（https://a.example/b）", "https://a.example/b"},
    {"full-width comma", "https://a.example/b，https://b.example/", "https://a.example/b https://b.example/"},
    {"ideographic space", "https://a.example/b　まで", "https://a.example/b"},
    {"without scheme", "詳しくはwww.a.exampleの、www.b.co.exampleへ", "http://www.a.example http://www.b.co.example"},
    {"without scheme, with path", "(www.a.co.example/x?y=1)", "http://www.a.co.example/x?y=1"},
    {"brackets of its own", "https://a.example/w/B_(c) (https://a.example/d)",
     "https://a.example/w/B_(c) https://a.example/d"},
    {"angle brackets", "<https://a.example/b><https://a.example/c>", "https://a.example/b https://a.example/c"},
    {"quotes", "\"https://a.example/b\" 'https://a.example/c'", "https://a.example/b https://a.example/c"},
    {"capitals", "HTTPS://A.EXAMPLE/B", "HTTPS://A.EXAMPLE/B"},
    {"Japanese name", "http://日本語.example/です か", "http://日本語.example/"},
    {"kanji in the path", "https://a.example/wiki/関所 を見る", "https://a.example/wiki/関所"},
    {"defanged", "hxxp://a.example/ hxxps://www.a.co.example/ http://a[.]example/ http://a.example[.]test/", ""},
    {"part of another word", "xhttp://a.example/ user@www.a.co.example", ""},
    {"not more than a name", "www. http:// https:// www.です。", ""},
    {"ftp", "ftp://a.example/pub/", "ftp://a.example/pub/"},
    {"address as host", "http://192.0.2.1:8080/a http://[2001:db8::1]/",
     "http://192.0.2.1:8080/a http://[2001:db8::1]/"},
    {"line end", "https://a.example/b\nc https://a.example/d\r\n", "https://a.example/b https://a.example/d"},
    {"markdown", "[text](https://a.example/b) **https://a.example/c**", "https://a.example/b https://a.example/c"},
    {"query", "https://a.example/?a=1&b=%E3%81%82#c!", "https://a.example/?a=1&b=%E3%81%82#c"},
    {"full-width scheme is none", "ｈｔｔｐ://a.example/", ""},
};

static void finds_urls_in_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(found); i++) {
        GStringChunk *strings = g_string_chunk_new(4096);
        GArray *links = g_array_new(FALSE, FALSE, sizeof(struct sks_link));
        assert_true(sks_link_find(links, strings, found[i].input));
        GString *targets = g_string_new(NULL);
        for (guint j = 0; j < links->len; j++)
            g_string_append_printf(targets, "%s%s", j > 0 ? " " : "", g_array_index(links, struct sks_link, j).target);
        assert_row_string(found[i].name, targets->str, found[i].want);
        g_string_free(targets, TRUE);
        g_array_unref(links);
        g_string_chunk_free(strings);
    }
}

struct part_row {
    const char *url, *scheme, *host;
    unsigned port;
    const char *path;
    bool has_user;
};

static const struct part_row parts[] = {
    {"https://A.Example/B?c#d", "https", "a.example", 0, "/B?c#d", false},
    {"http://a.example", "http", "a.example", 0, "", false},
    {"http://a.example:8080/x", "http", "a.example", 8080, "/x", false},
    {"http://bank.example@evil.example/", "http", "evil.example", 0, "/", true},
    {"http://u:p@q@evil.example:81/", "http", "evil.example", 81, "/", true},
    {"http:\\\\a.example\\b", "http", "a.example", 0, "\\b", false},
    {"https:a.example/b", "https", "a.example", 0, "/b", false},
    {"http://xn--wgv71a119e.example/", "http", "日本語.example", 0, "/", false},
    {"http://ａ．example/", "http", "a.example", 0, "/", false},
    {"http://a%2Eexample/", "http", "a.example", 0, "/", false},
    {"http://a.example./", "http", "a.example", 0, "/", false},
    {"http://3221225985/", "http", "192.0.2.1", 0, "/", false},
    {"http://0xC0.0.02.0x1/", "http", "192.0.2.1", 0, "/", false},
    {"http://0300.2.1/", "http", "192.2.0.1", 0, "/", false},
    {"http://1.2.3.4.5/", "http", "1.2.3.4.5", 0, "/", false},
    {"http://[2001:DB8::1]:25/", "http", "[2001:db8::1]", 25, "/", false},
    {"mailto:a@b.example", "mailto", "", 0, "a@b.example", false},
    {"data:text/html;base64,PGI+", "data", "", 0, "text/html;base64,PGI+", false},
    {"file://server.example/share", "file", "server.example", 0, "/share", false},
    {"http://a.example:99999/", "http", "a.example", 0, "/", false},
    {"http://a.example?b@c", "http", "a.example", 0, "?b@c", false},
};

static void takes_urls_apart(void **state)
{
    (void)state;
    GStringChunk *strings = g_string_chunk_new(4096);
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        struct sks_link link;
        if (!sks_link_parse(&link, strings, parts[i].url))
            fail_msg("%s is no URL", parts[i].url);
        assert_row_string(parts[i].url, link.scheme, parts[i].scheme);
        assert_row_string(parts[i].url, link.host, parts[i].host);
        assert_row_string(parts[i].url, link.path, parts[i].path);
        assert_row_int(parts[i].url, link.port, parts[i].port);
        assert_row_int(parts[i].url, link.has_user, parts[i].has_user);
    }
    static const char *const none[] = {"", "a.example", "//a.example/", "/x", "http://", "http:///?x", "1a:b", ":x"};
    for (size_t i = 0; i < G_N_ELEMENTS(none); i++) {
        struct sks_link link;
        if (sks_link_parse(&link, strings, none[i]))
            fail_msg("%s is taken for a URL", none[i]);
    }
    g_string_chunk_free(strings);
}

static void stops_at_its_ceilings(void **state)
{
    (void)state;
    GStringChunk *strings = g_string_chunk_new(4096);
    GArray *links = g_array_new(FALSE, FALSE, sizeof(struct sks_link));
    GString *text = g_string_new("http://a.example/");
    for (int i = 0; i < 100000; i++)
        g_string_append(text, "あ");
    for (unsigned i = 0; i < SKS_LIMIT_LINK_COUNT; i++)
        g_string_append(text, " http://b.example/");
    assert_false(sks_link_find(links, strings, text->str));
    assert_int_equal(links->len, SKS_LIMIT_LINK_COUNT);
    for (guint i = 0; i < links->len; i++) {
        const struct sks_link *link = &g_array_index(links, struct sks_link, i);
        assert_true(strlen(link->target) <= SKS_LIMIT_LINK_SIZE);
        assert_true(g_utf8_validate(link->target, -1, NULL));
    }
    g_string_free(text, TRUE);
    g_array_unref(links);
    g_string_chunk_free(strings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_urls_in_text),
        cmocka_unit_test(takes_urls_apart),
        cmocka_unit_test(stops_at_its_ceilings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
