/* What the memory holds, for people: of one address, and of all in numbers. */
#include "memory/store.h"

#include <string.h>
#include <unistd.h>

#include "sekisho/limits.h"

static int read_counts(struct sks_memory *memory, enum sks_statement which, int64_t party, int64_t most,
                       GStringChunk *strings, const struct sks_memory_count **out_counts, size_t *out_count)
{
    GArray *counts = g_array_new(FALSE, FALSE, sizeof(struct sks_memory_count));
    bool row = true;
    int error = 0;
    sqlite3_stmt *statement = sks_store_statement(memory, which);
    sqlite3_bind_int64(statement, 1, party);
    sqlite3_bind_int64(statement, 2, most);
    while (error == 0 && row) {
        error = sks_store_step(memory, statement, &row);
        if (error != 0 || !row)
            break;
        const unsigned char *value = sqlite3_column_text(statement, 1);
        const struct sks_memory_count count = {
            .kind = (enum sks_memory_habit_kind)sqlite3_column_int(statement, 0),
            .value = g_string_chunk_insert(strings, value != NULL ? (const char *)value : ""),
            .mails = (uint64_t)sqlite3_column_int64(statement, 2),
            .first_seen = sqlite3_column_int64(statement, 3),
            .last_seen = sqlite3_column_int64(statement, 4),
        };
        g_array_append_val(counts, count);
    }
    sqlite3_reset(statement);
    *out_count = counts->len;
    *out_counts = (const struct sks_memory_count *)(void *)g_array_free(counts, FALSE);
    return error;
}

static int read_party(struct sks_memory *memory, const char *address, struct sks_memory_profile *profile,
                      int64_t *out_id)
{
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_PARTY);
    sks_store_bind_text(statement, 1, address);
    int error = sks_store_step(memory, statement, &row);
    if (error == 0 && row) {
        *out_id = sqlite3_column_int64(statement, 0);
        profile->mails = (uint64_t)sqlite3_column_int64(statement, 1);
        profile->encrypted = (uint64_t)sqlite3_column_int64(statement, 2);
        profile->written = (uint64_t)sqlite3_column_int64(statement, 3);
        profile->first_seen = sqlite3_column_int64(statement, 4);
        profile->last_seen = sqlite3_column_int64(statement, 5);
    }
    profile->found = error == 0 && row;
    sqlite3_reset(statement);
    return error;
}

static int read_domain(struct sks_memory *memory, const char *domain, struct sks_memory_profile *profile)
{
    bool row = false;
    char *kept = sks_store_hide(memory, domain);
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_DOMAIN);
    sks_store_bind_text(statement, 1, kept);
    int error = sks_store_step(memory, statement, &row);
    if (error == 0 && row) {
        profile->domain_mails = (uint64_t)sqlite3_column_int64(statement, 0);
        profile->domain_written = (uint64_t)sqlite3_column_int64(statement, 1);
    }
    sqlite3_reset(statement);
    g_free(kept);
    return error;
}

static int read_profile(struct sks_memory *memory, const char *address, struct sks_memory_profile *profile)
{
    int64_t id = 0;
    char *lower = g_utf8_strdown(address, -1), *at = strrchr(lower, '@');
    /* "@example.com": all addresses of a domain. */
    char *hidden = sks_store_hide(memory, at == lower && at != NULL ? lower + 1 : lower);
    char *kept = at == lower ? g_strconcat("@", hidden, NULL) : g_strdup(hidden);
    int error = read_party(memory, kept, profile, &id);
    if (error == 0 && at != NULL)
        error = read_domain(memory, at + 1, profile);
    g_free(lower);
    g_free(kept);
    g_free(hidden);
    const struct {
        enum sks_statement statement;
        int64_t most;
        const struct sks_memory_count **counts;
        size_t *count;
    } parts[] = {
        {SKS_SQL_SHOW_HABITS, SKS_HABIT_END * SKS_LIMIT_MEMORY_SHOWN, &profile->habits, &profile->habit_count},
        {SKS_SQL_SHOW_NAMES, SKS_LIMIT_MEMORY_SHOWN, &profile->names, &profile->name_count},
        {SKS_SQL_SHOW_TO, SKS_LIMIT_MEMORY_SHOWN, &profile->recipients, &profile->recipient_count},
        {SKS_SQL_SHOW_FROM, SKS_LIMIT_MEMORY_SHOWN, &profile->senders, &profile->sender_count},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(parts) && error == 0 && id != 0; i++)
        error = read_counts(memory, parts[i].statement, id, parts[i].most, profile->strings, parts[i].counts,
                            parts[i].count);
    return error;
}

int sks_memory_show(struct sks_memory *memory, const char *address, struct sks_memory_profile *out_profile)
{
    g_assert(memory->process == getpid());
    struct sks_memory_profile profile = {.strings = g_string_chunk_new(256)};
    int error = sks_store_begin(memory, false, SKS_LIMIT_MEMORY_KEEP_MILLISECONDS);
    if (error == 0) {
        error = read_profile(memory, address, &profile);
        int ended = sks_store_end(memory, error == 0);
        error = error != 0 ? error : ended;
    }
    if (error == 0)
        *out_profile = profile;
    else
        sks_memory_profile_finish(&profile);
    return error;
}

void sks_memory_profile_finish(struct sks_memory_profile *profile)
{
    g_free((void *)profile->habits);
    g_free((void *)profile->names);
    g_free((void *)profile->recipients);
    g_free((void *)profile->senders);
    g_string_chunk_free(profile->strings);
    *profile = (struct sks_memory_profile){0};
}

int sks_memory_stats(struct sks_memory *memory, sks_memory_stat_visitor visit, void *data)
{
    static const struct {
        const char *name, *sql;
    } rows[] = {
        {"mails", "SELECT value FROM counter WHERE name = 'mails'"},
        {"senders", "SELECT count(*) FROM party WHERE mails > 0 AND substr(address, 1, 1) <> '@'"},
        {"addresses", "SELECT count(*) FROM party WHERE substr(address, 1, 1) <> '@'"},
        {"written-to", "SELECT count(*) FROM party WHERE written > 0"},
        {"domains", "SELECT count(*) FROM domain"},
        {"pairs", "SELECT count(*) FROM pair"},
        {"names", "SELECT count(*) FROM name"},
        {"habits", "SELECT count(*) FROM habit"},
        {"message-ids", "SELECT value FROM counter WHERE name = 'seen'"},
        {"sent-message-ids", "SELECT value FROM counter WHERE name = 'sent'"},
        {"waves", "SELECT count(*) FROM wave"},
        {"exceptions", "SELECT count(*) FROM exception"},
        {"waiting", "SELECT count(*) FROM waiting"},
        {"waiting-bytes", "SELECT coalesce(sum(size), 0) FROM waiting"},
        {"verdicts", "SELECT count(*) FROM verdict"},
        {"newest-mail", "SELECT value FROM counter WHERE name = 'clock'"},
        {"bytes", "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"},
    };
    g_assert(memory->process == getpid());
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        sqlite3_stmt *statement = NULL;
        bool row = sqlite3_prepare_v2(memory->database, rows[i].sql, -1, &statement, NULL) == SQLITE_OK &&
                   sqlite3_step(statement) == SQLITE_ROW;
        if (row)
            visit(data, rows[i].name, sqlite3_column_int64(statement, 0));
        int error = row ? 0 : sks_store_fail(memory);
        sqlite3_finalize(statement);
        if (error != 0)
            return error;
    }
    return 0;
}
