/*
 * Address fields: From, Sender, Reply-To, To, Cc (RFC 5322 section 3.4), and domains.
 */
#ifndef SKS_MESSAGE_ADDRESS_H
#define SKS_MESSAGE_ADDRESS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "message/message.h"

/*
 * Appends the mailboxes of a field's raw value to list (struct sks_address). False if SKS_LIMIT_ADDRESS_COUNT was
 * reached.
 */
bool sks_address_read(GArray *list, GStringChunk *strings, const char *raw, size_t size);

/* A domain in lower case, its A-labels turned into U-labels, without a dot at the end. */
const char *sks_address_domain(GStringChunk *strings, const char *domain);

/* Loads ICU's IDNA tables; called by sks_message_prepare(). */
void sks_address_prepare(void);

#endif
