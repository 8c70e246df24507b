/* RFC 2047, kept and broken. The words were made with Python's base64 and codecs. */
#include "test.h"

#include <glib.h>

#include "message/encoded-word.h"
#include "message/message.h"

#define BYTES(text) (text), sizeof(text) - 1

static const struct row {
    const char *name;
    const char *raw;
    size_t size;
    const char *want;
    const char *charset;
    unsigned flags;
} rows[] = {
    {"plain", BYTES("Hello"), "Hello", "", 0},
    {"trimmed", BYTES("  Hello \t "), "Hello", "", 0},
    {"folded", BYTES("Hello\r\n world"), "Hello world", "", 0},
    {"folded with LF and tab", BYTES("Hello\n\tworld"), "Hello world", "", 0},
    {"words of no bytes",
     BYTES("=?gb2312?B?"
           "?= =?gb2312?B?"
           "?= Hello"),
     "Hello", "gb2312", 0},
    {"base64", BYTES("=?utf-8?B?5pel5pys6Kqe44Gu5Lu25ZCN?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 0},
    {"quoted", BYTES("=?utf-8?Q?=E6=97=A5=E6=9C=AC=E8=AA=9E=E3=81=AE=E4=BB=B6=E5=90=8D?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 0},
    {"lower-case letters", BYTES("=?utf-8?b?5pel5pys6Kqe44Gu5Lu25ZCN?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 0},
    {"words and text", BYTES("Re: =?utf-8?B?5pel5pys6Kqe44Gu5Lu25ZCN?= ok"),
     "Re: \xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D ok", "utf-8", 0},
    {"two words, folded", BYTES("=?utf-8?B?5pel5pys6Kqe?=\r\n =?utf-8?B?44Gu5Lu25ZCN?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 0},
    {"two words, no space between", BYTES("=?utf-8?B?5pel5pys6Kqe?==?utf-8?B?44Gu5Lu25ZCN?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 0},
    {"character split over two words", BYTES("=?utf-8?B?5pel5g==?=\r\n =?utf-8?B?nKzoqp7jga7ku7blkI0=?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 8},
    {"character split, quoted",
     BYTES("=?utf-8?Q?=E6=97=A5=E6?= =?utf-8?Q?=9C=AC=E8=AA=9E=E3=81=AE=E4=BB=B6=E5=90=8D?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 8},
    {"base64 group split over two words", BYTES("=?utf-8?B?5pel5p?= =?utf-8?B?ys6Kqe44Gu5Lu25ZCN?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 8},
    {"iso-2022-jp", BYTES("=?ISO-2022-JP?B?GyRCRnxLXDhsJE43b0w+GyhC?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "iso-2022-jp", 0},
    {"iso-2022-jp split inside a run", BYTES("=?ISO-2022-JP?B?GyRCRnxLXA==?=\r\n =?ISO-2022-JP?B?OGwkTjdvTD4bKEI=?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "iso-2022-jp", 0},
    {"iso-2022-jp vendor rows", BYTES("=?iso-2022-jp?B?GyRCLSEtanxiGyhC?="), "\xE2\x91\xA0\xE3\x88\xB1\xE9\xAB\x99",
     "iso-2022-jp", 0},
    {"iso-2022-jp quoted", BYTES("=?iso-2022-jp?Q?=1B=24BF=7CK=5C8l=24N7oL=3E=1B=28B?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "iso-2022-jp", 0},
    {"shift_jis", BYTES("=?Shift_JIS?B?k/qWe4zqgsyMj5a8?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "shift_jis", 0},
    {"shift_jis split inside a character", BYTES("=?Shift_JIS?B?k/qWe4w=?= =?Shift_JIS?B?6oLMjI+WvA==?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "shift_jis", 8},
    {"euc-jp", BYTES("=?EUC-JP?B?xvzL3LjspM6378y+?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "euc-jp", 0},
    {"gb2312", BYTES("=?gb2312?B?xPq6w6Osx+uy6crV?="),
     "\xE6\x82\xA8\xE5\xA5\xBD\xEF\xBC\x8C\xE8\xAF\xB7\xE6\x9F\xA5\xE6\x94\xB6", "gb2312", 0},
    {"language after the charset", BYTES("=?utf-8*ja?Q?=E6=97=A5=E6=9C=AC=E8=AA=9E=E3=81=AE=E4=BB=B6=E5=90=8D?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 0},
    {"two charsets", BYTES("=?utf-8?B?5pel5pys?= =?iso-2022-jp?B?GyRCOGwbKEI=?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", "utf-8", 0},
    {"text without space before", BYTES("Re:=?utf-8?B?5pel5pys6Kqe44Gu5Lu25ZCN?="),
     "Re:\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 0},
    {"text without space behind", BYTES("=?utf-8?B?5pel5pys6Kqe44Gu5Lu25ZCN?=ok"),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8Dok", "utf-8", 0},
    {"in quotes", BYTES("\"=?utf-8?B?5pel5pys6Kqe44Gu5Lu25ZCN?=\""),
     "\"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D\"", "utf-8", 0},
    {"no closing", BYTES("=?utf-8?B?5pel5pys6Kqe44Gu5Lu25ZCN"),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 8},
    {"no closing, then text", BYTES("=?utf-8?Q?=E6=97=A5 rest"), "\xE6\x97\xA5 rest", "utf-8", 8},
    {"no closing, then a word", BYTES("=?utf-8?B?5pel =?utf-8?B?5pys?="), "\xE6\x97\xA5\xE6\x9C\xAC", "utf-8", 8},
    {"half closing", BYTES("=?utf-8?B?5pel5pys6Kqe44Gu5Lu25ZCN?"),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 8},
    {"bare base64 without padding", BYTES("=?utf-8?B?5pel5pyseA?="), "\xE6\x97\xA5\xE6\x9C\xACx", "utf-8", 0},
    {"space in base64", BYTES("=?utf-8?B?5pel 5pys?="), "\xE6\x97\xA5\xE6\x9C\xAC", "utf-8", 8},
    {"spaces in quoted", BYTES("=?utf-8?Q?=E6=97=A5 =E6=9C=AC x?="), "\xE6\x97\xA5 \xE6\x9C\xAC x", "utf-8", 8},
    {"spaces around the parts", BYTES("=? utf-8 ? B ?5pel?="), "\xE6\x97\xA5", "utf-8", 8},
    {"question mark in quoted", BYTES("=?utf-8?Q?why?=E6=97=A5?="), "why?\xE6\x97\xA5", "utf-8", 8},
    {"broken hex", BYTES("=?utf-8?Q?a=ZZ=E6=97=A5?="), "a=ZZ\xE6\x97\xA5", "utf-8", 8},
    {"no charset", BYTES("=?\?B?5pel5pys6Kqe44Gu5Lu25ZCN?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 8},
    {"unknown charset", BYTES("=?x-none?B?k/qWe4zqgsyMj5a8?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "shift_jis", 8},
    {"wrong charset", BYTES("=?utf-8?B?k/qWe4zqgsyMj5a8?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "shift_jis", 8},
    {"iso-8859-1 that is utf-8", BYTES("=?iso-8859-1?B?5pel5pys6Kqe44Gu5Lu25ZCN?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 8},
    {"unknown letter", BYTES("=?utf-8?X?abc?="), "=?utf-8?X?abc?=", "", 0},
    {"not a word", BYTES("a =? b"), "a =? b", "", 0},
    {"only an opening", BYTES("=?utf-8?B?"), "", "utf-8", 8},
    {"empty word", BYTES("=?utf-8?Q?\?=x"), "x", "utf-8", 0},
    {"underscore", BYTES("=?us-ascii?Q?a_b=5Fc?="), "a b_c", "", 0},
    {"padding inside", BYTES("=?utf-8?B?5pel5pw=rA==?="), "\xE6\x97\xA5\xE6\x9C\xAC", "utf-8", 0},
    {"raw utf-8", BYTES("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D"),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "utf-8", 2},
    {"raw shift_jis", BYTES("\x93\xFA\x96{\x8C\xEA\x82\xCC\x8C\x8F\x96\xBC"),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "shift_jis", 1},
    {"raw euc-jp", BYTES("\xC6\xFC\xCB\xDC\xB8\xEC\xA4\xCE\xB7\xEF\xCC\xBE"),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "euc-jp", 1},
    {"raw iso-2022-jp", BYTES("\x1B$BF|K\\8l$N7oL>\x1B(B"),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "iso-2022-jp", 4},
    {"raw iso-2022-jp folded between runs", BYTES("\x1B$BF|K\\\x1B(B\r\n \x1B$B8l\x1B(B"),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", "iso-2022-jp", 4},
    {"raw iso-2022-jp folded inside a run", BYTES("\x1B$BF|K\\\r\n 8l$N7oL>\x1B(B"),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D", "iso-2022-jp", 4},
    {"raw iso-2022-jp that holds =?", BYTES("\x1B$B=?=?$\"\x1B(B"), "\xE6\x88\x8E\xE6\x88\x8E\xE3\x81\x82",
     "iso-2022-jp", 4},
    {"raw latin", BYTES("Caf\xE9"), "Caf\xC3\xA9", "windows-1252", 1},
    {"raw and encoded", BYTES("\x93\xFA\x96{\x8C\xEA\x82\xCC\x8C\x8F\x96\xBC =?utf-8?B?6Kqe?="),
     "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE4\xBB\xB6\xE5\x90\x8D \xE8\xAA\x9E", "shift_jis", 1},
    {"line end inside a word", BYTES("=?utf-8?Q?a=0Ab?="), "a b", "utf-8", 0},
    {"control characters",
     BYTES("a\x01"
           "b\x7F"
           "c"),
     "abc", "", 0},
    {"right-to-left override", BYTES("=?utf-8?B?YeKArmducC5leGU=?="), "a\xE2\x80\xAEgnp.exe", "utf-8", 16},
    {"zero-width space", BYTES("=?utf-8?B?YeKAi2I=?="),
     "a\xE2\x80\x8B"
     "b",
     "utf-8", 16},
    {"emoji joined by zero-width joiner", BYTES("=?utf-8?B?8J+RqeKAjfCfkrs=?="),
     "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB", "utf-8", 0},
    {"nul",
     BYTES("a\x00"
           "b"),
     "ab", "", 0},
    {"utf-16 word", BYTES("=?utf-16be?B?ZeVnLA==?="), "\xE6\x97\xA5\xE6\x9C\xAC", "utf-16be", 0},
    {"utf-7", BYTES("=?utf-7?Q?+ZeVnLA-?="), "\xE6\x97\xA5\xE6\x9C\xAC", "utf-7", 0},
};

static void test_decode(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_encoded_text text;
        sks_encoded_word_decode(&text, rows[i].raw, rows[i].size);
        assert_row_string(rows[i].name, text.text->str, rows[i].want);
        assert_row_string(rows[i].name, text.charset, rows[i].charset);
        assert_row_int(rows[i].name, text.flags, rows[i].flags);
        sks_encoded_text_finish(&text);
    }
}

/* Cut anywhere, a value is still read to well-formed text. */
static void test_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        for (size_t size = 0; size < rows[i].size; size++) {
            struct sks_encoded_text text;
            char *copy = g_memdup2(rows[i].raw, size + 1);
            copy = g_realloc(copy, size > 0 ? size : 1);
            sks_encoded_word_decode(&text, copy, size);
            assert_true(g_utf8_validate(text.text->str, (gssize)text.text->len, NULL));
            sks_encoded_text_finish(&text);
            g_free(copy);
        }
}

/* Values made to be slow: cost grows with the size, not with its square. */
static void test_linear(void **state)
{
    (void)state;
    static const char *const units[] = {"=?",       "=?a?Q?", "=?a?Q?x?=AA",     "\x1B$",
                                        "\x1B$B\n", "?=",     "=?utf-8?B?YQ?= ", "\n "};
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(GString) raw = g_string_new(NULL);
        while (raw->len < 250000)
            g_string_append(raw, units[i]);
        struct sks_encoded_text text;
        gint64 start = g_get_monotonic_time();
        sks_encoded_word_decode(&text, raw->str, raw->len);
        assert_true(g_get_monotonic_time() - start < 5 * G_USEC_PER_SEC);
        sks_encoded_text_finish(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
