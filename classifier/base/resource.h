/*
 * Files of models/ that are built into the program (word lists, tables, the model package), so that it runs without
 * any file of its own but the trigram table (language/trigram-file.h). The list is made by models/embed.py at build
 * time.
 */
#ifndef SKS_BASE_RESOURCE_H
#define SKS_BASE_RESOURCE_H

#include <stddef.h>

struct sks_resource {
    const char *name; /* path below models/, for example "lists/webmail.txt" */
    const void *bytes;
    size_t size;
};

/* The resource of that name, or NULL. Static storage. */
const struct sks_resource *sks_resource_find(const char *name);

/* All of them, sorted by name. */
const struct sks_resource *sks_resource_all(size_t *out_count);

#endif
