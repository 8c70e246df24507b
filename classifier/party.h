/* By what a mail's sender, or whom it stands for, is known in other mails: addresses that it names, and names. */
#ifndef SKS_PARTY_H
#define SKS_PARTY_H

#include <glib.h>

#include "collect.h"

/* Addresses, in lower case, besides its own and those of its recipients; strings belong to strings. */
GPtrArray *sks_party_mentioned(struct sks_collected *collected);

/* Keys of the full names that the sender's displayed name and local part may hold. g_ptr_array_unref(). */
GPtrArray *sks_party_names(const struct sks_collected *collected);

/*
 * If the displayed name may be a surname alone, that, else NULL; and what may be the surname of a full one, for
 * g_ptr_array_unref().
 */
char *sks_party_surname(const struct sks_collected *collected);
GPtrArray *sks_party_surnames(const struct sks_collected *collected);

#endif
