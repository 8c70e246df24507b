/* Chooses the heaviest grams that have a name, counts their mails, and writes and reads the table. */
#include "model/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/package.h"

#define KNOWN_WORDS  100 /* of the mail that a weight is told for */
#define LEAST_WEIGHT 0.01

struct candidate {
    uint32_t place; /* in the text model */
    double weight;
};

struct line {
    enum sks_class class_;
    uint32_t gram;
    const char *word, *field;
    double weight;
    size_t mails[SKS_CLASS_COUNT];
};

static double part_weight(const struct sks_text_model *model, enum sks_text_part part, uint32_t place)
{
    return model->a[part] * model->step[part] * (double)model->weights[part][place] * sks_text_gram_value(KNOWN_WORDS);
}

static double class_weight(const struct sks_text_model *model, enum sks_class class_, uint32_t place)
{
    double targeted = part_weight(model, SKS_TEXT_TARGETED, place), bulk = part_weight(model, SKS_TEXT_BULK, place);
    return class_ == SKS_CLASS_TARGETED ? targeted : class_ == SKS_CLASS_BULK ? bulk : fmin(-targeted, -bulk);
}

static int by_weight(const void *one, const void *other)
{
    const struct candidate *a = one, *b = other;
    if (a->weight != b->weight)
        return a->weight < b->weight ? 1 : -1;
    return (a->place > b->place) - (a->place < b->place);
}

static void choose(GArray *lines, const struct sks_text_model *model, enum sks_class class_, sks_gram_name name,
                   void *data)
{
    g_autofree struct candidate *candidates = g_new(struct candidate, (size_t)model->count + 1);
    for (uint32_t i = 0; i < model->count; i++)
        candidates[i] = (struct candidate){i, class_weight(model, class_, i)};
    qsort(candidates, model->count, sizeof *candidates, by_weight);
    unsigned chosen = 0;
    for (uint32_t i = 0; i < model->count && chosen < SKS_WORDS_OF_CLASS && candidates[i].weight >= LEAST_WEIGHT; i++) {
        struct line line = {
            .class_ = class_, .gram = model->grams[candidates[i].place], .weight = candidates[i].weight};
        line.word = name(line.gram, &line.field, data);
        if (line.word == NULL)
            continue;
        g_array_append_val(lines, line);
        chosen++;
    }
}

static int by_gram(const void *one, const void *other)
{
    uint32_t a = ((const struct line *)one)->gram, b = ((const struct line *)other)->gram;
    return (a > b) - (a < b);
}

/* Lines are sorted by gram, of which two classes may have the same. */
static void count_gram(GArray *lines, uint32_t gram, enum sks_class class_)
{
    const struct line wanted = {.gram = gram};
    struct line *all = (struct line *)(void *)lines->data, *end = all + lines->len;
    struct line *line = bsearch(&wanted, all, lines->len, sizeof *all, by_gram);
    while (line != NULL && line > all && line[-1].gram == gram)
        line--;
    for (; line != NULL && line < end && line->gram == gram; line++)
        line->mails[class_]++;
}

static int by_class(const void *one, const void *other)
{
    const struct line *a = one, *b = other;
    if (a->class_ != b->class_)
        return a->class_ < b->class_ ? 1 : -1;
    if (a->weight != b->weight)
        return a->weight < b->weight ? 1 : -1;
    return by_gram(one, other);
}

static void count_mails(GArray *lines, const struct sks_row *rows, size_t count)
{
    g_array_sort(lines, by_gram);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < rows[i].gram_count && !rows[i].assumed; j++)
            count_gram(lines, rows[i].grams[j], rows[i].class_);
    g_array_sort(lines, by_class);
}

GBytes *sks_words_format(const struct sks_text_model *model, const struct sks_row *rows, size_t count,
                         sks_gram_name name, void *data)
{
    g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(struct line));
    for (int class_ = SKS_CLASS_COUNT - 1; class_ >= 0; class_--)
        choose(lines, model, (enum sks_class)class_, name, data);
    count_mails(lines, rows, count);
    GString *text = g_string_new("#class\tword\tfield\tweight\tclean\tbulk\ttargeted\n");
    for (guint i = 0; i < lines->len; i++) {
        const struct line *line = &g_array_index(lines, struct line, i);
        char weight[G_ASCII_DTOSTR_BUF_SIZE];
        g_string_append_printf(text, "%s\t%s\t%s\t%s\t%zu\t%zu\t%zu\n", sks_class_name(line->class_), line->word,
                               line->field, g_ascii_formatd(weight, sizeof weight, "%.3f", line->weight),
                               line->mails[SKS_CLASS_CLEAN], line->mails[SKS_CLASS_BULK],
                               line->mails[SKS_CLASS_TARGETED]);
    }
    return g_string_free_to_bytes(text);
}

/* Reading. */

#define FIELDS 7

static gboolean is_plain(const char *text)
{
    for (; *text != '\0'; text = g_utf8_next_char(text))
        if (!g_unichar_isprint(g_utf8_get_char(text)))
            return FALSE;
    return TRUE;
}

static json_t *read_line(char *const *fields, enum sks_class *out_class)
{
    guint64 mails[SKS_CLASS_COUNT];
    char *end;
    double weight = g_ascii_strtod(fields[3], &end);
    gboolean good = end != fields[3] && *end == '\0' && isfinite(weight) &&
                    sks_class_from_name(out_class, fields[0]) == 0 && is_plain(fields[1]) && is_plain(fields[2]);
    for (size_t i = 0; good && i < SKS_CLASS_COUNT; i++)
        good = g_ascii_string_to_unsigned(fields[4 + i], 10, 0, INT64_MAX, &mails[i], NULL);
    if (!good)
        return NULL;
    return json_pack("{s:s, s:s, s:s, s:f, s:{s:I, s:I, s:I}}", "class", fields[0], "word", fields[1], "field",
                     fields[2], "weight", weight, "mails", sks_class_name(SKS_CLASS_CLEAN), (json_int_t)mails[0],
                     sks_class_name(SKS_CLASS_BULK), (json_int_t)mails[1], sks_class_name(SKS_CLASS_TARGETED),
                     (json_int_t)mails[2]);
}

int sks_words_parse(json_t **out_words, GBytes *bytes, size_t each, const char *file, struct sks_problems *problems)
{
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    if (!g_utf8_validate(data, (gssize)size, NULL)) {
        sks_problems_add(problems, file, 0, SKS_PACKAGE_WORDS, "not UTF-8");
        return SKS_ERROR_FORMAT;
    }
    g_autofree char *text = g_strndup(data, size);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    size_t counts[SKS_CLASS_COUNT] = {0};
    json_t *words = json_array();
    for (unsigned i = 0; lines[i] != NULL; i++) {
        if (lines[i][0] == '\0' || lines[i][0] == '#')
            continue;
        g_auto(GStrv) fields = g_strsplit(lines[i], "\t", FIELDS + 1);
        enum sks_class class_;
        json_t *word = g_strv_length(fields) == FIELDS ? read_line(fields, &class_) : NULL;
        if (word == NULL) {
            sks_problems_add(problems, file, i + 1, SKS_PACKAGE_WORDS, "not a word with its class, weight and counts");
            json_decref(words);
            return SKS_ERROR_FORMAT;
        }
        if (counts[class_]++ < each)
            json_array_append(words, word);
        json_decref(word);
    }
    *out_words = words;
    return 0;
}
