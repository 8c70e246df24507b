/*
 * Exchanges: what one mail of a sender shows counts for those before and after it. An attack is often more than a mail:
 * a polite question, an answer, then the file (やりとり型: IPA, J-CRAT).
 */
#ifndef SKS_MEMORY_EXCHANGE_H
#define SKS_MEMORY_EXCHANGE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct sks_memory;
struct sks_memory_mail;

/* The evidence of a mail that is called an attack by what another mail of its exchange shows: an indicator's id. */
#define SKS_MEMORY_EXCHANGE_EVIDENCE "memory.exchange-targeted"

/*
 * An earlier mail of the same exchange that was called targeted by what it shows itself, within
 * SKS_LIMIT_MEMORY_EXCHANGE_DAYS, and that nobody has released since. Of several one of the same thread, else the
 * newest.
 */
struct sks_memory_alarm {
    bool any;
    bool thread;  /* the mail answers it */
    bool doubted; /* its authentication had failed: it may have been another's */
    int64_t at;   /* Unix time */
    double score; /* log-odds, as sks_verdict_score() */
    const char *message_id;
};

/* What an attack shows of the mails before it: those of its exchange that were called clean are logged anew. */
struct sks_memory_exchange {
    const struct sks_memory_mail *mail; /* the attack */
    int64_t at;
    const char *class_, *previous; /* names of classes: what they are called now, and were before */
    double score;
    const char *because; /* its Message-ID */
    const char *why[2];  /* one sentence for each of them, Japanese and English */
    GPtrArray *revised;  /* out: struct sks_memory_revised *; of sks_memory_revised_list() */
};

/* A mail whose verdict was changed. */
struct sks_memory_revised {
    char *message_id, *subject;
};

/* g_ptr_array_unref(). */
GPtrArray *sks_memory_revised_list(void);

/* Looks up and changes, within a transaction. */
int sks_store_ask_exchange(struct sks_memory *memory, const struct sks_memory_mail *mail,
                           struct sks_memory_alarm *out_alarm);
int sks_store_revise(struct sks_memory *memory, const struct sks_memory_exchange *exchange, bool notices);

#endif
