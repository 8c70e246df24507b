/*
 * The learner model: fluent sentences as they are, and each with slips made on purpose. Every morpheme that a slip
 * touches is a positive example, every morpheme of the original a negative one; besides, the sum of slips that the
 * serving code would add up for the sentence with the slip should lie above that of the original. Logistic regression
 * for both by stochastic gradient (AdaGrad), one pass after another in a fixed order: the examples are too many for
 * liblinear's memory. The weights are the mean of those after the later passes, and of several such trainings.
 */
#include "language/train/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/score.h"
#include "language/slip.h"
#include "language/text.h"
#include "language/train/corrupt.h"
#include "language/trigram-file.h"

enum { LONGEST = 200, LEAST_BYTES = 15, MOST_BYTES = 600 };

#define RATE 0.1

const struct sks_train_learner_settings sks_train_learner_chosen = {.bits = 22,
                                                                    .passes = 2,
                                                                    .slips_each = 2,
                                                                    .documentation = 16,
                                                                    .pair = 5,
                                                                    .machine = true,
                                                                    .everyday = true,
                                                                    .trainings = 5};

/* The features of all morphemes of a text, and what the model says of each. */
struct places {
    size_t count;
    struct place {
        uint32_t hashes[SKS_SLIP_FEATURES];
        size_t features;
        size_t start, end; /* of its morpheme */
        double log_odds;
    } all[LONGEST];
};

struct trainer {
    const struct sks_train_learner_settings *settings;
    uint32_t mask;
    struct sks_morphemes *morphemes;
    struct sks_valence *valence;
    struct sks_trigram trigram;
    struct sks_corrupter *corrupter;
    GPtrArray *sentences;
    float *weights, *squares;
    struct places *right, *wrong; /* for reuse, as is the next */
    struct sks_slips slips;
};

void sks_train_texts(GPtrArray *texts, const char *corpora, const char *name, guint every, guint first)
{
    char *path = g_build_filename(corpora, name, NULL), *bytes;
    if (!g_file_get_contents(path, &bytes, NULL, NULL)) {
        fprintf(stderr, "%s: can't be read\n", path);
        exit(1);
    }
    char **lines = g_strsplit(bytes, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        struct sks_text text;
        if (g_str_has_prefix(lines[i], "## ") || i % every != first)
            continue;
        sks_text_init(&text, lines[i]);
        if (text.size > LEAST_BYTES && text.size < MOST_BYTES)
            g_ptr_array_add(texts, g_strndup(text.bytes, text.size));
        sks_text_finish(&text);
    }
    g_strfreev(lines);
    g_free(bytes);
    g_free(path);
}

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

static double log_odds_of(const struct trainer *trainer, const uint32_t *hashes, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)trainer->weights[hashes[i] & trainer->mask];
    return sum;
}

/* A step against the gradient of a loss by the log-odds of a place. */
static void step(struct trainer *trainer, const uint32_t *hashes, size_t count, double gradient)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bucket = hashes[i] & trainer->mask;
        trainer->squares[bucket] += (float)(gradient * gradient);
        trainer->weights[bucket] -= (float)(RATE * gradient / sqrt((double)trainer->squares[bucket] + 1e-6));
    }
}

static void update(struct trainer *trainer, const struct place *place, double label)
{
    double log_odds = log_odds_of(trainer, place->hashes, place->features);
    step(trainer, place->hashes, place->features, sigmoid(log_odds) - label);
}

static void read_places(struct places *out_places, struct trainer *trainer, const char *text, size_t size)
{
    struct sks_slips *slips = &trainer->slips;
    size_t count, next = 0;
    const struct sks_morpheme *read = sks_morphemes_read(&count, trainer->morphemes, text, size);
    out_places->count = 0;
    for (struct sks_sentence sentence; sks_sentence_next(&sentence, &next, text, read, count);) {
        if (sentence.count > LONGEST - out_places->count)
            break;
        sks_slips_read(slips, &sentence, trainer->valence, &trainer->trigram);
        for (size_t i = 0; i < sentence.count; i++) {
            struct place *place = &out_places->all[out_places->count++];
            place->features = sks_slips_features(place->hashes, slips, i);
            place->start = sentence.morphemes[i].start;
            place->end = sentence.morphemes[i].end;
        }
    }
}

static bool same_place(const struct place *a, const struct place *b)
{
    return a->features == b->features && memcmp(a->hashes, b->hashes, sizeof(*a->hashes) * a->features) == 0;
}

/* The slips of the places that the other text doesn't share. */
static double sum_slips(struct places *places, const struct trainer *trainer, size_t start, size_t end)
{
    double sum = 0;
    for (size_t i = start; i < places->count - end; i++) {
        struct place *place = &places->all[i];
        place->log_odds = log_odds_of(trainer, place->hashes, place->features);
        sum += sks_slip_amount(place->log_odds);
    }
    return sum;
}

static void learn_order(struct trainer *trainer)
{
    struct places *right = trainer->right, *wrong = trainer->wrong;
    size_t start = 0, end = 0, shorter = MIN(right->count, wrong->count);
    while (start < shorter && same_place(&right->all[start], &wrong->all[start]))
        start++;
    while (end < shorter - start &&
           same_place(&right->all[right->count - 1 - end], &wrong->all[wrong->count - 1 - end]))
        end++;
    double above = sum_slips(wrong, trainer, start, end) - sum_slips(right, trainer, start, end);
    double gradient = trainer->settings->pair * (sigmoid(above) - 1);
    for (int side = 0; side < 2; side++) {
        struct places *places = side == 0 ? right : wrong;
        for (size_t i = start; i < places->count - end; i++)
            step(trainer, places->all[i].hashes, places->all[i].features,
                 (side == 0 ? -gradient : gradient) * sigmoid(places->all[i].log_odds));
    }
}

/* Whether a slip at bytes start to end (equal: something was left out there) touches a place. */
static bool touched(const struct place *place, size_t start, size_t end)
{
    if (end > start)
        return place->start < end && place->end > start;
    return place->start <= start && place->end >= start;
}

static void learn_slips(struct trainer *trainer, const char *text, GString *changed)
{
    size_t count, start, end;
    const struct sks_morpheme *read = sks_morphemes_read(&count, trainer->morphemes, text, strlen(text));
    if (count < 3)
        return;
    /* The morphemes are the reader's own and would be lost. */
    struct sks_morpheme *morphemes = g_memdup2(read, sizeof(*read) * count);
    read_places(trainer->right, trainer, text, strlen(text));
    for (size_t i = 0; i < trainer->right->count; i++)
        update(trainer, &trainer->right->all[i], 0);
    for (int i = 0; i < (int)trainer->settings->slips_each; i++) {
        if (!sks_corrupter_apply(changed, &start, &end, trainer->corrupter, text, strlen(text), morphemes, count))
            continue;
        read_places(trainer->wrong, trainer, changed->str, changed->len);
        for (size_t k = 0; k < trainer->wrong->count; k++)
            if (touched(&trainer->wrong->all[k], start, end))
                update(trainer, &trainer->wrong->all[k], 1);
        learn_order(trainer);
    }
    g_free(morphemes);
}

static void pass(struct trainer *trainer)
{
    GString *changed = g_string_new(NULL);
    GPtrArray *sentences = trainer->sentences;
    for (guint i = sentences->len - 1; i > 0; i--) {
        guint k = sks_corrupter_random(trainer->corrupter, i + 1);
        gpointer kept = sentences->pdata[i];
        sentences->pdata[i] = sentences->pdata[k];
        sentences->pdata[k] = kept;
    }
    for (guint i = 0; i < sentences->len; i++)
        learn_slips(trainer, sentences->pdata[i], changed);
    g_string_free(changed, TRUE);
}

static GPtrArray *training_texts(const struct sks_train_learner_settings *settings, const char *corpora)
{
    /* Machine translation is grammatical, whatever else it is: it teaches what particles verbs take. */
    static const char *const files[] = {"mt/wmt21.human.txt",    "mt/wmt22.human.txt",    "mt/partner.human.txt",
                                        "fluent/d365.txt",       "mt/wmt21.Online-A.txt", "mt/wmt21.Online-B.txt",
                                        "mt/wmt21.Online-W.txt", "mt/wmt21.Online-Y.txt", "mt/wmt22.Online-A.txt",
                                        "mt/wmt22.Online-B.txt", "mt/wmt22.Online-W.txt", "mt/wmt22.Online-Y.txt"};
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        if (settings->machine || strstr(files[i], "Online") == NULL)
            sks_train_texts(texts, corpora, files[i], strstr(files[i], "d365") != NULL ? settings->documentation : 1,
                            0);
    if (settings->everyday)
        sks_train_everyday(texts, false);
    return texts;
}

/* The sum of slips and its size for a text, as the serving code adds them. */
static void judge(double *out_slips, double *out_places, struct trainer *trainer, const char *text, size_t size)
{
    struct sks_slips *slips = &trainer->slips;
    uint32_t hashes[SKS_SLIP_FEATURES];
    size_t count, next = 0;
    const struct sks_morpheme *read = sks_morphemes_read(&count, trainer->morphemes, text, size);
    *out_slips = *out_places = 0;
    for (struct sks_sentence sentence; sks_sentence_next(&sentence, &next, text, read, count);) {
        if (sentence.count > LONGEST)
            continue;
        sks_slips_read(slips, &sentence, trainer->valence, &trainer->trigram);
        for (size_t i = 0; i < sentence.count; i++) {
            double sum = 0;
            size_t features = sks_slips_features(hashes, slips, i);
            for (size_t k = 0; k < features; k++)
                sum += (double)trainer->weights[hashes[k] & trainer->mask];
            *out_slips += sks_slip_amount(sum);
        }
        *out_places += (double)sentence.count;
    }
}

/* Slope, offset and the usual amount of slips, on texts that were kept out of training. */
static void calibrate(struct sks_train_model *out_model, struct trainer *trainer, const char *corpora)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    sks_train_texts(texts, corpora, "fluent/ntrex.txt", 1, 0);
    double slips, places, all_slips = 0, all_places = 0;
    for (guint i = 0; i < texts->len; i++) {
        judge(&slips, &places, trainer, texts->pdata[i], strlen(texts->pdata[i]));
        all_slips += slips;
        all_places += places;
    }
    out_model->extra = all_slips / all_places;
    double usual = sks_score_constants.lenient * out_model->extra;
    GArray *judged = g_array_new(FALSE, FALSE, sizeof(struct sks_train_judged));
    GString *changed = g_string_new(NULL);
    for (guint i = 0; i < texts->len; i++) {
        size_t count, start, end, size = strlen(texts->pdata[i]);
        judge(&slips, &places, trainer, texts->pdata[i], size);
        struct sks_train_judged right = {sks_slip_excess(slips, places, usual), false};
        const struct sks_morpheme *read = sks_morphemes_read(&count, trainer->morphemes, texts->pdata[i], size);
        if (!sks_corrupter_apply(changed, &start, &end, trainer->corrupter, texts->pdata[i], size, read, count))
            continue;
        judge(&slips, &places, trainer, changed->str, changed->len);
        struct sks_train_judged wrong = {sks_slip_excess(slips, places, usual), true};
        g_array_append_val(judged, right);
        g_array_append_val(judged, wrong);
    }
    sks_train_calibrate(&out_model->slope, &out_model->offset, judged);
    g_string_free(changed, TRUE);
    g_array_free(judged, TRUE);
    g_ptr_array_free(texts, TRUE);
}

/* One training: the mean of the weights after the later passes. */
static gpointer train_once(gpointer data)
{
    struct trainer *trainer = data;
    const struct sks_train_learner_settings *settings = trainer->settings;
    guint averaged = (settings->passes * 2 + 2) / 3;
    size_t buckets = (size_t)trainer->mask + 1;
    float *mean = g_new0(float, buckets);
    for (guint i = 0; i < settings->passes; i++) {
        pass(trainer);
        for (size_t k = 0; i + averaged >= settings->passes && k < buckets; k++)
            mean[k] += trainer->weights[k] / (float)averaged;
    }
    g_free(trainer->weights);
    trainer->weights = mean;
    return NULL;
}

static struct sks_trigram trigram_table(void)
{
    struct sks_trigram trigram;
    struct sks_problems *problems = sks_problems_create();
    if (sks_trigram_create(&trigram, problems) != 0) {
        fprintf(stderr, "%s\n", sks_problems_text(problems, 0));
        exit(1);
    }
    sks_problems_destroy(problems);
    return trigram;
}

static struct sks_valence *valence_table(void)
{
    struct sks_valence *valence;
    if (sks_valence_create(&valence, NULL) != 0) {
        fprintf(stderr, "valence.txt: is not in order\n");
        exit(1);
    }
    return valence;
}

static void open_trainer(struct trainer *trainer, const struct sks_train_learner_settings *settings,
                         const char *corpora, uint32_t number)
{
    size_t buckets = (size_t)1 << settings->bits;
    *trainer = (struct trainer){
        .settings = settings,
        .mask = (uint32_t)buckets - 1,
        .valence = valence_table(),
        .trigram = trigram_table(),
        .corrupter = sks_corrupter_create(number),
        .sentences = training_texts(settings, corpora),
        .weights = g_new0(float, buckets),
        .squares = g_new0(float, buckets),
        .right = g_new(struct places, 1),
        .wrong = g_new(struct places, 1),
    };
    if (sks_morphemes_create(&trainer->morphemes, NULL) != 0)
        exit(1);
    sks_slips_init(&trainer->slips);
    for (guint i = 0; i < trainer->sentences->len; i++) {
        size_t count;
        const char *text = trainer->sentences->pdata[i];
        const struct sks_morpheme *read = sks_morphemes_read(&count, trainer->morphemes, text, strlen(text));
        sks_corrupter_learn(trainer->corrupter, text, read, count);
    }
}

static void close_trainer(struct trainer *trainer)
{
    g_free(trainer->weights);
    g_free(trainer->squares);
    g_free(trainer->right);
    g_free(trainer->wrong);
    sks_slips_finish(&trainer->slips);
    sks_valence_destroy(trainer->valence);
    sks_morphemes_destroy(trainer->morphemes);
    g_ptr_array_free(trainer->sentences, TRUE);
    sks_corrupter_destroy(trainer->corrupter);
}

/* Each training draws other slips in another order; the mean of several is steadier than any. They run side by side. */
void sks_train_learner(struct sks_train_model *out_model, const struct sks_train_learner_settings *settings,
                       const char *corpora)
{
    size_t buckets = (size_t)1 << settings->bits;
    struct trainer *trainers = g_new(struct trainer, settings->trainings);
    GThread **threads = g_new(GThread *, settings->trainings);
    float *mean = g_new0(float, buckets);
    for (guint i = 0; i < settings->trainings; i++)
        open_trainer(&trainers[i], settings, corpora, i);
    for (guint i = 0; i < settings->trainings; i++)
        threads[i] = g_thread_new("training", train_once, &trainers[i]);
    for (guint i = 0; i < settings->trainings; i++) {
        g_thread_join(threads[i]);
        for (size_t k = 0; k < buckets; k++)
            mean[k] += trainers[i].weights[k] / (float)settings->trainings;
    }
    memcpy(trainers[0].weights, mean, sizeof(*mean) * buckets);
    *out_model = (struct sks_train_model){.bits = settings->bits, .weights = mean, .slope = 1};
    calibrate(out_model, &trainers[0], corpora);
    for (guint i = 0; i < settings->trainings; i++)
        close_trainer(&trainers[i]);
    g_free(threads);
    g_free(trainers);
}
