/* Messages in messages, files in messages, and the budget of the whole mail. */
#include "tests/test.h"

#include <glib.h>

#include "attachment/make.h"
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

static void places_are_nested(void **state)
{
    (void)state;
    static const struct {
        const char *where, *inside, *want;
    } rows[] = {
        {"part 2: report.zip", "a.exe", "part 2/report.zip/a.exe"},
        {"part 2", "a.exe", "part 2/a.exe"},
        {"part 12/fwd.eml/a: b.zip", "c.exe", "part 12/fwd.eml/a: b.zip/c.exe"},
        {"part 2: a: b.zip", "c/d.exe", "part 2/a: b.zip/c/d.exe"},
        {"part 2: report.zip", "", "part 2: report.zip"},
        {"part x: y", "z", "part x: y/z"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *place = sks_message_place(rows[i].where, rows[i].inside);
        assert_row_string(rows[i].where, place, rows[i].want);
        g_free(place);
    }
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

/* A mail with an encrypted zip and, where text is given, a text file. */
static char *mail_with_zip(const char *body, const char *text)
{
    static const struct made_member letter = {"letter.txt", "The letter is long enough for a check.", 0};
    GByteArray *zip = make_zip(&letter, 1, ZIP_EM_AES_256, "Nv7-kk20");
    char *encoded = g_base64_encode(zip->data, zip->len);
    char *file = text != NULL ? g_strdup_printf("--b\nContent-Type: text/plain; charset=utf-8; name=read.txt\n"
                                                "Content-Disposition: attachment; filename=read.txt\n\n%s\n",
                                                text)
                              : g_strdup("");
    char *mail =
        g_strdup_printf("From: a@a.example\nDate: Tue, 5 May 2026 09:00:00 +0900\nSubject: x\nMIME-Version: 1.0\n"
                        "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
                        "Content-Type: text/plain; charset=utf-8\n\n%s\n--b\n"
                        "Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n"
                        "Content-Disposition: attachment; filename=a.zip\n\n%s\n%s--b--\n",
                        body, encoded, file);
    g_free(file);
    g_free(encoded);
    g_byte_array_unref(zip);
    return mail;
}

static void passwords_come_from_all_of_the_mail(void **state)
{
    (void)state;
    static const struct {
        const char *body, *text;
        bool opened, underivable;
    } rows[] = {
        {"資料です。パスワードは「Nv7-kk20」です。", NULL, true, false},
        {"資料です。", "解凍パスワード：Nv7-kk20", true, false},
        {"資料です。", "議事録のメモです。", false, false},
        {"資料です。", NULL, false, false},
        {"パスワードはいつものものです。", NULL, false, true},
        {"The password is your employee number.", NULL, false, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *mail = mail_with_zip(rows[i].body, rows[i].text);
        struct sks_walk walk;
        assert_int_equal(sks_walk_init(&walk, mail, strlen(mail)), 0);
        const struct sks_attachment *attachment = g_ptr_array_index(walk.attachments, 0);
        assert_row_int(rows[i].body, attachment->encrypted, true);
        assert_row_int(rows[i].body, attachment->opened, rows[i].opened);
        assert_row_int(rows[i].body, walk.underivable, rows[i].underivable);
        sks_walk_finish(&walk);
        g_free(mail);
    }
}

/* Neither unpacks nor tries anything after its end, and says so; without need, it is not late. */
static void a_walk_has_an_end(void **state)
{
    (void)state;
    char *mail = mail_with_zip("資料です。", NULL);
    static const char *const passwords[] = {"Nv7-kk20", NULL};
    const int64_t ends[] = {0, 1, g_get_monotonic_time() + 600 * G_USEC_PER_SEC};
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        struct sks_walk walk;
        assert_int_equal(sks_walk_init_with(&walk, mail, strlen(mail), passwords, 0, ends[i]), 0);
        assert_int_equal(walk.budget.late, i == 1);
        assert_int_equal(((const struct sks_attachment *)g_ptr_array_index(walk.attachments, 0))->opened, i != 1);
        sks_walk_finish(&walk);
    }
    g_free(mail);
}

/* A guess of another mail opens what is tried quickly, and stands behind those that are worth a slow try. */
static void guesses_of_others_come_last(void **state)
{
    (void)state;
    const struct made_member member = {.name = "a.txt", .content = "words"};
    g_autoptr(GByteArray) zip = make_zip(&member, 1, ZIP_EM_TRAD_PKWARE, "Yama-21");
    g_autofree char *encoded = g_base64_encode(zip->data, zip->len);
    g_autofree char *mail = g_strdup_printf("From: a@a.example\nMIME-Version: 1.0\nContent-Type: application/zip\n"
                                            "Content-Disposition: attachment; filename=a.zip\n"
                                            "Content-Transfer-Encoding: base64\n\n%s\n",
                                            encoded);
    g_autofree char *guess = sks_walk_guess("Yama-21");
    const char *const passwords[] = {guess, "Kawa-12", NULL};
    struct sks_walk walk;
    assert_int_equal(sks_walk_init_with(&walk, mail, strlen(mail), passwords, 0, 0), 0);
    assert_int_equal(walk.attachments->len, 1);
    assert_true(sks_attachment_is_opened(g_ptr_array_index(walk.attachments, 0)));
    assert_int_equal(walk.likely, 1);
    assert_string_equal(g_ptr_array_index(walk.passwords, 0), "Kawa-12");
    assert_string_equal(g_ptr_array_index(walk.passwords, 1), "Yama-21");
    sks_walk_finish(&walk);
}

/* In one archive: a text, and an encrypted archive. */
static void a_text_in_an_archive_tells_the_password_of_what_lies_beside_it(void **state)
{
    (void)state;
    static const char *const texts[] = {"パスワード：Nv7-kk20", "パスワードは後で。"};
    static const struct made_member letter = {"letter.txt", "The letter is long enough for a check.", 0};
    g_autoptr(GByteArray) inner = make_zip(&letter, 1, ZIP_EM_AES_256, "Nv7-kk20");
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        const struct made_member members[] = {{"inner.zip", (const char *)inner->data, inner->len},
                                              {"read.txt", texts[i], 0}};
        g_autoptr(GByteArray) outer = make_zip(members, 2, ZIP_EM_NONE, NULL);
        g_autofree char *encoded = g_base64_encode(outer->data, outer->len);
        g_autofree char *mail = g_strdup_printf(
            "From: a@a.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: application/zip; name=a.zip\n"
            "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=a.zip\n\n%s\n",
            encoded);
        struct sks_walk walk;
        assert_int_equal(sks_walk_init(&walk, mail, strlen(mail)), 0);
        const struct sks_attachment *attachment = g_ptr_array_index(walk.attachments, 0);
        assert_row_int(texts[i], sks_attachment_fact(attachment, "attachment.opened-inside") != NULL, i == 0);
        sks_walk_finish(&walk);
    }
}

/* A page, a picture that is one, and the same in archives: the mail's passwords are tried on what they carry. */
static void what_a_page_carries_is_opened(void **state)
{
    (void)state;
    static const struct {
        const char *name, *before, *body;
        bool opened;
    } rows[] = {
        {"a.html", "<html><body><script>var f=\"", "パスワード：Nv7-kk20", true},
        {"a.html", "<html><body><script>var f=\"", "資料です。", false},
        {"a.html", "<html><body><p>Password: <b>Nv7-kk20</b></p><script>var f=\"", "資料です。", true},
        {"a.html", "<html><title>Document password is Nv7-kk20</title><body><script>var f=\"", "資料です。", true},
        {"a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>var f=\"", "パスワード：Nv7-kk20", true},
        {"a.svg", "Text first. <svg><script>var f=\"", "パスワード：Nv7-kk20", true},
    };
    static const struct made_member letter = {"letter.txt", "The letter is long enough for a check.", 0};
    g_autoptr(GByteArray) inner = make_zip(&letter, 1, ZIP_EM_AES_256, "Nv7-kk20");
    g_autofree char *carried = g_base64_encode(inner->data, inner->len);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *page = g_strdup_printf("%s%s\"</script>", rows[i].before, carried);
        g_autofree char *encoded = g_base64_encode((const guchar *)page, strlen(page));
        g_autofree char *mail = g_strdup_printf(
            "From: a@a.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
            "Content-Type: text/plain; charset=utf-8\n\n%s\n--b\n"
            "Content-Type: application/octet-stream; name=%s\nContent-Transfer-Encoding: base64\n"
            "Content-Disposition: attachment; filename=%s\n\n%s\n--b--\n",
            rows[i].body, rows[i].name, rows[i].name, encoded);
        struct sks_walk walk;
        assert_int_equal(sks_walk_init(&walk, mail, strlen(mail)), 0);
        const struct sks_attachment *attachment = g_ptr_array_index(walk.attachments, 0);
        assert_row_int(rows[i].before, sks_attachment_is_encrypted(attachment), true);
        assert_row_int(rows[i].before, sks_attachment_is_locked(attachment), !rows[i].opened);
        sks_walk_finish(&walk);
    }
}

/* A part of which many stand in front of a program, and whether that program is looked into all the same. */
static const struct {
    const char *name, *part;
    unsigned count;
} crowds[] = {
    {"texts", "Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=a.txt\n\nx\n", 300},
    {"pictures",
     "Content-Type: image/gif; name=a.gif\nContent-Transfer-Encoding: base64\n\n"
     "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\n",
     300},
    {"unknown files",
     "Content-Type: application/octet-stream; name=a.bin\nContent-Transfer-Encoding: base64\n\n"
     "gIGCg/+AAQIDBA==\n",
     300},
    {"pages",
     "Content-Type: text/html; name=a.html\nContent-Disposition: attachment; filename=a.html\n\n<html>x</html>\n", 300},
    {"messages with files",
     "Content-Type: message/rfc822\n\nFrom: a@a.example\nContent-Type: text/html; name=a.html\n"
     "Content-Disposition: attachment; filename=a.html\n\n<html><p>x</p></html>\n",
     199},
};

/* Two behind the crowd are found, and stay at their place, the last. */
static void many_files_hide_no_program(void **state)
{
    (void)state;
    static const char program[] = "Content-Type: application/octet-stream; name=a.js\n"
                                  "Content-Disposition: attachment; filename=a.js\n\nWScript.Echo(1);\n";
    for (size_t i = 0; i < G_N_ELEMENTS(crowds); i++) {
        g_autoptr(GString) mail = g_string_new("From: a@a.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: "
                                               "multipart/mixed; boundary=b\n\n--b\n\ntext\n");
        for (unsigned k = 0; k < crowds[i].count; k++)
            g_string_append_printf(mail, "--b\n%s", crowds[i].part);
        g_string_append_printf(mail, "--b\n%s--b\n%s--b--\n", program, program);
        struct sks_walk walk;
        assert_int_equal(sks_walk_init(&walk, mail->str, mail->len), 0);
        unsigned programs = 0;
        for (guint k = 0; k < walk.attachments->len; k++)
            programs +=
                ((const struct sks_attachment *)g_ptr_array_index(walk.attachments, k))->type == SKS_FILE_SCRIPT;
        assert_row_int(crowds[i].name, programs, 2);
        assert_row_int(crowds[i].name, walk.cut_output, true);
        assert_row_int(crowds[i].name, walk.attachments->len <= 2 * SKS_LIMIT_ATTACHMENT_COUNT, true);
        const struct sks_attachment *last = g_ptr_array_index(walk.attachments, walk.attachments->len - 1);
        assert_row_int(crowds[i].name, last->type, SKS_FILE_SCRIPT);
        sks_walk_finish(&walk);
    }
}

/* Attached messages share what is read of a mail's text; each is read in part, and those that are cut say so. */
static void attached_texts_share_a_budget(void **state)
{
    (void)state;
    static const struct {
        const char *type, *line;
    } rows[] = {{"text/plain", "The minutes of the meeting.\n"}, {"text/html", "<p>The minutes of the meeting.</p>\n"}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) mail = g_string_new(
            "From: a@a.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n");
        for (unsigned k = 0; k < 20; k++) {
            g_string_append_printf(mail,
                                   "--b\nContent-Type: message/rfc822\n\nFrom: b@b.example\nSubject: n%u\n"
                                   "Content-Type: %s\n\nbegin %u\n",
                                   k, rows[i].type, k);
            for (size_t size = 0; size < SKS_LIMIT_TEXT_SIZE; size += strlen(rows[i].line))
                g_string_append(mail, rows[i].line);
        }
        g_string_append(mail, "--b--\n");
        struct sks_walk walk;
        assert_int_equal(sks_walk_init(&walk, mail->str, mail->len), 0);
        assert_row_int(rows[i].type, walk.nested->len, 20);
        size_t all = 0;
        for (guint k = 0; k < walk.nested->len; k++) {
            const struct sks_message *message = g_ptr_array_index(walk.nested, k);
            all += strlen(message->body.own);
            assert_true(g_str_has_prefix(message->body.own, "begin "));
            assert_int_equal(atoi(message->body.own + strlen("begin ")), k);
        }
        assert_row_int(rows[i].type, all <= SKS_LIMIT_TEXTS_SIZE + 20 * SKS_LIMIT_TEXT_LEAST, true);
        const struct sks_message *first = g_ptr_array_index(walk.nested, 0), *last = g_ptr_array_index(walk.nested, 19);
        assert_row_int(rows[i].type, strlen(first->body.own) > SKS_LIMIT_TEXT_SIZE / 2, true);
        assert_row_int(rows[i].type, last->flags & SKS_MESSAGE_CUT_TEXT, SKS_MESSAGE_CUT_TEXT);
        assert_row_int(rows[i].type, strlen(last->body.own) >= SKS_LIMIT_TEXT_LEAST / 2, true);
        sks_walk_finish(&walk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_inside),
        cmocka_unit_test(places_are_nested),
        cmocka_unit_test(stops_at_its_depth_and_says_so),
        cmocka_unit_test(a_mail_as_a_file_is_read_as_mail),
        cmocka_unit_test(passwords_come_from_all_of_the_mail),
        cmocka_unit_test(guesses_of_others_come_last),
        cmocka_unit_test(a_text_in_an_archive_tells_the_password_of_what_lies_beside_it),
        cmocka_unit_test(a_walk_has_an_end),
        cmocka_unit_test(what_a_page_carries_is_opened),
        cmocka_unit_test(many_files_hide_no_program),
        cmocka_unit_test(attached_texts_share_a_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
