/*
 * Claims: whom the mail says that it speaks for, against the address that it is from. Looked for are organisations that
 * are known with their domains (the lists, the directory), and whatever IPADIC has for the name of one, where the
 * address is anybody's. In running text, only where the writer says "I am … of": who writes about an organisation
 * claims nothing. Quoted text is not looked at.
 */
#include <glib.h>
#include <string.h>

#include "indicator/view.h"

/* Looks for organisations in one text. */
struct claim {
    const struct sks_view *view;
    struct sks_findings *findings;
    const char *text, *where;
    double strength;
    bool introduced; /* only where the writer says "I am … of" */
};

/* What IPADIC has for an organisation's name, as far as it stands in text. It takes some names of people for one. */
static void named_by_dictionary(struct sks_findings *findings, const struct sks_language_result *words,
                                const char *text, const char *where)
{
    for (size_t i = 0; words != NULL && text[0] != '\0' && i < words->token_count; i++) {
        const struct sks_token *token = &words->tokens[i];
        if (!token->organisation || token->person || token->length < 3)
            continue;
        char *name = sks_lists_normalise(token->surface);
        if (strstr(text, name) != NULL)
            sks_findings_add(findings, "sender.organisation-claim", 0.4, where, name);
        g_free(name);
    }
}

/* Whether what follows or goes before says that the writer belongs there. */
static bool is_introduced(const char *text, size_t at, size_t size)
{
    static const char *const before[] = {"i am ", "i'm ", "my name is ", "this is ", "on behalf of ", "we are "};
    static const char *const after[] = {"と申します", "と申す", "と申しまして", "でございます", "に所属", "に勤務"};
    size_t start = at > 80 ? at - 80 : 0;
    char *head = g_strndup(text + start, at - start), *tail = g_strndup(text + at + size, 90);
    bool found = false;
    for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
        const char *place = g_strrstr(head, before[i]);
        found = found || (place != NULL && strchr(place, '.') == NULL);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(after); i++) {
        const char *place = strstr(tail, after[i]), *stop = strstr(tail, "。");
        found = found || (place != NULL && (stop == NULL || place < stop));
    }
    g_free(head);
    g_free(tail);
    return found;
}

static bool visit_organisation(void *data, const struct sks_list_entry *entry, size_t at)
{
    const struct claim *claim = data;
    const char *domain = claim->view->from->domain;
    if (sks_domain_is_one_of(domain, entry->value))
        return true;
    if (claim->introduced && !is_introduced(claim->text, at, strlen(entry->word)))
        return true;
    /* Another institution that names it is a smaller thing than a free address that does. */
    bool checked = claim->view->sender == SKS_SENDER_INSTITUTION || claim->view->sender == SKS_SENDER_OWN;
    sks_findings_add(claim->findings, "sender.organisation-claim", claim->strength * (checked ? 0.3 : 1), claim->where,
                     entry->word);
    return true;
}

static bool visit_known(void *data, const char *organisation, const char *const *domains, size_t at)
{
    const struct claim *claim = data;
    for (size_t i = 0; domains[i] != NULL; i++)
        if (sks_view_same_party(claim->view, claim->view->from->domain, domains[i]))
            return true;
    if (claim->introduced && !is_introduced(claim->text, at, strlen(organisation)))
        return true;
    if (sks_people_by_address(claim->view->facts->people, claim->view->from->address) == NULL)
        sks_findings_add(claim->findings, "sender.organisation-claim", claim->strength, claim->where, organisation);
    return true;
}

static bool visit_word(void *data, const struct sks_list_entry *entry, size_t at)
{
    const struct claim *claim = data;
    if (is_introduced(claim->text, at, strlen(entry->word)))
        sks_findings_add(claim->findings, "sender.organisation-claim", claim->strength * entry->weight, claim->where,
                         entry->word);
    return true;
}

static void look_for_claims(struct sks_findings *findings, const struct sks_view *view, const char *text,
                            const char *where, double strength, bool introduced)
{
    struct claim claim = {view, findings, text, where, strength, introduced};
    sks_view_each_phrase(view, "organisations", text, visit_organisation, &claim);
    if (view->facts->people != NULL)
        sks_people_each_organisation(view->facts->people, text, visit_known, &claim);
}

void sks_claims_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    bool public = sks_view_is_public(view, view->from->domain);
    if (view->notifier || view->from->domain[0] == '\0' || view->inside || (view->list && !public))
        return;
    /* People write to lists from private addresses, too; but anybody can write a list's fields. */
    double scale = view->list ? 0.5 : 1;
    look_for_claims(findings, view, view->name, "header From", scale, false);
    look_for_claims(findings, view, view->signature, "body", 0.8 * scale, false);
    look_for_claims(findings, view, view->own, "body", 0.8 * scale, true);
    look_for_claims(findings, view, view->introductions, "body", 0.8 * scale, false);

    /* Any office at all behind an address that anybody gets. */
    if (!public || view->list)
        return;
    struct claim claim = {view, findings, view->own, "body", 0.5, true};
    sks_view_each_phrase(view, "organisation-words", view->own, visit_word, &claim);
    named_by_dictionary(findings, view->facts->identity, view->name, "header From");
    named_by_dictionary(findings, view->facts->identity, view->signature, "body");
    named_by_dictionary(findings, view->facts->language, view->introductions, "body");
    const char *const texts[] = {view->name, view->introductions, view->signature};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        double weight = 0;
        const char *word = sks_view_find_phrase(view, "organisation-words", texts[i], &weight);
        if (word != NULL)
            sks_findings_add(findings, "sender.organisation-claim", 0.5 * weight, i == 0 ? "header From" : "body",
                             word);
    }
}
