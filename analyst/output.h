/* Files that a command was told to write: whether they can be is known before the work, and they come whole or not. */
#ifndef SKS_ANALYST_OUTPUT_H
#define SKS_ANALYST_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "sekisho/error.h"

/* Whether file, or NULL for none, can be written; if not, it is told why. What lies there stays as it is. */
bool sks_output_check(const char *file, struct sks_problems *problems);

/* The same for a command that has nothing else to tell: complains at once. */
bool sks_output_check_for(const char *command, const char *file);

/* Writes a file: as a whole or not at all, but into whatever else the name is (a pipe, a device). */
bool sks_output_write(const char *file, const void *bytes, size_t size, struct sks_problems *problems);

#endif
