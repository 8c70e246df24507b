/*
 * Mails made at run time, examined by one classifier with a store of its own for each test. Zips are libzip's.
 */
#ifndef SKS_TESTS_CLASSIFIER_LETTERS_H
#define SKS_TESTS_CLASSIFIER_LETTERS_H

#include <glib.h>

#include "attachment/make.h"
#include "classifier.h"
#include "examine.h"
#include "verdict.h"

#define NOW 1614646800
#define DAY 86400

struct room {
    struct sks_classifier *classifier; /* loaded once */
    char *folder;
    GByteArray *program, *memo, *second; /* the first two open with "Kx8!pqr2", the last with "Mm77-zzq" */
};

struct letter {
    const char *id, *from, *to, *subject, *text, *more; /* more: further header lines */
    const char *client, *queue_id;
    bool authenticated; /* one of ours, handed in by SMTP AUTH */
    int64_t at;
    const GByteArray *files[3];
    const char *names[3];
};

/* One mail with a file to come, and the one with its password. */
extern const struct letter file_mail, password_mail;

int setup_room(void **state);
int teardown_room(void **state);

/* A new store, or one that is there. */
void use_store(struct room *room, const char *name, bool frozen);

/* The first value that the statement finds in the store, seen from outside. */
int64_t number(const struct room *room, const char *sql);

struct letter with_file(struct letter letter, const GByteArray *file);

/* The mail as it comes. g_free(). */
char *write_letter(const struct letter *letter);

/* Its verdict, without an error of the memory. */
struct sks_verdict *examine(struct room *room, const struct letter *letter);

/* The evidence, or NULL; and which mail it names. */
const struct sks_evidence *find(const struct sks_verdict *verdict, const char *id);
const char *related(const struct sks_verdict *verdict, const char *id);

#endif
