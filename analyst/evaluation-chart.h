/* The charts of an evaluation; private to its page. */
#ifndef SKS_ANALYST_EVALUATION_CHART_H
#define SKS_ANALYST_EVALUATION_CHART_H

#include "evaluation-page.h"

void sks_chart_roc(GString *out, const struct sks_evaluation *evaluation);
void sks_chart_det(GString *out, const struct sks_evaluation *evaluation);
void sks_chart_histogram(GString *out, const struct sks_evaluation *evaluation, bool bulk);
void sks_chart_calibration(GString *out, const struct sks_evaluation *evaluation);
void sks_chart_learning(GString *out, const struct sks_evaluation *evaluation);

#endif
