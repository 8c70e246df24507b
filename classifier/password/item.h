/*
 * What a line holds, one after another: words that announce a password, and items that may be one: a token, or what
 * stands in brackets.
 */
#ifndef SKS_PASSWORD_ITEM_H
#define SKS_PASSWORD_ITEM_H

#include "password/token.h"
#include "password/words.h"

struct item {
    struct span whole, inner;
    bool bracketed;
    bool typed; /* without blanks, in ASCII */
};

/* The next item from at on; false if there is none. */
bool next_item(struct item *out_item, const char *at, const char *end);

double item_likeness(const struct item *item);

/* Whether a bracket that opens stands right before at. */
bool item_opens_bracket(const char *line, const char *at);

/* The words of a text that announce a password. */
struct words_present announcements_in(struct words_text *text);

/* The first of them in a line of that text, in lower case. */
bool announcement_find(const struct words_present *announcements, const char *line, const char *end,
                       struct span *out_announcement);

/* The first in a line of which nothing is known. */
bool announcement_in(const char *line, const char *end, struct span *out_announcement);

#endif
