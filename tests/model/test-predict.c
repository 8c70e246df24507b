/* Prediction: the same as libsvm's own on the reloaded model; contributions add up; the text model by hand. */
#include "tests/test.h"

#include <math.h>

#include "model/campaigns.h"
#include "model/model.h"
#include "tests/model/fixture.h"

struct fixture {
    struct rows *rows;
    struct svm_model *reloaded; /* by libsvm, from the file that it wrote */
    struct sks_model *model;
};

static int setup(void **state)
{
    struct fixture *fixture = g_new0(struct fixture, 1);
    fixture->rows = make_rows(11);
    struct svm_model *trained = train_rows(fixture->rows);
    g_autofree char *file = NULL;
    g_autoptr(GBytes) classes = save_model(trained, &file);
    svm_free_and_destroy_model(&trained);
    fixture->reloaded = svm_load_model(file);
    g_unlink(file);
    g_autoptr(GBytes) text = make_text_model();
    g_autoptr(GBytes) bytes = NULL;
    struct sks_package package = {.manifest = make_manifest(), .classes = classes, .text = text};
    assert_int_equal(sks_package_write(&bytes, &package), 0);
    json_decref(package.manifest);
    assert_int_equal(sks_model_load_bytes(&fixture->model, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                                          "test.model", schema, FEATURES, NULL),
                     0);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    svm_free_and_destroy_model(&fixture->reloaded);
    sks_model_destroy(fixture->model);
    g_free(fixture->rows);
    g_free(fixture);
    return 0;
}

static void test_probabilities(void **state)
{
    struct fixture *fixture = *state;
    assert_non_null(fixture->reloaded);
    assert_string_equal(sks_model_version(fixture->model), "test-1");
    for (size_t i = 0; i < ROWS; i++) {
        double want[SKS_CLASS_COUNT];
        svm_predict_probability(fixture->reloaded, fixture->rows->x[i], want);
        struct sks_prediction got;
        sks_model_predict(fixture->model, fixture->rows->values[i], &got, NULL, NULL);
        double sum = 0;
        for (size_t j = 0; j < SKS_CLASS_COUNT; j++) {
            assert_true(fabs(got.probability[j] - want[j]) < 1e-9);
            sum += got.probability[j];
        }
        assert_true(fabs(sum - 1) < 1e-9);
    }
}

/* The scores are libsvm's sigmoids, read as log-odds; what each feature adds to them is told without remainder. */
static void test_contributions(void **state)
{
    struct fixture *fixture = *state;
    const struct svm_model *libsvm = fixture->reloaded;
    for (size_t i = 0; i < ROWS; i++) {
        double decision[SKS_CLASS_COUNT], targeted[FEATURES], bulk[FEATURES];
        svm_predict_values(libsvm, fixture->rows->x[i], decision);
        struct sks_prediction got;
        sks_model_predict(fixture->model, fixture->rows->values[i], &got, targeted, bulk);
        assert_true(fabs(got.bulk_score - (libsvm->probA[0] * decision[0] + libsvm->probB[0])) < 1e-9);
        assert_true(fabs(got.score - (libsvm->probA[1] * decision[1] + libsvm->probB[1])) < 1e-9);
        double score = got.bias, bulk_score = got.bulk_bias;
        for (size_t j = 0; j < FEATURES; j++) {
            score += targeted[j];
            bulk_score += bulk[j];
            assert_true(fixture->rows->values[i][j] != 0 || (targeted[j] == 0 && bulk[j] == 0));
        }
        assert_true(score == got.score && bulk_score == got.bulk_score);
    }
}

/* The worst of any readings is not below any of them, and is told without remainder. */
static void test_worst(void **state)
{
    struct fixture *fixture = *state;
    GRand *random = g_rand_new_with_seed(5);
    for (unsigned round = 0; round < 2000; round++) {
        const double *readings[4];
        size_t count = (size_t)g_rand_int_range(random, 1, 5);
        for (size_t i = 0; i < count; i++)
            readings[i] = fixture->rows->values[g_rand_int_range(random, 0, ROWS)];
        struct sks_prediction worst, alone;
        double contribution[FEATURES], bulk[FEATURES], score, bulk_score, sum = 0;
        sks_model_predict_worst(fixture->model, readings, count, (struct sks_resemblance){0}, &worst, contribution,
                                bulk);
        for (size_t i = 0; i < count; i++) {
            sks_model_predict(fixture->model, readings[i], &alone, NULL, NULL);
            assert_true(worst.class_ >= alone.class_);
            assert_true(worst.score >= alone.score - 1e-9 && worst.bulk_score >= alone.bulk_score - 1e-9);
            assert_true(worst.probability[SKS_CLASS_TARGETED] >= alone.probability[SKS_CLASS_TARGETED] - 1e-9);
            assert_true(count > 1 || (worst.score == alone.score && worst.class_ == alone.class_));
        }
        score = worst.bias;
        bulk_score = worst.bulk_bias;
        for (size_t i = 0; i < FEATURES; i++) {
            score += contribution[i];
            bulk_score += bulk[i];
        }
        for (size_t i = 0; i < SKS_CLASS_COUNT; i++)
            sum += worst.probability[i];
        assert_true(score == worst.score && bulk_score == worst.bulk_score && fabs(sum - 1) < 1e-9);
    }
    g_rand_free(random);
}

static void test_thresholds(void **state)
{
    struct fixture *fixture = *state;
    const struct svm_model *libsvm = fixture->reloaded;
    size_t seen[SKS_CLASS_COUNT] = {0};
    for (size_t i = 0; i < ROWS; i++) {
        double decision[SKS_CLASS_COUNT];
        svm_predict_values(libsvm, fixture->rows->x[i], decision);
        double odds[SKS_CLASS_COUNT];
        for (size_t pair = 0; pair < SKS_CLASS_COUNT; pair++)
            odds[pair] = libsvm->probA[pair] * decision[pair] + libsvm->probB[pair];
        /* Odds of bulk and of targeted against clean, added up; targeted must be e times likelier than bulk. */
        double alarm = log(exp(odds[0]) + exp(odds[1]));
        bool leads = odds[2] > 1;
        enum sks_class want = alarm >= 0.5 && leads ? SKS_CLASS_TARGETED
                              : odds[0] >= 0.25     ? SKS_CLASS_BULK
                                                    : SKS_CLASS_CLEAN;
        struct sks_prediction got;
        sks_model_predict(fixture->model, fixture->rows->values[i], &got, NULL, NULL);
        assert_int_equal(got.class_, want);
        assert_true(fabs(got.alarm - alarm) < 1e-9);
        assert_true(fabs(got.rank + log(exp(-odds[1]) + exp(-odds[2]))) < 1e-9);
        assert_true(got.leads == leads);
        assert_true(got.beats_bulk == (odds[2] > 0));
        seen[want]++;
    }
    for (size_t i = 0; i < SKS_CLASS_COUNT; i++)
        assert_true(seen[i] > 20);
}

/*
 * By hand, from the fixture's numbers: a gram weighs 1 / sqrt(known + 16). "interview" alone: known 1,
 * targeted 2 * (-1 + 0.5 * 100 / sqrt(17)) + 0.5 = 22.75 -> 8; bulk -2 + 0.25 * -20 / sqrt(17) = -3.2126781...,
 * for one reader 0.5 + 0.125 * 40 / sqrt(17) = 1.7126781...
 */
static void test_text(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *name, *kind, *words[3];
        double targeted, bulk, for_one;
    } rows[] = {
        {"a word for targeted", "body", {"interview"}, 8, -3.2126781, 1.7126781},
        {"the same word thrice counts once", "body", {"interview", "interview", "interview"}, 8, -3.2126781, 1.7126781},
        {"a word for bulk", "body", {"invoice"}, -3.9253563, 8, -1.3190172},
        {"both, with an unknown word", "body", {"interview", "the", "invoice"}, 8, 8, -0.0892557},
        {"unknown words say nothing", "body", {"good", "morning"}, 0, 0, 0},
        {"nor do known words of another field", "subject", {"interview", "invoice"}, 0, 0, 0},
        {"nor does an empty mail", "body", {NULL}, 0, 0, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        size_t count = 0;
        while (count < 3 && rows[i].words[count] != NULL)
            count++;
        struct sks_text_field field = {.kind = rows[i].kind, .words = rows[i].words, .count = count};
        struct sks_text_prediction got;
        sks_model_predict_text(fixture->model, &field, 1, &got);
        if (fabs(got.targeted - rows[i].targeted) > 1e-6 || fabs(got.bulk - rows[i].bulk) > 1e-6 ||
            fabs(got.for_one - rows[i].for_one) > 1e-6)
            fail_msg("%s: got %.7f, %.7f and %.7f", rows[i].name, got.targeted, got.bulk, got.for_one);
    }
}

/* The heaviest first, each once, and with the bias they add up to the log-odds. */
static void test_words(void **state)
{
    const struct fixture *fixture = *state;
    static const char *const words[] = {"invoice", "interview", "unknown", "invoice"};
    const struct sks_text_field field = {.kind = "body", .words = words, .count = G_N_ELEMENTS(words)};
    const struct sks_text_model *text = sks_model_text(fixture->model);
    g_autoptr(GArray) got = sks_text_model_words(text, &field, 1);
    assert_int_equal(got->len, 2);
    const struct sks_text_word *first = &g_array_index(got, struct sks_text_word, 0);
    const struct sks_text_word *second = &g_array_index(got, struct sks_text_word, 1);
    assert_string_equal(first->words[0], "interview");
    assert_string_equal(second->words[0], "invoice");
    assert_null(first->words[1]);
    /* 2 * 0.5 * 100 and 0.25 * 200, each by 1 / sqrt(18) */
    assert_true(fabs(first->weight[SKS_TEXT_TARGETED] - 23.5702260) < 1e-6);
    assert_true(fabs(second->weight[SKS_TEXT_BULK] - 11.7851130) < 1e-6);
    double sum = first->weight[SKS_TEXT_FOR_ONE] + second->weight[SKS_TEXT_FOR_ONE];
    assert_true(fabs(0.5 + sum - -0.0892557) < 1e-6);
}

/* Likeness to reported mail counts by what the mail brings, and its contribution says so. */
static void test_reported(void **state)
{
    (void)state;
    static const struct {
        const char *name, *means; /* of the manifest, as JSON */
        double attachment, bringing, bare, adds;
        int error;
    } rows[] = {
        {"nothing is asked for", NULL, 0, 0.5, 0.25, 4, 0},
        {"a file, and there is one", "[\"attachment.a\", \"bulk.b\"]", 1, 0.5, 0.25, 4, 0},
        {"a file, and there is none", "[\"attachment.a\", \"bulk.b\"]", 0, 0.5, 0.25, 2, 0},
        {"a file, there is none, and that counts for nothing", "[\"attachment.a\"]", 0, 1, 0, 0, 0},
        {"none is like it", "[\"attachment.a\"]", 1, 0, 0, 0, 0},
        {"something unknown", "[\"attachment.z\"]", 1, 0.5, 0, 0, SKS_ERROR_FORMAT},
        {"no name", "[1]", 1, 0.5, 0, 0, SKS_ERROR_FORMAT},
    };
    struct rows *trained_on = make_rows(11);
    struct svm_model *trained = train_rows(trained_on);
    struct sks_campaigns none = {0};
    g_autofree char *file = NULL;
    g_autoptr(GBytes) classes = save_model(trained, &file);
    g_autoptr(GBytes) text = make_text_model(), campaigns = sks_campaigns_format(&none);
    g_unlink(file);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GBytes) bytes = NULL;
        struct sks_package package = {
            .manifest = make_manifest(), .classes = classes, .text = text, .reported = campaigns};
        json_t *reported = json_pack("{s:s, s:f}", "feature", "lure.d", "weight", 8.0);
        if (rows[i].means != NULL)
            json_object_set_new(reported, "means", json_loads(rows[i].means, 0, NULL));
        json_object_set_new(package.manifest, "reported", reported);
        assert_int_equal(sks_package_write(&bytes, &package), 0);
        json_decref(package.manifest);
        struct sks_model *model = NULL;
        assert_row_int(rows[i].name,
                       sks_model_load_bytes(&model, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                                            "test.model", schema, FEATURES, NULL),
                       rows[i].error);
        if (model == NULL)
            continue;
        const double values[FEATURES] = {rows[i].attachment, 0, 0, 0.5, 0};
        const struct sks_resemblance likeness = {rows[i].bringing, rows[i].bare};
        struct sks_prediction plain, like;
        double before[FEATURES], after[FEATURES];
        sks_model_predict(model, values, &plain, before, NULL);
        sks_model_predict_reported(model, values, likeness, &like, after, NULL);
        assert_true(fabs(like.score - plain.score - rows[i].adds) < 1e-9);
        assert_true(fabs(after[3] - before[3] - rows[i].adds) < 1e-9);
        sks_model_destroy(model);
    }
    svm_free_and_destroy_model(&trained);
    g_free(trained_on);
}

static size_t gram_count(const char *one, const char *other)
{
    struct sks_text_field fields[2] = {{.kind = "body", .words = &one, .count = 1},
                                       {.kind = "body", .words = &other, .count = 1}};
    g_autoptr(GArray) grams = sks_text_grams(fields, 2);
    return grams->len;
}

/* Numbers are told apart by their shape only, all else letter by letter. */
static void test_grams(void **state)
{
    (void)state;
    assert_int_equal(gram_count("4711", "0815"), 1);
    assert_int_equal(gram_count("2023", "20231231"), 1);
    assert_int_equal(gram_count("7", "42"), 2);
    assert_int_equal(gram_count("a7b", "a8b"), 1);
    assert_int_equal(gram_count("取材", "取材"), 1);
    assert_int_equal(gram_count("取材", "講演"), 2);
}

/* Marks of the header make no pairs, and are told from words by their range alone. */
static void test_marks(void **state)
{
    (void)state;
    const char *words[] = {"mailer.outlook", "id.a+"};
    struct sks_text_field field = {.kind = "header", .words = words, .count = 2, .marks = TRUE};
    g_autoptr(GArray) grams = sks_text_grams(&field, 1);
    assert_int_equal(grams->len, 2);
    assert_true(g_array_index(grams, uint32_t, 0) >= SKS_TEXT_FIRST_MARK);
    uint32_t one = sks_text_word_gram("header", "id.a+") | SKS_TEXT_FIRST_MARK;
    assert_true(one == g_array_index(grams, uint32_t, 0) || one == g_array_index(grams, uint32_t, 1));
    field.marks = FALSE;
    g_autoptr(GArray) pairs = sks_text_grams(&field, 1);
    assert_int_equal(pairs->len, 3);
    assert_true(g_array_index(pairs, uint32_t, 0) < SKS_TEXT_FIRST_MARK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_probabilities), cmocka_unit_test(test_contributions), cmocka_unit_test(test_worst),
        cmocka_unit_test(test_thresholds),    cmocka_unit_test(test_text),          cmocka_unit_test(test_grams),
        cmocka_unit_test(test_marks),         cmocka_unit_test(test_words),         cmocka_unit_test(test_reported),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
