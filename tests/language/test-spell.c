/* Misspelt katakana and English words, and good words that must not be told. */
#include "pairs.h"

static size_t misspellings(const struct sks_language_result *result)
{
    return result->misspelling_count;
}

static void katakana_is_put_right(void **state)
{
    (void)state;
    static const struct {
        const char *wrong, *right;
    } rows[] = {
        {"セキュリテイ", "セキュリティ"},
        {"ネットワク", "ネットワーク"},
        {"サバー", NULL},
        {"ダウンロド", "ダウンロード"},
        {"パスワド", "パスワード"},
        {"アカウソト", "アカウント"},
        {"ソフトウエアー", NULL},
        {"セミナ", NULL},
        {"メツセージ", "メッセージ"},
        {"ファイアウォル", "ファイアウォール"},
        {"フアイル", "ファイル"},
        {"システィム", NULL},
        {"スケジュル", "スケジュール"},
        {"プロジェクド", "プロジェクト"},
        {"アドバイザ", NULL},
        {"インターネツト", "インターネット"},
        {"テクノロジ", NULL},
        {"コミュニケション", "コミュニケーション"},
        {"サポト", NULL},
        {"ドキュメソト", "ドキュメント"},
        {"メルマガ", NULL},
        {"マイクロソフト", NULL},
        {"シミュレーション", NULL},
        {"クライアソト", "クライアント"},
        {"レポトー", NULL},
        {"ミーテイング", "ミーティング"},
        {"マルウエア", "マルウェア"},
        {"サイバーセキュリテイ", "サイバーセキュリティ"},
        {"テンプレト", "テンプレート"},
        {"パートナシップ", "パートナーシップ"},
        {"アプリケション", "アプリケーション"},
        {"ユーザー", NULL},
        {"ワークシヨップ", "ワークショップ"},
        {"プレゼンテーシヨン", "プレゼンテーション"},
        {"キヤンペーン", "キャンペーン"},
        {"アップデト", "アップデート"},
    };
    size_t put_right = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = g_strdup_printf("添付の%sをご確認ください。", rows[i].wrong);
        struct sks_language_result *result = analysed(text);
        const char *got = result->misspelling_count > 0 ? result->misspellings[0].suggestion : "";
        assert_row_string(rows[i].wrong, got, rows[i].right != NULL && *rows[i].right != '\0' ? rows[i].right : "");
        if (result->misspelling_count > 0) {
            assert_string_equal(result->misspellings[0].word, rows[i].wrong);
            assert_int_equal(result->misspellings[0].at, 3);
        }
        put_right += rows[i].right != NULL;
        sks_language_result_destroy(result);
        g_free(text);
    }
    assert_in_range(put_right, 20, G_N_ELEMENTS(rows));
}

static void names_and_variants_are_fine(void **state)
{
    (void)state;
    static const char *const words[] = {
        "サーバ",           "サーバー",         "コンピュータ", "コンピューター", "ウイルス",       "ウィルス",
        "インターフェース", "ゼレンスキー",     "クアルコム",   "ミャンマー",     "ジョンソン",     "マッキンゼー",
        "トヨタ",           "キーウ",           "サムスン",     "ファーウェイ",   "アスクル",       "ローソン",
        "メルカリ",         "スマートフォン",   "サイバー",     "クラウド",       "チャットボット", "フィッシング",
        "ランサムウェア",   "ブロックチェーン",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        char *text = g_strdup_printf("先日お話しした%sの件です。", words[i]);
        struct sks_language_result *result = analysed(text);
        assert_row_string(words[i], result->misspelling_count > 0 ? result->misspellings[0].suggestion : "", "");
        sks_language_result_destroy(result);
        g_free(text);
    }
}

static void usual_slips_and_twins_are_put_right(void **state)
{
    (void)state;
    static const struct pair rows[] = {
        {"シュミレーション", "シミュレーション"},
        {"コミニュケーション", "コミュニケーション"},
        {"プロゼクト", "プロジェクト"},
        {"アカント", "アカウント"},
        {"シンポヅウム", "シンポジウム"},
        {"プレゼンテーシュン", "プレゼンテーション"},
        {"ディスカション", "ディスカッション"},
        {"インタビュ", "インタビュー"},
        {"セキリュティ", "セキュリティ"},
        {"サイバーセキュリテ", "サイバーセキュリティ"},
        {"ミテング", "ミーティング"},
        {"オンラン", "オンライン"},
        {"カタロク", "カタログ"},
        {"ディスクトップ", "デスクトップ"},
        {"ビックデータ", "ビッグデータ"},
        {"インタネット", "インターネット"},
        {"アボガド", "アボカド"},
        {"バトミントン", "バドミントン"},
        {"メールアドレヌ", "メールアドレス"},
        {"ミサイノレ", "ミサイル"},
        {"口グイン", "ログイン"},
        {"力レンダー", "カレンダー"},
        {"夕イトル", "タイトル"},
        {"卜レーニング", "トレーニング"},
        {"工アコン", "エアコン"},
        {"口シア", "ロシア"},
        {"アメリ力", "アメリカ"},
        {"八イキング", "ハイキング"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *wrong = g_strdup_printf("次の%sを見ました。", rows[i].wrong),
             *right = g_strdup_printf("次の%sを見ました。", rows[i].right);
        struct sks_language_result *result = analysed(wrong), *good = analysed(right);
        assert_row_string(rows[i].wrong, result->misspelling_count > 0 ? result->misspellings[0].suggestion : "",
                          rows[i].right);
        assert_row_string(rows[i].wrong, result->misspellings[0].word, rows[i].wrong);
        assert_int_equal(result->misspellings[0].at, 2);
        assert_row_int(rows[i].right, good->misspelling_count + good->foreign_glyph_count, 0);
        sks_language_result_destroy(result);
        sks_language_result_destroy(good);
        g_free(wrong);
        g_free(right);
    }
}

static void kanji_beside_katakana_are_fine(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "口コミを読みました。",     "力ワザで解決しました。",
        "二サイクルの機械です。",   "二ドアの車です。",
        "窓口サービスです。",       "夕ドラを見ました。",
        "二ランク上の製品です。",   "人口ピラミッドの図です。",
        "力コブを作りました。",     "コミュニケーション力が必要です。",
        "エネルギー工学の本です。", "二セット買いました。",
        "チーム力が上がる。",       "二トンの荷物です。",
        "八ミリフィルムです。",     "テキスト二冊です。",
        "口パクで話しました。",     "努力ポイントです。",
        "入口ゲートです。",         "セミナー二日目です。",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct sks_language_result *result = analysed(texts[i]);
        assert_row_int(texts[i], result->misspelling_count + result->foreign_glyph_count, 0);
        sks_language_result_destroy(result);
    }
}

static void english(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"Please recieve the document that we sent.", "Please receive the document that we sent."},
        {"We will send the seperate file to you.", "We will send the separate file to you."},
        {"The goverment has published the report.", "The government has published the report."},
        {"Your acount will be closed with this mail.", "Your account will be closed with this mail."},
        {"This is the adress of the office.", "This is the address of the office."},
        {"It is neccessary to open the file.", "It is necessary to open the file."},
        {"The meeting was on wendesday and it was beleived.", "The meeting was on time and it was believed."},
        {"We have an oportunity for you.", "We have an opportunity for you."},
        {"This is your last chanse to answer.", "This is your last chance to answer."},
        {"The pasword is in the next mail.", "The password is in the next mail."},
        {"You can find the attachement in this mail.", "You can find the attachment in this mail."},
        {"The confrence is in the city.", "The conference is in the city."},
        {"We are the comittee of the society.", "We are the committee of the society."},
        {"This is a diferent question for you.", "This is a different question for you."},
        {"The informaton is for you.", "The information is for you."},
        {"Please answer the qestion in the mail.", "Please answer the question in the mail."},
        {"The reserch was published by the institute.", "The research was published by the institute."},
        {"We will contiune the work with you.", "We will continue the work with you."},
        {"Thank you for the invitaton to the talk.", "Thank you for the invitation to the talk."},
        {"The secruity of the system is important.", "The security of the system is important."},
        {"It was the begining of the year.", "It was the beginning of the year."},
        {"Please use the correct colur of the form.", "Please use the correct colour of the form."},
    };
    check_pairs(pairs, G_N_ELEMENTS(pairs), misspellings);
}

/* The word that is named is the one that was meant: letters are lost where they stand twice, seldom at the start. */
static void english_suggestions(void **state)
{
    (void)state;
    static const struct pair rows[] = {
        {"acount", "account"},     {"acess", "access"},           {"adress", "address"},   {"recieve", "receive"},
        {"comittee", "committee"}, {"attachement", "attachment"}, {"pasword", "password"}, {"goverment", "government"},
        {"tomorow", "tomorrow"},   {"seperate", "separate"},      {"writting", "writing"}, {"suport", "support"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = g_strdup_printf("You will find that the %s is in this mail.", rows[i].wrong);
        struct sks_language_result *result = analysed(text);
        assert_row_string(rows[i].wrong, result->misspelling_count > 0 ? result->misspellings[0].suggestion : "",
                          rows[i].right);
        sks_language_result_destroy(result);
        g_free(text);
    }
}

/* Other languages pass through untouched, and so does what Japanese there is in them. */
static void other_languages_are_left_alone(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "您好，附件是今天会议的资料，请您在明天上午之前确认并回复，谢谢您的合作与支持。我们期待您的参加，如有问题请随时"
        "与我们联系，祝您工作顺利，身体健康，万事如意。\n資料送。的の",
        "Anbei finden Sie die Unterlagen für das Treffen mit der Leitung des Instituts und der "
        "Abteilung.\n資料を読むの人。",
        "東京",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct sks_language_result *result = analysed(texts[i]);
        assert_row_int(texts[i], result->span_count, 0);
        assert_true(result->awkward == 0 && result->learner == 0 && result->translationese == 0);
        sks_language_result_destroy(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(katakana_is_put_right),
        cmocka_unit_test(names_and_variants_are_fine),
        cmocka_unit_test(usual_slips_and_twins_are_put_right),
        cmocka_unit_test(kanji_beside_katakana_are_fine),
        cmocka_unit_test(english),
        cmocka_unit_test(english_suggestions),
        cmocka_unit_test(other_languages_are_left_alone),
    };
    return cmocka_run_group_tests(tests, open_room, close_room);
}
