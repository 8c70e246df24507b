/*
 * The body's text taken apart: the sender's own words, quoted mail, signature, footer.
 */
#ifndef SKS_MESSAGE_BODY_H
#define SKS_MESSAGE_BODY_H

#include <glib.h>
#include <stdbool.h>

#include "message/message.h"

/* The text as it came; UTF-8. plain and html_text are NULL if there is no such part. */
struct sks_body_source {
    const char *plain;
    const char *html_text;   /* sks_html.text */
    const char *html_hidden; /* sks_html.hidden, or NULL */
    unsigned flags;          /* enum sks_body_flag that is known already; taken over */
    bool flowed, delsp;      /* of plain: format=flowed and DelSp=yes (RFC 3676) */
};

/*
 * Fills all of out_body; strings go into the chunk.
 *
 * A reader sees the HTML where there is some, so own, quoted, signature and footer come from it then; plain is only
 * compared (SKS_BODY_ALTERNATIVES_DIFFER). Linear in the size of the text.
 *
 * own is never empty when there is any text to read: where the sender wrote nothing of his own (an inline forward, a
 * quotation without answer, nothing but a signature) it is what there is to read, and that text stays in quoted,
 * signature or footer, too
 * (own then without the marks of quotation).
 */
void sks_body_split(struct sks_body *out_body, GStringChunk *strings, const struct sks_body_source *source);

#endif
