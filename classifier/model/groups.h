/*
 * What a package has learned from, as far as a comparison must know it: the groups of relatives (struct sks_row), each
 * as a number. A mail of such a group says nothing of how good the package is.
 *
 * Stored form: rising u64, little endian.
 */
#ifndef SKS_MODEL_GROUPS_H
#define SKS_MODEL_GROUPS_H

#include <glib.h>

#include "model/train.h"

/* The number of a group: the first eight bytes of its name's SHA-256, the first byte lowest. */
uint64_t sks_group_id(const char *name);

GBytes *sks_groups_format(const struct sks_row *rows, size_t count);

/* Whether it is among them. groups may be NULL: nothing is known, and nothing is found. */
gboolean sks_groups_have(GBytes *groups, uint64_t id);

#endif
