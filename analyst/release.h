/*
 * Releasing a mail: the memory is told that it is harmless. The mail is read by a confined child; the store is written
 * here.
 */
#ifndef SKS_ANALYST_RELEASE_H
#define SKS_ANALYST_RELEASE_H

#include "examine.h"
#include "memory/memory.h"

/*
 * The classifier needs no model, but the setting that there is a store. Errors as sks_memory_except()'s, or those of
 * the child. The envelope names those for whom the mail is released; without recipients, they are the mail's.
 */
int sks_release(struct sks_memory *memory, struct sks_classifier *classifier, const void *bytes, size_t size,
                const struct sks_envelope *envelope);

#endif
