/* Header fields and what a message says of itself. */
#include "test.h"

#include <glib.h>

#include "message/message.h"
#include "sekisho/limits.h"

#define BYTES(text) (text), sizeof(text) - 1

/* want: "name=value" of each field, one a line; then the body after an empty line. */
static const struct row {
    const char *name;
    const char *mail;
    size_t size;
    const char *want;
    unsigned flags;
} rows[] = {
    {"LF", BYTES("A: 1\nB: 2\n\nbody\n"), "A=1\nB=2\n\nbody", 0},
    {"CRLF", BYTES("A: 1\r\nB: 2\r\n\r\nbody\r\n"), "A=1\nB=2\n\nbody", 0},
    {"CR", BYTES("A: 1\rB: 2\r\rbody\r"), "A=1\nB=2\n\nbody", SKS_MESSAGE_BARE_CR},
    {"mixed", BYTES("A: 1\r\nB: 2\n\nbody\r\n"), "A=1\nB=2\n\nbody", SKS_MESSAGE_MIXED_LINE_ENDS},
    {"CR inside a field", BYTES("A: 1\rB: 2\nC: 3\n\nbody\n"), "A=1 B: 2\nC=3\n\nbody", SKS_MESSAGE_BARE_CR},
    {"folded", BYTES("A: 1\n 2\n\t3\nB: 4\n\nbody"), "A=1 2 3\nB=4\n\nbody", 0},
    {"folded with empty first line", BYTES("A:\n 1\nB: 2\n\nbody"), "A=1\nB=2\n\nbody", 0},
    {"space before the colon", BYTES("Subject : x\n\nbody"), "Subject=x\n\nbody", 0},
    {"no space behind the colon", BYTES("A:1\n\nbody"), "A=1\n\nbody", 0},
    {"empty value", BYTES("A:\nB: 2\n\nbody"), "A=\nB=2\n\nbody", 0},
    {"mbox line", BYTES("From a@b.example Mon Jan  2 15:04:05 2006\nA: 1\n\nbody"), "A=1\n\nbody", 0},
    {"quoted mbox line", BYTES(">From a@b.example Mon Jan  2 15:04:05 2006\nA: 1\n\nbody"), "A=1\n\nbody", 0},
    {"mbox line inside", BYTES("A: 1\n>From x\nB: 2\n\nbody"), "A=1\nB=2\n\nbody", 0},
    {"broken first line", BYTES("!!! broken\nA: 1\nB: 2\n\nbody"), "A=1\nB=2\n\nbody", 0},
    {"continuation first", BYTES(" lost\nA: 1\n\nbody"), "A=1\n\nbody", 0},
    {"broken line inside", BYTES("A: 1\nbroken\nB: 2\n\nbody"), "A=1\nB=2\n\nbody", 0},
    {"header without an empty line", BYTES("A: 1\nbody begins\nand goes on"), "A=1\n\nbody begins\nand goes on", 0},
    {"empty lines first", BYTES("\n\nA: 1\nB: 2\n\nbody"), "A=1\nB=2\n\nbody", 0},
    {"empty line, then text", BYTES("\nDear Sir,\nhello: you\n"), "\nDear Sir,\nhello: you", SKS_MESSAGE_NO_HEADERS},
    {"no header", BYTES("hello\nworld\n"), "\nhello\nworld", SKS_MESSAGE_NO_HEADERS},
    {"nothing", BYTES(""), "\n", SKS_MESSAGE_NO_HEADERS},
    {"header only", BYTES("A: 1"), "A=1\n\n", 0},
    {"blank line of spaces", BYTES("A: 1\n  \nbody"), "A=1\n\nbody", 0},
    {"blank line of spaces, then a field", BYTES("A: 1\n  \nB: 2\n\nbody"), "A=1\nB=2\n\nbody", 0},
    {"NUL", BYTES("A: 1\0002\n\nbo\0dy"), "A=12\n\nbody", SKS_MESSAGE_NUL_BYTES},
    {"repeated", BYTES("A: 1\nA: 2\n\nbody"), "A=1\nA=2\n\nbody", 0},
};

static void test_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_message *message;
        assert_int_equal(sks_message_parse(&message, rows[i].mail, rows[i].size), SKS_OK);
        g_autoptr(GString) got = g_string_new(NULL);
        for (size_t k = 0; k < message->header_count; k++)
            g_string_append_printf(got, "%s=%s\n", message->headers[k].name, message->headers[k].value);
        g_string_append_printf(got, "\n%s", message->body.own);
        assert_row_string(rows[i].name, got->str, rows[i].want);
        assert_row_int(rows[i].name, message->flags, rows[i].flags);
        sks_message_destroy(message);
    }
}

static struct sks_message *parse(const char *mail)
{
    struct sks_message *message;
    assert_int_equal(sks_message_parse(&message, mail, strlen(mail)), SKS_OK);
    return message;
}

static void test_common_fields(void **state)
{
    (void)state;
    struct sks_message *message =
        parse("Return-Path: <bounce@b.example>\n"
              "Authentication-Results: outer.example; spf=pass smtp.mailfrom=b.example\n"
              "Received: from h (n.example [192.0.2.1]) by x.example; 2 Jan 2006 15:04:05 +0900\n"
              "Authentication-Results: inner.example; dkim=fail header.d=c.example\n"
              "From: Foo <a@b.example>\nFrom: c@d.example\nTo: e@f.example, g@h.example\n"
              "Message-ID: <1@b.example> (added)\nIn-Reply-To: <0@d.example>\n"
              "References: <a@x.example>\n\t<b@x.example> <a@x.example> broken\n"
              "Subject: one\nSubject: two\nUser-Agent: Mozilla\n"
              "Date: Mon, 2 Jan 2006 15:04:05 +0900\n\nbody\n");
    assert_string_equal(message->return_path, "bounce@b.example");
    assert_int_equal(message->from_fields, 2);
    assert_int_equal(message->from.count, 2);
    assert_string_equal(message->from.items[1].address, "c@d.example");
    assert_int_equal(message->to.count, 2);
    assert_int_equal(message->cc.count, 0);
    assert_string_equal(message->message_id, "1@b.example");
    assert_string_equal(message->in_reply_to, "0@d.example");
    assert_int_equal(message->reference_count, 3);
    assert_string_equal(message->references[0], "a@x.example");
    assert_string_equal(message->references[2], "0@d.example");
    assert_string_equal(message->subject, "one");
    assert_string_equal(message->mailer, "Mozilla");
    assert_int_equal(message->date.time, 1136181845);
    assert_int_equal(message->received_count, 1);
    assert_int_equal(message->authentication_count, 2);
    assert_int_equal(message->authentication[0].received_above, 0);
    assert_int_equal(message->authentication[1].received_above, 1);
    assert_null(sks_message_header(message, "X-None"));
    assert_string_equal(sks_message_header(message, "SUBJECT")->raw, " one");
    sks_message_destroy(message);

    message = parse("Return-Path: <>\n\n");
    assert_string_equal(message->return_path, "");
    assert_string_equal(message->subject, "");
    assert_string_equal(message->mailer, "");
    assert_false(message->date.valid);
    sks_message_destroy(message);
    message = parse("A: b\n\n");
    assert_null(message->return_path);
    sks_message_destroy(message);
    sks_message_destroy(NULL);
}

/* Bodies in the charsets of Japanese mail; want is the sender's own text. The bytes are Python's. */
static const struct {
    const char *name, *mail, *want, *used;
    unsigned part_flags;
} bodies[] = {
    {"iso-2022-jp", "Content-Type: text/plain; charset=ISO-2022-JP\n\n\x1B$BF|K\\8l\x1B(B\n", "日本語", "iso-2022-jp",
     0},
    {"iso-2022-jp is shift_jis",
     "Content-Type: text/plain; charset=ISO-2022-JP\n\n"
     "\x93\xFA\x96{\x8C\xEA\x82\xC5\x82\xB7\n",
     "日本語です", "shift_jis", SKS_PART_CHARSET_MISMATCH},
    {"undeclared euc-jp", "\n\xC6\xFC\xCB\xDC\xB8\xEC\xA4\xC7\xA4\xB9\n", "日本語です", "euc-jp", 0},
    {"quoted-printable utf-8",
     "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n=E6=97=\n=A5=E6=9C=AC\n",
     "日本", "utf-8", 0},
    {"HTML, charset in meta",
     "Content-Type: text/html\n\n<meta http-equiv=x content=\"text/html; charset=Shift_JIS\"><p>\x93\xFA\x96{</p>",
     "日本", "shift_jis", 0},
    {"HTML, wrong meta",
     "Content-Type: text/html; charset=utf-8\n\n<meta charset=shift_jis><p>\xE6\x97\xA5\xE6\x9C\xAC</p>", "日本",
     "utf-8", 0},
    {"line ends of all kinds", "Content-Type: text/plain\n\na\r\nb\rc\n", "a\nb\nc", "us-ascii", 0},
    {"control characters", "Content-Type: text/plain\n\na\x01\x02\tb\x7F\n", "a\tb", "us-ascii", 0},
};

static void test_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
        struct sks_message *message = parse(bodies[i].mail);
        assert_row_string(bodies[i].name, message->body.own, bodies[i].want);
        assert_row_string(bodies[i].name, message->parts[0].used_charset, bodies[i].used);
        assert_row_int(bodies[i].name, message->parts[0].flags & SKS_PART_CHARSET_MISMATCH, bodies[i].part_flags);
        sks_message_destroy(message);
    }
}

#define PART(type, text) "--b\nContent-Type: text/" type "\n\n" text "\n"

/* Plain text is an alternative of HTML only inside multipart/alternative; elsewhere a reader sees both. */
static void test_alternatives(void **state)
{
    (void)state;
    struct sks_message *message = parse("Content-Type: multipart/alternative; boundary=b\n\n" PART("plain", "hello")
                                            PART("html", "<p>hello</p>") "--b--\n");
    assert_string_equal(message->body.own, "hello");
    assert_int_equal(message->body.flags, SKS_BODY_HTML | SKS_BODY_PLAIN);
    sks_message_destroy(message);

    message = parse("Content-Type: multipart/mixed; boundary=b\n\n" PART("plain", "hello")
                        PART("html", "<p>world</p>") "--b--\n");
    assert_non_null(strstr(message->body.own, "hello"));
    assert_non_null(strstr(message->body.own, "world"));
    assert_int_equal(message->body.flags & SKS_BODY_ALTERNATIVES_DIFFER, 0);
    sks_message_destroy(message);

    message = parse("Content-Type: multipart/mixed; boundary=o\n\n--o\n"
                    "Content-Type: multipart/alternative; boundary=b\n\n" PART("plain", "one")
                        PART("html", "<p>two</p>") "--b--\n"
                                                   "--o\n\nthree\n--o--\n");
    assert_null(strstr(message->body.own, "one"));
    assert_non_null(strstr(message->body.own, "two"));
    assert_non_null(strstr(message->body.own, "three"));
    sks_message_destroy(message);
}

/* An HTML alternative's link is not told again for the plain text; a URL only in the text is. */
static void test_links(void **state)
{
    (void)state;
    struct sks_message *message = parse(
        "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nsee http://one.example/ and http://two.example/\n"
        "--b\nContent-Type: text/html\n\n<p>see <a href=\"http://one.example/\">one</a></p>\n--b--\n");
    assert_int_equal(message->link_count, 2);
    assert_int_equal(message->links[0].kind, SKS_LINK_ANCHOR);
    assert_string_equal(message->links[0].host, "one.example");
    assert_int_equal(message->links[1].kind, SKS_LINK_TEXT);
    assert_string_equal(message->links[1].host, "two.example");
    sks_message_destroy(message);
}

static void test_ceilings(void **state)
{
    (void)state;
    GString *mail = g_string_new(NULL);
    for (unsigned i = 0; i < SKS_LIMIT_HEADER_COUNT + 10; i++)
        g_string_append(mail, "X: y\n");
    g_string_append(mail, "\nbody\n");
    struct sks_message *message = parse(mail->str);
    assert_int_equal(message->header_count, SKS_LIMIT_HEADER_COUNT);
    assert_int_equal(message->flags, SKS_MESSAGE_CUT_HEADERS);
    assert_string_equal(message->body.own, "body");
    sks_message_destroy(message);

    g_string_assign(mail, "Subject: ");
    for (unsigned i = 0; i < SKS_LIMIT_HEADER_SIZE; i++)
        g_string_append_c(mail, 'x');
    /* Many times what a header may have: it is cut, said to be, and hides no other field. */
    for (unsigned i = 0; i < 8 * SKS_LIMIT_HEADERS_SIZE; i++)
        g_string_append_c(mail, 'x');
    g_string_append(mail, "\nFrom: sender@partner.example\n\nbody\n");
    message = parse(mail->str);
    assert_int_equal(message->headers[0].flags, SKS_HEADER_CUT);
    assert_int_equal(message->headers[0].raw_size, SKS_LIMIT_HEADER_SIZE);
    assert_int_equal(message->flags, SKS_MESSAGE_CUT_HEADERS);
    assert_int_equal(message->header_count, 2);
    assert_string_equal(message->headers[1].name, "From");
    sks_message_destroy(message);

    g_string_assign(mail, "Subject: big\n\n");
    while (mail->len < SKS_LIMIT_TEXT_SIZE + 100000)
        g_string_append(mail, "日本語の文です。\n");
    message = parse(mail->str);
    assert_int_equal(message->flags, SKS_MESSAGE_CUT_TEXT);
    assert_true(strlen(message->body.own) <= SKS_LIMIT_TEXT_SIZE);
    assert_true(g_utf8_validate(message->body.own, -1, NULL));
    sks_message_destroy(message);
    g_string_free(mail, TRUE);
}

/* What earlier parts spend, in comments or in text that is shown, hides no later part. */
static void test_spent_room(void **state)
{
    (void)state;
    static const char more[] =
        "More than the sample by which a character set is told of a part that has no room at all.";
    static const struct {
        const char *type, *line;
        size_t size;
        unsigned count;
    } spenders[] = {
        {"text/html", "<!-- The minutes of the meeting of the committee. -->\n", SKS_LIMIT_HTML_SIZE, 3},
        {"text/html", "<p>The minutes of the meeting of the committee.</p>\n", 2 * SKS_LIMIT_TEXT_SIZE, 2},
        {"text/plain", "The minutes of the meeting of the committee.\n", SKS_LIMIT_TEXT_SIZE, 2},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(spenders); i++) {
        g_autoptr(GString) mail = g_string_new(
            "From: a@a.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n");
        for (unsigned k = 0; k < spenders[i].count; k++) {
            g_string_append_printf(mail, "--b\nContent-Type: %s\n\n", spenders[i].type);
            for (size_t size = 0; size < spenders[i].size; size += strlen(spenders[i].line))
                g_string_append(mail, spenders[i].line);
        }
        for (unsigned k = 0; k < 900; k++)
            g_string_append_printf(mail, "--b\nContent-Type: %s\n\n%s\nPart %u has https://last%u.example/ in it.\n",
                                   spenders[i].type, more, k, k);
        g_string_append(mail, "--b--\n");
        struct sks_message *message = parse(mail->str);
        assert_row_int(spenders[i].type, message->flags & SKS_MESSAGE_CUT_TEXT, SKS_MESSAGE_CUT_TEXT);
        assert_row_int(spenders[i].type, message->link_count, 900);
        assert_non_null(strstr(message->body.own, "Part 0 has"));
        assert_non_null(strstr(message->body.own, "Part 899 has"));
        sks_message_destroy(message);
    }
}

/* What a junk field is, how often it comes, and how often in the header of a part. */
static const struct {
    const char *name;
    size_t size;
    unsigned count;
    bool in_part;
} crowds[] = {
    {"X-A", 1, SKS_LIMIT_HEADER_COUNT + 1, false},
    {"X-A", 90000, 24, false},
    {"Subjects", 90000, 24, false},
    {"List-Id", 90000, 40, false},
    {"Received", 90000, 40, false},
    {"Content-Language", 250000, 40, false},
    {"X-A", 1, SKS_LIMIT_HEADER_COUNT + 1, true},
    {"Content-X", 90000, 40, true},
};

static void append_crowd(GString *mail, size_t row)
{
    char *value = g_strnfill(crowds[row].size, 'a');
    for (unsigned i = 0; i < crowds[row].count; i++)
        g_string_append_printf(mail, "%s: %s\n", crowds[row].name, value);
    g_free(value);
}

/* Fields above the real ones hide neither sender nor subject nor attachment, and are told. */
static void test_crowded_headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(crowds); i++) {
        GString *mail = g_string_new(NULL);
        if (!crowds[i].in_part)
            append_crowd(mail, i);
        g_string_append(mail, "Received: from a.example by b.example; Mon, 1 Mar 2021 10:00:00 +0900\n"
                              "Authentication-Results: b.example; spf=pass smtp.mailfrom=partner.example\n"
                              "From: sender@partner.example\nTo: taro@kikan.example\nSubject: papers\n"
                              "Date: Mon, 1 Mar 2021 10:00:00 +0900\nMessage-ID: <1@partner.example>\n"
                              "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\n");
        if (crowds[i].in_part)
            append_crowd(mail, i);
        g_string_append(mail, "Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\nQUJD\n"
                              "--b--\n");
        struct sks_message *message = parse(mail->str);
        assert_row_int(crowds[i].name, message->flags & SKS_MESSAGE_CUT_HEADERS, SKS_MESSAGE_CUT_HEADERS);
        assert_row_int(crowds[i].name, message->from.count, 1);
        assert_row_string(crowds[i].name, message->from.items[0].address, "sender@partner.example");
        assert_row_int(crowds[i].name, message->to.count, 1);
        assert_row_string(crowds[i].name, message->subject, "papers");
        assert_row_string(crowds[i].name, message->message_id, "1@partner.example");
        assert_row_int(crowds[i].name, message->date.valid, true);
        assert_row_int(crowds[i].name, message->authentication_count, 1);
        assert_row_int(crowds[i].name, message->received_count > 0, true);
        assert_row_int(crowds[i].name, message->part_count, 2);
        assert_row_string(crowds[i].name, message->parts[1].name, "a.zip");
        assert_row_int(crowds[i].name, message->parts[1].size, 3);
        sks_message_destroy(message);
        g_string_free(mail, TRUE);
    }
}

int main(void)
{
    sks_message_prepare();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),          cmocka_unit_test(test_common_fields), cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_links),           cmocka_unit_test(test_alternatives),  cmocka_unit_test(test_ceilings),
        cmocka_unit_test(test_crowded_headers), cmocka_unit_test(test_spent_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
