/* sekisho log: the verdicts that a store remembers, oldest first. */
#include <getopt.h>
#include <glib.h>
#include <jansson.h>
#include <stdio.h>

#include "command.h"
#include "memory/memory.h"
#include "terminal.h"
#include "words.h"

#define COMMAND "log"

enum {
    OPTION_JSON = 0x100,
    OPTION_STORE,
    OPTION_LANGUAGE,
};

static char *format_time(int64_t at)
{
    GDateTime *date = g_date_time_new_from_unix_utc(at);
    char *text = date != NULL ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ") : g_strdup("");
    if (date != NULL)
        g_date_time_unref(date);
    return text;
}

static void print_json(const struct sks_memory_verdict *verdict, const char *at)
{
    json_t *recipients = json_array();
    for (size_t i = 0; i < verdict->to_count; i++)
        json_array_append_new(recipients, json_string(verdict->to[i]));
    json_t *evidence = json_array();
    char **ids = g_strsplit(verdict->evidence, " ", -1);
    for (char **id = ids; *id != NULL; id++)
        json_array_append_new(evidence, json_string(*id));
    g_strfreev(ids);
    json_t *root = json_pack("{s:i, s:s, s:s, s:s, s:o, s:s, s:s, s:f, s:s, s:s, s:o}", "version", 1, "at", at,
                             "message_id", verdict->message_id, "from", verdict->from, "to", recipients, "subject",
                             verdict->subject, "class", verdict->class_, "score", verdict->score, "previous",
                             verdict->previous, "because", verdict->because, "evidence", evidence);
    json_dumpf(root, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(root);
}

static void print_text(const struct sks_memory_verdict *verdict, const char *at)
{
    printf("%s  ", at);
    sks_terminal_cell(stdout, sks_class_words(verdict->class_),
                      sks_person_language() == SKS_LANGUAGE_JAPANESE ? 11 : 9);
    printf("%+7.2f  ", verdict->score);
    sks_terminal_cell(stdout, verdict->from, sks_terminal_style().columns < 100 ? 20 : 32);
    g_autofree char *because = *verdict->because != '\0'
                                   ? g_strdup_printf(sks_words("、<%s> による", ", because of <%s>"), verdict->because)
                                   : g_strdup("");
    g_autofree char *change =
        *verdict->previous != '\0'
            ? g_strdup_printf(sks_words("  （%s → %s%s）", "  (%s → %s%s)"), sks_class_words(verdict->previous),
                              sks_class_words(verdict->class_), because)
            : g_strdup("");
    g_autofree char *line = g_strconcat("  ", verdict->subject, change, NULL);
    sks_terminal_show(stdout, line);
    putchar('\n');
}

static bool print(void *data, const struct sks_memory_verdict *verdict)
{
    const bool *json = data;
    char *at = format_time(verdict->at);
    if (*json)
        print_json(verdict, at);
    else
        print_text(verdict, at);
    g_free(at);
    return true;
}

int sks_analyst_log(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, OPTION_JSON},
        {"store", required_argument, NULL, OPTION_STORE},
        {"language", required_argument, NULL, OPTION_LANGUAGE},
        {NULL, 0, NULL, 0},
    };
    bool json = false;
    const char *store = NULL;
    int option;
    while ((option = sks_next_option(COMMAND, argc, argv, "", options)) != -1) {
        if (option == OPTION_JSON)
            json = true;
        else if (option == OPTION_STORE)
            store = optarg;
        else if (option != OPTION_LANGUAGE || !sks_take_language(COMMAND, optarg))
            return sks_usage(COMMAND);
    }
    if (store == NULL)
        return sks_usage_since(COMMAND, "no store is named: --store FILE");
    if (!sks_no_more(COMMAND, argc, argv))
        return sks_usage(COMMAND);
    struct sks_problems *problems = sks_problems_create();
    struct sks_memory *memory = NULL;
    sks_memory_catch_up(store);
    int error = sks_memory_open(&memory, store, SKS_MEMORY_READ_ONLY, problems);
    if (error == 0)
        error = sks_memory_log_each(memory, print, &json);
    sks_complain_problems(COMMAND, problems);
    if (error != 0 && sks_problems_count(problems) == 0)
        sks_complain(COMMAND, "%s: %s", store, memory != NULL ? sks_memory_problem(memory) : sks_error_text(error));
    sks_memory_close(memory);
    sks_problems_destroy(problems);
    return error == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}
