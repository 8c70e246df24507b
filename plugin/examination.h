/* Waiting for a worker's verdict without letting the MTA lose patience. */
#ifndef SKS_PLUGIN_EXAMINATION_H
#define SKS_PLUGIN_EXAMINATION_H

#include <stddef.h>

#include "sekisho/pool.h"

/*
 * sks_pool_examine(), with progress(data) called from the calling thread every few seconds until it is done. Returns
 * what sks_pool_examine() returns.
 */
int sks_examination_run(struct sks_verdict **out_verdict, struct sks_pool *pool, int message_fd, size_t size,
                        const struct sks_envelope *envelope, void (*progress)(void *data), void *data);

#endif
