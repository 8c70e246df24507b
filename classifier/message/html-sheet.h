/*
 * Style sheets, as far as their selectors are a tag, a class, an id, or a tag with one of these.
 */
#ifndef SKS_MESSAGE_HTML_SHEET_H
#define SKS_MESSAGE_HTML_SHEET_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "message/html-style.h"

struct sks_html_sheet {
    GHashTable *rules; /* selector → what its rules do together */
    bool unsure;       /* a rule that isn't understood sets colours */
};

void sks_html_sheet_init(struct sks_html_sheet *sheet);
void sks_html_sheet_finish(struct sks_html_sheet *sheet);

/* Adds the rules of a <style> element. What stands in @media and the like is skipped: it is for other readers. */
void sks_html_sheet_add(struct sks_html_sheet *sheet, const char *css);

/* Lets the rules for an element take effect. class and id may be NULL. */
void sks_html_sheet_apply(struct sks_html_sheet *sheet, struct sks_html_style *style, const char *tag,
                          const char *class_, const char *id);

#endif
