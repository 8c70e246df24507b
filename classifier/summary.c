/*
 * One sentence: what the mail is, and the weightiest reasons. Reasons are named only if they speak for the class, so
 * that a sentence never claims more than the score says.
 */
#include "summary.h"

#include <glib.h>
#include <string.h>

#include "indicator/harm.h"

#define SENTENCE_REASONS 3
#define BANNER_REASONS   2
#define SENTENCE_MOST    600 /* bytes, longer than any is */

/* Below this a piece of evidence hardly moved the verdict and isn't worth a reader's time. */
#define LEAST_CONTRIBUTION 0.05

/* From here on nobody should say that nothing was found. */
#define LEAST_SIGN 0.5

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

/* What calms is named for clean mail, what alarms for the others: nobody would understand it the other way round. */
static bool speaks_for(const struct sks_evidence *evidence, enum sks_class class_)
{
    if (g_str_has_prefix(evidence->id, "clean.") != (class_ == SKS_CLASS_CLEAN))
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
    return class_ == SKS_CLASS_CLEAN ? strcmp(id, "clean.released") == 0 : sks_harm_decides(id);
}

/* That a text is not made for its reader tells bulk mail from targeted mail, and is true of no text at all. */
static bool is_sign(const struct sks_evidence *evidence)
{
    return strcmp(evidence->id, "bulk.mass-wording") != 0 &&
           (evidence->contribution >= LEAST_SIGN || evidence->bulk_contribution >= LEAST_SIGN);
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
    for (size_t i = 0; i < count && briefs->len < most; i++) {
        const struct sks_evidence *evidence = sks_verdict_evidence(verdict, by_signs ? count - 1 - i : i);
        const char *brief = evidence->brief[language];
        bool named =
            by_signs ? is_sign(evidence) : sks_summary_decides(evidence->id, class_) || speaks_for(evidence, class_);
        if (named && *brief != '\0' && !g_ptr_array_find_with_equal_func(briefs, brief, g_str_equal, NULL))
            g_ptr_array_add(briefs, (void *)brief);
    }
    return briefs;
}

/* Whether clean mail is rather told by its signs: nothing calms, or another class is likelier all the same. */
static bool tells_signs(const struct sks_verdict *verdict)
{
    bool sign = false, calming = false, decided = false;
    if (sks_verdict_class(verdict) != SKS_CLASS_CLEAN)
        return false;
    for (size_t i = 0; i < sks_verdict_evidence_count(verdict); i++) {
        const struct sks_evidence *evidence = sks_verdict_evidence(verdict, i);
        sign = sign || is_sign(evidence);
        calming = calming || speaks_for(evidence, SKS_CLASS_CLEAN);
        decided = decided || sks_summary_decides(evidence->id, SKS_CLASS_CLEAN);
    }
    bool likelier = sks_verdict_score(verdict) > 0 || sks_verdict_bulk_score(verdict) > 0;
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
