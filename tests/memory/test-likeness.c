/*
 * Likeness: copies of a text are known for what they are, whatever was changed from copy to copy; other texts are not.
 */
#include "tests/test.h"

#include <glib.h>

#include "lists/lists.h"
#include "memory/likeness.h"

static const char letter[] =
    "鈴木先生 突然のご連絡、失礼いたします。弊誌では半導体の輸出管理に関する特集を組むにあたり、先生にご寄稿を"
    "お願いしたくご連絡いたしました。企画書と執筆要領を添付いたしますので、ご高覧のうえ、ご返信をいただけ"
    "ますと幸いです。締切は十二月二十日を予定しております。何卒よろしくお願い申し上げます。";
static const char notice[] =
    "Dear customer, we have noticed unusual activity on your account and have suspended it for your "
    "own protection. Please confirm your details within 24 hours at the address below, or your "
    "account will be closed for good. Reference 48213, amount 12,500. http://a.example/x1";

static const struct {
    const char *name, *left, *right;
    double least, most;
} rows[] = {
    {"the same", letter, letter, 1, 1},
    {"another name", letter,
     "長谷川博士 突然のご連絡、失礼いたします。弊誌では半導体の輸出管理に関する特集を組むにあたり、博士にご寄稿を"
     "お願いしたくご連絡いたしました。企画書と執筆要領を添付いたしますので、ご高覧のうえ、ご返信をいただけ"
     "ますと幸いです。締切は十二月二十日を予定しております。何卒よろしくお願い申し上げます。",
     0.6, 1},
    {"numbers and links", notice,
     "Dear customer, we have noticed unusual activity on your account and have suspended it for your own protection. "
     "Please confirm your details within 48 hours at the address below, or your account will be closed for good. "
     "Reference 99174, amount 3,700. https://other.example/deep/path?token=abcdefghijklmnop",
     1, 1},
    {"salt: invisible characters, other alphabets, spaces", notice,
     "Deаr custоmer, we have no\xe2\x80\x8bticed unusuаl activity on yоur acc ount and have sus pended it for your "
     "o\xe2\x80\x8bwn protection. Please confirm your details within 24 hours at the address below, or yоur "
     "account will be closed for good. Reference 48213, amount 12,500. http://a.example/x1",
     1, 1},
    {"random words around it", notice,
     "zxqv lomer Dear customer, we have noticed unusual activity on your account and have suspended it for your own "
     "protection. Please confirm your details within 24 hours at the address below, or your account will be closed for "
     "good. Reference 48213, amount 12,500. http://a.example/x1 kwerty plomb vrasti",
     0.6, 1},
    {"another letter with the same courtesies", letter,
     "佐藤様 突然のご連絡、失礼いたします。先日お問い合わせいただいた会議室の予約につきまして、空き状況を確認いたしまし"
     "たので、一覧をお送りいたします。ご希望の日時がございましたら、折り返しお知らせください。お支払いは月末で結構です"
     "。"
     "何卒よろしくお願い申し上げます。",
     0, 0.45},
    {"another language", letter, notice, 0, 0.1},
};

static void knows_copies(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *left = sks_lists_normalise(rows[i].left), *right = sks_lists_normalise(rows[i].right);
        struct sks_likeness a, b;
        assert_true(sks_likeness_init(&a, left) && sks_likeness_init(&b, right));
        double like = sks_likeness_compare(&a, &b);
        if (like < rows[i].least || like > rows[i].most)
            fail_msg("%s: %.2f, want %.2f to %.2f", rows[i].name, like, rows[i].least, rows[i].most);
        bool band = false;
        for (unsigned k = 0; k < SKS_LIKENESS_BANDS; k++)
            band = band || sks_likeness_band(&a, k) == sks_likeness_band(&b, k);
        if (rows[i].least >= 0.6 && !band)
            fail_msg("%s: would not be looked up", rows[i].name);
        g_free(left);
        g_free(right);
    }
}

static void short_texts_have_none(void **state)
{
    static const char *const texts[] = {"", "承知しました。", "1234567890 http://a.example/",
                                        "Thanks, see you tomorrow."};
    (void)state;
    struct sks_likeness likeness;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        assert_false(sks_likeness_init(&likeness, texts[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_copies),
        cmocka_unit_test(short_texts_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
