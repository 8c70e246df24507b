/* How translationese is trained: which lines, which are left out to measure, and how scores become log-odds. */
#include "language/train/train.h"

#include "language/feature.h"

#define COST 0.1

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

void sks_train_cross(GArray *out_judged[SKS_TRAIN_ENGINES], GArray *out_lines[SKS_TRAIN_ENGINES], const GArray *lines)
{
    for (int engine = 1; engine <= SKS_TRAIN_ENGINES; engine++) {
        GArray *judged = g_array_new(FALSE, FALSE, sizeof(struct sks_train_judged));
        GArray *which = g_array_new(FALSE, FALSE, sizeof(guint));
        for (int fold = 0; fold < SKS_TRAIN_FOLDS; fold++) {
            struct sks_train_model model;
            fit_without(&model, lines, engine, fold);
            for (guint i = 0; i < lines->len; i++) {
                const struct sks_train_line *line = &g_array_index(lines, struct sks_train_line, i);
                if (line->fold != fold || (line->engine != engine && line->engine != SKS_TRAIN_HUMAN))
                    continue;
                struct sks_train_judged one = {sks_train_score(&model, line->x), line->engine == engine};
                g_array_append_val(judged, one);
                g_array_append_val(which, i);
            }
            sks_train_finish(&model);
        }
        out_judged[engine - 1] = judged;
        out_lines[engine - 1] = which;
    }
}

void sks_train_translationese(struct sks_train_model *out_model, const GArray *lines)
{
    GArray *judged[SKS_TRAIN_ENGINES], *which[SKS_TRAIN_ENGINES];
    sks_train_cross(judged, which, lines);
    for (int i = 1; i < SKS_TRAIN_ENGINES; i++)
        g_array_append_vals(judged[0], judged[i]->data, judged[i]->len);
    fit_without(out_model, lines, -1, -1);
    sks_train_calibrate(&out_model->slope, &out_model->offset, judged[0]);
    out_model->extra = 0.3;
    for (int i = 0; i < SKS_TRAIN_ENGINES; i++) {
        g_array_free(judged[i], TRUE);
        g_array_free(which[i], TRUE);
    }
}
