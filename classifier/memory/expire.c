/*
 * What is old goes.
 *
 * A hand goes round over all addresses and domains, two with each lesson (eight with each fourth): counts are halved
 * every year, so that what was long ago weighs less; habits that nobody had for a year go, and so does whoever had
 * nothing to do with us for three. Message-IDs, waves and exceptions have a time of their own, and ceilings for their
 * number; verdicts have a ceiling here, and their time is the administrator's to say (sks_memory_expire_before()).
 * Addresses and domains have ceilings, too: beyond them the hand goes faster and takes those along that wrote once,
 * then twice, and so on, and to whom we never wrote.
 *
 * "Now" is the mails' time. One mail from the future moves it by a week at most, and nothing is ever deleted because of
 * a time later than the mail in hand.
 */
#include "memory/store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sekisho/limits.h"

#define DAY               ((int64_t)24 * 3600)
#define SEEN_SECONDS      (60 * DAY)
#define SENT_SECONDS      (400 * DAY)
#define EXCEPTION_SECONDS ((int64_t)SKS_LIMIT_MEMORY_EXCEPTION_DAYS * DAY)
#define PARTY_SECONDS     (1100 * DAY)
#define HABIT_SECONDS     (366 * DAY)
#define HALF_LIFE         (366 * DAY)
#define LESSONS_BETWEEN   4u /* statements cost more than rows: what is due is done for so many lessons at once */
#define SWEPT_AT_ONCE     (2u * LESSONS_BETWEEN)
#define SWEPT_CROWDED     (4u * LESSONS_BETWEEN) /* more than come */
#define SILENT_SECONDS    (90 * DAY)             /* recipients who never wrote: of ours, so they stay for longer */

struct party {
    int64_t id, touched, aged, mails, written;
};

/*
 * How many mails somebody must have sent to stay, who would have to stay for nothing else: 0 below the ceiling, two
 * above it, then four, eight and, from half as many again and a quarter on, sixteen; more would cost correspondents.
 */
static int least_mails(struct sks_memory *memory, const char *counter, int64_t ceiling, int64_t *out_least)
{
    int64_t rows = 0;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_COUNTER);
    sks_store_bind_text(statement, 1, counter);
    int error = sks_store_number(memory, statement, &rows);
    if (error == 0)
        *out_least = rows > ceiling ? (int64_t)2 << MIN(3, 4 * (rows - ceiling) / ceiling) : 0;
    return error;
}

/* Whether it must make room, as there are too many. */
static bool makes_room(int64_t mails, int64_t written, int64_t touched, int64_t least, int64_t now)
{
    if (written > 0 || mails >= least)
        return false;
    return touched < now - (mails > 0 ? DAY : SILENT_SECONDS);
}

static int run_for(struct sks_memory *memory, enum sks_statement which, int64_t first, const int64_t *second,
                   uint64_t *out_count)
{
    sqlite3_stmt *statement = sks_store_statement(memory, which);
    sqlite3_bind_int64(statement, 1, first);
    if (second != NULL)
        sqlite3_bind_int64(statement, 2, *second);
    int error = sks_store_run(memory, statement);
    if (error == 0 && out_count != NULL)
        *out_count += (uint64_t)sqlite3_changes(memory->database);
    return error;
}

/* All of a party that is not needed any more. */
static int drop_party(struct sks_memory *memory, int64_t id, uint64_t *out_count)
{
    const int64_t never = INT64_MAX;
    int error = run_for(memory, SKS_SQL_SWEEP_HABITS, id, &never, out_count);
    if (error == 0)
        error = run_for(memory, SKS_SQL_SWEEP_PAIRS, id, &never, out_count);
    if (error == 0)
        error = run_for(memory, SKS_SQL_SWEEP_PAIRS_TO, id, NULL, out_count);
    if (error == 0)
        error = run_for(memory, SKS_SQL_SWEEP_NAMES, id, &never, out_count);
    return error == 0 ? run_for(memory, SKS_SQL_SWEEP_PARTY, id, NULL, out_count) : error;
}

static int age_party(struct sks_memory *memory, const struct party *party, int64_t now, uint64_t *out_count)
{
    static const enum sks_statement halving[] = {SKS_SQL_AGE_HABITS, SKS_SQL_AGE_PAIRS, SKS_SQL_AGE_NAMES};
    const int64_t habits = now - HABIT_SECONDS, others = now - PARTY_SECONDS;
    int error = run_for(memory, SKS_SQL_SWEEP_HABITS, party->id, &habits, out_count);
    if (error == 0)
        error = run_for(memory, SKS_SQL_SWEEP_PAIRS, party->id, &others, out_count);
    if (error == 0)
        error = run_for(memory, SKS_SQL_SWEEP_NAMES, party->id, &others, out_count);
    for (size_t i = 0; i < G_N_ELEMENTS(halving) && error == 0; i++)
        error = run_for(memory, halving[i], party->id, NULL, NULL);
    return error == 0 ? run_for(memory, SKS_SQL_AGE_PARTY, party->aged + HALF_LIFE, &party->id, NULL) : error;
}

/* ---- The hand ---- */

static int read_hand(struct sks_memory *memory, const char *name, char **out_at)
{
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_HAND);
    sks_store_bind_text(statement, 1, name);
    int error = sks_store_step(memory, statement, &row);
    if (error == 0)
        *out_at = g_strdup(row ? (const char *)sqlite3_column_text(statement, 0) : "");
    sqlite3_reset(statement);
    return error;
}

static int move_hand(struct sks_memory *memory, const char *name, const char *at)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_HAND_MOVE);
    sks_store_bind_text(statement, 1, name);
    sks_store_bind_text(statement, 2, at);
    return sks_store_run(memory, statement);
}

static int list_parties(struct sks_memory *memory, int64_t after, unsigned most, GArray *parties)
{
    bool row = true;
    int error = 0;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_SWEEP_PARTIES);
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, most);
    while (error == 0 && row) {
        error = sks_store_step(memory, statement, &row);
        const struct party party = {error == 0 && row ? sqlite3_column_int64(statement, 0) : 0,
                                    sqlite3_column_int64(statement, 1), sqlite3_column_int64(statement, 2),
                                    sqlite3_column_int64(statement, 3), sqlite3_column_int64(statement, 4)};
        if (party.id != 0)
            g_array_append_val(parties, party);
    }
    sqlite3_reset(statement);
    return error;
}

/* *out_round: the hand came to the end and begins anew. */
static int sweep_parties(struct sks_memory *memory, int64_t now, unsigned most, bool *out_round, uint64_t *out_count)
{
    char *at = NULL;
    int64_t least = 0;
    GArray *parties = g_array_new(FALSE, FALSE, sizeof(struct party));
    int error = read_hand(memory, "party", &at);
    if (error == 0)
        error = least_mails(memory, "parties", SKS_LIMIT_MEMORY_PARTIES, &least);
    most = least > 0 ? MAX(most, SWEPT_CROWDED) : most;
    if (error == 0)
        error = list_parties(memory, at[0] != '\0' ? strtoll(at, NULL, 10) : 0, most, parties);
    g_free(at);
    for (guint i = 0; i < parties->len && error == 0; i++) {
        const struct party *party = &g_array_index(parties, struct party, i);
        if (party->touched < now - PARTY_SECONDS ||
            makes_room(party->mails, party->written, party->touched, least, now))
            error = drop_party(memory, party->id, out_count);
        else if (party->aged < now - HALF_LIFE)
            error = age_party(memory, party, now, out_count);
    }
    *out_round = parties->len < most;
    gint64 next = *out_round ? 0 : g_array_index(parties, struct party, parties->len - 1).id;
    g_array_unref(parties);
    char *text = g_strdup_printf("%" G_GINT64_FORMAT, next);
    if (error == 0)
        error = move_hand(memory, "party", text);
    g_free(text);
    return error;
}

/* The next domains behind *at, which becomes the last of them; those that go are added to old. */
static int list_domains(struct sks_memory *memory, int64_t now, unsigned most, int64_t least, char **at, GPtrArray *old,
                        unsigned *out_count)
{
    bool row = true;
    int error = 0;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_SWEEP_DOMAINS);
    sks_store_bind_text(statement, 1, *at);
    sqlite3_bind_int64(statement, 2, most);
    while (error == 0 && row) {
        error = sks_store_step(memory, statement, &row);
        if (error != 0 || !row)
            break;
        ++*out_count;
        char *name = g_strdup((const char *)sqlite3_column_text(statement, 0));
        int64_t touched = sqlite3_column_int64(statement, 1), mails = sqlite3_column_int64(statement, 2);
        if (touched < now - PARTY_SECONDS || makes_room(mails, sqlite3_column_int64(statement, 3), touched, least, now))
            g_ptr_array_add(old, g_strdup(name));
        g_free(*at);
        *at = name;
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return error;
}

static int sweep_domains(struct sks_memory *memory, int64_t now, unsigned most, bool *out_round, uint64_t *out_count)
{
    char *at = NULL;
    int64_t least = 0;
    GPtrArray *old = g_ptr_array_new_with_free_func(g_free);
    unsigned count = 0;
    int error = read_hand(memory, "domain", &at);
    if (error == 0)
        error = least_mails(memory, "domains", SKS_LIMIT_MEMORY_DOMAINS, &least);
    most = least > 0 ? MAX(most, 4 * SWEPT_CROWDED) : most; /* it comes less often */
    if (error == 0)
        error = list_domains(memory, now, most, least, &at, old, &count);
    for (guint i = 0; i < old->len && error == 0; i++) {
        sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_SWEEP_DOMAIN);
        sks_store_bind_text(statement, 1, g_ptr_array_index(old, i));
        error = sks_store_run(memory, statement);
        *out_count += error == 0;
    }
    g_ptr_array_unref(old);
    *out_round = count < most;
    if (error == 0)
        error = move_hand(memory, "domain", *out_round ? "" : at);
    g_free(at);
    return error;
}

/* ---- What has a time of its own ---- */

/* Above its ceiling, a table loses two for each that comes, the oldest, whatever their time. */
static int expire_digests(struct sks_memory *memory, enum sks_statement which, const char *counter, int64_t before,
                          int64_t ceiling, unsigned most, uint64_t *out_count)
{
    int64_t rows = 0;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_COUNTER);
    sks_store_bind_text(statement, 1, counter);
    int error = sks_store_number(memory, statement, &rows);
    if (error != 0)
        return error;
    statement = sks_store_statement(memory, which);
    sqlite3_bind_int64(statement, 1, rows > ceiling ? INT64_MAX : before);
    sqlite3_bind_int64(statement, 2, rows > ceiling ? MIN((int64_t)most, rows - ceiling) : (int64_t)most);
    error = sks_store_run(memory, statement);
    int gone = error == 0 ? sqlite3_changes(memory->database) : 0;
    *out_count += (uint64_t)gone;
    return error == 0 && gone > 0 ? sks_store_count_up(memory, counter, -gone) : error;
}

static int expire_dated(struct sks_memory *memory, int64_t now, unsigned most, uint64_t *out_count)
{
    int error =
        expire_digests(memory, SKS_SQL_EXPIRE_SEEN, "seen", now - SEEN_SECONDS, SKS_LIMIT_MEMORY_SEEN, most, out_count);
    if (error == 0)
        error = expire_digests(memory, SKS_SQL_EXPIRE_SENT, "sent", now - SENT_SECONDS, SKS_LIMIT_MEMORY_SENT, most,
                               out_count);
    if (error == 0)
        error = sks_store_expire_waves(memory, now, most, out_count);
    if (error != 0)
        return error;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_EXPIRE_LOG);
    sqlite3_bind_int64(statement, 1, SKS_LIMIT_MEMORY_VERDICTS);
    sqlite3_bind_int64(statement, 2, most);
    error = sks_store_run(memory, statement);
    if (error == 0)
        *out_count += (uint64_t)sqlite3_changes(memory->database);
    return error;
}

int sks_store_expire_some(struct sks_memory *memory, int64_t at)
{
    int64_t now = 0;
    uint64_t count = 0;
    bool round;
    int error = sks_store_clock(memory, at, &now);
    if (error != 0 || ++memory->lessons % LESSONS_BETWEEN != 0)
        return error;
    error = sweep_parties(memory, now, SWEPT_AT_ONCE, &round, &count);
    if (error == 0 && memory->lessons % (4 * LESSONS_BETWEEN) == 0)
        error = sweep_domains(memory, now, SWEPT_AT_ONCE, &round, &count);
    if (error == 0 && memory->lessons % 1024 == 0)
        error = run_for(memory, SKS_SQL_EXPIRE_EXCEPTIONS, now - EXCEPTION_SECONDS, NULL, &count);
    return error == 0 ? expire_dated(memory, now, SWEPT_AT_ONCE, &count) : error;
}

/* ---- All at once, for people ---- */

#define SWEPT_BY_HAND 500u

/* Both hands to the beginning: all shall be seen once. */
static int begin_round(struct sks_memory *memory)
{
    int error = sks_store_begin(memory, true, SKS_LIMIT_MEMORY_KEEP_MILLISECONDS);
    if (error != 0)
        return error;
    error = move_hand(memory, "party", "");
    if (error == 0)
        error = move_hand(memory, "domain", "");
    int ended = sks_store_end(memory, error == 0);
    return error != 0 ? error : ended;
}

static int step(struct sks_memory *memory, int64_t now, bool *parties, bool *domains, uint64_t *count)
{
    bool round = false;
    int error = 0;
    if (!*parties) {
        error = sweep_parties(memory, now, SWEPT_BY_HAND, &round, count);
        *parties = round;
    }
    if (error == 0 && !*domains) {
        error = sweep_domains(memory, now, SWEPT_BY_HAND, &round, count);
        *domains = round;
    }
    if (error == 0)
        error = expire_dated(memory, now, SWEPT_BY_HAND, count);
    return error == 0 ? run_for(memory, SKS_SQL_EXPIRE_EXCEPTIONS, now - EXCEPTION_SECONDS, NULL, count) : error;
}

int sks_memory_expire(struct sks_memory *memory, uint64_t *out_count)
{
    g_assert(memory->process == getpid());
    if (memory->mode == SKS_MEMORY_READ_ONLY)
        return SKS_ERROR_UNSUPPORTED;
    bool parties = false, domains = false;
    uint64_t total = 0, count = 1;
    int error = begin_round(memory);
    while (error == 0 && (!parties || !domains || count > 0)) {
        count = 0;
        error = sks_store_begin(memory, true, SKS_LIMIT_MEMORY_KEEP_MILLISECONDS);
        if (error != 0)
            break;
        int64_t now = 0;
        sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_COUNTER);
        sks_store_bind_text(statement, 1, "clock");
        error = sks_store_number(memory, statement, &now);
        if (error == 0)
            error = step(memory, now, &parties, &domains, &count);
        int ended = sks_store_end(memory, error == 0);
        error = error != 0 ? error : ended;
        total += count;
    }
    if (error == 0)
        *out_count = total;
    return error;
}
