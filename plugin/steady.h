/*
 * The age of what is kept, by a clock that may leap.
 *
 * A host's clock that goes forward by itself, as one does that was set by hand or from a broken source, would make
 * everything old at once. So a leap counts for nothing until what was there before it has been kept as long as it is to
 * be, by the clock that only runs (CLOCK_BOOTTIME): what waits for seven days goes after seven days that ran. That
 * holds for each leap by itself, whether the clock was wrong or was set right, and however long it stays wrong; what
 * came after a leap bears the new time and is of age when it should be. A clock that goes back takes the newest leaps
 * back.
 *
 * While nobody looked (the program was off), no time is known to have run, unless both clocks agree that it did: the
 * whole gap is a leap. So things go late, by as much as they are kept for each such gap, and never early but for steps
 * of up to an hour, which are taken for time.
 */
#ifndef SKS_PLUGIN_STEADY_H
#define SKS_PLUGIN_STEADY_H

#include <stdbool.h>
#include <stdint.h>

#define SKS_STEADY_LEAPS 16u /* at most; beyond, the two oldest become one, at the later's time */

struct sks_steady {
    bool begun;
    int64_t host, runs; /* at the last look, in seconds */
    int64_t ahead;      /* by how much the host's clock was before the other one, at the last leap */
    unsigned count;
    struct {
        int64_t by, at; /* seconds; by the clock that runs */
    } leaps[SKS_STEADY_LEAPS];
};

/* Begins where the newest time that is remembered is all that is known of earlier times; 0: there is none. */
void sks_steady_begin(struct sks_steady *steady, int64_t host, int64_t runs, int64_t newest);

/* Goes on with what sks_steady_write() wrote, maybe on another day. False, and begun stays, if it wrote no such text.
 */
bool sks_steady_resume(struct sks_steady *steady, int64_t host, int64_t runs, const char *text);

/* g_free(). */
char *sks_steady_write(const struct sks_steady *steady);

/*
 * At every look: the host's clock and the other one, in seconds. Returns by how much the clock has leapt since the last
 * one, 0 within an hour.
 */
int64_t sks_steady_look(struct sks_steady *steady, int64_t host, int64_t runs);

/* The present for what is kept for so many seconds, as of the last look: what is older than that may go. */
int64_t sks_steady_now(const struct sks_steady *steady, int64_t kept);

#endif
