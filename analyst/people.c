/*
 * sekisho people: the directory of people in the store. import takes files over, all of them or nothing, in the place
 * of what was there; list shows the store's people, or a file's, as CSV; check reads files and tells what is wrong.
 */
#include <glib.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "directory.h"
#include "settings.h"
#include "words.h"

#define COMMAND "people"

enum {
    OPTION_JSON = SKS_OPTION_FURTHER,
};

struct request {
    struct sks_command_settings settings;
    struct sks_problems *problems;
    const char *store;        /* once it is open */
    const char *const *files; /* NULL-terminated, may be empty */
    bool json;
    bool storeless; /* none was named */
};

/* Opens the store that was named, else the configuration's. */
static int open_store(struct sks_memory **out_memory, struct request *request, enum sks_memory_mode mode)
{
    int error = sks_settings_load(&request->settings, request->problems);
    if (error != 0)
        return error;
    const char *store = sks_settings_store(&request->settings);
    if (store == NULL) {
        request->storeless = true;
        return SKS_ERROR_UNAVAILABLE;
    }
    request->store = store;
    bool hashed = mode == SKS_MEMORY_READ_WRITE && request->settings.settings.store_hashed;
    return sks_memory_open_private(out_memory, store, mode, hashed, request->problems);
}

static void print_count(const struct sks_people *people, const char *ja, const char *en)
{
    g_autofree char *count = sks_counted(sks_people_count(people), "人", "person", "people");
    printf("%s%s\n", count, sks_person_language() == SKS_LANGUAGE_JAPANESE ? ja : en);
}

static int import(struct request *request)
{
    struct sks_people *people = NULL;
    struct sks_memory *memory = NULL;
    int error = sks_people_create_files(&people, request->files, request->problems);
    if (error == 0)
        error = open_store(&memory, request, SKS_MEMORY_READ_WRITE);
    if (error == 0) {
        error = sks_directory_replace(memory, people);
        if (error == SKS_ERROR_UNSUPPORTED)
            sks_problems_add(request->problems, request->store, 0, NULL,
                             "keeps only hashes of names; name the file in the configuration instead (people)");
        else if (error != 0)
            sks_problems_add(request->problems, request->store, 0, NULL, "nothing was imported: %s",
                             sks_memory_problem(memory));
        else
            print_count(people, "を登録しました", " imported");
    }
    sks_memory_close(memory);
    sks_people_destroy(people);
    return error;
}

static void print_field(const char *value, char end)
{
    if (strpbrk(value, ",\"\r\n") == NULL) {
        fputs(value, stdout);
    } else {
        putchar('"');
        for (; *value != '\0'; value++) {
            if (*value == '"')
                putchar('"');
            putchar(*value);
        }
        putchar('"');
    }
    putchar(end);
}

static void print_person(const struct sks_person *person, bool json)
{
    char *also = g_strjoinv(" ", (char **)person->also);
    if (json) {
        json_t *addresses = json_array();
        for (size_t i = 0; person->also[i] != NULL; i++)
            json_array_append_new(addresses, json_string(person->also[i]));
        json_t *root = json_pack("{s:i, s:s, s:s, s:s, s:s, s:o, s:s, s:s}", "version", 1, "name", person->name, "kana",
                                 person->kana, "romaji", person->romaji, "address", person->address, "also", addresses,
                                 "organisation", person->organisation, "title", person->title);
        json_dumpf(root, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(root);
    } else {
        print_field(person->name, ',');
        print_field(person->kana, ',');
        print_field(person->romaji, ',');
        print_field(person->address, ',');
        print_field(also, ',');
        print_field(person->organisation, ',');
        print_field(person->title, '\n');
    }
    g_free(also);
}

static int read_store(struct sks_people **out_people, struct request *request)
{
    struct sks_memory *memory = NULL;
    int error = open_store(&memory, request, SKS_MEMORY_READ_ONLY);
    if (error == 0) {
        error = sks_directory_read(out_people, memory, request->store, request->problems);
        if (error == SKS_ERROR_IO)
            sks_problems_add(request->problems, request->store, 0, NULL, "%s", sks_memory_problem(memory));
    }
    sks_memory_close(memory);
    return error;
}

static int list(struct request *request)
{
    struct sks_people *people = NULL;
    int error = request->files[0] != NULL ? sks_people_create_files(&people, request->files, request->problems)
                                          : read_store(&people, request);
    if (error != 0)
        return error;
    if (!request->json)
        puts("name,kana,romaji,address,also,organisation,title");
    for (size_t i = 0; people != NULL && i < sks_people_count(people); i++)
        print_person(sks_people_get(people, i), request->json);
    sks_people_destroy(people);
    return 0;
}

static int check(struct request *request)
{
    struct sks_people *people = NULL;
    int error = sks_people_create_files(&people, request->files, request->problems);
    if (error == 0)
        print_count(people, "：問題なし", ": fine");
    sks_people_destroy(people);
    return error;
}

static const struct action {
    const char *name;
    int (*run)(struct request *request);
    bool needs_file;
} actions[] = {
    {"import", import, true},
    {"list", list, false},
    {"check", check, true},
};

static const struct action *find_action(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(actions); i++)
        if (strcmp(actions[i].name, name) == 0)
            return &actions[i];
    return NULL;
}

static int run(const struct action *action, struct request *request)
{
    request->problems = sks_problems_create();
    int error = action->run(request);
    sks_complain_problems(COMMAND, request->problems);
    if (error != 0 && sks_problems_count(request->problems) == 0 && !request->storeless)
        sks_complain(COMMAND, "%s", sks_error_text(error));
    sks_problems_destroy(request->problems);
    if (request->storeless)
        return sks_usage_since(COMMAND, "no store is named: --store FILE, or --config FILE");
    return error == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

int sks_analyst_people(int argc, char **argv)
{
    static const struct option options[] = {
        SKS_SETTINGS_OPTIONS, {"json", no_argument, NULL, OPTION_JSON}, {NULL, 0, NULL, 0}};
    struct request request = {.json = false};
    int option, status = SKS_EXIT_FINE;
    sks_settings_init(&request.settings, COMMAND);
    while ((option = sks_next_option(COMMAND, argc, argv, "", options)) != -1) {
        if (option == OPTION_JSON)
            request.json = true;
        else if (option != SKS_OPTION_STORE && option != SKS_OPTION_CONFIG && option != SKS_OPTION_LANGUAGE)
            status = SKS_EXIT_USAGE;
        else if (!sks_settings_take(&request.settings, option, optarg))
            status = SKS_EXIT_USAGE;
    }
    const struct action *action = optind < argc ? find_action(argv[optind]) : NULL;
    request.files = (const char *const *)argv + MIN(optind + 1, argc);
    if (status != SKS_EXIT_FINE)
        status = sks_usage(COMMAND);
    else if (action == NULL)
        status = sks_usage_since(COMMAND, "%s%sneeds import, list or check", optind < argc ? argv[optind] : "",
                                 optind < argc ? ": " : "");
    else if (action->needs_file && request.files[0] == NULL)
        status = sks_usage_since(COMMAND, "%s: which FILE?", action->name);
    else
        status = run(action, &request);
    sks_settings_finish(&request.settings);
    return status;
}
