/* The table of built-in files; models/embed.py writes it as assembly, sorted by name. */
#include "base/resource.h"

#include <stdlib.h>
#include <string.h>

extern const struct sks_resource sks_resource_table[] __attribute__((visibility("hidden")));
extern const size_t sks_resource_count __attribute__((visibility("hidden")));

static int compare(const void *name, const void *resource)
{
    return strcmp(name, ((const struct sks_resource *)resource)->name);
}

const struct sks_resource *sks_resource_find(const char *name)
{
    return bsearch(name, sks_resource_table, sks_resource_count, sizeof(struct sks_resource), compare);
}

const struct sks_resource *sks_resource_all(size_t *out_count)
{
    *out_count = sks_resource_count;
    return sks_resource_table;
}
