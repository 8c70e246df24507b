/* sekisho report list, show and withdraw; and how a report is told. */
#ifndef SKS_ANALYST_REPORT_LIST_H
#define SKS_ANALYST_REPORT_LIST_H

#include <jansson.h>
#include <stdio.h>

#include "memory/report.h"

int sks_report_list(int argc, char **argv);
int sks_report_show(int argc, char **argv);
int sks_report_withdraw(int argc, char **argv);

/* One object, as sekisho(1) describes it. */
json_t *sks_report_to_json(const struct sks_memory_report *report);

/* What was said of which mail, without a line end. */
void sks_report_print_line(FILE *stream, const struct sks_memory_report *report);

#endif
