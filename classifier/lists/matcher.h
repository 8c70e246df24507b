/*
 * Finds many phrases in a text at once: the phrases are hashed by their first two characters, so that each place of the
 * text costs one look into a table, whatever the number of phrases.
 */
#ifndef SKS_LISTS_MATCHER_H
#define SKS_LISTS_MATCHER_H

#include <glib.h>
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

/*
 * Many matchers over one text: what each place of it may begin is asked of a table of all, and of a matcher only where
 * one of its phrases may begin. Sets bits where the matcher's phrases begin.
 */
#define SKS_MATCHER_BEGINNINGS 65536u
void sks_matcher_mark(const struct sks_matcher *matcher, uint32_t *beginnings, uint32_t bits);

/* A place of a text where a phrase may begin, and bits of the matchers that it may be one of. */
struct sks_matcher_place {
    uint32_t at, bits;
};
/* An array of these. g_array_unref(). */
GArray *sks_matcher_places(const uint32_t *beginnings, const char *text);

/* The longest phrase at such a place of the text, or SKS_MATCHER_NONE. */
size_t sks_matcher_at(const struct sks_matcher *matcher, const char *place, size_t *out_size);

#endif
