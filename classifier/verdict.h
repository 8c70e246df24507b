/*
 * How a verdict is made: examine fills the fields, sks_verdict_seal() adds the sentence and the banner and puts the
 * evidence in order; from then on it is read only.
 */
#ifndef SKS_VERDICT_H
#define SKS_VERDICT_H

#include <glib.h>

#include "memory/exchange.h"
#include "sekisho/verdict.h"

struct sks_verdict {
    enum sks_class class_;
    double probability[SKS_CLASS_COUNT];
    double score, bulk_score;
    double bias, bulk_bias;
    GArray *evidence; /* struct sks_evidence, its strings from g_malloc */
    GArray *changed;  /* struct sks_changed, the same */
    char *summary[SKS_LANGUAGE_COUNT];
    char *banner[SKS_LANGUAGE_COUNT];
    char *message_id, *subject, *from_name, *from_address, *date;
    bool protected_;
    bool held;
    enum sks_memory_standing standing; /* of its sender, by the mail itself; not told either */
    bool carried; /* an attack by what another mail of its exchange shows; not told beyond this process */
    int memory_error;
    uint64_t elapsed;
};

/* More evidence than any table of indicators has, more mails than one is joined with. */
#define SKS_VERDICT_MOST_EVIDENCE 1000u
#define SKS_VERDICT_MOST_CHANGED  100u

/* An empty verdict: clean, no evidence. */
struct sks_verdict *sks_verdict_create(void);

/* Adds evidence and takes its strings over; they are cleaned and cut (sks_verdict_clean()). */
void sks_verdict_add(struct sks_verdict *verdict, struct sks_evidence *evidence);

/* Adds what became of another mail, whose verdict was class previous before. */
void sks_verdict_add_changed(struct sks_verdict *verdict, const struct sks_verdict *other, const char *previous);

/* The strength of the evidence of that name, 0 if there is none. */
double sks_verdict_strength(const struct sks_verdict *verdict, const char *id);

/* Orders the evidence and writes summary and banner. */
void sks_verdict_seal(struct sks_verdict *verdict);

/* A sealed verdict as bytes, for this program on this machine; g_byte_array_unref(). */
GByteArray *sks_verdict_pack(const struct sks_verdict *verdict);

/* Reads them back. They are not trusted: SKS_ERROR_FORMAT for anything else, and texts are cleaned. */
int sks_verdict_unpack(struct sks_verdict **out_verdict, const void *bytes, size_t size);

/*
 * The text fit to be shown: well-formed UTF-8, control, bidirectional and other invisible characters replaced by
 * blanks, at most SKS_LIMIT_VERDICT_TEXT characters. g_free().
 */
char *sks_verdict_clean(const char *text);

#endif
