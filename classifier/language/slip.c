/*
 * The features of a place are pairs, triples and longer runs around it, seen as words, as parts of speech, and mixed;
 * for a particle also the predicate that it leads to and the particles before and after it in the clause. Unknown
 * content words have no weight of their own, so texts of another field are judged by their function words.
 */
#include "language/slip.h"

#include <math.h>
#include <string.h>

#include "language/feature.h"

/* Seen at either end of a sentence. */
static const struct sks_slip_unit outside = {.surface = 2, .base = 2, .part = 2, .mixed = 2, .known = 1};

enum { CLAUSE = 9 /* morphemes looked at for the predicate of a particle */, NOTHING = 3 };

/* Costs in steps of 500 from -2500 to 4000. */
static uint8_t step_of(int32_t cost)
{
    return (uint8_t)(cost < -2000 ? 0 : cost > 4000 ? 13 : (cost + 2500) / 500);
}

void sks_slip_units(struct sks_slip_unit *out_units, const struct sks_sentence *sentence,
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

struct list {
    uint32_t *hashes;
    size_t count;
    uint32_t kind; /* each template has its number */
};

static void add(struct list *list, const uint32_t *values, size_t count)
{
    uint32_t hash = sks_feature_mix(7, ++list->kind);
    for (size_t i = 0; i < count; i++)
        hash = sks_feature_mix(hash, values[i]);
    g_assert(list->count < SKS_SLIP_FEATURES);
    list->hashes[list->count++] = sks_feature_finish(hash);
}

#define ADD(list, ...) add(list, (const uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static void add_words(struct list *list, const struct sks_slip_unit *const at[7])
{
    const struct sks_slip_unit *a = at[1], *b = at[2], *c = at[3], *d = at[4], *e = at[5];
    ADD(list, c->surface);
    ADD(list, c->part);
    ADD(list, b->surface, c->surface);
    ADD(list, c->surface, d->surface);
    ADD(list, b->surface, c->surface, d->surface);
    ADD(list, a->surface, b->surface, c->surface);
    ADD(list, c->surface, d->surface, e->surface);
    ADD(list, b->base, c->surface, d->base);
    ADD(list, b->base, c->mixed);
    ADD(list, c->mixed, d->base);
    ADD(list, b->mixed, c->mixed, d->base);
    ADD(list, b->base, c->mixed, d->mixed);
}

static void add_mixed(struct list *list, const struct sks_slip_unit *const at[7])
{
    uint32_t y = at[0]->mixed, a = at[1]->mixed, b = at[2]->mixed, c = at[3]->mixed, d = at[4]->mixed, e = at[5]->mixed,
             z = at[6]->mixed;
    ADD(list, c);
    ADD(list, b, c);
    ADD(list, c, d);
    ADD(list, b, c, d);
    ADD(list, a, b, c);
    ADD(list, c, d, e);
    ADD(list, a, b, c, d);
    ADD(list, b, c, d, e);
    ADD(list, a, b, c, d, e);
    ADD(list, y, a, b, c);
    ADD(list, c, d, e, z);
}

static void add_parts(struct list *list, const struct sks_slip_unit *const at[7])
{
    const struct sks_slip_unit *a = at[1], *b = at[2], *c = at[3], *d = at[4], *e = at[5];
    ADD(list, b->part, c->part);
    ADD(list, c->part, d->part);
    ADD(list, b->part, c->part, d->part);
    ADD(list, a->part, b->part, c->part);
    ADD(list, c->part, d->part, e->part);
    ADD(list, a->part, b->part, c->part, d->part, e->part);
    ADD(list, c->known, c->part);
    ADD(list, b->known, c->known, d->known);
    ADD(list, c->joint);
    ADD(list, d->joint);
    ADD(list, c->joint, d->joint);
    ADD(list, c->joint, c->kind, b->kind);
    ADD(list, c->joint, c->mixed);
    ADD(list, c->word, c->kind);
    ADD(list, c->joint, c->word, c->kind);
}

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
    uint32_t suru = sks_feature_bytes("する", strlen("する")), itasu = sks_feature_bytes("いたす", strlen("いたす"));
    bool auxiliary = units[i].kind == SKS_SLIP_AUXILIARY;
    bool light = auxiliary || units[i].base == suru || units[i].base == itasu;
    if (units[i].kind != SKS_SLIP_VERB && units[i].kind != SKS_SLIP_ADJECTIVE && !(auxiliary && after_noun))
        return false;
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

size_t sks_slip_features(uint32_t out_hashes[SKS_SLIP_FEATURES], const struct sks_slip_unit *units, size_t count,
                         size_t i)
{
    const struct sks_slip_unit *at[7];
    for (size_t k = 0; k < 7; k++)
        at[k] = i + k >= 3 && i + k - 3 < count ? &units[i + k - 3] : &outside;
    struct list list = {out_hashes, 0, 0};
    add_words(&list, at);
    add_mixed(&list, at);
    add_parts(&list, at);
    if (units[i].kind == SKS_SLIP_PARTICLE)
        add_case(&list, units, count, i);
    list.kind = FRAME_KIND;
    add_frame(&list, units, count, i);
    return list.count;
}

double sks_slip_score(const struct sks_hashed *model, const struct sks_slip_unit *units, size_t count, size_t i)
{
    uint32_t hashes[SKS_SLIP_FEATURES];
    size_t features = sks_slip_features(hashes, units, count, i);
    int64_t sum = 0;
    for (size_t k = 0; k < features; k++)
        sum += model->weights[hashes[k] & model->mask];
    return (double)sum * (double)model->scale;
}

double sks_slip_amount(double log_odds)
{
    return log1p(exp(MIN(log_odds, 20)));
}

double sks_slip_excess(double slips, double places, double usual)
{
    return places > 0 ? (slips - usual * places) / sqrt(places) : 0;
}
