/*
 * Mails of one exchange end alike: what a mail that is called targeted shows counts for the mails of its sender that
 * follow, and for those that came before and were called clean (docs/joining.md).
 */
#ifndef SKS_EXCHANGE_H
#define SKS_EXCHANGE_H

#include "collect.h"
#include "verdict.h"

/*
 * Calls the mail targeted if another of its exchange was, unless somebody has released it; the score is raised to that
 * one's, by the evidence that says so. Done once, before the verdict is sealed.
 */
void sks_exchange_carry(struct sks_verdict *verdict, const struct sks_memory_alarm *alarm);

/* What an attack leaves to be said of the mails before it. */
struct sks_exchange {
    struct sks_memory_exchange memory;
    struct sks_verdict *earlier; /* as each of them is judged now */
};

/* False if it leaves nothing: it is no attack by what it shows itself, or its sender's mails are no exchange. */
bool sks_exchange_init(struct sks_exchange *exchange, const struct sks_collected *collected,
                       const struct sks_verdict *verdict);
void sks_exchange_finish(struct sks_exchange *exchange);

/* Adds to the verdict what became of the others. */
void sks_exchange_add_changed(struct sks_verdict *verdict, struct sks_exchange *exchange);

#endif
