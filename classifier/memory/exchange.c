/*
 * Exchanges: mails of one sender that have a recipient or a thread in common. Whether an earlier one was an attack is
 * looked up in the log of verdicts; what a mail shows of the earlier ones is added to it.
 */
#include "memory/store.h"

#include <string.h>
#include <unistd.h>

#include "memory/exchange.h"
#include "sekisho/limits.h"

/* One logged verdict of the sender. */
struct entry {
    int64_t id, at, content;
    char *message_id;
    char **recipients; /* as the store keeps them */
    char *evidence;
    double score;
};

/* Whose exchange it is. */
struct party {
    struct sks_memory *memory;
    const struct sks_memory_mail *mail;
    char *from; /* as the store keeps it */
};

static void entry_free(void *data)
{
    struct entry *entry = data;
    g_free(entry->message_id);
    g_strfreev(entry->recipients);
    g_free(entry->evidence);
    g_free(entry);
}

static void party_init(struct party *party, struct sks_memory *memory, const struct sks_memory_mail *mail)
{
    char *lower = g_ascii_strdown(mail->from != NULL ? mail->from : "", -1);
    *party = (struct party){.memory = memory, .mail = mail, .from = sks_store_hide(memory, lower)};
    g_free(lower);
}

/* The sender's verdicts of the last days, the newest first. g_ptr_array_unref(). */
static int list_entries(const struct party *party, enum sks_statement which, GPtrArray **out_entries)
{
    struct sks_memory *memory = party->memory;
    int64_t at = sks_store_time(party->mail);
    GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);
    sqlite3_stmt *statement = sks_store_statement(memory, which);
    sks_store_bind_text(statement, 1, party->from);
    sqlite3_bind_int64(statement, 2, at - SKS_LIMIT_MEMORY_EXCHANGE_DAYS * INT64_C(86400));
    sqlite3_bind_int64(statement, 3, at);
    sqlite3_bind_int64(statement, 4, SKS_LIMIT_MEMORY_EXCHANGE_MAILS);
    bool row = true;
    int error = 0;
    while (error == 0 && row) {
        error = sks_store_step(memory, statement, &row);
        if (error != 0 || !row)
            break;
        struct entry *entry = g_new0(struct entry, 1);
        const char *recipients = (const char *)sqlite3_column_text(statement, 3);
        const char *evidence = (const char *)sqlite3_column_text(statement, 5);
        entry->id = sqlite3_column_int64(statement, 0);
        entry->at = sqlite3_column_int64(statement, 1);
        entry->message_id = sks_store_column(memory, statement, 2);
        entry->recipients = g_strsplit(recipients != NULL ? recipients : "", "\n", -1);
        entry->score = sqlite3_column_double(statement, 4);
        entry->evidence = g_strdup(evidence != NULL ? evidence : "");
        entry->content = sqlite3_column_int64(statement, 6);
        g_ptr_array_add(entries, entry);
    }
    sqlite3_reset(statement);
    *out_entries = entries;
    return error;
}

static bool is_answered(const struct party *party, const struct entry *entry)
{
    const struct sks_memory_mail *mail = party->mail;
    size_t count = MIN(mail->reference_count, SKS_LIMIT_MEMORY_REFERENCES);
    for (size_t i = 0; i < count && entry->message_id[0] != '\0'; i++)
        if (strcmp(mail->references[mail->reference_count - 1 - i], entry->message_id) == 0)
            return true;
    return false;
}

/* Whether one of those who got the entry's mail gets this one. Index of the recipient, or -1. */
static int find_common(const struct party *party, const char *kept)
{
    const struct sks_memory_mail *mail = party->mail;
    size_t count = MIN(mail->recipient_count, SKS_LIMIT_MEMORY_RECIPIENTS);
    for (size_t i = 0; i < count && *kept != '\0'; i++) {
        char *lower = g_ascii_strdown(mail->recipients[i], -1), *to = sks_store_hide(party->memory, lower);
        bool same = g_ascii_strcasecmp(to, kept) == 0;
        g_free(to);
        g_free(lower);
        if (same)
            return (int)i;
    }
    return -1;
}

/* Whether somebody has said that the entry's mail is harmless, for one of those who got it. */
static int is_released(const struct party *party, const struct entry *entry, bool *out_released)
{
    struct sks_memory *memory = party->memory;
    bool row = false;
    int error = 0;
    for (char **to = entry->recipients; *to != NULL && entry->content != 0 && error == 0 && !row; to++) {
        char *lower = memory->hashed ? g_strdup(*to) : g_ascii_strdown(*to, -1);
        sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_EXCEPTED);
        sqlite3_bind_int64(statement, 1, entry->content);
        sqlite3_bind_int64(statement, 2, sks_store_digest(memory, party->from, ""));
        sqlite3_bind_int64(statement, 3, sks_store_digest(memory, lower, ""));
        error = sks_store_step(memory, statement, &row);
        sqlite3_reset(statement);
        g_free(lower);
    }
    *out_released = row;
    return error;
}

/* Whether the entry's mail and this one belong together, and nobody has released it. */
static int belongs(const struct party *party, const struct entry *entry, bool *out_thread, bool *out_belongs)
{
    bool common = false, released = false;
    *out_thread = is_answered(party, entry);
    for (char **to = entry->recipients; *to != NULL && !common; to++)
        common = find_common(party, *to) >= 0;
    int error = common || *out_thread ? is_released(party, entry, &released) : 0;
    *out_belongs = (common || *out_thread) && !released;
    return error;
}

int sks_store_ask_exchange(struct sks_memory *memory, const struct sks_memory_mail *mail,
                           struct sks_memory_alarm *out_alarm)
{
    if (mail->from == NULL || mail->from[0] == '\0' || mail->outgoing)
        return 0;
    struct party party;
    GPtrArray *entries;
    party_init(&party, memory, mail);
    int error = list_entries(&party, SKS_SQL_EXCHANGE_ALARMS, &entries);
    for (guint i = 0; i < entries->len && error == 0 && !(out_alarm->any && out_alarm->thread); i++) {
        const struct entry *entry = g_ptr_array_index(entries, i);
        bool thread = false, together = false;
        if (strstr(entry->evidence, SKS_MEMORY_EXCHANGE_EVIDENCE) != NULL)
            continue; /* an attack by what another showed: that one is there, too, or was released */
        error = belongs(&party, entry, &thread, &together);
        if (together && (!out_alarm->any || thread))
            *out_alarm = (struct sks_memory_alarm){
                .any = true,
                .thread = thread,
                .doubted = strstr(entry->evidence, "sender.authentication-failed") != NULL,
                .at = entry->at,
                .score = entry->score,
                .message_id = g_string_chunk_insert(memory->answer, entry->message_id),
            };
    }
    g_ptr_array_unref(entries);
    g_free(party.from);
    return error;
}

/* ---- What a mail shows of those before it ---- */

static void revised_free(void *data)
{
    struct sks_memory_revised *revised = data;
    g_free(revised->message_id);
    g_free(revised->subject);
    g_free(revised);
}

GPtrArray *sks_memory_revised_list(void)
{
    return g_ptr_array_new_with_free_func(revised_free);
}

/* Who is told: those who got it, or, where only hashes of them are known, those of them who get this one. */
static char **list_readers(const struct party *party, const struct entry *entry)
{
    if (!party->memory->hashed)
        return g_strdupv(entry->recipients);
    GPtrArray *readers = g_ptr_array_new();
    for (char **to = entry->recipients; *to != NULL; to++) {
        int at = find_common(party, *to);
        if (at >= 0)
            g_ptr_array_add(readers, g_strdup(party->mail->recipients[at]));
    }
    g_ptr_array_add(readers, NULL);
    return (char **)g_ptr_array_free(readers, FALSE);
}

static int tell(const struct party *party, const struct sks_memory_exchange *exchange, const struct entry *entry,
                const char *subject)
{
    char **readers = list_readers(party, entry);
    const struct sks_memory_verdict verdict = {
        .at = exchange->at,
        .message_id = entry->message_id,
        .from = party->mail->from,
        .to = (const char *const *)readers,
        .to_count = g_strv_length(readers),
        .subject = subject,
        .class_ = exchange->class_,
        .score = exchange->score,
        .previous = exchange->previous,
        .because = exchange->because,
    };
    int error = sks_store_tell(party->memory, &verdict, exchange->why, "");
    g_strfreev(readers);
    return error;
}

static int read_subject(struct sks_memory *memory, int64_t id, char **out_subject)
{
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_EXCHANGE_SUBJECT);
    sqlite3_bind_int64(statement, 1, id);
    int error = sks_store_step(memory, statement, &row);
    *out_subject = error == 0 && row ? sks_store_column(memory, statement, 0) : g_strdup("");
    sqlite3_reset(statement);
    return error;
}

static int revise(const struct party *party, const struct sks_memory_exchange *exchange, const struct entry *entry,
                  bool notices)
{
    struct sks_memory *memory = party->memory;
    char *subject;
    int error = read_subject(memory, entry->id, &subject);
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_EXCHANGE_REVISE);
    sqlite3_bind_int64(statement, 1, exchange->at);
    sks_store_bind_text(statement, 2, exchange->class_);
    sqlite3_bind_double(statement, 3, exchange->score);
    sks_store_bind_text(statement, 4, exchange->previous);
    sks_store_bind_sealed(memory, statement, 5, exchange->because);
    sks_store_bind_text(statement, 6, SKS_MEMORY_EXCHANGE_EVIDENCE);
    sqlite3_bind_int64(statement, 7, entry->id);
    if (error == 0)
        error = sks_store_run(memory, statement);
    sqlite3_clear_bindings(statement);
    if (error == 0 && notices)
        error = tell(party, exchange, entry, subject);
    if (error == 0) {
        struct sks_memory_revised *revised = g_new0(struct sks_memory_revised, 1);
        revised->message_id = g_strdup(entry->message_id);
        revised->subject = g_strdup(subject);
        g_ptr_array_add(exchange->revised, revised);
    }
    g_free(subject);
    return error;
}

int sks_store_revise(struct sks_memory *memory, const struct sks_memory_exchange *exchange, bool notices)
{
    struct party party;
    GPtrArray *entries;
    party_init(&party, memory, exchange->mail);
    int error = list_entries(&party, SKS_SQL_EXCHANGE_CLEAN, &entries);
    g_ptr_array_set_size(exchange->revised, 0);
    for (guint i = 0; i < entries->len && error == 0 && exchange->revised->len < SKS_LIMIT_MEMORY_EXCHANGE_REVISED;
         i++) {
        const struct entry *entry = g_ptr_array_index(entries, i);
        bool thread = false, together = false;
        error = belongs(&party, entry, &thread, &together);
        if (error == 0 && together)
            error = revise(&party, exchange, entry, notices);
    }
    g_ptr_array_unref(entries);
    g_free(party.from);
    return error;
}
