/*
 * The mail that tells people that the verdict on an earlier mail has become worse, and the mark by which our own
 * notices are known when they come past here.
 *
 * Pure functions. What came out of the earlier mail is quoted in the body alone, cut and cleaned, with its links
 * broken: a notice is no way to send somebody a text of one's own.
 */
#ifndef SKS_PLUGIN_NOTICE_H
#define SKS_PLUGIN_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "edit.h"
#include "sekisho/error.h"
#include "sekisho/verdict.h"

/* What is told. */
struct sks_notice {
    int64_t id; /* tells it from every other notice of the store */
    int64_t at; /* Unix time of the change */
    const char *message_id, *from, *subject;
    const char *const *to; /* the earlier mail's envelope recipients */
    size_t to_count;
    enum sks_class previous, class_;
    double score;
    const char *because;                 /* Message-ID of the mail that changed it */
    const char *why[SKS_LANGUAGE_COUNT]; /* one sentence */
    const char *held;                    /* queue IDs under which it is still held, separated by blanks, or "" */
};

enum sks_notice_language {
    SKS_NOTICE_JAPANESE = SKS_LANGUAGE_JAPANESE,
    SKS_NOTICE_ENGLISH = SKS_LANGUAGE_ENGLISH,
    SKS_NOTICE_BOTH,
};

/* How it is told. */
struct sks_notice_letter {
    const char *from; /* address */
    const char *const *recipients;
    size_t recipient_count;
    int language;      /* enum sks_notice_language */
    int64_t now;       /* Unix time */
    unsigned left_out; /* notices that were not sent since the last, because there were too many */
};

#define SKS_NOTICE_KEY_SIZE 32u

/* Reads the key from a file, made with random bytes (0600) if there is none. SKS_ERROR_IO (errno) or SKS_ERROR_FORMAT.
 */
int sks_notice_key(unsigned char out_key[SKS_NOTICE_KEY_SIZE], const char *file);

/* The whole mail: ASCII, CRLF line ends. g_free(). */
char *sks_notice_write(const struct sks_notice *notice, const struct sks_notice_letter *letter,
                       const unsigned char key[SKS_NOTICE_KEY_SIZE]);

/* What a command gets: one JSON object, and a line end. free(). */
char *sks_notice_to_json(const struct sks_notice *notice);

/* Whether a mail claims to be one of our notices, so that the question below is worth its price. */
bool sks_notice_is_marked(const struct sks_field *fields, size_t field_count);

/*
 * Whether a mail with these fields (as sks_mail keeps them) and this body was written by sks_notice_write() with this
 * key, not long ago. Nobody without the key can make such a mail; of one that was seen, a copy is all that can be made.
 */
bool sks_notice_is_ours(const struct sks_field *fields, size_t field_count, const char *body, size_t body_size,
                        const unsigned char key[SKS_NOTICE_KEY_SIZE], int64_t now);

/* Whether an address may be written to: plain ASCII, one @, nothing that a program or an MTA would take for more. */
bool sks_notice_may_go_to(const char *address);

#endif
