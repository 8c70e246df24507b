/*
 * The metrics process: serves /metrics over HTTP, and nothing else.
 *
 * A process of its own, so that whatever its clients do (slow ones, many, hostile ones) happens where no mail passes:
 * it has neither mails nor the MTA's connections, only the shared counters, and opens the store for reading alone. One
 * is started for each generation; the listening socket is the supervisor's and stays, so that clients wait in between.
 */
#ifndef SKS_PLUGIN_METRICS_H
#define SKS_PLUGIN_METRICS_H

#include <sys/types.h>

#include "configuration.h"
#include "exposition.h"

/* Opens the configured socket, or sets it to -1 if none is. Problems are logged. Returns SKS_OK or SKS_ERROR_IO. */
int sks_metrics_open(int *out_socket, const struct sks_configuration *configuration);

/* The life of the process, until it is killed or the supervisor (its parent) is gone. state: but for the store's. */
_Noreturn void sks_metrics_main(pid_t supervisor, int socket, const struct sks_configuration *configuration,
                                const struct sks_exposition_state *state);

#endif
