/* See exchange.h. */
#include "exchange.h"

#include <math.h>
#include <string.h>

#include "indicator/indicator.h"
#include "model/model.h"

#define LEAST 0.1 /* by so much the evidence counts at least */
#define MOST  10u /* exchanges that one mail changes */
#define DOUBT 0.5 /* strength from which a finding says that the address is another's */

/* The evidence that another mail was an attack, or NULL. */
static struct sks_evidence *find_carried(const struct sks_verdict *verdict)
{
    for (guint i = 0; i < verdict->evidence->len; i++) {
        struct sks_evidence *evidence = &g_array_index(verdict->evidence, struct sks_evidence, i);
        if (strcmp(evidence->id, SKS_MEMORY_EXCHANGE_EVIDENCE) == 0)
            return evidence;
    }
    return NULL;
}

void sks_exchange_carry(struct sks_verdict *verdict, double score)
{
    struct sks_evidence *evidence = find_carried(verdict);
    if (evidence == NULL || verdict->class_ == SKS_CLASS_TARGETED ||
        sks_verdict_strength(verdict, "clean.released") > 0)
        return;
    evidence->contribution = MAX(score - verdict->score, LEAST);
    verdict->score += evidence->contribution;
    verdict->class_ = SKS_CLASS_TARGETED;
    verdict->carried = true;
    sks_model_raise_targeted(verdict->probability, 1 / (1 + exp(-verdict->score)));
}

static double strength_of(const struct sks_findings *findings, const char *id)
{
    const struct sks_finding *finding = sks_findings_find(findings, id);
    return finding != NULL ? finding->strength : 0;
}

enum sks_memory_standing sks_exchange_standing(const struct sks_findings *findings)
{
    static const char *const doubts[] = {"sender.authentication-failed", "sender.forged-results", "sender.several",
                                         "sender.habit-differs"};
    for (size_t i = 0; i < G_N_ELEMENTS(doubts); i++)
        if (strength_of(findings, doubts[i]) >= DOUBT)
            return SKS_STANDING_DOUBTED;
    return strength_of(findings, "clean.authenticated") > 0 ? SKS_STANDING_PROVEN : SKS_STANDING_UNKNOWN;
}

/* ---- Mails before ---- */

void sks_exchanges_init(struct sks_exchanges *exchanges)
{
    exchanges->memory = g_array_new(FALSE, FALSE, sizeof(struct sks_memory_exchange));
    exchanges->earlier = g_ptr_array_new_with_free_func((GDestroyNotify)sks_verdict_destroy);
}

void sks_exchanges_finish(struct sks_exchanges *exchanges)
{
    for (guint i = 0; i < exchanges->memory->len; i++)
        g_ptr_array_unref(g_array_index(exchanges->memory, struct sks_memory_exchange, i).revised);
    g_array_unref(exchanges->memory);
    g_ptr_array_unref(exchanges->earlier);
}

/* A mail that was called clean, and that the attack shows to be more. */
static struct sks_verdict *judge_earlier(const struct sks_verdict *attack)
{
    struct sks_findings *findings = sks_findings_create();
    sks_findings_add_related(findings, SKS_MEMORY_EXCHANGE_EVIDENCE, 1, "header From", attack->from_address,
                             attack->message_id);
    const struct sks_finding *finding = sks_findings_find(findings, SKS_MEMORY_EXCHANGE_EVIDENCE);
    const struct sks_indicator *indicator = finding->indicator;
    struct sks_verdict *earlier = sks_verdict_create();
    struct sks_evidence evidence = {
        .id = g_strdup(indicator->id),
        .strength = finding->strength,
        .contribution = MAX(attack->score, LEAST),
        .where = g_strdup(finding->where),
        .related = g_strdup(finding->related),
        .reason = {sks_finding_reason(finding, SKS_LANGUAGE_JAPANESE),
                   sks_finding_reason(finding, SKS_LANGUAGE_ENGLISH)},
        .brief = {g_strdup(indicator->brief_ja), g_strdup(indicator->brief_en)},
    };
    sks_verdict_add(earlier, &evidence);
    sks_findings_destroy(findings);
    earlier->class_ = SKS_CLASS_TARGETED;
    earlier->from_address = g_strdup(attack->from_address);
    sks_verdict_seal(earlier);
    return earlier;
}

void sks_exchanges_add(struct sks_exchanges *exchanges, const struct sks_collected *collected,
                       const struct sks_verdict *verdict, const struct sks_memory_waiting *waiting, int64_t now)
{
    if (verdict->class_ != SKS_CLASS_TARGETED || verdict->carried || verdict->standing == SKS_STANDING_DOUBTED ||
        exchanges->memory->len >= MOST || !sks_indicators_is_short_exchange(&collected->facts))
        return;
    struct sks_verdict *earlier = judge_earlier(verdict);
    g_ptr_array_add(exchanges->earlier, earlier);
    const struct sks_memory_exchange exchange = {
        .mail = &collected->mail,
        .at = now,
        .class_ = sks_class_name(SKS_CLASS_TARGETED),
        .previous = sks_class_name(SKS_CLASS_CLEAN),
        .score = verdict->score,
        .because = verdict->message_id,
        .why = {sks_verdict_summary(earlier, SKS_LANGUAGE_JAPANESE),
                sks_verdict_summary(earlier, SKS_LANGUAGE_ENGLISH)},
        .proven = verdict->standing == SKS_STANDING_PROVEN,
        .waiting = waiting,
        .revised = sks_memory_revised_list(),
    };
    g_array_append_val(exchanges->memory, exchange);
}

void sks_exchanges_add_changed(struct sks_verdict *verdict, const struct sks_exchanges *exchanges)
{
    for (guint i = 0; i < exchanges->memory->len; i++) {
        const struct sks_memory_exchange *exchange = &g_array_index(exchanges->memory, struct sks_memory_exchange, i);
        struct sks_verdict *earlier = g_ptr_array_index(exchanges->earlier, i);
        for (guint k = 0; k < exchange->revised->len; k++) {
            const struct sks_memory_revised *revised = g_ptr_array_index(exchange->revised, k);
            g_free(earlier->message_id);
            g_free(earlier->subject);
            earlier->message_id = g_strdup(revised->message_id);
            earlier->subject = g_strdup(revised->subject);
            earlier->score = revised->score;
            sks_verdict_add_changed(verdict, earlier, exchange->previous);
        }
    }
}
