/*
 * The model room: named features → three probabilities. It does not know where features come from.
 *
 * A model package is one zip file: manifest.json (version, feature schema, training sets and counts, dates, digests,
 * thresholds, evaluation), the libsvm model (C-SVC, linear, three classes, pairwise sigmoids), and the text model
 * (liblinear over hashed n-grams). Loading checks every digest and the schema, then folds the support vectors into one
 * weight vector for each pair of classes. A loaded model is read only and may be shared by threads and fork().
 */
#ifndef SKS_MODEL_MODEL_H
#define SKS_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sekisho/error.h"
#include "sekisho/verdict.h"

struct sks_model;

/*
 * Loads a package from a file, or from bytes (file then only names it in problems). schema: the names of the features
 * that this program computes, sorted; a package that names another set is refused with SKS_ERROR_SCHEMA.
 */
int sks_model_load(struct sks_model **out_model, const char *file, const char *const *schema, size_t schema_count,
                   struct sks_problems *problems);
int sks_model_load_bytes(struct sks_model **out_model, const void *bytes, size_t size, const char *file,
                         const char *const *schema, size_t schema_count, struct sks_problems *problems);
void sks_model_destroy(struct sks_model *model);

const char *sks_model_version(const struct sks_model *model);

/* What alarm and bulk_score must reach. */
void sks_model_thresholds(const struct sks_model *model, double *out_targeted, double *out_bulk);

struct sks_prediction {
    double probability[SKS_CLASS_COUNT];
    double score;      /* log-odds of targeted against clean = bias + sum of contributions */
    double rank;       /* log-odds of targeted against both others: what mails are ranked by */
    double alarm;      /* log-odds of targeted or bulk against clean: what the threshold is compared with */
    double bulk_score; /* log-odds of bulk against clean */
    double bias, bulk_bias;
    bool beats_bulk;       /* targeted is likelier than bulk */
    bool leads;            /* … and by so much that an attack is called so (sks_pairs_lead()) */
    enum sks_class class_; /* by the package's thresholds */
};

/*
 * Predicts. values has schema_count entries in the schema's order. out_contribution and out_bulk_contribution (each
 * schema_count doubles, or NULL) receive what each feature adds to score and bulk_score.
 */
void sks_model_predict(const struct sks_model *model, const double *values, struct sks_prediction *out_prediction,
                       double *out_contribution, double *out_bulk_contribution);

/*
 * How much a mail is like mail that was reported as targeted (model/campaigns.h), as the part of a weight, 0 to 1: if
 * it brings something that could do harm (a file, a link), and if it is bare of that, which is never more.
 */
struct sks_resemblance {
    double bringing, bare;
};

/*
 * The same for a mail that is that much like reported mail: this adds to both log-odds of targeted by a weight that the
 * package sets, as a contribution of the feature that the package names (lure.wording). It is set, not learned: a few
 * reports among thousands of mails could not move a weight that all mails share.
 */
void sks_model_predict_reported(const struct sks_model *model, const double *values, struct sks_resemblance reported,
                                struct sks_prediction *out_prediction, double *out_contribution,
                                double *out_bulk_contribution);

/* Brings the probability of targeted to at least that; the others keep their proportion. */
void sks_model_raise_targeted(double probability[SKS_CLASS_COUNT], double least);

/*
 * The same for the worst that several readings of one mail allow, one at least. Of each feature that reading counts
 * which speaks most for the worse class: so neither class, score nor probability of targeted is below that of any
 * reading by itself, and what speaks for the mail counts only as far as it does in all of them.
 */
void sks_model_predict_worst(const struct sks_model *model, const double *const *readings, size_t count,
                             struct sks_resemblance reported, struct sks_prediction *out_prediction,
                             double *out_contribution, double *out_bulk_contribution);

/* Words of one field of a mail for the text model: kind tells fields apart ("subject", "body", "link" …). */
struct sks_text_field {
    const char *kind;
    const char *const *words; /* normalised */
    size_t count;
    bool marks; /* what the header looks like, what is misspelt: words that stand alone, and say nothing of targeted
                   mail */
};

/* Log-odds, calibrated on held-out mail, clamped to ±8. */
struct sks_text_prediction {
    double targeted, bulk; /* against clean */
    double for_one;        /* targeted against bulk */
    struct sks_resemblance reported;
};

void sks_model_predict_text(const struct sks_model *model, const struct sks_text_field *fields, size_t field_count,
                            struct sks_text_prediction *out_prediction);

/* The same from the mail's grams (model/text.h), for mails that were read once and are judged by several models. */
void sks_model_predict_grams(const struct sks_model *model, const uint32_t *grams, size_t count,
                             struct sks_text_prediction *out_prediction);

/* The package's text model (model/text.h), for what it says of single words. */
struct sks_text_model;
const struct sks_text_model *sks_model_text(const struct sks_model *model);

#endif
