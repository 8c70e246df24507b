/*
 * Names and addresses as keyed hashes. What the key is for: whoever gets hold of the store alone can't try names on it.
 * So it is a file of its own that can be kept elsewhere in backups, and without it the store can't be used.
 */
#include "memory/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH_BYTES 16u /* of the text, in base64 */

char *sks_store_hide(const struct sks_memory *memory, const char *text)
{
    if (!memory->hashed || text[0] == '\0')
        return g_strdup(text);
    guint8 whole[32];
    gsize size = sizeof whole;
    GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, memory->key, sizeof memory->key);
    g_hmac_update(hmac, (const guchar *)text, (gssize)strlen(text));
    g_hmac_get_digest(hmac, whole, &size);
    g_hmac_unref(hmac);
    return g_base64_encode(whole, HASH_BYTES);
}

bool sks_memory_is_hashed(const struct sks_memory *memory)
{
    return memory->hashed;
}

static bool has_row(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    bool has =
        sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return has;
}

static bool is_marked(sqlite3 *database)
{
    return has_row(database, "SELECT 1 FROM meta WHERE key = 'privacy' AND value = 'hashed'");
}

static bool is_sealed(sqlite3 *database)
{
    return has_row(database, "SELECT 1 FROM meta WHERE key = 'sealed'");
}

static bool is_empty(sqlite3 *database)
{
    static const char sql[] = "SELECT 1 FROM party UNION ALL SELECT 1 FROM name UNION ALL SELECT 1 FROM verdict"
                              " UNION ALL SELECT 1 FROM waiting UNION ALL SELECT 1 FROM person"
                              " UNION ALL SELECT 1 FROM report UNION ALL SELECT 1 FROM notice LIMIT 1";
    sqlite3_stmt *statement = NULL;
    bool empty =
        sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_finalize(statement);
    return empty;
}

/* Another process may make it at the same moment: whoever comes second reads it. */
static bool make_key(const char *file)
{
    unsigned char key[32];
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return errno == EEXIST;
    bool made = getrandom(key, sizeof key, 0) == (ssize_t)sizeof key &&
                write(fd, key, sizeof key) == (ssize_t)sizeof key && fsync(fd) == 0;
    close(fd);
    if (!made)
        unlink(file);
    return made;
}

static int read_key(struct sks_memory *memory, const char *file, struct sks_problems *problems)
{
    struct stat status;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        sks_problems_add(problems, file, 0, NULL, "the key of %s can't be read: %s", memory->file, g_strerror(errno));
        return SKS_ERROR_IO;
    }
    bool whole = fstat(fd, &status) == 0 && read(fd, memory->key, sizeof memory->key) == (ssize_t)sizeof memory->key;
    close(fd);
    if (!whole)
        sks_problems_add(problems, file, 0, NULL, "is no key: it has not 32 bytes");
    else if ((status.st_mode & 077) != 0)
        sks_problems_add(problems, file, 0, NULL, "can be read by others: its mode is %04o, not 0600",
                         (unsigned)status.st_mode & 07777);
    return whole && (status.st_mode & 077) == 0 ? 0 : SKS_ERROR_FORMAT;
}

/* Whether the key opens what was sealed: another one would make strangers of all correspondents, and nobody told. */
static int prove_key(const struct sks_memory *memory, const char *file, struct sks_problems *problems)
{
    static const char sql[] = "SELECT coalesce((SELECT value FROM meta WHERE key = 'sealed' AND value <> '1'),"
                              " (SELECT message_id FROM verdict WHERE message_id <> '' ORDER BY id DESC LIMIT 1))"
                              " FROM meta WHERE key = 'sealed'";
    sqlite3_stmt *statement = NULL;
    bool proven = true;
    if (sqlite3_prepare_v2(memory->database, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL) {
        g_autofree char *text = sks_store_column(memory, statement, 0);
        proven = *text != '\0';
    }
    sqlite3_finalize(statement);
    if (!proven)
        sks_problems_add(problems, file, 0, NULL, "is not the key of %s", memory->file);
    return proven ? 0 : SKS_ERROR_FORMAT;
}

int sks_store_read_privacy(struct sks_memory *memory, bool hashed, struct sks_problems *problems)
{
    bool marked = is_marked(memory->database);
    if (!marked && !hashed)
        return 0;
    if (!marked && (memory->mode == SKS_MEMORY_READ_ONLY || !is_empty(memory->database))) {
        sks_problems_add(problems, memory->file, 0, NULL,
                         "holds names and addresses, so privacy = hashed can't be kept; begin with a new store");
        return SKS_ERROR_FORMAT;
    }
    char *file = g_strconcat(memory->file, ".key", NULL);
    int error = 0;
    if (!marked && !make_key(file)) {
        sks_problems_add(problems, file, 0, NULL, "can't be made: %s", g_strerror(errno));
        error = SKS_ERROR_IO;
    }
    if (error == 0)
        error = read_key(memory, file, problems);
    if (error == 0 && !marked &&
        sqlite3_exec(memory->database, "UPDATE meta SET value = 'hashed' WHERE key = 'privacy'", NULL, NULL, NULL) !=
            SQLITE_OK) {
        sks_problems_add(problems, memory->file, 0, NULL, "can't be written: %s", sqlite3_errmsg(memory->database));
        error = SKS_ERROR_IO;
    }
    memory->hashed = error == 0;
    if (error == 0 && memory->mode == SKS_MEMORY_READ_WRITE && !is_sealed(memory->database) &&
        sks_store_seal_older(memory) != SQLITE_OK) {
        sks_problems_add(problems, memory->file, 0, NULL, "can't be written: %s", sqlite3_errmsg(memory->database));
        error = SKS_ERROR_IO;
    }
    if (error == 0)
        error = prove_key(memory, file, problems);
    g_free(file);
    return error;
}
