/*
 * How many of the mails that a package is measured on it knows already. On what it has learned from, a package looks
 * better than it is.
 */
#ifndef SKS_ANALYST_KNOWN_H
#define SKS_ANALYST_KNOWN_H

#include <jansson.h>
#include <stdio.h>

#include "kept-out.h"
#include "measure.h"

/* What a package, given as bytes, has learned from. A package that does not say is no error. */
int sks_known_read(struct sks_learned *out_learned, const void *bytes, size_t size, const char *file,
                   struct sks_problems *problems);
void sks_known_finish(struct sks_learned *learned);

/*
 * {"mails", "relatives", "sets": {NAME: {"mails", "relatives"}}}, with "learned" beside "mails" if the package names
 * single mails, and "relatives" if it names groups. The caller owns it.
 */
json_t *sks_known_describe(const struct sks_measured *measured, size_t count, bool names_mails, bool names_groups);

/* The same as a sentence for people; g_free(). */
char *sks_known_sentence(const json_t *known, enum sks_language language);

#endif
