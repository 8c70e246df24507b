/* The log of verdicts: written in the transaction that learns the mail, read oldest first. */
#include "memory/store.h"

#include <string.h>
#include <unistd.h>

#include "sekisho/limits.h"

int sks_store_log(struct sks_memory *memory, const struct sks_memory_verdict *verdict)
{
    GString *recipients = g_string_new(NULL);
    size_t count = MIN(verdict->to_count, SKS_LIMIT_MEMORY_RECIPIENTS);
    for (size_t i = 0; i < count; i++) {
        char *to = sks_store_hide(memory, verdict->to[i]);
        bool fits = recipients->len + strlen(to) + 1 <= SKS_LIMIT_MEMORY_TEXT;
        if (fits)
            g_string_append_printf(recipients, "%s%s", recipients->len > 0 ? "\n" : "", to);
        g_free(to);
        if (!fits)
            break; /* whole addresses or none */
    }
    const char *sender = verdict->from != NULL ? verdict->from : "";
    char *lower = memory->hashed ? g_ascii_strdown(sender, -1) : g_strdup(sender);
    char *from = sks_store_hide(memory, lower);
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_LOG);
    sqlite3_bind_int64(statement, 1, verdict->at);
    sks_store_bind_sealed(memory, statement, 2, verdict->message_id);
    sks_store_bind_text(statement, 3, from);
    sks_store_bind_text(statement, 4, recipients->str);
    sks_store_bind_sealed(memory, statement, 5, verdict->subject);
    sks_store_bind_text(statement, 6, verdict->class_);
    sqlite3_bind_double(statement, 7, verdict->score);
    sks_store_bind_text(statement, 8, verdict->previous);
    sks_store_bind_sealed(memory, statement, 9, verdict->because);
    sks_store_bind_text(statement, 10, verdict->evidence);
    sqlite3_bind_int64(statement, 11, verdict->content);
    int error = sks_store_run(memory, statement);
    sqlite3_clear_bindings(statement);
    g_string_free(recipients, TRUE);
    g_free(from);
    g_free(lower);
    return error;
}

int sks_memory_log_verdict(struct sks_memory *memory, const struct sks_memory_verdict *verdict)
{
    return sks_memory_record(memory, NULL, verdict);
}

static const char *text(sqlite3_stmt *statement, int column)
{
    const unsigned char *value = sqlite3_column_text(statement, column);
    return value != NULL ? (const char *)value : "";
}

static bool visit_row(const struct sks_memory *memory, sqlite3_stmt *statement, sks_memory_log_visitor visit,
                      void *data)
{
    const char *joined = text(statement, 3);
    char *message_id = sks_store_column(memory, statement, 1), *subject = sks_store_column(memory, statement, 4);
    char *because = sks_store_column(memory, statement, 8);
    char **recipients = g_strsplit(joined, "\n", -1);
    struct sks_memory_verdict verdict = {
        .at = sqlite3_column_int64(statement, 0),
        .message_id = message_id,
        .from = text(statement, 2),
        .to = (const char *const *)recipients,
        .to_count = g_strv_length(recipients),
        .subject = subject,
        .class_ = text(statement, 5),
        .score = sqlite3_column_double(statement, 6),
        .previous = text(statement, 7),
        .because = because,
        .evidence = text(statement, 9),
    };
    bool more = visit(data, &verdict);
    g_strfreev(recipients);
    g_free(message_id);
    g_free(subject);
    g_free(because);
    return more;
}

int sks_memory_log_each(struct sks_memory *memory, sks_memory_log_visitor visit, void *data)
{
    g_assert(memory->process == getpid());
    bool row = true, more = true;
    int error = 0;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_LOG_EACH);
    while (error == 0 && more) {
        error = sks_store_step(memory, statement, &row);
        more = error == 0 && row && visit_row(memory, statement, visit, data);
    }
    sqlite3_reset(statement);
    return error;
}
