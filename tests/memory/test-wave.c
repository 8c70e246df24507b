/* Waves, exceptions, what gets old, and stores without names. */
#include "tests/test.h"

#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#include "memory/memory.h"
#include "sekisho/limits.h"

#define DAY 86400
#define NOW 1700000000

struct place {
    char *folder, *file, *key;
};

static int make_place(void **state)
{
    struct place *place = g_new0(struct place, 1);
    place->folder = g_dir_make_tmp("sekisho-wave-XXXXXX", NULL);
    place->file = g_build_filename(place->folder, "store", NULL);
    place->key = g_strconcat(place->file, ".key", NULL);
    *state = place;
    return place->folder != NULL ? 0 : -1;
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

static struct sks_memory *open_store(const char *file, bool hashed)
{
    struct sks_memory *memory = NULL;
    struct sks_problems *problems = sks_problems_create();
    if (sks_memory_open_private(&memory, file, SKS_MEMORY_READ_WRITE, hashed, problems) != 0)
        fail_msg("%s", sks_problems_text(problems, 0));
    sks_problems_destroy(problems);
    return memory;
}

/* A text of a hundred words from a vocabulary of its own: seeds give texts that have nothing in common. */
static struct sks_likeness text_of(unsigned seed)
{
    GString *text = g_string_new(NULL);
    GRand *random = g_rand_new_with_seed(seed);
    for (int i = 0; i < 600; i++)
        g_string_append_c(text, (char)g_rand_int_range(random, 'a', 'z' + 1));
    g_rand_free(random);
    struct sks_likeness likeness;
    assert_true(sks_likeness_init(&likeness, text->str));
    g_string_free(text, TRUE);
    return likeness;
}

struct copy {
    char id[32], from[48], to[48];
    const char *recipients[1], *sections[1];
    struct sks_likeness text;
    struct sks_memory_mail mail;
};

/* Copy number n of a text, each to another reader. */
static struct sks_memory_mail *make_copy(struct copy *copy, unsigned seed, int n, int senders, const char *section,
                                         int64_t at)
{
    g_snprintf(copy->id, sizeof copy->id, "%u.%d@x", seed, n);
    g_snprintf(copy->from, sizeof copy->from, "sender%d@s%d.example", n % senders, n % senders);
    g_snprintf(copy->to, sizeof copy->to, "reader%d@kikan.example", n);
    copy->recipients[0] = copy->to;
    copy->sections[0] = section;
    copy->text = text_of(seed);
    copy->mail = (struct sks_memory_mail){.at = at,
                                          .message_id = copy->id,
                                          .from = copy->from,
                                          .recipients = copy->recipients,
                                          .recipient_count = 1,
                                          .sections = copy->sections,
                                          .section_count = section != NULL,
                                          .sections_known = section != NULL,
                                          .text = &copy->text};
    return &copy->mail;
}

static struct sks_memory_answer ask(struct sks_memory *memory, const struct sks_memory_mail *mail)
{
    struct sks_memory_answer answer;
    assert_int_equal(sks_memory_ask(memory, mail, &answer), 0);
    return answer;
}

static void counts_copies(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, false);
    struct copy copy;
    for (int n = 0; n < 9; n++) {
        assert_int_equal(
            ask(memory, make_copy(&copy, 1, n, 3, n < 5 ? "研究部" : "総務部", NOW + n * 60)).wave.recipients,
            n > 0 ? n + 1 : 0);
        assert_int_equal(sks_memory_learn(memory, &copy.mail), 0);
        assert_int_equal(sks_memory_learn(memory, make_copy(&copy, 100 + (unsigned)n, n, 1, "研究部", NOW + n * 60)),
                         0);
    }
    struct sks_memory_wave wave = ask(memory, make_copy(&copy, 1, 9, 3, "総務部", NOW + 600)).wave;
    assert_int_equal(wave.hour, 10);
    assert_int_equal(wave.day, 10);
    assert_int_equal(wave.week, 10);
    assert_int_equal(wave.recipients, 10);
    assert_int_equal(wave.senders, 3);
    assert_int_equal(wave.domains, 3);
    assert_int_equal(wave.sections, 2);
    assert_true(wave.sections_known);
    assert_false(wave.by_file);
    assert_int_equal(wave.since, NOW);
    /* Somebody whose section nobody knows. */
    assert_false(ask(memory, make_copy(&copy, 1, 9, 3, NULL, NOW + 600)).wave.sections_known);
    /* The same reader again is no further one. */
    assert_int_equal(ask(memory, make_copy(&copy, 1, 3, 3, "総務部", NOW + 600)).wave.recipients, 9);
    sks_memory_close(memory);
}

/* Each reader has had a dozen mails about something; a third of the house's is about what the first three do. */
static void teach_topics(struct sks_memory *memory)
{
    struct copy copy;
    for (int n = 0; n < 9; n++)
        for (int i = 0; i < 12; i++) {
            make_copy(&copy, 500 + (unsigned)(n * 12 + i), n, 1, NULL, NOW - DAY + i);
            copy.mail.topic = n < 3 ? "technology" : n < 6 ? "policy" : "energy";
            assert_int_equal(sks_memory_learn(memory, &copy.mail), 0);
        }
}

/* Copies to these readers, about this; what is told of the last. */
static bool is_of_one_speciality(struct sks_memory *memory, unsigned seed, const int readers[3], const char *topic)
{
    struct copy copy;
    bool told = false;
    for (int i = 0; i < 3; i++) {
        make_copy(&copy, seed, readers[i], 1, NULL, NOW + i * 60);
        copy.mail.message_id = copy.mail.from = "x@webmail.example";
        copy.mail.topic = topic;
        told = ask(memory, &copy.mail).wave.speciality;
        const struct sks_memory_settlement settlement = {.counted = &copy.mail};
        bool again;
        assert_int_equal(sks_memory_settle(memory, &settlement, &again), 0);
    }
    return told;
}

static void knows_specialities(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, true);
    const int alike[] = {0, 1, 2}, mixed[] = {0, 1, 3}, unknown[] = {0, 1, 20};
    teach_topics(memory);
    assert_true(is_of_one_speciality(memory, 1, alike, "technology"));
    assert_false(is_of_one_speciality(memory, 2, alike, "policy")); /* it is about something else */
    assert_false(is_of_one_speciality(memory, 3, alike, ""));
    assert_false(is_of_one_speciality(memory, 4, mixed, "technology"));
    assert_false(is_of_one_speciality(memory, 5, unknown, "technology"));
    /* What becomes everybody's is nobody's speciality. */
    struct copy copy;
    for (int i = 0; i < 40; i++) {
        make_copy(&copy, 700 + (unsigned)i, 3 + i % 6, 1, NULL, NOW + i);
        copy.mail.topic = "technology";
        assert_int_equal(sks_memory_learn(memory, &copy.mail), 0);
    }
    assert_false(is_of_one_speciality(memory, 6, alike, "technology"));
    assert_int_equal(sks_memory_check(memory, NULL), 0);
    sks_memory_close(memory);
}

static void windows_slide(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, false);
    struct copy copy;
    for (int n = 0; n < 20; n++)
        assert_int_equal(sks_memory_learn(memory, make_copy(&copy, 1, n, 1, NULL, NOW + n)), 0);
    static const struct {
        int64_t after;
        unsigned hour, day, week, recipients;
    } rows[] = {
        {60, 21, 21, 21, 21},           /* all in sight */
        {5400, 11, 21, 21, 21},         /* half of the hour before still is */
        {7300, 1, 21, 21, 21},          /* nothing of it is */
        {DAY + DAY / 2, 1, 11, 21, 21}, /* half of the day before */
        {3 * DAY, 1, 1, 21, 21},        {6 * DAY, 1, 1, 21, 21},
        {8 * DAY, 0, 0, 0, 0}, /* no copy within a week: not the wave any more */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_memory_wave wave = ask(memory, make_copy(&copy, 1, 99, 1, NULL, NOW + rows[i].after)).wave;
        if (wave.hour != rows[i].hour || wave.day != rows[i].day || wave.week != rows[i].week ||
            wave.recipients != rows[i].recipients)
            fail_msg("after %d s: %u %u %u, %u recipients", (int)rows[i].after, (unsigned)wave.hour, (unsigned)wave.day,
                     (unsigned)wave.week, wave.recipients);
    }
    sks_memory_close(memory);
}

static void knows_files(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, false);
    struct copy copy;
    const int64_t files[] = {4711, 4712}, others[] = {1};
    for (int n = 0; n < 4; n++) {
        make_copy(&copy, 50 + (unsigned)n, n, 4, NULL, NOW + n);
        copy.mail.files = files;
        copy.mail.file_count = 2;
        assert_int_equal(sks_memory_learn(memory, &copy.mail), 0);
    }
    make_copy(&copy, 99, 9, 4, NULL, NOW + 60);
    copy.mail.files = files + 1;
    copy.mail.file_count = 1;
    assert_int_equal(ask(memory, &copy.mail).wave.recipients, 5);
    assert_true(ask(memory, &copy.mail).wave.by_file);
    copy.mail.files = others;
    assert_int_equal(ask(memory, &copy.mail).wave.recipients, 0);
    sks_memory_close(memory);
}

static void released_mail_is_known(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, false);
    struct copy copy;
    make_copy(&copy, 1, 1, 1, NULL, NOW);
    assert_int_equal(sks_memory_except(memory, &copy.mail), SKS_ERROR_UNSUPPORTED); /* nothing to be told by */
    copy.mail.digest = 77;
    assert_false(ask(memory, &copy.mail).released);
    assert_int_equal(sks_memory_except(memory, &copy.mail), 0);
    assert_int_equal(sks_memory_except(memory, &copy.mail), 0);
    assert_true(ask(memory, &copy.mail).released);
    struct sks_memory_mail other = copy.mail;
    other.message_id = "new@x";
    assert_true(ask(memory, &other).released);
    other.digest = 78;
    assert_false(ask(memory, &other).released);
    other = copy.mail;
    other.from = "someone@else.example";
    assert_false(ask(memory, &other).released);
    static const char *const two[] = {"reader1@kikan.example", "reader2@kikan.example"};
    other = copy.mail;
    other.recipients = two;
    other.recipient_count = 2;
    assert_false(ask(memory, &other).released); /* it was released for one */
    sks_memory_close(memory);
}

static void find_value(void *data, const char *name, int64_t value)
{
    GHashTable *values = data;
    g_hash_table_insert(values, g_strdup(name), GINT_TO_POINTER((gint)value));
}

static int stat_of(struct sks_memory *memory, const char *name)
{
    GHashTable *values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    assert_int_equal(sks_memory_stats(memory, find_value, values), 0);
    assert_true(g_hash_table_contains(values, name));
    int value = GPOINTER_TO_INT(g_hash_table_lookup(values, name));
    g_hash_table_unref(values);
    return value;
}

static void what_is_old_goes(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, false);
    struct copy copy;
    for (int n = 0; n < 40; n++)
        assert_int_equal(sks_memory_learn(memory, make_copy(&copy, 1 + (unsigned)n, n, 40, NULL, NOW + n)), 0);
    assert_int_equal(stat_of(memory, "senders"), 40);
    assert_int_equal(stat_of(memory, "waves"), 40);
    /* One correspondent goes on writing, week after week, for four years. */
    for (int week = 1; week < 208; week++) {
        make_copy(&copy, 1000 + (unsigned)week, 7, 40, NULL, NOW + week * 7 * DAY);
        assert_int_equal(sks_memory_learn(memory, &copy.mail), 0);
    }
    uint64_t gone = 0;
    assert_int_equal(sks_memory_expire(memory, &gone), 0);
    assert_int_equal(stat_of(memory, "senders"), 1);
    assert_int_equal(stat_of(memory, "addresses"), 2);
    assert_int_equal(stat_of(memory, "domains"), 1);
    assert_in_range(stat_of(memory, "waves"), 1, 4);
    assert_in_range(stat_of(memory, "message-ids"), 1, 10);
    /* What was long ago weighs less: far fewer than 208 are counted, and the beginning is still known. */
    struct sks_memory_answer answer = ask(memory, &copy.mail);
    assert_in_range(answer.from_sender, 50, 150);
    assert_int_equal(answer.first_seen, NOW + 7);
    assert_int_equal(sks_memory_check(memory, NULL), 0);
    assert_int_equal(sks_memory_expire(memory, &gone), 0);
    assert_int_equal(gone, 0);
    sks_memory_close(memory);
}

static void a_mail_from_the_future_deletes_nothing(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, false);
    struct copy copy;
    for (int n = 0; n < 20; n++)
        assert_int_equal(sks_memory_learn(memory, make_copy(&copy, 1 + (unsigned)n, n, 40, NULL, NOW + n)), 0);
    for (int n = 20; n < 60; n++)
        assert_int_equal(sks_memory_learn(memory, make_copy(&copy, 1 + (unsigned)n, n, 60, NULL,
                                                            n % 2 ? NOW + n : NOW + 4000LL * DAY)),
                         0);
    assert_int_equal(stat_of(memory, "senders"), 60);
    sks_memory_close(memory);
}

/* Whether any file of the store holds the text. */
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

static void write_all(struct sks_memory *memory)
{
    static const char *const to[] = {"hanako@kikan.example"};
    const struct sks_memory_mail mail = {.at = NOW,
                                         .message_id = "1@x",
                                         .from = "taro@office.example",
                                         .name = "office taro",
                                         .recipients = to,
                                         .recipient_count = 1,
                                         .mailer = "becky"};
    const struct sks_memory_verdict verdict = {.at = NOW,
                                               .message_id = "1@x",
                                               .from = "taro@office.example",
                                               .to = to,
                                               .to_count = 1,
                                               .subject = "s",
                                               .class_ = "clean",
                                               .previous = "",
                                               .because = ""};
    assert_int_equal(sks_memory_record(memory, &mail, &verdict), 0);
    assert_int_equal(ask(memory, &mail).from_sender, 1);
    assert_int_equal(ask(memory, &mail).from_sender_to_recipient, 1);
    assert_int_equal(ask(memory, &mail).from_domain, 1);
    struct sks_memory_mail other = mail;
    other.from = "else@gmail.com";
    assert_int_equal(ask(memory, &other).name_other_count, 1);
}

static void a_hashed_store_holds_no_names(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, true);
    write_all(memory);
    assert_true(sks_memory_is_hashed(memory));
    sks_memory_close(memory);
    assert_false(holds(place, "taro") || holds(place, "hanako") || holds(place, "office.example"));
    assert_true(holds(place, "becky")); /* what is looked for is looked for where it would be */
    struct stat status;
    assert_int_equal(stat(place->key, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(status.st_size, 32);
    /* It stays one, however it is opened, and is known again. */
    memory = open_store(place->file, false);
    assert_true(sks_memory_is_hashed(memory));
    struct sks_memory_profile profile;
    assert_int_equal(sks_memory_show(memory, "Taro@office.example", &profile), 0);
    assert_true(profile.found);
    assert_int_equal(profile.mails, 1);
    sks_memory_profile_finish(&profile);
    sks_memory_close(memory);
    /* Without its key, or with another's rights, it can't be used. */
    g_chmod(place->key, 0644);
    assert_int_equal(sks_memory_open(&memory, place->file, SKS_MEMORY_READ_WRITE, NULL), SKS_ERROR_FORMAT);
    g_unlink(place->key);
    assert_int_equal(sks_memory_open(&memory, place->file, SKS_MEMORY_READ_WRITE, NULL), SKS_ERROR_IO);
}

static void a_store_with_names_is_not_hashed(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, false);
    write_all(memory);
    sks_memory_close(memory);
    assert_true(holds(place, "taro@office.example"));
    struct sks_problems *problems = sks_problems_create();
    assert_int_equal(sks_memory_open_private(&memory, place->file, SKS_MEMORY_READ_WRITE, true, problems),
                     SKS_ERROR_FORMAT);
    assert_non_null(strstr(sks_problems_text(problems, 0), "holds names and addresses"));
    sks_problems_destroy(problems);
}

static void shows_what_it_knows(void **state)
{
    struct place *place = *state;
    struct sks_memory *memory = open_store(place->file, false);
    write_all(memory);
    struct sks_memory_profile profile;
    assert_int_equal(sks_memory_show(memory, "taro@OFFICE.example", &profile), 0);
    assert_int_equal(profile.name_count, 1);
    assert_string_equal(profile.names[0].value, "office taro");
    assert_int_equal(profile.recipient_count, 1);
    assert_string_equal(profile.recipients[0].value, "hanako@kikan.example");
    assert_int_equal(profile.first_seen, NOW);
    sks_memory_profile_finish(&profile);
    assert_int_equal(sks_memory_show(memory, "hanako@kikan.example", &profile), 0);
    assert_int_equal(profile.sender_count, 1);
    sks_memory_profile_finish(&profile);
    assert_int_equal(sks_memory_show(memory, "nobody@x.example", &profile), 0);
    assert_false(profile.found);
    sks_memory_profile_finish(&profile);
    sks_memory_close(memory);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(counts_copies),
        TEST(knows_specialities),
        TEST(windows_slide),
        TEST(knows_files),
        TEST(released_mail_is_known),
        TEST(what_is_old_goes),
        TEST(a_mail_from_the_future_deletes_nothing),
        TEST(a_hashed_store_holds_no_names),
        TEST(a_store_with_names_is_not_hashed),
        TEST(shows_what_it_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
