/*
 * All that is known of one mail when the indicators look at it. Made by examine; read only.
 */
#ifndef SKS_FACTS_H
#define SKS_FACTS_H

#include "attachment/attachment.h"
#include "language/language.h"
#include "lists/countries.h"
#include "lists/lists.h"
#include "lists/people.h"
#include "memory/memory.h"
#include "message/message.h"
#include "sekisho/classifier.h"

/* What the text model says, as log-odds; 0 where it has nothing to say. */
struct sks_text_scores {
    double targeted;      /* targeted against clean */
    double bulk;          /* bulk against clean */
    double for_one;       /* targeted against bulk: made for one reader, or for many */
    double reported;      /* how much the text is like mail that was reported as targeted, 0 to 1 */
    double reported_bare; /* the same if the mail brings nothing that could do harm: never more */
};

/* Another mail that this one was joined with: it gave the password, or has the attachment that a password is for. */
struct sks_joined {
    const char *message_id;
    bool gave_password; /* by which attachments of this mail were opened; false: this mail gave its */
    const struct sks_attachment *const *attachments; /* its encrypted ones that were opened; none if it is not kept */
    size_t attachment_count;
    const char *files; /* names of its encrypted attachments, a line each */
};

struct sks_facts {
    const struct sks_message *message;       /* the outermost */
    const struct sks_message *const *nested; /* messages inside, outermost first */
    size_t nested_count;
    const struct sks_attachment *const *attachments; /* of the message, nested ones and containers' messages */
    size_t attachment_count;
    const struct sks_language_result *language; /* of the message's own text; never NULL */
    const struct sks_language_result *identity; /* of the displayed name and the signature, or NULL: not in Japanese */
    const struct sks_language_result *document; /* of the attachments' text together, or NULL */
    const char *own; /* the message's own text, normalised (lists/text.c), or NULL: nobody has asked for it yet */
    const struct sks_joined *joined;
    size_t joined_count;
    unsigned joined_earlier; /* of these, that this mail's sender sent before it: they are no exchange of their own */
    bool cut_join;           /* not all was tried that could have been joined */
    struct sks_memory_answer memory;
    struct sks_text_scores text;

    const char *envelope_sender;   /* lower case; NULL if unknown, "" for the null sender */
    const char *const *recipients; /* envelope recipients, else those of the message; lower case */
    size_t recipient_count;
    const char *client_address; /* "" if unknown */
    const char *client_name;    /* "" if unknown */
    size_t own_received;        /* how many topmost Received fields our own hosts wrote */
    bool trusted, authenticated;
    bool truncated;             /* bytes cut by whoever collected them */
    bool password_described;    /* in words from which it can't be derived */
    bool password_awaited;      /* … and another mail of that party waits for one */
    bool cut_depth, cut_output; /* one budget for the whole mail: examine's ceilings that were reached */
    int64_t time;               /* Unix time of the mail */

    const struct sks_lists *lists;
    const struct sks_people *people;       /* NULL: no directory */
    const GArray *people_looks;            /* struct sks_domain_look of its domains; NULL: none */
    const GArray *correspondents;          /* … of those whom we write with often, by the memory; NULL: none */
    const struct sks_countries *countries; /* of networks; NULL: unknown */
    const char *const *own_domains;        /* NULL-terminated, never NULL, may be empty */
    const char *const *authserv_ids;       /* NULL-terminated, never NULL, may be empty */
};

#endif
