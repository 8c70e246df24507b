/*
 * Pages to which a mail leads: a link without words is an address to read, but a mail that asks its reader to sign in,
 * or to open, fetch or join something, at a page that nobody wonders about belongs to the sender, to the reader, to a
 * known house or to a service for that. What is left are strangers' pages, where passwords are collected and programs
 * lie.
 *
 * What leads there is asked for in the sender's own words, or is a file by its address. Lists and newsletters lead
 * anywhere all day, so that little is told of them.
 */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "indicator/view.h"

static bool is_clickable(const struct sks_link *link)
{
    return link->kind == SKS_LINK_TEXT || link->kind == SKS_LINK_ANCHOR || link->kind == SKS_LINK_FORM;
}

/* Whether the host is one of a service for files, meetings, forms …, or of a house that is known by name. */
static bool is_known(const struct sks_view *view, const char *host)
{
    static const char *const services[] = {"file-services", "link-rewriters", "mailing-services",
                                           "notifiers",     "page-services",  "shorteners"};
    for (size_t i = 0; i < G_N_ELEMENTS(services); i++)
        if (sks_list_find_domain(sks_view_list(view, services[i]), host, NULL))
            return true;
    return sks_list_has_value(sks_view_list(view, "organisations"), host) ||
           sks_list_has_value(sks_view_list(view, "brands"), host) ||
           sks_list_lookup_domain(sks_view_list(view, "institutions"), host) != NULL;
}

/* Whether somebody to whom the mail goes, too, or to whom answers go has an address there. */
static bool is_of_party(const struct sks_view *view, const struct sks_address_list *list, const char *host)
{
    for (size_t i = 0; i < list->count && i < 10; i++)
        if (sks_view_same_party(view, list->items[i].domain, host))
            return true;
    return false;
}

static bool is_stranger(const struct sks_view *view, const char *host)
{
    return host[0] != '\0' && !sks_view_is_own(view, host) && !sks_view_same_party(view, host, view->from->domain) &&
           !is_known(view, host);
}

/*
 * Whether the mail itself names the host's party: in the signature, where people give their own pages, or by those who
 * get it, too, or the answers. A partner's page is natural there, but whoever writes the mail writes these as well.
 */
static bool is_introduced(const struct sks_view *view, const char *host)
{
    const struct sks_message *message = view->message;
    const char *party = sks_lists_registrable(view->facts->lists, host);
    return strstr(view->signature, party) != NULL || is_of_party(view, &message->reply_to, host) ||
           is_of_party(view, &message->to, host) || is_of_party(view, &message->cc, host);
}

/*
 * How much an address says by itself that there is something to fetch: what holds programs unseen, or runs. Sources of
 * programs, which engineers point at, come in other archives. 0 for a page.
 */
static double weight_of_file(const struct sks_link *link)
{
    static const struct {
        const char *ending;
        double weight;
    } kinds[] = {{".zip", 0.8}, {".rar", 0.8}, {".7z", 0.8},  {".lzh", 0.8},  {".cab", 0.8},  {".iso", 1.5},
                 {".img", 1.5}, {".vhd", 1.5}, {".exe", 1.5}, {".scr", 1.5},  {".lnk", 1.5},  {".hta", 1.5},
                 {".vbs", 1.5}, {".msi", 1.5}, {".one", 1.5}, {".docm", 1.5}, {".xlsm", 1.5}, {".search-ms", 1.5}};
    size_t length = strcspn(link->path, "?#");
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        size_t size = strlen(kinds[i].ending);
        if (length > size && g_ascii_strncasecmp(link->path + length - size, kinds[i].ending, size) == 0)
            return kinds[i].weight;
    }
    return 0;
}

/* The stranger's page that counts most, and how much; NULL if there is none. All links are looked at: none hides
 * another. */
static const char *page_of_stranger(const struct sks_view *view, double *out_weight)
{
    const char *found = NULL;
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal); /* hosts, of the message */
    *out_weight = 0;
    for (size_t i = 0; i < view->message->link_count && *out_weight < 1; i++) {
        const struct sks_link *link = &view->message->links[i];
        if (!is_clickable(link) || !g_hash_table_add(seen, (gpointer)link->host) || !is_stranger(view, link->host))
            continue;
        double weight = is_introduced(view, link->host) ? 0.3 : 1;
        if (weight > *out_weight) {
            *out_weight = weight;
            found = link->host;
        }
    }
    g_hash_table_destroy(seen);
    return found;
}

/* The link to a stranger's file that counts most, and how much; NULL if there is none. */
static const struct sks_link *file_of_stranger(const struct sks_view *view, double *out_weight)
{
    const struct sks_link *found = NULL;
    *out_weight = 0;
    for (size_t i = 0; i < view->message->link_count; i++) {
        const struct sks_link *link = &view->message->links[i];
        double weight = is_clickable(link) ? weight_of_file(link) : 0;
        if (weight <= *out_weight || !is_stranger(view, link->host))
            continue;
        weight *= is_introduced(view, link->host) ? 0.3 : 1;
        if (weight > *out_weight) {
            *out_weight = weight;
            found = link;
        }
    }
    return found;
}

static double strength_of(double weight)
{
    return 1 - exp(-1.4 * weight);
}

static void asked_for(struct sks_findings *findings, const struct sks_view *view, const char *list, const char *id,
                      const char *host, double scale)
{
    char *in_text = NULL, *in_subject = NULL;
    double text = sks_view_weigh(view, list, view->own, &in_text);
    double subject = sks_view_weigh(view, list, view->subject, &in_subject) * 0.7; /* what the mail is about */
    if (text > 0 || subject > 0) {
        char *detail = g_strdup_printf("%s: %s", text >= subject ? in_text : in_subject, host);
        sks_findings_add(findings, id, scale * strength_of(fmax(text, subject)), "body", detail);
        g_free(detail);
    }
    g_free(in_text);
    g_free(in_subject);
}

void sks_landing_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    double scale, weight;
    if (view->inside)
        return;
    const char *host = page_of_stranger(view, &scale);
    if (host == NULL)
        return;
    double many = view->service_sure || view->list ? 0.2 : view->service ? 0.5 : 1;
    scale *= many;
    asked_for(findings, view, "lure-sign-in", "lure.link-sign-in", host, scale);
    asked_for(findings, view, "lure-fetch", "lure.link-fetch", host, scale);
    const struct sks_link *file = file_of_stranger(view, &weight);
    if (file != NULL)
        sks_findings_add(findings, "lure.link-fetch", many * strength_of(weight), "body", file->target);
}
