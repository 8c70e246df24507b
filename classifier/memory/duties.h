/*
 * What is left to do when no mail is in hand: people to be told that a verdict has become worse, held mails to be let
 * go, and what is too old to be deleted by the clock.
 *
 * Duties are left in the transaction that changes the verdict, so that none is lost by a kill. Several processes may do
 * them: each notice is claimed first, for a while.
 */
#ifndef SKS_MEMORY_DUTIES_H
#define SKS_MEMORY_DUTIES_H

#include "memory/memory.h"

/* An earlier mail whose verdict has become worse. Strings belong to it. */
struct sks_memory_notice {
    int64_t id; /* 0: there is none */
    int64_t at;
    unsigned tries; /* claims before this one */
    char *message_id, *from, *subject, *class_, *previous, *because;
    char *why[2]; /* Japanese, English */
    char *held;   /* queue IDs of it that stay held, separated by blanks */
    char **to;
    double score;
};

/* Takes the oldest that nobody has claimed lately; it is offered again after SKS_LIMIT_MEMORY_CLAIM_SECONDS. */
int sks_memory_notice_claim(struct sks_memory *memory, int64_t now, struct sks_memory_notice *out_notice);
int sks_memory_notice_done(struct sks_memory *memory, int64_t id);
void sks_memory_notice_finish(struct sks_memory_notice *notice);

/* The queue ID of a held mail that is to be let go by now, or NULL: g_free(). The longest due comes first. */
int sks_memory_held_due(struct sks_memory *memory, int64_t now, char **out_queue_id);
int sks_memory_held_done(struct sks_memory *memory, const char *queue_id);
int sks_memory_held_postpone(struct sks_memory *memory, const char *queue_id, int64_t due);

/* None is due later than that: a clock that was set back leaves none held for as long as it had been ahead. */
int sks_memory_held_within(struct sks_memory *memory, int64_t latest);

/* The time of the newest mail that was learned, which each moves by a week at most; 0: there is none. */
int sks_memory_newest(struct sks_memory *memory, int64_t *out_newest);

/*
 * What whoever tends the store knows of the host's clock, as a text of its own that is kept (g_free(); "": none is),
 * and how far the memory's clock may go by mails' times until it is written again.
 */
int sks_memory_steady_read(struct sks_memory *memory, char **out_text);
int sks_memory_steady_write(struct sks_memory *memory, const char *text, int64_t limit);

/*
 * Deletes mails that wait since before one time and logged verdicts from before another, some of each; *out_more says
 * whether there is more. What bears a time after "future" goes with what came before and after it. Times are the
 * host's: only for a store whose mails' times are, too.
 */
int sks_memory_expire_before(struct sks_memory *memory, int64_t waiting, int64_t verdicts, int64_t future,
                             bool *out_more);

#endif
