/*
 * The verdict on one message: its class, why, and the one sentence that a reader gets.
 *
 * A verdict is immutable and stands alone: it keeps no reference to the classifier or the message. All strings are
 * UTF-8, free of control characters, and belong to the verdict. Any number of threads may read one at once.
 */
#ifndef SEKISHO_VERDICT_H
#define SEKISHO_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sekisho/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sks_class {
    SKS_CLASS_CLEAN,
    SKS_CLASS_BULK,     /* spam, phishing, malspam: the same thing sent to many (ばらまき型) */
    SKS_CLASS_TARGETED, /* sent to win entry into this organisation (標的型) */
};
#define SKS_CLASS_COUNT 3

enum sks_language {
    SKS_LANGUAGE_JAPANESE,
    SKS_LANGUAGE_ENGLISH,
};
#define SKS_LANGUAGE_COUNT 2

/* "clean", "bulk", "targeted". */
SKS_API const char *sks_class_name(enum sks_class class_);

/* The class of that name, or SKS_ERROR_FORMAT. */
SKS_API int sks_class_from_name(enum sks_class *out_class, const char *name);

/*
 * One piece of evidence: what was seen, where, why it matters and how much it moved the verdict. There is at most one
 * piece for each id in a verdict.
 */
struct sks_evidence {
    const char *id;           /* family.name, as listed in docs/indicators.md */
    double strength;          /* 0 to 1: how marked it is */
    double contribution;      /* to the score: log-odds of targeted against clean */
    double bulk_contribution; /* the same to the log-odds of bulk against clean */
    /* "header NAME", "body", "part N", "part N: FILE NAME", or what is inside of that: "part 2/report.zip/a.exe" */
    const char *where;
    const char *reason[SKS_LANGUAGE_COUNT]; /* a sentence with what was seen filled in */
    const char *brief[SKS_LANGUAGE_COUNT];  /* two to six words, for the subject banner */
    const char *related;                    /* Message-ID of another mail that this rests on, or "" */
};

struct sks_verdict;

SKS_API void sks_verdict_destroy(struct sks_verdict *verdict);

SKS_API enum sks_class sks_verdict_class(const struct sks_verdict *verdict);

/* Probability of a class, 0 to 1; the three add up to 1 (libsvm's coupled pairwise sigmoids). */
SKS_API double sks_verdict_probability(const struct sks_verdict *verdict, enum sks_class class_);

/* Log-odds (natural) of targeted against clean: sks_verdict_bias() plus all contributions. */
SKS_API double sks_verdict_score(const struct sks_verdict *verdict);
SKS_API double sks_verdict_bias(const struct sks_verdict *verdict);

/* Log-odds (natural) of bulk against clean: a bias of its own plus all bulk_contributions. */
SKS_API double sks_verdict_bulk_score(const struct sks_verdict *verdict);

/* Evidence, the heaviest first (by the contribution to the verdict's class). */
SKS_API size_t sks_verdict_evidence_count(const struct sks_verdict *verdict);
SKS_API const struct sks_evidence *sks_verdict_evidence(const struct sks_verdict *verdict, size_t index);

/* One sentence for the reader of the mail: what the class is and why. */
SKS_API const char *sks_verdict_summary(const struct sks_verdict *verdict, enum sks_language language);

/*
 * The few words of a subject banner, without brackets, for example "標的型攻撃の疑い：暗号化添付・初めての相手"; at
 * most two reasons. "" for a clean mail.
 */
SKS_API const char *sks_verdict_banner(const struct sks_verdict *verdict, enum sks_language language);

/*
 * Whether text (size bytes) is what sks_verdict_banner() can give for a verdict of this class, word for word: the words
 * of the class alone, or with brief words of indicators.
 */
SKS_API bool sks_banner_is_ours(const char *text, size_t size, enum sks_class class_, enum sks_language language);

/* What the message said of itself, decoded; "" where it said nothing. */
SKS_API const char *sks_verdict_message_id(const struct sks_verdict *verdict);
SKS_API const char *sks_verdict_subject(const struct sks_verdict *verdict);
SKS_API const char *sks_verdict_from_name(const struct sks_verdict *verdict);
SKS_API const char *sks_verdict_from_address(const struct sks_verdict *verdict);
SKS_API const char *sks_verdict_date(const struct sks_verdict *verdict); /* RFC 3339, or "" */

/* Whether the message is signed or encrypted as a whole (S/MIME, OpenPGP): then nobody may edit its body. */
SKS_API bool sks_verdict_protected(const struct sks_verdict *verdict);

/*
 * Whether the MTA is to hold the mail: its attachment waits for a password, and the settings ask for that. The store
 * remembers until when; so whoever is told this must either hold it or be content that it is let go later in vain.
 */
SKS_API bool sks_verdict_held(const struct sks_verdict *verdict);

/*
 * 0, or why the memory could not be used for this mail (an enum sks_error): it was then judged without, and taught
 * nothing. Worth a log line and a metric.
 */
SKS_API int sks_verdict_memory_error(const struct sks_verdict *verdict);

/*
 * An earlier mail that was judged anew because of this one: it had an encrypted attachment, and this one gave the
 * password (also told if its class stayed), or it is of the same exchange, was called clean, and this one is an attack.
 */
struct sks_changed {
    const char *message_id;
    const char *subject;
    const char *from_address;
    enum sks_class previous;
    enum sks_class class_;
    double score;                            /* as sks_verdict_score() */
    const char *summary[SKS_LANGUAGE_COUNT]; /* as sks_verdict_summary() */
};

SKS_API size_t sks_verdict_changed_count(const struct sks_verdict *verdict);
SKS_API const struct sks_changed *sks_verdict_changed(const struct sks_verdict *verdict, size_t index);

/* Time that the judging took, in microseconds. */
SKS_API uint64_t sks_verdict_elapsed(const struct sks_verdict *verdict);

/*
 * The verdict as one compact JSON object, without a line end: the keys of `sekisho scan --json` but for file, index
 * and action, and what the accessors above need besides. The caller frees it with free(). Locale-independent; doubles
 * survive unchanged.
 */
SKS_API char *sks_verdict_to_json(const struct sks_verdict *verdict);

/* Reads what sks_verdict_to_json() wrote. The text is not trusted: SKS_ERROR_FORMAT for anything else. */
SKS_API int sks_verdict_from_json(struct sks_verdict **out_verdict, const char *json, size_t size);

#ifdef __cplusplus
}
#endif

#endif
