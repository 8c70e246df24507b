/* See fake-verdict.h. */
#include "fake-verdict.h"

enum sks_class sks_verdict_class(const struct sks_verdict *verdict)
{
    return verdict->class_;
}

const char *sks_class_name(enum sks_class class_)
{
    static const char *const names[] = {"clean", "bulk", "targeted"};
    return names[class_];
}

double sks_verdict_probability(const struct sks_verdict *verdict, enum sks_class class_)
{
    return verdict->probability[class_];
}

double sks_verdict_score(const struct sks_verdict *verdict)
{
    return verdict->score;
}

size_t sks_verdict_evidence_count(const struct sks_verdict *verdict)
{
    return verdict->evidence_count;
}

const struct sks_evidence *sks_verdict_evidence(const struct sks_verdict *verdict, size_t index)
{
    return &verdict->evidence[index];
}

const char *sks_verdict_summary(const struct sks_verdict *verdict, enum sks_language language)
{
    return verdict->summary[language] != NULL ? verdict->summary[language] : "";
}

const char *sks_verdict_banner(const struct sks_verdict *verdict, enum sks_language language)
{
    return verdict->banner[language] != NULL ? verdict->banner[language] : "";
}

const char *sks_verdict_subject(const struct sks_verdict *verdict)
{
    return verdict->subject != NULL ? verdict->subject : "";
}

bool sks_verdict_protected(const struct sks_verdict *verdict)
{
    return verdict->protected_;
}
