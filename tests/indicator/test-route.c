/*
 * Route: each sign of another place, or of another way than the sender claims, and the harmless mail that looks the
 * same: staff who travel, partners abroad, servers without a zone, lists, offices whose mail a provider runs.
 */
#include "tests/indicator/facts.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>

#include "config.h"

#define JA .own = "お世話になります。"

static const struct row routes[] = {
    {"Chinese mailer", "route.foreign-mailer", 1, .from = "x@y.example", JA, .mailer = "Foxmail 7.2.25.254[cn]"},
    {"partner in China", "route.foreign-mailer", 0.1, 0.3, .from = "x@y.com.cn", JA,
     .mailer = "Foxmail 7.2.25.254[cn]"},
    {"English mail from anywhere", "route.foreign-mailer", .from = "x@y.example", .own = "Dear all, thanks.",
     .mailer = "Foxmail 7.2.25.254[cn]"},
    {"English mail from a Japanese address", "route.foreign-mailer", 1, .from = "x@y.co.jp", .own = "Dear all, thanks.",
     .mailer = "Foxmail 7.2.25.254[cn]"},
    {"common mailer", "route.foreign-mailer", .from = "x@y.example", JA, .mailer = "Microsoft Outlook 16.0"},
    {"GB2312 subject", "route.foreign-charset", 1, .from = "x@y.example", JA, .subject_charset = "gb2312"},
    {"GBK text", "route.foreign-charset", 1, .from = "x@y.example", JA, .text_charset = "gbk"},
    {"partner in Taiwan", "route.foreign-charset", 0.1, 0.3, .from = "x@y.com.tw", JA, .text_charset = "big5"},
    {"Japanese charset", "route.foreign-charset", .from = "x@y.example", JA, .subject_charset = "iso-2022-jp",
     .text_charset = "iso-2022-jp"},
    {"Chinese mail", "route.foreign-charset", .from = "x@y.example", .own = "您好", .language = "zh",
     .text_charset = "gb2312"},
    {"clock of China", "route.foreign-time-zone", 0.8, .shows = "+0800", .from = "x@gmail.com", JA, .zone = "+0800"},
    {"clock of Japan", "route.foreign-time-zone", .from = "x@gmail.com", JA, .zone = "+0900"},
    {"server on UTC", "route.foreign-time-zone", .from = "x@gmail.com", JA, .zone = "+0000"},
    {"travelling in Europe", "route.foreign-time-zone", 0.1, 0.4, .from = "x@gmail.com", JA, .zone = "+0200"},
    {"partner in China", "route.foreign-time-zone", 0.1, 0.3, .from = "x@y.com.cn", JA, .zone = "+0800"},
    {"newsletter", "route.foreign-time-zone", .from = "x@y.example", JA, .zone = "-0700",
     .headers = "Feedback-ID: 1:2"},
    {"taken in by a Chinese clock", "route.foreign-time-zone", 0.5, .from = "x@y.example", JA, .zone = "+0900",
     .own_received = 1,
     .received = {{"mail.y.example", "y", "mx.kikan.example", "+0900"}, {"", "pc", "mail.y.example", "+0800"}}},
    {"Chinese relay", "route.foreign-relay", 0.8, .from = "x@y.co.jp", JA, .client_name = "mail.host.example.cn"},
    {"relay of a Chinese partner", "route.foreign-relay", 0.1, 0.3, .from = "x@y.com.cn", JA,
     .client_name = "mail.y.com.cn"},
    {"rented Windows machine", "route.foreign-relay", 0.6, .from = "x@y.co.jp", JA,
     .received = {{"mail.y.co.jp", "WIN-A1B2C3D4E5F", "mx", "+0900"}}},
    {"Japanese relay", "route.foreign-relay", .from = "x@y.co.jp", JA, .client_name = "mail.y.co.jp"},
    {"our own hosts", "route.foreign-relay", .from = "x@y.co.jp", JA, .own_received = 1,
     .received = {{"mail.host.example.cn", "a", "mx", "+0900"}}},
    {"date far ahead", "route.clock", 0.4, .quotes = "dated 4.0 days after it came in", .from = "x@y.example",
     .zone = "+0900", .late = -4 * 86400},
    {"date right", "route.clock", .from = "x@y.example", .zone = "+0900", .late = 30},
    {"waited for days", "route.clock", .from = "x@y.example", .zone = "+0900", .late = 5 * 86400},
    {"Message-ID of webmail", "route.message-id", 0.7, .from = "x@y.example", .message_id = "abc@m.yahoo.co.jp"},
    {"an office whose mail Google runs", "route.message-id", .from = "x@y.example", .message_id = "abc@mail.gmail.com"},
    {"a ministry's, made elsewhere", "route.message-id", 0.4, .from = "x@mofa.go.jp", .message_id = "abc@host.example"},
    {"Message-ID of the house", "route.message-id", .from = "x@y.co.jp", .message_id = "abc@mx1.y.co.jp"},
    {"Message-ID of a service", "route.message-id", .from = "x@y.co.jp", .message_id = "abc@email.amazonses.com",
     .headers = "X-SES-Outgoing: 1"},
};

/* 1790000000 is 2026-09-21 14:13:20 UTC, 22:13:20 in China. */
static const struct row zones[] = {
    {"Message-ID with China's time", "route.foreign-time-zone", 0.6, .shows = "+0800", .from = "x@y.co.jp", JA,
     .zone = "+0900", .message_id = "20260921221320123456@y.co.jp"},
    {"Message-ID with Japan's time", "route.foreign-time-zone", .from = "x@y.co.jp", JA, .zone = "+0900",
     .message_id = "20260921231320.123.ABC@y.co.jp"},
    {"Message-ID by Postfix, in UTC", "route.foreign-time-zone", .from = "x@y.co.jp", JA, .zone = "+0900",
     .message_id = "20260921141320.4F1A2B3C@mail.y.co.jp"},
    {"digits that are no time", "route.foreign-time-zone", .from = "x@y.co.jp", JA, .zone = "+0900",
     .message_id = "98765432109876543210@y.co.jp"},
    {"partner in China, by the Message-ID", "route.foreign-time-zone", 0.1, 0.3, .from = "x@y.com.cn", JA,
     .zone = "+0900", .message_id = "20260921221320123456@y.com.cn"},
    {"staff travelling in America", "route.foreign-time-zone", 0.1, 0.4, .from = "x@kikan.example", JA, .zone = "-0700",
     .own_domain = "kikan.example"},
    {"list", "route.foreign-time-zone", .from = "x@y.co.jp", JA, .zone = "+0800", .headers = "List-Id: <a.ml.example>",
     .envelope = "bounce@ml.example"},
};

static const struct row clocks[] = {
    {"arrives before it was sent", "route.clock", 0.3, .shows = "3.0 hours ahead", .from = "x@y.example",
     .zone = "+0900",
     .received = {{"a.example", "a", "mx", "+0900", .date = 60},
                  {"b.example", "b", "a", "+0900", .date = 3 * 3600 + 60}}},
    {"waits for two hours", "route.clock", .from = "x@y.example", .zone = "+0900", .late = 7200,
     .received = {{"a.example", "a", "mx", "+0900", .date = 7200}, {"b.example", "b", "a", "+0900", .date = 2}}},
    {"clocks some minutes apart", "route.clock", .from = "x@y.example", .zone = "+0900",
     .received = {{"a.example", "a", "mx", "+0900", .date = 0}, {"b.example", "b", "a", "+0900", .date = 900}}},
    {"a host without a date", "route.clock", .from = "x@y.example", .zone = "+0900",
     .received = {{"a.example", "a", "mx", "+0900", .date = 9}, {"b.example", "b", "a"}, {"c", "c", "b", "+0900"}}},
    {"sent hours after its arrival", "route.clock", 0.2, 0.2, .shows = "dated 4.0 hours after it came in",
     .from = "x@y.example", .zone = "+0900", .late = -4 * 3600},
    {"a clock that is half an hour fast", "route.clock", .from = "x@y.example", .zone = "+0900", .late = -1800},
};

#define FOXMAIL "Content-Type: multipart/mixed; boundary=\"----=_001_NextPart604173256_=----\""
#define OUTLOOK "Content-Type: multipart/mixed; boundary=\"----=_NextPart_000_0012_01D5A5C6.8D8B1A50\""
#define MAILMAN "Content-Type: multipart/mixed; boundary=\"===============1234567890==\""

static const struct row marks[] = {
    {"Outlook with a boundary of Foxmail's", "route.mailer-marks", 0.8, .shows = "Foxmail", .from = "x@y.example",
     .mailer = "Microsoft Outlook 16.0", .headers = FOXMAIL},
    {"… which is a mailer of another country", "route.foreign-mailer", 0.9, .shows = "NextPart604173256",
     .from = "x@y.co.jp", JA, .mailer = "Microsoft Outlook 16.0", .headers = FOXMAIL},
    {"Foxmail that says so", "route.mailer-marks", .from = "x@y.com.cn", .mailer = "Foxmail 7.2", .headers = FOXMAIL},
    {"partner in China with Foxmail", "route.foreign-mailer", 0.1, 0.3, .from = "x@y.com.cn", JA, .headers = FOXMAIL},
    {"English mail with Foxmail", "route.foreign-mailer", .from = "x@y.example", .own = "Dear all", .headers = FOXMAIL},
    {"Outlook", "route.mailer-marks", .from = "x@y.example", .mailer = "Microsoft Outlook 16.0", .headers = OUTLOOK,
     .message_id = "000001d5a5c6$8d8b1a50$a8a14ef0$@y.example"},
    {"Thunderbird with Outlook's Message-ID", "route.mailer-marks", 0.8, .from = "x@y.example",
     .mailer = "Mozilla Thunderbird 102.1", .message_id = "000001d5a5c6$8d8b1a50$a8a14ef0$@y.example"},
    {"Outlook with Gmail's Message-ID", "route.mailer-marks", 0.8, .from = "x@gmail.com",
     .mailer = "Microsoft Outlook 15.0", .message_id = "CAmGYOegtt8MtHX2XcZ1DBduaIoRXcm3vrFUHVvc@mail.gmail.com"},
    {"Outlook that hands in through Gmail", "route.mailer-marks", .from = "x@gmail.com",
     .mailer = "Microsoft Outlook 16.0", .message_id = "000001d5a5c6$8d8b1a50$a8a14ef0$@gmail.com"},
    {"a list's boundary", "route.mailer-marks", .from = "x@y.example", .mailer = "Mozilla Thunderbird 102.1",
     .headers = "List-Id: <a.ml.example>\n" MAILMAN},
    {"Outlook on a Mac", "route.mailer-marks", .from = "x@y.example", .mailer = "Microsoft-MacOutlook/16.54",
     .headers = MAILMAN},
    {"a mail program with a Chinese provider", "route.mailer-marks", .from = "x@y.com.cn",
     .mailer = "Microsoft Outlook 16.0", .headers = "X-Coremail-Locale: zh_CN"},
    {"unknown mailer", "route.mailer-marks", .from = "x@y.example", .mailer = "Kakuu Mail 3", .headers = FOXMAIL},
    {"Coremail by its field", "route.foreign-mailer", 0.9, .shows = "Coremail", .from = "x@y.co.jp", JA,
     .headers = "X-Coremail-Locale: zh_CN"},
    {"QQ by its Message-ID", "route.foreign-mailer", 0.9, .from = "x@y.co.jp", JA,
     .message_id = "tencent_1A2B3C4D5E6F@qq.com"},
    {"QQ's own address", "route.foreign-mailer", 0.1, 0.3, .from = "x@qq.com", JA,
     .message_id = "tencent_1A2B3C4D5E6F@qq.com"},
};

static const struct row providers[] = {
    {"Gmail that Google did not carry", "route.provider-absent", 0.7, .shows = "vps.host.example",
     .from = "x@gmail.com", .client_name = "vps.host.example"},
    {"by the trace alone", "route.provider-absent", 0.7, .from = "x@yahoo.co.jp",
     .received = {{"vps.host.example", "vps", "mx.kikan.example", "+0900"}}},
    {"Gmail", "route.provider-absent", .from = "x@gmail.com", .client_name = "mail-ed1-f54.google.com"},
    {"Gmail, forwarded by an office", "route.provider-absent", .from = "x@gmail.com", .client_name = "mx.univ.example",
     .received = {{"mx.univ.example", "mx", "mx.kikan.example", "+0900"},
                  {"mail-ed1-f54.google.com", "mail", "mx.univ.example", "-0700"}}},
    {"only a scanner on the same host", "route.provider-absent", .from = "x@gmail.com", .client_name = "localhost",
     .received = {{"localhost.localdomain", "localhost", "mx", "+0900"}}},
    {"nothing known of the way", "route.provider-absent", .from = "x@gmail.com"},
    {"proven by DKIM", "route.provider-absent", .from = "x@gmail.com", .client_name = "vps.host.example",
     .authserv = "mx.kikan.example", .results = "mx.kikan.example 0 dkim=pass gmail.com"},
    {"posted to a list", "route.provider-absent", .from = "x@gmail.com", .client_name = "lists.example",
     .headers = "List-Id: <a.ml.example>", .envelope = "bounce@ml.example"},
    {"an office's own address", "route.provider-absent", .from = "x@y.example", .client_name = "mail.isp.example"},
    {"from our own network", "route.provider-absent", .from = "x@gmail.com", .client_name = "pc.kikan.example",
     .trusted = true},
};

static const struct row message_ids[] = {
    {"Gmail's web with another's Message-ID", "route.message-id", 0.4, .shows = "vps.host.example",
     .from = "x@gmail.com", .message_id = "abc@vps.host.example"},
    {"Gmail with another webmail's", "route.message-id", 0.8, .from = "x@gmail.com", .message_id = "abc@m.yahoo.co.jp"},
    {"Gmail's own", "route.message-id", .from = "x@gmail.com", .message_id = "CAabc@mail.gmail.com"},
    {"a mail program with the computer's name", "route.message-id", .from = "x@gmail.com", .mailer = "Becky! ver. 2.75",
     .message_id = "20260921.ABC@pc.office.example"},
    {"Gmail on a telephone", "route.message-id", .from = "x@gmail.com", .message_id = "abc@email.android.com"},
    {"Outlook's telephone program with a Gmail address", "route.message-id", .from = "x@hotmail.co.jp",
     .message_id = "TY1PR01@TY1PR01.jpnprd01.prod.outlook.com"},
};

#ifdef HAVE_LOCATION

#include <libloc/writer.h>

/* Networks for documentation (RFC 5737, RFC 3849), given to countries. */
static void write_countries(const char *file)
{
    static const struct {
        const char *network, *country;
    } table[] = {{"198.51.100.0/24", "CN"}, {"203.0.113.0/24", "JP"}, {"192.0.2.0/24", "DE"}, {"2001:db8::/32", "RU"}};
    struct loc_ctx *context = NULL;
    struct loc_writer *writer = NULL;
    assert_int_equal(loc_new(&context), 0);
    assert_int_equal(loc_writer_new(context, &writer, NULL, NULL), 0);
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        struct loc_network *network = NULL;
        assert_int_equal(loc_writer_add_network(writer, &network, table[i].network), 0);
        assert_int_equal(loc_network_set_country_code(network, table[i].country), 0);
        loc_network_unref(network);
    }
    FILE *stream = fopen(file, "w");
    assert_non_null(stream);
    assert_int_equal(loc_writer_write(writer, stream, LOC_DATABASE_VERSION_LATEST), 0);
    fclose(stream);
    loc_writer_unref(writer);
    loc_unref(context);
}

static const struct row countries[] = {
    {"webmail used in China", "route.foreign-relay", 0.9, .shows = "198.51.100.7, CN", .from = "x@freemail.example", JA,
     .headers = "X-Originating-IP: [198.51.100.7]", .client_name = "mail.freemail.example"},
    {"webmail used in Japan", "route.foreign-relay", .from = "x@freemail.example", JA,
     .headers = "X-Originating-IP: [203.0.113.7]"},
    {"IPv6", "route.foreign-relay", 0.9, .shows = "RU", .from = "x@freemail.example", JA,
     .headers = "X-Client-IP: 2001:db8::5"},
    {"staff travelling in Germany", "route.foreign-relay", 0.1, 0.4, .from = "x@kikan.example", JA,
     .headers = "X-Originating-IP: [192.0.2.7]", .own_domain = "kikan.example"},
    {"partner in China", "route.foreign-relay", 0.1, 0.3, .from = "x@y.com.cn", JA,
     .headers = "X-Originating-IP: [198.51.100.7]"},
    {"a mail program in China", "route.foreign-relay", 0.9, .from = "x@y.example", JA,
     .received = {{"pc", "pc", "mail.y.example", "+0900", "198.51.100.9", "ESMTPSA", .authenticated = true}}},
    {"handed in from a host in China", "route.foreign-relay", 0.9, .from = "x@y.example", JA,
     .client_address = "198.51.100.9"},
    {"a host in Germany", "route.foreign-relay", .from = "x@y.example", JA, .client_address = "192.0.2.9"},
    {"a provider's host in China", "route.foreign-relay", .from = "x@y.example", JA, .client_address = "198.51.100.9",
     .client_name = "mail-hk.google.com"},
    {"not an address", "route.foreign-relay", .from = "x@y.example", JA, .headers = "X-Originating-IP: unknown"},
    {"unknown network", "route.foreign-relay", .from = "x@y.example", JA, .headers = "X-Originating-IP: 10.0.0.1"},
    {"English mail from China", "route.foreign-relay", .from = "x@y.example", .own = "Dear all",
     .client_address = "198.51.100.9"},
    {"list", "route.foreign-relay", .from = "x@y.example", JA, .client_address = "198.51.100.9",
     .headers = "List-Id: <a.ml.example>"},
};

static void test_countries(void **state)
{
    struct sks_countries *known = NULL;
    struct sks_problems *problems = sks_problems_create();
    char *file = NULL, country[3] = "";
    int descriptor = g_file_open_tmp("sekisho-countries-XXXXXX", &file, NULL);
    assert_true(descriptor >= 0);
    g_close(descriptor, NULL);
    assert_int_equal(sks_countries_create(&known, "/nonexistent/location.db", problems), SKS_ERROR_IO);
    assert_int_equal(sks_countries_create(&known, file, problems), SKS_ERROR_FORMAT);
    assert_int_equal(sks_problems_count(problems), 2);
    write_countries(file);
    assert_int_equal(sks_countries_create(&known, file, problems), 0);
    assert_true(sks_countries_find(known, "198.51.100.200", country));
    assert_string_equal(country, "CN");
    assert_false(sks_countries_find(known, "203.0.114.1", country));
    assert_false(sks_countries_find(known, "nonsense", country));
    row_countries = known;
    run_rows(state, countries, G_N_ELEMENTS(countries));
    row_countries = NULL;
    sks_countries_destroy(known);
    sks_countries_destroy(NULL);
    sks_problems_destroy(problems);
    g_unlink(file);
    g_free(file);
}

#endif

#define TEST(rows)                                                                                                     \
    static void test_##rows(void **state)                                                                              \
    {                                                                                                                  \
        run_rows(state, rows, G_N_ELEMENTS(rows));                                                                     \
    }
TEST(routes)
TEST(zones)
TEST(clocks)
TEST(marks)
TEST(providers)
TEST(message_ids)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes),    cmocka_unit_test(test_zones),     cmocka_unit_test(test_clocks),
        cmocka_unit_test(test_marks),     cmocka_unit_test(test_providers), cmocka_unit_test(test_message_ids),
#ifdef HAVE_LOCATION
        cmocka_unit_test(test_countries),
#endif
    };
    return cmocka_run_group_tests(tests, lists_set_up, lists_tear_down);
}
