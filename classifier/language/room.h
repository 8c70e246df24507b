/* What only makers of models and benchmarks need of the room. */
#ifndef SKS_LANGUAGE_ROOM_H
#define SKS_LANGUAGE_ROOM_H

#include "language/awkward.h"
#include "language/language.h"
#include "language/lure.h"

/* As sks_language_create(), with the models of a folder; NULL: the built-in ones. */
int sks_language_create_from(struct sks_language_room **out_room, const char *folder, struct sks_problems *problems);

const struct sks_lures *sks_language_lures(const struct sks_language_room *room);

/* What the scores of a result were made from. */
const struct sks_awkward_parts *sks_language_parts(const struct sks_language_result *result);

#endif
