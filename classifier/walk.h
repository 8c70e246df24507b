/*
 * The walk through one mail: message → attachment → message inside, with one budget for the whole mail. The only place
 * that recurses over the tree; its depth has the ceiling SKS_LIMIT_MAIL_DEPTH.
 */
#ifndef SKS_WALK_H
#define SKS_WALK_H

#include <glib.h>
#include <stdbool.h>

#include "attachment/attachment.h"
#include "message/message.h"

struct sks_walk {
    struct sks_message *message;            /* the outermost */
    GPtrArray *nested;                      /* struct sks_message *, outermost first */
    GPtrArray *attachments;                 /* struct sks_attachment * */
    GPtrArray *passwords;                   /* that a message gives for its own attachments; NULL-terminated */
    GPtrArray *guesses;                     /* at the end of these, tried only where that is quick … */
    unsigned likely;                        /* … and how many stand before them; at least 1 */
    const struct sks_message *passwords_of; /* which message */
    const char *const *further;             /* passwords from elsewhere, tried besides; NULL-terminated, or NULL */
    GStringChunk *strings;
    struct sks_attachment_budget budget;
    struct sks_message_budget reading; /* of the messages' text */
    unsigned files[2]; /* pictures and texts, and all else, that are looked into or will be: the outermost's first */
    unsigned texts;    /* searched for passwords so far */
    bool closed;       /* no password is tried */
    bool underivable;  /* a message describes a password that could not be derived from it */
    bool cut_depth;
    bool cut_output;
};

/* Reads all of bytes, which must outlive the walk. */
int sks_walk_init(struct sks_walk *walk, const void *bytes, size_t size);

/*
 * The same with passwords that other mails gave, NULL-terminated; used during the call only. rounds: of key derivation
 * that are not to be spent any more. end: see struct sks_attachment_budget; where that was reached (budget.late), what
 * was found is not all, and no more may be concluded from it than that.
 */
int sks_walk_init_with(struct sks_walk *walk, const void *bytes, size_t size, const char *const *passwords,
                       uint64_t rounds, int64_t end);

/*
 * A line that describes a password ("the last four digits of our telephone number"), in the form in which it stands
 * among such passwords (g_free()); and back, NULL if it is a password.
 */
char *sks_walk_describe(const char *line);
const char *sks_walk_described(const char *password);

/* The same of a password that is only guessed: it is not tried where that is slow by design. */
char *sks_walk_guess(const char *password);
const char *sks_walk_guessed(const char *password);

/* The same as if nobody knew a password. */
int sks_walk_init_closed(struct sks_walk *walk, const void *bytes, size_t size);
void sks_walk_finish(struct sks_walk *walk);

#endif
