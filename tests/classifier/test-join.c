/*
 * Joining two mails: the encrypted attachment in one, its password in another. The mails are made here, their zips by
 * libzip. What class a verdict has is the model's affair; these tests ask what was opened, and what is said of it.
 */
#include "tests/test.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "letters.h"
#include "memory/memory.h"
#include "sekisho/limits.h"

/* Mails whose attachments still wait; those that gave passwords are kept, too. */
#define KEPT "SELECT count(*) FROM waiting_mail JOIN waiting ON id = waiting WHERE locked > 0"

static void assert_sound(struct room *room)
{
    struct sks_memory *memory = NULL;
    struct sks_problems *problems = sks_problems_create();
    assert_int_equal(sks_memory_open(&memory, room->classifier->store, SKS_MEMORY_READ_WRITE, problems), 0);
    if (sks_memory_check(memory, problems) != 0)
        fail_msg("%s", sks_problems_text(problems, 0));
    sks_memory_close(memory);
    sks_problems_destroy(problems);
}

/* ---- Tests ---- */

static void the_password_comes_second(void **state)
{
    struct room *room = *state;
    use_store(room, "second.db", false);
    const struct letter first = with_file(file_mail, room->program);
    struct sks_verdict *before = examine(room, &first);
    assert_null(find(before, "attachment.opened"));
    assert_int_equal(number(room, KEPT), 1);
    struct sks_verdict *after = examine(room, &password_mail);
    assert_string_equal(related(after, "attachment.password-in-separate-mail"), first.id);
    assert_string_equal(related(after, "attachment.opened"), first.id);
    assert_string_equal(related(after, "attachment.runs-code"), first.id);
    assert_string_equal(related(after, "attachment.program-inside"), first.id);
    assert_null(find(after, "clean.opened-harmless"));
    assert_int_equal(sks_verdict_changed_count(after), 1);
    const struct sks_changed *changed = sks_verdict_changed(after, 0);
    assert_string_equal(changed->message_id, first.id);
    assert_int_equal(changed->previous, sks_verdict_class(before));
    assert_true(changed->score > sks_verdict_score(before));
    assert_true(find(after, "attachment.runs-code")->contribution > 0);
    assert_true(find(after, "attachment.opened")->contribution > 0);
    assert_true(*changed->summary[SKS_LANGUAGE_JAPANESE] != '\0');
    /* The log has the first before and after, and nothing waits any more. */
    assert_int_equal(number(room, "SELECT count(*) FROM verdict"), 3);
    assert_int_equal(number(room, "SELECT count(*) FROM verdict WHERE message_id = 'file@yama.example' AND"
                                  " because = 'password@yama.example' AND previous <> ''"),
                     1);
    /* What raises an alarm says why: here a program inside, whatever else weighed more. */
    assert_int_equal(number(room, "SELECT count(*) FROM verdict WHERE (class = 'clean') <> (evidence = '')"), 0);
    assert_true(number(room, "SELECT count(*) FROM verdict WHERE evidence LIKE '%attachment.runs-code%'") >= 1);
    assert_int_equal(number(room, KEPT), 0);
    assert_int_equal(number(room, "SELECT count(*) FROM waiting WHERE locked > 0"), 0);
    /* It survives the way back from a worker. */
    char *json = sks_verdict_to_json(after);
    struct sks_verdict *read = NULL;
    assert_int_equal(sks_verdict_from_json(&read, json, strlen(json)), 0);
    assert_int_equal(sks_verdict_changed_count(read), 1);
    assert_string_equal(sks_verdict_changed(read, 0)->message_id, first.id);
    assert_int_equal(sks_verdict_changed(read, 0)->class_, changed->class_);
    free(json);
    sks_verdict_destroy(read);
    sks_verdict_destroy(before);
    sks_verdict_destroy(after);
    assert_sound(room);
}

/* A page that builds the zip when it is opened: it waits like any other, and so is its password found. */
static void a_page_that_carries_the_file_waits(void **state)
{
    struct room *room = *state;
    use_store(room, "page.db", false);
    char *carried = g_base64_encode(room->program->data, room->program->len);
    char *text = g_strdup_printf("<html><body><script>var file = \"%s\";</script></body></html>", carried);
    GByteArray *page = g_byte_array_new_take((guint8 *)text, strlen(text));
    struct letter first = with_file(file_mail, page);
    first.names[0] = "shiryou.html";
    sks_verdict_destroy(examine(room, &first));
    assert_int_equal(number(room, KEPT), 1);
    struct sks_verdict *after = examine(room, &password_mail);
    assert_string_equal(related(after, "attachment.password-in-separate-mail"), first.id);
    assert_string_equal(related(after, "attachment.opened"), first.id);
    assert_string_equal(related(after, "attachment.program-inside"), first.id);
    assert_int_equal(number(room, KEPT), 0);
    sks_verdict_destroy(after);
    g_byte_array_unref(page);
    g_free(carried);
}

/* A mail may be made to take long: where the time doesn't suffice, it stays as it is, and a later mail opens it. */
static void what_takes_long_waits_on(void **state)
{
    struct room *room = *state;
    use_store(room, "slow.db", false);
    const struct letter first = with_file(file_mail, room->program);
    sks_verdict_destroy(examine(room, &first));
    unsigned usual = room->classifier->join_milliseconds;
    room->classifier->join_milliseconds = 0;
    struct sks_verdict *late = examine(room, &password_mail);
    room->classifier->join_milliseconds = usual;
    assert_null(find(late, "attachment.opened"));
    assert_string_equal(related(late, "attachment.password-in-separate-mail"), first.id);
    assert_non_null(find(late, "limit.passwords"));
    assert_int_equal(sks_verdict_changed_count(late), 0);
    assert_int_equal(number(room, KEPT), 1);
    struct letter again = password_mail;
    again.id = "again@yama.example";
    struct sks_verdict *after = examine(room, &again);
    assert_string_equal(related(after, "attachment.opened"), first.id);
    assert_int_equal(number(room, KEPT), 0);
    sks_verdict_destroy(late);
    sks_verdict_destroy(after);
}

/* Whoever sends them chooses the Message-IDs, or leaves them out. */
static void message_ids_may_be_the_same(void **state)
{
    static const char *const ids[] = {"same@yama.example", ""};
    struct room *room = *state;
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        use_store(room, i == 0 ? "same-id.db" : "no-id.db", false);
        struct letter first = with_file(file_mail, room->program), second = password_mail;
        first.id = second.id = ids[i];
        sks_verdict_destroy(examine(room, &first));
        struct sks_verdict *after = examine(room, &second);
        assert_row_int(ids[i], sks_verdict_changed_count(after), 1);
        assert_non_null(find(after, "attachment.opened"));
        sks_verdict_destroy(after);
    }
}

/* One delivery, one verdict: whichever mail comes first, both end alike, and as in the other order. */
static void both_mails_end_alike_in_either_order(void **state)
{
    struct room *room = *state;
    use_store(room, "anew.db", false);
    const struct letter first = with_file(file_mail, room->program);
    struct sks_verdict *before = examine(room, &first);
    struct sks_verdict *after = examine(room, &password_mail);
    double score = sks_verdict_score(after);
    assert_float_equal(sks_verdict_changed(after, 0)->score, score, 1e-6);
    assert_int_equal(sks_verdict_changed(after, 0)->class_, sks_verdict_class(after));
    use_store(room, "at-once.db", false);
    struct letter early = password_mail;
    early.at = NOW - 60;
    struct sks_verdict *password = examine(room, &early);
    struct sks_verdict *at_once = examine(room, &first);
    assert_string_equal(related(at_once, "attachment.password-in-separate-mail"), early.id);
    assert_string_equal(related(at_once, "attachment.opened"), early.id);
    assert_string_equal(related(at_once, "attachment.runs-code"), "");
    assert_int_equal(sks_verdict_changed_count(at_once), 1);
    assert_string_equal(sks_verdict_changed(at_once, 0)->message_id, early.id);
    assert_int_equal(sks_verdict_changed(at_once, 0)->previous, sks_verdict_class(password));
    assert_float_equal(sks_verdict_score(at_once), score, 1e-6);
    assert_float_equal(sks_verdict_changed(at_once, 0)->score, score, 1e-6);
    /* A second file with the same password is as much of a danger to whoever has the password. */
    struct letter more = first;
    more.id = "more@yama.example";
    struct sks_verdict *again = examine(room, &more);
    assert_int_equal(sks_verdict_changed_count(again), 1);
    assert_string_equal(sks_verdict_changed(again, 0)->message_id, early.id);
    sks_verdict_destroy(before);
    sks_verdict_destroy(after);
    sks_verdict_destroy(password);
    sks_verdict_destroy(at_once);
    sks_verdict_destroy(again);
    assert_sound(room);
}

/* What the one shows counts against the other, too; what speaks for one must speak for both. */
static void each_mail_is_judged_by_what_both_show(void **state)
{
    struct room *room = *state;
    use_store(room, "share.db", false);
    for (unsigned i = 0; i < 4; i++) { /* the sender is well known … */
        struct letter plain = file_mail;
        char *id = g_strdup_printf("plain-%u@yama.example", i);
        plain.id = id;
        plain.text = "See you on Thursday.";
        plain.at = NOW - (4 - i) * DAY;
        sks_verdict_destroy(examine(room, &plain));
        g_free(id);
    }
    const struct letter first = with_file(file_mail, room->program);
    struct letter second = password_mail; /* … but not under this address */
    second.from = "Tanaka Taro <tanaka.taro@gmail.com>";
    second.client = "198.51.100.9";
    struct sks_verdict *before = examine(room, &first);
    assert_non_null(find(before, "clean.known-correspondent"));
    assert_null(find(before, "sender.webmail"));
    struct sks_verdict *after = examine(room, &second);
    assert_int_equal(sks_verdict_changed_count(after), 1);
    assert_null(find(after, "clean.known-correspondent"));
    assert_string_equal(related(after, "sender.webmail"), "");
    assert_float_equal(sks_verdict_changed(after, 0)->score, sks_verdict_score(after), 1e-6);
    sks_verdict_destroy(before);
    sks_verdict_destroy(after);
}

static void who_is_the_same_party(void **state)
{
    struct room *room = *state;
    const struct {
        const char *row, *from, *to, *subject, *text, *more, *client;
        bool opens;
    } rows[] = {
        {"the sender", NULL, NULL, NULL, NULL, NULL, NULL, true},
        {"the sender, to a colleague", NULL, "mori@kikan.example", NULL, NULL, NULL, NULL, true},
        {"a robot of the house", "System <noreply@mail.yama.example>", NULL, NULL, NULL, NULL, "198.51.100.9", true},
        {"… writes to somebody else", "System <noreply@mail.yama.example>", "mori@kikan.example", NULL, NULL, NULL,
         "198.51.100.9", false},
        {"a robot that quotes the file", "noreply@gateway.example", NULL, NULL,
         "Your file shiryou.zip was sent. Password: Kx8!pqr2", NULL, "198.51.100.9", true},
        {"a robot that quotes the subject", "noreply@gateway.example", NULL, "[Password] Documents for Thursday", NULL,
         NULL, "198.51.100.9", true},
        {"in the thread", "someone@else.example", "mori@kikan.example", NULL, NULL, "References: <file@yama.example>\n",
         "198.51.100.9", true},
        {"the same displayed name", "Tanaka Taro <t.tanaka@freemail.example>", NULL, NULL, NULL, NULL, "198.51.100.9",
         true},
        {"who gets a copy", "partner@umi.example", NULL, NULL, NULL, "Cc: tanaka@yama.example\n", "198.51.100.9", true},
        {"the same network", "robot@gateway.example", NULL, NULL, NULL, NULL, "192.0.2.99", true},
        {"a stranger", "someone@else.example", NULL, NULL, NULL, NULL, "198.51.100.9", false},
        {"a stranger in another thread", "someone@else.example", NULL, NULL, NULL, "References: <other@else.example>\n",
         "198.51.100.9", false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *store = g_strdup_printf("party-%zu.db", i);
        use_store(room, store, false);
        const struct letter first = with_file(file_mail, room->memo);
        struct letter second = password_mail;
        second.from = rows[i].from != NULL ? rows[i].from : second.from;
        second.to = rows[i].to != NULL ? rows[i].to : second.to;
        second.subject = rows[i].subject != NULL ? rows[i].subject : second.subject;
        second.text = rows[i].text != NULL ? rows[i].text : second.text;
        second.client = rows[i].client != NULL ? rows[i].client : second.client;
        second.more = rows[i].more;
        struct sks_verdict *before = examine(room, &first), *after = examine(room, &second);
        assert_row_int(rows[i].row, sks_verdict_changed_count(after), rows[i].opens ? 1 : 0);
        assert_row_int(rows[i].row, find(after, "clean.opened-harmless") != NULL, rows[i].opens);
        sks_verdict_destroy(before);
        sks_verdict_destroy(after);
        g_free(store);
    }
}

/* Who gets many encrypted files gets many notices of passwords, with subjects that any mail quotes: they crowd none
 * out. */
static void notices_of_others_are_tried_last(void **state)
{
    struct room *room = *state;
    use_store(room, "crowd.db", false);
    struct letter notice = password_mail;
    notice.from = "System <noreply@mail.yama.example>";
    notice.subject = "Notice";
    notice.client = "198.51.100.9";
    sks_verdict_destroy(examine(room, &notice));
    for (unsigned i = 0; i <= SKS_LIMIT_JOIN_MAILS; i++) {
        struct letter other = password_mail;
        g_autofree char *id = g_strdup_printf("notice@umi%u.example", i), *from = g_strdup_printf("n@umi%u.example", i),
                        *client = g_strdup_printf("198.18.%u.9", i);
        other.id = id;
        other.from = from;
        other.client = client;
        other.subject = "The password follows";
        other.text = "Password: Qw7-zzbb3";
        other.at = NOW + i;
        sks_verdict_destroy(examine(room, &other));
    }
    const struct letter first = with_file(file_mail, room->memo);
    struct sks_verdict *verdict = examine(room, &first);
    assert_string_equal(related(verdict, "attachment.opened"), notice.id);
    sks_verdict_destroy(verdict);
}

/* The provider's domain and network make nobody one party. */
static void webmail_is_no_party(void **state)
{
    struct room *room = *state;
    use_store(room, "webmail.db", false);
    struct letter first = with_file(file_mail, room->memo);
    struct letter second = password_mail;
    first.from = "A <first@gmail.com>";
    second.from = "B <second@gmail.com>";
    struct sks_verdict *before = examine(room, &first), *after = examine(room, &second);
    assert_int_equal(sks_verdict_changed_count(after), 0);
    sks_verdict_destroy(before);
    sks_verdict_destroy(after);
}

static void a_wrong_password_is_corrected(void **state)
{
    struct room *room = *state;
    use_store(room, "correction.db", false);
    const struct letter first = with_file(file_mail, room->memo);
    struct letter wrong = password_mail, right = password_mail;
    wrong.id = "wrong@yama.example";
    wrong.text = "Password: Kx8!pqr3";
    right.text = "先ほどのパスワードは誤りでした。正しくは次のとおりです。\n\nパスワード：Ｋｘ８！ｐｑｒ２\n";
    struct sks_verdict *verdicts[] = {examine(room, &first), examine(room, &wrong), examine(room, &right)};
    assert_int_equal(sks_verdict_changed_count(verdicts[1]), 0);
    assert_null(find(verdicts[1], "attachment.opened"));
    assert_int_equal(sks_verdict_changed_count(verdicts[2]), 1);
    assert_string_equal(related(verdicts[2], "attachment.opened"), first.id);
    for (size_t i = 0; i < G_N_ELEMENTS(verdicts); i++)
        sks_verdict_destroy(verdicts[i]);
}

static void several_attachments_and_passwords(void **state)
{
    struct room *room = *state;
    use_store(room, "several.db", false);
    struct letter first = with_file(file_mail, room->memo);
    first.files[1] = room->second;
    first.names[1] = "plan.zip";
    struct letter one = password_mail, two = password_mail;
    two.id = "password2@yama.example";
    two.text = "The other password: Mm77-zzq";
    struct sks_verdict *verdicts[] = {examine(room, &first), examine(room, &one), examine(room, &two)};
    assert_int_equal(number(room, "SELECT count(*) FROM verdict WHERE because <> ''"), 2);
    assert_int_equal(number(room, KEPT), 0);
    assert_int_equal(sks_verdict_changed_count(verdicts[1]), 1);
    assert_int_equal(sks_verdict_changed_count(verdicts[2]), 1);
    for (size_t i = 0; i < G_N_ELEMENTS(verdicts); i++)
        sks_verdict_destroy(verdicts[i]);
    /* One password for two mails. */
    use_store(room, "two-mails.db", false);
    struct letter again = with_file(file_mail, room->program);
    again.id = "file2@yama.example";
    const struct letter plain = with_file(file_mail, room->memo);
    struct sks_verdict *more[] = {examine(room, &plain), examine(room, &again), examine(room, &password_mail)};
    assert_int_equal(sks_verdict_changed_count(more[2]), 2);
    assert_non_null(find(more[2], "attachment.runs-code"));
    for (size_t i = 0; i < G_N_ELEMENTS(more); i++)
        sks_verdict_destroy(more[i]);
    assert_sound(room);
}

/* The first password opens one member, and the mail waits on for the second, in whichever order all three come. */
static void one_archive_with_two_passwords(void **state)
{
    struct room *room = *state;
    static const struct made_member members[] = {{"memo.txt", "We meet at ten in room three.\n", 0},
                                                 {"plan.txt", "The plan for March, a little longer than that.\n", 0}};
    static const char *const passwords[] = {"Kx8!pqr2", "Mm77-zzq"};
    static const unsigned orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {2, 0, 1}, {1, 2, 0}};
    g_autoptr(GByteArray) zip = make_zip_with(members, 2, ZIP_EM_AES_256, passwords);
    for (size_t o = 0; o < G_N_ELEMENTS(orders); o++) {
        struct letter mails[] = {with_file(file_mail, zip), password_mail, password_mail};
        mails[2].id = "password2@yama.example";
        mails[2].text = "The other password: Mm77-zzq";
        g_autofree char *store = g_strdup_printf("two-passwords-%zu.db", o);
        use_store(room, store, false);
        struct sks_verdict *verdicts[3];
        bool came = false;
        for (size_t i = 0; i < 3; i++) {
            came = came || orders[o][i] == 0;
            mails[orders[o][i]].at = NOW + 60 * (int64_t)i;
            verdicts[i] = examine(room, &mails[orders[o][i]]);
            assert_row_int(store, number(room, KEPT) > 0, came && i < 2);
            assert_row_int(store, find(verdicts[i], "clean.opened-harmless") != NULL, i == 2);
        }
        assert_row_int(store, find(verdicts[1], "attachment.opened") != NULL, orders[o][0] == 0 || orders[o][1] == 0);
        for (size_t i = 0; i < 3; i++)
            sks_verdict_destroy(verdicts[i]);
        assert_sound(room);
    }
}

/* An encrypted archive in an encrypted archive: the first password opens the outer one, and shows the inner one. */
static void an_archive_in_an_archive(void **state)
{
    struct room *room = *state;
    const struct made_member inner = {"plan.zip", (const char *)room->second->data, room->second->len};
    g_autoptr(GByteArray) zip = make_zip(&inner, 1, ZIP_EM_AES_256, "Kx8!pqr2");
    const struct letter first = with_file(file_mail, zip);
    struct letter later = password_mail;
    later.id = "password2@yama.example";
    later.text = "The inner password: Mm77-zzq";
    use_store(room, "nested.db", false);
    struct sks_verdict *verdicts[] = {examine(room, &first), examine(room, &password_mail),
                                      examine(room, &password_mail), examine(room, &later)};
    assert_int_equal(sks_verdict_changed_count(verdicts[1]), 1);
    assert_int_equal(sks_verdict_changed_count(verdicts[2]), 0); /* it opens no more than before */
    assert_int_equal(sks_verdict_changed_count(verdicts[3]), 1);
    assert_non_null(find(verdicts[3], "clean.opened-harmless"));
    for (size_t i = 0; i < G_N_ELEMENTS(verdicts); i++)
        sks_verdict_destroy(verdicts[i]);
    assert_sound(room);
}

/* A mail that says one word and nothing of it; only what looks like nothing else is kept. */
static void a_bare_word_may_be_a_password(void **state)
{
    struct room *room = *state;
    static const struct {
        const char *text;
        bool kept, opens;
    } rows[] = {{"Kx8!pqr2", true, true},
                {"\n  Kx8!pqr2\n\n", true, true},
                {"20210301", true, false}, /* the date, but not of this file */
                {"了解です", false, false},
                {"understood", false, false},
                {"tanaka@yama.example", false, false},
                {"https://yama.example/x1", false, false},
                {"Kx8!pqr2 and more", false, false},
                {"x1", false, false}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *store = g_strdup_printf("bare-%zu.db", i);
        use_store(room, store, false);
        struct letter early = password_mail;
        early.at = NOW - 60;
        early.subject = "Thursday";
        early.text = rows[i].text;
        const struct letter first = with_file(file_mail, room->memo);
        struct sks_verdict *before = examine(room, &early);
        assert_row_int(rows[i].text, number(room, "SELECT count(*) FROM waiting"), rows[i].kept);
        struct sks_verdict *after = examine(room, &first);
        assert_row_int(rows[i].text, sks_verdict_changed_count(after), rows[i].opens);
        assert_row_int(rows[i].text, find(after, "attachment.opened") != NULL, rows[i].opens);
        sks_verdict_destroy(before);
        sks_verdict_destroy(after);
    }
}

/* An encrypted file in a plain archive waits like one by itself. */
static void a_file_inside_waits_too(void **state)
{
    struct room *room = *state;
    use_store(room, "inside.db", false);
    const struct made_member member = {"shiryou.zip", (const char *)room->program->data, room->program->len};
    g_autoptr(GByteArray) outer = make_zip(&member, 1, ZIP_EM_NONE, NULL);
    const struct letter first = with_file(file_mail, outer);
    struct sks_verdict *before = examine(room, &first);
    assert_non_null(find(before, "attachment.encrypted"));
    assert_int_equal(number(room, KEPT), 1);
    struct sks_verdict *after = examine(room, &password_mail);
    assert_string_equal(related(after, "attachment.opened"), first.id);
    assert_string_equal(related(after, "attachment.program-inside"), first.id);
    assert_int_equal(number(room, KEPT), 0);
    sks_verdict_destroy(before);
    sks_verdict_destroy(after);
}

/* Whoever sends many files first, to have the password's own passed over, is noticed. */
static void what_is_not_tried_is_told(void **state)
{
    struct room *room = *state;
    use_store(room, "many.db", false);
    for (unsigned i = 0; i <= SKS_LIMIT_JOIN_MAILS; i++) {
        struct letter file = with_file(file_mail, i == 0 ? room->memo : room->second);
        char *id = g_strdup_printf("file-%u@yama.example", i);
        file.id = id;
        file.at = NOW + i;
        sks_verdict_destroy(examine(room, &file));
        g_free(id);
    }
    struct sks_verdict *verdict = examine(room, &password_mail);
    assert_int_equal(sks_verdict_changed_count(verdict), 0);
    assert_non_null(find(verdict, "limit.passwords"));
    sks_verdict_destroy(verdict);
}

/* More decoys than are tried, in the password's thread, of which the file's reader gets none: they crowd it not out. */
static void decoys_for_others_are_tried_last(void **state)
{
    struct room *room = *state;
    use_store(room, "decoys.db", false);
    const struct letter file = with_file(file_mail, room->memo);
    sks_verdict_destroy(examine(room, &file));
    g_autoptr(GString) references = g_string_new("References:");
    for (unsigned i = 0; i <= SKS_LIMIT_JOIN_MAILS; i++) {
        struct letter decoy = with_file(file_mail, room->second);
        g_autofree char *id = g_strdup_printf("decoy-%u@yama.example", i);
        g_string_append_printf(references, " <%s>", id);
        decoy.id = id;
        decoy.to = "mori@kikan.example";
        decoy.at = NOW + i;
        sks_verdict_destroy(examine(room, &decoy));
    }
    g_string_append_c(references, '\n');
    struct letter password = password_mail;
    password.more = references->str;
    struct sks_verdict *verdict = examine(room, &password);
    assert_string_equal(related(verdict, "attachment.opened"), file.id);
    sks_verdict_destroy(verdict);
}

/* A gateway sends files and passwords of many people from one address: what it quotes is tried before others' mails. */
static void what_is_quoted_comes_before_decoys_for_others(void **state)
{
    struct room *room = *state;
    use_store(room, "quoted-decoys.db", false);
    struct letter file = with_file(file_mail, room->memo);
    file.names[0] = "first-quarter.zip";
    sks_verdict_destroy(examine(room, &file));
    for (unsigned i = 0; i <= SKS_LIMIT_JOIN_MAILS; i++) {
        struct letter decoy = with_file(file_mail, room->second);
        g_autofree char *id = g_strdup_printf("decoy-%u@okuru.example", i);
        decoy.id = id;
        decoy.from = "noreply@okuru.example";
        decoy.client = "198.51.100.77";
        decoy.to = "mori@kikan.example";
        decoy.names[0] = "other.zip";
        decoy.at = NOW + i;
        sks_verdict_destroy(examine(room, &decoy));
    }
    struct letter password = password_mail;
    password.from = "noreply@okuru.example";
    password.client = "198.51.100.77";
    password.id = "pw@okuru.example";
    password.text = "File: first-quarter.zip\nPassword: Kx8!pqr2";
    struct sks_verdict *verdict = examine(room, &password);
    assert_string_equal(related(verdict, "attachment.opened"), file.id);
    sks_verdict_destroy(verdict);
}

/* Wrong passwords; if there are more than are tried, it is told. */
static void what_passwords_are_not_tried_is_told(void **state)
{
    struct room *room = *state;
    for (unsigned count = 4; count <= 40; count *= 10) {
        g_autoptr(GString) text = g_string_new(NULL);
        struct letter file = with_file(file_mail, room->memo), password = password_mail;
        for (unsigned i = 0; i < count; i++)
            g_string_append_printf(text, "Password: Qw%u-zzb\n", i);
        password.text = text->str;
        use_store(room, count == 4 ? "few.db" : "too-many.db", false);
        struct sks_verdict *before = examine(room, &file), *after = examine(room, &password);
        assert_int_equal(sks_verdict_changed_count(after), 0);
        assert_int_equal(find(after, "limit.passwords") != NULL, count > 4);
        sks_verdict_destroy(before);
        sks_verdict_destroy(after);
    }
}

/* Among more files of one sender than are tried, the one that the password's mail names; and the other way round. */
static void what_is_named_is_tried_first(void **state)
{
    struct room *room = *state;
    struct letter file = with_file(file_mail, room->memo), password = password_mail;
    file.names[0] = "first-quarter.zip";
    password.text = "File: first-quarter.zip\nPassword: Kx8!pqr2";
    for (int password_first = 0; password_first < 2; password_first++) {
        use_store(room, password_first ? "named-password.db" : "named-file.db", false);
        sks_verdict_destroy(examine(room, password_first ? &password : &file));
        for (unsigned i = 0; i <= SKS_LIMIT_JOIN_MAILS; i++) {
            struct letter other = password_first ? password_mail : with_file(file_mail, room->second);
            g_autofree char *id = g_strdup_printf("other-%u@yama.example", i),
                            *text = g_strdup_printf("Password: Qw7-zzb%u", i);
            other.id = id;
            other.text = password_first ? text : other.text;
            other.at = NOW + i;
            sks_verdict_destroy(examine(room, &other));
        }
        struct sks_verdict *verdict = examine(room, password_first ? &file : &password);
        assert_string_equal(related(verdict, "attachment.opened"), password_first ? password.id : file.id);
        sks_verdict_destroy(verdict);
    }
}

/* Whether the bytes stand anywhere in the files of the store. */
static bool store_holds(struct room *room, const char *bytes)
{
    bool found = false;
    const char *const endings[] = {"", "-wal"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        char *file = g_strconcat(room->classifier->store, endings[i], NULL), *content = NULL;
        gsize size = 0;
        if (g_file_get_contents(file, &content, &size, NULL))
            found = found || memmem(content, size, bytes, strlen(bytes)) != NULL;
        g_free(content);
        g_free(file);
    }
    return found;
}

static void what_is_not_kept_is_still_recognised(void **state)
{
    struct room *room = *state;
    const struct letter first = with_file(file_mail, room->memo);
    for (int digests = 0; digests < 2; digests++) {
        use_store(room, digests ? "digests.db" : "large.db", false);
        uint64_t size = room->classifier->pending_size;
        room->classifier->keep_digests = digests != 0;
        room->classifier->pending_size = digests ? size : 100;
        struct sks_verdict *before = examine(room, &first), *after = examine(room, &password_mail);
        room->classifier->pending_size = size;
        room->classifier->keep_digests = false;
        assert_int_equal(number(room, KEPT), 0);
        assert_int_equal(sks_verdict_changed_count(after), 0);
        assert_string_equal(related(after, "attachment.password-in-separate-mail"), first.id);
        assert_null(find(after, "attachment.opened"));
        if (digests)
            assert_false(store_holds(room, "Kx8!pqr2"));
        sks_verdict_destroy(before);
        sks_verdict_destroy(after);
        assert_sound(room);
    }
}

static void what_is_old_is_gone(void **state)
{
    struct room *room = *state;
    use_store(room, "old.db", false);
    const struct letter first = with_file(file_mail, room->memo);
    struct sks_verdict *before = examine(room, &first);
    assert_true(store_holds(room, "shiryou.zip"));
    struct letter late = password_mail;
    late.at = NOW + 7 * DAY + 200;
    struct sks_verdict *after = examine(room, &late);
    assert_int_equal(sks_verdict_changed_count(after), 0);
    assert_int_equal(number(room, "SELECT count(*) FROM waiting WHERE message_id = 'file@yama.example'"), 0);
    sks_classifier_tidy(room->classifier);
    assert_false(store_holds(room, "shiryou.zip"));
    sks_verdict_destroy(before);
    sks_verdict_destroy(after);
    assert_sound(room);
}

static void a_frozen_store_is_only_looked_at(void **state)
{
    struct room *room = *state;
    use_store(room, "frozen.db", false);
    const struct letter first = with_file(file_mail, room->program);
    struct sks_verdict *before = examine(room, &first);
    use_store(room, "frozen.db", true);
    for (int i = 0; i < 2; i++) {
        struct sks_verdict *after = examine(room, &password_mail);
        assert_string_equal(related(after, "attachment.opened"), first.id);
        assert_int_equal(sks_verdict_changed_count(after), 1);
        sks_verdict_destroy(after);
    }
    assert_int_equal(number(room, "SELECT count(*) FROM verdict"), 1);
    assert_int_equal(number(room, "SELECT count(*) FROM waiting_mail"), 1);
    sks_verdict_destroy(before);
}

/* One of our own mails waits for nothing. */
static void our_own_mails_do_not_wait(void **state)
{
    struct room *room = *state;
    use_store(room, "ours.db", false);
    struct letter letter = with_file(file_mail, room->memo);
    letter.from = "suzuki@kikan.example";
    letter.to = "tanaka@yama.example";
    char *mail = write_letter(&letter);
    const struct sks_envelope envelope = {.authenticated = true, .received_at = NOW};
    struct sks_verdict *verdict = NULL;
    assert_int_equal(sks_classifier_examine(&verdict, room->classifier, mail, strlen(mail), &envelope), 0);
    assert_int_equal(number(room, "SELECT count(*) FROM waiting"), 0);
    sks_verdict_destroy(verdict);
    g_free(mail);
}

/* ---- Several processes ---- */

/* A child that examines, in a store of its own handle; dies by itself or is killed. */
static pid_t fork_examine(struct room *room, const struct letter *letter, unsigned wait_us)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    char *store = g_path_get_basename(room->classifier->store);
    room->classifier->memory = NULL; /* the parent's, if it has one */
    use_store(room, store, false);
    sks_classifier_prepare(room->classifier);
    g_usleep(wait_us);
    char *mail = write_letter(letter);
    const char *recipient = letter->to;
    const struct sks_envelope envelope = {
        .recipients = &recipient, .recipient_count = 1, .client_address = letter->client, .received_at = letter->at};
    struct sks_verdict *verdict = NULL;
    int error = sks_classifier_examine(&verdict, room->classifier, mail, strlen(mail), &envelope);
    _exit(error == 0 && sks_verdict_memory_error(verdict) == 0 ? 0 : 1);
}

/* Opened when it came, because the password was there, or anew: the log then says so; but never twice. */
static void assert_joined_once(struct room *room)
{
    int64_t locked = number(room, "SELECT count(*) FROM waiting WHERE locked > 0");
    assert_int_equal(locked, 0);
    assert_int_equal(number(room, KEPT), 0);
    assert_true(number(room, "SELECT count(*) FROM verdict WHERE because <> ''") <= 1);
}

static void two_mails_at_the_same_moment(void **state)
{
    struct room *room = *state;
    const struct letter first = with_file(file_mail, room->memo);
    for (unsigned i = 0; i < 8; i++) {
        char *store = g_strdup_printf("moment-%u.db", i);
        use_store(room, store, false);
        assert_sound(room);
        pid_t children[] = {fork_examine(room, &first, 0), fork_examine(room, &password_mail, 0)};
        for (size_t j = 0; j < G_N_ELEMENTS(children); j++) {
            int status;
            assert_int_equal(waitpid(children[j], &status, 0), children[j]);
            assert_int_equal(status, 0);
        }
        assert_joined_once(room);
        g_free(store);
    }
}

/* Two password mails at once, each with one of two passwords: both attachments end up open. */
static void two_passwords_at_the_same_moment(void **state)
{
    struct room *room = *state;
    struct letter first = with_file(file_mail, room->memo), other = password_mail;
    first.files[1] = room->second;
    first.names[1] = "plan.zip";
    other.id = "password2@yama.example";
    other.text = "The other password: Mm77-zzq";
    for (unsigned i = 0; i < 4; i++) {
        char *store = g_strdup_printf("passwords-%u.db", i);
        use_store(room, store, false);
        sks_verdict_destroy(examine(room, &first));
        use_store(room, store, false);
        pid_t children[] = {fork_examine(room, &password_mail, 0), fork_examine(room, &other, 0)};
        for (size_t j = 0; j < G_N_ELEMENTS(children); j++) {
            int status;
            assert_int_equal(waitpid(children[j], &status, 0), children[j]);
            assert_int_equal(status, 0);
        }
        assert_int_equal(number(room, KEPT), 0);
        assert_int_equal(number(room, "SELECT count(*) FROM verdict WHERE because <> ''"), 2);
        g_free(store);
    }
}

/* Killed at any moment, the mail either still waits or was judged anew and logged, once. */
static void a_kill_loses_no_mail(void **state)
{
    struct room *room = *state;
    const struct letter first = with_file(file_mail, room->memo);
    for (unsigned i = 0; i < 10; i++) {
        char *store = g_strdup_printf("killed-%u.db", i);
        use_store(room, store, false);
        sks_verdict_destroy(examine(room, &first));
        use_store(room, store, false);
        pid_t child = fork_examine(room, &password_mail, 0);
        g_usleep(i * 12000);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        int64_t waits = number(room, KEPT);
        int64_t logged = number(room, "SELECT count(*) FROM verdict WHERE because <> ''");
        assert_int_equal(waits + logged, 1);
        assert_sound(room);
        g_free(store);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_password_comes_second),
        cmocka_unit_test(a_page_that_carries_the_file_waits),
        cmocka_unit_test(what_takes_long_waits_on),
        cmocka_unit_test(message_ids_may_be_the_same),
        cmocka_unit_test(both_mails_end_alike_in_either_order),
        cmocka_unit_test(each_mail_is_judged_by_what_both_show),
        cmocka_unit_test(who_is_the_same_party),
        cmocka_unit_test(notices_of_others_are_tried_last),
        cmocka_unit_test(webmail_is_no_party),
        cmocka_unit_test(a_wrong_password_is_corrected),
        cmocka_unit_test(several_attachments_and_passwords),
        cmocka_unit_test(one_archive_with_two_passwords),
        cmocka_unit_test(an_archive_in_an_archive),
        cmocka_unit_test(a_bare_word_may_be_a_password),
        cmocka_unit_test(a_file_inside_waits_too),
        cmocka_unit_test(what_is_not_tried_is_told),
        cmocka_unit_test(what_passwords_are_not_tried_is_told),
        cmocka_unit_test(what_is_named_is_tried_first),
        cmocka_unit_test(decoys_for_others_are_tried_last),
        cmocka_unit_test(what_is_quoted_comes_before_decoys_for_others),
        cmocka_unit_test(what_is_not_kept_is_still_recognised),
        cmocka_unit_test(what_is_old_is_gone),
        cmocka_unit_test(a_frozen_store_is_only_looked_at),
        cmocka_unit_test(our_own_mails_do_not_wait),
        cmocka_unit_test(two_mails_at_the_same_moment),
        cmocka_unit_test(two_passwords_at_the_same_moment),
        cmocka_unit_test(a_kill_loses_no_mail),
    };
    return cmocka_run_group_tests(tests, setup_room, teardown_room);
}
