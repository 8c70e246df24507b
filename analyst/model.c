/*
 * sekisho model: packages side by side, which of them is in use, and whether another would be better.
 *
 * Before a package is activated it is loaded (damaged and foreign ones are refused) and measured beside the one in use
 * on the kept-out set: what the training of either kept out (kept-out.h) and what lies in the folder's kept-out/clean,
 * kept-out/bulk and kept-out/targeted; or mail given with --ham, --bulk, --targeted. Of this, mail that one of the two
 * has learned from, or a relative of it, is left out.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/resource.h"
#include "command.h"
#include "compare.h"
#include "examine.h"
#include "kept-out.h"
#include "learn.h"
#include "model/package.h"
#include "model/words.h"
#include "packages.h"
#include "sekisho/limits.h"
#include "terminal.h"
#include "words.h"

#define COMMAND  "model"
#define BUILT_IN "built-in"

enum {
    OPTION_JSON = SKS_OPTION_FURTHER,
    OPTION_MODELS,
    OPTION_FORCE,
    OPTION_WORDS,
};

/* Words of each class that are shown unless a number is given. */
#define WORDS_SHOWN 20

static const struct option options[] = {
    SKS_SETTINGS_OPTIONS,
    SKS_SETS_OPTIONS,
    {"json", no_argument, NULL, OPTION_JSON},
    {"models", required_argument, NULL, OPTION_MODELS},
    {"force", no_argument, NULL, OPTION_FORCE},
    {"words", optional_argument, NULL, OPTION_WORDS},
    {0},
};

struct choosing {
    struct sks_learn_arguments arguments;
    const char *folder;
    bool json, force, set_paths;
    guint64 words;        /* shown of each class; 0: none */
    const char *names[2]; /* positional arguments */
    size_t name_count;
    size_t left_out, counts[SKS_CLASS_COUNT]; /* of the kept-out set: mail that was learned from, and what is left */
    struct sks_problems *problems;
};

static bool take_words(struct choosing *choosing, const char *text)
{
    g_autofree char *allowed = g_strdup_printf("a number from 1 to %u", SKS_WORDS_OF_CLASS);
    choosing->words = WORDS_SHOWN;
    return text == NULL || g_ascii_string_to_unsigned(text, 10, 1, SKS_WORDS_OF_CLASS, &choosing->words, NULL) ||
           sks_refuse(COMMAND, "--words", text, allowed);
}

/* Positional arguments before any --ham: names of packages. After one, they are its further paths. */
static bool parse(struct choosing *choosing, int argc, char **argv)
{
    int option;
    while ((option = sks_next_option(COMMAND, argc, argv, "-", options)) != -1) {
        if (option == 1 && !choosing->set_paths) {
            if (choosing->name_count == G_N_ELEMENTS(choosing->names)) {
                sks_complain(COMMAND, "%s: more names than it takes", optarg);
                return false;
            }
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
        else if (option == OPTION_WORDS ? !take_words(choosing, optarg)
                                        : !sks_learn_arguments_take(&choosing->arguments, option, optarg))
            return false;
    }
    return optind == argc;
}

/* Where a package lies: in the folder by its name, or a file. g_free(). */
static char *find_package(const struct choosing *choosing, const char *name)
{
    g_autofree char *known = sks_packages_find(choosing->folder, name);
    return known != NULL ? g_build_filename(choosing->folder, known, NULL) : g_strdup(name);
}

/* A package's bytes, also of "built-in". NULL is told. */
static GBytes *read_package(struct choosing *choosing, const char *name)
{
    const struct sks_resource *built_in = sks_resource_find("sekisho.model");
    if (strcmp(name, BUILT_IN) == 0 && built_in != NULL)
        return g_bytes_new_static(built_in->bytes, built_in->size);
    g_autofree char *file = find_package(choosing, name);
    g_autofree char *bytes = NULL;
    gsize size;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(file, &bytes, &size, &error)) {
        bool missing = g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
        const char *reason = g_strrstr(error->message, ": "); /* before it stands the name of the file again */
        if (missing)
            sks_problems_add(choosing->problems, name, 0, NULL, "no such package in %s, and no such file",
                             choosing->folder);
        else
            sks_problems_add(choosing->problems, name, 0, NULL, "can't be read%s", reason != NULL ? reason : "");
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

/* The manifest, also of a package that doesn't fit this program, with the words if these are wanted; NULL is told. */
static json_t *read_manifest(struct choosing *choosing, const char *name)
{
    g_autoptr(GBytes) bytes = read_package(choosing, name);
    struct sks_package package;
    if (bytes == NULL || sks_package_read(&package, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), name,
                                          choosing->problems) != 0)
        return NULL;
    json_t *manifest = json_incref(package.manifest), *words = json_array();
    int error = 0;
    if (choosing->words > 0 && package.words != NULL) {
        json_decref(words);
        error = sks_words_parse(&words, package.words, choosing->words, name, choosing->problems);
    }
    sks_package_finish(&package);
    if (error != 0) {
        json_decref(manifest);
        return NULL;
    }
    if (choosing->words > 0)
        json_object_set_new(manifest, "words", words);
    else
        json_decref(words);
    return manifest;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static json_int_t count_mails(const json_t *manifest)
{
    json_t *classes = json_object_get(json_object_get(manifest, "training"), "mails"), *languages, *count;
    json_int_t mails = 0;
    const char *key;
    json_object_foreach(classes, key, languages)
    {
        const char *language;
        json_object_foreach(languages, language, count) mails += json_integer_value(count);
    }
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
        printf("%c ", active ? '*' : ' ');
        sks_terminal_cell(stdout, name, 44);
        json_int_t mails = count_mails(manifest);
        const char *unit = mails == 1 ? sks_words("通", " mail") : sks_words("通", " mails");
        printf(" %8lld%s%s\n", (long long)mails, unit, fits ? "" : sks_words("  使えません", "  can't be used"));
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

static bool is_japanese(void)
{
    return sks_person_language() == SKS_LANGUAGE_JAPANESE;
}

/* Three columns, each with a blank before it, and their heads; the classes' names decide how wide. */
static const size_t count_columns[SKS_CLASS_COUNT] = {9, 11, 9};

static void print_count_heads(void)
{
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        sks_terminal_right(stdout, sks_class_label((enum sks_class)i, sks_person_language()), count_columns[i]);
    putchar('\n');
}

static void print_counts(const json_t *counts)
{
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        printf("%*lld", (int)count_columns[i],
               (long long)json_integer_value(json_object_get(counts, sks_class_name((enum sks_class)i))));
    putchar('\n');
}

/* The package tells Japanese from all else, which is mostly English. */
static const char *language_words(const char *language)
{
    if (strcmp(language, "other") == 0)
        return sks_words("日本語以外", "not ja");
    return strcmp(language, "ja") == 0 ? sks_words("日本語", "ja") : language;
}

static void print_sets(const json_t *manifest)
{
    const json_t *sets = json_object_get(json_object_get(manifest, "training"), "sets");
    for (size_t i = 0; i < json_array_size(sets); i++) {
        const json_t *set = json_array_get(sets, i);
        json_int_t mails = json_integer_value(json_object_get(set, "mails"));
        g_autofree char *days = g_strconcat(text_of(set, "first"), sks_words("～", " to "), text_of(set, "last"), NULL);
        fputs("  ", stdout);
        sks_terminal_cell(stdout, sks_class_words(text_of(set, "class")), is_japanese() ? 10 : 8);
        fputs("  ", stdout);
        sks_terminal_cell(stdout, text_of(set, "name"), 28);
        printf(mails == 1 ? sks_words("  %6lld通  ", "  %6lld mail   ") : sks_words("  %6lld通  ", "  %6lld mails  "),
               (long long)mails);
        sks_terminal_show(stdout, days);
        putchar('\n');
    }
    const json_t *kept_out =
        json_object_get(json_object_get(json_object_get(manifest, "training"), "kept_out"), "mails");
    if (kept_out != NULL)
        printf(sks_words("うち除外  正常 %lld通、ばらまき型 %lld通、標的型 %lld通\n",
                         "of these kept out  %lld clean, %lld bulk, %lld targeted\n"),
               (long long)json_integer_value(json_object_get(kept_out, "clean")),
               (long long)json_integer_value(json_object_get(kept_out, "bulk")),
               (long long)json_integer_value(json_object_get(kept_out, "targeted")));
}

static void print_held_out(const json_t *manifest)
{
    json_t *languages = json_object_get(json_object_get(manifest, "evaluation"), "held_out"), *table;
    const char *language;
    json_object_foreach(languages, language, table)
    {
        for (int i = 0; i < SKS_CLASS_COUNT; i++) {
            const char *class_ = sks_class_name((enum sks_class)i);
            fputs("  ", stdout);
            sks_terminal_cell(stdout, language_words(language), 10);
            putchar(' ');
            sks_terminal_cell(stdout, sks_class_words(class_), 15);
            print_counts(json_object_get(table, class_));
        }
    }
}

static void print_words(const json_t *manifest)
{
    const json_t *words = json_object_get(manifest, "words");
    if (words == NULL)
        return;
    if (json_array_size(words) == 0) {
        puts(sks_words("語          このパッケージには一覧がありません",
                       "words       this package has no list of them"));
        return;
    }
    size_t class_columns = is_japanese() ? 10 : 9, word_columns = is_japanese() ? 23 : 22;
    size_t field_columns = is_japanese() ? 8 : 10;
    sks_terminal_cell(stdout, sks_words("示す判定", "speak for"), class_columns);
    putchar(' ');
    sks_terminal_cell(stdout, sks_words("語", "word"), word_columns);
    putchar(' ');
    sks_terminal_cell(stdout, sks_words("場所", "in"), field_columns);
    sks_terminal_right(stdout, sks_words("重み", "weight"), 8);
    print_count_heads();
    for (size_t i = 0; i < json_array_size(words); i++) {
        const json_t *word = json_array_get(words, i), *mails = json_object_get(word, "mails");
        sks_terminal_cell(stdout, sks_class_words(text_of(word, "class")), class_columns);
        putchar(' ');
        sks_terminal_cell(stdout, text_of(word, "word"), word_columns);
        putchar(' ');
        sks_terminal_cell(stdout, sks_field_words(text_of(word, "field"), sks_person_language()), field_columns);
        printf(" %+7.2f", json_real_value(json_object_get(word, "weight")));
        print_counts(mails);
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
        sks_terminal_show(stdout, name);
        fputs(sks_words("\n版          ", "\nversion     "), stdout);
        sks_terminal_show(stdout, text_of(manifest, "version"));
        printf(sks_words("\n特徴量      %zu\nしきい値    標的型 %.3f、ばらまき型 %.3f\n学習に使ったメール\n",
                         "\nfeatures    %zu\nthresholds  targeted %.3f, bulk %.3f\ntrained on\n"),
               json_array_size(json_object_get(manifest, "features")),
               json_real_value(json_object_get(thresholds, "targeted")),
               json_real_value(json_object_get(thresholds, "bulk")));
        print_sets(manifest);
        sks_terminal_cell(stdout, sks_words("学習時の検証での判定", "held out in training, called"), 28);
        print_count_heads();
        print_held_out(manifest);
        print_words(manifest);
    }
    json_decref(manifest);
    return SKS_EXIT_FINE;
}

/* A package to be compared. */
struct contender {
    const char *name;
    GBytes *bytes;
    struct sks_model *model;
    GBytes *groups;   /* what it has learned from; NULL: unknown */
    GBytes *kept_out; /* of its training; NULL: nothing */
};

static void contender_finish(struct contender *contender)
{
    g_clear_pointer(&contender->bytes, g_bytes_unref);
    g_clear_pointer(&contender->groups, g_bytes_unref);
    g_clear_pointer(&contender->kept_out, g_bytes_unref);
    sks_model_destroy(contender->model);
    contender->model = NULL;
}

/* What lies beside the package, if the manifest says that something was kept out. It may have been left behind. */
static int read_kept_out(struct choosing *choosing, struct contender *contender, const json_t *manifest)
{
    const json_t *kept_out = json_object_get(json_object_get(manifest, "training"), "kept_out");
    const char *digest = text_of(kept_out, "digest");
    g_autofree char *package = find_package(choosing, contender->name);
    g_autofree char *file = g_strconcat(package, SKS_KEPT_OUT_ENDING, NULL);
    g_autofree char *bytes = NULL;
    gsize size;
    if (*digest == '\0' || !g_file_get_contents(file, &bytes, &size, NULL))
        return 0;
    g_autofree char *is = sks_package_digest(bytes, size);
    if (strcmp(is, digest) != 0 && choosing->force)
        return 0;
    if (strcmp(is, digest) != 0) {
        sks_problems_add(choosing->problems, file, 0, NULL,
                         "not what was kept out of this package's training: its "
                         "digest differs from the manifest's");
        return SKS_ERROR_FORMAT;
    }
    contender->kept_out = g_bytes_new_take(g_steal_pointer(&bytes), size);
    return 0;
}

static int load_contender(struct choosing *choosing, struct contender *contender, const char *name)
{
    contender->name = name;
    struct sks_package package;
    int error = load_package(choosing, name, &contender->bytes, &contender->model);
    if (error == 0)
        error = sks_package_read(&package, g_bytes_get_data(contender->bytes, NULL), g_bytes_get_size(contender->bytes),
                                 name, choosing->problems);
    if (error != 0)
        return error;
    contender->groups = package.groups != NULL ? g_bytes_ref(package.groups) : NULL;
    error = read_kept_out(choosing, contender, package.manifest);
    sks_package_finish(&package);
    return error;
}

static void add_folder(struct choosing *choosing)
{
    choosing->arguments.sets->may_be_empty = true; /* they wait for what an administrator may put there */
    for (int i = 0; i < SKS_CLASS_COUNT; i++) {
        g_autofree char *path = g_build_filename(choosing->folder, "kept-out", sks_class_name((enum sks_class)i), NULL);
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            sks_sets_add(choosing->arguments.sets, path, (enum sks_class)i, true);
    }
}

/* The kept-out set: what was given, else what the folder and both trainings have; without what one has learned from. */
static int gather_kept_out(struct choosing *choosing, const struct contender contenders[2])
{
    struct sks_sets *sets = choosing->arguments.sets;
    bool given = sets->sets->len > 0;
    int error = 0;
    if (!given)
        add_folder(choosing);
    if (sets->sets->len > 0 && sks_learn_arguments_read(&choosing->arguments) != SKS_EXIT_FINE)
        return SKS_ERROR_IO; /* told */
    for (size_t i = 0; error == 0 && !given && i < 2; i++) {
        gsize size = 0;
        const void *bytes = contenders[i].kept_out != NULL ? g_bytes_get_data(contenders[i].kept_out, &size) : NULL;
        if (bytes != NULL)
            error = sks_kept_out_parse(sets, bytes, size, contenders[i].name, choosing->problems);
    }
    for (size_t i = 0; i < 2; i++)
        choosing->left_out += sks_kept_out_forget(sets, contenders[i].groups);
    for (guint i = 0; i < sets->mails->len; i++)
        choosing->counts[((const struct sks_set_mail *)g_ptr_array_index(sets->mails, i))->set->class_]++;
    return error;
}

static struct sks_measured *measure(const struct sks_model *model, const struct sks_sets *sets)
{
    struct sks_measured *measured = g_new0(struct sks_measured, sets->mails->len + 1);
    for (guint i = 0; i < sets->mails->len; i++)
        measured[i] = sks_measure_mail(model, sets, g_ptr_array_index(sets->mails, i));
    return measured;
}

/* Both on what was gathered. */
static json_t *compare_models(const struct choosing *choosing, const struct contender contenders[2])
{
    const struct sks_sets *sets = choosing->arguments.sets;
    struct sks_measured *of_one = measure(contenders[0].model, sets), *of_other = measure(contenders[1].model, sets);
    json_t *comparison = sks_compare(of_one, of_other, sets->mails->len);
    sks_measured_finish(of_one, sets->mails->len);
    sks_measured_finish(of_other, sets->mails->len);
    json_object_set_new(comparison, "mails",
                        json_pack("{s:I, s:I, s:I}", "clean", (json_int_t)choosing->counts[SKS_CLASS_CLEAN], "bulk",
                                  (json_int_t)choosing->counts[SKS_CLASS_BULK], "targeted",
                                  (json_int_t)choosing->counts[SKS_CLASS_TARGETED]));
    json_object_set_new(comparison, "left_out", json_integer((json_int_t)choosing->left_out));
    return comparison;
}

static void print_comparison(const struct choosing *choosing, json_t *comparison, const struct contender contenders[2])
{
    if (choosing->json) {
        json_object_set_new(comparison, "version", json_integer(1));
        json_object_set_new(comparison, "one", json_string(contenders[0].name));
        json_object_set_new(comparison, "other", json_string(contenders[1].name));
        json_dumpf(comparison, stdout, JSON_COMPACT);
        putchar('\n');
        return;
    }
    sks_compare_print(stdout, comparison, contenders[0].name, contenders[1].name, sks_person_language());
    printf(sks_words(
               "\nどちらも学習していないメール：正常 %zu通、ばらまき型 %zu通、標的型 %zu通。どちらかが学習しているため"
               "除外：%zu通。\n",
               "\nMail that neither has learned from: %zu clean, %zu bulk, %zu targeted. Left out, since one of "
               "them has: %zu.\n"),
           choosing->counts[SKS_CLASS_CLEAN], choosing->counts[SKS_CLASS_BULK], choosing->counts[SKS_CLASS_TARGETED],
           choosing->left_out);
}

static int compare(struct choosing *choosing)
{
    g_autofree char *storage = NULL;
    struct contender contenders[2] = {0};
    json_t *comparison = NULL;
    int error = load_contender(choosing, &contenders[0],
                               choosing->name_count == 2 ? choosing->names[0] : in_use(choosing, &storage));
    if (error == 0)
        error = load_contender(choosing, &contenders[1], choosing->names[choosing->name_count - 1]);
    if (error == 0)
        error = gather_kept_out(choosing, contenders);
    if (error == 0 && choosing->arguments.sets->mails->len == 0)
        sks_problems_add(choosing->problems, NULL, 0, NULL,
                         "no mail to compare on that neither has learned from (%zu left out): give some by --ham, "
                         "--bulk and --targeted",
                         choosing->left_out);
    else if (error == 0)
        comparison = compare_models(choosing, contenders);
    if (comparison != NULL)
        print_comparison(choosing, comparison, contenders);
    bool compared = comparison != NULL;
    json_decref(comparison);
    contender_finish(&contenders[0]);
    contender_finish(&contenders[1]);
    return compared && choosing->arguments.sets->failed == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

/* Without both of these, a package that finds nothing, or alarms always, would be no worse. */
static bool can_tell(struct choosing *choosing)
{
    if (choosing->counts[SKS_CLASS_CLEAN] > 0 && choosing->counts[SKS_CLASS_TARGETED] > 0)
        return true;
    sks_problems_add(
        choosing->problems, NULL, 0, NULL,
        "nothing tells whether it is better: of mail that neither package has learned from there are %zu "
        "clean and %zu targeted (%zu left out); give a kept-out set (--ham, --bulk, --targeted, or folders "
        "%s/kept-out/clean, bulk and targeted), or --force",
        choosing->counts[SKS_CLASS_CLEAN], choosing->counts[SKS_CLASS_TARGETED], choosing->left_out, choosing->folder);
    return false;
}

/* Whether it may take the place of the one in use; if not, why is told. */
static bool is_good_enough(struct choosing *choosing, const struct contender *candidate)
{
    g_autofree char *storage = NULL;
    struct contender contenders[2] = {{0}, *candidate};
    json_t *comparison = NULL;
    if (load_contender(choosing, &contenders[0], in_use(choosing, &storage)) != 0)
        sks_problems_add(choosing->problems, NULL, 0, NULL,
                         "the package in use can't be loaded, so there is nothing to compare with; --force activates");
    else if (gather_kept_out(choosing, contenders) == 0 && can_tell(choosing))
        comparison = compare_models(choosing, contenders);
    g_autofree char *worse = comparison != NULL ? sks_compare_worse(comparison) : NULL;
    if (comparison != NULL && !choosing->json)
        print_comparison(choosing, comparison, contenders);
    if (worse != NULL)
        sks_problems_add(choosing->problems, NULL, 0, NULL, "it is worse than %s: %s; --force activates it",
                         contenders[0].name, worse);
    bool good = comparison != NULL && worse == NULL;
    json_decref(comparison);
    contender_finish(&contenders[0]);
    return good;
}

static int tell_active(const struct choosing *choosing, const char *name, const struct sks_model *model)
{
    if (choosing->json) {
        json_t *object = json_pack("{s:i, s:s, s:s}", "version", 1, "active", name, "model", sks_model_version(model));
        json_dumpf(object, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(object);
    } else {
        sks_terminal_show(stdout, name);
        puts(sks_words(
            " を有効にしました。稼働中の milter には再読み込みで反映されます：systemctl reload sekisho-milter",
            " is active. A running milter takes it over when it is reloaded: systemctl reload "
            "sekisho-milter"));
    }
    return SKS_EXIT_FINE;
}

static int activate(struct choosing *choosing)
{
    struct contender candidate = {0};
    int status = SKS_EXIT_FAILED;
    char *name = NULL;
    if (load_contender(choosing, &candidate, choosing->names[0]) == 0 &&
        (choosing->force || is_good_enough(choosing, &candidate))) {
        int error = sks_packages_add(choosing->folder, sks_model_version(candidate.model), candidate.bytes,
                                     candidate.kept_out, &name, choosing->problems);
        if (error == 0)
            error = sks_packages_activate(choosing->folder, name, choosing->problems);
        if (error == 0)
            status = tell_active(choosing, name, candidate.model);
    }
    g_free(name);
    contender_finish(&candidate);
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
    size_t least, most, enough; /* names; with enough of them it doesn't matter which package is active */
} actions[] = {
    {"list", list, 0, 0, 1},         {"show", show, 0, 1, 1},       {"activate", activate, 1, 1, 2},
    {"rollback", rollback, 0, 0, 1}, {"compare", compare, 1, 2, 2},
};

static bool has_names(const struct choosing *choosing, size_t action)
{
    bool few = choosing->name_count<actions[action].least, many = choosing->name_count> actions[action].most;
    if (few)
        sks_complain(COMMAND, "%s: which package? Give its NAME", actions[action].name);
    if (many)
        sks_complain(COMMAND, "%s: more names than it takes", choosing->names[actions[action].most]);
    return !few && !many;
}

static int run(struct choosing *choosing, size_t action)
{
    int status = SKS_EXIT_FAILED;
    bool loaded = sks_settings_load(&choosing->arguments.settings, choosing->problems) == 0;
    if (loaded && choosing->folder == NULL)
        choosing->folder = choosing->arguments.settings.configuration->classifier.models;
    if (loaded && *choosing->folder == '\0')
        return sks_usage_since(COMMAND, "which folder? Give --models, or --config with one");
    if (loaded && (choosing->name_count >= actions[action].enough ||
                   sks_packages_check(choosing->folder, choosing->problems) == 0))
        status = actions[action].run(choosing);
    sks_complain_problems(COMMAND, choosing->problems);
    return status;
}

int sks_analyst_model(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < G_N_ELEMENTS(actions); i++) {
        if (strcmp(argv[1], actions[i].name) != 0)
            continue;
        struct choosing choosing = {.problems = sks_problems_create()};
        sks_learn_arguments_init(&choosing.arguments, COMMAND);
        bool good = parse(&choosing, argc - 1, argv + 1) && has_names(&choosing, i);
        int status = good ? run(&choosing, i) : sks_usage(COMMAND);
        sks_learn_arguments_finish(&choosing.arguments);
        sks_problems_destroy(choosing.problems);
        return status;
    }
    return sks_usage_since(COMMAND, "%s%sneeds list, show, activate, rollback or compare", argc > 1 ? argv[1] : "",
                           argc > 1 ? ": " : "");
}
