/* Loading and freeing a classifier. Every loader runs, so that all problems are told at once. */
#include "classifier.h"

#include <glib.h>
#include <string.h>

#include "attachment/attachment.h"
#include "base/crypt.h"
#include "base/resource.h"
#include "directory.h"
#include "examine.h"
#include "indicator/indicator.h"
#include "sekisho/limits.h"

#define BUILT_IN_MODEL "sekisho.model"

static char **lower_case(const char *const *texts)
{
    GPtrArray *lower = g_ptr_array_new();
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
        g_ptr_array_add(lower, g_ascii_strdown(texts[i], -1));
    g_ptr_array_add(lower, NULL);
    return (char **)g_ptr_array_free(lower, FALSE);
}

static int load_model(struct sks_model **out_model, const char *file, struct sks_problems *problems)
{
    size_t count;
    const char *const *schema = sks_examine_schema(&count);
    if (file != NULL)
        return sks_model_load(out_model, file, schema, count, problems);
    const struct sks_resource *resource = sks_resource_find(BUILT_IN_MODEL);
    if (resource == NULL) {
        sks_problems_add(problems, BUILT_IN_MODEL, 0, NULL, "no model package is built in, and none is configured");
        return SKS_ERROR_IO;
    }
    return sks_model_load_bytes(out_model, resource->bytes, resource->size, "built-in " BUILT_IN_MODEL, schema, count,
                                problems);
}

/* The first error stays; the rest runs all the same. */
static void note(int *error, int result)
{
    if (*error == 0)
        *error = result;
}

static int check_digests(struct sks_problems *problems)
{
    const char *missing = sks_crypt_missing();
    if (missing == NULL)
        return 0;
    sks_problems_add(problems, NULL, 0, NULL, "libcrypto can't make %s digests here, without which nothing works",
                     missing);
    return SKS_ERROR_UNSUPPORTED;
}

static int create(struct sks_classifier **out_classifier, const struct sks_settings *settings, bool with_model,
                  struct sks_problems *problems)
{
    struct sks_classifier *classifier = g_new0(struct sks_classifier, 1);
    int error = 0;
    sks_message_prepare();
    sks_attachment_prepare();
    note(&error, check_digests(problems));
    note(&error, sks_lists_create(&classifier->lists, settings->lists, problems));
    note(&error, sks_language_create(&classifier->language, problems));
    if (settings->people != NULL)
        note(&error, sks_people_create(&classifier->people, settings->people, problems));
    else if (settings->store != NULL)
        note(&error, sks_directory_load(&classifier->people, settings->store, problems));
    if (settings->countries != NULL)
        note(&error, sks_countries_create(&classifier->countries, settings->countries, problems));
    if (error == 0 && classifier->people != NULL)
        classifier->people_looks = sks_lists_looks(classifier->lists, sks_people_domains(classifier->people));
    if (with_model)
        note(&error, load_model(&classifier->model, settings->model, problems));
    classifier->own_domains = lower_case(settings->own_domains);
    classifier->authserv_ids = lower_case(settings->authserv_ids);
    classifier->store = g_strdup(settings->store);
    classifier->store_frozen = settings->store_frozen;
    classifier->store_hashed = settings->store_hashed;
    classifier->keep_digests = settings->store_digests || settings->store_hashed;
    classifier->pending_size = settings->pending_size != 0 ? settings->pending_size : SKS_LIMIT_PENDING_SIZE;
    classifier->pending_total = settings->pending_total != 0 ? settings->pending_total : SKS_LIMIT_PENDING_TOTAL;
    classifier->pending_seconds =
        (int64_t)(settings->pending_days != 0 ? settings->pending_days : SKS_LIMIT_PENDING_DAYS) * 24 * 3600;
    classifier->join_milliseconds = SKS_LIMIT_JOIN_MILLISECONDS;
    classifier->leaves_notices = settings->store_notices;
    classifier->gathers = settings->store_gathers;
    classifier->patient = settings->store_patient;
    classifier->tended = settings->store_tended;
    classifier->hold_classes = settings->hold_classes;
    classifier->hold_least = settings->hold_least;
    classifier->hold_seconds = settings->hold_seconds;
    if (error != 0) {
        sks_classifier_destroy(classifier);
        return error;
    }
    *out_classifier = classifier;
    return 0;
}

int sks_classifier_open_tables(struct sks_problems *problems)
{
    return sks_language_open_tables(problems);
}

int sks_classifier_create(struct sks_classifier **out_classifier, const struct sks_settings *settings,
                          struct sks_problems *problems)
{
    return create(out_classifier, settings, true, problems);
}

int sks_classifier_create_untrained(struct sks_classifier **out_classifier, const struct sks_settings *settings,
                                    struct sks_problems *problems)
{
    return create(out_classifier, settings, false, problems);
}

void sks_classifier_destroy(struct sks_classifier *classifier)
{
    if (classifier == NULL)
        return;
    sks_memory_close(classifier->memory);
    sks_model_destroy(classifier->model);
    sks_correspondents_destroy(classifier->correspondents);
    if (classifier->people_looks != NULL)
        g_array_unref(classifier->people_looks);
    sks_people_destroy(classifier->people);
    sks_countries_destroy(classifier->countries);
    sks_language_destroy(classifier->language);
    sks_lists_destroy(classifier->lists);
    g_strfreev(classifier->own_domains);
    g_strfreev(classifier->authserv_ids);
    g_free(classifier->store);
    g_free(classifier);
}

const char *sks_classifier_model_version(const struct sks_classifier *classifier)
{
    return classifier->model != NULL ? sks_model_version(classifier->model) : "";
}

const char *sks_classifier_store(const struct sks_classifier *classifier)
{
    return classifier->store;
}

void sks_classifier_tidy(struct sks_classifier *classifier)
{
    if (classifier->memory != NULL && !classifier->store_frozen)
        sks_memory_tidy(classifier->memory);
}

void sks_classifier_crowd(struct sks_classifier *classifier, bool crowded)
{
    if (classifier->memory != NULL)
        sks_memory_crowd(classifier->memory, crowded);
}

int sks_classifier_prepare(struct sks_classifier *classifier)
{
    if (classifier->prepared)
        return 0;
    classifier->prepared = true;
    if (classifier->store != NULL)
        classifier->memory_error = sks_memory_open_private(
            &classifier->memory, classifier->store,
            classifier->store_frozen ? SKS_MEMORY_READ_ONLY : SKS_MEMORY_READ_WRITE, classifier->store_hashed, NULL);
    if (classifier->memory != NULL && classifier->patient)
        sks_memory_be_patient(classifier->memory);
    if (classifier->memory != NULL && classifier->gathers && !classifier->store_frozen)
        sks_memory_gather(classifier->memory);
    /* A store that is hashed shall hold no mail either, whatever the settings say. */
    if (classifier->memory != NULL && sks_memory_is_hashed(classifier->memory))
        classifier->keep_digests = true;
    return 0;
}
