/* Sorted and cut: a few of each class, and a few pieces of evidence of each mail. */
#include "wrong.h"

#include <math.h>
#include <stdlib.h>

#include "terminal.h"
#include "words.h"

#define MAILS          8
#define EVIDENCE       5
#define LEAST_EVIDENCE 0.05

struct weighed {
    size_t feature;
    double weight;
};

static int by_weight(const void *one, const void *other)
{
    double a = fabs(((const struct weighed *)one)->weight), b = fabs(((const struct weighed *)other)->weight);
    return (a < b) - (a > b);
}

static json_t *describe_evidence(const struct sks_measured *measured, const struct sks_sets *sets)
{
    json_t *list = json_array();
    g_autofree struct weighed *weighed = g_new(struct weighed, sets->schema_count);
    enum sks_class class_ = measured->mail->set->class_;
    bool bulk = class_ == SKS_CLASS_BULK || (class_ == SKS_CLASS_CLEAN && measured->called == SKS_CLASS_BULK);
    for (size_t i = 0; i < sets->schema_count; i++)
        weighed[i] = (struct weighed){i, bulk ? measured->bulk_contribution[i] : measured->contribution[i]};
    qsort(weighed, sets->schema_count, sizeof *weighed, by_weight);
    for (size_t i = 0; i < sets->schema_count && i < EVIDENCE && fabs(weighed[i].weight) >= LEAST_EVIDENCE; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:f}", "id", sets->schema[weighed[i].feature], "contribution", weighed[i].weight));
    return list;
}

static int by_probability(const void *one, const void *other)
{
    const struct sks_measured *a = *(const struct sks_measured *const *)one;
    const struct sks_measured *b = *(const struct sks_measured *const *)other;
    double of_a = a->probability[a->mail->set->class_], of_b = b->probability[b->mail->set->class_];
    return (of_a > of_b) - (of_a < of_b);
}

static void describe_class(json_t *list, const struct sks_measured *measured, size_t count, enum sks_class class_,
                           const struct sks_sets *sets)
{
    g_autoptr(GPtrArray) wrong = g_ptr_array_new();
    for (size_t i = 0; i < count; i++)
        if (measured[i].mail->set->class_ == class_ && measured[i].called != class_)
            g_ptr_array_add(wrong, (gpointer)&measured[i]);
    g_ptr_array_sort(wrong, by_probability); /* stable */
    for (guint i = 0; i < wrong->len && i < MAILS; i++) {
        const struct sks_measured *one = g_ptr_array_index(wrong, i);
        g_autofree char *file = g_utf8_make_valid(one->mail->file, -1);
        json_array_append_new(list, json_pack("{s:s, s:I, s:s, s:s, s:s, s:f, s:f, s:o}", "file", file, "index",
                                              (json_int_t)one->mail->index, "set", one->mail->set->name, "class",
                                              sks_class_name(class_), "called", sks_class_name(one->called), "given",
                                              one->probability[class_], "called_given", one->probability[one->called],
                                              "evidence", describe_evidence(one, sets)));
    }
}

json_t *sks_wrong_describe(const struct sks_measured *measured, size_t count, const struct sks_sets *sets)
{
    json_t *list = json_array();
    for (int class_ = SKS_CLASS_COUNT - 1; class_ >= 0; class_--)
        describe_class(list, measured, count, (enum sks_class)class_, sets);
    return list;
}

/* What was seen in it, and what each piece added. g_free(). */
static char *evidence_line(const json_t *evidence)
{
    GString *pieces = g_string_new(NULL);
    for (size_t k = 0; k < json_array_size(evidence); k++) {
        const json_t *piece = json_array_get(evidence, k);
        g_string_append_printf(pieces, "%s%s %+.1f", k > 0 ? ", " : "", json_string_value(json_object_get(piece, "id")),
                               json_real_value(json_object_get(piece, "contribution")));
    }
    return g_string_free(pieces, FALSE);
}

static const char *class_of(const json_t *mail, const char *key)
{
    return sks_class_words(json_string_value(json_object_get(mail, key)));
}

void sks_wrong_print(FILE *stream, const json_t *described)
{
    size_t columns = sks_terminal_style().columns;
    if (json_array_size(described) == 0)
        return;
    g_autofree char *line = g_strdup_printf(
        sks_words(
            "最も大きく誤ったメール：各クラス最大%"
            "d通、実際のクラスに与えた確率の低い順。根拠は対数オッズへの寄与の大きい順。",
            "Mails most wrong: at most %d of each class, by the probability given to what they are; evidence by what "
            "it added to the log-odds."),
        MAILS);
    fputc('\n', stream);
    sks_terminal_say(stream, line);
    fputc('\n', stream);
    for (size_t i = 0; i < json_array_size(described); i++) {
        const json_t *mail = json_array_get(described, i);
        long long index = (long long)json_integer_value(json_object_get(mail, "index"));
        g_autofree char *base = g_path_get_basename(json_string_value(json_object_get(mail, "file")));
        g_autofree char *number = index > 0 ? g_strdup_printf(" #%lld", index) : g_strdup("");
        g_autofree char *said =
            g_strdup_printf(sks_words("- %s/%s%s：%sの確率 %.1f %%、判定は%s（%.1f %%）",
                                      "- %s/%s%s: %s was given %.1f %%; called %s (%.1f %%)"),
                            json_string_value(json_object_get(mail, "set")), base, number, class_of(mail, "class"),
                            json_real_value(json_object_get(mail, "given")) * 100, class_of(mail, "called"),
                            json_real_value(json_object_get(mail, "called_given")) * 100);
        g_autofree char *evidence = evidence_line(json_object_get(mail, "evidence"));
        sks_terminal_wrapped(stream, said, 0, 0, columns);
        sks_terminal_wrapped(stream, evidence, 0, 2, columns);
    }
}
