/*
 * Exchanges: what one mail of a sender shows counts for those before and after it. An attack is often more than a mail:
 * a polite question, an answer, then the file (やりとり型: IPA, J-CRAT).
 */
#ifndef SKS_MEMORY_EXCHANGE_H
#define SKS_MEMORY_EXCHANGE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sks_memory;
struct sks_memory_mail;
struct sks_memory_waiting;

/* The evidence of a mail that is called an attack by what another mail of its exchange shows: an indicator's id. */
#define SKS_MEMORY_EXCHANGE_EVIDENCE "memory.exchange-targeted"

/* How sure it is that a logged mail is its sender's. */
enum sks_memory_standing {
    SKS_STANDING_UNKNOWN,
    SKS_STANDING_PROVEN,  /* authentication passed for the address of From */
    SKS_STANDING_DOUBTED, /* … failed, or the mail is unlike all others of that address: perhaps another's */
};

/*
 * An earlier mail of the same exchange (one sender's, with a reader or a thread in common) that was called targeted by
 * what it shows itself, within SKS_LIMIT_MEMORY_EXCHANGE_DAYS. None whose sender is doubted, and none if all readers of
 * the mail have released some mail of that sender since.
 */
struct sks_memory_alarm {
    bool proven, thread; /* the sender; the mail answers it */
    double score;        /* log-odds, as sks_verdict_score() */
    const char *message_id;
};

/* Of each kind the newest, and none that another one makes superfluous. */
#define SKS_MEMORY_ALARMS 4u
struct sks_memory_alarms {
    struct sks_memory_alarm items[SKS_MEMORY_ALARMS];
    size_t count;
};

/*
 * Asks for alarms up to a time, which may be later than the mail's: for one that is judged anew. What it was called an
 * attack for itself, by another's, is among them. The strings stay valid until the memory is asked next.
 */
int sks_memory_ask_alarms(struct sks_memory *memory, const struct sks_memory_mail *mail, int64_t until,
                          struct sks_memory_alarms *out_alarms);

/* What an attack shows of the mails before it: those of its exchange that were called clean are logged anew. */
struct sks_memory_exchange {
    const struct sks_memory_mail *mail; /* the attack */
    int64_t at;                         /* when it is known: others came until then */
    const char *class_, *previous;      /* names of classes: what they are called now, and were before */
    double score;                       /* … unless their own is higher */
    const char *because;                /* its Message-ID */
    const char *why[2];                 /* one sentence for each of them, Japanese and English */
    bool proven;                        /* the attack's sender; else mails whose sender is proven stay as they are */
    const struct sks_memory_waiting *waiting; /* the attack, if it waited: without its change there is none; or NULL */
    GPtrArray *revised;                       /* out: struct sks_memory_revised *; of sks_memory_revised_list() */
};

/* A mail whose verdict was changed. */
struct sks_memory_revised {
    char *message_id, *subject;
    double score;
};

/* g_ptr_array_unref(). */
GPtrArray *sks_memory_revised_list(void);

/* Looks up and changes, within a transaction. */
int sks_store_ask_alarms(struct sks_memory *memory, const struct sks_memory_mail *mail, int64_t until,
                         struct sks_memory_alarms *out_alarms);
int sks_store_revise(struct sks_memory *memory, const struct sks_memory_exchange *exchange, bool notices);

#endif
