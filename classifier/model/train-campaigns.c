/*
 * From what was reported as targeted to campaigns, and to a likeness to each.
 *
 *   1. Reported mails are divided by the words that they share (divide.h). Within a campaign, no reporter's mails weigh
 *      more than those of all others (voices.h).
 *   2. For each campaign, liblinear tells its mails from the other mail that has most of their words, by the grams that
 *      two of them have (or one, while there are no three).
 *   3. The same without each fold, for the margins of other mail, and of the campaign's own, by models that don't know
 *      them: a fold of other mail, and a fifth of the campaign.
 *   4. The ramp begins at the margin that no more held-out other mail reaches than may be called targeted.
 *
 * Somebody may report a mail of a campaign as clean or bulk. Such a mail is set aside, as long as those who say so are
 * outvoted by those who say targeted: else one of them would hide the rest, since the ramp begins above what it must
 * not find.
 *
 * Each campaign is a job in a child process; the same rows give the same campaigns.
 */
#include <linear.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/divide.h"
#include "model/jobs.h"
#include "model/rates.h"
#include "model/train.h"
#include "model/voices.h"
#include "sekisho/limits.h"

/* How alike mails are that are one party's, on average; and that are the same but for a name. */
#define CLOSE 0.4
#define SAME  0.8
#define ALIKE 0.5

/* Likeness differs in its last digits by the order of what is added. */
#define SLACK 1e-9

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

struct group {
    GArray *rows;    /* size_t */
    size_t *weights; /* of each: so often it counts */
    size_t latest;   /* of the rows */
    gboolean needs_means;
    double likeness; /* on average, of two of them; 1 of one alone */
};

struct learning {
    const struct sks_training *training;
    const unsigned *folds;
    struct sks_alike likeness;
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

static void free_group(gpointer data)
{
    struct group *group = data;
    g_array_unref(group->rows);
    g_free(group->weights);
    g_free(group);
}

static size_t row_of(const struct group *group, guint index)
{
    return g_array_index(group->rows, size_t, index);
}

static gint compare_ages(gconstpointer one, gconstpointer other)
{
    size_t a = (*(struct group *const *)one)->latest, b = (*(struct group *const *)other)->latest;
    return (a > b) - (a < b);
}

/* Those of most voices first, and of these the latest. */
static gint compare_worth(gconstpointer one, gconstpointer other, gpointer data)
{
    const struct group *a = *(struct group *const *)one, *b = *(struct group *const *)other;
    int more = sks_voices_compare(sks_voices_count(data, a->rows), sks_voices_count(data, b->rows));
    return more != 0 ? -more : compare_ages(other, one);
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
        size_t own = 0, all = 0;
        for (guint j = 0; j < group->rows->len; j++) {
            gboolean brings = sks_training_shows_means(learning->training, row_of(group, j));
            own += brings ? group->weights[j] : 0;
            all += group->weights[j];
            bringing += brings;
        }
        group->likeness = sks_alike_within(&learning->likeness, group->rows, group->weights);
        group->needs_means = own * 2 > all;
        mails += group->rows->len;
    }
    for (guint i = 0; i < learning->groups->len; i++) {
        struct group *group = g_ptr_array_index(learning->groups, i);
        if (group->rows->len < FEW || group->likeness < CLOSE)
            group->needs_means = group->needs_means || bringing * 2 > mails;
    }
}

static void divide(struct learning *learning)
{
    struct sks_row *rows = learning->training->rows;
    g_autoptr(GPtrArray) found = sks_divide(&learning->likeness, rows, SKS_CLASS_TARGETED);
    for (guint i = 0; i < found->len; i++) {
        struct group *group = g_new0(struct group, 1);
        group->rows = g_array_ref(g_ptr_array_index(found, i));
        group->weights = sks_voices_weigh(rows, group->rows);
        for (guint j = 0; j < group->rows->len; j++)
            group->latest = MAX(group->latest, row_of(group, j));
        g_ptr_array_add(learning->groups, group);
    }
    if (learning->groups->len > SKS_LIMIT_MODEL_CAMPAIGNS) {
        g_ptr_array_sort_with_data(learning->groups, compare_worth, rows);
        g_ptr_array_set_size(learning->groups, SKS_LIMIT_MODEL_CAMPAIGNS);
        g_ptr_array_sort(learning->groups, compare_ages);
    }
    describe_groups(learning);
}

/* One campaign. */

struct job {
    const struct learning *learning;
    const struct group *group;
    GArray *grams;             /* uint32_t: places of those that its mails have, rising */
    struct sks_places *places; /* of each row: which of them it has */
    unsigned *parts;     /* of each row: the fold whose model knows it not; SKS_NO_FOLD: none knows it, NO_PART: all */
    gboolean *set_aside; /* of each row: it says that such mail is not targeted, and is outvoted */
    double *margins;
};

/* A model of one campaign: its grams are numbered from 1. */
struct linear {
    uint32_t *number; /* of each gram of its mails; 0: it isn't in the model */
    uint32_t count;
    int16_t *weights;
    double step, bias;
};

static void collect_grams(struct job *job)
{
    const struct learning *learning = job->learning;
    size_t count = learning->training->count;
    g_autofree uint32_t *index = g_new0(uint32_t, learning->likeness.grams->len); /* of each gram, from 1 */
    for (guint i = 0; i < job->group->rows->len; i++) {
        const struct sks_places *places = &learning->likeness.places[row_of(job->group, i)];
        g_array_append_vals(job->grams, places->at, (guint)places->count);
    }
    sks_grams_settle(job->grams);
    for (guint i = 0; i < job->grams->len; i++)
        index[g_array_index(job->grams, uint32_t, i)] = i + 1;
    for (size_t i = 0; i < count; i++) {
        const struct sks_places *places = &learning->likeness.places[i];
        struct sks_places own = {.at = g_new(uint32_t, places->count)};
        for (size_t j = 0; j < places->count; j++)
            if (index[places->at[j]] > 0)
                own.at[own.count++] = index[places->at[j]] - 1;
        own.at = g_realloc_n(own.at, own.count, sizeof(*own.at));
        job->places[i] = own;
    }
}

static gboolean learns_from(const struct job *job, size_t row, unsigned left_out)
{
    return !job->learning->training->rows[row].assumed && (job->parts[row] == NO_PART || job->parts[row] != left_out);
}

/* What weight a gram must have, so that no more have it than a model may; least if all may. */
static size_t find_need(const struct job *job, const uint32_t *having, const size_t *weight, size_t least, size_t most)
{
    size_t need = MAX(least, most);
    g_autofree size_t *with = g_new0(size_t, need + 1);
    for (guint i = 0; i < job->grams->len; i++)
        with[weight[i]] += having[i] >= least;
    for (size_t count = with[need]; need > least && count + with[need - 1] <= job->learning->most_grams;)
        count += with[--need];
    return need;
}

/* The grams that enough of the campaign's mails have; of too many those that have most weight. */
static void choose_grams(struct linear *linear, const struct job *job, unsigned left_out)
{
    guint all = job->grams->len;
    g_autofree uint32_t *having = g_new0(uint32_t, all);
    g_autofree size_t *weight = g_new0(size_t, all);
    size_t mails = 0, most = 0;
    for (guint i = 0; i < job->group->rows->len; i++) {
        const struct sks_places *places = &job->places[row_of(job->group, i)];
        if (!learns_from(job, row_of(job->group, i), left_out))
            continue;
        mails++;
        most += job->group->weights[i];
        for (size_t j = 0; j < places->count; j++) {
            having[places->at[j]]++;
            weight[places->at[j]] += job->group->weights[i];
        }
    }
    size_t least = mails >= 3 ? 2 : 1, need = find_need(job, having, weight, least, most);
    linear->number = g_new0(uint32_t, all);
    for (guint i = 0; i < all && linear->count < job->learning->most_grams; i++)
        if (having[i] >= least && weight[i] >= need)
            linear->number[i] = ++linear->count;
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

/* What the model learns from: the campaign's mails, as often as they count, and of other mail that which has most of
 * their words. */
static GArray *choose_rows(const struct linear *linear, const struct job *job, unsigned left_out)
{
    const struct learning *learning = job->learning;
    const struct sks_training *training = learning->training;
    GArray *near = g_array_new(FALSE, FALSE, sizeof(struct near));
    for (size_t i = 0; i < training->count; i++) {
        if (!is_other(&training->rows[i]) || job->set_aside[i] || !learns_from(job, i, left_out))
            continue;
        struct near one = {.row = i};
        for (size_t j = 0; j < job->places[i].count; j++)
            if (linear->number[job->places[i].at[j]] > 0)
                one.shared += learning->likeness.rarity[g_array_index(job->grams, uint32_t, job->places[i].at[j])];
        g_array_append_val(near, one);
    }
    sort(near, sizeof(struct near), compare_near);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(size_t));
    for (guint i = 0; i < MIN(near->len, MOST_OTHERS); i++)
        g_array_append_val(rows, g_array_index(near, struct near, i).row);
    for (guint i = 0; i < job->group->rows->len; i++)
        for (size_t k = 0; k < job->group->weights[i] && learns_from(job, row_of(job->group, i), left_out); k++) {
            size_t row = row_of(job->group, i);
            g_array_append_val(rows, row);
        }
    g_array_unref(near);
    return rows;
}

static struct feature_node *make_nodes(const struct linear *linear, const struct sks_places *places)
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
        problem.x[i] = make_nodes(&linear, &job->places[row]);
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

static double margin(const struct linear *linear, const struct sks_places *places)
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
        size_t row = row_of(job->group, i);
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

/* Of each of the campaign's grams, the most that it is of one of the mails: none of them is more like another mail than
 * these together. */
static double *find_most(const struct job *job)
{
    double *most = g_new0(double, job->grams->len);
    for (guint i = 0; i < job->group->rows->len; i++) {
        size_t row = row_of(job->group, i);
        for (size_t j = 0; j < job->places[row].count; j++)
            most[job->places[row].at[j]] =
                fmax(most[job->places[row].at[j]], 1 / job->learning->likeness.places[row].length);
    }
    return most;
}

static gboolean contradicts(const struct job *job, const double *most, size_t row)
{
    const struct group *group = job->group;
    const struct sks_alike *likeness = &job->learning->likeness;
    double enough = (group->rows->len > 1 ? fmax(ALIKE, group->likeness) : SAME) - SLACK, reached = 0;
    for (size_t i = 0; i < job->places[row].count; i++) {
        double rarity = likeness->rarity[g_array_index(job->grams, uint32_t, job->places[row].at[i])];
        reached += rarity * rarity * most[job->places[row].at[i]];
    }
    if (!(reached >= enough * likeness->places[row].length))
        return FALSE;
    for (guint i = 0; i < group->rows->len; i++)
        if (sks_alike_of(likeness, row, row_of(group, i)) >= enough)
            return TRUE;
    return FALSE;
}

static void set_aside(struct job *job)
{
    const struct sks_row *rows = job->learning->training->rows;
    size_t count = job->learning->training->count;
    GHashTable *groups = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GArray) against = g_array_new(FALSE, FALSE, sizeof(size_t));
    g_autofree double *most = find_most(job);
    for (size_t i = 0; i < count; i++)
        if (rows[i].reported && is_other(&rows[i]) && !rows[i].assumed && contradicts(job, most, i) &&
            g_hash_table_add(groups, (gpointer)rows[i].group))
            g_array_append_val(against, i);
    gboolean outvoted =
        sks_voices_compare(sks_voices_count(rows, against), sks_voices_count(rows, job->group->rows)) < 0;
    for (size_t i = 0; outvoted && i < count; i++)
        job->set_aside[i] = rows[i].reported && is_other(&rows[i]) && g_hash_table_contains(groups, rows[i].group);
    g_hash_table_unref(groups);
}

static int compare_rising(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

/* The margins of the campaign's mails, as often as they count; the middle one. */
static double find_middle(const struct job *job, const struct linear *linear)
{
    g_autoptr(GArray) own = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint i = 0; i < job->group->rows->len; i++) {
        double reached = margin(linear, &job->places[row_of(job->group, i)]);
        reached = isnan(reached) ? linear->bias : reached; /* shares nothing that two have */
        for (size_t k = 0; k < job->group->weights[i]; k++)
            g_array_append_val(own, reached);
    }
    sort(own, sizeof(double), compare_rising);
    return g_array_index(own, double, own->len / 2);
}

/* From where held-out other mail ends towards the middle one of the campaign's mails. */
static void set_ramp(struct sks_campaign *campaign, const struct job *job, const struct linear *linear)
{
    const struct sks_training *training = job->learning->training;
    g_autofree double *others = g_new(double, training->count);
    size_t count = 0;
    for (size_t i = 0; i < training->count; i++)
        if (is_other(&training->rows[i]) && !training->rows[i].assumed && !job->set_aside[i] && !isnan(job->margins[i]))
            others[count++] = job->margins[i];
    double low = count > 0 ? sks_rates_threshold(others, count, training->targeted_rate) : linear->bias;
    double length = fmax(LEAST_LENGTH, SHARE * (find_middle(job, linear) - low));
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
    for (guint i = 0; i < job->grams->len; i++)
        if (linear->number[i] > 0) {
            uint32_t place = g_array_index(job->grams, uint32_t, i);
            struct weight one = {g_array_index(learning->likeness.grams, uint32_t, place),
                                 linear->weights[linear->number[i] - 1]};
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
    struct job job = {.learning = learning,
                      .group = g_ptr_array_index(learning->groups, index),
                      .grams = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
                      .places = g_new0(struct sks_places, count),
                      .parts = parts,
                      .set_aside = aside,
                      .margins = margins};
    collect_grams(&job);
    assign_parts(&job);
    set_aside(&job);
    for (size_t i = 0; i < count; i++)
        margins[i] = NAN;
    for (unsigned fold = 0; fold <= SKS_NO_FOLD; fold++) {
        struct linear linear = fit(&job, fold);
        for (size_t i = 0; i < count; i++)
            if (parts[i] == fold)
                margins[i] = margin(&linear, &job.places[i]);
        if (fold == SKS_NO_FOLD)
            write_job(out_bytes, &job, &linear);
        finish_linear(&linear);
    }
    for (size_t i = 0; i < count; i++)
        g_free(job.places[i].at);
    g_free(job.places);
    g_array_unref(job.grams);
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
        .groups = g_ptr_array_new_with_free_func(free_group),
        .step = step,
    };
    int error = 0;
    sks_alike_init(&learning.likeness, training->rows, training->count);
    divide(&learning);
    learning.most_grams = MIN(MOST_GRAMS, SKS_LIMIT_MODEL_GRAMS / MAX(learning.groups->len, 1));
    if (learning.groups->len > 0)
        error = learn_all(out_campaigns, out_likeness, &learning);
    sks_alike_finish(&learning.likeness);
    g_ptr_array_unref(learning.groups);
    return error;
}
