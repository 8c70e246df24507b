/*
 * Which words of a mail moved the text model's score, for an explanation. The mail is read once more, by a confined
 * child process, since a verdict doesn't carry its words.
 */
#ifndef SKS_ANALYST_WORDING_H
#define SKS_ANALYST_WORDING_H

#include <glib.h>

#include "model/model.h"
#include "sekisho/classifier.h"

#define SKS_WORDING_MOST 10u

struct sks_wording {
    char *field, *text;    /* where it stands ("subject", "body" …); the word, or two neighbouring ones */
    double targeted, bulk; /* what it adds to the text model's log-odds of these against clean */
};

/*
 * At most SKS_WORDING_MOST, the heaviest first; g_array_unref(). *out_reported: how much the words are like reported
 * mail. classifier may be untrained. The caller must be single-threaded. Errors are those of sks_confined_run().
 */
int sks_wording_find(GArray **out_words, struct sks_resemblance *out_reported, struct sks_classifier *classifier,
                     const struct sks_model *model, const void *bytes, size_t size);

#endif
