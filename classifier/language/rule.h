/*
 * Rules: places where a reader can be told what is wrong, each with its reason. models/language/rules.txt has a rule
 * in each line, four fields divided by tabs:
 *
 *   kind      slip (grammar, spelling, conversion), register (politeness, honorifics), or casual (a break of register
 *             only in a text that speaks to somebody with honorifics)
 *   pattern   "TEXT" for characters, which begin and end where words do if in kanji; or morphemes divided by spaces,
 *             each made of tests joined by "&":
 *             TEXT surface, =TEXT dictionary form, @TEXT start of IPADIC's part of speech, #TEXT start of its form
 *             (both of a feature's first six fields; 128 different ones at most);
 *             "~" before an element: any number of morphemes that fit it, not as the first or the last;
 *             several texts divided by "|", any may fit; "!" before a test turns it round
 *   ja, en    the reason
 */
#ifndef SKS_LANGUAGE_RULE_H
#define SKS_LANGUAGE_RULE_H

#include <glib.h>

#include "language/language.h"
#include "language/sentence.h"

struct sks_rules;

int sks_rules_create(struct sks_rules **out_rules, struct sks_problems *problems);
void sks_rules_destroy(struct sks_rules *rules);

/* A place by its bytes in the sentence's line. The reasons belong to the rules. */
struct sks_rule_match {
    size_t start, end;
    enum sks_rule_kind { SKS_RULE_SLIP, SKS_RULE_REGISTER, SKS_RULE_CASUAL } kind;
    const char *why_ja, *why_en;
};

/* Appends struct sks_rule_match for a sentence. */
void sks_rules_apply(GArray *matches, const struct sks_rules *rules, const struct sks_sentence *sentence);

#endif
