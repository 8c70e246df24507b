/*
 * A text is polite if most of its finished sentences are. Then a plain sentence, an order or a rough word for "you"
 * stands out; あなた and what is said among friends do so only beside honorifics, since manuals and forms say あなた to
 * everybody. A text that changes all the time (minutes, dialogue) has no register to break.
 *
 * A text is plain if most of its sentences are, and nobody speaks in it. Then a polite sentence stands out, but not
 * where plain texts have one: at the beginning or the end, where the writer turns to his readers, in a line of its own
 * between paragraphs, and where it asks or requests something.
 *
 * Quotations, remarks in brackets and items of lists are written as they please. So is talk: people change between the
 * two while they speak, and take turns.
 */
#include "language/register.h"

#include <string.h>

#include "language/prepare.h"
#include "language/surface.h"

enum {
    LEAST_POLITE = 3,
    POLITE_PER_PLAIN = 4,
    LEAST_PLAIN = 4,
    PLAIN_PER_POLITE = 4,
    LEAST_HONORIFIC = 2,
    SENTENCES_PER_SPEECH = 3
};

static bool is(const struct sks_morpheme *morpheme, uint32_t bits)
{
    return (morpheme->bits & bits) != 0;
}

static void add(GArray *notes, size_t base, const struct sks_morpheme *morpheme, enum sks_register_kind kind)
{
    struct sks_register_note note = {base + morpheme->start, base + morpheme->end, base, kind, false, NULL, NULL};
    g_array_append_val(notes, note);
}

/* Whether a mailer wrapped the line within the sentence's last word (で / した。): what that was can't be told. */
static bool is_wrapped(const struct sks_sentence *sentence, const struct sks_morpheme *last)
{
    enum { WORD = 12 /* bytes */ };
    size_t start = last->start > sentence->start + WORD ? last->start - WORD : sentence->start;
    return memchr(sentence->line + start, '\n', last->end - start) != NULL;
}

static bool has_part(const struct sks_morpheme *morpheme, const char *part)
{
    return g_str_has_prefix(morpheme->feature, part);
}

static bool is_final_particle(const struct sks_morpheme *morpheme)
{
    return has_part(morpheme, "助詞,終助詞") || has_part(morpheme, "助詞,副助詞／並立助詞／終助詞");
}

/* Whether it opens or ends with a bracket or a quotation mark: somebody else's words, or a remark. */
static bool is_set_off(const struct sks_sentence *sentence)
{
    const uint32_t marks = SKS_SURFACE_OPENS | SKS_SURFACE_CLOSES;
    return is(&sentence->morphemes[0], marks) || is(&sentence->morphemes[sentence->count - 1], marks);
}

/* Whether the auxiliaries at the very end are polite: not so where a polite sentence is quoted (…ますと述べた). */
static bool ends_politely(const struct sks_sentence *sentence)
{
    for (size_t i = sentence->count; i-- > 0;) {
        const struct sks_morpheme *morpheme = &sentence->morphemes[i];
        if (is(morpheme, SKS_SURFACE_POLITE_END))
            return true;
        if (!has_part(morpheme, "助動詞") && !has_part(morpheme, "記号") && !is_final_particle(morpheme))
            return false;
    }
    return false;
}

/* What a writer of plain sentences, too, says to his readers. */
static enum sks_register_kind polite_kind(const struct sks_sentence *sentence)
{
    enum { LAST = 4 };
    for (size_t i = sentence->count, seen = 0; i-- > 0 && seen < LAST; seen++)
        if (is(&sentence->morphemes[i], SKS_SURFACE_ASKING))
            return SKS_REGISTER_ADDRESSED;
    return ends_politely(sentence) && !sks_prepare_is_greeting(sentence) ? SKS_REGISTER_POLITE : SKS_REGISTER_ADDRESSED;
}

static bool is_speech(const struct sks_sentence *sentence)
{
    const struct sks_morpheme *first = &sentence->morphemes[0];
    bool speech = (has_part(first, "感動詞") || has_part(first, "フィラー")) && !sks_prepare_is_greeting(sentence);
    for (size_t i = sentence->count; !speech && i-- > 0;) {
        speech = has_part(&sentence->morphemes[i], "助詞,終助詞");
        if (!has_part(&sentence->morphemes[i], "記号") && !is_final_particle(&sentence->morphemes[i]))
            break;
    }
    return speech;
}

/* The last morpheme that is no mark, no final particle, and not in brackets. */
static const struct sks_morpheme *last_word(const struct sks_sentence *sentence)
{
    int depth = 0;
    for (size_t i = sentence->count; i-- > 0;) {
        const struct sks_morpheme *morpheme = &sentence->morphemes[i];
        bool opening = is(morpheme, SKS_SURFACE_OPENS);
        depth += is(morpheme, SKS_SURFACE_CLOSES);
        if (depth == 0 && !opening && !has_part(morpheme, "記号") && !is_final_particle(morpheme))
            return morpheme;
        depth -= opening && depth > 0;
    }
    return NULL;
}

/* How the sentence ends. */
static void note_end(GArray *notes, const struct sks_sentence *sentence, size_t base)
{
    const struct sks_morpheme *last = last_word(sentence);
    if (last == NULL || !sks_prepare_is_finished(sentence) || is_set_off(sentence) || sks_prepare_is_item(sentence))
        return;
    const char *form = last->category->form;
    size_t length = last->category->form_size;
    bool speech = is_speech(sentence);
    guint before = notes->len;
    struct sks_sentence before_marks = *sentence;
    before_marks.count = (size_t)(last - sentence->morphemes) + 1;
    if (sks_sentence_is_polite(&before_marks)) {
        add(notes, base, last, polite_kind(sentence));
    } else if (length >= strlen("命令") && memcmp(form, "命令", strlen("命令")) == 0) {
        add(notes, base, last, SKS_REGISTER_ORDER);
    } else if (is_wrapped(sentence, last) || memmem(form, length, "基本形", strlen("基本形")) == NULL) {
        return; /* お元気で, お忘れなく */
    } else if (has_part(last, "助動詞") || has_part(last, "動詞") || has_part(last, "形容詞,自立")) {
        add(notes, base, last, speech ? SKS_REGISTER_SPOKEN : SKS_REGISTER_PLAIN);
    }
    if (notes->len > before)
        g_array_index(notes, struct sks_register_note, before).speech = speech;
}

/* Whether 君 follows a name (佐藤君). */
static bool is_title(const struct sks_sentence *sentence, size_t i)
{
    return i > 0 && has_part(&sentence->morphemes[i - 1], "名詞,固有名詞");
}

/* The sign that quotes, opening and closing by turns. */
static int quoting(const struct sks_morpheme *morpheme)
{
    return is(morpheme, SKS_SURFACE_QUOTE) ? 1 : is(morpheme, SKS_SURFACE_UNQUOTE) ? -1 : 0;
}

bool sks_register_is_quoted(const struct sks_sentence *sentence, size_t start, size_t end)
{
    int depth = 0;
    size_t i = 0;
    for (; i < sentence->count && sentence->morphemes[i].start < end; i++) {
        const struct sks_morpheme *morpheme = &sentence->morphemes[i];
        if (morpheme->start < start)
            depth = MAX(depth + quoting(morpheme), 0);
    }
    if (depth > 0)
        return true;
    enum { WITHIN = 3 };
    size_t last = MIN(i + WITHIN + 1, sentence->count) - 1;
    if (i + 1 >= sentence->count || !is(&sentence->morphemes[i], SKS_SURFACE_SPOKEN_OF))
        return false;
    for (i++; i <= last; i++)
        if (is(&sentence->morphemes[i], SKS_SURFACE_WORD))
            return true;
    return false;
}

void sks_register_note(GArray *notes, const struct sks_sentence *sentence, size_t base)
{
    const uint32_t address = SKS_SURFACE_ROUGH | SKS_SURFACE_YOU;
    for (size_t i = 0; i < sentence->count; i++) {
        const struct sks_morpheme *morpheme = &sentence->morphemes[i];
        if (!is(morpheme, address | SKS_SURFACE_HONORIFIC) ||
            (is(morpheme, address) && sks_register_is_quoted(sentence, morpheme->start, morpheme->end)))
            continue;
        if (is(morpheme, SKS_SURFACE_ROUGH))
            add(notes, base, morpheme, SKS_REGISTER_ROUGH);
        else if (is(morpheme, SKS_SURFACE_YOU) && !is_title(sentence, i))
            add(notes, base, morpheme, SKS_REGISTER_YOU);
        else if (is(morpheme, SKS_SURFACE_HONORIFIC))
            add(notes, base, morpheme, SKS_REGISTER_HONORIFIC);
    }
    note_end(notes, sentence, base);
}

static bool is_end(enum sks_register_kind kind)
{
    return kind <= SKS_REGISTER_SPOKEN;
}

/* The nearest end of a sentence on one side, or the count. */
static enum sks_register_kind neighbour(const struct sks_register_note *notes, size_t count, size_t i, int step)
{
    for (size_t k = i + (size_t)step; k < count; k += (size_t)step)
        if (is_end(notes[k].kind))
            return notes[k].kind;
    return SKS_REGISTER_COUNT;
}

/* How many sentences ended in a block. */
static size_t ends_in(const struct sks_register_note *notes, size_t count, size_t block)
{
    size_t ends = 0;
    for (size_t i = 0; i < count; i++)
        ends += is_end(notes[i].kind) && notes[i].block == block;
    return ends;
}

/* Whether a line of its own stands between paragraphs of several sentences. */
static bool stands_alone(const struct sks_register_note *notes, size_t count, size_t i)
{
    if (ends_in(notes, count, notes[i].block) > 1)
        return false;
    for (size_t k = 0, last = count; k < count; k++) {
        if (!is_end(notes[k].kind))
            continue;
        if (last < count && notes[last].block == notes[k].block) /* a block's notes stand together */
            return true;
        last = k;
    }
    return false;
}

static bool breaks_plain(const struct sks_register_note *notes, size_t count, size_t i, const size_t *counts)
{
    size_t polite = counts[SKS_REGISTER_POLITE], plain = counts[SKS_REGISTER_PLAIN];
    return notes[i].kind == SKS_REGISTER_POLITE && counts[SKS_REGISTER_SPOKEN] == 0 && plain >= LEAST_PLAIN &&
           polite * PLAIN_PER_POLITE <= plain && neighbour(notes, count, i, -1) == SKS_REGISTER_PLAIN &&
           neighbour(notes, count, i, 1) == SKS_REGISTER_PLAIN && !stands_alone(notes, count, i);
}

static size_t count_speech(size_t *out_ends, const GArray *notes)
{
    size_t speech = 0;
    *out_ends = 0;
    for (guint i = 0; i < notes->len; i++) {
        const struct sks_register_note *note = &g_array_index(notes, struct sks_register_note, i);
        *out_ends += is_end(note->kind);
        speech += is_end(note->kind) && note->speech;
    }
    return speech;
}

double sks_register_speech(const GArray *notes)
{
    size_t ends, speech = count_speech(&ends, notes);
    return ends > 0 ? (double)speech / (double)ends : 0;
}

/* A plain sentence is none in talk; one with a final particle is only if nothing else sounds like talk. */
static bool breaks_polite(const struct sks_register_note *note, const size_t *counts, size_t ends, size_t speech)
{
    size_t polite = counts[SKS_REGISTER_POLITE] + counts[SKS_REGISTER_ADDRESSED],
           plain = counts[SKS_REGISTER_PLAIN] + counts[SKS_REGISTER_SPOKEN];
    if (polite < LEAST_POLITE || plain * POLITE_PER_PLAIN > polite)
        return false;
    return note->kind == SKS_REGISTER_PLAIN ? speech * SENTENCES_PER_SPEECH < ends
                                            : note->kind == SKS_REGISTER_SPOKEN && speech == 1;
}

void sks_register_breaks(GArray *breaks, const GArray *notes)
{
    const struct sks_register_note *all = (const struct sks_register_note *)(void *)notes->data;
    size_t counts[SKS_REGISTER_COUNT] = {0}, ends, speech = count_speech(&ends, notes);
    for (guint i = 0; i < notes->len; i++)
        counts[all[i].kind]++;
    size_t polite = counts[SKS_REGISTER_POLITE] + counts[SKS_REGISTER_ADDRESSED],
           plain = counts[SKS_REGISTER_PLAIN] + counts[SKS_REGISTER_SPOKEN], honorific = counts[SKS_REGISTER_HONORIFIC];
    for (guint i = 0; i < notes->len; i++) {
        const struct sks_register_note *note = &all[i];
        struct sks_register_break one = {note->start, note->end, NULL, NULL};
        if (breaks_polite(note, counts, ends, speech)) {
            one.why_ja = "丁寧な文章の中に普通体の文があります";
            one.why_en = "a plain sentence among polite ones";
        } else if (breaks_plain(all, notes->len, i, counts)) {
            one.why_ja = "普通体の文章の中に丁寧な文があります";
            one.why_en = "a polite sentence among plain ones";
        } else if (note->kind == SKS_REGISTER_ROUGH && polite > plain) {
            one.why_ja = "丁寧な文章に乱暴な呼び方があります";
            one.why_en = "a rough pronoun in a polite text";
        } else if (note->kind == SKS_REGISTER_YOU && polite > plain && honorific > 0) {
            one.why_ja = "敬語で書く相手を「あなた」「君」とは呼びません";
            one.why_en = "あなた or 君 to somebody addressed with honorifics";
        } else if (note->kind == SKS_REGISTER_ORDER && polite > 0) {
            one.why_ja = "丁寧な文章の中に命令形があります";
            one.why_en = "an order in a polite text";
        } else if (note->kind == SKS_REGISTER_CASUAL && polite > plain && honorific >= LEAST_HONORIFIC &&
                   speech * SENTENCES_PER_SPEECH < ends) {
            one.why_ja = note->why_ja;
            one.why_en = note->why_en;
        }
        if (one.why_ja != NULL)
            g_array_append_val(breaks, one);
    }
}
