/*
 * The order of candidates, by weights that were fitted to texts (train/, models/password). Each place where a candidate
 * stands is described by features: what the rules say of it, its form, and what stands around it. The likelihood of a
 * candidate is the sum over its places of the exponential of their weights.
 */
#ifndef SKS_PASSWORD_RANK_H
#define SKS_PASSWORD_RANK_H

#include <glib.h>

#include "password/candidates.h"
#include "password/words.h"

enum { RANK_BITS = 18, RANK_MOST_FEATURES = 512, RANK_TEXTS = 10, RANK_SPOKEN = 48, RANK_TWINS = 100 };

enum rank_kind { RANK_OWN, RANK_SUBJECT, RANK_QUOTED, RANK_FOOTER, RANK_NAME };

struct rank_text {
    const char *plain, *lower; /* lower: in ASCII's small letters */
    size_t size;
    GArray *starts; /* guint: where the lines of lower begin, so that a place finds its line however long that is */
    struct rank_row **rows; /* what was read of lines so far; NULL: of this one nothing */
    enum rank_kind kind;
    struct words_text *looked; /* in which these were sought, if it is read here */
    struct words_present announcements;
};

struct rank {
    const struct candidates *candidates;
    struct rank_text texts[RANK_TEXTS];
    unsigned count;
    guint *order;                 /* by the rules: order[i] is the place of candidate i */
    uint32_t spoken[RANK_SPOKEN]; /* words of the lines that announce a password */
    unsigned spoken_count;
    uint8_t twins[RANK_TWINS]; /* of the first candidates: whether another is nearly the same, and where */
    double best;               /* weight of the first */
};

struct rank_features {
    uint32_t buckets[RANK_MOST_FEATURES];
    unsigned count;
    uint32_t offset; /* of the kinds of what is added */
};

/* plain stays where it is, as does looked: the same as it was read before, or NULL. */
void rank_begin(struct rank *out_rank, const struct candidates *candidates);
void rank_add_text(struct rank *rank, const char *plain, enum rank_kind kind, struct words_text *looked);
void rank_look_for_twins(struct rank *rank); /* when all texts are there */
void rank_end(struct rank *rank);

/* Calls visit with the features of each place of a candidate. */
typedef void rank_visit(void *data, const struct rank_features *features);
void rank_visit_places(const struct rank *rank, guint candidate, rank_visit *visit, void *data);

/*
 * Log-likelihoods of the candidates, out_scores[candidates->items->len], and of "none of them"; what is not among the
 * first `most` by the rules is put behind the others. False: there are no weights.
 */
bool rank_score(const struct rank *rank, guint most, double *out_scores, double *out_none);

#endif
