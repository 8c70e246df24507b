/*
 * The page of metrics: counters and state as text, in the format of OpenMetrics 1.0 or in Prometheus' older one
 * (0.0.4), whose counters' families bear their samples' names. A pure function.
 */
#ifndef SKS_PLUGIN_EXPOSITION_H
#define SKS_PLUGIN_EXPOSITION_H

#include <glib.h>

#include "counters.h"

#define SKS_EXPOSITION_OPENMETRICS "application/openmetrics-text; version=1.0.0; charset=utf-8"
#define SKS_EXPOSITION_PROMETHEUS  "text/plain; version=0.0.4; charset=utf-8"

/* What is not counted but is so. Times are Unix time in seconds. */
struct sks_exposition_state {
    unsigned generation;
    int64_t started, generation_since;
    const char *model_version;
    unsigned workers_most;
    struct {
        bool configured, available;
        uint64_t bytes;                  /* on disk, with the files beside it */
        uint64_t mails;                  /* learned */
        uint64_t attachments, passwords; /* mails that wait */
        uint64_t kept_bytes;             /* of the mails kept meanwhile */
    } store;
};

void sks_exposition_write(GString *out, const struct sks_counters *counters, const struct sks_exposition_state *state,
                          bool openmetrics);

#endif
