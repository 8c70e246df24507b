/* Passwords that a mail offers for the attachments of others of its party. */
#ifndef SKS_OFFER_H
#define SKS_OFFER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "walk.h"

/* Whether the mail may announce a password: false only if sks_offer_find() would return 0. A fraction of its cost. */
bool sks_offer_may_announce(const struct sks_walk *walk);

/*
 * Adds them to an empty list, the likeliest first, at most SKS_LIMIT_JOIN_PASSWORDS strings for g_free(); among them a
 * line that describes one, and guesses, as sks_walk_describe() and sks_walk_guess() leave them. Returns how many of the
 * first are announced: the mail is kept for them. *out_underivable: one is described that can't be derived from the
 * mail.
 */
size_t sks_offer_find(GPtrArray *offered, bool *out_underivable, const struct sks_walk *walk);

#endif
