/* Passwords that one mail gives in part, or wrongly, and the next one completes or corrects. */
#ifndef SKS_AMEND_H
#define SKS_AMEND_H

#include <glib.h>

#include "message/message.h"

/*
 * Puts into offered, behind the first of those that the mail itself told (the first told of them are), what the message
 * makes of passwords that count earlier mails of its party gave (a line each): "not 3 but 2 at the end", "the first
 * letter is a capital", "the second half is x". At most half of SKS_LIMIT_JOIN_PASSWORDS, so that the mail's own
 * likeliest remain. Returns how many were added.
 */
size_t sks_amend(GPtrArray *offered, size_t told, const struct sks_message *message, const char *const *earlier,
                 size_t count);

#endif
