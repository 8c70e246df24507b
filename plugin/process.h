/* What a daemon does to itself: background, process id, user, readiness. Only the supervisor calls these. */
#ifndef SKS_PLUGIN_PROCESS_H
#define SKS_PLUGIN_PROCESS_H

#include "identity.h"
#include "sekisho/error.h"

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
