/* Between the directory of people and the store that keeps it, which know nothing of each other. */
#include "directory.h"

#include "lists/people-source.h"

struct rows {
    struct sks_memory *memory;
    struct sks_people_source *source;
    size_t count;
};

static bool take(void *data, const struct sks_memory_person *person)
{
    struct rows *rows = data;
    struct sks_people_record record = {
        .line = ++rows->count,
        .values = {person->name, person->kana, person->romaji, person->address, person->also, person->organisation,
                   person->title},
        .places = {"name", "kana", "romaji", "address", "also", "organisation", "title"},
    };
    rows->source->take(rows->source->data, rows->source, &record);
    return true;
}

static int read_rows(void *data, struct sks_people_source *source)
{
    struct rows *rows = data;
    rows->source = source;
    return sks_memory_each_person(rows->memory, take, rows);
}

int sks_directory_read(struct sks_people **out_people, struct sks_memory *memory, const char *store,
                       struct sks_problems *problems)
{
    struct rows rows = {.memory = memory};
    struct sks_people *people = NULL;
    int error = sks_people_create_from(&people, store, read_rows, &rows, problems);
    if (error != 0)
        return error;
    if (rows.count == 0) {
        sks_people_destroy(people);
        people = NULL;
    }
    *out_people = people;
    return 0;
}

int sks_directory_load(struct sks_people **out_people, const char *store, struct sks_problems *problems)
{
    struct sks_memory *memory = NULL;
    *out_people = NULL;
    if (sks_memory_open(&memory, store, SKS_MEMORY_READ_ONLY, NULL) != 0)
        return 0;
    int error = sks_directory_read(out_people, memory, store, problems);
    sks_memory_close(memory);
    return error == SKS_ERROR_IO ? 0 : error;
}

int sks_directory_replace(struct sks_memory *memory, const struct sks_people *people)
{
    size_t count = sks_people_count(people);
    struct sks_memory_person *rows = g_new0(struct sks_memory_person, count + 1);
    char **also = g_new0(char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct sks_person *person = sks_people_get(people, i);
        also[i] = g_strjoinv(" ", (char **)person->also);
        rows[i] = (struct sks_memory_person){person->name, person->kana,         person->romaji, person->address,
                                             also[i],      person->organisation, person->title};
    }
    int error = sks_memory_replace_people(memory, rows, count);
    g_strfreev(also);
    g_free(rows);
    return error;
}
