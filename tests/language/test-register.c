/* Honorifics, forms of address, and breaks between plain and polite. */
#include "pairs.h"

static size_t breaks(const struct sks_language_result *result)
{
    return result->register_break_count;
}

static void honorifics(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"社長がおっしゃられました。", "社長がおっしゃいました。"},
        {"資料をご覧になられましたか。", "資料をご覧になりましたか。"},
        {"いつお越しになられますか。", "いつお越しになりますか。"},
        {"お客様がお見えになられました。", "お客様がお見えになりました。"},
        {"もうお帰りになられました。", "もうお帰りになりました。"},
        {"論文を拝見させていただきました。", "論文を拝見しました。"},
        {"明日お伺いさせていただきます。", "明日伺います。"},
        {"ご確認してください。", "ご確認ください。"},
        {"明日までにご連絡してください。", "明日までにご連絡ください。"},
        {"至急ご返信してください。", "至急ご返信ください。"},
        {"会議にご参加してください。", "会議にご参加ください。"},
        {"この表にご記入してください。", "この表にご記入ください。"},
        {"書類をご提出して下さい。", "書類をご提出ください。"},
        {"受付でお待ちしてください。", "受付でお待ちください。"},
        {"資料を拝見してください。", "資料をご覧ください。"},
        {"添付をご拝読ください。", "添付をお読みください。"},
        {"受付で伺ってください。", "受付でお尋ねください。"},
        {"先生が参られました。", "先生がいらっしゃいました。"},
        {"説明書をお読みしてください。", "説明書をお読みください。"},
        {"明日伺わさせてください。", "明日伺わせてください。"},
        {"この機械をご利用してください。", "この機械をご利用ください。"},
        {"弊社様の製品です。", "弊社の製品です。"},
    };
    check_pairs(pairs, G_N_ELEMENTS(pairs), breaks);
}

static void titles(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"山田社長様\n資料をお送りします。", "山田社長\n資料をお送りします。"},
        {"佐藤部長様、ご確認ください。", "佐藤部長、ご確認ください。"},
        {"鈴木課長様がいらっしゃいました。", "鈴木課長がいらっしゃいました。"},
        {"高橋教授様に伺いました。", "高橋教授に伺いました。"},
        {"会長様のご意見です。", "会長のご意見です。"},
        {"局長様にお送りします。", "局長にお送りします。"},
        {"大臣様のご予定です。", "大臣のご予定です。"},
        {"院長様がお話しになります。", "院長がお話しになります。"},
        {"専務様にお伝えください。", "専務にお伝えください。"},
        {"常務様のお席です。", "常務のお席です。"},
        {"田中先生様、ありがとうございます。", "田中先生、ありがとうございます。"},
        {"理事長様へお送りします。", "理事長へお送りします。"},
        {"参加者各位様\nご案内します。", "参加者各位\nご案内します。"},
        {"職員各位殿\nご案内します。", "職員各位\nご案内します。"},
        {"山田様殿\nご案内します。", "山田様\nご案内します。"},
        {"伊藤さん様、資料です。", "伊藤様、資料です。"},
        {"総務課御中様\nご案内します。", "総務課御中\nご案内します。"},
        {"所長様のお考えを伺います。", "所長のお考えを伺います。"},
        {"学長様にお会いします。", "学長にお会いします。"},
        {"御社様の製品です。", "御社の製品です。"},
        {"主任様にお尋ねください。", "主任にお尋ねください。"},
    };
    check_pairs(pairs, G_N_ELEMENTS(pairs), breaks);
}

/* A polite text with one sentence of another register in it. */
static void plain_among_polite(void **state)
{
    (void)state;
    static const struct pair sentences[] = {
        {"会議は明日だ。", "会議は明日です。"},
        {"資料は届いた。", "資料は届きました。"},
        {"返事を待っている。", "返事を待っています。"},
        {"場所は変わらない。", "場所は変わりません。"},
        {"予算が足りない。", "予算が足りません。"},
        {"担当者は山田だ。", "担当者は山田です。"},
        {"昨日送った。", "昨日送りました。"},
        {"この案がよい。", "この案がよいです。"},
        {"詳細は後で知らせる。", "詳細は後で知らせます。"},
        {"質問はなかった。", "質問はありませんでした。"},
        {"部屋は広い。", "部屋は広いです。"},
        {"早く送れ。", "早く送ってください。"},
        {"すぐに返事をしろ。", "すぐに返事をしてください。"},
        {"添付を見ろ。", "添付を見てください。"},
        {"これはお前の仕事です。", "これは私の仕事です。"},
        {"あんたの意見を聞きます。", "皆様の意見を聞きます。"},
        {"貴様の資料です。", "貴社の資料です。"},
        {"あなたにご参加いただきます。", "先生にご参加いただきます。"},
        {"君にご連絡いたします。", "先生にご連絡いたします。"},
        {"準備は終わった。", "準備は終わりました。"},
        {"人が集まった。", "人が集まりました。"},
    };
    struct pair pairs[G_N_ELEMENTS(sentences)];
    for (size_t i = 0; i < G_N_ELEMENTS(sentences); i++) {
        static const char form[] =
            "先日の件で連絡します。来月、東京で会議を開きます。%s場所は駅の近くです。詳しくは添付の通りです。";
        char *wrong = g_strdup_printf("%.*s%s%s", (int)(strstr(form, "%s") - form), form, sentences[i].wrong,
                                      strstr(form, "%s") + 2);
        char *right = g_strdup_printf("%.*s%s%s", (int)(strstr(form, "%s") - form), form, sentences[i].right,
                                      strstr(form, "%s") + 2);
        pairs[i] = (struct pair){wrong, right};
    }
    check_pairs(pairs, G_N_ELEMENTS(pairs), breaks);
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_free((char *)pairs[i].wrong);
        g_free((char *)pairs[i].right);
    }
}

static void plain_texts_have_no_break(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "会議は明日だ。資料は届いた。返事を待っている。場所は変わらない。",
        "昨日は雨だった。今日は晴れている。明日も晴れるだろう。",
        "本社の予定。会議は三時から。場所は第一会議室。",
        "先日の件で連絡します。来月、東京で会議を開きます。場所は駅の近くです。前回の説明会はたいへん好評で\nした。",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct sks_language_result *result = analysed(texts[i]);
        assert_row_int(texts[i], result->register_break_count, 0);
        sks_language_result_destroy(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honorifics),
        cmocka_unit_test(titles),
        cmocka_unit_test(plain_among_polite),
        cmocka_unit_test(plain_texts_have_no_break),
    };
    return cmocka_run_group_tests(tests, open_room, close_room);
}
