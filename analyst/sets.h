/*
 * Sets of mail to learn from or to measure on: folders, mboxes and files, each given as ham, bulk or targeted.
 *
 * Reading a set means: every mail goes through the same examination as in serving, in child processes on all cores,
 * and what the model needs of it stays: features, grams, language, time, and the group of its relatives.
 */
#ifndef SKS_ANALYST_SETS_H
#define SKS_ANALYST_SETS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "classifier/classifier.h"
#include "model/train.h"
#include "sekisho/classifier.h"
#include "vocabulary.h"

struct sks_set {
    char *path;
    char *name; /* the path's last two components: "bulk/trap" */
    enum sks_class class_;
    bool unseen;   /* may be measured on, never trained on */
    bool reported; /* mail that people reported: it weighs more */
    size_t mails, unread;
    char *digest;        /* of all its mails, in order */
    int64_t first, last; /* Unix time of the earliest and latest mail that has a date, 0 if none has */
};

/* What is known of a mail by reading it in one way. */
struct sks_set_reading {
    double *values;
    uint32_t *grams;
    uint32_t gram_count;
};

struct sks_set_mail {
    struct sks_set *set;
    const char *file;
    uint32_t index;   /* in an mbox */
    char language[8]; /* "ja", "en" …, "" if there is too little text */
    int64_t time;
    bool old;                /* ten years older than the latest legitimate mail of all sets, or more */
    bool written;            /* composed from a scenario family of corpora/, by its name and the marker beside it */
    bool partial;            /* reported in a form of which only text and attachments can be trusted */
    char digest[65];         /* SHA-256 of its bytes, hexadecimal */
    char reported[65];       /* what a report of it would be known by (reported.h), or "" */
    char *group;             /* the name of its relatives' group */
    uint64_t group_id;       /* the same as a number (model/groups.h) */
    char *sender;            /* address of From, lower case */
    enum sks_harm_rule rule; /* see struct sks_sample; none for mail of a package's kept-out set */
    double *values;
    uint32_t *grams;
    uint32_t gram_count;
    const char *const *reporters;   /* of a reported mail: who say so (model/voices.h); else NULL */
    struct sks_set_reading *closed; /* as if nobody knew a password (struct sks_sample), or NULL; not learned from */
};

/* Frees what a mail holds, and the mail. */
void sks_set_mail_destroy(struct sks_set_mail *mail);

struct sks_sets {
    GPtrArray *sets;  /* struct sks_set */
    GPtrArray *mails; /* struct sks_set_mail, in the order of sets and of names */
    GPtrArray *files;
    GHashTable *excepted; /* names of files to leave out */
    GHashTable *marked;   /* folders that were looked at for the marker of samples, and whether it is there */
    struct sks_vocabulary *vocabulary; /* of all mails */
    size_t failed;                     /* files or mails that could not be read, and sets without mail */
    bool may_be_empty;                 /* a set without mail is none of these */
    const char *const *schema;
    size_t schema_count;
};

struct sks_sets *sks_sets_create(void);
void sks_sets_destroy(struct sks_sets *sets);

/* A folder (recursive, sorted by name; see folder.h), an mbox or a file, to be read later. */
void sks_sets_add(struct sks_sets *sets, const char *path, enum sks_class class_, bool unseen);

/*
 * Reported mails, to be read later: a set of their own for each class, named "reports". Each report is a group of its
 * own, since what is learned from one must help to know the next of its campaign. reporters as in struct sks_row.
 */
void sks_sets_add_report(struct sks_sets *sets, enum sks_class class_, const char *digest, bool partial, GBytes *bytes,
                         const char *const *reporters);

/*
 * Names files to leave out wherever they are: a list of base names, a line each, with remarks after a tab and comments
 * after '#'. SKS_ERROR_IO if it can't be read.
 */
int sks_sets_except(struct sks_sets *sets, const char *file);

/* Reads all of them; what can't be read is told on stderr and counted. The caller must be single-threaded. */
int sks_sets_read(struct sks_sets *sets, const char *command, struct sks_classifier *classifier, unsigned workers);

/*
 * The group that a mail belongs to. Written samples: the family, as the file is named for. Bulk:
 * the week, since a campaign reaches several traps within days and changes its wording. Other mail: the thread, by its
 * subject without reply marks and numbers, else by the first message that it refers to.
 */
char *sks_set_group(enum sks_class class_, bool written, const char *file, const char *subject, const char *root_id,
                    int64_t time);

/* The group of a reported mail. g_free(). */
char *sks_set_report_group(enum sks_class class_, const char *digest);

/* Whether a file's name is one that the composer of samples gives: FAMILY-NUMBER.eml, or with the number of a mail
 * after it. Real mail may have such a name, too: what makes a sample of it is the marker (written.h). */
bool sks_set_is_named(const char *file);

/* The exchange that a sample belongs to, by its name: FOLDER/FAMILY-NUMBER of FAMILY-NUMBER.eml and
 * FAMILY-NUMBER-MAIL.eml in that folder, or NULL if it isn't named so. g_free(). */
char *sks_set_exchange(const char *file);

/* A mail as training wants it; the row borrows from the mail. */
struct sks_row sks_set_row(const struct sks_set_mail *mail);

/* YYYY-MM-DD in UTC. g_free(). */
char *sks_set_day(int64_t time);

#endif
