/* Training: folds, drawing, sigmoids, rates against known values; a whole training on invented mail, twice. */
#include "tests/test.h"

#include <math.h>

#include "model/model.h"
#include "model/package.h"
#include "model/rates.h"
#include "model/sigmoid.h"
#include "model/train.h"

#define ROWS 360

static const enum sks_sense senses[] = {SKS_SENSE_BULK, SKS_SENSE_CLEAN, SKS_SENSE_TARGETED, SKS_SENSE_TARGETED};

static const char *const schema[] = {"bulk.wording", "clean.answers", "lure.request", "lure.wording"};
#define FEATURES G_N_ELEMENTS(schema)

struct corpus {
    struct sks_row rows[ROWS];
    double values[ROWS][FEATURES];
    GArray *grams[ROWS];
    char *groups[ROWS];
};

static void set_text(double *values, const struct sks_text_prediction *scores)
{
    values[0] = CLAMP(scores->bulk / 8, 0, 1);
    values[3] = CLAMP(scores->targeted / 8, 0, 1);
}

/* Twenty words, of which each class prefers its own. */
static GArray *make_grams(GRand *random, size_t class_)
{
    char *words[20];
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        gint32 word = g_rand_int_range(random, 0, 30);
        gboolean own = g_rand_double(random) < 0.4;
        words[i] = g_strdup_printf("%c%c", own ? (char)('a' + class_) : 'x', 'a' + word % 26);
    }
    struct sks_text_field field = {.kind = "body", .words = (const char *const *)words, .count = G_N_ELEMENTS(words)};
    GArray *grams = sks_text_grams(&field, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        g_free(words[i]);
    return grams;
}

static struct corpus *make_corpus(void)
{
    struct corpus *corpus = g_new0(struct corpus, 1);
    GRand *random = g_rand_new_with_seed(5);
    for (size_t i = 0; i < ROWS; i++) {
        size_t class_ = i % SKS_CLASS_COUNT;
        corpus->grams[i] = make_grams(random, class_);
        corpus->groups[i] = g_strdup_printf("%zu-%zu", class_, i / SKS_CLASS_COUNT % 12);
        corpus->values[i][1] = class_ == SKS_CLASS_CLEAN && g_rand_boolean(random);
        corpus->values[i][2] = class_ == SKS_CLASS_TARGETED ? g_rand_double(random) : 0;
        corpus->rows[i] = (struct sks_row){
            .class_ = (enum sks_class)class_,
            .japanese = i % 2 == 0,
            .group = corpus->groups[i],
            .values = corpus->values[i],
            .grams = (const uint32_t *)(const void *)corpus->grams[i]->data,
            .gram_count = corpus->grams[i]->len,
        };
    }
    g_rand_free(random);
    return corpus;
}

static void free_corpus(struct corpus *corpus)
{
    for (size_t i = 0; i < ROWS; i++) {
        g_array_unref(corpus->grams[i]);
        g_free(corpus->groups[i]);
    }
    g_free(corpus);
}

static GBytes *train_corpus(struct corpus *corpus, unsigned workers)
{
    struct sks_training training = {
        .rows = corpus->rows,
        .count = ROWS,
        .schema = schema,
        .schema_count = FEATURES,
        .senses = senses,
        .set_text = set_text,
        .description = json_object(),
        .dated = "2020-02-02",
        .targeted_rate = 0.01,
        .bulk_rate = 0.01,
        .workers = workers,
    };
    GBytes *package = NULL;
    assert_int_equal(sks_train(&package, &training, NULL), 0);
    json_decref(training.description);
    return package;
}

/* What the manifest says of mail held out: each row once, by language and class, and few of these easy ones wrong. */
static void assert_held_out(GBytes *bytes)
{
    static const char *const languages[] = {"ja", "other"};
    struct sks_package package;
    assert_int_equal(sks_package_read(&package, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "x", NULL), 0);
    const json_t *evaluation = json_object_get(package.manifest, "evaluation");
    size_t right = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(languages); i++) {
        const json_t *table = json_object_get(json_object_get(evaluation, "held_out"), languages[i]);
        for (size_t class_ = 0; class_ < SKS_CLASS_COUNT; class_++) {
            const json_t *row = json_object_get(table, sks_class_name((enum sks_class)class_));
            json_int_t sum = 0;
            for (size_t called = 0; called < SKS_CLASS_COUNT; called++)
                sum += json_integer_value(json_object_get(row, sks_class_name((enum sks_class)called)));
            right += (size_t)json_integer_value(json_object_get(row, sks_class_name((enum sks_class)class_)));
            assert_int_equal(sum, ROWS / SKS_CLASS_COUNT / G_N_ELEMENTS(languages));
        }
    }
    assert_in_range(right, ROWS * 8 / 10, ROWS);
    sks_package_finish(&package);
}

static void test_training(void **state)
{
    (void)state;
    struct corpus *corpus = make_corpus();
    g_autoptr(GBytes) package = train_corpus(corpus, 1);
    memset(corpus->values[0], 0, sizeof(double)); /* what training filled in is no input */
    g_autoptr(GBytes) again = train_corpus(corpus, 2);
    assert_true(g_bytes_equal(package, again));

    struct sks_model *model = NULL;
    assert_int_equal(sks_model_load_bytes(&model, g_bytes_get_data(package, NULL), g_bytes_get_size(package), "x",
                                          schema, FEATURES, NULL),
                     0);
    assert_true(g_str_has_prefix(sks_model_version(model), "2020-02-02-"));
    assert_held_out(package);
    /* The classes' own words decide; the language says nothing. */
    static const char *const words[SKS_CLASS_COUNT][4] = {
        {"aa", "ab", "ac", "ad"}, {"ba", "bb", "bc", "bd"}, {"ca", "cb", "cc", "cd"}};
    for (size_t i = 0; i < SKS_CLASS_COUNT; i++) {
        struct sks_text_field field = {.kind = "body", .words = words[i], .count = 4};
        struct sks_text_prediction text;
        sks_model_predict_text(model, &field, 1, &text);
        assert_true(i == SKS_CLASS_BULK ? text.bulk > 1 : i == SKS_CLASS_TARGETED || text.bulk < -1);
        assert_true(i == SKS_CLASS_TARGETED ? text.targeted > 1 : i == SKS_CLASS_BULK || text.targeted < -1);
        double values[FEATURES] = {0, i == SKS_CLASS_CLEAN, i == SKS_CLASS_TARGETED, 0};
        set_text(values, &text);
        struct sks_prediction prediction;
        sks_model_predict(model, values, &prediction, NULL, NULL);
        assert_int_equal(prediction.class_, i);
    }
    sks_model_destroy(model);
    free_corpus(corpus);
}

static void test_too_little(void **state)
{
    (void)state;
    struct corpus *corpus = make_corpus();
    for (size_t i = 0; i < ROWS; i++)
        if (corpus->rows[i].class_ == SKS_CLASS_TARGETED)
            corpus->rows[i].group = "one family";
    struct sks_training training = {.rows = corpus->rows, .count = ROWS, .schema = schema, .schema_count = FEATURES};
    struct sks_problems *problems = sks_problems_create();
    GBytes *package = NULL;
    assert_int_equal(sks_train(&package, &training, problems), SKS_ERROR_FORMAT);
    assert_null(package);
    assert_string_equal(sks_problems_text(problems, 0),
                        "targeted: 1 campaigns, families or days to learn from; at least 5 are needed");
    sks_problems_destroy(problems);
    free_corpus(corpus);
}

/* Relatives stay together, and the folds are about equal. */
static void test_folds(void **state)
{
    (void)state;
    struct corpus *corpus = make_corpus();
    unsigned folds[ROWS];
    size_t sizes[SKS_FOLD_COUNT] = {0};
    sks_folds_assign(folds, corpus->rows, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        sizes[folds[i]]++;
        for (size_t j = 0; j < i; j++)
            assert_true(strcmp(corpus->groups[i], corpus->groups[j]) != 0 || folds[i] == folds[j]);
    }
    for (size_t i = 0; i < SKS_FOLD_COUNT; i++)
        assert_in_range(sizes[i], 50, 100);
    free_corpus(corpus);
}

static void test_draw(void **state)
{
    (void)state;
    struct corpus *corpus = make_corpus();
    unsigned folds[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        corpus->rows[i].japanese = corpus->rows[i].class_ == SKS_CLASS_BULK && i < 30; /* 10 rows only */
        folds[i] = i >= ROWS / 2;
    }
    static const struct {
        size_t budget;
        unsigned copies, left_out;
        guint want;
    } rows[] = {
        {50, 1, SKS_NO_FOLD, 50 * 3 + 10},
        {50, 3, SKS_NO_FOLD, 50 * 3 + 30},
        {1000, 1, SKS_NO_FOLD, ROWS},
        {1000, 1, 0, ROWS / 2},
        {1000, 2, 1, ROWS},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GArray) drawn =
            sks_rows_draw(corpus->rows, folds, ROWS, rows[i].left_out, SKS_DRAW_WORDS, rows[i].budget, rows[i].copies);
        assert_int_equal(drawn->len, rows[i].want);
        for (guint j = 0; j < drawn->len; j++)
            assert_true(folds[g_array_index(drawn, size_t, j)] != rows[i].left_out);
    }
    /* Groups take turns: of 36 groups (12 for each class, a language alone), 12 rows of each class cover all. */
    g_autoptr(GArray) drawn = sks_rows_draw(corpus->rows, folds, ROWS, SKS_NO_FOLD, SKS_DRAW_WORDS, 12, 1);
    g_autoptr(GHashTable) groups = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < drawn->len; i++)
        g_hash_table_add(groups, corpus->groups[g_array_index(drawn, size_t, i)]);
    assert_int_equal(g_hash_table_size(groups), 36);
    free_corpus(corpus);
}

/* For the classes, rows of another era only fill what the others leave; words are learned from all alike. */
static void test_draw_old(void **state)
{
    (void)state;
    struct corpus *corpus = make_corpus();
    unsigned folds[ROWS] = {0};
    size_t recent = 0, last = SKS_CLASS_TARGETED;
    for (size_t i = 0; i < ROWS; i++) {
        corpus->rows[i].old = i / 36 % 2 == 0 || corpus->rows[i].class_ == last; /* of one class all */
        recent += !corpus->rows[i].old;
    }
    static const struct {
        enum sks_draw draw;
        size_t budget;
        bool only_recent;
    } draws[] = {{SKS_DRAW_CLASSES, 10, true}, {SKS_DRAW_CLASSES, 1000, false}, {SKS_DRAW_WORDS, 10, false}};
    for (size_t i = 0; i < G_N_ELEMENTS(draws); i++) {
        g_autoptr(GArray) drawn =
            sks_rows_draw(corpus->rows, folds, ROWS, SKS_NO_FOLD, draws[i].draw, draws[i].budget, 1);
        size_t old = 0;
        for (guint j = 0; j < drawn->len; j++) {
            const struct sks_row *row = &corpus->rows[g_array_index(drawn, size_t, j)];
            old += row->class_ != last && row->old;
        }
        assert_int_equal(old == 0, draws[i].only_recent);
        assert_int_equal(drawn->len, MIN(draws[i].budget * 6, ROWS));
    }
    assert_true(recent >= 20);
    free_corpus(corpus);
}

/*
 * By hand: at f = 1 three of four are of the first class, at f = -1 one of four. With libsvm's targets (5/6 and 1/6)
 * the best probability at f = 1 is (3 * 5/6 + 1/6) / 4 = 2/3, hence a = -ln 2 and b = 0.
 */
static void test_sigmoid(void **state)
{
    (void)state;
    static const double values[] = {1, 1, 1, 1, -1, -1, -1, -1};
    static const gboolean first[] = {TRUE, TRUE, TRUE, FALSE, TRUE, FALSE, FALSE, FALSE};
    double a, b;
    sks_sigmoid_fit(&a, &b, values, first, NULL, G_N_ELEMENTS(values));
    assert_true(fabs(a + log(2)) < 1e-5);
    assert_true(fabs(b) < 1e-5);
    /* A weight of two is a row written twice. */
    static const double fewer[] = {1, 1, 1, -1, -1, -1}, weights[] = {2, 1, 1, 1, 1, 2};
    static const gboolean fewer_first[] = {TRUE, TRUE, FALSE, TRUE, FALSE, FALSE};
    double weighted_a, weighted_b;
    sks_sigmoid_fit(&weighted_a, &weighted_b, fewer, fewer_first, weights, G_N_ELEMENTS(fewer));
    assert_true(fabs(weighted_a - a) < 1e-9 && fabs(weighted_b - b) < 1e-9);
}

static void test_threshold(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double scores[6];
        size_t count;
        double rate;
        size_t want;
    } rows[] = {
        {"none may reach it", {5, 1, 4, 2, 3}, 5, 0, 0},
        {"too few for the rate", {5, 1, 4, 2, 3}, 5, 0.1, 0},
        {"one of five", {5, 1, 4, 2, 3}, 5, 0.2, 1},
        {"two of five", {5, 1, 4, 2, 3}, 5, 0.4, 2},
        {"equal scores fall together", {5, 4, 4, 4, 3}, 5, 0.4, 1},
        {"all equal", {4, 4, 4, 4, 4}, 5, 0.4, 0},
        {"one score", {4}, 1, 0.4, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        double scores[6];
        memcpy(scores, rows[i].scores, sizeof(scores));
        double threshold = sks_rates_threshold(scores, rows[i].count, rows[i].rate);
        assert_row_int(rows[i].name, sks_rates_reaching(scores, rows[i].count, threshold), rows[i].want);
    }
}

/* Values of Clopper and Pearson's interval as tables give them, and 1 - 0.025^(1/n) for none found. */
static void test_interval(void **state)
{
    (void)state;
    static const struct {
        size_t found, count;
        double low, high;
    } rows[] = {
        {0, 10, 0, 0.30850},        {5, 10, 0.18709, 0.81291},    {10, 10, 0.69150, 1},
        {1, 100, 0.00025, 0.05446}, {0, 3750, 0, 0.00098},        {0, 0, 0, 1},
        {20000, 20000, 0.99982, 1}, {50, 1000, 0.03734, 0.06539},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_interval got = sks_rates_interval(rows[i].found, rows[i].count);
        if (fabs(got.low - rows[i].low) > 6e-6 || fabs(got.high - rows[i].high) > 6e-6)
            fail_msg("%zu of %zu: %.6f to %.6f", rows[i].found, rows[i].count, got.low, got.high);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_training),  cmocka_unit_test(test_too_little), cmocka_unit_test(test_folds),
        cmocka_unit_test(test_draw),      cmocka_unit_test(test_draw_old),   cmocka_unit_test(test_sigmoid),
        cmocka_unit_test(test_threshold), cmocka_unit_test(test_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
