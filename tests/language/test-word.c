/* Words of lines: ASCII on the short way is divided as ICU divides it. */
#include "tests/test.h"

#include <stdint.h>
#include <string.h>

#include <glib.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "language/word.h"

/* Compares with ICU's iterator over the same line. */
static void check_line(struct sks_words *words, UBreakIterator *icu, const char *line)
{
    UErrorCode error = U_ZERO_ERROR;
    UText input = UTEXT_INITIALIZER;
    size_t at = 0, size = 0, count = strlen(line);
    bool number;
    utext_openUTF8(&input, line, (int64_t)count, &error);
    ubrk_setUText(icu, &input, &error);
    assert_true(U_SUCCESS(error));
    sks_words_begin(words, line, count);
    for (int32_t from = ubrk_first(icu), to = ubrk_next(icu); to != UBRK_DONE; from = to, to = ubrk_next(icu)) {
        int32_t status = ubrk_getRuleStatus(icu);
        assert_true(sks_words_next(&at, &size, &number, words));
        if (at != (size_t)from || size != (size_t)(to - from))
            fail_msg("\"%s\": %zu, %zu bytes, not %d, %d", line, at, size, from, to - from);
        assert_int_equal(number, status >= UBRK_WORD_NUMBER && status < UBRK_WORD_NUMBER_LIMIT);
    }
    assert_false(sks_words_next(&at, &size, &number, words));
    utext_close(&input);
}

static void lines_are_divided_as_by_icu(void **state)
{
    (void)state;
    static const char *const lines[] = {"",
                                        "don't stop",
                                        "1,000.50 yen",
                                        "e.g. a:b 10:30",
                                        "snake_case and a@b.example",
                                        "  x   y ",
                                        "it's '90s - 3rd",
                                        "v1.2.3-rc4",
                                        "caf\xc3\xa9, ok",
                                        "\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88 abc 12",
                                        "a..b 1..2",
                                        "A1 1A 1'000 'a' b'",
                                        "--==--",
                                        "x\xe2\x80\x99s \xe2\x80\x9cy\xe2\x80\x9d"};
    static const char letters[] = "ab1 2A.,:;'-\"_/@#*&$%!?()  ~^`|\\<>[]{}+=zZ09";
    struct sks_words *words;
    UErrorCode error = U_ZERO_ERROR;
    UBreakIterator *icu = ubrk_open(UBRK_WORD, "en", NULL, 0, &error);
    assert_int_equal(sks_words_create(&words, NULL), 0);
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
        check_line(words, icu, lines[i]);
    uint32_t random = 1;
    for (int i = 0; i < 4000; i++) {
        char line[40] = "";
        for (size_t k = 0; k + 1 < sizeof(line) - (size_t)i % 37; k++) {
            random = random * 1664525u + 1013904223u;
            line[k] = letters[(random >> 16) % (sizeof(letters) - 1)];
        }
        check_line(words, icu, line);
    }
    ubrk_close(icu);
    sks_words_destroy(words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines_are_divided_as_by_icu)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
