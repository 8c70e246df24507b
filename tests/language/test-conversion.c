/* Wrong conversions of words of the same sound, counters and honorifics of business mail, each wrong and right. */
#include "pairs.h"

static size_t breaks(const struct sks_language_result *result)
{
    return result->register_break_count;
}

static void conversions(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"以外な結果になりました。", "意外な結果になりました。"},
        {"内臓ハードディスクを交換します。", "内蔵ハードディスクを交換します。"},
        {"サーバーの要領が足りません。", "サーバーの容量が足りません。"},
        {"製品の使用書を送ります。", "製品の仕様書を送ります。"},
        {"契約所に署名してください。", "契約書に署名してください。"},
        {"機械の説明所をお読みください。", "機械の説明書をお読みください。"},
        {"またの機械にお願いします。", "またの機会にお願いします。"},
        {"ご返身をお待ちしております。", "ご返信をお待ちしております。"},
        {"ご意向に以降に沿えません。", "ご意向に沿えません。"},
        {"出積者の名簿です。", "出席者の名簿です。"},
        {"計画を件討します。", "計画を検討します。"},
        {"ご証知おきください。", "ご承知おきください。"},
        {"会議へご招体状を送ります。", "会議の招待状を送ります。"},
        {"ますますのご清掃をお祈りします。", "ますますのご清祥をお祈りします。"},
        {"厚く御例申し上げます。", "厚く御礼申し上げます。"},
        {"申し分けありません。", "申し訳ありません。"},
        {"ご迷感をおかけしました。", "ご迷惑をおかけしました。"},
        {"ご連略をお願いします。", "ご連絡をお願いします。"},
        {"不明な疑門点があります。", "不明な疑問点があります。"},
        {"問い会わせを受けました。", "問い合わせを受けました。"},
        {"議事禄を送ります。", "議事録を送ります。"},
        {"会員の登禄が済みました。", "会員の登録が済みました。"},
        {"開始自国は三時です。", "開始時刻は三時です。"},
        {"口座番合を書いてください。", "口座番号を書いてください。"},
        {"暗唱番号を入れてください。", "暗証番号を入れてください。"},
        {"合計金学は三万円です。", "合計金額は三万円です。"},
        {"交通費の清算をお願いします。", "交通費の精算をお願いします。"},
        {"当社は品質補償に努めます。", "当社は品質保証に努めます。"},
        {"製品の補償期間は一年です。", "製品の保証期間は一年です。"},
        {"国家安全保証局の発表です。", "国家安全保障局の発表です。"},
        {"会社の責任追求を続けます。", "会社の責任追及を続けます。"},
        {"監視体勢を整えます。", "監視体制を整えます。"},
        {"調査対称は全国です。", "調査対象は全国です。"},
        {"貸借対象表を送ります。", "貸借対照表を送ります。"},
        {"新昨日を説明します。", "新機能を説明します。"},
        {"業務を再会しました。", "業務を再開しました。"},
        {"後悔鍵を送ります。", "公開鍵を送ります。"},
        {"ご支持のとおり直しました。", "ご指示のとおり直しました。"},
        {"内閣の指示率が上がりました。", "内閣の支持率が上がりました。"},
        {"需要なお知らせがあります。", "重要なお知らせがあります。"},
        {"外交製作について話します。", "外交政策について話します。"},
        {"友好期限は三月です。", "有効期限は三月です。"},
        {"支給お送りください。", "至急お送りください。"},
        {"総会を収集します。", "総会を招集します。"},
        {"事態を収集しました。", "事態を収拾しました。"},
        {"情報を収拾しています。", "情報を収集しています。"},
        {"異議深い会でした。", "意義深い会でした。"},
        {"基調公演をお願いします。", "基調講演をお願いします。"},
        {"雑誌にご機構いただきました。", "雑誌にご寄稿いただきました。"},
        {"論文を投降しました。", "論文を投稿しました。"},
        {"先門家の意見を聞きます。", "専門家の意見を聞きます。"},
        {"先行委員会を開きます。", "選考委員会を開きます。"},
        {"採要通知を送ります。", "採用通知を送ります。"},
        {"長年、銀行の会社に努めています。", "長年、銀行の会社に勤めています。"},
        {"問題の解決に勤めます。", "問題の解決に努めます。"},
        {"皆様の期待に答えます。", "皆様の期待に応えます。"},
        {"どうぞご慈愛ください。", "どうぞご自愛ください。"},
        {"不信なファイルを開かないでください。", "不審なファイルを開かないでください。"},
        {"危険を会費しました。", "危険を回避しました。"},
        {"メールを贈りました。", "メールを送りました。"},
        {"挨拶に変えさせていただきます。", "挨拶に代えさせていただきます。"},
        {"ご案外を送ります。", "ご案内を送ります。"},
    };
    check_pairs(pairs, G_N_ELEMENTS(pairs), slips);
}

/* The same characters where they are meant, in these words or across two. */
static void what_is_meant_so(void **state)
{
    (void)state;
    static const char *const texts[] = {
        /* found by readers */
        "先月分の請求書をお送りします。",
        "昨年同様、ご案内いたします。",
        "先月比で10%増となります。",
        "先週号をお届けします。",
        "昨日付で受理いたします。",
        "チケットは1人4枚までです。",
        "資料は1人1部です。",
        "社員は2部提出してください。",
        "支店は5名体制です。",
        "車は5人乗りです。",
        "テーブルは4人掛けです。",
        "資料を3名へ送ります。",
        "許可申請所管部署へ届けます。",
        "検査報告所見を添えます。",
        "ご説明所要時間は十分です。",
        "案件討議の時間を取ります。",
        "会議時録音データを送ります。",
        "能登緑地公園で開きます。",
        "募集要領が大きく変わりました。",
        "賞与支給ご確認のお願いです。",
        "クラウド移行に沿った体制です。",
        "私もおっしゃるとおりだと思います。",
        "弊社の製品がおっしゃる条件を満たすか確認します。",
        "関係者様各位",
        "関係者以外なら、入口でお待ちください。",
        "土日以外などは営業しています。",
        "使用書類を確認してください。",
        "書類の使用書式を確認してください。",
        "使用可能製品の一覧です。",
        "点検当日は立ち入れません。",
        "交渉などの記録です。",
        "重用など、人事の話です。",
        "女子急増の理由を調べます。",
        "昨日停止しました。",
        "機械があれば作れます。",
        "資料収集会議を開きます。",
        "協議会場所を変更します。",
        "関係各社にお送りします。",
        "対照者の数を数えます。",
        "先方の意向に沿います。",
        "ご健闘ください。",
        "旧友と再会しました。",
        "ごみを収集します。",
        "本を図書館に贈りました。",
        "車を三人で押しました。",
        "本を二人で運びました。",
        "社員が三冊の本を書きました。",
        "メールを三人に送りました。",
        "学生が二台のパソコンを使います。",
        "コーヒーを三人分用意します。",
        "本を三本の棚に並べました。",
        "机を五台運びました。",
        "魚を三枚におろします。",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct sks_language_result *result = analysed(texts[i]);
        assert_row_int(texts[i], slips(result), 0);
        sks_language_result_destroy(result);
    }
}

static void counters(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"りんごを五枚買いました。", "りんごを五個買いました。"},
        {"卵を三冊ください。", "卵を三個ください。"},
        {"本を三本読みました。", "本を三冊読みました。"},
        {"雑誌を二台買いました。", "雑誌を二冊買いました。"},
        {"小説を四本借りました。", "小説を四冊借りました。"},
        {"机が三人あります。", "机が三台あります。"},
        {"椅子を五匹並べました。", "椅子を五脚並べました。"},
        {"カメラを二枚買いました。", "カメラを二台買いました。"},
        {"タブレットを三冊配りました。", "タブレットを三台配りました。"},
        {"シャツを三本洗いました。", "シャツを三枚洗いました。"},
        {"切符を二冊買いました。", "切符を二枚買いました。"},
        {"靴を二枚買いました。", "靴を二足買いました。"},
        {"靴下を三本洗いました。", "靴下を三足洗いました。"},
        {"背広を二台作りました。", "背広を二着作りました。"},
        {"コーヒーを三枚頼みました。", "コーヒーを三杯頼みました。"},
        {"お茶を四冊運びました。", "お茶を四杯運びました。"},
        {"家を二匹建てました。", "家を二軒建てました。"},
        {"飛行機が三匹飛んでいます。", "飛行機が三機飛んでいます。"},
        {"船が二冊見えます。", "船が二隻見えます。"},
        {"参加者が五個います。", "参加者が五名います。"},
        {"部下が三台増えました。", "部下が三人増えました。"},
    };
    check_pairs(pairs, G_N_ELEMENTS(pairs), slips);
}

static void honorifics(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"私がご覧になります。", "私が拝見します。"},
        {"私どもがおっしゃった件です。", "私どもが申し上げた件です。"},
        {"弊社がご覧になった資料です。", "貴社がご覧になった資料です。"},
        {"私がお話しになります。", "私がお話しします。"},
        {"私がお世話になります。私がいらっしゃいます。", "私がお世話になります。私が参ります。"},
        {"弊社の佐藤部長がおっしゃっていました。", "御社の佐藤部長がおっしゃっていました。"},
        {"当社の社長がいらっしゃいます。", "貴社の社長がいらっしゃいます。"},
        {"私の父がいらっしゃいます。", "先生のお父様がいらっしゃいます。"},
        {"お客様が拝見しました。", "お客様がご覧になりました。"},
        {"皆様が資料を拝見しました。", "皆様が資料をご覧になりました。"},
        {"先生が申されたとおりです。", "先生がおっしゃったとおりです。"},
        {"お客様がそう申しております。", "お客様がそうおっしゃっています。"},
        {"お客様、何をいただきますか。", "お客様、何を召し上がりますか。"},
        {"君のご意見を伺いたく存じます。", "ご意見を伺いたく存じます。"},
        {"俺が担当いたします。", "私が担当いたします。"},
        {"やつの資料をご確認ください。", "彼の資料をご確認ください。"},
        {"ご苦労様です、社長。", "お疲れ様です、社長。"},
        {"了解しました、部長。", "承知しました、部長。"},
        {"部長に伝えてあげました。", "部長にお伝えしました。"},
        {"各位様\nご案内します。", "各位\nご案内します。"},
        {"貴殿様のご意見を伺います。", "貴殿のご意見を伺います。"},
        {"本をお読みになられました。", "本をお読みになりました。"},
        {"会にご出席になられました。", "会にご出席になりました。"},
    };
    check_pairs(pairs, G_N_ELEMENTS(pairs), breaks);
}

static void honorifics_in_order(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "了解しました、部長にも伝えます。",   "ご苦労様でした、先ほど部長から伺いました。",
        "佐藤君のご意見を伺います。",         "私がお世話になった先生です。",
        "私は先生がいらっしゃると思います。", "弊社の製品を召し上がってください。",
        "先生のお写真は拝見しました。",       "お客様が参加されました。",
        "お客様に資料をお送りしました。",     "皆様、既にご存じと存じます。",
        "後輩に使い方を教えてあげました。",   "弊社の社長が申しておりました。",
        "お客様各位\nご案内申し上げます。",   "私どもがお伺いします。",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct sks_language_result *result = analysed(texts[i]);
        assert_row_int(texts[i], result->register_break_count, 0);
        sks_language_result_destroy(result);
    }
}

/* What somebody else said, and words that are spoken of. */
static void quotations(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "彼は「おまえに任せる」と言ってくれました。",
        "小説の一節です。「お前は誰だ」と男は言いました。",
        "貴様という言葉は、昔は敬語でした。",
        "『貴様』は軍隊で使われました。",
        "「てめえ」と書いてありました。",
        "お前という呼び方は避けます。",
        "「俺が担当いたします」とのことでした。",
        "“あんた”と呼ばれました。",
        "「社長様」と書くのは誤りです。",
        "看板に「君のご意見をどうぞ」とありました。",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct sks_language_result *result = analysed(texts[i]);
        assert_row_int(texts[i], result->register_break_count, 0);
        sks_language_result_destroy(result);
    }
}

/* Kana as they sound, look-alikes, and marks that a hurried hand types twice. */
static void kana_and_marks(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"申込書おご記入ください。", "申込書をご記入ください。"},
        {"見積書おご覧ください。", "見積書をご覧ください。"},
        {"日程おご連絡いたします。", "日程をご連絡いたします。"},
        {"次回も出席お希望します。", "次回も出席を希望します。"},
        {"図面の写しお提供できます。", "図面の写しを提供できます。"},
        {"名簿お更新しました。", "名簿を更新しました。"},
        {"住所のお変更をお願いします。", "住所のご変更をお願いします。"},
        {"内容をお確認ください。", "内容をご確認ください。"},
        {"早めのお返信をお待ちします。", "早めのご返信をお待ちします。"},
        {"見本わ倉庫にあります。", "見本は倉庫にあります。"},
        {"領収書わ経理へお送りください。", "領収書は経理へお送りください。"},
        {"欠席の場合わ担当までお知らせください。", "欠席の場合は担当までお知らせください。"},
        {"前回の案とわ別の資料です。", "前回の案とは別の資料です。"},
        {"締め切りは9月3曰です。", "締め切りは9月3日です。"},
        {"7曰以内にお返しください。", "7日以内にお返しください。"},
        {"本曰は休館です。", "本日は休館です。"},
        {"毎曰点検しています。", "毎日点検しています。"},
        {"ご多忙の中、、お越しいただきました。", "ご多忙の中、お越しいただきました。"},
        {"図面は、、別便で送ります。", "図面は、別便で送ります。"},
        {"書類をお送りします。。", "書類をお送りします。"},
        {"よろしくご確認ください。。", "よろしくご確認ください。"},
    };
    check_pairs(pairs, G_N_ELEMENTS(pairs), slips);
}

/* What looks like one of those, and is none. */
static void kana_in_order(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "確認お願いします。",           "連絡お待ちしております。",
        "お食事をご予約ください。",     "お返事をお待ちします。",
        "これは困ったことだわ。",       "私の仕事だわと笑いました。",
        "孔子曰く、学びて時に習う。",   "先輩がおごってくれました。",
        "お電話でご案内します。",       "誤指示率を一割下げました。",
        "工具の指示率を測ります。",     "お客様から何をいただきますか。",
        "謝礼に何をいただきますか。",   "お支払いの確認です。",
        "株式会社とわ代表の佐藤です。", "学校法人とわ理事長の挨拶です。",
        "昼食わりかんでお願いします。", "先生は何をいただきますかと尋ねられました。",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct sks_language_result *result = analysed(texts[i]);
        for (size_t k = 0; k < result->span_count; k++)
            if (result->spans[k].kind != SKS_SPAN_TRANSLATED)
                print_message("told of: %s: %s\n", texts[i], result->spans[k].why_en);
        assert_row_int(texts[i], slips(result) + result->register_break_count, 0);
        sks_language_result_destroy(result);
    }
}

static size_t spans_of(const struct sks_language_result *result, enum sks_span_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < result->span_count; i++)
        count += result->spans[i].kind == kind;
    return count;
}

static void a_place_is_told_of_once(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t slips, breaks;
    } rows[] = {
        {"貴様のご意見をお聞かせください。", 0, 1},
        {"来週、東京へ行きました。", 1, 0},
        {"ご拝読ください。", 0, 1},
        {"資料をを送付します。", 1, 0},
        {"お世話になておりますが、資料です。", 1, 0},
        {"資料をを送ります。来週、東京へ行きました。", 2, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_language_result *result = analysed(rows[i].text);
        assert_row_int(rows[i].text, spans_of(result, SKS_SPAN_SLIP), rows[i].slips);
        assert_row_int(rows[i].text, spans_of(result, SKS_SPAN_REGISTER), rows[i].breaks);
        assert_row_int(rows[i].text, result->register_break_count, rows[i].breaks);
        sks_language_result_destroy(result);
    }
}

/* A place that reads like a translation says something by itself: it has five characters, and is no mere ending. */
static void translated_places_are_phrases(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "あなたの計画を確認する必要があります。",
        "もしあなたが手続きをしない場合、あなたの口座は閉鎖されるでしょう。",
        "彼らは新しい会議を招集することを計画しています。",
        "私たちはあなたの会社が提供する製品に興味を持っています。",
        "この問題は多くの国によって議論されることができます。",
        "彼女はその計画が実行されるべきではないと述べた。",
        "私はあなたの計算機に侵入しました。",
        "彼の父は重い病気を患っていると語った。",
        "費用がまだ支払われていないことが判明しました。",
        "来週の予定を変更しました。",
    };
    size_t told = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct sks_language_result *result = analysed(texts[i]);
        for (size_t k = 0; k < result->span_count; k++) {
            const struct sks_span *span = &result->spans[k];
            const char *at = g_utf8_offset_to_pointer(texts[i], (glong)span->at);
            told += span->kind == SKS_SPAN_TRANSLATED;
            for (size_t e = 0; span->kind == SKS_SPAN_TRANSLATED && e < 3; e++)
                assert_false(g_str_has_prefix(at, ((const char *const[]){"です", "ます", "た。"})[e]));
            assert_true(span->kind != SKS_SPAN_TRANSLATED || span->length >= 5);
        }
        sks_language_result_destroy(result);
    }
    assert_in_range(told, 4, G_N_ELEMENTS(texts));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversions),
        cmocka_unit_test(what_is_meant_so),
        cmocka_unit_test(counters),
        cmocka_unit_test(honorifics),
        cmocka_unit_test(honorifics_in_order),
        cmocka_unit_test(quotations),
        cmocka_unit_test(kana_and_marks),
        cmocka_unit_test(kana_in_order),
        cmocka_unit_test(a_place_is_told_of_once),
        cmocka_unit_test(translated_places_are_phrases),
    };
    return cmocka_run_group_tests(tests, open_room, close_room);
}
