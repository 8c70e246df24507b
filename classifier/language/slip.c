/*
 * The features of a place are pairs, triples and longer runs around it, seen as words, as parts of speech, and mixed;
 * for a particle also the predicate that it leads to and the particles before and after it in the clause. Unknown
 * content words have no weight of their own, so texts of another field are judged by their function words.
 * What a large trigram model says of the place and of what could stand there instead is told in steps, so that the
 * model learns which of it matters where.
 *
 * Features that look at the same neighbours everywhere are templates, and hashed for some places side by side.
 */
#include "language/slip.h"

#include <math.h>
#include <string.h>

#include "language/feature.h"
#include "language/lanes.h"

/* Seen at either end of a sentence. */
static const struct sks_slip_unit outside = {.surface = 2, .base = 2, .part = 2, .mixed = 2, .known = 1};

enum { CLAUSE = 9 /* morphemes looked at for the predicate of a particle */, NOTHING = 3 };

/* Costs in steps of 500 from -2500 to 4000. */
static uint8_t step_of(int32_t cost)
{
    return (uint8_t)(cost < -2000 ? 0 : cost > 4000 ? 13 : (cost + 2500) / 500);
}

static void read_units(struct sks_slip_unit *out_units, const struct sks_sentence *sentence,
                       const struct sks_valence *valence)
{
    /* Costs add up along a line: the first morpheme of a later sentence has no cost of its own joint. */
    int32_t total = sentence->count > 0 ? sentence->morphemes[0].total - sentence->morphemes[0].cost : 0;
    for (size_t i = 0; i < sentence->count; i++) {
        const struct sks_morpheme *morpheme = &sentence->morphemes[i];
        uint32_t surface = morpheme->surface;
        bool folded = surface == '0' || surface == 'A';
        out_units[i] = (struct sks_slip_unit){
            .surface = surface,
            .base = folded ? surface : morpheme->base_hash,
            .part = morpheme->left,
            .mixed = morpheme->function ? surface : morpheme->left,
            .kind = morpheme->category->kind,
            .known = morpheme->known,
            .joint = step_of(morpheme->total - total - morpheme->cost),
            .word = (uint8_t)(8 + CLAMP(morpheme->cost / 1500, -8, 22)),
        };
        out_units[i].frames = sks_valence_frames(valence, out_units[i].base);
        total = morpheme->total;
    }
}

/* The numbers of units that templates look at; from GAIN on, in steps, what the trigram model says (trigram.h). */
enum column {
    SURFACE,
    BASE,
    PART,
    MIXED,
    KNOWN,
    JOINT,
    KIND,
    WORD,
    GAIN,
    COARSE,
    COST,
    ALONE,
    INSTEAD,
    INSTEAD_BY,
    FAR,
    FAR_BY,
    BEFORE,
    BEFORE_BY,
    WITHOUT,
    ORDERS,
    COLUMNS
};

/* How far templates look to either side, and how many places are hashed at once. */
enum { ASIDE = 3, BLOCK = 64 };

struct sight {
    uint8_t column;
    int8_t offset;
};

enum { SIGHTS = 5 };

/* Each template has its number in the hash, from 1 on. */
static const struct {
    uint8_t count;
    struct sight sights[SIGHTS];
} templates[] = {
    /* words */
    {1, {{SURFACE, 0}}},
    {1, {{PART, 0}}},
    {2, {{SURFACE, -1}, {SURFACE, 0}}},
    {2, {{SURFACE, 0}, {SURFACE, 1}}},
    {3, {{SURFACE, -1}, {SURFACE, 0}, {SURFACE, 1}}},
    {3, {{SURFACE, -2}, {SURFACE, -1}, {SURFACE, 0}}},
    {3, {{SURFACE, 0}, {SURFACE, 1}, {SURFACE, 2}}},
    {3, {{BASE, -1}, {SURFACE, 0}, {BASE, 1}}},
    {2, {{BASE, -1}, {MIXED, 0}}},
    {2, {{MIXED, 0}, {BASE, 1}}},
    {3, {{MIXED, -1}, {MIXED, 0}, {BASE, 1}}},
    {3, {{BASE, -1}, {MIXED, 0}, {MIXED, 1}}},
    /* function words, the rest by part of speech */
    {1, {{MIXED, 0}}},
    {2, {{MIXED, -1}, {MIXED, 0}}},
    {2, {{MIXED, 0}, {MIXED, 1}}},
    {3, {{MIXED, -1}, {MIXED, 0}, {MIXED, 1}}},
    {3, {{MIXED, -2}, {MIXED, -1}, {MIXED, 0}}},
    {3, {{MIXED, 0}, {MIXED, 1}, {MIXED, 2}}},
    {4, {{MIXED, -2}, {MIXED, -1}, {MIXED, 0}, {MIXED, 1}}},
    {4, {{MIXED, -1}, {MIXED, 0}, {MIXED, 1}, {MIXED, 2}}},
    {5, {{MIXED, -2}, {MIXED, -1}, {MIXED, 0}, {MIXED, 1}, {MIXED, 2}}},
    {4, {{MIXED, -3}, {MIXED, -2}, {MIXED, -1}, {MIXED, 0}}},
    {4, {{MIXED, 0}, {MIXED, 1}, {MIXED, 2}, {MIXED, 3}}},
    /* parts of speech, and what IPADIC's costs say */
    {2, {{PART, -1}, {PART, 0}}},
    {2, {{PART, 0}, {PART, 1}}},
    {3, {{PART, -1}, {PART, 0}, {PART, 1}}},
    {3, {{PART, -2}, {PART, -1}, {PART, 0}}},
    {3, {{PART, 0}, {PART, 1}, {PART, 2}}},
    {5, {{PART, -2}, {PART, -1}, {PART, 0}, {PART, 1}, {PART, 2}}},
    {2, {{KNOWN, 0}, {PART, 0}}},
    {3, {{KNOWN, -1}, {KNOWN, 0}, {KNOWN, 1}}},
    {1, {{JOINT, 0}}},
    {1, {{JOINT, 1}}},
    {2, {{JOINT, 0}, {JOINT, 1}}},
    {3, {{JOINT, 0}, {KIND, 0}, {KIND, -1}}},
    {2, {{JOINT, 0}, {MIXED, 0}}},
    {2, {{WORD, 0}, {KIND, 0}}},
    {3, {{JOINT, 0}, {WORD, 0}, {KIND, 0}}},
    /* what the trigram model says */
    {2, {{GAIN, 0}, {KIND, 0}}},
    {3, {{GAIN, 0}, {COARSE, 1}, {KIND, 0}}},
    {3, {{GAIN, 0}, {COARSE, -1}, {KIND, 0}}},
    {2, {{COST, 0}, {KIND, 0}}},
    {2, {{COST, 0}, {ALONE, 0}}},
    {2, {{GAIN, 0}, {MIXED, 0}}},
    {3, {{GAIN, 0}, {PART, 0}, {PART, 1}}},
    {2, {{ORDERS, 0}, {KIND, 0}}},
    {2, {{ORDERS, 0}, {MIXED, 0}}},
    {3, {{ORDERS, 0}, {GAIN, 0}, {KIND, 0}}},
    {2, {{WITHOUT, 0}, {KIND, 0}}},
    {2, {{WITHOUT, 0}, {MIXED, 0}}},
    {1, {{INSTEAD, 0}}},
    {2, {{INSTEAD, 0}, {SURFACE, 0}}},
    {3, {{INSTEAD, 0}, {INSTEAD_BY, 0}, {SURFACE, 0}}},
    {2, {{FAR, 0}, {SURFACE, 0}}},
    {2, {{FAR, 0}, {INSTEAD, 0}}},
    {3, {{FAR, 0}, {FAR_BY, 0}, {SURFACE, 0}}},
    {3, {{BEFORE, 0}, {KIND, -1}, {KIND, 0}}},
    {4, {{BEFORE, 0}, {BEFORE_BY, 0}, {KIND, -1}, {KIND, 0}}},
    {3, {{BEFORE, 0}, {MIXED, -1}, {MIXED, 0}}},
    {3, {{BEFORE, 1}, {KIND, 0}, {KIND, 1}}},
};

enum { TEMPLATES = G_N_ELEMENTS(templates) };

void sks_slips_init(struct sks_slips *slips)
{
    *slips = (struct sks_slips){0};
}

void sks_slips_finish(struct sks_slips *slips)
{
    g_free(slips->units);
    g_free(slips->columns);
    g_free(slips->seen);
    sks_trigram_words_finish(&slips->words);
}

/* From one column to the next: the sentence with both its sides, and a block that isn't full. */
static size_t stride_of(const struct sks_slips *slips)
{
    return slips->count + 2 * ASIDE + SKS_LANES_COUNT;
}

/* Outside of the sentence. */
static const struct sks_trigram_seen unseen = {
    .without = SKS_TRIGRAM_NEVER, .instead = SKS_TRIGRAM_NEVER, .far = SKS_TRIGRAM_NEVER, .before = SKS_TRIGRAM_NEVER};

/* A value in steps, from the lowest to the highest that are told apart. */
static uint32_t in_steps(int value, int step, int lowest, int highest)
{
    return (uint32_t)(CLAMP(value, lowest, highest) - lowest + step / 2) / (uint32_t)step;
}

static void set_column(uint32_t *column, size_t stride, const struct sks_slip_unit *unit,
                       const struct sks_trigram_seen *seen)
{
    column[SURFACE * stride] = unit->surface;
    column[BASE * stride] = unit->base;
    column[PART * stride] = unit->part;
    column[MIXED * stride] = unit->mixed;
    column[KNOWN * stride] = unit->known;
    column[JOINT * stride] = unit->joint;
    column[KIND * stride] = unit->kind;
    column[WORD * stride] = unit->word;
    int gain = seen->cost - seen->alone;
    column[GAIN * stride] = in_steps(gain, 16, -160, 96);
    column[COARSE * stride] = in_steps(gain, 32, -128, 64);
    column[COST * stride] = in_steps(seen->cost, 16, 0, 256);
    column[ALONE * stride] = in_steps(seen->alone, 32, 0, 288);
    column[INSTEAD * stride] = in_steps(seen->instead, 13, -104, 104);
    column[INSTEAD_BY * stride] = seen->instead_by;
    column[FAR * stride] = in_steps(seen->far, 13, -104, 104);
    column[FAR_BY * stride] = seen->far_by;
    column[BEFORE * stride] = in_steps(seen->before, 13, -104, 104);
    column[BEFORE_BY * stride] = seen->before_by;
    column[WITHOUT * stride] = in_steps(seen->without, 16, -96, 192);
    column[ORDERS * stride] = seen->orders;
}

void sks_slips_read(struct sks_slips *slips, const struct sks_sentence *sentence, const struct sks_valence *valence,
                    const struct sks_trigram *trigram)
{
    slips->count = sentence->count;
    size_t stride = stride_of(slips);
    if (stride > slips->room) {
        sks_slips_finish(slips);
        slips->room = 2 * stride;
        slips->units = g_new(struct sks_slip_unit, slips->room);
        slips->columns = g_new(uint32_t, COLUMNS * slips->room);
        slips->seen = g_new(struct sks_trigram_seen, slips->room);
        sks_trigram_words_init(&slips->words);
    }
    read_units(slips->units, sentence, valence);
    sks_trigram_judge(slips->seen, &slips->words, trigram, sentence);
    for (size_t i = 0; i < stride; i++) {
        bool within = i >= ASIDE && i - ASIDE < slips->count;
        set_column(slips->columns + i, stride, within ? &slips->units[i - ASIDE] : &outside,
                   within ? &slips->seen[i - ASIDE] : &unseen);
    }
}

/* The templates' hashes for some places, BLOCK at most and a whole number of lanes, template by template. */
SKS_LANES
static void hash_block(uint32_t out_hashes[TEMPLATES * BLOCK], const struct sks_slips *slips, size_t first,
                       size_t places)
{
    size_t stride = stride_of(slips);
    const uint32_t *column = slips->columns + first + ASIDE;
    for (uint32_t t = 0; t < TEMPLATES; t++) {
        uint32_t *out = out_hashes + t * BLOCK;
        sks_lanes seed = (sks_lanes){0} + sks_feature_mix(7, t + 1);
        const uint32_t *seen[SIGHTS];
        for (uint8_t k = 0; k < templates[t].count; k++)
            seen[k] = column + templates[t].sights[k].column * stride + templates[t].sights[k].offset;
        for (size_t i = 0; i < places; i += SKS_LANES_COUNT) {
            sks_lanes hash = seed, value;
            for (uint8_t k = 0; k < templates[t].count; k++) {
                sks_lanes_load(&value, seen[k] + i);
                sks_lanes_mix(&hash, &value);
            }
            sks_lanes_finish(out + i, &hash);
        }
    }
}

/* Features that look further, for what they are about. */
struct list {
    uint32_t *hashes;
    size_t count;
    uint32_t kind; /* counted on from the templates */
};

static inline void add(struct list *list, const uint32_t *values, size_t count)
{
    uint32_t hash = sks_feature_mix(7, ++list->kind);
    for (size_t i = 0; i < count; i++)
        hash = sks_feature_mix(hash, values[i]);
    g_assert(list->count < SKS_SLIP_FEATURES);
    list->hashes[list->count++] = sks_feature_finish(hash);
}

#define ADD(list, ...) add(list, (const uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

/* What a predicate is known by. */
struct predicate {
    uint32_t base;
    uint16_t frames;
};

/*
 * Whether a morpheme is a predicate: a verb or adjective, or する or です behind a noun that says what is done or so
 * (出席する, 必要です), which stands for it then.
 */
static bool is_predicate(struct predicate *out, const struct sks_slip_unit *units, size_t i, bool after_noun)
{
    bool auxiliary = units[i].kind == SKS_SLIP_AUXILIARY;
    if (units[i].kind != SKS_SLIP_VERB && units[i].kind != SKS_SLIP_ADJECTIVE && !(auxiliary && after_noun))
        return false;
    uint32_t suru = sks_feature_bytes("する", strlen("する")), itasu = sks_feature_bytes("いたす", strlen("いたす"));
    bool light = auxiliary || units[i].base == suru || units[i].base == itasu;
    const struct sks_slip_unit *word = light && after_noun ? &units[i - 1] : &units[i];
    *out = (struct predicate){word->base, word->frames};
    return true;
}

/* The predicate that a particle leads to: its place, or count. */
static size_t find_predicate(struct predicate *out, const struct sks_slip_unit *units, size_t count, size_t i)
{
    for (size_t k = i + 1; k < count && k < i + CLAUSE && units[k].kind != SKS_SLIP_SYMBOL; k++)
        if (is_predicate(out, units, k, k > i + 1 && units[k - 1].kind == SKS_SLIP_NOUN))
            return k;
    return count;
}

/* A particle with the predicate it leads to, and the particles around it. */
static void add_case(struct list *list, const struct sks_slip_unit *units, size_t count, size_t i)
{
    uint32_t form = NOTHING, voice = NOTHING, next = NOTHING, last = NOTHING, self = units[i].surface;
    struct predicate found = {.base = NOTHING};
    size_t at = find_predicate(&found, units, count, i);
    uint32_t predicate = found.base, frames = found.frames;
    if (at < count) {
        form = units[at].mixed;
        voice = at + 1 < count ? units[at + 1].base : outside.base;
    }
    for (size_t k = i + 1; k < at && k < i + CLAUSE && units[k].kind != SKS_SLIP_SYMBOL && next == NOTHING; k++)
        if (units[k].kind == SKS_SLIP_PARTICLE)
            next = units[k].surface;
    for (size_t k = i; k-- > 0 && k + CLAUSE > i && units[k].kind != SKS_SLIP_SYMBOL;) {
        if (units[k].kind == SKS_SLIP_PARTICLE) {
            last = units[k].surface;
            break;
        }
    }
    const struct sks_slip_unit *before = i > 0 ? &units[i - 1] : &outside;
    ADD(list, self, predicate);
    ADD(list, self, predicate, before->base);
    ADD(list, self, predicate, before->part);
    ADD(list, self, predicate, voice);
    ADD(list, self, predicate, next);
    ADD(list, self, next, form);
    ADD(list, self, next);
    ADD(list, self, last);
    ADD(list, self, last, predicate);
    ADD(list, last, self, before->part);
    ADD(list, self, frames, voice);
    ADD(list, self, frames, next);
    ADD(list, self, frames, last);
    ADD(list, self, frames, before->part);
    ADD(list, self, frames, form);
}

enum { TWICE = 1 << 10, BARE_CASES = TWICE | 0xf /* を が に と */, FRAME_KIND = 80 /* beyond the other templates */ };

/*
 * The particles before a predicate, back to the predicate or the mark before: a bit for each that has been seen, and
 * one if a case particle was seen twice.
 */
static uint32_t particles_before(const struct sks_slip_unit *units, size_t i)
{
    static const char *const particles[] = {"を", "が", "に", "と", "で", "へ", "から", "は", "も", "の"};
    enum { CASES = 7 };
    uint32_t seen = 0;
    for (size_t k = i; k-- > 0 && k + CLAUSE > i && units[k].kind != SKS_SLIP_SYMBOL &&
                       units[k].kind != SKS_SLIP_VERB && units[k].kind != SKS_SLIP_AUXILIARY;) {
        if (units[k].kind != SKS_SLIP_PARTICLE)
            continue;
        for (uint32_t p = 0; p < G_N_ELEMENTS(particles); p++) {
            if (units[k].surface != sks_feature_bytes(particles[p], strlen(particles[p])))
                continue;
            seen |= p < CASES && (seen & 1u << p) != 0 ? TWICE : 1u << p;
            break;
        }
    }
    return seen;
}

/* A verb or an adjective with what stands before it and what it takes; する counts as itself here. */
static void add_frame(struct list *list, const struct sks_slip_unit *units, size_t count, size_t i)
{
    struct predicate found;
    if (i == 0 || !is_predicate(&found, units, i, false))
        return;
    uint32_t base = found.base, frames = found.frames, seen = particles_before(units, i), cases = seen & BARE_CASES;
    uint32_t voice = i + 1 < count ? units[i + 1].base : outside.base;
    ADD(list, seen, frames, voice);
    ADD(list, cases, frames, voice);
    ADD(list, seen, base, voice);
    ADD(list, cases, base);
    ADD(list, cases, frames, units[i].mixed);
}

static size_t further(uint32_t *out_hashes, const struct sks_slips *slips, size_t i)
{
    struct list list = {out_hashes, 0, TEMPLATES};
    if (slips->units[i].kind == SKS_SLIP_PARTICLE)
        add_case(&list, slips->units, slips->count, i);
    list.kind = FRAME_KIND;
    add_frame(&list, slips->units, slips->count, i);
    return list.count;
}

size_t sks_slips_features(uint32_t out_hashes[SKS_SLIP_FEATURES], const struct sks_slips *slips, size_t i)
{
    uint32_t block[TEMPLATES * BLOCK];
    hash_block(block, slips, i, 1);
    for (size_t t = 0; t < TEMPLATES; t++)
        out_hashes[t] = block[t * BLOCK];
    return TEMPLATES + further(out_hashes + TEMPLATES, slips, i);
}

void sks_slips_score(double *out_log_odds, const struct sks_slips *slips, const struct sks_hashed *model)
{
    uint32_t hashes[TEMPLATES * BLOCK], more[SKS_SLIP_FEATURES];
    for (size_t first = 0; first < slips->count; first += BLOCK) {
        size_t places = MIN(slips->count - first, BLOCK);
        int32_t sums[BLOCK] = {0};
        hash_block(hashes, slips, first, places);
        for (size_t t = 0; t < TEMPLATES; t++)
            for (size_t i = 0; i < places; i++)
                sums[i] += model->weights[hashes[t * BLOCK + i] & model->mask];
        for (size_t i = 0; i < places; i++) {
            size_t count = further(more, slips, first + i);
            for (size_t k = 0; k < count; k++)
                sums[i] += model->weights[more[k] & model->mask];
            out_log_odds[first + i] = (double)sums[i] * (double)model->scale;
        }
    }
}

double sks_slip_amount(double log_odds)
{
    return log1p(exp(MIN(log_odds, 20)));
}

double sks_slip_excess(double slips, double places, double usual)
{
    return places > 0 ? (slips - usual * places) / sqrt(places) : 0;
}
