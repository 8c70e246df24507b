/*
 * Writing header text: folding at 76 columns (RFC 5322, LF only, as libmilter wants it) and encoded words (RFC 2047,
 * UTF-8, "B", at most 75 characters each, never split inside a character).
 */
#ifndef SKS_PLUGIN_ENCODE_H
#define SKS_PLUGIN_ENCODE_H

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#define SKS_ENCODE_COLUMNS 76

/* A header value under construction. Begin column with the length of "Name: ". */
struct sks_header_text {
    GString *text;
    size_t column;
};

/* Adds text as encoded words whatever it contains; text is UTF-8 (invalid bytes become U+FFFD). */
void sks_encode_words(struct sks_header_text *out, const char *text);

/*
 * Adds text as it is if it is plain ASCII that no reader could take for something else, otherwise as encoded words.
 * in_comment: the text stands in parentheses, so that these, backslashes and quotes are not plain.
 */
void sks_encode_text(struct sks_header_text *out, const char *text, bool in_comment);

/* Adds ASCII that must stay in one piece, after a blank or, if the line would grow too long, a fold. */
void sks_encode_atom(struct sks_header_text *out, const char *atom);

#endif
