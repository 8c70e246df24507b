/* A small model made from invented numbers, for the tests of this room. */
#ifndef SKS_TESTS_MODEL_FIXTURE_H
#define SKS_TESTS_MODEL_FIXTURE_H

#include <glib.h>
#include <glib/gstdio.h>
#include <libsvm/svm.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/package.h"
#include "model/text.h"
#include "sekisho/verdict.h"

#define FEATURES 5
#define ROWS     240

static const char *const schema[FEATURES] = {"attachment.a", "bulk.b", "clean.c", "lure.d", "sender.e"};
static const double scales[FEATURES] = {1, 1, 0.5, 1, 0.125};

struct rows {
    double y[ROWS];
    double values[ROWS][FEATURES];
    struct svm_node nodes[ROWS][FEATURES + 1];
    struct svm_node *x[ROWS];
};

static inline void quiet(const char *text)
{
    (void)text;
}

/* Classes overlap: each has a feature of its own, and all have noise. */
static inline struct rows *make_rows(unsigned seed)
{
    struct rows *rows = g_new0(struct rows, 1);
    GRand *random = g_rand_new_with_seed(seed);
    for (size_t i = 0; i < ROWS; i++) {
        size_t class_ = i * SKS_CLASS_COUNT / ROWS;
        size_t used = 0;
        rows->y[i] = (double)class_;
        for (size_t j = 0; j < FEATURES; j++) {
            double value = g_rand_double(random) < 0.5 ? 0 : g_rand_double(random);
            if (j == class_ * 2)
                value += 0.9 * g_rand_double(random);
            rows->values[i][j] = value / scales[j];
            double scaled = rows->values[i][j] * scales[j];
            if (scaled != 0)
                rows->nodes[i][used++] = (struct svm_node){(int)j + 1, scaled};
        }
        rows->nodes[i][used].index = -1;
        rows->x[i] = rows->nodes[i];
    }
    g_rand_free(random);
    return rows;
}

static inline struct svm_model *train_rows(struct rows *rows)
{
    struct svm_problem problem = {.l = ROWS, .y = rows->y, .x = rows->x};
    struct svm_parameter parameter = {.svm_type = C_SVC,
                                      .kernel_type = LINEAR,
                                      .cache_size = 10,
                                      .eps = 0.001,
                                      .C = 1,
                                      .shrinking = 1,
                                      .probability = 1};
    svm_set_print_string_function(quiet);
    srand(1);
    return svm_train(&problem, &parameter);
}

static inline json_t *make_manifest(void)
{
    json_t *features = json_array(), *scale = json_array();
    for (size_t i = 0; i < FEATURES; i++) {
        json_array_append_new(features, json_string(schema[i]));
        json_array_append_new(scale, json_real(scales[i]));
    }
    return json_pack("{s:s, s:o, s:o, s:{s:f, s:f}}", "version", "test-1", "features", features, "scale", scale,
                     "thresholds", "targeted", 0.5, "bulk", 0.25);
}

/* "invoice" speaks for bulk, "interview" for targeted, in bodies; all else is unknown. */
static inline GBytes *make_text_model(void)
{
    static const char *const words[2] = {"interview", "invoice"};
    uint32_t grams[2];
    int16_t weights[SKS_TEXT_PARTS][2];
    for (size_t i = 0; i < 2; i++) {
        struct sks_text_field field = {.kind = "body", .words = &words[i], .count = 1};
        g_autoptr(GArray) list = sks_text_grams(&field, 1);
        grams[i] = g_array_index(list, uint32_t, 0);
        weights[SKS_TEXT_TARGETED][i] = i == 0 ? 100 : -10;
        weights[SKS_TEXT_BULK][i] = i == 0 ? -20 : 200;
        weights[SKS_TEXT_FOR_ONE][i] = i == 0 ? 40 : -60;
    }
    if (grams[0] > grams[1]) {
        uint32_t gram = grams[0];
        grams[0] = grams[1];
        grams[1] = gram;
        for (size_t part = 0; part < SKS_TEXT_PARTS; part++) {
            int16_t weight = weights[part][0];
            weights[part][0] = weights[part][1];
            weights[part][1] = weight;
        }
    }
    struct sks_text_model model = {.count = 2,
                                   .step = {0.5, 0.25, 0.125},
                                   .bias = {-1, -2, 0.5},
                                   .a = {2, 1, 1},
                                   .b = {0.5, 0, 0},
                                   .grams = grams,
                                   .weights = {weights[0], weights[1], weights[2]}};
    return sks_text_model_format(&model);
}

/* The model in libsvm's own form, as libsvm writes it; file is where, for svm_load_model(). */
static inline GBytes *save_model(const struct svm_model *model, char **out_file)
{
    char *file = NULL, *text;
    gsize size;
    close(g_file_open_tmp("sekisho-XXXXXX.svm", &file, NULL));
    if (svm_save_model(file, model) != 0 || !g_file_get_contents(file, &text, &size, NULL))
        abort();
    *out_file = file;
    return g_bytes_new_take(text, size);
}

#endif
