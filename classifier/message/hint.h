/*
 * Where a webmail's user or a mail program was, as its provider tells: X-Originating-IP and what others call it, else
 * the first Received field, if it says that the mail came by HTTP. Whoever is no such provider may write the same.
 */
#ifndef SKS_MESSAGE_HINT_H
#define SKS_MESSAGE_HINT_H

#include "message/message.h"

#define SKS_HINT_SIZE 64

/* False if nothing tells it; *out_field is the field's name. */
bool sks_message_client_hint(const struct sks_message *message, const char **out_field,
                             char out_address[SKS_HINT_SIZE]);

#endif
