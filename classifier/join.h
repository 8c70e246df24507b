/*
 * Joining two mails: one with an encrypted attachment, another with its password, in either order.
 *
 * Order of calls for one mail: collect its facts; sks_join_init(), which may collect them anew because an attachment
 * could be opened; judge this mail and the others by their facts; sks_join_settle(). If that says "again", another
 * process was faster: finish the join and the collected facts and begin with collecting.
 */
#ifndef SKS_JOIN_H
#define SKS_JOIN_H

#include "collect.h"
#include "exchange.h"
#include "match.h"
#include "verdict.h"

/* A mail that came before, and whose attachments this one's password opened, or the other way round: judged anew. */
struct sks_join_other {
    const struct sks_memory_waiting *waiting;
    struct sks_collected collected;
    struct sks_joined back;      /* this mail, as the other's facts name it */
    unsigned locked;             /* attachments that still are */
    char *passwords;             /* known now, a line each */
    GPtrArray *opened;           /* struct sks_attachment *: of the one of the two that has them */
    struct sks_verdict *verdict; /* for the caller to fill in before the join is settled; freed with the join */

    /* What collected rests on. */
    GBytes *bytes;
    GVariant *keeper;
    struct sks_envelope envelope;
};

struct sks_join {
    bool active;
    struct sks_match match;
    struct sks_memory_found found;
    GPtrArray *others;  /* struct sks_join_other * */
    GArray *joined;     /* struct sks_joined, the facts' */
    bool looked;        /* offered is known; else none of them is announced, and nothing waited for any */
    GPtrArray *offered; /* passwords that this mail gives, the likeliest first */
    size_t announced;   /* how many of them the text calls so */
    char *identity;     /* see struct sks_memory_keeping, NULL until it is asked for */
    bool underivable;   /* the mail describes one that can't be derived from it */
    char *files;        /* names of this mail's encrypted attachments, a line each, if another opened them */
    GString *known;     /* passwords that opened some attachment of this mail, a line each */
    unsigned earlier;   /* mails of this sender that gave their passwords */
    unsigned locked;    /* attachments of this mail that nobody could open */
    uint64_t rounds;    /* of key derivation, spent on trying */
    int error;          /* of the memory, while others were looked at */
    bool cut;           /* there was more to be tried … */
    bool late;          /* … of a mail for which the time did not suffice */
    int64_t end;        /* when trying stops, monotonic */
    int64_t walk_time;  /* microseconds that one try may take */
};

/* bytes and envelope are those that collected was made from. Errors of the memory go into collected->memory_error. */
int sks_join_init(struct sks_join *join, struct sks_classifier *classifier, struct sks_collected *collected,
                  const void *bytes, size_t size, const struct sks_envelope *envelope);
void sks_join_finish(struct sks_join *join);

/* Whether the mail waits for another, or another may wait for it; also where the memory could not be asked. */
bool sks_join_matters(const struct sks_join *join);

/*
 * Logs and teaches all that the mail and the others have to leave, and keeps the mail if it has to wait. Others that
 * were changed by someone else meanwhile lose their verdict. Without patience, *out_again stays false. *out_held: the
 * MTA is to hold the mail, see sks_verdict_held(). exchanges: what it, or one of the others, shows of the mails before.
 */
int sks_join_settle(struct sks_join *join, struct sks_classifier *classifier, struct sks_collected *collected,
                    const struct sks_verdict *verdict, const void *bytes, size_t size,
                    const struct sks_envelope *envelope, const struct sks_exchanges *exchanges, bool patient,
                    bool *out_again, bool *out_held);

#endif
