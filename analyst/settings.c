/* Options over the configuration file over the defaults. */
#include "settings.h"

#include <string.h>

#include "command.h"
#include "words.h"

void sks_settings_init(struct sks_command_settings *settings, const char *command)
{
    *settings = (struct sks_command_settings){.command = command};
    settings->own_domains = g_ptr_array_new_with_free_func(g_free);
    settings->authserv_ids = g_ptr_array_new_with_free_func(g_free);
}

void sks_settings_finish(struct sks_command_settings *settings)
{
    g_ptr_array_unref(settings->own_domains);
    g_ptr_array_unref(settings->authserv_ids);
    sks_configuration_destroy(settings->configuration);
}

static void take_list(GPtrArray *list, const char *argument)
{
    char **words = g_strsplit(argument, ",", -1);
    for (size_t i = 0; words[i] != NULL; i++)
        if (*g_strstrip(words[i]) != '\0')
            g_ptr_array_add(list, g_strdup(words[i]));
    g_strfreev(words);
}

/* A domain that no address can have would make strangers of our own people. */
static bool take_domains(struct sks_command_settings *settings, const char *argument)
{
    take_list(settings->own_domains, argument);
    for (guint i = 0; i < settings->own_domains->len; i++) {
        const char *domain = g_ptr_array_index(settings->own_domains, i);
        if (!sks_policy_is_domain(domain))
            return sks_refuse(settings->command, "--own-domain", domain, "a domain as in kikan.example");
    }
    return true;
}

bool sks_settings_take(struct sks_command_settings *settings, int option, char *argument)
{
    switch (option) {
    case SKS_OPTION_CONFIG:
        settings->config = argument;
        return true;
    case SKS_OPTION_MODEL:
        settings->model = argument;
        return true;
    case SKS_OPTION_LISTS:
        settings->lists = argument;
        return true;
    case SKS_OPTION_PEOPLE:
        settings->people = argument;
        return true;
    case SKS_OPTION_COUNTRIES:
        settings->countries = argument;
        return true;
    case SKS_OPTION_STORE:
        settings->store = argument;
        return true;
    case SKS_OPTION_FROZEN:
        settings->frozen = true;
        return true;
    case SKS_OPTION_OWN_DOMAIN:
        return take_domains(settings, argument);
    case SKS_OPTION_AUTHSERV_ID:
        take_list(settings->authserv_ids, argument);
        return true;
    case SKS_OPTION_LANGUAGE:
        return sks_take_language(settings->command, argument);
    default:
        return false;
    }
}

int sks_settings_load(struct sks_command_settings *settings, struct sks_problems *problems)
{
    if (settings->configuration != NULL)
        return 0;
    if (settings->config != NULL && settings->partly) {
        settings->configuration = sks_configuration_read_partly(settings->config, problems);
        if (settings->configuration == NULL) {
            settings->configuration = sks_configuration_default();
            settings->config = NULL; /* the defaults are nobody's */
        }
    } else if (settings->config != NULL) {
        int error = sks_configuration_read(&settings->configuration, settings->config, problems);
        if (error != 0)
            return error;
    } else {
        settings->configuration = sks_configuration_default();
    }
    struct sks_settings *whole = &settings->settings;
    *whole = sks_configuration_settings(settings->configuration);
    /* A scan must not teach the gateway's memory behind its back: the store is used only where it is named. */
    whole->store = settings->store;
    whole->store_frozen = settings->frozen;
    whole->store_patient = true;
    whole->store_tended = false; /* its time is the mails' own */
    if (settings->model != NULL)
        whole->model = settings->model;
    if (settings->lists != NULL)
        whole->lists = settings->lists;
    if (settings->people != NULL)
        whole->people = settings->people;
    if (settings->countries != NULL)
        whole->countries = settings->countries;
    if (settings->own_domains->len > 0) {
        g_ptr_array_add(settings->own_domains, NULL);
        whole->own_domains = (const char *const *)settings->own_domains->pdata;
    }
    if (settings->authserv_ids->len > 0) {
        g_ptr_array_add(settings->authserv_ids, NULL);
        whole->authserv_ids = (const char *const *)settings->authserv_ids->pdata;
    }
    return 0;
}

const char *sks_settings_store(const struct sks_command_settings *settings)
{
    if (settings->store != NULL)
        return settings->store;
    const char *configured = settings->configuration->classifier.store;
    return *configured != '\0' ? configured : NULL;
}
