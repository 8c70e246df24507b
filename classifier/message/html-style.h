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

/*
 * What declarations do, whatever style they meet: each property of a style becomes one thing if it was off and another
 * if it was on. Declarations are read once for an effect, which then takes hold of any number of elements.
 */
struct sks_html_effect {
    struct sks_html_style off, on; /* what becomes of a style in which nothing is on, or everything */
};

/* The effect that changes nothing. */
void sks_html_effect_init(struct sks_html_effect *out_effect);

/* Lets declarations, or what they were read to do, come behind what the effect does already. */
void sks_html_effect_add(struct sks_html_effect *effect, const char *declarations);
void sks_html_effect_join(struct sks_html_effect *effect, const struct sks_html_effect *behind);

/* Lets an effect take hold of an element's style. */
void sks_html_effect_apply(const struct sks_html_effect *effect, struct sks_html_style *style);

/* Whether text in that style can't be seen. */
bool sks_html_style_hides(const struct sks_html_style *style);

/* A colour in any of CSS's or HTML's forms. False, with out_colour untouched, if it is none. */
bool sks_html_colour_parse(int32_t *out_colour, const char *text);

#endif
