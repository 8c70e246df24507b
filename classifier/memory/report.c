/* Reports in the store: table report holds the opinions, report_mail the mails, by digest. */
#include "memory/report.h"

#include <unistd.h>

#include "memory/store.h"
#include "sekisho/limits.h"

/* What a statement's parameter is given: the text, or without one the number. */
struct value {
    const char *text;
    int64_t number;
    bool sealed; /* as names and addresses are, in a store that keeps hashes */
};

static int prepare(struct sks_memory *memory, sqlite3_stmt **out_statement, const char *sql, const struct value *values,
                   size_t count)
{
    if (sqlite3_prepare_v2(memory->database, sql, -1, out_statement, NULL) != SQLITE_OK)
        return sks_store_fail(memory);
    for (size_t i = 0; i < count; i++) {
        if (values[i].sealed)
            sks_store_bind_sealed(memory, *out_statement, (int)i + 1, values[i].text);
        else if (values[i].text != NULL)
            sks_store_bind_text(*out_statement, (int)i + 1, values[i].text);
        else
            sqlite3_bind_int64(*out_statement, (int)i + 1, values[i].number);
    }
    return 0;
}

static int run(struct sks_memory *memory, const char *sql, const struct value *values, size_t count)
{
    sqlite3_stmt *statement = NULL;
    int error = prepare(memory, &statement, sql, values, count);
    if (error == 0)
        error = sks_store_run(memory, statement);
    sqlite3_finalize(statement);
    return error;
}

/* The first row's number; stays without a row. */
static int ask(struct sks_memory *memory, int64_t *out_number, const char *sql, const struct value *values,
               size_t count)
{
    sqlite3_stmt *statement = NULL;
    int error = prepare(memory, &statement, sql, values, count);
    if (error == 0)
        error = sks_store_number(memory, statement, out_number);
    sqlite3_finalize(statement);
    return error;
}

static int add_opinion(struct sks_memory *memory, const struct sks_memory_report *report, int64_t *out_id)
{
    const struct value values[] = {{.number = report->at},
                                   {.text = report->digest},
                                   {.text = report->class_},
                                   {.text = report->earlier},
                                   {.text = report->reporter, .sealed = true},
                                   {.text = report->note, .sealed = true},
                                   {.text = report->form},
                                   {.text = report->sender, .sealed = true},
                                   {.text = report->subject, .sealed = true},
                                   {.text = report->message_id, .sealed = true},
                                   {.number = report->mail_at}};
    int error = run(memory,
                    "INSERT INTO report (at, digest, class, earlier, reporter, note, form, sender, subject,"
                    " message_id, mail_at, withdrawn, withdrawn_by)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, '')",
                    values, G_N_ELEMENTS(values));
    *out_id = sqlite3_last_insert_rowid(memory->database);
    return error;
}

static int keep_mail(struct sks_memory *memory, const struct sks_memory_report *report, const void *bytes, size_t size)
{
    sqlite3_stmt *statement = NULL;
    const struct value values[] = {{.text = report->digest}, {.number = report->at}, {.number = (int64_t)size}};
    int error = prepare(memory, &statement,
                        "INSERT INTO report_mail (digest, at, size, bytes) VALUES ($1, $2, $3, $4)"
                        " ON CONFLICT (digest) DO UPDATE SET at = excluded.at",
                        values, G_N_ELEMENTS(values));
    if (error == 0) {
        GBytes *kept = sks_store_seal_bytes(memory, bytes, size);
        sqlite3_bind_blob64(statement, 4, g_bytes_get_data(kept, NULL), g_bytes_get_size(kept), SQLITE_STATIC);
        error = sks_store_run(memory, statement);
        g_bytes_unref(kept);
    }
    sqlite3_finalize(statement);
    return error;
}

static int expire(struct sks_memory *memory, const struct sks_memory_report_keeping *keeping)
{
    const struct value before[] = {{.number = keeping->before}};
    int error = run(memory, "DELETE FROM report_mail WHERE at < $1", before, 1);
    int64_t total = 0;
    for (bool more = true; error == 0 && more;) {
        error = ask(memory, &total, "SELECT coalesce(sum(size), 0) FROM report_mail", NULL, 0);
        more = error == 0 && total > keeping->total;
        if (more)
            error = run(memory,
                        "DELETE FROM report_mail WHERE digest ="
                        " (SELECT digest FROM report_mail ORDER BY at, digest LIMIT 1)",
                        NULL, 0);
    }
    return error;
}

int sks_memory_report_add(struct sks_memory *memory, const struct sks_memory_report *report, const void *bytes,
                          size_t size, const struct sks_memory_report_keeping *keeping, int64_t *out_id,
                          bool *out_known)
{
    g_assert(memory->process == getpid());
    if (memory->mode == SKS_MEMORY_READ_ONLY)
        return SKS_ERROR_UNSUPPORTED;
    const struct value same[] = {
        {.text = report->digest}, {.text = report->reporter, .sealed = true}, {.text = report->class_}};
    int64_t id = 0;
    int error = sks_store_begin(memory, true, SKS_LIMIT_MEMORY_REPORT_MILLISECONDS);
    if (error != 0)
        return error;
    error =
        ask(memory, &id, "SELECT id FROM report WHERE digest = $1 AND reporter = $2 AND class = $3 AND withdrawn = 0",
            same, G_N_ELEMENTS(same));
    bool known = id != 0;
    if (error == 0 && !known)
        error = add_opinion(memory, report, &id);
    if (error == 0 && keeping->keep)
        error = keep_mail(memory, report, bytes, size);
    if (error == 0)
        error = expire(memory, keeping);
    int end = sks_store_end(memory, error == 0);
    error = error != 0 ? error : end;
    if (error == 0) {
        *out_id = id;
        *out_known = known;
    }
    return error;
}

static const char *text(sqlite3_stmt *statement, int column)
{
    const unsigned char *value = sqlite3_column_text(statement, column);
    return value != NULL ? (const char *)value : "";
}

static bool visit_row(const struct sks_memory *memory, sqlite3_stmt *statement, sks_memory_report_visitor visit,
                      void *data)
{
    enum { REPORTER = 5, NOTE, SENDER = 8, SUBJECT, MESSAGE_ID, WITHDRAWN_BY = 13, COLUMNS };
    static const int sealed[] = {REPORTER, NOTE, SENDER, SUBJECT, MESSAGE_ID, WITHDRAWN_BY};
    char *columns[COLUMNS];
    for (size_t i = 0; i < G_N_ELEMENTS(sealed); i++)
        columns[sealed[i]] = sks_store_column(memory, statement, sealed[i]);
    const struct sks_memory_report report = {
        .id = sqlite3_column_int64(statement, 0),
        .at = sqlite3_column_int64(statement, 1),
        .digest = text(statement, 2),
        .class_ = text(statement, 3),
        .earlier = text(statement, 4),
        .reporter = columns[REPORTER],
        .note = columns[NOTE],
        .form = text(statement, 7),
        .sender = columns[SENDER],
        .subject = columns[SUBJECT],
        .message_id = columns[MESSAGE_ID],
        .mail_at = sqlite3_column_int64(statement, 11),
        .withdrawn = sqlite3_column_int64(statement, 12),
        .withdrawn_by = columns[WITHDRAWN_BY],
        .size = sqlite3_column_int64(statement, 14),
    };
    bool more = visit(data, &report);
    for (size_t i = 0; i < G_N_ELEMENTS(sealed); i++)
        g_free(columns[sealed[i]]);
    return more;
}

int sks_memory_report_each(struct sks_memory *memory, sks_memory_report_visitor visit, void *data)
{
    g_assert(memory->process == getpid());
    sqlite3_stmt *statement = NULL;
    bool row = true, more = true;
    int error = prepare(memory, &statement,
                        "SELECT report.id, report.at, report.digest, class, earlier, reporter, note, form, sender,"
                        " subject, message_id, mail_at, withdrawn, withdrawn_by, coalesce(size, 0) FROM report"
                        " LEFT JOIN report_mail ON report_mail.digest = report.digest ORDER BY report.id",
                        NULL, 0);
    while (error == 0 && more) {
        error = sks_store_step(memory, statement, &row);
        more = error == 0 && row && visit_row(memory, statement, visit, data);
    }
    sqlite3_finalize(statement);
    return error;
}

int sks_memory_report_fetch(struct sks_memory *memory, const char *digest, GBytes **out_bytes)
{
    g_assert(memory->process == getpid());
    sqlite3_stmt *statement = NULL;
    const struct value values[] = {{.text = digest}};
    bool row = false;
    int error = prepare(memory, &statement, "SELECT bytes FROM report_mail WHERE digest = $1", values, 1);
    if (error == 0)
        error = sks_store_step(memory, statement, &row);
    GBytes *bytes = NULL;
    if (error == 0 && row) {
        const void *kept = sqlite3_column_blob(statement, 0);
        bytes = sks_store_unseal_bytes(memory, kept, (size_t)sqlite3_column_bytes(statement, 0));
    }
    sqlite3_finalize(statement);
    if (error == 0 && bytes == NULL)
        return SKS_ERROR_UNAVAILABLE;
    *out_bytes = bytes;
    return error;
}

int sks_memory_report_withdraw(struct sks_memory *memory, int64_t id, int64_t at, const char *by)
{
    g_assert(memory->process == getpid());
    if (memory->mode == SKS_MEMORY_READ_ONLY)
        return SKS_ERROR_UNSUPPORTED;
    const struct value values[] = {{.number = at}, {.text = by, .sealed = true}, {.number = id}};
    int error = sks_store_begin(memory, true, SKS_LIMIT_MEMORY_REPORT_MILLISECONDS);
    if (error != 0)
        return error;
    error = run(memory, "UPDATE report SET withdrawn = $1, withdrawn_by = $2 WHERE id = $3 AND withdrawn = 0", values,
                G_N_ELEMENTS(values));
    if (error == 0 && sqlite3_changes(memory->database) == 0)
        error = SKS_ERROR_UNAVAILABLE;
    int end = sks_store_end(memory, error == 0);
    return error != 0 ? error : end;
}

int sks_memory_report_earlier(struct sks_memory *memory, const char *message_id, const char *sender, char **out_class)
{
    g_assert(memory->process == getpid());
    sqlite3_stmt *statement = NULL;
    char *lower = g_ascii_strdown(sender, -1), *kept = sks_store_hide(memory, lower);
    const struct value values[] = {{.text = message_id, .sealed = true}, {.text = kept}};
    bool row = false;
    int error = prepare(memory, &statement,
                        "SELECT class FROM verdict WHERE message_id = $1 AND (sender = $2 OR lower(sender) = $2)"
                        " AND message_id <> '' ORDER BY at DESC, id DESC LIMIT 1",
                        values, G_N_ELEMENTS(values));
    if (error == 0)
        error = sks_store_step(memory, statement, &row);
    if (error == 0)
        *out_class = g_strdup(row ? text(statement, 0) : "");
    sqlite3_finalize(statement);
    g_free(lower);
    g_free(kept);
    return error;
}
