/*
 * Trace fields as MTAs write them, and Authentication-Results (examples of RFC 8601, appendix B, among them). Times
 * were computed with Python's email.utils.
 */
#include "test.h"

#include <glib.h>

#include "message/authentication.h"
#include "message/received.h"

/* want: "helo|name|address|by|with|id|for|time zone". */
static const struct {
    const char *name, *value, *want;
    bool authenticated;
} received_rows[] = {
    {"Postfix",
     "from helo.example (name.example [192.0.2.1]) by mx.example.jp (Postfix) with ESMTP id 4ABC for <a@b.example>; "
     "Mon, 02 Jan 2006 15:04:05 +0900 (JST)",
     "helo.example|name.example|192.0.2.1|mx.example.jp|ESMTP|4ABC|a@b.example|1136181845 540", false},
    {"Postfix, no name",
     "from helo.example (unknown [192.0.2.1]) by mx.example.jp (Postfix) with ESMTP id 4ABC; Mon, 02 Jan 2006 15:04:05 "
     "+0900",
     "helo.example||192.0.2.1|mx.example.jp|ESMTP|4ABC||1136181845 540", false},
    {"Postfix, TLS and authenticated",
     "from helo.example (name.example [192.0.2.1]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) "
     "key-exchange X25519) (No client certificate requested) (Authenticated sender: foo@b.example) by mx.example.jp "
     "(Postfix) with ESMTPSA id 4ABC; Mon, 02 Jan 2006 15:04:05 +0900",
     "helo.example|name.example|192.0.2.1|mx.example.jp|ESMTPSA|4ABC||1136181845 540", true},
    {"Postfix, authenticated by comment only",
     "from helo.example (name.example [192.0.2.1]) (Authenticated sender: foo) by mx.example.jp (Postfix) with ESMTP "
     "id 4ABC; Mon, 02 Jan 2006 15:04:05 +0900",
     "helo.example|name.example|192.0.2.1|mx.example.jp|ESMTP|4ABC||1136181845 540", true},
    {"Postfix, IPv6",
     "from helo.example (name.example [IPv6:2001:db8::1]) by mx.example.jp (Postfix) with ESMTPS id 4ABC; Mon, 02 Jan "
     "2006 15:04:05 +0900",
     "helo.example|name.example|2001:db8::1|mx.example.jp|ESMTPS|4ABC||1136181845 540", false},
    {"Postfix, local", "by mx.example.jp (Postfix, from userid 1000) id 4ABC; Mon, 02 Jan 2006 15:04:05 +0900",
     "|||mx.example.jp||4ABC||1136181845 540", false},
    {"Sendmail",
     "from helo.example (name.example [192.0.2.1]) by mx.example.jp (8.15.2/8.15.2) with ESMTPS id x01ABC "
     "(version=TLSv1.2 cipher=X bits=256 verify=NO) for <a@b.example>; Mon, 02 Jan 2006 15:04:05 +0900",
     "helo.example|name.example|192.0.2.1|mx.example.jp|ESMTPS|x01ABC|a@b.example|1136181845 540", false},
    {"Sendmail, may be forged",
     "from helo.example (name.example [192.0.2.1] (may be forged)) by mx.example.jp (8.14.4/8.14.4) with ESMTP id "
     "x01ABC; Mon, 02 Jan 2006 15:04:05 +0900",
     "helo.example||192.0.2.1|mx.example.jp|ESMTP|x01ABC||1136181845 540", false},
    {"Sendmail, ident",
     "from helo.example (user@name.example [192.0.2.1]) by mx.example.jp (8.14.4/8.14.4) with ESMTP id x01ABC; Mon, 02 "
     "Jan 2006 15:04:05 +0900",
     "helo.example|name.example|192.0.2.1|mx.example.jp|ESMTP|x01ABC||1136181845 540", false},
    {"Sendmail, authenticated",
     "from helo.example (name.example [192.0.2.1]) (authenticated bits=0) by mx.example.jp (8.14.4/8.14.4) with ESMTP "
     "id x01ABC; Mon, 02 Jan 2006 15:04:05 +0900",
     "helo.example|name.example|192.0.2.1|mx.example.jp|ESMTP|x01ABC||1136181845 540", true},
    {"Exim",
     "from name.example ([192.0.2.1] helo=helo.example) by mx.example.jp with esmtps (TLS1.2) tls TLS_X (Exim 4.94) "
     "(envelope-from <c@d.example>) id 1abcDE-0001-Fg for a@b.example; Mon, 02 Jan 2006 15:04:05 +0900",
     "helo.example|name.example|192.0.2.1|mx.example.jp|esmtps|1abcDE-0001-Fg|a@b.example|1136181845 540", false},
    {"Exim, no helo",
     "from name.example ([192.0.2.1]) by mx.example.jp with esmtp (Exim 4.80) id 1abcDE-0001-Fg; Mon, 02 Jan 2006 "
     "15:04:05 +0900",
     "name.example||192.0.2.1|mx.example.jp|esmtp|1abcDE-0001-Fg||1136181845 540", false},
    {"Exim, no name",
     "from [192.0.2.1] (helo=helo.example) by mx.example.jp with esmtp (Exim 4.80) id 1abcDE-0001-Fg; Mon, 02 Jan 2006 "
     "15:04:05 +0900",
     "helo.example||192.0.2.1|mx.example.jp|esmtp|1abcDE-0001-Fg||1136181845 540", false},
    {"Exim, port and authenticated",
     "from [192.0.2.1] (port=4321 helo=[10.0.0.5]) by mx.example.jp with esmtpsa (Exim 4.80) id 1abcDE-0001-Fg; Mon, "
     "02 Jan 2006 15:04:05 +0900",
     "[10.0.0.5]||192.0.2.1|mx.example.jp|esmtpsa|1abcDE-0001-Fg||1136181845 540", true},
    {"Exim, address with port",
     "from name.example ([192.0.2.1]:4321 helo=helo.example) by mx.example.jp with smtp (Exim 4.80) id 1abcDE-0001-Fg; "
     "Mon, 02 Jan 2006 15:04:05 +0900",
     "helo.example|name.example|192.0.2.1|mx.example.jp|smtp|1abcDE-0001-Fg||1136181845 540", false},
    {"qmail", "from unknown (HELO helo.example) (192.0.2.1) by mx.example.jp with SMTP; 2 Jan 2006 06:04:05 -0000",
     "helo.example||192.0.2.1|mx.example.jp|SMTP|||1136181845 0", false},
    {"qmail, name and ident",
     "from name.example (HELO helo.example) (user@192.0.2.1) by mx.example.jp with ESMTPA; 2 Jan 2006 06:04:05 -0000",
     "helo.example|name.example|192.0.2.1|mx.example.jp|ESMTPA|||1136181845 0", true},
    {"qmail, local", "(qmail 1234 invoked by uid 1000); 2 Jan 2006 06:04:05 -0000", "||||qmail|||1136181845 0", false},
    {"Exchange",
     "from HOST1.example.jp (192.0.2.1) by HOST2.example.jp (192.0.2.2) with Microsoft SMTP Server (version=TLS1_2, "
     "cipher=TLS_X) id 15.1.2176.2; Mon, 02 Jan 2006 15:04:05 +0900",
     "HOST1.example.jp||192.0.2.1|HOST2.example.jp|Microsoft SMTP|15.1.2176.2||1136181845 540", false},
    {"Exchange, online",
     "from TY2PR01.outlook.test (2603:1096:404::15) by TY1PR01.outlook.test with HTTPS; Mon, 02 Jan 2006 15:04:05 "
     "+0900",
     "TY2PR01.outlook.test||2603:1096:404::15|TY1PR01.outlook.test|HTTPS|||1136181845 540", false},
    {"Exchange, MAPI",
     "from TY2.outlook.test ([fe80::1]) by TY2.outlook.test ([fe80::1%3]) with mapi id 15.20.4000.0; Mon, 02 Jan 2006 "
     "15:04:05 +0900",
     "TY2.outlook.test||fe80::1|TY2.outlook.test|mapi|15.20.4000.0||1136181845 540", false},
    {"Gmail",
     "from mail.example (mail.example. [192.0.2.1]) by mx.google.test with ESMTPS id abc-123 for <a@b.example> "
     "(version=TLS1_3 cipher=X bits=256/256); Mon, 02 Jan 2006 15:04:05 -0800 (PST)",
     "mail.example|mail.example|192.0.2.1|mx.google.test|ESMTPS|abc-123|a@b.example|1136243045 -480", false},
    {"Gmail, inside", "by 2002:a17:906:1 with SMTP id abc; Mon, 2 Jan 2006 15:04:05 -0800 (PST)",
     "|||2002:a17:906:1|SMTP|abc||1136243045 -480", false},
    {"Gmail, submitted",
     "from [192.168.1.5] (p1234.ipngn.example.jp. [192.0.2.1]) by smtp.gmail.test with ESMTPSA id abc for "
     "<a@b.example>; Mon, 02 Jan 2006 15:04:05 +0900",
     "[192.168.1.5]|p1234.ipngn.example.jp|192.0.2.1|smtp.gmail.test|ESMTPSA|abc|a@b.example|1136181845 540", true},
    {"Yahoo! JAPAN",
     "from 192.0.2.1  (EHLO helo.example.jp) (192.0.2.1) by mta1.mail.djm.yahoo.test with SMTP; Mon, 02 Jan 2006 "
     "15:04:05 +0900",
     "helo.example.jp||192.0.2.1|mta1.mail.djm.yahoo.test|SMTP|||1136181845 540", false},
    {"Yahoo! JAPAN, web mail", "from [192.0.2.1] by web1.mail.djm.yahoo.test via HTTP; Mon, 02 Jan 2006 15:04:05 +0900",
     "[192.0.2.1]||192.0.2.1|web1.mail.djm.yahoo.test||||1136181845 540", false},
    {"web mail",
     "from 192.0.2.1 (SquirrelMail authenticated user foo) by webmail.example.jp with HTTP; Mon, 02 Jan 2006 15:04:05 "
     "+0900",
     "192.0.2.1||192.0.2.1|webmail.example.jp|HTTP|||1136181845 540", true},
    {"no date", "from helo.example by mx.example.jp with SMTP id 1", "helo.example|||mx.example.jp|SMTP|1||none",
     false},
    {"no semicolon", "by filter-1 with SMTP id filter-1-65 2006-01-02 06:04:05.067542503 +0000 UTC m=+152513.67",
     "|||filter-1|SMTP|filter-1-65||1136181845 0", false},
    {"no semicolon, weekday",
     "from helo.example (unknown) by geo-1 (SG) with HTTP id Qq Mon, 02 Jan 2006 06:04:05.928 +0000 (UTC)",
     "helo.example|||geo-1|HTTP|Qq||1136181845 0", false},
    {"empty", "", "|||||||none", false},
    {"nothing known", "hello world", "|||||||none", false},
    {"comment never closed",
     "from helo.example (name.example [192.0.2.1] by mx.example.jp; Mon, 02 Jan 2006 15:04:05 +0900",
     "helo.example|name.example|192.0.2.1|||||1136181845 540", false},
};

static const struct {
    const char *name, *value, *want;
} authentication_rows[] = {
    {"RFC 8601", "example.com; spf=pass smtp.mailfrom=example.net", "example.com spf=pass example.net"},
    {"version and reason", "example.com 1; dkim=pass reason=\"good; signature\" header.d=Example.NET",
     "example.com dkim=pass example.net"},
    {"several", "example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=fail smtp.mailfrom=a@example.net",
     "example.com auth=pass sender@example.net\nexample.com spf=fail a@example.net"},
    {"none", "example.com; none", ""},
    {"comments everywhere",
     "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail policy (A dot can "
     "go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462",
     "foo.example.net dkim=fail "},
    {"method with version", "example.com; dkim/1=pass header.i=@example.net header.d=example.net",
     "example.com dkim=pass example.net"},
    {"header.from first", "example.com; dmarc=fail (p=NONE sp=NONE dis=NONE) smtp.mailfrom=x header.from=example.org",
     "example.com dmarc=fail example.org"},
    {"Exchange",
     "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dkim=none (message not signed) "
     "header.d=none;dmarc=bestguesspass action=none header.from=x.example;",
     " spf=pass x.example\n dkim=none \n dmarc=bestguesspass x.example"},
    {"Gmail",
     "mx.google.test; dkim=pass header.i=@a.example header.s=k1 header.b=\"abc+/=\"; spf=softfail (google.com: domain "
     "of b@c.example) smtp.mailfrom=b@c.example; arc=none",
     "mx.google.test dkim=pass @a.example\nmx.google.test spf=softfail b@c.example\nmx.google.test arc=none "},
    {"empty", "", ""},
    {"no end of comment", "example.com; spf=pass (unclosed smtp.mailfrom=a", "example.com spf=pass "},
    {"only semicolons", ";;;", ""},
};

static void test_received(void **state)
{
    (void)state;
    GStringChunk *strings = g_string_chunk_new(256);
    for (size_t i = 0; i < G_N_ELEMENTS(received_rows); i++) {
        struct sks_received hop;
        sks_received_read(&hop, strings, received_rows[i].value);
        g_autofree char *date =
            hop.has_date ? g_strdup_printf("%lld %d", (long long)hop.date, hop.zone) : g_strdup("none");
        g_autofree char *got =
            g_strjoin("|", hop.helo, hop.name, hop.address, hop.by, hop.with, hop.id, hop.recipient, date, NULL);
        assert_row_string(received_rows[i].name, got, received_rows[i].want);
        assert_row_int(received_rows[i].name, hop.authenticated, received_rows[i].authenticated);
    }
    g_string_chunk_free(strings);
}

static void test_authentication(void **state)
{
    (void)state;
    GStringChunk *strings = g_string_chunk_new(256);
    for (size_t i = 0; i < G_N_ELEMENTS(authentication_rows); i++) {
        g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct sks_authentication_result));
        g_autoptr(GString) got = g_string_new(NULL);
        sks_authentication_read(list, strings, authentication_rows[i].value, 3);
        for (guint k = 0; k < list->len; k++) {
            const struct sks_authentication_result *result = &g_array_index(list, struct sks_authentication_result, k);
            g_string_append_printf(got, "%s%s %s=%s %s", k > 0 ? "\n" : "", result->authserv_id, result->method,
                                   result->result, result->property);
            assert_int_equal(result->received_above, 3);
        }
        assert_row_string(authentication_rows[i].name, got->str, authentication_rows[i].want);
    }
    g_string_chunk_free(strings);
}

/* Fields made to be slow: cost grows with the size, not with its square. */
static void test_linear(void **state)
{
    (void)state;
    static const char *const units[] = {"(", "from ", "a=", "\"", "[", ";", "(a", "() ", "= "};
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        GStringChunk *strings = g_string_chunk_new(256);
        g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct sks_authentication_result));
        g_autoptr(GString) value = g_string_new("from ");
        while (value->len < 250000)
            g_string_append(value, units[i]);
        gint64 start = g_get_monotonic_time();
        struct sks_received hop;
        sks_received_read(&hop, strings, value->str);
        sks_authentication_read(list, strings, value->str, 0);
        if (g_get_monotonic_time() - start > 3 * G_USEC_PER_SEC)
            fail_msg("%s: took %d ms", units[i], (int)((g_get_monotonic_time() - start) / 1000));
        g_string_chunk_free(strings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_received),
        cmocka_unit_test(test_authentication),
        cmocka_unit_test(test_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
