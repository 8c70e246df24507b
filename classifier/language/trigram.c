/*
 * A look-up costs one line of the cache: pairs and triples lie in buckets of sixteen entries, which are all compared
 * at once. An entry has some bits of the hash for its key (so that one pair in a thousand, of those that the model
 * lacks, is taken for one that it has), its cost, and for a pair its backoff and whether any triple begins with it.
 *
 * Whether another particle would stand better is asked of the three words that it would change: its own after the two
 * before, and the two behind it. This is the noisy channel's question, but with nothing learned of how often which
 * particle is mistaken: that is for the slips model to learn.
 */
#include "language/trigram.h"

#include <string.h>

#include <glib.h>

#include "language/feature.h"
#include "language/lanes.h"
#include "language/surface.h"

enum {
    BUCKET = 16,
    PAIR_CHECK = 15,
    TRIPLE_CHECK = 24,
    LONGEST = 12,  /* characters of a morpheme that is split */
    PIECES = 6,    /* words of one morpheme at most */
    AROUND = 2,    /* words outside of the sentence at either end */
    STRANGE = 223, /* cost of a word that the model lacks: 10^-7 */
    SPLIT = 16,    /* what each further word of a morpheme costs */
    ROWS = 1024,   /* kept for either side; a power of two */
};

/* Where particles are tried: behind a word, or before it. */
enum side { BEHIND, BEFORE, SIDES };

/* What the model has of a word with each particle. A few hundred words stand beside most particles. */
struct sks_trigram_row {
    uint32_t key; /* the word's number from 1 on; 0: none yet */
    uint32_t pairs[SKS_TRIGRAM_PARTICLES];
};

#define UNKNOWN UINT32_MAX

static uint32_t find_hash(const struct sks_trigram *trigram, uint32_t hash)
{
    const uint32_t *words = trigram->words;
    for (uint32_t at = hash, tries = 0; tries <= trigram->word_mask; at++, tries++) {
        const uint32_t *slot = words + 2 * (size_t)(at & trigram->word_mask);
        if (slot[1] == 0)
            return UNKNOWN;
        if (slot[0] == hash)
            return slot[1] <= trigram->word_count ? slot[1] - 1 : UNKNOWN;
    }
    return UNKNOWN;
}

static uint32_t find_word(const struct sks_trigram *trigram, const char *word)
{
    return find_hash(trigram, sks_feature_bytes(word, strlen(word)));
}

size_t sks_trigram_size(const void *header)
{
    uint32_t numbers[6];
    if (memcmp(header, SKS_TRIGRAM_MAGIC, 8) != 0)
        return 0;
    memcpy(numbers, (const uint8_t *)header + 8, sizeof(numbers));
    uint32_t bits = numbers[0], count = numbers[1];
    if (bits < 1 || bits > 24 || count == 0 || count > 1u << 17 || numbers[2] == 0 || numbers[3] == 0 ||
        numbers[4] >= count || numbers[5] >= count)
        return 0;
    uint64_t buckets = (uint64_t)BUCKET * sizeof(uint32_t) * ((uint64_t)numbers[2] + numbers[3]);
    return SKS_TRIGRAM_HEADER + buckets + 2 * sizeof(uint32_t) * ((uint64_t)1 << bits) + 2 * (uint64_t)count;
}

int sks_trigram_read(struct sks_trigram *out_trigram, const void *data, size_t size)
{
    static const char *const particles[SKS_TRIGRAM_PARTICLES] = {"は", "が", "を", "に",   "で",   "と",
                                                                 "の", "へ", "も", "から", "まで", "や"};
    const uint8_t *bytes = data;
    if (size < SKS_TRIGRAM_HEADER || (uintptr_t)bytes % sizeof(uint32_t) != 0 || size != sks_trigram_size(bytes))
        return SKS_ERROR_FORMAT;
    uint32_t numbers[6];
    memcpy(numbers, bytes + 8, sizeof(numbers));
    const uint32_t *pairs = (const uint32_t *)(const void *)(bytes + SKS_TRIGRAM_HEADER);
    struct sks_trigram trigram = {.pairs = pairs,
                                  .triples = pairs + (size_t)BUCKET * numbers[2],
                                  .words = pairs + (size_t)BUCKET * ((size_t)numbers[2] + numbers[3]),
                                  .word_mask = (1u << numbers[0]) - 1,
                                  .word_count = numbers[1],
                                  .pair_buckets = numbers[2],
                                  .triple_buckets = numbers[3],
                                  .start = numbers[4],
                                  .end = numbers[5]};
    trigram.singles = (const uint16_t *)(const void *)(trigram.words + 2 * ((size_t)1 << numbers[0]));
    for (size_t i = 0; i < SKS_TRIGRAM_PARTICLES; i++)
        trigram.particles[i] = find_word(&trigram, particles[i]);
    trigram.de = find_word(&trigram, "で");
    trigram.aru = find_word(&trigram, "ある");
    trigram.atta = find_word(&trigram, "あっ");
    trigram.one = find_word(&trigram, "1");
    *out_trigram = trigram;
    return 0;
}

void sks_trigram_keep(struct sks_trigram *trigram)
{
    trigram->rows = g_new0(struct sks_trigram_row, SIDES * ROWS);
}

void sks_trigram_finish(struct sks_trigram *trigram)
{
    g_clear_pointer(&trigram->rows, g_free);
}

void sks_trigram_words_init(struct sks_trigram_words *words)
{
    *words = (struct sks_trigram_words){0};
}

void sks_trigram_words_finish(struct sks_trigram_words *words)
{
    g_free(words->words);
    g_free(words->pairs);
    g_free(words->costs);
    g_free(words->orders);
    g_free(words->first);
    g_free(words->joints);
}

SKS_LANES_INLINE uint64_t hash_key(uint64_t key)
{
    uint64_t hash = key * 0x9e3779b97f4a7c15u;
    return (hash ^ hash >> 32) * 0xbf58476d1ce4e5b9u;
}

SKS_LANES_INLINE uint32_t bucket_of(uint64_t hash, uint32_t buckets)
{
    return (uint32_t)((hash >> 32) * buckets >> 32);
}

SKS_LANES_INLINE uint64_t key_of(uint32_t first, uint32_t second)
{
    return (uint64_t)first << 17 | second;
}

/*
 * The table is larger than the processor's caches: what will be looked up is asked for beforehand, all at once, instead
 * of waiting for memory each time.
 */
SKS_LANES_INLINE void expect_entry(const uint32_t *table, uint32_t buckets, uint64_t key)
{
    __builtin_prefetch(table + (size_t)BUCKET * bucket_of(hash_key(key), buckets));
}

SKS_LANES_INLINE void expect_pair(const struct sks_trigram *trigram, uint32_t first, uint32_t second)
{
    expect_entry(trigram->pairs, trigram->pair_buckets, key_of(first, second));
}

SKS_LANES_INLINE void expect_triple(const struct sks_trigram *trigram, uint32_t first, uint32_t second, uint32_t third)
{
    expect_entry(trigram->triples, trigram->triple_buckets, key_of(first, second) << 17 | third);
}

/* The entry for a key, without the bits that only check it; 0 if there is none. */
SKS_LANES_INLINE uint32_t find_entry(const uint32_t *table, uint32_t buckets, uint64_t key, unsigned check_bits)
{
    uint64_t hash = hash_key(key);
    uint32_t bucket = bucket_of(hash, buckets);
    uint32_t low = 32 - check_bits;
    sks_lanes check = (sks_lanes){0} + ((uint32_t)hash & ((1u << check_bits) - 1));
    for (uint32_t tries = 0; tries < buckets; tries++) {
        const uint32_t *entries = table + (size_t)BUCKET * bucket;
        sks_lanes left, right;
        sks_lanes_load(&left, entries);
        sks_lanes_load(&right, entries + SKS_LANES_COUNT);
        sks_lanes same = (left & (sks_lanes)(left >> low == check)) | (right & (sks_lanes)(right >> low == check));
        uint64_t two[sizeof(same) / sizeof(uint64_t)], all = 0;
        memcpy(two, &same, sizeof(same));
        for (size_t i = 0; i < G_N_ELEMENTS(two); i++)
            all |= two[i];
        if (all != 0 || entries[BUCKET - 1] == 0)
            return (uint32_t)(all | all >> 32) & ((1u << low) - 1);
        bucket = bucket + 1 < buckets ? bucket + 1 : 0;
    }
    return 0;
}

/* What the model has of a word after another: cost, backoff, and a bit if triples begin with them. */
SKS_LANES_INLINE uint32_t pair_of(const struct sks_trigram *trigram, uint32_t first, uint32_t second)
{
    if (first == UNKNOWN || second == UNKNOWN)
        return 0;
    return find_entry(trigram->pairs, trigram->pair_buckets, key_of(first, second), PAIR_CHECK);
}

SKS_LANES
static void fill_row(struct sks_trigram_row *row, const struct sks_trigram *trigram, uint32_t word, enum side side)
{
    const uint32_t *particles = trigram->particles;
    for (unsigned k = 0; k < SKS_TRIGRAM_PARTICLES; k++)
        expect_pair(trigram, side == BEHIND ? word : particles[k], side == BEHIND ? particles[k] : word);
    for (unsigned k = 0; k < SKS_TRIGRAM_PARTICLES; k++)
        row->pairs[k] = pair_of(trigram, side == BEHIND ? word : particles[k], side == BEHIND ? particles[k] : word);
    row->key = word + 1;
}

/* The row of a word, in scratch if none are kept; it holds until the next of that side is asked for. */
SKS_LANES_INLINE const uint32_t *row_of(struct sks_trigram_row *scratch, const struct sks_trigram *trigram,
                                        uint32_t word, enum side side)
{
    static const struct sks_trigram_row nothing;
    if (word == UNKNOWN)
        return nothing.pairs;
    struct sks_trigram_row *row = scratch;
    if (trigram->rows != NULL)
        row = &trigram->rows[side * ROWS + (word * 0x9e3779b1u >> 16 & (ROWS - 1))];
    if (trigram->rows == NULL || row->key != word + 1)
        fill_row(row, trigram, word, side);
    return row->pairs;
}

SKS_LANES_INLINE int cost_alone(const struct sks_trigram *trigram, uint32_t word)
{
    return word == UNKNOWN ? STRANGE : trigram->singles[word] & 0xff;
}

SKS_LANES_INLINE int backoff_of(uint32_t entry)
{
    return entry >> 8 & 0xff;
}

/* Three words in a row; pair is what the model has of the first two, next of the last two. */
struct three {
    uint32_t first, second, third, pair, next;
};

SKS_LANES_INLINE int cost_of(uint8_t *out_order, const struct sks_trigram *trigram, const struct three *three)
{
    if (three->third == UNKNOWN) {
        *out_order = 0;
        return STRANGE;
    }
    if (three->pair >> 16 != 0 && three->next != 0) {
        uint64_t key = key_of(three->first, three->second) << 17 | three->third;
        uint32_t entry = find_entry(trigram->triples, trigram->triple_buckets, key, TRIPLE_CHECK);
        if (entry != 0) {
            *out_order = 3;
            return (int)entry;
        }
    }
    int backoff = backoff_of(three->pair);
    if (three->next != 0) {
        *out_order = 2;
        return backoff + (int)(three->next & 0xff);
    }
    *out_order = 1;
    if (three->second != UNKNOWN)
        backoff += trigram->singles[three->second] >> 8;
    return backoff + cost_alone(trigram, three->third);
}

/* Adds the words of a surface, the fewest and commonest that it can be split into; one unknown word if there is none.
 */
static size_t split(uint32_t *out_words, const struct sks_trigram *trigram, const char *surface, size_t size)
{
    struct {
        const char *at;
        uint32_t word;
        int cost;
        unsigned from, pieces;
    } ends[LONGEST + 1];
    const char *stop = surface + size;
    unsigned length = 0;
    for (const char *p = surface; p < stop; p = g_utf8_next_char(p)) {
        if (length == LONGEST) {
            *out_words = UNKNOWN;
            return 1;
        }
        ends[length++].at = p;
    }
    ends[length].at = stop;
    for (unsigned i = 0; i <= length; i++) {
        ends[i].cost = i == 0 ? 0 : INT32_MAX;
        ends[i].pieces = 0;
    }
    for (unsigned i = 0; i < length; i++) {
        uint32_t hash = sks_feature_bytes("", 0);
        if (ends[i].cost == INT32_MAX || ends[i].pieces == PIECES)
            continue;
        for (unsigned k = i; k < length; k++) {
            for (const char *p = ends[k].at; p < ends[k + 1].at; p++)
                hash = (hash ^ (unsigned char)*p) * 0x01000193u;
            uint32_t word = find_hash(trigram, hash);
            int cost = word == UNKNOWN ? INT32_MAX : ends[i].cost + cost_alone(trigram, word) + SPLIT;
            if (cost >= ends[k + 1].cost)
                continue;
            ends[k + 1].cost = cost;
            ends[k + 1].word = word;
            ends[k + 1].from = i;
            ends[k + 1].pieces = ends[i].pieces + 1;
        }
    }
    if (ends[length].cost == INT32_MAX || length == 0) {
        *out_words = UNKNOWN;
        return 1;
    }
    unsigned pieces = ends[length].pieces;
    for (unsigned at = length, k = pieces; k-- > 0; at = ends[at].from)
        out_words[k] = ends[at].word;
    return pieces;
}

static bool has_base(const struct sks_morpheme *morpheme, const char *base)
{
    size_t size = strlen(base);
    return morpheme->base_length == size && memcmp(morpheme->base, base, size) == 0;
}

/* Adds the words of a morpheme; PIECES at most. */
static size_t read_morpheme(uint32_t *out_words, const struct sks_trigram *trigram, const struct sks_sentence *sentence,
                            size_t i)
{
    const struct sks_morpheme *morpheme = &sentence->morphemes[i];
    bool after_polite = i > 0 && has_base(morpheme - 1, "ます");
    if (has_base(morpheme, "ます") || (after_polite && (has_base(morpheme, "た") || has_base(morpheme, "ん"))))
        return 0;
    if (has_base(morpheme, "です")) {
        if (i > 0 && morpheme[-1].category->kind == SKS_SLIP_ADJECTIVE)
            return 0;
        out_words[0] = trigram->de;
        out_words[1] = morpheme->hash == sks_feature_bytes("です", strlen("です")) ? trigram->aru : trigram->atta;
        return 2;
    }
    if (morpheme->bits & SKS_SURFACE_END) {
        out_words[0] = trigram->end;
        return 1;
    }
    if (morpheme->surface == '0') {
        out_words[0] = trigram->one;
        return 1;
    }
    bool plain = i + 1 < sentence->count && has_base(morpheme + 1, "ます") && morpheme->base_length > 0;
    out_words[0] = find_hash(trigram, plain ? morpheme->base_hash : morpheme->hash);
    if (out_words[0] != UNKNOWN)
        return 1;
    if (plain)
        return split(out_words, trigram, morpheme->base, morpheme->base_length);
    return split(out_words, trigram, sentence->line + morpheme->start, morpheme->end - morpheme->start);
}

static void make_room(struct sks_trigram_words *words, size_t count)
{
    size_t room = PIECES * count + 2 * AROUND + 1;
    if (room <= words->room)
        return;
    sks_trigram_words_finish(words);
    words->room = 2 * room;
    words->words = g_new(uint32_t, words->room);
    words->pairs = g_new(uint32_t, words->room);
    words->costs = g_new(int16_t, words->room);
    words->orders = g_new(uint8_t, words->room);
    words->first = g_new(uint32_t, words->room);
    words->joints = g_new(uint32_t, words->room);
}

/* The words of a sentence with what the model has of each. */
SKS_LANES
static void read_words(struct sks_trigram_words *words, const struct sks_trigram *trigram,
                       const struct sks_sentence *sentence)
{
    make_room(words, sentence->count);
    size_t count = AROUND;
    words->words[0] = UNKNOWN;
    words->words[1] = trigram->start;
    for (size_t i = 0; i < sentence->count; i++) {
        words->first[i] = (uint32_t)count;
        count += read_morpheme(words->words + count, trigram, sentence, i);
    }
    words->first[sentence->count] = (uint32_t)count;
    bool ended = words->words[count - 1] == trigram->end;
    words->words[count] = ended ? UNKNOWN : trigram->end;
    words->words[count + 1] = UNKNOWN;
    words->last = ended ? count - 1 : count;
    words->pairs[0] = 0;
    for (size_t i = 1; i < count + AROUND; i++)
        expect_pair(trigram, words->words[i - 1], words->words[i]);
    for (size_t i = 1; i < count + AROUND; i++)
        words->pairs[i] = pair_of(trigram, words->words[i - 1], words->words[i]);
    memset(words->costs, 0, sizeof(*words->costs) * (count + AROUND));
    memset(words->orders, 0, sizeof(*words->orders) * (count + AROUND));
    for (size_t i = AROUND; i <= words->last; i++)
        if (words->pairs[i - 1] >> 16 != 0 && words->pairs[i] != 0)
            expect_triple(trigram, words->words[i - 2], words->words[i - 1], words->words[i]);
    for (size_t i = AROUND; i <= words->last; i++) {
        struct three three = {words->words[i - 2], words->words[i - 1], words->words[i], words->pairs[i - 1],
                              words->pairs[i]};
        words->costs[i] = (int16_t)cost_of(&words->orders[i], trigram, &three);
    }
}

/*
 * What the two words from next on cost behind two others, of which pair is what the model has; joint is what it has of
 * the words that stand together then.
 */
SKS_LANES_INLINE int cost_behind(const struct sks_trigram *trigram, const struct sks_trigram_words *words, size_t next,
                                 const uint32_t before[2], uint32_t pair, uint32_t joint)
{
    uint8_t order;
    const uint32_t *word = words->words + next;
    if (next > words->last)
        return 0;
    struct three three = {before[0], before[1], word[0], pair, joint};
    int cost = cost_of(&order, trigram, &three);
    if (next + 1 > words->last)
        return cost;
    struct three last = {before[1], word[0], word[1], three.next, words->pairs[next + 1]};
    return cost + cost_of(&order, trigram, &last);
}

/* The particles that are tried between words[at - 1] and words[next], of which behind and before are the rows. */
SKS_LANES_INLINE void expect_particles(const struct sks_trigram *trigram, const struct sks_trigram_words *words,
                                       size_t at, size_t next, const uint32_t *behind, const uint32_t *before,
                                       unsigned count)
{
    const uint32_t *word = words->words + at, *right = words->words + next, *particles = trigram->particles;
    bool known = words->pairs[at - 1] >> 16 != 0, goes_on = words->pairs[next + 1] != 0;
    for (unsigned k = 0; k < count; k++) {
        if (known && behind[k] != 0)
            expect_triple(trigram, word[-2], word[-1], particles[k]);
        if (behind[k] >> 16 != 0 && before[k] != 0)
            expect_triple(trigram, word[-1], particles[k], right[0]);
        if (goes_on && before[k] >> 16 != 0)
            expect_triple(trigram, particles[k], right[0], right[1]);
    }
}

/* The particle that would cost least between words[at - 1] and words[next], by how much less than given. */
SKS_LANES_INLINE void try_particles(int16_t *out_gain, uint8_t *out_by, const struct sks_trigram *trigram,
                                    const struct sks_trigram_words *words, size_t at, size_t next, int given,
                                    unsigned count)
{
    int least = given - SKS_TRIGRAM_NEVER;
    struct sks_trigram_row scratch[SIDES];
    const uint32_t *behind = row_of(&scratch[BEHIND], trigram, words->words[at - 1], BEHIND);
    const uint32_t *before = row_of(&scratch[BEFORE], trigram, words->words[next], BEFORE);
    for (unsigned k = 0; k < count; k++) {
        uint32_t particle = trigram->particles[k], around[2] = {words->words[at - 1], particle};
        uint8_t order;
        if (next == at + 1 && words->words[at] == particle)
            continue;
        struct three three = {words->words[at - 2], around[0], particle, words->pairs[at - 1], behind[k]};
        int cost = cost_of(&order, trigram, &three);
        if (cost < least)
            cost += cost_behind(trigram, words, next, around, behind[k], before[k]);
        if (cost < least) {
            least = cost;
            *out_by = (uint8_t)(k + 1);
        }
    }
    *out_gain = (int16_t)(given - least);
}

/* The predicate that a particle leads to, if it isn't the next word: its place, or count. */
static size_t far_predicate(const struct sks_sentence *sentence, size_t i)
{
    enum { CLAUSE = 12 };
    const struct sks_morpheme *all = sentence->morphemes;
    for (size_t k = i + 1; k < sentence->count && k < i + CLAUSE && all[k].category->kind != SKS_SLIP_SYMBOL; k++) {
        enum sks_slip_kind kind = all[k].category->kind;
        if (kind != SKS_SLIP_ADJECTIVE && kind != SKS_SLIP_VERB)
            continue;
        /* A noun with する stands for it. */
        if (kind == SKS_SLIP_VERB && all[k - 1].category->kind == SKS_SLIP_NOUN && has_base(&all[k], "する"))
            k--;
        return k > i + 1 ? k : sentence->count;
    }
    return sentence->count;
}

SKS_LANES_INLINE void try_far(struct sks_trigram_seen *seen, const struct sks_trigram *trigram,
                              const struct sks_trigram_words *words, size_t at, uint32_t predicate)
{
    int given = 0, least = -SKS_TRIGRAM_NEVER;
    uint8_t order;
    const uint32_t *word = words->words + at;
    struct sks_trigram_row scratch[SIDES];
    const uint32_t *behind = row_of(&scratch[BEHIND], trigram, word[-1], BEHIND);
    const uint32_t *before = row_of(&scratch[BEFORE], trigram, predicate, BEFORE);
    for (unsigned k = 0; k < SKS_TRIGRAM_PARTICLES; k++)
        if (behind[k] >> 16 != 0 && before[k] != 0)
            expect_triple(trigram, word[-1], trigram->particles[k], predicate);
    for (unsigned k = 0; k <= SKS_TRIGRAM_PARTICLES; k++) {
        uint32_t particle = k == 0 ? *word : trigram->particles[k - 1];
        if (k > 0 && particle == *word)
            continue;
        uint32_t pair = k == 0 ? words->pairs[at] : behind[k - 1];
        uint32_t joint = k == 0 ? pair_of(trigram, particle, predicate) : before[k - 1];
        struct three three = {word[-2], word[-1], particle, words->pairs[at - 1], pair};
        struct three last = {word[-1], particle, predicate, pair, joint};
        int cost = cost_of(&order, trigram, &three) + cost_of(&order, trigram, &last);
        if (k == 0)
            given = cost;
        else if (cost < least) {
            least = cost;
            seen->far_by = (uint8_t)k;
        }
    }
    seen->far = (int16_t)(given - least);
}

/* Whether a particle may be missing before a word: between nouns, or a noun and what is said of it. */
static bool may_lack_particle(const struct sks_sentence *sentence, size_t i)
{
    if (i == 0)
        return false;
    enum sks_slip_kind kind = sentence->morphemes[i].category->kind, last = sentence->morphemes[i - 1].category->kind;
    return (last == SKS_SLIP_NOUN || last == SKS_SLIP_VERB || last == SKS_SLIP_ADJECTIVE) &&
           (kind == SKS_SLIP_NOUN || kind == SKS_SLIP_VERB || kind == SKS_SLIP_ADJECTIVE);
}

enum { PUT_IN = 7 /* of the particles, those that are tried where there is none */ };

/* What is left of a sentence without each of its morphemes; asks for what they will be judged by. */
SKS_LANES
static void read_joints(struct sks_trigram_words *words, const struct sks_trigram *trigram,
                        const struct sks_sentence *sentence)
{
    const uint32_t *word = words->words, *pairs = words->pairs;
    for (size_t i = 0; i < sentence->count; i++)
        expect_pair(trigram, word[words->first[i] - 1], word[words->first[i + 1]]);
    for (size_t i = 0; i < sentence->count; i++) {
        size_t first = words->first[i], next = words->first[i + 1];
        uint32_t joint = pair_of(trigram, word[first - 1], word[next]);
        words->joints[i] = joint;
        if (first == next)
            continue;
        if (pairs[first - 1] >> 16 != 0 && joint != 0)
            expect_triple(trigram, word[first - 2], word[first - 1], word[next]);
        if (joint >> 16 != 0 && pairs[next + 1] != 0)
            expect_triple(trigram, word[first - 1], word[next], word[next + 1]);
        bool particle = sentence->morphemes[i].category->kind == SKS_SLIP_PARTICLE;
        if (trigram->rows == NULL || (!particle && !may_lack_particle(sentence, i)))
            continue;
        const uint32_t *behind = row_of(NULL, trigram, word[first - 1], BEHIND);
        size_t right = particle ? next : first;
        const uint32_t *before = row_of(NULL, trigram, word[right], BEFORE);
        expect_particles(trigram, words, first, right, behind, before, particle ? SKS_TRIGRAM_PARTICLES : PUT_IN);
    }
}

SKS_LANES
static void judge(struct sks_trigram_seen *out, struct sks_trigram_words *words, const struct sks_trigram *trigram,
                  const struct sks_sentence *sentence)
{
    read_words(words, trigram, sentence);
    read_joints(words, trigram, sentence);
    for (size_t i = 0; i < sentence->count; i++) {
        size_t first = words->first[i], next = words->first[i + 1];
        struct sks_trigram_seen *seen = &out[i];
        *seen = (struct sks_trigram_seen){.instead = SKS_TRIGRAM_NEVER,
                                          .far = SKS_TRIGRAM_NEVER,
                                          .before = SKS_TRIGRAM_NEVER,
                                          .without = SKS_TRIGRAM_NEVER};
        if (first == next)
            continue;
        for (size_t k = first; k < next; k++) {
            seen->cost = (int16_t)(seen->cost + words->costs[k]);
            seen->alone = (int16_t)(seen->alone + cost_alone(trigram, words->words[k]));
        }
        int behind = words->costs[next] + words->costs[next + 1];
        seen->orders = (uint8_t)(words->orders[first] * 4 + words->orders[next]);
        seen->without = (int16_t)(seen->cost + behind -
                                  cost_behind(trigram, words, next, words->words + first - 2, words->pairs[first - 1],
                                              words->joints[i]));
        if (sentence->morphemes[i].category->kind == SKS_SLIP_PARTICLE) {
            size_t far = far_predicate(sentence, i);
            if (next == first + 1 && far < sentence->count && words->first[far] < words->first[far + 1])
                try_far(seen, trigram, words, first, words->words[words->first[far]]);
            try_particles(&seen->instead, &seen->instead_by, trigram, words, first, next, seen->cost + behind,
                          SKS_TRIGRAM_PARTICLES);
        } else if (may_lack_particle(sentence, i))
            try_particles(&seen->before, &seen->before_by, trigram, words, first, first,
                          words->costs[first] + words->costs[first + 1], PUT_IN);
    }
}

void sks_trigram_judge(struct sks_trigram_seen *out, struct sks_trigram_words *words, const struct sks_trigram *trigram,
                       const struct sks_sentence *sentence)
{
    judge(out, words, trigram, sentence);
}
