/* The body taken apart. The mails are written for this test, in the forms that mail programs give them. */
#include "tests/test.h"

#include <glib.h>
#include <time.h>

#include "message/body.h"
#include "message/html.h"

struct row {
    const char *name, *input, *own, *quoted, *signature, *footer;
};

static const struct row rows[] = {
    {"nothing", "", "", "", "", ""},
    {"own words alone", "田中様\r\n\r\n資料を送ります。\r\n", "田中様\n\n資料を送ります。", "", "", ""},
    {"marks, English attribution",
     "I agree.\n\nOn Wed, May 1, 2019 at 10:00 AM Taro <t@a.example> wrote:\n> Shall we?\n> T\n", "I agree.",
     "On Wed, May 1, 2019 at 10:00 AM Taro <t@a.example> wrote:\n> Shall we?\n> T", "", ""},
    {"attribution over two lines",
     "承知しました。\n\nOn Wed, May 1, 2019 at 10:00 AM 田中 太郎\n<tanaka@a.example> wrote:\n\n> 打合せの件\n",
     "承知しました。", "On Wed, May 1, 2019 at 10:00 AM 田中 太郎\n<tanaka@a.example> wrote:\n\n> 打合せの件", "", ""},
    {"Gmail, Japanese",
     "了解です。\n\n2019年5月1日(水) 10:00 田中太郎 <tanaka@a.example>:\n\n> 打合せの件\n> よろしく\n", "了解です。",
     "2019年5月1日(水) 10:00 田中太郎 <tanaka@a.example>:\n\n> 打合せの件\n> よろしく", "", ""},
    {"Gmail, Japanese, marks lost",
     "了解です。\n\n2019年5月1日(水) 10:00 田中太郎 <tanaka@a.example>:\n\n打合せの件\nよろしく\n", "了解です。",
     "2019年5月1日(水) 10:00 田中太郎 <tanaka@a.example>:\n\n打合せの件\nよろしく", "", ""},
    {"Apple, Japanese", "了解。\n\n2019/05/01 10:00、田中太郎 <tanaka@a.example>のメール:\n\n> 打合せの件\n", "了解。",
     "2019/05/01 10:00、田中太郎 <tanaka@a.example>のメール:\n\n> 打合せの件", "", ""},
    {"Thunderbird, Japanese", "(2019/05/01 10:00), 田中太郎 wrote:\n> 打合せの件ですが\n\n五日でお願いします。\n",
     "五日でお願いします。", "(2019/05/01 10:00), 田中太郎 wrote:\n> 打合せの件ですが", "", ""},
    {"Becky!",
     "鈴木です。\n\nOn Wed, 01 May 2019 10:00:00 +0900\n田中 太郎 <tanaka@a.example> wrote:\n\n> "
     "打合せの件\n\n五日はどうですか。\n",
     "鈴木です。\n\n五日はどうですか。",
     "On Wed, 01 May 2019 10:00:00 +0900\n田中 太郎 <tanaka@a.example> wrote:\n\n> 打合せの件", "", ""},
    {"wrote, Japanese", "田中さんは書きました：\n> 打合せの件\n五日で。\n", "五日で。",
     "田中さんは書きました：\n> 打合せの件", "", ""},
    {"Yahoo, Japanese", "五日で。\n\n--- tanaka@a.example wrote:\n> 打合せの件\n", "五日で。",
     "--- tanaka@a.example wrote:\n> 打合せの件", "", ""},
    {"answers between", "> 場所は\n本省です。\n\n> 時間は\n\n十時です。\n", "本省です。\n\n十時です。",
     "> 場所は\n\n> 時間は", "", ""},
    {"full-width mark", "＞ 場所は\n本省です。\n", "本省です。", "＞ 場所は", "", ""},
    {"named mark", "tanaka> 場所は\ntanaka> 時間は\n本省、十時です。\n", "本省、十時です。",
     "tanaka> 場所は\ntanaka> 時間は", "", ""},
    {"bars", "| 場所は\n| 時間は\n本省、十時です。\n", "本省、十時です。", "| 場所は\n| 時間は", "", ""},
    {"a table is none", "| 日 | 場所 |\n| 五日 | 本省 |\n", "| 日 | 場所 |\n| 五日 | 本省 |", "", "", ""},
    {"escaped From", "x\n>From here on\n", "x\n>From here on", "", "", ""},
    {"Outlook, English",
     "Fine.\n\n-----Original Message-----\nFrom: Taro <t@a.example>\nSent: Wednesday, May 1, 2019 10:00 AM\nTo: "
     "S\nSubject: Meeting\n\nShall we?\n",
     "Fine.",
     "-----Original Message-----\nFrom: Taro <t@a.example>\nSent: Wednesday, May 1, 2019 10:00 AM\nTo: S\nSubject: "
     "Meeting\n\nShall we?",
     "", ""},
    {"Outlook, Japanese",
     "承知しました。\n\n差出人: 田中太郎\n送信日時: 2019年5月1日 10:00\n宛先: 鈴木\n件名: "
     "打合せ\n\n五日はどうですか。\n",
     "承知しました。", "差出人: 田中太郎\n送信日時: 2019年5月1日 10:00\n宛先: 鈴木\n件名: 打合せ\n\n五日はどうですか。",
     "", ""},
    {"Outlook on the web",
     "承知。\n\n________________________________\nFrom: 田中太郎 <t@a.example>\nSent: 2019年5月1日 10:00\nTo: "
     "S\nSubject: "
     "打合せ\n\n五日\n",
     "承知。",
     "________________________________\nFrom: 田中太郎 <t@a.example>\nSent: 2019年5月1日 10:00\nTo: S\nSubject: "
     "打合せ\n\n五日",
     "", ""},
    {"bold header block", "OK\n\n*From:* T <t@a.example>\n*Sent:* Wednesday\n*To:* S\n*Subject:* x\n\nold\n", "OK",
     "*From:* T <t@a.example>\n*Sent:* Wednesday\n*To:* S\n*Subject:* x\n\nold", "", ""},
    {"Outlook Express, answer below",
     "----- Original Message -----\nFrom: \"田中\" <t@a.example>\nTo: <s@a.example>\nSent: Wednesday, May 01, 2019 "
     "10:00 "
     "AM\nSubject: 打合せ\n\n\n> 五日は\n\n結構です。\n",
     "結構です。",
     "----- Original Message -----\nFrom: \"田中\" <t@a.example>\nTo: <s@a.example>\nSent: Wednesday, May 01, 2019 "
     "10:00 "
     "AM\nSubject: 打合せ\n\n> 五日は",
     "", ""},
    {"separator, Japanese", "ご参考まで。\n\n----- 元のメッセージ -----\n五日はどうですか。\n", "ご参考まで。",
     "----- 元のメッセージ -----\n五日はどうですか。", "", ""},
    {"forward, Gmail",
     "FYI\n\n---------- Forwarded message ---------\nFrom: T <t@a.example>\nDate: 2019年5月1日\nSubject: x\nTo: "
     "S\n\n本文\n",
     "FYI",
     "---------- Forwarded message ---------\nFrom: T <t@a.example>\nDate: 2019年5月1日\nSubject: x\nTo: S\n\n本文", "",
     ""},
    {"forward, Thunderbird Japanese",
     "転送します。\n\n-------- 転送メッセージ --------\n件名: \tx\n日付: \t2019年\n差出人: \tT\n宛先: \tS\n\n本文\n",
     "転送します。", "-------- 転送メッセージ --------\n件名: \tx\n日付: \t2019年\n差出人: \tT\n宛先: \tS\n\n本文", "",
     ""},
    {"forward without a word of one's own", "---------- Forwarded message ---------\nFrom: T <t@a.example>\n\n本文\n",
     "---------- Forwarded message ---------\nFrom: T <t@a.example>\n\n本文",
     "---------- Forwarded message ---------\nFrom: T <t@a.example>\n\n本文", "", ""},
    {"an enumeration is no header block", "次のとおりです。\n日時：5月1日\n場所：本省\n件名：打合せ\n\n以上です。\n",
     "次のとおりです。\n日時：5月1日\n場所：本省\n件名：打合せ\n\n以上です。", "", "", ""},
    {"delimiter", "資料です。\n\n-- \n田中太郎\n国際協力部\n", "資料です。", "", "-- \n田中太郎\n国際協力部", ""},
    {"delimiter above quotation", "資料です。\n--\n田中\n\n> 古い\n", "資料です。", "> 古い", "--\n田中", ""},
    {"what is too long for a signature is text", "一\n-- \n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n",
     "一\n-- \n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16", "", "", ""},
    {"ruled signature",
     "よろしくお願いいたします。\n\n――――――――――――――\n山川研究所 国際部\n田中 太郎\nTEL: "
     "03-0000-0000\n――――――――――――――\n",
     "よろしくお願いいたします。", "",
     "――――――――――――――\n山川研究所 国際部\n田中 太郎\nTEL: 03-0000-0000\n――――――――――――――", ""},
    {"starred signature",
     "お待ちしています。\n\n*********************\n田中太郎\nE-mail: t@a.example\n*********************\n",
     "お待ちしています。", "", "*********************\n田中太郎\nE-mail: t@a.example\n*********************", ""},
    {"flowery signature", "ではまた！\n☆*:..｡o○☆*:..\n花子\nhanako@a.example\n☆*:..｡o○☆*:..\n", "ではまた！", "",
     "☆*:..｡o○☆*:..\n花子\nhanako@a.example\n☆*:..｡o○☆*:..", ""},
    {"two rules within a signature",
     "以上です。\n\n=====\n〒100-0000 東京都\n山川研究所\n-----\n田中\nt@a.example\n=====\n", "以上です。", "",
     "=====\n〒100-0000 東京都\n山川研究所\n-----\n田中\nt@a.example\n=====", ""},
    {"a ruled notice is text", "研究会のご案内です。\n=====\n日時：5月1日\n場所：本省\n=====\nご出席ください。\n",
     "研究会のご案内です。\n=====\n日時：5月1日\n場所：本省\n=====\nご出席ください。", "", "", ""},
    {"a newsletter's head is no signature",
     "━━━━━━━━━━\n学会通信 "
     "8月\n━━━━━━━━━━\n\n会員の皆様\n\n■新刊\nhttps://a.example/1\n\n----------\n配信停止はこちら\n",
     "━━━━━━━━━━\n学会通信 8月\n━━━━━━━━━━\n\n会員の皆様\n\n■新刊\nhttps://a.example/1", "", "",
     "----------\n配信停止はこちら"},
    {"a ruled password is no signature",
     "送ります。\n-----\nパスワード：Ab12\n-----\n\n=====\n田中\nTEL 03-0000-0000\n=====\n",
     "送ります。\n-----\nパスワード：Ab12\n-----", "", "=====\n田中\nTEL 03-0000-0000\n=====", ""},
    {"signature without a mark", "よろしくお願いします。\n\n山川研究所 田中太郎\n電話 03-0000-0000\nt@a.example\n",
     "よろしくお願いします。", "", "山川研究所 田中太郎\n電話 03-0000-0000\nt@a.example", ""},
    {"English, without a mark",
     "Please find the draft attached.\n\nBest regards,\n\nJohn Doe\nTel: +44 0000\njohn@a.example\n",
     "Please find the draft attached.\n\nBest regards,", "", "John Doe\nTel: +44 0000\njohn@a.example", ""},
    {"a password is no signature", "添付のパスワードです。\n\nパスワード：Ab12cd34\n",
     "添付のパスワードです。\n\nパスワード：Ab12cd34", "", "", ""},
    {"a robot's password mail", "このメールは自動送信されています。\n\nパスワード：Ab12cd34\n",
     "このメールは自動送信されています。\n\nパスワード：Ab12cd34", "", "", ""},
    {"list footer",
     "See below.\n\n-- \nJohn\n_______________________________________________\nfoo mailing "
     "list\nhttps://lists.a.example/foo\n",
     "See below.", "", "-- \nJohn",
     "_______________________________________________\nfoo mailing list\nhttps://lists.a.example/foo"},
    {"unsubscribe, Japanese", "新商品です。\n\n────────────\n配信停止はこちら\nhttps://a.example/stop\n",
     "新商品です。", "", "", "────────────\n配信停止はこちら\nhttps://a.example/stop"},
    {"disclaimer", "Attached.\n\nThis e-mail is confidential and intended solely for the addressee.\n", "Attached.", "",
     "", "This e-mail is confidential and intended solely for the addressee."},
    {"disclaimer, Japanese, below a signature",
     "送ります。\n\n-- \n田中\n\n本メールを誤って受信された場合は、破棄してください。\n", "送ります。", "", "-- \n田中",
     "本メールを誤って受信された場合は、破棄してください。"},
    {"what is said of secrets is text", "ご確認ください。\n\n添付には機密情報が含まれます。\n",
     "ご確認ください。\n\n添付には機密情報が含まれます。", "", "", ""},
    {"an apology is no footer", "田中様\n\n先ほどのメールは誤送信です。削除をお願いします。\n",
     "田中様\n\n先ほどのメールは誤送信です。削除をお願いします。", "", "", ""},
    {"to speak of the list is no footer", "Hi,\n\nPlease tell us on the mailing list what you find.\n",
     "Hi,\n\nPlease tell us on the mailing list what you find.", "", "", ""},
    {"a letter below the delimiter is text", "Hi.\n-- \n一です。\n二です。\n三です。\n四です。\n",
     "Hi.\n-- \n一です。\n二です。\n三です。\n四です。", "", "", ""},
    {"scanner", "OK.\n\nVirus-free. www.a.example\n", "OK.", "", "", "Virus-free. www.a.example"},
    {"telephone", "了解\n\niPhoneから送信\n", "了解", "", "", "iPhoneから送信"},
    {"a disclaimer below a quotation", "OK.\n\n> old\n\nIf you received this e-mail in error, delete it.\n", "OK.",
     "> old", "", "If you received this e-mail in error, delete it."},
    {"nothing but a signature", "-- \n田中\n", "-- \n田中", "", "", ""},
    {"an answer where the signature belongs", "-- \n了解です。\n\n> 五日は\n", "-- \n了解です。", "> 五日は", "", ""},
    {"nothing but quotation", "> a\n> b\n", "a\nb", "> a\n> b", "", ""},
};

static void takes_plain_text_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GStringChunk *strings = g_string_chunk_new(4096);
        struct sks_body body;
        struct sks_body_source source = {.plain = rows[i].input};
        sks_body_split(&body, strings, &source);
        assert_row_string(rows[i].name, body.own, rows[i].own);
        assert_row_string(rows[i].name, body.quoted, rows[i].quoted);
        assert_row_string(rows[i].name, body.signature, rows[i].signature);
        assert_row_string(rows[i].name, body.footer, rows[i].footer);
        g_string_chunk_free(strings);
    }
}

struct html_row {
    const char *name, *input, *own, *quoted, *signature;
};

/* What mail programs write, cut down to what matters. */
static const struct html_row html_rows[] = {
    {"Gmail, answer",
     "<div dir=ltr>承知しました。</div><br><div class=gmail_quote><div dir=ltr class=gmail_attr>2019年5月1日(水) 10:00 "
     "田中 "
     "&lt;<a href='mailto:t@a.example'>t@a.example</a>&gt;:<br></div><blockquote class=gmail_quote><div>五日は</div>"
     "</blockquote></div>",
     "承知しました。", "2019年5月1日(水) 10:00 田中 <t@a.example>:\n\n> 五日は", ""},
    {"Gmail, answers between",
     "<div class=gmail_quote><div class=gmail_attr>On Wed, May 1, 2019 T &lt;t@a.example&gt; "
     "wrote:<br></div><blockquote type=cite>"
     "Where?</blockquote><div>Here.</div><blockquote type=cite>When?</blockquote><div>Now.</div></div>",
     "Here.\n\nNow.", "On Wed, May 1, 2019 T <t@a.example> wrote:\n\n> Where?\n\n> When?", ""},
    {"Gmail, forward",
     "<div>ご参考</div><div class=gmail_quote><div class=gmail_attr>---------- Forwarded message ---------<br>From: "
     "<b>T"
     "</b> &lt;t@a.example&gt;<br>Date: 2019年<br>Subject: 件<br>To: S<br></div><br><div>本文</div></div>",
     "ご参考",
     "---------- Forwarded message ---------\nFrom: T <t@a.example>\nDate: 2019年\nSubject: 件\nTo: S\n\n本文", ""},
    {"Outlook on the web",
     "<div>承知。</div><div id=Signature>田中</div><div id=appendonsend></div><hr><div "
     "id=divRplyFwdMsg><font><b>差出人:</b> "
     "T<br><b>送信日時:</b> 2019年<br><b>宛先:</b> S<br><b>件名:</b> 件</font><div>&nbsp;</div></div><div>五日は</div>",
     "承知。", "----------\n差出人: T\n送信日時: 2019年\n宛先: S\n件名: 件\n五日は", "--\n田中"},
    {"Outlook",
     "<p class=MsoNormal>Fine.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><div "
     "style='border:none;border-top:"
     "solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> T &lt;t@a.example&gt; <br><b>Sent:</b> "
     "Wednesday<br><b>To:</b> "
     "S<br><b>Subject:</b> x</p></div><p class=MsoNormal>Shall we?</p>",
     "Fine.", "From: T <t@a.example>\nSent: Wednesday\nTo: S\nSubject: x\nShall we?", ""},
    {"Thunderbird",
     "<p>五日で。</p><pre class=moz-signature>-- <br>田中</pre><div class=moz-cite-prefix>2019/05/01 10:00, T "
     "wrote:<br></div>"
     "<blockquote type=cite><p>五日は</p></blockquote>",
     "五日で。", "> 2019/05/01 10:00, T wrote:\n\n> 五日は", "--\n田中"},
    {"Apple",
     "了解。<br><br><blockquote type=cite><div>2019/05/01 10:00、T "
     "&lt;t@a.example&gt;のメール:</div><br><div>五日は</div>"
     "</blockquote>",
     "了解。", "> 2019/05/01 10:00、T <t@a.example>のメール:\n\n> 五日は", ""},
};

static void takes_html_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(html_rows); i++) {
        GStringChunk *strings = g_string_chunk_new(4096);
        struct sks_html html;
        struct sks_body body;
        sks_html_read(&html, strings, html_rows[i].input, strlen(html_rows[i].input));
        struct sks_body_source source = {.html_text = html.text, .html_hidden = html.hidden, .flags = html.flags};
        sks_body_split(&body, strings, &source);
        assert_row_string(html_rows[i].name, body.own, html_rows[i].own);
        assert_row_string(html_rows[i].name, body.quoted, html_rows[i].quoted);
        assert_row_string(html_rows[i].name, body.signature, html_rows[i].signature);
        sks_html_finish(&html);
        g_string_chunk_free(strings);
    }
}

struct flowed_row {
    const char *name, *input;
    bool delsp;
    const char *own, *quoted;
};

static const struct flowed_row flowed_rows[] = {
    {"paragraph", "One \ntwo \nthree\nfour\n", false, "One two three\nfour", ""},
    {"DelSp", "これは \n続きの \n行\n", true, "これは続きの行", ""},
    {"quotation", "> One \n> two\n>> deep \n> not\nown\n", false, "own", "> One two\n>> deep \n> not"},
    {"stuffed", " From here\n  two\n", false, "From here\n two", ""},
    {"signature's delimiter doesn't flow", "one \n-- \nJohn\n", false, "one ", ""},
};

static void joins_flowed_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(flowed_rows); i++) {
        GStringChunk *strings = g_string_chunk_new(4096);
        struct sks_body body;
        struct sks_body_source source = {.plain = flowed_rows[i].input, .flowed = true, .delsp = flowed_rows[i].delsp};
        sks_body_split(&body, strings, &source);
        assert_row_string(flowed_rows[i].name, body.own, flowed_rows[i].own);
        assert_row_string(flowed_rows[i].name, body.quoted, flowed_rows[i].quoted);
        assert_true(body.flags & SKS_BODY_FLOWED);
        g_string_chunk_free(strings);
    }
}

struct choice_row {
    const char *name, *plain, *html, *hidden, *own;
    bool differ;
};

static const struct choice_row choices[] = {
    {"HTML is what is seen", "plain words", "seen words", NULL, "seen words", false},
    {"plain alone", "plain words", NULL, NULL, "plain words", false},
    {"nothing to see in HTML", "plain words", " \n", "x", "plain words", false},
    {"nothing to see at all", NULL, "", "hidden words", "hidden words", false},
    {"nothing", NULL, NULL, NULL, "", false},
    {"the same, laid out otherwise", "今週の研究会は五日の十時から本省で開きます。\n\nhttps://a.example/1\n",
     "今週の研究会は五日の\n十時から本省で開きます。 詳細", NULL, "今週の研究会は五日の\n十時から本省で開きます。 詳細",
     false},
    {"other words", "Weather is fine today and the children play outside happily",
     "Your account has been locked; confirm the password immediately please", NULL,
     "Your account has been locked; confirm the password immediately please", true},
    {"other words, Japanese", "本日は晴天なので子供たちは外で元気に遊んでいます",
     "お客様の口座は凍結されました。至急暗証番号を確認してください", NULL,
     "お客様の口座は凍結されました。至急暗証番号を確認してください", true},
};

static void chooses_what_a_reader_sees(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(choices); i++) {
        GStringChunk *strings = g_string_chunk_new(4096);
        struct sks_body body;
        struct sks_body_source source = {
            .plain = choices[i].plain, .html_text = choices[i].html, .html_hidden = choices[i].hidden};
        sks_body_split(&body, strings, &source);
        assert_row_string(choices[i].name, body.own, choices[i].own);
        assert_row_int(choices[i].name, (body.flags & SKS_BODY_ALTERNATIVES_DIFFER) != 0, choices[i].differ);
        g_string_chunk_free(strings);
    }
}

static void tells_the_language(void **state)
{
    (void)state;
    static const struct {
        const char *text, *language;
    } texts[] = {
        {"資料を送ります", "ja"},
        {"Please see https://a.example/very/long/path", "en"},
        {"資料です https://a.example/very/long/path/indeed/x", "ja"},
        {"请查收附件", "zh"},
        {"美の国际会议论文集征稿通知请各位老师踊跃投稿", "zh"},
        {"자료를 보냅니다", "ko"},
        {"Добрый день", "ru"},
        {"打合せの件 Re: Meeting", "ja"},
        {"The meeting with 田中さん is on Monday", "en"},
        {"1234 !!", ""},
        {"", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        GStringChunk *strings = g_string_chunk_new(4096);
        struct sks_body body;
        struct sks_body_source source = {.plain = texts[i].text};
        sks_body_split(&body, strings, &source);
        assert_row_string(texts[i].text, body.language, texts[i].language);
        assert_row_int(texts[i].text, body.own_characters, g_utf8_strlen(texts[i].text, -1));
        g_string_chunk_free(strings);
    }
}

/* Texts that would cost the square of their size if anything looked back. */
static void hostile_texts_cost_no_more_than_others(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "-",   ">",   "> \n", "\n",       "-- \n", "=====\n", "From: a\n", "On 2019 ", "unsubscribe", "unsubscribe\n\n",
        "a@b", "://", "あ",   "2019年\n", "\r",    " ",       "|x\n",      "wrote:\n", "TEL:1\n",     "=====\nTEL:1\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        GString *text = g_string_new(NULL);
        while (text->len < 1000000)
            g_string_append(text, pieces[i]);
        for (int flowed = 0; flowed < 2; flowed++) {
            struct timespec start, end;
            GStringChunk *strings = g_string_chunk_new(4096);
            struct sks_body body;
            struct sks_body_source source = {.plain = text->str, .html_text = text->str, .flowed = flowed};
            clock_gettime(CLOCK_MONOTONIC, &start);
            sks_body_split(&body, strings, &source);
            clock_gettime(CLOCK_MONOTONIC, &end);
            if (end.tv_sec - start.tv_sec > 6)
                fail_msg("%s takes %ld s", pieces[i], (long)(end.tv_sec - start.tv_sec));
            g_string_chunk_free(strings);
        }
        g_string_free(text, TRUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_plain_text_apart), cmocka_unit_test(takes_html_apart),
        cmocka_unit_test(joins_flowed_lines),     cmocka_unit_test(chooses_what_a_reader_sees),
        cmocka_unit_test(tells_the_language),     cmocka_unit_test(hostile_texts_cost_no_more_than_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
