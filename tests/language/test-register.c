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

/* Wrong and right texts made of a frame in which %s stands for one sentence. */
static void check_within(const char *frame, const struct pair *sentences, size_t count)
{
    const char *gap = strstr(frame, "%s");
    struct pair *pairs = g_new(struct pair, count);
    for (size_t i = 0; i < count; i++) {
        pairs[i].wrong = g_strdup_printf("%.*s%s%s", (int)(gap - frame), frame, sentences[i].wrong, gap + 2);
        pairs[i].right = g_strdup_printf("%.*s%s%s", (int)(gap - frame), frame, sentences[i].right, gap + 2);
    }
    check_pairs(pairs, count, breaks);
    for (size_t i = 0; i < count; i++) {
        g_free((char *)pairs[i].wrong);
        g_free((char *)pairs[i].right);
    }
    g_free(pairs);
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
    check_within("先日の件で連絡します。来月、東京で会議を開きます。%s場所は駅の近くです。詳しくは添付の通りです。",
                 sentences, G_N_ELEMENTS(sentences));
}

static void polite_among_plain(void **state)
{
    (void)state;
    static const struct pair sentences[] = {
        {"会場は東京の本社です。", "会場は東京の本社である。"},
        {"参加者は三十人でした。", "参加者は三十人だった。"},
        {"各課が資料を用意します。", "各課が資料を用意する。"},
        {"費用は本社が払います。", "費用は本社が払う。"},
        {"前回の指摘は直しました。", "前回の指摘は直した。"},
        {"担当者はまだ決まっていません。", "担当者はまだ決まっていない。"},
        {"予算の見直しが必要です。", "予算の見直しが必要だ。"},
        {"原因は設定の誤りでした。", "原因は設定の誤りだった。"},
        {"返答は月末までに届きます。", "返答は月末までに届く。"},
        {"工事は夏までかかります。", "工事は夏までかかる。"},
        {"今のところ問題はありません。", "今のところ問題はない。"},
        {"部品の値段が上がっています。", "部品の値段が上がっている。"},
        {"出席者から二つの意見が出ました。", "出席者から二つの意見が出た。"},
        {"回答は全部で百件ありました。", "回答は全部で百件あった。"},
        {"この方法は時間がかかりません。", "この方法は時間がかからない。"},
        {"利用者は去年より多いです。", "利用者は去年より多い。"},
        {"装置は来月から動かします。", "装置は来月から動かす。"},
        {"試験の結果は良好でした。", "試験の結果は良好だった。"},
        {"契約は三年続きます。", "契約は三年続く。"},
        {"窓口を一つにまとめました。", "窓口を一つにまとめた。"},
        {"夜間の作業は行いません。", "夜間の作業は行わない。"},
        {"提案は三社から受けました。", "提案は三社から受けた。"},
    };
    check_within("春の説明会の計画をまとめた。日程は三月の二週目とする。%s配付物は紙で渡す。質問は当日まで受け付ける。"
                 "記録は総務課が残す。",
                 sentences, G_N_ELEMENTS(sentences));
}

/* What is said among friends, in a letter with honorifics. */
static void casual_among_honorific(void **state)
{
    (void)state;
    static const struct pair sentences[] = {
        {"明日までに送ってくれますか。", "明日までに送ってくださいますか。"},
        {"日程を教えてくれませんか。", "日程を教えてくださいませんか。"},
        {"早く返事をくれて、送ってくれてありがとうございます。",
         "早くお返事をくださり、送ってくださってありがとうございます。"},
        {"明日までに送ってくれると助かります。", "明日までに送ってくださると助かります。"},
        {"早めに決めてくれればうれしいです。", "早めに決めてくだされば幸いです。"},
        {"地図も付けてもらえますか。", "地図も付けていただけますか。"},
        {"写真を送ってもらえませんか。", "写真を送っていただけませんか。"},
        {"すぐに返事をしてほしいです。", "すぐにお返事をいただきたく存じます。"},
        {"夕食は何が食べたいですか。", "夕食は何を召し上がりますか。"},
        {"何時に来るつもりですか。", "何時にお越しの予定ですか。"},
        {"会場の場所を知っていますか。", "会場の場所をご存じですか。"},
        {"今の説明は分かりましたか。", "今の説明はお分かりいただけましたか。"},
        {"地図を送ってちょうだい。", "地図を送ってください。"},
        {"早めに来てね。", "早めにお越しください。"},
        {"急いで返事を書いて。", "急いで返事を書いてください。"},
        {"では、よろしく。", "では、よろしくお願いいたします。"},
        {"先日の写真、ありがとう。", "先日の写真、ありがとうございます。"},
        {"返事が遅れてごめん。", "返事が遅れて申し訳ありません。"},
        {"資料は俺が作りました。", "資料は私が作りました。"},
        {"発表はめっちゃ良かったです。", "発表はたいへん良かったです。"},
        {"じゃあ、詳細は後日お送りします。", "では、詳細は後日お送りします。"},
        {"時間がないんだけど、準備は進めています。", "時間はありませんが、準備は進めています。"},
        {"前のメールは消しちゃいました。", "前のメールは消してしまいました。"},
        {"席は取っときますので、ご安心ください。", "席は取っておきますので、ご安心ください。"},
        {"今日中に決めなきゃいけません。", "今日中に決めなければいけません。"},
        {"日程は私が説明してあげます。", "日程は私がご説明します。"},
        {"詳しい地図を作ってやります。", "詳しい地図をお作りします。"},
        {"マジで助かりました。", "本当に助かりました。"},
    };
    check_within("先日は貴重なお時間をいただき、誠にありがとうございました。来月の説明会の件でご連絡いたします。%s"
                 "会場は駅の近くにございます。",
                 sentences, G_N_ELEMENTS(sentences));
}

/* Where the register changes with good reason. */
static const char *const good_reasons[] = {
    /* news, and the editor's word at the end, at the beginning, between paragraphs */
    "政府は新しい計画を発表した。費用は百億円に上る。来年度から始める。自治体の意見も聞く。反対の声もある。\n"
    "詳細は次号でお伝えします。",
    "今月の動きをまとめました。\n政府は新しい計画を発表した。費用は百億円に上る。来年度から始める。自治体の意見も聞"
    "く。"
    "反対の声もある。",
    "政府は新しい計画を発表した。費用は百億円に上る。来年度から始める。\n次は海外の動きです。\n欧州は規制を強めた。"
    "米国は様子を見ている。各国の足並みはそろわない。",
    /* quoted speech */
    "部長は「来週行きます」と言った。課長は黙っていた。会議は長引いた。結論は出なかった。次回は金曜に開く。",
    "社長は壇上に立った。会場は静かだった。「皆さんのおかげです。」拍手が起きた。社員は立ち上がった。式は三時に終わ"
    "った。",
    "先方は来月行きますと答えた。日程は決まっていない。返事を待つ。会場は本社とする。資料は総務が作る。",
    "先日の件で連絡します。先方は「行けない」と答えました。「時間がない。」という返事でした。会議は延期します。"
    "新しい日程を送ります。",
    "先日の件で連絡します。会議を開きます。「準備は終わった。」\n担当の言葉です。場所は駅の近くです。資料を送ります"
    "。",
    /* parting words */
    "先日の件で連絡します。会議を開きます。場所は駅の近くです。資料を送ります。どうぞお元気で。",
    "先日の件で連絡します。会議を開きます。場所は駅の近くです。資料を送ります。名札をお忘れなく。",
    /* questions and requests to the readers of a report */
    "調査は三月に行った。回答は百件あった。この数字は何を意味するのでしょうか。原因は二つある。対策は別に示す。"
    "費用は本社が持つ。",
    "調査は三月に行った。回答は百件あった。詳しくは付録を見てください。原因は二つある。対策は別に示す。"
    "費用は本社が持つ。",
    "調査は三月に行った。回答は百件あった。結果を表で見てみましょう。原因は二つある。対策は別に示す。"
    "費用は本社が持つ。",
    /* lists and headings */
    "先日の件で連絡します。会議を開きます。\n・資料は一週間前に送る。\n・質問は当日まで受け付ける。\n場所は駅の近く"
    "です。"
    "当日はお越しください。費用はかかりません。",
    "先日の件で連絡します。手順は次の通りです。\n1. 画面を開く。\n2. 番号を入れる。\n分からない点は聞いてください。"
    "急ぎません。お待ちしています。",
    "新しい会場を使う\n先日の件で連絡します。会議を開きます。場所は駅の近くです。当日はお越しください。",
    "先日の件で連絡します。会議を開きます（場所は変わらない）。当日はお越しください。費用はかかりません。"
    "資料を送ります。",
    "先日の件で連絡します。会議を開きます。\n（昼食は各自で用意する。）\n当日はお越しください。費用はかかりません。"
    "資料を送ります。",
    /* dialogue, minutes, and notes that change all the time */
    "資料はもうできたよ。\n早いですね。\n昨日から始めたんだ。\n私も手伝います。\nそれは助かる。\nでは、表を作ります"
    "。",
    "もう帰るよ。\n今日は早いな。\n子供が熱を出した。\nそれは大変です。\n病院に行くんだ。\nあとは俺がやる。",
    "会議は三時に始まった。課長が説明しました。質問が二つ出た。部長が答えました。次回は来週開く。場所は未定です。",
    /* friends write to each other without honorifics, and colleagues thank each other */
    "資料を送ってくれてありがとう。会議は三時からです。先に席を取っておきますね。終わったら食事に行きましょう。",
    "写真を送ってくれますか。明日の会議で使いたいです。時間は三時からです。場所はいつもの部屋です。",
    /* others do a favour, and things are wanted by the writer */
    "貴社のご提案をいただき、ありがとうございました。部下が資料を作ってくれました。日程は別途ご連絡いたします。"
    "当日は私が参加したいです。",
    "貴重なご意見をいただき、ありがとうございました。お客様から教えてもらえました。資料を作って、送ります。"
    "詳細は後日ご連絡いたします。",
    "昨日は雨だった。今日は晴れている。明日も晴れるだろう。それでは、また来週お会いします。",
};

static void changes_that_are_no_break(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(good_reasons); i++) {
        struct sks_language_result *result = analysed(good_reasons[i]);
        for (size_t k = 0; k < result->register_break_count; k++)
            print_message("%s\n", result->register_breaks[k].why_en);
        assert_row_int(good_reasons[i], result->register_break_count, 0);
        sks_language_result_destroy(result);
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

/* Each kind of break names its own reason, in both languages, and its place. */
static void reasons_and_places_are_given(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why_ja, *why_en;
        size_t at, length;
    } rows[] = {
        {"先日は資料をいただき、ありがとうございました。発表はめっちゃ良かったです。またご連絡いたします。", "俗語です",
         "slang in a text with honorifics", 26, 4},
        {"会議を開く。場所は本社とする。費用は三万円です。資料は総務が作る。記録は残す。",
         "普通体の文章の中に丁寧な文があります", "a polite sentence among plain ones", 21, 2},
        {"会議を開きます。場所は本社です。費用は三万円だ。資料は総務が作ります。記録は残します。",
         "丁寧な文章の中に普通体の文があります", "a plain sentence among polite ones", 22, 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_language_result *result = analysed(rows[i].text);
        assert_int_equal(result->register_break_count, 1);
        assert_string_equal(result->register_breaks[0].why_ja, rows[i].why_ja);
        assert_string_equal(result->register_breaks[0].why_en, rows[i].why_en);
        assert_row_int(rows[i].text, result->register_breaks[0].at, rows[i].at);
        assert_row_int(rows[i].text, result->register_breaks[0].length, rows[i].length);
        sks_language_result_destroy(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honorifics),
        cmocka_unit_test(titles),
        cmocka_unit_test(plain_among_polite),
        cmocka_unit_test(polite_among_plain),
        cmocka_unit_test(casual_among_honorific),
        cmocka_unit_test(changes_that_are_no_break),
        cmocka_unit_test(reasons_and_places_are_given),
        cmocka_unit_test(plain_texts_have_no_break),
    };
    return cmocka_run_group_tests(tests, open_room, close_room);
}
