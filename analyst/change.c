/*
 * Tries all sets of one, then of two, then of three features; of those that change the class, the one whose change of
 * the score is smallest. With at most sixty features that is 36,000 predictions at worst, a fraction of a second.
 */
#include "change.h"

#include <glib.h>
#include <math.h>
#include <string.h>

struct search {
    const struct sks_change_question *question;
    double *values;
    size_t *candidates;
    size_t candidate_count;
    double to; /* what a chosen feature's value becomes */
    double score;
    size_t chosen[SKS_CHANGE_MOST];
    double least; /* change of the score so far */
    struct sks_change best;
};

static struct sks_prediction predict(const struct search *search)
{
    const struct sks_change_question *question = search->question;
    bool like = search->values[question->reported_feature] > 0;
    struct sks_resemblance reported = like ? question->reported : (struct sks_resemblance){0};
    struct sks_prediction prediction;
    sks_model_predict_reported(question->model, search->values, reported, &prediction, NULL, NULL);
    return prediction;
}

static void try_chosen(struct search *search, size_t count)
{
    struct sks_prediction prediction = predict(search);
    double change = fabs(prediction.score - search->score);
    if (prediction.class_ == search->question->class_ || change >= search->least)
        return;
    search->least = change;
    search->best = (struct sks_change){.count = count, .class_ = prediction.class_};
    memcpy(search->best.features, search->chosen, count * sizeof(size_t));
}

/* Chooses the rest of `left` more, from the candidate `from` on. */
static void choose(struct search *search, size_t from, size_t chosen, size_t left)
{
    if (left == 0) {
        try_chosen(search, chosen);
        return;
    }
    for (size_t i = from; i + left <= search->candidate_count; i++) {
        size_t feature = search->candidates[i];
        double before = search->values[feature];
        search->chosen[chosen] = feature;
        search->values[feature] = search->to;
        choose(search, i + 1, chosen + 1, left - 1);
        search->values[feature] = before;
    }
}

static struct sks_change run(struct search *search)
{
    const struct sks_change_question *question = search->question;
    search->values = g_memdup2(question->values, question->count * sizeof(double));
    search->score = predict(search).score;
    for (size_t count = 1; count <= SKS_CHANGE_MOST && search->best.count == 0; count++) {
        search->least = HUGE_VAL;
        choose(search, 0, 0, count);
    }
    g_free(search->values);
    g_free(search->candidates);
    return search->best;
}

struct sks_change sks_change_without(const struct sks_change_question *question)
{
    struct search search = {.question = question, .candidates = g_new(size_t, question->count), .to = 0};
    for (size_t i = 0; i < question->count; i++)
        if (question->values[i] > 0)
            search.candidates[search.candidate_count++] = i;
    return run(&search);
}

struct sks_change sks_change_with(const struct sks_change_question *question, const bool *allowed)
{
    struct search search = {.question = question, .candidates = g_new(size_t, question->count), .to = 1};
    for (size_t i = 0; i < question->count; i++)
        if (question->values[i] <= 0 && allowed[i])
            search.candidates[search.candidate_count++] = i;
    return run(&search);
}
