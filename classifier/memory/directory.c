/* The directory of people, as it was imported: read when a classifier is loaded, never for a mail. */
#include "memory/store.h"

#include <unistd.h>

#include "sekisho/limits.h"

#define COLUMNS 7

/* Whole values: what is bound for a mail may be cut, this must not. */
static int add_person(struct sks_memory *memory, sqlite3_stmt *statement, const struct sks_memory_person *person)
{
    const char *const values[COLUMNS] = {person->name, person->kana,         person->romaji, person->address,
                                         person->also, person->organisation, person->title};
    sqlite3_reset(statement);
    for (int i = 0; i < COLUMNS; i++)
        sqlite3_bind_text(statement, i + 1, values[i], -1, SQLITE_TRANSIENT);
    return sks_store_run(memory, statement);
}

static int replace_all(struct sks_memory *memory, const struct sks_memory_person *people, size_t count)
{
    sqlite3_stmt *drop = NULL, *add = NULL;
    int error = 0;
    if (sqlite3_prepare_v2(memory->database, "DELETE FROM person", -1, &drop, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(memory->database,
                           "INSERT INTO person (name, kana, romaji, address, also, organisation, title)"
                           " VALUES (?, ?, ?, ?, ?, ?, ?)",
                           -1, &add, NULL) != SQLITE_OK)
        error = sks_store_fail(memory);
    if (error == 0)
        error = sks_store_run(memory, drop);
    for (size_t i = 0; i < count && error == 0; i++)
        error = add_person(memory, add, &people[i]);
    sqlite3_finalize(drop);
    sqlite3_finalize(add);
    return error;
}

int sks_memory_replace_people(struct sks_memory *memory, const struct sks_memory_person *people, size_t count)
{
    g_assert(memory->process == getpid());
    if (memory->mode == SKS_MEMORY_READ_ONLY || sks_memory_is_hashed(memory))
        return SKS_ERROR_UNSUPPORTED;
    int error = sks_store_begin(memory, true, SKS_LIMIT_DIRECTORY_MILLISECONDS);
    if (error != 0)
        return error;
    error = replace_all(memory, people, count);
    int ended = sks_store_end(memory, error == 0);
    return error != 0 ? error : ended;
}

static const char *text(sqlite3_stmt *statement, int column)
{
    const unsigned char *value = sqlite3_column_text(statement, column);
    return value != NULL ? (const char *)value : "";
}

static int visit_people(struct sks_memory *memory, sqlite3_stmt *statement, sks_memory_person_visitor visit, void *data)
{
    bool row = true, more = true;
    int error = 0;
    while (error == 0 && more) {
        error = sks_store_step(memory, statement, &row);
        more = error == 0 && row;
        if (!more)
            break;
        struct sks_memory_person person = {.name = text(statement, 0),
                                           .kana = text(statement, 1),
                                           .romaji = text(statement, 2),
                                           .address = text(statement, 3),
                                           .also = text(statement, 4),
                                           .organisation = text(statement, 5),
                                           .title = text(statement, 6)};
        more = visit(data, &person);
    }
    return error;
}

int sks_memory_each_person(struct sks_memory *memory, sks_memory_person_visitor visit, void *data)
{
    sqlite3_stmt *statement = NULL;
    g_assert(memory->process == getpid());
    int error = sks_store_begin(memory, false, SKS_LIMIT_DIRECTORY_MILLISECONDS);
    if (error != 0)
        return error;
    if (sqlite3_prepare_v2(memory->database,
                           "SELECT name, kana, romaji, address, also, organisation, title FROM person ORDER BY id", -1,
                           &statement, NULL) != SQLITE_OK)
        error = sks_store_fail(memory);
    else
        error = visit_people(memory, statement, visit, data);
    sqlite3_finalize(statement);
    int ended = sks_store_end(memory, error == 0);
    return error != 0 ? error : ended;
}
