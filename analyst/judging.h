/*
 * Judging mails as the milter would, by one classifier or by two.
 *
 * Mails are judged in worker processes (sekisho/pool.h): a mail that crashes a parser costs one error line. Threads
 * take mails from the input, have them judged, and hand them on in turn, so that they come out in the order of the
 * input and no more mails are in memory than there are threads. With a store that is taught, one thread does it.
 */
#ifndef SKS_ANALYST_JUDGING_H
#define SKS_ANALYST_JUDGING_H

#include <stdbool.h>
#include <stddef.h>

#include "input.h"
#include "policy.h"
#include "sekisho/pool.h"
#include "settings.h"

#define SKS_JUDGES 2

/* A classifier in worker processes. */
struct sks_judge {
    struct sks_command_settings *settings;
    struct sks_pool *pool;
    unsigned threads; /* how many mails it can judge at once; one with a memory */
    const char *command;
    size_t forgetful; /* mails that were judged without the memory that there should be */
};

/* Loads the settings and starts the workers; problems are told as the command's. Before any thread is started. */
int sks_judge_start(struct sks_judge *judge, const char *command, struct sks_command_settings *settings);
void sks_judge_stop(struct sks_judge *judge);

/* What its policy would do with a mail of that verdict. */
const char *sks_judge_action(const struct sks_judge *judge, const struct sks_verdict *verdict,
                             const struct sks_envelope *envelope);

/*
 * A mail and what became of it; error is for people, and may stand beside a verdict. A store that can't be used can't
 * be for the next mail either: of mails judged without the memory, only the first has an error that says why.
 */
struct sks_judged {
    struct sks_input_mail mail;
    struct sks_verdict *verdicts[SKS_JUDGES]; /* NULL where that judge failed */
    char *error;
    bool failed; /* no verdict, or one without the memory */
};

/* Judges one mail by all of them. The mail stays the caller's. */
void sks_judge_mail(struct sks_judged *out_judged, struct sks_judge *judges, size_t count,
                    const struct sks_envelope *envelope);
void sks_judged_finish(struct sks_judged *judged);

struct sks_judging {
    struct sks_judge *judges;
    size_t judge_count;
    struct sks_envelope envelope;
    char *const *paths;
    size_t path_count;
    void (*take)(void *data, const struct sks_judged *judged); /* called for one mail at a time, in order */
    void *data;
};

/* Judges all; how many were judged without the memory, and where there was no mail, is told at the end. */
void sks_judging_run(const struct sks_judging *judging);

#endif
