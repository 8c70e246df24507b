/*
 * Bulk: what mass mail has and mail for one reader has not: a brand that it misuses, greetings for anybody, threats and
 * prizes, many recipients, text salted against filters. Newsletters are bulk in a sense, too; that a list or a service
 * sent a mail is told for itself, so that the model can tell the wanted from the unwanted.
 */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "indicator/view.h"

#define HEAD_SIZE 400u /* bytes of the text in which a greeting stands */

static bool has_link_into(const struct sks_view *view, const char *domains)
{
    for (size_t i = 0; i < view->message->link_count; i++) {
        const struct sks_link *link = &view->message->links[i];
        if ((link->kind == SKS_LINK_TEXT || link->kind == SKS_LINK_ANCHOR) && sks_domain_is_one_of(link->host, domains))
            return true;
    }
    return false;
}

static bool has_foreign_link(const struct sks_view *view, const char *domains)
{
    for (size_t i = 0; i < view->message->link_count; i++) {
        const struct sks_link *link = &view->message->links[i];
        if ((link->kind == SKS_LINK_TEXT || link->kind == SKS_LINK_ANCHOR || link->kind == SKS_LINK_FORM) &&
            link->host[0] != '\0' && !sks_domain_is_one_of(link->host, domains))
            return true;
    }
    return false;
}

struct brand {
    const struct sks_view *view;
    struct sks_findings *findings;
    const char *where;
    double strength;
};

static bool visit_brand(void *data, const struct sks_list_entry *entry, size_t at)
{
    const struct brand *brand = data;
    const struct sks_view *view = brand->view;
    (void)at;
    if (sks_domain_is_one_of(view->from->domain, entry->value) || sks_view_is_own(view, view->from->domain))
        return true;
    bool foreign = has_foreign_link(view, entry->value), theirs = has_link_into(view, entry->value);
    double scale = foreign ? (theirs ? 0.7 : 1) : theirs ? 0.2 : 0.4;
    sks_findings_add(brand->findings, "bulk.brand", brand->strength * scale, brand->where, entry->word);
    return true;
}

/* In the text a brand is only named; beside a threat it is the one that threatens. */
static void brands(struct sks_findings *findings, const struct sks_view *view, double threats)
{
    if (view->list || view->from->domain[0] == '\0')
        return;
    const struct {
        const char *text, *where;
        double strength;
    } places[] = {
        {view->name, "header From", 1},
        {view->subject, "header Subject", threats > 0 ? 0.8 : 0.3},
        {view->own, "body", threats >= 1 ? 0.5 : 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        struct brand brand = {view, findings, places[i].where, places[i].strength};
        if (places[i].strength > 0)
            sks_view_each_phrase(view, "brands", places[i].text, visit_brand, &brand);
    }
}

static double phrases(struct sks_findings *findings, const struct sks_view *view)
{
    char *head =
        strlen(view->own) > HEAD_SIZE
            ? g_strndup(view->own, (size_t)(g_utf8_find_prev_char(view->own, view->own + HEAD_SIZE) - view->own))
            : g_strdup(view->own);
    double weight = 0;
    const char *greeting = sks_view_find_phrase(view, "bulk-greetings", head, &weight);
    if (greeting != NULL)
        sks_findings_add(findings, "bulk.generic-greeting", weight * (view->list ? 0.3 : 1), "body", greeting);
    g_free(head);

    char *in_subject = NULL, *in_text = NULL;
    double subject = sks_view_weigh(view, "bulk-threats", view->subject, &in_subject);
    double text = sks_view_weigh(view, "bulk-threats", view->own, &in_text), sum = subject + text;
    if (sum > 0)
        sks_findings_add(findings, "bulk.threats", 1 - exp(-0.7 * sum), subject >= text ? "header Subject" : "body",
                         subject >= text ? in_subject : in_text);
    g_free(in_subject);
    g_free(in_text);
    return sum;
}

static bool is_named(const struct sks_address_list *list, const char *address)
{
    for (size_t i = 0; i < list->count; i++)
        if (g_ascii_strcasecmp(list->items[i].address, address) == 0)
            return true;
    return false;
}

/* Recipients in the order of the alphabet, as from a harvested table. */
static bool is_sorted(const struct sks_address_list *list)
{
    for (size_t i = 1; i < list->count; i++)
        if (g_ascii_strcasecmp(list->items[i - 1].address, list->items[i].address) >= 0)
            return false;
    return list->count >= 6;
}

static void recipients(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_message *message = view->message;
    const struct sks_facts *facts = view->facts;
    size_t count = message->to.count + message->cc.count;
    if (view->list || view->inside)
        return;
    char *detail = g_strdup_printf("%zu", count);
    if (count >= 8)
        sks_findings_add(findings, "bulk.recipients", fmin(log((double)count / 4) / log(25), 1), "header To", detail);
    if (is_sorted(&message->to))
        sks_findings_add(findings, "bulk.recipients", 0.7, "header To", detail);
    g_free(detail);

    bool hidden = facts->recipient_count > 0, to_self = false;
    for (size_t i = 0; i < facts->recipient_count && hidden; i++)
        hidden = !is_named(&message->to, facts->recipients[i]) && !is_named(&message->cc, facts->recipients[i]);
    for (size_t i = 0; i < message->to.count; i++)
        to_self = to_self || (message->to.items[i].address[0] != '\0' &&
                              g_ascii_strcasecmp(message->to.items[i].address, view->from->address) == 0);
    /* Another address in To may be a list or an alias of the reader; an empty field is neither. */
    if (hidden && to_self)
        sks_findings_add(findings, "bulk.recipients", 0.6, "header To", view->from->address);
    else if (hidden && message->to.count + message->cc.count == 0 && !view->service)
        sks_findings_add(findings, "bulk.recipients", 0.5, "header To", "Bcc");
}

/* Words in which letters of two alphabets are mixed to look like one, and invisible characters inside words. */
static void count_salt(const char *text, size_t *out_mixed, size_t *out_invisible)
{
    bool latin = false, other = false, letter = false;
    for (const char *at = text;; at = g_utf8_next_char(at)) {
        gunichar c = (unsigned char)*at < 0x80 ? (gunichar)*at : g_utf8_get_char_validated(at, -1);
        if (c == (gunichar)-1 || c == (gunichar)-2)
            break;
        bool invisible = (c >= 0x200b && c <= 0x200d) || c == 0x2060 || c == 0xfeff || c == 0xad || c == 0x180e;
        if (invisible) {
            *out_invisible += letter;
            continue;
        }
        letter = c < 0x80 ? g_ascii_isalpha((char)c) : g_unichar_isalpha(c);
        if (letter) {
            latin = latin || c < 0x80;
            other = other || (c >= 0x370 && c <= 0x52f);
            continue;
        }
        *out_mixed += latin && other;
        latin = other = false;
        if (c == 0)
            break;
    }
}

static void salt(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_body *body = &view->message->body;
    size_t mixed = 0, invisible = 0, hidden = strlen(body->hidden);
    count_salt(body->own, &mixed, &invisible);
    count_salt(view->message->subject, &mixed, &invisible);
    char *detail = g_strdup_printf("%zu", mixed > 0 ? mixed : invisible);
    if (mixed >= 2 || (mixed == 1 && view->claims_japan))
        sks_findings_add(findings, "bulk.salted-text", fmin(0.4 + 0.2 * (double)mixed, 1), "body", detail);
    else if (invisible >= 8)
        sks_findings_add(findings, "bulk.salted-text", fmin((double)invisible / 40, 1) * (view->service_sure ? 0.3 : 1),
                         "body", detail);
    g_free(detail);
    /* A newsletter hides the line that a mailbox shows beside the subject. */
    bool mostly = hidden > 200 && hidden > 4 * strlen(body->own);
    if (hidden > 400 || mostly)
        sks_findings_add(findings, "bulk.salted-text",
                         view->service_sure ? 0.2
                         : mostly           ? 0.7
                                            : 0.4,
                         "body", body->hidden);
}

static void distribution(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_header *list = sks_message_header(view->message, "List-Id");
    const char *field = view->list ? view->list_field : view->service_field;
    g_autofree char *where = field != NULL ? g_strconcat("header ", field, NULL) : g_strdup("body"); /* its footer */
    if (view->list)
        sks_findings_add(findings, "bulk.list", 1, where, list != NULL ? list->value : view->from->address);
    else if (view->service)
        sks_findings_add(findings, "bulk.list", view->service_sure ? 0.8 : 0.5, where, view->from->domain);
}

static void throwaway(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_list *cheap = sks_view_list(view, "cheap-suffixes");
    const struct sks_list_entry *entry = sks_list_lookup_domain(cheap, view->from->domain);
    if (view->sender == SKS_SENDER_DISPOSABLE)
        sks_findings_add(findings, "bulk.throwaway-domain", 1, "header From", view->from->domain);
    else if (entry != NULL && view->sender == SKS_SENDER_UNKNOWN)
        sks_findings_add(findings, "bulk.throwaway-domain", entry->weight, "header From", view->from->domain);
    for (size_t i = 0; i < view->message->link_count; i++) {
        const struct sks_link *link = &view->message->links[i];
        entry = link->kind == SKS_LINK_IMAGE || link->kind == SKS_LINK_OTHER
                    ? NULL
                    : sks_list_lookup_domain(cheap, link->host);
        /* A partner in such a country has links there, as well as an address. */
        if (entry != NULL && !sks_view_same_party(view, link->host, view->from->domain))
            sks_findings_add(findings, "bulk.throwaway-domain", 0.9 * entry->weight, "body", link->host);
    }
}

/* The Emotet kind: a stolen subject, a short text, an encrypted file and its password in one mail. */
static void thread_malspam(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    bool reply = g_str_has_prefix(view->subject, "re:") || g_str_has_prefix(view->subject, "re :") ||
                 g_str_has_prefix(view->subject, "返信");
    bool known = memory->available && (memory->answers_ours || memory->to_sender > 0);
    if (!reply || known || !view->encrypted || sks_findings_find(findings, "attachment.password-in-body") == NULL)
        return;
    double strength = view->message->body.own_characters < 300 ? 1 : 0.4;
    if (view->message->reference_count > 0 && !memory->available)
        strength *= 0.5; /* it may well answer one of ours; nobody here can tell */
    sks_findings_add(findings, "bulk.thread-malspam", strength, "header Subject", view->message->subject);
}

void sks_bulk_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    double threats = phrases(findings, view);
    brands(findings, view, threats);
    recipients(findings, view);
    salt(findings, view);
    distribution(findings, view);
    throwaway(findings, view);
    thread_malspam(findings, view);
    if (view->message->body.flags & SKS_BODY_FORM)
        sks_findings_add(findings, "bulk.form", view->service_sure ? 0.4 : 1, "body", "");
}
