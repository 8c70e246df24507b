/*
 * What the classifier offers to the pool and to training besides its public interface.
 */
#ifndef SKS_EXAMINE_H
#define SKS_EXAMINE_H

#include <glib.h>

#include "facts.h"
#include "indicator/harm.h"
#include "model/model.h"
#include "sekisho/classifier.h"

/*
 * Opens what a process must open for itself (the memory), so that nothing is left to open once it is confined. A
 * memory that can't be opened is told in each verdict, not here: 0 in any case that leaves the classifier usable.
 */
int sks_classifier_prepare(struct sks_classifier *classifier);

/* Work that no mail should wait for; for the moment after an answer was given. */
void sks_classifier_tidy(struct sks_classifier *classifier);

/* Whether other workers examine mails, too: then what this one teaches may be gathered. */
void sks_classifier_crowd(struct sks_classifier *classifier, bool crowded);

const char *sks_classifier_store(const struct sks_classifier *classifier);

/*
 * A mail was released from quarantine, or its verdict withdrawn: the same mail from the same sender to the same
 * recipients will not be caught again (sks_memory_except()), and teaches as other clean mail does. The envelope should
 * name the recipients for whom it was released; without, they are the mail's. SKS_ERROR_UNAVAILABLE without a store,
 * SKS_ERROR_UNSUPPORTED for a mail that says nothing or has no sender or recipient of ours.
 */
int sks_examine_except(struct sks_classifier *classifier, const void *bytes, size_t size,
                       const struct sks_envelope *envelope);

/* Without a model: for training, which needs everything else. sks_classifier_examine() must not be called. */
int sks_classifier_create_untrained(struct sks_classifier **out_classifier, const struct sks_settings *settings,
                                    struct sks_problems *problems);

/* The feature schema: identifiers of the indicators that are features, sorted. Static storage. */
const char *const *sks_examine_schema(size_t *out_count);

/* A word of a name or address in the header, lower case NFKC, and the address that it belongs to. */
struct sks_sample_name {
    const char *word, *address;
};

/* What is known of a message by reading it in one way. */
struct sks_sample_reading {
    double *values; /* in the schema's order; the features that stand for the text model's scores are 0 */
    struct sks_text_field *fields; /* what the text model reads */
    size_t field_count;
};

/* One message as training sees it. */
struct sks_sample {
    double *values; /* as above */
    struct sks_text_field *fields;
    size_t field_count;
    const struct sks_sample_reading *closed; /* as if nobody knew a password, where one opened what is not harmless, as
                                                serving reads it (sks_model_predict_worst()); else NULL */
    int64_t time;                            /* of the mail, Unix */
    const char *language;                    /* of its own text: "ja", "en" … or "" */
    const char *subject;                     /* decoded */
    const char *message_id;
    const char *root_id; /* first of its References, or its own Message-ID: tells threads apart */
    const char *sender;  /* address, lower case, or "" */
    const struct sks_sample_name *names;
    size_t name_count;
    enum sks_harm_rule rule; /* that serving would keep beside the model */

    void *storage; /* private */
};

int sks_examine_sample(struct sks_sample **out_sample, struct sks_classifier *classifier, const void *bytes,
                       size_t size, const struct sks_envelope *envelope);
void sks_sample_destroy(struct sks_sample *sample);

/* Puts the text model's scores into a sample's values, as serving does. */
void sks_examine_set_text(double *values, const struct sks_text_scores *scores);

#endif
