/* Lures and routes: each indicator fires on what it is for, and not on what looks the same and is harmless. */
#include "tests/indicator/facts.h"

#include <glib.h>
#include <glib/gstdio.h>

#define PEOPLE                                                                                                         \
    "name,kana,romaji,address,also,organisation,title\n"                                                               \
    "鈴木 一郎,すずき いちろう,Suzuki Ichiro,suzuki@kikan.example,,架空研究機構,主任研究員\n"    \
    "高橋 花子,たかはし はなこ,Takahashi Hanako,hanako@kikan.example,,架空研究機構,研究部長\n"

static const struct row wording[] = {
    {"topic", "lure.topic", 0.7, .shows = "経済安全保障", .subject = "経済安全保障に関する意見交換",
     .own = "お世話になります。"},
    {"topic broken over lines", "lure.topic", 0.5, .own = "次回は経済安\n全保障についてお話しいただけますか。"},
    {"topic in English", "lure.topic", 0.7, .subject = "Export control and the Taiwan Strait",
     .own = "Dear Dr. Suzuki,"},
    {"full width", "lure.topic", 0.3, .own = "Ｇ７　とＡＳＥＡＮの動向"},
    {"daily things", "lure.topic", .own = "明日の昼食はどうしますか。カレーの店を予約しました。"},
    {"daily things in English", "lure.topic", .own = "Shall we have lunch tomorrow? I booked a table."},
    {"quoted only", "lure.topic", .own = "承知しました。"},
    {"one weak word is weak", "lure.topic", 0.1, 0.5, .own = "論文の校正刷りが届きました。"},
    {"interview", "lure.request", 0.7, .shows = "取材のお願い", .subject = "取材のお願い",
     .own = "突然のご連絡失礼いたします。"},
    {"interview in English", "lure.request", 0.7, .subject = "Interview request", .own = "Dear Professor,"},
    {"macro", "lure.request", 0.7, .own = "表示されない場合はコンテンツの有効化を押してください。"},
    {"no request", "lure.request", .own = "会議室は三階です。よろしくお願いします。"},
    {"secrecy", "lure.pressure", 0.7, .own = "この件はご内密にお願いします。個人のメールアドレスにご返信ください。"},
    {"secrecy in English", "lure.pressure", 0.7,
     .own = "Please keep this confidential and do not forward it; use my personal email."},
    {"a deadline", "lure.pressure", 0.1, 0.6, .own = "お手数ですが、明日までにご回答ください。"},
    {"calm", "lure.pressure", .own = "ご都合のよいときにお知らせください。"},
    {"file after an answer", "lure.awaits-reply", 0.9, .own = "ご快諾いただければ、質問票をお送りいたします。"},
    {"file after an answer, in English", "lure.awaits-reply", 0.9,
     .own = "If you are interested, I will send you the details."},
    {"file is there already", "lure.awaits-reply", 0.2, 0.5, .own = "ご快諾いただければ幸いです。",
     .attachments = {{"a.docx", SKS_FILE_DOCX}}},
    {"newsletter", "lure.awaits-reply", .own = "ご興味がございましたらこちら。配信停止はこちら。"},
    {"an answer is hoped for", "lure.awaits-reply", .own = "お返事をお待ちしております。"},
};

static const struct row personal[] = {
    {"greeted by the name in To", "lure.personal", 0.3, .from = "x@y.example", .to = "suzuki@kikan.example",
     .to_name = "鈴木一郎", .own = "鈴木様\nお世話になっております。"},
    {"greeted by the address", "lure.personal", 0.3, .from = "x@y.example", .to = "i.suzuki@kikan.example",
     .own = "Dear Mr. Suzuki,\nI hope this finds you well."},
    {"known reader with organisation and post", "lure.personal", 0.8, .from = "x@y.example",
     .to = "suzuki@kikan.example", .own = "架空研究機構 主任研究員 鈴木一郎様\nご無沙汰しております。",
     .people = PEOPLE},
    {"greeted with a title", "lure.personal", 0.4, .from = "x@y.example", .to = "suzuki@kikan.example",
     .to_name = "Taro Suzuki", .own = "Dear Professor Suzuki,\nI write to you about the workshop."},
    {"a word of a role's address, in the text", "lure.personal", .from = "x@y.example",
     .to = "sales-japan@kikan.example",
     .own = "We looked at your figures of last year and think that your sales in Europe will grow."},
    {"a name inside another word", "lure.personal", .from = "x@y.example", .to = "christ@kikan.example",
     .to_name = "Christ", .own = "Dear all, the Christmas party is on Friday."},
    {"a colleague's name", "lure.personal", 0.5, .shows = "高橋", .from = "x@y.example", .to = "suzuki@kikan.example",
     .own = "先日、高橋 花子先生からご紹介いただきました。", .people = PEOPLE},
    {"nobody's name", "lure.personal", .from = "x@y.example", .to = "suzuki@kikan.example", .to_name = "鈴木一郎",
     .own = "各位\nお世話になっております。", .people = PEOPLE},
    {"newsletter with a name filled in", "lure.personal", .from = "x@y.example", .to = "suzuki@kikan.example",
     .to_name = "鈴木一郎", .own = "鈴木様\n今月のお知らせです。", .headers = "List-Unsubscribe: <https://y.example/>"},
    {"a colleague inside", "lure.personal", .from = "x@kikan.example", .to = "suzuki@kikan.example",
     .to_name = "鈴木一郎", .own = "鈴木さん", .trusted = true},
    {"the organisation as its addresses call it", "lure.personal", 0.2, 0.2, .shows = "kikan", .from = "x@y.example",
     .to = "someone@kikan.example", .own = "We would like to invite the Kikan researchers."},
    {"its address is not its name", "lure.personal", .from = "x@y.example", .to = "someone@kikan.example",
     .own = "Write to office@kikan.example, see www.kikan.example."},
    {"a short word of the address", "lure.personal", .from = "x@y.example", .to = "info@kikan.example",
     .own = "We have information for you."},
};

static const struct row links[] = {
    {"file service", "lure.file-service", 0.7, .shows = "gigafile", .from = "x@y.example",
     .links = {{SKS_LINK_TEXT, "12.gigafile.nu"}}},
    {"notice of the service itself", "lure.file-service", 0.1, 0.5, .from = "no-reply@dropbox.com",
     .links = {{SKS_LINK_ANCHOR, "www.dropbox.com"}}},
    {"a picture there", "lure.file-service", .from = "x@y.example", .links = {{SKS_LINK_IMAGE, "www.dropbox.com"}}},
    {"shortener", "lure.shortener", 0.9, .from = "x@y.example", .links = {{SKS_LINK_TEXT, "bit.ly"}}},
    {"shortener in a newsletter", "lure.shortener", 0.1, 0.3, .from = "x@y.example",
     .headers = "List-Unsubscribe: <https://y.example/>", .links = {{SKS_LINK_TEXT, "bit.ly"}}},
    {"text and target differ", "lure.link-text-differs", 0.9, .shows = "www.mofa.go.jp → evil.example",
     .from = "x@y.example", .links = {{SKS_LINK_ANCHOR, "evil.example", "https://www.mofa.go.jp/mofaj/"}}},
    {"text and target of one party", "lure.link-text-differs", .from = "x@y.example",
     .links = {{SKS_LINK_ANCHOR, "www.office.co.jp", "office.co.jp"}}},
    {"text is no address", "lure.link-text-differs", .from = "x@y.example",
     .links = {{SKS_LINK_ANCHOR, "evil.example", "詳しくはこちら"}}},
    {"text is a file name", "lure.link-text-differs", .from = "x@y.example",
     .links = {{SKS_LINK_ANCHOR, "evil.example", "report.pdf"}}},
    {"newsletter that counts clicks", "lure.link-text-differs", 0, 0.2, .from = "x@y.example",
     .links = {{SKS_LINK_ANCHOR, "u1.ct.sendgrid.net", "https://www.office.co.jp/"}}},
    {"gateway that rewrites links", "lure.link-text-differs", .from = "x@y.example",
     .links = {{SKS_LINK_ANCHOR, "jpn01.safelinks.protection.outlook.com", "https://www.office.co.jp/"}}},
    {"bare address", "lure.link-address-host", 1, .from = "x@y.example", .links = {{SKS_LINK_TEXT, "198.51.100.4"}}},
    {"bare number", "lure.link-address-host", 1, .from = "x@y.example", .links = {{SKS_LINK_TEXT, "3325256708"}}},
    {"user before the host", "lure.link-address-host", 0.8, .from = "x@y.example",
     .links = {{SKS_LINK_TEXT, "evil.example", .has_user = true}}},
    {"equipment at home", "lure.link-address-host", .from = "x@y.example", .links = {{SKS_LINK_TEXT, "192.168.1.1"}}},
    {"name", "lure.link-address-host", .from = "x@y.example", .links = {{SKS_LINK_TEXT, "www.office.co.jp"}}},
    {"look-alike host", "lure.link-lookalike", 1, .shows = "mofa.go.jp", .from = "x@y.example",
     .links = {{SKS_LINK_TEXT, "www.mofa.go.jp.login.example"}}},
    {"an organisation's name in another's host", "lure.link-lookalike", 0.3, 0.3, .shows = "u-tokyo.ac.jp",
     .from = "x@y.example", .links = {{SKS_LINK_TEXT, "docs.u-tokyo.kakuu.example"}}},
    {"… as one word of a label", "lure.link-lookalike", 0.3, 0.5, .shows = "mofa.go.jp", .from = "x@y.example",
     .links = {{SKS_LINK_TEXT, "login.mofa-files.example"}}},
    {"… in Japanese", "lure.link-lookalike", 0.3, 0.3, .shows = "mofa.go.jp", .from = "x@y.example",
     .links = {{SKS_LINK_TEXT, "外務省.kakuu.example"}}},
    {"where each house has a name", "lure.link-lookalike", .from = "x@y.example",
     .links = {{SKS_LINK_TEXT, "u-tokyo.zoom.us"}}},
    {"… by the whole of its domain", "lure.link-lookalike", .from = "x@y.example", .own_domain = "kikan.example",
     .links = {{SKS_LINK_TEXT, "kikan-example.zoom.us"}}},
    {"… where anybody has one", "lure.link-lookalike", 1, .from = "x@y.example", .own_domain = "kikan.example",
     .links = {{SKS_LINK_TEXT, "kikan-example.azurewebsites.net"}}},
    {"a proven name that imitates, and its page", "lure.imitated-page", 1, .from = "x@kikan-example.test",
     .own_domain = "kikan.example", .authserv = "mx", .results = "mx 0 dmarc=pass kikan-example.test",
     .own = "下記のページから再ログインをお願いいたします。", .links = {{SKS_LINK_TEXT, "webmail.kikan-example.test"}}},
    {"… without signing in", "lure.imitated-page", .from = "x@kikan-example.test", .own_domain = "kikan.example",
     .authserv = "mx", .results = "mx 0 dmarc=pass kikan-example.test", .own = "年報を公開しました。",
     .links = {{SKS_LINK_TEXT, "www.kikan-example.test"}}},
    {"a proven name below which another's is worn", "lure.imitated-page", 1, .from = "x@shien.test", .authserv = "mx",
     .results = "mx 0 dmarc=pass shien.test", .own = "下記からログインしてください。",
     .links = {{SKS_LINK_TEXT, "www.mofa.go.jp.shien.test"}}},
    {"a customer's name at a house that serves many", "lure.imitated-page", .from = "x@meisai.test",
     .own_domain = "kikan.example", .authserv = "mx", .results = "mx 0 dmarc=pass meisai.test",
     .own = "下記からログインしてください。", .links = {{SKS_LINK_TEXT, "kikan-example.meisai.test"}}},
    {"a customer's name in the sender's own", "lure.imitated-page", .from = "jira@kikan-example.atlassian.net",
     .own_domain = "kikan.example", .authserv = "mx", .results = "mx 0 dmarc=pass kikan-example.atlassian.net",
     .own = "下記からログインしてください。", .links = {{SKS_LINK_TEXT, "kikan-example.atlassian.net"}}},
    {"… behind a decoy", "lure.imitated-page", 1, .from = "x@shien.test", .authserv = "mx",
     .results = "mx 0 dmarc=pass shien.test", .own = "下記からログインしてください。",
     .links = {{SKS_LINK_TEXT, "mofa.go.jpn.mofa.go.jp.shien.test"}}},
    {"asked for in what seems a signature", "lure.imitated-page", 1, .from = "x@gmail.com",
     .own_domain = "kikan.example", .own = "下の件、いかがでしょうか。",
     .signature = "下記のページにログインしてください。", .links = {{SKS_LINK_TEXT, "cloud.kikan-example.test"}}},
    {"asked for in what seems quoted", "lure.imitated-page", 1, .from = "x@gmail.com", .own_domain = "kikan.example",
     .own = "下の件、いかがでしょうか。", .quoted = "下記のページにログインしてください。",
     .links = {{SKS_LINK_TEXT, "cloud.kikan-example.test"}}},
    {"… in an answer to ours", "lure.imitated-page", .from = "x@y.example", .own_domain = "kikan.example",
     .own = "調査いたします。", .quoted = "偽のページにログインさせるメールです。",
     .memory = {.available = true, .answers_ours = true}, .links = {{SKS_LINK_TEXT, "cloud.kikan-example.test"}}},
    {"a part of another word", "lure.link-lookalike", .from = "x@y.example",
     .links = {{SKS_LINK_TEXT, "mofas.kakuu.example"}}},
    {"punycode of another alphabet", "lure.link-address-host", 0.5, 0.5, .shows = "xn--e1agxf.example",
     .from = "x@y.example", .own = "資料です", .links = {{SKS_LINK_TEXT, "ерис.example"}}},
    {"punycode of Japanese", "lure.link-address-host", .from = "x@y.example", .own = "資料です",
     .links = {{SKS_LINK_TEXT, "総務部.kakuu.example"}}},
    {"punycode of an accent", "lure.link-address-host", .from = "x@y.example", .own = "Dear all",
     .links = {{SKS_LINK_TEXT, "münchen.example"}}},
    {"in a mail in that alphabet", "lure.link-address-host", .from = "x@y.example", .own = "Привет", .language = "ru",
     .links = {{SKS_LINK_TEXT, "ерис.example"}}},
    {"an odd port", "lure.link-address-host", 0.4, 0.4, .from = "x@y.example",
     .links = {{SKS_LINK_TEXT, "evil.example", .target = "http://evil.example:4433/", .port = 4433}}},
    {"a port that many have", "lure.link-address-host", .from = "x@y.example",
     .links = {{SKS_LINK_TEXT, "wiki.office.example", .target = "http://wiki.office.example:8080/", .port = 8080}}},
    {"real host", "lure.link-lookalike", .from = "x@y.example", .links = {{SKS_LINK_TEXT, "www.mofa.go.jp"}}},
    {"password beside a link", "lure.password-beside-link", 1, .from = "x@y.example",
     .own = "下記からダウンロードしてください。\nパスワード：Kaigi2026", .links = {{SKS_LINK_TEXT, "12.gigafile.nu"}}},
    {"link without password", "lure.password-beside-link", .from = "x@y.example", .own = "下記からどうぞ。",
     .links = {{SKS_LINK_TEXT, "12.gigafile.nu"}}},
};

/* A sign-in, or something to fetch, at a page of somebody else. */
#define FILE_AT(at)                                                                                                    \
    {                                                                                                                  \
        {                                                                                                              \
            SKS_LINK_TEXT, "vqpno.example", .target = "https://vqpno.example" at, .path = (at)                         \
        }                                                                                                              \
    }
#define READER .from = "tanaka@hikari.example", .to = "suzuki@kikan.example"
#define ELSEWHERE                                                                                                      \
    {                                                                                                                  \
        {                                                                                                              \
            SKS_LINK_ANCHOR, "vqpno.example", "こちら"                                                              \
        }                                                                                                              \
    }

static const struct row sign_ins[] = {
    {"mail address and password asked for", "lure.link-sign-in", 0.7, .shows = "vqpno.example", READER,
     .own = "接続先は下記です。メールアドレスとパスワードを入力してお入りください。", .links = ELSEWHERE},
    {"the word that was seen is told", "lure.link-sign-in", 0.7, .shows = "再ログイン", READER,
     .own = "閲覧には再ログインが必要です。", .links = ELSEWHERE},
    {"broken over lines, full width", "lure.link-sign-in", 0.7, READER, .own = "ＩＤと\nパスワードをご入力ください。",
     .links = ELSEWHERE},
    {"in English", "lure.link-sign-in", 0.7, READER, .own = "Please sign in with your institute address.",
     .links = {{SKS_LINK_TEXT, "vqpno.example"}}},
    {"in English, of the mailbox", "lure.link-sign-in", 0.7, READER,
     .own = "Your mailbox is almost full. Verify your account on the page below.",
     .links = {{SKS_LINK_TEXT, "www.vqpno.example"}}},
    {"in the subject", "lure.link-sign-in", 0.6, .subject = "【情報システム課】再認証のお願い", READER,
     .own = "下記よりお願いします。", .links = ELSEWHERE},
    {"a form in the mail", "lure.link-sign-in", 0.7, READER, .own = "パスワードを入力してください。",
     .links = {{SKS_LINK_FORM, "vqpno.example"}}},
    {"in our name, from outside", "lure.link-sign-in", 0.7, .from = "system@kikan-support.example",
     .to = "suzuki@kikan.example", .own = "現在のIDとパスワードを入力してください。", .links = ELSEWHERE},
    {"a bare address", "lure.link-sign-in", 0.7, READER, .own = "ログインしてご確認ください。",
     .links = {{SKS_LINK_TEXT, "198.51.100.4"}}},
    {"our page is linked, too", "lure.link-sign-in", 0.7, READER, .own = "ログインしてください。",
     .links = {{SKS_LINK_TEXT, "www.kikan.example"}, {SKS_LINK_ANCHOR, "vqpno.example", "ログイン"}}},
    {"behind links to many hosts of ours", "lure.link-sign-in", 0.7, READER, .own = "ログインしてください。",
     .links = ELSEWHERE, .decoys = 200},
    {"from a webmail address", "lure.link-sign-in", 0.7, .from = "tanaka@gmail.com", .to = "suzuki@kikan.example",
     .own = "ログインしてください。", .links = ELSEWHERE},
    {"a newsletter", "lure.link-sign-in", 0.1, 0.2, READER, .own = "マイページにログインしてください。",
     .headers = "List-Unsubscribe: <https://y.example/>", .links = ELSEWHERE},
    {"a page that the signature names", "lure.link-sign-in", 0.1, 0.3, READER, .own = "ログインしてください。",
     .signature = "田中\nhttps://portal.vqpno.example/", .links = ELSEWHERE},
    {"the sender's own page", "lure.link-sign-in", .from = "no-reply@cloud.example", .to = "suzuki@kikan.example",
     .own = "新しい端末からログインがありました。", .links = {{SKS_LINK_ANCHOR, "account.cloud.example", "設定"}}},
    {"our own page", "lure.link-sign-in", READER, .own = "グループウェアにログインしてください。",
     .links = {{SKS_LINK_TEXT, "intra.kikan.example"}}},
    {"where answers go", "lure.link-sign-in", 0.1, 0.3, READER, .reply_to = "help@portal.example",
     .own = "ログインしてください。", .links = {{SKS_LINK_TEXT, "www.portal.example"}}},
    {"a meeting service", "lure.link-sign-in", READER, .own = "サインインして入室してください。",
     .links = {{SKS_LINK_TEXT, "us02web.zoom.us"}}},
    {"a file service", "lure.link-sign-in", READER, .own = "Please log in to see the folder.",
     .links = {{SKS_LINK_TEXT, "www.dropbox.com"}}},
    {"a journal's submission system", "lure.link-sign-in", READER, .own = "Please log in and submit your review.",
     .links = {{SKS_LINK_TEXT, "mc.manuscriptcentral.com"}}},
    {"a ministry's page", "lure.link-sign-in", READER, .own = "ログインのうえ申請してください。",
     .links = {{SKS_LINK_TEXT, "www.e-gov.go.jp"}}},
    {"a gateway's rewritten link", "lure.link-sign-in", READER, .own = "ログインしてください。",
     .links = {{SKS_LINK_ANCHOR, "jpn01.safelinks.protection.outlook.com", "ログイン"}}},
    {"a list's discussion of logins", "lure.link-sign-in", 0.1, 0.2, READER,
     .own = "I can't log in any more, see the page.", .headers = "List-Id: <users.tool.example>",
     .links = {{SKS_LINK_TEXT, "vqpno.example"}}},
    {"from inside", "lure.link-sign-in", .from = "system@kikan.example", .to = "suzuki@kikan.example",
     .own = "ログインしてください。", .links = ELSEWHERE, .trusted = true},
    {"a picture from elsewhere", "lure.link-sign-in", READER, .own = "ログインしてください。",
     .links = {{SKS_LINK_IMAGE, "vqpno.example"}}},
    {"nothing to sign in to", "lure.link-sign-in", READER, .own = "記事をお読みになりましたか。", .links = ELSEWHERE},
    {"a file's password", "lure.link-sign-in", READER, .own = "添付ファイルのパスワードは別便でお送りします。",
     .links = ELSEWHERE},
    {"no link", "lure.link-sign-in", READER, .own = "ログインできません。どうすればよいですか。"},
};

static const struct row fetches[] = {
    {"the look of a download gateway", "lure.link-fetch", 0.7, .shows = "vqpno.example", READER,
     .own = "このメールの添付ファイルはサーバに保管されています。\nダウンロード期限：7/1", .links = ELSEWHERE},
    {"papers to read there", "lure.link-fetch", 0.6, READER, .own = "資料の閲覧は下記です。", .links = ELSEWHERE},
    {"a meeting there", "lure.link-fetch", 0.5, READER, .own = "当日の接続先は以下のとおりです。", .links = ELSEWHERE},
    {"an application there", "lure.link-fetch", 0.5, READER, .own = "お申し込みはこちら：", .links = ELSEWHERE},
    {"a procedure there", "lure.link-fetch", 0.6, READER, .own = "12月24日までに下記より手続きをお願いします。",
     .links = ELSEWHERE},
    {"over full width and lines", "lure.link-fetch", 0.6, READER, .own = "下記よりダウン\nロードしてください。",
     .links = ELSEWHERE},
    {"a document in English", "lure.link-fetch", 0.7, .shows = "open the document", READER, .own = "Open the document",
     .links = {{SKS_LINK_ANCHOR, "vqpno.example", "Open the document"}}},
    {"to read in English", "lure.link-fetch", 0.6, READER,
     .own = "You can read it here:", .links = {{SKS_LINK_TEXT, "vqpno.example"}}},
    {"shared, by the subject", "lure.link-fetch", 0.4, READER, .subject = "Mark shared a document with you",
     .own = "Dear Jun,", .links = {{SKS_LINK_TEXT, "vqpno.example"}}},
    {"a bare address", "lure.link-fetch", 0.6, READER, .own = "下記よりダウンロードしてください。",
     .links = {{SKS_LINK_TEXT, "203.0.113.9"}}},
    {"a look-alike of the sender's page", "lure.link-fetch", 0.6, READER, .own = "下記よりダウンロードしてください。",
     .links = {{SKS_LINK_TEXT, "dl.hikarl.example"}}},
    {"the sender's gateway", "lure.link-fetch", READER, .own = "添付ファイルは下記のURLからダウンロードしてください。",
     .links = {{SKS_LINK_TEXT, "dl.hikari.example"}}},
    {"a file service has its own evidence", "lure.link-fetch", READER, .own = "下記よりダウンロードしてください。",
     .links = {{SKS_LINK_TEXT, "12.gigafile.nu"}}},
    {"a shortened link has its own", "lure.link-fetch", READER, .own = "下記よりダウンロードしてください。",
     .links = {{SKS_LINK_TEXT, "bit.ly"}}},
    {"a meeting service", "lure.link-fetch", READER, .own = "当日の接続先は以下のとおりです。",
     .links = {{SKS_LINK_TEXT, "us02web.zoom.us"}}},
    {"a form service", "lure.link-fetch", READER, .own = "お申し込みはこちら：",
     .links = {{SKS_LINK_TEXT, "forms.gle"}}},
    {"a publisher's article", "lure.link-fetch", READER,
     .own = "You can download the paper here:", .links = {{SKS_LINK_TEXT, "doi.org"}}},
    {"a ministry's report", "lure.link-fetch", READER, .own = "下記よりダウンロードしてください。",
     .links = {{SKS_LINK_TEXT, "www.mofa.go.jp"}}},
    {"a known university's page", "lure.link-fetch", READER, .own = "下記よりダウンロードしてください。",
     .links = {{SKS_LINK_TEXT, "www.u-tokyo.ac.jp"}}},
    {"our own page", "lure.link-fetch", READER, .own = "下記よりダウンロードしてください。",
     .links = {{SKS_LINK_TEXT, "www.kikan.example"}}},
    {"on a list", "lure.link-fetch", 0.1, 0.2, READER, .own = "You can download it from the link below.",
     .headers = "List-Id: <users.tool.example>", .links = {{SKS_LINK_TEXT, "vqpno.example"}}},
    {"a newsletter", "lure.link-fetch", 0, 0.2, READER, .own = "下記よりダウンロードしてください。",
     .headers = "List-Unsubscribe: <https://y.example/>", .links = ELSEWHERE},
    {"an archive by its address", "lure.link-fetch", 0.6, 0.75, .shows = "vqpno.example: hyo.ZIP", READER,
     .own = "ご参考まで。https://vqpno.example/s/hyo.ZIP?dl=1", .links = FILE_AT("/s/hyo.ZIP?dl=1")},
    {"a program by its address", "lure.link-fetch", 0.85, READER, .own = "https://vqpno.example/a/hotfix.exe",
     .links = FILE_AT("/a/hotfix.exe")},
    {"written otherwise", "lure.link-fetch", 0.6, READER, .own = "https://vqpno.example/a%2Ezi%70;v=1",
     .links = FILE_AT("/a%2Ezi%70;v=1")},
    {"with a stroke behind", "lure.link-fetch", 0.6, READER, .own = "https://vqpno.example/a.zip/",
     .links = FILE_AT("/a.zip/")},
    {"behind a page and words", "lure.link-fetch", 0.85, .shows = "b.iso", READER, .own = "ご参考まで。",
     .links = {{SKS_LINK_TEXT, "vqpno.example"}, {SKS_LINK_ANCHOR, "vqpno.example", "資料", .path = "/b.iso"}}},
    {"what we wrote, quoted", "lure.link-fetch", READER, .own = "拝見しました。", .links = FILE_AT("/s/hyo.zip")},
    {"a page with the word in its address", "lure.link-fetch", READER, .own = "https://vqpno.example/zip?file=.zip",
     .links = FILE_AT("/zip?file=.zip")},
    {"a page that leads on", "lure.link-fetch", READER, .own = "https://vqpno.example/to/other.com",
     .links = FILE_AT("/to/other.com")},
    {"a page on an old server", "lure.link-fetch", READER, .own = "https://vqpno.example/quote.dll?id=1",
     .links = FILE_AT("/quote.dll?id=1")},
    {"a workbook with macros", "lure.link-fetch", 0.85, READER, .own = "https://vqpno.example/a.xlsm",
     .links = FILE_AT("/a.xlsm")},
    {"sources", "lure.link-fetch", READER, .own = "https://vqpno.example/tool-1.2.tar.gz",
     .links = FILE_AT("/tool-1.2.tar.gz")},
    {"a file of the sender's", "lure.link-fetch", READER, .own = "https://dl.hikari.example/a.zip",
     .links = {{SKS_LINK_TEXT, "dl.hikari.example", .path = "/a.zip"}}},
    {"a file whose host the mail introduces", "lure.link-fetch", 0.2, 0.4, READER, .reply_to = "a@vqpno.example",
     .own = "https://vqpno.example/a.zip", .links = FILE_AT("/a.zip")},
    {"a file for a list", "lure.link-fetch", 0.1, 0.2, READER, .own = "https://vqpno.example/a.zip",
     .headers = "List-Id: <users.tool.example>", .links = FILE_AT("/a.zip")},
    {"an article, only mentioned", "lure.link-fetch", READER, .own = "先日の新聞に同じ話が載っていました。",
     .links = ELSEWHERE},
    {"nothing but words", "lure.link-fetch", READER, .own = "ダウンロードできませんでした。"},
};

/* The mails' time is 2026-09-21. */
static const struct row events[] = {
    {"a symposium next week", "lure.current-event", 0.6, .shows = "9/28 シンポジウム", .from = "x@y.example",
     .own = "9月28日（月）のシンポジウムの資料をお送りします。"},
    {"figures", "lure.current-event", 0.6, .from = "x@y.example", .own = "研究会（10/5）の件です。"},
    {"in English", "lure.current-event", 0.6, .shows = "10/14 workshop", .from = "x@y.example",
     .own = "Thank you for joining the workshop on 14 October in Tokyo."},
    {"in English, the other way", "lure.current-event", 0.6, .from = "x@y.example",
     .own = "The seminar of Sept. 25 is open to you."},
    {"over the turn of the year it is far", "lure.current-event", .from = "x@y.example", .own = "1月15日の会議です。"},
    {"long past", "lure.current-event", .from = "x@y.example", .own = "3月3日の会議ではお世話になりました。"},
    {"a day without a gathering", "lure.current-event", .from = "x@y.example", .own = "9月28日に納品いたします。"},
    {"no day", "lure.current-event", .from = "x@y.example", .own = "会議の資料です。1/2、9/31/2、version 9/28a"},
    {"a newsletter's", "lure.current-event", 0.3, 0.3, .from = "x@y.example", .own = "9月28日のセミナーのご案内",
     .headers = "List-Unsubscribe: <https://y.example/>"},
};

static const struct row bases[] = {
    {"another form of the word", "lure.request", 0.3, .from = "x@y.example",
     .own = "マクロ を 有効 に され て ください", .bases = "マクロ を 有効 に する れる て くださる"},
    {"said in dictionary forms only", "lure.request", 0.3, .from = "x@y.example", .own = "よろしいでしょうか",
     .bases = "マクロ を 有効"},
    {"not said", "lure.request", .from = "x@y.example", .own = "よろしいでしょうか", .bases = "よろしい です か"},
};

static void test_events(void **state)
{
    run_rows(state, events, G_N_ELEMENTS(events));
}

static void test_bases(void **state)
{
    run_rows(state, bases, G_N_ELEMENTS(bases));
}

/* What the organisation adds to the topics counts as one, and as made for it where it is said to be its own. */
static void test_own_projects(void **state)
{
    static const struct row rows[] = {
        {"our project as a topic", "lure.topic", 0.7, .shows = "極光計画", .from = "x@y.example",
         .own = "極光計画について"},
        {"our project is ours", "lure.personal", 0.5, 0.5, .shows = "極光計画", .from = "x@y.example",
         .own = "極光計画について"},
        {"a topic is nobody's", "lure.personal", .from = "x@y.example", .own = "暁光材料について"},
    };
    (void)state;
    char *folder = g_dir_make_tmp("sekisho-lists-XXXXXX", NULL);
    char *file = g_build_filename(folder, "lure-topics.add.txt", NULL);
    assert_true(g_file_set_contents(file, "# Source: us\n極光計画\t1\town\n暁光材料\t1\ttechnology\n", -1, NULL));
    struct sks_lists *lists = NULL;
    assert_int_equal(sks_lists_create(&lists, folder, NULL), 0);
    void *with = lists;
    run_rows(&with, rows, G_N_ELEMENTS(rows));
    sks_lists_destroy(lists);
    g_unlink(file);
    g_rmdir(folder);
    g_free(file);
    g_free(folder);
}

static void test_wording(void **state)
{
    run_rows(state, wording, G_N_ELEMENTS(wording));
}

static void test_personal(void **state)
{
    run_rows(state, personal, G_N_ELEMENTS(personal));
}

static void test_links(void **state)
{
    run_rows(state, links, G_N_ELEMENTS(links));
}

static void test_sign_ins(void **state)
{
    run_rows(state, sign_ins, G_N_ELEMENTS(sign_ins));
}

static void test_fetches(void **state)
{
    run_rows(state, fetches, G_N_ELEMENTS(fetches));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wording),  cmocka_unit_test(test_personal), cmocka_unit_test(test_links),
        cmocka_unit_test(test_events),   cmocka_unit_test(test_bases),    cmocka_unit_test(test_own_projects),
        cmocka_unit_test(test_sign_ins), cmocka_unit_test(test_fetches),
    };
    return cmocka_run_group_tests(tests, lists_set_up, lists_tear_down);
}
