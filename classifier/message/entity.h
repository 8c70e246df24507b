/* What the header of one MIME entity says. Private to the MIME files. */
#ifndef SKS_MESSAGE_ENTITY_H
#define SKS_MESSAGE_ENTITY_H

#include <glib.h>
#include <stdbool.h>

#include "message/message.h"

struct sks_entity {
    const char *type; /* lower case; text/plain for none or garbage */
    const char *encoding;
    const char *disposition;
    const char *name; /* file name, or "" */
    unsigned name_flags;
    const char *charset;
    const char *content_id;
    const char *boundary;   /* NULL if there is none */
    const char *protocol;   /* of multipart/signed and encrypted, lower case, or "" */
    const char *smime_type; /* lower case, or "" */
    bool flowed, delsp;
    bool ambiguous; /* repeated fields or parameters, an unreadable type */
};

/* default_type is that of the multipart around it: "text/plain", in a digest "message/rfc822". */
void sks_entity_read(struct sks_entity *out_entity, GStringChunk *strings, const GArray *fields,
                     const char *default_type);

#endif
