/* Trace fields (RFC 5321 section 4.4). */
#ifndef SKS_MESSAGE_RECEIVED_H
#define SKS_MESSAGE_RECEIVED_H

#include <glib.h>

#include "message/message.h"

/* Reads the decoded value of a Received field; value must live as long as strings. */
void sks_received_read(struct sks_received *out_received, GStringChunk *strings, const char *value);

#endif
