/*
 * One mail as it is collected from the MTA: envelope, the header fields that edits need, and the bytes in a memfd.
 *
 * The bytes are those that the MTA has, with CRLF line ends. Nothing is parsed here. One thread at a time.
 */
#ifndef SKS_PLUGIN_MAIL_H
#define SKS_PLUGIN_MAIL_H

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#include "edit.h"
#include "policy.h"

/*
 * Fields in our name, of one mail, that are removed. For each the MTA goes through its header from the start: twenty
 * thousand keep Postfix busy for minutes.
 */
#define SKS_MAIL_OURS_MOST 100u

struct sks_mail {
    char *sender; /* without brackets; NULL before MAIL FROM */
    GPtrArray *recipients;
    bool recipients_cut; /* more than SKS_LIMIT_ENVELOPE_RECIPIENTS */
    bool authenticated;
    GArray *fields;     /* struct sks_field: ours, Subject, and those that tell the body's structure */
    size_t fields_size; /* bytes of all field values kept */
    unsigned subjects;  /* Subject fields */
    unsigned ours;      /* fields in our name; only the first SKS_MAIL_OURS_MOST are kept */
    GString *pending;   /* bytes not yet written */
    int fd;             /* -1 until there is something to write */
    size_t size;        /* bytes written and pending */
    size_t ceiling;
    size_t body_at; /* where the body begins */
    bool truncated; /* the ceiling was reached */
    bool broken;    /* the memfd could not be made or written: the mail can't be judged */
};

/* Begins a mail whose bytes are cut at ceiling. */
void sks_mail_init(struct sks_mail *mail, const char *sender, bool authenticated, size_t ceiling);
void sks_mail_finish(struct sks_mail *mail);

void sks_mail_add_recipient(struct sks_mail *mail, const char *recipient);

/*
 * A header field. value is as libmilter gives it: LF (or CRLF) inside folds; with leading_space the blank after the
 * colon is part of it, otherwise the MTA took it away and one is put back.
 */
void sks_mail_add_header(struct sks_mail *mail, const char *name, const char *value, bool leading_space);
void sks_mail_end_header(struct sks_mail *mail);

/* What is beyond the ceiling is dropped. */
void sks_mail_add_body(struct sks_mail *mail, const void *bytes, size_t size);

/* Writes what is pending. The mail is complete after this, or broken. */
void sks_mail_complete(struct sks_mail *mail);

/* What policy looks at; valid as long as the mail. */
struct sks_policy_mail sks_mail_for_policy(const struct sks_mail *mail, const char *client_address);

#endif
