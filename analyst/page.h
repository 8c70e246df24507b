/*
 * A page that `sekisho` writes: one HTML file, style sheet inside, no scripts and nothing from elsewhere, in both
 * languages (the reader switches with a button that needs no script), light and dark, fit for print.
 */
#ifndef SKS_ANALYST_PAGE_H
#define SKS_ANALYST_PAGE_H

#include <glib.h>

#include "sekisho/error.h"
#include "sekisho/verdict.h"

/* "ja", "en". */
const char *sks_page_language(int language);

/* Adds text as it must stand in HTML or in an attribute. */
void sks_page_escape(GString *out, const char *text);

/* Adds the same in both languages, of which one is shown. */
void sks_page_text(GString *out, const char *ja, const char *en);

/* <TAG>ja/en</TAG>; tag may have attributes. */
void sks_page_element(GString *out, const char *tag, const char *ja, const char *en);

/* Everything up to the content, with the title and a line below it; first is the language shown at first. */
void sks_page_begin(GString *out, enum sks_language first, const char *title_ja, const char *title_en,
                    const char *line_ja, const char *line_en);
void sks_page_end(GString *out);

#endif
