/*
 * Training: rows of features and grams → a model package.
 *
 * What is one campaign, family, thread or day is a *group* and never stands on both sides of a split: the text model's
 * scores that the other features are learned with, the sigmoids, C and the weights, and the thresholds all come from
 * mail that the model in question has not seen a relative of. The same rows in the same order give the same bytes.
 *
 * Training forks (model/jobs.h): the caller must be single-threaded.
 */
#ifndef SKS_MODEL_TRAIN_H
#define SKS_MODEL_TRAIN_H

#include <glib.h>
#include <jansson.h>
#include <stdint.h>

#include "model/campaigns.h"
#include "model/text.h"
#include "sekisho/error.h"
#include "sekisho/verdict.h"

/* One mail. */
struct sks_row {
    enum sks_class class_;
    gboolean japanese;     /* its language, as far as balance needs it */
    gboolean written;      /* a composed sample: harder than everyday mail on purpose */
    gboolean assumed;      /* its features are partly assumed: the classes are learned from it, and thresholds
                              hold for it, but no rate is measured on it */
    gboolean old;          /* of another era: words are learned from it, classes where there is little else; thresholds
                              and choices do not rest on it */
    gboolean reported;     /* people say that this mail is so: it is always drawn */
    const char *group;     /* by name: mails of one group are related */
    const char *digest;    /* SHA-256 of the mail, hexadecimal, to know it again; or NULL */
    double *values;        /* in the schema's order; the text model's are filled in by training */
    const uint32_t *grams; /* of sks_text_grams() */
    size_t gram_count;
    const char *const *reporters; /* who say so, each once (model/voices.h), NULL at the end; or NULL */
};

/* What being like reported mail adds to the log-odds, and as whose contribution. */
#define SKS_REPORTED_WEIGHT  8.0
#define SKS_REPORTED_FEATURE "lure.wording"

/* Which way a feature may speak. One that comes out the other way is left out: nobody could understand its reason. */
enum sks_sense {
    SKS_SENSE_ANY,
    SKS_SENSE_TARGETED, /* never for clean, against targeted and bulk together */
    SKS_SENSE_BULK,     /* never for clean against bulk */
    SKS_SENSE_CLEAN,    /* never against clean */
};

/*
 * The word behind a gram, and its field, if it may be told (nobody is told by it); else NULL. Strings stay the
 * callee's.
 */
typedef const char *(*sks_gram_name)(uint32_t gram, const char **out_field, void *data);

struct sks_training {
    struct sks_row *rows;
    size_t count;
    const char *const *schema; /* sorted names */
    size_t schema_count;
    const enum sks_sense *senses; /* of each feature */
    const gboolean *means;        /* of each feature: it is something that could do harm (a file, a link); or NULL */
    /* Puts the text model's scores into the values. */
    void (*set_text)(double *values, const struct sks_text_prediction *scores);
    json_t *description;     /* kept in the manifest as "training" */
    sks_gram_name gram_name; /* NULL: the package gets no list of words */
    void *gram_data;
    const char *dated;               /* first part of the package's version: the day of the latest mail */
    double targeted_rate, bulk_rate; /* wanted false alarms on real mail */
    double written_rate;             /* the same for both on written mail; twice that if bulk mail counts, too */
    unsigned workers;                /* 0: all processors */
    void (*progress)(const char *step, size_t done, size_t count, void *data); /* or NULL */
    void *progress_data;
};

/*
 * SKS_ERROR_FORMAT if a class is missing or has fewer than SKS_FOLD_COUNT groups (told in problems), SKS_ERROR_CRASH
 * if a child died.
 */
int sks_train(GBytes **out_package, const struct sks_training *training, struct sks_problems *problems);

/*
 * How often a row reported as bulk or clean is drawn; together they take at most half of a budget. One reported as
 * targeted is drawn once: it has a model of its own, and more copies brought false alarms among mail of its kind.
 */
#define SKS_REPORT_COPIES 10

#define SKS_FOLD_COUNT 5
#define SKS_NO_FOLD    SKS_FOLD_COUNT /* as a fold to leave out: none */

/*
 * Gives each row its fold, by group: the groups of a class and language are dealt out by size, the largest first, to
 * the fold that has least of them. out_folds has count entries.
 */
void sks_folds_assign(unsigned *out_folds, const struct sks_row *rows, size_t count);

enum sks_draw {
    SKS_DRAW_WORDS,   /* all but assumed rows */
    SKS_DRAW_CLASSES, /* assumed ones, too; old ones only fill what the others leave of a cell's budget */
};

/*
 * Draws rows to learn from: for each class and language (Japanese or not) up to budget rows, so that neither class nor
 * language weighs by how much of it there is. Groups take turns, so a campaign of a thousand mails counts little more
 * than one of ten. Reported rows come first, some of them SKS_REPORT_COPIES times. A cell with fewer rows is drawn from
 * again, each row at most most_copies times. Rows of the fold left_out are not drawn. The result is an array of indices
 * into rows, by class.
 */
GArray *sks_rows_draw(const struct sks_row *rows, const unsigned *folds, size_t count, unsigned left_out,
                      enum sks_draw draw, size_t budget, unsigned most_copies);

/* What each part of the text model tells from what: the first class of each from the second. */
extern const enum sks_class sks_text_classes[SKS_TEXT_PARTS][2];

/*
 * Fits the text model on the rows that are drawn without fold left_out. Its sigmoids are left at a = 1, b = 0: it
 * predicts plain margins. Finish it.
 */
void sks_text_train(struct sks_text_model *out_model, const struct sks_row *rows, const unsigned *folds, size_t count,
                    unsigned left_out);

/* Whether a row brings something that could do harm. */
gboolean sks_training_shows_means(const struct sks_training *training, size_t row);

/*
 * Divides what was reported as targeted into campaigns and learns likeness to each (train-campaigns.c). out_likeness is
 * each row's, held out: by models that know neither the row nor a relative of it. step is for the training's progress.
 * Finish the campaigns; there may be none. SKS_ERROR_CRASH if a child died.
 */
int sks_campaigns_train(struct sks_campaigns *out_campaigns, struct sks_resemblance *out_likeness,
                        const struct sks_training *training, const unsigned *folds, const char *step);

struct sks_pairs_parameter {
    double c;            /* libsvm's C */
    double clean_weight; /* what an error on clean mail costs more */
};

struct svm_model;

/*
 * Trains libsvm on the rows that are drawn without fold left_out and returns the model in libsvm's format, with given
 * sigmoids (a, b: three each), without loss: numbers are written so that they are read back the same. Values are
 * multiplied by scale. g_string_free().
 */
GString *sks_pairs_train(const struct sks_row *rows, const unsigned *folds, size_t count, unsigned left_out,
                         size_t feature_count, const double *scale, const struct sks_pairs_parameter *parameter,
                         const double *a, const double *b);

#endif
