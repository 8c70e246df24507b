/*
 * Ceilings that were reached. Each is told for itself; together they are one feature, since what lies beyond a ceiling
 * was not judged, and somebody may have put it there on purpose.
 */
#include <glib.h>
#include <string.h>

#include "indicator/view.h"
#include "sekisho/limits.h"

static void reached(struct sks_findings *findings, const char *id, double strength, const char *where,
                    const char *detail)
{
    sks_findings_add(findings, id, 1, where, detail);
    const struct sks_indicator *indicator = sks_indicator_find(id);
    sks_findings_add(findings, "limit.reached", strength, where,
                     detail[0] != '\0' ? detail : strchr(indicator->id, '.') + 1);
}

static void message_limits(struct sks_findings *findings, const struct sks_message *message)
{
    static const struct {
        unsigned flag;
        const char *id;
        double strength;
        const char *where;
    } table[] = {
        {SKS_MESSAGE_CUT_HEADERS, "limit.headers", 0.5, NULL},
        {SKS_MESSAGE_CUT_DEPTH, "limit.mime-depth", 1, "body"},
        {SKS_MESSAGE_CUT_PARTS, "limit.parts", 0.7, "body"},
        {SKS_MESSAGE_CUT_TEXT, "limit.text", 0.3, "body"},
        {SKS_MESSAGE_CUT_LINKS, "limit.links", 0.3, "body"},
        {SKS_MESSAGE_CUT_ADDRESSES, "limit.addresses", 0.3, "header To"},
    };
    /* There the header was cut; of Received, which comes first, there may be too many alone. */
    const char *last = message->received_count >= SKS_LIMIT_RECEIVED_COUNT ? "Received"
                       : message->header_count > 0 ? message->headers[message->header_count - 1].name
                                                   : "From";
    g_autofree char *header = g_strconcat("header ", last, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        if (message->flags & table[i].flag)
            reached(findings, table[i].id, table[i].strength, table[i].where != NULL ? table[i].where : header, "");
    for (size_t i = 0; i < message->part_count; i++)
        if (message->parts[i].flags & SKS_PART_CUT)
            reached(findings, "limit.size", 0.5, message->parts[i].where, "");
}

static void attachment_limits(struct sks_findings *findings, const struct sks_attachment *attachment)
{
    static const char *const grave[] = {"limit.archive-ratio", "limit.archive-depth", "limit.archive-output"};
    for (size_t i = 0; i < attachment->fact_count; i++) {
        const struct sks_fact *fact = &attachment->facts[i];
        if (!g_str_has_prefix(fact->id, "limit."))
            continue;
        double strength = 0.4;
        for (size_t k = 0; k < G_N_ELEMENTS(grave); k++)
            if (strcmp(fact->id, grave[k]) == 0)
                strength = 1;
        bool known = sks_indicator_find(fact->id) != NULL;
        g_autofree char *where = sks_message_place(attachment->where, fact->where);
        reached(findings, known ? fact->id : "limit.other", strength, where,
                known && fact->detail[0] != '\0' ? fact->detail : fact->id);
    }
}

void sks_limit_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_facts *facts = view->facts;
    message_limits(findings, facts->message);
    for (size_t i = 0; i < facts->nested_count; i++)
        message_limits(findings, facts->nested[i]);
    for (size_t i = 0; i < facts->attachment_count; i++)
        attachment_limits(findings, facts->attachments[i]);
    if (facts->truncated)
        reached(findings, "limit.size", 0.5, "body", "");
    if (facts->cut_depth)
        reached(findings, "limit.depth", 1, "body", "");
    if (facts->cut_output)
        reached(findings, "limit.archive-output", 1, "body", "");
    if (facts->cut_join)
        reached(findings, "limit.passwords", 0.1, "body", "");
    if (facts->language->cut)
        reached(findings, "limit.language", 0.1, "body", "");
    if (view->own_cut)
        reached(findings, "limit.text", 0.2, "body", "");
}
