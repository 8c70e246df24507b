/* Portions are nested and go by a hash of the group's name, so relatives are in or out together. */
#include "learning-curve.h"

#include "examine.h"

static const unsigned portions[] = {8, 4, 2, 1}; /* one of so many */

static bool is_in(const struct sks_set_mail *mail, unsigned portion)
{
    return g_str_hash(mail->group) / 7 % 8 < 8 / portion;
}

static void measure_point(struct sks_curve_point *point, const struct sks_sets *sets, const struct sks_model *model,
                          const unsigned *folds)
{
    GArray *measured = g_array_new(FALSE, FALSE, sizeof(struct sks_measured));
    for (guint i = 0; i < sets->mails->len; i++) {
        const struct sks_set_mail *mail = g_ptr_array_index(sets->mails, i);
        if (folds[i] != 0)
            continue;
        struct sks_measured one = sks_measure_mail(model, sets, mail);
        g_array_append_val(measured, one);
    }
    gsize count;
    struct sks_measured *all = g_array_steal(measured, &count);
    struct sks_thresholds thresholds;
    sks_measure_thresholds(&thresholds, all, count);
    for (gsize i = 0; i < count; i++) {
        enum sks_class class_ = all[i].mail->set->class_;
        point->count[class_]++;
        point->found[class_] += class_ != SKS_CLASS_CLEAN && sks_measure_finds(&thresholds, &all[i], 0);
    }
    sks_measured_finish(all, count);
    g_array_unref(measured);
}

static bool add_point(GArray *points, const struct sks_sets *sets, const struct sks_learning *learning,
                      const unsigned *folds, unsigned portion)
{
    g_autoptr(GPtrArray) learned = g_ptr_array_new();
    for (guint i = 0; i < sets->mails->len; i++) {
        struct sks_set_mail *mail = g_ptr_array_index(sets->mails, i);
        if (folds[i] != 0 && !mail->set->unseen && is_in(mail, portion))
            g_ptr_array_add(learned, mail);
    }
    g_autoptr(GBytes) package = NULL;
    struct sks_model *model = NULL;
    struct sks_problems *unheard = sks_problems_create(); /* a portion that is too small is no problem */
    int error = sks_learn(&package, sets, learned, learning, unheard);
    if (error == 0)
        error = sks_model_load_bytes(&model, g_bytes_get_data(package, NULL), g_bytes_get_size(package), "portion",
                                     sets->schema, sets->schema_count, unheard);
    if (error == 0) {
        struct sks_curve_point point = {.mails = learned->len};
        measure_point(&point, sets, model, folds);
        g_array_append_val(points, point);
    }
    sks_model_destroy(model);
    sks_problems_destroy(unheard);
    return error == 0;
}

void sks_learning_curve(GArray *out_points, const struct sks_sets *sets, const struct sks_learning *learning)
{
    g_autofree struct sks_row *rows = g_new(struct sks_row, sets->mails->len + 1);
    g_autofree unsigned *folds = g_new(unsigned, sets->mails->len + 1);
    for (guint i = 0; i < sets->mails->len; i++)
        rows[i] = sks_set_row(g_ptr_array_index(sets->mails, i));
    sks_folds_assign(folds, rows, sets->mails->len);
    for (size_t i = 0; i < G_N_ELEMENTS(portions); i++)
        add_point(out_points, sets, learning, folds, portions[i]);
}
