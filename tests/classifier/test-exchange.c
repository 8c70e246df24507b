/*
 * Exchanges: what one mail shows counts for the others of its sender. Alarms are put into the log where the model's
 * opinion is not the question; where a mail has to be an attack, it brings a program that is called a document.
 */
#include "tests/test.h"

#include <glib.h>
#include <math.h>

#include "letters.h"
#include "memory/memory.h"
#include "sekisho/limits.h"

#define CARRIED "memory.exchange-targeted"
#define ALARM   "alarm@mail.example"

static const struct letter plain = {
    .id = "plain@mail.example",
    .from = "Mori Ken <mori.ken@yama.example>",
    .to = "suzuki@kikan.example",
    .subject = "Our talk last week",
    .text = "Dear Ms. Suzuki, it was good to talk to you last week. The meeting of the committee is on Monday at ten, "
            "in the usual room. I bring the minutes. Best regards, Ken",
    .client = "192.0.2.9",
    .at = NOW};

/* ---- The store, from outside ---- */

static struct sks_memory *open_memory(struct room *room)
{
    struct sks_memory *memory = NULL;
    assert_int_equal(sks_memory_open(&memory, room->classifier->store, SKS_MEMORY_READ_WRITE, NULL), 0);
    return memory;
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
    const char *from;                       /* of the alarm; NULL: as the letter has it */
    const char *const *to;                  /* of the alarm */
    const char *more;                       /* header lines of the letter */
    const struct sks_memory_verdict *alarm; /* its standing, and whether it was carried; NULL: nothing is known */
    int64_t later;                          /* the letter comes so much later */
    const char *letter_from;
    bool carried;
};

static const struct sks_memory_verdict carried = {.carried = true}, doubted = {.standing = SKS_STANDING_DOUBTED},
                                       proven = {.standing = SKS_STANDING_PROVEN};

#define PROOF                                                                                                          \
    "Authentication-Results: mx.kikan.example; dkim=pass header.d=yama.example; dmarc=pass header.from=yama.example\n"
#define ANSWER "References: <" ALARM ">\n"
#define LIST                                                                                                           \
    "List-Id: People <people.lists.example>\nList-Unsubscribe: <mailto:x@lists.example>\n"                             \
    "List-Post: <mailto:people@lists.example>\nPrecedence: list\n"

static const struct row rows[] = {
    {"the same sender and reader", NULL, suzuki, NULL, NULL, 0, NULL, true},
    {"addresses have no case", "Mori.Ken@YAMA.example", suzuki, NULL, NULL, 0, "MORI.KEN@yama.example", true},
    {"thirty days are an exchange", NULL, suzuki, NULL, NULL, 29 * DAY, NULL, true},
    {"more are not", NULL, suzuki, NULL, NULL, 31 * DAY, NULL, false},
    {"another reader", NULL, sato, NULL, NULL, 0, NULL, false},
    {"another reader, but one thread", NULL, sato, ANSWER, NULL, 0, NULL, true},
    {"another sender", "mori.kenji@yama.example", suzuki, NULL, NULL, 0, NULL, false},
    {"one of us", NULL, suzuki, NULL, NULL, 0, "suzuki@kikan.example", false},
    {"a list's fields are anybody's to write", NULL, suzuki, LIST, NULL, 0, NULL, true},
    {"an attack by what another showed", NULL, suzuki, NULL, &carried, 0, NULL, false},
    {"perhaps another's", NULL, suzuki, NULL, &doubted, 0, NULL, false},
    {"perhaps another's, whatever the thread", NULL, suzuki, ANSWER, &doubted, 0, NULL, false},
    {"a proven sender and an unproven attack", NULL, suzuki, PROOF, NULL, 0, NULL, false},
    {"a proven sender, a proven attack", NULL, suzuki, PROOF, &proven, 0, NULL, true},
};

static void what_follows_an_attack_is_one(void **state)
{
    struct room *room = *state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct row *row = &rows[i];
        use_new_store(room);
        struct sks_memory_verdict alarm = alarm_of(row->from != NULL ? row->from : "mori.ken@yama.example", row->to);
        if (row->alarm != NULL) {
            alarm.standing = row->alarm->standing;
            alarm.carried = row->alarm->carried;
        }
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
            assert_non_null(strstr(sks_verdict_summary(verdict, SKS_LANGUAGE_ENGLISH), "the same exchange"));
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
    const struct sks_memory_verdict alarm = alarm_of("mori.ken@yama.example", suzuki);
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
                                             .from = "mori.ken@yama.example",
                                             .recipients = suzuki,
                                             .recipient_count = 1};
        assert_int_equal(sks_memory_learn(memory, &mail), 0);
    }
    sks_memory_close(memory);
    const struct sks_memory_verdict alarm = alarm_of("mori.ken@yama.example", suzuki);
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

/* A file that waits is judged anew by its password: by the attack as well, whose name it bears. */
static void a_kept_mail_knows_the_attack(void **state)
{
    struct room *room = *state;
    use_new_store(room);
    const struct sks_memory_verdict alarm = alarm_of("mori.ken@yama.example", suzuki);
    log_verdict(room, &alarm);
    struct letter file = with_file(plain, room->memo), password = plain;
    file.id = "file@mail.example";
    file.names[0] = "memo.zip";
    file.text = "The documents are attached. The password follows.";
    password.id = "password@mail.example";
    password.subject = "Password";
    password.text = "Password: Kx8!pqr2";
    password.at += 60;
    sks_verdict_destroy(examine(room, &file));
    struct sks_verdict *verdict = examine(room, &password);
    assert_non_null(find(verdict, "attachment.opened"));
    assert_non_null(find(verdict, CARRIED));
    assert_int_equal(sks_verdict_class(verdict), SKS_CLASS_TARGETED);
    assert_true(sks_verdict_probability(verdict, SKS_CLASS_TARGETED) > 0.99);
    assert_int_equal(sks_verdict_changed(verdict, 0)->class_, SKS_CLASS_TARGETED);
    sks_verdict_destroy(verdict);
}

/* Neither many mails by what another showed nor many forged ones hide that one. */
static void followers_do_not_push_the_attack_out(void **state)
{
    struct room *room = *state;
    use_new_store(room);
    struct sks_memory_verdict alarm = alarm_of("mori.ken@yama.example", suzuki);
    alarm.at = NOW - 5 * DAY;
    log_verdict(room, &alarm);
    for (unsigned i = 0; i < 2 * SKS_LIMIT_MEMORY_EXCHANGE_MAILS + 5; i++) {
        alarm.carried = i % 2 == 0;
        alarm.standing = i % 2 == 0 ? SKS_STANDING_UNKNOWN : SKS_STANDING_DOUBTED;
        g_autofree char *id = g_strdup_printf("%u@mail.example", i);
        alarm.message_id = id;
        alarm.at++;
        log_verdict(room, &alarm);
    }
    struct sks_verdict *verdict = examine(room, &plain);
    assert_string_equal(related(verdict, CARRIED), ALARM);
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
    assert_string_equal(changed->from_address, "mori.ken@yama.example");
    assert_int_equal(changed->previous, SKS_CLASS_CLEAN);
    assert_int_equal(changed->class_, SKS_CLASS_TARGETED);
    assert_true(changed->score == sks_verdict_score(after));
    assert_non_null(strstr(changed->summary[SKS_LANGUAGE_ENGLISH], "the same exchange"));
    assert_int_equal(number(room, "SELECT count(*) FROM verdict WHERE message_id = 'plain@mail.example' AND class ="
                                  " 'targeted' AND previous = 'clean' AND because = 'attack@mail.example' AND"
                                  " evidence = '" CARRIED "' AND sender = 'mori.ken@yama.example' AND subject = 'Our"
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

/* The same opener to another reader is a mail of its own. */
static void a_copy_for_another_reader_hides_nothing(void **state)
{
    struct room *room = *state;
    use_new_store(room);
    struct letter copy = plain;
    const struct letter bold = attack(room);
    copy.id = "copy@mail.example";
    copy.to = "sato@kikan.example";
    copy.at += 600;
    sks_verdict_destroy(examine(room, &plain));
    sks_verdict_destroy(examine(room, &copy));
    struct sks_verdict *verdict = examine(room, &bold);
    assert_int_equal(sks_verdict_changed_count(verdict), 1);
    assert_string_equal(sks_verdict_changed(verdict, 0)->message_id, plain.id);
    sks_verdict_destroy(verdict);
}

/* Whoever forges an address accuses nobody: neither of what its owner has written, nor of what he writes next. */
static void a_forged_attack_is_not_its_victims(void **state)
{
    static const char *const checks[] = {
        NULL, "Authentication-Results: mx.kikan.example; dkim=none; spf=fail smtp.mailfrom=yama.example; "
              "dmarc=fail header.from=yama.example\n"};
    struct room *room = *state;
    for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
        use_new_store(room);
        struct letter honest = plain, forged = attack(room);
        honest.more = PROOF;
        forged.more = checks[i];
        forged.client = "203.0.113.77";
        sks_verdict_destroy(examine(room, &honest));
        struct sks_verdict *verdict = examine(room, &forged);
        assert_int_equal(sks_verdict_class(verdict), SKS_CLASS_TARGETED);
        assert_int_equal(sks_verdict_changed_count(verdict), 0);
        sks_verdict_destroy(verdict);
        honest.id = "warning@mori.example";
        honest.more = PROOF "References: <attack@mail.example>\n";
        honest.text = "I did not send you that report. Please do not open it: somebody uses my name.";
        honest.at = NOW + 3 * DAY;
        verdict = examine(room, &honest);
        assert_null(find(verdict, CARRIED));
        sks_verdict_destroy(verdict);
    }
}

/* A file that waits, and that the MTA holds, is an attack's, too; its password later changes nothing of that. */
static void what_waits_stays_an_attack(void **state)
{
    struct room *room = *state;
    use_new_store(room);
    room->classifier->leaves_notices = true;
    room->classifier->hold_classes = 7;
    room->classifier->hold_least = 0;
    room->classifier->hold_seconds = 7200;
    struct letter file = with_file(file_mail, room->memo), bold = attack(room), password = password_mail;
    file.queue_id = "4Q1";
    bold.from = file.from;
    bold.client = file.client;
    bold.at = NOW + 60;
    password.from = "Gateway <gateway@yama.example>";
    password.subject = "Password for Documents for Thursday";
    struct sks_verdict *verdict = examine(room, &file);
    assert_true(sks_verdict_held(verdict));
    sks_verdict_destroy(verdict);
    verdict = examine(room, &bold);
    assert_int_equal(sks_verdict_changed_count(verdict), 1);
    sks_verdict_destroy(verdict);
    assert_int_equal(number(room, "SELECT count(*) FROM held"), 0);
    assert_int_equal(number(room, "SELECT count(*) FROM notice WHERE held = '4Q1'"), 1);
    verdict = examine(room, &password);
    assert_int_equal(sks_verdict_changed_count(verdict), 1);
    assert_int_equal(sks_verdict_changed(verdict, 0)->previous, SKS_CLASS_TARGETED);
    assert_int_equal(sks_verdict_changed(verdict, 0)->class_, SKS_CLASS_TARGETED);
    sks_verdict_destroy(verdict);
    assert_int_equal(number(room, "SELECT count(*) FROM verdict WHERE message_id = 'file@yama.example' AND class <>"
                                  " 'targeted'"),
                     1);
    room->classifier->leaves_notices = false;
    room->classifier->hold_classes = 0;
    room->classifier->hold_least = 200;
}

/* An attack that a gateway's password reveals changes what its own sender wrote before: the file's sender is proven. */
static void a_revealed_attack_changes_what_came_before(void **state)
{
    static const char *const checks[] = {NULL, PROOF};
    struct room *room = *state;
    static const char bytes[] = "MZ\x90\0 no program, but it begins like one";
    const struct made_member program = {"shiryou.docx", bytes, sizeof bytes};
    g_autoptr(GByteArray) zip = make_zip(&program, 1, ZIP_EM_AES_256, "Kx8!pqr2");
    for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
        use_new_store(room);
        struct letter opener = plain, file = with_file(file_mail, zip), password = password_mail;
        opener.from = file.from;
        opener.client = file.client;
        opener.at = NOW - DAY;
        opener.more = file.more = checks[i];
        password.from = "Gateway <gateway@yama.example>";
        password.subject = "Password for Documents for Thursday";
        sks_verdict_destroy(examine(room, &opener));
        sks_verdict_destroy(examine(room, &file));
        struct sks_verdict *verdict = examine(room, &password);
        assert_int_equal(sks_verdict_class(verdict), SKS_CLASS_TARGETED);
        assert_int_equal(sks_verdict_changed_count(verdict), 2);
        assert_string_equal(sks_verdict_changed(verdict, 0)->message_id, file.id);
        assert_string_equal(sks_verdict_changed(verdict, 1)->message_id, opener.id);
        assert_int_equal(sks_verdict_changed(verdict, 1)->class_, SKS_CLASS_TARGETED);
        sks_verdict_destroy(verdict);
    }
}

/* A sender may give all mails one Message-ID, or none. */
static void message_ids_tell_nothing(void **state)
{
    static const char *const ids[] = {"one@mail.example", ""};
    struct room *room = *state;
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        use_new_store(room);
        struct letter first = plain, second = plain, bold = attack(room), next = plain;
        first.id = second.id = bold.id = next.id = ids[i];
        second.text = "Dear Ms. Suzuki, the meeting of the committee was moved to Tuesday at ten. Best regards, Ken";
        second.at += 3600;
        next.text = "Dear Ms. Suzuki, have you read the minutes of the committee? Best regards, Ken";
        next.at = NOW + 3 * DAY;
        sks_verdict_destroy(examine(room, &first));
        sks_verdict_destroy(examine(room, &second));
        struct sks_verdict *verdict = examine(room, &bold);
        assert_row_int(ids[i], sks_verdict_changed_count(verdict), 2);
        sks_verdict_destroy(verdict);
        verdict = examine(room, &next);
        assert_non_null(find(verdict, CARRIED));
        sks_verdict_destroy(verdict);
    }
}

/* What waits and was called an attack for a thread alone stays one when its password comes. */
static void a_thread_is_not_forgotten(void **state)
{
    struct room *room = *state;
    use_new_store(room);
    struct letter file = with_file(file_mail, room->memo), bold = attack(room);
    bold.from = file.from;
    bold.client = file.client;
    bold.to = "sato@kikan.example";
    bold.more = "References: <file@yama.example>\n";
    bold.at = NOW + 60;
    sks_verdict_destroy(examine(room, &file));
    struct sks_verdict *verdict = examine(room, &bold);
    assert_int_equal(sks_verdict_changed_count(verdict), 1);
    sks_verdict_destroy(verdict);
    verdict = examine(room, &password_mail);
    assert_int_equal(sks_verdict_changed_count(verdict), 1);
    assert_int_equal(sks_verdict_changed(verdict, 0)->previous, SKS_CLASS_TARGETED);
    assert_int_equal(sks_verdict_changed(verdict, 0)->class_, SKS_CLASS_TARGETED);
    sks_verdict_destroy(verdict);
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

/* Our own host writes what it checked. */
static int setup_own(void **state)
{
    int failed = setup_room(state);
    struct room *room = *state;
    if (failed == 0) {
        g_strfreev(room->classifier->authserv_ids);
        room->classifier->authserv_ids = g_strsplit("mx.kikan.example", " ", -1);
    }
    return failed;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_follows_an_attack_is_one),
        cmocka_unit_test(one_attack_is_named_for_all_that_follow),
        cmocka_unit_test(who_is_well_known_is_taken_at_its_threads),
        cmocka_unit_test(a_kept_mail_knows_the_attack),
        cmocka_unit_test(followers_do_not_push_the_attack_out),
        cmocka_unit_test(an_attack_changes_what_came_before),
        cmocka_unit_test(a_copy_for_another_reader_hides_nothing),
        cmocka_unit_test(a_forged_attack_is_not_its_victims),
        cmocka_unit_test(what_waits_stays_an_attack),
        cmocka_unit_test(a_revealed_attack_changes_what_came_before),
        cmocka_unit_test(message_ids_tell_nothing),
        cmocka_unit_test(a_thread_is_not_forgotten),
        cmocka_unit_test(what_somebody_released_stays_clean),
        cmocka_unit_test(an_acquaintance_is_not_judged_by_one_mail),
        cmocka_unit_test(a_frozen_store_is_only_looked_at),
        cmocka_unit_test(hashes_are_exchanges_too),
    };
    return cmocka_run_group_tests(tests, setup_own, teardown_room);
}
