/*
 * The indicator room: facts → evidence, each piece with a reason. It knows neither libmilter, storage engines nor
 * libsvm.
 *
 * One table (table.c) lists every indicator. From it come the feature schema of the model, the explanations, and the
 * page docs/indicators.md. A family is a file: sender.c, route.c, attachment.c, language.c, lure.c, bulk.c, clean.c,
 * memory.c, limit.c; it has one function that looks at the facts and reports what it finds.
 */
#ifndef SKS_INDICATOR_INDICATOR_H
#define SKS_INDICATOR_INDICATOR_H

#include <stdbool.h>
#include <stddef.h>

#include "facts.h"

struct sks_indicator {
    const char *id;                    /* "family.name" */
    const char *reason_en, *reason_ja; /* sentence; "%s" stands for what was seen, at most once */
    const char *brief_en, *brief_ja;   /* two to six words, for the banner */
    const char *source;                /* which report or measurement it rests on */
    const char *harmless;              /* what legitimate mail does that looks the same */
    bool feature;                      /* goes into the model (at most 60 do) */
};

/* The table, sorted by id. */
const struct sks_indicator *sks_indicators(size_t *out_count);
const struct sks_indicator *sks_indicator_find(const char *id);

/* One finding; strength 0 to 1. detail fills the reason's "%s". */
struct sks_finding {
    const struct sks_indicator *indicator;
    double strength;
    char *detail;
    char *detail_ja; /* the same in Japanese, or NULL: detail serves both */
    char *where;
    char *related; /* Message-ID, or "" */
};

struct sks_findings;

struct sks_findings *sks_findings_create(void);
struct sks_findings *sks_findings_copy(const struct sks_findings *findings);
void sks_findings_destroy(struct sks_findings *findings);
size_t sks_findings_count(const struct sks_findings *findings);
const struct sks_finding *sks_findings_get(const struct sks_findings *findings, size_t index);
const struct sks_finding *sks_findings_find(const struct sks_findings *findings, const char *id);

/*
 * Reports a finding: strings are copied, strength is clamped to 0 to 1. Of several with one id the strongest stays
 * (the first of equals), so a verdict has at most one piece of evidence for each id. id must be in the table.
 */
void sks_findings_add(struct sks_findings *findings, const char *id, double strength, const char *where,
                      const char *detail);
/* The same with words in the detail: up to a sentence, in each language. */
void sks_findings_add_told(struct sks_findings *findings, const char *id, double strength, const char *where,
                           const char *english, const char *japanese);
void sks_findings_add_related(struct sks_findings *findings, const char *id, double strength, const char *where,
                              const char *detail, const char *related);

/*
 * One delivery in two mails, by their Message-IDs: what the other shows counts against this one, too (and says where it
 * was seen); what speaks for this one ("clean.") counts only as far as it speaks for the other as well.
 */
void sks_findings_join(struct sks_findings *findings, const struct sks_findings *other, const char *own_id,
                       const char *other_id);

/*
 * The findings that stand for the text model's scores: lure.wording, bulk.wording, clean.wording. A function of its
 * own, because training puts scores taken out of fold into samples that it made before. sks_indicators_run() calls it;
 * nothing else reports these three.
 */
void sks_indicators_wording(struct sks_findings *findings, const struct sks_text_scores *scores);

/* Runs all families over the facts; findings are sorted by id. */
void sks_indicators_run(struct sks_findings *findings, const struct sks_facts *facts);

/*
 * Whether a password opened the file and it is not harmless: it holds something that runs, loads or hides something, or
 * was not wholly looked into.
 */
bool sks_indicators_opened_harm(const struct sks_attachment *attachment);

/* The attack that the mail is of one exchange with, as memory.exchange-targeted tells; of the facts, or NULL. */
const struct sks_memory_alarm *sks_indicators_alarm(const struct sks_facts *facts);

/*
 * Whether the sender's mails are one short exchange with people here, so that what this one shows counts for those
 * before it: by the memory, one party of a few mails lately.
 */
bool sks_indicators_is_short_exchange(const struct sks_facts *facts);

/* The reason's sentence with what was seen filled in (detail cut at 80 characters, told ones at 240). g_free(). */
char *sks_finding_reason(const struct sks_finding *finding, enum sks_language language);

#endif
