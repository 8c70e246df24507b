/* Lessons that are gathered beside the store: what they teach, who sees them when, and what a kill leaves of them. */
#include "tests/test.h"

#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory/memory.h"
#include "sekisho/error.h"

#define NOW 1700000000

struct place {
    char *folder, *file, *lessons;
};

static int make_place(void **state)
{
    struct place *place = g_new0(struct place, 1);
    place->folder = g_dir_make_tmp("sekisho-gather-XXXXXX", NULL);
    place->file = g_build_filename(place->folder, "store", NULL);
    place->lessons = g_strconcat(place->file, "-lessons", NULL);
    *state = place;
    return place->folder != NULL ? 0 : -1;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    GDir *folder = g_dir_open(place->folder, 0, NULL);
    const char *name;
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        char *file = g_build_filename(place->folder, name, NULL);
        g_unlink(file);
        g_free(file);
    }
    g_dir_close(folder);
    g_rmdir(place->folder);
    g_free(place->folder);
    g_free(place->file);
    g_free(place->lessons);
    g_free(place);
    return 0;
}

static struct sks_memory *open_store(const char *file, enum sks_memory_mode mode, bool hashed)
{
    struct sks_memory *memory = NULL;
    assert_int_equal(sks_memory_open_private(&memory, file, mode, hashed, NULL), 0);
    return memory;
}

static struct sks_memory *open_crowded(const char *file)
{
    struct sks_memory *memory = open_store(file, SKS_MEMORY_READ_WRITE, false);
    sks_memory_gather(memory);
    sks_memory_crowd(memory, true);
    return memory;
}

static gint64 size_of(const char *file)
{
    GStatBuf status;
    return g_stat(file, &status) == 0 ? (gint64)status.st_size : -1;
}

static const char *const to[] = {"suzuki@kikan.example", "sato@kikan.example", NULL};
static const char *const sections[] = {"総務課", NULL};
static const int64_t files[] = {4711, -1};

/* A mail that has all that a lesson can have; number tells it from others. */
struct sample {
    char id[32], from[48];
    struct sks_likeness text;
    struct sks_memory_mail mail;
    struct sks_memory_verdict verdict;
};

static void make(struct sample *sample, unsigned number)
{
    *sample = (struct sample){.id = ""};
    g_snprintf(sample->id, sizeof sample->id, "%u@yama.example", number);
    g_snprintf(sample->from, sizeof sample->from, "tanaka%u@yama.example", number % 10);
    for (unsigned i = 0; i < SKS_LIKENESS_BINS; i++)
        sample->text.bins[i] = (uint16_t)(number % 3 * 1000 + i);
    sample->mail = (struct sks_memory_mail){.at = NOW + number,
                                            .message_id = sample->id,
                                            .from = sample->from,
                                            .name = "田中",
                                            .recipients = to,
                                            .recipient_count = 1 + number % 2,
                                            .subject = "件名",
                                            .has_encrypted = number % 4 == 0,
                                            .client_network = "192.0.2.0/24",
                                            .origin_network = "198.51.100.0/24",
                                            .mailer = "Becky! ver. 2",
                                            .zone = -210,
                                            .charset = "iso-2022-jp",
                                            .language = "ja",
                                            .content = SKS_CONTENT_LINK,
                                            .topic = "外交",
                                            .sections = sections,
                                            .section_count = 1,
                                            .sections_known = true,
                                            .text = &sample->text,
                                            .files = files,
                                            .file_count = 2,
                                            .digest = 99};
    sample->verdict = (struct sks_memory_verdict){.at = NOW + number,
                                                  .message_id = sample->id,
                                                  .from = sample->from,
                                                  .to = to,
                                                  .to_count = 1,
                                                  .subject = "件名",
                                                  .class_ = number % 5 == 0 ? "bulk" : "clean",
                                                  .score = -1.25 * number,
                                                  .previous = "",
                                                  .because = "",
                                                  .evidence = "lure.money bulk.wave",
                                                  .content = 99};
}

/* As a mail is settled that leaves nothing waiting. */
static int settle(struct sks_memory *memory, unsigned number)
{
    struct sample sample;
    make(&sample, number);
    const struct sks_memory_settlement settlement = {.mail = number % 5 == 0 ? NULL : &sample.mail,
                                                     .counted = &sample.mail,
                                                     .verdict = &sample.verdict,
                                                     .since = NOW - 1000};
    bool again = true;
    int error = sks_memory_settle(memory, &settlement, &again);
    assert_true(error != 0 || !again);
    return error;
}

static bool note(void *data, const struct sks_memory_verdict *verdict)
{
    g_string_append_printf(data, "%s %s %.2f %s|", verdict->message_id, verdict->class_, verdict->score,
                           verdict->evidence);
    return true;
}

static char *log_of(const char *file)
{
    GString *log = g_string_new(NULL);
    struct sks_memory *memory = open_store(file, SKS_MEMORY_READ_ONLY, false);
    assert_int_equal(sks_memory_log_each(memory, note, log), 0);
    sks_memory_close(memory);
    return g_string_free(log, FALSE);
}

static void count_lines(void *data, const char *name, int64_t value)
{
    /* How often the log began anew is no knowledge. */
    if (strcmp(name, "size") != 0)
        g_string_append_printf(data, "%s %" G_GINT64_FORMAT "|", name, value);
}

/* All that can be asked of a store after these samples. */
static char *knowledge_of(const char *file)
{
    GString *text = g_string_new(NULL);
    struct sks_memory *memory = open_store(file, SKS_MEMORY_READ_WRITE, false);
    for (unsigned number = 100; number < 110; number++) {
        struct sample sample;
        struct sks_memory_answer answer;
        make(&sample, number);
        assert_int_equal(sks_memory_ask(memory, &sample.mail, &answer), 0);
        GVariant *packed = g_variant_ref_sink(sks_memory_answer_pack(&answer));
        char *shown = g_variant_print(packed, TRUE);
        g_string_append(text, shown);
        g_free(shown);
        g_variant_unref(packed);
    }
    assert_int_equal(sks_memory_stats(memory, count_lines, text), 0);
    assert_int_equal(sks_memory_check(memory, NULL), 0);
    sks_memory_close(memory);
    return g_string_free(text, FALSE);
}

#define SAMPLES 90u

/* One after the other, or gathered: the store knows the same. */
static void teaches_the_same(void **state)
{
    const struct place *place = *state;
    char *other = g_strconcat(place->file, "-other", NULL);
    struct sks_memory *gathering = open_crowded(place->file), *plain = open_store(other, SKS_MEMORY_READ_WRITE, false);
    for (unsigned number = 0; number < SAMPLES; number++) {
        assert_int_equal(settle(gathering, number), 0);
        assert_int_equal(settle(plain, number), 0);
    }
    /* Nothing is in the store yet, all is beside it. */
    g_autofree char *before = log_of(place->file);
    assert_string_equal(before, "");
    assert_true(size_of(place->lessons) > (gint64)SAMPLES * 100);
    assert_int_equal(sks_memory_take_in(gathering, 5000), 0);
    assert_int_equal(size_of(place->lessons), 0);
    sks_memory_close(gathering);
    sks_memory_close(plain);
    g_autofree char *log = log_of(place->file), *wanted_log = log_of(other);
    assert_string_equal(log, wanted_log);
    assert_non_null(strstr(log, "89@yama.example clean -111.25 lure.money bulk.wave|"));
    g_autofree char *knowledge = knowledge_of(place->file), *wanted = knowledge_of(other);
    assert_string_equal(knowledge, wanted);
    g_free(other);
}

/* Whoever asks without a crowd, opens the store, or catches up before reading it, sees what was gathered. */
static void is_seen_by_all_who_ask(void **state)
{
    const struct place *place = *state;
    struct sample sample;
    struct sks_memory_answer answer;
    make(&sample, 11);
    struct sks_memory *gathering = open_crowded(place->file),
                      *other = open_store(place->file, SKS_MEMORY_READ_WRITE, false);
    assert_int_equal(settle(gathering, 1), 0);
    /* In the crowd it is known a moment later. */
    assert_int_equal(sks_memory_ask(gathering, &sample.mail, &answer), 0);
    assert_int_equal(answer.from_sender, 0);
    assert_int_equal(sks_memory_ask(other, &sample.mail, &answer), 0);
    assert_int_equal(answer.from_sender, 1);
    assert_int_equal(settle(gathering, 21), 0);
    sks_memory_crowd(gathering, false);
    assert_int_equal(sks_memory_ask(gathering, &sample.mail, &answer), 0);
    assert_int_equal(answer.from_sender, 2);
    sks_memory_crowd(gathering, true);
    assert_int_equal(settle(gathering, 31), 0);
    sks_memory_close(open_store(place->file, SKS_MEMORY_READ_WRITE, false));
    assert_int_equal(size_of(place->lessons), 0);
    assert_int_equal(settle(gathering, 41), 0);
    sks_memory_catch_up(place->file);
    g_autofree char *log = log_of(place->file);
    assert_non_null(strstr(log, "41@yama.example"));
    sks_memory_close(other);
    sks_memory_close(gathering);
}

/* What waits, and what changes what waits, is in the store at once. */
static void nothing_that_waits_is_gathered(void **state)
{
    const struct place *place = *state;
    struct sks_memory *gathering = open_crowded(place->file);
    struct sample sample;
    make(&sample, 2);
    const struct sks_memory_key keys[] = {{SKS_MEMORY_KEY_SENDER, "tanaka2@yama.example", 1}};
    const struct sks_memory_keeping keeping = {.at = NOW,
                                               .identity = "2",
                                               .locked = 1,
                                               .bytes = "mail",
                                               .size = 4,
                                               .message_id = "2@yama.example",
                                               .class_ = "clean",
                                               .keys = keys,
                                               .key_count = 1};
    const struct sks_memory_settlement waits = {
        .mail = &sample.mail, .counted = &sample.mail, .verdict = &sample.verdict, .keeping = &keeping};
    bool again = true;
    assert_int_equal(sks_memory_settle(gathering, &waits, &again), 0);
    assert_false(again);
    assert_int_equal(size_of(place->lessons), 0);
    struct sks_memory_found found, none = {.last = 0};
    assert_int_equal(sks_memory_find(gathering, keys, 1, 0, &found), 0);
    assert_int_equal(found.count, 1);
    /* One that looked before that mail came has to look again, and teaches nothing meanwhile. */
    const struct sks_memory_settlement late = {
        .counted = &sample.mail, .verdict = &sample.verdict, .found = &none, .keys = keys, .key_count = 1};
    assert_int_equal(sks_memory_settle(gathering, &late, &again), 0);
    assert_true(again);
    assert_int_equal(size_of(place->lessons), 0);
    sks_memory_found_finish(&found);
    sks_memory_close(gathering);
}

#define WRITERS 3
#define EACH    60u

static void write_and_read(const char *file, unsigned writer)
{
    struct sks_memory *memory = open_crowded(file);
    for (unsigned i = 0; i < EACH; i++) {
        if (settle(memory, writer * 1000 + i * 5 + 1) != 0)
            _exit(1);
        if (i % 8 == 7)
            sks_memory_take_in(memory, 5000);
    }
    sks_memory_close(memory);
    _exit(0);
}

/* Several processes gather and take in at once: each lesson is learned, and once. */
static void each_is_learned_once(void **state)
{
    const struct place *place = *state;
    sks_memory_close(open_store(place->file, SKS_MEMORY_READ_WRITE, false));
    pid_t pids[WRITERS];
    for (unsigned writer = 0; writer < WRITERS; writer++) {
        pids[writer] = fork();
        if (pids[writer] == 0)
            write_and_read(place->file, writer);
    }
    for (unsigned writer = 0; writer < WRITERS; writer++) {
        int status = 0;
        assert_int_equal(waitpid(pids[writer], &status, 0), pids[writer]);
        assert_int_equal(status, 0);
    }
    sks_memory_catch_up(place->file);
    g_autofree char *log = log_of(place->file);
    char **lines = g_strsplit(log, "|", -1);
    assert_int_equal(g_strv_length(lines) - 1, WRITERS * EACH);
    g_strfreev(lines);
}

/* Lessons that were acknowledged before the kill are there afterwards, all, and none twice. */
static void a_kill_loses_none(void **state)
{
    const struct place *place = *state;
    sks_memory_close(open_store(place->file, SKS_MEMORY_READ_WRITE, false));
    unsigned acknowledged = 0;
    for (unsigned round = 0; round < 12; round++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t pid = fork();
        if (pid == 0) {
            struct sks_memory *memory = open_crowded(place->file);
            for (unsigned i = 0;; i++) {
                if (settle(memory, round * 100000 + i * 5 + 1) == 0)
                    (void)!write(ends[1], "x", 1);
                if (i % 4 == 3)
                    sks_memory_take_in(memory, 5000);
            }
        }
        char buffer[64];
        ssize_t got = 0;
        for (unsigned i = 0; i < 5 + 7 * round; i++)
            assert_int_equal(read(ends[0], buffer, 1), 1);
        acknowledged += 5 + 7 * round;
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        close(ends[1]);
        while ((got = read(ends[0], buffer, sizeof buffer)) > 0)
            acknowledged += (unsigned)got;
        close(ends[0]);
    }
    sks_memory_catch_up(place->file);
    g_autofree char *log = log_of(place->file);
    char **lines = g_strsplit(log, "|", -1);
    GHashTable *ids = g_hash_table_new(g_str_hash, g_str_equal);
    for (char **line = lines; **line != '\0'; line++)
        assert_true(g_hash_table_add(ids, *line));
    /* The last of each round may have been killed between its lesson and its word. */
    assert_in_range(g_hash_table_size(ids), acknowledged, acknowledged + 12);
    g_hash_table_unref(ids);
    g_strfreev(lines);
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE, false);
    assert_int_equal(sks_memory_check(memory, NULL), 0);
    sks_memory_close(memory);
}

/* A record that was cut short, by a kill or by somebody, costs itself; rubbish costs nobody else anything. */
static void passes_over_rubbish(void **state)
{
    const struct place *place = *state;
    struct sks_memory *gathering = open_crowded(place->file);
    assert_int_equal(settle(gathering, 1), 0);
    gint64 first = size_of(place->lessons);
    assert_int_equal(settle(gathering, 6), 0);
    assert_int_equal(truncate(place->lessons, first + 40), 0);
    assert_int_equal(settle(gathering, 11), 0);
    int rubbish = open(place->lessons, O_WRONLY | O_APPEND);
    for (int i = 0; i < 300; i++)
        assert_int_equal(write(rubbish, "LSS1\x10\0\0\0 no lesson of ours ", 26), 26);
    close(rubbish);
    assert_int_equal(sks_memory_take_in(gathering, 5000), 0);
    assert_int_equal(size_of(place->lessons), 0);
    assert_int_equal(settle(gathering, 16), 0);
    assert_int_equal(sks_memory_take_in(gathering, 5000), 0);
    /* A head that was cut short. */
    rubbish = open(place->lessons, O_WRONLY | O_APPEND);
    assert_int_equal(write(rubbish, "LESSO", 5), 5);
    close(rubbish);
    assert_int_equal(sks_memory_take_in(gathering, 5000), 0);
    assert_int_equal(size_of(place->lessons), 0);
    assert_int_equal(settle(gathering, 21), 0);
    assert_int_equal(sks_memory_take_in(gathering, 5000), 0);
    sks_memory_close(gathering);
    g_autofree char *log = log_of(place->file);
    assert_non_null(strstr(log, "1@yama.example"));
    assert_null(strstr(log, "|6@yama.example"));
    assert_non_null(strstr(log, "|11@yama.example"));
    assert_non_null(strstr(log, "|16@yama.example"));
    assert_non_null(strstr(log, "|21@yama.example"));
}

/* A process that was stopped with the file's lock in hand: mails are learned by themselves, and nobody waits for it. */
static void a_lock_that_stays_holds_up_nobody(void **state)
{
    const struct place *place = *state;
    struct sks_memory *gathering = open_crowded(place->file);
    assert_int_equal(settle(gathering, 1), 0);
    int stopped = open(place->lessons, O_RDONLY | O_CLOEXEC);
    assert_int_equal(flock(stopped, LOCK_EX), 0);
    alarm(30);
    assert_int_equal(settle(gathering, 6), 0);
    assert_int_equal(sks_memory_take_in(gathering, 5000), SKS_ERROR_IO);
    alarm(0);
    g_autofree char *before = log_of(place->file);
    assert_null(strstr(before, "|1@yama.example"));
    assert_non_null(strstr(before, "6@yama.example"));
    close(stopped);
    assert_int_equal(sks_memory_take_in(gathering, 5000), 0);
    g_autofree char *after = log_of(place->file);
    assert_non_null(strstr(after, "1@yama.example"));
    sks_memory_close(gathering);
}

/* A file that somebody blew up is begun anew; what follows is learned. */
static void a_file_out_of_bounds_is_emptied(void **state)
{
    const struct place *place = *state;
    struct sks_memory *gathering = open_crowded(place->file);
    assert_int_equal(settle(gathering, 1), 0);
    assert_int_equal(truncate(place->lessons, (off_t)1 << 40), 0);
    assert_int_equal(settle(gathering, 6), 0);
    assert_int_equal(sks_memory_take_in(gathering, 100), 0);
    assert_int_equal(size_of(place->lessons), 0);
    assert_int_equal(settle(gathering, 11), 0);
    assert_int_equal(sks_memory_take_in(gathering, 100), 0);
    g_autofree char *log = log_of(place->file);
    assert_non_null(strstr(log, "6@yama.example"));
    assert_non_null(strstr(log, "11@yama.example"));
    sks_memory_close(gathering);
}

static void assert_checked(const struct place *place, const char *fault)
{
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_ONLY, false);
    struct sks_problems *problems = sks_problems_create();
    assert_int_equal(sks_memory_check(memory, problems), fault == NULL ? 0 : SKS_ERROR_FORMAT);
    assert_int_equal(sks_problems_count(problems), fault != NULL);
    if (fault != NULL)
        assert_non_null(strstr(sks_problems_text(problems, 0), fault));
    sks_problems_destroy(problems);
    sks_memory_close(memory);
}

static void a_check_looks_at_the_file(void **state)
{
    const struct place *place = *state;
    struct sks_memory *gathering = open_crowded(place->file);
    assert_int_equal(settle(gathering, 1), 0);
    assert_checked(place, NULL);
    assert_int_equal(chmod(place->lessons, 0644), 0);
    assert_checked(place, "-lessons: can be read by others: its mode is 0644");
    assert_int_equal(chmod(place->lessons, 0600), 0);
    assert_true(g_file_set_contents_full(place->lessons, "something else altogether", -1, G_FILE_SET_CONTENTS_NONE,
                                         0600, NULL));
    assert_checked(place, "-lessons: holds no lessons");
    sks_memory_close(gathering);
}

/* No names in plain beside a store of hashes. */
static void hashes_are_not_gathered(void **state)
{
    const struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, SKS_MEMORY_READ_WRITE, true);
    sks_memory_gather(memory);
    sks_memory_crowd(memory, true);
    assert_int_equal(settle(memory, 1), 0);
    assert_int_equal(size_of(place->lessons), -1);
    sks_memory_close(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(teaches_the_same, make_place, remove_place),
        cmocka_unit_test_setup_teardown(is_seen_by_all_who_ask, make_place, remove_place),
        cmocka_unit_test_setup_teardown(nothing_that_waits_is_gathered, make_place, remove_place),
        cmocka_unit_test_setup_teardown(each_is_learned_once, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_kill_loses_none, make_place, remove_place),
        cmocka_unit_test_setup_teardown(passes_over_rubbish, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_lock_that_stays_holds_up_nobody, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_file_out_of_bounds_is_emptied, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_check_looks_at_the_file, make_place, remove_place),
        cmocka_unit_test_setup_teardown(hashes_are_not_gathered, make_place, remove_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
