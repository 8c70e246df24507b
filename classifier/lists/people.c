/*
 * The directory. All mistakes of a file are told, and only one without any is taken. People are found by hashed keys of
 * their names (names.c) and by their addresses, so that the size of the directory costs nothing when a mail is judged.
 */
#include "lists/people.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "lists/lists.h"
#include "lists/matcher.h"
#include "lists/names.h"
#include "lists/people-source.h"
#include "sekisho/limits.h"

struct sks_people {
    GPtrArray *persons;       /* struct sks_person */
    GHashTable *addresses;    /* lower case → struct sks_person */
    GHashTable *names;        /* key → GPtrArray of struct sks_person */
    GPtrArray *organisations; /* struct organisation */
    struct sks_matcher *matcher;
    GPtrArray *domains;              /* NULL-terminated */
    GPtrArray *mentions, *mentioned; /* names as they stand in text, and whose they are */
    struct sks_matcher *mention_matcher;
    struct sks_names *forms;
};

struct organisation {
    char *name;         /* normalised */
    GPtrArray *domains; /* NULL-terminated once the file is read; the persons' own strings */
};

static void person_free(void *data)
{
    struct sks_person *person = data;
    g_free((char *)person->name);
    g_free((char *)person->kana);
    g_free((char *)person->romaji);
    g_free((char *)person->address);
    g_free((char *)person->organisation);
    g_free((char *)person->title);
    g_strfreev((char **)person->also);
    g_free(person);
}

static bool is_address(const char *text)
{
    const char *at = strrchr(text, '@');
    return at != NULL && at != text && strchr(at, '.') != NULL && at[1] != '.' && !g_str_has_suffix(text, ".") &&
           strpbrk(text, " \t<>(),;:\\\"[]") == NULL && strchr(text, '@') == at;
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return true;
    return false;
}

void sks_people_complain(struct sks_people_source *source, size_t line, const char *place, const char *reason,
                         const char *value)
{
    source->failed++;
    sks_problems_add(source->problems, source->file, line, place, "%s%s%s%s", reason, value != NULL ? ": \"" : "",
                     value != NULL ? value : "", value != NULL ? "\"" : "");
}

/* A problem of one value. */
static void complain(struct sks_people_source *source, const struct sks_people_record *record, size_t column,
                     const char *reason, const char *value)
{
    size_t line = record->lines[column] != 0 ? record->lines[column] : record->line;
    sks_people_complain(source, line, record->places[column], reason, value);
}

static void take_address(struct sks_people *people, struct sks_people_source *source,
                         const struct sks_people_record *record, enum sks_people_column column,
                         struct sks_person *person, const char *address)
{
    if (!is_address(address)) {
        complain(source, record, column, "not an address", address);
        return;
    }
    struct sks_person *other = g_hash_table_lookup(people->addresses, address);
    if (other != NULL && other != person)
        complain(source, record, column, "another person has this address", address);
    g_hash_table_replace(people->addresses, g_strdup(address), person);
}

static void add_name(struct sks_people *people, struct sks_person *person, const char *name)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
    sks_names_add_keys(people->forms, name, keys);
    for (size_t i = 0; i < keys->len; i++) {
        GPtrArray *same = g_hash_table_lookup(people->names, g_ptr_array_index(keys, i));
        if (same == NULL) {
            same = g_ptr_array_new();
            g_hash_table_insert(people->names, g_strdup(g_ptr_array_index(keys, i)), same);
        }
        if (same->len == 0 || g_ptr_array_index(same, same->len - 1) != person)
            g_ptr_array_add(same, person);
    }
    g_ptr_array_unref(keys);
}

/* "鈴木 いちろう": the family name in kanji and the given name in kana, or the other way round. */
static void add_mixed_names(struct sks_people *people, struct sks_person *person)
{
    char **kanji = g_strsplit_set(person->name, " ", -1), **kana = g_strsplit_set(person->kana, " ", -1);
    if (g_strv_length(kanji) == 2 && g_strv_length(kana) == 2) {
        for (int i = 0; i < 2; i++) {
            char *mixed = g_strdup_printf("%s %s", i == 0 ? kanji[0] : kana[0], i == 0 ? kana[1] : kanji[1]);
            add_name(people, person, mixed);
            g_free(mixed);
        }
    }
    g_strfreev(kanji);
    g_strfreev(kana);
}

static const char *const *split_addresses(const char *text)
{
    char *lower = g_ascii_strdown(text, -1), **all = g_strsplit_set(lower, " \t", -1);
    GPtrArray *kept = g_ptr_array_new();
    for (size_t i = 0; all[i] != NULL; i++)
        if (all[i][0] != '\0')
            g_ptr_array_add(kept, g_strdup(all[i]));
    g_ptr_array_add(kept, NULL);
    g_strfreev(all);
    g_free(lower);
    return (const char *const *)g_ptr_array_free(kept, FALSE);
}

static void take_record(void *data, struct sks_people_source *source, const struct sks_people_record *record)
{
    struct sks_people *people = data;
    if (people->persons->len >= SKS_LIMIT_PEOPLE_COUNT) {
        if (people->persons->len == SKS_LIMIT_PEOPLE_COUNT)
            sks_people_complain(source, record->line, NULL, "too many people", NULL);
        return;
    }
    const char *const *values = record->values;
    for (size_t i = 0; i < SKS_PEOPLE_COLUMNS; i++)
        if (has_control(values[i]))
            complain(source, record, i, "a control character", NULL);
    /* Who has no name in kanji has one in Latin letters, or in kana. */
    const char *name = values[SKS_PEOPLE_NAME][0] != '\0'     ? values[SKS_PEOPLE_NAME]
                       : values[SKS_PEOPLE_ROMAJI][0] != '\0' ? values[SKS_PEOPLE_ROMAJI]
                                                              : values[SKS_PEOPLE_KANA];
    if (name[0] == '\0')
        complain(source, record, SKS_PEOPLE_NAME, "the name is empty", NULL);

    struct sks_person *person = g_new0(struct sks_person, 1);
    g_ptr_array_add(people->persons, person);
    person->name = g_strdup(name);
    person->kana = g_strdup(values[SKS_PEOPLE_KANA]);
    person->romaji = g_strdup(values[SKS_PEOPLE_ROMAJI]);
    person->address = g_ascii_strdown(values[SKS_PEOPLE_ADDRESS], -1);
    person->organisation = g_strdup(values[SKS_PEOPLE_ORGANISATION]);
    person->title = g_strdup(values[SKS_PEOPLE_TITLE]);
    person->also = split_addresses(values[SKS_PEOPLE_ALSO]);

    take_address(people, source, record, SKS_PEOPLE_ADDRESS, person, person->address);
    for (size_t i = 0; person->also[i] != NULL; i++)
        take_address(people, source, record, SKS_PEOPLE_ALSO, person, person->also[i]);
    add_name(people, person, person->name);
    add_name(people, person, person->kana);
    add_name(people, person, person->romaji);
    add_mixed_names(people, person);
}

static int read_file(char **out_text, const char *file, struct sks_problems *problems)
{
    GStatBuf status;
    char *text;
    gsize size;
    const char *bad;
    if (g_stat(file, &status) == 0 && (size_t)status.st_size > SKS_LIMIT_LIST_SIZE) {
        sks_problems_add(problems, file, 0, NULL, "larger than %u bytes", SKS_LIMIT_LIST_SIZE);
        return SKS_ERROR_FORMAT;
    }
    GError *error = NULL;
    if (!g_file_get_contents(file, &text, &size, &error)) {
        sks_problems_add(problems, file, 0, NULL, "can't be read: %s", error->message);
        g_error_free(error);
        return SKS_ERROR_IO;
    }
    if (!g_utf8_validate(text, (gssize)size, &bad)) {
        size_t line = 1, column = 1;
        for (const char *at = text; at < bad; at++) {
            column = *at == '\n' ? 1 : column + (*at == ',');
            line += *at == '\n';
        }
        char *key = g_strdup_printf("column %zu", column);
        sks_problems_add(problems, file, line, key, "not UTF-8");
        g_free(key);
        g_free(text);
        return SKS_ERROR_FORMAT;
    }
    *out_text = text;
    return 0;
}

static void organisation_free(void *data)
{
    struct organisation *organisation = data;
    g_free(organisation->name);
    g_ptr_array_unref(organisation->domains);
    g_free(organisation);
}

static void add_once(GPtrArray *domains, const char *domain)
{
    for (size_t i = 0; i < domains->len; i++)
        if (strcmp(g_ptr_array_index(domains, i), domain) == 0)
            return;
    g_ptr_array_add(domains, (char *)domain);
}

/* The organisations of all people, each with the domains they write from, made ready to be looked for in texts. */
static void index_organisations(struct sks_people *people)
{
    GHashTable *by_name = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTable *domains = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < people->persons->len; i++) {
        const struct sks_person *person = g_ptr_array_index(people->persons, i);
        const char *domain = strrchr(person->address, '@') + 1;
        if (g_hash_table_add(domains, (char *)domain))
            g_ptr_array_add(people->domains, (char *)domain);
        char *name = sks_lists_normalise(person->organisation);
        struct organisation *organisation = g_hash_table_lookup(by_name, name);
        if (organisation == NULL && g_utf8_strlen(name, -1) >= 3) {
            organisation = g_new0(struct organisation, 1);
            organisation->name = g_strdup(name);
            organisation->domains = g_ptr_array_new();
            g_ptr_array_add(people->organisations, organisation);
            g_hash_table_insert(by_name, organisation->name, organisation);
        }
        if (organisation != NULL)
            add_once(organisation->domains, domain);
        g_free(name);
    }
    g_hash_table_destroy(domains);
    g_hash_table_destroy(by_name);
    g_ptr_array_add(people->domains, NULL);
    const char **names = g_new(const char *, people->organisations->len + 1);
    for (size_t i = 0; i < people->organisations->len; i++) {
        struct organisation *organisation = g_ptr_array_index(people->organisations, i);
        g_ptr_array_add(organisation->domains, NULL);
        names[i] = organisation->name;
    }
    people->matcher = sks_matcher_create(names, people->organisations->len);
    g_free(names);
}

static void add_mention(struct sks_people *people, const struct sks_person *person, char *name)
{
    bool latin = (unsigned char)name[0] < 0x80;
    bool full = latin ? strchr(name, ' ') != NULL && strlen(name) >= 6 : g_utf8_strlen(name, -1) >= 3;
    if (!full) {
        g_free(name);
        return;
    }
    g_ptr_array_add(people->mentions, name);
    g_ptr_array_add(people->mentioned, (void *)person);
}

static void index_mentions(struct sks_people *people)
{
    for (size_t i = 0; i < people->persons->len; i++) {
        const struct sks_person *person = g_ptr_array_index(people->persons, i);
        add_mention(people, person, sks_lists_normalise(person->name));
        char *romaji = sks_lists_normalise(person->romaji), *blank = strchr(romaji, ' ');
        if (blank != NULL && strchr(blank + 1, ' ') == NULL)
            add_mention(people, person, g_strdup_printf("%s %.*s", blank + 1, (int)(blank - romaji), romaji));
        add_mention(people, person, romaji);
    }
    people->mention_matcher = sks_matcher_create((const char *const *)people->mentions->pdata, people->mentions->len);
}

static void free_array(void *data)
{
    g_ptr_array_unref(data);
}

static struct sks_people *people_new(struct sks_problems *problems)
{
    struct sks_people *people = g_new0(struct sks_people, 1);
    people->persons = g_ptr_array_new_with_free_func(person_free);
    people->addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    people->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_array);
    people->organisations = g_ptr_array_new_with_free_func(organisation_free);
    people->domains = g_ptr_array_new();
    people->mentions = g_ptr_array_new_with_free_func(g_free);
    people->mentioned = g_ptr_array_new();
    people->forms = sks_names_create(problems);
    return people;
}

int sks_people_create_from(struct sks_people **out_people, const char *file, sks_people_reader read, void *data,
                           struct sks_problems *problems)
{
    struct sks_people *people = people_new(problems);
    struct sks_people_source source = {
        .file = file, .problems = problems, .at = "", .line = 1, .take = take_record, .data = people};
    int error = people->forms != NULL ? read(data, &source) : SKS_ERROR_FORMAT;
    if (error == 0 && source.failed > 0)
        error = SKS_ERROR_FORMAT;
    if (error != 0) {
        sks_people_destroy(people);
        return error;
    }
    index_organisations(people);
    index_mentions(people);
    *out_people = people;
    return 0;
}

/* Reads files one after the other; all their problems are told. */
static int read_files(void *data, struct sks_people_source *source)
{
    int error = 0;
    for (const char *const *files = data; *files != NULL; files++) {
        char *text = NULL;
        int result = read_file(&text, *files, source->problems);
        error = error == 0 ? result : error;
        if (result != 0)
            continue;
        source->file = *files;
        source->line = 1;
        source->at = g_str_has_prefix(text, "\xef\xbb\xbf") ? text + 3 : text;
        if (sks_people_is_ldif(source->at))
            sks_people_read_ldif(source);
        else
            sks_people_read_csv(source);
        source->at = "";
        g_free(text);
    }
    return error;
}

int sks_people_create_files(struct sks_people **out_people, const char *const *files, struct sks_problems *problems)
{
    return sks_people_create_from(out_people, files[0], read_files, (void *)files, problems);
}

int sks_people_create(struct sks_people **out_people, const char *file, struct sks_problems *problems)
{
    return sks_people_create_files(out_people, (const char *const[]){file, NULL}, problems);
}

void sks_people_destroy(struct sks_people *people)
{
    if (people == NULL)
        return;
    g_hash_table_destroy(people->names);
    g_hash_table_destroy(people->addresses);
    sks_matcher_destroy(people->matcher);
    sks_matcher_destroy(people->mention_matcher);
    g_ptr_array_unref(people->mentions);
    g_ptr_array_unref(people->mentioned);
    g_ptr_array_unref(people->organisations);
    g_ptr_array_unref(people->domains);
    g_ptr_array_unref(people->persons);
    sks_names_destroy(people->forms);
    g_free(people);
}

size_t sks_people_count(const struct sks_people *people)
{
    return people->persons->len;
}

const struct sks_person *sks_people_get(const struct sks_people *people, size_t index)
{
    return g_ptr_array_index(people->persons, index);
}

const struct sks_person *sks_people_by_address(const struct sks_people *people, const char *address)
{
    char *lower = g_ascii_strdown(address, -1);
    const struct sks_person *person = g_hash_table_lookup(people->addresses, lower);
    g_free(lower);
    return person;
}

const struct sks_person *sks_people_named(const struct sks_people *people, const char *displayed_name,
                                          const char *address)
{
    char *valid = g_utf8_make_valid(displayed_name, -1);
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
    const struct sks_person *found = NULL;
    bool has_address = false;
    sks_names_add_candidates(people->forms, valid, keys);
    for (size_t i = 0; i < keys->len && !has_address; i++) {
        const GPtrArray *same = g_hash_table_lookup(people->names, g_ptr_array_index(keys, i));
        for (size_t k = 0; same != NULL && k < same->len && !has_address; k++) {
            const struct sks_person *person = g_ptr_array_index(same, k);
            has_address = address != NULL && sks_person_has_address(person, address);
            found = found != NULL ? found : person;
        }
    }
    g_ptr_array_unref(keys);
    g_free(valid);
    return has_address ? NULL : found;
}

const struct sks_person *sks_people_by_name(const struct sks_people *people, const char *displayed_name)
{
    return sks_people_named(people, displayed_name, NULL);
}

bool sks_person_has_address(const struct sks_person *person, const char *address)
{
    if (g_ascii_strcasecmp(person->address, address) == 0)
        return true;
    for (size_t i = 0; person->also[i] != NULL; i++)
        if (g_ascii_strcasecmp(person->also[i], address) == 0)
            return true;
    return false;
}

void sks_people_each_organisation(const struct sks_people *people, const char *normalised_text, sks_people_visit visit,
                                  void *data)
{
    size_t at = 0, end = 0;
    for (;;) {
        size_t found = sks_matcher_next(people->matcher, normalised_text, &at, &end);
        if (found == SKS_MATCHER_NONE)
            return;
        const struct organisation *organisation = g_ptr_array_index(people->organisations, found);
        if (!visit(data, organisation->name, (const char *const *)organisation->domains->pdata, at))
            return;
        at = end;
    }
}

const char *const *sks_people_domains(const struct sks_people *people)
{
    return (const char *const *)people->domains->pdata;
}

void sks_people_each_mention(const struct sks_people *people, const char *normalised_text, sks_people_mention visit,
                             void *data)
{
    size_t at = 0, end = 0;
    for (;;) {
        size_t found = sks_matcher_next(people->mention_matcher, normalised_text, &at, &end);
        if (found == SKS_MATCHER_NONE || !visit(data, g_ptr_array_index(people->mentioned, found), at))
            return;
        at = end;
    }
}
