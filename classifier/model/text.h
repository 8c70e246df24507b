/*
 * The text model: three linear models (targeted against clean, bulk against clean, targeted against bulk) over hashed
 * words and pairs of neighbouring words of a mail's fields, and marks of its header, which stand alone.
 *
 * A mail is the set of its grams; each counts once, whatever its number, and weighs 1 / sqrt(n + 16) with n known
 * grams in the mail. The constant keeps a mail of three words from being judged by them as surely as one of three
 * hundred. Only grams seen in training have a weight: words never seen say nothing.
 *
 * Stored form (little endian): "SKSTEXT2", u32 count, then for each of the three models f64 step, bias, a, b; then the
 * grams' u32 hashes in rising order, then i16 weights of each model in turn. A weight is step *
 * integer; the log-odds are a * (bias + sum) + b.
 */
#ifndef SKS_MODEL_TEXT_H
#define SKS_MODEL_TEXT_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "model/model.h"

enum sks_text_part {
    SKS_TEXT_TARGETED,
    SKS_TEXT_BULK,
    SKS_TEXT_FOR_ONE,
};
#define SKS_TEXT_PARTS   3
#define SKS_TEXT_CEILING 8.0

struct sks_text_model {
    uint32_t count;
    double step[SKS_TEXT_PARTS], bias[SKS_TEXT_PARTS], a[SKS_TEXT_PARTS], b[SKS_TEXT_PARTS];
    uint32_t *grams; /* rising */
    int16_t *weights[SKS_TEXT_PARTS];
    uint32_t *starts; /* of a model that was parsed: where grams with these first bits begin; else NULL */
};

int sks_text_model_parse(struct sks_text_model *out_model, const void *bytes, size_t size, const char *file,
                         struct sks_problems *problems);
GBytes *sks_text_model_format(const struct sks_text_model *model);
void sks_text_model_finish(struct sks_text_model *model);

/*
 * Grams from here on are marks of the header. Only bulk against clean is told by them: the headers of targeted mail are
 * those of the samples.
 */
#define SKS_TEXT_FIRST_MARK 0xfff00000u

/* The distinct grams of a mail, rising: GArray of uint32_t. */
GArray *sks_text_grams(const struct sks_text_field *fields, size_t field_count);

/* The gram of a word alone in a field of that kind. A mark's is that, with the bits of SKS_TEXT_FIRST_MARK. */
uint32_t sks_text_word_gram(const char *kind, const char *word);

/* Grams (uint32_t) in rising order, each once. */
void sks_grams_settle(GArray *grams);

/* Where those of rising grams with the same first bits begin: a few are left to be searched, side by side. g_free(). */
uint32_t *sks_grams_starts(const uint32_t *grams, uint32_t count);

/* The place of a gram, or where it would be, at or after from: what is left is halved until it is found. */
size_t sks_grams_find(const uint32_t *grams, const uint32_t *starts, uint32_t count, uint32_t gram, size_t from);

/* What one gram weighs in a mail with that many known ones. */
double sks_text_gram_value(size_t known);

/* Bias and weights of a mail's grams; NAN for a mail without a known gram: it has nothing to say. */
void sks_text_model_margins(const struct sks_text_model *model, const uint32_t *grams, size_t count,
                            double out_margins[SKS_TEXT_PARTS]);

/* What a margin means in log-odds, clamped; 0 for NAN. */
double sks_text_model_log_odds(const struct sks_text_model *model, enum sks_text_part part, double margin);

/* A known word of a mail, or two neighbouring ones. Strings belong to the field. */
struct sks_text_word {
    const char *kind, *words[2];   /* the second is NULL for a word alone */
    double weight[SKS_TEXT_PARTS]; /* what it adds to the log-odds of this mail, before they are clamped */
};

/*
 * All of them, those that pull the mail most towards or away from targeted or bulk first; each once. With the bias, a *
 * bias + b, the weights add up to the log-odds. g_array_unref().
 */
GArray *sks_text_model_words(const struct sks_text_model *model, const struct sks_text_field *fields,
                             size_t field_count);

/* Both together. */
void sks_text_model_predict(const struct sks_text_model *model, const uint32_t *grams, size_t count,
                            double out_log_odds[SKS_TEXT_PARTS]);

#endif
