/*
 * Whether two mails come from one party: by what the memory finds mails that wait, and what is enough to try the
 * password of one on the attachment of the other.
 */
#ifndef SKS_MATCH_H
#define SKS_MATCH_H

#include "collect.h"
#include "quote.h"

/* What a mail has that others of its party may wait for. */
enum sks_match_brings {
    SKS_MATCH_LOCKED = 1u << 0,    /* an attachment that nobody could open */
    SKS_MATCH_ANNOUNCES = 1u << 1, /* a password */
};

struct sks_match {
    GArray *own;  /* struct sks_memory_key: what others find this mail by */
    GArray *find; /* struct sks_memory_key: what this mail finds others by */
    const struct sks_message *message;
    int64_t at;
    unsigned brings;        /* enum sks_match_brings */
    struct sks_quote quote; /* without words until they are needed */
    GStringChunk *strings;
};

/*
 * collected stays as it is until the match is finished. What brings nothing is matched by less: most mails bring
 * nothing.
 */
void sks_match_init(struct sks_match *match, struct sks_collected *collected, unsigned brings);
void sks_match_finish(struct sks_match *match);

/* How surely a mail that was found is of the same party; 0: it is not to be tried. */
unsigned sks_match_rank(struct sks_match *match, const struct sks_memory_waiting *waiting);

/* Whether the same address sent it. */
bool sks_match_is_sender(const struct sks_memory_waiting *waiting);

#endif
