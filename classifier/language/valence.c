/* Words are kept as hashes, sorted, with an index by their first bits; a word that stands in several lines has the
 * frames of all. */
#include "language/valence.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "base/resource.h"
#include "language/feature.h"

#define TABLE "language/valence.txt"

/* In the order of the bits. */
static const char letters[] = "opntqkegi";

struct entry {
    uint32_t base;
    uint16_t frames;
};

enum { PARTS = 1024 };

struct sks_valence {
    GArray *entries;           /* struct entry */
    uint16_t first[PARTS + 1]; /* of those from each part of all hashes on */
};

static uint32_t part_of(uint32_t base)
{
    return base / (uint32_t)((UINT64_C(1) << 32) / PARTS);
}

static int compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return (x->base > y->base) - (x->base < y->base);
}

static bool read_line(struct sks_valence *valence, const char *line)
{
    uint16_t frames = 0;
    for (; *line != '\t'; line++) {
        const char *letter = *line != '\0' ? strchr(letters, *line) : NULL;
        if (letter == NULL)
            return false;
        frames |= (uint16_t)(1u << (letter - letters));
    }
    if (frames == 0)
        return false;
    char **words = g_strsplit(line + 1, " ", -1);
    for (char **word = words; *word != NULL; word++) {
        struct entry entry = {sks_feature_bytes(*word, strlen(*word)), frames};
        g_array_append_val(valence->entries, entry);
    }
    g_strfreev(words);
    return true;
}

/* Sorts the entries and makes one of those of the same word. */
static void merge(GArray *entries)
{
    struct entry *all = (struct entry *)(void *)entries->data;
    guint kept = 0;
    g_array_sort(entries, compare);
    for (guint i = 0; i < entries->len; i++) {
        if (kept > 0 && all[kept - 1].base == all[i].base)
            all[kept - 1].frames |= all[i].frames;
        else
            all[kept++] = all[i];
    }
    g_array_set_size(entries, kept);
}

static void fill_parts(struct sks_valence *valence)
{
    guint i = 0;
    for (uint32_t part = 0; part <= PARTS; part++) {
        while (i < valence->entries->len && part_of(g_array_index(valence->entries, struct entry, i).base) < part)
            i++;
        valence->first[part] = (uint16_t)i;
    }
}

int sks_valence_create(struct sks_valence **out_valence, struct sks_problems *problems)
{
    const struct sks_resource *resource = sks_resource_find(TABLE);
    if (resource == NULL) {
        sks_problems_add(problems, TABLE, 0, NULL, "is missing");
        return SKS_ERROR_FORMAT;
    }
    struct sks_valence *valence = g_new0(struct sks_valence, 1);
    valence->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
    char *text = g_strndup(resource->bytes, resource->size), **lines = g_strsplit(text, "\n", -1);
    int result = 0;
    for (int i = 0; lines[i] != NULL; i++) {
        if (*lines[i] == '\0' || *lines[i] == '#' || read_line(valence, lines[i]))
            continue;
        sks_problems_add(problems, TABLE, i + 1, NULL, "is not in the format expected");
        result = SKS_ERROR_FORMAT;
    }
    g_strfreev(lines);
    g_free(text);
    merge(valence->entries);
    fill_parts(valence);
    if (valence->entries->len > UINT16_MAX) {
        sks_problems_add(problems, TABLE, 0, NULL, "has too many words");
        result = SKS_ERROR_FORMAT;
    }
    if (result != 0)
        sks_valence_destroy(valence);
    else
        *out_valence = valence;
    return result;
}

void sks_valence_destroy(struct sks_valence *valence)
{
    if (valence == NULL)
        return;
    g_array_free(valence->entries, TRUE);
    g_free(valence);
}

uint16_t sks_valence_frames(const struct sks_valence *valence, uint32_t base)
{
    uint32_t part = part_of(base);
    for (guint i = valence->first[part]; i < valence->first[part + 1]; i++) {
        const struct entry *entry = &g_array_index(valence->entries, struct entry, i);
        if (entry->base == base)
            return entry->frames;
    }
    return 0;
}
