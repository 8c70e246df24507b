/*
 * Reported mails, divided by likeness: into campaigns, where they are called targeted, and in the same way otherwise.
 *
 * How alike two mails are is the cosine of their grams, the rarer a gram among other mail the heavier. One after the
 * other a mail joins the group that it is most like on average, or begins one. They come in an order of their own that
 * is made of their words, so it is of no account who reported first. Groups are found by an index of grams, and only
 * those are looked at that share grams enough to be like the mail: time grows with the mails and the groups that share
 * their words, not with pairs of mails (Bayardo, Ma and Srikant, Scaling up all pairs similarity search, 2007).
 */
#ifndef SKS_MODEL_DIVIDE_H
#define SKS_MODEL_DIVIDE_H

#include "model/train.h"

/* A row's grams, as places among those of all reported mail, rising. */
struct sks_places {
    uint32_t *at;
    size_t count;
    double length; /* as a vector */
};

struct sks_alike {
    GArray *grams;  /* uint32_t: of all reported mail, rising */
    double *rarity; /* of each */
    struct sks_places *places;
    size_t count; /* of rows */
};

/* Of rows that are borrowed, for the call only. Finish it. */
void sks_alike_init(struct sks_alike *likeness, const struct sks_row *rows, size_t count);
void sks_alike_finish(struct sks_alike *likeness);

/* Of two rows, 0 to 1. */
double sks_alike_of(const struct sks_alike *likeness, size_t one, size_t other);

/* Of the rows with one another, on average, each pair weighted by the product of its weights; 1 of one alone. */
double sks_alike_within(const struct sks_alike *likeness, const GArray *rows, const size_t *weights);

/*
 * The groups of what was reported as the class: a GPtrArray of GArray of size_t, g_ptr_array_unref(). Mails without
 * words are in none.
 */
GPtrArray *sks_divide(const struct sks_alike *likeness, const struct sks_row *rows, enum sks_class class_);

#endif
