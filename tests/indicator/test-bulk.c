/* Bulk and clean: each indicator fires on what it is for, and not on its harmless look-alike. */
#include "tests/indicator/facts.h"

#include <glib.h>

#define MANY                                                                                                           \
    "a@a.example b@a.example c@a.example d@a.example e@a.example f@a.example g@a.example h@a.example i@a.example "     \
    "j@a.example k@a.example l@a.example"

static const struct row bulk[] = {
    {"brand as name", "bulk.brand", 1, .shows = "三井住友カード", .from_name = "三井住友カード",
     .from = "x@evil.example", .links = {{SKS_LINK_ANCHOR, "login.evil.example", "ログイン"}}},
    {"the brand itself", "bulk.brand", .from_name = "三井住友カード", .from = "mail@contact.vpass.ne.jp",
     .links = {{SKS_LINK_ANCHOR, "www.smbc-card.com", "ログイン"}}},
    {"brand and threat in the subject", "bulk.brand", 0.7, .from = "x@evil.example",
     .subject = "【重要】Amazonアカウントの更新", .links = {{SKS_LINK_ANCHOR, "evil.example", "更新"}}},
    {"a friend writes about it", "bulk.brand", .from = "x@gmail.com", .own = "Amazonで本を買いました。"},
    {"a shop names ways to pay", "bulk.brand", .from = "shop@mise.example",
     .own = "お支払いは PayPay もご利用になれます。", .links = {{SKS_LINK_ANCHOR, "mise.example", "注文"}}},
    {"brand on a list", "bulk.brand", .from_name = "Amazon", .from = "x@y.example", .headers = "List-Id: <a.example>"},
    {"generic greeting", "bulk.generic-greeting", 0.9, .own = "お客様各位\n平素より"},
    {"generic greeting in English", "bulk.generic-greeting", 0.9, .own = "Dear valued customer,\nyour"},
    {"named greeting", "bulk.generic-greeting", .own = "鈴木様\nお世話になっております。"},
    {"word far below", "bulk.generic-greeting",
     .own = "鈴木様\nお世話になっております。先日の打ち合わせではありがとうございました。議事録を添付いたしますので、"
            "ご確認をお願いいたします。なお、次回の会議の資料につきましては、来週の月曜日までにお送りする予定です。"
            "ご不明な点がございましたら、いつでもお知らせください。それでは引き続きよろしくお願い申し上げます。お客様各"
            "位"},
    {"threat", "bulk.threats", 0.5, .own = "ご確認いただけない場合、アカウントを停止いたします。"},
    {"threat in English", "bulk.threats", 0.5, .own = "Your account will be suspended, verify your account now."},
    {"no threat", "bulk.threats", .own = "来週の会議の資料です。"},
    {"prefix of a word", "bulk.threats", .own = "The enterprizes were listed."},
    {"many recipients", "bulk.recipients", 0.3, .from = "x@y.example", .to = MANY},
    {"notice to all staff", "bulk.recipients", .from = "x@a.example", .to = MANY, .trusted = true},
    {"one recipient", "bulk.recipients", .from = "x@y.example", .to = "a@a.example"},
    {"hidden recipient", "bulk.recipients", 0.3, 0.5, .from = "x@y.example", .recipients = "a@a.example"},
    {"an alias of the reader", "bulk.recipients", .from = "x@y.example", .to = "team@a.example",
     .recipients = "a@a.example"},
    {"sent to itself", "bulk.recipients", 0.5, .from = "x@y.example", .to = "x@y.example", .recipients = "a@a.example"},
    {"list", "bulk.recipients", .from = "x@y.example", .to = "ml@list.example", .recipients = "a@a.example",
     .headers = "List-Id: <ml.list.example>"},
    {"mixed alphabets", "bulk.salted-text", 0.5, .own = "Your аccount will bе closеd soon."},
    {"Russian", "bulk.salted-text", .own = "Добрый день, коллеги. See you at the conference."},
    {"Greek letter in physics", "bulk.salted-text", .own = "The α-particle and β decay, ΔG."},
    {"invisible characters", "bulk.salted-text", 0.2,
     .own = "a\xe2\x80\x8b"
            "b\xe2\x80\x8b"
            "c\xe2\x80\x8b"
            "d\xe2\x80\x8b"
            "e\xe2\x80\x8b"
            "f\xe2\x80\x8b"
            "g\xe2\x80\x8b"
            "h\xe2\x80\x8b"
            "i\xe2\x80\x8b"
            "j\xe2\x80\x8b"
            "k"},
    {"preview line", "bulk.salted-text", .own = "今月のお知らせです。いつもありがとうございます。",
     .hidden = "今月の特集"},
    {"list", "bulk.list", 1, .from = "x@y.example", .headers = "List-Id: <a.example>"},
    {"service", "bulk.list", 0.7, .from = "x@y.example", .envelope = "b@bounce.amazonses.com"},
    {"footer", "bulk.list", 0.4, 0.6, .from = "x@y.example", .footer = "配信停止はこちら"},
    {"person", "bulk.list", .from = "x@y.example", .own = "こんにちは"},
    {"cheap suffix", "bulk.throwaway-domain", 0.9, .from = "x@qwertz.top"},
    {"cheap link", "bulk.throwaway-domain", 0.8, .from = "x@y.example", .links = {{SKS_LINK_ANCHOR, "abc.icu", "x"}}},
    {"a partner's own suffix", "bulk.throwaway-domain", .from = "x@y.example",
     .links = {{SKS_LINK_ANCHOR, "www.y.example", "x"}}},
    {"disposable", "bulk.throwaway-domain", 1, .from = "x@mailinator.com"},
    {"stolen thread", "bulk.thread-malspam", 0.9, .from = "x@y.example", .subject = "Re: 会議の件",
     .own = "添付をご確認ください。パスワード：x7Kp22", .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true}}},
    {"a colleague's answer", "bulk.thread-malspam", .from = "x@y.example", .subject = "Re: 会議の件",
     .own = "添付をご確認ください。パスワード：x7Kp22", .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true}},
     .memory = {.available = true, .mails_total = 5000, .to_sender = 3, .answers_ours = true}},
    {"no file", "bulk.thread-malspam", .from = "x@y.example", .subject = "Re: 会議の件", .own = "承知しました。"},
    {"form", "bulk.form", 1, .body_flags = SKS_BODY_FORM | SKS_BODY_HTML},
    {"no form", "bulk.form", .body_flags = SKS_BODY_HTML},
    {"text model", "bulk.wording", 0.5, 0.5, .text = {.bulk = 4, .targeted = -1}},
    {"text model: a mail to many", "bulk.mass-wording", 0.25, 0.25, .text = {.for_one = -2}},
    {"text model says clean", "clean.wording", 0.25, 0.25, .text = {.bulk = -2, .targeted = -3}},
};

#define KNOWN .available = true, .mails_total = 5000

static const struct row known[] = {
    {"proven", "clean.authenticated", 1, .from = "a@office.example", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 dmarc=pass office.example"},
    {"proven webmail", "clean.authenticated", 0.3, 0.5, .from = "a@gmail.com", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 dmarc=pass gmail.com"},
    {"aligned without DMARC", "clean.authenticated", 1, .from = "a@office.co.jp", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 dkim=pass mail.office.co.jp"},
    {"another's signature", "clean.authenticated", .from = "a@office.co.jp", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 dkim=pass sendgrid.net"},
    {"not ours to believe", "clean.authenticated", .from = "a@office.co.jp",
     .results = "mx.kikan.example 0 dmarc=pass office.co.jp"},
    {"from inside", "clean.own-organisation", 1, .from = "a@kikan.example", .own_domain = "kikan.example",
     .trusted = true},
    {"from outside", "clean.own-organisation", .from = "a@kikan.example", .own_domain = "kikan.example"},
};

static void test_bulk(void **state)
{
    run_rows(state, bulk, G_N_ELEMENTS(bulk));
}

static void test_known(void **state)
{
    run_rows(state, known, G_N_ELEMENTS(known));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bulk),
        cmocka_unit_test(test_known),
    };
    return cmocka_run_group_tests(tests, lists_set_up, lists_tear_down);
}
