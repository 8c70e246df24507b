/* The sentence that a reader gets, and the few words for the subject. */
#ifndef SKS_SUMMARY_H
#define SKS_SUMMARY_H

#include "sekisho/verdict.h"

/* Both read a verdict whose evidence is in order, and return what g_free() frees. */
char *sks_summary_sentence(const struct sks_verdict *verdict, enum sks_language language);
char *sks_summary_banner(const struct sks_verdict *verdict, enum sks_language language);

#endif
