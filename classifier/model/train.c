/*
 * Training from beginning to end.
 *
 *   1. folds of groups
 *   2. the text model: once without each fold, which gives every row a score by a model that knows none of its
 *      relatives, and once on all rows; a sigmoid makes margins log-odds
 *      models of the campaigns of reported mail, too, in the same way
 *   3. with these scores among the features: libsvm on all rows, again and again, until no feature speaks the wrong way
 *   4. libsvm without each fold, for each choice of C and weight
 *   5. the best choice; sigmoids and thresholds from its held-out decision values; libsvm once more on all rows
 *   6. the package
 *
 * 2 and 4 are jobs in child processes.
 */
#include "model/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/groups.h"
#include "model/jobs.h"
#include "model/package.h"
#include "model/pairs.h"
#include "model/rates.h"
#include "model/sigmoid.h"
#include "model/words.h"

static const struct sks_pairs_parameter choices[] = {
    {0.03, 1}, {0.1, 1}, {0.03, 2}, {0.1, 2}, {0.1, 4},
};

/* What is marked less strongly than this isn't scaled up to 1. */
#define LEAST_MARKED 0.25

/* A feature of less than this share of the mails is scaled up, by this at most. */
#define FEW          0.05
#define MOST_FOR_FEW 3.0

/* The choice by which it is decided which features make sense, and how far a weight may lie on the wrong side. */
#define FIRST_CHOICE 1
#define TOLERATED    0.05

/* Rates of false alarms, on real and on written mail, over which detection is averaged to compare choices. */
static const struct {
    gboolean written;
    double rate;
} compared[] = {{FALSE, 0.001}, {FALSE, 0.003}, {FALSE, 0.01}, {TRUE, 0.02}, {TRUE, 0.05}};

struct state {
    const struct sks_training *training;
    unsigned *folds;
    double *scale;
    double *margins;   /* SKS_TEXT_PARTS for each row, held out */
    double *decisions; /* SKS_PAIR_COUNT for each row, held out, of the choice in hand */
    struct sks_text_model text;
    struct sks_campaigns reported; /* none: nothing was reported as targeted */
    double *likeness;              /* of each row to reported mail, held out: the part of the weight, 0 to 1 */
    struct sks_pairs_parameter chosen;
    double qualities[G_N_ELEMENTS(choices)];
    double a[SKS_PAIR_COUNT], b[SKS_PAIR_COUNT];
    double targeted_threshold, bulk_threshold;
    const char *step;
};

static void report(size_t done, size_t count, void *data)
{
    const struct state *state = data;
    if (state->training->progress != NULL)
        state->training->progress(state->step, done, count, state->training->progress_data);
}

static int check_groups(const struct sks_training *training, struct sks_problems *problems)
{
    GHashTable *groups[SKS_CLASS_COUNT];
    int error = 0;
    for (size_t i = 0; i < SKS_CLASS_COUNT; i++)
        groups[i] = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < training->count; i++)
        g_hash_table_add(groups[training->rows[i].class_], (gpointer)training->rows[i].group);
    for (size_t i = 0; i < SKS_CLASS_COUNT; i++) {
        guint found = g_hash_table_size(groups[i]);
        if (found < SKS_FOLD_COUNT) {
            sks_problems_add(problems, NULL, 0, sks_class_name((enum sks_class)i),
                             "%u campaigns, families or days to learn from; at least %u are needed", found,
                             SKS_FOLD_COUNT);
            error = SKS_ERROR_FORMAT;
        }
        g_hash_table_unref(groups[i]);
    }
    return error;
}

/* Margins of a model for the rows of a fold, as bytes. */
static void text_job(GByteArray *out_bytes, size_t index, void *data)
{
    const struct state *state = data;
    const struct sks_training *training = state->training;
    struct sks_text_model model;
    sks_text_train(&model, training->rows, state->folds, training->count, (unsigned)index);
    if (index == SKS_NO_FOLD) {
        g_autoptr(GBytes) bytes = sks_text_model_format(&model);
        g_byte_array_append(out_bytes, g_bytes_get_data(bytes, NULL), (guint)g_bytes_get_size(bytes));
        return;
    }
    for (size_t i = 0; i < training->count; i++)
        if (state->folds[i] == index) {
            double margins[SKS_TEXT_PARTS];
            sks_text_model_margins(&model, training->rows[i].grams, training->rows[i].gram_count, margins);
            g_byte_array_append(out_bytes, (const guint8 *)margins, sizeof(margins));
        }
}

/* Puts what the jobs of the folds returned (size bytes for each of their rows) back into the order of the rows. */
static void gather(void *out, size_t size, const struct state *state, GBytes *const *results)
{
    const char *at[SKS_FOLD_COUNT];
    for (size_t fold = 0; fold < SKS_FOLD_COUNT; fold++)
        at[fold] = g_bytes_get_data(results[fold], NULL);
    for (size_t i = 0; i < state->training->count; i++) {
        memcpy((char *)out + i * size, at[state->folds[i]], size);
        at[state->folds[i]] += size;
    }
}

/* A row's weight in fitting sigmoids: each class and language counts the same. */
static double *balance(const struct sks_training *training)
{
    size_t counts[SKS_CLASS_COUNT][2] = {{0}};
    for (size_t i = 0; i < training->count; i++)
        counts[training->rows[i].class_][training->rows[i].japanese ? 1 : 0] += !training->rows[i].assumed;
    double *weights = g_new(double, training->count);
    for (size_t i = 0; i < training->count; i++) {
        const size_t *languages = counts[training->rows[i].class_];
        double share = languages[0] > 0 && languages[1] > 0 ? 0.5 : 1;
        size_t count = languages[training->rows[i].japanese ? 1 : 0];
        weights[i] = (double)training->count / SKS_CLASS_COUNT * share / (double)count;
    }
    return weights;
}

/* Fits the sigmoid that tells first from second by held-out values: those at values[i * stride]. */
static void fit_sigmoid(double *out_a, double *out_b, const struct sks_training *training, const double *values,
                        size_t stride, enum sks_class first, enum sks_class second)
{
    g_autofree double *all_weights = balance(training);
    g_autofree double *used = g_new(double, training->count);
    g_autofree double *weights = g_new(double, training->count);
    g_autofree gboolean *firsts = g_new(gboolean, training->count);
    size_t count = 0;
    for (size_t i = 0; i < training->count; i++) {
        enum sks_class class_ = training->rows[i].class_;
        if (training->rows[i].assumed || (class_ != first && class_ != second) || isnan(values[i * stride]))
            continue;
        used[count] = values[i * stride];
        weights[count] = all_weights[i];
        firsts[count++] = class_ == first;
    }
    sks_sigmoid_fit(out_a, out_b, used, firsts, weights, count);
}

/* Held-out margins become features, by the same steps as in serving. */
static void set_text_features(struct state *state)
{
    const struct sks_training *training = state->training;
    for (size_t part = 0; part < SKS_TEXT_PARTS; part++) {
        double a, b;
        fit_sigmoid(&a, &b, training, state->margins + part, SKS_TEXT_PARTS, sks_text_classes[part][0],
                    sks_text_classes[part][1]);
        state->text.a[part] = -a; /* the sigmoid's exponent is the log-odds of the other side */
        state->text.b[part] = -b;
    }
    for (size_t i = 0; i < training->count; i++) {
        const struct sks_row *row = &training->rows[i];
        double odds[SKS_TEXT_PARTS];
        for (size_t part = 0; part < SKS_TEXT_PARTS; part++)
            odds[part] = sks_text_model_log_odds(&state->text, (enum sks_text_part)part,
                                                 state->margins[i * SKS_TEXT_PARTS + part]);
        const struct sks_text_prediction scores = {
            .targeted = odds[SKS_TEXT_TARGETED], .bulk = odds[SKS_TEXT_BULK], .for_one = odds[SKS_TEXT_FOR_ONE]};
        training->set_text(row->values, &scores);
    }
}

static int train_text(struct state *state)
{
    state->step = "text model";
    struct sks_jobs jobs = {.count = SKS_FOLD_COUNT + 1,
                            .workers = state->training->workers,
                            .job = text_job,
                            .progress = report,
                            .data = state};
    GBytes **results = sks_jobs_run(&jobs);
    int error = results != NULL && sks_jobs_complete(results, jobs.count) ? 0 : SKS_ERROR_CRASH;
    if (error == 0) {
        gather(state->margins, SKS_TEXT_PARTS * sizeof(double), state, results);
        error = sks_text_model_parse(&state->text, g_bytes_get_data(results[SKS_NO_FOLD], NULL),
                                     g_bytes_get_size(results[SKS_NO_FOLD]), NULL, NULL);
    }
    sks_jobs_finish(results, jobs.count);
    if (error == 0)
        set_text_features(state);
    return error;
}

static int compare_rising(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

gboolean sks_training_shows_means(const struct sks_training *training, size_t row)
{
    for (size_t i = 0; training->means != NULL && i < training->schema_count; i++)
        if (training->means[i] && training->rows[row].values[i] > 0)
            return TRUE;
    return training->means == NULL;
}

static int train_reported(struct state *state)
{
    const struct sks_training *training = state->training;
    g_autofree struct sks_resemblance *likeness = g_new0(struct sks_resemblance, training->count);
    int error = sks_campaigns_train(&state->reported, likeness, training, state->folds, "reports");
    for (size_t i = 0; error == 0 && i < training->count; i++)
        state->likeness[i] = sks_training_shows_means(training, i) ? likeness[i].bringing : likeness[i].bare;
    return error;
}

/*
 * A feature is scaled so that a marked case of it, the 95th of 100 mails that have it, is 1: the text model's scores,
 * which seldom come near their ceiling, count as much as what is either seen or not. What few mails have is scaled up:
 * the price of a weight is the same for all, but the few could pay only for a small one.
 */
static void set_scale(struct state *state)
{
    const struct sks_training *training = state->training;
    g_autofree double *values = g_new(double, training->count);
    for (size_t i = 0; i < training->schema_count; i++) {
        size_t count = 0;
        for (size_t j = 0; j < training->count; j++)
            if (training->rows[j].values[i] != 0)
                values[count++] = fabs(training->rows[j].values[i]);
        qsort(values, count, sizeof(*values), compare_rising);
        state->scale[i] = count > 0 ? 1 / fmax(values[count * 95 / 100], LEAST_MARKED) : 1;
        if (count > 0)
            state->scale[i] *= CLAMP(sqrt(FEW * (double)training->count / (double)count), 1, MOST_FOR_FEW);
    }
}

/* Whether a feature speaks as it should, by its weights: positive ones speak for the first class of a pair. */
static gboolean makes_sense(const struct sks_pairs *pairs, size_t feature, enum sks_sense sense)
{
    double targeted = -pairs->weights[SKS_PAIR_CLEAN_TARGETED][feature];
    double bulk = -pairs->weights[SKS_PAIR_CLEAN_BULK][feature];
    switch (sense) {
    case SKS_SENSE_TARGETED:
        return targeted >= -TOLERATED || bulk > -2 * targeted; /* what speaks for bulk speaks against clean */
    case SKS_SENSE_BULK:
        return bulk >= -TOLERATED;
    case SKS_SENSE_CLEAN:
        return targeted <= TOLERATED && bulk <= TOLERATED;
    default:
        return TRUE;
    }
}

static const double unit[SKS_PAIR_COUNT] = {1, 1, 1}, zero[SKS_PAIR_COUNT] = {0, 0, 0};

/* One round: trains on all rows and switches off (scale 0) what speaks the wrong way. Returns how much that was. */
static size_t drop_senseless(struct state *state)
{
    const struct sks_training *training = state->training;
    GString *classes = sks_pairs_train(training->rows, state->folds, training->count, SKS_NO_FOLD,
                                       training->schema_count, state->scale, &choices[FIRST_CHOICE], unit, zero);
    struct sks_pairs pairs;
    if (sks_pairs_parse(&pairs, classes->str, training->schema_count, NULL, NULL) != 0)
        g_error("the model just trained can't be read");
    g_string_free(classes, TRUE);
    size_t dropped = 0;
    for (size_t i = 0; i < training->schema_count; i++)
        if (state->scale[i] != 0 && !makes_sense(&pairs, i, training->senses[i])) {
            state->scale[i] = 0;
            dropped++;
        }
    sks_pairs_finish(&pairs);
    return dropped;
}

/* Decision values of a model (sigmoids a = 1, b = 0) for the rows of a fold. */
static void decide(GByteArray *out_bytes, const struct state *state, const char *classes, size_t fold)
{
    const struct sks_training *training = state->training;
    struct sks_pairs pairs;
    if (sks_pairs_parse(&pairs, classes, training->schema_count, NULL, NULL) != 0)
        g_error("the model just trained can't be read");
    g_autofree double *scaled = g_new(double, training->schema_count);
    for (size_t i = 0; i < training->count; i++) {
        if (state->folds[i] != fold)
            continue;
        for (size_t j = 0; j < training->schema_count; j++)
            scaled[j] = training->rows[i].values[j] * state->scale[j];
        double decisions[SKS_PAIR_COUNT];
        sks_pairs_log_odds(&pairs, scaled, decisions);
        g_byte_array_append(out_bytes, (const guint8 *)decisions, sizeof(decisions));
    }
    sks_pairs_finish(&pairs);
}

static void pairs_job(GByteArray *out_bytes, size_t index, void *data)
{
    const struct state *state = data;
    const struct sks_training *training = state->training;
    size_t fold = index % SKS_FOLD_COUNT;
    GString *classes =
        sks_pairs_train(training->rows, state->folds, training->count, (unsigned)fold, training->schema_count,
                        state->scale, &choices[index / SKS_FOLD_COUNT], unit, zero);
    decide(out_bytes, state, classes->str, fold);
    g_string_free(classes, TRUE);
}

static void fit_pair_sigmoids(struct state *state)
{
    static const enum sks_class classes[SKS_PAIR_COUNT][2] = {
        [SKS_PAIR_CLEAN_BULK] = {SKS_CLASS_CLEAN, SKS_CLASS_BULK},
        [SKS_PAIR_CLEAN_TARGETED] = {SKS_CLASS_CLEAN, SKS_CLASS_TARGETED},
        [SKS_PAIR_BULK_TARGETED] = {SKS_CLASS_BULK, SKS_CLASS_TARGETED},
    };
    for (size_t pair = 0; pair < SKS_PAIR_COUNT; pair++)
        fit_sigmoid(&state->a[pair], &state->b[pair], state->training, state->decisions + pair, SKS_PAIR_COUNT,
                    classes[pair][0], classes[pair][1]);
}

/* Held-out log-odds of a row, as prediction gives them. */
static double held_out(const struct state *state, size_t row, enum sks_pair pair)
{
    double odds = state->a[pair] * state->decisions[row * SKS_PAIR_COUNT + pair] + state->b[pair];
    return pair == SKS_PAIR_CLEAN_BULK ? odds : odds + SKS_REPORTED_WEIGHT * state->likeness[row];
}

static void held_out_odds(double out_odds[SKS_PAIR_COUNT], const struct state *state, size_t row)
{
    for (size_t pair = 0; pair < SKS_PAIR_COUNT; pair++)
        out_odds[pair] = held_out(state, row, (enum sks_pair)pair);
}

typedef double scoring(const struct state *state, size_t row, enum sks_class class_);

/* What mails are ranked by. */
static double rank_score(const struct state *state, size_t row, enum sks_class class_)
{
    double odds[SKS_PAIR_COUNT];
    held_out_odds(odds, state, row);
    return class_ == SKS_CLASS_TARGETED ? sks_pairs_rank(odds) : odds[SKS_PAIR_CLEAN_BULK];
}

/* What a mail is called targeted or bulk by; -HUGE_VAL if no threshold would call it targeted. */
static double calling_score(const struct state *state, size_t row, enum sks_class class_)
{
    double odds[SKS_PAIR_COUNT];
    held_out_odds(odds, state, row);
    if (class_ == SKS_CLASS_TARGETED)
        return sks_pairs_lead(odds) ? sks_pairs_attack(odds) : -HUGE_VAL;
    return odds[SKS_PAIR_CLEAN_BULK];
}

/* Which rows are counted: of classes from first to last, real or written, and of a language unless that is -1. */
struct part {
    enum sks_class first, last;
    int written, japanese;
    gboolean assumed;
};

static gboolean is_of(const struct sks_row *row, const struct part *part)
{
    return row->class_ >= part->first && row->class_ <= part->last && !row->old && row->assumed == part->assumed &&
           (part->written < 0 || row->written == part->written) &&
           (part->japanese < 0 || row->japanese == part->japanese);
}

/* Their scores for class_. g_free(). */
static double *collect(size_t *out_count, const struct state *state, const struct part *part, enum sks_class class_,
                       scoring *score)
{
    const struct sks_training *training = state->training;
    double *scores = g_new(double, training->count + 1);
    *out_count = 0;
    for (size_t i = 0; i < training->count; i++)
        if (is_of(&training->rows[i], part))
            scores[(*out_count)++] = score(state, i, class_);
    return scores;
}

/* Detection of a class at a rate of false alarms on real or written mail, both languages weighing the same; -1 if
 * there is no such mail. */
static double detection(const struct state *state, enum sks_class class_, gboolean written, double rate)
{
    struct part others = {SKS_CLASS_CLEAN, class_ - 1, written, -1, FALSE};
    size_t count;
    g_autofree double *alarms = collect(&count, state, &others, class_, rank_score);
    if (count == 0)
        return -1;
    double threshold = sks_rates_threshold(alarms, count, rate), sum = 0;
    unsigned languages = 0;
    for (int japanese = 0; japanese <= 1; japanese++) {
        struct part wanted = {class_, class_, -1, japanese, FALSE};
        g_autofree double *scores = collect(&count, state, &wanted, class_, rank_score);
        if (count == 0)
            continue;
        sum += (double)sks_rates_reaching(scores, count, threshold) / (double)count;
        languages++;
    }
    return languages > 0 ? sum / languages : -1;
}

/* How good the decision values in hand are: detection at a few rates of false alarms, of mails as they are ranked. */
static double quality(const struct state *state)
{
    double sum = 0;
    size_t cells = 0;
    for (enum sks_class class_ = SKS_CLASS_BULK; class_ <= SKS_CLASS_TARGETED; class_++)
        for (size_t i = 0; i < G_N_ELEMENTS(compared); i++) {
            double found = detection(state, class_, compared[i].written, compared[i].rate);
            sum += fmax(found, 0);
            cells += found >= 0;
        }
    return cells > 0 ? sum / (double)cells : 0;
}

static int choose(struct state *state)
{
    state->step = "classes";
    struct sks_jobs jobs = {.count = G_N_ELEMENTS(choices) * SKS_FOLD_COUNT,
                            .workers = state->training->workers,
                            .job = pairs_job,
                            .progress = report,
                            .data = state};
    GBytes **results = sks_jobs_run(&jobs);
    if (results == NULL || !sks_jobs_complete(results, jobs.count)) {
        sks_jobs_finish(results, jobs.count);
        return SKS_ERROR_CRASH;
    }
    double best = -1;
    size_t best_choice = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(choices); i++) {
        gather(state->decisions, SKS_PAIR_COUNT * sizeof(double), state, results + i * SKS_FOLD_COUNT);
        fit_pair_sigmoids(state);
        double value = state->qualities[i] = quality(state);
        if (value > best + 0.002) { /* the smaller C and weight unless another is clearly better */
            best = value;
            best_choice = i;
        }
    }
    state->chosen = choices[best_choice];
    gather(state->decisions, SKS_PAIR_COUNT * sizeof(double), state, results + best_choice * SKS_FOLD_COUNT);
    fit_pair_sigmoids(state);
    sks_jobs_finish(results, jobs.count);
    return 0;
}

/*
 * Threshold of a class that no more than rate of the real (or written) mails of the classes up to last reach;
 * -HUGE_VAL if there are none.
 */
static double threshold(const struct state *state, enum sks_class class_, enum sks_class last, gboolean written,
                        gboolean assumed, double rate)
{
    struct part others = {SKS_CLASS_CLEAN, last, written, -1, assumed};
    size_t count;
    g_autofree double *scores = collect(&count, state, &others, class_, calling_score);
    /* Rounded up, for a manifest that people read. */
    return count > 0 ? ceil(sks_rates_threshold(scores, count, rate) * 1000) / 1000 : -HUGE_VAL;
}

/*
 * The stricter of what real and written mail ask for, each so many times its rate. On copies with an assumed feature
 * twice as much is allowed: they are to keep a memory from bringing many alarms, not to decide.
 */
static double strictest(const struct state *state, enum sks_class class_, enum sks_class last, double rate,
                        double times)
{
    double highest = 0, written_rate = state->training->written_rate;
    for (int assumed = FALSE; assumed <= TRUE; assumed++, times *= 2) {
        highest = fmax(highest, threshold(state, class_, last, FALSE, assumed, rate * times));
        highest = fmax(highest, threshold(state, class_, last, TRUE, assumed, written_rate * times));
    }
    return highest;
}

/* To call bulk mail targeted is half as bad as to call legitimate mail so. */
static void set_thresholds(struct state *state)
{
    const struct sks_training *training = state->training;
    double rate = training->targeted_rate;
    state->targeted_threshold = fmax(strictest(state, SKS_CLASS_TARGETED, SKS_CLASS_CLEAN, rate, 1),
                                     strictest(state, SKS_CLASS_TARGETED, SKS_CLASS_BULK, rate, 2));
    state->bulk_threshold = strictest(state, SKS_CLASS_BULK, SKS_CLASS_CLEAN, training->bulk_rate, 1);
}

/* What the held-out decision values come to at these thresholds: a row for each class, by language. */
static json_t *confusion(const struct state *state)
{
    const struct sks_training *training = state->training;
    size_t counts[2][SKS_CLASS_COUNT][SKS_CLASS_COUNT] = {{{0}}};
    for (size_t i = 0; i < training->count; i++) {
        if (training->rows[i].assumed)
            continue;
        double odds[SKS_PAIR_COUNT];
        held_out_odds(odds, state, i);
        enum sks_class class_ = sks_pairs_class(odds, state->targeted_threshold, state->bulk_threshold);
        counts[training->rows[i].japanese ? 1 : 0][training->rows[i].class_][class_]++;
    }
    json_t *languages = json_object();
    for (size_t language = 0; language < 2; language++) {
        json_t *table = json_object();
        for (size_t class_ = 0; class_ < SKS_CLASS_COUNT; class_++) {
            json_t *row = json_object();
            for (size_t called = 0; called < SKS_CLASS_COUNT; called++)
                json_object_set_new(row, sks_class_name((enum sks_class)called),
                                    json_integer((json_int_t)counts[language][class_][called]));
            json_object_set_new(table, sks_class_name((enum sks_class)class_), row);
        }
        json_object_set_new(languages, language == 1 ? "ja" : "other", table);
    }
    return languages;
}

static json_t *make_manifest(const struct state *state, GBytes *classes, GBytes *text)
{
    const struct sks_training *training = state->training;
    json_t *features = json_array(), *scale = json_array(), *unused = json_array();
    for (size_t i = 0; i < training->schema_count; i++) {
        if (state->scale[i] == 0)
            json_array_append_new(unused, json_string(training->schema[i]));
        json_array_append_new(features, json_string(training->schema[i]));
        json_array_append_new(scale, json_real(state->scale[i]));
    }
    json_t *tried = json_array();
    for (size_t i = 0; i < G_N_ELEMENTS(choices); i++)
        json_array_append_new(tried, json_pack("{s:f, s:f, s:f}", "c", choices[i].c, "clean_weight",
                                               choices[i].clean_weight, "quality", state->qualities[i]));
    g_autofree char *of_classes = sks_package_digest(g_bytes_get_data(classes, NULL), g_bytes_get_size(classes));
    g_autofree char *of_text = sks_package_digest(g_bytes_get_data(text, NULL), g_bytes_get_size(text));
    g_autofree char *all =
        g_strdup_printf("%s %s %.3f %.3f", of_classes, of_text, state->targeted_threshold, state->bulk_threshold);
    g_autofree char *of_all = sks_package_digest(all, strlen(all));
    g_autofree char *version = g_strdup_printf("%s-%.12s", training->dated, of_all);
    return json_pack("{s:s, s:o, s:o, s:{s:f, s:f}, s:O, s:o, s:{s:f, s:f, s:f, s:f, s:f}, s:{s:i, s:o, s:o}}",
                     "version", version, "features", features, "scale", scale, "thresholds", "targeted",
                     state->targeted_threshold, "bulk", state->bulk_threshold, "training", training->description,
                     "unused", unused, "parameters", "c", state->chosen.c, "clean_weight", state->chosen.clean_weight,
                     "targeted_rate", training->targeted_rate, "bulk_rate", training->bulk_rate, "written_rate",
                     training->written_rate, "evaluation", "folds", SKS_FOLD_COUNT, "held_out", confusion(state),
                     "tried", tried);
}

/* NULL: nothing is asked for. */
static json_t *list_means(const struct sks_training *training)
{
    json_t *names = training->means != NULL ? json_array() : NULL;
    for (size_t i = 0; names != NULL && i < training->schema_count; i++)
        if (training->means[i])
            json_array_append_new(names, json_string(training->schema[i]));
    return names;
}

static int write_package(GBytes **out_package, const struct state *state)
{
    const struct sks_training *training = state->training;
    GString *svm = sks_pairs_train(training->rows, state->folds, training->count, SKS_NO_FOLD, training->schema_count,
                                   state->scale, &state->chosen, state->a, state->b);
    g_autoptr(GBytes) classes = g_bytes_new(svm->str, svm->len);
    g_string_free(svm, TRUE);
    g_autoptr(GBytes) text = sks_text_model_format(&state->text);
    g_autoptr(GBytes) reported = state->reported.count > 0 ? sks_campaigns_format(&state->reported) : NULL;
    g_autoptr(GBytes) words =
        training->gram_name != NULL
            ? sks_words_format(&state->text, training->rows, training->count, training->gram_name, training->gram_data)
            : NULL;
    g_autoptr(GBytes) groups = sks_groups_format(training->rows, training->count);
    g_autoptr(GBytes) mails = sks_groups_format_mails(training->rows, training->count);
    struct sks_package package = {.manifest = make_manifest(state, classes, text),
                                  .classes = classes,
                                  .text = text,
                                  .reported = reported,
                                  .groups = groups,
                                  .mails = mails,
                                  .words = words};
    if (reported != NULL)
        json_object_set_new(package.manifest, "reported",
                            json_pack("{s:s, s:f, s:I, s:o*}", "feature", SKS_REPORTED_FEATURE, "weight",
                                      SKS_REPORTED_WEIGHT, "campaigns", (json_int_t)state->reported.count, "means",
                                      list_means(training)));
    int error = sks_package_write(out_package, &package);
    json_decref(package.manifest);
    return error;
}

int sks_train(GBytes **out_package, const struct sks_training *training, struct sks_problems *problems)
{
    int error = check_groups(training, problems);
    if (error != 0)
        return error;
    struct state state = {
        .training = training,
        .folds = g_new0(unsigned, training->count),
        .scale = g_new0(double, training->schema_count),
        .margins = g_new0(double, training->count *SKS_TEXT_PARTS),
        .decisions = g_new0(double, training->count *SKS_PAIR_COUNT),
        .likeness = g_new0(double, training->count),
    };
    sks_folds_assign(state.folds, training->rows, training->count);
    error = train_text(&state);
    if (error == 0)
        error = train_reported(&state);
    if (error == 0) {
        set_scale(&state);
        while (drop_senseless(&state) > 0)
            ;
        error = choose(&state);
    }
    if (error == 0) {
        set_thresholds(&state);
        error = write_package(out_package, &state);
    }
    sks_text_model_finish(&state.text);
    sks_campaigns_finish(&state.reported);
    g_free(state.likeness);
    g_free(state.folds);
    g_free(state.scale);
    g_free(state.margins);
    g_free(state.decisions);
    return error;
}
