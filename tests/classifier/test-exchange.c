/*
 * Exchanges: what one mail shows counts for the others of its sender. Alarms are put into the log where the model's
 * opinion is not the question; where a mail has to be an attack, it brings a program that is called a document.
 */
#include "tests/test.h"

#include <glib.h>
#include <math.h>
#include <sqlite3.h>

#include "letters.h"
#include "memory/memory.h"
#include "sekisho/limits.h"

#define CARRIED "memory.exchange-targeted"
#define ALARM   "alarm@mail.example"

static const struct letter plain = {
    .id = "plain@mail.example",
    .from = "Mori Ken <mori.ken@mori.example>",
    .to = "suzuki@kikan.example",
    .subject = "Our talk last week",
    .text = "Dear Ms. Suzuki, it was good to talk to you last week. Shall we meet again on Monday?",
    .client = "192.0.2.9",
    .at = NOW};

/* ---- The store, from outside ---- */

static struct sks_memory *open_memory(struct room *room)
{
    struct sks_memory *memory = NULL;
    assert_int_equal(sks_memory_open(&memory, room->classifier->store, SKS_MEMORY_READ_WRITE, NULL), 0);
    return memory;
}

static int64_t number(struct room *room, const char *sql)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open_v2(room->classifier->store, &database, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return value;
}

static void log_verdict(struct room *room, const struct sks_memory_verdict *verdict)
{
    struct sks_memory *memory = open_memory(room);
    assert_int_equal(sks_memory_log_verdict(memory, verdict), 0);
    sks_memory_close(memory);
}

/* An attack of the plain letter's sender, an hour before it. */
static struct sks_memory_verdict alarm_of(const char *from, const char *const *to)
{
    return (struct sks_memory_verdict){.at = NOW - 3600,
                                       .message_id = ALARM,
                                       .from = from,
                                       .to = to,
                                       .to_count = 1,
                                       .subject = "Documents",
                                       .class_ = "targeted",
                                       .score = 6.5,
                                       .previous = "",
                                       .because = "",
                                       .evidence = "attachment.runs-code sender.webmail",
                                       .content = 4711};
}

static const char *const suzuki[] = {"suzuki@kikan.example"}, *const sato[] = {"sato@kikan.example"};

static void use_new_store(struct room *room)
{
    static unsigned stores;
    g_autofree char *name = g_strdup_printf("exchange-%u.db", stores++);
    use_store(room, name, false);
}

static void assert_adds_up(const char *row, const struct sks_verdict *verdict)
{
    double sum = sks_verdict_bias(verdict);
    for (size_t i = 0; i < sks_verdict_evidence_count(verdict); i++)
        sum += sks_verdict_evidence(verdict, i)->contribution;
    if (fabs(sum - sks_verdict_score(verdict)) > 1e-6)
        fail_msg("%s: contributions are %.3f, the score is %.3f", row, sum, sks_verdict_score(verdict));
}

/* ---- Mails that follow ---- */

struct row {
    const char *what;
    const char *from;      /* of the alarm; NULL: as the letter has it */
    const char *const *to; /* of the alarm */
    const char *more;      /* header lines of the letter */
    const char *evidence;  /* of the alarm; NULL: its own */
    int64_t later;         /* the letter comes so much later */
    const char *letter_from;
    bool carried;
};

#define ANSWER "References: <" ALARM ">\n"
#define LIST                                                                                                           \
    "List-Id: People <people.lists.example>\nList-Unsubscribe: <mailto:x@lists.example>\n"                             \
    "List-Post: <mailto:people@lists.example>\nPrecedence: list\n"

static const struct row rows[] = {
    {"the same sender and reader", NULL, suzuki, NULL, NULL, 0, NULL, true},
    {"addresses have no case", "Mori.Ken@MORI.example", suzuki, NULL, NULL, 0, "MORI.KEN@mori.example", true},
    {"thirty days are an exchange", NULL, suzuki, NULL, NULL, 29 * DAY, NULL, true},
    {"more are not", NULL, suzuki, NULL, NULL, 31 * DAY, NULL, false},
    {"another reader", NULL, sato, NULL, NULL, 0, NULL, false},
    {"another reader, but one thread", NULL, sato, ANSWER, NULL, 0, NULL, true},
    {"another sender", "mori.kenji@mori.example", suzuki, NULL, NULL, 0, NULL, false},
    {"one of us", NULL, suzuki, NULL, NULL, 0, "suzuki@kikan.example", false},
    {"a list", NULL, suzuki, LIST, NULL, 0, NULL, false},
    {"a list, but one thread", NULL, suzuki, LIST ANSWER, NULL, 0, NULL, true},
    {"an attack by what another showed", NULL, suzuki, NULL, CARRIED, 0, NULL, false},
    {"perhaps another's", NULL, suzuki, NULL, "sender.authentication-failed lure.link-fetch", 0, NULL, false},
};

static void what_follows_an_attack_is_one(void **state)
{
    struct room *room = *state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct row *row = &rows[i];
        use_new_store(room);
        struct sks_memory_verdict alarm = alarm_of(row->from != NULL ? row->from : "mori.ken@mori.example", row->to);
        alarm.evidence = row->evidence != NULL ? row->evidence : alarm.evidence;
        log_verdict(room, &alarm);
        struct letter letter = plain;
        letter.more = row->more;
        letter.at += row->later;
        letter.from = row->letter_from != NULL ? row->letter_from : letter.from;
        struct sks_verdict *verdict = examine(room, &letter);
        const struct sks_evidence *evidence = find(verdict, CARRIED);
        if ((evidence != NULL) != row->carried || (sks_verdict_class(verdict) == SKS_CLASS_TARGETED) != row->carried)
            fail_msg("%s: is %s", row->what, sks_class_name(sks_verdict_class(verdict)));
        if (row->carried) {
            assert_string_equal(evidence->related, ALARM);
            assert_true(fabs(sks_verdict_score(verdict) - 6.5) < 1e-6);
            assert_non_null(strstr(sks_verdict_summary(verdict, SKS_LANGUAGE_ENGLISH), "this exchange"));
            assert_non_null(strstr(sks_verdict_banner(verdict, SKS_LANGUAGE_JAPANESE), "やりとり"));
        }
        assert_adds_up(row->what, verdict);
        sks_verdict_destroy(verdict);
    }
}

/* What is carried carries no further: the log says by which evidence it was. */
static void one_attack_is_named_for_all_that_follow(void **state)
{
    struct room *room = *state;
    use_new_store(room);
    const struct sks_memory_verdict alarm = alarm_of("mori.ken@mori.example", suzuki);
    log_verdict(room, &alarm);
    struct letter letter = plain;
    for (unsigned i = 0; i < 3; i++) {
        g_autofree char *id = g_strdup_printf("%u@mail.example", i), *text = g_strdup_printf("%s %u", plain.text, i);
        letter.id = id;
        letter.text = text;
        letter.at = NOW + i * DAY;
        struct sks_verdict *verdict = examine(room, &letter);
        assert_string_equal(related(verdict, CARRIED), ALARM);
        assert_int_equal(sks_verdict_changed_count(verdict), 0);
        sks_verdict_destroy(verdict);
    }
    assert_int_equal(number(room, "SELECT count(*) FROM verdict WHERE evidence LIKE '" CARRIED "%'"), 3);
}

static void who_is_well_known_is_taken_at_its_threads(void **state)
{
    struct room *room = *state;
    use_new_store(room);
    struct sks_memory *memory = open_memory(room);
    for (unsigned i = 0; i < 30; i++) {
        g_autofree char *id = g_strdup_printf("%u@earlier.example", i);
        const struct sks_memory_mail mail = {.at = NOW - 400 * DAY + i * 13 * DAY,
                                             .message_id = id,
                                             .from = "mori.ken@mori.example",
                                             .recipients = suzuki,
                                             .recipient_count = 1};
        assert_int_equal(sks_memory_learn(memory, &mail), 0);
    }
    sks_memory_close(memory);
    const struct sks_memory_verdict alarm = alarm_of("mori.ken@mori.example", suzuki);
    log_verdict(room, &alarm);
    struct sks_verdict *verdict = examine(room, &plain);
    assert_null(find(verdict, CARRIED));
    sks_verdict_destroy(verdict);
    struct letter answer = plain;
    answer.more = ANSWER;
    answer.id = "answer@mail.example";
    verdict = examine(room, &answer);
    assert_non_null(find(verdict, CARRIED));
    sks_verdict_destroy(verdict);
}

/* ---- Mails before ---- */

static struct letter attack(const struct room *room)
{
    static GByteArray *program;
    if (program == NULL) {
        program = g_byte_array_new();
        g_byte_array_append(program, (const guint8 *)"MZ\x90\0 no program, but it begins like one", 40);
    }
    (void)room;
    struct letter letter = with_file(plain, program);
    letter.id = "attack@mail.example";
    letter.names[0] = "report.pdf.exe";
    letter.subject = "Re: Our talk last week";
    letter.text = "Following our conversation I send you the draft report on export control and national security. "
                  "Please open the attached document and let me know your opinion by Friday.";
    letter.at = NOW + 2 * DAY;
    return letter;
}

static void an_attack_changes_what_came_before(void **state)
{
    struct room *room = *state;
    use_new_store(room);
    room->classifier->leaves_notices = true;
    struct letter other = plain, bold = attack(room);
    other.to = "sato@kikan.example";
    other.id = "other@mail.example";
    other.text = "We met at the symposium last year. May I ask you a question?";
    struct sks_verdict *before = examine(room, &plain);
    assert_int_equal(sks_verdict_class(before), SKS_CLASS_CLEAN);
    sks_verdict_destroy(before);
    sks_verdict_destroy(examine(room, &other));
    struct sks_verdict *after = examine(room, &bold);
    assert_int_equal(sks_verdict_class(after), SKS_CLASS_TARGETED);
    assert_null(find(after, CARRIED));
    assert_int_equal(sks_verdict_changed_count(after), 1);
    const struct sks_changed *changed = sks_verdict_changed(after, 0);
    assert_string_equal(changed->message_id, plain.id);
    assert_string_equal(changed->subject, plain.subject);
    assert_string_equal(changed->from_address, "mori.ken@mori.example");
    assert_int_equal(changed->previous, SKS_CLASS_CLEAN);
    assert_int_equal(changed->class_, SKS_CLASS_TARGETED);
    assert_true(changed->score == sks_verdict_score(after));
    assert_non_null(strstr(changed->summary[SKS_LANGUAGE_ENGLISH], "this exchange"));
    assert_int_equal(number(room, "SELECT count(*) FROM verdict WHERE message_id = 'plain@mail.example' AND class ="
                                  " 'targeted' AND previous = 'clean' AND because = 'attack@mail.example' AND"
                                  " evidence = '" CARRIED "' AND sender = 'mori.ken@mori.example' AND subject = 'Our"
                                  " talk last week'"),
                     1);
    assert_int_equal(number(room, "SELECT count(*) FROM notice WHERE message_id = 'plain@mail.example' AND recipients"
                                  " = 'suzuki@kikan.example' AND why_ja <> '' AND why_en <> ''"),
                     1);
    assert_int_equal(number(room, "SELECT count(*) FROM notice"), 1);
    sks_verdict_destroy(after);
    /* Once is enough. */
    bold.id = "second@mail.example";
    bold.at += 60;
    after = examine(room, &bold);
    assert_int_equal(sks_verdict_changed_count(after), 0);
    sks_verdict_destroy(after);
    room->classifier->leaves_notices = false;
}

static void what_somebody_released_stays_clean(void **state)
{
    struct room *room = *state;
    use_new_store(room);
    const struct letter bold = attack(room);
    sks_verdict_destroy(examine(room, &plain));
    g_autofree char *mail = write_letter(&plain);
    const struct sks_envelope envelope = {.recipients = suzuki, .recipient_count = 1, .received_at = plain.at};
    assert_int_equal(sks_examine_except(room->classifier, mail, strlen(mail), &envelope), 0);
    struct sks_verdict *verdict = examine(room, &bold);
    assert_int_equal(sks_verdict_changed_count(verdict), 0);
    sks_verdict_destroy(verdict);
    /* And an attack that was none carries nothing. */
    g_autofree char *attack_mail = write_letter(&bold);
    assert_int_equal(sks_examine_except(room->classifier, attack_mail, strlen(attack_mail), &envelope), 0);
    struct letter next = plain;
    next.id = "next@mail.example";
    next.text = "I have a further question, if you allow: when does your library open?";
    next.at = NOW + 3 * DAY;
    verdict = examine(room, &next);
    assert_null(find(verdict, CARRIED));
    sks_verdict_destroy(verdict);
}

/* Nine mails at most, and none of somebody who writes for longer. */
static void an_acquaintance_is_not_judged_by_one_mail(void **state)
{
    struct room *room = *state;
    use_new_store(room);
    struct letter letter = plain;
    for (unsigned i = 0; i < 12; i++) {
        g_autofree char *id = g_strdup_printf("%u@mail.example", i), *text = g_strdup_printf("%s %u", plain.text, i);
        letter.id = id;
        letter.text = text;
        letter.at = NOW - i * DAY;
        sks_verdict_destroy(examine(room, &letter));
    }
    const struct letter bold = attack(room);
    struct sks_verdict *verdict = examine(room, &bold);
    assert_int_equal(sks_verdict_class(verdict), SKS_CLASS_TARGETED);
    assert_int_equal(sks_verdict_changed_count(verdict), 0);
    sks_verdict_destroy(verdict);
}

static void a_frozen_store_is_only_looked_at(void **state)
{
    struct room *room = *state;
    use_new_store(room);
    sks_verdict_destroy(examine(room, &plain));
    g_autofree char *name = g_path_get_basename(room->classifier->store);
    use_store(room, name, true);
    const struct letter bold = attack(room);
    struct sks_verdict *verdict = examine(room, &bold);
    assert_int_equal(sks_verdict_changed_count(verdict), 0);
    sks_verdict_destroy(verdict);
    assert_int_equal(number(room, "SELECT count(*) FROM verdict"), 1);
}

/* Of a store of hashes nobody reads whom a mail went to; who gets both mails is told. */
static void hashes_are_exchanges_too(void **state)
{
    struct room *room = *state;
    use_new_store(room);
    room->classifier->store_hashed = room->classifier->leaves_notices = true;
    const struct letter bold = attack(room);
    sks_verdict_destroy(examine(room, &plain));
    struct sks_verdict *verdict = examine(room, &bold);
    assert_int_equal(sks_verdict_changed_count(verdict), 1);
    assert_string_equal(sks_verdict_changed(verdict, 0)->message_id, plain.id);
    assert_string_equal(sks_verdict_changed(verdict, 0)->subject, plain.subject);
    sks_verdict_destroy(verdict);
    struct letter next = plain;
    next.id = "next@mail.example";
    next.text = "Did you find the time to read it?";
    next.at = NOW + 3 * DAY;
    verdict = examine(room, &next);
    assert_string_equal(related(verdict, CARRIED), bold.id);
    sks_verdict_destroy(verdict);
    assert_int_equal(number(room, "SELECT count(*) FROM notice"), 1);
    assert_int_equal(number(room, "SELECT count(*) FROM verdict WHERE instr(sender || recipients || because, '@')"), 0);
    room->classifier->store_hashed = room->classifier->leaves_notices = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_follows_an_attack_is_one),
        cmocka_unit_test(one_attack_is_named_for_all_that_follow),
        cmocka_unit_test(who_is_well_known_is_taken_at_its_threads),
        cmocka_unit_test(an_attack_changes_what_came_before),
        cmocka_unit_test(what_somebody_released_stays_clean),
        cmocka_unit_test(an_acquaintance_is_not_judged_by_one_mail),
        cmocka_unit_test(a_frozen_store_is_only_looked_at),
        cmocka_unit_test(hashes_are_exchanges_too),
    };
    return cmocka_run_group_tests(tests, setup_room, teardown_room);
}
