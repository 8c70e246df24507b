/* How translationese is trained: which lines, which are left out to measure, and how scores become log-odds. */
#include "language/train/train.h"

#include "language/feature.h"

#define COST 0.05

/* How much the sentences of a text say again what others said. */
#define OVERLAP 0.3

static const char *const engines[] = {"human", "Online-A", "Online-B", "Online-W", "Online-Y"};

GArray *sks_train_translationese_lines(struct sks_morphemes *morphemes, const char *corpora)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct sks_train_line));
    for (int year = 21; year <= 22; year++) {
        for (int engine = 0; engine <= SKS_TRAIN_ENGINES; engine++) {
            char *path = g_strdup_printf("%s/mt/wmt%d.%s.txt", corpora, year, engines[engine]);
            sks_train_read(lines, morphemes, path, year == 21 ? SKS_TRAIN_WMT21 : SKS_TRAIN_WMT22, engine,
                           sks_feature_translationese);
            g_free(path);
        }
    }
    /* Native prose that is no translation at all. */
    char *path = g_strdup_printf("%s/fluent/digital-agency.txt", corpora);
    GPtrArray *pages = sks_train_pages(path);
    guint first = lines->len;
    for (guint i = SKS_TRAIN_PAGE_TRAINS; i < pages->len; i += SKS_TRAIN_PAGE_PARTS)
        sks_train_add(lines, morphemes, pages->pdata[i], SKS_TRAIN_AGENCY, SKS_TRAIN_HUMAN, sks_feature_translationese);
    sks_train_read(lines, morphemes, SKS_TRAIN_NATIVE_TEXT, SKS_TRAIN_NATIVE, SKS_TRAIN_HUMAN,
                   sks_feature_translationese);
    for (guint i = first; i < lines->len; i++)
        g_array_index(lines, struct sks_train_line, i).fold = SKS_TRAIN_NO_FOLD;
    g_ptr_array_free(pages, TRUE);
    g_free(path);
    return lines;
}

enum { NO_ENGINE_OUT = -1, NO_FOLD_OUT = -1 };

/* Trains on what neither comes from this engine nor lies in this fold. */
static void fit_without(struct sks_train_model *out_model, const GArray *lines, int engine, int fold)
{
    GArray *chosen = g_array_new(FALSE, FALSE, sizeof(guint)), *labels = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint i = 0; i < lines->len; i++) {
        const struct sks_train_line *line = &g_array_index(lines, struct sks_train_line, i);
        if (line->engine == engine || line->fold == fold)
            continue;
        double label = line->engine == SKS_TRAIN_HUMAN ? -1 : 1;
        g_array_append_val(chosen, i);
        g_array_append_val(labels, label);
    }
    sks_train_fit(out_model, lines, (const guint *)(void *)chosen->data, (const double *)(void *)labels->data,
                  chosen->len, COST);
    g_array_free(chosen, TRUE);
    g_array_free(labels, TRUE);
}

/* Scores what one model has not seen; without a fold, what any may have seen. */
static void judge_unseen(struct sks_train_cross *cross, const struct sks_train_model *model, const GArray *lines,
                         int engine, int fold)
{
    for (guint i = 0; i < lines->len; i++) {
        const struct sks_train_line *line = &g_array_index(lines, struct sks_train_line, i);
        bool asked = fold == NO_FOLD_OUT ? line->fold != SKS_TRAIN_NO_FOLD : line->fold == fold;
        if (!asked || (line->engine != engine && line->engine != SKS_TRAIN_HUMAN))
            continue;
        struct sks_train_judged one = {sks_train_score(model, line->x), line->engine == engine};
        g_array_append_val(cross->judged[engine - 1], one);
        g_array_append_val(cross->lines[engine - 1], i);
    }
}

void sks_train_cross(struct sks_train_cross *out_cross, const GArray *lines, int folds, const GArray *other)
{
    for (int engine = 1; engine <= SKS_TRAIN_ENGINES; engine++) {
        out_cross->judged[engine - 1] = g_array_new(FALSE, FALSE, sizeof(struct sks_train_judged));
        out_cross->lines[engine - 1] = g_array_new(FALSE, FALSE, sizeof(guint));
        double *scores = out_cross->other[engine - 1] = g_new0(double, other != NULL ? other->len + 1 : 1);
        int models = folds > 0 ? folds : 1;
        for (int k = 0; k < models; k++) {
            struct sks_train_model model;
            int fold = folds > 0 ? k : NO_FOLD_OUT;
            fit_without(&model, lines, engine, fold);
            judge_unseen(out_cross, &model, lines, engine, fold);
            for (guint i = 0; other != NULL && i < other->len; i++) {
                const struct sks_train_line *line = &g_array_index(other, struct sks_train_line, i);
                scores[i] += sks_train_weight(line) * sks_train_score(&model, line->x) / models;
            }
            sks_train_finish(&model);
        }
    }
}

void sks_train_cross_finish(struct sks_train_cross *cross)
{
    for (int i = 0; i < SKS_TRAIN_ENGINES; i++) {
        g_array_free(cross->judged[i], TRUE);
        g_array_free(cross->lines[i], TRUE);
        g_free(cross->other[i]);
    }
}

void sks_train_translationese(struct sks_train_model *out_model, const GArray *lines)
{
    struct sks_train_cross cross;
    sks_train_cross(&cross, lines, SKS_TRAIN_FOLDS, NULL);
    GArray *judged = g_array_new(FALSE, FALSE, sizeof(struct sks_train_judged));
    for (int i = 0; i < SKS_TRAIN_ENGINES; i++)
        g_array_append_vals(judged, cross.judged[i]->data, cross.judged[i]->len);
    fit_without(out_model, lines, NO_ENGINE_OUT, NO_FOLD_OUT);
    sks_train_calibrate(&out_model->slope, &out_model->offset, judged);
    out_model->extra = OVERLAP;
    g_array_free(judged, TRUE);
    sks_train_cross_finish(&cross);
}
