/* See nursery.h. */
#include "nursery.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib.h>

#include "control.h"
#include "memory/memory.h"
#include "sekisho/classifier.h"
#include "sekisho/pool.h"

#define PROBLEMS_MOST 100u

static void tell(int socket, enum sks_message_kind kind, const char *text)
{
    struct sks_message message = {.kind = kind};
    g_strlcpy(message.text, text, sizeof(message.text));
    sks_control_send(socket, &message, NULL);
}

/* Nothing that the supervisor has open is any business of processes that read hostile mail. */
static int keep_only(int socket)
{
    if (socket != 3) {
        if (dup3(socket, 3, O_CLOEXEC) < 0)
            return -1;
        socket = 3;
    }
    syscall(SYS_close_range, 4u, ~0u, 0u);
    return socket;
}

_Noreturn void sks_nursery_main(int socket, const struct sks_configuration *configuration)
{
    struct sks_settings settings = sks_configuration_settings(configuration);
    struct sks_pool_options options = sks_configuration_pool(configuration);
    struct sks_problems *problems = sks_problems_create();
    struct sks_classifier *classifier = NULL;

    socket = keep_only(socket);
    if (socket < 0)
        _exit(1);
    int result = sks_classifier_create(&classifier, &settings, problems);
    if (result != SKS_OK) {
        for (size_t i = 0; i < sks_problems_count(problems) && i < PROBLEMS_MOST; i++)
            tell(socket, SKS_MESSAGE_PROBLEM, sks_problems_text(problems, i));
        if (sks_problems_count(problems) == 0)
            tell(socket, SKS_MESSAGE_PROBLEM, sks_error_text(result));
        _exit(1);
    }
    sks_problems_destroy(problems);
    tell(socket, SKS_MESSAGE_READY, sks_classifier_model_version(classifier));
    _exit(sks_pool_nursery_run(socket, classifier, &options) == SKS_OK ? 0 : 1);
}

int sks_nursery_check(const struct sks_configuration *configuration, struct sks_problems *problems)
{
    struct sks_settings settings = sks_configuration_settings(configuration);
    struct sks_classifier *classifier = NULL;
    if (settings.store != NULL && sks_memory_look(settings.store) == SKS_MEMORY_SCHEMA_EARLIER)
        settings.store = NULL; /* whoever opens it brings it up to date, which a check doesn't */
    int result = sks_classifier_create(&classifier, &settings, problems);
    if (result == SKS_OK)
        sks_classifier_destroy(classifier);
    else if (sks_problems_count(problems) == 0)
        sks_problems_add(problems, NULL, 0, "classifier", "%s", sks_error_text(result));
    return result;
}
