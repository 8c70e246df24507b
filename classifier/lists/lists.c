/*
 * Lists: the table of them, their files, and look-up.
 *
 * Each list is read from the administrator's folder if it has a file of that name there, else from the files built in;
 * NAME.add.txt in the folder adds to it. Every line is checked; loading goes on after a problem so that all are told.
 * A file in the folder that no list has the name of is a problem, too: it would otherwise do nothing in silence.
 * Later entries win over earlier ones with the same word, so an addition can change a weight.
 */
#include "lists/lists.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <libpsl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/resource.h"
#include "lists/matcher.h"
#include "sekisho/limits.h"

#define WEIGHT_LEAST 0.0
#define WEIGHT_MOST  10.0
#define COLUMN_MOST  3
#define WORD_SIZE    512u

static const struct {
    const char *name;
    enum sks_list_kind kind;
    bool built_in_only; /* tables of the program rather than an administrator's choice */
} table[] = {
    {"brands", SKS_LIST_PHRASE_PAIRS, false},
    {"bulk-greetings", SKS_LIST_PHRASES, false},
    {"bulk-threats", SKS_LIST_PHRASES, false},
    {"carrier", SKS_LIST_DOMAINS, false},
    {"cheap-suffixes", SKS_LIST_DOMAINS, false},
    {"disposable", SKS_LIST_DOMAINS, false},
    {"file-services", SKS_LIST_DOMAINS, false},
    {"institutions", SKS_LIST_DOMAIN_PAIRS, false},
    {"isp-japan", SKS_LIST_DOMAINS, false},
    {"kanji-variants", SKS_LIST_CHARACTERS, true},
    {"link-rewriters", SKS_LIST_DOMAINS, false},
    {"lure-await-reply", SKS_LIST_PHRASES, false},
    {"lure-fetch", SKS_LIST_PHRASES, false},
    {"lure-pressure", SKS_LIST_PHRASES, false},
    {"lure-requests", SKS_LIST_PHRASES, false},
    {"lure-sign-in", SKS_LIST_PHRASES, false},
    {"lure-topics", SKS_LIST_PHRASES, false},
    {"mailers", SKS_LIST_PHRASE_PAIRS, false},
    {"mailing-services", SKS_LIST_DOMAINS, false},
    {"notifiers", SKS_LIST_DOMAINS, false},
    {"organisation-words", SKS_LIST_PHRASES, false},
    {"organisations", SKS_LIST_PHRASE_PAIRS, false},
    {"page-services", SKS_LIST_DOMAINS, false},
    {"password-given", SKS_LIST_PHRASES, false},
    {"password-promise", SKS_LIST_PHRASES, false},
    {"shorteners", SKS_LIST_DOMAINS, false},
    {"titles", SKS_LIST_WORDS, true},
    {"unsubscribe", SKS_LIST_PHRASES, false},
    {"webmail", SKS_LIST_DOMAINS, false},
    {"webmail-hosts", SKS_LIST_DOMAIN_PAIRS, false},
};

struct sks_list {
    enum sks_list_kind kind;
    GPtrArray *entries; /* struct sks_list_entry */
    GHashTable *index;  /* word → struct sks_list_entry */
    struct sks_matcher *matcher;
    uint32_t bit;            /* its own among lists of phrases */
    GArray *values;          /* struct sks_list_value */
    GHashTable *value_index; /* their domains */
};

struct sks_lists {
    struct sks_list lists[G_N_ELEMENTS(table)];
    psl_ctx_t *suffixes;
    struct sks_names *names;
    uint32_t beginnings[SKS_MATCHER_BEGINNINGS]; /* of phrases: the bits of the lists that have one with it */
};

struct sks_phrases {
    const char *text;
    GArray *places; /* struct sks_matcher_place */
};

/* One file while it is read. */
struct source {
    const char *file;
    const char *key; /* the list's name, for problems */
    struct sks_problems *problems;
    struct sks_list *list;
    GHashTable *seen; /* words of this file */
};

const char *sks_lists_name(size_t index, enum sks_list_kind *out_kind)
{
    if (index >= G_N_ELEMENTS(table))
        return NULL;
    *out_kind = table[index].kind;
    return table[index].name;
}

static bool has_value(enum sks_list_kind kind)
{
    return kind == SKS_LIST_DOMAIN_PAIRS || kind == SKS_LIST_PHRASE_PAIRS || kind == SKS_LIST_CHARACTERS;
}

static bool has_phrases(enum sks_list_kind kind)
{
    return kind == SKS_LIST_PHRASES || kind == SKS_LIST_PHRASE_PAIRS;
}

static bool has_domains(enum sks_list_kind kind)
{
    return kind == SKS_LIST_DOMAINS || kind == SKS_LIST_DOMAIN_PAIRS;
}

static void entry_free(void *data)
{
    struct sks_list_entry *entry = data;
    g_free((char *)entry->word);
    g_free((char *)entry->value);
    g_free((char *)entry->remark);
    g_free(entry);
}

/* What is wrong with a normalised word of that kind, or NULL. */
static const char *word_problem(enum sks_list_kind kind, const char *word)
{
    if (word[0] == '\0')
        return "the word is empty";
    if (strlen(word) > WORD_SIZE)
        return "the word is too long";
    if (has_domains(kind)) {
        if (word[0] == '.' || word[0] == '-' || word[0] == '@' || g_str_has_suffix(word, ".") ||
            strstr(word, "..") != NULL)
            return "not a domain: it begins or ends with a mark";
        if (strpbrk(word, " /:@\"'()<>,;*") != NULL)
            return "not a domain: a character that domains don't have";
    }
    if (has_phrases(kind) && g_utf8_strlen(word, -1) < 2)
        return "a phrase needs two characters or more";
    if (kind == SKS_LIST_CHARACTERS && g_utf8_strlen(word, -1) != 1)
        return "not one character";
    return NULL;
}

static bool read_weight(const char *text, double *out_weight)
{
    char *end;
    double weight = g_ascii_strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(weight) || weight < WEIGHT_LEAST || weight > WEIGHT_MOST)
        return false;
    *out_weight = weight;
    return true;
}

static void add_entry(struct source *source, char *word, double weight, const char *value, const char *remark)
{
    struct sks_list_entry *entry = g_hash_table_lookup(source->list->index, word);
    if (entry == NULL) {
        entry = g_new0(struct sks_list_entry, 1);
        entry->word = word;
        g_ptr_array_add(source->list->entries, entry);
        g_hash_table_insert(source->list->index, word, entry);
    } else {
        g_free((char *)entry->value);
        g_free((char *)entry->remark);
        g_free(word);
    }
    entry->weight = weight;
    entry->value = g_strdup(value);
    entry->remark = g_strdup(remark);
    g_hash_table_add(source->seen, (char *)entry->word);
}

static void read_line(struct source *source, size_t number, char *line)
{
    enum sks_list_kind kind = source->list->kind;
    char *columns[COLUMN_MOST + 1] = {line, NULL, NULL, NULL};
    size_t count = 1;
    for (char *tab = strchr(line, '\t'); tab != NULL; tab = strchr(tab + 1, '\t')) {
        if (count > COLUMN_MOST - 1) {
            sks_problems_add(source->problems, source->file, number, source->key, "more than %d columns", COLUMN_MOST);
            return;
        }
        *tab = '\0';
        columns[count++] = tab + 1;
    }
    for (size_t i = 0; i < count; i++)
        g_strstrip(columns[i]);

    char *word = kind == SKS_LIST_CHARACTERS ? g_strdup(columns[0]) : sks_lists_normalise(columns[0]);
    const char *problem = word_problem(kind, word);
    double weight = 1;
    if (problem == NULL && has_value(kind) && (columns[1] == NULL || columns[1][0] == '\0'))
        problem = "the value is missing";
    if (problem == NULL && !has_value(kind) && columns[1] != NULL && !read_weight(columns[1], &weight))
        problem = "the weight is not a number from 0 to 10";
    if (problem == NULL && g_hash_table_contains(source->seen, word))
        problem = "the word stands here twice";
    if (problem != NULL) {
        sks_problems_add(source->problems, source->file, number, source->key, "%s: \"%s\"", problem, columns[0]);
        g_free(word);
        return;
    }
    add_entry(source, word, weight, has_value(kind) ? columns[1] : "", columns[2] != NULL ? columns[2] : "");
}

static void read_text(struct source *source, const char *bytes, size_t size)
{
    const char *bad;
    if (!g_utf8_validate(bytes, (gssize)size, &bad)) {
        size_t line = 1;
        for (const char *at = bytes; at < bad; at++)
            line += *at == '\n';
        sks_problems_add(source->problems, source->file, line, source->key, "not UTF-8");
        return;
    }
    char *text = g_strndup(bytes, size);
    size_t number = 0;
    bool provenance = false;
    for (char *line = text, *next; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (++number > SKS_LIMIT_LIST_LINES) {
            sks_problems_add(source->problems, source->file, number, source->key, "too many lines");
            break;
        }
        if (number == 1 && g_str_has_prefix(line, "\xef\xbb\xbf"))
            line += 3;
        g_strchomp(line);
        if (line[0] == '#')
            provenance = provenance || strstr(line, "Source:") != NULL;
        else if (line[strspn(line, " \t")] != '\0')
            read_line(source, number, line);
    }
    if (!provenance)
        sks_problems_add(source->problems, source->file, 0, source->key, "no comment line says \"Source: …\"");
    g_free(text);
}

/* Reads FOLDER/NAME; true if there is such a file, good or bad. */
static bool read_file(struct source *source, const char *folder, const char *name)
{
    char *path = g_build_filename(folder, name, NULL), *bytes = NULL;
    gsize size = 0;
    GStatBuf status;
    bool exists = g_stat(path, &status) == 0;
    source->file = path;
    if (exists && !S_ISREG(status.st_mode)) {
        sks_problems_add(source->problems, path, 0, source->key, "not a file");
    } else if (exists && (size_t)status.st_size > SKS_LIMIT_LIST_SIZE) {
        sks_problems_add(source->problems, path, 0, source->key, "larger than %u bytes", SKS_LIMIT_LIST_SIZE);
    } else if (exists || errno != ENOENT) {
        if (g_file_get_contents(path, &bytes, &size, NULL))
            read_text(source, bytes, size);
        else
            sks_problems_add(source->problems, path, 0, source->key, "can't be read: %s", g_strerror(errno));
    }
    g_free(bytes);
    g_free(path);
    return exists;
}

static void build_matcher(struct sks_list *list)
{
    const char **phrases = g_new(const char *, list->entries->len + 1);
    for (size_t i = 0; i < list->entries->len; i++)
        phrases[i] = sks_list_entry(list, i)->word;
    list->matcher = sks_matcher_create(phrases, list->entries->len);
    g_free(phrases);
}

static void load_list(struct sks_list *list, size_t number, const char *folder, struct sks_problems *problems)
{
    const char *name = table[number].name;
    char *file = g_strdup_printf("%s.txt", name), *addition = g_strdup_printf("%s.add.txt", name);
    struct source source = {.key = name, .problems = problems, .list = list};
    list->kind = table[number].kind;
    list->entries = g_ptr_array_new_with_free_func(entry_free);
    list->index = g_hash_table_new(g_str_hash, g_str_equal);

    source.seen = g_hash_table_new(g_str_hash, g_str_equal);
    bool open = folder != NULL && !table[number].built_in_only;
    if (!open || !read_file(&source, folder, file)) {
        char *path = g_strdup_printf("lists/%s", file);
        const struct sks_resource *resource = sks_resource_find(path);
        source.file = path;
        if (resource != NULL)
            read_text(&source, resource->bytes, resource->size);
        else
            sks_problems_add(problems, path, 0, name, "not built in");
        g_free(path);
    }
    if (open) {
        g_hash_table_remove_all(source.seen);
        read_file(&source, folder, addition);
    }
    g_hash_table_destroy(source.seen);
    if (has_phrases(list->kind))
        build_matcher(list);
    g_free(addition);
    g_free(file);
}

/* Of more lists than bits, several would share one: all the same, but slower. */
static void mark_beginnings(struct sks_lists *lists)
{
    unsigned count = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        struct sks_list *list = &lists->lists[i];
        if (list->matcher == NULL)
            continue;
        list->bit = UINT32_C(1) << count++ % 32;
        sks_matcher_mark(list->matcher, lists->beginnings, list->bit);
    }
}

static bool is_expected(const char *file)
{
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        size_t size = strlen(table[i].name);
        if (!table[i].built_in_only && strncmp(file, table[i].name, size) == 0 &&
            (strcmp(file + size, ".txt") == 0 || strcmp(file + size, ".add.txt") == 0))
            return true;
    }
    return false;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The folder can be read, and every .txt file in it belongs to a list. */
static void check_folder(const char *folder, struct sks_problems *problems)
{
    GError *error = NULL;
    GDir *directory = g_dir_open(folder, 0, &error);
    if (directory == NULL) {
        sks_problems_add(problems, folder, 0, "lists", "%s", error->message);
        g_error_free(error);
        return;
    }
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name = g_dir_read_name(directory); name != NULL; name = g_dir_read_name(directory))
        if (g_str_has_suffix(name, ".txt") && !is_expected(name))
            g_ptr_array_add(names, g_build_filename(folder, name, NULL));
    g_dir_close(directory);
    g_ptr_array_sort(names, compare_names);
    for (size_t i = 0; i < names->len; i++)
        sks_problems_add(problems, g_ptr_array_index(names, i), 0, NULL, "no list has this name");
    g_ptr_array_unref(names);
}

static void split_values(const struct sks_lists *lists, struct sks_list *list)
{
    list->value_index = g_hash_table_new(g_str_hash, g_str_equal);
    list->values = g_array_new(FALSE, FALSE, sizeof(struct sks_list_value));
    for (size_t i = 0; list->kind == SKS_LIST_PHRASE_PAIRS && i < list->entries->len; i++) {
        const struct sks_list_entry *entry = sks_list_entry(list, i);
        char **domains = g_strsplit(entry->value, " ", -1);
        for (size_t d = 0; domains[d] != NULL; d++) {
            if (domains[d][0] == '\0')
                continue;
            char *domain = g_ascii_strdown(domains[d], -1);
            struct sks_list_value value = {.entry = entry, .domain = domain};
            sks_domain_look_init(&value.look, sks_lists_registrable(lists, domain));
            g_array_append_val(list->values, value);
            g_hash_table_add(list->value_index, domain);
        }
        g_strfreev(domains);
    }
}

int sks_lists_create(struct sks_lists **out_lists, const char *folder, struct sks_problems *problems)
{
    struct sks_problems *own = problems != NULL ? NULL : sks_problems_create();
    struct sks_problems *told = problems != NULL ? problems : own;
    size_t before = sks_problems_count(told);
    struct sks_lists *lists = g_new0(struct sks_lists, 1);
    if (folder != NULL)
        check_folder(folder, told);
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        load_list(&lists->lists[i], i, folder, told);
    mark_beginnings(lists);

    /* The system's list if it is newer than libpsl's own. Read now: no file can be opened later. */
    lists->suffixes = psl_latest(NULL);
    if (lists->suffixes == NULL)
        sks_problems_add(told, NULL, 0, "lists", "libpsl has no public suffix list");
    lists->names = sks_names_create(told);
    int result = sks_problems_count(told) > before ? SKS_ERROR_FORMAT : 0;
    for (size_t i = 0; result == 0 && i < G_N_ELEMENTS(table); i++)
        split_values(lists, &lists->lists[i]);
    sks_problems_destroy(own);
    if (result != 0) {
        sks_lists_destroy(lists);
        return result;
    }
    *out_lists = lists;
    return 0;
}

const struct sks_names *sks_lists_names(const struct sks_lists *lists)
{
    return lists->names;
}

void sks_lists_destroy(struct sks_lists *lists)
{
    if (lists == NULL)
        return;
    sks_names_destroy(lists->names);
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        GArray *values = lists->lists[i].values;
        for (size_t k = 0; values != NULL && k < values->len; k++)
            g_free((char *)g_array_index(values, struct sks_list_value, k).domain);
        if (values != NULL) {
            g_hash_table_destroy(lists->lists[i].value_index);
            g_array_unref(values);
        }
        g_hash_table_destroy(lists->lists[i].index);
        g_ptr_array_unref(lists->lists[i].entries);
        sks_matcher_destroy(lists->lists[i].matcher);
    }
    psl_free(lists->suffixes);
    g_free(lists);
}

const struct sks_list *sks_lists_get(const struct sks_lists *lists, const char *name)
{
    size_t low = 0, high = G_N_ELEMENTS(table); /* the table is sorted; a test sees to it */
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(name, table[middle].name);
        if (order == 0)
            return &lists->lists[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

size_t sks_list_count(const struct sks_list *list)
{
    return list->entries->len;
}

const struct sks_list_entry *sks_list_entry(const struct sks_list *list, size_t index)
{
    return g_ptr_array_index(list->entries, index);
}

const struct sks_list_value *sks_list_values(const struct sks_list *list, size_t *out_count)
{
    *out_count = list->values->len;
    return (const struct sks_list_value *)(const void *)list->values->data;
}

bool sks_list_has_value(const struct sks_list *list, const char *domain)
{
    for (const char *at = domain; at != NULL; at = strchr(at, '.')) {
        at += *at == '.';
        if (g_hash_table_contains(list->value_index, at))
            return true;
    }
    return false;
}

const struct sks_list_entry *sks_list_lookup(const struct sks_list *list, const char *word)
{
    return g_hash_table_lookup(list->index, word);
}

bool sks_list_find(const struct sks_list *list, const char *word, double *out_weight)
{
    const struct sks_list_entry *entry = sks_list_lookup(list, word);
    if (entry != NULL && out_weight != NULL)
        *out_weight = entry->weight;
    return entry != NULL;
}

const struct sks_list_entry *sks_list_lookup_domain(const struct sks_list *list, const char *domain)
{
    for (const char *at = domain; at != NULL && *at != '\0';) {
        const struct sks_list_entry *entry = sks_list_lookup(list, at);
        if (entry != NULL)
            return entry;
        at = strchr(at, '.');
        if (at != NULL)
            at++;
    }
    return NULL;
}

bool sks_list_find_domain(const struct sks_list *list, const char *domain, const char **out_match)
{
    const struct sks_list_entry *entry = sks_list_lookup_domain(list, domain);
    if (entry != NULL && out_match != NULL)
        *out_match = entry->word;
    return entry != NULL;
}

void sks_list_each_phrase(const struct sks_list *list, const char *normalised_text, sks_list_visit visit, void *data)
{
    g_assert(list->matcher != NULL);
    size_t at = 0, end = 0;
    for (;;) {
        size_t found = sks_matcher_next(list->matcher, normalised_text, &at, &end);
        if (found == SKS_MATCHER_NONE || !visit(data, sks_list_entry(list, found), at))
            return;
        at = end;
    }
}

struct sks_phrases *sks_phrases_create(const struct sks_lists *lists, const char *normalised_text)
{
    struct sks_phrases *phrases = g_new(struct sks_phrases, 1);
    phrases->text = normalised_text;
    phrases->places = sks_matcher_places(lists->beginnings, normalised_text);
    return phrases;
}

void sks_phrases_destroy(struct sks_phrases *phrases)
{
    if (phrases == NULL)
        return;
    g_array_unref(phrases->places);
    g_free(phrases);
}

void sks_phrases_each(const struct sks_phrases *phrases, const struct sks_list *list, sks_list_visit visit, void *data)
{
    g_assert(list->matcher != NULL);
    size_t end = 0, size = 0;
    for (guint i = 0; i < phrases->places->len; i++) {
        const struct sks_matcher_place *place = &g_array_index(phrases->places, struct sks_matcher_place, i);
        if ((place->bits & list->bit) == 0 || place->at < end)
            continue;
        size_t found = sks_matcher_at(list->matcher, phrases->text + place->at, &size);
        if (found == SKS_MATCHER_NONE)
            continue;
        if (!visit(data, sks_list_entry(list, found), place->at))
            return;
        end = place->at + size;
    }
}

static bool keep_heaviest(void *data, const struct sks_list_entry *entry, size_t at)
{
    const struct sks_list_entry **best = data;
    (void)at;
    if (*best == NULL || entry->weight > (*best)->weight)
        *best = entry;
    return true;
}

const char *sks_list_find_phrase(const struct sks_list *list, const char *normalised_text, double *out_weight)
{
    const struct sks_list_entry *best = NULL;
    sks_list_each_phrase(list, normalised_text, keep_heaviest, &best);
    if (best == NULL)
        return NULL;
    if (out_weight != NULL)
        *out_weight = best->weight;
    return best->word;
}

const char *sks_lists_registrable(const struct sks_lists *lists, const char *domain)
{
    const char *found = psl_registrable_domain(lists->suffixes, domain);
    return found != NULL ? found : domain;
}

/* The last two labels, or the only one. */
static const char *last_labels(const char *domain)
{
    const char *dot = strrchr(domain, '.');
    const char *before = dot != NULL ? memrchr(domain, '.', (size_t)(dot - domain)) : NULL;
    return before != NULL ? before + 1 : domain;
}

bool sks_lists_same_registrable(const struct sks_lists *lists, const char *domain, const char *other)
{
    /* Whatever is registered has two labels at least, so most domains are told apart without the list. */
    if (strcmp(domain, other) == 0)
        return true;
    return strcmp(last_labels(domain), last_labels(other)) == 0 &&
           strcmp(sks_lists_registrable(lists, domain), sks_lists_registrable(lists, other)) == 0;
}

GArray *sks_lists_looks(const struct sks_lists *lists, const char *const *domains)
{
    GArray *looks = g_array_new(FALSE, FALSE, sizeof(struct sks_domain_look));
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (; *domains != NULL; domains++) {
        struct sks_domain_look look;
        const char *registrable = sks_lists_registrable(lists, *domains);
        if (!g_hash_table_add(seen, (char *)registrable))
            continue;
        sks_domain_look_init(&look, registrable);
        g_array_append_val(looks, look);
    }
    g_hash_table_destroy(seen);
    return looks;
}

bool sks_lists_is_suffix(const struct sks_lists *lists, const char *domain)
{
    return psl_is_public_suffix2(lists->suffixes, domain, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
}

bool sks_domain_is_below(const char *domain, const char *above)
{
    size_t size = strlen(domain), tail = strlen(above);
    return tail > 0 && size >= tail && strcmp(domain + size - tail, above) == 0 &&
           (size == tail || domain[size - tail - 1] == '.');
}
