/* Attachments, limits and language: each indicator fires on what it is for, and not on its harmless look-alike. */
#include "tests/indicator/facts.h"

#include <glib.h>

#define ZIP                                                                                                            \
    {                                                                                                                  \
        {                                                                                                              \
            .name = "資料.zip", .type = SKS_FILE_ZIP, .encrypted = true                                                \
        }                                                                                                              \
    }

static const struct row encryption[] = {
    {"encrypted zip", "attachment.encrypted", 0.7, 0.9, .shows = "資料.zip", .attachments = ZIP},
    {"names hidden", "attachment.encrypted", 1,
     .attachments = {{"a.7z", SKS_FILE_7Z, .encrypted = true, .names_hidden = true}}},
    {"open zip", "attachment.encrypted", .attachments = {{"a.zip", SKS_FILE_ZIP}}},
    {"opened, a program", "attachment.opened", 1, .shows = "議事録.exe",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true, .opened = true, .entry = "議事録.exe",
                      .entry_type = SKS_FILE_PE}}},
    {"opened, a document", "attachment.opened", 0.1, 0.3, .shows = "議事録.docx",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true, .opened = true, .entry = "議事録.docx",
                      .entry_type = SKS_FILE_DOCX}}},
    {"not opened", "attachment.opened", .attachments = ZIP},
    {"promised", "attachment.password-promised", 1, .own = "パスワードは別途お送りします。", .attachments = ZIP},
    {"promised in full width and over lines", "attachment.password-promised", 1,
     .own = "解凍用の ﾊﾟｽﾜｰ\nﾄﾞ は 別途、お送りいたします。", .attachments = ZIP},
    {"promised in English", "attachment.password-promised", 1, .own = "The password will follow in a separate mail.",
     .attachments = ZIP},
    {"promised without any file", "attachment.password-promised", 0.1, 0.4, .own = "パスワードは別途お送りします。"},
    {"quoted promise", "attachment.password-promised", .own = "受け取りました。", .attachments = ZIP},
    {"in the same mail", "attachment.password-in-body", 1, .own = "添付のパスワードは「Kaigi2026」です。",
     .attachments = ZIP},
    {"on the next line", "attachment.password-in-body", 1, .own = "解凍パスワードは以下の通りです。\n\n  a8#Kq2xw",
     .attachments = ZIP},
    {"full width", "attachment.password-in-body", 1, .own = "ＰＷ：ｋａｉｇｉ＿０７", .attachments = ZIP},
    {"in English", "attachment.password-in-body", 1, .own = "Password: spring-2026", .attachments = ZIP},
    {"letters alone behind a colon", "attachment.password-in-body", 1, .own = "password: sakuramochi",
     .attachments = ZIP},
    {"only promised", "attachment.password-in-body", .own = "パスワードは別途お送りします。", .attachments = ZIP},
    {"only promised in English", "attachment.password-in-body", .own = "The password is sent separately.",
     .attachments = ZIP},
    {"told by telephone", "attachment.password-in-body", .own = "パスワードは前回と同じです。", .attachments = ZIP},
    {"second mail", "attachment.password-in-separate-mail", 1,
     .own = "先ほどお送りしたファイルのパスワードをお知らせします。\nパスワード：x7Kp-22"},
    {"second mail in English", "attachment.password-in-separate-mail", 1,
     .own = "The password for the attached file in my previous mail is: x7Kp22"},
    {"second mail, the password on a line of its own", "attachment.password-in-separate-mail", 1,
     .own = "先ほどの資料のパスワードをお送りします。\n\nx7Kp#22\n\n以上、よろしくお願いします。"},
    {"second mail, as follows", "attachment.password-in-separate-mail", 1,
     .own = "先ほどの資料のパスワードは次のとおりです。\nお手数ですが、こちらで開いてください。\nx7Kp#22"},
    {"a number in the next sentence", "attachment.password-in-separate-mail",
     .own = "先ほどの資料のパスワードをお送りしました。会議は2026年11月25日です。"},
    {"password of an account", "attachment.password-in-separate-mail",
     .own = "Your account was created. Password: x7Kp22"},
    {"first mail", "attachment.password-in-separate-mail", .own = "添付します。パスワード：x7Kp-22",
     .attachments = ZIP},
};

static const struct row facts[] = {
    {"program", "attachment.runs-code", 1, .shows = "setup.exe", .attachments = {{"setup.exe", SKS_FILE_PE}}},
    {"program told singly", "attachment.program-inside", 1, .attachments = {{"setup.exe", SKS_FILE_PE}}},
    {"shortcut in a zip", "attachment.shortcut-inside", 1,
     .attachments = {{"a.zip", SKS_FILE_ZIP, .entry = "資料.lnk", .entry_type = SKS_FILE_LNK}}},
    {"script", "attachment.runs-code", 1, .shows = "update.js", .attachments = {{"update.js", SKS_FILE_SCRIPT}}},
    {"batch file", "attachment.runs-code", 1, .attachments = {{"run.bat", SKS_FILE_SCRIPT}}},
    {"script of the power shell", "attachment.runs-code", 1, .attachments = {{"setup.ps1", SKS_FILE_SCRIPT}}},
    {"… of a kind without a name", "attachment.runs-code", 1, .shows = "senryaku.chm",
     .attachments = {{"senryaku.chm", SKS_FILE_UNKNOWN, .fact = "attachment.script-inside", .detail = "unknown"}}},
    {"script without an ending", "attachment.runs-code", 1, .attachments = {{"update", SKS_FILE_SCRIPT}}},
    {"script in a zip", "attachment.runs-code", 1,
     .attachments = {{"a.zip", SKS_FILE_ZIP, .entry = "資料.vbs", .entry_type = SKS_FILE_SCRIPT}}},
    {"script as the attachment room tells it", "attachment.runs-code", 1,
     .attachments = {{"update.wsf", SKS_FILE_SCRIPT, .fact = "attachment.script-inside", .detail = "wsf"}}},
    {"source code among engineers", "attachment.runs-code", 0.2, 0.4, .shows = "test_usrp.py",
     .attachments = {{"test_usrp.py", SKS_FILE_SCRIPT, .fact = "attachment.script-inside", .detail = "py"}}},
    {"source code told singly", "attachment.script-inside", 0.2, 0.4, .attachments = {{"run.sh", SKS_FILE_SCRIPT}}},
    {"source code sent as text", "attachment.runs-code", 0.2, 0.4, .attachments = {{"uh.PY.txt", SKS_FILE_SCRIPT}}},
    {"source code in a zip", "attachment.runs-code", 0.2, 0.4,
     .attachments = {{"src.zip", SKS_FILE_ZIP, .entry = "src/main.rb", .entry_type = SKS_FILE_SCRIPT}}},
    {"source code in an encrypted zip", "attachment.runs-code", 1,
     .attachments = {{"src.zip", SKS_FILE_ZIP, true, .entry = "src/main.py", .entry_type = SKS_FILE_SCRIPT}}},
    {"source code beside a program", "attachment.runs-code", 1, .shows = "setup.exe",
     .attachments = {{"a.py", SKS_FILE_SCRIPT}, {"setup.exe", SKS_FILE_PE}}},
    {"a program called so is none", "attachment.runs-code", 1, .attachments = {{"tool.py", SKS_FILE_PE}}},
    {"disk image", "attachment.runs-code", 0.5, 0.8, .attachments = {{"a.iso", SKS_FILE_ISO}}},
    {"document", "attachment.runs-code", .attachments = {{"a.docx", SKS_FILE_DOCX}}},
    {"macro", "attachment.active-content", 0.8,
     .attachments = {{"a.xlsm", SKS_FILE_XLSM, .fact = "attachment.macro", .detail = "ThisWorkbook"}}},
    {"macro told singly", "attachment.macro", 1, .shows = "ThisWorkbook",
     .attachments = {{"a.xlsm", SKS_FILE_XLSM, .fact = "attachment.macro", .detail = "ThisWorkbook"}}},
    {"linked picture", "attachment.active-content", 0.1, 0.4,
     .attachments = {{"a.docx", SKS_FILE_DOCX, .fact = "attachment.external-relation"}}},
    {"reversed name", "attachment.disguised", 1,
     .attachments = {{"a.exe", SKS_FILE_UNKNOWN, .fact = "attachment.bidi-name"}}},
    {"archive in archive", "attachment.disguised", 0.1, 0.4,
     .attachments = {{"a.zip", SKS_FILE_ZIP, .fact = "attachment.nested-archive"}}},
    {"plain name", "attachment.disguised", .attachments = {{"report.2026.10.docx", SKS_FILE_DOCX}}},
    {"GBK names", "attachment.foreign-origin", 1, .from = "x@y.example",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .fact = "attachment.foreign-name-charset", .detail = "gb18030"}}},
    {"GBK names of a partner in China", "attachment.foreign-origin", 0.1, 0.3, .from = "x@y.com.cn",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .fact = "attachment.foreign-name-charset", .detail = "gb18030"}}},
    {"a fact that nobody knows", "limit.other",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .fact = "attachment.new-idea"}}},
    {"crude decoy", "attachment.document-awkward", 0.5, .document_awkward = 0.8},
    {"good document", "attachment.document-awkward", .document_awkward = 0.2},
};

static const struct row limits[] = {
    {"ratio", "limit.archive-ratio", 1, .attachments = {{"a.zip", SKS_FILE_ZIP, .fact = "limit.archive-ratio"}}},
    {"ratio gathered", "limit.reached", 1, .attachments = {{"a.zip", SKS_FILE_ZIP, .fact = "limit.archive-ratio"}}},
    {"unknown ceiling", "limit.other", 1, .shows = "limit.strange",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .fact = "limit.strange"}}},
    {"parts", "limit.parts", 1, .message_flags = SKS_MESSAGE_CUT_PARTS},
    {"parts gathered", "limit.reached", 0.5, .message_flags = SKS_MESSAGE_CUT_PARTS},
    {"headers", "limit.headers", 1, .message_flags = SKS_MESSAGE_CUT_HEADERS},
    {"structure", "limit.mime-depth", 1, .message_flags = SKS_MESSAGE_CUT_DEPTH},
    {"text", "limit.text", 1, .message_flags = SKS_MESSAGE_CUT_TEXT},
    {"links", "limit.links", 1, .message_flags = SKS_MESSAGE_CUT_LINKS},
    {"addresses", "limit.addresses", 1, .message_flags = SKS_MESSAGE_CUT_ADDRESSES},
    {"size", "limit.size", 1, .truncated = true},
    {"depth", "limit.depth", 1, .cut_depth = true},
    {"output", "limit.archive-output", 1, .cut_output = true},
    {"language", "limit.language", 1, .language_cut = true},
    {"a long text is little", "limit.reached", 0.05, 0.2, .language_cut = true},
    {"nothing reached", "limit.reached", .own = "短い", .attachments = {{"a.zip", SKS_FILE_ZIP}}},
    {"odd, but no ceiling", "limit.reached", .message_flags = SKS_MESSAGE_BARE_CR | SKS_MESSAGE_NUL_BYTES},
};

#define LONG "いつもお世話になっております。先日ご相談した件につきまして、資料をまとめましたのでお送りいたします。"

#define ENGLISH                                                                                                        \
    "Thank you for your message. We looked into it last week and will send the report as soon as it is done."

static const struct row language[] = {
    {"awkward", "language.awkward", 0.7, .shows = "关→関", .own = LONG, .awkward = 0.99, .foreign_glyph = "关"},
    {"a learner's", "language.awkward", 0.6, .own = LONG, .learner = 0.95, .misspelt = "パスワド=パスワード"},
    {"nothing to point at", "language.awkward", .own = LONG, .awkward = 0.95, .learner = 0.8},
    {"fluent", "language.awkward", .own = LONG, .awkward = 0.1, .learner = 0.1},
    {"as honest mail is", "language.awkward", .own = LONG, .awkward = 0.8, .learner = 0.6},
    {"translated documentation", "language.translationese", .own = LONG, .translationese = 0.6},
    {"too short to tell", "language.awkward", .own = "了解", .awkward = 0.9},
    {"translated", "language.translationese", 0.7, .own = LONG, .translationese = 0.98},
    {"one slip in haste", "language.misspelling", 0.1, 0.4, .own = LONG, .misspellings = 1},
    {"many slips", "language.misspelling", 1, .own = LONG, .misspellings = 4},
    {"no slip", "language.misspelling", .own = LONG},
    {"in English", "language.misspelling", 0.3, 0.3, .shows = "recieve→receive", .own = ENGLISH,
     .misspelt = "recieve=receive,goverment=government,seperate=separate"},
    {"a slip that comes again is one", "language.misspelling", 0.1, 0.15, .quotes = "const→cons", .own = ENGLISH,
     .misspelt = "const=cons,const=cons,const=cons"},
    {"words of a trade", "language.misspelling", .own = ENGLISH,
     .misspelt = "filesystem=file system,underruns=under runs,makefile=make file"},
    {"with a hyphen", "language.misspelling", .own = ENGLISH, .misspelt = "codebase=code-base"},
    {"a slip among words of a trade", "language.misspelling", 0.1, 0.15, .quotes = "recieve→receive", .own = ENGLISH,
     .misspelt = "filesystem=file system,recieve=receive,filesystem=file system"},
    {"a letter wrong in a compound", "language.misspelling", 0.1, 0.15, .own = ENGLISH,
     .misspelt = "filesistem=file system"},
    {"a letter more", "language.misspelling", 0.1, 0.15, .own = ENGLISH, .misspelt = "tomorroww=tomorrow"},
    {"foreign glyph", "language.foreign-glyph", 0.3, .shows = "关→関", .own = LONG, .foreign_glyph = "关"},
    {"in a name", "language.foreign-glyph", 0.05, 0.15, .own = LONG, .foreign_glyph = "关", .name_glyph = true},
    {"in Chinese", "language.foreign-glyph", .own = LONG, .language = "zh", .foreign_glyph = "关"},
    {"register", "language.register", 0.2, .own = LONG, .register_breaks = 1},
    {"polite", "language.register", .own = LONG},
};

/* What real texts are quoted for: at most three places, each with enough around it to be understood. */
static const struct row quoted[] = {
    {"slips with their phrases", "language.awkward", 0.1,
     .quotes = "「値段はこれで精一杯てす」「いただければ幸いてす」",
     .own = "先日ご依頼の件、見積りができましたのでお送りします。\n値段はこれで精一杯てす。\n"
            "急ぎませんので、来週までにお返事をいただければ幸いてす。"},
    {"no more than three", "language.awkward", 0.1, .quotes = "「資料を読むの人」「古いの書類は」「部屋が広いでした」",
     .own = "先週の会議では、資料を読むの人が多くて驚きました。古いの書類は捨てました。"
            "部屋が広いでした。とても楽しいでした。"},
    {"the same words once", "language.awkward", 0.1, .quotes = "「古いの書類は」",
     .own = "古いの書類は捨てました。新しい書類は棚に置きました。古いの書類は三年分ありました。"},
    {"a misspelling where there is no slip", "language.awkward", 0.1, .quotes = "パスワド→パスワード",
     .own = "出張先で職場のメールが使えないため、自宅から失礼します。資料は昨日の会議のものと同じです。解凍パスワドはの"
            "ちほどお送りします。"},
    {"a full stop that stands twice", "language.awkward", 0.1, .quotes = "「くださいませ。。」「お送りします。。」",
     .own = "突然のご連絡をお許しくださいませ。。見積書の控えを本日の便でお送りします。。ご査収ください。"},
    {"a glyph where nothing else is wrong", "language.awkward", 0.05, .quotes = "资料→資料, 电话→電話",
     .own = "研究部の長谷川です。明日の会議は都合により欠席します。资料は共有フォルダに入れてあります。电话でも承ります"
            "。"},
    {"words of glyphs", "language.foreign-glyph", 0.9, .quotes = "资料一覧→資料一覧, 报告书→報告書, 确認→確認",
     .own = "来週の資料と资料一覧、报告书をお送りします。ご确認ください。会议は三時からです。"},
    {"katakana with an ideograph", "language.foreign-glyph", 0.3, .quotes = "パスワ一ド→パスワード",
     .own = "パスワ一ドは別に送ります。"},
    {"a mark with what is before it", "language.foreign-glyph", 0.3, .quotes = "します.→します。",
     .own = "資料を送付します."},
    {"a word of Chinese", "language.foreign-glyph", 0.3, .quotes = "你→あなた", .own = "你の意見を聞きたいです。"},
    {"no Japanese form", "language.foreign-glyph", 0.3, .quotes = "吧", .own = "資料を送ってください吧。"},
    {"politeness", "language.register", 0.2, .quotes = "「返事を待っている」",
     .own = "先日の件で連絡します。来月、東京で会議を開きます。返事を待っている。場所は駅の近くです。詳しくは添付の通り"
            "です。"},
};

static void test_quoted(void **state)
{
    assert_int_equal(sks_language_create(&row_language, NULL), 0);
    run_rows(state, quoted, G_N_ELEMENTS(quoted));
    sks_language_destroy(row_language);
    row_language = NULL;
}

static void test_encryption(void **state)
{
    run_rows(state, encryption, G_N_ELEMENTS(encryption));
}

static void test_facts(void **state)
{
    run_rows(state, facts, G_N_ELEMENTS(facts));
}

static void test_limits(void **state)
{
    run_rows(state, limits, G_N_ELEMENTS(limits));
}

static void test_language(void **state)
{
    run_rows(state, language, G_N_ELEMENTS(language));
}

#define TEMPLATE(target)                                                                                               \
    {                                                                                                                  \
        "a.docx", SKS_FILE_DOCX, .fact = "attachment.remote-template", .detail = (target)                              \
    }

/* What a password opened is harmless only if it was wholly looked into and nothing in it does anything. */
static const struct row harm[] = {
    {"a program under the mail's own password", "attachment.program-by-password",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true, .opened = true, .entry = "a.exe",
                      .entry_type = SKS_FILE_PE}}},
    {"a shortcut in an archive", "attachment.program-as-content", 1, .shows = "shiryo.lnk",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .entry = "shiryo.lnk", .entry_type = SKS_FILE_LNK}}},
    {"a shortcut to a page", "attachment.program-as-content",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .entry = "shiryo.url", .entry_type = SKS_FILE_URL}}},
    {"a disk image", "attachment.program-as-content", 1, .shows = "annai.iso",
     .attachments = {{"annai.iso", SKS_FILE_ISO}}},
    {"a film that is a program", "attachment.program-as-content", 1, .shows = "動画/動画1.exe",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .entry = "動画/動画1.exe", .entry_type = SKS_FILE_PE}}},
    {"a program by its name alone", "attachment.program-as-content", 1, .shows = "zip",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .fact = "attachment.program-inside"}}},
    {"an installer among its libraries", "attachment.program-as-content",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .entry = "setup.exe", .entry_type = SKS_FILE_PE},
                     {"msvcp140.dll", SKS_FILE_PE, .fact = "attachment.program-inside"}}},
    {"a word within another", "attachment.program-as-content", 1, .shows = "kaigi_dispatch.exe",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .entry = "kaigi_dispatch.exe", .entry_type = SKS_FILE_PE}}},
    {"a folder of that name", "attachment.program-as-content", 1, .shows = "kaigi.exe",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .entry = "setup\\kaigi.exe", .entry_type = SKS_FILE_PE}}},
    {"a script among texts", "attachment.program-as-content", 1, .shows = "shiryo.js",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .entry = "shiryo.js", .entry_type = SKS_FILE_SCRIPT, .texts = 6}}},
    {"nothing to install in a shortcut", "attachment.program-as-content", 1, .shows = "nittei_update.lnk",
     .attachments = {{"nittei_update.lnk", SKS_FILE_LNK}}},
    {"nor in a disk image", "attachment.program-as-content", 1, .shows = "shiryo_update.iso",
     .attachments = {{"shiryo_update.iso", SKS_FILE_ISO}}},
    {"a help file", "attachment.program-as-content", 1, .shows = "senryaku.chm",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .entry = "senryaku.chm", .entry_type = SKS_FILE_SCRIPT}}},
    {"an installer says what it is", "attachment.program-as-content",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .entry = "setup_v2.exe", .entry_type = SKS_FILE_PE}}},
    {"… but whoever makes any has an address of his own", "attachment.program-as-content", 1,
     .shows = "shiryo_update.exe", .from = "x@gmail.com",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .entry = "shiryo_update.exe", .entry_type = SKS_FILE_PE}}},
    {"… nor for what is packed twice", "attachment.program-as-content", 1, .from = "x@gmail.com",
     .attachments = {{"shiryo_update.exe", SKS_FILE_UNKNOWN, .fact = "attachment.program-inside"}}},
    {"a script of engineers", "attachment.program-as-content", .attachments = {{"plot.py", SKS_FILE_SCRIPT}}},
    {"a disguise that the attachment room tells of", "attachment.disguised-program", 1, .shows = "kaigi.pdf.exe",
     .attachments = {{"kaigi.pdf.exe", SKS_FILE_PE, .fact = "attachment.disguised-program"}}},
    {"a template in anybody's store at a known house", "attachment.template-elsewhere", 1, .from = "a@firm.example",
     .attachments = {TEMPLATE("https://kaigi.s3.ap-northeast-1.amazonaws.com/n.dotm")}},
    {"… among shared files", "attachment.template-elsewhere", 1, .from = "a@firm.example",
     .attachments = {TEMPLATE("https://www.dropbox.com/s/abc/n.dotm?dl=1")}},
    {"… at the house of the sender's webmail", "attachment.template-elsewhere", 1, .from = "a@live.com",
     .attachments = {TEMPLATE("https://onedrive.live.com/download?cid=1")}},
    {"a template of one's own in OneDrive", "attachment.template-elsewhere", .from = "a@firm.example",
     .attachments = {TEMPLATE("https://d.docs.live.net/1a2b/Documents/houkoku.dotx")}},
    {"a template of a third party", "attachment.template-elsewhere", 1, .shows = "cdn.test", .from = "a@firm.example",
     .attachments = {TEMPLATE("https://tmpl.cdn.test/n.dotm")}},
    {"on a share of it", "attachment.template-elsewhere", 1, .from = "a@firm.example",
     .attachments = {TEMPLATE("\\\\tmpl.cdn.test@SSL\\n.dotm")}},
    {"by its number", "attachment.template-elsewhere", 1, .from = "a@firm.example",
     .attachments = {TEMPLATE("http://198.51.100.7/n.dotm")}},
    {"the sender's own", "attachment.template-elsewhere", .from = "a@firm.example",
     .attachments = {TEMPLATE("https://Docs.firm.example:8443/n.dotm")}},
    {"ours", "attachment.template-elsewhere", .from = "a@firm.example", .own_domain = "kikan.example",
     .attachments = {TEMPLATE("https://docs.kikan.example/n.dotm")}},
    {"behind a user", "attachment.template-elsewhere", 1, .from = "a@firm.example",
     .attachments = {TEMPLATE("https://x@tmpl.cdn.test/n.dotm")}},
    {"behind a name that is the user", "attachment.template-elsewhere", 1, .from = "a@firm.example",
     .attachments = {TEMPLATE("https://firm.example:1@tmpl.cdn.test/n.dotm")}},
    {"by one number", "attachment.template-elsewhere", 1, .from = "a@firm.example",
     .attachments = {TEMPLATE("http://3325256711/n.dotm")}},
    {"by IPv6", "attachment.template-elsewhere", 1, .from = "a@firm.example",
     .attachments = {TEMPLATE("http://[2001:db8::1]/n.dotm")}},
    {"with strokes the other way", "attachment.template-elsewhere", 1, .from = "a@firm.example",
     .attachments = {TEMPLATE("http:\\\\tmpl.cdn.test\\n.dotm")}},
    {"in a firm's space", "attachment.template-elsewhere", .from = "a@firm.example",
     .attachments = {TEMPLATE("https://firm.sharepoint.com/n.dotm")}},
    {"an authority's, passed on", "attachment.template-elsewhere", .from = "a@gmail.com",
     .attachments = {TEMPLATE("https://www.meti.go.jp/t.dotx")}},
    {"on a server of an office", "attachment.template-elsewhere", .from = "a@firm.example",
     .attachments = {TEMPLATE("\\\\fs01\\n.dotm")}},
    {"on one with a long name", "attachment.template-elsewhere", .from = "a@gmail.com",
     .attachments = {TEMPLATE("\\\\fs01.ad.firm-net.jp\\n.dotm")}},
    {"by an address of an office", "attachment.template-elsewhere", .from = "a@firm.example",
     .attachments = {TEMPLATE("http://172.31.4.5/n.dotm")}},
    {"by one beside those", "attachment.template-elsewhere", 1, .from = "a@firm.example",
     .attachments = {TEMPLATE("http://172.32.4.5/n.dotm")}},
    {"a shortcut may bear its target's name", "attachment.disguised-program", 0.8, 0.8,
     .attachments = {{"kaigi.pdf.lnk", SKS_FILE_LNK, .fact = "attachment.disguised-program"}}},
};

static void test_harm(void **state)
{
    run_rows(state, harm, G_N_ELEMENTS(harm));
}

static void test_opened_harm(void **state)
{
    (void)state;
    static const struct {
        const char *facts[3];
        enum sks_file_type inside;
        bool encrypted, opened, harm;
    } rows[] = {
        {{NULL}, SKS_FILE_DOCX, true, true, false},
        {{NULL}, SKS_FILE_DOCX, true, false, false}, /* nobody opened it */
        {{NULL}, SKS_FILE_PE, false, false, false},
        {{NULL}, SKS_FILE_PE, true, true, true},
        {{NULL}, SKS_FILE_ISO, true, true, true},
        {{"attachment.embedded-object"}, SKS_FILE_DOCX, true, true, false},
        {{"attachment.foreign-font"}, SKS_FILE_DOCX, true, true, false},
        {{"attachment.macro"}, SKS_FILE_DOCX, true, true, true},
        {{"attachment.dde"}, SKS_FILE_DOCX, true, true, true},
        {{"attachment.remote-template"}, SKS_FILE_DOCX, true, true, true},
        {{"attachment.pdf-javascript"}, SKS_FILE_PDF, true, true, true},
        {{"attachment.unread-inside"}, SKS_FILE_TEXT, true, true, true},
        {{"attachment.mixed-encryption"}, SKS_FILE_TEXT, true, true, true},
        {{"limit.archive-output"}, SKS_FILE_TEXT, true, true, true},
        /* an encrypted file in one that is not */
        {{"attachment.encrypted-inside", "attachment.opened-inside"}, SKS_FILE_DOCX, false, false, false},
        {{"attachment.encrypted-inside", "attachment.opened-inside", "attachment.macro"},
         SKS_FILE_DOCX,
         false,
         false,
         true},
        {{"attachment.encrypted-inside"}, SKS_FILE_ZIP, false, false, false},
        {{"attachment.encrypted-inside"}, SKS_FILE_ZIP, true, true, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct sks_attachment_entry entry = {.name = "a", .type = rows[i].inside};
        struct sks_fact seen[3];
        size_t count = 0;
        unsigned locked = 0;
        for (; count < 3 && rows[i].facts[count] != NULL; count++) {
            seen[count] = (struct sks_fact){.id = rows[i].facts[count], .where = "a", .detail = ""};
            locked += strcmp(seen[count].id, "attachment.encrypted-inside") == 0;
            locked -= strcmp(seen[count].id, "attachment.opened-inside") == 0;
        }
        const struct sks_attachment attachment = {.type = SKS_FILE_ZIP,
                                                  .encrypted = rows[i].encrypted,
                                                  .opened = rows[i].opened,
                                                  .locked_inside = locked,
                                                  .entries = &entry,
                                                  .entry_count = 1,
                                                  .facts = seen,
                                                  .fact_count = count};
        char *row = g_strdup_printf("row %zu", i);
        assert_row_int(row, sks_indicators_opened_harm(&attachment), rows[i].harm);
        g_free(row);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encryption), cmocka_unit_test(test_facts),  cmocka_unit_test(test_limits),
        cmocka_unit_test(test_language),   cmocka_unit_test(test_quoted), cmocka_unit_test(test_opened_harm),
        cmocka_unit_test(test_harm),
    };
    return cmocka_run_group_tests(tests, lists_set_up, lists_tear_down);
}
