/*
 * One sentence: what the mail is, and the weightiest reasons. Reasons are named only if they speak for the class, so
 * that a sentence never claims more than the score says. Those that a reader can look at himself (an address, a link, a
 * file) come before those of which he only hears (what it is about, how it is written).
 */
#include "summary.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "indicator/harm.h"
#include "memory/exchange.h"

#define SENTENCE_REASONS 3
#define BANNER_REASONS   2
#define SENTENCE_MOST    600 /* bytes, longer than any is */

/* Below this a piece of evidence hardly moved the verdict and isn't worth a reader's time. */
#define LEAST_CONTRIBUTION 0.05

/* From here on nobody should say that nothing was found; and a reader is shown it before what the text is like. */
#define LEAST_SIGN 0.5

/* From this strength on, what the model doesn't know is told all the same. */
#define CERTAIN 0.9

struct wording {
    const char *alone;  /* no reason stands out */
    const char *before; /* what comes before the reasons … */
    const char *between, *last, *after;
};

static const struct wording sentences[SKS_LANGUAGE_COUNT][SKS_CLASS_COUNT] = {
    [SKS_LANGUAGE_JAPANESE] =
        {
            [SKS_CLASS_CLEAN] = {.alone = "不審な点は見つかりませんでした。",
                                 .before = "正常なメールと判断しました（",
                                 .between = "、",
                                 .last = "、",
                                 .after = "）。"},
            [SKS_CLASS_BULK] = {.alone = "ばらまき型の迷惑メールの疑いがあります。",
                                .before = "ばらまき型の迷惑メールの疑いがあります（理由：",
                                .between = "、",
                                .last = "、",
                                .after = "）。"},
            [SKS_CLASS_TARGETED] = {.alone = "標的型攻撃メールの疑いがあります。",
                                    .before = "標的型攻撃メールの疑いがあります（理由：",
                                    .between = "、",
                                    .last = "、",
                                    .after = "）。"},
        },
    [SKS_LANGUAGE_ENGLISH] =
        {
            [SKS_CLASS_CLEAN] = {.alone = "Nothing suspicious was found.",
                                 .before = "Judged to be ordinary mail: ",
                                 .between = ", ",
                                 .last = " and ",
                                 .after = "."},
            [SKS_CLASS_BULK] = {.alone = "This looks like bulk or phishing mail.",
                                .before = "This looks like bulk or phishing mail: ",
                                .between = ", ",
                                .last = " and ",
                                .after = "."},
            [SKS_CLASS_TARGETED] = {.alone = "This may be a targeted attack.",
                                    .before = "This may be a targeted attack: ",
                                    .between = ", ",
                                    .last = " and ",
                                    .after = "."},
        },
};

/* Of clean mail that has signs of something else: nobody is to be calmed by what the score outweighs. */
static const struct wording signs[SKS_LANGUAGE_COUNT] = {
    [SKS_LANGUAGE_JAPANESE] = {.alone = "気になる点がありますが、警告するほどではありません。",
                               .before = "気になる点がありますが、警告するほどではありません（",
                               .between = "、",
                               .last = "、",
                               .after = "）。"},
    [SKS_LANGUAGE_ENGLISH] = {.alone = "Something stands out, but not enough for a warning.",
                              .before = "Something stands out, but not enough for a warning: ",
                              .between = ", ",
                              .last = " and ",
                              .after = "."},
};

static const char *const banners[SKS_LANGUAGE_COUNT][SKS_CLASS_COUNT] = {
    [SKS_LANGUAGE_JAPANESE] = {"", "迷惑メールの疑い", "標的型攻撃の疑い"},
    [SKS_LANGUAGE_ENGLISH] = {"", "Suspected bulk mail", "Suspected targeted attack"},
};

/* Before the first of a banner's reasons, and before the others. */
static const char *const first_mark[] = {[SKS_LANGUAGE_JAPANESE] = "：", [SKS_LANGUAGE_ENGLISH] = ": "};
static const char *const next_mark[] = {[SKS_LANGUAGE_JAPANESE] = "・", [SKS_LANGUAGE_ENGLISH] = ", "};

/* A mail or two make nobody known: what five of them do. */
#define KNOWN 0.4

/* What calms is named for clean mail, what alarms for the others: nobody would understand it the other way round. */
static bool speaks_for(const struct sks_evidence *evidence, enum sks_class class_)
{
    if (g_str_has_prefix(evidence->id, "clean.") != (class_ == SKS_CLASS_CLEAN) ||
        (strcmp(evidence->id, "clean.known-correspondent") == 0 && evidence->strength < KNOWN))
        return false;
    switch (class_) {
    case SKS_CLASS_TARGETED:
        return evidence->contribution >= LEAST_CONTRIBUTION;
    case SKS_CLASS_BULK:
        return evidence->bulk_contribution >= LEAST_CONTRIBUTION;
    default:
        return evidence->contribution <= -LEAST_CONTRIBUTION;
    }
}

bool sks_summary_decides(const char *id, enum sks_class class_)
{
    if (class_ == SKS_CLASS_CLEAN)
        return strcmp(id, "clean.released") == 0;
    return sks_harm_decides(id) || (class_ == SKS_CLASS_TARGETED && strcmp(id, SKS_MEMORY_EXCHANGE_EVIDENCE) == 0);
}

static bool is_one_of(const char *id, const char *const *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(ids[i], id) == 0)
            return true;
    return false;
}

/* What the whole text is like, with no place to look at. */
static bool is_manner(const char *id)
{
    static const char *const manners[] = {"bulk.mass-wording", "bulk.wording", "lure.personal", "lure.topic",
                                          "lure.wording"};
    return is_one_of(id, manners, G_N_ELEMENTS(manners));
}

/* What the model doesn't know, but no honest mail has. */
static bool is_plain(const struct sks_evidence *evidence)
{
    static const char *const plain[] = {"lure.link-address-host", "lure.link-lookalike", "sender.several"};
    return evidence->strength >= CERTAIN && is_one_of(evidence->id, plain, G_N_ELEMENTS(plain));
}

/* That a text is not made for its reader tells bulk mail from targeted mail, and is true of no text at all. */
static bool is_sign(const struct sks_evidence *evidence)
{
    return is_plain(evidence) || (strcmp(evidence->id, "bulk.mass-wording") != 0 &&
                                  (evidence->contribution >= LEAST_SIGN || evidence->bulk_contribution >= LEAST_SIGN));
}

static bool comes_first(const struct sks_verdict *verdict, const struct sks_evidence *evidence)
{
    enum sks_class class_ = sks_verdict_class(verdict);
    double weight = class_ == SKS_CLASS_TARGETED ? evidence->contribution
                    : class_ == SKS_CLASS_BULK   ? evidence->bulk_contribution
                                                 : fmax(evidence->contribution, evidence->bulk_contribution);
    return sks_summary_decides(evidence->id, class_) || is_plain(evidence) ||
           (weight >= LEAST_SIGN && !is_manner(evidence->id));
}

/*
 * The first most brief words of what speaks for the class, or of its signs, which stand last in clean mail's evidence;
 * two indicators may share theirs.
 */
static GPtrArray *reasons(const struct sks_verdict *verdict, enum sks_language language, guint most, bool by_signs)
{
    GPtrArray *briefs = g_ptr_array_new();
    enum sks_class class_ = sks_verdict_class(verdict);
    size_t count = sks_verdict_evidence_count(verdict);
    for (size_t i = 0; i < 2 * count && briefs->len < most; i++) {
        size_t place = i % count;
        const struct sks_evidence *evidence = sks_verdict_evidence(verdict, by_signs ? count - 1 - place : place);
        const char *brief = evidence->brief[language];
        bool named =
            by_signs ? is_sign(evidence) : sks_summary_decides(evidence->id, class_) || speaks_for(evidence, class_);
        if (named && comes_first(verdict, evidence) == (i < count) && *brief != '\0' &&
            !g_ptr_array_find_with_equal_func(briefs, brief, g_str_equal, NULL))
            g_ptr_array_add(briefs, (void *)brief);
    }
    return briefs;
}

/*
 * Whether clean mail is rather told by its signs: nothing calms, or another class is likelier all the same. That it
 * greets its reader by name is a sign beside others, but none by itself.
 */
static bool tells_signs(const struct sks_verdict *verdict)
{
    bool sign = false, calming = false, decided = false;
    if (sks_verdict_class(verdict) != SKS_CLASS_CLEAN)
        return false;
    bool likelier = sks_verdict_score(verdict) > 0 || sks_verdict_bulk_score(verdict) > 0;
    for (size_t i = 0; i < sks_verdict_evidence_count(verdict); i++) {
        const struct sks_evidence *evidence = sks_verdict_evidence(verdict, i);
        sign = sign || (is_sign(evidence) && (likelier || strcmp(evidence->id, "lure.personal") != 0));
        calming = calming || speaks_for(evidence, SKS_CLASS_CLEAN);
        decided = decided || sks_summary_decides(evidence->id, SKS_CLASS_CLEAN);
    }
    return sign && !decided && (!calming || likelier);
}

char *sks_summary_sentence(const struct sks_verdict *verdict, enum sks_language language)
{
    bool by_signs = tells_signs(verdict);
    const struct wording *wording = by_signs ? &signs[language] : &sentences[language][sks_verdict_class(verdict)];
    GPtrArray *briefs = reasons(verdict, language, SENTENCE_REASONS, by_signs);
    GString *sentence = g_string_new(briefs->len > 0 ? wording->before : wording->alone);
    for (guint i = 0; i < briefs->len; i++) {
        if (i > 0)
            g_string_append(sentence, i + 1 == briefs->len ? wording->last : wording->between);
        g_string_append(sentence, g_ptr_array_index(briefs, i));
    }
    if (briefs->len > 0)
        g_string_append(sentence, wording->after);
    g_ptr_array_unref(briefs);
    return g_string_free(sentence, FALSE);
}

char *sks_summary_banner(const struct sks_verdict *verdict, enum sks_language language)
{
    GString *banner = g_string_new(banners[language][sks_verdict_class(verdict)]);
    if (banner->len == 0)
        return g_string_free(banner, FALSE);
    GPtrArray *briefs = reasons(verdict, language, BANNER_REASONS, false);
    for (guint i = 0; i < briefs->len; i++) {
        g_string_append(banner, i == 0 ? first_mark[language] : next_mark[language]);
        g_string_append(banner, g_ptr_array_index(briefs, i));
    }
    g_ptr_array_unref(briefs);
    return g_string_free(banner, FALSE);
}

/* The longest brief that the text begins with and that ends it or stands before the next one's mark; 0 if none does. */
static size_t match_brief(const char *text, size_t size, enum sks_language language)
{
    const char *mark = next_mark[language];
    size_t count = 0, longest = 0;
    const struct sks_indicator *indicators = sks_indicators(&count);
    for (size_t i = 0; i < count; i++) {
        const char *brief = language == SKS_LANGUAGE_JAPANESE ? indicators[i].brief_ja : indicators[i].brief_en;
        size_t length = strlen(brief);
        if (length <= longest || length > size || memcmp(brief, text, length) != 0)
            continue;
        if (length == size || (size - length > strlen(mark) && memcmp(text + length, mark, strlen(mark)) == 0))
            longest = length;
    }
    return longest;
}

static bool take(const char **text, size_t *size, const char *what)
{
    size_t length = strlen(what);
    if (*size < length || memcmp(*text, what, length) != 0)
        return false;
    *text += length;
    *size -= length;
    return true;
}

bool sks_banner_is_ours(const char *text, size_t size, enum sks_class class_, enum sks_language language)
{
    const char *label = banners[language][class_];
    if (label[0] == '\0' || !take(&text, &size, label))
        return false;
    for (const char *mark = first_mark[language]; size > 0; mark = next_mark[language]) {
        size_t brief = take(&text, &size, mark) ? match_brief(text, size, language) : 0;
        if (brief == 0)
            return false;
        text += brief;
        size -= brief;
    }
    return true;
}

/* Where an alarm's sentence that the text begins with ends, or NULL. */
static const char *sentence_end(const char *text)
{
    for (size_t language = 0; language < SKS_LANGUAGE_COUNT; language++) {
        for (size_t class_ = SKS_CLASS_BULK; class_ < SKS_CLASS_COUNT; class_++) {
            const struct wording *wording = &sentences[language][class_];
            if (g_str_has_prefix(text, wording->alone))
                return text + strlen(wording->alone);
            const char *after = g_str_has_prefix(text, wording->before) ? strstr(text, wording->after) : NULL;
            if (after != NULL && after - text <= SENTENCE_MOST)
                return after + strlen(wording->after);
        }
    }
    return NULL;
}

const char *sks_summary_skip(const char *text)
{
    static const char around[] = " \t\r\n*";
    const char *end = sentence_end(text + strspn(text, around));
    return end != NULL ? end + strspn(end, around) : text;
}
