/*
 * Lures: what the mail is about, what it asks for, where its links lead, and whether it was made for this reader.
 *
 * Japanese and English word lists have the same kinds and weights, so that a mail's language does not decide. Only the
 * sender's own words count; quoted mail is somebody else's.
 */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "indicator/view.h"
#include "lists/text.h"

#define GREETING_MOST  32u /* bytes before a name in which a greeting begins */
#define HOSTS_COMPARED 16u /* link hosts compared with the domains that matter */

/* A sum of weights as a strength: half of what is missing to 1 with each half unit of weight. */
static double saturate(double sum)
{
    return 1 - exp(-1.4 * sum);
}

static void weigh_subject_and_text(struct sks_findings *findings, const struct sks_view *view, const char *list,
                                   const char *id, double scale)
{
    char *in_subject = NULL, *in_text = NULL;
    double subject = sks_view_weigh(view, list, view->subject, &in_subject);
    double text = sks_view_weigh(view, list, view->own, &in_text);
    bool heavier = subject >= text && in_subject != NULL;
    const char *detail = heavier ? in_subject : in_text;
    if (detail != NULL)
        sks_findings_add(findings, id, scale * saturate(fmax(subject, text) + 0.5 * fmin(subject, text)),
                         heavier ? "header Subject" : "body", detail);
    g_free(in_subject);
    g_free(in_text);
}

static void wording(struct sks_findings *findings, const struct sks_view *view)
{
    weigh_subject_and_text(findings, view, "lure-topics", "lure.topic", 1);
    weigh_subject_and_text(findings, view, "lure-requests", "lure.request", 1);
    weigh_subject_and_text(findings, view, "lure-pressure", "lure.pressure", 1);

    /* "I'll send it once you answer" means more where nothing was sent yet. */
    bool nothing_yet = view->facts->attachment_count == 0 && !view->file_link;
    char *detail = NULL;
    double weight = sks_view_weigh(view, "lure-await-reply", view->own, &detail);
    if (detail != NULL && !view->service)
        sks_findings_add(findings, "lure.awaits-reply", fmin(weight, 1) * (nothing_yet ? 1 : 0.4), "body", detail);
    g_free(detail);
}

/* Whether text holds a name followed, within a few characters, by an honorific. */
static bool is_addressed(const char *text, const char *name)
{
    static const char *const honorifics[] = {"様",   "さま", "先生", "さん", "殿",   "教授",   "氏",    "部長",
                                             "課長", "博士", "室長", "局長", "所長", "参事官", "研究員"};
    for (const char *at = text; (at = strstr(at, name)) != NULL; at++) {
        const char *behind = at + strlen(name);
        for (size_t i = 0; i < G_N_ELEMENTS(honorifics); i++) {
            const char *place = strstr(behind, honorifics[i]);
            if (place != NULL && place - behind <= 18)
                return true;
        }
    }
    return false;
}

static char *beginning(const char *text, size_t size)
{
    size_t length = strlen(text);
    if (length <= size)
        return g_strdup(text);
    const char *end = g_utf8_find_prev_char(text, text + size);
    return g_strndup(text, (size_t)(end - text));
}

/*
 * Whether the word at place speaks to its reader: it stands by itself, and at the beginning, behind a greeting or a
 * title or before an honorific. Elsewhere the words of an address are often words of the text.
 */
static bool is_greeted(const char *head, const char *place, size_t size)
{
    static const char *const before[] = {"dear", "hi",  "hello", "hey", "morning", "afternoon", "evening",
                                         "mr",   "mrs", "ms",    "dr",  "prof",    "professor"};
    static const char *const behind[] = {"様", "さま", "さん", "先生", "殿", "氏", "教授", "博士", "-san", " san"};
    const char *tail = place + size;
    if ((place > head && g_ascii_isalnum(place[-1])) || g_ascii_isalnum(*tail))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(behind); i++)
        if (g_str_has_prefix(tail + strspn(tail, " "), behind[i]) || g_str_has_prefix(tail, behind[i]))
            return true;
    size_t near = MIN((size_t)(place - head), GREETING_MOST);
    char *greeting = g_strndup(place - near, near);
    char **words = g_strsplit_set(greeting, " .,\n", -1);
    bool found = near < GREETING_MOST / 2;
    for (size_t i = 0; i < G_N_ELEMENTS(before); i++)
        found = found || g_strv_contains((const char *const *)words, before[i]);
    g_strfreev(words);
    g_free(greeting);
    return found;
}

/* Whether the head of a text greets somebody by a name in Latin letters. */
static bool greets(const char *head, const char *name)
{
    for (const char *at = head; (at = strstr(at, name)) != NULL; at++)
        if (is_greeted(head, at, strlen(name)))
            return true;
    return false;
}

/* A recipient's name as the sender's To field gives it, in the greeting: "田中様", "Dear Mr. Tanaka". */
static void greeted_by_field(struct sks_findings *findings, const struct sks_address_list *list, const char *head)
{
    for (size_t i = 0; i < list->count && i < 10; i++) {
        if (strchr(list->items[i].name, '@') != NULL)
            continue; /* the address again */
        char *name = sks_lists_normalise(list->items[i].name);
        char **words = g_strsplit_set(name, " ,.<>()\"'", -1);
        for (size_t k = 0; words[k] != NULL && k < 6; k++) {
            bool latin = g_ascii_isalpha(words[k][0]);
            size_t length = (size_t)g_utf8_strlen(words[k], -1);
            for (size_t size = MIN(length, latin ? length : 4); size >= (latin ? 4u : 2u); size--) {
                char *part = g_utf8_substring(words[k], 0, (glong)size);
                bool found = latin ? greets(head, part) : is_addressed(head, part);
                if (found)
                    sks_findings_add(findings, "lure.personal", 0.4, "body", part);
                g_free(part);
                if (found || latin)
                    break;
            }
        }
        g_strfreev(words);
        g_free(name);
    }
}

/* "tanaka" of tanaka@kikan.example in the greeting. */
static void greeted_by_address(struct sks_findings *findings, const struct sks_view *view, const char *head)
{
    for (size_t i = 0; i < view->facts->recipient_count && i < 10; i++) {
        size_t size = strcspn(view->facts->recipients[i], "@");
        char *local = g_strndup(view->facts->recipients[i], size);
        char **words = g_strsplit_set(local, "._-+0123456789", -1);
        for (size_t k = 0; words[k] != NULL; k++)
            if (strlen(words[k]) >= 4 && greets(head, words[k]))
                sks_findings_add(findings, "lure.personal", 0.3, "body", words[k]);
        g_strfreev(words);
        g_free(local);
    }
}

/* With the directory: who of it is named in the text. */
struct mention {
    const struct sks_view *view;
    struct sks_findings *findings;
};

/* The reader's own name, with organisation and post: each by itself is daily use. */
static double reader_strength(const struct sks_view *view, const struct sks_person *person)
{
    char *organisation = sks_lists_normalise(person->organisation), *title = sks_lists_normalise(person->title);
    bool placed = g_utf8_strlen(organisation, -1) >= 3 && strstr(view->own, organisation) != NULL;
    bool titled = g_utf8_strlen(title, -1) >= 2 && strstr(view->own, title) != NULL;
    g_free(organisation);
    g_free(title);
    return 0.5 + (placed ? 0.2 : 0) + (titled ? 0.2 : 0);
}

static bool visit_mention(void *data, const struct sks_person *person, size_t at)
{
    const struct mention *mention = data;
    const struct sks_facts *facts = mention->view->facts;
    (void)at;
    if (sks_person_has_address(person, mention->view->from->address))
        return true;
    bool reader = false;
    for (size_t i = 0; i < facts->recipient_count && i < 10; i++)
        reader = reader || sks_person_has_address(person, facts->recipients[i]);
    /* Others are the reader's colleagues and partners. */
    sks_findings_add(mention->findings, "lure.personal", reader ? reader_strength(mention->view, person) : 0.5, "body",
                     person->name);
    return true;
}

/* An own project, as the organisation's list calls it: its remark is "own". */
static bool visit_own_project(void *data, const struct sks_list_entry *entry, size_t at)
{
    (void)at;
    if (strcmp(entry->remark, "own") == 0)
        sks_findings_add(data, "lure.personal", 0.5, "body", entry->word);
    return true;
}

/* The organisation by the name that its addresses bear, as a word of a text: "the Kikan researchers". */
static void named_by_domain(struct sks_findings *findings, const struct sks_view *view)
{
    for (size_t i = 0; view->own_domains[i] != NULL; i++) {
        const char *registrable = sks_lists_registrable(view->facts->lists, view->own_domains[i]);
        char *label = g_strndup(registrable, strcspn(registrable, "."));
        size_t size = strlen(label);
        const char *place = size >= 4 ? strstr(view->own, label) : NULL;
        bool word = place != NULL && (place == view->own || strchr(" \"'(\n", place[-1]) != NULL) &&
                    (place[size] == '\0' || strcspn(place + size, ".@/-_") > 0) && !g_ascii_isalnum(place[size]);
        if (word)
            sks_findings_add(findings, "lure.personal", 0.2, "body", label);
        g_free(label);
    }
}

static void personal(struct sks_findings *findings, const struct sks_view *view)
{
    if (view->service_sure || view->list || view->inside)
        return;
    char *head = beginning(view->own, 300);
    greeted_by_field(findings, &view->message->to, head);
    greeted_by_address(findings, view, head);
    struct mention mention = {view, findings};
    if (view->facts->people != NULL)
        sks_people_each_mention(view->facts->people, view->own, visit_mention, &mention);
    sks_view_each_phrase(view, "lure-topics", view->own, visit_own_project, findings);
    named_by_domain(findings, view);
    g_free(head);
}

static bool is_clickable(const struct sks_link *link)
{
    return link->kind == SKS_LINK_TEXT || link->kind == SKS_LINK_ANCHOR || link->kind == SKS_LINK_FORM;
}

static void bare_address(struct sks_findings *findings, const struct sks_link *link)
{
    bool number = g_hostname_is_ip_address(link->host) || strspn(link->host, "0123456789") == strlen(link->host) ||
                  g_str_has_prefix(link->host, "0x");
    if (link->host[0] == '\0' || sks_host_is_private(link->host) || strstr(link->target, "://") == NULL)
        return; /* equipment in our own network; numbers of versions */
    if (number)
        sks_findings_add(findings, "lure.link-address-host", 1, "body", link->host);
    else if (link->has_user)
        sks_findings_add(findings, "lure.link-address-host", 0.9, "body", link->target);
    else if (link->port != 0 && link->port != 80 && link->port != 443 && link->port != 8080 && link->port != 8443)
        sks_findings_add(findings, "lure.link-address-host", 0.4, "body", link->target);
}

/* The host that a link's text shows, if the text is an address; g_free(). */
static char *shown_host(const struct sks_view *view, const char *text)
{
    char *shown = sks_lists_normalise(text), *start = shown, *host = NULL;
    char *scheme = strstr(shown, "://");
    if (scheme != NULL && scheme - shown <= 8)
        start = scheme + 3;
    size_t size = strcspn(start, "/?#: ");
    start[size] = start[size] == ' ' ? ' ' : '\0'; /* more words behind it: a sentence, not an address */
    const char *dot = strrchr(start, '.');
    if (strchr(start, ' ') == NULL && strchr(start, '@') == NULL && dot != NULL && dot != start &&
        sks_lists_is_suffix(view->facts->lists, dot + 1))
        host = g_strdup(start);
    g_free(shown);
    return host;
}

static void differing_text(struct sks_findings *findings, const struct sks_view *view, const struct sks_link *link)
{
    if (link->kind != SKS_LINK_ANCHOR || link->text[0] == '\0' || link->host[0] == '\0' || strlen(link->text) > 512 ||
        sks_list_find_domain(sks_view_list(view, "link-rewriters"), link->host, NULL))
        return;
    char *shown = shown_host(view, link->text);
    if (shown != NULL && !sks_view_same_party(view, shown, link->host)) {
        /* Newsletters count clicks, always through the same hosts. */
        bool counter = sks_list_find_domain(sks_view_list(view, "mailing-services"), link->host, NULL) ||
                       sks_view_same_party(view, link->host, view->from->domain);
        char *detail = g_strdup_printf("%s → %s", shown, link->host);
        double strength = counter ? 0.1 : view->service_sure || view->list ? 0.4 : 1;
        sks_findings_add(findings, "lure.link-text-differs", strength, "body", detail);
        g_free(detail);
    }
    g_free(shown);
}

static void services(struct sks_findings *findings, const struct sks_view *view, const struct sks_link *link)
{
    if (sks_list_find_domain(sks_view_list(view, "file-services"), link->host, NULL)) {
        bool theirs = sks_view_same_party(view, link->host, view->from->domain);
        sks_findings_add(findings, "lure.file-service", theirs || view->list ? 0.4 : 0.8, "body", link->host);
    }
    if (sks_list_find_domain(sks_view_list(view, "shorteners"), link->host, NULL))
        sks_findings_add(findings, "lure.shortener", view->service || view->list ? 0.3 : 1, "body", link->target);
}

static void report_lookalike(struct sks_findings *findings, const char *host, const char *real, double strength)
{
    char *detail = g_strdup_printf("%s ≈ %s", host, real);
    sks_findings_add(findings, "lure.link-lookalike", strength, "body", detail);
    g_free(detail);
}

static void lookalike_host(struct sks_findings *findings, const struct sks_view *view, const char *host)
{
    double strength = 0;
    if ((sks_view_same_party(view, host, view->from->domain) && view->proof == SKS_PROOF_PASS) ||
        sks_view_is_tenant(host))
        return;
    const char *real = sks_view_lookalike(view, host, &strength);
    if (real != NULL)
        report_lookalike(findings, host, real, strength);
    char *borrowed = real == NULL ? sks_view_borrowed_name(view, host) : NULL;
    if (borrowed != NULL)
        report_lookalike(findings, host, borrowed, view->service || view->list ? 0.1 : 0.3);
    g_free(borrowed);
}

/* A host in letters that neither the reader's language nor most others have: few readers see which it is. */
static void foreign_letters(struct sks_findings *findings, const struct sks_view *view, const char *host)
{
    const char *language = view->facts->language->language;
    bool foreign = false;
    for (const char *at = host; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        GUnicodeScript script = g_unichar_get_script(c);
        foreign = foreign || (c >= 0x80 && script != G_UNICODE_SCRIPT_LATIN && script != G_UNICODE_SCRIPT_COMMON &&
                              !sks_text_is_japanese(c));
    }
    if (!foreign || (strcmp(language, "ja") != 0 && strcmp(language, "en") != 0))
        return;
    char *ascii = g_hostname_to_ascii(host);
    char *detail = g_strdup_printf("%s, %s", ascii != NULL ? ascii : "", host);
    sks_findings_add(findings, "lure.link-address-host", 0.5, "body", detail);
    g_free(ascii);
    g_free(detail);
}

static void links(struct sks_findings *findings, const struct sks_view *view)
{
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < view->message->link_count; i++) {
        const struct sks_link *link = &view->message->links[i];
        if (!is_clickable(link))
            continue;
        bare_address(findings, link);
        differing_text(findings, view, link);
        if (!g_hash_table_add(seen, (char *)link->host))
            continue;
        services(findings, view, link);
        foreign_letters(findings, view, link->host);
        if (g_hash_table_size(seen) <= HOSTS_COMPARED)
            lookalike_host(findings, view, link->host);
    }
    g_hash_table_destroy(seen);
}

void sks_lure_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    wording(findings, view);
    personal(findings, view);
    sks_event_indicators(findings, view);
    links(findings, view);
    sks_landing_indicators(findings, view);
}
