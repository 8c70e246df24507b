/*
 * Whose word counts for how much where people report mail.
 *
 * A reporter whose name is an address is a reader: what came to a mailbox for reports has its sender's address, which
 * everybody in the house can write from. A name without an at sign is an analyst's: who gives it can write to the store
 * itself. One person is one voice, however many mails or copies of one he hands in, and the other way round: a mail
 * that five report is one mail to learn from, with five voices.
 *
 *   - Of one mail, each reporter's latest word stands. What most analysts say it is; among as many, the latest of
 * these. Without analysts, what most readers say; of which as many say one thing as another, nothing is learned.
 *   - What one reader alone says, of a mail and of all that are like it (model/divide.h), nothing is learned from,
 * until an analyst or a second reader says the same of one of them. So a careless reader alone can't raise an alarm by
 * what is learned, or silence one; who copies from mail that others reported can have his own taken for its like.
 *   - Within a campaign, no one's mails weigh more than those of all others together; where they are more, those weigh
 * as much and one mail more.
 *   - Whether mails of a campaign are clean after all is decided by more analysts, then readers, then mails.
 */
#ifndef SKS_MODEL_VOICES_H
#define SKS_MODEL_VOICES_H

#include <glib.h>

#include "model/train.h"

struct sks_voices {
    size_t analysts, readers, mails;
};

gboolean sks_voices_is_reader(const char *reporter);

/* The person behind a reporter's name: an address without capitals, and without what follows '+' in it. g_free(). */
char *sks_voices_person(const char *reporter);

/* Who says so of these rows (size_t). */
struct sks_voices sks_voices_count(const struct sks_row *rows, const GArray *which);

/* Below 0 if one is outvoted by other, 0 if they are even. */
int sks_voices_compare(struct sks_voices one, struct sks_voices other);

/*
 * How often each of a campaign's mails (size_t) counts, 1 or more, so that no one's mails that nobody else reported
 * count more than all others. g_free().
 */
size_t *sks_voices_weigh(const struct sks_row *rows, const GArray *which);

/* Marks the reported rows that rest on one reader's word; assumed ones with the others of their mail. Returns how many
 * rows that aren't assumed. */
size_t sks_voices_find_alone(gboolean *out_alone, const struct sks_row *rows, size_t count);

#endif
