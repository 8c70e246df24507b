/* Frequent correspondents: a question for now and then, whose statement is not kept. */
#include "memory/store.h"

#include <unistd.h>

#include "sekisho/limits.h"

/* The index domain_frequent has just these rows. */
static const char sql[] = "SELECT name FROM domain WHERE mails >= 10 OR written >= 3"
                          " ORDER BY written + mails / 4 DESC, name LIMIT ?";
G_STATIC_ASSERT(SKS_LIMIT_FREQUENT_MAILS == 10 && SKS_LIMIT_FREQUENT_WRITTEN == 3);

static int visit_rows(struct sks_memory *memory, sqlite3_stmt *statement, sks_memory_domain_visitor visit, void *data)
{
    bool row = true, more = true;
    int error = 0;
    sqlite3_bind_int(statement, 1, SKS_LIMIT_FREQUENT_DOMAINS);
    while (error == 0 && more) {
        error = sks_store_step(memory, statement, &row);
        more = error == 0 && row && visit(data, (const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_reset(statement);
    return error;
}

int sks_memory_frequent_domains(struct sks_memory *memory, sks_memory_domain_visitor visit, void *data)
{
    sqlite3_stmt *statement = NULL;
    g_assert(memory->process == getpid());
    if (sks_memory_is_hashed(memory))
        return 0;
    int error = sks_store_begin(memory, false, SKS_LIMIT_MEMORY_ASK_MILLISECONDS);
    if (error != 0)
        return error;
    if (sqlite3_prepare_v2(memory->database, sql, -1, &statement, NULL) != SQLITE_OK)
        error = sks_store_fail(memory);
    else
        error = visit_rows(memory, statement, visit, data);
    sqlite3_finalize(statement);
    int ended = sks_store_end(memory, error == 0);
    return error != 0 ? error : ended;
}
