/*
 * One text, from bytes to scores: normalised (text.c), its language told (detect.c), what is prose in it found
 * (prepare.c), cut into morphemes, tokens and sentences (morpheme.c, token.c, sentence.c); the sentences are scored
 * (score.c) and tried by rules (rule.c, register.c), words and characters looked up (spell.c, glyph.c). Morphemes live
 * until the next block is read, so all that is done to a block is done at once.
 */
#include "language/language.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "language/detect.h"
#include "language/english.h"
#include "language/glyph.h"
#include "language/morpheme.h"
#include "language/prepare.h"
#include "language/register.h"
#include "language/room.h"
#include "language/rule.h"
#include "language/score.h"
#include "language/sentence.h"
#include "language/spell.h"
#include "language/text.h"
#include "language/token.h"
#include "language/trigram-file.h"
#include "sekisho/limits.h"

struct sks_language_room {
    struct sks_morphemes *morphemes;
    struct sks_words *words;
    struct sks_score_models models;
    struct sks_glyphs *glyphs;
    struct sks_spell *spell;
    struct sks_english *english;
    struct sks_rules *rules;
    struct sks_lures *lures;
};

/* From here on, the places that say most for a translation, and the likeliest slips, are shown. */
#define TRANSLATED 0.63
#define LEARNER    0.72
#define AWKWARD    0.9

/* What a result's pointers point into. */
struct storage {
    GStringChunk *strings;
    GArray *tokens, *misspellings, *glyphs, *breaks, *spans;
    struct sks_awkward_parts parts;
};

/* What may be wrong in a sentence, in bytes of the text. */
struct likely {
    struct sks_score_place place;
    bool breaks_off; /* at its end, without a full stop */
};

/* One text on its way. */
struct analysis {
    struct sks_language_room *room;
    struct sks_text text;
    struct storage *storage;
    bool japanese; /* the text as a whole; lines of Japanese in other texts are not judged */
    struct sks_score_sums sums;
    GArray *matches;    /* struct sks_rule_match, for reuse */
    GArray *notes;      /* struct sks_register_note */
    GArray *translated; /* struct sks_score_place, in bytes of the text */
    GArray *likely;     /* struct likely, of sentences that show no slip */
};

int sks_language_create_from(struct sks_language_room **out_room, const char *folder, struct sks_problems *problems)
{
    struct sks_language_room *room = g_new0(struct sks_language_room, 1);
    int result = sks_words_create(&room->words, problems);
    if (result == 0)
        result = sks_morphemes_create(&room->morphemes, problems);
    if (result == 0)
        result = sks_score_models_read(&room->models, folder, problems);
    if (result == 0)
        result = sks_glyphs_create(&room->glyphs, problems);
    if (result == 0)
        result = sks_spell_create(&room->spell, problems);
    if (result == 0)
        result = sks_english_create(&room->english, problems);
    if (result == 0)
        result = sks_rules_create(&room->rules, problems);
    if (result == 0)
        result = sks_lures_create(&room->lures, problems);
    if (result != 0) {
        sks_language_destroy(room);
        return result;
    }
    *out_room = room;
    return 0;
}

int sks_language_open_tables(struct sks_problems *problems)
{
    struct sks_trigram opened;
    return sks_trigram_create(&opened, problems);
}

int sks_language_create(struct sks_language_room **out_room, struct sks_problems *problems)
{
    return sks_language_create_from(out_room, NULL, problems);
}

void sks_language_destroy(struct sks_language_room *room)
{
    if (room == NULL)
        return;
    sks_words_destroy(room->words);
    sks_morphemes_destroy(room->morphemes);
    sks_score_models_finish(&room->models);
    sks_glyphs_destroy(room->glyphs);
    sks_spell_destroy(room->spell);
    sks_english_destroy(room->english);
    sks_rules_destroy(room->rules);
    sks_lures_destroy(room->lures);
    g_free(room);
}

/* A place by its bytes in the normalised text. */
static void add_span(struct analysis *analysis, enum sks_span_kind kind, size_t start, size_t end, const char *why_ja,
                     const char *why_en)
{
    GArray *spans = kind == SKS_SPAN_REGISTER ? analysis->storage->breaks : analysis->storage->spans;
    if (spans->len >= SKS_LIMIT_LANGUAGE_SPANS)
        return;
    size_t at = analysis->text.source[start];
    struct sks_span span = {at, MAX(analysis->text.source[end], at + 1) - at, why_ja, why_en, kind};
    g_array_append_val(spans, span);
}

/* Tries the rules on a sentence; returns how many slips they told of. */
static size_t apply_rules(struct analysis *analysis, const struct sks_sentence *sentence, size_t base)
{
    size_t slips = 0;
    g_array_set_size(analysis->matches, 0);
    sks_rules_apply(analysis->matches, analysis->room->rules, sentence);
    for (guint i = 0; i < analysis->matches->len; i++) {
        const struct sks_rule_match *match = &g_array_index(analysis->matches, struct sks_rule_match, i);
        size_t start = base + match->start, end = base + match->end;
        if (match->kind != SKS_RULE_SLIP && sks_register_is_quoted(sentence, match->start, match->end))
            continue;
        struct sks_register_note casual = {.start = start,
                                           .end = end,
                                           .block = base,
                                           .kind = SKS_REGISTER_CASUAL,
                                           .why_ja = match->why_ja,
                                           .why_en = match->why_en};
        if (match->kind == SKS_RULE_CASUAL)
            g_array_append_val(analysis->notes, casual);
        else
            add_span(analysis, match->kind == SKS_RULE_REGISTER ? SKS_SPAN_REGISTER : SKS_SPAN_SLIP, start, end,
                     match->why_ja, match->why_en);
        slips += match->kind == SKS_RULE_SLIP;
    }
    return slips;
}

static void add_slip(struct analysis *analysis, const struct likely *likely)
{
    add_span(analysis, SKS_SPAN_SLIP, likely->place.start, likely->place.end,
             likely->breaks_off ? "文が途中で切れています" : "この語のつながりは不自然です",
             likely->breaks_off ? "the sentence breaks off" : "this word hardly goes with its neighbours");
}

/* What a sentence that breaks off counts among likely slips. */
#define BREAKS_OFF 3.5

/* Log-odds from which a place is shown: written samples have one in 14 mails, nine of ten of them right. */
#define SHOWN 6.0

/* Morphemes of a sentence that is one: a name and how it is read, or です below a password, are not. */
#define WHOLE 5

/*
 * Keeps what may be shown if the text reads badly as a whole. Of lines that break off, only those that go on behind a
 * comma are no headings, addresses, or passwords.
 */
static void note_likely(struct analysis *analysis, const struct sks_sentence *sentence, size_t base,
                        const struct likely *worst)
{
    const struct sks_morpheme *last = &sentence->morphemes[sentence->count - 1];
    struct likely end = {{base + last->start, base + last->end, BREAKS_OFF}, true};
    bool finished = sks_prepare_is_finished(sentence);
    if (finished && worst->place.end > worst->place.start && sentence->count >= WHOLE)
        g_array_append_val(analysis->likely, *worst);
    if (!finished && sks_morpheme_is(last, 1, "読点"))
        g_array_append_val(analysis->likely, end);
}

/* Shows the place of a sentence where a slip is likeliest, unless a rule has told of something in the sentence. */
static void show_mark(struct analysis *analysis, const struct sks_sentence *sentence, size_t base)
{
    const struct sks_score_place *worst = &analysis->sums.worst;
    bool told = false;
    for (guint i = 0; i < analysis->matches->len; i++)
        told |= g_array_index(analysis->matches, struct sks_rule_match, i).kind != SKS_RULE_CASUAL;
    struct likely likely = {{base + worst->start, base + worst->end, worst->log_odds}, false};
    if (told)
        return;
    if (worst->log_odds > SHOWN)
        add_slip(analysis, &likely);
    else
        note_likely(analysis, sentence, base, &likely);
}

static void read_sentence(struct analysis *analysis, const struct sks_sentence *sentence, size_t base, bool prose)
{
    /* Salutations and lists are no prose, but 社長様 is wrong there, too. */
    size_t slips = apply_rules(analysis, sentence, base);
    if (prose)
        sks_register_note(analysis->notes, sentence, base);
    if (!prose || sks_prepare_is_greeting(sentence))
        return;
    sks_score_add(&analysis->sums, &analysis->room->models, sentence, slips);
    show_mark(analysis, sentence, base);
    struct sks_score_place place = analysis->sums.translated;
    if (place.end > place.start) {
        place.start += base;
        place.end += base;
        g_array_append_val(analysis->translated, place);
    }
}

static void read_block(struct analysis *analysis, struct sks_tokens *tokens, const struct sks_block *block)
{
    struct sks_text_line range = {block->start, block->end};
    if (!block->japanese) {
        sks_tokens_add_words(tokens, &analysis->text, &range, analysis->room->words);
        return;
    }
    size_t count;
    const char *line = analysis->text.bytes + block->start;
    const struct sks_morpheme *morphemes =
        sks_morphemes_read(&count, analysis->room->morphemes, line, block->end - block->start);
    sks_tokens_add_japanese(tokens, &analysis->text, &range, morphemes, count);
    struct sks_sentence sentence;
    for (size_t next = 0; analysis->japanese && sks_sentence_next(&sentence, &next, line, morphemes, count);)
        read_sentence(analysis, &sentence, block->start, block->prose);
}

/* Whether two places are one to a reader: they overlap for the same reason, or in most of both. */
static bool is_same_place(const struct sks_span *a, const struct sks_span *b)
{
    size_t start = MAX(a->at, b->at), end = MIN(a->at + a->length, b->at + b->length);
    size_t outer = MAX(a->length, b->length);
    if (a->kind != b->kind || (a->kind != SKS_SPAN_SLIP && a->kind != SKS_SPAN_REGISTER) || start >= end)
        return false;
    return strcmp(a->why_en, b->why_en) == 0 || 2 * (end - start) >= outer;
}

/* A place is told of once: the longer one with its reason, of two alike what was found first, which is a rule's. */
static void drop_doubled(GArray *spans)
{
    for (guint i = 0; i < spans->len; i++) {
        for (guint k = i + 1; k < spans->len; k++) {
            struct sks_span *first = &g_array_index(spans, struct sks_span, i),
                            *second = &g_array_index(spans, struct sks_span, k);
            if (!is_same_place(first, second))
                continue;
            if (second->length > first->length)
                *first = *second;
            g_array_remove_index(spans, k--);
        }
    }
}

static void find_breaks(struct analysis *analysis)
{
    GArray *breaks = g_array_new(FALSE, FALSE, sizeof(struct sks_register_break));
    sks_register_breaks(breaks, analysis->notes);
    for (guint i = 0; i < breaks->len; i++) {
        const struct sks_register_break *one = &g_array_index(breaks, struct sks_register_break, i);
        add_span(analysis, SKS_SPAN_REGISTER, one->start, one->end, one->why_ja, one->why_en);
    }
    drop_doubled(analysis->storage->breaks);
    g_array_free(breaks, TRUE);
}

static int compare_spans(const void *a, const void *b)
{
    const struct sks_span *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->length < y->length ? -1 : x->length > y->length;
}

/* A place with what should stand there; in Japanese the reason goes on after the word. */
static void add_reason(struct storage *storage, enum sks_span_kind kind, size_t at, size_t length, const char *right,
                       const char *before_ja, const char *after_ja, const char *before_en)
{
    char *why_ja = g_strconcat(before_ja, right, after_ja, NULL), *why_en = g_strconcat(before_en, right, NULL);
    struct sks_span span = {at, length, g_string_chunk_insert(storage->strings, why_ja),
                            g_string_chunk_insert(storage->strings, why_en), kind};
    if (storage->spans->len < SKS_LIMIT_LANGUAGE_SPANS)
        g_array_append_val(storage->spans, span);
    g_free(why_ja);
    g_free(why_en);
}

/* Puts all places together, by position. */
static void collect_spans(struct storage *storage)
{
    drop_doubled(storage->spans);
    for (guint i = 0; i < storage->misspellings->len; i++) {
        const struct sks_misspelling *one = &g_array_index(storage->misspellings, struct sks_misspelling, i);
        add_reason(storage, SKS_SPAN_MISSPELLING, one->at, (size_t)g_utf8_strlen(one->word, -1), one->suggestion, "「",
                   "」の誤記と思われます", "probably meant: ");
    }
    for (guint i = 0; i < storage->glyphs->len; i++) {
        const struct sks_foreign_glyph *one = &g_array_index(storage->glyphs, struct sks_foreign_glyph, i);
        size_t length = (size_t)g_utf8_strlen(one->character, -1);
        if (*one->japanese != '\0')
            add_reason(storage, SKS_SPAN_GLYPH, one->at, length, one->japanese, "日本語では「", "」と書きます",
                       "Japanese writes ");
        else
            add_reason(storage, SKS_SPAN_GLYPH, one->at, length, "", "日本語では使わない字です", "",
                       "Japanese does not write this character");
    }
    for (guint i = 0; i < storage->breaks->len && storage->spans->len < SKS_LIMIT_LANGUAGE_SPANS; i++)
        g_array_append_val(storage->spans, g_array_index(storage->breaks, struct sks_span, i));
    g_array_sort(storage->spans, compare_spans);
    g_array_sort(storage->breaks, compare_spans);
}

/* Works for struct likely, too, which begins with one. */
static int compare_places(const void *a, const void *b)
{
    const struct sks_score_place *x = a, *y = b;
    return (x->log_odds < y->log_odds) - (x->log_odds > y->log_odds);
}

static size_t count_spans(const struct storage *storage, enum sks_span_kind kind)
{
    size_t count = 0;
    for (guint i = 0; i < storage->spans->len; i++)
        count += g_array_index(storage->spans, struct sks_span, i).kind == kind;
    return count;
}

/*
 * A text that reads badly as a whole shows where: what is most like a machine's translation, and where no slip was
 * certain enough to be told of, the likeliest ones. Not talk: what is most unusual there is how people speak.
 */
static void show_worst(struct analysis *analysis, const struct sks_language_result *result)
{
    enum { WORST = 3, SOME_SENTENCES = 40 /* characters; a single one is often above */ };
    g_array_sort(analysis->translated, compare_places);
    g_array_sort(analysis->likely, compare_places);
    for (guint i = 0; i < analysis->translated->len && i < WORST && result->translationese > TRANSLATED; i++) {
        const struct sks_score_place *place = &g_array_index(analysis->translated, struct sks_score_place, i);
        add_span(analysis, SKS_SPAN_TRANSLATED, place->start, place->end, "機械翻訳に多い言い方です",
                 "machine translations often say it so");
    }
    bool slips = (result->learner > LEARNER || result->awkward > AWKWARD) && result->characters >= SOME_SENTENCES &&
                 analysis->storage->parts.speech <= 0 && count_spans(analysis->storage, SKS_SPAN_SLIP) == 0;
    for (guint i = 0; i < analysis->likely->len && i < WORST && slips; i++)
        add_slip(analysis, &g_array_index(analysis->likely, struct likely, i));
}

static double probability(double log_odds)
{
    return 1 / (1 + exp(-log_odds));
}

static void judge(struct sks_language_result *result, const struct analysis *analysis)
{
    struct storage *storage = analysis->storage;
    struct sks_awkward_parts *parts = &storage->parts;
    sks_score_text(parts, &analysis->sums, &analysis->room->models);
    parts->misspellings = storage->misspellings->len;
    parts->glyphs = storage->glyphs->len;
    parts->breaks = storage->breaks->len;
    parts->speech = sks_register_speech(analysis->notes);
    if (parts->places > 0) {
        result->translationese = probability(parts->translationese);
        result->learner = probability(parts->learner);
    }
    if (parts->places > 0 || (analysis->japanese && parts->misspellings + parts->glyphs + parts->breaks > 0))
        result->awkward = sks_awkward_of(&analysis->room->models.awkward, parts);
}

static void fill(struct sks_language_result *result, const struct storage *storage)
{
    result->tokens = (const struct sks_token *)(void *)storage->tokens->data;
    result->token_count = storage->tokens->len;
    result->misspellings = (const struct sks_misspelling *)(void *)storage->misspellings->data;
    result->misspelling_count = storage->misspellings->len;
    result->foreign_glyphs = (const struct sks_foreign_glyph *)(void *)storage->glyphs->data;
    result->foreign_glyph_count = storage->glyphs->len;
    result->register_breaks = (const struct sks_span *)(void *)storage->breaks->data;
    result->register_break_count = storage->breaks->len;
    result->spans = (const struct sks_span *)(void *)storage->spans->data;
    result->span_count = storage->spans->len;
}

static struct storage *storage_new(void)
{
    struct storage *storage = g_new0(struct storage, 1);
    storage->strings = g_string_chunk_new(4096);
    storage->tokens = g_array_new(FALSE, FALSE, sizeof(struct sks_token));
    storage->misspellings = g_array_new(FALSE, FALSE, sizeof(struct sks_misspelling));
    storage->glyphs = g_array_new(FALSE, FALSE, sizeof(struct sks_foreign_glyph));
    storage->breaks = g_array_new(FALSE, FALSE, sizeof(struct sks_span));
    storage->spans = g_array_new(FALSE, FALSE, sizeof(struct sks_span));
    return storage;
}

/* What needs no morphemes any more. */
static void look_up(struct analysis *analysis, struct sks_language_result *result, const char *given)
{
    struct storage *storage = analysis->storage;
    const struct sks_token *tokens = (const struct sks_token *)(void *)storage->tokens->data;
    if (analysis->japanese) {
        sks_spell_katakana(storage->misspellings, storage->strings, analysis->room->spell, &analysis->text);
        sks_glyphs_find(storage->glyphs, storage->strings, analysis->room->glyphs, analysis->room->morphemes, given,
                        tokens, storage->tokens->len);
    } else if (strcmp(result->language, "en") == 0) {
        double amounts[SKS_LURE_KINDS];
        result->cut |= sks_english_check(storage->misspellings, storage->strings, analysis->room->english, tokens,
                                         storage->tokens->len);
        sks_lures_find(amounts, storage->spans, analysis->room->lures, tokens, storage->tokens->len);
        result->lure = sks_lures_score(analysis->room->lures, amounts);
    }
}

int sks_language_analyse(struct sks_language_result **out_result, struct sks_language_room *room, const char *given)
{
    struct sks_language_result *result = g_new0(struct sks_language_result, 1);
    struct analysis analysis = {.room = room, .storage = storage_new()};
    struct storage *storage = analysis.storage;
    result->storage = storage;
    sks_text_init(&analysis.text, given);
    sks_score_sums_init(&analysis.sums);
    analysis.matches = g_array_new(FALSE, FALSE, sizeof(struct sks_rule_match));
    analysis.notes = g_array_new(FALSE, FALSE, sizeof(struct sks_register_note));
    analysis.translated = g_array_new(FALSE, FALSE, sizeof(struct sks_score_place));
    analysis.likely = g_array_new(FALSE, FALSE, sizeof(struct likely));
    result->language = sks_detect_language(&analysis.text);
    analysis.japanese = strcmp(result->language, "ja") == 0;
    result->characters = (size_t)g_utf8_strlen(analysis.text.bytes, (gssize)analysis.text.size);

    struct sks_tokens tokens = {storage->tokens, storage->strings, analysis.text.cut};
    GArray *blocks = sks_prepare_blocks(&analysis.text, result->language);
    for (guint i = 0; i < blocks->len; i++)
        read_block(&analysis, &tokens, &g_array_index(blocks, struct sks_block, i));
    g_array_free(blocks, TRUE);
    result->cut = tokens.cut;
    find_breaks(&analysis);
    look_up(&analysis, result, given);
    judge(result, &analysis);
    show_worst(&analysis, result);
    collect_spans(storage);
    fill(result, storage);

    g_array_free(analysis.likely, TRUE);
    g_array_free(analysis.translated, TRUE);
    g_array_free(analysis.notes, TRUE);
    g_array_free(analysis.matches, TRUE);
    sks_score_sums_finish(&analysis.sums);
    sks_text_finish(&analysis.text);
    *out_result = result;
    return 0;
}

const struct sks_lures *sks_language_lures(const struct sks_language_room *room)
{
    return room->lures;
}

const struct sks_awkward_parts *sks_language_parts(const struct sks_language_result *result)
{
    return &((const struct storage *)result->storage)->parts;
}

void sks_language_result_destroy(struct sks_language_result *result)
{
    if (result == NULL)
        return;
    struct storage *storage = result->storage;
    g_array_free(storage->tokens, TRUE);
    g_array_free(storage->misspellings, TRUE);
    g_array_free(storage->glyphs, TRUE);
    g_array_free(storage->breaks, TRUE);
    g_array_free(storage->spans, TRUE);
    g_string_chunk_free(storage->strings);
    g_free(storage);
    g_free(result);
}
