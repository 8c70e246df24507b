/*
 * What several families of indicators need of the facts, worked out once for a mail: normalised texts, whose address it
 * is, whether a list or a service sent it, and whether the sender's domain was proven.
 */
#ifndef SKS_INDICATOR_VIEW_H
#define SKS_INDICATOR_VIEW_H

#include "indicator/indicator.h"

/* What kind of address the sender has. */
enum sks_sender_class {
    SKS_SENDER_UNKNOWN, /* no address, or a domain that is in no list */
    SKS_SENDER_OWN,
    SKS_SENDER_INSTITUTION,
    SKS_SENDER_WEBMAIL,
    SKS_SENDER_ISP,
    SKS_SENDER_CARRIER,
    SKS_SENDER_DISPOSABLE,
};

enum sks_proof {
    SKS_PROOF_NONE, /* nothing is known */
    SKS_PROOF_PASS,
    SKS_PROOF_FAIL,
};

struct sks_view {
    const struct sks_facts *facts;
    const struct sks_message *message;
    const struct sks_address *from; /* the first; never NULL */
    const char *from_registrable;   /* registered domain of from; "" without one */
    const char *from_country;       /* language of the country that the address points to ("zh" …), or "" */
    enum sks_sender_class sender;

    char *name, *subject, *own, *signature; /* normalised for phrases */
    bool own_cut;                           /* SKS_LIMIT_INDICATOR_TEXT reached */
    struct sks_phrases *in_own, *in_base;   /* … read once for all lists of phrases */
    char *base;                             /* own in dictionary forms (Japanese), normalised; "" in other languages */
    char *introductions; /* lines of own in which the writer says who it is, up to the name; normalised */

    bool list;                              /* a mailing list distributed it, if its fields are true */
    bool rewritten;                         /* … and put its own address in the place of the author's */
    bool speaks_for_others;                 /* … and is no list of a stranger: others' names are its daily work */
    const char *list_field, *service_field; /* the header fields that say so; NULL: none does */
    bool service;                           /* a mailing service sent it, or a newsletter's footer says so */
    bool service_sure;                      /* … by its hosts or header fields, not its footer alone */
    bool notifier;                          /* a service whose mail bears other people's names */
    bool inside;                            /* our own network or an authenticated user */
    bool claims_japan;                      /* written in Japanese, or from an address in .jp */
    bool encrypted;                         /* an attachment is encrypted */
    bool file_link;                         /* a link to a file service */

    enum sks_proof proof; /* of from's domain, by results of ours alone */
    double proof_failure; /* how surely it failed */
    const char *proof_method;
    bool vouched;        /* ARC: a host on the way says that the checks passed there (RFC 8617) */
    bool forged_results; /* results under our name that we did not write */

    char **own_domains; /* NULL-terminated */
};

void sks_view_init(struct sks_view *view, const struct sks_facts *facts);
void sks_view_finish(struct sks_view *view);

/* sks_list_each_phrase() and sks_list_find_phrase() of a list by its name, quicker in the view's own texts. */
void sks_view_each_phrase(const struct sks_view *view, const char *list, const char *text, sks_list_visit visit,
                          void *data);
const char *sks_view_find_phrase(const struct sks_view *view, const char *list, const char *text, double *out_weight);

/* Whether the domain is ours. */
bool sks_view_is_own(const struct sks_view *view, const char *domain);

/* Whether two domains are registered by the same party. "" is nobody's. */
bool sks_view_same_party(const struct sks_view *view, const char *a, const char *b);

/*
 * Whether the domain is that of the list which distributed the mail, as its fields and envelope tell: a list explains
 * its own addresses in others' places, and nobody else's.
 */
bool sks_view_is_lists(const struct sks_view *view, const char *domain);

/* Whether the domain is webmail, a provider's, a carrier's or disposable: anyone's. */
bool sks_view_is_public(const struct sks_view *view, const char *domain);

/* Whether the host is of an authority, an organisation or a brand that is known by name. */
bool sks_view_is_house(const struct sks_view *view, const char *host);

const struct sks_list *sks_view_list(const struct sks_view *view, const char *name);

/* Whether it is an IPv4 address of a network of one's own (RFC 1918, 3927, 1122). Names are not. */
bool sks_host_is_private(const char *host);

/* Whether a domain is or lies below one of those in a value of a list, separated by blanks. */
bool sks_domain_is_one_of(const char *domain, const char *domains);

/*
 * How much the phrases of a list weigh in a text, each phrase once; out_detail (g_free()) quotes up to three of the
 * heaviest, NULL if there is none.
 */
double sks_view_weigh(const struct sks_view *view, const char *list, const char *text, char **out_detail);

/*
 * The domain that the given one is easily mistaken for, among ours, the directory's and those of known organisations
 * and brands, and how easily (0 to 1); NULL if none.
 */
const char *sks_view_lookalike(const struct sks_view *view, const char *domain, double *out_strength);

/*
 * The domain of the known organisation whose name a host bears that is not its own ("u-tokyo.login.example"); g_free().
 * NULL if none, or where each house has a name of its own.
 */
char *sks_view_borrowed_name(const struct sks_view *view, const char *host);

/* Whether the host is one that a service gives each house ("kikan-example.zoom.us") for pages that are all its own. */
bool sks_view_is_tenant(const char *host);

/* How much authentication that failed counts, 0 to 1: lists and forwarding break what they pass on. */
double sks_view_failure(const struct sks_view *view);

/* How much a sign of the country with that language (or these) counts against this sender, 0 to 1. */
double sks_view_foreign(const struct sks_view *view, const char *language);

/* A part of the family "sender": for whom the mail speaks. */
void sks_claims_indicators(struct sks_findings *findings, const struct sks_view *view);

/* Parts of the family "route": what the hosts on the way wrote, and what mailers write without being asked. */
void sks_trace_indicators(struct sks_findings *findings, const struct sks_view *view);
void sks_marks_indicators(struct sks_findings *findings, const struct sks_view *view);

/* A part of the family "memory": habits of the sender, its domain and the name that it bears. */
void sks_habit_indicators(struct sks_findings *findings, const struct sks_view *view);

/* Adds in what a mail under a known name differs from that person's mail: further words of a sentence. */
void sks_habit_tell_name(const struct sks_view *view, GString *english, GString *japanese);

/* The families: each looks at the facts and reports. */
void sks_attachment_indicators(struct sks_findings *findings, const struct sks_view *view);
void sks_bulk_indicators(struct sks_findings *findings, const struct sks_view *view);
void sks_clean_indicators(struct sks_findings *findings, const struct sks_view *view);
void sks_event_indicators(struct sks_findings *findings, const struct sks_view *view);    /* of the lures */
void sks_exchange_indicators(struct sks_findings *findings, const struct sks_view *view); /* of the memory */
void sks_harm_indicators(struct sks_findings *findings, const struct sks_view *view);     /* of the attachments */
void sks_harm_imitation(struct sks_findings *findings, const struct sks_view *view);      /* of all findings */
void sks_harm_pages(struct sks_findings *findings, const struct sks_view *view);          /* of all findings */
void sks_landing_indicators(struct sks_findings *findings, const struct sks_view *view);  /* of the lures */
void sks_language_indicators(struct sks_findings *findings, const struct sks_view *view);
void sks_limit_indicators(struct sks_findings *findings, const struct sks_view *view);
void sks_lure_indicators(struct sks_findings *findings, const struct sks_view *view);
void sks_memory_indicators(struct sks_findings *findings, const struct sks_view *view);
void sks_route_indicators(struct sks_findings *findings, const struct sks_view *view);
void sks_sender_indicators(struct sks_findings *findings, const struct sks_view *view);

#endif
