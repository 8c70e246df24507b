/*
 * A description that is being read: what it asks for, and the ways to derive it. Each adds the values it finds.
 */
#ifndef SKS_PASSWORD_DESCRIBED_H
#define SKS_PASSWORD_DESCRIBED_H

#include <glib.h>

#include "password/candidates.h"
#include "password/words.h"

/* Values put together in a mail, so that its quotes, footer, file names and pieces have their share of the list. */
#define MOST_COMBINED 160u

#define ANY(line, words) CONTAINS((line), (line) + strlen(line), words)

/* The same of a line of the description's text, or a part of one. */
#define ANY_OF(description, line, words) describe_has((description), (line), (words), G_N_ELEMENTS(words))

/* Dates that a text tells; the first few. */
struct dates {
    GDateTime *items[6]; /* or NULL */
    bool read;
    unsigned births; /* lines that speak of a birth so far */
};

#define MOST_LABELS 200u /* lines of a text that are read for one */

/* What stands before the colon of a line: its number may be asked for by that name. */
struct labels {
    const char *begins[MOST_LABELS], *ends[MOST_LABELS];
    unsigned count;
    bool read;
};

struct description {
    struct candidates *candidates;
    const struct sks_password_source *source;
    const char *text;    /* all of it, NFKC, lower case */
    const char *plain;   /* the same, as it is written */
    const char *subject; /* as it is written, NFKC */
    struct dates *in_text, *in_subject;
    struct labels *labels;
    struct words_text *looked; /* text, in which words are sought */
    const char *lines;         /* a copy of text: its lines, each ended by NUL */
    struct words_present announcements;
    unsigned digits;   /* asked for; 0: not said */
    bool last, first;  /* of a longer number */
    bool asked;        /* a source is named */
    bool derived;      /* … and gave something */
    bool numeric;      /* its digits alone are asked for */
    bool told;         /* a password is written out clearly, so this is hardly one */
    unsigned combined; /* lines whose words were put together with dates */
    bool announced;    /* the line itself speaks of a password */
};

/* Whether a line, or a copy of a part of one, has one of these words. */
bool describe_has(const struct description *description, const char *line, const char *const *words, size_t count);

void describe_value(struct description *description, const char *value, size_t length, double weight);

/* A number, or the part of it that is asked for. */
void describe_number(struct description *description, const char *digits, size_t count, double weight);

/* Numbers of a text: telephones, "内線 4402", "〒123-4567", amounts, the number that has that name. */
void describe_telephones(struct description *description, const char *line);
void describe_extensions(struct description *description);
void describe_postal_codes(struct description *description, const char *line);
void describe_amounts(struct description *description);
void describe_numbers_of(struct description *description, const char *text, double weight);
void describe_whole_number(struct description *description, const char *line, const char *number);
void describe_named_number(struct description *description, const char *line, const char *word);
bool describe_labelled(struct description *description, const char *line);
void describe_times(struct description *description);
void describe_repeated(struct description *description, guint from);
bool describe_any_number(struct description *description, const char *line);

/* Names: of the files, of the company (as its domain has it), of a sender's mailbox. */
void describe_file_names(struct description *description, const char *line);
void describe_companies(struct description *description, const char *line);
void describe_subject(struct description *description, const char *line, bool named);
void describe_founding(struct description *description);
void describe_mailboxes(struct description *description, const char *line);

/* All that a line, or a part of one, asks for. */
void describe_sources(struct description *description, const char *line);

/* "minato + 本日の日付": each part of the line derived or taken as it is written, and put together; false: no such
 * line. */
bool describe_parts(struct description *description, const char *line, const char *plain);

/* Words of the line, and names of the text if it asks for one, put together with what was derived. */
void describe_combined(struct description *description, const struct candidates *derived, const char *line,
                       const char *plain);

/* Compiled once, and never freed. */
GRegex *describe_regex(gsize *once, const char *pattern);

#endif
