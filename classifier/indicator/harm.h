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

/* Whether the memory knows the sender well: five mails and two of ours to it within thirty days or more. */
bool sks_harm_is_known_well(const struct sks_facts *facts);

/* Which rule holds of what was found; known_well: of the sender, or of whose mail it was joined with. */
enum sks_harm_rule sks_harm_rule(const struct sks_findings *findings, bool known_well);

/* The class by the rule, of that by the model; beats_bulk as in struct sks_prediction. */
enum sks_class sks_harm_class(enum sks_harm_rule rule, enum sks_class class_, bool beats_bulk);

/* Whether evidence of this name may decide so. */
bool sks_harm_decides(const char *id);

#endif
