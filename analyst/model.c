/*
 * sekisho model: packages side by side, which of them is in use, and whether another would be better.
 *
 * Before a package is activated it is loaded (damaged and foreign ones are refused) and measured beside the one in use
 * on the kept-out set: mail that nothing was trained on, given with --ham, --bulk, --targeted or lying in the folder's
 * kept-out/clean, kept-out/bulk and kept-out/targeted.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/resource.h"
#include "command.h"
#include "compare.h"
#include "examine.h"
#include "learn.h"
#include "model/package.h"
#include "packages.h"
#include "sekisho/limits.h"

#define COMMAND  "model"
#define BUILT_IN "built-in"

enum {
    OPTION_JSON = SKS_OPTION_FURTHER,
    OPTION_MODELS,
    OPTION_FORCE,
};

static const struct option options[] = {
    SKS_SETTINGS_OPTIONS,
    SKS_SETS_OPTIONS,
    {"json", no_argument, NULL, OPTION_JSON},
    {"models", required_argument, NULL, OPTION_MODELS},
    {"force", no_argument, NULL, OPTION_FORCE},
    {0},
};

struct choosing {
    struct sks_learn_arguments arguments;
    const char *folder;
    bool json, force, set_paths;
    const char *names[2]; /* positional arguments */
    size_t name_count;
    struct sks_problems *problems;
};

/* Positional arguments before any --ham: names of packages. After one, they are its further paths. */
static bool parse(struct choosing *choosing, int argc, char **argv)
{
    int option;
    while ((option = getopt_long(argc, argv, "-", options, NULL)) != -1) {
        if (option == 1 && !choosing->set_paths) {
            if (choosing->name_count == G_N_ELEMENTS(choosing->names))
                return false;
            choosing->names[choosing->name_count++] = optarg;
            continue;
        }
        if (option != 1)
            choosing->set_paths = option >= SKS_OPTION_HAM && option <= SKS_OPTION_UNSEEN;
        if (option == OPTION_JSON)
            choosing->json = true;
        else if (option == OPTION_MODELS)
            choosing->folder = optarg;
        else if (option == OPTION_FORCE)
            choosing->force = true;
        else if (!sks_learn_arguments_take(&choosing->arguments, option, optarg))
            return false;
    }
    return optind == argc;
}

/* A package's bytes: of the folder by its name, of a file, or "built-in". NULL is told. */
static GBytes *read_package(struct choosing *choosing, const char *name)
{
    const struct sks_resource *built_in = sks_resource_find("sekisho.model");
    if (strcmp(name, BUILT_IN) == 0 && built_in != NULL)
        return g_bytes_new_static(built_in->bytes, built_in->size);
    g_autofree char *known = sks_packages_find(choosing->folder, name);
    g_autofree char *file = known != NULL ? g_build_filename(choosing->folder, known, NULL) : g_strdup(name);
    g_autofree char *bytes = NULL;
    gsize size;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(file, &bytes, &size, &error)) {
        sks_problems_add(choosing->problems, name, 0, NULL, "no such package in %s, and no such file: %s",
                         choosing->folder, error->message);
        return NULL;
    }
    if (size > SKS_LIMIT_PACKAGE_SIZE) {
        sks_problems_add(choosing->problems, name, 0, NULL, "larger than %u bytes", SKS_LIMIT_PACKAGE_SIZE);
        return NULL;
    }
    return g_bytes_new_take(g_steal_pointer(&bytes), size);
}

/* Loads it as serving does. */
static int load_package(struct choosing *choosing, const char *name, GBytes **out_bytes, struct sks_model **out_model)
{
    const struct sks_sets *sets = choosing->arguments.sets;
    g_autoptr(GBytes) bytes = read_package(choosing, name);
    if (bytes == NULL)
        return SKS_ERROR_IO;
    int error = sks_model_load_bytes(out_model, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), name,
                                     sets->schema, sets->schema_count, choosing->problems);
    if (error == 0 && out_bytes != NULL)
        *out_bytes = g_steal_pointer(&bytes);
    return error;
}

/* The manifest, also of a package that doesn't fit this program; NULL is told. */
static json_t *read_manifest(struct choosing *choosing, const char *name)
{
    g_autoptr(GBytes) bytes = read_package(choosing, name);
    struct sks_package package;
    if (bytes == NULL || sks_package_read(&package, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), name,
                                          choosing->problems) != 0)
        return NULL;
    json_t *manifest = json_incref(package.manifest);
    sks_package_finish(&package);
    return manifest;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static json_int_t count_mails(const json_t *manifest)
{
    const json_t *sets = json_object_get(json_object_get(manifest, "training"), "sets");
    json_int_t mails = 0;
    for (size_t i = 0; i < json_array_size(sets); i++)
        mails += json_integer_value(json_object_get(json_array_get(sets, i), "mails"));
    return mails;
}

static void print_entry(struct choosing *choosing, const char *name, bool active)
{
    json_t *manifest = read_manifest(choosing, name);
    struct sks_model *model = NULL;
    bool fits = manifest != NULL && load_package(choosing, name, NULL, &model) == 0;
    sks_model_destroy(model);
    if (choosing->json) {
        json_t *object = json_pack("{s:i, s:s, s:b, s:b, s:s, s:I}", "version", 1, "name", name, "active", active,
                                   "fits", fits, "model", text_of(manifest, "version"), "mails", count_mails(manifest));
        json_dumpf(object, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(object);
    } else {
        printf("%c %-44s %8lld mails%s\n", active ? '*' : ' ', name, (long long)count_mails(manifest),
               fits ? "" : "  can't be used");
    }
    json_decref(manifest);
}

static int list(struct choosing *choosing)
{
    g_autoptr(GPtrArray) names = sks_packages_list(choosing->folder);
    g_autofree char *active = sks_packages_active(choosing->folder);
    for (guint i = 0; i < names->len; i++)
        print_entry(choosing, g_ptr_array_index(names, i), g_strcmp0(active, g_ptr_array_index(names, i)) == 0);
    print_entry(choosing, BUILT_IN, active == NULL);
    g_autofree char *link = active != NULL ? sks_packages_find(choosing->folder, active) : NULL;
    if (active != NULL && link == NULL)
        sks_problems_add(choosing->problems, choosing->folder, 0, "active", "the active package %s is gone", active);
    return sks_problems_count(choosing->problems) == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

static const char *in_use(struct choosing *choosing, char **out_storage)
{
    *out_storage = sks_packages_active(choosing->folder);
    return *out_storage != NULL ? *out_storage : BUILT_IN;
}

static void print_sets(const json_t *manifest)
{
    const json_t *sets = json_object_get(json_object_get(manifest, "training"), "sets");
    for (size_t i = 0; i < json_array_size(sets); i++) {
        const json_t *set = json_array_get(sets, i);
        printf("  %-8s  %-28s  %6lld mails  %s to %s\n", text_of(set, "class"), text_of(set, "name"),
               (long long)json_integer_value(json_object_get(set, "mails")), text_of(set, "first"),
               text_of(set, "last"));
    }
}

static void print_held_out(const json_t *manifest)
{
    json_t *languages = json_object_get(json_object_get(manifest, "evaluation"), "held_out"), *table;
    const char *language;
    json_object_foreach(languages, language, table)
    {
        const char *class_;
        json_t *row;
        json_object_foreach(table, class_, row) printf("  %-6s %-9s %8lld %8lld %8lld\n", language, class_,
                                                       (long long)json_integer_value(json_object_get(row, "clean")),
                                                       (long long)json_integer_value(json_object_get(row, "bulk")),
                                                       (long long)json_integer_value(json_object_get(row, "targeted")));
    }
}

static int show(struct choosing *choosing)
{
    g_autofree char *storage = NULL;
    const char *name = choosing->name_count > 0 ? choosing->names[0] : in_use(choosing, &storage);
    json_t *manifest = read_manifest(choosing, name);
    if (manifest == NULL)
        return SKS_EXIT_FAILED;
    const json_t *thresholds = json_object_get(manifest, "thresholds");
    if (choosing->json) {
        json_dumpf(manifest, stdout, JSON_COMPACT);
        putchar('\n');
    } else {
        printf("%s\nversion     %s\nfeatures    %zu\nthresholds  targeted %.3f, bulk %.3f\ntrained on\n", name,
               text_of(manifest, "version"), json_array_size(json_object_get(manifest, "features")),
               json_real_value(json_object_get(thresholds, "targeted")),
               json_real_value(json_object_get(thresholds, "bulk")));
        print_sets(manifest);
        printf("held out in training, called     clean     bulk targeted\n");
        print_held_out(manifest);
    }
    json_decref(manifest);
    return SKS_EXIT_FINE;
}

/* The kept-out set: what was given, else what lies in the folder. */
static bool find_kept_out(struct choosing *choosing)
{
    struct sks_sets *sets = choosing->arguments.sets;
    bool given = sets->sets->len > 0;
    for (int i = 0; !given && i < SKS_CLASS_COUNT; i++) {
        g_autofree char *path = g_build_filename(choosing->folder, "kept-out", sks_class_name((enum sks_class)i), NULL);
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            sks_sets_add(sets, path, (enum sks_class)i, true);
    }
    return sets->sets->len > 0;
}

static struct sks_measured *measure(const struct sks_model *model, const struct sks_sets *sets)
{
    struct sks_measured *measured = g_new0(struct sks_measured, sets->mails->len + 1);
    for (guint i = 0; i < sets->mails->len; i++)
        measured[i] = sks_measure_mail(model, sets, g_ptr_array_index(sets->mails, i));
    return measured;
}

/* Both on the kept-out set; NULL if it can't be read. */
static json_t *compare_models(struct choosing *choosing, const struct sks_model *one, const struct sks_model *other)
{
    struct sks_sets *sets = choosing->arguments.sets;
    if (sks_learn_arguments_read(&choosing->arguments, COMMAND) != SKS_EXIT_FINE)
        return NULL;
    if (sets->mails->len == 0) {
        sks_problems_add(choosing->problems, NULL, 0, NULL, "the kept-out set is empty");
        return NULL;
    }
    struct sks_measured *of_one = measure(one, sets), *of_other = measure(other, sets);
    json_t *comparison = sks_compare(of_one, of_other, sets->mails->len);
    sks_measured_finish(of_one, sets->mails->len);
    sks_measured_finish(of_other, sets->mails->len);
    return comparison;
}

static void print_comparison(const struct choosing *choosing, json_t *comparison, const char *one, const char *other)
{
    if (choosing->json) {
        json_object_set_new(comparison, "version", json_integer(1));
        json_object_set_new(comparison, "one", json_string(one));
        json_object_set_new(comparison, "other", json_string(other));
        json_dumpf(comparison, stdout, JSON_COMPACT);
        putchar('\n');
    } else {
        sks_compare_print(stdout, comparison, one, other);
    }
}

static int compare(struct choosing *choosing)
{
    g_autofree char *storage = NULL;
    const char *one = choosing->name_count == 2 ? choosing->names[0] : in_use(choosing, &storage);
    const char *other = choosing->names[choosing->name_count - 1];
    struct sks_model *models[2] = {NULL, NULL};
    int error = load_package(choosing, one, NULL, &models[0]);
    if (error == 0)
        error = load_package(choosing, other, NULL, &models[1]);
    if (error == 0 && !find_kept_out(choosing)) {
        sks_problems_add(choosing->problems, NULL, 0, NULL, "no mail to compare on: give --ham, --bulk and --targeted");
        error = SKS_ERROR_UNAVAILABLE;
    }
    json_t *comparison = error == 0 ? compare_models(choosing, models[0], models[1]) : NULL;
    if (comparison != NULL)
        print_comparison(choosing, comparison, one, other);
    json_decref(comparison);
    sks_model_destroy(models[0]);
    sks_model_destroy(models[1]);
    return comparison != NULL && choosing->arguments.sets->failed == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

/* Whether it may take the place of the one in use; if not, why is told. */
static bool is_good_enough(struct choosing *choosing, const struct sks_model *candidate)
{
    g_autofree char *storage = NULL;
    const char *active = in_use(choosing, &storage);
    struct sks_model *model = NULL;
    if (load_package(choosing, active, NULL, &model) != 0) {
        sks_problems_add(choosing->problems, NULL, 0, NULL,
                         "the package in use can't be loaded, so there is nothing to compare with; --force activates");
        return false;
    }
    if (!find_kept_out(choosing)) {
        sks_problems_add(choosing->problems, NULL, 0, NULL,
                         "nothing tells whether it is better: give a kept-out set (--ham, --bulk, --targeted, or "
                         "folders %s/kept-out/clean, bulk and targeted), or --force",
                         choosing->folder);
        sks_model_destroy(model);
        return false;
    }
    json_t *comparison = compare_models(choosing, model, candidate);
    sks_model_destroy(model);
    if (comparison == NULL)
        return false;
    g_autofree char *worse = sks_compare_worse(comparison);
    if (!choosing->json)
        sks_compare_print(stdout, comparison, active, choosing->names[0]);
    if (worse != NULL)
        sks_problems_add(choosing->problems, NULL, 0, NULL, "it is worse than %s: %s; --force activates it", active,
                         worse);
    json_decref(comparison);
    return worse == NULL;
}

static int tell_active(const struct choosing *choosing, const char *name, const struct sks_model *model)
{
    if (choosing->json) {
        json_t *object = json_pack("{s:i, s:s, s:s}", "version", 1, "active", name, "model", sks_model_version(model));
        json_dumpf(object, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(object);
    } else {
        printf("%s is active. A running milter takes it over when it is reloaded: systemctl reload sekisho-milter\n",
               name);
    }
    return SKS_EXIT_FINE;
}

static int activate(struct choosing *choosing)
{
    g_autoptr(GBytes) bytes = NULL;
    struct sks_model *model = NULL;
    if (load_package(choosing, choosing->names[0], &bytes, &model) != 0)
        return SKS_EXIT_FAILED;
    int status = SKS_EXIT_FAILED;
    char *name = NULL;
    if (choosing->force || is_good_enough(choosing, model)) {
        int error = sks_packages_add(choosing->folder, sks_model_version(model), g_bytes_get_data(bytes, NULL),
                                     g_bytes_get_size(bytes), &name, choosing->problems);
        if (error == 0)
            error = sks_packages_activate(choosing->folder, name, choosing->problems);
        if (error == 0)
            status = tell_active(choosing, name, model);
    }
    g_free(name);
    sks_model_destroy(model);
    return status;
}

static int rollback(struct choosing *choosing)
{
    g_autofree char *name = NULL;
    struct sks_model *model = NULL;
    int error = sks_packages_previous(choosing->folder, &name, choosing->problems);
    if (error == 0)
        error = load_package(choosing, name != NULL ? name : BUILT_IN, NULL, &model);
    if (error == 0)
        error = sks_packages_rollback(choosing->folder, name, choosing->problems);
    if (error == 0)
        tell_active(choosing, name != NULL ? name : BUILT_IN, model);
    sks_model_destroy(model);
    return error == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

static const struct {
    const char *name;
    int (*run)(struct choosing *choosing);
    size_t least, most; /* names */
} actions[] = {
    {"list", list, 0, 0},         {"show", show, 0, 1},       {"activate", activate, 1, 1},
    {"rollback", rollback, 0, 0}, {"compare", compare, 1, 2},
};

static int run(struct choosing *choosing, size_t action)
{
    int status = SKS_EXIT_FAILED;
    if (sks_settings_load(&choosing->arguments.settings, choosing->problems) == 0) {
        if (choosing->folder == NULL)
            choosing->folder = choosing->arguments.settings.configuration->classifier.models;
        if (*choosing->folder != '\0')
            status = actions[action].run(choosing);
        else
            sks_problems_add(choosing->problems, NULL, 0, NULL, "which folder? Give --models");
    }
    sks_complain_problems(COMMAND, choosing->problems);
    return status;
}

int sks_analyst_model(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < G_N_ELEMENTS(actions); i++) {
        if (strcmp(argv[1], actions[i].name) != 0)
            continue;
        struct choosing choosing = {.problems = sks_problems_create()};
        sks_learn_arguments_init(&choosing.arguments);
        bool good = parse(&choosing, argc - 1, argv + 1) && choosing.name_count >= actions[i].least &&
                    choosing.name_count <= actions[i].most;
        int status = good ? run(&choosing, i) : sks_usage(COMMAND);
        sks_learn_arguments_finish(&choosing.arguments);
        sks_problems_destroy(choosing.problems);
        return status;
    }
    return sks_usage(COMMAND);
}
