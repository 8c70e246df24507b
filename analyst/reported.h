/*
 * What is reported: the mail itself, out of what people hand in.
 *
 * Analysts give the mail as a file: a mail, an mbox's mail, or Outlook's .msg. Readers send a mail of their own that
 * has the suspicious one attached (message/rfc822, .eml, .msg) or forwards it inline. Such a mail is taken for a report
 * if its sender is one of ours, or if nothing is known of whom that would be.
 *
 * Of an inline forward, and of an Outlook file without the header fields that came, only this can be trusted: the text,
 * the subject, links and attachments. Not: the route, authentication, addresses and names (the reader's program rewrote
 * them), Message-ID, mailer, charsets, MIME structure, time. sks_reported_is_partial() says so, and training learns
 * from the former only.
 *
 * What has no field From, Received, Date, Message-ID, Subject or To in its header is no mail, and not taken for one.
 */
#ifndef SKS_ANALYST_REPORTED_H
#define SKS_ANALYST_REPORTED_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* How a mail was handed in. */
enum sks_reported_form {
    SKS_REPORTED_MAIL,
    SKS_REPORTED_ATTACHED,  /* to a report */
    SKS_REPORTED_FORWARDED, /* inline */
    SKS_REPORTED_OUTLOOK,   /* a .msg with the header fields as they came, its MIME structure made anew */
    SKS_REPORTED_BARE,      /* a .msg without them */
};

const char *sks_reported_form_name(enum sks_reported_form form);

/* By its name: is it of a form of which only text and attachments can be trusted? */
bool sks_reported_is_partial(const char *form);

/* May this feature be learned from such a mail? */
bool sks_reported_trusts(const char *feature);

/*
 * What a reported mail is known by, however it came: SHA-256 of it with LF as line ends, and one at its end. Of a mail
 * that has them so, that of its bytes. g_free().
 */
char *sks_reported_digest(const void *bytes, size_t size);

/* What the caller says that it is. */
enum sks_reported_how {
    SKS_REPORTED_AS_FOUND,
    SKS_REPORTED_AS_MAIL,
    SKS_REPORTED_AS_ATTACHED,
    SKS_REPORTED_AS_FORWARDED,
};

struct sks_reported {
    enum sks_reported_form form;
    char *reporter; /* address of whose report it came in, or "" */
    char *digest;   /* of sks_reported_digest() */
    char *sender, *subject, *message_id;
    int64_t time;  /* of its Date field, or 0 */
    GBytes *bytes; /* a mail */
};

struct sks_reported_list {
    struct sks_reported *items;
    size_t count;
    char *outer; /* address of the sender of what was handed in */
    bool ours;   /* which is one of ours, or nobody knows whom that would be */
    char *error; /* why there is none, or NULL */
};

/*
 * Finds the mails that are reported. Bytes are parsed in a confined child process, which is all that a hostile one can
 * harm. The caller must be single-threaded. Never fails: what can't be had is told in error.
 */
void sks_reported_find(struct sks_reported_list *out_list, const void *bytes, size_t size, enum sks_reported_how how,
                       const char *const *own_domains);
void sks_reported_finish(struct sks_reported_list *list);

#endif
