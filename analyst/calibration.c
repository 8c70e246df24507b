/* Weighted sums over bins; once with each mail counted once, then again and again with its group drawn so often. */
#include "calibration.h"

#include <math.h>
#include <stdlib.h>

#include "table.h"
#include "terminal.h"
#include "words.h"

#define BINS SKS_CALIBRATION_BINS

/* Drawings, with random numbers that are the same each time. */
#define DRAWINGS 400
#define SEED     20230101u

/* How a mail's group is drawn: groups of a class are numbered from its first. */
struct groups {
    guint *of_mail;
    guint first[SKS_CLASS_COUNT + 1];
};

static struct groups number_groups(const struct sks_measured *measured, size_t count)
{
    struct groups groups = {.of_mail = g_new(guint, count + 1)};
    guint next = 0;
    for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++) {
        GHashTable *numbers = g_hash_table_new(g_str_hash, g_str_equal);
        groups.first[class_] = next;
        for (size_t i = 0; i < count; i++) {
            if (measured[i].mail->set->class_ != (enum sks_class)class_)
                continue;
            gpointer number;
            if (!g_hash_table_lookup_extended(numbers, measured[i].mail->group, NULL, &number)) {
                number = GUINT_TO_POINTER(next++);
                g_hash_table_insert(numbers, measured[i].mail->group, number);
            }
            groups.of_mail[i] = GPOINTER_TO_UINT(number);
        }
        g_hash_table_unref(numbers);
    }
    groups.first[SKS_CLASS_COUNT] = next;
    return groups;
}

/* Each mail weighs times[its group], or 1; classes as a whole weigh the same. False if a class weighs nothing. */
static bool calibrate_once(struct sks_calibration out[SKS_CLASS_COUNT], const struct sks_measured *measured,
                           size_t count, const struct groups *groups, const guint *times)
{
    double totals[SKS_CLASS_COUNT] = {0};
    for (size_t i = 0; i < count; i++)
        totals[measured[i].mail->set->class_] += times != NULL ? times[groups->of_mail[i]] : 1;
    for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++) {
        out[class_] = (struct sks_calibration){0};
        if (totals[class_] <= 0)
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        enum sks_class real = measured[i].mail->set->class_;
        double weight = (times != NULL ? times[groups->of_mail[i]] : 1) / totals[real] / SKS_CLASS_COUNT;
        for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++) {
            double p = measured[i].probability[class_], was = real == (enum sks_class)class_;
            struct sks_calibration_bin *bin = &out[class_].bins[MIN((size_t)(p * BINS), BINS - 1)];
            out[class_].brier += weight * (p - was) * (p - was);
            bin->mails++;
            bin->weight += weight;
            bin->said += weight * p;
            bin->was += weight * was;
        }
    }
    for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++)
        for (size_t i = 0; i < BINS; i++) {
            struct sks_calibration_bin *bin = &out[class_].bins[i];
            out[class_].error += fabs(bin->said - bin->was);
            bin->said = bin->weight > 0 ? bin->said / bin->weight : 0;
            bin->was = bin->weight > 0 ? bin->was / bin->weight : 0;
        }
    return true;
}

static int rising(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

/* What lies between the 2.5th and 97.5th of a hundred drawings. */
static struct sks_interval middle(GArray *drawn)
{
    if (drawn->len == 0)
        return (struct sks_interval){0, 1};
    g_array_sort(drawn, rising);
    guint cut = drawn->len / 40;
    return (struct sks_interval){g_array_index(drawn, double, cut), g_array_index(drawn, double, drawn->len - 1 - cut)};
}

/* Drawn values of one class: Brier score, error, and what was so in each bin. */
#define VALUES (2 + BINS)

static void keep(GArray *const drawn[VALUES], const struct sks_calibration *calibration)
{
    g_array_append_val(drawn[0], calibration->brier);
    g_array_append_val(drawn[1], calibration->error);
    for (size_t i = 0; i < BINS; i++)
        if (calibration->bins[i].weight > 0)
            g_array_append_val(drawn[2 + i], calibration->bins[i].was);
}

static void set_intervals(struct sks_calibration *calibration, GArray *const drawn[VALUES])
{
    calibration->brier_interval = middle(drawn[0]);
    calibration->error_interval = middle(drawn[1]);
    for (size_t i = 0; i < BINS; i++)
        calibration->bins[i].interval = middle(drawn[2 + i]);
}

static void draw(guint *times, const struct groups *groups, GRand *random)
{
    for (guint i = 0; i < groups->first[SKS_CLASS_COUNT]; i++)
        times[i] = 0;
    for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++)
        for (guint i = groups->first[class_]; i < groups->first[class_ + 1]; i++)
            times[g_rand_int_range(random, (gint32)groups->first[class_], (gint32)groups->first[class_ + 1])]++;
}

bool sks_calibrate(struct sks_calibration out_classes[SKS_CLASS_COUNT], const struct sks_measured *measured,
                   size_t count)
{
    struct groups groups = number_groups(measured, count);
    g_autofree guint *times = g_new(guint, groups.first[SKS_CLASS_COUNT] + 1);
    struct sks_calibration whole[SKS_CLASS_COUNT], once[SKS_CLASS_COUNT];
    if (!calibrate_once(whole, measured, count, &groups, NULL)) {
        g_free(groups.of_mail);
        return false;
    }
    GArray *drawn[SKS_CLASS_COUNT][VALUES];
    for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++)
        for (size_t i = 0; i < VALUES; i++)
            drawn[class_][i] = g_array_new(FALSE, FALSE, sizeof(double));
    GRand *random = g_rand_new_with_seed(SEED);
    for (size_t i = 0; i < DRAWINGS; i++) {
        draw(times, &groups, random);
        calibrate_once(once, measured, count, &groups, times);
        for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++)
            keep(drawn[class_], &once[class_]);
    }
    g_rand_free(random);
    for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++) {
        set_intervals(&whole[class_], drawn[class_]);
        out_classes[class_] = whole[class_];
        for (size_t i = 0; i < VALUES; i++)
            g_array_unref(drawn[class_][i]);
    }
    g_free(groups.of_mail);
    return true;
}

/* For programs and for people. */

static json_t *describe_class(const struct sks_calibration *calibration)
{
    json_t *bins = json_array();
    for (size_t i = 0; i < BINS; i++) {
        const struct sks_calibration_bin *bin = &calibration->bins[i];
        json_array_append_new(bins,
                              json_pack("{s:f, s:f, s:I, s:f, s:f, s:[f,f]}", "from", (double)i / BINS, "to",
                                        (double)(i + 1) / BINS, "mails", (json_int_t)bin->mails, "said", bin->said,
                                        "was", bin->was, "interval", bin->interval.low, bin->interval.high));
    }
    return json_pack("{s:f, s:[f,f], s:f, s:[f,f], s:o}", "brier", calibration->brier, "brier_interval",
                     calibration->brier_interval.low, calibration->brier_interval.high, "error", calibration->error,
                     "error_interval", calibration->error_interval.low, calibration->error_interval.high, "bins", bins);
}

json_t *sks_calibration_describe(const struct sks_measured *measured, size_t count)
{
    struct sks_calibration classes[SKS_CLASS_COUNT];
    if (!sks_calibrate(classes, measured, count))
        return json_null();
    json_t *described = json_object();
    for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++)
        json_object_set_new(described, sks_class_name((enum sks_class)class_), describe_class(&classes[class_]));
    return described;
}

static double number(const json_t *object, const char *key)
{
    return json_real_value(json_object_get(object, key));
}

static void add_share(struct sks_table *table, double share, const json_t *interval)
{
    sks_table_add(table, "%.3f (%.3f – %.3f)", share, json_real_value(json_array_get(interval, 0)),
                  json_real_value(json_array_get(interval, 1)));
}

/* What was said, from tenth to tenth, and what was so. */
static void add_bins(struct sks_table *table, const json_t *described)
{
    for (size_t i = 0; i < BINS; i++) {
        sks_table_add(table, "%zu – %zu %%", i * 100 / BINS, (i + 1) * 100 / BINS);
        for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++) {
            const json_t *one = json_object_get(described, sks_class_name((enum sks_class)class_));
            const json_t *bin = json_array_get(json_object_get(one, "bins"), i);
            const json_t *interval = json_object_get(bin, "interval");
            long long mails = (long long)json_integer_value(json_object_get(bin, "mails"));
            if (mails == 0)
                sks_table_add(table, "%s", "");
            else
                sks_table_add(table, sks_words("%.0f %% (%.0f – %.0f)、%lld通", "%.0f %% (%.0f – %.0f) of %lld"),
                              number(bin, "was") * 100, json_real_value(json_array_get(interval, 0)) * 100,
                              json_real_value(json_array_get(interval, 1)) * 100, mails);
        }
    }
}

void sks_calibration_print(FILE *stream, const json_t *described)
{
    const char *const heads[] = {sks_words("クラス", "class"), sks_words("ブライアスコア", "Brier score"),
                                 sks_words("期待較正誤差", "expected calibration error")};
    const char *const bin_heads[] = {sks_words("示した確率", "said"), sks_words("実際に正常", "clean, was so"),
                                     sks_words("実際にばらまき型", "bulk, was so"),
                                     sks_words("実際に標的型", "targeted, was so")};
    if (!json_is_object(described))
        return;
    fputc('\n', stream);
    sks_terminal_say(
        stream, sks_words("確率の較正。三クラスの重みを等しくして数え、括弧内は類似メールの組を単位とするブートストラッ"
                          "プ法の95％区間。"
                          "常に三分の一と答えると、ブライアスコアは0.222。",
                          "Calibration, with the three classes weighing the same; 95 % intervals by drawing groups "
                          "anew. Always saying a third has a Brier score of 0.222."));
    fputc('\n', stream);
    struct sks_table *table = sks_table_create("lrr", heads);
    for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++) {
        const json_t *one = json_object_get(described, sks_class_name((enum sks_class)class_));
        sks_table_add(table, "%s", sks_class_words(sks_class_name((enum sks_class)class_)));
        add_share(table, number(one, "brier"), json_object_get(one, "brier_interval"));
        add_share(table, number(one, "error"), json_object_get(one, "error_interval"));
    }
    sks_table_print(stream, table);
    fputc('\n', stream);
    table = sks_table_create("lrrr", bin_heads);
    add_bins(table, described);
    sks_table_print(stream, table);
}
