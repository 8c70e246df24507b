/* Counts pairs: what both get wrong, what only one does. */
#include "compare.h"

#include <string.h>

#include "model/rates.h"
#include "table.h"
#include "terminal.h"
#include "words.h"

struct pairs {
    size_t n, one, other, only_one, only_other;
};

static void count_pair(struct pairs *pairs, bool one, bool other)
{
    pairs->n++;
    pairs->one += one;
    pairs->other += other;
    pairs->only_one += one && !other;
    pairs->only_other += other && !one;
}

static json_t *describe(const struct pairs *pairs)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:f}", "n", (json_int_t)pairs->n, "one", (json_int_t)pairs->one,
                     "other", (json_int_t)pairs->other, "only_one", (json_int_t)pairs->only_one, "only_other",
                     (json_int_t)pairs->only_other, "p", sks_rates_mcnemar(pairs->only_one, pairs->only_other));
}

static json_t *compare_errors(const struct sks_measured *one, const struct sks_measured *other, size_t count)
{
    struct pairs classes[SKS_CLASS_COUNT] = {{0}}, alarms = {0}, all = {0};
    for (size_t i = 0; i < count; i++) {
        enum sks_class class_ = one[i].mail->set->class_;
        bool wrong = one[i].called != class_, other_wrong = other[i].called != class_;
        count_pair(&classes[class_], wrong, other_wrong);
        count_pair(&all, wrong, other_wrong);
        if (class_ != SKS_CLASS_TARGETED)
            count_pair(&alarms, one[i].called == SKS_CLASS_TARGETED, other[i].called == SKS_CLASS_TARGETED);
    }
    json_t *errors = json_object();
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        json_object_set_new(errors, sks_class_name((enum sks_class)i), describe(&classes[i]));
    json_object_set_new(errors, "alarms", describe(&alarms));
    json_object_set_new(errors, "all", describe(&all));
    return errors;
}

static json_t *compare_found(const struct sks_measured *one, const struct sks_measured *other, size_t count,
                             enum sks_class class_)
{
    struct sks_thresholds of_one, of_other;
    sks_measure_thresholds(&of_one, one, count);
    sks_measure_thresholds(&of_other, other, count);
    json_t *found = json_object();
    for (size_t rate = 0; rate < SKS_RATE_COUNT; rate++) {
        struct pairs pairs = {0};
        for (size_t i = 0; i < count; i++)
            if (one[i].mail->set->class_ == class_)
                count_pair(&pairs, sks_measure_finds(&of_one, &one[i], rate),
                           sks_measure_finds(&of_other, &other[i], rate));
        json_object_set_new(found, sks_rates[rate].key, describe(&pairs));
    }
    return found;
}

json_t *sks_compare(const struct sks_measured *one, const struct sks_measured *other, size_t count)
{
    return json_pack("{s:o, s:{s:o, s:o}}", "errors", compare_errors(one, other, count), "found", "targeted",
                     compare_found(one, other, count, SKS_CLASS_TARGETED), "bulk",
                     compare_found(one, other, count, SKS_CLASS_BULK));
}

static const struct {
    const char *key, *text[SKS_LANGUAGE_COUNT];
} kinds[] = {
    {"alarms", {"標的型以外を標的型と判定", "mail that is not targeted, called targeted"}},
    {"clean", {"正常なメールの誤判定", "clean mail, not called clean"}},
    {"bulk", {"ばらまき型の誤判定", "bulk mail, not called bulk"}},
    {"targeted", {"標的型の誤判定", "targeted mail, not called targeted"}},
};

static long long number(const json_t *object, const char *key)
{
    return (long long)json_integer_value(json_object_get(object, key));
}

char *sks_compare_worse(const json_t *comparison)
{
    const json_t *errors = json_object_get(comparison, "errors");
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const json_t *pairs = json_object_get(errors, kinds[i].key);
        double p = json_real_value(json_object_get(pairs, "p")) / 2; /* one-sided */
        if (number(pairs, "only_other") > number(pairs, "only_one") && p < 0.1)
            g_string_append_printf(text, "%s%s: %lld instead of %lld of %lld (p = %.3g, one-sided)",
                                   text->len > 0 ? "; " : "", kinds[i].text[SKS_LANGUAGE_ENGLISH],
                                   number(pairs, "other"), number(pairs, "one"), number(pairs, "n"), p);
    }
    if (text->len > 0)
        return g_string_free(text, FALSE);
    g_string_free(text, TRUE);
    return NULL;
}

static void add_pairs(struct sks_table *table, const char *name, const json_t *pairs)
{
    static const char *const keys[] = {"n", "one", "other", "only_one", "only_other"};
    g_autofree char *p = sks_table_p(json_real_value(json_object_get(pairs, "p")));
    sks_table_add(table, "%s", name);
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        sks_table_add(table, "%lld", number(pairs, keys[i]));
    sks_table_add(table, "%s", p);
}

/* With a head of its own for the first column. */
static struct sks_table *create_table(const char *head, enum sks_language language)
{
    const char *const heads[SKS_LANGUAGE_COUNT][7] = {
        [SKS_LANGUAGE_JAPANESE] = {head, "通数", "前者", "後者", "前のみ", "後のみ", "p"},
        [SKS_LANGUAGE_ENGLISH] = {head, "mails", "one", "other", "only one", "only other", "p"},
    };
    return sks_table_create("lrrrrrr", heads[language]);
}

void sks_compare_print(FILE *stream, const json_t *comparison, const char *one, const char *other,
                       enum sks_language language)
{
    static const enum sks_class classes[] = {SKS_CLASS_TARGETED, SKS_CLASS_BULK};
    const json_t *errors = json_object_get(comparison, "errors"), *found = json_object_get(comparison, "found");
    bool japanese = language == SKS_LANGUAGE_JAPANESE;
    g_autofree char *names = g_strdup_printf(
        japanese ? "同じメールでの二つのモデルの比較：前者は %s、後者は %s。p は McNemar の正確検定（両側）。"
                 : "Two models on the same mails: one is %s, other is %s. p: McNemar's exact test, two-sided.",
        one, other);
    sks_terminal_say(stream, names);
    fputc('\n', stream);
    struct sks_table *table =
        create_table(japanese ? "誤り（各自のしきい値）" : "errors, by each package's own thresholds", language);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        add_pairs(table, kinds[i].text[language], json_object_get(errors, kinds[i].key));
    sks_table_print(stream, table);
    fputc('\n', stream);
    table = create_table(japanese ? "検出（この誤報率で）" : "found, at so many false alarms", language);
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        const json_t *of_class = json_object_get(found, sks_class_name(classes[i]));
        for (size_t rate = 0; rate < SKS_RATE_COUNT; rate++) {
            const char *label = sks_class_label(classes[i], language), *one_in = sks_rates[rate].one_in;
            g_autofree char *name = japanese ? g_strdup_printf("%s、%s通に1通", label, one_in)
                                             : g_strdup_printf("%s, 1 in %s", label, one_in);
            add_pairs(table, name, json_object_get(of_class, sks_rates[rate].key));
        }
    }
    sks_table_print(stream, table);
}
