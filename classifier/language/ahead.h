/*
 * A dictionary's words, asked of memory before MeCab looks for them.
 *
 * MeCab follows each place of a text through a double array of ten megabytes, a byte at a time, and waits for memory
 * at nearly every step: a step says where the next one is. Here many places are followed side by side, so that the
 * waits fall together, and what MeCab then reads is near. Nothing is told to it: a dictionary whose format isn't known
 * is not read ahead, and costs time only.
 */
#ifndef SKS_LANGUAGE_AHEAD_H
#define SKS_LANGUAGE_AHEAD_H

#include <stddef.h>
#include <stdint.h>

/* All zero: nothing is read ahead. */
struct sks_ahead {
    const struct sks_ahead_unit *units; /* the double array, where MeCab has mapped it */
    size_t unit_count;
    const char *tokens; /* what there is of each word */
    size_t tokens_size; /* bytes */
};

/*
 * Finds the dictionary that holds a feature (of a node that MeCab found in it) among what this process has mapped, by
 * /proc/self/maps. It stays MeCab's, and must live as long as out_ahead. Left all zero if there is none of the format
 * of MeCab 0.996.
 */
void sks_ahead_init(struct sks_ahead *out_ahead, const char *feature);

/* Reads a dictionary in memory, of so many bytes at most; all zero if it is none. For the above, and for tests. */
void sks_ahead_read(struct sks_ahead *out_ahead, const void *dictionary, size_t size);

/* Asks for what MeCab will look at for a text. Returns how many words, counted at each place, begin in it. */
size_t sks_ahead_ask(const struct sks_ahead *ahead, const char *text, size_t size);

#endif
