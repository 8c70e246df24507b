/*
 * Content-Transfer-Encoding: base64, quoted-printable, and uuencode, which needs no header.
 */
#ifndef SKS_MESSAGE_TRANSFER_H
#define SKS_MESSAGE_TRANSFER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Decodes bytes by an encoding's name (lower case). NULL if they are to be taken as they are; else the content, which
 * the caller frees. out_mended: the encoding was broken (told also with NULL).
 */
GByteArray *sks_transfer_decode(bool *out_mended, const char *encoding, const char *bytes, size_t size);

/* A uuencoded file inside text. */
struct sks_uu_file {
    size_t begin, end; /* of the lines from "begin" to "end" */
    const char *name;  /* as written, name_size bytes */
    size_t name_size;
    GByteArray *content; /* the caller frees */
};

/* Finds the next uuencoded file at or behind a place; false if there is none. */
bool sks_uu_find(struct sks_uu_file *out_file, const char *bytes, size_t size, size_t from);

#endif
