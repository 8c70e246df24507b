/*
 * What slow key derivation gave, kept for a while: a mail is read more than once (with the passwords of the mail that
 * it is joined with, with its own, as if it had stayed closed), and the same passwords are tried on the same files.
 */
#ifndef SKS_ATTACHMENT_DERIVED_H
#define SKS_ATTACHMENT_DERIVED_H

#include <stdbool.h>
#include <stddef.h>

#define SKS_DERIVED_MOST 64u /* bytes of a result */

enum sks_derived_way {
    SKS_DERIVED_OFFICE = 1,
    SKS_DERIVED_7Z,
};

/* A digest of all that went into a derivation. */
struct sks_derived_id {
    unsigned char bytes[32];
};

/* parameters: salt, number of rounds and the like. */
void sks_derived_id(struct sks_derived_id *out_id, enum sks_derived_way way, const void *parameters,
                    size_t parameters_size, const void *password, size_t password_size);

/* True: this thread did that derivation not long ago, and these are the first size bytes of its result. */
bool sks_derived_find(void *out_bytes, size_t size, const struct sks_derived_id *id);
void sks_derived_keep(const struct sks_derived_id *id, const void *bytes, size_t size);

#endif
