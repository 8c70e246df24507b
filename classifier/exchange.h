/*
 * Mails of one exchange end alike: what a mail that is called targeted shows counts for the mails of its sender that
 * follow, and for those that came before and were called clean (docs/joining.md).
 */
#ifndef SKS_EXCHANGE_H
#define SKS_EXCHANGE_H

#include "collect.h"
#include "indicator/indicator.h"
#include "verdict.h"

/*
 * Calls the mail targeted since another of its exchange was, with that one's score, unless somebody has released it or
 * its own score is higher. Score and probability grow by the evidence that says so. Before the verdict is sealed.
 */
void sks_exchange_carry(struct sks_verdict *verdict, double score);

/* How sure it is that the mail is its sender's, by its own findings: checks passed, or failed, or habits are another's.
 */
enum sks_memory_standing sks_exchange_standing(const struct sks_findings *findings);

/* What attacks leave to be said of the mails before them. */
struct sks_exchanges {
    GArray *memory;     /* struct sks_memory_exchange */
    GPtrArray *earlier; /* struct sks_verdict *: of each, as the mails before it are judged now */
};

void sks_exchanges_init(struct sks_exchanges *exchanges);
void sks_exchanges_finish(struct sks_exchanges *exchanges);

/*
 * Adds what a mail shows, if that is anything: it is an attack by itself, its sender isn't doubted, and his mails are
 * one short exchange. waiting: if it waited, else NULL. now: Unix time up to which others may have come.
 */
void sks_exchanges_add(struct sks_exchanges *exchanges, const struct sks_collected *collected,
                       const struct sks_verdict *verdict, const struct sks_memory_waiting *waiting, int64_t now);

/* Adds to the verdict what became of the others, once they were changed. */
void sks_exchanges_add_changed(struct sks_verdict *verdict, const struct sks_exchanges *exchanges);

#endif
