/*
 * Language: what the language room measured of the mail's own text. Short texts say nothing; counts are taken by
 * occurrence, not by share, since a lure's writer slips once or twice, and a long report's writer does, too.
 */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "indicator/view.h"

#define CHARACTERS_LEAST 40u

/* Places that a reason quotes, so that a reader sees what is meant. */
#define QUOTED 3u

/* A score of 0 to 1 of which the lowest part is noise. */
static double above(double score, double noise)
{
    return score > noise ? (score - noise) / (1 - noise) : 0;
}

/* One occurrence counts for something, three for all. */
static double by_count(size_t count, size_t characters)
{
    static const double strengths[] = {0, 0.4, 0.7, 1};
    double scale = characters > 2000 ? 2000.0 / (double)characters : 1;
    return strengths[MIN(count, 3)] * scale;
}

static bool is_in_name(const struct sks_language_result *language, size_t at)
{
    for (size_t i = 0; i < language->token_count; i++)
        if (at >= language->tokens[i].at && at < language->tokens[i].at + language->tokens[i].length)
            return language->tokens[i].class_ == SKS_TOKEN_NAME;
    return false;
}

/* The mail's own text by characters, to quote from, and what the language room made of it. */
struct own {
    gunichar *characters;
    size_t count;
    const struct sks_language_result *language;
};

/* Where a quotation may not go on. */
static bool ends_phrase(gunichar character)
{
    return g_unichar_isspace(character) || g_unichar_ispunct(character);
}

/* A few characters say little (す): takes in the words before and after, within the phrase; a particle, the one before.
 */
static void widen(size_t *inout_start, size_t *inout_end, const struct own *own)
{
    enum { ENOUGH = 6 };
    const struct sks_token *tokens = own->language->tokens;
    size_t first = 0, last, count = own->language->token_count;
    while (first < count && tokens[first].at + tokens[first].length <= *inout_start)
        first++;
    for (last = first; last < count && tokens[last].at < *inout_end; last++)
        ;
    while (first > 0 && first < count &&
           (*inout_end - *inout_start < ENOUGH || tokens[first].class_ == SKS_TOKEN_FUNCTION) &&
           tokens[first - 1].at + tokens[first - 1].length == *inout_start &&
           !ends_phrase(own->characters[*inout_start - 1]))
        *inout_start = tokens[--first].at;
    while (*inout_end - *inout_start < ENOUGH && last < count && tokens[last].at == *inout_end &&
           tokens[last].at + tokens[last].length <= own->count && !ends_phrase(own->characters[*inout_end])) {
        *inout_end += tokens[last].length;
        last++;
    }
}

/* Marks at either end say nothing, unless one stands twice. */
static void trim(size_t *inout_start, size_t *inout_end, const struct own *own)
{
    while (*inout_start < *inout_end && ends_phrase(own->characters[*inout_start]))
        ++*inout_start;
    while (*inout_start < *inout_end && ends_phrase(own->characters[*inout_end - 1]) &&
           !(*inout_end > *inout_start + 1 && own->characters[*inout_end - 2] == own->characters[*inout_end - 1]))
        --*inout_end;
}

/* Quotes characters, the first of them if there are many; what is quoted already says nothing new. */
static void quote(GString *detail, const struct own *own, size_t start, size_t end)
{
    enum { MOST = 22 };
    GString *quotation = g_string_new(NULL);
    for (size_t i = start; i < MIN(end, start + MOST); i++)
        g_string_append_unichar(quotation, g_unichar_isspace(own->characters[i]) ? ' ' : own->characters[i]);
    bool inner = strstr(quotation->str, "「") != NULL || strstr(quotation->str, "」") != NULL;
    g_string_prepend(quotation, inner ? "『" : "「");
    g_string_append(quotation, end > start + MOST ? "…" : "");
    g_string_append(quotation, inner ? "』" : "」");
    if (strstr(detail->str, quotation->str) == NULL)
        g_string_append(detail, quotation->str);
    g_string_free(quotation, TRUE);
}

enum script { OTHER, HAN, KATAKANA, HIRAGANA };

static enum script script_of(gunichar character)
{
    if (character == 0x30fc) /* ー */
        return KATAKANA;
    switch (g_unichar_get_script(character)) {
    case G_UNICODE_SCRIPT_HAN:
        return HAN;
    case G_UNICODE_SCRIPT_KATAKANA:
        return KATAKANA;
    case G_UNICODE_SCRIPT_HIRAGANA:
        return HIRAGANA;
    default:
        return OTHER;
    }
}

/* An address or a name in Latin letters is no Japanese that could read badly. */
static bool holds_japanese(const struct own *own, size_t start, size_t end)
{
    for (size_t i = start; i < end; i++)
        if (script_of(own->characters[i]) != OTHER)
            return true;
    return false;
}

/* The first places of a kind, as the mail writes them; those that overlap are one. Returns whether there is any. */
static bool quote_spans(GString *detail, const struct own *own, enum sks_span_kind kind)
{
    const struct sks_language_result *language = own->language;
    size_t starts[QUOTED], ends[QUOTED], found = 0;
    for (size_t i = 0; i < language->span_count; i++) {
        size_t start = language->spans[i].at, end = start + language->spans[i].length;
        if (language->spans[i].kind != kind || end > own->count || !holds_japanese(own, start, end))
            continue;
        trim(&start, &end, own);
        widen(&start, &end, own);
        if (found > 0 && start < ends[found - 1]) {
            ends[found - 1] = MAX(end, ends[found - 1]);
            continue;
        }
        if (found == QUOTED)
            break;
        starts[found] = start;
        ends[found++] = end;
    }
    for (size_t i = 0; i < found; i++)
        quote(detail, own, starts[i], ends[i]);
    return found > 0;
}

/* The word that a glyph stands in: ideographs, katakana for those that look like such, what is before a mark. */
static void word_of(size_t *out_start, size_t *out_end, const struct own *own, size_t at)
{
    enum { AROUND = 4, BEFORE_MARK = 3 };
    size_t start = at, end = at + 1;
    gunichar before = at > 0 ? own->characters[at - 1] : ' ';
    enum script script = script_of(before) == KATAKANA ? KATAKANA : script_of(own->characters[at]);
    while (start > 0 && (script == OTHER ? !ends_phrase(own->characters[start - 1]) && at - start < BEFORE_MARK
                                         : script_of(own->characters[start - 1]) == script && at - start < AROUND))
        start--;
    while (script != OTHER && end < own->count && script_of(own->characters[end]) == script && end - at <= AROUND)
        end++;
    *out_start = start;
    *out_end = end;
}

static bool is_form(const struct sks_foreign_glyph *glyph)
{
    return g_utf8_strlen(glyph->japanese, -1) == 1;
}

/* "报告书→報告書": the word of the first glyph as it is and as Japanese writes it; returns the number of glyphs in it.
 */
static size_t quote_word(GString *detail, const struct own *own, const struct sks_foreign_glyph *glyphs, size_t count)
{
    size_t start, end, inside = 0;
    word_of(&start, &end, own, glyphs->at);
    while (inside < count && glyphs[inside].at < end && is_form(&glyphs[inside]))
        inside++;
    end = inside < count ? MIN(end, MAX(glyphs[inside].at, glyphs->at + 1)) : end;
    for (size_t i = start; i < end; i++)
        g_string_append_unichar(detail, own->characters[i]);
    g_string_append(detail, "→");
    for (size_t i = start, k = 0; i < end; i++) {
        if (k < inside && glyphs[k].at == i)
            g_string_append(detail, glyphs[k++].japanese);
        else
            g_string_append_unichar(detail, own->characters[i]);
    }
    return inside;
}

/* Quotes the next glyph, alone with the word that stands for it ("你→あなた") or within its own; returns how many. */
static size_t quote_glyph(GString *detail, const struct own *own, const struct sks_foreign_glyph *glyphs, size_t count)
{
    if (is_form(glyphs) && glyphs->at < own->count && own->characters[glyphs->at] == g_utf8_get_char(glyphs->character))
        return quote_word(detail, own, glyphs, count);
    g_string_append_printf(detail, "%s%s%s", glyphs->character, *glyphs->japanese != '\0' ? "→" : "", glyphs->japanese);
    return 1;
}

/* The first glyphs; returns whether there is any. */
static bool quote_glyphs(GString *detail, const struct own *own)
{
    const struct sks_foreign_glyph *all = own->language->foreign_glyphs;
    size_t count = own->language->foreign_glyph_count;
    for (size_t i = 0, quoted = 0; i < count && quoted < QUOTED; quoted++) {
        g_string_append(detail, i > 0 ? ", " : "");
        i += quote_glyph(detail, own, all + i, count - i);
    }
    return count > 0;
}

static void glyphs(struct sks_findings *findings, const struct own *own)
{
    double strength = 0;
    const struct sks_foreign_glyph *all = own->language->foreign_glyphs;
    for (size_t i = 0; i < own->language->foreign_glyph_count; i++)
        strength += is_in_name(own->language, all[i].at) ? 0.1 : 0.4; /* people and places abroad are written so */
    GString *detail = g_string_new(NULL);
    quote_glyphs(detail, own);
    sks_findings_add(findings, "language.foreign-glyph", fmin(strength, 1), "body", detail->str);
    g_string_free(detail, TRUE);
}

/* "filesystem" for "file system": a trade writes as one word what the dictionary writes as two. */
static bool is_compound(const struct sks_misspelling *misspelling)
{
    const char *word = misspelling->word, *suggestion = misspelling->suggestion;
    while (*word != '\0' && *suggestion != '\0') {
        if (*suggestion == ' ' || *suggestion == '-')
            suggestion++;
        else if (*word++ != *suggestion++)
            return false;
    }
    return *word == '\0' && *suggestion == '\0' && strpbrk(misspelling->suggestion, " -") != NULL;
}

/* Whether the word tells something: it is no term of a trade, and does not repeat. Who writes a word so each time means
 * it. */
static bool is_slip(const struct sks_language_result *language, size_t which)
{
    const struct sks_misspelling *all = language->misspellings;
    if (is_compound(&all[which]))
        return false;
    for (size_t i = 0; i < which; i++)
        if (strcmp(all[i].word, all[which].word) == 0)
            return false;
    return true;
}

static size_t count_misspelt(const struct sks_language_result *language)
{
    size_t count = 0;
    for (size_t i = 0; i < language->misspelling_count && count < QUOTED; i++)
        count += is_slip(language, i);
    return count;
}

/* The first words that spelling put right. */
static bool quote_misspelt(GString *detail, const struct sks_language_result *language)
{
    size_t quoted = 0;
    for (size_t i = 0; i < language->misspelling_count && quoted < QUOTED; i++)
        if (is_slip(language, i))
            g_string_append_printf(detail, "%s%s→%s", quoted++ > 0 ? ", " : "", language->misspellings[i].word,
                                   language->misspellings[i].suggestion);
    return quoted > 0;
}

static void add(struct sks_findings *findings, const char *id, double strength, GString *detail)
{
    sks_findings_add(findings, id, strength, "body", detail->str);
    g_string_free(detail, TRUE);
}

/* A finding that quotes places of its kind. */
static void add_quoting(struct sks_findings *findings, const struct own *own, const char *id, double strength,
                        enum sks_span_kind kind)
{
    GString *detail = g_string_new(NULL);
    quote_spans(detail, own, kind);
    add(findings, id, strength, detail);
}

/*
 * Awkward text quotes its slips, or where it shows none, what else makes it so. One in ten honest texts lies above the
 * bound by many words that are each a little rare; where there is nothing to point at, nothing is said.
 */
static void awkward(struct sks_findings *findings, const struct own *own)
{
    const struct sks_language_result *language = own->language;
    /* Where nine of ten written samples of honest mail lie below, on the language room's scales. */
    double strength = fmax(above(language->learner, 0.72), above(language->awkward, 0.9));
    GString *detail = g_string_new(NULL);
    bool quoted = quote_spans(detail, own, SKS_SPAN_SLIP) || quote_misspelt(detail, language) ||
                  quote_glyphs(detail, own) || quote_spans(detail, own, SKS_SPAN_TRANSLATED) ||
                  quote_spans(detail, own, SKS_SPAN_REGISTER);
    add(findings, "language.awkward", quoted ? strength : 0, detail);
}

/*
 * In English hardly a sign: of real legitimate mail 4 to 10 in 100 have such a word, of bulk mail no more, of targeted
 * mail written blind none (docs/evaluation.md). In Japanese it is a slip that honest mail seldom has.
 */
static void misspelling(struct sks_findings *findings, const struct own *own)
{
    double scale = strcmp(own->language->language, "en") == 0 ? 0.3 : 1;
    GString *detail = g_string_new(NULL);
    quote_misspelt(detail, own->language);
    add(findings, "language.misspelling", scale * by_count(count_misspelt(own->language), own->language->characters),
        detail);
}

static void scores(struct sks_findings *findings, const struct own *own)
{
    const struct sks_language_result *language = own->language;
    awkward(findings, own);
    add_quoting(findings, own, "language.translationese", above(language->translationese, 0.63), SKS_SPAN_TRANSLATED);
    misspelling(findings, own);
    add_quoting(findings, own, "language.register",
                0.7 * by_count(language->register_break_count, language->characters), SKS_SPAN_REGISTER);
}

void sks_language_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_language_result *language = view->facts->language;
    char *valid = g_utf8_make_valid(view->message->body.own, -1);
    glong count;
    gunichar *characters = g_utf8_to_ucs4_fast(valid, -1, &count);
    struct own own = {characters, (size_t)count, language};
    if (strcmp(language->language, "ja") == 0)
        glyphs(findings, &own);
    if (language->characters >= CHARACTERS_LEAST)
        scores(findings, &own);
    g_free(characters);
    g_free(valid);
}
