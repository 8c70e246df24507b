/* Portions are nested and go by a hash of the group's name, so relatives are in or out together. */
#include "learning-curve.h"

#include "examine.h"

static const unsigned portions[] = {8, 4, 2, 1}; /* one of so many */

/* Folds measured on, of SKS_FOLD_COUNT: a model is trained for each and each portion, which takes its time. */
#define FOLDS 3

static bool is_in(const struct sks_set_mail *mail, unsigned portion)
{
    return g_str_hash(mail->group) / 7 % 8 < 8 / portion;
}

static void add_fold(struct sks_curve_point *point, const struct sks_sets *sets, const struct sks_model *model,
                     const unsigned *folds, unsigned fold)
{
    GArray *measured = g_array_new(FALSE, FALSE, sizeof(struct sks_measured));
    for (guint i = 0; i < sets->mails->len; i++) {
        if (folds[i] != fold)
            continue;
        struct sks_measured one = sks_measure_mail(model, sets, g_ptr_array_index(sets->mails, i));
        g_array_append_val(measured, one);
    }
    gsize count;
    struct sks_measured *all = g_array_steal(measured, &count);
    struct sks_thresholds thresholds;
    size_t found[SKS_CLASS_COUNT] = {0}, mails[SKS_CLASS_COUNT] = {0};
    sks_measure_thresholds(&thresholds, all, count);
    for (gsize i = 0; i < count; i++) {
        enum sks_class class_ = all[i].mail->set->class_;
        mails[class_]++;
        found[class_] += class_ != SKS_CLASS_CLEAN && sks_measure_finds(&thresholds, &all[i], 0);
    }
    for (int i = 0; i < SKS_CLASS_COUNT; i++) {
        double share = mails[i] > 0 ? (double)found[i] / (double)mails[i] : 0;
        point->found[i] += share;
        point->least[i] = point->folds == 0 ? share : MIN(point->least[i], share);
        point->most[i] = point->folds == 0 ? share : MAX(point->most[i], share);
    }
    point->folds++;
    sks_measured_finish(all, count);
    g_array_unref(measured);
}

/*
 * A model that learns from that portion of all folds but one. A portion that is too small for that in one fold is no
 * problem: it is left out of the curve.
 */
static void learn_fold(struct sks_curve_point *point, const struct sks_sets *sets, const struct sks_learning *learning,
                       const unsigned *folds, unsigned fold, unsigned portion)
{
    g_autoptr(GPtrArray) learned = g_ptr_array_new();
    for (guint i = 0; i < sets->mails->len; i++) {
        struct sks_set_mail *mail = g_ptr_array_index(sets->mails, i);
        if (folds[i] != fold && !mail->set->unseen && is_in(mail, portion))
            g_ptr_array_add(learned, mail);
    }
    g_autoptr(GBytes) package = NULL;
    struct sks_model *model = NULL;
    struct sks_problems *unheard = sks_problems_create();
    int error = sks_learn(&package, sets, learned, learning, unheard);
    if (error == 0)
        error = sks_model_load_bytes(&model, g_bytes_get_data(package, NULL), g_bytes_get_size(package), "portion",
                                     sets->schema, sets->schema_count, unheard);
    if (error == 0) {
        point->mails += learned->len;
        add_fold(point, sets, model, folds, fold);
    }
    sks_model_destroy(model);
    sks_problems_destroy(unheard);
}

void sks_learning_curve(GArray *out_points, const struct sks_sets *sets, const struct sks_learning *learning)
{
    g_autofree struct sks_row *rows = g_new(struct sks_row, sets->mails->len + 1);
    g_autofree unsigned *folds = g_new(unsigned, sets->mails->len + 1);
    for (guint i = 0; i < sets->mails->len; i++)
        rows[i] = sks_set_row(g_ptr_array_index(sets->mails, i));
    sks_folds_assign(folds, rows, sets->mails->len);
    for (size_t i = 0; i < G_N_ELEMENTS(portions); i++) {
        struct sks_curve_point point = {.folds = 0};
        for (unsigned fold = 0; fold < FOLDS; fold++)
            learn_fold(&point, sets, learning, folds, fold, portions[i]);
        if (point.folds < FOLDS) /* means of different folds don't compare */
            continue;
        point.mails /= point.folds;
        for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++)
            point.found[class_] /= (double)point.folds;
        g_array_append_val(out_points, point);
    }
}
