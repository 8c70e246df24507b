/*
 * Route: signs that a mail which speaks as if from Japan was written or handed in elsewhere: mailer, charset, clock,
 * hosts. An address that openly belongs to another country makes the same signs natural; they are told, but weakly.
 *
 * Received fields that our own hosts wrote say nothing of the sender; what lies below them was written by others and
 * may be invented, but an inventor seldom thinks of clocks.
 */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "indicator/view.h"

#define DAY (24 * 60 * 60)

/* How much a sign of the country with that language counts against this sender. */
static double scale_for(const struct sks_view *view, const char *language)
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
        sks_findings_add(findings, "route.foreign-mailer", scale_for(view, entry->value), "header X-Mailer",
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
        sks_findings_add(findings, "route.foreign-charset", scale_for(view, language), where, name);
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

/* How far a zone is from a sender who writes Japanese at a desk in Japan. */
static double zone_strength(int zone)
{
    if (zone == 0 || zone == 9 * 60)
        return 0; /* Japan, or a server that knows no zone */
    if (zone >= 7 * 60 && zone <= 8 * 60 + 45)
        return 0.9;
    if (zone >= 3 * 60 && zone < 7 * 60)
        return 0.7;
    return 0.4; /* Europe and America: travel and webmail's own servers */
}

static const char *zone_language(int zone)
{
    return zone == 8 * 60 ? "zh" : zone == 3 * 60 ? "ru uk" : zone == 7 * 60 ? "vi th" : "en de fr it es";
}

static void report_zone(struct sks_findings *findings, const struct sks_view *view, int zone, const char *where,
                        double scale)
{
    double strength = scale * zone_strength(zone) * scale_for(view, zone_language(zone));
    char *detail = g_strdup_printf("%c%02d%02d", zone < 0 ? '-' : '+', ABS(zone) / 60, ABS(zone) % 60);
    sks_findings_add(findings, "route.foreign-time-zone", strength, where, detail);
    g_free(detail);
}

static void zones(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_message *message = view->message;
    if (view->service_sure || view->list)
        return;
    if (message->date.valid && !message->date.zone_unknown)
        report_zone(findings, view, message->date.zone, "header Date", 1);
    /* Where the mail was first taken in; later hosts stand where their owners like. */
    if (message->received_count > view->facts->own_received) {
        const struct sks_received *first = &message->received[message->received_count - 1];
        if (first->has_date && !sks_view_is_public(view, sks_lists_registrable(view->facts->lists, first->by)))
            report_zone(findings, view, first->zone, "header Received", 0.6);
    }
}

/* The language of the country in whose name space a host stands. */
static const char *host_language(const char *host)
{
    static const struct {
        const char *suffix, *language;
    } table[] = {
        {"cn", "zh"}, {"tw", "zh"}, {"hk", "zh"}, {"kr", "ko"}, {"ru", "ru"}, {"su", "ru"}, {"by", "ru"},
        {"ua", "uk"}, {"kz", "ru"}, {"vn", "vi"}, {"th", "th"}, {"in", "in"}, {"pk", "pk"}, {"ir", "ir"},
        {"tr", "tr"}, {"id", "id"}, {"my", "my"}, {"ng", "ng"}, {"br", "br"}, {"ro", "ro"}, {"kp", "ko"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        if (sks_domain_is_below(host, table[i].suffix))
            return table[i].language;
    return NULL;
}

/* Names that rented Windows machines have until somebody gives them one. */
static bool is_rented(const char *helo)
{
    return g_str_has_prefix(helo, "win-") && strlen(helo) == 15 && strchr(helo, '.') == NULL;
}

static void host(struct sks_findings *findings, const struct sks_view *view, const char *name, const char *where)
{
    char *lower = g_utf8_strdown(name, -1);
    const char *language = host_language(lower);
    if (language != NULL)
        sks_findings_add(findings, "route.foreign-relay", 0.9 * scale_for(view, language), where, lower);
    else if (is_rented(lower))
        sks_findings_add(findings, "route.foreign-relay", 0.7, where, lower);
    g_free(lower);
}

static void hosts(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_message *message = view->message;
    if (view->list || view->service_sure)
        return;
    host(findings, view, view->facts->client_name, "");
    for (size_t i = view->facts->own_received; i < message->received_count; i++) {
        host(findings, view, message->received[i].name, "header Received");
        host(findings, view, message->received[i].helo, "header Received");
    }
}

static void clocks(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_message *message = view->message;
    if (!message->date.valid || view->facts->time == 0)
        return;
    double behind = difftime((time_t)view->facts->time, message->date.time);
    char *detail = g_strdup_printf("%+.1f d", -behind / DAY);
    if (behind < -DAY)
        sks_findings_add(findings, "route.clock", fmin(-behind / (7 * DAY), 1), "header Date", detail);
    else if (behind > 7 * DAY)
        sks_findings_add(findings, "route.clock", fmin(behind / (60.0 * DAY), 1), "header Date", detail);
    g_free(detail);
}

/*
 * A Message-ID made by a webmail provider although the sender has another address, or made elsewhere although the
 * sender is an institution. Google's and Microsoft's say nothing: they run the mail of half the world's offices.
 */
static void message_id(struct sks_findings *findings, const struct sks_view *view)
{
    const char *at = strrchr(view->message->message_id, '@');
    if (at == NULL || strchr(at, '.') == NULL || view->from->domain[0] == '\0' || view->list || view->service ||
        view->notifier)
        return;
    char *domain = g_utf8_strdown(at + 1, -1);
    bool hosting = sks_domain_is_below(domain, "gmail.com") || sks_domain_is_below(domain, "outlook.com");
    bool webmail = sks_list_find_domain(sks_view_list(view, "webmail"), domain, NULL);
    if (!hosting && !sks_view_same_party(view, domain, view->from->domain)) {
        if (webmail)
            sks_findings_add(findings, "route.message-id", 0.8, "header Message-ID", domain);
        else if (view->sender == SKS_SENDER_INSTITUTION)
            sks_findings_add(findings, "route.message-id", 0.4, "header Message-ID", domain);
    }
    g_free(domain);
}

void sks_route_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    if (view->claims_japan) {
        mailer(findings, view);
        charsets(findings, view);
        zones(findings, view);
        hosts(findings, view);
    }
    clocks(findings, view);
    message_id(findings, view);
}
