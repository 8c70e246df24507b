/*
 * The supervisor: a process with one thread that owns the configuration, the signals and the other processes, and never
 * sees a mail.
 */
#ifndef SKS_PLUGIN_SUPERVISOR_H
#define SKS_PLUGIN_SUPERVISOR_H

#include <stdbool.h>

#include "configuration.h"

struct sks_start {
    const char *path; /* of the configuration file */
    bool optional;    /* a missing file means the defaults */
    bool foreground;
};

/*
 * Runs until TERM or INT. Takes configuration and its text (the bytes of the file) over. Returns the exit status of the
 * program.
 */
int sks_supervisor_run(const struct sks_start *start, struct sks_configuration *configuration, char *text, size_t size);

/* Reads the configuration file whole: its bytes, and what they mean. The caller frees both. */
int sks_supervisor_read(struct sks_configuration **out_configuration, char **out_text, size_t *out_size,
                        const struct sks_start *start, struct sks_problems *problems);

#endif
