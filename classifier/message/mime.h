/*
 * MIME structure: the body of a message → its leaves, transfer-decoded.
 */
#ifndef SKS_MESSAGE_MIME_H
#define SKS_MESSAGE_MIME_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "message/message.h"

/* What else the text of a part needs; one for each part. */
struct sks_mime_text {
    bool html, flowed, delsp;
    unsigned alternative; /* number of the outermost multipart/alternative around the part, 0 without one */
};

struct sks_mime {
    GArray *parts;       /* struct sks_part */
    GArray *texts;       /* struct sks_mime_text */
    GPtrArray *contents; /* GByteArray: decoded data of parts */
    unsigned flags;      /* enum sks_message_flag */
    unsigned body_flags; /* SKS_BODY_SIGNED and SKS_BODY_ENCRYPTED, as far as types tell */
};

/* Reads the body that begins at start; fields are those of the message (GArray of struct sks_header). */
void sks_mime_read(struct sks_mime *out_mime, GStringChunk *strings, const char *bytes, size_t size, size_t start,
                   const GArray *fields);
void sks_mime_finish(struct sks_mime *mime);

#endif
