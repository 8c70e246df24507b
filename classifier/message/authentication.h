/* Authentication-Results (RFC 8601). */
#ifndef SKS_MESSAGE_AUTHENTICATION_H
#define SKS_MESSAGE_AUTHENTICATION_H

#include <glib.h>

#include "message/message.h"

/* Appends the results of a field's decoded value to list (struct sks_authentication_result). */
void sks_authentication_read(GArray *list, GStringChunk *strings, const char *value, size_t received_above);

#endif
