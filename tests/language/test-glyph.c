/* Characters that Japanese does not write, and the same ones where they are in order. */
#include "pairs.h"

static size_t glyphs(const struct sks_language_result *result)
{
    return result->foreign_glyph_count;
}

static void foreign_forms(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"资料を送ります。", "資料を送ります。"},
        {"会议の日程です。", "会議の日程です。"},
        {"ご确認ください。", "ご確認ください。"},
        {"设定を変えました。", "設定を変えました。"},
        {"経済の问題です。", "経済の問題です。"},
        {"東京の银行です。", "東京の銀行です。"},
        {"电話をください。", "電話をください。"},
        {"国际会議に出ます。", "国際会議に出ます。"},
        {"研究の发表です。", "研究の発表です。"},
        {"説明は别にあります。", "説明は別にあります。"},
        {"説明を说みます。", "説明を読みます。"},
        {"连絡を待ちます。", "連絡を待ちます。"},
        {"選举がありました。", "選挙がありました。"},
        {"軍の技术です。", "軍の技術です。"},
        {"経济の話です。", "経済の話です。"},
        {"⽇本の話です。", "日本の話です。"},
        {"ア力ウントの件です。", "アカウントの件です。"},
        {"ネットワ一クの件です。", "ネットワークの件です。"},
        {"マネ－ジャーに聞きます。", "マネージャーに聞きます。"},
        {"アド·バイスです。", "アド・バイスです。"},
        {"資料﹑図です。", "資料、図です。"},
        {"メール卜ップの話です。", "メールトップの話です。"},
    };
    check_pairs(pairs, G_N_ELEMENTS(pairs), glyphs);
}

static void japanese_form_and_place_are_named(void **state)
{
    (void)state;
    struct sks_language_result *result = analysed("明日の会议の资料です。");
    assert_int_equal(result->foreign_glyph_count, 2);
    assert_string_equal(result->foreign_glyphs[0].character, "议");
    assert_string_equal(result->foreign_glyphs[0].japanese, "議");
    assert_int_equal(result->foreign_glyphs[0].at, 4);
    assert_string_equal(result->foreign_glyphs[1].japanese, "資");
    assert_int_equal(result->foreign_glyphs[1].at, 6);
    sks_language_result_destroy(result);
}

static void names_quotations_and_other_languages_are_fine(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "渡邊様、資料をお送りします。",
        "髙橋さんと﨑山さんが来ます。",
        "慶應義塾と國學院に行きます。",
        "齋藤様、廣瀬様にもお伝えください。",
        "澤田さんは櫻井さんの上司です。",
        "张伟さんにも伝えました。",
        "看板には「欢迎光临」とありました。",
        "日本語と中国語の案内です。\n请您确认附件的资料。\nよろしくお願いします。",
        "您好，附件是今天会议的资料，请您确认。",
        "ページ一枚とデータ二つを送ります。",
        "スーパー・マーケットへ行きました。",
        "カタカナ口調で話しました。",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct sks_language_result *result = analysed(texts[i]);
        assert_row_int(texts[i], result->foreign_glyph_count, 0);
        sks_language_result_destroy(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_forms),
        cmocka_unit_test(japanese_form_and_place_are_named),
        cmocka_unit_test(names_quotations_and_other_languages_are_fine),
    };
    return cmocka_run_group_tests(tests, open_room, close_room);
}
