/*
 * A text is polite if most of its finished sentences are. Then a plain sentence, an order or a rough word for "you"
 * stands out; あなた does so only beside honorifics, since manuals and forms say it to everybody. A text that changes
 * all the time (minutes, dialogue) has no register to break.
 */
#include "language/register.h"

#include <string.h>

#include "language/prepare.h"

enum { LEAST_POLITE = 3, POLITE_PER_PLAIN = 4 };

static bool surface_is(const struct sks_sentence *sentence, const struct sks_morpheme *morpheme, const char *text)
{
    size_t size = morpheme->end - morpheme->start;
    return size == strlen(text) && memcmp(sentence->line + morpheme->start, text, size) == 0;
}

static bool is_any(const struct sks_sentence *sentence, const struct sks_morpheme *morpheme, const char *const *texts)
{
    for (; *texts != NULL; texts++)
        if (surface_is(sentence, morpheme, *texts))
            return true;
    return false;
}

static void add(GArray *notes, size_t base, const struct sks_morpheme *morpheme, enum sks_register_kind kind)
{
    struct sks_register_note note = {base + morpheme->start, base + morpheme->end, kind};
    g_array_append_val(notes, note);
}

/* Whether a mailer wrapped the line within the sentence's last word (で / した。): what that was can't be told. */
static bool is_wrapped(const struct sks_sentence *sentence, const struct sks_morpheme *last)
{
    enum { WORD = 12 /* bytes */ };
    size_t start = last->start > sentence->start + WORD ? last->start - WORD : sentence->start;
    return memchr(sentence->line + start, '\n', last->end - start) != NULL;
}

/* How the sentence ends: the last morpheme that is no mark and no final particle. */
static void note_end(GArray *notes, const struct sks_sentence *sentence, size_t base)
{
    const struct sks_morpheme *last = NULL;
    for (size_t i = sentence->count; i-- > 0 && last == NULL;) {
        const struct sks_morpheme *morpheme = &sentence->morphemes[i];
        if (!g_str_has_prefix(morpheme->feature, "記号") && !g_str_has_prefix(morpheme->feature, "助詞,終助詞") &&
            !g_str_has_prefix(morpheme->feature, "助詞,副助詞／並立助詞／終助詞"))
            last = morpheme;
    }
    if (last == NULL || !sks_prepare_is_finished(sentence))
        return;
    size_t length;
    const char *form = sks_morpheme_field(&length, last, 5);
    if (sks_sentence_is_polite(sentence)) {
        add(notes, base, last, SKS_REGISTER_POLITE);
    } else if (length >= strlen("命令") && memcmp(form, "命令", strlen("命令")) == 0) {
        add(notes, base, last, SKS_REGISTER_ORDER);
    } else if (is_wrapped(sentence, last)) {
        return;
    } else if (g_str_has_prefix(last->feature, "助動詞") || g_str_has_prefix(last->feature, "動詞") ||
               g_str_has_prefix(last->feature, "形容詞,自立")) {
        add(notes, base, last, SKS_REGISTER_PLAIN);
    }
}

void sks_register_note(GArray *notes, const struct sks_sentence *sentence, size_t base)
{
    static const char *const rough[] = {"お前", "おまえ", "あんた", "オマエ", "てめえ", "貴様", NULL};
    static const char *const honorific[] = {"いただき", "いただけ", "頂き", "頂け", "ござい", "申し上げ", "致し",
                                            "いたし",   "御社",     "貴社", "貴殿", "貴職",   NULL};
    for (size_t i = 0; i < sentence->count; i++) {
        const struct sks_morpheme *morpheme = &sentence->morphemes[i];
        if (is_any(sentence, morpheme, rough))
            add(notes, base, morpheme, SKS_REGISTER_ROUGH);
        else if (surface_is(sentence, morpheme, "あなた") || surface_is(sentence, morpheme, "君"))
            add(notes, base, morpheme, SKS_REGISTER_YOU);
        else if (is_any(sentence, morpheme, honorific))
            add(notes, base, morpheme, SKS_REGISTER_HONORIFIC);
    }
    note_end(notes, sentence, base);
}

void sks_register_breaks(GArray *breaks, const GArray *notes)
{
    size_t counts[SKS_REGISTER_ORDER + 1] = {0};
    for (guint i = 0; i < notes->len; i++)
        counts[g_array_index(notes, struct sks_register_note, i).kind]++;
    size_t polite = counts[SKS_REGISTER_POLITE], plain = counts[SKS_REGISTER_PLAIN];
    for (guint i = 0; i < notes->len; i++) {
        const struct sks_register_note *note = &g_array_index(notes, struct sks_register_note, i);
        struct sks_register_break one = {note->start, note->end, NULL, NULL};
        if (note->kind == SKS_REGISTER_PLAIN && polite >= LEAST_POLITE && plain * POLITE_PER_PLAIN <= polite) {
            one.why_ja = "丁寧な文章の中に普通体の文があります";
            one.why_en = "a plain sentence among polite ones";
        } else if (note->kind == SKS_REGISTER_ROUGH && polite > plain) {
            one.why_ja = "丁寧な文章に乱暴な呼び方があります";
            one.why_en = "a rough pronoun in a polite text";
        } else if (note->kind == SKS_REGISTER_YOU && polite > plain && counts[SKS_REGISTER_HONORIFIC] > 0) {
            one.why_ja = "敬語で書く相手を「あなた」「君」とは呼びません";
            one.why_en = "あなた or 君 to somebody addressed with honorifics";
        } else if (note->kind == SKS_REGISTER_ORDER && polite > 0) {
            one.why_ja = "丁寧な文章の中に命令形があります";
            one.why_en = "an order in a polite text";
        }
        if (one.why_ja != NULL)
            g_array_append_val(breaks, one);
    }
}
