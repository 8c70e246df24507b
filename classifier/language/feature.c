/*
 * What stands for content is folded, so that a model learns how something is said and not what: digits become one
 * zero, Latin words one letter, spaces nothing. Each kind of n-gram has its own seed.
 */
#include "language/feature.h"

#include <string.h>

#include "language/lanes.h"
#include "language/text.h"

enum {
    LONGEST_CHARACTERS = 4,
    LONGEST_RUN = 4,   /* units of any n-gram */
    USUAL_ROOM = 2048, /* for a sentence of some hundred characters */
};

/* The units of one series, with room behind them for a block that isn't full. */
struct units {
    uint32_t *values, *states;
    size_t count;
};

static void add_unit(struct units *units, uint32_t unit)
{
    units->values[units->count++] = unit;
}

/* All runs of one to longest units: first those of one, then those of two … */
SKS_LANES
static void n_grams(GArray *out_hashes, const struct units *units, unsigned longest, uint32_t seed)
{
    guint done = out_hashes->len;
    uint32_t *states = units->states;
    g_array_set_size(out_hashes, (guint)(done + longest * (units->count + SKS_LANES_COUNT)));
    memset(units->values + units->count, 0, (SKS_LANES_COUNT + LONGEST_RUN) * sizeof(uint32_t));
    for (size_t i = 0; i < units->count + SKS_LANES_COUNT; i++)
        states[i] = sks_feature_mix(seed, 0x5bd1e995u);
    for (unsigned n = 1; n <= longest && n <= units->count; n++) {
        /* What a last block has too much, the next length writes over. */
        size_t count = units->count - n + 1;
        uint32_t *out = (uint32_t *)(void *)out_hashes->data + done;
        for (size_t i = 0; i < count; i += SKS_LANES_COUNT) {
            sks_lanes hash, value, length = (sks_lanes){0} + n;
            sks_lanes_load(&hash, states + i);
            sks_lanes_load(&value, units->values + i + n - 1);
            sks_lanes_mix(&hash, &value);
            memcpy(states + i, &hash, sizeof(hash));
            sks_lanes_mix(&hash, &length);
            sks_lanes_finish(out + i, &hash);
        }
        done += (guint)count;
    }
    g_array_set_size(out_hashes, done);
}

/* Characters with their folding; 2 and 3 mark both ends. */
static void characters(struct units *units, const struct sks_sentence *sentence)
{
    const char *p = sentence->line + sentence->start, *end = sentence->line + sentence->end;
    uint32_t last = 2;
    add_unit(units, last);
    while (p < end) {
        uint32_t character = sks_text_next(&p);
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

static void words(struct units *units, const struct sks_sentence *sentence, enum series series)
{
    add_unit(units, 2);
    for (size_t i = 0; i < sentence->count; i++) {
        const struct sks_morpheme *morpheme = &sentence->morphemes[i];
        bool surface = series == SURFACES || (series == FUNCTION_WORDS && morpheme->function);
        add_unit(units, surface ? morpheme->surface : morpheme->left);
    }
    add_unit(units, 3);
}

/* Function words alone. */
static void chain(struct units *units, const struct sks_sentence *sentence)
{
    for (size_t i = 0; i < sentence->count; i++)
        if (sentence->morphemes[i].function)
            add_unit(units, sentence->morphemes[i].surface);
}

/*
 * A phrase (bunsetsu) is its function words as written, behind content that counts only by its kind when it has none.
 * Both ends are marked.
 */
static void phrases(struct units *units, const struct sks_sentence *sentence)
{
    uint32_t unit = 0;
    bool closing = false;
    add_unit(units, 2);
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
    add_unit(units, 3);
}

void sks_feature_words(GArray *out_hashes, const struct sks_sentence *sentence)
{
    for (size_t i = 0; i < sentence->count; i++) {
        uint32_t hash = sks_feature_mix(2 + SURFACES, 0x5bd1e995u);
        for (unsigned n = 1; n <= SKS_FEATURE_WORDS && i + n <= sentence->count; n++) {
            hash = sks_feature_mix(hash, sentence->morphemes[i + n - 1].surface);
            uint32_t finished = sks_feature_finish(sks_feature_mix(hash, n));
            g_array_append_val(out_hashes, finished);
        }
    }
}

void sks_feature_translationese(GArray *out_hashes, const struct sks_sentence *sentence)
{
    static const unsigned longest[] = {
        [SURFACES] = SKS_FEATURE_WORDS, [FUNCTION_WORDS] = 4, [PARTS] = 4, [CHAIN] = 3, [PHRASES] = 4};
    /* No series has more units than the sentence has bytes, with marks at both ends. */
    size_t room = sentence->end - sentence->start + 2 + SKS_LANES_COUNT + LONGEST_RUN;
    uint32_t small[USUAL_ROOM], *block = 2 * room <= USUAL_ROOM ? small : g_new(uint32_t, 2 * room);
    struct units units = {block, block + room, 0};
    characters(&units, sentence);
    n_grams(out_hashes, &units, LONGEST_CHARACTERS, 1);
    for (enum series series = 0; series < SERIES_COUNT; series++) {
        units.count = 0;
        if (series < WORD_SERIES)
            words(&units, sentence, series);
        else if (series == CHAIN)
            chain(&units, sentence);
        else
            phrases(&units, sentence);
        n_grams(out_hashes, &units, longest[series], 2 + series);
    }
    if (block != small)
        g_free(block);
}
