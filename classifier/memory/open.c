/*
 * Opening a store, and saying plainly why one can't be used.
 *
 * Settings that matter: WAL, so that readers never wait; synchronous NORMAL, with which a power cut may lose the last
 * mails' lessons but never the store's soundness; everything temporary in memory and no memory map of the database, so
 * that a worker under seccomp needs few system calls later. The write-ahead log and its index are opened here by
 * reading once.
 */
#include "memory/gather.h"
#include "memory/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypt.h"
#include "sekisho/limits.h"

/* Called while another process holds the lock: waits a little, gives up at the deadline. */
static int wait_for_lock(void *data, int tries)
{
    const struct sks_memory *memory = data;
    if (memory->deadline == 0 || g_get_monotonic_time() >= memory->deadline)
        return 0;
    g_usleep((gulong)MIN(500 + tries * 250, 5000));
    return 1;
}

/* Called now and then while a statement runs. */
static int is_late(void *data)
{
    const struct sks_memory *memory = data;
    return memory->deadline != 0 && g_get_monotonic_time() >= memory->deadline;
}

/*
 * Pages in the write-ahead log from which sks_memory_relieve() moves them; sks_memory_tidy(), if nobody did; and from
 * which a lesson has to do it itself.
 */
#define LOG_PAGES_RELIEVE 10000
#define LOG_PAGES_TIDY    20000
#define LOG_PAGES_MOST    40000

/* Bytes of lessons that were gathered from which sks_memory_tidy() takes them in, if nobody did. */
#define LESSONS_TIDY (256 * 1024)

/* Called after each lesson. */
static int count_log(void *data, sqlite3 *database, const char *name, int pages)
{
    struct sks_memory *memory = data;
    memory->log_pages = pages;
    if (pages >= LOG_PAGES_MOST)
        sqlite3_wal_checkpoint_v2(database, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return SQLITE_OK;
}

/* Makes the file with its access rights; SQLite gives the same to the files beside it. */
static int create_file(const char *file, struct sks_problems *problems)
{
    int fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0) {
        close(fd);
        return 0;
    }
    if (errno == EEXIST)
        return 0;
    sks_problems_add(problems, file, 0, NULL, "can't be made: %s", g_strerror(errno));
    return SKS_ERROR_IO;
}

/* Tells why and returns what the caller gets. */
static int explain(const struct sks_memory *memory, int code, struct sks_problems *problems)
{
    const char *file = memory->file;
    switch (code & 0xFF) {
    case SQLITE_NOTADB:
        sks_problems_add(problems, file, 0, NULL, "is no database");
        return SKS_ERROR_FORMAT;
    case SQLITE_CORRUPT:
        sks_problems_add(problems, file, 0, NULL, "is damaged: %s", sqlite3_errmsg(memory->database));
        return SKS_ERROR_FORMAT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
        sks_problems_add(problems, file, 0, NULL, "is locked by another program");
        return SKS_ERROR_IO;
    case SQLITE_CANTOPEN:
        sks_problems_add(problems, file, 0, NULL, "can't be opened: %s",
                         g_strerror(memory->database != NULL ? sqlite3_system_errno(memory->database) : ENOMEM));
        return SKS_ERROR_IO;
    case SQLITE_READONLY:
        sks_problems_add(problems, file, 0, NULL, "can't be written");
        return SKS_ERROR_IO;
    case SQLITE_FULL:
        sks_problems_add(problems, file, 0, NULL, "the file system is full");
        return SKS_ERROR_IO;
    default:
        sks_problems_add(problems, file, 0, NULL, "can't be used: %s",
                         memory->database != NULL ? sqlite3_errmsg(memory->database) : sqlite3_errstr(code));
        return SKS_ERROR_IO;
    }
}

static int configure(struct sks_memory *memory)
{
    static const char settings[] = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
                                   "PRAGMA temp_store = MEMORY; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;"
                                   "PRAGMA journal_size_limit = 67108864;"
                                   "PRAGMA cache_size = -8192;";
    sqlite3_extended_result_codes(memory->database, 1);
    sqlite3_busy_handler(memory->database, wait_for_lock, memory);
    sqlite3_progress_handler(memory->database, 2000, is_late, memory);
    sqlite3_wal_hook(memory->database, count_log, memory);
    sqlite3_db_config(memory->database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(memory->database, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    return sqlite3_exec(memory->database, settings, NULL, NULL, NULL);
}

/* Whether a store that is only read has to be taken as it lies, since its file system can't be written. */
static bool is_still(const char *file)
{
    char *log = g_strconcat(file, "-wal", NULL);
    struct stat status;
    bool pending = stat(log, &status) == 0 && status.st_size > 0;
    g_free(log);
    return !pending;
}

static int open_database(struct sks_memory *memory, bool immutable)
{
    int flags = memory->mode == SKS_MEMORY_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    char *escaped = g_uri_escape_string(memory->file, "/", TRUE);
    char *uri = g_strdup_printf("file:%s%s%s", escaped[0] == '/' ? "//" : "", escaped, immutable ? "?immutable=1" : "");
    sqlite3_close_v2(memory->database);
    memory->database = NULL;
    int code = sqlite3_open_v2(uri, &memory->database, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    g_free(uri);
    g_free(escaped);
    if (code == SQLITE_OK)
        code = configure(memory);
    return code;
}

enum sks_memory_schema sks_memory_look(const char *file)
{
    struct sks_memory memory = {.file = (char *)file, .mode = SKS_MEMORY_READ_ONLY};
    int version = 0;
    int code = open_database(&memory, is_still(file));
    if (code == SQLITE_OK)
        code = sks_store_version(memory.database, &version);
    sqlite3_close_v2(memory.database);
    if ((code & 0xFF) == SQLITE_NOTADB)
        return SKS_MEMORY_SCHEMA_NOT_OURS;
    if (code != SQLITE_OK)
        return SKS_MEMORY_SCHEMA_UNKNOWN;
    if (version <= 0)
        return version < 0 ? SKS_MEMORY_SCHEMA_NOT_OURS : SKS_MEMORY_SCHEMA_NONE;
    if (version == SKS_STORE_SCHEMA)
        return SKS_MEMORY_SCHEMA_SAME;
    return version < SKS_STORE_SCHEMA ? SKS_MEMORY_SCHEMA_EARLIER : SKS_MEMORY_SCHEMA_LATER;
}

/* Switching to WAL does not wait for locks by itself. */
static int switch_to_wal(struct sks_memory *memory)
{
    int code;
    do {
        code = sqlite3_exec(memory->database, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
    } while ((code & 0xFF) == SQLITE_BUSY && wait_for_lock(memory, 4));
    return code;
}

/*
 * A store of an earlier schema whose file can be written is brought up to date by whoever comes first, also by one who
 * only reads it: by another connection, which is closed again.
 */
static bool update_for_reading(const struct sks_memory *memory)
{
    struct sks_memory *writer = NULL;
    if (access(memory->file, W_OK) != 0 || sks_memory_open(&writer, memory->file, SKS_MEMORY_READ_WRITE, NULL) != 0)
        return false;
    sks_memory_close(writer);
    return true;
}

/* Opens, reads the version and brings the schema up to date. */
static int open_store(struct sks_memory *memory, struct sks_problems *problems)
{
    int version = -1;
    int code = open_database(memory, false);
    if (code == SQLITE_OK)
        code = sks_store_version(memory->database, &version);
    int kind = code & 0xFF;
    if (memory->mode == SKS_MEMORY_READ_ONLY && (kind == SQLITE_CANTOPEN || kind == SQLITE_READONLY) &&
        access(memory->file, R_OK) == 0 && is_still(memory->file)) {
        code = open_database(memory, true);
        if (code == SQLITE_OK)
            code = sks_store_version(memory->database, &version);
    }
    if (code != SQLITE_OK)
        return explain(memory, code, problems);
    if (version < 0) {
        sks_problems_add(problems, memory->file, 0, NULL, "is a database of another program");
        return SKS_ERROR_FORMAT;
    }
    if (memory->mode == SKS_MEMORY_READ_ONLY && version > 0 && version < SKS_STORE_SCHEMA &&
        update_for_reading(memory)) {
        code = sks_store_version(memory->database, &version);
        if (code != SQLITE_OK)
            return explain(memory, code, problems);
    }
    if (version > SKS_STORE_SCHEMA || (version < SKS_STORE_SCHEMA && memory->mode == SKS_MEMORY_READ_ONLY)) {
        sks_problems_add(
            problems, memory->file, 0, NULL, "has schema %d, this program's is %d%s", version, SKS_STORE_SCHEMA,
            version < SKS_STORE_SCHEMA ? "; a command that may write it brings it up to date (sekisho memory expire)"
                                       : "");
        return SKS_ERROR_SCHEMA;
    }
    if (memory->mode == SKS_MEMORY_READ_ONLY)
        return 0;
    code = switch_to_wal(memory);
    if (code == SQLITE_OK && version < SKS_STORE_SCHEMA) {
        /* Counting the rows of a large store takes longer than any mail may wait; the next one finds it done. */
        int64_t deadline = memory->deadline;
        memory->deadline = g_get_monotonic_time() + (int64_t)SKS_LIMIT_MEMORY_MIGRATE_MILLISECONDS * 1000;
        code = sks_store_migrate(memory->database);
        memory->deadline = deadline;
    }
    return code == SQLITE_OK ? 0 : explain(memory, code, problems);
}

/*
 * Opens all files that will be needed: a read opens the log and its index, a write lock and the undoing of a write
 * touch whatever else there is.
 */
static int touch(struct sks_memory *memory, struct sks_problems *problems)
{
    int code = sqlite3_exec(memory->database, "SELECT value FROM counter", NULL, NULL, NULL);
    if (code == SQLITE_OK && memory->mode == SKS_MEMORY_READ_WRITE) {
        code = sqlite3_exec(memory->database, "BEGIN IMMEDIATE; ROLLBACK", NULL, NULL, NULL);
        if (!sqlite3_get_autocommit(memory->database))
            sqlite3_exec(memory->database, "ROLLBACK", NULL, NULL, NULL);
    }
    return code == SQLITE_OK ? 0 : explain(memory, code, problems);
}

void sks_memory_be_patient(struct sks_memory *memory)
{
    memory->patient = true;
}

int sks_memory_open(struct sks_memory **out_memory, const char *file, enum sks_memory_mode mode,
                    struct sks_problems *problems)
{
    return sks_memory_open_private(out_memory, file, mode, false, problems);
}

int sks_memory_open_private(struct sks_memory **out_memory, const char *file, enum sks_memory_mode mode, bool hashed,
                            struct sks_problems *problems)
{
    int error = mode == SKS_MEMORY_READ_WRITE ? create_file(file, problems) : 0;
    if (error != 0)
        return error;
    struct sks_memory *memory = g_new0(struct sks_memory, 1);
    memory->file = g_strdup(file);
    memory->digest = sks_hash_create(SKS_DIGEST_SHA256);
    memory->mode = mode;
    memory->process = getpid();
    memory->lessons_file = -1;
    memory->problem = g_strdup("");
    memory->answer = g_string_chunk_new(256);
    memory->deadline = g_get_monotonic_time() + (int64_t)SKS_LIMIT_MEMORY_OPEN_MILLISECONDS * 1000;
    error = open_store(memory, problems);
    if (error == 0)
        error = touch(memory, problems);
    if (error == 0)
        error = sks_store_read_privacy(memory, hashed, problems);
    if (error == 0 && (error = sks_store_prepare(memory)) != 0) {
        sks_problems_add(problems, file, 0, NULL, "is damaged: %s", sqlite3_errmsg(memory->database));
        error = SKS_ERROR_FORMAT;
    }
    memory->deadline = 0;
    if (error == 0)
        sks_store_open_lessons(memory);
    if (error == 0)
        sks_memory_take_in(memory, SKS_LIMIT_MEMORY_TAKE_IN_OPENING); /* if not now, then later */
    if (error != 0) {
        sks_memory_close(memory);
        return error;
    }
    *out_memory = memory;
    return 0;
}

void sks_memory_close(struct sks_memory *memory)
{
    if (memory == NULL)
        return;
    /* In another process than the one that opened it, closing would meddle with that one's files and locks. */
    if (memory->process == getpid()) {
        for (int i = 0; i < SKS_SQL_COUNT; i++)
            sqlite3_finalize(memory->statements[i]);
        sqlite3_close_v2(memory->database);
    }
    if (memory->lessons_file >= 0)
        close(memory->lessons_file);
    g_free(memory->file);
    g_free(memory->problem);
    g_string_chunk_free(memory->answer);
    sks_hash_destroy(memory->digest);
    explicit_bzero(memory->key, sizeof memory->key);
    g_free(memory);
}

/* Moves the write-ahead log into the database; what was erased goes from the log, too, if nobody reads it now. */
static void move_log(struct sks_memory *memory)
{
    int mode = memory->erased ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    int code = sqlite3_wal_checkpoint_v2(memory->database, NULL, mode, NULL, NULL);
    memory->erased = memory->erased && code != SQLITE_OK;
}

/*
 * A lesson that teaches nothing: tells how long the log is, and begins it anew where all of it was moved. The value
 * must change: what stays as it is, SQLite doesn't write.
 */
static void write_little(struct sks_memory *memory)
{
    static const char sql[] = "INSERT INTO counter (name, value) VALUES ('moves', 1)"
                              " ON CONFLICT (name) DO UPDATE SET value = value + 1";
    if (sks_store_begin(memory, true, SKS_LIMIT_MEMORY_LEARN_MILLISECONDS) == 0) {
        int code = sqlite3_exec(memory->database, sql, NULL, NULL, NULL);
        sks_store_end(memory, code == SQLITE_OK);
    }
}

static void tidy_from(struct sks_memory *memory, int pages)
{
    if (memory->log_pages < pages && !memory->erased)
        return;
    memory->log_pages = 0;
    move_log(memory);
    /* The first write to a log that begins anew waits for the disk; it is done here, so that no mail does it. */
    write_little(memory);
}

void sks_memory_tidy(struct sks_memory *memory)
{
    if (memory == NULL || memory->mode == SKS_MEMORY_READ_ONLY)
        return;
    if (memory->lessons_size > LESSONS_TIDY) {
        memory->lessons_size = 0;
        sks_memory_take_in(memory, SKS_LIMIT_MEMORY_TAKE_IN);
    }
    if (!memory->crowded)
        sks_store_tidy_waiting(memory);
    tidy_from(memory, LOG_PAGES_TIDY);
}

static int read_number(void *data, int count, char **values, char **names)
{
    (void)names;
    *(int64_t *)data = count > 0 && values[0] != NULL ? g_ascii_strtoll(values[0], NULL, 10) : 0;
    return 0;
}

void sks_memory_relieve(struct sks_memory *memory)
{
    int64_t version = 0;
    if (sqlite3_exec(memory->database, "PRAGMA data_version", read_number, &version, NULL) != SQLITE_OK ||
        (version == memory->data_version && memory->log_pages < LOG_PAGES_RELIEVE && !memory->erased))
        return; /* nobody has written much since */
    memory->data_version = version;
    write_little(memory);
    tidy_from(memory, LOG_PAGES_RELIEVE);
}

const char *sks_memory_problem(const struct sks_memory *memory)
{
    return memory->problem;
}
