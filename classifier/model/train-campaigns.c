/*
 * From what was reported as targeted to campaigns, and to a likeness to each.
 *
 *   1. Reported mails are divided by the words that they share: how alike two are is the cosine of their grams, the
 *      rarer a gram among other mail the heavier. In the order of the reports, a mail joins the campaign that it is
 * most like on average, or begins one. Mails of one party's campaign come to 0.25 to 0.95, those of others to 0.1.
 *   2. For each campaign, liblinear tells its mails from the other mail that has most of their words, by the grams that
 *      two of them have (or one, while there are no three).
 *   3. The same without each fold, for the margins of other mail, and of the campaign's own, by models that don't know
 *      them: a fold of other mail, and a fifth of the campaign.
 *   4. The ramp begins at the margin that no more held-out other mail reaches than may be called targeted.
 *
 * Somebody may report a mail of a campaign as clean or bulk. Such a mail is set aside, as long as fewer say so than say
 * targeted: else one of them would hide the rest, since the ramp begins above what it must not find.
 *
 * Each campaign is a job in a child process; the same rows give the same campaigns.
 */
#include <linear.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/jobs.h"
#include "model/rates.h"
#include "model/train.h"
#include "sekisho/limits.h"

/* How alike mails are that are one campaign, on average; that are one party's; and that are the same but for a name. */
#define LINK  0.2
#define CLOSE 0.4
#define SAME  0.8
#define ALIKE 0.5

/* So few mails don't tell what their campaign brings. */
#define FEW 3

/* Other mail that a model learns from, and grams that it has, at most; fewer if there are so many campaigns. */
#define MOST_OTHERS 3000
#define MOST_GRAMS  4000

#define COST 30.0

/* The ramp ends at this share of the way from other mail to the campaign's, and is no shorter than that. */
#define SHARE        0.5
#define LEAST_LENGTH 2.0

#define NO_PART G_MAXUINT

/* A row's grams, as places among those of all reported mail, rising. */
struct places {
    uint32_t *at;
    size_t count;
    double length; /* of a reported row, as a vector */
};

struct group {
    GArray *rows; /* size_t, in the order of the reports */
    gboolean needs_means;
    double likeness; /* on average, of two of them; 1 of one alone */
};

struct learning {
    const struct sks_training *training;
    const unsigned *folds;
    GArray *grams;  /* of all reported mail, rising */
    double *rarity; /* of each */
    struct places *places;
    GPtrArray *groups;
    size_t most_grams; /* of a model: all together are as many as a package may have */
    const char *step;
};

static gboolean is_other(const struct sks_row *row)
{
    return row->class_ != SKS_CLASS_TARGETED;
}

/* qsort() wants an address even of nothing. */
static void sort(GArray *items, size_t size, int (*compare)(const void *one, const void *other))
{
    if (items->len > 0)
        qsort(items->data, items->len, size, compare);
}

/* What words say: marks of the header tell programs, which a campaign may change. */
static size_t count_words(const struct sks_row *row)
{
    size_t count = row->gram_count;
    while (count > 0 && row->grams[count - 1] >= SKS_TEXT_FIRST_MARK)
        count--;
    return count;
}

static void collect_grams(struct learning *learning)
{
    const struct sks_training *training = learning->training;
    GArray *grams = learning->grams;
    for (size_t i = 0; i < training->count; i++)
        if (training->rows[i].reported && !training->rows[i].assumed)
            g_array_append_vals(grams, training->rows[i].grams, (guint)count_words(&training->rows[i]));
    sks_grams_settle(grams);
}

static struct places find_places(const struct learning *learning, const struct sks_row *row)
{
    const uint32_t *grams = (const uint32_t *)(const void *)learning->grams->data;
    struct places places = {.at = g_new(uint32_t, row->gram_count)};
    size_t at = 0, words = count_words(row);
    for (size_t i = 0; i < words; i++) {
        at = sks_grams_find(grams, NULL, learning->grams->len, row->grams[i], at);
        if (at == learning->grams->len)
            break;
        if (grams[at] == row->grams[i])
            places.at[places.count++] = (uint32_t)at;
    }
    places.at = g_realloc_n(places.at, places.count, sizeof(*places.at));
    return places;
}

/* Where the grams of rows are, and how rare each is among other mail. */
static void weigh_grams(struct learning *learning)
{
    const struct sks_training *training = learning->training;
    g_autofree size_t *seen = g_new0(size_t, learning->grams->len);
    size_t others = 0;
    for (size_t i = 0; i < training->count; i++) {
        struct places *places = &learning->places[i];
        *places = find_places(learning, &training->rows[i]);
        if (!is_other(&training->rows[i]) || training->rows[i].assumed)
            continue;
        others++;
        for (size_t j = 0; j < places->count; j++)
            seen[places->at[j]]++;
    }
    for (guint i = 0; i < learning->grams->len; i++)
        learning->rarity[i] = log((double)(others + 1) / (double)(seen[i] + 1));
    for (size_t i = 0; i < training->count; i++) {
        double sum = 0;
        for (size_t j = 0; j < learning->places[i].count; j++)
            sum += learning->rarity[learning->places[i].at[j]] * learning->rarity[learning->places[i].at[j]];
        learning->places[i].length = sqrt(sum);
    }
}

/* Of two reported rows, 0 to 1. */
static double likeness(const struct learning *learning, size_t one, size_t other)
{
    const struct places *a = &learning->places[one], *b = &learning->places[other];
    double sum = 0;
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        if (a->at[i] == b->at[j]) {
            sum += learning->rarity[a->at[i]] * learning->rarity[a->at[i]];
            i++;
            j++;
        } else if (a->at[i] < b->at[j]) {
            i++;
        } else {
            j++;
        }
    }
    return a->length > 0 && b->length > 0 ? sum / a->length / b->length : 0;
}

static double likeness_to_group(const struct learning *learning, const struct group *group, size_t row)
{
    double sum = 0;
    for (guint i = 0; i < group->rows->len; i++)
        sum += likeness(learning, row, g_array_index(group->rows, size_t, i));
    return sum / group->rows->len;
}

static void free_group(gpointer data)
{
    struct group *group = data;
    g_array_unref(group->rows);
    g_free(group);
}

static void join_group(struct learning *learning, size_t row)
{
    struct group *best = NULL;
    double highest = LINK;
    for (guint i = 0; i < learning->groups->len; i++) {
        struct group *group = g_ptr_array_index(learning->groups, i);
        double alike = likeness_to_group(learning, group, row);
        if (alike > highest) {
            highest = alike;
            best = group;
        }
    }
    if (best == NULL) {
        best = g_new0(struct group, 1);
        best->rows = g_array_new(FALSE, FALSE, sizeof(size_t));
        g_ptr_array_add(learning->groups, best);
    }
    g_array_append_val(best->rows, row);
}

static size_t first_row(const struct group *group)
{
    return g_array_index(group->rows, size_t, 0);
}

static gint compare_ages(gconstpointer one, gconstpointer other)
{
    size_t a = first_row(*(struct group *const *)one), b = first_row(*(struct group *const *)other);
    return (a > b) - (a < b);
}

/* Those of most reports first, and of these the latest. */
static gint compare_worth(gconstpointer one, gconstpointer other)
{
    const struct group *a = *(struct group *const *)one, *b = *(struct group *const *)other;
    if (a->rows->len != b->rows->len)
        return a->rows->len > b->rows->len ? -1 : 1;
    return compare_ages(other, one);
}

/*
 * Whether most of a campaign's mails bring something that could do harm. Of few, and of mails that need not be one
 * party's, that most of all that was reported does is enough: honest mail shares more with them.
 */
static void describe_groups(struct learning *learning)
{
    size_t mails = 0, bringing = 0;
    for (guint i = 0; i < learning->groups->len; i++) {
        struct group *group = g_ptr_array_index(learning->groups, i);
        size_t own = 0;
        double sum = 0;
        for (guint j = 0; j < group->rows->len; j++) {
            size_t row = g_array_index(group->rows, size_t, j);
            own += sks_training_shows_means(learning->training, row);
            for (guint k = 0; k < j; k++)
                sum += likeness(learning, row, g_array_index(group->rows, size_t, k));
        }
        double pairs = group->rows->len * (group->rows->len - 1.0) / 2;
        group->likeness = pairs > 0 ? sum / pairs : 1;
        group->needs_means = own * 2 > group->rows->len;
        mails += group->rows->len;
        bringing += own;
    }
    for (guint i = 0; i < learning->groups->len; i++) {
        struct group *group = g_ptr_array_index(learning->groups, i);
        if (group->rows->len < FEW || group->likeness < CLOSE)
            group->needs_means = group->needs_means || bringing * 2 > mails;
    }
}

static void divide(struct learning *learning)
{
    const struct sks_training *training = learning->training;
    for (size_t i = 0; i < training->count; i++) {
        const struct sks_row *row = &training->rows[i];
        if (row->reported && !row->assumed && !is_other(row) && learning->places[i].length > 0)
            join_group(learning, i);
    }
    if (learning->groups->len > SKS_LIMIT_MODEL_CAMPAIGNS) {
        g_ptr_array_sort(learning->groups, compare_worth);
        g_ptr_array_set_size(learning->groups, SKS_LIMIT_MODEL_CAMPAIGNS);
        g_ptr_array_sort(learning->groups, compare_ages);
    }
    describe_groups(learning);
}

/* One campaign. */

struct job {
    const struct learning *learning;
    const struct group *group;
    unsigned *parts;     /* of each row: the fold whose model knows it not; SKS_NO_FOLD: none knows it, NO_PART: all */
    gboolean *set_aside; /* of each row: it says that such mail is not targeted, and is one of few */
    double *margins;
};

/* A model of one campaign: its grams are numbered from 1. */
struct linear {
    uint32_t *number; /* of each gram of reported mail; 0: it isn't in the model */
    uint32_t count;
    int16_t *weights;
    double step, bias;
};

static gboolean learns_from(const struct job *job, size_t row, unsigned left_out)
{
    return !job->learning->training->rows[row].assumed && (job->parts[row] == NO_PART || job->parts[row] != left_out);
}

/* The grams that enough of the campaign's mails have. */
static void choose_grams(struct linear *linear, const struct job *job, unsigned left_out)
{
    const struct learning *learning = job->learning;
    g_autofree uint32_t *having = g_new0(uint32_t, learning->grams->len);
    uint32_t mails = 0;
    for (guint i = 0; i < job->group->rows->len; i++) {
        size_t row = g_array_index(job->group->rows, size_t, i);
        if (!learns_from(job, row, left_out))
            continue;
        mails++;
        for (size_t j = 0; j < learning->places[row].count; j++)
            having[learning->places[row].at[j]]++;
    }
    linear->number = g_new0(uint32_t, learning->grams->len);
    for (uint32_t need = mails >= 3 ? 2 : 1;; need++) {
        size_t count = 0;
        for (guint i = 0; i < learning->grams->len; i++)
            count += having[i] >= need;
        if (count > learning->most_grams && need < mails)
            continue;
        for (guint i = 0; i < learning->grams->len && linear->count < learning->most_grams; i++)
            if (having[i] >= need)
                linear->number[i] = ++linear->count;
        return;
    }
}

struct near {
    double shared;
    size_t row;
};

static int compare_near(const void *one, const void *other)
{
    const struct near *a = one, *b = other;
    if (a->shared != b->shared)
        return a->shared > b->shared ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

/* What the model learns from: the campaign's mails, and of other mail that which has most of their words. */
static GArray *choose_rows(const struct linear *linear, const struct job *job, unsigned left_out)
{
    const struct learning *learning = job->learning;
    const struct sks_training *training = learning->training;
    GArray *near = g_array_new(FALSE, FALSE, sizeof(struct near));
    for (size_t i = 0; i < training->count; i++) {
        if (!is_other(&training->rows[i]) || job->set_aside[i] || !learns_from(job, i, left_out))
            continue;
        struct near one = {.row = i};
        for (size_t j = 0; j < learning->places[i].count; j++)
            if (linear->number[learning->places[i].at[j]] > 0)
                one.shared += learning->rarity[learning->places[i].at[j]];
        g_array_append_val(near, one);
    }
    sort(near, sizeof(struct near), compare_near);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(size_t));
    for (guint i = 0; i < MIN(near->len, MOST_OTHERS); i++)
        g_array_append_val(rows, g_array_index(near, struct near, i).row);
    for (guint i = 0; i < job->group->rows->len; i++)
        if (learns_from(job, g_array_index(job->group->rows, size_t, i), left_out))
            g_array_append_val(rows, g_array_index(job->group->rows, size_t, i));
    g_array_unref(near);
    return rows;
}

static struct feature_node *make_nodes(const struct linear *linear, const struct places *places)
{
    struct feature_node *nodes = g_new(struct feature_node, places->count + 2);
    size_t known = 0;
    for (size_t i = 0; i < places->count; i++)
        if (linear->number[places->at[i]] > 0)
            nodes[known++].index = (int)linear->number[places->at[i]];
    for (size_t i = 0; i < known; i++)
        nodes[i].value = sks_text_gram_value(known);
    nodes[known] = (struct feature_node){.index = (int)linear->count + 1, .value = 1}; /* bias */
    nodes[known + 1].index = -1;
    return nodes;
}

static void quiet(const char *text)
{
    (void)text;
}

static void take_weights(struct linear *linear, const struct model *model)
{
    double sign = model->label[0] == 1 ? 1 : -1, largest = 0;
    for (uint32_t i = 0; i < linear->count; i++)
        largest = fmax(largest, fabs(model->w[i]));
    linear->step = largest > 0 ? largest / 32767 : 1;
    linear->bias = sign * model->w[linear->count];
    linear->weights = g_new(int16_t, linear->count);
    for (uint32_t i = 0; i < linear->count; i++)
        linear->weights[i] = (int16_t)lround(sign * model->w[i] / linear->step);
}

/* Both sides weigh the same. */
static struct linear fit(const struct job *job, unsigned left_out)
{
    struct linear linear = {0};
    choose_grams(&linear, job, left_out);
    g_autoptr(GArray) rows = choose_rows(&linear, job, left_out);
    struct problem problem = {.l = (int)rows->len, .n = (int)linear.count + 1, .bias = 1};
    problem.x = g_new(struct feature_node *, rows->len);
    problem.y = g_new(double, rows->len);
    double hits = 0, half = rows->len / 2.0;
    for (guint i = 0; i < rows->len; i++) {
        size_t row = g_array_index(rows, size_t, i);
        problem.x[i] = make_nodes(&linear, &job->learning->places[row]);
        problem.y[i] = !is_other(&job->learning->training->rows[row]);
        hits += problem.y[i];
    }
    int labels[2] = {0, 1};
    double weights[2] = {half / (rows->len - hits), half / hits};
    struct parameter parameter = {
        .solver_type = L2R_LR, .eps = 0.01, .C = COST, .nr_weight = 2, .weight_label = labels, .weight = weights};
    set_print_string_function(quiet);
    struct model *model = train(&problem, &parameter);
    take_weights(&linear, model);
    free_and_destroy_model(&model);
    for (guint i = 0; i < rows->len; i++)
        g_free(problem.x[i]);
    g_free(problem.x);
    g_free(problem.y);
    return linear;
}

static void finish_linear(struct linear *linear)
{
    g_free(linear->number);
    g_free(linear->weights);
}

static double margin(const struct linear *linear, const struct places *places)
{
    int64_t sum = 0;
    size_t known = 0;
    for (size_t i = 0; i < places->count; i++) {
        uint32_t number = linear->number[places->at[i]];
        if (number == 0)
            continue;
        sum += linear->weights[number - 1];
        known++;
    }
    return known > 0 ? linear->bias + linear->step * (double)sum * sks_text_gram_value(known) : NAN;
}

/* Of a campaign of one mail there is no model that doesn't know it. */
static void assign_parts(struct job *job)
{
    const struct sks_training *training = job->learning->training;
    GHashTable *own = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < job->group->rows->len; i++) {
        size_t row = g_array_index(job->group->rows, size_t, i);
        unsigned part = job->group->rows->len > 1 ? i % SKS_FOLD_COUNT : NO_PART;
        g_hash_table_insert(own, (gpointer)training->rows[row].group, GUINT_TO_POINTER(part));
    }
    for (size_t i = 0; i < training->count; i++) {
        gpointer part;
        job->parts[i] = is_other(&training->rows[i]) ? job->learning->folds[i] : SKS_NO_FOLD;
        if (!is_other(&training->rows[i]) && training->rows[i].reported &&
            g_hash_table_lookup_extended(own, training->rows[i].group, NULL, &part))
            job->parts[i] = GPOINTER_TO_UINT(part);
    }
    g_hash_table_unref(own);
}

static gboolean contradicts(const struct job *job, size_t row)
{
    const struct group *group = job->group;
    double highest = 0;
    for (guint i = 0; i < group->rows->len; i++)
        highest = fmax(highest, likeness(job->learning, row, g_array_index(group->rows, size_t, i)));
    return highest >= (group->rows->len > 1 ? fmax(ALIKE, group->likeness) : SAME);
}

static void set_aside(struct job *job)
{
    const struct sks_training *training = job->learning->training;
    GHashTable *groups = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < training->count; i++)
        if (training->rows[i].reported && is_other(&training->rows[i]) && !training->rows[i].assumed &&
            contradicts(job, i))
            g_hash_table_add(groups, (gpointer)training->rows[i].group);
    gboolean few = g_hash_table_size(groups) < job->group->rows->len;
    for (size_t i = 0; few && i < training->count; i++)
        job->set_aside[i] = training->rows[i].reported && is_other(&training->rows[i]) &&
                            g_hash_table_contains(groups, training->rows[i].group);
    g_hash_table_unref(groups);
}

static int compare_rising(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

/* From where held-out other mail ends towards the middle one of the campaign's mails. */
static void set_ramp(struct sks_campaign *campaign, const struct job *job, const struct linear *linear)
{
    const struct learning *learning = job->learning;
    const struct sks_training *training = learning->training;
    const GArray *rows = job->group->rows;
    g_autofree double *others = g_new(double, training->count), *own = g_new(double, rows->len);
    size_t count = 0;
    for (size_t i = 0; i < training->count; i++)
        if (is_other(&training->rows[i]) && !training->rows[i].assumed && !job->set_aside[i] && !isnan(job->margins[i]))
            others[count++] = job->margins[i];
    for (guint i = 0; i < rows->len; i++) {
        own[i] = margin(linear, &learning->places[g_array_index(rows, size_t, i)]);
        own[i] = isnan(own[i]) ? linear->bias : own[i]; /* shares nothing that two have */
    }
    qsort(own, rows->len, sizeof(*own), compare_rising);
    double low = count > 0 ? sks_rates_threshold(others, count, training->targeted_rate) : linear->bias;
    double length = fmax(LEAST_LENGTH, SHARE * (own[rows->len / 2] - low));
    campaign->a = 1 / length;
    campaign->b = -low / length;
}

struct weight {
    uint32_t gram;
    int32_t weight;
};

struct like {
    size_t row;
    struct sks_resemblance reported;
};

static void append_counted(GByteArray *out_bytes, const GArray *items, guint size)
{
    g_byte_array_append(out_bytes, (const guint8 *)&items->len, sizeof(items->len));
    if (items->len > 0)
        g_byte_array_append(out_bytes, (const guint8 *)items->data, items->len * size);
}

/* The campaign, its weights, and the rows that are like it. */
static void write_job(GByteArray *out_bytes, const struct job *job, const struct linear *linear)
{
    const struct learning *learning = job->learning;
    struct sks_campaign campaign = {.step = linear->step,
                                    .bias = linear->bias,
                                    .needs_means = job->group->needs_means,
                                    .close = job->group->likeness >= CLOSE};
    set_ramp(&campaign, job, linear);
    g_autoptr(GArray) weights = g_array_new(FALSE, FALSE, sizeof(struct weight));
    for (guint i = 0; i < learning->grams->len; i++)
        if (linear->number[i] > 0) {
            struct weight one = {g_array_index(learning->grams, uint32_t, i), linear->weights[linear->number[i] - 1]};
            g_array_append_val(weights, one);
        }
    g_autoptr(GArray) likes = g_array_new(FALSE, TRUE, sizeof(struct like));
    for (size_t i = 0; i < learning->training->count; i++) {
        struct like one = {i, sks_campaign_reported(&campaign, job->margins[i])};
        if (one.reported.bringing > 0 && !job->set_aside[i])
            g_array_append_val(likes, one);
    }
    g_byte_array_append(out_bytes, (const guint8 *)&campaign, sizeof(campaign));
    append_counted(out_bytes, weights, sizeof(struct weight));
    append_counted(out_bytes, likes, sizeof(struct like));
}

static void learn_campaign(GByteArray *out_bytes, size_t index, void *data)
{
    const struct learning *learning = data;
    size_t count = learning->training->count;
    g_autofree unsigned *parts = g_new(unsigned, count);
    g_autofree gboolean *aside = g_new0(gboolean, count);
    g_autofree double *margins = g_new(double, count);
    struct job job = {learning, g_ptr_array_index(learning->groups, index), parts, aside, margins};
    assign_parts(&job);
    set_aside(&job);
    for (size_t i = 0; i < count; i++)
        margins[i] = NAN;
    for (unsigned fold = 0; fold <= SKS_NO_FOLD; fold++) {
        struct linear linear = fit(&job, fold);
        for (size_t i = 0; i < count; i++)
            if (parts[i] == fold)
                margins[i] = margin(&linear, &learning->places[i]);
        if (fold == SKS_NO_FOLD)
            write_job(out_bytes, &job, &linear);
        finish_linear(&linear);
    }
}

/* All campaigns. */

struct found {
    uint32_t gram;
    struct sks_campaign_entry entry;
};

static int compare_found(const void *one, const void *other)
{
    const struct found *a = one, *b = other;
    if (a->gram != b->gram)
        return a->gram < b->gram ? -1 : 1;
    return (a->entry.campaign > b->entry.campaign) - (a->entry.campaign < b->entry.campaign);
}

static const char *read_counted(GArray *items, const char *at, gsize size)
{
    guint count;
    memcpy(&count, at, sizeof(count));
    at += sizeof(count);
    g_array_set_size(items, count);
    if (count > 0)
        memcpy(items->data, at, count * size);
    return at + count * size;
}

static void read_job(struct sks_campaigns *campaigns, GArray *found, struct sks_resemblance *out_likeness, size_t index,
                     GBytes *result)
{
    g_autoptr(GArray) weights = g_array_new(FALSE, FALSE, sizeof(struct weight));
    g_autoptr(GArray) likes = g_array_new(FALSE, FALSE, sizeof(struct like));
    const char *at = g_bytes_get_data(result, NULL);
    memcpy(&campaigns->all[index], at, sizeof(struct sks_campaign));
    at = read_counted(weights, at + sizeof(struct sks_campaign), sizeof(struct weight));
    read_counted(likes, at, sizeof(struct like));
    for (guint i = 0; i < weights->len; i++) {
        const struct weight *weight = &g_array_index(weights, struct weight, i);
        struct found one = {weight->gram, {(uint16_t)index, (int16_t)weight->weight}};
        g_array_append_val(found, one);
    }
    for (guint i = 0; i < likes->len; i++) {
        const struct like *like = &g_array_index(likes, struct like, i);
        out_likeness[like->row] = sks_resemblance_most(out_likeness[like->row], like->reported);
    }
}

static void gather(struct sks_campaigns *campaigns, GArray *found)
{
    sort(found, sizeof(struct found), compare_found);
    campaigns->entry_count = found->len;
    campaigns->grams = g_new(uint32_t, found->len);
    campaigns->begins = g_new(uint32_t, (gsize)found->len + 1);
    campaigns->entries = g_new(struct sks_campaign_entry, found->len);
    for (guint i = 0; i < found->len; i++) {
        const struct found *one = &g_array_index(found, struct found, i);
        if (campaigns->gram_count == 0 || campaigns->grams[campaigns->gram_count - 1] != one->gram) {
            campaigns->begins[campaigns->gram_count] = i;
            campaigns->grams[campaigns->gram_count++] = one->gram;
        }
        campaigns->entries[i] = one->entry;
    }
    campaigns->begins[campaigns->gram_count] = found->len;
}

static void show(size_t done, size_t count, void *data)
{
    const struct learning *learning = data;
    if (learning->training->progress != NULL)
        learning->training->progress(learning->step, done, count, learning->training->progress_data);
}

static int learn_all(struct sks_campaigns *out_campaigns, struct sks_resemblance *out_likeness,
                     struct learning *learning)
{
    struct sks_jobs jobs = {.count = learning->groups->len,
                            .workers = learning->training->workers,
                            .job = learn_campaign,
                            .progress = show,
                            .data = learning};
    GBytes **results = sks_jobs_run(&jobs);
    int error = results != NULL && sks_jobs_complete(results, jobs.count) ? 0 : SKS_ERROR_CRASH;
    if (error == 0) {
        struct sks_campaigns campaigns = {.count = learning->groups->len};
        g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct found));
        campaigns.all = g_new0(struct sks_campaign, campaigns.count);
        for (uint32_t i = 0; i < campaigns.count; i++)
            read_job(&campaigns, found, out_likeness, i, results[i]);
        gather(&campaigns, found);
        *out_campaigns = campaigns;
    }
    sks_jobs_finish(results, jobs.count);
    return error;
}

int sks_campaigns_train(struct sks_campaigns *out_campaigns, struct sks_resemblance *out_likeness,
                        const struct sks_training *training, const unsigned *folds, const char *step)
{
    struct learning learning = {
        .training = training,
        .folds = folds,
        .grams = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
        .places = g_new0(struct places, training->count),
        .groups = g_ptr_array_new_with_free_func(free_group),
        .step = step,
    };
    int error = 0;
    collect_grams(&learning);
    learning.rarity = g_new0(double, learning.grams->len);
    if (learning.grams->len > 0) {
        weigh_grams(&learning);
        divide(&learning);
    }
    learning.most_grams = MIN(MOST_GRAMS, SKS_LIMIT_MODEL_GRAMS / MAX(learning.groups->len, 1));
    if (learning.groups->len > 0)
        error = learn_all(out_campaigns, out_likeness, &learning);
    for (size_t i = 0; i < training->count; i++)
        g_free(learning.places[i].at);
    g_free(learning.places);
    g_free(learning.rarity);
    g_array_unref(learning.grams);
    g_ptr_array_unref(learning.groups);
    return error;
}
