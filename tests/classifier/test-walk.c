/* Messages in messages, files in messages, and the budget of the whole mail. */
#include "tests/test.h"

#include <glib.h>

#include "sekisho/limits.h"
#include "walk.h"

/* message/rfc822 parts around a mail with one text attachment, `depth` of them. */
static char *nest(unsigned depth)
{
    GString *mail = g_string_new(NULL);
    for (unsigned i = 0; i < depth; i++)
        g_string_append_printf(mail, "From: level%u@a.example\nSubject: level %u\nContent-Type: message/rfc822\n\n", i,
                               i);
    g_string_append(mail, "From: inner@a.example\nSubject: innermost\nMIME-Version: 1.0\n"
                          "Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\n"
                          "Content-Type: application/octet-stream; name=\"a.exe\"\n"
                          "Content-Disposition: attachment; filename=\"a.exe\"\n\nMZ not really\n--b--\n");
    return g_string_free(mail, FALSE);
}

static void finds_what_is_inside(void **state)
{
    (void)state;
    char *mail = nest(2);
    struct sks_walk walk;
    assert_int_equal(sks_walk_init(&walk, mail, strlen(mail)), 0);
    assert_string_equal(walk.message->subject, "level 0");
    assert_int_equal(walk.nested->len, 2);
    const struct sks_message *innermost = g_ptr_array_index(walk.nested, 1);
    assert_string_equal(innermost->subject, "innermost");
    assert_int_equal(walk.attachments->len, 1);
    const struct sks_attachment *attachment = g_ptr_array_index(walk.attachments, 0);
    assert_string_equal(attachment->name, "a.exe");
    assert_string_equal(attachment->where, "part 1/part 1/a.exe");
    assert_false(walk.cut_depth);
    sks_walk_finish(&walk);
    g_free(mail);
}

static void stops_at_its_depth_and_says_so(void **state)
{
    (void)state;
    const unsigned depths[] = {SKS_LIMIT_MAIL_DEPTH, SKS_LIMIT_MAIL_DEPTH + 1, 3000};
    for (size_t i = 0; i < G_N_ELEMENTS(depths); i++) {
        char *mail = nest(depths[i]);
        struct sks_walk walk;
        assert_int_equal(sks_walk_init(&walk, mail, strlen(mail)), 0);
        assert_true(walk.cut_depth);
        assert_true(walk.nested->len < SKS_LIMIT_MAIL_DEPTH);
        sks_walk_finish(&walk);
        g_free(mail);
    }
}

static void a_mail_as_a_file_is_read_as_mail(void **state)
{
    (void)state;
    const char mail[] = "From: a@a.example\nSubject: outer\nMIME-Version: 1.0\n"
                        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee attached\n--b\n"
                        "Content-Type: application/octet-stream; name=\"report.eml\"\n"
                        "Content-Disposition: attachment; filename=\"report.eml\"\n\n"
                        "Received: from x.example by y.example; Mon, 1 Mar 2021 10:00:00 +0900\n"
                        "From: b@b.example\nTo: c@c.example\nSubject: inner\n"
                        "Date: Mon, 1 Mar 2021 10:00:00 +0900\nMessage-ID: <1@b.example>\n\nbody\n--b--\n";
    struct sks_walk walk;
    assert_int_equal(sks_walk_init(&walk, mail, strlen(mail)), 0);
    assert_int_equal(walk.attachments->len, 1);
    assert_int_equal(walk.nested->len, 1);
    const struct sks_message *inner = g_ptr_array_index(walk.nested, 0);
    assert_string_equal(inner->subject, "inner");
    sks_walk_finish(&walk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_inside),
        cmocka_unit_test(stops_at_its_depth_and_says_so),
        cmocka_unit_test(a_mail_as_a_file_is_read_as_mail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
