/*
 * Whether the host's clock may be believed when something is to be deleted because of its age.
 *
 * A clock that goes forward by itself, as one does that was set by hand or from a broken source, would make everything
 * old at once. It is not believed for a day from then on, counted by the clock that only runs (CLOCK_BOOTTIME); if it
 * was set right, that deletes a day late. A clock that goes back makes nothing old, and ends the doubt.
 */
#ifndef SKS_PLUGIN_STEADY_H
#define SKS_PLUGIN_STEADY_H

#include <stdbool.h>
#include <stdint.h>

struct sks_steady {
    bool begun;
    int64_t ahead; /* of the host's clock, of the one that only runs */
    int64_t until; /* not believed before, by the latter */
};

/*
 * At every look, at least every hour: the host's clock and the other one, in seconds. At the first, it is compared with
 * the newest time that is remembered (0: nothing is), from which it may be as far away as old things are kept.
 */
bool sks_steady_look(struct sks_steady *steady, int64_t host, int64_t runs, int64_t newest, int64_t kept);

#endif
