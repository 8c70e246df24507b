/*
 * Route: signs that a mail which speaks as if from Japan was written or handed in elsewhere. Here: mailer, charset and
 * Message-ID; trace.c reads what the hosts on the way wrote, marks.c what mailers write without being asked.
 *
 * An address that openly belongs to another country makes the same signs natural; they are told, but weakly.
 */
#include <glib.h>
#include <string.h>

#include "indicator/view.h"

double sks_view_foreign(const struct sks_view *view, const char *language)
{
    if (view->from_country[0] == '\0')
        return 1;
    return strstr(language, view->from_country) != NULL ? 0.2 : 0.5;
}

static bool visit_mailer(void *data, const struct sks_list_entry *entry, size_t at)
{
    const struct sks_list_entry **found = data;
    (void)at;
    *found = entry;
    return false;
}

static void mailer(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_list_entry *entry = NULL;
    char *text = sks_lists_normalise(view->message->mailer);
    sks_list_each_phrase(sks_view_list(view, "mailers"), text, visit_mailer, &entry);
    if (entry != NULL && strstr(entry->value, "ja") == NULL)
        sks_findings_add(findings, "route.foreign-mailer", sks_view_foreign(view, entry->value), "header X-Mailer",
                         view->message->mailer);
    g_free(text);
}

/* The language that a charset is made for; NULL if it is nobody's or Japan's. */
static const char *charset_language(const char *charset)
{
    static const struct {
        const char *prefix, *language;
    } table[] = {
        {"gb", "zh"},           {"x-gb", "zh"},        {"hz", "zh"},           {"cp936", "zh"},   {"big5", "zh"},
        {"cp950", "zh"},        {"iso-2022-cn", "zh"}, {"euc-cn", "zh"},       {"euc-tw", "zh"},  {"euc-kr", "ko"},
        {"ks_c_5601", "ko"},    {"iso-2022-kr", "ko"}, {"cp949", "ko"},        {"uhc", "ko"},     {"koi8", "ru"},
        {"windows-1251", "ru"}, {"iso-8859-5", "ru"},  {"windows-1258", "vi"}, {"tis-620", "th"}, {"windows-874", "th"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        if (g_str_has_prefix(charset, table[i].prefix))
            return table[i].language;
    return NULL;
}

static void charset(struct sks_findings *findings, const struct sks_view *view, const char *name, const char *where)
{
    const char *language = charset_language(name);
    if (language != NULL)
        sks_findings_add(findings, "route.foreign-charset", sks_view_foreign(view, language), where, name);
}

static void charsets(struct sks_findings *findings, const struct sks_view *view)
{
    static const char *const fields[] = {"Subject", "From"};
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        const struct sks_header *header = sks_message_header(view->message, fields[i]);
        char *where = g_strdup_printf("header %s", fields[i]);
        if (header != NULL)
            charset(findings, view, header->charset, where);
        g_free(where);
    }
    for (size_t i = 0; i < view->message->part_count; i++) {
        const struct sks_part *part = &view->message->parts[i];
        if (part->flags & SKS_PART_TEXT)
            charset(findings, view, part->charset, part->where);
    }
}

/* Whether a Message-ID's domain is one that the provider of this webmail address puts there, or its mail programs. */
static bool fits_provider(const struct sks_view *view, const char *domain)
{
    static const char *const programs[] = {"android.com", "localhost", "localdomain", "local",
                                           "lan",         "home",      "internal"};
    const struct sks_list_entry *provider =
        sks_list_lookup_domain(sks_view_list(view, "webmail-hosts"), view->from->domain);
    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++)
        if (sks_domain_is_below(domain, programs[i]))
            return true;
    return provider == NULL || sks_domain_is_one_of(domain, provider->value);
}

/* How surely the domain of a Message-ID is another's than the sender's. */
static double message_id_strength(const struct sks_view *view, const char *domain)
{
    bool hosting = sks_domain_is_below(domain, "gmail.com") || sks_domain_is_below(domain, "outlook.com");
    if (sks_view_same_party(view, domain, view->from->domain))
        return 0;
    if (view->sender == SKS_SENDER_WEBMAIL && fits_provider(view, domain))
        return 0;
    if (!hosting && sks_list_find_domain(sks_view_list(view, "webmail"), domain, NULL))
        return 0.8;
    /* Mail programs put the computer's name there, and tell theirs; webmail tells none. */
    if (view->sender == SKS_SENDER_WEBMAIL && view->message->mailer[0] == '\0')
        return 0.4;
    return view->sender == SKS_SENDER_INSTITUTION && !hosting ? 0.4 : 0;
}

/*
 * A Message-ID made by a webmail provider although the sender has another address, or made elsewhere although the
 * sender is an institution or writes by webmail. Google's and Microsoft's say nothing of offices: they run the mail of
 * half the world's.
 */
static void message_id(struct sks_findings *findings, const struct sks_view *view)
{
    const char *at = strrchr(view->message->message_id, '@');
    if (at == NULL || strchr(at, '.') == NULL || view->from->domain[0] == '\0' || view->list || view->service ||
        view->notifier)
        return;
    char *domain = g_utf8_strdown(at + 1, -1);
    double strength = message_id_strength(view, domain);
    if (strength > 0)
        sks_findings_add(findings, "route.message-id", strength, "header Message-ID", domain);
    g_free(domain);
}

void sks_route_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    if (view->claims_japan) {
        mailer(findings, view);
        charsets(findings, view);
    }
    sks_trace_indicators(findings, view);
    sks_marks_indicators(findings, view);
    message_id(findings, view);
}
