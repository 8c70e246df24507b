/*
 * Exchanges: mails of one sender that have a reader or a thread in common. Whether another one was an attack is looked
 * up in the log of verdicts; what a mail shows of the earlier ones is added to it.
 *
 * Only a sender's newest rows of one class are looked at, and what was judged anew is found by its Message-ID among the
 * few that were. So the cost does not grow with the log, nor with what a sender sends.
 */
#include "memory/exchange.h"

#include <string.h>
#include <unistd.h>

#include "memory/store.h"
#include "sekisho/limits.h"

/* One logged verdict of the sender. */
struct entry {
    int64_t id, at, content;
    enum sks_memory_standing standing;
    char *message_id, *recipients; /* recipients as the store keeps them, a line each */
    double score;
};

/* Whose exchange it is. Addresses as the store keeps them. */
struct party {
    struct sks_memory *memory;
    const struct sks_memory_mail *mail;
    int64_t digest; /* of the sender, as the log has it */
    char *from;
    GHashTable *readers; /* char * → const char *, the address itself: of this mail */
};

static void entry_free(void *data)
{
    struct entry *entry = data;
    g_free(entry->message_id);
    g_free(entry->recipients);
    g_free(entry);
}

static void party_init(struct party *party, struct sks_memory *memory, const struct sks_memory_mail *mail)
{
    char *lower = g_ascii_strdown(mail->from, -1);
    *party = (struct party){.memory = memory,
                            .mail = mail,
                            .digest = sks_store_party(memory, mail->from),
                            .from = sks_store_hide(memory, lower),
                            .readers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    g_free(lower);
    for (size_t i = 0; i < MIN(mail->recipient_count, SKS_LIMIT_MEMORY_RECIPIENTS); i++) {
        lower = g_ascii_strdown(mail->recipients[i], -1);
        g_hash_table_insert(party->readers, sks_store_hide(memory, lower), (void *)mail->recipients[i]);
        g_free(lower);
    }
}

static void party_finish(struct party *party)
{
    g_free(party->from);
    g_hash_table_unref(party->readers);
}

static bool is_sender_known(const struct sks_memory_mail *mail)
{
    return mail->from != NULL && mail->from[0] != '\0' && !mail->outgoing;
}

/* Which verdicts are asked for: but those by what another mail showed, and those of one standing. */
struct wanted {
    const char *class_;
    int64_t until;
    int but; /* enum sks_memory_standing, or -1 */
};

/* The sender's, from so long before the mail, the newest first. */
static int list_entries(const struct party *party, const struct wanted *wanted, GPtrArray *entries)
{
    int64_t since = sks_store_time(party->mail) - SKS_LIMIT_MEMORY_EXCHANGE_DAYS * INT64_C(86400);
    struct sks_memory *memory = party->memory;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_EXCHANGE_LIST);
    sqlite3_bind_int64(statement, 1, party->digest);
    sks_store_bind_text(statement, 2, wanted->class_);
    sqlite3_bind_int64(statement, 3, since);
    sqlite3_bind_int64(statement, 4, wanted->until);
    sqlite3_bind_int(statement, 5, wanted->but);
    sqlite3_bind_int64(statement, 6, SKS_LIMIT_MEMORY_EXCHANGE_MAILS);
    bool row = true;
    int error = 0;
    while (error == 0 && row) {
        error = sks_store_step(memory, statement, &row);
        if (error != 0 || !row)
            break;
        struct entry *entry = g_new0(struct entry, 1);
        entry->id = sqlite3_column_int64(statement, 0);
        entry->message_id = sks_store_column(memory, statement, 1);
        entry->recipients = g_strdup((const char *)sqlite3_column_text(statement, 2));
        entry->score = sqlite3_column_double(statement, 3);
        entry->standing = (enum sks_memory_standing)sqlite3_column_int(statement, 4);
        entry->content = sqlite3_column_int64(statement, 5);
        entry->at = sqlite3_column_int64(statement, 6);
        g_ptr_array_add(entries, entry);
    }
    sqlite3_reset(statement);
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

/* Those readers of the entry's mail, one to a line, that visit says true of, end it. */
typedef int (*reader_visit)(const struct party *party, const struct entry *entry, const char *reader, bool *out_ends);

static int each_reader(const struct party *party, const struct entry *entry, reader_visit visit, bool *out_any)
{
    char **readers = g_strsplit(entry->recipients, "\n", -1);
    int error = 0;
    *out_any = false;
    for (char **reader = readers; *reader != NULL && error == 0 && !*out_any; reader++) {
        char *lower = party->memory->hashed ? g_strdup(*reader) : g_ascii_strdown(*reader, -1);
        error = visit(party, entry, lower, out_any);
        g_free(lower);
    }
    g_strfreev(readers);
    return error;
}

static int is_common(const struct party *party, const struct entry *entry, const char *reader, bool *out_ends)
{
    (void)entry;
    *out_ends = g_hash_table_contains(party->readers, reader);
    return 0;
}

/* Whether somebody has said that the entry's mail is harmless, for this reader of it. */
static int is_released(const struct party *party, const struct entry *entry, const char *reader, bool *out_ends)
{
    struct sks_memory *memory = party->memory;
    bool row = false;
    if (entry->content == 0)
        return 0;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_EXCEPTED);
    sqlite3_bind_int64(statement, 1, entry->content);
    sqlite3_bind_int64(statement, 2, sks_store_digest(memory, party->from, ""));
    sqlite3_bind_int64(statement, 3, sks_store_digest(memory, reader, ""));
    int error = sks_store_step(memory, statement, &row);
    *out_ends = error == 0 && row;
    sqlite3_reset(statement);
    return error;
}

/* Whether the last word on the entry's mail is another class. */
static int is_overruled(const struct party *party, const struct entry *entry, const char *class_, bool *out_overruled)
{
    bool row = false;
    struct sks_memory *memory = party->memory;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_EXCHANGE_ANEW);
    sks_store_bind_sealed(memory, statement, 1, entry->message_id);
    sqlite3_bind_int64(statement, 2, entry->id);
    sqlite3_bind_int64(statement, 3, party->digest);
    sks_store_bind_text(statement, 4, entry->recipients);
    sqlite3_bind_int64(statement, 5, entry->content);
    int error = sks_store_step(memory, statement, &row);
    *out_overruled = error == 0 && row && strcmp((const char *)sqlite3_column_text(statement, 0), class_) != 0;
    sqlite3_reset(statement);
    return error;
}

/* Whether the entry's mail and this one are of one exchange, and it is still what it was called. */
static int belongs(const struct party *party, const struct entry *entry, const char *class_, bool *out_belongs)
{
    bool together = is_answered(party, entry), overruled = false;
    int error = together ? 0 : each_reader(party, entry, is_common, &together);
    if (error == 0 && together)
        error = is_overruled(party, entry, class_, &overruled);
    *out_belongs = error == 0 && together && !overruled;
    return error;
}

/* ---- Alarms ---- */

/* Whether the reader has released one of the sender's mails that came when the alarm did, or later. */
static int has_released_since(const struct party *party, const struct entry *alarm, const char *reader, bool *out_has)
{
    struct sks_memory *memory = party->memory;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_EXCHANGE_FORGIVEN);
    sqlite3_bind_int64(statement, 1, sks_store_digest(memory, party->from, ""));
    sqlite3_bind_int64(statement, 2, sks_store_digest(memory, reader, ""));
    sqlite3_bind_int64(statement, 3, alarm->at);
    int error = sks_store_step(memory, statement, out_has);
    sqlite3_reset(statement);
    return error;
}

/* Whether all readers of this mail have: the alarm itself, which bears another time where it was read from a file. */
static int is_forgiven(const struct party *party, const struct entry *alarm, bool *out_forgiven)
{
    GHashTableIter iterator;
    gpointer reader;
    bool all = g_hash_table_size(party->readers) > 0;
    int error = 0;
    g_hash_table_iter_init(&iterator, party->readers);
    while (error == 0 && all && g_hash_table_iter_next(&iterator, &reader, NULL)) {
        error = has_released_since(party, alarm, reader, &all);
        if (error == 0 && !all)
            error = is_released(party, alarm, reader, &all);
    }
    *out_forgiven = error == 0 && all;
    return error;
}

static void add_alarm(struct sks_memory_alarms *alarms, const struct sks_memory_alarm *alarm, struct sks_memory *memory)
{
    for (size_t i = 0; i < alarms->count; i++)
        if (alarms->items[i].proven >= alarm->proven && alarms->items[i].thread >= alarm->thread)
            return;
    if (alarms->count == SKS_MEMORY_ALARMS)
        return;
    alarms->items[alarms->count] = *alarm;
    alarms->items[alarms->count++].message_id = g_string_chunk_insert(memory->answer, alarm->message_id);
}

static bool is_surest(const struct sks_memory_alarms *alarms)
{
    for (size_t i = 0; i < alarms->count; i++)
        if (alarms->items[i].proven && alarms->items[i].thread)
            return true;
    return false;
}

/* An alarm is none for the very mail that raised it. */
static bool is_itself(const struct party *party, const struct entry *entry)
{
    const char *id = party->mail->message_id;
    return id != NULL && entry->content == party->mail->digest && strcmp(entry->message_id, id) == 0;
}

static int weigh(const struct party *party, const struct entry *entry, struct sks_memory_alarms *alarms)
{
    bool together = false, forgiven = false;
    if (is_itself(party, entry))
        return 0;
    int error = belongs(party, entry, "targeted", &together);
    if (error == 0 && together)
        error = is_forgiven(party, entry, &forgiven);
    const struct sks_memory_alarm alarm = {.proven = entry->standing == SKS_STANDING_PROVEN,
                                           .thread = is_answered(party, entry),
                                           .score = entry->score,
                                           .message_id = entry->message_id};
    if (error == 0 && together && !forgiven)
        add_alarm(alarms, &alarm, party->memory);
    return error;
}

int sks_store_ask_alarms(struct sks_memory *memory, const struct sks_memory_mail *mail, int64_t until,
                         struct sks_memory_alarms *out_alarms)
{
    out_alarms->count = 0;
    if (!is_sender_known(mail))
        return 0;
    struct party party;
    party_init(&party, memory, mail);
    GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);
    const struct wanted wanted = {"targeted", until, SKS_STANDING_DOUBTED};
    int error = list_entries(&party, &wanted, entries);
    for (guint i = 0; i < entries->len && error == 0 && !is_surest(out_alarms); i++)
        error = weigh(&party, g_ptr_array_index(entries, i), out_alarms);
    g_ptr_array_unref(entries);
    party_finish(&party);
    return error;
}

/* What the mail itself was called an attack for, if it was by what another showed: that holds, whatever is found now.
 */
static int add_own(struct sks_memory *memory, const struct sks_memory_mail *mail, struct sks_memory_alarms *alarms)
{
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_EXCHANGE_OWN);
    sks_store_bind_sealed(memory, statement, 1, mail->message_id);
    sqlite3_bind_int64(statement, 2, sks_store_party(memory, mail->from));
    sqlite3_bind_int64(statement, 3, mail->digest);
    int error = sks_store_step(memory, statement, &row);
    if (error == 0 && row) {
        char *because = sks_store_column(memory, statement, 1);
        const struct sks_memory_alarm alarm = {
            .proven = true, .thread = true, .score = sqlite3_column_double(statement, 0), .message_id = because};
        add_alarm(alarms, &alarm, memory);
        g_free(because);
    }
    sqlite3_reset(statement);
    return error;
}

int sks_memory_ask_alarms(struct sks_memory *memory, const struct sks_memory_mail *mail, int64_t until,
                          struct sks_memory_alarms *out_alarms)
{
    g_assert(memory->process == getpid());
    g_string_chunk_clear(memory->answer);
    int error = sks_store_begin(memory, false, SKS_LIMIT_MEMORY_ASK_MILLISECONDS);
    if (error != 0)
        return error;
    error = sks_store_ask_alarms(memory, mail, until, out_alarms);
    if (error == 0 && is_sender_known(mail) && !is_surest(out_alarms))
        error = add_own(memory, mail, out_alarms);
    int ended = sks_store_end(memory, error == 0);
    return error != 0 ? error : ended;
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
    char **kept = g_strsplit(entry->recipients, "\n", -1);
    if (!party->memory->hashed)
        return kept;
    GPtrArray *readers = g_ptr_array_new();
    for (char **to = kept; *to != NULL; to++) {
        const char *reader = g_hash_table_lookup(party->readers, *to);
        if (reader != NULL)
            g_ptr_array_add(readers, g_strdup(reader));
    }
    g_strfreev(kept);
    g_ptr_array_add(readers, NULL);
    return (char **)g_ptr_array_free(readers, FALSE);
}

static int tell(const struct party *party, const struct sks_memory_exchange *exchange, const struct entry *entry,
                const struct sks_memory_revised *revised, const char *held)
{
    char **readers = list_readers(party, entry);
    const struct sks_memory_verdict verdict = {
        .at = exchange->at,
        .message_id = entry->message_id,
        .from = party->mail->from,
        .to = (const char *const *)readers,
        .to_count = g_strv_length(readers),
        .subject = revised->subject,
        .class_ = exchange->class_,
        .score = revised->score,
        .previous = exchange->previous,
        .because = exchange->because,
    };
    int error = sks_store_tell(party->memory, &verdict, exchange->why, held);
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

static int add_row(const struct party *party, const struct sks_memory_exchange *exchange, const struct entry *entry,
                   double score)
{
    struct sks_memory *memory = party->memory;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_EXCHANGE_REVISE);
    sqlite3_bind_int64(statement, 1, exchange->at);
    sks_store_bind_text(statement, 2, exchange->class_);
    sqlite3_bind_double(statement, 3, score);
    sks_store_bind_text(statement, 4, exchange->previous);
    sks_store_bind_sealed(memory, statement, 5, exchange->because);
    sks_store_bind_text(statement, 6, SKS_MEMORY_EXCHANGE_EVIDENCE);
    sqlite3_bind_int64(statement, 7, entry->id);
    int error = sks_store_run(memory, statement);
    sqlite3_clear_bindings(statement);
    return error;
}

/* Where it waits for a password, it waits as what it is now; and what the MTA holds of it stays there. */
static int change_waiting(const struct party *party, const struct sks_memory_exchange *exchange,
                          const struct entry *entry, GString *held)
{
    struct sks_memory *memory = party->memory;
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_EXCHANGE_WAITING);
    sks_store_bind_text(statement, 1, exchange->class_);
    sks_store_bind_sealed(memory, statement, 2, entry->message_id);
    sks_store_bind_text(statement, 3, party->from);
    sks_store_bind_text(statement, 4, exchange->previous);
    bool row = entry->message_id[0] != '\0'; /* without one, it can't be told from others */
    int error = 0;
    while (error == 0 && row) {
        error = sks_store_step(memory, statement, &row);
        int64_t id = error == 0 && row ? sqlite3_column_int64(statement, 0) : 0;
        if (id != 0)
            g_array_append_val(ids, id);
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    for (guint i = 0; i < ids->len && error == 0; i++)
        error = sks_store_keep_held(memory, g_array_index(ids, int64_t, i), held);
    g_array_unref(ids);
    return error;
}

static int revise(const struct party *party, const struct sks_memory_exchange *exchange, const struct entry *entry,
                  bool notices)
{
    struct sks_memory_revised *revised = g_new0(struct sks_memory_revised, 1);
    GString *held = g_string_new(NULL);
    revised->message_id = g_strdup(entry->message_id);
    revised->score = MAX(entry->score, exchange->score);
    g_ptr_array_add(exchange->revised, revised);
    int error = read_subject(party->memory, entry->id, &revised->subject);
    if (error == 0)
        error = add_row(party, exchange, entry, revised->score);
    if (error == 0)
        error = change_waiting(party, exchange, entry, held);
    if (error == 0 && notices)
        error = tell(party, exchange, entry, revised, held->str);
    g_string_free(held, TRUE);
    return error;
}

/* One mail may have been logged twice with the same class. */
static bool is_new(GHashTable *seen, const struct entry *entry)
{
    return g_hash_table_add(
        seen, g_strdup_printf("%" G_GINT64_FORMAT " %s\n%s", entry->content, entry->message_id, entry->recipients));
}

static int revise_entry(const struct party *party, const struct sks_memory_exchange *exchange,
                        const struct entry *entry, bool notices)
{
    bool together = false, released = false;
    int error = belongs(party, entry, exchange->previous, &together);
    if (error == 0 && together)
        error = each_reader(party, entry, is_released, &released);
    return error == 0 && together && !released ? revise(party, exchange, entry, notices) : error;
}

int sks_store_revise(struct sks_memory *memory, const struct sks_memory_exchange *exchange, bool notices)
{
    g_ptr_array_set_size(exchange->revised, 0);
    if (!is_sender_known(exchange->mail))
        return 0;
    struct party party;
    party_init(&party, memory, exchange->mail);
    GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);
    GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    /* An attack that anybody may have sent says nothing of what surely is its sender's. */
    const struct wanted wanted = {exchange->previous, exchange->at, exchange->proven ? -1 : SKS_STANDING_PROVEN};
    int error = list_entries(&party, &wanted, entries);
    for (guint i = 0; i < entries->len && exchange->revised->len < SKS_LIMIT_MEMORY_EXCHANGE_REVISED; i++) {
        const struct entry *entry = g_ptr_array_index(entries, i);
        if (error == 0 && is_new(seen, entry))
            error = revise_entry(&party, exchange, entry, notices);
    }
    g_hash_table_unref(seen);
    g_ptr_array_unref(entries);
    party_finish(&party);
    return error;
}
