/* What a daemon does to itself: background, process id, user, readiness. Only the supervisor calls these. */
#ifndef SKS_PLUGIN_PROCESS_H
#define SKS_PLUGIN_PROCESS_H

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
int sks_process_find_identity(struct sks_identity *out_identity, const struct sks_configuration *configuration,
                              struct sks_problems *problems);

/* Becomes that user for good, and can gain no privilege any more. Returns SKS_OK or SKS_ERROR_IO (errno). */
int sks_process_drop_privileges(const struct sks_identity *identity);

/*
 * Goes into the background. Returns in the child, with a descriptor to give to sks_process_tell_parent(); the parent
 * waits for that and exits with the status it is given. Returns -1 on failure.
 */
int sks_process_background(void);
void sks_process_tell_parent(int parent, int status);

/* Standard input, output and error become /dev/null. */
void sks_process_leave_terminal(void);

/* Writes the process id. Returns SKS_OK or SKS_ERROR_IO (errno). */
int sks_process_write_pid(const char *path);

/* Tells a service manager (sd_notify(3)) if there is one. */
void sks_process_notify(const char *state);

#endif
