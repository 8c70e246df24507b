/*
 * HTML source → tags and text, as the tokeniser of the HTML standard (section 13.2.5) takes it apart. Comments,
 * declarations and processing instructions are skipped.
 */
#ifndef SKS_MESSAGE_HTML_TOKEN_H
#define SKS_MESSAGE_HTML_TOKEN_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum sks_html_token_kind {
    SKS_HTML_TEXT,  /* character references are not resolved yet */
    SKS_HTML_RAW,   /* the content of script, style …: no references in it */
    SKS_HTML_START, /* <name …> */
    SKS_HTML_END,   /* </name> */
};

/* A piece of the source. */
struct sks_html_slice {
    const char *at;
    size_t size;
};

struct sks_html_attribute {
    struct sks_html_slice name, value;
};

/* What a tag has beyond these ceilings is skipped. */
#define SKS_HTML_NAME_SIZE  31
#define SKS_HTML_ATTRIBUTES 64

struct sks_html_token {
    enum sks_html_token_kind kind;
    struct sks_html_slice text;        /* of SKS_HTML_TEXT and _RAW */
    char name[SKS_HTML_NAME_SIZE + 1]; /* of tags, lower case */
    struct sks_html_attribute attributes[SKS_HTML_ATTRIBUTES];
    size_t attribute_count;
};

struct sks_html_scanner {
    const char *at, *end;
    char raw[SKS_HTML_NAME_SIZE + 1]; /* the element whose content is text up to its end tag, or "" */
};

void sks_html_scanner_init(struct sks_html_scanner *scanner, const char *source, size_t size);

/* The next token; false at the end. Each byte is looked at a bounded number of times. */
bool sks_html_scanner_next(struct sks_html_scanner *scanner, struct sks_html_token *out_token);

/* The attribute's value with its references resolved, cut at SKS_LIMIT_LINK_SIZE; NULL without it. g_free(). */
char *sks_html_token_attribute(const struct sks_html_token *token, const char *name);

/*
 * Appends text with its character references resolved. In attributes, "&copy=" and the like are none (the standard's
 * rule, which keeps the queries of URLs whole).
 */
void sks_html_resolve(GString *out_text, struct sks_html_slice text, bool attribute);

#endif
