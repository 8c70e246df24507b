/*
 * What earlier mail teaches about this one. Without a memory, or with one that has seen little, nothing is inferred.
 */
#include <glib.h>
#include <math.h>

#include "indicator/view.h"

#define KNOWLEDGE_LEAST 100.0  /* mails seen before a first contact means anything */
#define KNOWLEDGE_FULL  1000.0 /* … and before it means all that it can */

static void first_contact(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    if (memory->from_sender > 0 || memory->to_sender > 0 || memory->answers_ours || view->inside ||
        view->from->address[0] == '\0' || view->sender == SKS_SENDER_OWN)
        return;
    double knowledge = ((double)memory->mails_total - KNOWLEDGE_LEAST) / (KNOWLEDGE_FULL - KNOWLEDGE_LEAST);
    if (knowledge < 0)
        return;
    double strength = 0.5 + 0.5 * fmin(knowledge, 1);
    bool house = !sks_view_is_public(view, view->from->domain);
    if (house && (memory->from_domain > 0 || memory->to_domain > 0))
        strength *= 0.4; /* a new face in a house that we know */
    sks_findings_add(findings, "sender.first-contact", strength, "header From", view->from->address);
}

/* "田中太郎 has written from tanaka@… for two years; today from a webmail address." */
static void usual_address(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    if (memory->name_other_address == NULL || memory->name_other_address[0] == '\0' || memory->name_other_count < 3 ||
        view->list || view->notifier || view->from->address[0] == '\0')
        return;
    double strength = 0.5 + 0.5 * fmin((double)memory->name_other_count / 10, 1);
    if (memory->from_sender > 0 || memory->to_sender > 0)
        strength *= 0.3 / (1 + (double)memory->from_sender / 3); /* this address is known, too */
    if (!sks_view_is_public(view, view->from->domain))
        strength *= 0.7;
    char *detail = memory->name_other_since > 0
                       ? g_strdup_printf("%s: %s, %" G_GUINT64_FORMAT "×", view->from->name, memory->name_other_address,
                                         memory->name_other_count)
                       : g_strdup_printf("%s: %s", view->from->name, memory->name_other_address);
    sks_findings_add(findings, "sender.usual-address-differs", strength, "header From", detail);
    g_free(detail);
}

/* The person's own address, taken over: only what never occurred in all the mail before counts. */
static void habit(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    if (memory->from_sender < 5 || view->list || view->inside)
        return;
    bool network = memory->same_network == 0, mailer = memory->same_mailer == 0, zone = memory->same_zone == 0;
    static const double strengths[] = {0, 0.2, 0.6, 1};
    /* Webmail comes from many networks. */
    int count = (network && !sks_view_is_public(view, view->from->domain)) + mailer + zone;
    char *detail =
        g_strdup_printf("%s%s%s", network ? "network " : "", mailer ? "mailer " : "", zone ? "time zone" : "");
    sks_findings_add(findings, "sender.habit-differs", strengths[count], "", g_strchomp(detail));
    g_free(detail);
}

static void known(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    double strength = fmin(log1p((double)memory->from_sender) / log1p(20), 1) * 0.7;
    if (memory->to_sender > 0)
        strength += 0.3;
    char *detail =
        g_strdup_printf("%" G_GUINT64_FORMAT " ← %" G_GUINT64_FORMAT " →", memory->from_sender, memory->to_sender);
    sks_findings_add(findings, "clean.known-correspondent", strength, "header From", detail);
    g_free(detail);
    if (memory->answers_ours)
        sks_findings_add(findings, "clean.answers-ours", 1, "header References", "");
    if (view->encrypted && memory->encrypted_from_sender >= 2) {
        detail = g_strdup_printf("%" G_GUINT64_FORMAT "×", memory->encrypted_from_sender);
        sks_findings_add(findings, "clean.encrypted-habit", fmin((double)memory->encrypted_from_sender / 5, 1), "",
                         detail);
        g_free(detail);
    }
}

void sks_memory_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    if (!view->facts->memory.available)
        return;
    first_contact(findings, view);
    usual_address(findings, view);
    habit(findings, view);
    known(findings, view);
}
