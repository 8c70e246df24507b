/* How translationese is trained: which lines, which are left out to measure, and how scores become log-odds. */
#include "language/train/train.h"

#include "language/feature.h"

#define COST 0.1

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
    for (guint i = first; i < lines->len; i++)
        g_array_index(lines, struct sks_train_line, i).fold = SKS_TRAIN_NO_FOLD;
    g_ptr_array_free(pages, TRUE);
    g_free(path);
    return lines;
}

/* Trains on what neither comes from this engine nor lies in this fold; -1 leaves nothing out. */
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

/* Scores what one model has not seen. */
static void judge_unseen(struct sks_train_cross *cross, const struct sks_train_model *model, const GArray *lines,
                         int engine, int fold)
{
    for (guint i = 0; i < lines->len; i++) {
        const struct sks_train_line *line = &g_array_index(lines, struct sks_train_line, i);
        if (line->fold != fold || (line->engine != engine && line->engine != SKS_TRAIN_HUMAN))
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
        for (int fold = 0; fold < folds; fold++) {
            struct sks_train_model model;
            fit_without(&model, lines, engine, fold);
            judge_unseen(out_cross, &model, lines, engine, fold);
            for (guint i = 0; other != NULL && i < other->len; i++)
                scores[i] += sks_train_score(&model, g_array_index(other, struct sks_train_line, i).x) / folds;
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
    fit_without(out_model, lines, -1, -1);
    sks_train_calibrate(&out_model->slope, &out_model->offset, judged);
    out_model->extra = OVERLAP;
    g_array_free(judged, TRUE);
    sks_train_cross_finish(&cross);
}
