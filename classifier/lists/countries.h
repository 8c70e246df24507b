/*
 * Countries of networks, by libloc's database (IPFire's; the package libloc-database, or one that `location update`
 * keeps fresh). Optional: without a file nothing is known, and nothing inferred.
 *
 * Loaded once, mapped into memory; read only, may be shared by fork(). One thread at a time.
 */
#ifndef SKS_LISTS_COUNTRIES_H
#define SKS_LISTS_COUNTRIES_H

#include <stdbool.h>

#include "sekisho/error.h"

struct sks_countries;

/* SKS_ERROR_IO if it can't be opened, SKS_ERROR_FORMAT if it is no such database; problems told. */
int sks_countries_create(struct sks_countries **out_countries, const char *file, struct sks_problems *problems);
void sks_countries_destroy(struct sks_countries *countries);

/* The country (ISO 3166-1, two capital letters) in which that IPv4 or IPv6 address is used; false if it is unknown. */
bool sks_countries_find(const struct sks_countries *countries, const char *address, char out_country[3]);

#endif
