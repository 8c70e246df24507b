/*
 * Exceptions: mail that somebody has said is harmless. Rows hold digests of the address as the store keeps it, since in
 * a hashed store the log of verdicts has no other.
 */
#include "memory/store.h"

#include <string.h>
#include <unistd.h>

#include "sekisho/limits.h"

/* g_free(). */
static char *kept_address(const struct sks_memory *memory, const char *address)
{
    char *lower = g_ascii_strdown(address != NULL ? address : "", -1), *kept = sks_store_hide(memory, lower);
    g_free(lower);
    return kept;
}

static bool is_told(const struct sks_memory_mail *mail)
{
    return mail->digest != 0 && mail->from != NULL && mail->from[0] != '\0';
}

/* Addresses as the store keeps them. */
static int add_exception(struct sks_memory *memory, const struct sks_memory_mail *mail, const char *from,
                         const char *recipient)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_EXCEPT);
    sqlite3_bind_int64(statement, 1, mail->digest);
    sqlite3_bind_int64(statement, 2, sks_store_digest(memory, from, ""));
    sqlite3_bind_int64(statement, 3, sks_store_digest(memory, recipient, ""));
    sqlite3_bind_int64(statement, 4, sks_store_time(mail));
    return sks_store_run(memory, statement);
}

static int add_all(struct sks_memory *memory, const struct sks_memory_mail *mail, const char *from)
{
    int error = 0;
    for (size_t i = 0; i < MIN(mail->recipient_count, SKS_LIMIT_MEMORY_RECIPIENTS) && error == 0; i++) {
        char *to = kept_address(memory, mail->recipients[i]);
        error = add_exception(memory, mail, from, to);
        g_free(to);
    }
    return error;
}

int sks_memory_except(struct sks_memory *memory, const struct sks_memory_mail *mail)
{
    g_assert(memory->process == getpid());
    if (memory->mode == SKS_MEMORY_READ_ONLY || !is_told(mail) || mail->recipient_count == 0)
        return SKS_ERROR_UNSUPPORTED;
    int error = sks_store_begin(memory, true, SKS_LIMIT_MEMORY_KEEP_MILLISECONDS);
    if (error != 0)
        return error;
    char *from = kept_address(memory, mail->from);
    error = add_all(memory, mail, from);
    g_free(from);
    int ended = sks_store_end(memory, error == 0);
    return error != 0 ? error : ended;
}

/* Those to whom such a mail came that raised an alarm: a string for each logged verdict, an address a line. */
static int list_logged(struct sks_memory *memory, const struct sks_memory_mail *mail, const char *from,
                       GPtrArray *recipients)
{
    static const char sql[] = "SELECT recipients FROM verdict WHERE content = $1"
                              " AND (sender = $2 OR lower(sender) = $2) AND class <> 'clean'";
    sqlite3_stmt *statement = NULL;
    bool row = true;
    int error = 0;
    if (sqlite3_prepare_v2(memory->database, sql, -1, &statement, NULL) != SQLITE_OK)
        return sks_store_fail(memory);
    sqlite3_bind_int64(statement, 1, mail->digest);
    sks_store_bind_text(statement, 2, from);
    while (error == 0 && row) {
        error = sks_store_step(memory, statement, &row);
        if (error == 0 && row)
            g_ptr_array_add(recipients, g_strdup((const char *)sqlite3_column_text(statement, 0)));
    }
    sqlite3_finalize(statement);
    return error;
}

static int except_logged(struct sks_memory *memory, const struct sks_memory_mail *mail, const char *from,
                         size_t *out_count)
{
    GPtrArray *logged = g_ptr_array_new_with_free_func(g_free);
    int error = list_logged(memory, mail, from, logged);
    for (guint i = 0; i < logged->len && error == 0; i++) {
        char **recipients = g_strsplit(g_ptr_array_index(logged, i), "\n", -1);
        for (char **to = recipients; *to != NULL && error == 0; to++)
            error = add_exception(memory, mail, from, *to);
        g_strfreev(recipients);
    }
    *out_count = logged->len;
    g_ptr_array_unref(logged);
    return error;
}

int sks_memory_except_logged(struct sks_memory *memory, const struct sks_memory_mail *mail, size_t *out_count)
{
    g_assert(memory->process == getpid());
    *out_count = 0;
    if (memory->mode == SKS_MEMORY_READ_ONLY || !is_told(mail))
        return SKS_ERROR_UNSUPPORTED;
    int error = sks_store_begin(memory, true, SKS_LIMIT_MEMORY_REPORT_MILLISECONDS);
    if (error != 0)
        return error;
    char *from = kept_address(memory, mail->from);
    error = except_logged(memory, mail, from, out_count);
    g_free(from);
    int ended = sks_store_end(memory, error == 0);
    return error != 0 ? error : ended;
}

static int is_excepted_for(struct sks_memory *memory, const struct sks_memory_mail *mail, const char *from,
                           const char *recipient, bool *out_excepted)
{
    char *to = kept_address(memory, recipient);
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_EXCEPTED);
    sqlite3_bind_int64(statement, 1, mail->digest);
    sqlite3_bind_int64(statement, 2, sks_store_digest(memory, from, ""));
    sqlite3_bind_int64(statement, 3, sks_store_digest(memory, to, ""));
    int error = sks_store_step(memory, statement, &row);
    *out_excepted = error == 0 && row;
    sqlite3_reset(statement);
    g_free(to);
    return error;
}

int sks_store_is_excepted(struct sks_memory *memory, const struct sks_memory_mail *mail, bool *out_released)
{
    bool all = is_told(mail) && mail->recipient_count > 0 && mail->recipient_count <= SKS_LIMIT_MEMORY_RECIPIENTS;
    char *from = kept_address(memory, mail->from);
    int error = 0;
    for (size_t i = 0; i < mail->recipient_count && all && error == 0; i++)
        error = is_excepted_for(memory, mail, from, mail->recipients[i], &all);
    g_free(from);
    *out_released = all;
    return error;
}
