/* From a mail's bytes to the facts that the indicators read: one mail's worth of everything. */
#ifndef SKS_COLLECT_H
#define SKS_COLLECT_H

#include "classifier.h"
#include "examine.h"
#include "walk.h"

struct sks_collected {
    struct sks_walk walk;
    struct sks_facts facts;
    struct sks_memory_mail mail; /* what the memory was asked, and may be taught */
    int memory_error;            /* enum sks_error, or 0 */

    /* Owners of what facts and mail point to. */
    struct sks_language_result *language, *document, *subject, *identity;
    GPtrArray *recipients;
    GPtrArray *own_recipients;
    GPtrArray *sections;
    GArray *files; /* digests */
    struct sks_likeness *text;
    char *own;
    GStringChunk *strings;
};

int sks_collect_init(struct sks_collected *collected, struct sks_classifier *classifier, const void *bytes, size_t size,
                     const struct sks_envelope *envelope);

/*
 * The same from a walk that is already done; collected takes it over, also on failure. With answer, the memory is not
 * asked: this is what it said when the mail came.
 */
int sks_collect_init_walked(struct sks_collected *collected, struct sks_classifier *classifier, struct sks_walk *walk,
                            const struct sks_envelope *envelope, const struct sks_memory_answer *answer);
/* Asks anew which mails of its exchange were attacks, up to a time: of a mail that is judged anew. */
int sks_collect_alarms(struct sks_collected *collected, struct sks_memory *memory, int64_t until);

void sks_collect_finish(struct sks_collected *collected);

#endif
