/*
 * HTML mail → the text that its reader sees, the text that he doesn't, and its links.
 *
 * In the text, blocks and <br> end lines, table cells are parted by a tab, white space is collapsed as a browser does
 * (but for <pre>), images stand as their `alt`. What mail programs mark as a quotation (<blockquote type=cite>
 * or with a line beside it, Yahoo's and others' classes) has "> " before each line, once for each level, so that
 * sks_body_split() sees it.
 *
 * Linear in the input: no tree is built. Nesting has no depth at which text is lost; beyond SKS_LIMIT_HTML_DEPTH
 * elements are flattened: their text goes by the style of the deepest element that is kept.
 */
#ifndef SKS_MESSAGE_HTML_H
#define SKS_MESSAGE_HTML_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "message/message.h"

struct sks_html {
    char *text;     /* what is seen */
    char *hidden;   /* what is not: display:none, size 0, colour of its background … */
    char *title;    /* <title>; mail readers don't show it, so it is in neither of the two */
    GArray *links;  /* struct sks_link, strings in the chunk, in the order of the document */
    unsigned flags; /* enum sks_body_flag: HTML, HIDDEN_TEXT, FORM, SCRIPT, REMOTE_IMAGE */
    bool cut;       /* SKS_LIMIT_HTML_SIZE or SKS_LIMIT_TEXT_SIZE reached */
    bool links_cut; /* SKS_LIMIT_LINK_COUNT reached */
};

/*
 * Reads HTML (or what claims to be). utf8 is well-formed UTF-8 whatever a <meta charset> in it says. Never fails;
 * sks_html_finish() afterwards.
 */
void sks_html_read(struct sks_html *out_html, GStringChunk *strings, const char *utf8, size_t size);
void sks_html_finish(struct sks_html *html);

#endif
