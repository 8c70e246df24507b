/*
 * The options that tell a command which classifier to make: --config, --model, --lists, --people, --countries,
 * --store, --frozen, --own-domain (again and again, or with commas). An option stands above the configuration file.
 * And --language, for what a person reads.
 */
#ifndef SKS_ANALYST_SETTINGS_H
#define SKS_ANALYST_SETTINGS_H

#include <getopt.h>
#include <glib.h>
#include <stdbool.h>

#include "configuration.h"
#include "sekisho/classifier.h"

/* Values for struct option, above any character. */
enum sks_settings_option {
    SKS_OPTION_CONFIG = 0x100,
    SKS_OPTION_MODEL,
    SKS_OPTION_LISTS,
    SKS_OPTION_PEOPLE,
    SKS_OPTION_COUNTRIES,
    SKS_OPTION_STORE,
    SKS_OPTION_FROZEN,
    SKS_OPTION_OWN_DOMAIN,
    SKS_OPTION_AUTHSERV_ID,
    SKS_OPTION_LANGUAGE,
    SKS_OPTION_FURTHER, /* a command's own begin here */
};

#define SKS_SETTINGS_OPTIONS                                                                                           \
    {"config", required_argument, NULL, SKS_OPTION_CONFIG}, {"model", required_argument, NULL, SKS_OPTION_MODEL},      \
        {"lists", required_argument, NULL, SKS_OPTION_LISTS}, {"people", required_argument, NULL, SKS_OPTION_PEOPLE},  \
        {"store", required_argument, NULL, SKS_OPTION_STORE}, {"frozen", no_argument, NULL, SKS_OPTION_FROZEN},        \
        {"countries", required_argument, NULL, SKS_OPTION_COUNTRIES},                                                  \
        {"own-domain", required_argument, NULL, SKS_OPTION_OWN_DOMAIN},                                                \
        {"language", required_argument, NULL, SKS_OPTION_LANGUAGE},                                                    \
    {                                                                                                                  \
        "authserv-id", required_argument, NULL, SKS_OPTION_AUTHSERV_ID                                                 \
    }

struct sks_command_settings {
    const char *command;                                             /* who complains */
    const char *config, *model, *lists, *people, *countries, *store; /* as given, or NULL */
    bool frozen;
    bool partly;                             /* go on after problems in the configuration file: for checks */
    GPtrArray *own_domains, *authserv_ids;   /* as given; NULL-terminated by sks_settings_load() */
    struct sks_configuration *configuration; /* the file's, or the default; after sks_settings_load() */
    struct sks_settings settings;            /* after sks_settings_load() */
};

void sks_settings_init(struct sks_command_settings *settings, const char *command);
void sks_settings_finish(struct sks_command_settings *settings);

/* Takes one option; false if it is none of these, or its value was wrong and that is told. */
bool sks_settings_take(struct sks_command_settings *settings, int option, char *argument);

/*
 * The store for commands that are there to teach it or read it: the one given, else the configuration file's, else
 * NULL. After sks_settings_load().
 */
const char *sks_settings_store(const struct sks_command_settings *settings);

/* Reads the configuration file, if one was given, and puts everything together; once. Problems are told. */
int sks_settings_load(struct sks_command_settings *settings, struct sks_problems *problems);

#endif
