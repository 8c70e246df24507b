/*
 * Releasing a mail: the memory is told that it is harmless. The mail is read by a confined child; the store is written
 * here.
 */
#ifndef SKS_ANALYST_RELEASE_H
#define SKS_ANALYST_RELEASE_H

#include "examine.h"
#include "memory/memory.h"

/* A mail that is to be released. */
struct sks_release {
    const void *bytes;
    size_t size;
    const char *const *recipients; /* for whom */
    size_t recipient_count;        /* 0: for the mail's own, and those to whom the log says that it came */
    bool logged_only;              /* only if the log has an alarm that this mail raised */
    bool partial;                  /* its recipients can't be trusted: for those of the log alone */
    const char *reader;            /* one of ours who has it, too; "" if none */
    size_t alarms;                 /* out: so many the log has of what this mail says and brings */
};

/*
 * The classifier needs no model, but the setting that there is a store. Errors as sks_memory_except()'s, or those of
 * the child; SKS_ERROR_UNAVAILABLE if the log would have to have it and hasn't.
 */
int sks_release(struct sks_memory *memory, struct sks_classifier *classifier, struct sks_release *release);

#endif
