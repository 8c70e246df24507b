/*
 * Mails that wait for each other, and the one transaction in which a mail leaves what it has to leave: its lesson, its
 * verdict, itself as one that waits, and what it changes for those that waited.
 *
 * Whoever found a mail waiting reads and judges without any lock. What was found is checked again under the lock that
 * writes: by the turn of each mail that is to be changed, and by looking for newer mails with the same keys. So two
 * mails that come at the same moment never miss each other, and no mail is opened twice.
 */
#include "memory/memory.h"

#include <string.h>
#include <unistd.h>

#include "memory/gather.h"
#include "memory/store.h"
#include "sekisho/limits.h"

/*
 * Mails deleted in one settlement, to make room or by age, and in one tidying. Deleting writes over what was there, so
 * it takes as long as keeping did: their number is bounded. What can't be done now is done with the next mails.
 */
#define ROOM_MOST    4
#define EXPIRED_MOST 1
#define TIDIED_MOST  16

/* What a key takes in the database with its two indexes: a small mail to many has more of them than of bytes. */
#define KEY_BYTES 64u

/* ---- Looking ---- */

/* Adds the bit of one key to all mails found by it: id → means. *out_count: how many there are, or are looked at. */
static int find_by_key(struct sks_memory *memory, GHashTable *found, const struct sks_memory_key *key, int64_t after,
                       unsigned *out_count)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAITING_FIND);
    sqlite3_bind_int(statement, 1, (int)key->kind);
    sqlite3_bind_int64(statement, 2, sks_store_digest(memory, key->value, ""));
    sqlite3_bind_int64(statement, 3, after);
    sqlite3_bind_int(statement, 4, (int)SKS_LIMIT_MEMORY_FOUND);
    bool row = true;
    int error = 0;
    while (error == 0 && row) {
        error = sks_store_step(memory, statement, &row);
        if (error != 0 || !row)
            break;
        const gint64 id = sqlite3_column_int64(statement, 0);
        (*out_count)++;
        guint means = GPOINTER_TO_UINT(g_hash_table_lookup(found, &id));
        g_hash_table_insert(found, g_memdup2(&id, sizeof id), GUINT_TO_POINTER(means | key->means));
    }
    sqlite3_reset(statement);
    return error;
}

/* A key that too many mails have: whether those found by others have it, too. */
static int complete(struct sks_memory *memory, GHashTable *found, const struct sks_memory_key *key)
{
    GHashTableIter iterator;
    gpointer id, means;
    int error = 0;
    g_hash_table_iter_init(&iterator, found);
    while (error == 0 && g_hash_table_iter_next(&iterator, &id, &means)) {
        int64_t has = 0;
        sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAITING_HAS);
        sqlite3_bind_int(statement, 1, (int)key->kind);
        sqlite3_bind_int64(statement, 2, sks_store_digest(memory, key->value, ""));
        sqlite3_bind_int64(statement, 3, *(const gint64 *)id);
        error = sks_store_number(memory, statement, &has);
        if (has != 0)
            g_hash_table_iter_replace(&iterator, GUINT_TO_POINTER(GPOINTER_TO_UINT(means) | key->means));
    }
    return error;
}

static int find_ids(struct sks_memory *memory, GHashTable *found, const struct sks_memory_key *keys, size_t count,
                    int64_t after)
{
    int error = 0;
    GPtrArray *frequent = g_ptr_array_new();
    for (size_t i = 0; i < count && error == 0; i++) {
        unsigned mails = 0;
        if (keys[i].value != NULL && *keys[i].value != '\0')
            error = find_by_key(memory, found, &keys[i], after, &mails);
        if (mails >= SKS_LIMIT_MEMORY_FOUND)
            g_ptr_array_add(frequent, (void *)&keys[i]);
    }
    for (guint i = 0; i < frequent->len && error == 0; i++)
        error = complete(memory, found, g_ptr_array_index(frequent, i));
    g_ptr_array_unref(frequent);
    return error;
}

static char *column(sqlite3_stmt *statement, int index)
{
    const unsigned char *text = sqlite3_column_text(statement, index);
    return g_strdup(text != NULL ? (const char *)text : "");
}

/* Adds the mail to the array, unless it is too old or gone. */
static int get(struct sks_memory *memory, GArray *items, int64_t id, unsigned means, int64_t since)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAITING_GET);
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_int64(statement, 2, since);
    bool row = false;
    int error = sks_store_step(memory, statement, &row);
    if (error == 0 && row) {
        const struct sks_memory_waiting waiting = {
            .id = id,
            .turn = sqlite3_column_int64(statement, 0),
            .at = sqlite3_column_int64(statement, 1),
            .means = means,
            .locked = (unsigned)sqlite3_column_int(statement, 2),
            .kept = sqlite3_column_int64(statement, 3) > 0,
            .message_id = sks_store_column(memory, statement, 4),
            .sender = column(statement, 5),
            .subject = sks_store_column(memory, statement, 6),
            .files = sks_store_column(memory, statement, 7),
            .passwords = sks_store_column(memory, statement, 8),
            .class_ = column(statement, 9),
            .digest = sqlite3_column_int64(statement, 10),
        };
        g_array_append_val(items, waiting);
    }
    sqlite3_reset(statement);
    return error;
}

static int by_age(const void *left, const void *right)
{
    const struct sks_memory_waiting *a = left, *b = right;
    return a->id < b->id ? 1 : a->id > b->id ? -1 : 0;
}

/* The mails of those numbers, the newest first. ids: id → means. */
static int get_all(struct sks_memory *memory, GHashTable *ids, int64_t since, struct sks_memory_found *found)
{
    GArray *items = g_array_new(FALSE, FALSE, sizeof(struct sks_memory_waiting));
    GHashTableIter iterator;
    gpointer id, means;
    int error = 0;
    g_hash_table_iter_init(&iterator, ids);
    while (error == 0 && g_hash_table_iter_next(&iterator, &id, &means))
        error = get(memory, items, *(const gint64 *)id, GPOINTER_TO_UINT(means), since);
    g_array_sort(items, by_age);
    found->count = items->len;
    found->items = (struct sks_memory_waiting *)(void *)g_array_free(items, FALSE);
    return error;
}

static int find(struct sks_memory *memory, const struct sks_memory_key *keys, size_t count, int64_t since,
                struct sks_memory_found *found)
{
    GHashTable *ids = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    int error = sks_store_number(memory, sks_store_statement(memory, SKS_SQL_WAITING_LAST), &found->last);
    if (error == 0 && found->last > 0)
        error = find_ids(memory, ids, keys, count, 0);
    if (error == 0)
        error = get_all(memory, ids, since, found);
    g_hash_table_unref(ids);
    return error;
}

int sks_memory_find(struct sks_memory *memory, const struct sks_memory_key *keys, size_t count, int64_t since,
                    struct sks_memory_found *out_found)
{
    g_assert(memory->process == getpid());
    struct sks_memory_found found = {0};
    int error = sks_store_begin(memory, false, SKS_LIMIT_MEMORY_FETCH_MILLISECONDS);
    if (error != 0)
        return error;
    error = find(memory, keys, count, since, &found);
    int ended = sks_store_end(memory, error == 0);
    error = error != 0 ? error : ended;
    if (error == 0)
        *out_found = found;
    else
        sks_memory_found_finish(&found);
    return error;
}

bool sks_memory_is_same(const struct sks_memory *memory, const struct sks_memory_waiting *waiting, const char *identity)
{
    return waiting->digest == sks_store_digest(memory, identity, "");
}

void sks_memory_found_finish(struct sks_memory_found *found)
{
    for (size_t i = 0; i < found->count; i++) {
        g_free(found->items[i].message_id);
        g_free(found->items[i].sender);
        g_free(found->items[i].subject);
        g_free(found->items[i].class_);
        g_free(found->items[i].files);
        g_free(found->items[i].passwords);
    }
    g_free(found->items);
    *found = (struct sks_memory_found){0};
}

static GBytes *blob(sqlite3_stmt *statement, int index)
{
    const void *bytes = sqlite3_column_blob(statement, index);
    int size = sqlite3_column_bytes(statement, index);
    return g_bytes_new(bytes, size > 0 ? (gsize)size : 0);
}

int sks_memory_fetch(struct sks_memory *memory, const struct sks_memory_waiting *waiting, GBytes **out_bytes,
                     GBytes **out_context)
{
    g_assert(memory->process == getpid());
    int error = sks_store_begin(memory, false, SKS_LIMIT_MEMORY_FETCH_MILLISECONDS);
    if (error != 0)
        return error;
    bool row = false;
    GBytes *bytes = NULL, *context = NULL;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAITING_FETCH);
    sqlite3_bind_int64(statement, 1, waiting->id);
    sqlite3_bind_int64(statement, 2, waiting->turn);
    error = sks_store_step(memory, statement, &row);
    if (error == 0 && row) {
        context = blob(statement, 0);
        bytes = blob(statement, 1);
    }
    sqlite3_reset(statement);
    sks_store_end(memory, true);
    if (error == 0 && !row)
        error = SKS_ERROR_UNAVAILABLE;
    if (error != 0)
        return error;
    *out_bytes = bytes;
    *out_context = context;
    return 0;
}

/* ---- Deleting ---- */

static int run_for_id(struct sks_memory *memory, enum sks_statement which, int64_t id)
{
    sqlite3_stmt *statement = sks_store_statement(memory, which);
    sqlite3_bind_int64(statement, 1, id);
    return sks_store_run(memory, statement);
}

static int drop(struct sks_memory *memory, int64_t id)
{
    int error = run_for_id(memory, SKS_SQL_WAITING_DROP_MAIL, id);
    if (error == 0)
        error = run_for_id(memory, SKS_SQL_WAITING_DROP_KEYS, id);
    memory->erased = true;
    return error == 0 ? run_for_id(memory, SKS_SQL_WAITING_DROP, id) : error;
}

static int drop_expired(struct sks_memory *memory, int64_t since, int most, int *out_count)
{
    int error = 0;
    for (int i = 0; i < most && error == 0; i++) {
        int64_t id = 0;
        sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAITING_EXPIRED);
        sqlite3_bind_int64(statement, 1, since);
        error = sks_store_number(memory, statement, &id);
        if (error != 0 || id == 0)
            break;
        memory->deadline += (int64_t)SKS_LIMIT_MEMORY_KEEP_MILLISECONDS * 1000;
        error = drop(memory, id);
        *out_count += error == 0;
    }
    return error;
}

/* Without the lock that writes: nearly always there is none. */
static bool is_any_expired(struct sks_memory *memory)
{
    int64_t id = 0;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAITING_EXPIRED);
    sqlite3_bind_int64(statement, 1, memory->since);
    return sks_store_number(memory, statement, &id) == 0 && id != 0;
}

void sks_store_tidy_waiting(struct sks_memory *memory)
{
    int count = 1;
    if (memory->since == 0 || !is_any_expired(memory))
        return;
    for (int i = 0; i < TIDIED_MOST && count > 0; i++) {
        count = 0;
        if (sks_store_begin(memory, true, SKS_LIMIT_MEMORY_LEARN_MILLISECONDS) != 0)
            return;
        int error = drop_expired(memory, memory->since, 1, &count);
        if (sks_store_end(memory, error == 0) != 0 || error != 0)
            return;
    }
}

/* Makes room for so many bytes; *out_room tells whether there is any. */
static int make_room(struct sks_memory *memory, uint64_t size, uint64_t total, bool *out_room)
{
    int error = 0;
    *out_room = size <= total;
    for (int i = 0; i <= ROOM_MOST && error == 0 && *out_room; i++) {
        int64_t kept = 0, id = 0;
        error = sks_store_number(memory, sks_store_statement(memory, SKS_SQL_WAITING_TOTAL), &kept);
        if (error != 0 || (uint64_t)kept + size <= total)
            return error;
        error = sks_store_number(memory, sks_store_statement(memory, SKS_SQL_WAITING_OLDEST), &id);
        *out_room = id != 0 && i < ROOM_MOST;
        if (error == 0 && *out_room)
            error = drop(memory, id);
    }
    return error;
}

/* ---- Keeping ---- */

static int add_mail(struct sks_memory *memory, const struct sks_memory_keeping *keeping, int64_t id)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAITING_ADD_MAIL);
    sqlite3_bind_blob64(statement, 1, keeping->context_size > 0 ? keeping->context : "", keeping->context_size,
                        SQLITE_STATIC);
    sqlite3_bind_blob64(statement, 2, keeping->bytes, keeping->size, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, id);
    int error = sks_store_run(memory, statement);
    sqlite3_clear_bindings(statement);
    return error;
}

static int add_keys(struct sks_memory *memory, const struct sks_memory_keeping *keeping, int64_t id)
{
    int error = 0;
    for (size_t i = 0; i < keeping->key_count && error == 0; i++) {
        if (keeping->keys[i].value == NULL || *keeping->keys[i].value == '\0')
            continue;
        sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAITING_ADD_KEY);
        sqlite3_bind_int(statement, 1, (int)keeping->keys[i].kind);
        sqlite3_bind_int64(statement, 2, sks_store_digest(memory, keeping->keys[i].value, ""));
        sqlite3_bind_int64(statement, 3, id);
        error = sks_store_run(memory, statement);
    }
    return error;
}

static int keep(struct sks_memory *memory, const struct sks_memory_keeping *keeping, uint64_t total)
{
    bool room = keeping->bytes != NULL && keeping->size > 0;
    const uint64_t size = keeping->size + keeping->context_size + KEY_BYTES * keeping->key_count;
    int error = room && total > 0 ? make_room(memory, size, total, &room) : 0;
    if (error != 0)
        return error;
    int64_t id = 0;
    char *sender = sks_store_hide(memory, keeping->sender != NULL ? keeping->sender : "");
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAITING_ADD);
    sqlite3_bind_int64(statement, 1, sks_store_digest(memory, keeping->identity, ""));
    sqlite3_bind_int64(statement, 2, keeping->at);
    sqlite3_bind_int(statement, 3, (int)keeping->locked);
    sqlite3_bind_int64(statement, 4, room ? (int64_t)size : 0);
    sks_store_bind_sealed(memory, statement, 5, keeping->message_id);
    sks_store_bind_text(statement, 6, sender);
    sks_store_bind_sealed(memory, statement, 7, keeping->subject);
    sks_store_bind_sealed(memory, statement, 8, keeping->files);
    sks_store_bind_sealed(memory, statement, 9, keeping->passwords);
    sks_store_bind_text(statement, 10, keeping->class_);
    error = sks_store_number(memory, statement, &id);
    g_free(sender);
    if (error == 0 && room)
        error = add_mail(memory, keeping, id);
    if (error == 0 && keeping->queue_id != NULL)
        error = sks_store_hold(memory, id, keeping->queue_id, keeping->due);
    return error == 0 ? add_keys(memory, keeping, id) : error;
}

/* ---- Settling ---- */

/* *out_done stays false if the mail is no longer what was found. */
static int change_waiting(struct sks_memory *memory, const struct sks_memory_change *change, bool *out_done)
{
    int64_t id = 0;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAITING_TURN);
    sqlite3_bind_int(statement, 1, (int)change->locked);
    sks_store_bind_sealed(memory, statement, 2, change->passwords);
    sks_store_bind_text(statement, 3, change->verdict->class_);
    sqlite3_bind_int64(statement, 4, change->waiting->id);
    sqlite3_bind_int64(statement, 5, change->waiting->turn);
    int error = sks_store_number(memory, statement, &id);
    if (error != 0 || id == 0)
        return error;
    *out_done = true;
    if (change->locked > 0 || change->waiting->locked == 0)
        return 0; /* waits for another password, or for further attachments that its own opens */
    memory->erased = true;
    bool useful = change->passwords != NULL && *change->passwords != '\0';
    return useful ? run_for_id(memory, SKS_SQL_WAITING_DROP_MAIL, id) : drop(memory, id);
}

static int apply(struct sks_memory *memory, struct sks_memory_change *change, bool notices)
{
    change->done = false;
    int error = change_waiting(memory, change, &change->done);
    if (error == 0 && change->done)
        error = sks_store_log(memory, change->verdict);
    if (error == 0 && change->done)
        error = sks_store_leave_duties(memory, change, notices);
    if (error == 0 && change->done && change->mail != NULL)
        error = sks_store_learn(memory, change->mail);
    if (error == 0 && change->done && change->unlearn != NULL)
        error = sks_store_unlearn(memory, change->unlearn);
    return error;
}

/* Whether another mail came that would have been found, and that matters. */
static int has_newer(struct sks_memory *memory, const struct sks_memory_settlement *settlement, bool *out_newer)
{
    struct sks_memory_found newer = {0};
    int64_t last = 0;
    int error = sks_store_number(memory, sks_store_statement(memory, SKS_SQL_WAITING_LAST), &last);
    if (error != 0 || last <= settlement->found->last)
        return error;
    GHashTable *ids = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    error = find_ids(memory, ids, settlement->keys, settlement->key_count, settlement->found->last);
    if (error == 0)
        error = get_all(memory, ids, settlement->since, &newer);
    for (size_t i = 0; i < newer.count && !*out_newer; i++)
        *out_newer = settlement->matters == NULL || settlement->matters(settlement->matters_data, &newer.items[i]);
    sks_memory_found_finish(&newer);
    g_hash_table_unref(ids);
    return error;
}

/* Whether the exchange's attack is one by this settlement: another process may have changed it before. */
static bool is_attack(const struct sks_memory_settlement *settlement, const struct sks_memory_exchange *exchange)
{
    for (size_t i = 0; i < settlement->change_count; i++)
        if (exchange->waiting != NULL && settlement->changes[i].waiting == exchange->waiting)
            return settlement->changes[i].done;
    return true;
}

int sks_store_settle(struct sks_memory *memory, const struct sks_memory_settlement *settlement, bool *out_again)
{
    int error = 0;
    if (settlement->found != NULL)
        error = has_newer(memory, settlement, out_again);
    for (size_t i = 0; i < settlement->change_count && error == 0 && !*out_again; i++) {
        error = apply(memory, &settlement->changes[i], settlement->notices);
        *out_again = settlement->found != NULL && !settlement->changes[i].done;
    }
    if (error != 0 || *out_again)
        return error;
    if (settlement->mail != NULL)
        error = sks_store_learn(memory, settlement->mail);
    if (error == 0 && settlement->counted != NULL)
        error = sks_store_count_wave(memory, settlement->counted);
    const struct sks_memory_mail *newest = settlement->mail != NULL ? settlement->mail : settlement->counted;
    if (error == 0 && newest != NULL)
        error = sks_store_expire_some(memory, sks_store_time(newest));
    for (size_t i = 0; i < settlement->exchange_count && error == 0; i++)
        if (is_attack(settlement, &settlement->exchanges[i]))
            error = sks_store_revise(memory, &settlement->exchanges[i], settlement->notices);
    if (error == 0 && settlement->verdict != NULL)
        error = sks_store_log(memory, settlement->verdict);
    int expired = 0;
    if (error == 0 && settlement->since != 0)
        error = drop_expired(memory, settlement->since, EXPIRED_MOST, &expired);
    if (error == 0 && settlement->keeping != NULL)
        error = keep(memory, settlement->keeping, settlement->total_size);
    return error;
}

/*
 * What leaves nothing that waits is as if it had come when it looked: whoever came since is looked for without the lock
 * that writes. *out_done: it is put by, or has to be judged anew.
 */
static int gather(struct sks_memory *memory, const struct sks_memory_settlement *settlement, bool *out_again,
                  bool *out_done)
{
    bool newer = false;
    int error = 0;
    if (settlement->found != NULL) {
        error = sks_store_begin(memory, false, SKS_LIMIT_MEMORY_LEARN_MILLISECONDS);
        if (error != 0)
            return error;
        error = has_newer(memory, settlement, &newer);
        int ended = sks_store_end(memory, error == 0);
        error = error != 0 ? error : ended;
    }
    if (error != 0)
        return error;
    *out_done = newer || sks_store_gather(memory, settlement);
    if (*out_done)
        *out_again = newer;
    return 0;
}

int sks_memory_settle(struct sks_memory *memory, const struct sks_memory_settlement *settlement, bool *out_again)
{
    g_assert(memory->process == getpid());
    if (memory->mode == SKS_MEMORY_READ_ONLY)
        return SKS_ERROR_UNSUPPORTED;
    if (sks_store_may_gather(memory, settlement)) {
        bool done = false;
        int failed = gather(memory, settlement, out_again, &done);
        if (failed != 0 || done)
            return failed;
    }
    if (settlement->exchange_count > 0)
        sks_memory_take_in(memory,
                           SKS_LIMIT_MEMORY_TAKE_IN_ASKING); /* mails before it may be among what was gathered */
    bool heavy = settlement->keeping != NULL || settlement->change_count > 0 || settlement->exchange_count > 0;
    int error =
        sks_store_begin(memory, true, heavy ? SKS_LIMIT_MEMORY_KEEP_MILLISECONDS : SKS_LIMIT_MEMORY_LEARN_MILLISECONDS);
    if (error != 0)
        return error;
    bool again = false;
    error = sks_store_settle(memory, settlement, &again);
    int ended = sks_store_end(memory, error == 0 && !again);
    error = error != 0 ? error : ended;
    if (error == 0) {
        memory->since = MAX(memory->since, settlement->since);
        *out_again = again;
    }
    return error;
}
