/* Reading and applying hashed linear models. The weights are used where they lie, in the program's read-only data. */
#include "language/hashed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

static uint32_t read_u32(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static float read_float(const uint8_t *bytes)
{
    uint32_t bits = read_u32(bytes);
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

int sks_hashed_read(struct sks_hashed *out_model, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    if (size < SKS_HASHED_HEADER || memcmp(bytes, SKS_HASHED_MAGIC, 8) != 0)
        return SKS_ERROR_FORMAT;
    uint32_t bits = read_u32(bytes + 8);
    if (bits < 8 || bits > 24 || size != SKS_HASHED_HEADER + ((size_t)1 << bits))
        return SKS_ERROR_FORMAT;
    struct sks_hashed model = {
        .mask = (1u << bits) - 1,
        .scale = read_float(bytes + 12),
        .bias = read_float(bytes + 16),
        .slope = read_float(bytes + 20),
        .offset = read_float(bytes + 24),
        .extra = read_float(bytes + 28),
        .weights = (const int8_t *)bytes + SKS_HASHED_HEADER,
    };
    if (!isfinite(model.scale) || !isfinite(model.bias) || !isfinite(model.slope) || !isfinite(model.offset) ||
        !(model.extra >= 0 && model.extra <= 1))
        return SKS_ERROR_FORMAT;
    *out_model = model;
    return 0;
}

enum { USUAL_SET = 2048 /* for the hashes of a usual sentence */ };

size_t sks_hashed_fold(uint32_t *hashes, size_t count, uint32_t mask)
{
    /* A set by open addressing, twice as large as what goes in: sorting would take longer than all the rest. */
    uint32_t small[USUAL_SET];
    size_t size = 16, kept = 0;
    while (size < 2 * count)
        size *= 2;
    uint32_t *set = size <= USUAL_SET ? small : g_new(uint32_t, size);
    memset(set, 0, sizeof(*set) * size);
    for (size_t i = 0; i < count; i++) {
        uint32_t bucket = hashes[i] & mask;
        size_t at = (bucket * 0x9e3779b1u >> 7) & (size - 1);
        while (set[at] != 0 && set[at] != bucket + 1)
            at = (at + 1) & (size - 1);
        if (set[at] == 0) {
            set[at] = bucket + 1;
            hashes[kept++] = bucket;
        }
    }
    if (set != small)
        g_free(set);
    return kept;
}

double sks_hashed_weight(const struct sks_hashed *model, uint32_t bucket)
{
    return (double)model->weights[bucket & model->mask] * (double)model->scale;
}

double sks_hashed_score(const struct sks_hashed *model, const uint32_t *buckets, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += model->weights[buckets[i] & model->mask];
    return ((double)sum * (double)model->scale + (double)model->bias) * (double)model->slope + (double)model->offset;
}

enum { USUAL = 200 /* buckets of a sentence */ };

double sks_hashed_length_weight(size_t count)
{
    return sqrt(sqrt((double)count / USUAL));
}

double sks_hashed_combine(const struct sks_hashed *model, double sum, double weights, size_t sentences)
{
    if (sentences < 2)
        return weights > 0 ? sum / weights : 0;
    return sum / (1 + (double)model->extra * (double)(sentences - 1));
}
