/*
 * The model package as a file: a zip of a few named members, the manifest first.
 *
 * manifest.json names every other member with its SHA-256; reading checks all of them and the zip's own check sums, and
 * refuses a member that it does not know, so what sks_package_read() hands out is what was written. Writing is
 * deterministic: the same members give the same bytes (stored, not compressed; a fixed time; the order given).
 */
#ifndef SKS_MODEL_PACKAGE_H
#define SKS_MODEL_PACKAGE_H

#include <glib.h>
#include <jansson.h>
#include <stddef.h>

#include "sekisho/error.h"

#define SKS_PACKAGE_MANIFEST "manifest.json"
#define SKS_PACKAGE_CLASSES  "classes.svm"
#define SKS_PACKAGE_TEXT     "text.bin"
#define SKS_PACKAGE_REPORTED "reported.bin" /* campaigns of reported mail (model/campaigns.h) */
#define SKS_PACKAGE_GROUPS   "groups.bin"   /* what was learned from (model/groups.h) */
#define SKS_PACKAGE_MAILS    "mails.bin"    /* the same by single mails */
#define SKS_PACKAGE_WORDS    "words.tsv"    /* for people (model/words.h) */

struct sks_package {
    json_t *manifest; /* an object */
    GBytes *classes;
    GBytes *text;
    GBytes *reported, *groups, *mails, *words; /* NULL: there is none */
};

/* Reads a whole package. SKS_ERROR_FORMAT if it is none or is damaged, with the reason. file is for problems only. */
int sks_package_read(struct sks_package *out_package, const void *bytes, size_t size, const char *file,
                     struct sks_problems *problems);
void sks_package_finish(struct sks_package *package);

/* Writes a package into memory. Adds "members" with the digests to the manifest. */
int sks_package_write(GBytes **out_bytes, const struct sks_package *package);

/* SHA-256 as 64 hexadecimal digits. g_free(). */
char *sks_package_digest(const void *bytes, size_t size);

#endif
