/* Countries of networks. libloc maps its file into memory, so that a look-up needs no system call. */
#include "lists/countries.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "config.h"

#ifdef HAVE_LOCATION

#include <libloc/database.h>
#include <libloc/libloc.h>
#include <libloc/network.h>

struct sks_countries {
    struct loc_ctx *context;
    struct loc_database *database;
};

/* The library says what is wrong by its results; it must not write to stderr. */
static void be_quiet(struct loc_ctx *context, int priority, const char *file, int line, const char *function,
                     const char *format, va_list arguments)
{
    (void)context, (void)priority, (void)file, (void)line, (void)function, (void)format, (void)arguments;
}

int sks_countries_create(struct sks_countries **out_countries, const char *file, struct sks_problems *problems)
{
    FILE *stream = fopen(file, "re");
    if (stream == NULL) {
        sks_problems_add(problems, file, 0, NULL, "can't be read: %s", g_strerror(errno));
        return SKS_ERROR_IO;
    }
    struct sks_countries *countries = g_new0(struct sks_countries, 1);
    bool good = loc_new(&countries->context) == 0;
    if (good) {
        loc_set_log_fn(countries->context, be_quiet);
        good = loc_database_new(countries->context, &countries->database, stream) == 0;
    }
    fclose(stream);
    if (!good) {
        sks_problems_add(problems, file, 0, NULL, "no database of libloc");
        sks_countries_destroy(countries);
        return SKS_ERROR_FORMAT;
    }
    *out_countries = countries;
    return 0;
}

void sks_countries_destroy(struct sks_countries *countries)
{
    if (countries == NULL)
        return;
    if (countries->database != NULL)
        loc_database_unref(countries->database);
    if (countries->context != NULL)
        loc_unref(countries->context);
    g_free(countries);
}

bool sks_countries_find(const struct sks_countries *countries, const char *address, char out_country[3])
{
    struct loc_network *network = NULL;
    char mapped[INET6_ADDRSTRLEN + 8];
    struct in6_addr binary;
    g_snprintf(mapped, sizeof mapped, "%s%s", strchr(address, ':') == NULL ? "::ffff:" : "", address);
    if (inet_pton(AF_INET6, mapped, &binary) != 1)
        return false;
    if (loc_database_lookup(countries->database, &binary, &network) != 0 || network == NULL)
        return false;
    const char *code = loc_network_get_country_code(network);
    bool found = code != NULL && g_ascii_isupper(code[0]) && g_ascii_isupper(code[1]) && code[2] == '\0';
    if (found)
        memcpy(out_country, code, 3);
    loc_network_unref(network);
    return found;
}

#else

int sks_countries_create(struct sks_countries **out_countries, const char *file, struct sks_problems *problems)
{
    (void)out_countries;
    sks_problems_add(problems, file, 0, NULL, "this program was built without libloc");
    return SKS_ERROR_UNSUPPORTED;
}

void sks_countries_destroy(struct sks_countries *countries)
{
    (void)countries;
}

bool sks_countries_find(const struct sks_countries *countries, const char *address, char out_country[3])
{
    (void)countries, (void)address, (void)out_country;
    return false;
}

#endif
