/*
 * The child tells how much the words are like reported mail, with what the mail brings and without; then a line each of
 * the words: field, words, two weights.
 */
#include "wording.h"

#include <stdio.h>

#include "classifier.h"
#include "examine.h"
#include "model/text.h"
#include "pool/confined.h"
#include "sekisho/limits.h"
#include "verdict.h"

#define FIELDS  4
#define WRITTEN 16384u

struct reading {
    struct sks_classifier *classifier;
    const struct sks_model *model;
    const void *bytes;
    size_t size;
};

static void put_word(FILE *out, const struct sks_text_word *word)
{
    char targeted[G_ASCII_DTOSTR_BUF_SIZE], bulk[G_ASCII_DTOSTR_BUF_SIZE];
    g_autofree char *both = g_strjoin(" ", word->words[0], word->words[1], NULL); /* the second may end the list */
    g_autofree char *clean = sks_verdict_clean(both);
    fprintf(out, "%s\t%s\t%s\t%s\n", word->kind, clean,
            g_ascii_formatd(targeted, sizeof targeted, "%.4f", word->weight[SKS_TEXT_TARGETED]),
            g_ascii_formatd(bulk, sizeof bulk, "%.4f", word->weight[SKS_TEXT_BULK]));
}

static int read_task(FILE *out, void *context)
{
    const struct reading *reading = context;
    struct sks_sample *sample;
    int error = sks_examine_sample(&sample, reading->classifier, reading->bytes, reading->size, NULL);
    if (error != 0)
        return error;
    struct sks_text_prediction prediction;
    char bringing[G_ASCII_DTOSTR_BUF_SIZE], bare[G_ASCII_DTOSTR_BUF_SIZE];
    sks_model_predict_text(reading->model, sample->fields, sample->field_count, &prediction);
    fprintf(out, "%s\t%s\n", g_ascii_formatd(bringing, sizeof bringing, "%.4f", prediction.reported.bringing),
            g_ascii_formatd(bare, sizeof bare, "%.4f", prediction.reported.bare));
    g_autoptr(GArray) words = sks_text_model_words(sks_model_text(reading->model), sample->fields, sample->field_count);
    for (guint i = 0; i < words->len && i < SKS_WORDING_MOST; i++)
        put_word(out, &g_array_index(words, struct sks_text_word, i));
    sks_sample_destroy(sample);
    return 0;
}

static void clear_word(gpointer data)
{
    struct sks_wording *word = data;
    g_free(word->field);
    g_free(word->text);
}

/* The child may have been taken over: nothing it says is believed beyond its form. */
static GArray *read_lines(struct sks_resemblance *out_reported, const char *text)
{
    char *rest;
    out_reported->bringing = CLAMP(g_ascii_strtod(text, &rest), 0, 1);
    out_reported->bare = CLAMP(g_ascii_strtod(rest, &rest), 0, 1);
    text = *rest == '\n' ? rest + 1 : rest;
    GArray *words = g_array_new(FALSE, FALSE, sizeof(struct sks_wording));
    g_array_set_clear_func(words, clear_word);
    g_auto(GStrv) lines = g_strsplit(text, "\n", SKS_WORDING_MOST + 1);
    for (size_t i = 0; i < SKS_WORDING_MOST && lines[i] != NULL; i++) {
        g_auto(GStrv) fields = g_strsplit(lines[i], "\t", FIELDS);
        if (g_strv_length(fields) != FIELDS)
            continue;
        const struct sks_wording word = {
            .field = sks_verdict_clean(fields[0]),
            .text = sks_verdict_clean(fields[1]),
            .targeted = CLAMP(g_ascii_strtod(fields[2], NULL), -1000, 1000),
            .bulk = CLAMP(g_ascii_strtod(fields[3], NULL), -1000, 1000),
        };
        g_array_append_val(words, word);
    }
    return words;
}

int sks_wording_find(GArray **out_words, struct sks_resemblance *out_reported, struct sks_classifier *classifier,
                     const struct sks_model *model, const void *bytes, size_t size)
{
    struct reading reading = {classifier, model, bytes, size};
    GByteArray *written = NULL;
    int error = sks_confined_run(&written, read_task, &reading, SKS_LIMIT_FILE_MILLISECONDS, WRITTEN);
    if (error != 0)
        return error;
    g_byte_array_append(written, (const guint8 *)"", 1);
    *out_words = read_lines(out_reported, (const char *)written->data);
    g_byte_array_unref(written);
    return 0;
}
