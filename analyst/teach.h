/*
 * Teaching the memory from what we sent: mail as it lies in folders and mboxes, and the MTA's log.
 */
#ifndef SKS_ANALYST_TEACH_H
#define SKS_ANALYST_TEACH_H

#include <stdbool.h>
#include <stddef.h>

#include "memory/memory.h"

struct sks_teaching {
    const char *command; /* for complaints */
    struct sks_memory *memory;
    const char *const *own_domains; /* NULL-terminated, lower case; empty: all mail is taken for ours */
    size_t learned, skipped, failed;
};

/* A file, an mbox, a folder, or a log. Errors are told and counted. */
void sks_teach(struct sks_teaching *teaching, char *path);

#endif
