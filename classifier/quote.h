/*
 * What a mail quotes of another: the subject or the file whose password it brings. Gateways send passwords from an
 * address that nobody reads, and name the mail that they belong to in one of these ways.
 */
#ifndef SKS_QUOTE_H
#define SKS_QUOTE_H

#include <glib.h>

#include "walk.h"

struct sks_quote {
    char *words;       /* normalised: subject, own text and quotes */
    char *subject;     /* normalised, without what is put before a subject that is taken over */
    GPtrArray *values; /* normalised: what stands by itself behind a colon, on a line or in brackets; each once */
};

void sks_quote_init(struct sks_quote *quote, const struct sks_message *message);
void sks_quote_finish(struct sks_quote *quote);

enum sks_quoted {
    SKS_QUOTED_NOT,
    SKS_QUOTED_SHORTLY, /* by a word that many mails may have, but set apart from all else */
    SKS_QUOTED,
};

/* Whether the mail quotes that subject or one of the files (a line each), or the subject quotes the mail's. */
enum sks_quoted sks_quote_find(const struct sks_quote *quote, const char *subject, const char *files);

/* Only the latter: the subject quotes the mail's. */
bool sks_quote_stands_in(const struct sks_quote *quote, const char *subject);

/*
 * Calls visit with each form in which another mail may set a subject or a file apart, and with whether it is a word
 * that many mails may have. The form is valid during the call only.
 */
typedef void (*sks_quote_visit)(void *data, const char *form, bool is_short);
void sks_quote_each_form(const char *subject, const char *files, sks_quote_visit visit, void *data);

/* Names of the encrypted attachments, and behind them those of encrypted files inside, a line each. g_free(). */
char *sks_quote_list_files(const struct sks_walk *walk);

#endif
