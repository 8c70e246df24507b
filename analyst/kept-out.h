/*
 * Mail that training keeps out, so that it can be told later whether a package is better than another.
 *
 * Which mail is decided by its group alone (a family, a thread, a week of bulk mail), so that relatives stay together
 * and the next training keeps out the same; what was reported is always learned from. What measuring needs of these
 * mails, no texts, goes into a file beside the package: what it holds may tell more than the package, which can be
 * given away without it.
 *
 * The file (numbers little endian): "SKSKEPT1"; u32 size of the names of the features, these, each with a line feed;
 * u32 count of mails; then each mail: u8 class; u8 flags (1: written; 2: there is a second reading); i64 time; u64
 * group; 64 hexadecimal digits of its SHA-256; 8 bytes of its language; then its readings, of each: f64 for each
 * feature; u32 count of grams, and these, u32 each.
 */
#ifndef SKS_ANALYST_KEPT_OUT_H
#define SKS_ANALYST_KEPT_OUT_H

#include <glib.h>

#include "sekisho/error.h"
#include "sets.h"

#define SKS_KEPT_OUT_ENDING ".kept-out"
#define SKS_KEPT_OUT_SHARE  0.1

/*
 * Divides mails into those to learn from and those to keep out, of groups that make up about that share of a class; at
 * least one group of each class, if enough to learn from are left.
 */
void sks_kept_out_divide(GPtrArray *learned, GPtrArray *kept, const GPtrArray *mails, double share);

GBytes *sks_kept_out_format(const GPtrArray *kept, const struct sks_sets *sets);

/* Adds the file's mails to sets, but for those that are there. SKS_ERROR_FORMAT, _SCHEMA: told. */
int sks_kept_out_parse(struct sks_sets *sets, const void *bytes, size_t size, const char *file,
                       struct sks_problems *problems);

/* What a package has learned from: its mails.bin and groups.bin, NULL if it does not say. */
struct sks_learned {
    GBytes *mails, *groups;
};

enum sks_known {
    SKS_KNOWN_NOT,
    SKS_KNOWN_RELATIVE, /* a mail of its group was learned from: of its thread, family or week */
    SKS_KNOWN_ITSELF,
};

/* Whether that package has learned from the mail. */
enum sks_known sks_kept_out_known(const struct sks_set_mail *mail, const struct sks_learned *learned);

/*
 * Takes out of sets what one of the packages has learned from, or a relative of it: groups is its groups.bin, or NULL
 * if that is not known. Returns how many mails that were.
 */
size_t sks_kept_out_forget(struct sks_sets *sets, GBytes *groups);

#endif
