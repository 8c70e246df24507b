/* The directory of people that a store holds, as `sekisho people import` left it there. */
#ifndef SKS_DIRECTORY_H
#define SKS_DIRECTORY_H

#include "lists/people.h"
#include "memory/memory.h"

/*
 * Loads it; *out_people is NULL if the store holds none, or there is no store. A store that can't be read is no error
 * here: mail is judged without it, and every verdict says so. People in it that don't hold together are one.
 */
int sks_directory_load(struct sks_people **out_people, const char *store, struct sks_problems *problems);

/* Reads the people of an open store; *out_people is NULL if it holds none. */
int sks_directory_read(struct sks_people **out_people, struct sks_memory *memory, const char *store,
                       struct sks_problems *problems);

/* Puts people in the place of those that the store holds: all or nothing. */
int sks_directory_replace(struct sks_memory *memory, const struct sks_people *people);

#endif
