/* What is left to do after a verdict changed: notices, held mails; and what is deleted by the clock. */
#include "tests/test.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <unistd.h>

#include "memory/duties.h"
#include "sekisho/limits.h"

#define DAY 86400
#define NOW 1700000000

struct place {
    char *folder, *file;
    struct sks_memory *memory;
};

static int make_place(void **state)
{
    struct place *place = g_new0(struct place, 1);
    place->folder = g_dir_make_tmp("sekisho-duties-XXXXXX", NULL);
    place->file = g_build_filename(place->folder, "store.db", NULL);
    *state = place;
    return sks_memory_open(&place->memory, place->file, SKS_MEMORY_READ_WRITE, NULL);
}

static int remove_place(void **state)
{
    struct place *place = *state;
    int sound = sks_memory_check(place->memory, NULL);
    sks_memory_close(place->memory);
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        char *file = g_strconcat(place->file, endings[i], NULL);
        g_unlink(file);
        g_free(file);
    }
    g_rmdir(place->folder);
    g_free(place->folder);
    g_free(place->file);
    g_free(place);
    return sound;
}

static const struct sks_memory_key sender = {SKS_MEMORY_KEY_SENDER, "a@x.example", 1};

/* A mail that waits, and is held under an ID unless that is NULL. */
static void keep(struct place *place, const char *identity, const char *queue_id, int64_t due, int64_t at)
{
    const struct sks_memory_keeping keeping = {
        .at = at,
        .identity = identity,
        .locked = 1,
        .bytes = "mail",
        .size = 4,
        .message_id = identity,
        .class_ = "clean",
        .keys = &sender,
        .key_count = 1,
        .queue_id = queue_id,
        .due = due,
    };
    const struct sks_memory_settlement settlement = {.keeping = &keeping};
    bool again;
    assert_int_equal(sks_memory_settle(place->memory, &settlement, &again), 0);
}

/* The newest that waits is judged anew. */
static void change(struct place *place, enum sks_memory_held held, bool worse, bool notices)
{
    static const char *const to[] = {"taro@kikan.example", "hanako@kikan.example"};
    struct sks_memory_found found;
    assert_int_equal(sks_memory_find(place->memory, &sender, 1, 0, &found), 0);
    assert_true(found.count > 0);
    const struct sks_memory_verdict verdict = {
        .at = NOW,
        .message_id = found.items[0].message_id,
        .from = "a@x.example",
        .to = to,
        .to_count = 2,
        .subject = "s",
        .class_ = worse ? "targeted" : "clean",
        .score = 4.5,
        .previous = "clean",
        .because = "p@x.example",
    };
    struct sks_memory_change changes[] = {{.waiting = &found.items[0],
                                           .passwords = "",
                                           .verdict = &verdict,
                                           .held = held,
                                           .worse = worse,
                                           .why = {"理由", "why"}}};
    const struct sks_memory_settlement settlement = {.changes = changes, .change_count = 1, .notices = notices};
    bool again;
    assert_int_equal(sks_memory_settle(place->memory, &settlement, &again), 0);
    assert_true(changes[0].done);
    sks_memory_found_finish(&found);
}

static char *due(struct place *place, int64_t now)
{
    char *queue_id = NULL;
    assert_int_equal(sks_memory_held_due(place->memory, now, &queue_id), 0);
    return queue_id != NULL ? queue_id : g_strdup("");
}

static void assert_due(struct place *place, int64_t now, const char *want)
{
    char *queue_id = due(place, now);
    assert_string_equal(queue_id, want);
    g_free(queue_id);
}

static void held_mail_is_due_when_its_time_has_passed(void **state)
{
    struct place *place = *state;
    keep(place, "1@x", "AAAAAA1", NOW + 60, NOW);
    keep(place, "2@x", "AAAAAA2", NOW + 30, NOW);
    keep(place, "3@x", NULL, 0, NOW);
    assert_due(place, NOW + 29, "");
    assert_due(place, NOW + 30, "AAAAAA2");
    assert_int_equal(sks_memory_held_postpone(place->memory, "AAAAAA2", NOW + 90), 0);
    assert_due(place, NOW + 30, "");
    assert_due(place, NOW + 60, "AAAAAA1");
    assert_int_equal(sks_memory_held_done(place->memory, "AAAAAA1"), 0);
    assert_due(place, NOW + 89, "");
    assert_due(place, NOW + 90, "AAAAAA2");
}

/* The same mail came twice, for two recipients: what is decided of one is decided of both. */
static void what_was_opened_decides(void **state)
{
    struct place *place = *state;
    struct sks_memory_notice notice;
    keep(place, "1@x", "AAAAAA1", NOW + 60, NOW);
    keep(place, "1@x", "AAAAAA2", NOW + 60, NOW);
    change(place, SKS_MEMORY_HELD_LET_GO, false, true);
    assert_due(place, NOW, "AAAAAA1");
    assert_int_equal(sks_memory_held_done(place->memory, "AAAAAA1"), 0);
    assert_due(place, NOW, "AAAAAA2");
    assert_int_equal(sks_memory_held_done(place->memory, "AAAAAA2"), 0);
    assert_int_equal(sks_memory_notice_claim(place->memory, NOW, &notice), 0);
    assert_int_equal(notice.id, 0);

    keep(place, "2@x", "BBBBBB1", NOW + 60, NOW);
    keep(place, "2@x", "BBBBBB2", NOW + 60, NOW);
    change(place, SKS_MEMORY_HELD_FOR_GOOD, true, true);
    assert_due(place, NOW + 10 * DAY, "");
    assert_int_equal(sks_memory_notice_claim(place->memory, NOW, &notice), 0);
    assert_true(strcmp(notice.held, "BBBBBB1 BBBBBB2") == 0 || strcmp(notice.held, "BBBBBB2 BBBBBB1") == 0);
    sks_memory_notice_finish(&notice);

    keep(place, "3@x", "CCCCCC1", NOW + 60, NOW);
    change(place, SKS_MEMORY_HELD_ON, true, true);
    assert_due(place, NOW + 60, "CCCCCC1");
}

static void a_notice_is_offered_until_it_is_done(void **state)
{
    struct place *place = *state;
    struct sks_memory_notice notice, none;
    keep(place, "1@x", NULL, 0, NOW);
    change(place, SKS_MEMORY_HELD_ON, true, true);
    assert_int_equal(sks_memory_notice_claim(place->memory, NOW, &notice), 0);
    assert_int_not_equal(notice.id, 0);
    assert_string_equal(notice.message_id, "1@x");
    assert_string_equal(notice.from, "a@x.example");
    assert_string_equal(notice.class_, "targeted");
    assert_string_equal(notice.previous, "clean");
    assert_string_equal(notice.because, "p@x.example");
    assert_string_equal(notice.why[0], "理由");
    assert_string_equal(notice.why[1], "why");
    assert_string_equal(notice.held, "");
    assert_string_equal(notice.to[1], "hanako@kikan.example");
    assert_int_equal(g_strv_length(notice.to), 2);
    assert_int_equal(notice.tries, 0);
    /* Another process, or the same one a moment later, does not get it. */
    assert_int_equal(sks_memory_notice_claim(place->memory, NOW + 1, &none), 0);
    assert_int_equal(none.id, 0);
    /* Whoever took it has died: it is offered once more. */
    int64_t id = notice.id;
    sks_memory_notice_finish(&notice);
    assert_int_equal(sks_memory_notice_claim(place->memory, NOW + SKS_LIMIT_MEMORY_CLAIM_SECONDS, &notice), 0);
    assert_int_equal(notice.id, id);
    assert_int_equal(notice.tries, 1);
    assert_int_equal(sks_memory_notice_done(place->memory, id), 0);
    sks_memory_notice_finish(&notice);
    assert_int_equal(sks_memory_notice_claim(place->memory, NOW + DAY, &none), 0);
    assert_int_equal(none.id, 0);
}

static void nobody_is_told_of_nothing(void **state)
{
    struct place *place = *state;
    struct sks_memory_notice none;
    keep(place, "1@x", NULL, 0, NOW);
    change(place, SKS_MEMORY_HELD_LET_GO, false, true); /* no worse */
    keep(place, "2@x", "AAAAAA1", NOW, NOW);
    change(place, SKS_MEMORY_HELD_FOR_GOOD, true, false); /* no notices wanted */
    assert_int_equal(sks_memory_notice_claim(place->memory, NOW, &none), 0);
    assert_int_equal(none.id, 0);
}

/* Whoever is found out has gained no standing by the mail that was taken for harmless. */
static void a_lesson_is_taken_back(void **state)
{
    struct place *place = *state;
    static const char *const to[] = {"taro@kikan.example", "hanako@kikan.example"};
    const struct sks_memory_mail plain = {.at = NOW - DAY,
                                          .message_id = "plain@x",
                                          .from = "a@x.example",
                                          .name = "a",
                                          .recipients = to,
                                          .recipient_count = 1,
                                          .subject = "s",
                                          .client_network = "192.0.2.0/24",
                                          .mailer = "M"};
    struct sks_memory_mail attack = plain, other = plain;
    attack.message_id = "1@x";
    attack.at = NOW;
    attack.has_encrypted = true;
    attack.name = "b";
    attack.recipient_count = 2;
    other.message_id = "never@x"; /* has taught nothing */
    struct sks_memory_answer before, taught, after;
    assert_int_equal(sks_memory_learn(place->memory, &plain), 0);
    assert_int_equal(sks_memory_ask(place->memory, &attack, &before), 0);
    assert_int_equal(sks_memory_learn(place->memory, &attack), 0);
    assert_int_equal(sks_memory_ask(place->memory, &attack, &taught), 0);
    assert_int_equal(taught.from_sender, 2);
    assert_int_equal(taught.encrypted_from_sender, 1);
    const struct sks_memory_mail *const taken_back[] = {&other, &attack, &attack};
    const uint64_t left[] = {2, 1, 1};
    for (size_t i = 0; i < G_N_ELEMENTS(taken_back); i++) {
        char *identity = g_strdup_printf("%zu@x", i);
        keep(place, identity, NULL, 0, NOW);
        struct sks_memory_found found;
        assert_int_equal(sks_memory_find(place->memory, &sender, 1, 0, &found), 0);
        const struct sks_memory_verdict verdict = {.at = NOW,
                                                   .message_id = identity,
                                                   .class_ = "targeted",
                                                   .from = "",
                                                   .subject = "",
                                                   .previous = "clean",
                                                   .because = ""};
        struct sks_memory_change changes[] = {
            {.waiting = &found.items[0], .passwords = "", .verdict = &verdict, .unlearn = taken_back[i]}};
        const struct sks_memory_settlement settlement = {.changes = changes, .change_count = 1};
        bool again;
        assert_int_equal(sks_memory_settle(place->memory, &settlement, &again), 0);
        assert_true(changes[0].done);
        sks_memory_found_finish(&found);
        assert_int_equal(sks_memory_ask(place->memory, &attack, &after), 0);
        assert_row_int(identity, after.from_sender, left[i]);
        g_free(identity);
    }
    assert_int_equal(after.mails_total, before.mails_total);
    assert_int_equal(after.from_domain, before.from_domain);
    assert_int_equal(after.encrypted_from_sender, 0);
    assert_int_equal(after.from_sender_to_recipient, before.from_sender_to_recipient);
    assert_int_equal(after.first_seen, before.first_seen);
}

static bool count(void *data, const struct sks_memory_verdict *verdict)
{
    (void)verdict;
    ++*(unsigned *)data;
    return true;
}

static bool file_holds(const struct place *place, const char *ending, const char *text)
{
    char *file = g_strconcat(place->file, ending, NULL), *content = NULL;
    gsize size = 0;
    bool found = g_file_get_contents(file, &content, &size, NULL) && memmem(content, size, text, strlen(text)) != NULL;
    g_free(content);
    g_free(file);
    return found;
}

static void what_is_old_goes_by_the_clock(void **state)
{
    struct place *place = *state;
    bool more = true;
    for (int i = 0; i < 30; i++) {
        char *identity = g_strdup_printf("SECRET-%d@x", i);
        keep(place, identity, NULL, 0, NOW - 8 * DAY);
        const struct sks_memory_verdict verdict = {.at = NOW - 401 * DAY,
                                                   .message_id = identity,
                                                   .class_ = "clean",
                                                   .from = "",
                                                   .subject = "",
                                                   .previous = "",
                                                   .because = ""};
        assert_int_equal(sks_memory_log_verdict(place->memory, &verdict), 0);
        g_free(identity);
    }
    keep(place, "new@x", NULL, 0, NOW - DAY);
    const struct sks_memory_verdict recent = {.at = NOW - DAY,
                                              .message_id = "new@x",
                                              .class_ = "clean",
                                              .from = "",
                                              .subject = "",
                                              .previous = "",
                                              .because = ""};
    assert_int_equal(sks_memory_log_verdict(place->memory, &recent), 0);
    for (int i = 0; i < 10 && more; i++)
        assert_int_equal(sks_memory_expire_before(place->memory, NOW - 7 * DAY, NOW - 400 * DAY, NOW + DAY, &more), 0);
    assert_false(more);
    unsigned verdicts = 0;
    assert_int_equal(sks_memory_log_each(place->memory, count, &verdicts), 0);
    assert_int_equal(verdicts, 1);
    struct sks_memory_found found;
    assert_int_equal(sks_memory_find(place->memory, &sender, 1, 0, &found), 0);
    assert_int_equal(found.count, 1);
    assert_string_equal(found.items[0].message_id, "new@x");
    sks_memory_found_finish(&found);
    /* Really gone: from the file and from the write-ahead log. */
    assert_false(file_holds(place, "", "SECRET-"));
    assert_false(file_holds(place, "-wal", "SECRET-"));
    assert_true(file_holds(place, "", "new@x") || file_holds(place, "-wal", "new@x"));
}

static void log_verdict(struct place *place, const char *identity, int64_t at)
{
    const struct sks_memory_verdict verdict = {
        .at = at, .message_id = identity, .class_ = "clean", .from = "", .subject = "", .previous = "", .because = ""};
    assert_int_equal(sks_memory_log_verdict(place->memory, &verdict), 0);
}

/* The clock was ten years ahead for a while, between what is old and what is new. */
static void what_came_by_a_wrong_clock_goes_with_its_neighbours(void **state)
{
    struct place *place = *state;
    bool more = true;
    const int64_t ahead = (int64_t)NOW + 3650 * DAY;
    const struct {
        const char *identity;
        int64_t at;
    } mails[] = {{"1@x", NOW - 9 * DAY}, {"2@x", ahead}, {"3@x", NOW - 8 * DAY}, {"4@x", ahead}, {"5@x", NOW - DAY}};
    for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
        keep(place, mails[i].identity, NULL, 0, mails[i].at);
        log_verdict(place, mails[i].identity, mails[i].at);
    }
    for (int i = 0; i < 10 && more; i++)
        assert_int_equal(sks_memory_expire_before(place->memory, NOW - 7 * DAY, NOW - 7 * DAY, NOW + DAY, &more), 0);
    unsigned verdicts = 0;
    assert_int_equal(sks_memory_log_each(place->memory, count, &verdicts), 0);
    assert_int_equal(verdicts, 2); /* 4, 5 */
    struct sks_memory_found found;
    assert_int_equal(sks_memory_find(place->memory, &sender, 1, 0, &found), 0);
    assert_int_equal(found.count, 2);
    sks_memory_found_finish(&found);
}

static void no_mail_is_held_for_longer_than_that(void **state)
{
    struct place *place = *state;
    keep(place, "1@x", "AAAAAA1", NOW + 3650 * (int64_t)DAY, NOW);
    keep(place, "2@x", "AAAAAA2", NOW + 30, NOW);
    assert_int_equal(sks_memory_held_within(place->memory, NOW + 60), 0);
    assert_due(place, NOW + 30, "AAAAAA2");
    assert_int_equal(sks_memory_held_done(place->memory, "AAAAAA2"), 0);
    assert_due(place, NOW + 59, "");
    assert_due(place, NOW + 60, "AAAAAA1");
}

/* People are told soon, though whoever took it on did so by a clock that was a year ahead. */
static void a_notice_claimed_in_the_future_is_offered(void **state)
{
    struct place *place = *state;
    struct sks_memory_notice notice;
    keep(place, "1@x", NULL, 0, NOW);
    change(place, SKS_MEMORY_HELD_ON, true, true);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(sks_memory_notice_claim(place->memory, i == 0 ? NOW + 366 * DAY : NOW, &notice), 0);
        assert_int_not_equal(notice.id, 0);
        sks_memory_notice_finish(&notice);
    }
}

/* Who is at work on a notice stays so while the clock is corrected by seconds. */
static void a_notice_is_claimed_once(void **state)
{
    struct place *place = *state;
    struct sks_memory_notice notice;
    keep(place, "1@x", NULL, 0, NOW);
    change(place, SKS_MEMORY_HELD_ON, true, true);
    static const int64_t later[] = {0, 1, -1, -299};
    for (size_t i = 0; i < G_N_ELEMENTS(later); i++) {
        assert_int_equal(sks_memory_notice_claim(place->memory, NOW + later[i], &notice), 0);
        assert_int_equal(notice.id != 0, i == 0);
        sks_memory_notice_finish(&notice);
    }
}

/* What is known of the clock stays, and mails move the memory's own clock no further than it allows. */
static void the_clock_has_a_limit(void **state)
{
    struct place *place = *state;
    static const char *const to[] = {"taro@kikan.example"};
    struct sks_memory_mail mail = {.message_id = "1@x", .from = "a@x.example", .recipients = to, .recipient_count = 1};
    const int64_t limits[] = {0, NOW + 2 * DAY, NOW + 20 * DAY}, want[] = {NOW, NOW + 2 * DAY, NOW + 9 * DAY};
    g_autofree char *none = NULL;
    assert_int_equal(sks_memory_steady_read(place->memory, &none), 0);
    assert_string_equal(none, "");
    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
        g_autofree char *id = g_strdup_printf("%zu@x", i), *text = NULL;
        int64_t newest = 0;
        if (i > 0)
            assert_int_equal(sks_memory_steady_write(place->memory, id, limits[i]), 0);
        mail.message_id = id;
        mail.at = i == 0 ? NOW : (int64_t)NOW + 3650 * DAY;
        assert_int_equal(sks_memory_learn(place->memory, &mail), 0);
        assert_int_equal(sks_memory_newest(place->memory, &newest), 0);
        assert_row_int(id, newest, want[i]);
        assert_int_equal(sks_memory_steady_read(place->memory, &text), 0);
        assert_string_equal(text, i > 0 ? id : "");
    }
}

struct reading {
    const char *file;
    unsigned count;
};

/* Once, the write-ahead log is cut. */
static bool read_slowly(void *data, const struct sks_memory_verdict *verdict)
{
    struct reading *reading = data;
    g_autofree char *expected = g_strdup_printf("%u@x", reading->count);
    assert_string_equal(verdict->message_id, expected);
    if (reading->count++ > 0)
        return true;
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(reading->file, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "UPDATE verdict SET score = 1", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_wal_checkpoint_v2(database, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    return true;
}

/* Some read page by page on a terminal, and mail comes meanwhile. */
static void who_reads_the_log_holds_nothing_up(void **state)
{
    struct place *place = *state;
    for (unsigned i = 0; i < 600; i++) {
        g_autofree char *id = g_strdup_printf("%u@x", i);
        log_verdict(place, id, NOW + i / 5);
    }
    struct reading reading = {.file = place->file};
    assert_int_equal(sks_memory_log_each(place->memory, read_slowly, &reading), 0);
    assert_int_equal(reading.count, 600);
}

int main(void)
{
#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)
    const struct CMUnitTest tests[] = {
        PLACED(held_mail_is_due_when_its_time_has_passed),
        PLACED(what_was_opened_decides),
        PLACED(what_came_by_a_wrong_clock_goes_with_its_neighbours),
        PLACED(no_mail_is_held_for_longer_than_that),
        PLACED(a_notice_claimed_in_the_future_is_offered),
        PLACED(a_notice_is_claimed_once),
        PLACED(the_clock_has_a_limit),
        PLACED(a_notice_is_offered_until_it_is_done),
        PLACED(nobody_is_told_of_nothing),
        PLACED(what_is_old_goes_by_the_clock),
        PLACED(a_lesson_is_taken_back),
        PLACED(who_reads_the_log_holds_nothing_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
