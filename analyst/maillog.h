/*
 * The MTA's log, line by line: who wrote to whom. For gateways that see inbound mail only.
 *
 * Postfix (cleanup, qmgr, smtp and the other delivery agents) and Sendmail are understood, with syslog's own time
 * stamps or RFC 3339's. Only deliveries that succeeded count.
 */
#ifndef SKS_ANALYST_MAILLOG_H
#define SKS_ANALYST_MAILLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One mail that was delivered. Strings are valid during the call; addresses in lower case. False ends the reading. */
struct sks_maillog_mail {
    int64_t at;
    const char *from, *message_id; /* without brackets */
    const char *const *recipients;
    size_t recipient_count;
};
typedef bool (*sks_maillog_visitor)(void *data, const struct sks_maillog_mail *mail);

struct sks_maillog;

/* until: the log's last moment (its file's time): syslog's stamps have no year. */
struct sks_maillog *sks_maillog_create(int64_t until, sks_maillog_visitor visit, void *data);

/* Takes one line without its end. False if visit said so. */
bool sks_maillog_line(struct sks_maillog *log, const char *line);

/* Hands out what is still in the queue, and frees. */
void sks_maillog_finish(struct sks_maillog *log);

/* Whether a file's first line is one of such a log. */
bool sks_maillog_is_one(const char *line);

#endif
