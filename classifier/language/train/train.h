/*
 * Training of the language models, shared by the program train-language and the benchmark. Not part of the library.
 *
 * Everything is deterministic: the same corpora give the same bytes.
 */
#ifndef SKS_LANGUAGE_TRAIN_TRAIN_H
#define SKS_LANGUAGE_TRAIN_TRAIN_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>
#include <linear.h>

#include "language/morpheme.h"
#include "language/room.h"
#include "language/sentence.h"

enum sks_train_set {
    SKS_TRAIN_WMT21,
    SKS_TRAIN_WMT22,
    SKS_TRAIN_PARTNER,
    SKS_TRAIN_NTREX,
    SKS_TRAIN_AGENCY,
    SKS_TRAIN_D365,
    SKS_TRAIN_BSD,
    SKS_TRAIN_NATIVE,
    SKS_TRAIN_SET_COUNT,
};

enum { SKS_TRAIN_NO_FOLD = -2, SKS_TRAIN_BITS = 20, SKS_TRAIN_HUMAN = 0, SKS_TRAIN_ENGINES = 4, SKS_TRAIN_FOLDS = 3 };

/* One line of a corpus as features, and where it comes from. */
struct sks_train_line {
    struct feature_node *x;
    enum sks_train_set set;
    int engine; /* SKS_TRAIN_HUMAN, or the number of the machine */
    int fold;   /* neighbouring lines share a fold: they are of one document; none: never kept out */
    size_t number;
    bool polite;
};

typedef void sks_train_features(GArray *out_hashes, const struct sks_sentence *sentence);

/* Reads a file's lines as features; problems end the program. Appends struct sks_train_line. */
void sks_train_read(GArray *lines, struct sks_morphemes *morphemes, const char *path, enum sks_train_set set,
                    int engine, sks_train_features *features);

/* The same for lines at hand, NULL-terminated. */
void sks_train_add(GArray *lines, struct sks_morphemes *morphemes, char **given, enum sks_train_set set, int engine,
                   sks_train_features *features);

/* A model before it is quantised. */
struct sks_train_model {
    unsigned bits;
    float *weights; /* 2^bits */
    double bias, slope, offset, extra;
};

/* Logistic regression (liblinear) of label[i] = ±1 over lines[chosen[i]]. */
void sks_train_fit(struct sks_train_model *out_model, const GArray *lines, const guint *chosen, const double *labels,
                   guint count, double cost);
void sks_train_finish(struct sks_train_model *model);
double sks_train_score(const struct sks_train_model *model, const struct feature_node *x);

/* Writes the model as classifier/language/hashed.h has it. */
int sks_train_write(const struct sks_train_model *model, const char *path);

/* A score and whether it belongs to the class that should score high. */
struct sks_train_judged {
    double score;
    bool positive;
};

/* Area under the curve; sorts judged (of struct sks_train_judged). */
double sks_train_auc(GArray *judged);

/* Fits slope and offset so that slope × score + offset are log-odds at equal priors. */
void sks_train_calibrate(double *out_slope, double *out_offset, const GArray *judged);

/* The weight of a line among others of its text. */
double sks_train_weight(const struct sks_train_line *line);

/*
 * Translationese with one engine left out and, within every engine, a fold of sources left out: judged[e] gets the
 * scores of lines of engine e + 1 and of human lines that no model had seen, lines[e] their numbers, other[e] the mean
 * scores of lines that train nothing, each times its weight. Without folds (0), only the engine is left out: the human
 * lines, and what other engines made of the same sources, have trained.
 */
struct sks_train_cross {
    GArray *judged[SKS_TRAIN_ENGINES]; /* struct sks_train_judged */
    GArray *lines[SKS_TRAIN_ENGINES];  /* guint */
    double *other[SKS_TRAIN_ENGINES];
};

void sks_train_cross(struct sks_train_cross *out_cross, const GArray *lines, int folds, const GArray *other);
void sks_train_cross_finish(struct sks_train_cross *cross);

/* All lines that train translationese, from the folder of Japanese corpora. */
GArray *sks_train_translationese_lines(struct sks_morphemes *morphemes, const char *corpora);
void sks_train_lines_free(GArray *lines);

/* The shipped model of all lines, calibrated on what sks_train_cross() found. */
void sks_train_translationese(struct sks_train_model *out_model, const GArray *lines);

/* How the learner model is trained; what is shipped was chosen by sks_train_choose(). */
struct sks_train_learner_settings {
    unsigned bits, passes;
    unsigned slips_each;    /* slips made of each sentence */
    unsigned documentation; /* every which line of it trains */
    double pair;            /* what a pair of a sentence with and without a slip weighs against a single place */
    bool machine;           /* machine translations train as fluent text, too */
    bool everyday;          /* everyday.txt trains, too */
    unsigned trainings;     /* whose mean is taken, each with other slips in another order */
};

extern const struct sks_train_learner_settings sks_train_learner_chosen;

/* The learner model: weights of places, calibrated on texts kept out of training. */
void sks_train_learner(struct sks_train_model *out_model, const struct sks_train_learner_settings *settings,
                       const char *corpora);

/* Appends a corpus file's lines of usual length, normalised; only every second, third …, from the first given on. */
void sks_train_texts(GPtrArray *texts, const char *corpora, const char *name, guint every, guint first);

/* Appends sentences drawn from everyday.txt: those that train, or those of every tenth line, which don't. */
enum { SKS_TRAIN_EVERYDAY_KEPT_OUT = 10 };
void sks_train_everyday(GPtrArray *out_texts, bool kept_out);

/*
 * Tries settings of the learner model, and constants of score.c, on fluent texts that train no slips model, as they are
 * and with slips made in them on purpose; prints what each gives and which is best. Writes into the folder given, for
 * passing use. Problems end the program.
 */
int sks_train_choose(struct sks_morphemes *morphemes, const char *corpora, const char *folder);

/*
 * The pages of a text file (a line that begins with "## " opens one), each a NULL-terminated array of its lines. Frees
 * with the array. Of the government's pages, every fourth trains translationese, every fourth calibrates `awkward`, and
 * the others are for the benchmark.
 */
enum { SKS_TRAIN_PAGE_TRAINS = 0, SKS_TRAIN_PAGE_CALIBRATES = 2, SKS_TRAIN_PAGE_PARTS = 4 };
GPtrArray *sks_train_pages(const char *path);

/* So many lines as one text; the caller frees it with g_free(). */
char *sks_train_text(char **lines, size_t count);

/* Writes vocabulary.txt into the folder. */
int sks_train_vocabulary(const char *corpora, const char *folder);

/* Writes english.txt into the folder. */
int sks_train_english(const char *corpora, const char *folder);

/* Visits the English mails of a folder of the mail corpora that train english.txt, or those that are kept out. */
typedef void sks_train_visit_english(const struct sks_language_result *result, void *data);
void sks_train_each_english(struct sks_language_room *room, const char *corpora, const char *folder, bool kept_out,
                            sks_train_visit_english *visit, void *data);

/* An English mail: how much lure wording of each kind it holds. */
struct sks_train_mail {
    double amounts[SKS_LURE_KINDS];
    bool lure, kept_out;
};

/* Appends the English mails of a folder of the mail corpora, beside those of Japanese. */
void sks_train_read_mails(GArray *mails, struct sks_language_room *room, const char *corpora, const char *folder,
                          bool lure);

/* Writes lure-weights.txt into the folder whose other models are there already. */
int sks_train_lures(const char *corpora, const char *folder);

/* The names of a folder's files, in order. */
GPtrArray *sks_train_names(const char *folder);

/* What the mails of a folder of samples say themselves: of every second family, or of the others, which are kept out.
 */
GPtrArray *sks_train_letters(const char *folder, bool kept_out);

/* Writes awkward.txt into the folder whose other models are there already; mails is a folder of honest samples. */
int sks_train_awkward(const char *corpora, const char *mails, const char *folder);

#endif
