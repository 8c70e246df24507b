#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "language/language.h"
#include "sekisho/limits.h"

static struct sks_language_room *room;

static int open_room(void **state)
{
    (void)state;
    return sks_language_create(&room, NULL);
}

static int close_room(void **state)
{
    (void)state;
    sks_language_destroy(room);
    return 0;
}

/* surface/base/class@at+length, separated by spaces */
static char *written(const struct sks_language_result *result)
{
    GString *out = g_string_new(NULL);
    for (size_t i = 0; i < result->token_count; i++) {
        const struct sks_token *token = &result->tokens[i];
        g_string_append_printf(out, "%s%s/%s/%c@%zu+%zu", i > 0 ? " " : "", token->surface, token->base,
                               "WFN1S"[token->class_], token -> at, token -> length);
    }
    return g_string_free(out, FALSE);
}

static void tokens_have_place_base_and_class(void **state)
{
    (void)state;
    static const struct {
        const char *name, *input, *want;
    } rows[] = {
        {"Japanese", "資料を送りました。",
         "資料/資料/W@0+2 を/を/F@2+1 送り/送る/W@3+2 まし/ます/F@5+2 た/た/F@7+1 。/。/S@8+1"},
        {"half-width katakana", "ﾃﾞｰﾀです", "データ/データ/W@0+4 です/です/F@4+2"},
        {"Latin inside", "(E-Mail)を見た",
         "(/(/S@0+1 E-Mail/e-mail/W@1+6 )/)/S@7+1 を/を/F@8+1 見/見る/W@9+1 た/た/F@10+1"},
        {"number", "3.5％です", "3.5/3.5/1@0+3 %/%/S@3+1 です/です/F@4+2"},
        {"second line", "はい。\n東京へ", "はい/はい/F@0+2 。/。/S@2+1 東京/東京/N@4+2 へ/へ/F@6+1"},
        {"English", "Don't go, 12 men!",
         "Don't/don't/W@0+5 go/go/W@6+2 ,/,/S@8+1 12/12/1@10+2 men/men/W@13+3 !/!/S@16+1"},
        {"empty", "", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_language_result *result;
        assert_int_equal(sks_language_analyse(&result, room, rows[i].input), 0);
        char *got = written(result);
        assert_row_string(rows[i].name, got, rows[i].want);
        g_free(got);
        sks_language_result_destroy(result);
    }
}

static void names_are_told(void **state)
{
    (void)state;
    struct sks_language_result *result;
    sks_language_analyse(&result, room, "田中さんは日本銀行にいます");
    bool person = false, organisation = false;
    for (size_t i = 0; i < result->token_count; i++) {
        person |= result->tokens[i].person && strcmp(result->tokens[i].surface, "田中") == 0;
        organisation |= result->tokens[i].organisation && strcmp(result->tokens[i].surface, "日本銀行") == 0;
    }
    assert_true(person);
    assert_true(organisation);
    sks_language_result_destroy(result);
}

static void languages_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *name, *input, *want;
    } rows[] = {
        {"Japanese", "本日の会議は中止です。", "ja"},
        {"Japanese and English", "お疲れさまです。\nPlease find attached the minutes of the meeting.", "ja"},
        {"English", "Please find attached the minutes of the meeting.", "en"},
        {"German", "Anbei finden Sie die Unterlagen für das Treffen mit der Leitung.", "de"},
        {"French", "Veuillez trouver ci-joint les documents pour la réunion avec le directeur.", "fr"},
        {"Russian", "Добрый день, направляю вам документы для встречи и жду ответа.", "ru"},
        {"Chinese", "您好，附件是今天会议的资料，请您在明天上午之前确认并回复，谢谢您的合作与支持。", "zh"},
        {"Korean", "안녕하세요. 회의 자료를 보내드립니다.", "ko"},
        {"nothing", "", ""},
        {"a number", "12345", ""},
        {"a word with kana", "短い。", "ja"},
        {"two kanji: Japanese or Chinese", "東京", ""},
        {"a few letters", "OK", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_language_result *result;
        assert_int_equal(sks_language_analyse(&result, room, rows[i].input), 0);
        assert_row_string(rows[i].name, result->language, rows[i].want);
        sks_language_result_destroy(result);
    }
}

static void any_bytes_give_a_result(void **state)
{
    (void)state;
    struct sks_language_result *result;
    assert_int_equal(sks_language_analyse(&result, room, "\xff\xe3\x81\x82\xe3\x81 \xc0\x80 \xed\xa0\x80 x"), 0);
    sks_language_result_destroy(result);

    static const char *const fillers[] = {
        "あ", "漢", "。", "ー", "a", " ", "\n", "\xef\xb7\xba", "か\xe3\x82\x99", "\xcc\x81", "(", "１"};
    for (size_t i = 0; i < G_N_ELEMENTS(fillers); i++) {
        GString *text = g_string_new(NULL);
        while (text->len <= SKS_LIMIT_LANGUAGE_TEXT)
            g_string_append(text, fillers[i]);
        assert_int_equal(sks_language_analyse(&result, room, text->str), 0);
        assert_true(result->cut);
        assert_in_range(result->token_count, 0, SKS_LIMIT_LANGUAGE_TOKENS);
        sks_language_result_destroy(result);
        g_string_free(text, TRUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_have_place_base_and_class),
        cmocka_unit_test(names_are_told),
        cmocka_unit_test(languages_are_told),
        cmocka_unit_test(any_bytes_give_a_result),
    };
    return cmocka_run_group_tests(tests, open_room, close_room);
}
