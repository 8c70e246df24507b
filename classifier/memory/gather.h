/* Lessons that are gathered beside the store; see gather.c, and memory.h for what callers see. */
#ifndef SKS_MEMORY_GATHER_H
#define SKS_MEMORY_GATHER_H

#include <stdbool.h>

#include "memory/store.h"

#define SKS_STORE_LESSONS "-lessons" /* behind the store's name */

/* Opens the file if it is there. */
void sks_store_open_lessons(struct sks_memory *memory);

/* Whether the file is one of ours and nobody else's to read; adds problems. What a killed process left is none. */
void sks_store_check_lessons(struct sks_memory *memory, struct sks_problems *problems);

/* Whether this may wait: it only teaches, and many mails come. */
bool sks_store_may_gather(const struct sks_memory *memory, const struct sks_memory_settlement *settlement);

/* Puts it by; false if that can't be done. Outside a transaction. */
bool sks_store_gather(struct sks_memory *memory, const struct sks_memory_settlement *settlement);

/* All of a settlement, within a transaction. */
int sks_store_settle(struct sks_memory *memory, const struct sks_memory_settlement *settlement, bool *out_again);

#endif
