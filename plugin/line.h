/*
 * A line of the log: an event and its fields, as text (`mail from="…" size=12`) or as one JSON object.
 *
 * What comes out of mail can neither end the line nor its quotes, nor turn the terminal of whoever reads it: control
 * characters, marks of direction and other invisible formats, separators of lines and bytes that are no UTF-8 are
 * escaped (in text each byte as \xNN, in JSON each character as \uNNNN, a wrong byte as U+FFFD), as are quotes and
 * backslashes. Values are cut after SKS_LINE_VALUE bytes. One thread at a time uses a line.
 */
#ifndef SKS_PLUGIN_LINE_H
#define SKS_PLUGIN_LINE_H

#include <glib.h>
#include <stdbool.h>

#define SKS_LINE_VALUE 200u

struct sks_line {
    GString *text;
    bool json;
};

/* event is a word of ours. */
void sks_line_begin(struct sks_line *line, bool json, const char *event);

/* Fields. Keys are words of ours, and so is what sks_line_word() adds; sks_line_text() takes anything, NULL as "". */
void sks_line_text(struct sks_line *line, const char *key, const char *value);
void sks_line_word(struct sks_line *line, const char *key, const char *word);
void sks_line_number(struct sks_line *line, const char *key, long long number);
void sks_line_decimal(struct sks_line *line, const char *key, double number); /* two places */

/* The whole line, of JSON the members without the braces around them. g_free(). */
char *sks_line_take(struct sks_line *line);

/* Escapes a line that was put together elsewhere, as above, but for quotes and backslashes. g_free(). */
char *sks_line_defuse(const char *text);

#endif
