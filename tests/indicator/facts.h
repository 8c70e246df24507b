/*
 * Facts of mails written by hand, one row a case: what the mail is, and which indicator must or must not be found.
 * Everything that a row leaves out is empty, so that a row shows all that matters.
 */
#ifndef SKS_TESTS_INDICATOR_FACTS_H
#define SKS_TESTS_INDICATOR_FACTS_H

#include "tests/test.h"

#include "indicator/indicator.h"

/* Rows leave out what is empty, also behind positional values; gcc warns of that in C less eagerly. */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wmissing-field-initializers"
#endif

struct row {
    const char *name;   /* what the case shows */
    const char *id;     /* the indicator */
    double least;       /* lowest strength; 0: must not be found */
    double most;        /* highest strength; 0: 1 */
    const char *shows;  /* part of the detail, or NULL */
    const char *ja;     /* … of that in Japanese sentences, where it is told in both languages */
    const char *quotes; /* the whole detail, or NULL */

    /* the mail */
    const char *from_name, *from, *from2_name, *from2, *reply_to, *sender, *envelope, *return_path;
    const char *to;      /* addresses, separated by spaces; also the envelope's recipients unless these are given */
    const char *to_name; /* displayed name of the first of them */
    const char *recipients;
    const char *subject, *own, *quoted, *signature, *footer, *hidden;
    const char *headers; /* "Name: value" lines */
    const char *mailer, *message_id, *references, *subject_charset, *text_charset, *part_type;
    const char *zone; /* "+0900"; NULL: no date */
    long late;        /* seconds from Date to the mail's time */
    struct {
        const char *name, *helo, *by, *zone, *address, *with;
        long date; /* seconds from Date */
        bool authenticated;
    } received[3];
    size_t own_received;
    const char *results; /* "authserv-id received_above method=result property" lines; "+": in a further field */
    struct {
        enum sks_link_kind kind;
        const char *host, *text, *target, *path;
        unsigned port;
        bool has_user;
    } links[4];
    size_t decoys; /* links to hosts of the reader's own, in front of these */
    unsigned body_flags, message_flags;

    /* what is known besides */
    const char *language; /* NULL: "ja" if own has kana or kanji, else "en" */
    const char *bases;    /* dictionary forms of the words of own, separated by spaces */
    double awkward, learner, translationese;
    size_t misspellings, register_breaks;
    const char *misspelt;      /* "word=what it should be", separated by commas */
    const char *foreign_glyph; /* one character; of a name with name_glyph */
    bool name_glyph, language_cut;
    double document_awkward;
    struct {
        const char *name;
        enum sks_file_type type;
        bool encrypted, names_hidden, opened;
        const char *entry;
        enum sks_file_type entry_type;
        size_t texts; /* beside it */
        const char *fact, *detail;
    } attachments[2];
    const char *people;         /* CSV */
    const char *correspondents; /* domains, separated by spaces */
    const char *own_domain, *authserv;
    const char *client_name, *client_address;
    bool trusted, authenticated, truncated, cut_depth, cut_output;
    struct sks_memory_answer memory;
    struct sks_text_scores text;
};

/* Given to all rows from then on; NULL at first. */
extern const struct sks_countries *row_countries;
extern struct sks_language_room *row_language; /* then the words of own, name and signature are MeCab's */

/* Group fixtures: loads the built-in lists into the state. */
int lists_set_up(void **state);
int lists_tear_down(void **state);

void run_rows(void **state, const struct row *rows, size_t count);

#endif
