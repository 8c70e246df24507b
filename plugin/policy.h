/*
 * What to do about a class: pure functions from the configured policy and a mail's envelope to a decision.
 *
 * A policy is immutable once it is configured; any number of threads may use it at once.
 */
#ifndef SKS_PLUGIN_POLICY_H
#define SKS_PLUGIN_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "network.h"
#include "sekisho/verdict.h"

enum sks_action {
    SKS_ACTION_ACCEPT,     /* deliver, with the verdict in headers */
    SKS_ACTION_TAG,        /* deliver, with headers and banners */
    SKS_ACTION_QUARANTINE, /* tag, and keep it in the MTA's hold queue */
    SKS_ACTION_REJECT,     /* refuse for good (550) */
    SKS_ACTION_TEMPFAIL,   /* refuse for now (451) */
};

#define SKS_ACTION_COUNT (SKS_ACTION_TEMPFAIL + 1)

/* "accept", "tag", "quarantine", "reject", "tempfail". */
const char *sks_action_name(enum sks_action action);

/* Why a mail is left alone. */
enum sks_exemption {
    SKS_EXEMPTION_NONE,
    SKS_EXEMPTION_TRUSTED,       /* the client is in a trusted network */
    SKS_EXEMPTION_AUTHENTICATED, /* the client gave SMTP AUTH credentials */
    SKS_EXEMPTION_SENDER,        /* the envelope sender is listed */
    SKS_EXEMPTION_RECIPIENTS,    /* every recipient is listed */
    SKS_EXEMPTION_NOTICE,        /* it is a notice of our own */
};

#define SKS_EXEMPTION_COUNT (SKS_EXEMPTION_NOTICE + 1)

/* "none", "trusted", "authenticated", "sender", "recipients", "notice". */
const char *sks_exemption_name(enum sks_exemption exemption);

struct sks_policy {
    int action[SKS_CLASS_COUNT]; /* enum sks_action */
    int failure;                 /* enum sks_action: what happens to a mail that could not be judged */
    bool observe;                /* only log and add headers */
    bool exempt_authenticated;
    struct sks_networks trusted_networks;
    char **exempt_senders; /* patterns, see sks_policy_address_matches(); NULL-terminated */
    char **exempt_recipients;
    bool hold;           /* suspicious mail whose attachment waits for its password is held */
    unsigned hold_least; /* percent */
    unsigned hold_time;  /* seconds */
    char *hold_helper;   /* path of its socket */
};

/* What a policy looks at. Addresses are without brackets; "" is the null sender. */
struct sks_policy_mail {
    const char *sender;
    const char *const *recipients;
    size_t recipient_count;
    const char *client_address; /* textual; NULL if unknown */
    bool authenticated;
};

/* What is going to happen to a mail. */
struct sks_decision {
    enum sks_action action;   /* what is done */
    enum sks_action intended; /* what the class alone asks for: differs in observe mode and for exempt mail */
    enum sks_exemption exemption;
    bool observed;
    bool failed;         /* the mail was not judged */
    bool add_headers;    /* put the verdict into headers */
    bool remove_headers; /* remove headers of ours that came from outside */
    bool add_banners;    /* subject, and body where configured */
    bool forged;         /* refused for its fields in our name */
    bool hold;           /* put it into the MTA's hold queue, from which it is let go by ourselves */
};

/* Whether the client's own word is believed: in a trusted network. */
bool sks_policy_trusts(const struct sks_policy *policy, const struct sks_policy_mail *mail);

enum sks_exemption sks_policy_exemption(const struct sks_policy *policy, const struct sks_policy_mail *mail);

/* The decision on a mail that was judged. */
struct sks_decision sks_policy_decide(const struct sks_policy *policy, enum sks_class class_,
                                      const struct sks_policy_mail *mail);

/* The decision on a mail that could not be judged: the failure action, by default accept, unchanged but for fields in
 * our name. */
struct sks_decision sks_policy_decide_failure(const struct sks_policy *policy, const struct sks_policy_mail *mail);

/* Of a mail with more fields in our name than can be removed: refused, where it would be let through without them. */
void sks_policy_refuse_forged(struct sks_decision *decision);

/* Whether text is the name of a domain, without marks before or behind it. */
bool sks_policy_is_domain(const char *text);

/* Whether text can be the name under which a gateway writes Authentication-Results, without quotes. */
bool sks_policy_is_authserv_id(const char *text);

/* Whether text is what sks_policy_address_matches() takes for a pattern, and some address can fit it. */
bool sks_policy_is_pattern(const char *text);

/*
 * Whether an address fits a pattern, without regard to case: "name@domain" is that address, "domain" or "@domain" all
 * of that domain, ".domain" all of that domain and of those below it, "<>" the null sender.
 */
bool sks_policy_address_matches(const char *pattern, const char *address);

#endif
