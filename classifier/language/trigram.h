/*
 * How likely each word is after the two before it, by a large model of written Japanese: words by threes and twos from
 * an encyclopedia (Debian's libkkc-data), with backoff. The build makes one table of it (share/sekisho/trigram.py), a
 * file of its own (trigram-file.h) that is used where it lies.
 *
 * The model knows the plain style: polite endings are read as what they would be without politeness (送りました as
 * 送る, 便利です as 便利である), and a morpheme of IPADIC may be several words of the model, or none of them.
 *
 * File, in the byte order of the machine that builds: "SKSTRIG1", then uint32: bits of the table of words, number of
 * words, buckets of pairs, buckets of triples, the numbers of the words that stand before and behind a sentence; then
 * SHA-256 of the 32 bytes before it and all bytes behind it, by which the program knows its table; from byte 64 on the
 * buckets of pairs, those of triples, the table of words, and each word's own cost and backoff. Costs and backoffs are
 * in 255 steps down to a probability of 10^-8.
 */
#ifndef SKS_LANGUAGE_TRIGRAM_H
#define SKS_LANGUAGE_TRIGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "language/sentence.h"
#include "sekisho/error.h"

enum { SKS_TRIGRAM_HEADER = 64, SKS_TRIGRAM_DIGEST = 32 /* where it lies */, SKS_TRIGRAM_PARTICLES = 12 };
#define SKS_TRIGRAM_MAGIC "SKSTRIG1"

struct sks_trigram_row;

struct sks_trigram {
    const uint32_t *pairs, *triples, *words;
    const uint16_t *singles;
    uint32_t word_mask, word_count, pair_buckets, triple_buckets, start, end;
    uint32_t particles[SKS_TRIGRAM_PARTICLES], de, aru, atta, one;
    struct sks_trigram_row *rows; /* look-ups that are kept, for one thread; NULL: none are */
};

/* Bytes of the table with that header; 0 if it is none. */
size_t sks_trigram_size(const void *header);

/* Reads a table that stays where it is, at a multiple of four bytes. SKS_ERROR_FORMAT if it is none. */
int sks_trigram_read(struct sks_trigram *out_trigram, const void *bytes, size_t size);

/* From now on look-ups are kept, so that only one thread may use this copy; finish frees them, not the table. */
void sks_trigram_keep(struct sks_trigram *trigram);
void sks_trigram_finish(struct sks_trigram *trigram);

enum { SKS_TRIGRAM_NEVER = -300 /* what doesn't come into question is so much likelier */ };

/* What the model says of a morpheme, in its steps. */
struct sks_trigram_seen {
    int16_t cost;    /* after what stands before it */
    int16_t alone;   /* wherever it stands */
    int16_t without; /* how much likelier the sentence were if it were left out */
    int16_t instead; /* the same with another particle instead, the best one; only for particles */
    int16_t before;  /* the same with a particle put in before it */
    int16_t far;     /* the same as instead for the predicate that it leads to, if it isn't the next word */
    uint8_t instead_by, far_by, before_by; /* which, from 1 on */
    uint8_t orders; /* how many words the model knew together up to this one, times 4, and up to the next */
};

/* Words of a sentence, for reuse. */
struct sks_trigram_words {
    uint32_t *words;
    uint32_t *pairs; /* what the model has of each with the one before; 0: nothing */
    int16_t *costs;
    uint8_t *orders;
    uint32_t *first;  /* of each morpheme */
    uint32_t *joints; /* for each morpheme, what the model has of the words before and behind it together */
    size_t last;      /* of the words that cost something */
    size_t room;
};

void sks_trigram_words_init(struct sks_trigram_words *words);
void sks_trigram_words_finish(struct sks_trigram_words *words);

/* Judges all morphemes of a sentence (out: room for sentence->count). */
void sks_trigram_judge(struct sks_trigram_seen *out, struct sks_trigram_words *words, const struct sks_trigram *trigram,
                       const struct sks_sentence *sentence);

#endif
