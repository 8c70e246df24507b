/* Passwords that one mail gives in part, or wrongly, and the next one completes or corrects. */
#ifndef SKS_AMEND_H
#define SKS_AMEND_H

#include <glib.h>

#include "message/message.h"

/*
 * Adds to offered, in front, what the message makes of passwords that an earlier mail of its party gave (a line each):
 * "not 3 but 2 at the end", "the first letter is a capital", "the second half is x". At most SKS_LIMIT_JOIN_PASSWORDS.
 * Returns how many were added.
 */
size_t sks_amend(GPtrArray *offered, const struct sks_message *message, const char *earlier);

#endif
