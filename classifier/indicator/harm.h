/* Rules beside the model: what is never called clean, and what is never called bulk (harm.c). */
#ifndef SKS_INDICATOR_HARM_H
#define SKS_INDICATOR_HARM_H

#include <stdbool.h>

#include "facts.h"
#include "indicator/indicator.h"
#include "sekisho/verdict.h"

enum sks_harm_rule {
    SKS_HARM_NO_RULE,
    SKS_HARM_NEVER_CLEAN,
    SKS_HARM_NEVER_BULK,
};

/* How the memory knows a sender. */
enum sks_acquaintance {
    SKS_STRANGER,
    SKS_ACQUAINTED, /* five mails */
    SKS_WELL_KNOWN, /* … the first thirty days ago or more, and two of ours to it; or twenty within 180 days or more */
};

enum sks_acquaintance sks_harm_acquaintance(const struct sks_facts *facts);

/* Which rule holds of what was found; known: the sender, or whoever sent a mail that it was joined with. */
enum sks_harm_rule sks_harm_rule(const struct sks_findings *findings, enum sks_acquaintance known);

/* The class by the rule, of that by the model; beats_bulk as in struct sks_prediction. */
enum sks_class sks_harm_class(enum sks_harm_rule rule, enum sks_class class_, bool beats_bulk);

/* Whether evidence of this name may decide so. */
bool sks_harm_decides(const char *id);

#endif
