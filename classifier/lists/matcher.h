/*
 * Finds many phrases in a text at once: the phrases are hashed by their first two characters, so that each place of the
 * text costs one look into a table, whatever the number of phrases.
 */
#ifndef SKS_LISTS_MATCHER_H
#define SKS_LISTS_MATCHER_H

#include <stddef.h>
#include <stdint.h>

struct sks_matcher;

/* phrases must outlive the matcher; each has at least two characters. */
struct sks_matcher *sks_matcher_create(const char *const *phrases, size_t count);
void sks_matcher_destroy(struct sks_matcher *matcher);

#define SKS_MATCHER_NONE SIZE_MAX

/*
 * The next place at or after *at where a phrase occurs, the longest one there; returns its index and sets *at to its
 * start and *out_end to its end. SKS_MATCHER_NONE if there is none.
 */
size_t sks_matcher_next(const struct sks_matcher *matcher, const char *text, size_t *at, size_t *out_end);

#endif
