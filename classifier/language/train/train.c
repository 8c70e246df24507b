/*
 * Hashed logistic models by liblinear. Features are scaled by the absolute log-ratio of their counts in the two
 * classes before training (Wang and Manning 2012, "NB-SVM"): with a few thousand sentences of each class, this keeps
 * the many n-grams that say nothing from drowning those that do.
 */
#include "language/train/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/feature.h"
#include "language/hashed.h"
#include "language/text.h"

enum { BUCKETS = 1 << SKS_TRAIN_BITS };

static int compare_buckets(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static struct feature_node *nodes_of(GArray *hashes)
{
    uint32_t *buckets = (uint32_t *)(void *)hashes->data;
    size_t count = sks_hashed_fold(buckets, hashes->len, BUCKETS - 1);
    qsort(buckets, count, sizeof(*buckets), compare_buckets);
    struct feature_node *x = g_new(struct feature_node, count + 1);
    for (size_t i = 0; i < count; i++)
        x[i] = (struct feature_node){(int)buckets[i] + 1, 1};
    x[count].index = -1;
    return x;
}

void sks_train_add(GArray *lines, struct sks_morphemes *morphemes, char **given, enum sks_train_set set, int engine,
                   sks_train_features *features)
{
    guint total = g_strv_length(given);
    GArray *hashes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (guint i = 0; i < total; i++) {
        if (*given[i] == '\0' || g_str_has_prefix(given[i], "## "))
            continue;
        struct sks_text text;
        sks_text_init(&text, given[i]);
        g_array_set_size(hashes, 0);
        struct sks_train_line line = {
            .set = set, .engine = engine, .number = i, .fold = (int)(i * SKS_TRAIN_FOLDS / total)};
        size_t count, next = 0;
        const struct sks_morpheme *read = sks_morphemes_read(&count, morphemes, text.bytes, text.size);
        for (struct sks_sentence sentence; sks_sentence_next(&sentence, &next, text.bytes, read, count);) {
            features(hashes, &sentence);
            line.polite = sks_sentence_is_polite(&sentence);
        }
        line.x = nodes_of(hashes);
        g_array_append_val(lines, line);
        sks_text_finish(&text);
    }
    g_array_free(hashes, TRUE);
}

void sks_train_read(GArray *lines, struct sks_morphemes *morphemes, const char *path, enum sks_train_set set,
                    int engine, sks_train_features *features)
{
    char *bytes;
    if (!g_file_get_contents(path, &bytes, NULL, NULL)) {
        fprintf(stderr, "%s: can't be read\n", path);
        exit(1);
    }
    char **split = g_strsplit(bytes, "\n", -1);
    sks_train_add(lines, morphemes, split, set, engine, features);
    g_strfreev(split);
    g_free(bytes);
}

void sks_train_lines_free(GArray *lines)
{
    for (guint i = 0; i < lines->len; i++)
        g_free(g_array_index(lines, struct sks_train_line, i).x);
    g_array_free(lines, TRUE);
}

static float *log_ratios(struct feature_node **x, const double *labels, guint count)
{
    float *ratio = g_new0(float, BUCKETS);
    float *seen[2] = {g_new0(float, BUCKETS), g_new0(float, BUCKETS)};
    double total[2] = {0, 0};
    for (guint i = 0; i < count; i++) {
        bool positive = labels[i] > 0;
        total[positive]++;
        for (const struct feature_node *node = x[i]; node->index > 0; node++)
            seen[positive][node->index - 1]++;
    }
    for (size_t i = 0; i < BUCKETS; i++)
        ratio[i] = (float)fabs(log(((double)seen[1][i] + 1) / (total[1] + 2)) -
                               log(((double)seen[0][i] + 1) / (total[0] + 2)));
    g_free(seen[0]);
    g_free(seen[1]);
    return ratio;
}

static void quiet(const char *text)
{
    (void)text;
}

/* A copy of the rows with every value scaled. */
static struct feature_node **scaled_rows(struct feature_node **x, guint count, const float *ratio)
{
    struct feature_node **rows = g_new(struct feature_node *, count);
    for (guint i = 0; i < count; i++) {
        size_t length = 0;
        while (x[i][length].index > 0)
            length++;
        rows[i] = g_memdup2(x[i], sizeof(**rows) * (length + 1));
        for (size_t k = 0; k < length; k++)
            rows[i][k].value *= (double)ratio[rows[i][k].index - 1];
    }
    return rows;
}

void sks_train_fit(struct sks_train_model *out_model, const GArray *lines, const guint *chosen, const double *labels,
                   guint count, double cost)
{
    struct feature_node **x = g_new(struct feature_node *, count);
    double positive = 0;
    for (guint i = 0; i < count; i++) {
        x[i] = g_array_index(lines, struct sks_train_line, chosen[i]).x;
        positive += labels[i] > 0;
    }
    float *ratio = log_ratios(x, labels, count);
    struct feature_node **rows = scaled_rows(x, count, ratio);
    /* No bias term: both classes weigh the same, and the calibration finds the offset. */
    struct problem problem = {(int)count, BUCKETS, g_memdup2(labels, sizeof(*labels) * count), rows, -1};
    int classes[2] = {1, -1};
    double weights[2] = {1, positive / ((double)count - positive)};
    struct parameter parameter = {
        .solver_type = L2R_LR_DUAL, .eps = 0.05, .C = cost, .nr_weight = 2, .weight_label = classes, .weight = weights};
    set_print_string_function(quiet);
    srand(1); /* liblinear shuffles with rand() */
    struct model *model = train(&problem, &parameter);
    double sign = model->label[0] == 1 ? 1 : -1;
    for (size_t i = 0; i < BUCKETS; i++)
        ratio[i] *= (float)(sign * model->w[i]);
    *out_model = (struct sks_train_model){.bits = SKS_TRAIN_BITS, .weights = ratio, .slope = 1};
    free_and_destroy_model(&model);
    for (guint i = 0; i < count; i++)
        g_free(rows[i]);
    g_free(rows);
    g_free(problem.y);
    g_free(x);
}

void sks_train_finish(struct sks_train_model *model)
{
    g_free(model->weights);
}

double sks_train_score(const struct sks_train_model *model, const struct feature_node *x)
{
    double sum = model->bias;
    for (; x->index > 0; x++)
        sum += (double)model->weights[x->index - 1];
    return sum;
}

double sks_train_weight(const struct sks_train_line *line)
{
    size_t count = 0;
    while (line->x[count].index > 0)
        count++;
    return sks_hashed_length_weight(count);
}

static void put_u32(GByteArray *bytes, uint32_t value)
{
    uint8_t little[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
    g_byte_array_append(bytes, little, 4);
}

static void put_float(GByteArray *bytes, double value)
{
    float single = (float)value;
    uint32_t bits;
    memcpy(&bits, &single, sizeof(bits));
    put_u32(bytes, bits);
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* The step of a byte: the few heaviest weights are cut, so that the many light ones are told apart. */
static double step_of(const float *weights, size_t count)
{
    float *sorted = g_new(float, count);
    for (size_t i = 0; i < count; i++)
        sorted[i] = fabsf(weights[i]);
    qsort(sorted, count, sizeof(*sorted), compare_floats);
    float heavy = sorted[count - count / 20000];
    g_free(sorted);
    return heavy > 0 ? (double)heavy / 127 : 1;
}

int sks_train_write(const struct sks_train_model *model, const char *path)
{
    GByteArray *bytes = g_byte_array_new();
    size_t count = (size_t)1 << model->bits;
    double step = step_of(model->weights, count);
    g_byte_array_append(bytes, (const guint8 *)SKS_HASHED_MAGIC, 8);
    put_u32(bytes, model->bits);
    put_float(bytes, step);
    put_float(bytes, model->bias);
    put_float(bytes, model->slope);
    put_float(bytes, model->offset);
    put_float(bytes, model->extra);
    for (size_t i = 0; i < count; i++) {
        int8_t quantised = (int8_t)lrint(CLAMP((double)model->weights[i] / step, -127, 127));
        g_byte_array_append(bytes, (const guint8 *)&quantised, 1);
    }
    bool written = g_file_set_contents(path, (const char *)bytes->data, bytes->len, NULL);
    g_byte_array_free(bytes, TRUE);
    return written ? 0 : SKS_ERROR_IO;
}

static int compare_judged(const void *a, const void *b)
{
    double x = ((const struct sks_train_judged *)a)->score, y = ((const struct sks_train_judged *)b)->score;
    return (x > y) - (x < y);
}

double sks_train_auc(GArray *judged)
{
    struct sks_train_judged *all = (struct sks_train_judged *)(void *)judged->data;
    double ranks = 0, positive = 0, negative = 0;
    qsort(all, judged->len, sizeof(*all), compare_judged);
    for (guint i = 0, end; i < judged->len; i = end) {
        for (end = i; end < judged->len && all[end].score == all[i].score; end++)
            ;
        for (guint k = i; k < end; k++) {
            ranks += all[k].positive ? (i + 1 + end) / 2.0 : 0;
            positive += all[k].positive;
            negative += !all[k].positive;
        }
    }
    return (ranks - positive * (positive + 1) / 2) / (positive * negative);
}

void sks_train_calibrate(double *out_slope, double *out_offset, const GArray *judged)
{
    /* Newton's method on two parameters; both classes weigh the same. */
    double slope = 0, offset = 0, positive = 0;
    for (guint i = 0; i < judged->len; i++)
        positive += g_array_index(judged, struct sks_train_judged, i).positive;
    for (int round = 0; round < 50; round++) {
        double gradient[2] = {0, 0}, hessian[3] = {1e-9, 0, 1e-9};
        for (guint i = 0; i < judged->len; i++) {
            const struct sks_train_judged *j = &g_array_index(judged, struct sks_train_judged, i);
            double weight = j->positive ? 1 / positive : 1 / (judged->len - positive);
            double p = 1 / (1 + exp(-(slope * j->score + offset)));
            double error = weight * (p - j->positive), curve = weight * p * (1 - p);
            gradient[0] += error * j->score;
            gradient[1] += error;
            hessian[0] += curve * j->score * j->score;
            hessian[1] += curve * j->score;
            hessian[2] += curve;
        }
        double determinant = hessian[0] * hessian[2] - hessian[1] * hessian[1];
        slope -= (hessian[2] * gradient[0] - hessian[1] * gradient[1]) / determinant;
        offset -= (hessian[0] * gradient[1] - hessian[1] * gradient[0]) / determinant;
    }
    *out_slope = slope;
    *out_offset = offset;
}
