/*
 * MeCab's sys.dic: ten numbers of 32 bits, the charset's name, then the double array (Darts), the tokens and the
 * features. A unit of the array says where the units behind it begin (base) and to which such beginning it belongs
 * (check); the one at a beginning itself tells, if it is negative, the tokens of the word that ends there.
 */
#include "language/ahead.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

struct sks_ahead_unit {
    int32_t base;
    uint32_t check;
};

enum {
    PLACES = 32, /* followed side by side: a processor waits for no more lines at once */
    VERSION = 102,
    HEADER = 10 * sizeof(uint32_t) + 32,
    TOKEN = 16, /* bytes */
    BYTES = 256,
};

#define MAGIC 0xef718f77u

void sks_ahead_read(struct sks_ahead *out_ahead, const void *dictionary, size_t size)
{
    enum { SIZE, MARK, ARRAY = 6, TOKENS, FEATURES, NUMBERS = 10 };
    uint32_t numbers[NUMBERS];
    *out_ahead = (struct sks_ahead){0};
    if (size < HEADER || (uintptr_t)dictionary % sizeof(uint32_t) != 0)
        return;
    memcpy(numbers, dictionary, sizeof(numbers));
    uint64_t whole = (uint64_t)HEADER + numbers[ARRAY] + numbers[TOKENS] + numbers[FEATURES];
    if (numbers[MARK] != VERSION || (numbers[SIZE] ^ MAGIC) != whole || whole > size ||
        numbers[ARRAY] < 2 * BYTES * sizeof(struct sks_ahead_unit))
        return;
    const char *array = (const char *)dictionary + HEADER;
    out_ahead->units = (const struct sks_ahead_unit *)(const void *)array;
    out_ahead->unit_count = numbers[ARRAY] / sizeof(struct sks_ahead_unit);
    out_ahead->tokens = array + numbers[ARRAY];
    out_ahead->tokens_size = numbers[TOKENS];
}

void sks_ahead_init(struct sks_ahead *out_ahead, const char *feature)
{
    char *maps, **lines;
    *out_ahead = (struct sks_ahead){0};
    if (!g_file_get_contents("/proc/self/maps", &maps, NULL, NULL))
        return;
    lines = g_strsplit(maps, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++) {
        char *rest;
        guint64 start = g_ascii_strtoull(lines[i], &rest, 16);
        guint64 end = *rest == '-' ? g_ascii_strtoull(rest + 1, &rest, 16) : 0;
        if (start <= (uintptr_t)feature && (uintptr_t)feature < end && g_str_has_prefix(rest, " r"))
            sks_ahead_read(out_ahead, feature - ((uintptr_t)feature - start), (size_t)(end - start));
    }
    g_strfreev(lines);
    g_free(maps);
}

/* A place of the text on its way through the array: its next byte, and where the units for it begin. */
struct way {
    const unsigned char *next;
    uint32_t base;
};

/* Where units begin that can all be read: a beginning with a unit for each byte behind it. */
static bool is_within(const struct sks_ahead *ahead, uint32_t base)
{
    return base < ahead->unit_count - BYTES;
}

/* Asks for the tokens of the word that ends where units begin; whether there is one. */
static bool ask_tokens(const struct sks_ahead *ahead, uint32_t base)
{
    const struct sks_ahead_unit *unit = &ahead->units[base];
    if (unit->check != base || unit->base >= 0)
        return false;
    size_t at = TOKEN * ((size_t)(-(int64_t)unit->base - 1) >> 8);
    if (at < ahead->tokens_size)
        __builtin_prefetch(ahead->tokens + at);
    return true;
}

/* Takes all ways a byte further at a time, until they end. */
static size_t follow(const struct sks_ahead *ahead, struct way ways[PLACES], size_t count, const unsigned char *end)
{
    size_t words = 0;
    while (count > 0) {
        size_t kept = 0;
        for (size_t i = 0; i < count; i++)
            __builtin_prefetch(&ahead->units[ways[i].base + *ways[i].next + 1]);
        for (size_t i = 0; i < count; i++) {
            struct way way = ways[i];
            const struct sks_ahead_unit *unit = &ahead->units[way.base + *way.next + 1];
            if (unit->check != way.base || !is_within(ahead, (uint32_t)unit->base))
                continue;
            way.base = (uint32_t)unit->base;
            __builtin_prefetch(&ahead->units[way.base]);
            ways[kept++] = (struct way){way.next + 1, way.base};
        }
        count = 0;
        for (size_t i = 0; i < kept; i++) {
            words += ask_tokens(ahead, ways[i].base);
            if (ways[i].next < end)
                ways[count++] = ways[i];
        }
    }
    return words;
}

size_t sks_ahead_ask(const struct sks_ahead *ahead, const char *text, size_t size)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + size;
    struct way ways[PLACES];
    size_t words = 0;
    if (ahead->units == NULL || !is_within(ahead, (uint32_t)ahead->units[0].base))
        return 0;
    while (at < end) {
        size_t count = 0;
        for (; at < end && count < PLACES; at++)
            if ((*at & 0xc0) != 0x80)
                ways[count++] = (struct way){at, (uint32_t)ahead->units[0].base};
        words += follow(ahead, ways, count, end);
    }
    return words;
}
