/*
 * Sender: who the mail says it is from, against the address it is really from.
 *
 * Nothing is inferred without knowledge: names of people need the directory, our own domain from outside needs
 * configured domains and a known client, failed authentication needs results under our own authserv-id. A mailing list
 * speaks with others' names by nature, so claims of organisations and other reply addresses are not looked at there.
 */
#include <glib.h>
#include <string.h>

#include "indicator/view.h"

#define SENDERS_MOST 5u  /* of several From addresses: readers may see any of them */
#define REPLIES_MOST 10u /* addresses that an answer goes to */

static void address_class(struct sks_findings *findings, const struct sks_view *view)
{
    const char *address = view->from->address;
    switch (view->sender) {
    case SKS_SENDER_WEBMAIL:
        sks_findings_add(findings, "sender.webmail", 1, "header From", address);
        break;
    case SKS_SENDER_ISP:
        sks_findings_add(findings, "sender.isp", 1, "header From", address);
        break;
    case SKS_SENDER_CARRIER:
        sks_findings_add(findings, "sender.carrier", 1, "header From", address);
        break;
    case SKS_SENDER_DISPOSABLE:
        sks_findings_add(findings, "sender.disposable", 1, "header From", address);
        break;
    case SKS_SENDER_UNKNOWN:
    case SKS_SENDER_OWN:
    case SKS_SENDER_INSTITUTION:
        break;
    }
}

static bool is_recipient(const struct sks_view *view, const struct sks_person *person)
{
    for (size_t i = 0; i < view->facts->recipient_count; i++)
        if (sks_person_has_address(person, view->facts->recipients[i]))
            return true;
    return false;
}

static double mismatch_strength(const struct sks_view *view, const struct sks_person *person,
                                const struct sks_address *from)
{
    const char *domain = strrchr(person->address, '@') + 1;
    double strength = sks_view_is_public(view, from->domain) ? 1 : 0.8;
    if (sks_view_same_party(view, domain, from->domain))
        strength = 0.3; /* a second address in the same house, or a namesake there */
    return view->list ? 0.5 * strength : strength;
}

static void report_person(struct sks_findings *findings, const struct sks_view *view, const struct sks_person *person,
                          const struct sks_address *from, const char *where)
{
    char *detail = g_strdup_printf("%s: %s ≠ %s", person->name, from->address, person->address);
    double scale = strcmp(where, "body") == 0 ? 0.6 : 1;
    sks_findings_add(findings, "sender.name-mismatch", scale * mismatch_strength(view, person, from), where, detail);
    g_free(detail);
}

struct signer {
    struct sks_findings *findings;
    const struct sks_view *view;
};

static bool visit_signer(void *data, const struct sks_person *person, size_t at)
{
    const struct signer *signer = data;
    (void)at;
    if (!is_recipient(signer->view, person))
        report_person(signer->findings, signer->view, person, signer->view->from, "body");
    return true;
}

/* Whoever signs or introduces himself with a known name; not the reader's, who is often named. */
static void signed_mismatch(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_people *people = view->facts->people;
    char **lines = g_strsplit(view->message->body.signature, "\n", 16);
    for (size_t i = 0; lines[i] != NULL && i < 15; i++) {
        const struct sks_person *person = sks_people_named(people, lines[i], view->from->address);
        if (person != NULL && !is_recipient(view, person))
            report_person(findings, view, person, view->from, "body");
    }
    g_strfreev(lines);
    struct signer signer = {findings, view};
    sks_people_each_mention(people, view->introductions, visit_signer, &signer);
}

/* A known person's own address is his, however the name is written. */
static void name_mismatch(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_people *people = view->facts->people;
    const struct sks_address_list *from = &view->message->from;
    if (people == NULL || view->speaks_for_others || view->notifier)
        return;
    for (size_t i = 0; i < from->count && i < SENDERS_MOST; i++) {
        const struct sks_address *one = &from->items[i];
        const struct sks_person *person = NULL;
        if (one->address[0] != '\0' && sks_people_by_address(people, one->address) == NULL)
            person = sks_people_named(people, one->name, one->address);
        if (person != NULL)
            report_person(findings, view, person, one, "header From");
    }
    if (view->from->address[0] != '\0' && sks_people_by_address(people, view->from->address) == NULL)
        signed_mismatch(findings, view);
}

/* Whether a word of a displayed name is a host that could have mail; "co.ltd" and the like are not. */
static bool is_domain(const struct sks_view *view, const char *word)
{
    static const char *const abbreviations[] = {"co", "inc", "no", "dr", "mr", "ms", "st", "vs", "jr", "sr", "ph"};
    const char *dot = strrchr(word, '.');
    if (dot == NULL || dot == word || !sks_lists_is_suffix(view->facts->lists, dot + 1))
        return false;
    size_t first = strcspn(word, ".");
    for (size_t i = 0; i < G_N_ELEMENTS(abbreviations); i++)
        if (strlen(abbreviations[i]) == first && strncmp(word, abbreviations[i], first) == 0)
            return false;
    return first >= 2 && !sks_lists_is_suffix(view->facts->lists, word);
}

static void name_holds_address(struct sks_findings *findings, const struct sks_view *view)
{
    if (view->from->address[0] == '\0')
        return;
    /* Tickets and invitations are sent for somebody, whose address the name tells. */
    double scale = view->notifier || view->list || sks_message_header(view->message, "Auto-Submitted") != NULL ? 0.2
                   : view->service_sure                                                                        ? 0.4
                                                                                                               : 1;
    for (size_t i = 0; i < view->message->part_count; i++)
        if (strcmp(view->message->parts[i].type, "text/calendar") == 0)
            scale = 0.2;
    char *address = g_utf8_casefold(view->from->address, -1);
    char **words = g_strsplit_set(view->name, " <>()[]\"',;:/|", -1);
    for (size_t i = 0; words[i] != NULL && i < 64; i++) {
        const char *at = strrchr(words[i], '@');
        if (at != NULL && at != words[i] && strchr(at, '.') != NULL) {
            if (strcmp(words[i], address) == 0)
                continue;
            bool same = sks_view_same_party(view, at + 1, view->from->domain);
            sks_findings_add(findings, "sender.name-holds-address", scale * (same ? 0.4 : 1), "header From", words[i]);
        } else if (at == NULL && is_domain(view, words[i]) &&
                   !sks_view_same_party(view, words[i], view->from->domain)) {
            sks_findings_add(findings, "sender.name-holds-address", scale * 0.8, "header From", words[i]);
        }
    }
    g_strfreev(words);
    g_free(address);
}

static void lookalikes_of(struct sks_findings *findings, const struct sks_view *view,
                          const struct sks_address_list *addresses, const char *where)
{
    for (size_t i = 0; i < addresses->count && i < SENDERS_MOST; i++) {
        double strength = 0;
        const char *real = sks_view_lookalike(view, addresses->items[i].domain, &strength);
        if (real == NULL)
            continue;
        char *detail = g_strdup_printf("%s ≈ %s", addresses->items[i].domain, real);
        sks_findings_add(findings, "sender.lookalike-domain", strength, where, detail);
        g_free(detail);
    }
}

static void lookalike(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    if (memory->available && (memory->from_domain >= 10 || memory->to_domain >= 3))
        return; /* whoever it resembles, it is somebody we know */
    lookalikes_of(findings, view, &view->message->from, "header From");
    lookalikes_of(findings, view, &view->message->reply_to, "header Reply-To");
}

/* How much it means that answers go to this address, too. */
static double reply_strength(const struct sks_view *view, const struct sks_address *reply)
{
    bool public = sks_view_is_public(view, reply->domain), from_public = sks_view_is_public(view, view->from->domain);
    double strength = 0.5;
    if (reply->domain[0] == '\0' || g_ascii_strcasecmp(reply->address, view->from->address) == 0 ||
        (!public && sks_view_same_party(view, reply->domain, view->from->domain)) ||
        (view->list && sks_view_is_lists(view, reply->domain)))
        return 0;
    if (g_ascii_strcasecmp(reply->local, view->from->local) == 0)
        strength = 0.3; /* the same name elsewhere: people who write from two addresses */
    else if (public)
        strength = from_public ? 0.8 : 1;
    /* A list that writes under its own address lets answers go to the author. */
    return strength * (view->service_sure || view->rewritten ? 0.3 : view->list ? 0.5 : 1);
}

static void reply_to(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_address_list *replies = &view->message->reply_to;
    if (view->notifier || view->from->address[0] == '\0')
        return;
    for (size_t i = 0; i < replies->count && i < REPLIES_MOST; i++)
        sks_findings_add(findings, "sender.reply-to-elsewhere", reply_strength(view, &replies->items[i]),
                         "header Reply-To", replies->items[i].address);
}

static void envelope(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_facts *facts = view->facts;
    const char *sender = facts->envelope_sender != NULL ? facts->envelope_sender : view->message->return_path;
    const char *at = sender != NULL ? strrchr(sender, '@') : NULL;
    if (at == NULL || at[1] == '\0' || view->from->domain[0] == '\0' || view->list || view->service_sure ||
        view->notifier)
        return;
    char *domain = g_utf8_strdown(at + 1, -1);
    bool forwarded = g_ascii_strncasecmp(sender, "srs0", 4) == 0 || g_ascii_strncasecmp(sender, "srs1", 4) == 0 ||
                     g_ascii_strncasecmp(sender, "prvs=", 5) == 0 || sks_view_is_own(view, domain);
    bool elsewhere = !sks_view_same_party(view, domain, view->from->domain);
    if (elsewhere && !forwarded) {
        bool odd = sks_view_is_public(view, domain) && !sks_view_is_public(view, view->from->domain);
        sks_findings_add(findings, "sender.envelope-elsewhere", odd ? 1 : 0.6, "header Return-Path", sender);
    }
    g_free(domain);
}

static void authentication(struct sks_findings *findings, const struct sks_view *view)
{
    if (view->proof == SKS_PROOF_FAIL) {
        char *detail = g_strdup_printf("%s: %s", view->proof_method, view->from->domain);
        sks_findings_add(findings, "sender.authentication-failed", sks_view_failure(view),
                         "header Authentication-Results", detail);
        g_free(detail);
    }
    if (view->forged_results)
        sks_findings_add(findings, "sender.forged-results", view->list ? 0.3 : 1, "header Authentication-Results",
                         view->facts->authserv_ids[0]);
}

/* Addresses that never come from the internet: our own relays and filters in front of us. */
static bool is_private_address(const char *address)
{
    static const char *const prefixes[] = {"10.", "192.168.", "127.", "::1", "fe80:", "fc", "fd", "169.254."};
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(address, prefixes[i]))
            return true;
    if (g_str_has_prefix(address, "172.")) {
        long second = strtol(address + 4, NULL, 10);
        return second >= 16 && second <= 31;
    }
    return false;
}

static void own_domain_outside(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_facts *facts = view->facts;
    if (facts->own_domains[0] == NULL || view->sender != SKS_SENDER_OWN || view->inside)
        return;
    if (facts->client_address[0] == '\0' || is_private_address(facts->client_address) || view->proof == SKS_PROOF_PASS)
        return;
    double strength = view->list                        ? 0.3
                      : view->proof == SKS_PROOF_FAIL   ? 1
                      : view->service || view->notifier ? 0.3
                                                        : 0.7;
    sks_findings_add(findings, "sender.own-domain-outside", strength, "header From", view->from->address);
}

static void several(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_message *message = view->message;
    if (message->from_fields > 1)
        sks_findings_add(findings, "sender.several", 1, "header From", message->from.items[0].address);
    else if (message->from.count > 1)
        sks_findings_add(findings, "sender.several", 0.5, "header From", message->from.items[1].address);
}

void sks_sender_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    address_class(findings, view);
    name_mismatch(findings, view);
    name_holds_address(findings, view);
    sks_claims_indicators(findings, view);
    lookalike(findings, view);
    reply_to(findings, view);
    envelope(findings, view);
    authentication(findings, view);
    own_domain_outside(findings, view);
    several(findings, view);
}
