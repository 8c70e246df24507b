/* Log-odds of sentences are added up and turned into probabilities once, at the end of the text. */
#include "language/score.h"

#include <math.h>

#include "base/resource.h"
#include "language/feature.h"

static int read_model(struct sks_hashed *out_model, const char *name, struct sks_problems *problems)
{
    const struct sks_resource *resource = sks_resource_find(name);
    int result = resource != NULL ? sks_hashed_read(out_model, resource->bytes, resource->size) : SKS_ERROR_FORMAT;
    if (result != 0)
        sks_problems_add(problems, name, 0, NULL, "not a hashed model");
    return result;
}

int sks_score_models_read(struct sks_score_models *out_models, struct sks_problems *problems)
{
    return read_model(&out_models->translationese, "language/translationese.bin", problems);
}

void sks_score_add(struct sks_score_sums *sums, const struct sks_score_models *models,
                   const struct sks_sentence *sentence)
{
    g_array_set_size(sums->hashes, 0);
    sks_feature_translationese(sums->hashes, sentence);
    uint32_t *buckets = (uint32_t *)(void *)sums->hashes->data;
    size_t count = sks_hashed_fold(buckets, sums->hashes->len, models->translationese.mask);
    sums->translationese += sks_hashed_score(&models->translationese, buckets, count);
    sums->sentences++;
}

static double probability(double log_odds)
{
    return 1 / (1 + exp(-log_odds));
}

void sks_score_finish(struct sks_language_result *result, const struct sks_score_sums *sums,
                      const struct sks_score_models *models)
{
    if (sums->sentences == 0)
        return;
    result->translationese =
        probability(sks_hashed_combine(&models->translationese, sums->translationese, sums->sentences));
}
