/* The child process in which a classifier is loaded, and which then forks workers (<sekisho/pool.h>). */
#ifndef SKS_PLUGIN_NURSERY_H
#define SKS_PLUGIN_NURSERY_H

#include "configuration.h"

/*
 * Loads the classifier of a configuration and tells over socket how that went (control.h); if well, serves whoever
 * holds the other end until that is closed. Ends the process.
 */
_Noreturn void sks_nursery_main(int socket, const struct sks_configuration *configuration);

/* Loads the classifier of a configuration only to see whether it can be; problems are added to a list. */
int sks_nursery_check(const struct sks_configuration *configuration, struct sks_problems *problems);

#endif
