/* sekisho check: loads everything that the gateway would load, and tells all problems at once. */
#include "command.h"

#include <glib.h>
#include <stdio.h>
#include <sys/stat.h>

#include "language/trigram-file.h"
#include "memory/memory.h"
#include "premises.h"
#include "settings.h"
#include "terminal.h"
#include "words.h"

#define COMMAND "check"

/* A store that does not exist yet is made by the gateway; whether it has a place was looked at with the others. One
 * that is named here is there, or its name is wrong. */
static void check_memory(const char *store, bool named, struct sks_problems *problems)
{
    struct sks_memory *memory;
    struct stat status;
    if (named && !g_file_test(store, G_FILE_TEST_EXISTS)) {
        sks_problems_add(problems, store, 0, NULL, "there is no store");
        return;
    }
    if (!named && (stat(store, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0))
        return; /* made by the gateway, or told already */
    enum sks_memory_schema schema = sks_memory_look(store);
    if (schema == SKS_MEMORY_SCHEMA_EARLIER ||
        (!named && (schema == SKS_MEMORY_SCHEMA_LATER || schema == SKS_MEMORY_SCHEMA_NOT_OURS)))
        return; /* the gateway brings it up to date; or told already */
    if (sks_memory_open(&memory, store, SKS_MEMORY_READ_ONLY, problems) != 0)
        return;
    sks_memory_check(memory, problems);
    sks_memory_close(memory);
}

/* What was looked at, so that nobody takes one thing for another. */
static void tell(const struct sks_classifier *classifier, const struct sks_command_settings *settings,
                 const char *table, const char *store)
{
    const char *const *own = settings->settings.own_domains;
    fputs(sks_words("モデル ", "model "), stdout);
    sks_terminal_show(stdout, sks_classifier_model_version(classifier));
    puts(sks_words("：問題なし", ": fine"));
    fputs(sks_words("日本語の表 ", "table of Japanese "), stdout);
    sks_terminal_show(stdout, table);
    puts(sks_words("：問題なし", ": fine"));
    if (settings->config != NULL && (own == NULL || own[0] == NULL))
        puts(sks_words("own_domains：未設定（多くの手がかりがこれに基づきます）",
                       "own_domains: none; much evidence rests on them"));
    if (store == NULL)
        return;
    fputs(sks_words("学習データ ", "store "), stdout);
    sks_terminal_show(stdout, store);
    if (!g_file_test(store, G_FILE_TEST_EXISTS))
        puts(sks_words("：まだありません（ゲートウェイが作成します）", ": not there yet; the gateway makes it"));
    else if (sks_memory_look(store) == SKS_MEMORY_SCHEMA_EARLIER)
        puts(sks_words("：以前の版の形式です（ゲートウェイが次の起動時に更新します）",
                       ": of an earlier version; the gateway brings it up to date at its next start"));
    else
        puts(sks_words("：問題なし", ": fine"));
}

static void check(struct sks_command_settings *settings, struct sks_problems *problems)
{
    if (sks_settings_load(settings, problems) != 0)
        return;
    struct sks_classifier *classifier = NULL;
    const char *store = settings->settings.store;
    if (store == NULL)
        store = sks_configuration_settings(settings->configuration).store;
    if (settings->config != NULL)
        sks_premises_check(settings->configuration, problems);
    struct sks_settings loaded = settings->settings;
    if (store != NULL && sks_memory_look(store) == SKS_MEMORY_SCHEMA_EARLIER)
        loaded.store = NULL; /* whoever opens it brings it up to date, which a check doesn't */
    int error = sks_classifier_create(&classifier, &loaded, problems);
    if (error != 0 && sks_problems_count(problems) == 0)
        sks_problems_add(problems, NULL, 0, NULL, "the classifier can't be loaded: %s", sks_error_text(error));
    char *table = sks_trigram_file_path();
    if (error == 0) /* or what is wrong with it may have been told; loading looks at its header only */
        sks_trigram_file_verify(table, problems);
    if (store != NULL)
        check_memory(store, settings->settings.store != NULL, problems);
    if (sks_problems_count(problems) == 0)
        tell(classifier, settings, table, store);
    g_free(table);
    sks_classifier_destroy(classifier);
}

int sks_analyst_check(int argc, char **argv)
{
    static const struct option options[] = {SKS_SETTINGS_OPTIONS, {NULL, 0, NULL, 0}};
    struct sks_command_settings settings;
    sks_settings_init(&settings, COMMAND);
    settings.partly = true;
    int option, status = SKS_EXIT_FINE;
    while ((option = sks_next_option(COMMAND, argc, argv, "", options)) != -1)
        if (!sks_settings_take(&settings, option, optarg))
            status = SKS_EXIT_USAGE;
    if (status == SKS_EXIT_FINE && sks_no_more(COMMAND, argc, argv)) {
        struct sks_problems *problems = sks_problems_create();
        check(&settings, problems);
        sks_complain_problems(COMMAND, problems);
        status = sks_problems_count(problems) > 0 ? SKS_EXIT_FAILED : SKS_EXIT_FINE;
        sks_problems_destroy(problems);
    } else {
        status = sks_usage(COMMAND);
    }
    sks_settings_finish(&settings);
    return status;
}
