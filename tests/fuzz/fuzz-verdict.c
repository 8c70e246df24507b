/* What a worker might send back if it were no longer ours. */
#include "fuzz.h"

#include <stdlib.h>

#include "verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct sks_verdict *verdict;
    if (sks_verdict_from_json(&verdict, (const char *)bytes, size) == 0) {
        free(sks_verdict_to_json(verdict));
        sks_verdict_destroy(verdict);
    }
    if (sks_verdict_unpack(&verdict, bytes, size) == 0) {
        g_byte_array_unref(sks_verdict_pack(verdict));
        sks_verdict_destroy(verdict);
    }
    return 0;
}
