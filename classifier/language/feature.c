/*
 * What stands for content is folded, so that a model learns how something is said and not what: digits become one
 * zero, Latin words one letter, spaces nothing. Each kind of n-gram has its own seed.
 */
#include "language/feature.h"

#include <string.h>

#include "language/text.h"

enum { LONGEST_CHARACTERS = 4 };

static void emit(GArray *out_hashes, uint32_t hash)
{
    hash = sks_feature_finish(hash);
    g_array_append_val(out_hashes, hash);
}

/* All runs of one to longest units. */
static void n_grams(GArray *out_hashes, const GArray *units, unsigned longest, uint32_t seed)
{
    for (guint i = 0; i < units->len; i++) {
        uint32_t hash = sks_feature_mix(seed, 0x5bd1e995u);
        for (unsigned n = 1; n <= longest && i + n <= units->len; n++) {
            hash = sks_feature_mix(hash, g_array_index(units, uint32_t, i + n - 1));
            emit(out_hashes, sks_feature_mix(hash, n));
        }
    }
}

static void add_unit(GArray *units, uint32_t unit)
{
    g_array_append_val(units, unit);
}

/* Characters with their folding; 2 and 3 mark both ends. */
static void characters(GArray *units, const struct sks_sentence *sentence)
{
    const char *p = sentence->line + sentence->start, *end = sentence->line + sentence->end;
    uint32_t last = 2;
    add_unit(units, last);
    while (p < end) {
        uint32_t character = sks_text_next(&p, end);
        if (character == ' ')
            continue;
        if (character < 0x80 && g_ascii_isdigit((char)character))
            character = '0';
        else if (character < 0x80 && g_ascii_isalpha((char)character))
            character = 'A';
        if ((character == '0' || character == 'A') && character == last)
            continue;
        add_unit(units, character);
        last = character;
    }
    add_unit(units, 3);
}

/*
 * Which unit stands for a morpheme in each series of n-grams. The last two are how clauses are built: the function
 * words alone, whatever stands between them, and what each phrase ends in, one unit a phrase.
 */
enum series { SURFACES, FUNCTION_WORDS, PARTS, WORD_SERIES, CHAIN = WORD_SERIES, PHRASES, SERIES_COUNT };

static uint32_t unit_of(const struct sks_morpheme *morpheme, enum series series)
{
    bool surface = series == SURFACES || (series == FUNCTION_WORDS && morpheme->function);
    return surface ? morpheme->surface : morpheme->left;
}

/* Function words alone. */
static void chain(GArray *units, const struct sks_sentence *sentence)
{
    for (size_t i = 0; i < sentence->count; i++)
        if (sentence->morphemes[i].function)
            add_unit(units, sentence->morphemes[i].surface);
}

/* A phrase (bunsetsu) is its function words as written, behind content that counts only by its kind when it has none.
 */
static void phrases(GArray *units, const struct sks_sentence *sentence)
{
    uint32_t unit = 0;
    bool closing = false;
    for (size_t i = 0; i < sentence->count; i++) {
        const struct sks_morpheme *morpheme = &sentence->morphemes[i];
        bool function = morpheme->function;
        if (!function && closing) {
            add_unit(units, unit);
            unit = 0;
        }
        if (function)
            unit = sks_feature_mix(unit != 0 ? unit : 5, morpheme->surface);
        else
            unit = sks_feature_mix(7, morpheme->part);
        closing = function;
    }
    add_unit(units, unit);
}

void sks_feature_words(GArray *out_hashes, const struct sks_sentence *sentence)
{
    GArray *units = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (size_t i = 0; i < sentence->count; i++)
        add_unit(units, sentence->morphemes[i].surface);
    n_grams(out_hashes, units, SKS_FEATURE_WORDS, 2 + SURFACES);
    g_array_free(units, TRUE);
}

void sks_feature_translationese(GArray *out_hashes, const struct sks_sentence *sentence)
{
    static const unsigned longest[] = {
        [SURFACES] = SKS_FEATURE_WORDS, [FUNCTION_WORDS] = 4, [PARTS] = 4, [CHAIN] = 3, [PHRASES] = 4};
    GArray *units = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    characters(units, sentence);
    n_grams(out_hashes, units, LONGEST_CHARACTERS, 1);
    for (enum series series = 0; series < WORD_SERIES; series++) {
        g_array_set_size(units, 0);
        add_unit(units, 2);
        for (size_t i = 0; i < sentence->count; i++)
            add_unit(units, unit_of(&sentence->morphemes[i], series));
        add_unit(units, 3);
        n_grams(out_hashes, units, longest[series], 2 + series);
    }
    g_array_set_size(units, 0);
    chain(units, sentence);
    n_grams(out_hashes, units, longest[CHAIN], 2 + CHAIN);
    g_array_set_size(units, 0);
    add_unit(units, 2);
    phrases(units, sentence);
    add_unit(units, 3);
    n_grams(out_hashes, units, longest[PHRASES], 2 + PHRASES);
    g_array_free(units, TRUE);
}
