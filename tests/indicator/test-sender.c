/* Sender: each indicator fires on what it is for, and not on what looks the same and is harmless. */
#include "tests/indicator/facts.h"

#include <glib.h>

#define PEOPLE                                                                                                                 \
    "name,kana,romaji,address,also,organisation,title\n"                                                                       \
    "田中 太郎,たなか たろう,Tanaka Taro,tanaka@kikan.example,taro.t@gmail.com,架空研究機構,主任研究員\n" \
    "渡邉 花子,わたなべ はなこ,Watanabe Hanako,hanako@partner.example,,架空商事株式会社,課長\n"

static const struct row classes[] = {
    {"webmail", "sender.webmail", 1, .from = "someone@gmail.com"},
    {"Japanese webmail", "sender.webmail", 1, .from = "someone@yahoo.co.jp"},
    {"an office", "sender.webmail", .from = "someone@kikan.example"},
    {"a provider is no webmail", "sender.webmail", .from = "someone@ocn.ne.jp"},
    {"provider", "sender.isp", 1, .from = "someone@cream.plala.or.jp"},
    {"carrier", "sender.carrier", 1, .from = "someone@docomo.ne.jp"},
    {"carrier's own staff", "sender.carrier", .from = "someone@nttdocomo.com"},
    {"disposable", "sender.disposable", 1, .from = "x@mailinator.com"},
    {"we are a provider", "sender.isp", .from = "staff@biglobe.ne.jp", .own_domain = "biglobe.ne.jp"},
    {"no address", "sender.webmail", .from_name = "gmail.com"},
};

static const struct row names[] = {
    {"known name, webmail", "sender.name-mismatch", 1, .shows = "tanaka@kikan.example", .from_name = "田中太郎",
     .from = "tanaka.taro1@yahoo.co.jp", .people = PEOPLE},
    {"known name, variant of kanji", "sender.name-mismatch", 1, .from_name = "渡辺花子 様", .from = "w@gmail.com",
     .people = PEOPLE},
    {"known name in romaji", "sender.name-mismatch", 0.7, .from_name = "TANAKA Taro", .from = "t@elsewhere.example",
     .people = PEOPLE},
    {"allowed private address", "sender.name-mismatch", .from_name = "田中太郎", .from = "Taro.T@gmail.com",
     .people = PEOPLE},
    {"own address", "sender.name-mismatch", .from_name = "田中太郎", .from = "tanaka@kikan.example", .people = PEOPLE},
    {"another known person's address", "sender.name-mismatch", .from_name = "田中太郎 (代理)",
     .from = "hanako@partner.example", .people = PEOPLE},
    {"namesake in the same house", "sender.name-mismatch", 0.1, 0.3, .from_name = "田中太郎",
     .from = "tanaka2@kikan.example", .people = PEOPLE},
    {"surname alone", "sender.name-mismatch", .from_name = "田中", .from = "t@gmail.com", .people = PEOPLE},
    {"no directory", "sender.name-mismatch", .from_name = "田中太郎", .from = "t@gmail.com"},
    {"mailing list", "sender.name-mismatch", .from_name = "田中太郎 via kenkyu ML", .from = "kenkyu@ml.example",
     .people = PEOPLE},
    {"“via” behind webmail", "sender.name-mismatch", 1, .from_name = "田中太郎 via office", .from = "x@gmail.com",
     .people = PEOPLE},
    {"a list's field on a mail that no list sent", "sender.name-mismatch", 1, .from_name = "田中太郎",
     .from = "x@gmail.com", .envelope = "x@gmail.com", .headers = "List-Id: <ml.example>", .people = PEOPLE},
    {"posted to a list from webmail", "sender.name-mismatch", .from_name = "田中太郎", .from = "x@gmail.com",
     .envelope = "ml-bounces@list.example", .headers = "List-Id: <ml.example>", .people = PEOPLE},
    {"ARC makes no list", "sender.name-mismatch", 1, .from_name = "田中太郎", .from = "x@gmail.com",
     .authserv = "mx.kikan.example", .results = "mx.kikan.example 0 arc=pass host.example", .people = PEOPLE},
    {"calendar service", "sender.name-mismatch", .from_name = "田中太郎", .from = "no-reply@zoom.us", .people = PEOPLE},
    {"signed with a known name", "sender.name-mismatch", 0.5, 0.7, .from_name = "研究部", .from = "x@gmail.com",
     .signature = "架空研究機構\n主任研究員 田中太郎\nTEL 00-0000-0000", .people = PEOPLE},
    {"signature names the reader", "sender.name-mismatch", .from_name = "山本", .from = "x@gmail.com",
     .to = "tanaka@kikan.example", .signature = "田中太郎", .people = PEOPLE},
};

static const struct row name_addresses[] = {
    {"address of another", "sender.name-holds-address", 1, .shows = "tanaka@kikan.example",
     .from_name = "田中 <tanaka@kikan.example>", .from = "x@gmail.com"},
    {"domain of another", "sender.name-holds-address", 0.7, .from_name = "Amazon.co.jp", .from = "x@shop.example"},
    {"full-width address", "sender.name-holds-address", 1, .from_name = "ｔａｎａｋａ＠kikan.example",
     .from = "x@gmail.com"},
    {"own address as name", "sender.name-holds-address", .from_name = "Tanaka@kikan.example",
     .from = "tanaka@kikan.example"},
    {"own domain as name", "sender.name-holds-address", .from_name = "example.co.jp 事務局",
     .from = "info@mail.example.co.jp"},
    {"company form", "sender.name-holds-address", .from_name = "Kakuu Co.Ltd", .from = "x@kakuu.example"},
    {"degree", "sender.name-holds-address", .from_name = "Taro Tanaka, Ph.D.", .from = "x@kakuu.example"},
    {"ticket system", "sender.name-holds-address", 0.1, 0.3, .from_name = "tanaka@kikan.example (Support)",
     .from = "x@kakuu.zendesk.com"},
    {"calendar invitation", "sender.name-holds-address", 0.1, 0.3, .from_name = "tanaka@kikan.example",
     .from = "cal@host.example", .part_type = "text/calendar"},
};

static const struct row lookalikes[] = {
    {"digit for letter", "sender.lookalike-domain", 1, .shows = "kikan.example", .from = "x@k1kan.example",
     .own_domain = "kikan.example"},
    {"Cyrillic letters", "sender.lookalike-domain", 1, .from = "x@kikаn.example", .own_domain = "kikan.example"},
    {"rn for m", "sender.lookalike-domain", 1, .from = "x@yarnada.example", .own_domain = "yamada.example"},
    {"one letter lost", "sender.lookalike-domain", 0.8, .from = "x@kenkyujo-kian.com",
     .own_domain = "kenkyujo-kikan.example"},
    {"two letters swapped", "sender.lookalike-domain", 0.8, .from = "x@sekihso.example",
     .own_domain = "sekisho.example"},
    {"another suffix", "sender.lookalike-domain", 0.6, .from = "x@sekisho.org", .own_domain = "sekisho.example"},
    {"word added", "sender.lookalike-domain", 0.7, .from = "x@sekisho-japan.org", .own_domain = "sekisho.example"},
    {"ministry as subdomain", "sender.lookalike-domain", 1, .shows = "mofa.go.jp", .from = "x@mofa.go.jp.host.example"},
    {"ministry with hyphens", "sender.lookalike-domain", 1, .from = "x@mofa-go-jp.example"},
    {"ministry as .org", "sender.lookalike-domain", 0.4, .from = "x@mofa.org"},
    {"the ministry itself", "sender.lookalike-domain", .from = "x@mofa.go.jp"},
    {"ourselves", "sender.lookalike-domain", .from = "x@mail.sekisho.example", .own_domain = "sekisho.example"},
    {"a company, whose suffix was checked", "sender.lookalike-domain", .from = "x@sekishi.co.jp",
     .own_domain = "sekisho.example"},
    {"unlike", "sender.lookalike-domain", .from = "x@yamada.example", .own_domain = "sekisho.example"},
    {"webmail", "sender.lookalike-domain", .from = "x@gmail.com", .own_domain = "gmai1.example"},
    {"Reply-To", "sender.lookalike-domain", 0.6, .from = "x@gmail.com", .reply_to = "y@sekisho.org",
     .own_domain = "sekisho.example"},
    {"somebody we know", "sender.lookalike-domain", .from = "x@sekisho.org", .own_domain = "sekisho.example",
     .memory = {.available = true, .mails_total = 5000, .from_domain = 40}},
    {"a word dropped", "sender.lookalike-domain", 0.6, .from = "x@kakuu.com", .own_domain = "kakuu-kenkyujo.example"},
    {"a word joined", "sender.lookalike-domain", 0.6, .from = "x@sekishojapan.com", .own_domain = "sekisho.example"},
    {"a short name inside another word", "sender.lookalike-domain", .from = "x@kakuuten.com",
     .own_domain = "kakuu.example"},
    {"internationalised label that looks like ours", "sender.lookalike-domain", 1, .from = "x@sékisho.example",
     .own_domain = "sekisho.example"},
    {"a partner's, another suffix", "sender.lookalike-domain", 0.7, .shows = "partner.example", .from = "x@partner.com",
     .people = PEOPLE},
    {"the partner itself", "sender.lookalike-domain", .from = "x@partner.example", .people = PEOPLE},
    {"a person's private provider is nobody's model", "sender.lookalike-domain", .from = "x@gmai1l.com",
     .people = "name,address\nA B,a@freemail.example\n"},
    {"a frequent correspondent's, one letter changed", "sender.lookalike-domain", 0.9, .shows = "shimbun.example",
     .from = "x@shimbum.com", .correspondents = "mail.shimbun.example other.example"},
    {"the correspondent itself", "sender.lookalike-domain", .from = "x@shimbun.example",
     .correspondents = "shimbun.example shimbum.example"},
    {"frequent correspondents that use webmail", "sender.lookalike-domain", .from = "x@exclte.org",
     .correspondents = "excite.co.jp"},
    {"unlike the correspondents", "sender.lookalike-domain", .from = "x@yamada.example",
     .correspondents = "shimbun.example"},
    {"no own domains: the recipient's", "sender.lookalike-domain", 0.6, .from = "x@sekisho.org",
     .to = "y@sekisho.example"},
};

static const struct row routes[] = {
    {"replies to webmail", "sender.reply-to-elsewhere", 1, .from = "x@office.example", .reply_to = "x1@gmail.com"},
    {"replies to another webmail", "sender.reply-to-elsewhere", 0.7, .from = "a@gmail.com",
     .reply_to = "b@yahoo.co.jp"},
    {"writes from two addresses", "sender.reply-to-elsewhere", 0.2, 0.3, .from = "taro@office.example",
     .reply_to = "taro@gmail.com"},
    {"the same address", "sender.reply-to-elsewhere", .from = "a@office.example", .reply_to = "A@office.example"},
    {"the same house", "sender.reply-to-elsewhere", .from = "a@office.co.jp", .reply_to = "b@ml.office.co.jp"},
    {"list", "sender.reply-to-elsewhere", .from = "a@office.example", .reply_to = "ml@list.example",
     .headers = "List-Id: <ml.list.example>"},
    {"newsletter", "sender.reply-to-elsewhere", 0.1, 0.3, .from = "a@office.example", .reply_to = "news@other.example",
     .headers = "List-Unsubscribe: <https://example/>"},
    {"envelope elsewhere", "sender.envelope-elsewhere", 0.5, .from = "a@office.example", .envelope = "b@other.example"},
    {"envelope webmail", "sender.envelope-elsewhere", 1, .from = "a@office.example", .envelope = "b@gmail.com"},
    {"Return-Path", "sender.envelope-elsewhere", 0.5, .from = "a@office.example", .return_path = "b@other.example"},
    {"null sender", "sender.envelope-elsewhere", .from = "a@office.example", .envelope = ""},
    {"same party", "sender.envelope-elsewhere", .from = "a@office.co.jp", .envelope = "bounce@mx.office.co.jp"},
    {"mailing service", "sender.envelope-elsewhere", .from = "a@office.example", .envelope = "b@amazonses.com"},
    {"forwarding", "sender.envelope-elsewhere", .from = "a@office.example",
     .envelope = "SRS0=abc=de=office.example=a@forwarder.example"},
    {"list", "sender.envelope-elsewhere", .from = "a@office.example", .envelope = "ml-bounces@list.example",
     .headers = "List-Post: <mailto:ml@list.example>"},
    {"our domain from outside", "sender.own-domain-outside", 0.7, .from = "boss@kikan.example",
     .own_domain = "kikan.example", .client_address = "192.0.2.7"},
    {"own staff, authenticated", "sender.own-domain-outside", .from = "boss@kikan.example",
     .own_domain = "kikan.example", .client_address = "192.0.2.7", .authenticated = true},
    {"own relay", "sender.own-domain-outside", .from = "boss@kikan.example", .own_domain = "kikan.example",
     .client_address = "10.0.0.3"},
    {"proven", "sender.own-domain-outside", .from = "boss@kikan.example", .own_domain = "kikan.example",
     .client_address = "192.0.2.7", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 dmarc=pass kikan.example"},
    {"client unknown", "sender.own-domain-outside", .from = "boss@kikan.example", .own_domain = "kikan.example"},
    {"own domains unknown", "sender.own-domain-outside", .from = "boss@kikan.example", .to = "x@kikan.example",
     .client_address = "192.0.2.7"},
    {"own list outside", "sender.own-domain-outside", .from = "boss@kikan.example", .own_domain = "kikan.example",
     .client_address = "192.0.2.7", .headers = "List-Id: <ml.example>"},
    {"two From addresses", "sender.several", 0.5, .from = "a@office.example", .from2 = "b@gmail.com"},
    {"one From address", "sender.several", .from = "a@office.example"},
};

static const struct row authentication[] = {
    {"DMARC fails", "sender.authentication-failed", 1, .from = "a@office.example", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 dmarc=fail office.example"},
    {"not our results", "sender.authentication-failed", .from = "a@office.example", .authserv = "mx.kikan.example",
     .results = "mx.elsewhere.example 0 dmarc=fail office.example"},
    {"nobody's results are believed", "sender.authentication-failed", .from = "a@office.example",
     .results = "mx.kikan.example 0 dmarc=fail office.example"},
    {"below a foreign Received", "sender.authentication-failed", .from = "a@office.example",
     .authserv = "mx.kikan.example", .own_received = 1, .results = "mx.kikan.example 2 dmarc=fail office.example"},
    {"SPF fails, DKIM passes aligned", "sender.authentication-failed", .from = "a@office.co.jp",
     .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 spf=fail b@office.co.jp\nmx.kikan.example 0 dkim=pass mail.office.co.jp"},
    {"SPF fails alone", "sender.authentication-failed", 0.6, .from = "a@office.example", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 spf=fail b@office.example"},
    {"SPF of another domain", "sender.authentication-failed", .from = "a@office.example",
     .authserv = "mx.kikan.example", .results = "mx.kikan.example 0 spf=fail b@forwarder.example"},
    {"list broke the signature", "sender.authentication-failed", 0.1, 0.3, .from = "a@office.example",
     .authserv = "mx.kikan.example", .headers = "List-Id: <ml.example>",
     .results = "mx.kikan.example 0 dmarc=fail office.example"},
    {"ARC vouches for the list", "sender.authentication-failed", 0.1, 0.3, .from = "a@office.example",
     .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 dmarc=fail office.example\nmx.kikan.example 0 arc=pass list.example"},
    {"SPF and DKIM passed, for others", "sender.authentication-failed", 0.3, 0.3, .shows = "alignment",
     .from = "a@mofa.go.jp", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 spf=pass x@host.example\nmx.kikan.example 0 dkim=pass host.example"},
    {"DKIM passed for a domain above", "sender.authentication-failed", .from = "a@mail.office.co.jp",
     .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 spf=pass x@host.example\nmx.kikan.example 0 dkim=pass office.co.jp"},
    {"… and proves it", "clean.authenticated", 1, .from = "a@mail.office.co.jp", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 spf=pass x@host.example\nmx.kikan.example 0 dkim=pass office.co.jp"},
    {"a public suffix is nobody's", "clean.authenticated", .from = "a@office.co.jp", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 dkim=pass other.co.jp"},
    {"a service that sends for others", "sender.authentication-failed", .from = "a@office.example",
     .authserv = "mx.kikan.example", .headers = "Feedback-ID: 1:2",
     .results = "mx.kikan.example 0 spf=pass x@host.example\nmx.kikan.example 0 dkim=pass host.example"},
    {"SPF alone passed, for another", "sender.authentication-failed", .from = "a@office.example",
     .authserv = "mx.kikan.example", .results = "mx.kikan.example 0 spf=pass x@host.example"},
    {"DMARC passed for another From", "clean.authenticated", .from = "a@office.example", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 dmarc=pass other.example"},
    {"not configured: nothing is believed", "sender.authentication-failed", .from = "a@office.example",
     .results = "mx.kikan.example 0 dmarc=fail office.example"},
    {"none is no failure", "sender.authentication-failed", .from = "a@office.example", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 dmarc=none office.example"},
    {"the topmost of two counts", "sender.authentication-failed", 1, .from = "a@office.example",
     .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 dmarc=fail office.example\nmx.kikan.example 0 dmarc=pass office.example"},
    {"typed in below", "sender.forged-results", 1, .from = "a@office.example", .authserv = "mx.kikan.example",
     .own_received = 1, .results = "mx.kikan.example 2 dmarc=pass office.example"},
    {"typed in is not believed", "clean.authenticated", .from = "a@office.example", .authserv = "mx.kikan.example",
     .own_received = 1, .results = "mx.kikan.example 2 dmarc=pass office.example"},
    {"came back from a list", "sender.forged-results", 0.1, 0.3, .from = "a@office.example",
     .authserv = "mx.kikan.example", .headers = "List-Id: <ml.example>",
     .results = "mx.kikan.example 3 dmarc=pass office.example"},
    {"others' results below", "sender.forged-results", .from = "a@office.example", .authserv = "mx.kikan.example",
     .results = "mx.google.com 3 dmarc=pass office.example"},
};

#define TABLE_TEST(table)                                                                                              \
    static void test_##table(void **state)                                                                             \
    {                                                                                                                  \
        run_rows(state, table, G_N_ELEMENTS(table));                                                                   \
    }

TABLE_TEST(classes)
TABLE_TEST(names)
TABLE_TEST(name_addresses)
TABLE_TEST(lookalikes)
TABLE_TEST(routes)
TABLE_TEST(authentication)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),    cmocka_unit_test(test_names),  cmocka_unit_test(test_name_addresses),
        cmocka_unit_test(test_lookalikes), cmocka_unit_test(test_routes), cmocka_unit_test(test_authentication),
    };
    return cmocka_run_group_tests(tests, lists_set_up, lists_tear_down);
}
