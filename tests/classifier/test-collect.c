/* What is known of a mail's transport: the same from a milter's envelope as from the trace of a stored mail. */
#include "tests/test.h"

#include <glib.h>

#include "collect.h"

static struct sks_classifier *classifier;

static int setup(void **state)
{
    (void)state;
    static const char *const own[] = {"kikan.example", NULL};
    const struct sks_settings settings = {.own_domains = own};
    return sks_classifier_create_untrained(&classifier, &settings, NULL);
}

static int teardown(void **state)
{
    (void)state;
    sks_classifier_destroy(classifier);
    return 0;
}

#define TRACE                                                                                                          \
    "Return-Path: <Sender@mail.example>\n"                                                                             \
    "Received: from mx.mail.example (mx.mail.example [192.0.2.7])\n"                                                   \
    "\tby mx1.kikan.example (Postfix) with ESMTPS id 1 for <a@kikan.example>; Tue, 02 Mar 2021 10:00:05 +0900\n"       \
    "Received: from [198.51.100.9] (unknown [198.51.100.9])\n"                                                         \
    "\tby mx.mail.example with ESMTPA id 2; Tue, 02 Mar 2021 10:00:00 +0900\n"
#define REST                                                                                                           \
    "From: =?utf-8?B?55Sw5Lit?= <sender@mail.example>\nTo: b@kikan.example, c@other.example\n"                         \
    "Date: Tue, 02 Mar 2021 09:59:58 +0900\nMessage-ID: <m@mail.example>\nSubject: x\n\nbody\n"

static const char *const recipients[] = {"X@Kikan.Example", "y@kikan.example"};

static void transport_is_read_from_wherever_it_stands(void **state)
{
    (void)state;
    const struct {
        const char *row, *mail;
        struct sks_envelope envelope;
        const char *client, *sender, *recipient;
        size_t recipients, own_received;
        int64_t time;
    } rows[] = {
        {"stored", TRACE REST, {0}, "192.0.2.7", "sender@mail.example", "a@kikan.example", 1, 1, 1614646805},
        {"milter",
         REST,
         {.sender = "E@mail.example",
          .recipients = recipients,
          .recipient_count = 2,
          .client_address = "203.0.113.5",
          .received_at = 1600000000},
         "203.0.113.5",
         "e@mail.example",
         "x@kikan.example",
         2,
         0,
         1600000000},
        {"no trace", REST, {0}, "", NULL, "b@kikan.example", 1, 0, 1614646798},
        {"null sender", "Return-Path: <>\n" REST, {0}, "", "", "b@kikan.example", 1, 0, 1614646798},
        {"nothing", "", {0}, "", NULL, NULL, 0, 0, 0},
        {"two own hops",
         "Received: from mx1.kikan.example (mx1.kikan.example [10.0.0.1]) by box.kikan.example with LMTP; Tue, 02 Mar "
         "2021 10:00:09 +0900\n" TRACE REST,
         {0},
         "192.0.2.7",
         "sender@mail.example",
         "a@kikan.example",
         1,
         2,
         1614646809},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sks_collected collected;
        assert_row_int(rows[i].row,
                       sks_collect_init(&collected, classifier, rows[i].mail, strlen(rows[i].mail), &rows[i].envelope),
                       0);
        const struct sks_facts *facts = &collected.facts;
        assert_row_string(rows[i].row, facts->client_address, rows[i].client);
        if (rows[i].sender == NULL)
            assert_null(facts->envelope_sender);
        else
            assert_row_string(rows[i].row, facts->envelope_sender, rows[i].sender);
        assert_row_int(rows[i].row, facts->recipient_count, rows[i].recipients);
        if (rows[i].recipient != NULL)
            assert_row_string(rows[i].row, facts->recipients[0], rows[i].recipient);
        assert_row_int(rows[i].row, facts->own_received, rows[i].own_received);
        assert_row_int(rows[i].row, facts->time, rows[i].time);
        sks_collect_finish(&collected);
    }
}

/* RFC 3848: ESMTPA and ESMTPSA say that a password was given; only our own hosts are believed. */
static void own_mail_on_its_way_out_is_known(void **state)
{
    (void)state;
#define HANDED_IN(host, with, from)                                                                                    \
    "Received: from [10.10.3.9] by " host " (Postfix) with " with " id 1; Tue, 02 Mar 2021 10:00:05 +0900\n"           \
    "From: " from "\nTo: c@other.example\nSubject: x\n\nbody\n"
    static const struct {
        const char *mail;
        bool outgoing;
    } rows[] = {
        {HANDED_IN("mx1.kikan.example", "ESMTPSA", "b@kikan.example"), true},
        {HANDED_IN("mx1.kikan.example", "ESMTPS", "b@kikan.example"), false},
        {HANDED_IN("mx1.other.example", "ESMTPSA", "b@kikan.example"), false},
        {HANDED_IN("mx1.kikan.example", "ESMTPSA", "b@other.example"), false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sks_collected collected;
        assert_int_equal(sks_collect_init(&collected, classifier, rows[i].mail, strlen(rows[i].mail), NULL), 0);
        assert_row_int(rows[i].mail, collected.mail.outgoing, rows[i].outgoing);
        sks_collect_finish(&collected);
    }
}

static void words_name_nobody(void **state)
{
    (void)state;
    const char mail[] = "From: a@b.example\nSubject: =?utf-8?B?55Sw5Lit5aSq6YOO5qeY?= 12345\n"
                        "Content-Type: text/plain; charset=utf-8\n\n"
                        "田中太郎様 https://files.example/download/report?id=1 または tanaka@kikan.example まで。\n";
    struct sks_sample *sample;
    assert_int_equal(sks_examine_sample(&sample, classifier, mail, strlen(mail), NULL), 0);
    for (size_t i = 0; i < sample->field_count; i++) {
        for (size_t j = 0; j < sample->fields[i].count; j++) {
            const char *word = sample->fields[i].words[j];
            assert_null(strstr(word, "田中"));
            assert_null(strstr(word, "太郎"));
            assert_null(strstr(word, "12345"));
            assert_null(strstr(word, "kikan"));
        }
    }
    sks_sample_destroy(sample);
}

/* The field's words, each followed by a blank. */
static char *words_of(const char *mail, const char *kind)
{
    struct sks_sample *sample;
    GString *words = g_string_new(NULL);
    assert_int_equal(sks_examine_sample(&sample, classifier, mail, strlen(mail), NULL), 0);
    for (size_t i = 0; i < sample->field_count; i++)
        for (size_t j = 0; strcmp(sample->fields[i].kind, kind) == 0 && j < sample->fields[i].count; j++)
            g_string_append_printf(words, "%s ", sample->fields[i].words[j]);
    sks_sample_destroy(sample);
    return g_string_free(words, FALSE);
}

/* Where a link leads is a fact of its own: neither hosts nor addresses are words, wherever they stand in it. */
static void words_of_links_name_no_host(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"https://a.example/download/report.pdf", "https download report pdf "},
        {"https://a.example/?mail=sato@kikan.example", "https mail "},
        {"https://a.example/?mail=sato%40kikan.example&step=two", "https mail step two "},
        {"https://a.example/out?url=https://b.example.com/click/me", "https out url click me "},
        {"https://a.example/out?url=https%3A%2F%2Fb.example.com%2Fclick%2Fme", "https out url click me "},
        {"mailto:sato@kikan.example?subject=stop", "mailto subject stop "},
        {"https://a.example/my%20file.zip", "https my file zip "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        g_autofree char *mail = g_strdup_printf("From: a@b.example\nSubject: x\nContent-Type: text/html\n\n"
                                                "<a href=\"%s\">x</a>\n",
                                                rows[i][0]);
        g_autofree char *words = words_of(mail, "link");
        assert_row_string(rows[i][0], words, rows[i][1]);
    }
}

#define JAPANESE(text)                                                                                                 \
    "From: a@b.example\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n"                                       \
    "お世話になっております。資料をお送りしますので、" text "をよろしくお願いいたします。\n"

/* Which word was misspelt is chance; that one was, the language room tells. So it is apart from the words of the text.
 */
static void what_is_misspelt_is_no_word(void **state)
{
    (void)state;
    g_autofree char *right = words_of(JAPANESE("ご確認"), "body"), *wrong = words_of(JAPANESE("ご确认"), "body");
    assert_non_null(strstr(right, "確認 "));
    assert_non_null(strstr(right, "資料 "));
    assert_non_null(strstr(wrong, "資料 "));
    assert_null(strstr(wrong, "确"));
    g_autofree char *slips = words_of(JAPANESE("ご确认"), "misspelling"),
                    *none = words_of(JAPANESE("ご確認"), "misspelling");
    assert_non_null(strstr(slips, "确"));
    assert_string_equal(none, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transport_is_read_from_wherever_it_stands),
        cmocka_unit_test(own_mail_on_its_way_out_is_known),
        cmocka_unit_test(words_name_nobody),
        cmocka_unit_test(words_of_links_name_no_host),
        cmocka_unit_test(what_is_misspelt_is_no_word),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
