/* What a store holds just now, in numbers. Cheap: each is a counter or an index over few rows. */
#include "memory/store.h"

#include <unistd.h>

#include "sekisho/limits.h"

static const char question[] =
    "SELECT (SELECT value FROM counter WHERE name = 'mails'),"
    " (SELECT count(*) FROM waiting WHERE locked > 0), (SELECT count(*) FROM waiting WHERE locked = 0),"
    " (SELECT coalesce(sum(size), 0) FROM waiting)";

int sks_memory_state(struct sks_memory *memory, struct sks_memory_state *out_state)
{
    g_assert(memory->process == getpid());
    sqlite3_stmt *statement = NULL;
    bool row = false;
    int error = sks_store_begin(memory, false, SKS_LIMIT_MEMORY_OPEN_MILLISECONDS);
    if (error != 0)
        return error;
    if (sqlite3_prepare_v2(memory->database, question, -1, &statement, NULL) != SQLITE_OK)
        error = sks_store_fail(memory);
    if (error == 0)
        error = sks_store_step(memory, statement, &row);
    if (error == 0 && row)
        *out_state = (struct sks_memory_state){
            .mails = (uint64_t)sqlite3_column_int64(statement, 0),
            .attachments = (uint64_t)sqlite3_column_int64(statement, 1),
            .passwords = (uint64_t)sqlite3_column_int64(statement, 2),
            .kept_bytes = (uint64_t)sqlite3_column_int64(statement, 3),
        };
    sqlite3_finalize(statement);
    int end = sks_store_end(memory, error == 0);
    return error != 0 ? error : end;
}
