/* The growing list of candidates, shared by the ways to find them. */
#ifndef SKS_PASSWORD_CANDIDATES_H
#define SKS_PASSWORD_CANDIDATES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "password/password.h"
#include "password/words.h"

/* How a value was found; one may be found in several ways. */
enum way {
    WAY_FILL,
    WAY_AFTER,      /* a token behind an announcement */
    WAY_REST,       /* the rest of its sentence */
    WAY_BEFORE,     /* before an announcement */
    WAY_NEXT_LINES, /* on the lines below one */
    WAY_ABOVE,
    WAY_SPLIT, /* by a line break */
    WAY_TABLE,
    WAY_STACKED,
    WAY_PARTS, /* joined of parts */
    WAY_SUMMED,
    WAY_SAID, /* "type X" */
    WAY_FILES,
    WAY_ALONE, /* on its line */
    WAY_ANY,
    WAY_FILE_NAME,
    WAY_PIECE,    /* pieces.c */
    WAY_PHRASE,   /* the same */
    WAY_JOINED,   /* two words of the text */
    WAY_COMBINED, /* a word and what is derived */
    WAY_DATE,
    WAY_CONTACT,
    WAY_NUMBER,
    WAY_NAME,
    WAY_DESCRIBED_PARTS,
    WAYS
};

/* What is known of a candidate beside its weight. */
struct origin {
    uint32_t ways;    /* a bit for each */
    const char *form; /* of a date; or NULL */
    const char *line; /* that describes it, in lower case; or NULL */
    const char *word; /* of the text, to which what is derived was put; or NULL */
};

struct candidates {
    GArray *items;   /* struct sks_password; values in strings */
    GArray *origins; /* struct origin, one for each of items; or NULL */
    enum way way;    /* these four: of what is added next */
    const char *form;
    const char *line;
    const char *word;
    GHashTable *seen; /* value → index + 1 */
    GStringChunk *strings;
    bool underivable;
    const char *described; /* the first line that describes one; or NULL */
    bool spoken;           /* the subject, or a text searched so far, speaks of a password */
    bool guess;            /* what nothing speaks for is wanted, too */
    bool pieces;           /* … and whatever could be meant */
    guint spelled;         /* values that were spelled */
    guint combined;        /* values put together of a word and what is derived */
    guint ranked;          /* so many of them are put in order by fitted weights */
};

/* Adds a value of length bytes, or lifts its weight if it is there already. */
void candidates_add(struct candidates *candidates, const char *value, size_t length, double weight, bool derived);

/* flow.c: joins, by blanks, lines that a mailer seems to have broken by their length. False: none was. */
bool flow_lines(char *text);

/* flow.c: ends a text after at most so many bytes, of whole characters. */
void cut_text(char *text, size_t most);

/* flow.c: at most so many bytes of a text, and of its NFKC, which may be eleven times as long. g_free(). */
char *normal_text(const char *text, size_t most);

/*
 * written.c: passwords that stand in the text, NFKC or as written. searched: another form of it that was searched
 * before, or NULL; lines that are the same in both are not searched again. looked: the text as it was read before, or
 * NULL.
 */
void find_written(struct candidates *candidates, const char *text, double factor, const char *searched,
                  struct words_text *looked);
void find_in_file_name(struct candidates *candidates, const char *name);

/* pieces.c: whatever could be meant, of texts that aren't long; text may be NULL. */
void find_pieces(struct candidates *candidates, const char *text, double factor, bool dashless);
bool pieces_are_dashless(const char *text);

/* spelled.c: characters one by one. */
void find_spelled(struct candidates *candidates, const char *text, double weight);

/* respell.c: reads what a text in NFKC says of how its values are typed; values of the text in reverse, if it says so.
 */
void respell(char **text, struct words_text **looked);
void find_reversed(struct candidates *candidates, const char *text, struct words_text *looked);

/* described.c: dates and telephone numbers. */
void find_described(struct candidates *candidates, const struct sks_password_source *source);

#endif
