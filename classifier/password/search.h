/*
 * A text that is searched for passwords: its lines, and what the ways to search them share. A weight is what is said
 * for a value, 0 to 1; what stands around the value changes it (context.c).
 */
#ifndef SKS_PASSWORD_SEARCH_H
#define SKS_PASSWORD_SEARCH_H

#include <glib.h>

#include "password/candidates.h"
#include "password/item.h"

struct line {
    struct span text;
    const char *lower; /* the same, ASCII in lower case; a string */
    bool announces, opens;
    bool empty; /* nothing but marks */
    bool known; /* the same in another form of the text, which was searched before */
};

struct search {
    struct candidates *candidates;
    GArray *lines; /* struct line */
    double factor;
    const char *lower;         /* the text, ASCII in lower case; its lines are ended by NUL */
    struct words_text *looked; /* … in which lists of words are sought */
    /* What there is in the text at all: words that announce a password, say that something is opened, speak of a file,
     * of what else has a password, join two values, or several, sum up. */
    struct words_present announcements, opens, file, foreign, joints, joined, sums;
    unsigned filled;   /* lines that aren't blank */
    bool speaks;       /* of a password, or of opening something */
    unsigned contexts; /* looked at so far */
};

static inline const char *lower_of(const struct line *line, const char *at)
{
    return line->lower + (at - line->text.begin);
}

static inline const char *lower_end(const struct line *line)
{
    return lower_of(line, line->text.end);
}

static inline const struct line *line_at(const struct search *search, guint index)
{
    return &g_array_index(search->lines, struct line, index);
}

/* A list's words in the text; whether one stands between two places of its lower. */
static inline struct words_present search_list(const struct search *search, const char *const *words, size_t count)
{
    struct words_present present = *words_find(search->looked, words, count);
    present.begin = search->lower;
    return present;
}

static inline bool search_has(const struct search *search, const char *text, const char *end, const char *const *words,
                              size_t count)
{
    const struct words_present present = search_list(search, words, count);
    return words_any(&present, text, end);
}

#define LIST(search, words)           search_list((search), (words), G_N_ELEMENTS(words))
#define HAS(search, text, end, words) search_has((search), (text), (end), (words), G_N_ELEMENTS(words))

/* Adds what stands in the line, with the marks around it where those may belong to it. */
void search_add(struct search *search, const struct line *line, const struct item *item, double weight);

/* context.c: how much what stands around a span of the line speaks for or against it: above 0, 1 for nothing said. */
void context_look(struct search *search); /* first, at all of it */
bool context_is_of_file(const struct search *search, const char *text, const char *end);
double context_factor(struct search *search, const struct line *line, struct span span);

/* rest.c. until: in lower. */
void search_rest(struct search *search, const struct line *line, struct span announcement, const char *until);

/* phrase.c: values of several words, or joined of parts. */
void search_whole_line(struct search *search, const struct line *line, double weight);
void search_phrase_before(struct search *search, const struct line *line, struct span announcement);
void search_groups(struct search *search, const struct line *line, const struct item *item, double weight);
void search_parts_look(struct search *search); /* first */
void search_parts(struct search *search, const struct line *line);
void search_stacked(struct search *search, guint index);
void search_table(struct search *search, guint index);
void search_split(struct search *search, guint index, double weight);
void search_halves(struct search *search, guint index);

/* fill.c: what could be meant, for tries that are left. */
void search_fill(struct search *search, const struct line *line);

#endif
