/* Scores of a text, summed sentence by sentence. */
#ifndef SKS_LANGUAGE_SCORE_H
#define SKS_LANGUAGE_SCORE_H

#include <glib.h>

#include "language/hashed.h"
#include "language/language.h"
#include "language/sentence.h"

struct sks_score_models {
    struct sks_hashed translationese;
};

/* Finds the built-in models. */
int sks_score_models_read(struct sks_score_models *out_models, struct sks_problems *problems);

/* Sums over the sentences of one text; zeroed at first. */
struct sks_score_sums {
    double translationese;
    size_t sentences;
    GArray *hashes; /* uint32_t, for reuse */
};

void sks_score_add(struct sks_score_sums *sums, const struct sks_score_models *models,
                   const struct sks_sentence *sentence);

/* Fills in the scores of a result. */
void sks_score_finish(struct sks_language_result *result, const struct sks_score_sums *sums,
                      const struct sks_score_models *models);

#endif
