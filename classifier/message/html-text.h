/*
 * Writes text as a browser lays it out: white space collapsed, lines and blank lines where blocks want them, "> "
 * before the lines of quotations.
 */
#ifndef SKS_MESSAGE_HTML_TEXT_H
#define SKS_MESSAGE_HTML_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

struct sks_html_text {
    struct sks_buffer out;
    unsigned lines;  /* line ends due before the next character */
    unsigned indent; /* preformatted spaces due before the next character */
    bool begun;      /* something stands on this line */
    bool space;      /* white space is due before the next character */
    bool source_end; /* and it came from a line end of the source */
    bool tab;        /* a cell begins */
    bool wide;       /* the last character was East Asian wide */
};

void sks_html_text_init(struct sks_html_text *text, size_t ceiling);

/* Adds characters (UTF-8, NUL-terminated), at quotation level quote; preformatted text keeps its white space. */
void sks_html_text_add(struct sks_html_text *text, const char *utf8, unsigned quote, bool preformatted);

void sks_html_text_line(struct sks_html_text *text);      /* what follows begins a line */
void sks_html_text_paragraph(struct sks_html_text *text); /* … after a blank line */
void sks_html_text_break(struct sks_html_text *text);     /* <br> */
void sks_html_text_cell(struct sks_html_text *text);      /* … after a tab, if it is on the same line */

/* Hands out what was written (g_free()) and ends the writer. */
char *sks_html_text_take(struct sks_html_text *text);

#endif
