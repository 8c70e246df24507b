/* Mails that wait in the store: how they are found, changed, replaced and deleted. */
#include "tests/test.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <unistd.h>

#include "memory/memory.h"
#include "sekisho/limits.h"

#define DAY 86400
#define NOW 1700000000

struct place {
    char *folder, *file;
    struct sks_memory *memory;
};

static void open_store(struct place *place)
{
    struct sks_problems *problems = sks_problems_create();
    sks_memory_close(place->memory);
    place->memory = NULL;
    if (sks_memory_open(&place->memory, place->file, SKS_MEMORY_READ_WRITE, problems) != 0)
        fail_msg("%s", sks_problems_text(problems, 0));
    sks_problems_destroy(problems);
}

static int make_place(void **state)
{
    struct place *place = g_new0(struct place, 1);
    place->folder = g_dir_make_tmp("sekisho-waiting-XXXXXX", NULL);
    place->file = g_build_filename(place->folder, "store.db", NULL);
    *state = place;
    open_store(place);
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    struct sks_problems *problems = sks_problems_create();
    int sound = sks_memory_check(place->memory, problems);
    for (size_t i = 0; i < sks_problems_count(problems); i++)
        print_message("%s\n", sks_problems_text(problems, i));
    sks_problems_destroy(problems);
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

static const struct sks_memory_key own_keys[] = {
    {SKS_MEMORY_KEY_SENDER, "tanaka@yama.example", 0},
    {SKS_MEMORY_KEY_RECIPIENT, "suzuki@kikan.example", 0},
    {SKS_MEMORY_KEY_NAME, "", 0}, /* no key at all */
};

static struct sks_memory_keeping keeping(const char *identity, size_t size)
{
    static char bytes[1000000];
    memset(bytes, 'x', sizeof bytes);
    return (struct sks_memory_keeping){.at = NOW,
                                       .identity = identity,
                                       .locked = 1,
                                       .bytes = bytes,
                                       .size = size,
                                       .context = "how it came",
                                       .context_size = 11,
                                       .message_id = identity,
                                       .sender = "tanaka@yama.example",
                                       .subject = "件名",
                                       .files = "a.zip\nb.zip",
                                       .class_ = "clean",
                                       .keys = own_keys,
                                       .key_count = G_N_ELEMENTS(own_keys)};
}

static void keep(struct place *place, struct sks_memory_keeping kept, uint64_t total, int64_t since)
{
    bool again = true;
    const struct sks_memory_settlement settlement = {.keeping = &kept, .total_size = total, .since = since};
    assert_int_equal(sks_memory_settle(place->memory, &settlement, &again), 0);
    assert_false(again);
}

static struct sks_memory_found look(struct place *place, const struct sks_memory_key *keys, size_t count, int64_t since)
{
    struct sks_memory_found found = {0};
    assert_int_equal(sks_memory_find(place->memory, keys, count, since, &found), 0);
    return found;
}

static const struct sks_memory_key by_sender[] = {{SKS_MEMORY_KEY_SENDER, "tanaka@yama.example", 1}};

static void is_found_by_what_it_has(void **state)
{
    struct place *place = *state;
    keep(place, keeping("1@x", 500), 0, 0);
    const struct {
        const char *row;
        struct sks_memory_key keys[2];
        unsigned means;
    } rows[] = {
        {"sender", {{SKS_MEMORY_KEY_SENDER, "tanaka@yama.example", 1}, {0}}, 1},
        {"both",
         {{SKS_MEMORY_KEY_SENDER, "tanaka@yama.example", 1}, {SKS_MEMORY_KEY_RECIPIENT, "suzuki@kikan.example", 4}},
         5},
        {"another kind", {{SKS_MEMORY_KEY_COPIED, "tanaka@yama.example", 1}, {0}}, 0},
        {"another value", {{SKS_MEMORY_KEY_SENDER, "mori@yama.example", 1}, {0}}, 0},
        {"nothing", {{SKS_MEMORY_KEY_NAME, "", 1}, {SKS_MEMORY_KEY_NAME, NULL, 2}}, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_memory_found found = look(place, rows[i].keys, 2, 0);
        assert_row_int(rows[i].row, found.count, rows[i].means != 0);
        if (found.count > 0)
            assert_row_int(rows[i].row, found.items[0].means, rows[i].means);
        sks_memory_found_finish(&found);
    }
    struct sks_memory_found found = look(place, by_sender, 1, NOW);
    assert_int_equal(found.items[0].locked, 1);
    assert_true(found.items[0].kept);
    assert_string_equal(found.items[0].files, "a.zip\nb.zip");
    GBytes *bytes, *context;
    assert_int_equal(sks_memory_fetch(place->memory, &found.items[0], &bytes, &context), 0);
    assert_int_equal(g_bytes_get_size(bytes), 500);
    assert_memory_equal(g_bytes_get_data(context, NULL), "how it came", 11);
    g_bytes_unref(bytes);
    g_bytes_unref(context);
    sks_memory_found_finish(&found);
    /* Too old to be looked at, though not deleted yet. */
    found = look(place, by_sender, 1, NOW + 1);
    assert_int_equal(found.count, 0);
    sks_memory_found_finish(&found);
    /* The same bytes again are the same mail. */
    keep(place, keeping("1@x", 500), 0, 0);
    found = look(place, by_sender, 1, 0);
    assert_int_equal(found.count, 1);
    sks_memory_found_finish(&found);
}

/* Of a mailbox that gets much, only the newest are found by it; the others are known to be for it, though. */
static void a_frequent_key_is_completed(void **state)
{
    struct place *place = *state;
    const struct sks_memory_key others[] = {{SKS_MEMORY_KEY_SENDER, "mori@yama.example", 0},
                                            {SKS_MEMORY_KEY_RECIPIENT, "suzuki@kikan.example", 0}};
    keep(place, keeping("1@x", 10), 0, 0);
    for (unsigned i = 0; i < SKS_LIMIT_MEMORY_FOUND; i++) {
        char *id = g_strdup_printf("other-%u@x", i);
        struct sks_memory_keeping kept = keeping(id, 10);
        kept.keys = others;
        kept.key_count = 2;
        keep(place, kept, 0, 0);
        g_free(id);
    }
    const struct sks_memory_key keys[] = {{SKS_MEMORY_KEY_RECIPIENT, "suzuki@kikan.example", 4},
                                          {SKS_MEMORY_KEY_SENDER, "tanaka@yama.example", 1}};
    struct sks_memory_found found = look(place, keys, 2, 0);
    assert_int_equal(found.count, SKS_LIMIT_MEMORY_FOUND + 1);
    assert_string_equal(found.items[found.count - 1].message_id, "1@x");
    assert_int_equal(found.items[found.count - 1].means, 5);
    sks_memory_found_finish(&found);
}

static void is_changed_once(void **state)
{
    struct place *place = *state;
    keep(place, keeping("1@x", 500), 0, 0);
    struct sks_memory_found found = look(place, by_sender, 1, 0);
    const struct sks_memory_verdict verdict = {.at = NOW,
                                               .message_id = "1@x",
                                               .from = "tanaka@yama.example",
                                               .subject = "",
                                               .class_ = "targeted",
                                               .previous = "clean",
                                               .because = "2@x"};
    struct sks_memory_change change = {
        .waiting = &found.items[0], .locked = 1, .passwords = "one", .verdict = &verdict};
    struct sks_memory_settlement settlement = {
        .changes = &change, .change_count = 1, .found = &found, .keys = by_sender, .key_count = 1};
    bool again = true;
    assert_int_equal(sks_memory_settle(place->memory, &settlement, &again), 0);
    assert_false(again);
    assert_true(change.done);
    /* Whoever looked before is told that it is another now, and leaves nothing. */
    assert_int_equal(sks_memory_settle(place->memory, &settlement, &again), 0);
    assert_true(again);
    assert_false(change.done);
    GBytes *bytes, *context;
    assert_int_equal(sks_memory_fetch(place->memory, &found.items[0], &bytes, &context), SKS_ERROR_UNAVAILABLE);
    sks_memory_found_finish(&found);
    found = look(place, by_sender, 1, 0);
    assert_string_equal(found.items[0].passwords, "one");
    assert_string_equal(found.items[0].class_, "targeted");
    /* Nothing is locked and nothing known any more: it goes. */
    change = (struct sks_memory_change){.waiting = &found.items[0], .verdict = &verdict};
    assert_int_equal(sks_memory_settle(place->memory, &settlement, &again), 0);
    assert_false(again);
    sks_memory_found_finish(&found);
    found = look(place, by_sender, 1, 0);
    assert_int_equal(found.count, 0);
    sks_memory_found_finish(&found);
}

static void a_mail_that_came_meanwhile_is_noticed(void **state)
{
    struct place *place = *state;
    struct sks_memory_found found = look(place, by_sender, 1, 0);
    keep(place, keeping("1@x", 500), 0, 0);
    struct sks_memory_keeping mine = keeping("2@x", 500);
    const struct sks_memory_key other[] = {{SKS_MEMORY_KEY_SENDER, "mori@yama.example", 1}};
    struct sks_memory_settlement settlement = {.keeping = &mine, .found = &found, .keys = by_sender, .key_count = 1};
    bool again = false;
    assert_int_equal(sks_memory_settle(place->memory, &settlement, &again), 0);
    assert_true(again);
    settlement.keys = other;
    assert_int_equal(sks_memory_settle(place->memory, &settlement, &again), 0);
    assert_false(again);
    sks_memory_found_finish(&found);
    found = look(place, by_sender, 1, 0);
    assert_int_equal(found.count, 2);
    assert_string_equal(found.items[0].message_id, "2@x");
    sks_memory_found_finish(&found);
}

static void the_oldest_make_room(void **state)
{
    struct place *place = *state;
    for (int i = 0; i < 6; i++) {
        char id[8];
        g_snprintf(id, sizeof id, "%d@x", i);
        struct sks_memory_keeping kept = keeping(id, 300000);
        kept.at = NOW + i;
        keep(place, kept, 1000000, 0);
    }
    struct sks_memory_found found = look(place, by_sender, 1, 0);
    assert_int_equal(found.count, 3);
    assert_string_equal(found.items[2].message_id, "3@x");
    sks_memory_found_finish(&found);
    /* What could never fit leaves its digests, and nobody has to go. */
    keep(place, keeping("large@x", 1000000), 900000, 0);
    found = look(place, by_sender, 1, 0);
    assert_int_equal(found.count, 4);
    assert_string_equal(found.items[0].message_id, "large@x");
    assert_false(found.items[0].kept);
    assert_true(found.items[1].kept);
    sks_memory_found_finish(&found);
}

/* A small mail to many takes more for its keys than for its bytes. */
static void keys_take_room(void **state)
{
    struct place *place = *state;
    struct sks_memory_key keys[201] = {{SKS_MEMORY_KEY_SENDER, "tanaka@yama.example", 0}};
    char copied[200][16];
    for (size_t i = 0; i < G_N_ELEMENTS(copied); i++) {
        g_snprintf(copied[i], sizeof copied[i], "c%zu@x", i);
        keys[i + 1] = (struct sks_memory_key){SKS_MEMORY_KEY_COPIED, copied[i], 0};
    }
    for (int i = 0; i < 10; i++) {
        char id[8];
        g_snprintf(id, sizeof id, "%d@x", i);
        struct sks_memory_keeping kept = keeping(id, 2000);
        kept.at = NOW + i;
        kept.keys = keys;
        kept.key_count = G_N_ELEMENTS(keys);
        keep(place, kept, 64 * 1024, 0);
    }
    struct sks_memory_found found = look(place, by_sender, 1, 0);
    assert_int_equal(found.count, 4);
    sks_memory_found_finish(&found);
}

static bool file_holds(const struct place *place, const char *ending, const char *bytes)
{
    char *file = g_strconcat(place->file, ending, NULL), *content = NULL;
    gsize size = 0;
    bool found =
        g_file_get_contents(file, &content, &size, NULL) && memmem(content, size, bytes, strlen(bytes)) != NULL;
    g_free(content);
    g_free(file);
    return found;
}

static void what_is_deleted_is_gone(void **state)
{
    struct place *place = *state;
    for (int i = 0; i < 10; i++) {
        char id[16];
        g_snprintf(id, sizeof id, "secret-%d@x", i);
        keep(place, keeping(id, 100000), 0, NOW - 7 * DAY);
    }
    assert_true(file_holds(place, "-wal", "secret-3@x"));
    struct sks_memory_keeping late = keeping("late@x", 500);
    late.at = NOW + 8 * DAY;
    keep(place, late, 0, NOW + DAY);
    sks_memory_tidy(place->memory);
    struct sks_memory_found found = look(place, by_sender, 1, 0);
    assert_int_equal(found.count, 1);
    sks_memory_found_finish(&found);
    assert_false(file_holds(place, "-wal", "secret-"));
    assert_false(file_holds(place, "", "secret-"));
    assert_true(file_holds(place, "", "late@x"));
}

/* A store of version 1 had no mails that wait, and none that were reported. */
static void an_older_store_is_brought_up_to_date(void **state)
{
    struct place *place = *state;
    sks_memory_close(place->memory);
    place->memory = NULL;
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(place->file, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database,
                                  "DROP TABLE person; DROP INDEX domain_frequent;"
                                  "DROP TABLE hand; DROP TABLE wave; DROP TABLE wave_band; DROP TABLE wave_member;"
                                  "DROP TABLE exception; DROP INDEX pair_recipient; DROP INDEX name_party;"
                                  "ALTER TABLE party DROP COLUMN touched; ALTER TABLE party DROP COLUMN aged;"
                                  "ALTER TABLE domain DROP COLUMN touched; DELETE FROM meta WHERE key = 'privacy';"
                                  "DELETE FROM counter WHERE name <> 'mails';"
                                  "DROP TABLE waiting; DROP TABLE waiting_key; DROP TABLE waiting_mail;"
                                  "ALTER TABLE verdict DROP COLUMN evidence; ALTER TABLE verdict DROP COLUMN content;"
                                  "ALTER TABLE domain DROP COLUMN senders;"
                                  "DROP TABLE report; DROP TABLE report_mail;"
                                  "DROP TABLE held; DROP TABLE notice;"
                                  "DROP TRIGGER party_comes; DROP TRIGGER party_goes; DROP TRIGGER domain_comes;"
                                  "DROP TRIGGER domain_goes; DROP INDEX verdict_exchange; DROP INDEX verdict_anew;"
                                  "ALTER TABLE verdict DROP COLUMN party; ALTER TABLE verdict DROP COLUMN standing;"
                                  "ALTER TABLE verdict DROP COLUMN carried;"
                                  "UPDATE meta SET value = '1' WHERE key = 'schema'",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(database);
    /* Who only reads it brings it up to date, too, where the file can be written. */
    struct sks_memory *memory = NULL;
    assert_int_equal(sks_memory_open(&memory, place->file, SKS_MEMORY_READ_ONLY, NULL), 0);
    sks_memory_close(memory);
    open_store(place);
    keep(place, keeping("1@x", 500), 0, 0);
    struct sks_memory_found found = look(place, by_sender, 1, 0);
    assert_int_equal(found.count, 1);
    sks_memory_found_finish(&found);
}

int main(void)
{
#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)
    const struct CMUnitTest tests[] = {
        PLACED(is_found_by_what_it_has), PLACED(a_frequent_key_is_completed),
        PLACED(is_changed_once),         PLACED(a_mail_that_came_meanwhile_is_noticed),
        PLACED(the_oldest_make_room),    PLACED(keys_take_room),
        PLACED(what_is_deleted_is_gone), PLACED(an_older_store_is_brought_up_to_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
