/*
 * RFC 2047 as it is sent: encoded words, well-formed or not, raw bytes in any charset, and both in one field.
 */
#ifndef SKS_MESSAGE_ENCODED_WORD_H
#define SKS_MESSAGE_ENCODED_WORD_H

#include <glib.h>
#include <stddef.h>

struct sks_encoded_text {
    GString *text;       /* decoded, unfolded, trimmed, without control characters */
    const char *charset; /* as in struct sks_header */
    unsigned flags;      /* enum sks_header_flag */
};

/* Decodes the raw bytes of a field's value or of a piece of it. sks_encoded_text_finish() afterwards. */
void sks_encoded_word_decode(struct sks_encoded_text *out_text, const char *bytes, size_t size);
void sks_encoded_text_finish(struct sks_encoded_text *text);

#endif
