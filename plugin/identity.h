/* As whom the daemon runs: the user and group of the configuration, if it is started as root. */
#ifndef SKS_PLUGIN_IDENTITY_H
#define SKS_PLUGIN_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

#include "configuration.h"
#include "sekisho/error.h"

struct sks_identity {
    bool change; /* started as root, and a user is configured */
    uid_t user;
    gid_t group;
    bool has_group; /* a group is configured, or follows from the user */
    char *name;     /* the user's; NULL without change */
};

/* Finds the configured user and group. Problems are added to the list. The caller frees name. */
int sks_identity_find(struct sks_identity *out_identity, const struct sks_configuration *configuration,
                      struct sks_problems *problems);

/* Becomes that user for good, if there is a change. Returns SKS_OK or SKS_ERROR_IO (errno). */
int sks_identity_become(const struct sks_identity *identity);

#endif
