/*
 * Phrases by the hash of their first two characters, or of their first four where these are ASCII (two Latin letters
 * tell little), in an open table; those of one key stand together, sorted, and are sought by halves. The longest phrase
 * that a text begins with is the greatest that is not above the text, or one that this one begins with: so each knows
 * the longest phrase that it begins with itself. A place in the text inside a Latin word is passed over at once:
 * phrases of Latin letters match whole words.
 */
#include "lists/matcher.h"

#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct phrase {
    const char *text;
    size_t size, index;
    uint64_t key;
    const struct phrase *inner; /* the longest other phrase that this one begins with, or NULL */
};

struct slot {
    uint64_t key; /* 0: free */
    uint32_t first, count;
};

/* Bits for what a phrase begins with: two bytes of ASCII, or a hash of the first three; and of the first two
 * characters. */
#define BEGINNINGS SKS_MATCHER_BEGINNINGS

struct sks_matcher {
    struct phrase *phrases;
    size_t count;
    struct slot *slots;
    size_t mask;
    uint64_t beginnings[BEGINNINGS / 64]; /* most places of a text are none of these */
    uint64_t pairs[BEGINNINGS / 64];      /* … and most of those that are, none of these */
};

/* text has two characters at least, or is passed over by its NUL. */
static unsigned beginning_of(const char *text)
{
    unsigned first = (unsigned char)text[0], second = (unsigned char)text[1];
    if (first < 0x80 || second == 0)
        return first | second << 8;
    return (first | second << 8) ^ ((unsigned char)text[2] * 0x9bu & 0xffff);
}

/* The same of two characters of three bytes; of others, 0. */
static unsigned pair_of(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    bool wide = (at[0] & 0xf0) == 0xe0 && at[1] != 0 && at[2] != 0 && (at[3] & 0xf0) == 0xe0 && at[4] != 0;
    if (!wide)
        return 0;
    uint32_t one = at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16,
             other = at[3] | (uint32_t)at[4] << 8 | (uint32_t)at[5] << 16;
    return (one * 0x9e3779b1u ^ other * 0x85ebca6bu) >> 16;
}

static bool may_begin(const struct sks_matcher *matcher, const char *place)
{
    unsigned bit = beginning_of(place);
    if ((matcher->beginnings[bit / 64] >> bit % 64 & 1) == 0)
        return false;
    bit = pair_of(place);
    return (matcher->pairs[bit / 64] >> bit % 64 & 1) != 0;
}

/* The first two characters as one number; never 0 for two characters. */
static uint64_t key_of(const char *text)
{
    if (text[0] == '\0')
        return 0;
    const char *second = g_utf8_next_char(text);
    if (*second == '\0')
        return 0;
    return ((uint64_t)g_utf8_get_char(text) << 32) | g_utf8_get_char(second);
}

#define ASCII_SIZE 4u

/* The first four bytes as one number, if they are ASCII, else 0; no key of two characters is one of these. */
static uint64_t ascii_key_of(const char *text)
{
    uint64_t key = 1;
    for (size_t i = 0; i < ASCII_SIZE; i++) {
        if (text[i] <= '\0')
            return 0;
        key = key << 8 | (unsigned char)text[i];
    }
    return key << 24;
}

static size_t spread(uint64_t key)
{
    key *= UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(key >> 29);
}

static int compare(const void *a, const void *b)
{
    const struct phrase *left = a, *right = b;
    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    int order = strcmp(left->text, right->text);
    if (order != 0)
        return order;
    return left->index > right->index ? -1 : 1; /* of equals, the first is found */
}

static struct slot *slot_of(const struct sks_matcher *matcher, uint64_t key)
{
    size_t at = spread(key) & matcher->mask;
    while (matcher->slots[at].key != 0 && matcher->slots[at].key != key)
        at = (at + 1) & matcher->mask;
    return &matcher->slots[at];
}

static bool begins_with(const char *text, const struct phrase *phrase)
{
    return strncmp(text, phrase->text, phrase->size) == 0;
}

/* Each phrase's inner one; they are sorted, so it is among those that the one before begins with. */
static void link_inner(struct sks_matcher *matcher)
{
    for (size_t i = 1; i < matcher->count; i++) {
        struct phrase *phrase = &matcher->phrases[i];
        const struct phrase *inner = &matcher->phrases[i - 1];
        while (inner != NULL && (inner->key != phrase->key || !begins_with(phrase->text, inner)))
            inner = inner->key == phrase->key ? inner->inner : NULL;
        phrase->inner = inner;
    }
}

struct sks_matcher *sks_matcher_create(const char *const *phrases, size_t count)
{
    struct sks_matcher *matcher = g_new0(struct sks_matcher, 1);
    matcher->phrases = g_new0(struct phrase, count + 1);
    matcher->count = count;
    size_t room = 16;
    while (room < count * 4)
        room *= 2;
    matcher->mask = room - 1;
    matcher->slots = g_new0(struct slot, room);
    for (size_t i = 0; i < count; i++) {
        uint64_t ascii = ascii_key_of(phrases[i]);
        matcher->phrases[i] =
            (struct phrase){phrases[i], strlen(phrases[i]), i, ascii != 0 ? ascii : key_of(phrases[i]), NULL};
    }
    qsort(matcher->phrases, count, sizeof *matcher->phrases, compare);
    link_inner(matcher);
    for (size_t i = 0; i < count; i++) {
        g_assert(matcher->phrases[i].key != 0);
        struct slot *slot = slot_of(matcher, matcher->phrases[i].key);
        if (slot->key == 0)
            *slot = (struct slot){matcher->phrases[i].key, (uint32_t)i, 0};
        slot->count++;
        unsigned bit = beginning_of(matcher->phrases[i].text);
        matcher->beginnings[bit / 64] |= UINT64_C(1) << bit % 64;
        bit = pair_of(matcher->phrases[i].text);
        matcher->pairs[bit / 64] |= UINT64_C(1) << bit % 64;
    }
    return matcher;
}

void sks_matcher_destroy(struct sks_matcher *matcher)
{
    if (matcher == NULL)
        return;
    g_free(matcher->phrases);
    g_free(matcher->slots);
    g_free(matcher);
}

static bool is_word(char c)
{
    return g_ascii_isalnum(c);
}

/* The longest phrase of that key that stands at place, or NULL. */
static const struct phrase *longest(const struct sks_matcher *matcher, uint64_t key, const char *place)
{
    const struct slot *slot = slot_of(matcher, key);
    size_t low = slot->first, high = low + slot->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(matcher->phrases[middle].text, place) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    const struct phrase *phrase = low > slot->first ? &matcher->phrases[low - 1] : NULL;
    while (phrase != NULL &&
           !(begins_with(place, phrase) && !(is_word(phrase->text[phrase->size - 1]) && is_word(place[phrase->size]))))
        phrase = phrase->inner;
    return phrase;
}

static const struct phrase *find_at(const struct sks_matcher *matcher, const char *place)
{
    uint64_t ascii = ascii_key_of(place);
    /* A phrase with the longer key is longer than any with the shorter one. */
    const struct phrase *phrase = ascii != 0 ? longest(matcher, ascii, place) : NULL;
    if (phrase != NULL)
        return phrase;
    uint64_t key = key_of(place);
    return key != 0 ? longest(matcher, key, place) : NULL;
}

size_t sks_matcher_next(const struct sks_matcher *matcher, const char *text, size_t *at, size_t *out_end)
{
    const char *place = text + *at;
    bool inside = *at > 0 && is_word(text[*at - 1]);
    while (*place != '\0') {
        const struct phrase *phrase = NULL;
        if (!(inside && is_word(*place)) && may_begin(matcher, place))
            phrase = find_at(matcher, place);
        if (phrase != NULL) {
            *at = (size_t)(place - text);
            *out_end = *at + phrase->size;
            return phrase->index;
        }
        inside = is_word(*place);
        place = inside ? place + 1 : g_utf8_next_char(place);
        while (inside && is_word(*place))
            place++;
    }
    return SKS_MATCHER_NONE;
}

/* One number for what a place begins with. */
static unsigned begun_by(const char *place)
{
    unsigned pair = pair_of(place);
    return pair != 0 ? pair : beginning_of(place);
}

void sks_matcher_mark(const struct sks_matcher *matcher, uint32_t *beginnings, uint32_t bits)
{
    for (size_t i = 0; i < matcher->count; i++)
        beginnings[begun_by(matcher->phrases[i].text)] |= bits;
}

GArray *sks_matcher_places(const uint32_t *beginnings, const char *text)
{
    GArray *places = g_array_new(FALSE, FALSE, sizeof(struct sks_matcher_place));
    for (const char *place = text; *place != '\0';) {
        uint32_t bits = beginnings[begun_by(place)];
        if (bits != 0) {
            const struct sks_matcher_place found = {(uint32_t)(place - text), bits};
            g_array_append_val(places, found);
        }
        bool inside = is_word(*place);
        place = inside ? place + 1 : g_utf8_next_char(place);
        while (inside && is_word(*place))
            place++;
    }
    return places;
}

size_t sks_matcher_at(const struct sks_matcher *matcher, const char *place, size_t *out_size)
{
    const struct phrase *phrase = find_at(matcher, place);
    if (phrase == NULL)
        return SKS_MATCHER_NONE;
    *out_size = phrase->size;
    return phrase->index;
}
