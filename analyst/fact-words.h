/* Sentences for facts of attachments that no indicator tells of: what they are, in both languages. */
#ifndef SKS_ANALYST_FACT_WORDS_H
#define SKS_ANALYST_FACT_WORDS_H

#include "attachment/attachment.h"
#include "sekisho/verdict.h"

/* The fact's sentence, with its detail in brackets if it has one. g_free(). */
char *sks_fact_sentence(const struct sks_fact *fact, enum sks_language language);

#endif
