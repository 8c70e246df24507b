/* Whether a store is sound: what SQLite finds, what the tables say of each other, and who may read the file. */
#include "memory/gather.h"
#include "memory/store.h"

#include <sys/stat.h>
#include <unistd.h>

/* A store that is badly damaged has endless faults. */
#define FAULTS_MOST 10

static void check_integrity(struct sks_memory *memory, struct sks_problems *problems)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(memory->database, "PRAGMA integrity_check(10)", -1, &statement, NULL);
    for (int i = 0; code == SQLITE_OK && i < FAULTS_MOST; i++) {
        int step = sqlite3_step(statement);
        if (step != SQLITE_ROW) {
            code = step == SQLITE_DONE ? SQLITE_OK : step;
            break;
        }
        const char *fault = (const char *)sqlite3_column_text(statement, 0);
        if (fault != NULL && g_strcmp0(fault, "ok") != 0)
            sks_problems_add(problems, memory->file, 0, NULL, "is damaged: %s", fault);
    }
    if (code != SQLITE_OK)
        sks_problems_add(problems, memory->file, 0, NULL, "is damaged: %s", sqlite3_errmsg(memory->database));
    sqlite3_finalize(statement);
}

/* Rows of one table that rest on rows of another which aren't there, and numbers that can't be. */
static void check_counts(struct sks_memory *memory, struct sks_problems *problems)
{
    static const struct {
        const char *sql, *fault;
    } checks[] = {
        {"SELECT count(*) FROM pair WHERE sender NOT IN (SELECT id FROM party)"
         " OR recipient NOT IN (SELECT id FROM party)",
         "pairs of unknown addresses"},
        {"SELECT count(*) FROM habit WHERE party NOT IN (SELECT id FROM party)", "habits of unknown addresses"},
        {"SELECT count(*) FROM name WHERE party NOT IN (SELECT id FROM party)", "names of unknown addresses"},
        {"SELECT count(*) FROM party WHERE mails < 0 OR written < 0 OR encrypted < 0 OR encrypted > mails",
         "addresses with impossible counts"},
        {"SELECT count(*) FROM party WHERE (mails > 0) <> (first_seen > 0) OR first_seen > last_seen",
         "addresses with impossible times"},
        {"SELECT count(*) FROM pair WHERE mails < 1 OR first_seen > last_seen", "pairs with impossible counts"},
        {"SELECT CASE WHEN count(*) = 1 AND min(value) >= 0 THEN 0 ELSE 1 END FROM counter WHERE name = 'mails'",
         "wrong counters of all mails"},
        {"SELECT (SELECT count(*) FROM party) IS NOT (SELECT value FROM counter WHERE name = 'parties')",
         "wrong counters of addresses"},
        {"SELECT (SELECT count(*) FROM domain) IS NOT (SELECT value FROM counter WHERE name = 'domains')",
         "wrong counters of domains"},
        {"SELECT count(*) FROM waiting_key WHERE waiting NOT IN (SELECT id FROM waiting)",
         "keys of mails that are gone"},
        {"SELECT count(*) FROM waiting_mail WHERE waiting NOT IN (SELECT id FROM waiting WHERE size > 0)",
         "kept mails that nobody waits for"},
        {"SELECT count(*) FROM waiting WHERE size > 0 AND id NOT IN (SELECT waiting FROM waiting_mail)",
         "waiting mails that were lost"},
        {"SELECT count(*) FROM report_mail WHERE digest NOT IN (SELECT digest FROM report) OR length(bytes) - size NOT "
         "IN (0, 16)",
         "reported mails that nobody reported"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
        sqlite3_stmt *statement = NULL;
        int code = sqlite3_prepare_v2(memory->database, checks[i].sql, -1, &statement, NULL);
        if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
            sqlite3_int64 count = sqlite3_column_int64(statement, 0);
            if (count > 0)
                sks_problems_add(problems, memory->file, 0, NULL, "has %" G_GINT64_FORMAT " %s", (gint64)count,
                                 checks[i].fault);
        } else {
            sks_problems_add(problems, memory->file, 0, NULL, "can't be read: %s", sqlite3_errmsg(memory->database));
        }
        sqlite3_finalize(statement);
    }
}

static void check_schema(struct sks_memory *memory, struct sks_problems *problems)
{
    int version = -1;
    if (sks_store_version(memory->database, &version) != SQLITE_OK)
        sks_problems_add(problems, memory->file, 0, NULL, "can't be read: %s", sqlite3_errmsg(memory->database));
    else if (version != SKS_STORE_SCHEMA)
        sks_problems_add(problems, memory->file, 0, NULL, "has schema %d, this program's is %d", version,
                         SKS_STORE_SCHEMA);
}

static void check_rights(struct sks_memory *memory, struct sks_problems *problems)
{
    struct stat status;
    if (stat(memory->file, &status) == 0 && (status.st_mode & 077) != 0)
        sks_problems_add(problems, memory->file, 0, NULL, "can be read by others: its mode is %04o, not 0600",
                         (unsigned)status.st_mode & 07777);
}

int sks_memory_check(struct sks_memory *memory, struct sks_problems *problems)
{
    g_assert(memory->process == getpid());
    struct sks_problems *found = sks_problems_create();
    check_integrity(memory, found);
    check_schema(memory, found);
    if (sks_problems_count(found) == 0)
        check_counts(memory, found);
    check_rights(memory, found);
    sks_store_check_lessons(memory, found);
    size_t count = sks_problems_count(found);
    for (size_t i = 0; i < count; i++)
        sks_problems_add(problems, NULL, 0, NULL, "%s", sks_problems_text(found, i));
    sks_problems_destroy(found);
    return count == 0 ? 0 : SKS_ERROR_FORMAT;
}
