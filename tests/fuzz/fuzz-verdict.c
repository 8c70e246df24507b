/* What a worker might send back if it were no longer ours. */
#include "fuzz.h"

#include <stdlib.h>

#include "sekisho/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct sks_verdict *verdict;
    if (sks_verdict_from_json(&verdict, (const char *)bytes, size) == 0) {
        free(sks_verdict_to_json(verdict));
        sks_verdict_destroy(verdict);
    }
    return 0;
}
