/* Claims of organisations, found by lists, directory and IPADIC; and the harmless mail that names organisations. */
#include "tests/indicator/facts.h"

#include <glib.h>

#define PEOPLE                                                                                                                 \
    "name,kana,romaji,address,also,organisation,title\n"                                                                       \
    "田中 太郎,たなか たろう,Tanaka Taro,tanaka@kikan.example,taro.t@gmail.com,架空研究機構,主任研究員\n" \
    "渡邉 花子,わたなべ はなこ,Watanabe Hanako,hanako@partner.example,,架空商事株式会社,課長\n"

static const struct row claims[] = {
    {"ministry as name, webmail", "sender.organisation-claim", 1, .shows = "外務省", .from_name = "外務省 アジア局",
     .from = "x@yahoo.co.jp"},
    {"ministry with its domain", "sender.organisation-claim", .from_name = "外務省 アジア局", .from = "x@mofa.go.jp"},
    {"a town that names a ministry", "sender.organisation-claim", 0.2, 0.3, .from_name = "外務省",
     .from = "x@city.hakodate.hokkaido.jp"},
    {"a city that is none", "sender.organisation-claim", 1, .from_name = "外務省", .from = "x@city.example.co.jp"},
    {"below its domain", "sender.organisation-claim", .from_name = "東京大学", .from = "x@g.ecc.u-tokyo.ac.jp"},
    {"signature", "sender.organisation-claim", 0.7, .from = "x@sender.example",
     .signature = "田中 太郎\n防衛研究所 主任研究官"},
    {"introduces himself", "sender.organisation-claim", 0.7, .from = "x@sender.example",
     .own = "突然のご連絡失礼いたします。防衛省の田中と申します。"},
    {"introduces herself in English", "sender.organisation-claim", 0.7, .from = "x@sender.example",
     .own = "Dear Dr. Suzuki, I am a researcher at Chatham House and write about Asia."},
    {"writes about it", "sender.organisation-claim", .from = "x@sender.example",
     .own = "昨日の防衛省の発表について、ご意見を伺いたく存じます。"},
    {"writes about it in English", "sender.organisation-claim", .from = "x@sender.example",
     .own = "The report by Chatham House was published. I am sure you have seen it."},
    {"partner of the directory", "sender.organisation-claim", 1, .shows = "架空商事株式会社",
     .from_name = "架空商事株式会社 営業部", .from = "x@other.example", .people = PEOPLE},
    {"partner with its domain", "sender.organisation-claim", .from_name = "架空商事株式会社 営業部",
     .from = "y@partner.example", .people = PEOPLE},
    {"any office behind webmail", "sender.organisation-claim", 0.3, 0.5, .from_name = "架空出版株式会社",
     .from = "x@gmail.com"},
    {"introduces himself as of an office, webmail", "sender.organisation-claim", 0.3, 0.5, .from = "x@gmail.com",
     .own = "はじめまして。架空研究所の田中と申します。"},
    {"the same from an office", "sender.organisation-claim", .from = "x@kakuu.example",
     .own = "はじめまして。架空研究所の田中と申します。"},
    {"names the reader's office", "sender.organisation-claim", .from = "x@gmail.com",
     .own = "架空研究所 御中\nはじめまして。田中と申します。"},
    {"an office behind its own domain", "sender.organisation-claim", .from_name = "架空出版株式会社",
     .from = "x@kakuu-shuppan.example"},
    {"private mail", "sender.organisation-claim", .from_name = "田中太郎", .from = "x@gmail.com",
     .own = "お久しぶりです。"},
    {"posted to a list, or said to be", "sender.organisation-claim", 0.5, 0.5, .from_name = "東京大学 山田",
     .from = "x@gmail.com", .headers = "List-Id: <kenkyu.ml.example>"},
    {"a list's own address", "sender.organisation-claim", .from_name = "東京大学 山田", .from = "kenkyu@ml.example",
     .headers = "List-Id: <kenkyu.ml.example>"},
    {"quoted only", "sender.organisation-claim", .from = "x@gmail.com", .own = "承知しました。"},
};

static const struct row introductions[] = {
    {"says who he is, plainly", "sender.organisation-claim", 0.8, .shows = "防衛省", .from = "x@sender.example",
     .own = "お世話になっております。防衛省の田中です。"},
    {"on a line of its own", "sender.organisation-claim", 0.8, .shows = "外務省", .from = "x@sender.example",
     .own = "山本様\n外務省 アジア局の田中太郎です\n資料をお送りします。"},
    {"from the ministry itself", "sender.organisation-claim", .from = "x@mod.go.jp",
     .own = "お世話になっております。防衛省の田中です。"},
    {"tells of somebody else", "sender.organisation-claim", .from = "x@sender.example",
     .own = "先日お会いしたのは防衛省の田中です。"},
    {"tells of somebody else, again", "sender.organisation-claim", .from = "x@gmail.com",
     .own = "担当が防衛省の田中です。"},
    {"greets somebody of it", "sender.organisation-claim", .from = "x@sender.example",
     .own = "防衛省 田中様\nお世話になっております。山本です。"},
    {"a partner of the directory", "sender.organisation-claim", 0.8, .shows = "架空商事株式会社",
     .from = "x@other.example", .own = "お世話になります。架空商事株式会社の渡辺です。", .people = PEOPLE},
    {"the partner's own mail", "sender.organisation-claim", .from = "y@partner.example",
     .own = "お世話になります。架空商事株式会社の渡辺です。", .people = PEOPLE},
    {"known to IPADIC alone, webmail", "sender.organisation-claim", 0.4, 0.5, .shows = "経済同友会",
     .from = "x@gmail.com", .signature = "経済同友会\n田中"},
    {"known to IPADIC alone, an office's address", "sender.organisation-claim", .from = "x@kakuu.example",
     .signature = "経済同友会\n田中"},
    {"private mail with a name", "sender.organisation-claim", .from_name = "田中太郎", .from = "x@gmail.com",
     .own = "こんにちは、田中です。元気ですか。"},
    {"on a list, or said to be", "sender.organisation-claim", 0.4, 0.4, .from = "x@gmail.com",
     .own = "防衛省の田中です。", .headers = "List-Id: <a.ml.example>"},
    {"a mailing list", "sender.organisation-claim", .from = "x@y.example", .own = "防衛省の田中です。",
     .headers = "List-Id: <a.ml.example>"},
};

static const struct row persons[] = {
    {"says that he is a known person", "sender.name-mismatch", 0.4, 0.6, .shows = "tanaka@kikan.example",
     .from_name = "研究部", .from = "x@freemail.example", .own = "お世話になります。田中太郎です。", .people = PEOPLE},
    {"names a known person", "sender.name-mismatch", .from_name = "研究部", .from = "x@freemail.example",
     .own = "田中太郎さんに伺いました。山本です。", .people = PEOPLE},
    {"the person's private address", "sender.name-mismatch", .from_name = "太郎", .from = "taro.t@gmail.com",
     .own = "お世話になります。田中太郎です。", .people = PEOPLE},
};

static int set_up(void **state)
{
    return lists_set_up(state) == 0 ? sks_language_create(&row_language, NULL) : 1;
}

static int tear_down(void **state)
{
    sks_language_destroy(row_language);
    return lists_tear_down(state);
}

static void test_claims(void **state)
{
    run_rows(state, claims, G_N_ELEMENTS(claims));
}

static void test_introductions(void **state)
{
    run_rows(state, introductions, G_N_ELEMENTS(introductions));
}

static void test_persons(void **state)
{
    run_rows(state, persons, G_N_ELEMENTS(persons));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_introductions),
        cmocka_unit_test(test_persons),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
