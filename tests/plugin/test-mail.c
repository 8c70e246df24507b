/* Which header fields of a mail are kept for the edits, however long its header is. */
#include "tests/test.h"

#include <glib.h>
#include <string.h>

#include "plugin/mail.h"
#include "sekisho/limits.h"

static const struct sks_field *field(const struct sks_mail *mail, guint at)
{
    assert_true(at < mail->fields->len);
    return &g_array_index(mail->fields, struct sks_field, at);
}

static void a_long_header_hides_nothing(void **state)
{
    (void)state;
    struct sks_mail mail;
    sks_mail_init(&mail, "<a@a.example>", false, 1u << 20);
    g_autofree char *long_value = g_strnfill(1u << 20, 'x');
    for (unsigned i = 0; i < 5; i++)
        sks_mail_add_header(&mail, "Content-Type", long_value, false);
    guint filled = mail.fields->len;
    assert_true(filled < 5 && mail.fields_size > SKS_LIMIT_HEADERS_SIZE);

    sks_mail_add_header(&mail, "x-sekisho-verdict", "clean", false);
    sks_mail_add_header(&mail, "X-Sekisho-Evidence", long_value, false);
    sks_mail_add_header(&mail, "X-Other", "not needed", false);
    sks_mail_add_header(&mail, "Content-Type", "text/plain", false);
    sks_mail_add_header(&mail, "SUBJECT", " Hello", true);
    assert_int_equal(mail.fields->len, filled + 3);
    assert_string_equal(field(&mail, filled)->name, "x-sekisho-verdict");
    assert_string_equal(field(&mail, filled)->value, "clean");
    assert_string_equal(field(&mail, filled + 1)->name, "X-Sekisho-Evidence");
    assert_string_equal(field(&mail, filled + 1)->value, "");
    assert_string_equal(field(&mail, filled + 2)->value, "Hello");
    sks_mail_finish(&mail);
}

/* Only ten subjects get a banner (see edit.c): the others count, but aren't kept. */
static void of_many_subjects_ten_are_kept(void **state)
{
    (void)state;
    struct sks_mail mail;
    sks_mail_init(&mail, "<a@a.example>", false, 1u << 20);
    for (unsigned i = 0; i < 12; i++)
        sks_mail_add_header(&mail, "Subject", "one", false);
    assert_int_equal(mail.fields->len, 12);
    assert_string_equal(field(&mail, 9)->value, "one");
    assert_string_equal(field(&mail, 10)->value, "");
    sks_mail_finish(&mail);
}

/* Their removal costs the MTA dear. */
static void of_many_of_ours_a_hundred_are_kept(void **state)
{
    (void)state;
    struct sks_mail mail;
    sks_mail_init(&mail, "<a@a.example>", false, 1u << 20);
    for (unsigned i = 0; i < 150; i++)
        sks_mail_add_header(&mail, i % 2 == 0 ? "X-Sekisho-Verdict" : "x-sekisho-a", "clean", false);
    sks_mail_add_header(&mail, "Subject", "one", false);
    assert_int_equal(mail.ours, 150);
    assert_int_equal(mail.fields->len, SKS_MAIL_OURS_MOST + 1);
    assert_string_equal(field(&mail, SKS_MAIL_OURS_MOST)->name, "Subject");
    sks_mail_finish(&mail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_header_hides_nothing),
        cmocka_unit_test(of_many_subjects_ten_are_kept),
        cmocka_unit_test(of_many_of_ours_a_hundred_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
