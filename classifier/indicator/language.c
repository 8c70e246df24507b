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

static void glyphs(struct sks_findings *findings, const struct sks_language_result *language)
{
    double count = 0;
    GString *detail = g_string_new(NULL);
    for (size_t i = 0; i < language->foreign_glyph_count; i++) {
        const struct sks_foreign_glyph *glyph = &language->foreign_glyphs[i];
        count += is_in_name(language, glyph->at) ? 0.25 : 1; /* people and places abroad are written so */
        if (i < QUOTED)
            g_string_append_printf(detail, "%s%s%s%s", i > 0 ? ", " : "", glyph->character,
                                   *glyph->japanese != '\0' ? "→" : "", glyph->japanese);
    }
    sks_findings_add(findings, "language.foreign-glyph", fmin(count * 0.4, 1), "body", detail->str);
    g_string_free(detail, TRUE);
}

/* The first words that spelling put right. */
static char *misspelt(const struct sks_language_result *language)
{
    GString *detail = g_string_new(NULL);
    for (size_t i = 0; i < language->misspelling_count && i < QUOTED; i++)
        g_string_append_printf(detail, "%s%s→%s", i > 0 ? ", " : "", language->misspellings[i].word,
                               language->misspellings[i].suggestion);
    return g_string_free(detail, FALSE);
}

/* The first places of a kind, as the mail writes them. */
static char *quoted(const struct sks_view *view, const struct sks_language_result *language, enum sks_span_kind kind)
{
    char *own = g_utf8_make_valid(view->message->body.own, -1);
    size_t characters = (size_t)g_utf8_strlen(own, -1), found = 0;
    GString *detail = g_string_new(NULL);
    for (size_t i = 0; i < language->span_count && found < QUOTED; i++) {
        const struct sks_span *span = &language->spans[i];
        if (span->kind != kind || span->at + span->length > characters)
            continue;
        char *words = g_utf8_substring(own, (glong)span->at, (glong)(span->at + span->length));
        g_string_append_printf(detail, "%s%s", found++ > 0 ? " / " : "", words);
        g_free(words);
    }
    g_free(own);
    return g_string_free(detail, FALSE);
}

static void add_quoting(struct sks_findings *findings, const struct sks_view *view, const char *id, double strength,
                        enum sks_span_kind kind)
{
    char *detail =
        kind == SKS_SPAN_MISSPELLING ? misspelt(view->facts->language) : quoted(view, view->facts->language, kind);
    sks_findings_add(findings, id, strength, "body", detail);
    g_free(detail);
}

void sks_language_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_language_result *language = view->facts->language;
    if (strcmp(language->language, "ja") == 0)
        glyphs(findings, language);
    if (language->characters < CHARACTERS_LEAST)
        return;
    /* Where nine of ten written samples of honest mail lie below, on the language room's scales. */
    add_quoting(findings, view, "language.awkward",
                fmax(above(language->learner, 0.72), above(language->awkward, 0.9)), SKS_SPAN_SLIP);
    add_quoting(findings, view, "language.translationese", above(language->translationese, 0.63), SKS_SPAN_TRANSLATED);
    add_quoting(findings, view, "language.misspelling", by_count(language->misspelling_count, language->characters),
                SKS_SPAN_MISSPELLING);
    add_quoting(findings, view, "language.register",
                0.7 * by_count(language->register_break_count, language->characters), SKS_SPAN_REGISTER);
}
