/*
 * What verbs take: which case particles stand with which verb, adjective, or noun of a verb with する. The table
 * (models/language/valence.txt) was written for this project.
 */
#ifndef SKS_LANGUAGE_VALENCE_H
#define SKS_LANGUAGE_VALENCE_H

#include <stdint.h>

#include "sekisho/error.h"

/* Bits of a word's frames; a word of several uses has those of all. */
enum sks_valence_frame {
    SKS_VALENCE_OBJECT = 1 << 0,  /* を of what something is done to */
    SKS_VALENCE_PATH = 1 << 1,    /* を of a way, or of a place left */
    SKS_VALENCE_TARGET = 1 << 2,  /* に */
    SKS_VALENCE_PARTNER = 1 << 3, /* と of somebody */
    SKS_VALENCE_QUOTE = 1 << 4,   /* と of what is said or thought */
    SKS_VALENCE_SOURCE = 1 << 5,  /* から */
    SKS_VALENCE_TOWARDS = 1 << 6, /* へ */
    SKS_VALENCE_SUBJECT = 1 << 7, /* が of what is understood, possible or wanted */
    SKS_VALENCE_ALONE = 1 << 8,   /* a subject that does it by itself */
    SKS_VALENCE_FRAMES = 9
};

struct sks_valence;

/* Reads the built-in table. SKS_ERROR_FORMAT, problems told, if it is not in order. */
int sks_valence_create(struct sks_valence **out_valence, struct sks_problems *problems);
void sks_valence_destroy(struct sks_valence *valence);

/* The frames of a dictionary form, given as sks_feature_bytes() of it; 0 if it isn't in the table. */
uint16_t sks_valence_frames(const struct sks_valence *valence, uint32_t base);

#endif
