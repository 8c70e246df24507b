/*
 * The trace (RFC 5321 section 4.4) and what else hosts wrote on the way: clocks, time zones, names and networks of
 * hosts, the place of a webmail's user, the provider that should have carried the mail.
 *
 * Received fields that our own hosts wrote say nothing of the sender; what lies below them was written by others and
 * may be invented, but an inventor seldom thinks of clocks.
 */
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "indicator/view.h"
#include "message/hint.h"

#define HOUR (60 * 60)
#define DAY  (24 * HOUR)

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
    double strength = scale * zone_strength(zone) * sks_view_foreign(view, zone_language(zone));
    char *detail = g_strdup_printf("%c%02d%02d", zone < 0 ? '-' : '+', ABS(zone) / 60, ABS(zone) % 60);
    sks_findings_add(findings, "route.foreign-time-zone", strength, where, detail);
    g_free(detail);
}

/* The zone that local time in a Message-ID ("20261125093000…@") tells of, by what Date says; false if it tells none. */
static bool zone_of_message_id(const struct sks_message *message, int *out_zone)
{
    struct tm parts = {0};
    const char *id = message->message_id;
    if (strspn(id, "0123456789") < 14 || !message->date.valid)
        return false;
    if (sscanf(id, "%4d%2d%2d%2d%2d%2d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday, &parts.tm_hour, &parts.tm_min,
               &parts.tm_sec) != 6 ||
        parts.tm_year < 1990 || parts.tm_year > 2100 || parts.tm_mon < 1 || parts.tm_mon > 12)
        return false;
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    double ahead = difftime(timegm(&parts), message->date.time) / 60;
    int quarters = (int)lround(ahead / 15);
    if (fabs(ahead - quarters * 15) > 4 || quarters < -12 * 4 || quarters > 14 * 4)
        return false;
    *out_zone = quarters * 15;
    return true;
}

static void zones(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_message *message = view->message;
    int zone;
    if (view->service_sure || view->list)
        return;
    if (message->date.valid && !message->date.zone_unknown)
        report_zone(findings, view, message->date.zone, "header Date", 1);
    if (zone_of_message_id(message, &zone))
        report_zone(findings, view, zone, "header Message-ID", 0.8);
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
        sks_findings_add(findings, "route.foreign-relay", 0.9 * sks_view_foreign(view, language), where, lower);
    else if (is_rented(lower))
        sks_findings_add(findings, "route.foreign-relay", 0.7, where, lower);
    g_free(lower);
}

static void hosts(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_message *message = view->message;
    if (view->list || view->service_sure)
        return;
    host(findings, view, view->facts->client_name, "header Received"); /* what our own server writes there */
    for (size_t i = view->facts->own_received; i < message->received_count; i++) {
        host(findings, view, message->received[i].name, "header Received");
        host(findings, view, message->received[i].helo, "header Received");
    }
}

/* Whether a host belongs to a service whose computers stand anywhere in the world. */
static bool is_worldwide(const struct sks_view *view, const char *host)
{
    static const char *const others[] = {"amazonaws.com", "googleusercontent.com", "cloudapp.azure.com",
                                         "sakura.ne.jp"};
    const struct sks_list *webmail = sks_view_list(view, "webmail-hosts");
    if (sks_view_is_public(view, host) || sks_list_find_domain(sks_view_list(view, "mailing-services"), host, NULL))
        return true;
    for (size_t i = 0; i < sks_list_count(webmail); i++)
        if (sks_domain_is_one_of(host, sks_list_entry(webmail, i)->value))
            return true;
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (sks_domain_is_below(host, others[i]))
            return true;
    return false;
}

/* The language of a country whose networks a sender in Japan has no reason to use. */
static const char *country_language(const char *country)
{
    static const struct {
        const char *country, *language;
    } table[] = {
        {"CN", "zh"}, {"HK", "zh"}, {"MO", "zh"}, {"TW", "zh"}, {"KP", "ko"}, {"KR", "ko"}, {"RU", "ru"},
        {"BY", "ru"}, {"KZ", "ru"}, {"UA", "uk"}, {"VN", "vi"}, {"TH", "th"}, {"IN", "in"}, {"PK", "pk"},
        {"IR", "ir"}, {"TR", "tr"}, {"ID", "id"}, {"MY", "my"}, {"NG", "ng"}, {"BR", "br"}, {"RO", "ro"},
        {"MD", "ro"}, {"BG", "bg"}, {"LA", "la"}, {"KH", "kh"}, {"MM", "mm"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        if (strcmp(table[i].country, country) == 0)
            return table[i].language;
    return NULL;
}

/* person: the address is that of a person's own line, not of a host that hands mail on. */
static void network(struct sks_findings *findings, const struct sks_view *view, const char *address, bool person,
                    const char *where)
{
    char country[3];
    if (address[0] == '\0' || !sks_countries_find(view->facts->countries, address, country) ||
        strcmp(country, "JP") == 0)
        return;
    const char *language = country_language(country);
    double strength = language != NULL ? 0.9 * sks_view_foreign(view, language)
                      : person         ? 0.4 * sks_view_foreign(view, "en de fr it es")
                                       : 0; /* Japanese firms' hosts stand in Europe and America, too */
    char *detail = g_strdup_printf("%s, %s", address, country);
    if (strength > 0)
        sks_findings_add(findings, "route.foreign-relay", strength, where, detail);
    g_free(detail);
}

/* The networks in which the mail began, by their countries. */
static void origin(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_message *message = view->message;
    const struct sks_facts *facts = view->facts;
    const char *field;
    char hint[SKS_HINT_SIZE];
    if (facts->countries == NULL || view->list || view->service_sure || view->notifier)
        return;
    if (sks_message_client_hint(message, &field, hint)) {
        char *where = g_strdup_printf("header %s", field);
        network(findings, view, hint, true, where);
        g_free(where);
    }
    for (size_t i = facts->own_received; i < message->received_count; i++) {
        const struct sks_received *received = &message->received[i];
        bool web = g_ascii_strncasecmp(received->with, "HTTP", 4) == 0;
        if (!is_worldwide(view, received->name) || web || received->authenticated)
            network(findings, view, received->address, web || received->authenticated, "header Received");
    }
    if (!is_worldwide(view, facts->client_name))
        network(findings, view, facts->client_address, false, "header Received");
}

static bool is_on_way(const struct sks_view *view, const char *domains)
{
    const struct sks_message *message = view->message;
    if (sks_domain_is_one_of(view->facts->client_name, domains))
        return true;
    for (size_t i = 0; i < message->received_count; i++) {
        const char *const hosts[] = {message->received[i].name, message->received[i].helo, message->received[i].by};
        for (size_t k = 0; k < G_N_ELEMENTS(hosts); k++) {
            char *lower = g_ascii_strdown(hosts[k], -1);
            bool below = sks_domain_is_one_of(lower, domains);
            g_free(lower);
            if (below)
                return true;
        }
    }
    return false;
}

/* Whether a host has a name by which it could be anybody's: not one of our own kind, as scanners on a host have. */
static bool is_named(const char *host)
{
    return strchr(host, '.') != NULL && !g_str_has_prefix(host, "localhost") && !g_str_has_suffix(host, ".local") &&
           !g_str_has_suffix(host, ".localdomain");
}

/* A webmail address whose provider never saw the mail. Who names no host gives nothing to compare with. */
static void provider(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_facts *facts = view->facts;
    const struct sks_list_entry *entry =
        sks_list_lookup_domain(sks_view_list(view, "webmail-hosts"), view->from->domain);
    bool outside = is_named(facts->client_name);
    for (size_t i = 0; i < view->message->received_count && !outside; i++)
        outside = is_named(view->message->received[i].name);
    if (entry == NULL || !outside || view->inside || view->list || view->notifier || view->proof == SKS_PROOF_PASS ||
        is_on_way(view, entry->value))
        return;
    const char *host = is_named(facts->client_name) ? facts->client_name : view->from->domain;
    sks_findings_add(findings, "route.provider-absent", view->service_sure ? 0.3 : 0.7, "header From", host);
}

/* So many seconds, as one tells them to a reader who knows no clocks; the formats have a "%s". */
static void report_clock(struct sks_findings *findings, double seconds, double strength, const char *where,
                         const char *english, const char *japanese)
{
    bool days = seconds >= DAY;
    double count = seconds / (days ? DAY : HOUR);
    char *span = g_strdup_printf(days ? "%.1f days" : "%.1f hours", count);
    char *span_ja = g_strdup_printf(days ? "%.1f日" : "%.1f時間", count);
    GString *told = g_string_new(english), *told_ja = g_string_new(japanese);
    g_string_replace(told, "%s", span, 1);
    g_string_replace(told_ja, "%s", span_ja, 1);
    sks_findings_add_told(findings, "route.clock", fmin(strength, 1), where, told->str, told_ja->str);
    g_string_free(told, TRUE);
    g_string_free(told_ja, TRUE);
    g_free(span);
    g_free(span_ja);
}

/* Each host's clock against the next one's. Mail may wait, but it can't arrive before it was sent. */
static void hops(struct sks_findings *findings, const struct sks_message *message)
{
    const struct sks_received *later = NULL;
    for (size_t i = 0; i < message->received_count; i++) {
        const struct sks_received *hop = &message->received[i];
        if (!hop->has_date)
            continue;
        double early = later != NULL ? difftime(hop->date, later->date) : 0;
        if (early > HOUR / 2)
            report_clock(findings, early, 0.3 + early / DAY, "header Received", "one host is %s ahead of the next",
                         "あるサーバーの時計が次のサーバーより%s進んでいる");
        later = hop;
    }
}

static void clocks(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_message *message = view->message;
    hops(findings, message);
    if (!message->date.valid || view->facts->time == 0)
        return;
    double behind = difftime((time_t)view->facts->time, message->date.time);
    if (behind < -HOUR)
        report_clock(findings, -behind, behind < -DAY ? -behind / (7 * DAY) : 0.2, "header Date",
                     "dated %s after it came in", "送信日時が受信の%s後");
    else if (behind > 7 * DAY)
        report_clock(findings, behind, behind / (60.0 * DAY), "header Date", "dated %s before it came in",
                     "送信日時が受信の%s前");
}

void sks_trace_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    if (view->claims_japan) {
        zones(findings, view);
        hosts(findings, view);
        origin(findings, view);
    }
    provider(findings, view);
    clocks(findings, view);
}
