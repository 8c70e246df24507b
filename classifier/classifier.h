/* The inside of a classifier: what was loaded, and what a process has open. */
#ifndef SKS_CLASSIFIER_H
#define SKS_CLASSIFIER_H

#include "correspondents.h"
#include "facts.h"
#include "model/model.h"

struct sks_classifier {
    struct sks_lists *lists;
    struct sks_people *people;       /* NULL: no directory */
    GArray *people_looks;            /* struct sks_domain_look, or NULL */
    struct sks_countries *countries; /* NULL: unknown */
    struct sks_language_room *language;
    struct sks_model *model; /* NULL: untrained */
    char **own_domains;      /* lower case */
    char **authserv_ids;     /* lower case */
    char *store;             /* NULL: no memory */
    bool store_frozen;
    bool store_hashed;
    bool keep_digests;                    /* no mail is kept, nor any password */
    uint64_t pending_size, pending_total; /* bytes */
    int64_t pending_seconds;
    unsigned join_milliseconds; /* SKS_LIMIT_JOIN_MILLISECONDS but in tests */
    bool leaves_notices, gathers, patient, tended;
    unsigned hold_classes, hold_least; /* see struct sks_settings */
    int64_t hold_seconds;

    /* Of this process, see sks_classifier_prepare(). */
    struct sks_memory *memory;
    struct sks_correspondents *correspondents;
    int memory_error; /* why memory is NULL although there is a store */
    bool prepared;
};

#endif
