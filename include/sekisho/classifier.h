/*
 * The classifier: one message in, one verdict out.
 *
 * Order of calls: fill struct sks_settings, sks_classifier_create(), any number of sks_classifier_examine(), then
 * sks_classifier_destroy().
 *
 * All that it needs is built in but for one file, the trigram table (its licence is another one), which is found from
 * where the library lies: /usr/share/sekisho/trigram.bin for a library in /usr/lib.
 *
 * Threads and processes. A classifier is loaded once and may be shared by fork(): its tables are never written
 * after creation. One process examines one message at a time: sks_classifier_examine() is not to be called from two
 * threads at once. Hostile bytes are parsed in the calling process; a program that must survive them uses the pool of
 * <sekisho/pool.h>. The memory (SQLite) is opened at the first examination in a process, never carried across fork().
 *
 * The library never logs, exits or reads the environment, starts no thread and opens no network connection.
 */
#ifndef SEKISHO_CLASSIFIER_H
#define SEKISHO_CLASSIFIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sekisho/error.h"
#include "sekisho/verdict.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a classifier is made from. Zeroed, all of it means "the built-in default". Strings are copied. */
struct sks_settings {
    const char *model;               /* model package (a zip file); NULL: the one built in */
    const char *lists;               /* folder whose files replace the built-in lists of the same name; NULL: none */
    const char *people;              /* CSV or LDIF of the directory; NULL: what was imported into the store */
    const char *countries;           /* libloc's database of networks and their countries; NULL: unknown */
    const char *store;               /* SQLite file of the memory, made if missing; NULL: no memory */
    bool store_frozen;               /* look up in the memory, teach it nothing */
    bool store_hashed;               /* keep names and addresses as keyed hashes only; implies store_digests */
    bool store_digests;              /* keep no mail and no password for joining two mails, only digests */
    uint64_t pending_size;           /* bytes of a mail that is kept until its password comes; 0: 20 MiB */
    uint64_t pending_total;          /* of all such mails together; 0: 1 GiB */
    unsigned pending_days;           /* how long; 0: 7 */
    bool store_notices;              /* leave in the store what people are to be told of verdicts that got worse */
    bool store_patient;              /* nobody waits for the mail: rather wait for a busy store than judge without it */
    bool store_tended;               /* another process deletes what is too old: no mail does */
    bool store_gathers;              /* in a pool that is busy, lessons of many mails are put into the store together */
    unsigned hold_classes;           /* bits (1u << class): mails of these may be held until their password comes */
    unsigned hold_least;             /* … if they are targeted with this probability, in percent */
    unsigned hold_seconds;           /* … and for how long */
    const char *const *own_domains;  /* our mail domains, and all below them; NULL-terminated, or NULL */
    const char *const *authserv_ids; /* whose Authentication-Results are believed (RFC 8601); NULL-terminated or NULL */
};

struct sks_classifier;

/*
 * Opens the library's own file for this process and all that are forked from now on, so that they can create
 * classifiers where the file can't be reached: with another user or root. Without it, the first sks_classifier_create()
 * does. Returns SKS_ERROR_IO or SKS_ERROR_FORMAT, with the problem, which names the file, added to problems (which may
 * be NULL).
 */
SKS_API int sks_classifier_open_tables(struct sks_problems *problems);

/*
 * Loads everything. Returns SKS_ERROR_FORMAT, SKS_ERROR_SCHEMA or SKS_ERROR_IO, with all problems added to problems
 * (which may be NULL).
 */
SKS_API int sks_classifier_create(struct sks_classifier **out_classifier, const struct sks_settings *settings,
                                  struct sks_problems *problems);
SKS_API void sks_classifier_destroy(struct sks_classifier *classifier);

/* Version of the loaded model package, for logs and headers. Belongs to the classifier. */
SKS_API const char *sks_classifier_model_version(const struct sks_classifier *classifier);

/* What the mail's transport knows of it (RFC 5321). Unknown fields are NULL or 0. */
struct sks_envelope {
    const char *sender;            /* MAIL FROM without brackets; "" for the null sender, NULL if unknown */
    const char *const *recipients; /* RCPT TO, without brackets */
    size_t recipient_count;
    const char *client_address; /* textual IPv4 or IPv6; NULL: taken from the topmost Received */
    const char *client_name;    /* the client's verified name, or NULL */
    const char *helo;
    bool trusted;         /* the client is in one of our own networks */
    bool authenticated;   /* the client gave valid SMTP AUTH credentials */
    bool truncated;       /* the bytes end at the ceiling of whoever collected them */
    const char *queue_id; /* under which the MTA could hold it; NULL: it is not to be held */
    int64_t received_at;  /* Unix time of arrival; 0: the mail's own (topmost Received, else Date) */
};

/*
 * Judges one message (RFC 5322 bytes as received, line ends of any kind). envelope may be NULL. Any bytes at all get a
 * verdict; if the memory can't be used they are judged without it, and the verdict says so
 * (sks_verdict_memory_error()).
 */
SKS_API int sks_classifier_examine(struct sks_verdict **out_verdict, struct sks_classifier *classifier,
                                   const void *bytes, size_t size, const struct sks_envelope *envelope);

#ifdef __cplusplus
}
#endif

#endif
