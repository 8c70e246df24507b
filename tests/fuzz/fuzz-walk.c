/* A whole mail with everything inside it. */
#include "fuzz.h"

#include "walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct sks_walk walk;
    if (sks_walk_init(&walk, bytes, size) == 0)
        sks_walk_finish(&walk);
    return 0;
}
