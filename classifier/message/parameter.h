/*
 * MIME fields with parameters: Content-Type and Content-Disposition (RFC 2045, 2183, 2231).
 */
#ifndef SKS_MESSAGE_PARAMETER_H
#define SKS_MESSAGE_PARAMETER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct sks_parameters {
    const char *value; /* before the first ";", lower case, without comments and space */
    GArray *items;     /* private */
    bool repeated;     /* a parameter is given twice */
};

/* Takes a field's raw value apart; strings go into the chunk. sks_parameters_finish() afterwards. */
void sks_parameters_read(struct sks_parameters *out_parameters, GStringChunk *strings, const char *raw, size_t size);
void sks_parameters_finish(struct sks_parameters *parameters);

/* A parameter's bytes as they are, continuations joined, or NULL. name in lower case. */
const char *sks_parameter_raw(const struct sks_parameters *parameters, GStringChunk *strings, const char *name);

/* A parameter decoded to UTF-8 by RFC 2231, RFC 2047 or its detected charset, or NULL. out_flags: sks_header_flag. */
const char *sks_parameter_text(unsigned *out_flags, const struct sks_parameters *parameters, GStringChunk *strings,
                               const char *name);

#endif
