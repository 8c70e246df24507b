/*
 * Those whom the organisation writes with often, by the memory: their domains are imitated. Kept by each process, and
 * asked for anew when the memory has grown by a twentieth; so it costs a mail nothing, and depends on mails alone, not
 * on clocks.
 */
#ifndef SKS_CORRESPONDENTS_H
#define SKS_CORRESPONDENTS_H

#include "lists/lists.h"
#include "memory/memory.h"

struct sks_correspondents;

/*
 * struct sks_domain_look of their domains; *correspondents is made or renewed, and holds them until
 * it is tidied. mails_total: mails that the memory has seen. NULL if there is none, or if the memory keeps only hashes.
 */
const GArray *sks_correspondents_get(struct sks_correspondents **correspondents, struct sks_memory *memory,
                                     const struct sks_lists *lists, uint64_t mails_total);

/* Forgets what was renewed: no facts that came from it are in use any more. Joining reads several mails at once. */
void sks_correspondents_tidy(struct sks_correspondents *correspondents);
void sks_correspondents_destroy(struct sks_correspondents *correspondents);

#endif
