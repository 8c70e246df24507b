/* Decoded text made fit for output: no control characters, no surprises. */
#ifndef SKS_MESSAGE_CLEAN_H
#define SKS_MESSAGE_CLEAN_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Adds one line of text to out: line ends and tabs become spaces, other control characters go. text is UTF-8. Returns
 * whether there are bidirectional controls or invisible characters in it (they stay).
 */
bool sks_clean_line(GString *out, const char *text, size_t size);

/* The same into a chunk, trimmed. */
const char *sks_clean_line_chunk(GStringChunk *strings, const char *text, size_t size);

/* Adds body text: lines end in LF, control characters but LF and TAB go. */
void sks_clean_text(GString *out, const char *text, size_t size);

/* Bytes that should be ASCII, as such in lower case: anything else becomes "?". */
const char *sks_clean_token(GStringChunk *strings, const char *bytes, size_t size);

/* A character of two columns, as East Asian scripts have them. */
bool sks_clean_is_wide(gunichar character);

#endif
