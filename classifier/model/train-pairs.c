/*
 * Fitting the three classes with libsvm (C-SVC, linear), and writing its model.
 *
 * libsvm's own probability option is not used: it splits at random with rand(), so relatives of a mail stand on both
 * sides and the sigmoids come out too sure. They are fitted by train.c on folds of groups instead, and handed in. Nor
 * is svm_save_model(): it calls setlocale() and cuts numbers to eight digits. Without these, svm_train() draws no
 * random number.
 */
#include <libsvm/svm.h>
#include <math.h>
#include <string.h>

#include "model/pairs.h"
#include "model/train.h"

/* libsvm's time grows with the square of the rows. */
#define BUDGET      1000
#define MOST_COPIES 10

#define CACHE_MEGABYTES 200

static void quiet(const char *text)
{
    (void)text;
}

/* Features are strengths; more than six decimals of one mean nothing and only make the package larger. */
static double rounded(double value)
{
    return round(value * 1e6) / 1e6;
}

static struct svm_node *make_nodes(const struct sks_row *row, size_t feature_count, const double *scale)
{
    struct svm_node *nodes = g_new(struct svm_node, feature_count + 1);
    size_t used = 0;
    for (size_t i = 0; i < feature_count; i++) {
        double value = rounded(row->values[i] * scale[i]);
        if (value != 0)
            nodes[used++] = (struct svm_node){.index = (int)i + 1, .value = value};
    }
    nodes[used].index = -1;
    return nodes;
}

/* The shorter of two forms that are read back the same. */
static void add_number(GString *text, double number)
{
    char form[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(form, sizeof(form), "%.8g", number);
    if (g_ascii_strtod(form, NULL) != number)
        g_ascii_formatd(form, sizeof(form), "%.17g", number);
    g_string_append(text, form);
}

static void add_line(GString *text, const char *key, const double *numbers)
{
    g_string_append(text, key);
    for (size_t i = 0; i < SKS_PAIR_COUNT; i++) {
        g_string_append_c(text, ' ');
        add_number(text, numbers[i]);
    }
    g_string_append_c(text, '\n');
}

static GString *format_model(const struct svm_model *model, const double *a, const double *b)
{
    GString *text = g_string_new("svm_type c_svc\nkernel_type linear\nnr_class 3\n");
    g_string_append_printf(text, "total_sv %d\n", model->l);
    add_line(text, "rho", model->rho);
    g_string_append_printf(text, "label %d %d %d\n", model->label[0], model->label[1], model->label[2]);
    add_line(text, "probA", a);
    add_line(text, "probB", b);
    g_string_append_printf(text, "nr_sv %d %d %d\nSV\n", model->nSV[0], model->nSV[1], model->nSV[2]);
    for (int i = 0; i < model->l; i++) {
        for (size_t j = 0; j + 1 < SKS_CLASS_COUNT; j++) {
            add_number(text, model->sv_coef[j][i]);
            g_string_append_c(text, ' ');
        }
        for (const struct svm_node *node = model->SV[i]; node->index != -1; node++) {
            g_string_append_printf(text, "%d:", node->index);
            add_number(text, node->value);
            g_string_append_c(text, ' ');
        }
        g_string_append_c(text, '\n');
    }
    return text;
}

static struct svm_model *fit(const struct svm_problem *problem, const struct sks_pairs_parameter *chosen)
{
    size_t counts[SKS_CLASS_COUNT] = {0};
    for (int i = 0; i < problem->l; i++)
        counts[(size_t)problem->y[i]]++;
    int labels[SKS_CLASS_COUNT] = {SKS_CLASS_CLEAN, SKS_CLASS_BULK, SKS_CLASS_TARGETED};
    double weights[SKS_CLASS_COUNT];
    for (size_t i = 0; i < SKS_CLASS_COUNT; i++)
        weights[i] = problem->l / (SKS_CLASS_COUNT * (double)MAX(counts[i], 1));
    weights[SKS_CLASS_CLEAN] *= chosen->clean_weight;
    struct svm_parameter parameter = {
        .svm_type = C_SVC,
        .kernel_type = LINEAR,
        .cache_size = CACHE_MEGABYTES,
        .eps = 0.001,
        .C = chosen->c,
        .nr_weight = SKS_CLASS_COUNT,
        .weight_label = labels,
        .weight = weights,
        .shrinking = 1,
    };
    svm_set_print_string_function(quiet);
    return svm_train(problem, &parameter);
}

GString *sks_pairs_train(const struct sks_row *rows, const unsigned *folds, size_t count, unsigned left_out,
                         size_t feature_count, const double *scale, const struct sks_pairs_parameter *parameter,
                         const double *a, const double *b)
{
    g_autoptr(GArray) drawn = sks_rows_draw(rows, folds, count, left_out, SKS_DRAW_CLASSES, BUDGET, MOST_COPIES);
    GPtrArray *nodes = g_ptr_array_new_with_free_func(g_free);
    double *classes = g_new(double, drawn->len);
    for (guint i = 0; i < drawn->len; i++) {
        const struct sks_row *row = &rows[g_array_index(drawn, size_t, i)];
        g_ptr_array_add(nodes, make_nodes(row, feature_count, scale));
        classes[i] = row->class_;
    }
    struct svm_problem problem = {.l = (int)drawn->len, .y = classes, .x = (struct svm_node **)(void *)nodes->pdata};
    struct svm_model *model = fit(&problem, parameter);
    GString *text = format_model(model, a, b);
    svm_free_and_destroy_model(&model);
    g_free(classes);
    g_ptr_array_unref(nodes);
    return text;
}
