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

#include "attachment/names.h"
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
    return sks_view_is_house(view, host);
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

/* The name of the file that an address ends with, if it does; g_free(). */
static char *file_name(const char *path)
{
    g_autofree char *cut = g_strndup(path, strcspn(path, "?#;"));
    g_autofree char *plain = g_uri_unescape_string(cut, NULL);
    char *end = g_strchomp(plain != NULL ? plain : cut);
    while (g_str_has_suffix(end, "/"))
        end[strlen(end) - 1] = '\0';
    const char *slash = strrchr(end, '/');
    return sks_text_decode(slash != NULL ? slash + 1 : end, strlen(slash != NULL ? slash + 1 : end), "utf-8");
}

/*
 * How much a file's name says by itself that there is something to fetch: what holds programs unseen, or runs. Sources
 * of programs, which engineers point at, come in other archives. ".com" and ".website" end more addresses than files;
 * ".dll" and ".js" are pages, too. 0 for a page.
 */
static double weight_of_file(const char *name)
{
    static const char *const ordinary[] = {"tar", "tgz", "gz", "bz2", "xz", "com", "website", "dll", "js"};
    const struct sks_name_claim claim = sks_name_claim(name);
    for (size_t i = 0; i < G_N_ELEMENTS(ordinary); i++)
        if (strcmp(claim.extension, ordinary[i]) == 0)
            return 0;
    bool macros = claim.type == SKS_FILE_DOCM || claim.type == SKS_FILE_XLSM || claim.type == SKS_FILE_PPTM;
    bool runs = claim.kind == SKS_NAME_PROGRAM || claim.kind == SKS_NAME_SHORTCUT || claim.kind == SKS_NAME_DISK;
    if (macros || runs || claim.type == SKS_FILE_ONENOTE || sks_name_is_clickable(name))
        return 1.5;
    return claim.kind == SKS_NAME_ARCHIVE ? 0.8 : 0;
}

/* Whether the sender wrote it: not in what he quotes, as far as the text shows it. */
static bool is_in_own_words(const struct sks_view *view, const struct sks_link *link)
{
    return link->kind != SKS_LINK_TEXT || strstr(view->message->body.own, link->path) != NULL;
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

/* "host: name" of the stranger's file that counts most, and how much; NULL if there is none. g_free(). */
static char *file_of_stranger(const struct sks_view *view, double *out_weight)
{
    char *found = NULL;
    *out_weight = 0;
    for (size_t i = 0; i < view->message->link_count; i++) {
        const struct sks_link *link = &view->message->links[i];
        if (!is_clickable(link) || strpbrk(link->path, ".%") == NULL)
            continue;
        g_autofree char *name = file_name(link->path);
        double weight = weight_of_file(name);
        if (weight <= *out_weight || !is_in_own_words(view, link) || !is_stranger(view, link->host))
            continue;
        weight *= is_introduced(view, link->host) ? 0.3 : 1;
        if (weight > *out_weight) {
            *out_weight = weight;
            g_free(found);
            found = g_strdup_printf("%s: %s", link->host, name);
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
    g_autofree char *file = file_of_stranger(view, &weight);
    if (file != NULL)
        sks_findings_add(findings, "lure.link-fetch", many * strength_of(weight), "body", file);
}
