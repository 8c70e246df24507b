/*
 * Fitting the text model with liblinear: L2-regularised logistic regression, and squared hinge loss for bulk against
 * clean, both primal, which draws no random numbers.
 *
 * A gram enters if mails of at least two groups have it: what only one campaign or family says can't help to know
 * another. Which of the rest fit under the ceiling is decided by how many groups have them.
 */
#include <linear.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/train.h"
#include "sekisho/limits.h"

#define LEAST_GROUPS 2
#define MOST_GRAMS   (1u << 18)

/* Rows of each class and language, and how often a row of a small cell may be drawn. */
#define BUDGET      3000
#define MOST_COPIES 10

#define COST      30.0
#define BULK_COST 10.0

const enum sks_class sks_text_classes[SKS_TEXT_PARTS][2] = {
    [SKS_TEXT_TARGETED] = {SKS_CLASS_TARGETED, SKS_CLASS_CLEAN},
    [SKS_TEXT_BULK] = {SKS_CLASS_BULK, SKS_CLASS_CLEAN},
    [SKS_TEXT_FOR_ONE] = {SKS_CLASS_TARGETED, SKS_CLASS_BULK},
};

static void quiet(const char *text)
{
    (void)text;
}

struct sighting {
    uint32_t gram;
    uint32_t group;
};

static int compare_sightings(const void *one, const void *other)
{
    const struct sighting *a = one, *b = other;
    if (a->gram != b->gram)
        return a->gram < b->gram ? -1 : 1;
    return (a->group > b->group) - (a->group < b->group);
}

static int compare_grams(const void *one, const void *other)
{
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

static GArray *collect_sightings(const struct sks_row *rows, const GArray *drawn)
{
    GArray *sightings = g_array_new(FALSE, FALSE, sizeof(struct sighting));
    GHashTable *groups = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < drawn->len; i++) {
        const struct sks_row *row = &rows[g_array_index(drawn, size_t, i)];
        gpointer known = g_hash_table_lookup(groups, row->group);
        uint32_t group = known != NULL ? GPOINTER_TO_UINT(known) : g_hash_table_size(groups) + 1;
        g_hash_table_insert(groups, (gpointer)row->group, GUINT_TO_POINTER(group));
        for (size_t j = 0; j < row->gram_count; j++) {
            struct sighting sighting = {.gram = row->grams[j], .group = group};
            g_array_append_val(sightings, sighting);
        }
    }
    g_hash_table_unref(groups);
    qsort(sightings->data, sightings->len, sizeof(struct sighting), compare_sightings);
    return sightings;
}

/* The next gram of the sorted sightings from *at on, and how many groups have it. */
static uint32_t next_gram(const struct sighting *all, guint count, guint *at, uint32_t *out_groups)
{
    uint32_t gram = all[*at].gram, groups = 0;
    for (guint i = *at; *at < count && all[*at].gram == gram; ++*at)
        groups += *at == i || all[*at].group != all[*at - 1].group;
    *out_groups = groups;
    return gram;
}

/* The grams to use, rising. */
static GArray *choose_grams(const struct sks_row *rows, const GArray *drawn)
{
    g_autoptr(GArray) sightings = collect_sightings(rows, drawn);
    const struct sighting *all = (const struct sighting *)(const void *)sightings->data;
    size_t histogram[1025] = {0}; /* grams by number of groups */
    uint32_t groups;
    for (guint at = 0; at < sightings->len;) {
        next_gram(all, sightings->len, &at, &groups);
        histogram[MIN(groups, 1024)]++;
    }
    uint32_t least = 1024;
    for (size_t sum = histogram[least]; least > LEAST_GROUPS && sum + histogram[least - 1] <= MOST_GRAMS;)
        sum += histogram[--least];
    GArray *grams = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (guint at = 0; at < sightings->len;) {
        uint32_t gram = next_gram(all, sightings->len, &at, &groups);
        if (groups >= least)
            g_array_append_val(grams, gram);
    }
    return grams;
}

/*
 * A row's known grams as liblinear wants them: places from 1, rising; with or without marks. They weigh the same, and
 * are written behind each other.
 */
struct row_nodes {
    struct feature_node *all, *words;
};

static void end_nodes(struct feature_node *nodes, size_t count, size_t known, const GArray *grams)
{
    for (size_t i = 0; i < count; i++)
        nodes[i].value = sks_text_gram_value(known);
    nodes[count] = (struct feature_node){.index = (int)grams->len + 1, .value = 1}; /* bias */
    nodes[count + 1].index = -1;
}

static struct row_nodes *make_nodes(const struct sks_row *row, const GArray *grams)
{
    struct row_nodes *made = g_new(struct row_nodes, 1);
    made->all = g_new(struct feature_node, row->gram_count * 2 + 4);
    size_t known = 0, words = 0;
    for (size_t i = 0; i < row->gram_count; i++) {
        const uint32_t *found = bsearch(&row->grams[i], grams->data, grams->len, sizeof(uint32_t), compare_grams);
        if (found == NULL)
            continue;
        made->all[known++].index = (int)(found - (const uint32_t *)(const void *)grams->data) + 1;
        if (row->grams[i] < SKS_TEXT_FIRST_MARK)
            words = known;
    }
    made->all = g_realloc_n(made->all, known + words + 4, sizeof(*made->all));
    made->words = made->all + known + 2;
    memcpy(made->words, made->all, words * sizeof(*made->all)); /* marks are the highest */
    end_nodes(made->all, known, known, grams);
    end_nodes(made->words, words, known, grams);
    return made;
}

static void free_nodes(gpointer data)
{
    struct row_nodes *made = data;
    g_free(made->all);
    g_free(made);
}

struct nodes {
    GHashTable *by_row; /* rows drawn again share theirs */
    GPtrArray *owned;
};

static struct feature_node *row_nodes(struct nodes *nodes, const struct sks_row *row, const GArray *grams,
                                      gboolean marks)
{
    struct row_nodes *made = g_hash_table_lookup(nodes->by_row, row);
    if (made == NULL) {
        made = make_nodes(row, grams);
        g_hash_table_insert(nodes->by_row, (gpointer)row, made);
        g_ptr_array_add(nodes->owned, made);
    }
    return marks ? made->all : made->words;
}

/* Which rows a part of a model tells apart: 1, 0 (the other side), or -1: neither. */
typedef int (*side_of)(const struct sks_row *row);

static int side(const struct sks_row *row, enum sks_text_part part)
{
    const enum sks_class *classes = sks_text_classes[part];
    return row->class_ == classes[0] ? 1 : row->class_ == classes[1] ? 0 : -1;
}

static int targeted_side(const struct sks_row *row)
{
    return side(row, SKS_TEXT_TARGETED);
}

static int bulk_side(const struct sks_row *row)
{
    return side(row, SKS_TEXT_BULK);
}

static int for_one_side(const struct sks_row *row)
{
    return side(row, SKS_TEXT_FOR_ONE);
}

static struct model *fit(const struct sks_row *rows, const GArray *drawn, const GArray *grams, side_of side_of_row,
                         struct nodes *nodes)
{
    gboolean bulk = side_of_row == bulk_side;
    struct problem problem = {.n = (int)grams->len + 1, .bias = 1};
    problem.x = g_new(struct feature_node *, drawn->len);
    problem.y = g_new(double, drawn->len);
    size_t hits = 0;
    for (guint i = 0; i < drawn->len; i++) {
        const struct sks_row *row = &rows[g_array_index(drawn, size_t, i)];
        if (side_of_row(row) < 0)
            continue;
        problem.x[problem.l] = row_nodes(nodes, row, grams, bulk);
        problem.y[problem.l++] = side_of_row(row);
        hits += side_of_row(row) == 1;
    }
    double half = problem.l / 2.0;
    int labels[2] = {0, 1};
    double weights[2] = {half / (problem.l - (double)hits), half / (double)hits};
    struct parameter parameter = {.solver_type = bulk ? L2R_L2LOSS_SVC : L2R_LR,
                                  .eps = 0.01,
                                  .C = bulk ? BULK_COST : COST,
                                  .nr_weight = 2,
                                  .weight_label = labels,
                                  .weight = weights};
    struct model *model = train(&problem, &parameter);
    g_free(problem.x);
    g_free(problem.y);
    return model;
}

/* Takes liblinear's weights over as 16-bit integers. */
static void quantise(struct sks_text_model *text, enum sks_text_part part, const struct model *model)
{
    double sign = model->label[0] == 1 ? 1 : -1, largest = 0;
    for (uint32_t i = 0; i < text->count; i++)
        largest = fmax(largest, fabs(model->w[i]));
    text->step[part] = largest > 0 ? largest / 32767 : 1;
    text->bias[part] = sign * model->w[text->count];
    text->a[part] = 1;
    text->b[part] = 0;
    text->weights[part] = g_new(int16_t, text->count);
    for (uint32_t i = 0; i < text->count; i++)
        text->weights[part][i] = (int16_t)lround(sign * model->w[i] / text->step[part]);
}

void sks_text_train(struct sks_text_model *out_model, const struct sks_row *rows, const unsigned *folds, size_t count,
                    unsigned left_out)
{
    g_autoptr(GArray) drawn = sks_rows_draw(rows, folds, count, left_out, SKS_DRAW_WORDS, BUDGET, MOST_COPIES);
    GArray *grams = choose_grams(rows, drawn);
    struct nodes nodes = {.by_row = g_hash_table_new(NULL, NULL), .owned = g_ptr_array_new_with_free_func(free_nodes)};
    struct sks_text_model text = {.count = grams->len};
    static const side_of sides[SKS_TEXT_PARTS] = {targeted_side, bulk_side, for_one_side};
    set_print_string_function(quiet);
    for (size_t part = 0; part < SKS_TEXT_PARTS; part++) {
        struct model *model = fit(rows, drawn, grams, sides[part], &nodes);
        quantise(&text, part, model);
        free_and_destroy_model(&model);
    }
    text.grams = (uint32_t *)(void *)g_array_free(grams, FALSE);
    *out_model = text;
    g_ptr_array_unref(nodes.owned);
    g_hash_table_unref(nodes.by_row);
}
