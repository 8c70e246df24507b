/* The log of verdicts: written in the transaction that learns the mail, read oldest first. */
#include "memory/store.h"

#include <string.h>
#include <unistd.h>

#include "sekisho/limits.h"

int64_t sks_store_party(const struct sks_memory *memory, const char *address)
{
    if (address[0] == '\0')
        return 0;
    char *lower = g_utf8_strdown(address, -1);
    int64_t digest = sks_store_digest(memory, lower, "party");
    g_free(lower);
    return digest;
}

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
    sqlite3_bind_int64(statement, 12, sks_store_party(memory, verdict->party != NULL ? verdict->party : sender));
    sqlite3_bind_int(statement, 13, (int)verdict->standing);
    sqlite3_bind_int(statement, 14, verdict->carried);
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

/* ---- Reading ---- */

/*
 * Verdicts that are read at once. Whoever they are shown to may take his time, and nothing is open meanwhile: while
 * somebody reads, the write-ahead log can't begin anew, and grows with every mail.
 */
#define PAGE_ROWS 256u

struct page {
    GArray *verdicts;      /* struct sks_memory_verdict */
    GStringChunk *strings; /* theirs */
    int64_t at, id;        /* the last of all that were read */
};

static void clear_verdict(void *data)
{
    g_free((void *)((struct sks_memory_verdict *)data)->to);
}

static const char *text(struct page *page, sqlite3_stmt *statement, int column)
{
    const unsigned char *value = sqlite3_column_text(statement, column);
    return g_string_chunk_insert(page->strings, value != NULL ? (const char *)value : "");
}

static const char *sealed(struct page *page, const struct sks_memory *memory, sqlite3_stmt *statement, int column)
{
    g_autofree char *value = sks_store_column(memory, statement, column);
    return g_string_chunk_insert(page->strings, value);
}

/* Addresses, a line each, as a list without its end. */
static const char **list(struct page *page, const char *joined, size_t *out_count)
{
    g_auto(GStrv) split = g_strsplit(joined, "\n", -1);
    *out_count = g_strv_length(split);
    const char **addresses = g_new0(const char *, *out_count + 1);
    for (size_t i = 0; i < *out_count; i++)
        addresses[i] = g_string_chunk_insert(page->strings, split[i]);
    return addresses;
}

static void add_row(struct page *page, const struct sks_memory *memory, sqlite3_stmt *statement)
{
    struct sks_memory_verdict verdict = {
        .at = sqlite3_column_int64(statement, 0),
        .message_id = sealed(page, memory, statement, 1),
        .from = text(page, statement, 2),
        .subject = sealed(page, memory, statement, 4),
        .class_ = text(page, statement, 5),
        .score = sqlite3_column_double(statement, 6),
        .previous = text(page, statement, 7),
        .because = sealed(page, memory, statement, 8),
        .evidence = text(page, statement, 9),
    };
    verdict.to = list(page, text(page, statement, 3), &verdict.to_count);
    page->at = verdict.at;
    page->id = sqlite3_column_int64(statement, 10);
    g_array_append_val(page->verdicts, verdict);
}

static int read_page(struct sks_memory *memory, struct page *page)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_LOG_EACH);
    sqlite3_bind_int64(statement, 1, page->at);
    sqlite3_bind_int64(statement, 2, page->id);
    sqlite3_bind_int64(statement, 3, PAGE_ROWS);
    g_array_set_size(page->verdicts, 0);
    g_string_chunk_clear(page->strings);
    bool row = true;
    int error = 0;
    while (error == 0 && row) {
        error = sks_store_step(memory, statement, &row);
        if (error == 0 && row)
            add_row(page, memory, statement);
    }
    sqlite3_reset(statement);
    return error;
}

int sks_memory_log_each(struct sks_memory *memory, sks_memory_log_visitor visit, void *data)
{
    g_assert(memory->process == getpid());
    struct page page = {.at = INT64_MIN, .id = INT64_MIN, .strings = g_string_chunk_new(64 * 1024)};
    page.verdicts = g_array_sized_new(FALSE, FALSE, sizeof(struct sks_memory_verdict), PAGE_ROWS);
    g_array_set_clear_func(page.verdicts, clear_verdict);
    bool more = true;
    int error = 0;
    while (error == 0 && more) {
        error = read_page(memory, &page);
        for (guint i = 0; error == 0 && more && i < page.verdicts->len; i++)
            more = visit(data, &g_array_index(page.verdicts, struct sks_memory_verdict, i));
        more = more && page.verdicts->len == PAGE_ROWS;
    }
    g_array_unref(page.verdicts);
    g_string_chunk_free(page.strings);
    return error;
}
