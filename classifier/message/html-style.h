/*
 * As much CSS as it takes to tell whether a reader sees a text.
 */
#ifndef SKS_MESSAGE_HTML_STYLE_H
#define SKS_MESSAGE_HTML_STYLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SKS_HTML_COLOUR_UNKNOWN     (-1) /* a picture, or a style sheet that isn't read: nothing is inferred */
#define SKS_HTML_COLOUR_TRANSPARENT (-2)

/* How an element's text looks; children start from a copy of it. */
struct sks_html_style {
    int32_t colour, background; /* 0xRRGGBB, or one of the above */
    bool gone;                  /* display:none and all else that no child can undo */
    bool invisible;             /* visibility:hidden; a child may be visible again */
    bool tiny;                  /* font-size up to one pixel */
    bool away;                  /* text-indent or position far off the page */
    bool preformatted;          /* white space stays */
    bool no_margin;             /* margin:0, so that paragraphs have no blank line between; of the element alone */
};

/* What a document starts with: black on white. */
void sks_html_style_init(struct sks_html_style *out_style);

/* Lets the declarations of a style attribute ("a:b; c:d") take effect. */
void sks_html_style_apply(struct sks_html_style *style, const char *declarations);

/* Whether text in that style can't be seen. */
bool sks_html_style_hides(const struct sks_html_style *style);

/* A colour in any of CSS's or HTML's forms. False, with out_colour untouched, if it is none. */
bool sks_html_colour_parse(int32_t *out_colour, const char *text);

#endif
