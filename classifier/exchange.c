/* See exchange.h. */
#include "exchange.h"

#include <string.h>

#include "indicator/indicator.h"

/* By so much the evidence counts at least, where the mail's own score is high already. */
#define LEAST 0.1

static struct sks_evidence *find(const struct sks_verdict *verdict)
{
    for (guint i = 0; i < verdict->evidence->len; i++) {
        struct sks_evidence *evidence = &g_array_index(verdict->evidence, struct sks_evidence, i);
        if (strcmp(evidence->id, SKS_MEMORY_EXCHANGE_EVIDENCE) == 0)
            return evidence;
    }
    return NULL;
}

static bool is_released(const struct sks_verdict *verdict)
{
    for (guint i = 0; i < verdict->evidence->len; i++)
        if (strcmp(g_array_index(verdict->evidence, struct sks_evidence, i).id, "clean.released") == 0)
            return true;
    return false;
}

void sks_exchange_carry(struct sks_verdict *verdict, const struct sks_memory_alarm *alarm)
{
    struct sks_evidence *evidence = find(verdict);
    if (evidence == NULL || verdict->class_ == SKS_CLASS_TARGETED || is_released(verdict))
        return;
    evidence->contribution = MAX(alarm->score - verdict->score, LEAST);
    verdict->score += evidence->contribution;
    verdict->class_ = SKS_CLASS_TARGETED;
}

/* A mail that was called clean, and that another of its exchange shows to be more. */
static struct sks_verdict *judge_earlier(const struct sks_verdict *verdict)
{
    const struct sks_indicator *indicator = sks_indicator_find(SKS_MEMORY_EXCHANGE_EVIDENCE);
    struct sks_findings *findings = sks_findings_create();
    sks_findings_add_related(findings, indicator->id, 1, "header From", verdict->from_address, verdict->message_id);
    const struct sks_finding *finding = sks_findings_find(findings, indicator->id);
    struct sks_verdict *earlier = sks_verdict_create();
    struct sks_evidence evidence = {
        .id = g_strdup(indicator->id),
        .strength = finding->strength,
        .contribution = MAX(verdict->score, LEAST),
        .where = g_strdup(finding->where),
        .related = g_strdup(finding->related),
        .reason = {sks_finding_reason(finding, SKS_LANGUAGE_JAPANESE),
                   sks_finding_reason(finding, SKS_LANGUAGE_ENGLISH)},
        .brief = {g_strdup(indicator->brief_ja), g_strdup(indicator->brief_en)},
    };
    sks_verdict_add(earlier, &evidence);
    sks_findings_destroy(findings);
    earlier->class_ = SKS_CLASS_TARGETED;
    earlier->score = verdict->score;
    earlier->from_address = g_strdup(verdict->from_address);
    sks_verdict_seal(earlier);
    return earlier;
}

bool sks_exchange_init(struct sks_exchange *exchange, const struct sks_collected *collected,
                       const struct sks_verdict *verdict)
{
    *exchange = (struct sks_exchange){0};
    const struct sks_evidence *carried = find(verdict);
    if (verdict->class_ != SKS_CLASS_TARGETED || (carried != NULL && carried->contribution > 0) ||
        !sks_indicators_is_short_exchange(&collected->facts))
        return false;
    exchange->earlier = judge_earlier(verdict);
    exchange->memory = (struct sks_memory_exchange){
        .mail = &collected->mail,
        .at = collected->facts.time,
        .class_ = sks_class_name(SKS_CLASS_TARGETED),
        .previous = sks_class_name(SKS_CLASS_CLEAN),
        .score = verdict->score,
        .because = verdict->message_id,
        .why = {sks_verdict_summary(exchange->earlier, SKS_LANGUAGE_JAPANESE),
                sks_verdict_summary(exchange->earlier, SKS_LANGUAGE_ENGLISH)},
        .revised = sks_memory_revised_list(),
    };
    return true;
}

void sks_exchange_finish(struct sks_exchange *exchange)
{
    sks_verdict_destroy(exchange->earlier);
    g_clear_pointer(&exchange->memory.revised, g_ptr_array_unref);
}

void sks_exchange_add_changed(struct sks_verdict *verdict, struct sks_exchange *exchange)
{
    struct sks_verdict *earlier = exchange->earlier;
    for (guint i = 0; i < exchange->memory.revised->len; i++) {
        const struct sks_memory_revised *revised = g_ptr_array_index(exchange->memory.revised, i);
        g_free(earlier->message_id);
        g_free(earlier->subject);
        earlier->message_id = g_strdup(revised->message_id);
        earlier->subject = g_strdup(revised->subject);
        sks_verdict_add_changed(verdict, earlier, exchange->memory.previous);
    }
}
