/* The memory: what it answers after lessons, and what it does when the store is shared, broken, locked or killed. */
#include "tests/test.h"

#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory/memory.h"
#include "sekisho/limits.h"

#define DAY 86400
#define NOW 1700000000

struct place {
    char *folder, *file;
};

static int make_place(void **state)
{
    struct place *place = g_new0(struct place, 1);
    place->folder = g_dir_make_tmp("sekisho-memory-XXXXXX", NULL);
    place->file = g_build_filename(place->folder, "store %41?#.db", NULL); /* no URI is to be made of that */
    *state = place;
    return place->folder != NULL ? 0 : -1;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    GDir *folder = g_dir_open(place->folder, 0, NULL);
    const char *name;
    g_chmod(place->folder, 0700);
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        char *file = g_build_filename(place->folder, name, NULL);
        g_unlink(file);
        g_free(file);
    }
    g_dir_close(folder);
    g_rmdir(place->folder);
    g_free(place->folder);
    g_free(place->file);
    g_free(place);
    return 0;
}

static struct sks_memory *open_store(const char *file, enum sks_memory_mode mode)
{
    struct sks_memory *memory = NULL;
    struct sks_problems *problems = sks_problems_create();
    if (sks_memory_open(&memory, file, mode, problems) != 0)
        fail_msg("%s", sks_problems_text(problems, 0));
    sks_problems_destroy(problems);
    return memory;
}

/* A mail with the fields that a row of a test wants to change. */
static struct sks_memory_mail mail(const char *id, const char *from, const char *name, const char *const *to,
                                   int64_t at)
{
    return (struct sks_memory_mail){.at = at,
                                    .message_id = id,
                                    .from = from,
                                    .name = name,
                                    .recipients = to,
                                    .recipient_count = 1,
                                    .subject = "件名",
                                    .client_network = "192.0.2.0/24",
                                    .mailer = "Becky! ver. 2",
                                    .zone = 540};
}

static const char *const suzuki[] = {"suzuki@kikan.example", NULL};
static const char *const sato[] = {"sato@kikan.example", NULL};
static const char *const tanaka[] = {"tanaka@yama.example", NULL};

static struct sks_memory_answer ask(struct sks_memory *memory, struct sks_memory_mail question)
{
    struct sks_memory_answer answer;
    assert_int_equal(sks_memory_ask(memory, &question, &answer), 0);
    assert_true(answer.available);
    return answer;
}

static void knows_nothing_at_first(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    struct sks_memory_answer answer = ask(memory, mail("a@x", "tanaka@yama.example", "田中", suzuki, NOW));
    assert_int_equal(answer.mails_total, 0);
    assert_int_equal(answer.from_sender, 0);
    assert_int_equal(answer.first_seen, 0);
    assert_string_equal(answer.name_other_address, "");
    answer = ask(memory, (struct sks_memory_mail){0});
    assert_int_equal(answer.mails_total, 0);
    sks_memory_close(memory);
    sks_memory_close(NULL);
    struct stat status;
    assert_int_equal(stat(place->file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void counts_senders_recipients_and_habits(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    struct sks_memory_mail one = mail("1@x", "Tanaka@Yama.example", "田中 太郎", suzuki, NOW);
    struct sks_memory_mail two = mail("2@x", "tanaka@yama.example", "田中 太郎", suzuki, NOW - 5 * DAY);
    struct sks_memory_mail three = mail("3@x", "tanaka@yama.example", "田中 太郎", sato, NOW + DAY);
    struct sks_memory_mail four = mail("4@x", "mori@yama.example", "森", sato, NOW);
    two.has_encrypted = true;
    three.client_network = "198.51.100.0/24";
    three.zone = 480;
    assert_int_equal(sks_memory_learn(memory, &one), 0);
    assert_int_equal(sks_memory_learn(memory, &two), 0);
    assert_int_equal(sks_memory_learn(memory, &three), 0);
    assert_int_equal(sks_memory_learn(memory, &four), 0);
    struct sks_memory_answer answer = ask(memory, one);
    assert_int_equal(answer.mails_total, 4);
    assert_int_equal(answer.from_sender, 3);
    assert_int_equal(answer.from_sender_to_recipient, 2);
    assert_int_equal(answer.from_domain, 4);
    assert_int_equal(answer.encrypted_from_sender, 1);
    assert_int_equal(answer.first_seen, NOW - 5 * DAY);
    assert_int_equal(answer.last_seen, NOW + DAY);
    assert_int_equal(answer.habits[SKS_HABIT_NETWORK].same, 2);
    assert_int_equal(answer.habits[SKS_HABIT_MAILER].same, 3);
    assert_int_equal(answer.habits[SKS_HABIT_ZONE].same, 2);
    assert_int_equal(answer.to_sender, 0);
    assert_false(answer.answers_ours);
    assert_string_equal(answer.name_other_address, "");
    /* The house: all of its people. Nobody gets its standing by bearing its name. */
    struct sks_memory_profile house;
    assert_int_equal(sks_memory_show(memory, "@Yama.example", &house), 0);
    assert_int_equal(house.mails, 4);
    assert_int_equal(house.encrypted, 1);
    assert_int_equal(house.first_seen, NOW - 5 * DAY);
    assert_int_equal(house.last_seen, NOW + DAY);
    assert_int_equal(house.habits[0].kind, SKS_HABIT_NETWORK);
    assert_string_equal(house.habits[0].value, "192.0.2.0/24");
    assert_int_equal(house.habits[0].mails, 3);
    sks_memory_profile_finish(&house);
    assert_int_equal(ask(memory, mail("9@x", "@yama.example", "", suzuki, NOW)).from_sender, 0);
    sks_memory_close(memory);
    /* It is all still there, for a reader, too. */
    memory = open_store(place->file, SKS_MEMORY_READ_ONLY);
    assert_int_equal(ask(memory, one).from_sender, 3);
    assert_int_equal(sks_memory_learn(memory, &one), SKS_ERROR_UNSUPPORTED);
    sks_memory_close(memory);
}

static void knows_whom_we_write_to(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    struct sks_memory_mail ours = mail("ours@kikan.example", "suzuki@kikan.example", "鈴木", tanaka, NOW);
    ours.outgoing = true;
    assert_int_equal(sks_memory_learn(memory, &ours), 0);
    static const char *const references[] = {"older@x", "ours@kikan.example", "theirs@yama.example"};
    struct sks_memory_mail answer_mail = mail("a@x", "tanaka@yama.example", "田中", suzuki, NOW + DAY);
    answer_mail.references = references;
    answer_mail.reference_count = 3;
    struct sks_memory_answer answer = ask(memory, answer_mail);
    assert_true(answer.answers_ours);
    assert_int_equal(answer.to_sender, 1);
    assert_int_equal(answer.to_domain, 1);
    assert_int_equal(answer.from_sender, 0);
    assert_int_equal(answer.first_seen, 0);
    answer_mail.reference_count = 1;
    assert_false(ask(memory, answer_mail).answers_ours);
    /* Somebody else with the same sender's name. */
    assert_int_equal(ask(memory, mail("b@x", "suzuki@free.example", "鈴木", suzuki, NOW)).name_other_count, 1);
    sks_memory_close(memory);
}

static void tells_whose_name_it_is(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    for (int i = 0; i < 5; i++) {
        char id[16];
        g_snprintf(id, sizeof(id), "%d@x", i);
        struct sks_memory_mail known = mail(id, "tanaka@yama.example", "田中 太郎", suzuki, NOW + i * DAY);
        assert_int_equal(sks_memory_learn(memory, &known), 0);
    }
    struct sks_memory_mail once = mail("o@x", "tanaka@kawa.example", "田中 太郎", suzuki, NOW);
    assert_int_equal(sks_memory_learn(memory, &once), 0);
    struct sks_memory_answer answer =
        ask(memory, mail("n@x", "tanaka@free.example", "田中 太郎", suzuki, NOW + 9 * DAY));
    assert_string_equal(answer.name_other_address, "tanaka@yama.example");
    assert_int_equal(answer.name_other_count, 5);
    assert_int_equal(answer.name_other_since, NOW);
    /* Nobody pushes a name's owner out by writing once from many addresses. */
    for (unsigned i = 0; i < 3 * SKS_LIMIT_MEMORY_NAMES; i++) {
        char *from = g_strdup_printf("x%u@free.example", i);
        char *network = g_strdup_printf("n%u", i);
        struct sks_memory_mail fake = mail(from, from, "田中 太郎", suzuki, NOW + 10 * DAY + i);
        assert_int_equal(sks_memory_learn(memory, &fake), 0);
        struct sks_memory_mail wandering = mail(network, "moving@a.example", "移動", suzuki, NOW + i);
        wandering.client_network = network;
        assert_int_equal(sks_memory_learn(memory, &wandering), 0);
        g_free(network);
        g_free(from);
    }
    answer = ask(memory, mail("n@x", "tanaka@free.example", "田中 太郎", suzuki, NOW + 9 * DAY));
    assert_string_equal(answer.name_other_address, "tanaka@yama.example");
    struct sks_memory_mail wandering = mail("w@x", "moving@a.example", "", suzuki, NOW);
    wandering.client_network = "n0";
    assert_int_equal(ask(memory, wandering).habits[SKS_HABIT_NETWORK].same, 0);
    wandering.client_network = "n191";
    assert_int_equal(ask(memory, wandering).habits[SKS_HABIT_NETWORK].same, 1);
    assert_int_equal(sks_memory_check(memory, NULL), 0);
    sks_memory_close(memory);
}

static void the_same_mail_teaches_once(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    struct sks_memory_mail one = mail("1@x", "tanaka@yama.example", "田中", suzuki, NOW);
    struct sks_memory_mail other = mail("1@x", "mori@yama.example", "森", suzuki, NOW);
    struct sks_memory_mail nameless = mail("", "mori@yama.example", "森", suzuki, NOW);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(sks_memory_learn(memory, &one), 0);
        assert_int_equal(sks_memory_learn(memory, &other), 0);
        assert_int_equal(sks_memory_learn(memory, &nameless), 0);
    }
    assert_int_equal(ask(memory, one).from_sender, 1);
    assert_int_equal(ask(memory, other).from_sender, 2);
    assert_int_equal(ask(memory, one).mails_total, 3);
    static const char *const twice[] = {"suzuki@kikan.example", "SUZUKI@kikan.example"};
    struct sks_memory_mail doubled = mail("2@x", "tanaka@yama.example", "田中", twice, NOW);
    doubled.recipient_count = 2;
    assert_int_equal(sks_memory_learn(memory, &doubled), 0);
    assert_int_equal(ask(memory, one).from_sender_to_recipient, 2);
    sks_memory_close(memory);
}

static void order_of_time_does_not_matter(void **state)
{
    struct place *place = *state;
    struct sks_memory_answer answers[2];
    for (int round = 0; round < 2; round++) {
        char *file = g_strdup_printf("%s-%d", place->file, round);
        struct sks_memory *memory = open_store(file, SKS_MEMORY_READ_WRITE);
        for (int i = 0; i < 300; i++) {
            char id[16];
            int step = round == 0 ? i : 299 - i;
            g_snprintf(id, sizeof(id), "%d@x", step);
            struct sks_memory_mail taught = mail(id, "tanaka@yama.example", "田中", suzuki, NOW + step * DAY);
            taught.zone = step % 20 * 60;
            assert_int_equal(sks_memory_learn(memory, &taught), 0);
        }
        answers[round] = ask(memory, mail("n@x", "tanaka@yama.example", "田中", suzuki, NOW));
        sks_memory_close(memory);
        g_free(file);
    }
    for (int round = 0; round < 2; round++) {
        const struct sks_memory_answer *answer = &answers[round];
        assert_int_equal(answer->mails_total, 300);
        assert_int_equal(answer->from_sender, 300);
        assert_int_equal(answer->from_domain, 300);
        assert_int_equal(answer->first_seen, NOW);
        assert_int_equal(answer->last_seen, NOW + 299 * DAY);
        assert_int_equal(answer->habits[SKS_HABIT_ZONE].same, answers[0].habits[SKS_HABIT_ZONE].same);
        assert_int_equal(answer->habits[SKS_HABIT_NETWORK].same, answers[0].habits[SKS_HABIT_NETWORK].same);
        assert_int_equal(answer->habits[SKS_HABIT_MAILER].same, answers[0].habits[SKS_HABIT_MAILER].same);
    }
}

/* What a domain's mail has in common is told of whoever is new there, and of a name that is used elsewhere. */
static void knows_what_a_house_has_in_common(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    static const char *const senders[] = {"tanaka@yama.example", "mori@yama.example", "ono@yama.example"};
    for (int step = 0; step < 30; step++) {
        char *id = g_strdup_printf("h%d@x", step);
        struct sks_memory_mail taught = mail(id, senders[step % 3], step % 3 == 0 ? "田中" : "", suzuki, NOW + step);
        taught.mailer = step == 29 ? "mail" : "becky";
        taught.origin_network = step % 3 == 0 ? "198.51.100." : "";
        assert_int_equal(sks_memory_learn(memory, &taught), 0);
        g_free(id);
    }
    struct sks_memory_mail question = mail("n@x", "new@yama.example", "田中", sato, NOW + DAY);
    question.mailer = "foxmail";
    struct sks_memory_answer answer = ask(memory, question);
    assert_int_equal(answer.house_senders, 3);
    assert_int_equal(answer.from_domain, 30);
    assert_int_equal(answer.house_habits[SKS_HABIT_MAILER].all, 30);
    assert_int_equal(answer.house_habits[SKS_HABIT_MAILER].most, 29);
    assert_int_equal(answer.house_habits[SKS_HABIT_MAILER].same, 0);
    assert_string_equal(answer.house_habits[SKS_HABIT_MAILER].usual, "becky");
    assert_int_equal(answer.house_habits[SKS_HABIT_ZONE].same, 30);
    assert_int_equal(answer.name_habits[SKS_HABIT_MAILER].all, 10);
    assert_string_equal(answer.name_habits[SKS_HABIT_ORIGIN].usual, "198.51.100.");
    /* It goes with a mail that waits. */
    GStringChunk *chunk = g_string_chunk_new(64);
    GVariant *packed = g_variant_ref_sink(sks_memory_answer_pack(&answer));
    struct sks_memory_answer again;
    assert_true(sks_memory_answer_unpack(&again, packed, chunk));
    assert_int_equal(again.house_senders, 3);
    assert_int_equal(again.house_habits[SKS_HABIT_MAILER].most, 29);
    assert_string_equal(again.name_habits[SKS_HABIT_ORIGIN].usual, "198.51.100.");
    g_variant_unref(packed);
    g_string_chunk_free(chunk);
    /* Who is known has habits of his own. */
    answer = ask(memory, mail("n@x", "mori@yama.example", "", sato, NOW + DAY));
    assert_int_equal(answer.house_habits[SKS_HABIT_MAILER].all, 0);
    assert_int_equal(answer.habits[SKS_HABIT_MAILER].all, 10);
    sks_memory_close(memory);
}

/* A lesson that is taken back is taken from the house, too. */
static void a_house_unlearns(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    struct sks_memory_mail first = mail("1@x", "tanaka@yama.example", "", suzuki, NOW);
    struct sks_memory_mail second = mail("2@x", "thief@yama.example", "", suzuki, NOW + 1);
    second.mailer = "foxmail";
    assert_int_equal(sks_memory_learn(memory, &first), 0);
    assert_int_equal(sks_memory_learn(memory, &second), 0);
    assert_int_equal(ask(memory, mail("n@x", "new@yama.example", "", sato, NOW + 2)).house_senders, 2);
    const struct sks_memory_key key = {SKS_MEMORY_KEY_SENDER, "thief@yama.example", 1};
    const struct sks_memory_keeping keeping = {.at = NOW, .identity = "x", .locked = 1, .keys = &key, .key_count = 1};
    struct sks_memory_settlement settlement = {.keeping = &keeping};
    bool repeat;
    assert_int_equal(sks_memory_settle(memory, &settlement, &repeat), 0);
    struct sks_memory_found found;
    assert_int_equal(sks_memory_find(memory, &key, 1, 0, &found), 0);
    assert_int_equal(found.count, 1);
    const struct sks_memory_verdict verdict = {.at = NOW, .class_ = "targeted"};
    struct sks_memory_change change = {.waiting = &found.items[0], .verdict = &verdict, .unlearn = &second};
    settlement = (struct sks_memory_settlement){.changes = &change, .change_count = 1};
    assert_int_equal(sks_memory_settle(memory, &settlement, &repeat), 0);
    sks_memory_found_finish(&found);
    struct sks_memory_answer answer = ask(memory, mail("n@x", "new@yama.example", "", sato, NOW + 2));
    assert_int_equal(answer.house_senders, 1);
    assert_int_equal(answer.from_domain, 1);
    assert_int_equal(answer.house_habits[SKS_HABIT_MAILER].all, 1);
    assert_int_equal(sks_memory_check(memory, NULL), 0);
    sks_memory_close(memory);
}

/* ---- The log ---- */

static bool print_verdict(void *data, const struct sks_memory_verdict *verdict)
{
    GString *text = data;
    g_string_append_printf(text, "%d %s %s", (int)(verdict->at - NOW), verdict->message_id, verdict->from);
    for (size_t i = 0; i < verdict->to_count; i++)
        g_string_append_printf(text, " %s", verdict->to[i]);
    g_string_append_printf(text, " %s %s %.17g [%s] [%s] [%s]\n", verdict->subject, verdict->class_, verdict->score,
                           verdict->previous, verdict->because, verdict->evidence);
    return text->len < 10000;
}

/* How long verdicts stay is for the administrator to say (log_days), and for no mail that comes years later. */
static void keeps_old_verdicts(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    const struct sks_memory_verdict old = {.at = NOW - 1000 * DAY, .message_id = "old@x", .class_ = "clean"};
    assert_int_equal(sks_memory_record(memory, NULL, &old), 0);
    for (int i = 0; i < 16; i++) {
        g_autofree char *id = g_strdup_printf("%d@x", i);
        const struct sks_memory_mail taught = mail(id, "t@yama.example", "", suzuki, NOW + i);
        assert_int_equal(sks_memory_learn(memory, &taught), 0);
    }
    uint64_t gone;
    assert_int_equal(sks_memory_expire(memory, &gone), 0);
    g_autoptr(GString) text = g_string_new(NULL);
    assert_int_equal(sks_memory_log_each(memory, print_verdict, text), 0);
    assert_non_null(strstr(text->str, "old@x"));
    sks_memory_close(memory);
}

static void logs_verdicts_oldest_first(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    static const char *const to[] = {"a@kikan.example", "b@kikan.example"};
    struct sks_memory_verdict first = {.at = NOW + 1,
                                       .message_id = "1@x",
                                       .from = "t@yama.example",
                                       .to = to,
                                       .to_count = 2,
                                       .subject = "会議",
                                       .class_ = "clean",
                                       .score = -0.1};
    struct sks_memory_verdict later = first;
    later.at = NOW + 5;
    later.class_ = "targeted";
    later.score = 2.5;
    later.previous = "clean";
    later.because = "2@x";
    later.evidence = "attachment.opened lure.topic";
    struct sks_memory_verdict oldest = {.at = NOW, .class_ = "bulk"};
    struct sks_memory_mail taught = mail("1@x", "t@yama.example", "", suzuki, NOW);
    assert_int_equal(sks_memory_log_verdict(memory, &later), 0);
    assert_int_equal(sks_memory_record(memory, &taught, &first), 0);
    assert_int_equal(sks_memory_record(memory, NULL, &oldest), 0);
    assert_int_equal(ask(memory, taught).mails_total, 1);
    GString *text = g_string_new(NULL);
    assert_int_equal(sks_memory_log_each(memory, print_verdict, text), 0);
    assert_string_equal(
        text->str, "0    bulk 0 [] [] []\n"
                   "1 1@x t@yama.example a@kikan.example b@kikan.example 会議 clean -0.10000000000000001 [] [] []\n"
                   "5 1@x t@yama.example a@kikan.example b@kikan.example 会議 targeted 2.5 [clean] [2@x]"
                   " [attachment.opened lure.topic]\n");
    g_string_free(text, TRUE);
    sks_memory_close(memory);
}

/* ---- Several processes ---- */

#define WRITERS 4
#define LESSONS 150

static int write_lessons(const char *file, int writer)
{
    struct sks_memory *memory;
    if (sks_memory_open(&memory, file, SKS_MEMORY_READ_WRITE, NULL) != 0)
        return 1;
    for (int i = 0; i < LESSONS; i++) {
        char id[32];
        g_snprintf(id, sizeof(id), "%d.%d@x", writer, i);
        struct sks_memory_mail taught = mail(id, "tanaka@yama.example", "田中", suzuki, NOW + i);
        int error = SKS_ERROR_IO;
        /* On a busy machine a lesson may come too late; the mail would go on without it. */
        for (int tries = 0; error != 0 && tries < 100; tries++)
            error = sks_memory_learn(memory, &taught);
        if (error != 0)
            return 2;
        struct sks_memory_answer answer;
        sks_memory_ask(memory, &taught, &answer);
        sks_memory_tidy(memory);
    }
    sks_memory_close(memory);
    return 0;
}

static void many_processes_write_at_once(void **state)
{
    struct place *place = *state;
    pid_t writers[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = fork();
        if (writers[i] == 0)
            _exit(write_lessons(place->file, i)); /* all of them try to make the store */
    }
    for (int i = 0; i < WRITERS; i++) {
        int status;
        assert_int_equal(waitpid(writers[i], &status, 0), writers[i]);
        assert_int_equal(status, 0);
    }
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    struct sks_memory_answer answer = ask(memory, mail("n@x", "tanaka@yama.example", "", suzuki, NOW));
    assert_int_equal(answer.from_sender, WRITERS * LESSONS);
    assert_int_equal(answer.mails_total, WRITERS * LESSONS);
    assert_int_equal(answer.from_sender_to_recipient, WRITERS * LESSONS);
    assert_int_equal(sks_memory_check(memory, NULL), 0);
    sks_memory_close(memory);
}

static gint64 size_of(const char *file)
{
    GStatBuf status;
    return g_stat(file, &status) == 0 ? (gint64)status.st_size : -1;
}

/* What one process learned is moved into the database by another, once enough has come together, and not before. */
static void another_process_moves_the_log(void **state)
{
    struct place *place = *state;
    struct sks_memory *learner = open_store(place->file, SKS_MEMORY_READ_WRITE),
                      *other = open_store(place->file, SKS_MEMORY_READ_WRITE);
    g_autofree char *log = g_strconcat(place->file, "-wal", NULL);
    gint64 before = size_of(place->file);
    for (int i = 0; i < 5000 && size_of(log) < 50 * 1000 * 1000; i++) {
        char sender[40];
        g_snprintf(sender, sizeof(sender), "tanaka%d@yama%d.example", i, i);
        struct sks_memory_mail taught = mail(sender, sender, "田中", suzuki, NOW + i);
        /* On a busy machine a lesson may come too late; the mail would go on without it. */
        sks_memory_learn(learner, &taught);
        if (i == 10) {
            sks_memory_relieve(other);
            assert_int_equal(size_of(place->file), before);
        }
    }
    sks_memory_relieve(other);
    assert_true(size_of(place->file) > before + 100 * 1000);
    assert_int_equal(sks_memory_check(learner, NULL), 0);
    sks_memory_close(other);
    sks_memory_close(learner);
}

static void a_kill_loses_nothing_that_was_learned(void **state)
{
    struct place *place = *state;
    sks_memory_close(open_store(place->file, SKS_MEMORY_READ_WRITE));
    int learned = 0;
    for (int round = 0; round < 12; round++) {
        int told[2];
        assert_int_equal(pipe(told), 0);
        pid_t writer = fork();
        if (writer == 0) {
            struct sks_memory *memory;
            if (sks_memory_open(&memory, place->file, SKS_MEMORY_READ_WRITE, NULL) != 0)
                _exit(1);
            for (int i = 0;; i++) {
                char id[32];
                g_snprintf(id, sizeof(id), "%d.%d@x", round, i);
                struct sks_memory_mail taught = mail(id, "tanaka@yama.example", "田中", suzuki, NOW);
                if (sks_memory_learn(memory, &taught) == 0 && write(told[1], "x", 1) != 1)
                    _exit(2);
            }
        }
        close(told[1]);
        char bytes[8];
        for (int i = 0; i < 3; i++)
            learned += (int)read(told[0], bytes, 1);
        g_usleep((gulong)(round * 1700));
        kill(writer, SIGKILL);
        waitpid(writer, NULL, 0);
        for (ssize_t size; (size = read(told[0], bytes, sizeof(bytes))) > 0;)
            learned += (int)size;
        close(told[0]);
        struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
        struct sks_memory_answer answer = ask(memory, mail("n@x", "tanaka@yama.example", "", suzuki, NOW));
        /* Of each writer, the last lesson may have been learned and not been told. */
        assert_in_range(answer.from_sender, learned, learned + round + 1);
        assert_int_equal(answer.from_sender, answer.mails_total);
        assert_int_equal(answer.from_sender, answer.from_sender_to_recipient);
        assert_int_equal(sks_memory_check(memory, NULL), 0);
        sks_memory_close(memory);
    }
}

static void *let_go_later(void *other)
{
    g_usleep(3 * 1000 * SKS_LIMIT_MEMORY_LEARN_MILLISECONDS);
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    return NULL;
}

static void who_is_patient_waits_for_a_locked_store(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    sqlite3 *other;
    pthread_t thread;
    assert_int_equal(sqlite3_open(place->file, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    struct sks_memory_mail one = mail("1@x", "tanaka@yama.example", "田中", suzuki, NOW);
    sks_memory_be_patient(memory);
    assert_int_equal(pthread_create(&thread, NULL, let_go_later, other), 0);
    assert_int_equal(sks_memory_learn(memory, &one), 0);
    pthread_join(thread, NULL);
    assert_int_equal(ask(memory, one).from_sender, 1);
    sqlite3_close(other);
    sks_memory_close(memory);
}

static void who_is_patient_waits_in_vain_once(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    sqlite3 *other;
    assert_int_equal(sqlite3_open(place->file, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    struct sks_memory_mail one = mail("1@x", "tanaka@yama.example", "田中", suzuki, NOW);
    sks_memory_be_patient(memory);
    int64_t start = g_get_monotonic_time();
    assert_int_equal(sks_memory_learn(memory, &one), SKS_ERROR_IO);
    int64_t then = g_get_monotonic_time();
    assert_int_equal(sks_memory_learn(memory, &one), SKS_ERROR_IO);
    assert_in_range((then - start) / 1000, SKS_LIMIT_MEMORY_PATIENCE, SKS_LIMIT_MAIL_MILLISECONDS);
    assert_in_range((g_get_monotonic_time() - then) / 1000, SKS_LIMIT_MEMORY_LEARN_MILLISECONDS, 1000);
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    assert_int_equal(sks_memory_learn(memory, &one), 0);
    sqlite3_close(other);
    sks_memory_close(memory);
}

static void a_locked_store_holds_no_mail_up(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    sqlite3 *other;
    assert_int_equal(sqlite3_open(place->file, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    struct sks_memory_mail one = mail("1@x", "tanaka@yama.example", "田中", suzuki, NOW);
    int64_t start = g_get_monotonic_time();
    ask(memory, one);
    assert_int_equal(sks_memory_learn(memory, &one), SKS_ERROR_IO);
    int64_t taken = g_get_monotonic_time() - start;
    assert_in_range(taken / 1000, SKS_LIMIT_MEMORY_LEARN_MILLISECONDS, 400);
    assert_non_null(strstr(sks_memory_problem(memory), "locked"));
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    assert_int_equal(sks_memory_learn(memory, &one), 0);
    assert_int_equal(ask(memory, one).from_sender, 1);
    sqlite3_close(other);
    sks_memory_close(memory);
}

/* ---- Stores that can't be used ---- */

static void assert_refused(const char *file, enum sks_memory_mode mode, int error, const char *reason)
{
    struct sks_memory *memory = NULL;
    struct sks_problems *problems = sks_problems_create();
    assert_int_equal(sks_memory_open(&memory, file, mode, problems), error);
    assert_null(memory);
    assert_int_equal(sks_problems_count(problems), 1);
    if (strstr(sks_problems_text(problems, 0), reason) == NULL)
        fail_msg("got \"%s\", want \"%s\"", sks_problems_text(problems, 0), reason);
    sks_problems_destroy(problems);
}

static void execute(const char *file, const char *sql)
{
    sqlite3 *database;
    assert_int_equal(sqlite3_open(file, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

/* ---- Ceilings ---- */

static int64_t mails_of(struct sks_memory *memory, const char *address)
{
    return ask(memory, mail("?", address, "", suzuki, NOW + 200 * DAY)).from_sender;
}

/* As with more addresses than there may be: those that wrote once go, not who wrote often or was written to, nor we. */
static void strangers_make_room(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    struct sks_memory_mail once = mail("1@x", "once@far.example", "一", suzuki, NOW);
    assert_int_equal(sks_memory_learn(memory, &once), 0);
    for (int i = 0; i < 9; i++) {
        char *id = g_strdup_printf("often%d@x", i);
        struct sks_memory_mail often = mail(id, "often@yama.example", "常", suzuki, NOW + i);
        assert_int_equal(sks_memory_learn(memory, &often), 0);
        g_free(id);
    }
    struct sks_memory_mail ours = mail("2@x", "suzuki@kikan.example", "鈴木", tanaka, NOW);
    ours.outgoing = true;
    struct sks_memory_mail answer = mail("3@x", "tanaka@yama.example", "田中", suzuki, NOW);
    assert_int_equal(sks_memory_learn(memory, &ours), 0);
    assert_int_equal(sks_memory_learn(memory, &answer), 0);
    sks_memory_close(memory);
    execute(place->file, "UPDATE counter SET value = value + 2100000 WHERE name IN ('parties', 'domains')");
    memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    for (int i = 0; i < 40; i++) {
        char *id = g_strdup_printf("later%d@x", i);
        struct sks_memory_mail later = mail(id, "often@yama.example", "常", suzuki, NOW + 100 * DAY + i);
        assert_int_equal(sks_memory_learn(memory, &later), 0);
        g_free(id);
    }
    assert_int_equal(mails_of(memory, "once@far.example"), 0);
    assert_int_equal(mails_of(memory, "often@yama.example"), 49);
    assert_int_equal(mails_of(memory, "tanaka@yama.example"), 1);
    sks_memory_close(memory);
}

static void says_why_a_store_is_refused(void **state)
{
    struct place *place = *state;
    assert_refused(place->file, SKS_MEMORY_READ_ONLY, SKS_ERROR_IO, "can't be opened: No such file");
    assert_refused("/nonexistent/store.db", SKS_MEMORY_READ_WRITE, SKS_ERROR_IO, "can't be made: No such file");
    assert_refused(place->folder, SKS_MEMORY_READ_WRITE, SKS_ERROR_IO, "can't be");
    char *text = g_strnfill(5000, 'x');
    assert_true(g_file_set_contents(place->file, text, -1, NULL));
    g_free(text);
    assert_refused(place->file, SKS_MEMORY_READ_WRITE, SKS_ERROR_FORMAT, "is no database");
    assert_refused(place->file, SKS_MEMORY_READ_ONLY, SKS_ERROR_FORMAT, "is no database");
    g_unlink(place->file);
    execute(place->file, "CREATE TABLE meta (x); INSERT INTO meta VALUES (1)");
    assert_refused(place->file, SKS_MEMORY_READ_WRITE, SKS_ERROR_FORMAT, "of another program");
    g_unlink(place->file);
    execute(place->file, "CREATE TABLE t (x)");
    assert_refused(place->file, SKS_MEMORY_READ_WRITE, SKS_ERROR_FORMAT, "of another program");
    g_unlink(place->file);
    sks_memory_close(open_store(place->file, SKS_MEMORY_READ_WRITE));
    execute(place->file, "UPDATE meta SET value = '99' WHERE key = 'schema'");
    assert_refused(place->file, SKS_MEMORY_READ_WRITE, SKS_ERROR_SCHEMA, "has schema 99");
    g_unlink(place->file);
    assert_true(g_file_set_contents(place->file, "", 0, NULL));
    assert_refused(place->file, SKS_MEMORY_READ_ONLY, SKS_ERROR_SCHEMA, "brings it up to date");
    sks_memory_close(open_store(place->file, SKS_MEMORY_READ_WRITE));
    execute(place->file, "DROP TABLE habit");
    assert_refused(place->file, SKS_MEMORY_READ_WRITE, SKS_ERROR_FORMAT, "is damaged");
}

static void says_that_a_store_is_locked(void **state)
{
    struct place *place = *state;
    sks_memory_close(open_store(place->file, SKS_MEMORY_READ_WRITE));
    sqlite3 *other;
    assert_int_equal(sqlite3_open(place->file, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other,
                                  "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE counter SET value = 0",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    int64_t start = g_get_monotonic_time();
    assert_refused(place->file, SKS_MEMORY_READ_WRITE, SKS_ERROR_IO, "is locked by another program");
    assert_in_range((g_get_monotonic_time() - start) / 1000, 0, 2 * SKS_LIMIT_MEMORY_OPEN_MILLISECONDS);
    sqlite3_close(other);
    sks_memory_close(open_store(place->file, SKS_MEMORY_READ_WRITE));
}

static void fill(const char *file)
{
    struct sks_memory *memory = open_store(file, SKS_MEMORY_READ_WRITE);
    for (int i = 0; i < 300; i++) {
        char *from = g_strdup_printf("person%d@yama.example", i);
        struct sks_memory_mail taught = mail(from, from, from, suzuki, NOW);
        int error = SKS_ERROR_IO;
        for (int tries = 0; error != 0 && tries < 100; tries++) /* a busy machine */
            error = sks_memory_learn(memory, &taught);
        assert_int_equal(error, 0);
        g_free(from);
    }
    sks_memory_close(memory);
}

/* Whatever is damaged: nothing crashes, and the check finds it or the store is refused. */
static void finds_damage(void **state)
{
    struct place *place = *state;
    fill(place->file);
    char *sound = NULL;
    gsize size = 0;
    assert_true(g_file_get_contents(place->file, &sound, &size, NULL));
    unsigned found = 0, places = 0;
    for (gsize at = 0; at + 512 < size; at += 4096, places++) {
        char *damaged = g_memdup2(sound, size);
        for (gsize i = 0; i < 512; i++)
            damaged[at + i] = (char)(damaged[at + i] ^ (char)(17 * i + 1));
        assert_true(g_file_set_contents(place->file, damaged, (gssize)size, NULL));
        g_free(damaged);
        struct sks_memory *memory = NULL;
        struct sks_problems *problems = sks_problems_create();
        int error = sks_memory_open(&memory, place->file, SKS_MEMORY_READ_WRITE, problems);
        if (error == 0) {
            struct sks_memory_mail one = mail("new@x", "person7@yama.example", "x", suzuki, NOW);
            struct sks_memory_answer answer;
            sks_memory_ask(memory, &one, &answer);
            sks_memory_learn(memory, &one);
            error = sks_memory_check(memory, problems);
            sks_memory_close(memory);
        }
        assert_true(error == 0 || sks_problems_count(problems) > 0);
        found += error != 0 ? 1 : 0;
        sks_problems_destroy(problems);
    }
    g_free(sound);
    /* A free page may be damaged without harm. */
    assert_true(places > 20 && found * 10 >= places * 9);
}

static void finds_wrong_counts_and_rights(void **state)
{
    struct place *place = *state;
    fill(place->file);
    execute(place->file, "DELETE FROM party WHERE address = 'person7@yama.example'; UPDATE counter SET value = -5");
    g_chmod(place->file, 0644);
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_ONLY);
    struct sks_problems *problems = sks_problems_create();
    assert_int_equal(sks_memory_check(memory, problems), SKS_ERROR_FORMAT);
    static const char *const wanted[] = {"has 1 pairs of unknown addresses",
                                         "has 4 habits of unknown addresses",
                                         "has 1 names of unknown addresses",
                                         "has 1 wrong counters of all mails",
                                         "has 1 wrong counters of addresses",
                                         "has 1 wrong counters of domains",
                                         "can be read by others"};
    assert_int_equal(sks_problems_count(problems), G_N_ELEMENTS(wanted));
    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
        assert_non_null(strstr(sks_problems_text(problems, i), wanted[i]));
    sks_problems_destroy(problems);
    sks_memory_close(memory);
}

static void reads_where_nothing_can_be_written(void **state)
{
    struct place *place = *state;
    fill(place->file);
    if (geteuid() == 0)
        skip(); /* root writes everywhere */
    g_chmod(place->file, 0400);
    g_chmod(place->folder, 0500);
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_ONLY);
    assert_int_equal(ask(memory, mail("n@x", "person7@yama.example", "", suzuki, NOW)).from_sender, 1);
    sks_memory_close(memory);
    g_chmod(place->folder, 0700);
}

static void strings_have_a_ceiling(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE);
    GString *longest = g_string_new("x");
    for (int i = 0; i < 100000; i++)
        g_string_append(longest, "あ");
    struct sks_memory_mail one = mail(longest->str, longest->str, longest->str, suzuki, INT64_MIN);
    one.mailer = one.client_network = one.subject = longest->str;
    assert_int_equal(sks_memory_learn(memory, &one), 0);
    assert_int_equal(ask(memory, one).from_sender, 1);
    static const char *const to[] = {NULL};
    struct sks_memory_mail empty = {.recipients = to, .recipient_count = 1, .at = INT64_MAX};
    assert_int_equal(sks_memory_learn(memory, &empty), 0);
    assert_int_equal(sks_memory_check(memory, NULL), 0);
    g_string_free(longest, TRUE);
    sks_memory_close(memory);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(knows_nothing_at_first),
        TEST(counts_senders_recipients_and_habits),
        TEST(knows_whom_we_write_to),
        TEST(tells_whose_name_it_is),
        TEST(the_same_mail_teaches_once),
        TEST(order_of_time_does_not_matter),
        TEST(knows_what_a_house_has_in_common),
        TEST(a_house_unlearns),
        TEST(logs_verdicts_oldest_first),
        TEST(keeps_old_verdicts),
        TEST(many_processes_write_at_once),
        TEST(a_kill_loses_nothing_that_was_learned),
        TEST(who_is_patient_waits_for_a_locked_store),
        TEST(who_is_patient_waits_in_vain_once),
        TEST(a_locked_store_holds_no_mail_up),
        TEST(strangers_make_room),
        TEST(says_why_a_store_is_refused),
        TEST(says_that_a_store_is_locked),
        TEST(finds_damage),
        TEST(finds_wrong_counts_and_rights),
        TEST(reads_where_nothing_can_be_written),
        TEST(strings_have_a_ceiling),
        TEST(another_process_moves_the_log), /* the last: it keeps the disk busy */
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
