/* What the text model says, as evidence. Its scores are log-odds, clamped to ±8 by the model. */
#include "indicator/indicator.h"

#include <glib.h>

#define HIGHEST_SCORE 8.0

/* Likeness to reported mail counts by a weight of its own (sks_model_predict_reported()); here it need only be seen. */
#define LIKE_REPORTED 0.05

void sks_indicators_wording(struct sks_findings *findings, const struct sks_text_scores *scores)
{
    double lure = MAX(scores->targeted / HIGHEST_SCORE, scores->reported > 0 ? LIKE_REPORTED : 0);
    if (lure > 0)
        sks_findings_add(findings, "lure.wording", lure, "body", "");
    if (scores->bulk > 0)
        sks_findings_add(findings, "bulk.wording", scores->bulk / HIGHEST_SCORE, "body", "");
    if (scores->for_one < 0)
        sks_findings_add(findings, "bulk.mass-wording", -scores->for_one / HIGHEST_SCORE, "body", "");
    double worse = MAX(scores->targeted, scores->bulk);
    if (worse < 0)
        sks_findings_add(findings, "clean.wording", -worse / HIGHEST_SCORE, "body", "");
}
