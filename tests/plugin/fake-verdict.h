/* A verdict of which a test says every word: the accessors of <sekisho/verdict.h>, over a plain structure. */
#ifndef SKS_TESTS_PLUGIN_FAKE_VERDICT_H
#define SKS_TESTS_PLUGIN_FAKE_VERDICT_H

#include "sekisho/verdict.h"

struct sks_verdict {
    enum sks_class class_;
    double probability[SKS_CLASS_COUNT];
    double score;
    const struct sks_evidence *evidence;
    size_t evidence_count;
    const char *banner[SKS_LANGUAGE_COUNT];
    const char *summary[SKS_LANGUAGE_COUNT];
    const char *subject;
    bool protected_;
};

#endif
