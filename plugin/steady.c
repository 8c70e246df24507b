/* See steady.h. Corrections below an hour (leap seconds, the first answer of a time server) are none. */
#include "steady.h"

#define DOUBT     ((int64_t)24 * 3600)
#define TOLERANCE 3600

bool sks_steady_look(struct sks_steady *steady, int64_t host, int64_t runs, int64_t newest, int64_t kept)
{
    int64_t ahead = host - runs, leap = ahead - steady->ahead;
    if (!steady->begun)
        leap = newest > 0 && host - newest > kept ? TOLERANCE + 1 : 0;
    if (leap > TOLERANCE)
        steady->until = runs + DOUBT;
    else if (leap < -TOLERANCE)
        steady->until = runs;
    steady->begun = true;
    steady->ahead = ahead;
    return runs >= steady->until;
}
