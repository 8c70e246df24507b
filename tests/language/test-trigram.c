/*
 * The trigram model's view of a sentence: what grammars say of particles, plain and polite alike; and tables that are
 * none. All sentences were written for this test.
 */
#include "tests/test.h"

#include <string.h>

#include <glib.h>

#include "language/morpheme.h"
#include "language/trigram-file.h"

enum { MOST = 64, NOTHING_FITS = -100 };

struct world {
    struct sks_morphemes *morphemes;
    struct sks_trigram_file file;
    struct sks_trigram trigram;
    struct sks_trigram_words words;
    struct sks_trigram_seen seen[MOST];
    size_t count;
};

static int open_world(void **state)
{
    struct world *world = g_new0(struct world, 1);
    *state = world;
    sks_trigram_words_init(&world->words);
    char *path = sks_trigram_file_path();
    int result = sks_trigram_file_open(&world->file, &world->trigram, path, NULL, NULL);
    g_free(path);
    sks_trigram_keep(&world->trigram);
    return result != 0 || sks_morphemes_create(&world->morphemes, NULL) != 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    sks_trigram_words_finish(&world->words);
    sks_trigram_finish(&world->trigram);
    sks_morphemes_destroy(world->morphemes);
    sks_trigram_file_close(&world->file);
    g_free(world);
    return 0;
}

/* What is seen of the first morpheme that reads so; of the first of all if there is none. */
static const struct sks_trigram_seen *judge(struct world *world, const char *text, const char *word)
{
    size_t count, next = 0, found = 0;
    struct sks_sentence sentence;
    const struct sks_morpheme *read = sks_morphemes_read(&count, world->morphemes, text, strlen(text));
    assert_true(sks_sentence_next(&sentence, &next, text, read, count));
    assert_true(sentence.count <= MOST);
    sks_trigram_judge(world->seen, &world->words, &world->trigram, &sentence);
    world->count = sentence.count;
    for (size_t i = sentence.count; i-- > 0;) {
        const struct sks_morpheme *morpheme = &sentence.morphemes[i];
        size_t size = morpheme->end - morpheme->start;
        if (size == strlen(word) && memcmp(sentence.line + morpheme->start, word, size) == 0)
            found = i;
    }
    return &world->seen[found];
}

static void a_wrong_particle_has_a_better_one(void **state)
{
    struct world *world = *state;
    enum { GA = 2, WO = 3, NI = 4, DE = 5 };
    static const struct {
        const char *wrong, *particle;
        uint8_t better;
    } rows[] = {
        {"病院に働いている。", "に", DE}, {"病院に働いています。", "に", DE}, {"資料が送った。", "が", WO},
        {"資料が送りました。", "が", WO}, {"東京で住んでいる。", "で", NI},   {"東京で住んでいます。", "で", NI},
        {"会議を参加した。", "を", NI},   {"会議を参加しました。", "を", NI}, {"本が読んだ。", "が", WO},
        {"電車を乗った。", "を", NI},     {"大学を入学した。", "を", NI},     {"計画を賛成した。", "を", NI},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct sks_trigram_seen *seen = judge(world, rows[i].wrong, rows[i].particle);
        assert_row_int(rows[i].wrong, seen->instead > 0, 1);
        assert_row_int(rows[i].wrong, seen->instead_by, rows[i].better);
    }
}

static void a_right_particle_is_left_alone(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *right, *particle;
    } rows[] = {
        {"病院で働いている。", "で"}, {"東京に住んでいる。", "に"},   {"東京に住んでいます。", "に"},
        {"本を読んだ。", "を"},       {"大学に入学した。", "に"},     {"大学に入学しました。", "に"},
        {"計画に反対した。", "に"},   {"会議に参加しました。", "に"}, {"電車に乗った。", "に"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_row_int(rows[i].right, judge(world, rows[i].right, rows[i].particle)->instead > 0, 0);
}

static void a_predicate_behind_another_phrase_counts(void **state)
{
    struct world *world = *state;
    assert_true(judge(world, "資料が昨日送った。", "が")->far > judge(world, "資料を昨日送った。", "を")->far);
    assert_true(judge(world, "大学を去年入学した。", "を")->far > judge(world, "大学に去年入学した。", "に")->far);
    assert_true(judge(world, "本を読んだ。", "を")->far < NOTHING_FITS);
}

static void politeness_changes_nothing(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *polite, *plain, *polite_word, *plain_word;
    } rows[] = {
        {"資料を送ります。", "資料を送る。", "送り", "送る"},
        {"本を読みました。", "本を読む。", "読み", "読む"},
        {"東京は便利です。", "東京は便利である。", "便利", "便利"},
        {"値段が高いです。", "値段が高い。", "高い", "高い"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int polite = judge(world, rows[i].polite, rows[i].polite_word)->cost;
        assert_row_int(rows[i].polite, polite, judge(world, rows[i].plain, rows[i].plain_word)->cost);
    }
    judge(world, "本を読みました。", "");
    assert_int_equal(world->seen[3].cost, 0);
    assert_int_equal(world->seen[4].cost, 0);
}

static void missing_and_needless_words_show(void **state)
{
    struct world *world = *state;
    assert_true(judge(world, "携帯電話を買った。", "電話")->before < 0);
    assert_true(judge(world, "東京住んでいる。", "住ん")->before > 0);
    assert_true(judge(world, "東京ににある会社。", "に")->without > judge(world, "東京にある会社。", "に")->without);
}

static void strange_words_cost_the_same_everywhere(void **state)
{
    struct world *world = *state;
    static const char *const texts[] = {
        "Xyzzyをください。", "𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷", "。", "、。、。", "ます", "た", "2026年11月"};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        judge(world, texts[i], "");
        for (size_t k = 0; k < world->count; k++) {
            assert_row_int(texts[i], world->seen[k].cost >= 0 && world->seen[k].cost < 3000, 1);
            assert_row_int(texts[i], world->seen[k].alone >= 0 && world->seen[k].alone < 3000, 1);
        }
    }
    const struct sks_trigram_seen *seen = judge(world, "Xyzzyをください。", "Xyzzy");
    assert_int_equal(seen->cost, seen->alone);
}

static void a_damaged_table_is_refused(void **state)
{
    struct world *world = *state;
    struct sks_trigram trigram;
    static const struct {
        const char *name;
        size_t at;
        uint32_t value;
    } rows[] = {
        {"magic", 0, 0x4b4b4b4b},
        {"no bits", 8, 0},
        {"bits", 8, 31},
        {"no words", 12, 0},
        {"words", 12, 1u << 20},
        {"no pairs", 16, 0},
        {"pairs", 16, UINT32_MAX},
        {"no triples", 20, 0},
        {"triples", 20, UINT32_MAX},
        {"sentence begins", 24, 1u << 17},
        {"sentence ends", 28, UINT32_MAX},
    };
    uint8_t *copy = g_memdup2(world->file.bytes, world->file.size);
    assert_int_equal(sks_trigram_read(&trigram, copy, world->file.size), 0);
    for (size_t size = 0; size < 2 * SKS_TRIGRAM_HEADER; size++)
        assert_int_equal(sks_trigram_read(&trigram, copy, size), SKS_ERROR_FORMAT);
    assert_int_equal(sks_trigram_read(&trigram, copy, world->file.size - 1), SKS_ERROR_FORMAT);
    assert_int_equal(sks_trigram_read(&trigram, copy + 1, world->file.size - 1), SKS_ERROR_FORMAT);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        uint32_t kept;
        memcpy(&kept, copy + rows[i].at, sizeof(kept));
        memcpy(copy + rows[i].at, &rows[i].value, sizeof(kept));
        assert_row_int(rows[i].name, sks_trigram_read(&trigram, copy, world->file.size), SKS_ERROR_FORMAT);
        memcpy(copy + rows[i].at, &kept, sizeof(kept));
    }
    g_free(copy);
}

/* Whatever stands in the buckets and the words, nothing outside of the table is read. */
static void a_table_of_noise_harms_nothing(void **state)
{
    struct world *world = *state;
    uint8_t *copy = g_memdup2(world->file.bytes, world->file.size);
    uint32_t noise = 1;
    for (size_t i = SKS_TRIGRAM_HEADER; i < world->file.size; i++) {
        noise = noise * 1664525u + 1013904223u;
        copy[i] = (uint8_t)(noise >> 24);
    }
    struct sks_trigram kept = world->trigram;
    assert_int_equal(sks_trigram_read(&world->trigram, copy, world->file.size), 0);
    judge(world, "昨日のお客様に説明した資料を明日までにお送りいたします。", "");
    world->trigram = kept;
    g_free(copy);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_particle_has_a_better_one),
        cmocka_unit_test(a_right_particle_is_left_alone),
        cmocka_unit_test(a_predicate_behind_another_phrase_counts),
        cmocka_unit_test(politeness_changes_nothing),
        cmocka_unit_test(missing_and_needless_words_show),
        cmocka_unit_test(strange_words_cost_the_same_everywhere),
        cmocka_unit_test(a_damaged_table_is_refused),
        cmocka_unit_test(a_table_of_noise_harms_nothing),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
