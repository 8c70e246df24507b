/* Where a mail may tell a password for another's attachment, besides its own words. */
#ifndef SKS_PLACES_H
#define SKS_PLACES_H

#include <glib.h>

#include "password/password.h"
#include "walk.h"

struct sks_places {
    GArray *sources; /* struct sks_password_source, the mail's own words first */
    GPtrArray *texts;
};

/* The mail stays as it is until they are finished. At most SKS_LIMIT_PASSWORD_TEXTS. */
void sks_places_init(struct sks_places *places, const struct sks_walk *walk);
void sks_places_finish(struct sks_places *places);

#endif
