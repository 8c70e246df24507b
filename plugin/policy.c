/*
 * From class to action. The order of the questions matters: a failure is decided before anything else, an exempt mail
 * keeps its judgement (it teaches the memory and is logged) but nothing is done to it, and observe mode turns every
 * action into "accept with headers".
 */
#include "policy.h"

#include <string.h>

#include <glib.h>

const char *sks_action_name(enum sks_action action)
{
    switch (action) {
    case SKS_ACTION_ACCEPT:
        return "accept";
    case SKS_ACTION_TAG:
        return "tag";
    case SKS_ACTION_QUARANTINE:
        return "quarantine";
    case SKS_ACTION_REJECT:
        return "reject";
    case SKS_ACTION_TEMPFAIL:
        return "tempfail";
    }
    return "accept";
}

const char *sks_exemption_name(enum sks_exemption exemption)
{
    switch (exemption) {
    case SKS_EXEMPTION_NONE:
        return "none";
    case SKS_EXEMPTION_TRUSTED:
        return "trusted";
    case SKS_EXEMPTION_AUTHENTICATED:
        return "authenticated";
    case SKS_EXEMPTION_SENDER:
        return "sender";
    case SKS_EXEMPTION_RECIPIENTS:
        return "recipients";
    case SKS_EXEMPTION_NOTICE:
        return "notice";
    }
    return "none";
}

bool sks_policy_is_domain(const char *text)
{
    if (text[0] == '.' || text[0] == '\0' || g_str_has_suffix(text, ".") || strstr(text, "..") != NULL ||
        strlen(text) > 253)
        return false;
    for (; *text != '\0'; text++)
        if (!g_ascii_isalnum(*text) && strchr("-._", *text) == NULL && (unsigned char)*text < 0x80)
            return false;
    return true;
}

/* RFC 8601, 2.2, but for the marks of other lists, of another key and of a comment. */
bool sks_policy_is_authserv_id(const char *text)
{
    return text[0] != '#' && strpbrk(text, "\"\\'=;()<>@") == NULL;
}

/* RFC 5321, 4.1.3: hosts without a name, such as scanners, are named by their network address. */
static bool is_address_literal(const char *text)
{
    size_t size = strlen(text);
    return size > 2 && text[0] == '[' && text[size - 1] == ']' &&
           strspn(text + 1, "IPv0123456789abcdefABCDEF:.") == size - 2;
}

bool sks_policy_is_pattern(const char *text)
{
    const char *at = strrchr(text, '@');
    const char *domain = at != NULL ? at + 1 : text;
    if (strpbrk(text, "*?#;\"") != NULL)
        return false;
    if (is_address_literal(domain))
        return true;
    return strcmp(text, "<>") == 0 || sks_policy_is_domain(at == NULL && *domain == '.' ? domain + 1 : domain);
}

bool sks_policy_address_matches(const char *pattern, const char *address)
{
    if (strcmp(pattern, "<>") == 0)
        return address[0] == '\0';

    const char *at = strrchr(address, '@');
    if (at == NULL)
        return g_ascii_strcasecmp(pattern, address) == 0 && address[0] != '\0';
    const char *domain = at + 1;

    if (pattern[0] == '.') {
        size_t domain_size = strlen(domain), below = strlen(pattern);
        if (g_ascii_strcasecmp(pattern + 1, domain) == 0)
            return true;
        return domain_size > below && g_ascii_strcasecmp(domain + domain_size - below, pattern) == 0;
    }
    if (pattern[0] == '@')
        return g_ascii_strcasecmp(pattern + 1, domain) == 0;
    if (strchr(pattern, '@') == NULL)
        return g_ascii_strcasecmp(pattern, domain) == 0;
    return g_ascii_strcasecmp(pattern, address) == 0;
}

static bool is_listed(char *const *patterns, const char *address)
{
    for (; patterns != NULL && *patterns != NULL; patterns++)
        if (sks_policy_address_matches(*patterns, address))
            return true;
    return false;
}

bool sks_policy_trusts(const struct sks_policy *policy, const struct sks_policy_mail *mail)
{
    return mail->client_address != NULL && sks_networks_contain(&policy->trusted_networks, mail->client_address);
}

enum sks_exemption sks_policy_exemption(const struct sks_policy *policy, const struct sks_policy_mail *mail)
{
    if (sks_policy_trusts(policy, mail))
        return SKS_EXEMPTION_TRUSTED;
    if (policy->exempt_authenticated && mail->authenticated)
        return SKS_EXEMPTION_AUTHENTICATED;
    if (mail->sender != NULL && is_listed(policy->exempt_senders, mail->sender))
        return SKS_EXEMPTION_SENDER;

    /* One recipient who is not exempt has a right to the warning; the bytes are the same for all of them. */
    for (size_t i = 0; i < mail->recipient_count; i++)
        if (!is_listed(policy->exempt_recipients, mail->recipients[i]))
            return SKS_EXEMPTION_NONE;
    return mail->recipient_count > 0 ? SKS_EXEMPTION_RECIPIENTS : SKS_EXEMPTION_NONE;
}

struct sks_decision sks_policy_decide(const struct sks_policy *policy, enum sks_class class_,
                                      const struct sks_policy_mail *mail)
{
    struct sks_decision decision = {
        .action = (enum sks_action)policy->action[class_],
        .intended = (enum sks_action)policy->action[class_],
        .exemption = sks_policy_exemption(policy, mail),
        .observed = policy->observe,
        .add_headers = true,
        .remove_headers = true,
    };
    if (decision.exemption != SKS_EXEMPTION_NONE) {
        decision.action = SKS_ACTION_ACCEPT;
        decision.add_headers = false;
        /* What our own gateways and people wrote stays; a listed stranger does not get to speak in our name. */
        decision.remove_headers =
            decision.exemption == SKS_EXEMPTION_SENDER || decision.exemption == SKS_EXEMPTION_RECIPIENTS;
    } else if (policy->observe) {
        decision.action = SKS_ACTION_ACCEPT;
    }
    decision.add_banners = decision.action == SKS_ACTION_TAG || decision.action == SKS_ACTION_QUARANTINE;
    return decision;
}

struct sks_decision sks_policy_decide_failure(const struct sks_policy *policy, const struct sks_policy_mail *mail)
{
    struct sks_decision decision = {
        .action = (enum sks_action)policy->failure,
        .intended = (enum sks_action)policy->failure,
        .exemption = sks_policy_exemption(policy, mail),
        .observed = policy->observe,
        .failed = true,
    };
    if (policy->observe || decision.exemption != SKS_EXEMPTION_NONE)
        decision.action = SKS_ACTION_ACCEPT;
    decision.add_headers = decision.action == SKS_ACTION_QUARANTINE;
    /* A mail that can't be judged must not bring a verdict of its own. */
    decision.remove_headers = decision.action != SKS_ACTION_TEMPFAIL && decision.exemption != SKS_EXEMPTION_TRUSTED &&
                              decision.exemption != SKS_EXEMPTION_AUTHENTICATED;
    return decision;
}

void sks_policy_refuse_forged(struct sks_decision *decision)
{
    bool refused = decision->action == SKS_ACTION_REJECT || decision->action == SKS_ACTION_TEMPFAIL;
    if (decision->observed || refused || !decision->remove_headers)
        return;
    decision->action = SKS_ACTION_REJECT;
    decision->forged = true;
    decision->add_headers = decision->add_banners = decision->remove_headers = false;
}
