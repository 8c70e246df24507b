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
    SKS_SQL_TOTAL,
    SKS_SQL_PARTY,
    SKS_SQL_DOMAIN,
    SKS_SQL_PAIR,
    SKS_SQL_HABIT,
    SKS_SQL_NAME_OTHER,
    SKS_SQL_SENT,
    SKS_SQL_LEARN_SEEN,
    SKS_SQL_LEARN_TOTAL,
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
    SKS_SQL_LOG,
    SKS_SQL_LOG_EACH,
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
    SKS_SQL_COUNT
};

struct sks_memory {
    sqlite3 *database;
    sqlite3_stmt *statements[SKS_SQL_COUNT];
    enum sks_memory_mode mode;
    char *file;
    pid_t process;    /* that opened it: no other may use it */
    int log_pages;    /* pages in the write-ahead log at the last lesson */
    int64_t deadline; /* monotonic microseconds, for what is under way; 0: none */
    char *problem;    /* of the last failure */
    char *answer;     /* backs sks_memory_answer.name_other_address */
    int64_t since;    /* mails that waited since before are deleted */
    bool erased;      /* something was deleted that shall be gone from the write-ahead log, too */
};

/* The version of the schema that this program writes. */
#define SKS_STORE_SCHEMA 4

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

/* Steps to the next row: *out_row says whether there is one. Returns 0 or SKS_ERROR_IO. */
int sks_store_step(struct sks_memory *memory, sqlite3_stmt *statement, bool *out_row);

/* Runs a statement that returns nothing of interest. */
int sks_store_run(struct sks_memory *memory, sqlite3_stmt *statement);

/* Steps through a statement whose first row holds a number; *out_number stays without a row. */
int sks_store_number(struct sks_memory *memory, sqlite3_stmt *statement, int64_t *out_number);

/* 64 bits of a SHA-256 over both texts. */
int64_t sks_store_digest(const char *text, const char *more);

/* Teaches a mail, within a transaction. */
int sks_store_learn(struct sks_memory *memory, const struct sks_memory_mail *mail);

/* Deletes some of the mails that have waited too long, each in a transaction of its own. */
void sks_store_tidy_waiting(struct sks_memory *memory);

/* Adds a verdict to the log, within a transaction. */
int sks_store_log(struct sks_memory *memory, const struct sks_memory_verdict *verdict);

/* Remembers what SQLite said and returns SKS_ERROR_IO. */
int sks_store_fail(struct sks_memory *memory);

#endif
