/* See duties.h. */
#include "memory/duties.h"

#include <string.h>
#include <unistd.h>

#include "memory/store.h"
#include "sekisho/limits.h"

/* ---- Left by a mail, within its transaction ---- */

int sks_store_hold(struct sks_memory *memory, int64_t waiting, const char *queue_id, int64_t due)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_HELD_ADD);
    sks_store_bind_text(statement, 1, queue_id);
    sqlite3_bind_int64(statement, 2, waiting);
    sqlite3_bind_int64(statement, 3, due);
    return sks_store_run(memory, statement);
}

static int let_go(struct sks_memory *memory, int64_t waiting)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_HELD_LET_GO);
    sqlite3_bind_int64(statement, 1, waiting);
    return sks_store_run(memory, statement);
}

int sks_store_keep_held(struct sks_memory *memory, int64_t waiting, GString *queue_ids)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_HELD_KEEP);
    sqlite3_bind_int64(statement, 1, waiting);
    bool row = true;
    int error = 0;
    while (error == 0 && row) {
        error = sks_store_step(memory, statement, &row);
        if (error == 0 && row)
            g_string_append_printf(queue_ids, "%s%s", queue_ids->len > 0 ? " " : "",
                                   (const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_reset(statement);
    return error;
}

int sks_store_tell(struct sks_memory *memory, const struct sks_memory_verdict *verdict, const char *const why[2],
                   const char *held)
{
    GString *to = g_string_new(NULL);
    for (size_t i = 0; i < verdict->to_count && i < SKS_LIMIT_MEMORY_RECIPIENTS; i++)
        if (to->len + strlen(verdict->to[i]) + 1 <= SKS_LIMIT_MEMORY_TEXT)
            g_string_append_printf(to, "%s%s", to->len > 0 ? "\n" : "", verdict->to[i]);
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_NOTICE_ADD);
    sqlite3_bind_int64(statement, 1, verdict->at);
    sks_store_bind_sealed(memory, statement, 2, verdict->message_id);
    sks_store_bind_sealed(memory, statement, 3, verdict->from);
    sks_store_bind_sealed(memory, statement, 4, to->str);
    sks_store_bind_sealed(memory, statement, 5, verdict->subject);
    sks_store_bind_text(statement, 6, verdict->class_);
    sks_store_bind_text(statement, 7, verdict->previous);
    sqlite3_bind_double(statement, 8, verdict->score);
    sks_store_bind_sealed(memory, statement, 9, verdict->because);
    sks_store_bind_sealed(memory, statement, 10, why[0]);
    sks_store_bind_sealed(memory, statement, 11, why[1]);
    sks_store_bind_text(statement, 12, held);
    int error = sks_store_run(memory, statement);
    sqlite3_clear_bindings(statement);
    g_string_free(to, TRUE);
    return error;
}

int sks_store_leave_duties(struct sks_memory *memory, const struct sks_memory_change *change, bool notices)
{
    GString *held = g_string_new(NULL);
    int error = 0;
    if (change->held == SKS_MEMORY_HELD_LET_GO)
        error = let_go(memory, change->waiting->id);
    else if (change->held == SKS_MEMORY_HELD_FOR_GOOD)
        error = sks_store_keep_held(memory, change->waiting->id, held);
    if (error == 0 && notices && (change->worse || held->len > 0))
        error = sks_store_tell(memory, change->verdict, change->why, held->str);
    g_string_free(held, TRUE);
    return error;
}

/* ---- Done when no mail is in hand ---- */

static char *column(sqlite3_stmt *statement, int index)
{
    const unsigned char *text = sqlite3_column_text(statement, index);
    return g_strdup(text != NULL ? (const char *)text : "");
}

static int claim(struct sks_memory *memory, int64_t now, struct sks_memory_notice *out_notice)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_NOTICE_CLAIM);
    sqlite3_bind_int64(statement, 1, now);
    sqlite3_bind_int64(statement, 2, now - SKS_LIMIT_MEMORY_CLAIM_SECONDS);
    sqlite3_bind_int64(statement, 3, now + SKS_LIMIT_MEMORY_CLAIM_SECONDS);
    bool row = false;
    int error = sks_store_step(memory, statement, &row);
    if (error == 0 && row) {
        char *to = sks_store_column(memory, statement, 4);
        *out_notice = (struct sks_memory_notice){
            .id = sqlite3_column_int64(statement, 0),
            .at = sqlite3_column_int64(statement, 1),
            .message_id = sks_store_column(memory, statement, 2),
            .from = sks_store_column(memory, statement, 3),
            .to = g_strsplit(to, "\n", -1),
            .subject = sks_store_column(memory, statement, 5),
            .class_ = column(statement, 6),
            .previous = column(statement, 7),
            .score = sqlite3_column_double(statement, 8),
            .because = sks_store_column(memory, statement, 9),
            .why = {sks_store_column(memory, statement, 10), sks_store_column(memory, statement, 11)},
            .held = column(statement, 12),
            .tries = (unsigned)sqlite3_column_int(statement, 13) - 1,
        };
        g_free(to);
    }
    sqlite3_reset(statement);
    return error;
}

/* One write transaction around what a function does. */
#define WRITE(memory, result, call)                                                                                    \
    do {                                                                                                               \
        g_assert((memory)->process == getpid());                                                                       \
        result = sks_store_begin(memory, true, SKS_LIMIT_MEMORY_KEEP_MILLISECONDS);                                    \
        if (result == 0) {                                                                                             \
            result = (call);                                                                                           \
            int ended = sks_store_end(memory, result == 0);                                                            \
            result = result != 0 ? result : ended;                                                                     \
        }                                                                                                              \
    } while (0)

/* Some statements have one number only. */
static bool is_any(struct sks_memory *memory, enum sks_statement which, int64_t first, int64_t second)
{
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(memory, which);
    sqlite3_bind_int64(statement, 1, first);
    if (sqlite3_bind_parameter_count(statement) > 1)
        sqlite3_bind_int64(statement, 2, second);
    if (sks_store_step(memory, statement, &row) != 0)
        row = true;
    sqlite3_reset(statement);
    return row;
}

int sks_memory_notice_claim(struct sks_memory *memory, int64_t now, struct sks_memory_notice *out_notice)
{
    int error = 0;
    *out_notice = (struct sks_memory_notice){0};
    /* Looking costs nobody the lock. */
    if (is_any(memory, SKS_SQL_NOTICE_ANY, now - SKS_LIMIT_MEMORY_CLAIM_SECONDS, now + SKS_LIMIT_MEMORY_CLAIM_SECONDS))
        WRITE(memory, error, claim(memory, now, out_notice));
    if (error != 0)
        sks_memory_notice_finish(out_notice);
    return error;
}

static int run_number(struct sks_memory *memory, enum sks_statement which, int64_t number)
{
    sqlite3_stmt *statement = sks_store_statement(memory, which);
    sqlite3_bind_int64(statement, 1, number);
    return sks_store_run(memory, statement);
}

int sks_memory_notice_done(struct sks_memory *memory, int64_t id)
{
    int error;
    WRITE(memory, error, run_number(memory, SKS_SQL_NOTICE_DROP, id));
    return error;
}

void sks_memory_notice_finish(struct sks_memory_notice *notice)
{
    char *const texts[] = {notice->message_id, notice->from,   notice->subject, notice->class_, notice->previous,
                           notice->because,    notice->why[0], notice->why[1],  notice->held};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_strfreev(notice->to);
    *notice = (struct sks_memory_notice){0};
}

int sks_memory_held_due(struct sks_memory *memory, int64_t now, char **out_queue_id)
{
    g_assert(memory->process == getpid());
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_HELD_DUE);
    sqlite3_bind_int64(statement, 1, now);
    int error = sks_store_step(memory, statement, &row);
    if (error == 0)
        *out_queue_id = row ? column(statement, 0) : NULL;
    sqlite3_reset(statement);
    return error;
}

static int drop_held(struct sks_memory *memory, const char *queue_id)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_HELD_DROP);
    sks_store_bind_text(statement, 1, queue_id);
    return sks_store_run(memory, statement);
}

static int postpone_held(struct sks_memory *memory, const char *queue_id, int64_t due)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_HELD_POSTPONE);
    sqlite3_bind_int64(statement, 1, due);
    sks_store_bind_text(statement, 2, queue_id);
    return sks_store_run(memory, statement);
}

int sks_memory_held_done(struct sks_memory *memory, const char *queue_id)
{
    int error;
    WRITE(memory, error, drop_held(memory, queue_id));
    return error;
}

int sks_memory_held_postpone(struct sks_memory *memory, const char *queue_id, int64_t due)
{
    int error;
    WRITE(memory, error, postpone_held(memory, queue_id, due));
    return error;
}

int sks_memory_newest(struct sks_memory *memory, int64_t *out_newest)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_COUNTER);
    *out_newest = 0;
    sks_store_bind_text(statement, 1, "clock");
    return sks_store_number(memory, statement, out_newest);
}

int sks_memory_held_within(struct sks_memory *memory, int64_t latest)
{
    int error = 0;
    if (is_any(memory, SKS_SQL_HELD_LATER, latest, 0))
        WRITE(memory, error, run_number(memory, SKS_SQL_HELD_WITHIN, latest));
    return error;
}

int sks_memory_steady_read(struct sks_memory *memory, char **out_text)
{
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_STEADY_READ);
    int error = sks_store_step(memory, statement, &row);
    if (error == 0)
        *out_text = row ? column(statement, 0) : g_strdup("");
    sqlite3_reset(statement);
    return error;
}

static int write_steady(struct sks_memory *memory, const char *text, int64_t limit)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_STEADY_WRITE);
    sks_store_bind_text(statement, 1, text);
    int error = sks_store_run(memory, statement);
    return error == 0 ? run_number(memory, SKS_SQL_CLOCK_LIMIT, limit) : error;
}

int sks_memory_steady_write(struct sks_memory *memory, const char *text, int64_t limit)
{
    int error;
    WRITE(memory, error, write_steady(memory, text, limit));
    return error;
}

static int expire(struct sks_memory *memory, enum sks_statement which, int64_t before, int64_t future)
{
    sqlite3_stmt *statement = sks_store_statement(memory, which);
    sqlite3_bind_int64(statement, 1, before);
    sqlite3_bind_int64(statement, 2, future);
    return sks_store_run(memory, statement);
}

int sks_memory_expire_before(struct sks_memory *memory, int64_t waiting, int64_t verdicts, int64_t future,
                             bool *out_more)
{
    int error = 0;
    if (is_any(memory, SKS_SQL_VERDICT_ANY, verdicts, 0))
        WRITE(memory, error, expire(memory, SKS_SQL_VERDICT_EXPIRE, verdicts, future));
    bool waited = is_any(memory, SKS_SQL_WAITING_EXPIRED, waiting, 0);
    if (error == 0 && waited)
        WRITE(memory, error, expire(memory, SKS_SQL_WAITING_PASSED, waiting, future));
    memory->since = waiting;
    if (error == 0 && (memory->erased || waited))
        sks_memory_tidy(memory);
    *out_more = is_any(memory, SKS_SQL_VERDICT_ANY, verdicts, 0) || is_any(memory, SKS_SQL_WAITING_EXPIRED, waiting, 0);
    return error;
}
