/* The sentence that a reader gets, and the few words for the subject. */
#ifndef SKS_SUMMARY_H
#define SKS_SUMMARY_H

#include "sekisho/verdict.h"

/* Whether this decides by itself (harm.c), or a person has said it: it is told before all that was weighed. */
bool sks_summary_decides(const char *id, enum sks_class class_);

/* Both read a verdict whose evidence is in order, and return what g_free() frees. */
char *sks_summary_sentence(const struct sks_verdict *verdict, enum sks_language language);
char *sks_summary_banner(const struct sks_verdict *verdict, enum sks_language language);

/*
 * What follows such a sentence of an alarm, as it is written on top of a text; the text itself if it begins otherwise.
 * Blanks and asterisks around it are passed over.
 */
const char *sks_summary_skip(const char *text);

#endif
