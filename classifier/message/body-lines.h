/*
 * The lines of a body, and what each is. Shared by the files that take a body apart: body.c, body-quote.c, body-tail.c.
 */
#ifndef SKS_MESSAGE_BODY_LINES_H
#define SKS_MESSAGE_BODY_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum sks_line_kind {
    SKS_LINE_OWN,
    SKS_LINE_QUOTED,
    SKS_LINE_SIGNATURE,
    SKS_LINE_FOOTER,
};

struct sks_line {
    char *text; /* without its line end; NUL-terminated */
    enum sks_line_kind kind;
    bool blank;
    bool marked; /* begins with a mark of quotation */
    char field;  /* which header field of a quoted mail it is; used while quotations are looked for */
};

/* Finds quoted and forwarded mail with its attribution. All lines come in as SKS_LINE_OWN. */
void sks_body_mark_quotes(struct sks_line *lines, size_t count);

/* Finds signature and footers among what is still SKS_LINE_OWN. */
void sks_body_mark_tail(struct sks_line *lines, size_t count);

/* Whether the line is a rule: nothing but drawing characters, at least five columns ("-----", "☆*:..:*☆", "―――"). */
bool sks_line_is_rule(const char *line);

/* The line without white space (also ideographic) at its beginning. */
const char *sks_line_skip_space(const char *line);

#endif
