/*
 * Features of a candidate, and of the places where it stands.
 *
 * A feature is a hash of what is seen (the kind of feature, and a word, a form or a distance), folded into one of
 * 2^RANK_BITS weights.
 */
#include "password/rank.h"

#include <math.h>
#include <string.h>

#include "base/resource.h"
#include "base/unicode.h"
#include "language/hashed.h"
#include "password/item.h"
#include "password/rank-row.h"

#define MOST_PLACES 6u
#define MOST_SOUGHT 200u

/* Kinds of features. */
enum kind {
    K_BIAS = 1,
    K_WEIGHT,
    K_SHARE,
    K_PLACE,
    K_WAY,
    K_WAYS,
    K_WAY_WEIGHT,
    K_DERIVED,
    K_FORM,
    K_FORM_WORD,
    K_LINE_WORD,
    K_SHAPE,
    K_KINDS,
    K_LENGTH,
    K_FLAGS,
    K_FIRST,
    K_LAST,
    K_BLANKS,
    K_VALUE,
    K_VALUE_WORD,
    K_ORDINARY,
    K_PREFIX,
    K_SUFFIX,
    K_TEXT,
    K_COUNT,
    K_NOWHERE,
    K_TWIN,
    K_GLOBAL,
    K_GLOBAL_KIND,
    K_LEFT,
    K_RIGHT = K_LEFT + 10,
    K_LEFT_WORD = K_RIGHT + 10,
    K_RIGHT_WORD = K_LEFT_WORD + 5,
    K_LEFT_PAIR = K_RIGHT_WORD + 5,
    K_RIGHT_PAIR,
    K_BOTH,
    K_LEFT_BAG,
    K_RIGHT_BAG,
    K_ABOVE_BAG,
    K_ABOVE2_BAG,
    K_BELOW_BAG,
    K_EDGES,
    K_ALONE,
    K_ANNOUNCED_BEFORE,
    K_ANNOUNCED_WORD,
    K_ANNOUNCED_TOKENS,
    K_ANNOUNCED_AFTER,
    K_ANNOUNCED_ABOVE,
    K_ANNOUNCED_BELOW,
    K_ANNOUNCED_NONE,
    K_LINE,
    K_LAST_LINE,
    K_ABOVE_END,
    K_BRACKETS,
    K_OF_WORD = 20000, /* added to the kinds of a place where only a part of the value stands */
};

static uint32_t mix(uint32_t hash, uint32_t value)
{
    hash ^= value + 0x9e3779b9u + (hash << 6) + (hash >> 2);
    hash *= 0x85ebca6bu;
    return hash ^ hash >> 15;
}

static void add(struct rank_features *features, uint32_t kind, uint32_t value)
{
    if (features->count < RANK_MOST_FEATURES)
        features->buckets[features->count++] =
            mix(mix(0x811c9dc5u, kind + features->offset), value) & ((1u << RANK_BITS) - 1);
}

static uint32_t hash_text(const char *text)
{
    return rank_hash_bytes(text, text + strlen(text));
}

static void add_bag(struct rank_features *features, uint32_t kind, const struct rank_tokens *list)
{
    for (unsigned i = 0; i < list->count; i++)
        add(features, kind, list->hashes[i]);
}

/* ---- The value ---- */

static void add_steps(struct rank_features *features, uint32_t kind, double value)
{
    static const double steps[] = {0.01, 0.03, 0.05, 0.1, 0.15, 0.2, 0.28, 0.35, 0.42,
                                   0.5,  0.6,  0.7,  0.8, 0.85, 0.9, 0.95, 0.99};
    for (unsigned i = 0; i < G_N_ELEMENTS(steps) && value >= steps[i]; i++)
        add(features, kind, i);
}

/* What the lines say that announce a password, for each sort of value. */
static void add_global(struct rank_features *features, const struct rank *rank, guint candidate)
{
    const struct sks_password *item = &g_array_index(rank->candidates->items, struct sks_password, candidate);
    const struct origin *origin = &g_array_index(rank->candidates->origins, struct origin, candidate);
    uint32_t sort = (origin->ways & 1u << WAY_COMBINED) != 0 ? 5
                    : origin->form != NULL                   ? hash_text(origin->form)
                    : item->derived                          ? 1
                    : origin->ways == 1u << WAY_JOINED       ? 2
                    : (origin->ways & (origin->ways - 1)) == 0 && origin->ways >= 1u << WAY_PIECE ? 3
                                                                                                  : 4;
    uint32_t kind = 0;
    for (const char *at = item->value; *at != '\0'; at++)
        kind |= g_ascii_isdigit(*at)         ? 1u
                : g_ascii_isalpha(*at)       ? 2u
                : *at == ' '                 ? 4u
                : (unsigned char)*at >= 0x80 ? 8u
                                             : 16u;
    for (unsigned i = 0; i < rank->spoken_count; i++) {
        add(features, K_GLOBAL, mix(sort, rank->spoken[i]));
        add(features, K_GLOBAL_KIND, mix(kind, rank->spoken[i]));
    }
}

static void add_rules(struct rank_features *features, const struct rank *rank, guint candidate)
{
    const struct sks_password *item = &g_array_index(rank->candidates->items, struct sks_password, candidate);
    const struct origin *origin = &g_array_index(rank->candidates->origins, struct origin, candidate);
    guint place = rank->order[candidate];
    unsigned ways = 0;
    add_steps(features, K_WEIGHT, item->weight);
    add_steps(features, K_SHARE, rank->best > 0 ? item->weight / rank->best : 1);
    add(features, K_PLACE, MIN(place, 3));
    add(features, K_PLACE + 1000, place < 6);
    for (unsigned way = 0; way < WAYS; way++)
        if ((origin->ways & 1u << way) != 0) {
            add(features, K_WAY, way);
            add(features, K_WAY_WEIGHT, mix(way, (uint32_t)(item->weight * 8)));
            ways++;
        }
    add(features, K_WAYS, MIN(ways, 5));
    add(features, K_DERIVED, item->derived);
    if (!item->derived)
        return;
    uint32_t form = origin->form != NULL ? hash_text(origin->form) : (uint32_t)strlen(item->value), inner = form;
    if (origin->form != NULL) {
        /* "word %Y after": the date's form by itself, too. */
        const char *begin = strchr(origin->form, ' '), *end = strrchr(origin->form, ' ');
        inner = begin != NULL && end > begin ? rank_hash_bytes(begin + 1, end) : form;
        add(features, K_FORM, form);
        add(features, K_FORM, inner);
    }
    if (origin->line == NULL)
        return;
    struct rank_tokens list;
    rank_read_tokens(&list, origin->line, rank_cut_after(origin->line, origin->line + strlen(origin->line)));
    for (unsigned i = 0; i < list.count; i++) {
        add(features, K_LINE_WORD, list.hashes[i]);
        add(features, K_FORM_WORD, mix(form, list.hashes[i]));
        if (inner != form)
            add(features, K_FORM_WORD, mix(inner, list.hashes[i]));
    }
}

static void add_shape(struct rank_features *features, const char *value)
{
    uint32_t shape = 7, kinds = 0;
    int last = -1;
    unsigned runs = 0, blanks = 0;
    for (const char *at = value; *at != '\0'; at = g_utf8_next_char(at)) {
        enum rank_class class = rank_class_of(g_utf8_get_char(at));
        int sign = class == LETTER ? (g_ascii_isupper(*at) ? 100 : 101) : class == MARK ? *at : 200 + (int)class;
        kinds |= sign == 100 ? 256u : 1u << class;
        blanks += class == BLANK;
        if (sign != last && runs++ < 8)
            shape = mix(shape, (uint32_t)sign);
        last = sign;
    }
    add(features, K_SHAPE, shape);
    add(features, K_KINDS, kinds);
    add(features, K_BLANKS, MIN(blanks, 6));
    size_t length = strlen(value);
    add(features, K_LENGTH, (uint32_t)(length <= 12 ? length : length <= 16 ? 16 : length <= 24 ? 24 : 32));
    add(features, K_LENGTH, mix(kinds, (uint32_t)MIN(length, 16) / 2));
}

/* Words around passwords that are hardly ever one. */
static const char *const common[] = {
    "what",     "who",      "how",       "why",     "where",  "through",   "until",   "till",     "about",
    "over",     "under",    "than",      "then",    "it's",   "don't",     "can't",   "isn't",    "i've",
    "i'm",      "we've",    "you'll",    "do",      "did",    "does",      "done",    "had",      "him",
    "her",      "his",      "their",     "us",      "out",    "up",        "down",    "off",      "into",
    "best",     "kind",     "sincerely", "cheers",  "love",   "sorry",     "hi",      "everyone", "mr",
    "mrs",      "ms",       "dr",        "jan",     "feb",    "mar",       "apr",     "may",      "jun",
    "jul",      "aug",      "sep",       "sept",    "oct",    "nov",       "dec",     "january",  "february",
    "march",    "april",    "june",      "july",    "august", "september", "october", "november", "december",
    "saturday", "sunday",   "mon",       "tue",     "wed",    "thu",       "fri",     "sat",      "sun",
    "first",    "second",   "third",     "two",     "three",  "four",      "five",    "six",      "seven",
    "eight",    "lock",     "locked",    "secured", "quotes", "together",  "twice",   "case",     "all",
    "small",    "included", "including", "space",   "spaces", "format",    "order",   "invoice",  "subject",
    "company",  "name",     "street",    "page",    "pages",  "left",      "right",   "here",     "live",
    "today",    "tomorrow", "yesterday", "good",    "very",   "much",      "many",    "more",     "most",
    "some",     "such",     "may",       "might",   "must",   "shall",     "could",   "again",    "still",
    "yet"};

static bool is_common(const char *word, size_t size)
{
    while (size > 1 && strchr("!?.,", word[size - 1]) != NULL)
        size--;
    for (size_t i = 0; i < G_N_ELEMENTS(common); i++)
        if (*common[i] == *word && strlen(common[i]) == size && memcmp(common[i], word, size) == 0)
            return true;
    return false;
}

static void add_value(struct rank_features *features, const char *value)
{
    size_t length = strlen(value);
    struct span span = {value, value + length};
    char *lower = g_ascii_strdown(value, (gssize)MIN(length, 40));
    size_t size = strlen(lower);
    add_shape(features, value);
    uint32_t flags = (token_is_word(span) ? 1u : 0) | (token_is_ordinary(span) ? 2u : 0) |
                     (token_is_file(span) ? 4u : 0) | (strchr(value, '@') != NULL ? 8u : 0) |
                     (strstr(value, "://") != NULL ? 16u : 0) |
                     (token_is_other_number(span, span.begin, span.end) ? 32u : 0);
    if (is_common(lower, size))
        flags |= 64;
    for (unsigned bit = 0; bit < 7; bit++)
        add(features, K_FLAGS, bit * 2 + (flags >> bit & 1));
    add(features, K_FLAGS, 100 + flags);
    add(features, K_FIRST, g_utf8_get_char(lower) < 0x80 && g_ascii_isalnum(*lower) ? 0 : g_utf8_get_char(lower));
    gunichar last = g_utf8_get_char(g_utf8_find_prev_char(value, value + length));
    add(features, K_LAST, last < 0x80 && g_ascii_isalnum((char)last) ? 0 : last);
    struct rank_tokens words;
    rank_read_tokens(&words, lower, lower + size);
    unsigned ordinary = 0;
    for (const char *at = value; *at != '\0';) {
        struct span token = token_at(at, value + length);
        ordinary += token.begin < token.end && token_is_ordinary(token);
        at = token.end > at ? token.end : g_utf8_next_char(at);
    }
    add(features, K_ORDINARY, MIN(ordinary, 4));
    for (unsigned i = 0; i < words.count && words.count > 1; i++)
        add(features, K_VALUE_WORD, words.hashes[i]);
    if (size <= 16)
        add(features, K_VALUE, rank_hash_bytes(lower, lower + size));
    add(features, K_PREFIX, rank_hash_bytes(lower, lower + MIN(size, 4)));
    add(features, K_SUFFIX, rank_hash_bytes(lower + size - MIN(size, 3), lower + size));
    g_free(lower);
}

/* ---- A place ---- */

struct place {
    const struct rank_text *text;
    const char *begin, *end; /* in lower */
    guint row, last_row;     /* lines in which it begins and ends */
    const char *line, *line_end;
};

static guint row_of(const struct rank_text *text, const char *at)
{
    guint low = 0, high = text->starts->len;
    while (high - low > 1) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(text->starts, guint, middle) <= (size_t)(at - text->lower))
            low = middle;
        else
            high = middle;
    }
    return low;
}

static uint32_t bucket_of_distance(long distance)
{
    static const long steps[] = {0, 1, 2, 4, 7, 12, 20, 32, 60, 100};
    uint32_t bucket = 0;
    while (bucket < G_N_ELEMENTS(steps) && distance > steps[bucket])
        bucket++;
    return bucket;
}

static void add_announcements(struct rank_features *features, const struct place *place)
{
    const struct rank_text *text = place->text;
    struct span found;
    bool any = false;
    const char *from = rank_cut_before(place->line, place->begin);
    if (rank_last_announcement(text, from, place->begin, &found)) {
        uint32_t distance = bucket_of_distance(place->begin - found.end);
        static const char *const stops[] = {"。", ". ", "! ", "? "};
        bool stopped = CONTAINS(found.end, place->begin, stops);
        struct rank_tokens list;
        rank_read_tokens(&list, found.end, place->begin);
        add(features, K_ANNOUNCED_BEFORE, distance * 2 + stopped);
        add(features, K_ANNOUNCED_WORD, rank_hash_bytes(found.begin, found.end));
        add(features, K_ANNOUNCED_TOKENS, MIN(list.count, 8) * 2 + stopped);
        any = true;
    }
    if (announcement_find(&text->announcements, place->end, rank_cut_after(place->end, place->line_end), &found)) {
        add(features, K_ANNOUNCED_AFTER, bucket_of_distance(found.begin - place->end));
        any = true;
    }
    guint index = place->row, next = place->last_row;
    const struct rank_row *row;
    for (unsigned above = 1; above <= 3 && (row = rank_find_row(text, &index, false)) != NULL; above++)
        if (row->announces_late) {
            add(features, K_ANNOUNCED_ABOVE, above * 100 + bucket_of_distance(row->line.end - row->last.end));
            add(features, K_ANNOUNCED_ABOVE, above + 10000);
            any = true;
            break;
        }
    row = rank_find_row(text, &next, true);
    if (row != NULL && row->announces_early)
        add(features, K_ANNOUNCED_BELOW, bucket_of_distance(row->first.begin - row->line.begin));
    if (!any)
        add(features, K_ANNOUNCED_NONE, 0);
}

/* One to eight characters right before and behind. */
static void add_neighbours(struct rank_features *features, const struct place *place)
{
    const char *at = place->begin;
    for (unsigned n = 0; n < 8 && at > place->line; n++) {
        at = g_utf8_find_prev_char(place->line, at);
        if (at == NULL)
            break;
        add(features, K_LEFT + n, rank_hash_bytes(at, place->begin));
    }
    at = place->end;
    for (unsigned n = 0; n < 8 && at < place->line_end; n++) {
        at = g_utf8_next_char(at);
        add(features, K_RIGHT + n, rank_hash_bytes(place->end, at));
    }
}

static void add_words(struct rank_features *features, const struct place *place)
{
    struct rank_tokens left, right;
    const char *begin = rank_cut_before(place->line, place->begin), *end = rank_cut_after(place->end, place->line_end);
    rank_read_tokens(&left, begin, place->begin);
    /* The nearest ones, where the list was full. */
    if (left.count == RANK_TOKENS && place->begin - begin > 48) {
        begin = rank_cut_before(place->begin - 48, place->begin);
        while (begin < place->begin && ((unsigned char)*begin & 0xC0) == 0x80)
            begin++;
        for (unsigned i = 0; i < left.count; i++)
            add(features, K_LEFT_BAG, left.hashes[i]);
        rank_read_tokens(&left, begin, place->begin);
    }
    rank_read_tokens(&right, place->end, end);
    for (unsigned n = 0; n < 4; n++) {
        add(features, K_LEFT_WORD + n, n < left.count ? left.hashes[left.count - 1 - n] : 1);
        add(features, K_RIGHT_WORD + n, n < right.count ? right.hashes[n] : 1);
    }
    uint32_t l1 = left.count > 0 ? left.hashes[left.count - 1] : 1,
             l2 = left.count > 1 ? left.hashes[left.count - 2] : 1;
    uint32_t r1 = right.count > 0 ? right.hashes[0] : 1, r2 = right.count > 1 ? right.hashes[1] : 1;
    add(features, K_LEFT_PAIR, mix(l1, l2));
    add(features, K_RIGHT_PAIR, mix(r1, r2));
    add(features, K_BOTH, mix(l1, r1));
    for (unsigned i = 0; i < left.count; i++)
        add(features, K_LEFT_BAG, left.hashes[i]);
    for (unsigned i = 0; i < right.count; i++)
        add(features, K_RIGHT_BAG, right.hashes[i]);
}

static void add_lines(struct rank_features *features, const struct place *place)
{
    guint index = place->row, next = place->last_row;
    const struct rank_row *above = rank_find_row(place->text, &index, false);
    const struct rank_row *below = rank_find_row(place->text, &next, true);
    bool alone_before = rank_is_blank(rank_cut_before(place->line, place->begin), place->begin),
         alone_after = rank_is_blank(place->end, rank_cut_after(place->end, place->line_end));
    add(features, K_ALONE, alone_before * 2u + alone_after);
    if (above != NULL) {
        add_bag(features, K_ABOVE_BAG, &above->tail);
        const char *last = g_utf8_find_prev_char(above->line.begin, above->line.end);
        add(features, K_ABOVE_END, mix(last != NULL ? rank_hash_bytes(last, above->line.end) : 0, alone_before));
        const struct rank_row *above2 = rank_find_row(place->text, &index, false);
        if (above2 != NULL)
            add_bag(features, K_ABOVE2_BAG, &above2->tail);
    } else {
        add(features, K_LINE, 0);
    }
    if (below != NULL)
        add_bag(features, K_BELOW_BAG, &below->head);
    else
        add(features, K_LINE, 1);
}

static void add_place(struct rank_features *features, const struct place *place)
{
    gunichar before =
        place->begin > place->line ? g_utf8_get_char(g_utf8_find_prev_char(place->line, place->begin)) : 10;
    gunichar after = place->end < place->line_end ? g_utf8_get_char(place->end) : 10;
    enum rank_class left = rank_class_of(before), right = rank_class_of(after);
    uint32_t first = (uint32_t)rank_class_of(g_utf8_get_char(place->begin)),
             last = (uint32_t)rank_class_of(g_utf8_get_char(g_utf8_find_prev_char(place->begin, place->end)));
    add(features, K_TEXT, place->text->kind);
    add(features, K_EDGES, mix(mix(left, first), 1));
    add(features, K_EDGES, mix(mix(right, last), 2));
    add(features, K_BRACKETS, mix(before, after));
    add_neighbours(features, place);
    add_words(features, place);
    add_lines(features, place);
    add_announcements(features, place);
}

/* ---- All places ---- */

static bool is_inside(const struct rank_text *text, const char *at, const char *end)
{
    return (at > text->lower && g_ascii_isalnum(*at) && g_ascii_isalnum(at[-1])) ||
           (end < text->lower + text->size && g_ascii_isalnum(end[-1]) && g_ascii_isalnum(*end));
}

static unsigned find_places(const struct rank *rank, const char *value, bool inside, struct place *out_places)
{
    size_t length = strlen(value);
    unsigned count = 0;
    for (unsigned t = 0; t < rank->count; t++) {
        const struct rank_text *text = &rank->texts[t];
        const char *at = text->plain, *end = text->plain + text->size;
        for (unsigned n = 0; n < MOST_SOUGHT && count < MOST_PLACES; n++) {
            at = memmem(at, (size_t)(end - at), value, length);
            if (at == NULL)
                break;
            const char *begin = text->lower + (at - text->plain);
            at += length;
            if (is_inside(text, begin, begin + length) != inside)
                continue;
            struct place place = {.text = text, .begin = begin, .end = begin + length};
            place.row = row_of(text, place.begin);
            place.last_row = row_of(text, place.end);
            place.line = rank_line(text, place.row).begin;
            place.line_end = rank_line(text, place.last_row).end;
            out_places[count++] = place;
        }
    }
    return count;
}

void rank_visit_places(const struct rank *rank, guint candidate, rank_visit *visit, void *data)
{
    const struct sks_password *item = &g_array_index(rank->candidates->items, struct sks_password, candidate);
    struct rank_features features = {.count = 0, .offset = 0};
    struct place places[MOST_PLACES];
    add(&features, K_BIAS, 0);
    add_rules(&features, rank, candidate);
    add_value(&features, item->value);
    add_global(&features, rank, candidate);
    if (candidate < RANK_TWINS)
        for (unsigned bit = 0; bit < 4; bit++)
            if ((rank->twins[candidate] >> bit & 1) != 0)
                add(&features, K_TWIN, bit);
    const struct origin *origin = &g_array_index(rank->candidates->origins, struct origin, candidate);
    const char *sought = origin->word != NULL ? origin->word : item->value;
    unsigned count = find_places(rank, sought, false, places);
    if (count == 0 && !item->derived)
        count = find_places(rank, item->value, true, places);
    add(&features, K_COUNT, MIN(count, 4));
    unsigned shared = features.count;
    if (count == 0 || (item->derived && origin->word == NULL)) {
        add(&features, K_NOWHERE, item->derived);
        visit(data, &features);
    }
    for (unsigned i = 0; i < count; i++) {
        features.count = shared;
        features.offset = origin->word != NULL ? K_OF_WORD : 0;
        add_place(&features, &places[i]);
        visit(data, &features);
    }
}

/* ---- Scores ---- */

static const struct sks_hashed *weights(void)
{
    static gsize once;
    static struct sks_hashed model;
    static bool fine;
    if (g_once_init_enter(&once)) {
        const struct sks_resource *resource = sks_resource_find("password/ranking.bin");
        fine = resource != NULL && sks_hashed_read(&model, resource->bytes, resource->size) == 0 &&
               model.mask == (1u << RANK_BITS) - 1;
        g_once_init_leave(&once, 1);
    }
    return fine ? &model : NULL;
}

/* Far below any other. */
#define UNRANKED (-1e6)

struct sum {
    const int8_t *weights;
    double scale, most;
    bool any;
};

static void add_up(void *data, const struct rank_features *features)
{
    struct sum *sum = data;
    int whole = 0;
    for (unsigned i = 0; i < features->count; i++)
        whole += sum->weights[features->buckets[i]];
    double score = whole * sum->scale, most = MAX(score, sum->most);
    sum->most = sum->any ? most + log(exp(score - most) + exp(sum->most - most)) : score;
    sum->any = true;
}

bool rank_score(const struct rank *rank, guint most, double *out_scores, double *out_none)
{
    const struct sks_hashed *model = weights();
    if (model == NULL)
        return false;
    for (guint i = 0; i < rank->candidates->items->len; i++) {
        struct sum sum = {.weights = model->weights, .scale = (double)model->scale, .most = UNRANKED};
        if (rank->order[i] < most)
            rank_visit_places(rank, i, add_up, &sum);
        out_scores[i] = sum.most;
    }
    *out_none = (double)model->bias;
    return true;
}

/* ---- Beginning and end ---- */

/* Words of the lines that announce a password. */
static void keep_spoken(struct rank *rank, const struct rank_text *text)
{
    struct span found;
    for (const char *at = text->lower, *end = at + text->size;
         rank->spoken_count < RANK_SPOKEN && announcement_find(&text->announcements, at, end, &found);) {
        struct span line = found;
        while (line.begin > at && line.begin[-1] != '\n')
            line.begin--;
        const char *stop = memchr(found.end, '\n', (size_t)(end - found.end));
        line.end = stop != NULL ? stop : end;
        struct rank_tokens list;
        rank_read_tokens(&list, rank_cut_before(line.begin, found.begin), found.begin);
        for (unsigned i = 0; i < list.count && rank->spoken_count < RANK_SPOKEN; i++)
            rank->spoken[rank->spoken_count++] = list.hashes[i];
        rank_read_tokens(&list, found.begin, rank_cut_after(found.end, line.end));
        for (unsigned i = 0; i < list.count && rank->spoken_count < RANK_SPOKEN; i++)
            rank->spoken[rank->spoken_count++] = list.hashes[i];
        at = line.end;
    }
}

static gint by_weight(gconstpointer a, gconstpointer b, gpointer items)
{
    const guint *one = a, *other = b;
    double left = g_array_index((GArray *)items, struct sks_password, *one).weight;
    double right = g_array_index((GArray *)items, struct sks_password, *other).weight;
    return left < right ? 1 : left > right ? -1 : (*one > *other) - (*one < *other);
}

void rank_begin(struct rank *out_rank, const struct candidates *candidates)
{
    guint count = candidates->items->len;
    *out_rank = (struct rank){.candidates = candidates, .order = g_new(guint, count + 1)};
    guint *sorted = g_new(guint, count + 1);
    for (guint i = 0; i < count; i++)
        sorted[i] = i;
    g_qsort_with_data(sorted, (gint)count, sizeof *sorted, by_weight, candidates->items);
    for (guint i = 0; i < count; i++)
        out_rank->order[sorted[i]] = i;
    out_rank->best = count > 0 ? g_array_index(candidates->items, struct sks_password, sorted[0]).weight : 0;
    g_free(sorted);
}

void rank_add_text(struct rank *rank, const char *plain, enum rank_kind kind, struct words_text *looked)
{
    if (plain == NULL || rank->count == RANK_TEXTS)
        return;
    struct rank_text *text = &rank->texts[rank->count++];
    text->plain = plain;
    text->size = strlen(plain);
    text->lower = sks_unicode_copy_lower(plain, text->size);
    text->kind = kind;
    if (flow_lines((char *)text->lower) || looked == NULL) /* a word may stand where a line was joined */
        looked = text->looked = words_read(text->lower, text->size);
    text->starts = g_array_new(FALSE, FALSE, sizeof(guint));
    guint start = 0;
    g_array_append_val(text->starts, start);
    for (const char *at = text->lower; (at = strchr(at, '\n')) != NULL;) {
        start = (guint)(++at - text->lower);
        g_array_append_val(text->starts, start);
    }
    text->rows = g_new0(struct rank_row *, text->starts->len);
    text->announcements = announcements_in(looked);
    text->announcements.begin = text->lower;
    if (kind == RANK_OWN || kind == RANK_SUBJECT)
        keep_spoken(rank, text);
}

/* Whether one value is another but for a character or three: one of them may be the other put right. */
static bool are_twins(const char *one, size_t size, const char *other, size_t other_size)
{
    size_t head = 0, tail = 0, least = MIN(size, other_size);
    while (head < least && one[head] == other[head])
        head++;
    while (tail < least - head && one[size - 1 - tail] == other[other_size - 1 - tail])
        tail++;
    size_t differ = MAX(size, other_size) - head - tail;
    return least >= 4 && differ > 0 && differ <= 3 && head + tail >= 3 && head + tail >= differ &&
           !(head == least || tail == least);
}

void rank_look_for_twins(struct rank *rank)
{
    enum { EARLIER = 1, LATER = 2, IN_QUOTE = 4, QUOTED_TWIN = 8 };
    const char *places[RANK_TWINS] = {NULL};
    size_t sizes[RANK_TWINS] = {0};
    unsigned in[RANK_TWINS] = {0};
    const GArray *items = rank->candidates->items;
    guint count = MIN(items->len, RANK_TWINS);
    for (guint i = 0; i < count; i++) {
        const struct sks_password *item = &g_array_index(items, struct sks_password, i);
        sizes[i] = strlen(item->value);
        for (unsigned t = 0; t < rank->count && places[i] == NULL && !item->derived; t++) {
            places[i] = memmem(rank->texts[t].plain, rank->texts[t].size, item->value, sizes[i]);
            in[i] = t;
        }
    }
    for (guint i = 0; i < count; i++)
        for (guint j = i + 1; j < count; j++) {
            if (places[i] == NULL || places[j] == NULL ||
                !are_twins(g_array_index(items, struct sks_password, i).value, sizes[i],
                           g_array_index(items, struct sks_password, j).value, sizes[j]))
                continue;
            bool first = in[i] != in[j] ? in[i] < in[j] : places[i] < places[j];
            bool same = in[i] == in[j];
            rank->twins[i] |= same ? (first ? LATER : EARLIER) : (first ? QUOTED_TWIN : IN_QUOTE);
            rank->twins[j] |= same ? (first ? EARLIER : LATER) : (first ? IN_QUOTE : QUOTED_TWIN);
        }
}

void rank_end(struct rank *rank)
{
    for (unsigned i = 0; i < rank->count; i++) {
        rank_free_rows(&rank->texts[i]);
        g_array_unref(rank->texts[i].starts);
        g_free((char *)rank->texts[i].lower);
        words_free(rank->texts[i].looked);
    }
    g_free(rank->order);
}
