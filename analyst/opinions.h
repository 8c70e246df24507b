/*
 * What people say of each reported mail, and what that comes to: the rules are in model/voices.h.
 *
 * Give all of a store's reports to sks_opinions_take(), the oldest first; then ask.
 */
#ifndef SKS_ANALYST_OPINIONS_H
#define SKS_ANALYST_OPINIONS_H

#include <glib.h>
#include <stdbool.h>

#include "memory/report.h"
#include "sekisho/verdict.h"

/* Of one mail. */
struct sks_opinion {
    char *digest;
    size_t number; /* of the latest report */
    bool partial;  /* by any of them, only text and attachments can be trusted */
    bool kept;
    GBytes *bytes;     /* of the mail, once they were fetched; or NULL */
    GHashTable *words; /* of each person (sks_voices_person()) the latest word */
};

struct sks_opinions {
    GPtrArray *all; /* struct sks_opinion, in the order of the first reports */
    GHashTable *by_digest;
    size_t count; /* of reports */
};

struct sks_opinions *sks_opinions_create(void);
void sks_opinions_destroy(struct sks_opinions *opinions);

/* A sks_memory_report_visitor. */
bool sks_opinions_take(void *opinions, const struct sks_memory_report *report);

/* Adds what was said of another digest, which turned out to be of the same mail. */
void sks_opinion_join(struct sks_opinion *opinion, const struct sks_opinion *other);

/* What the mail is; false where readers say one thing as often as another. */
bool sks_opinion_decide(enum sks_class *out_class, const struct sks_opinion *opinion);

/* Who says that it is of the class, in order of their names. g_free() the array only: names stay the opinion's. */
const char **sks_opinion_people(const struct sks_opinion *opinion, enum sks_class class_);

/* What a report comes to, by what is said of its very mail: "counts", "alone" (one reader says so), "outvoted" (also by
 * a later word of the same person), "disputed" (readers are even), or "" if it is withdrawn. */
const char *sks_opinions_standing(const struct sks_opinions *opinions, const struct sks_memory_report *report);

#endif
