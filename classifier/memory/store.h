/*
 * The SQLite engine under the memory: opening, schema, prepared statements, transactions with a ceiling of time.
 *
 * SQL is kept to what PostgreSQL understands, too; parameters are written $1, $2 … and appear in that order.
 */
#ifndef SKS_MEMORY_STORE_H
#define SKS_MEMORY_STORE_H

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "memory/memory.h"

/* Every statement that runs for a mail; store.c has their texts. */
enum sks_statement {
    SKS_SQL_COUNTER,
    SKS_SQL_SEEN,
    SKS_SQL_PARTY,
    SKS_SQL_DOMAIN,
    SKS_SQL_PAIR,
    SKS_SQL_HABITS,
    SKS_SQL_NAME_OTHER,
    SKS_SQL_SENT,
    SKS_SQL_LEARN_SEEN,
    SKS_SQL_COUNT_UP,
    SKS_SQL_CLOCK,
    SKS_SQL_LEARN_PARTY,
    SKS_SQL_LEARN_DOMAIN,
    SKS_SQL_LEARN_PAIR,
    SKS_SQL_LEARN_HABIT,
    SKS_SQL_CAP_HABITS,
    SKS_SQL_LEARN_NAME,
    SKS_SQL_CAP_NAMES,
    SKS_SQL_LEARN_SENT,
    SKS_SQL_EXPIRE_SEEN,
    SKS_SQL_EXPIRE_SENT,
    SKS_SQL_EXPIRE_LOG,
    SKS_SQL_EXPIRE_EXCEPTIONS,
    SKS_SQL_HAND,
    SKS_SQL_HAND_MOVE,
    SKS_SQL_SWEEP_PARTIES,
    SKS_SQL_SWEEP_HABITS,
    SKS_SQL_SWEEP_PAIRS,
    SKS_SQL_SWEEP_PAIRS_TO,
    SKS_SQL_SWEEP_NAMES,
    SKS_SQL_SWEEP_PARTY,
    SKS_SQL_AGE_PARTY,
    SKS_SQL_AGE_HABITS,
    SKS_SQL_AGE_PAIRS,
    SKS_SQL_AGE_NAMES,
    SKS_SQL_SWEEP_DOMAINS,
    SKS_SQL_SWEEP_DOMAIN,
    SKS_SQL_TOPICS,
    SKS_SQL_WAVE_FIND,
    SKS_SQL_WAVE_GET,
    SKS_SQL_WAVE_MEMBERS,
    SKS_SQL_WAVE_IS_MEMBER,
    SKS_SQL_WAVE_ADD,
    SKS_SQL_WAVE_ADD_BAND,
    SKS_SQL_WAVE_COUNT,
    SKS_SQL_WAVE_JOIN,
    SKS_SQL_WAVE_EXPIRED,
    SKS_SQL_WAVE_DROP,
    SKS_SQL_WAVE_DROP_BAND,
    SKS_SQL_WAVE_DROP_MEMBERS,
    SKS_SQL_SHOW_NAMES,
    SKS_SQL_SHOW_HABITS,
    SKS_SQL_SHOW_TO,
    SKS_SQL_SHOW_FROM,
    SKS_SQL_EXCEPT,
    SKS_SQL_EXCEPTED,
    SKS_SQL_LOG,
    SKS_SQL_LOG_EACH,
    SKS_SQL_EXCHANGE_LIST,
    SKS_SQL_EXCHANGE_ANEW,
    SKS_SQL_EXCHANGE_OWN,
    SKS_SQL_EXCHANGE_FORGIVEN,
    SKS_SQL_EXCHANGE_WAITING,
    SKS_SQL_EXCHANGE_SUBJECT,
    SKS_SQL_EXCHANGE_REVISE,
    SKS_SQL_WAITING_LAST,
    SKS_SQL_WAITING_FIND,
    SKS_SQL_WAITING_HAS,
    SKS_SQL_WAITING_GET,
    SKS_SQL_WAITING_FETCH,
    SKS_SQL_WAITING_ADD,
    SKS_SQL_WAITING_ADD_KEY,
    SKS_SQL_WAITING_ADD_MAIL,
    SKS_SQL_WAITING_TURN,
    SKS_SQL_WAITING_EXPIRED,
    SKS_SQL_WAITING_TOTAL,
    SKS_SQL_WAITING_OLDEST,
    SKS_SQL_WAITING_DROP,
    SKS_SQL_WAITING_DROP_KEYS,
    SKS_SQL_WAITING_DROP_MAIL,
    SKS_SQL_UNLEARN_SEEN,
    SKS_SQL_UNLEARN_PARTY,
    SKS_SQL_UNLEARN_DOMAIN,
    SKS_SQL_UNLEARN_HABIT,
    SKS_SQL_UNLEARN_NAME,
    SKS_SQL_UNLEARN_PAIR,
    SKS_SQL_UNLEARN_HABITS_GONE,
    SKS_SQL_UNLEARN_NAMES_GONE,
    SKS_SQL_UNLEARN_PAIRS_GONE,
    SKS_SQL_HELD_ADD,
    SKS_SQL_HELD_LET_GO,
    SKS_SQL_HELD_KEEP,
    SKS_SQL_HELD_DUE,
    SKS_SQL_HELD_DROP,
    SKS_SQL_HELD_POSTPONE,
    SKS_SQL_HELD_LATER,
    SKS_SQL_HELD_WITHIN,
    SKS_SQL_NOTICE_ADD,
    SKS_SQL_NOTICE_ANY,
    SKS_SQL_NOTICE_CLAIM,
    SKS_SQL_NOTICE_DROP,
    SKS_SQL_VERDICT_ANY,
    SKS_SQL_VERDICT_EXPIRE,
    SKS_SQL_WAITING_PASSED,
    SKS_SQL_STEADY_READ,
    SKS_SQL_STEADY_WRITE,
    SKS_SQL_CLOCK_LIMIT,
    SKS_SQL_BEGIN,
    SKS_SQL_BEGIN_WRITE,
    SKS_SQL_COMMIT,
    SKS_SQL_COUNT
};

struct sks_memory {
    sqlite3 *database;
    sqlite3_stmt *statements[SKS_SQL_COUNT];
    enum sks_memory_mode mode;
    char *file;
    pid_t process;        /* that opened it: no other may use it */
    int log_pages;        /* pages in the write-ahead log at the last lesson */
    int64_t data_version; /* changes with what other processes write */
    int64_t deadline;     /* monotonic microseconds, for what is under way; 0: none */
    bool patient;         /* nobody waits for the mail */
    bool waited_in_vain;  /* … for the lock that writes, when it was wanted last: it isn't waited for so long again */
    char *problem;        /* of the last failure */
    GStringChunk *answer; /* backs the strings of the last answer */
    struct sks_hash *digest; /* SHA-256, begun: making one costs more than a short text */
    bool hashed;             /* names and addresses are kept as keyed hashes */
    unsigned char key[32];
    size_t lessons;       /* since it was opened: some work is done with every so many */
    int64_t since;        /* mails that waited since before are deleted */
    int lessons_file;     /* where lessons are gathered (gather.c), or -1 */
    int64_t lessons_size; /* of it, when one was added last */
    bool crowded;         /* many mails come at once */
    bool erased;          /* something was deleted that shall be gone from the write-ahead log, too */
};

/* The version of the schema that this program writes. */
#define SKS_STORE_SCHEMA 10

/* The schema version: 0 of an empty database, -1 of one that is another program's. Returns SQLite's code. */
int sks_store_version(sqlite3 *database, int *out_version);

/* Makes the tables, or brings them up to date, in one transaction. Returns SQLite's code. */
int sks_store_migrate(sqlite3 *database);

/* Prepares all statements. */
int sks_store_prepare(struct sks_memory *memory);

/*
 * A transaction, that gives up after so many milliseconds. Writing takes the store's only lock at once. Ending with
 * success == false undoes everything. Both return 0 or SKS_ERROR_IO.
 */
int sks_store_begin(struct sks_memory *memory, bool write, unsigned milliseconds);
int sks_store_end(struct sks_memory *memory, bool success);

/* A statement with its parameters forgotten, ready to bind. */
sqlite3_stmt *sks_store_statement(struct sks_memory *memory, enum sks_statement statement);

/* Binds; a NULL text is "". What is longer than SKS_LIMIT_MEMORY_TEXT is cut. The text must outlive the step. */
void sks_store_bind_text(sqlite3_stmt *statement, int index, const char *text);

/* How much of a text is kept. */
size_t sks_store_text_size(const char *text);

/* Steps to the next row: *out_row says whether there is one. Returns 0 or SKS_ERROR_IO. */
int sks_store_step(struct sks_memory *memory, sqlite3_stmt *statement, bool *out_row);

/* Runs a statement that returns nothing of interest. */
int sks_store_run(struct sks_memory *memory, sqlite3_stmt *statement);

/* Steps through a statement whose first row holds a number; *out_number stays without a row. */
int sks_store_number(struct sks_memory *memory, sqlite3_stmt *statement, int64_t *out_number);

/* 64 bits of a SHA-256 over both texts; of a keyed one in a hashed store. */
int64_t sks_store_digest(const struct sks_memory *memory, const char *text, const char *more);

/* A name or an address as the store keeps it: itself, or its keyed hash. g_free(). */
char *sks_store_hide(const struct sks_memory *memory, const char *text);

/* A house as a party: what its people's mails have in common. "@" and the domain as the store keeps it. g_free(). */
char *sks_store_house(const struct sks_memory *memory, const char *address);

/*
 * A text that is read again, as the store keeps it, and back: itself, or in a hashed store sealed (seal.c), so that
 * nobody reads it without the key. What was changed since is "", or no bytes (NULL). g_free(), g_bytes_unref().
 */
char *sks_store_seal(const struct sks_memory *memory, const char *text);
char *sks_store_unseal(const struct sks_memory *memory, const char *kept);
GBytes *sks_store_seal_bytes(const struct sks_memory *memory, const void *bytes, size_t size);
GBytes *sks_store_unseal_bytes(const struct sks_memory *memory, const void *kept, size_t size);

/* Binds as sks_store_bind_text() does; what is read back with sks_store_column(), g_free(). */
void sks_store_bind_sealed(const struct sks_memory *memory, sqlite3_stmt *statement, int index, const char *text);
char *sks_store_column(const struct sks_memory *memory, sqlite3_stmt *statement, int index);

/* Seals what a hashed store still holds in plain, once. Returns SQLite's code. */
int sks_store_seal_older(struct sks_memory *memory);

/*
 * Finds out whether the store is hashed and reads its key; makes both where a new store shall be hashed. Called once
 * the schema stands.
 */
int sks_store_read_privacy(struct sks_memory *memory, bool hashed, struct sks_problems *problems);

/* A mail's time, within what can be reckoned with; 0 stands for "never", so it is later. */
int64_t sks_store_time(const struct sks_memory_mail *mail);

/* Adds to one of the counters. */
int sks_store_count_up(struct sks_memory *memory, const char *name, int64_t difference);

/* The present for all that is too old: the mail's time, unless it is far ahead of all mails before it, or of the limit.
 */
int sks_store_clock(struct sks_memory *memory, int64_t at, int64_t *out_now);

/* Waves: what is known of the mail's likes; counting it. Within a transaction. */
int sks_store_ask_wave(struct sks_memory *memory, const struct sks_memory_mail *mail, struct sks_memory_wave *out_wave);
int sks_store_count_wave(struct sks_memory *memory, const struct sks_memory_mail *mail);

/* Whether the mail was released. Within a transaction. */
int sks_store_is_excepted(struct sks_memory *memory, const struct sks_memory_mail *mail, bool *out_released);

/* Moves the clock and throws a little of what is too old out, within a transaction. */
int sks_store_expire_some(struct sks_memory *memory, int64_t at);

/* Drops waves that ended, at most so many; *out_count grows by their number. */
int sks_store_expire_waves(struct sks_memory *memory, int64_t now, unsigned most, uint64_t *out_count);

/* Teaches a mail, within a transaction. */
int sks_store_learn(struct sks_memory *memory, const struct sks_memory_mail *mail);

/* Deletes some of the mails that have waited too long, each in a transaction of its own. */
void sks_store_tidy_waiting(struct sks_memory *memory);

/* Takes back what a mail has taught, if it has, within a transaction. */
int sks_store_unlearn(struct sks_memory *memory, const struct sks_memory_mail *mail);

/* By what a mail is known as one that was learned; from: its address in lower case. */
int64_t sks_store_digest_of_mail(const struct sks_memory *memory, const struct sks_memory_mail *mail, const char *from);

/* What the mail has of a habit, or "". */
const char *sks_store_habit_value(const struct sks_memory_mail *mail, enum sks_memory_habit_kind kind, char zone[16]);

/* A mail that waits is held by the MTA under this ID, until due. Within a transaction. */
int sks_store_hold(struct sks_memory *memory, int64_t waiting, const char *queue_id, int64_t due);

/* What a change leaves to be done for the people and the held mails that it concerns, within its transaction. */
int sks_store_leave_duties(struct sks_memory *memory, const struct sks_memory_change *change, bool notices);

/* A sender's address as the log of verdicts is searched for it; 0: none. */
int64_t sks_store_party(const struct sks_memory *memory, const char *address);

/* The waiting mail stays held for good: its queue IDs are added, with blanks between, and forgotten. */
int sks_store_keep_held(struct sks_memory *memory, int64_t waiting, GString *queue_ids);

/* Leaves a notice that a verdict has become what it is, within a transaction. held: see struct sks_memory_notice. */
int sks_store_tell(struct sks_memory *memory, const struct sks_memory_verdict *verdict, const char *const why[2],
                   const char *held);

/* Adds a verdict to the log, within a transaction. */
int sks_store_log(struct sks_memory *memory, const struct sks_memory_verdict *verdict);

/* Remembers what SQLite said and returns SKS_ERROR_IO. */
int sks_store_fail(struct sks_memory *memory);

#endif
