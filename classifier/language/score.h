/* Scores of a text, summed sentence by sentence. */
#ifndef SKS_LANGUAGE_SCORE_H
#define SKS_LANGUAGE_SCORE_H

#include <glib.h>

#include "language/awkward.h"
#include "language/hashed.h"
#include "language/language.h"
#include "language/sentence.h"
#include "language/slip.h"
#include "language/trigram.h"
#include "language/valence.h"

struct sks_score_models {
    struct sks_hashed translationese, learner;
    struct sks_awkward awkward;
    struct sks_valence *valence;
    struct sks_trigram trigram;
    GBytes *files[3]; /* what the models lie in, if they were read from a folder */
};

/*
 * Reads the models: the built-in ones, or for whoever makes new ones, those of a folder, as far as it has them.
 */
int sks_score_models_read(struct sks_score_models *out_models, const char *folder, struct sks_problems *problems);
void sks_score_models_finish(struct sks_score_models *models);

/* A place by the bytes of its sentence's line. */
struct sks_score_place {
    size_t start, end;
    double log_odds;
};

/* Sums over the sentences of one text. */
struct sks_score_sums {
    double translationese; /* log-odds of sentences by their weights */
    double weights;
    double slips, unfinished; /* the latter: sentences that break off */
    size_t sentences, places, told;
    GArray *hashes;                    /* uint32_t, for reuse */
    struct sks_slips slip_places;      /* for reuse */
    GArray *log_odds;                  /* double, for reuse */
    struct sks_score_place translated; /* of the last sentence: the words that machine translations have most often, and
                                          its log-odds */
    struct sks_score_place worst;      /* the word of it where a slip is likeliest; none if nowhere likely */
};

/* What counts how much in the learner's score, in the usual slips of a morpheme. */
struct sks_score_constants {
    double lenient;    /* share of the usual slips of a fluent text that is taken off */
    double unfinished; /* a sentence that breaks off without a full stop, in morphemes */
    double told;       /* a place that a rule tells of: surely a slip; in morphemes */
};

extern const struct sks_score_constants sks_score_constants;

/* How far the slips of a text lie above the usual ones of a morpheme; see sks_slip_excess(). */
double sks_score_slips(const struct sks_awkward_parts *parts, const struct sks_score_constants *constants,
                       double usual);

void sks_score_sums_init(struct sks_score_sums *sums);
void sks_score_sums_finish(struct sks_score_sums *sums);

/* Adds a sentence in which rules told of so many slips; sums->translated and worst are the sentence's own. */
void sks_score_add(struct sks_score_sums *sums, const struct sks_score_models *models,
                   const struct sks_sentence *sentence, size_t told);

/* Fills in the log-odds of the text as a whole; leaves all zero without a sentence. */
void sks_score_text(struct sks_awkward_parts *out_parts, const struct sks_score_sums *sums,
                    const struct sks_score_models *models);

#endif
