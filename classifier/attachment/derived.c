/*
 * A ring of the last results, searched from its beginning to its end: one of them costs more than a million such
 * searches. A mail tries a few dozen at most.
 */
#include "attachment/derived.h"

#include <glib.h>
#include <string.h>

#include "base/crypt.h"

#define KEPT 64u

static _Thread_local struct {
    struct {
        struct sks_derived_id id;
        unsigned char result[SKS_DERIVED_MOST];
        size_t size; /* 0: empty */
    } items[KEPT];
    unsigned next;
} kept;

void sks_derived_id(struct sks_derived_id *out_id, enum sks_derived_way way, const void *parameters,
                    size_t parameters_size, const void *password, size_t password_size)
{
    unsigned char head[1 + 32] = {(unsigned char)way};
    sks_hash_once(SKS_DIGEST_SHA256, head + 1, parameters, parameters_size, "", 0);
    sks_hash_once(SKS_DIGEST_SHA256, out_id->bytes, head, sizeof head, password, password_size);
}

bool sks_derived_find(void *out_bytes, size_t size, const struct sks_derived_id *id)
{
    for (unsigned i = 0; i < KEPT; i++)
        if (kept.items[i].size >= MAX(size, 1) && memcmp(&kept.items[i].id, id, sizeof *id) == 0) {
            memcpy(out_bytes, kept.items[i].result, size);
            return true;
        }
    return false;
}

void sks_derived_keep(const struct sks_derived_id *id, const void *bytes, size_t size)
{
    g_assert(size <= SKS_DERIVED_MOST);
    kept.items[kept.next].id = *id;
    memcpy(kept.items[kept.next].result, bytes, size);
    kept.items[kept.next].size = size;
    kept.next = (kept.next + 1) % KEPT;
}
