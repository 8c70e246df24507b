/* All candidates of a source before they are cut to the likeliest, for the order of them and for its training. */
#ifndef SKS_PASSWORD_GATHER_H
#define SKS_PASSWORD_GATHER_H

#include "password/candidates.h"
#include "password/rank.h"

/* A text to be searched: as it is typed (NFKC, marks apart) and, if that is something else, as it stands there. */
struct reading {
    char *plain, *start;                      /* NULL: none */
    struct words_text *looked, *start_looked; /* the same, in which words are sought; NULL: not read yet */
    char *flowed;                             /* plain, lines that were broken by their length joined; NULL: none was */
    double factor;
    bool speaks; /* of a password */
    bool names;  /* … by a word that means nothing else */
};

enum { GATHERED_TEXTS = 4 };

struct gathered {
    struct candidates candidates;
    struct reading texts[GATHERED_TEXTS]; /* own words with the signature, subject, quotes, footer */
    bool named;
};

void gather(struct gathered *out_gathered, const struct sks_password_source *source);
void gather_finish(struct gathered *gathered); /* all but the strings of the candidates */

/* What the places of candidates are sought in. */
void gather_rank(struct rank *out_rank, const struct gathered *gathered);

#endif
