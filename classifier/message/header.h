/*
 * Header fields: bytes → fields, each with its raw and its decoded value.
 */
#ifndef SKS_MESSAGE_HEADER_H
#define SKS_MESSAGE_HEADER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "message/message.h"

/* Whether a line (without its end) ends the header early: a boundary of the multipart around it. */
typedef bool sks_header_stop(void *context, const char *line, size_t size);

struct sks_header_block {
    GArray *fields; /* struct sks_header; value is NULL until sks_header_decode() */
    size_t end;     /* where the body begins */
    bool stopped;   /* by sks_header_stop; end is the place of that line */
    bool cut;       /* SKS_LIMIT_HEADER_COUNT, _SIZE or SKS_LIMIT_HEADERS_SIZE reached; what matters is kept beyond */
};

/*
 * Splits the header at the beginning of bytes; lines end in LF or CRLF. outermost: of a mail as a whole, which may
 * begin with an mbox "From " line, empty lines or a broken first line. stop may be NULL. Without anything that looks
 * like a field, the block is empty and end is 0.
 */
void sks_header_split(struct sks_header_block *out_block, GStringChunk *strings, const char *bytes, size_t size,
                      bool outermost, sks_header_stop *stop, void *context);
void sks_header_block_finish(struct sks_header_block *block);

/* Fills value, charset and flags. */
void sks_header_decode(struct sks_header *header, GStringChunk *strings);

/* The first field of that name, or NULL. */
const struct sks_header *sks_header_find(const GArray *fields, const char *name);

#endif
