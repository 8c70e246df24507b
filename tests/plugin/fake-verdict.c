/* See fake-verdict.h. */
#include "fake-verdict.h"

#include <string.h>

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

/* Of the reasons, those that the tests use. */
bool sks_banner_is_ours(const char *text, size_t size, enum sks_class class_, enum sks_language language)
{
    static const char *const ours[] = {
        "標的型攻撃の疑い",
        "標的型攻撃の疑い：暗号化添付・初めての相手",
        "標的型攻撃の疑い：別の理由",
        "Suspected targeted attack",
        "Suspected targeted attack: encrypted attachment",
        "Suspected targeted attack: odd link",
    };
    (void)language;
    for (size_t i = 0; i < sizeof ours / sizeof ours[0] && class_ == SKS_CLASS_TARGETED; i++)
        if (strlen(ours[i]) == size && memcmp(ours[i], text, size) == 0)
            return true;
    return false;
}
