/*
 * A store that keeps hashes: no name and no address can be read in its bytes, and what has to be told again is told.
 * Exceptions that rest on the log of verdicts, where addresses are hashes, too.
 */
#include "tests/test.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "memory/duties.h"
#include "memory/memory.h"
#include "memory/report.h"

#define NOW 1700000000

struct place {
    char *folder, *file, *key;
};

static int make_place(void **state)
{
    struct place *place = g_new0(struct place, 1);
    place->folder = g_dir_make_tmp("sekisho-XXXXXX", NULL);
    place->file = g_build_filename(place->folder, "store", NULL);
    place->key = g_strconcat(place->file, ".key", NULL);
    *state = place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    static const char *const endings[] = {"", "-wal", "-shm", ".key"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        char *file = g_strconcat(place->file, endings[i], NULL);
        g_unlink(file);
        g_free(file);
    }
    g_rmdir(place->folder);
    g_free(place->folder);
    g_free(place->file);
    g_free(place->key);
    g_free(place);
    return 0;
}

static struct sks_memory *open_store(const struct place *place, bool hashed)
{
    struct sks_memory *memory = NULL;
    struct sks_problems *problems = sks_problems_create();
    if (sks_memory_open_private(&memory, place->file, SKS_MEMORY_READ_WRITE, hashed, problems) != 0)
        fail_msg("%s", sks_problems_text(problems, 0));
    sks_problems_destroy(problems);
    return memory;
}

static bool holds(const struct place *place, const char *text)
{
    static const char *const endings[] = {"", "-wal"};
    bool found = false;
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        char *file = g_strconcat(place->file, endings[i], NULL), *bytes = NULL;
        gsize size = 0;
        if (g_file_get_contents(file, &bytes, &size, NULL))
            found = found || memmem(bytes, size, text, strlen(text)) != NULL;
        g_free(bytes);
        g_free(file);
    }
    return found;
}

/* What each of them has in it somewhere; a mail or a text that holds none is not looked for. */
static const char *const names[] = {"taro", "hanako", "office.example", "kikan.example", "山田太郎", "chief"};

static void assert_holds_none(const struct place *place)
{
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (holds(place, names[i]))
            fail_msg("%s can be read in the store", names[i]);
}

static const char *const to[] = {"hanako@kikan.example", "jiro@kikan.example"};
static const struct sks_memory_key key = {SKS_MEMORY_KEY_SENDER, "taro@office.example", 1};

static void settle(struct sks_memory *memory, const struct sks_memory_settlement *settlement)
{
    bool again;
    assert_int_equal(sks_memory_settle(memory, settlement, &again), 0);
    assert_false(again);
}

/* A mail that is learned, logged and waits. */
static void write_waiting(struct sks_memory *memory)
{
    const struct sks_memory_mail mail = {.at = NOW,
                                         .message_id = "taro.1@office.example",
                                         .from = "Taro@office.example",
                                         .name = "山田太郎",
                                         .recipients = to,
                                         .recipient_count = 2,
                                         .mailer = "becky"};
    const struct sks_memory_verdict verdict = {.at = NOW,
                                               .message_id = mail.message_id,
                                               .from = mail.from,
                                               .to = to,
                                               .to_count = 2,
                                               .subject = "山田太郎より",
                                               .class_ = "clean",
                                               .previous = "",
                                               .because = ""};
    const struct sks_memory_keeping keeping = {.at = NOW,
                                               .identity = "x",
                                               .locked = 1,
                                               .message_id = mail.message_id,
                                               .sender = mail.from,
                                               .subject = "山田太郎より",
                                               .files = "山田太郎.zip",
                                               .passwords = "",
                                               .class_ = "clean",
                                               .keys = &key,
                                               .key_count = 1};
    const struct sks_memory_settlement settlement = {.mail = &mail, .verdict = &verdict, .keeping = &keeping};
    settle(memory, &settlement);
}

/* It turns out to be an attack, and people are to be told. */
static void write_notice(struct sks_memory *memory)
{
    struct sks_memory_found found;
    assert_int_equal(sks_memory_find(memory, &key, 1, 0, &found), 0);
    assert_int_equal(found.count, 1);
    assert_string_equal(found.items[0].message_id, "taro.1@office.example");
    assert_string_equal(found.items[0].subject, "山田太郎より");
    assert_string_equal(found.items[0].files, "山田太郎.zip");
    const struct sks_memory_verdict verdict = {.at = NOW,
                                               .message_id = found.items[0].message_id,
                                               .from = "Taro@office.example",
                                               .to = to,
                                               .to_count = 2,
                                               .subject = found.items[0].subject,
                                               .class_ = "targeted",
                                               .previous = "clean",
                                               .because = "hanako.2@office.example",
                                               .content = 77};
    struct sks_memory_change change = {.waiting = &found.items[0],
                                       .locked = 1,
                                       .passwords = "taro1234",
                                       .verdict = &verdict,
                                       .worse = true,
                                       .why = {"山田太郎の名", "by taro"}};
    const struct sks_memory_settlement settlement = {.changes = &change, .change_count = 1, .notices = true};
    settle(memory, &settlement);
    assert_true(change.done);
    sks_memory_found_finish(&found);
}

static const char bytes[] = "From: taro@office.example\nTo: hanako@kikan.example\n\n山田太郎\n";

static void write_report(struct sks_memory *memory)
{
    const struct sks_memory_report report = {.at = NOW,
                                             .digest = "00ff",
                                             .class_ = "targeted",
                                             .earlier = "clean",
                                             .reporter = "hanako@kikan.example",
                                             .note = "the chief says so",
                                             .form = "mail",
                                             .sender = "taro@office.example",
                                             .subject = "山田太郎より",
                                             .message_id = "taro.1@office.example",
                                             .mail_at = NOW,
                                             .withdrawn_by = ""};
    const struct sks_memory_report_keeping keeping = {.keep = true, .total = 1 << 20};
    int64_t id = 0;
    bool known = true;
    assert_int_equal(sks_memory_report_add(memory, &report, bytes, sizeof bytes - 1, &keeping, &id, &known), 0);
    assert_false(known);
    /* The same again is known: what is sealed can be looked up. */
    assert_int_equal(sks_memory_report_add(memory, &report, bytes, sizeof bytes - 1, &keeping, &id, &known), 0);
    assert_true(known);
    assert_int_equal(sks_memory_report_withdraw(memory, id, NOW, "chief@kikan.example"), 0);
}

static bool show_verdict(void *data, const struct sks_memory_verdict *verdict)
{
    g_string_append_printf(data, "%s|%s|%s|%s\n", verdict->message_id, verdict->subject, verdict->class_,
                           verdict->because);
    return true;
}

static bool show_report(void *data, const struct sks_memory_report *report)
{
    g_string_append_printf(data, "%s|%s|%s|%s|%s|%s\n", report->reporter, report->note, report->sender, report->subject,
                           report->message_id, report->withdrawn_by);
    return true;
}

static void assert_log_and_reports(struct sks_memory *memory)
{
    GString *text = g_string_new(NULL);
    assert_int_equal(sks_memory_log_each(memory, show_verdict, text), 0);
    assert_int_equal(sks_memory_report_each(memory, show_report, text), 0);
    assert_string_equal(text->str, "taro.1@office.example|山田太郎より|clean|\n"
                                   "taro.1@office.example|山田太郎より|targeted|hanako.2@office.example\n"
                                   "hanako@kikan.example|the chief says so|taro@office.example|山田太郎より|"
                                   "taro.1@office.example|chief@kikan.example\n");
    g_string_free(text, TRUE);
    GBytes *kept = NULL;
    gsize size;
    assert_int_equal(sks_memory_report_fetch(memory, "00ff", &kept), 0);
    const void *data = g_bytes_get_data(kept, &size);
    assert_int_equal(size, sizeof bytes - 1);
    assert_memory_equal(data, bytes, size);
    g_bytes_unref(kept);
    char *earlier = NULL;
    assert_int_equal(sks_memory_report_earlier(memory, "taro.1@office.example", "tarO@office.example", &earlier), 0);
    assert_string_equal(earlier, "targeted");
    g_free(earlier);
}

static void assert_notice(struct sks_memory *memory)
{
    struct sks_memory_notice notice;
    assert_int_equal(sks_memory_notice_claim(memory, NOW, &notice), 0);
    assert_true(notice.id > 0);
    assert_string_equal(notice.from, "Taro@office.example");
    assert_string_equal(notice.message_id, "taro.1@office.example");
    assert_string_equal(notice.because, "hanako.2@office.example");
    assert_string_equal(notice.why[1], "by taro");
    assert_int_equal(g_strv_length(notice.to), 2);
    assert_string_equal(notice.to[0], to[0]);
    sks_memory_notice_finish(&notice);
}

static void names_can_not_be_read_and_are_told(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place, true);
    write_waiting(memory);
    write_notice(memory);
    write_report(memory);
    assert_holds_none(place);
    assert_true(holds(place, "becky")); /* what is looked for is looked for where it would be */
    assert_log_and_reports(memory);
    assert_notice(memory);
    assert_int_equal(sks_memory_check(memory, NULL), 0);
    sks_memory_close(memory);
    assert_holds_none(place);
}

/* Each statement by itself, on the store's file. */
static void run_sql(const struct place *place, const char *sql)
{
    sqlite3 *database = NULL;
    char *error = NULL;
    assert_int_equal(sqlite3_open(place->file, &database), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s", error);
    sqlite3_close(database);
}

static void what_was_kept_in_plain_is_sealed(void **state)
{
    struct place *place = *state;
    sks_memory_close(open_store(place, true));
    run_sql(place, "DELETE FROM meta WHERE key = 'sealed';"
                   "INSERT INTO verdict (at, message_id, sender, recipients, subject, class, score, previous, because)"
                   " VALUES (1, 'taro.1@office.example', 'h', 'h', '山田太郎より', 'clean', 0, '', ''),"
                   " (2, 'taro.1@office.example', 'h', 'h', '山田太郎より', 'targeted', 0, '', "
                   "'hanako.2@office.example');"
                   "INSERT INTO report (at, digest, class, earlier, reporter, note, form, sender, subject, message_id,"
                   " mail_at, withdrawn, withdrawn_by) VALUES (1, '00ff', 'targeted', '', 'hanako@kikan.example',"
                   " 'the chief says so', 'mail', 'taro@office.example', '山田太郎より', 'taro.1@office.example', 1, 1,"
                   " 'chief@kikan.example');");
    assert_true(holds(place, "hanako"));
    struct sks_memory *memory = open_store(place, false);
    GString *text = g_string_new(NULL);
    assert_int_equal(sks_memory_log_each(memory, show_verdict, text), 0);
    assert_int_equal(sks_memory_report_each(memory, show_report, text), 0);
    assert_string_equal(text->str, "taro.1@office.example|山田太郎より|clean|\n"
                                   "taro.1@office.example|山田太郎より|targeted|hanako.2@office.example\n"
                                   "hanako@kikan.example|the chief says so|taro@office.example|山田太郎より|"
                                   "taro.1@office.example|chief@kikan.example\n");
    g_string_free(text, TRUE);
    sks_memory_close(memory);
    assert_holds_none(place);
}

static void what_was_changed_is_not_told(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place, true);
    write_waiting(memory);
    write_report(memory);
    sks_memory_close(memory);
    run_sql(place, "UPDATE verdict SET subject = 'plain', message_id = substr(message_id, 5);"
                   "UPDATE report_mail SET bytes = x'00112233445566778899aabbccddeeff001122';");
    memory = open_store(place, true);
    GString *text = g_string_new(NULL);
    assert_int_equal(sks_memory_log_each(memory, show_verdict, text), 0);
    assert_string_equal(text->str, "||clean|\n");
    g_string_free(text, TRUE);
    GBytes *kept = NULL;
    assert_int_equal(sks_memory_report_fetch(memory, "00ff", &kept), SKS_ERROR_UNAVAILABLE);
    sks_memory_close(memory);
}

/* Also in a store whose mark does not prove the key yet. */
static void another_key_is_refused(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place, true);
    struct sks_problems *problems = sks_problems_create();
    char *secret = NULL;
    gsize size = 0;
    write_waiting(memory);
    sks_memory_close(memory);
    assert_true(g_file_get_contents(place->key, &secret, &size, NULL));
    for (int older = 0; older < 2; older++) {
        if (older)
            run_sql(place, "UPDATE meta SET value = '1' WHERE key = 'sealed'");
        secret[0] ^= 1;
        assert_true(g_file_set_contents_full(place->key, secret, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
        for (int mode = 0; mode < 2; mode++) {
            memory = NULL;
            assert_int_equal(sks_memory_open_private(&memory, place->file,
                                                     mode == 0 ? SKS_MEMORY_READ_ONLY : SKS_MEMORY_READ_WRITE,
                                                     mode != 0, problems),
                             SKS_ERROR_FORMAT);
            assert_non_null(strstr(sks_problems_text(problems, 0), "is not the key of"));
        }
        secret[0] ^= 1;
        assert_true(g_file_set_contents_full(place->key, secret, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
        sks_memory_close(open_store(place, true));
    }
    sks_problems_destroy(problems);
    g_free(secret);
}

static void a_store_with_a_directory_is_not_hashed(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place, false);
    const struct sks_memory_person person = {"山田 太郎", "", "", "taro@office.example", "", "", ""};
    assert_int_equal(sks_memory_replace_people(memory, &person, 1), 0);
    sks_memory_close(memory);
    assert_int_equal(sks_memory_open_private(&memory, place->file, SKS_MEMORY_READ_WRITE, true, NULL),
                     SKS_ERROR_FORMAT);
}

static bool is_released(struct sks_memory *memory, int64_t digest, const char *from, const char *const *recipients,
                        size_t count)
{
    const struct sks_memory_mail mail = {
        .at = NOW, .from = from, .digest = digest, .recipients = recipients, .recipient_count = count};
    struct sks_memory_answer answer;
    assert_int_equal(sks_memory_ask(memory, &mail, &answer), 0);
    return answer.released;
}

static void the_log_knows_for_whom(struct place *place, bool hashed)
{
    struct sks_memory *memory = open_store(place, hashed);
    struct sks_memory_verdict verdict = {.at = NOW,
                                         .message_id = "1@x",
                                         .from = "Taro@office.example",
                                         .to = to,
                                         .to_count = 2,
                                         .subject = "s",
                                         .class_ = "targeted",
                                         .previous = "",
                                         .because = "",
                                         .content = 77};
    assert_int_equal(sks_memory_log_verdict(memory, &verdict), 0);
    verdict.content = 78;
    verdict.class_ = "clean";
    assert_int_equal(sks_memory_log_verdict(memory, &verdict), 0);
    static const char *const own[] = {"else@kikan.example"};
    struct sks_memory_mail mail = {
        .at = NOW, .from = "taro@OFFICE.example", .digest = 77, .recipients = own, .recipient_count = 1};
    size_t count = 9;
    assert_false(is_released(memory, 77, "taro@office.example", to, 2));
    assert_int_equal(sks_memory_except_logged(memory, &mail, &count), 0);
    assert_int_equal(count, 1);
    assert_true(is_released(memory, 77, "taro@office.example", to, 2));
    assert_true(is_released(memory, 77, "taro@office.example", to + 1, 1));
    assert_false(is_released(memory, 77, "taro@office.example", own, 1));
    assert_false(is_released(memory, 77, "jiro@office.example", to, 2));
    assert_int_equal(sks_memory_except(memory, &mail), 0);
    assert_true(is_released(memory, 77, "taro@office.example", own, 1));
    /* What raised no alarm needs no exception. */
    mail.digest = 78;
    assert_int_equal(sks_memory_except_logged(memory, &mail, &count), 0);
    assert_int_equal(count, 0);
    assert_false(is_released(memory, 78, "taro@office.example", to, 2));
    sks_memory_close(memory);
}

static void a_plain_log_knows_for_whom(void **state)
{
    the_log_knows_for_whom(*state, false);
}

static void a_hashed_log_knows_for_whom(void **state)
{
    the_log_knows_for_whom(*state, true);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_can_not_be_read_and_are_told),
        TEST(what_was_kept_in_plain_is_sealed),
        TEST(what_was_changed_is_not_told),
        TEST(a_store_with_a_directory_is_not_hashed),
        TEST(another_key_is_refused),
        TEST(a_plain_log_knows_for_whom),
        TEST(a_hashed_log_knows_for_whom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
