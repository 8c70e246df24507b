/*
 * What a package has learned from, as far as a comparison must know it: the mails, and the groups of relatives (struct
 * sks_row), each as a number. A mail of such a group says little of how good the package is, the mail itself nothing.
 *
 * Stored form of both: rising u64, little endian.
 */
#ifndef SKS_MODEL_GROUPS_H
#define SKS_MODEL_GROUPS_H

#include <glib.h>

#include "model/train.h"

/* The number of a group: the first eight bytes of its name's SHA-256, the first byte lowest. */
uint64_t sks_group_id(const char *name);

/* The number of a mail: the first eight bytes of its SHA-256, given in hexadecimal. 0 for anything else. */
uint64_t sks_groups_mail_id(const char *digest);

GBytes *sks_groups_format(const struct sks_row *rows, size_t count);

/* The mails of the rows that have a digest. */
GBytes *sks_groups_format_mails(const struct sks_row *rows, size_t count);

/* Whether it is among them. groups (or mails) may be NULL: nothing is known, and nothing is found. */
gboolean sks_groups_have(GBytes *groups, uint64_t id);

#endif
