/*
 * SQLite: statements, transactions, deadlines.
 *
 * Nobody waits for longer than the transaction's deadline: the busy handler gives up then, and the progress handler
 * stops a statement that runs. All statements are prepared once, when the store is opened.
 */
#include "memory/store.h"

#include <string.h>

#include "base/crypt.h"
#include "sekisho/limits.h"

#define LEAST_OF(t, c)    "CASE WHEN excluded." c " < " t "." c " THEN excluded." c " ELSE " t "." c " END"
#define GREATEST_OF(t, c) "CASE WHEN excluded." c " > " t "." c " THEN excluded." c " ELSE " t "." c " END"

/* 0 means "never": the least of two times that may be so. */
#define FIRST_OF(t, c)                                                                                                 \
    "CASE WHEN " t "." c " = 0 OR (excluded." c " > 0 AND excluded." c " < " t "." c ") THEN excluded." c " ELSE " t   \
    "." c " END"

#define LOG_COLUMNS "at, message_id, sender, recipients, subject, class, score, previous, because, evidence, id"

static const char *const texts[SKS_SQL_COUNT] = {
    [SKS_SQL_COUNTER] = "SELECT value FROM counter WHERE name = $1",
    [SKS_SQL_SEEN] = "SELECT 1 FROM seen WHERE digest = $1",
    [SKS_SQL_PARTY] = "SELECT id, mails, encrypted, written, first_seen, last_seen FROM party WHERE address = $1",
    [SKS_SQL_DOMAIN] = "SELECT mails, written, senders FROM domain WHERE name = $1",
    [SKS_SQL_PAIR] = "SELECT pair.mails FROM pair JOIN party ON party.id = pair.recipient"
                     " WHERE pair.sender = $1 AND party.address = $2",
    [SKS_SQL_HABITS] = "SELECT kind, value, mails FROM habit WHERE party = $1 ORDER BY kind, value",
    [SKS_SQL_NAME_OTHER] = "SELECT party.address, name.mails, name.first_seen, party.id FROM name"
                           " JOIN party ON party.id = name.party WHERE name.name = $1 AND party.address <> $2"
                           " ORDER BY name.mails DESC, name.first_seen, party.id LIMIT 1",
    [SKS_SQL_SENT] = "SELECT 1 FROM sent WHERE digest = $1",
    [SKS_SQL_LEARN_SEEN] = "INSERT INTO seen (digest, at) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING"
                           " RETURNING at",
    [SKS_SQL_COUNT_UP] = "UPDATE counter SET value = value + $1 WHERE name = $2",
    /* No single mail moves it far. */
    [SKS_SQL_CLOCK] = "UPDATE counter SET value = CASE WHEN value = 0 OR $1 < value + 604800 THEN $1"
                      " ELSE value + 604800 END WHERE name = 'clock' AND value < $1",
    [SKS_SQL_LEARN_PARTY] =
        "INSERT INTO party (address, mails, encrypted, written, first_seen, last_seen, touched, aged)"
        " VALUES ($1, $2, $3, $4, $5, $5, $6, $6)"
        " ON CONFLICT (address) DO UPDATE SET mails = party.mails + excluded.mails,"
        " encrypted = party.encrypted + excluded.encrypted, written = party.written + excluded.written,"
        " touched = " GREATEST_OF("party", "touched") ", first_seen = " FIRST_OF(
            "party", "first_seen") ","
                                   " last_seen = " GREATEST_OF("party", "last_seen") " RETURNING id",
    [SKS_SQL_LEARN_DOMAIN] =
        "INSERT INTO domain (name, mails, written, touched, senders)"
        " SELECT $1, $2, $3, $4, count(*) FROM party WHERE id = $5 AND mails = 1" /* its first mail */
        " ON CONFLICT (name) DO UPDATE SET mails = domain.mails + excluded.mails,"
        " written = domain.written + excluded.written, senders = domain.senders + excluded.senders,"
        " touched = " GREATEST_OF("domain", "touched"),
    [SKS_SQL_LEARN_PAIR] =
        "INSERT INTO pair (sender, recipient, mails, first_seen, last_seen) VALUES ($1, $2, 1, $3, $3)"
        " ON CONFLICT (sender, recipient) DO UPDATE SET mails = pair.mails + 1,"
        " first_seen = " LEAST_OF("pair", "first_seen") ", last_seen = " GREATEST_OF("pair", "last_seen"),
    [SKS_SQL_LEARN_HABIT] = "INSERT INTO habit (party, kind, value, mails, last_seen) VALUES ($1, $2, $3, 1, $4)"
                            " ON CONFLICT (party, kind, value) DO UPDATE SET mails = habit.mails + 1,"
                            " last_seen = " GREATEST_OF("habit", "last_seen") " RETURNING mails",
    /* The newest stay: habits change. */
    [SKS_SQL_CAP_HABITS] = "DELETE FROM habit WHERE party = $1 AND kind = $2 AND value NOT IN (SELECT value FROM habit"
                           " WHERE party = $1 AND kind = $2 ORDER BY last_seen DESC, mails DESC, value LIMIT $3)",
    [SKS_SQL_LEARN_NAME] = "INSERT INTO name (name, party, mails, first_seen, last_seen) VALUES ($1, $2, 1, $3, $3)"
                           " ON CONFLICT (name, party) DO UPDATE SET mails = name.mails + 1,"
                           " first_seen = " LEAST_OF("name", "first_seen") ", last_seen = " GREATEST_OF(
                               "name", "last_seen") " RETURNING mails",
    /* Those who use a name most stay: nobody pushes them out by writing once from many addresses. */
    [SKS_SQL_CAP_NAMES] = "DELETE FROM name WHERE name = $1 AND party NOT IN (SELECT party FROM name WHERE name = $1"
                          " ORDER BY mails DESC, last_seen DESC, party LIMIT $2)",
    [SKS_SQL_LEARN_SENT] = "INSERT INTO sent (digest, at) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING"
                           " RETURNING at",
    [SKS_SQL_EXPIRE_SEEN] = "DELETE FROM seen WHERE digest IN (SELECT digest FROM seen WHERE at < $1 ORDER BY at"
                            " LIMIT $2)",
    [SKS_SQL_EXPIRE_SENT] = "DELETE FROM sent WHERE digest IN (SELECT digest FROM sent WHERE at < $1 ORDER BY at"
                            " LIMIT $2)",
    /* The newest stay. */
    [SKS_SQL_EXPIRE_LOG] = "DELETE FROM verdict WHERE id IN (SELECT id FROM verdict"
                           " WHERE id <= (SELECT max(id) FROM verdict) - $1 LIMIT $2)",
    [SKS_SQL_EXPIRE_EXCEPTIONS] = "DELETE FROM exception WHERE at < $1",
    [SKS_SQL_HAND] = "SELECT at FROM hand WHERE name = $1",
    [SKS_SQL_HAND_MOVE] = "INSERT INTO hand (name, at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET at = $2",
    [SKS_SQL_SWEEP_PARTIES] = "SELECT id, touched, aged, mails, written FROM party WHERE id > $1 ORDER BY id LIMIT $2",
    [SKS_SQL_SWEEP_HABITS] = "DELETE FROM habit WHERE party = $1 AND last_seen < $2",
    [SKS_SQL_SWEEP_PAIRS] = "DELETE FROM pair WHERE sender = $1 AND last_seen < $2",
    [SKS_SQL_SWEEP_PAIRS_TO] = "DELETE FROM pair WHERE recipient = $1",
    [SKS_SQL_SWEEP_NAMES] = "DELETE FROM name WHERE party = $1 AND last_seen < $2",
    [SKS_SQL_SWEEP_PARTY] = "DELETE FROM party WHERE id = $1",
    /* Half, but what is known at all stays known. */
    [SKS_SQL_AGE_PARTY] = "UPDATE party SET mails = (mails + 1) / 2, encrypted = (encrypted + 1) / 2,"
                          " written = (written + 1) / 2, aged = $1 WHERE id = $2",
    [SKS_SQL_AGE_HABITS] = "UPDATE habit SET mails = (mails + 1) / 2 WHERE party = $1",
    [SKS_SQL_AGE_PAIRS] = "UPDATE pair SET mails = (mails + 1) / 2 WHERE sender = $1",
    [SKS_SQL_AGE_NAMES] = "UPDATE name SET mails = (mails + 1) / 2 WHERE party = $1",
    [SKS_SQL_SWEEP_DOMAINS] = "SELECT name, touched, mails, written FROM domain WHERE name > $1 ORDER BY name LIMIT $2",
    [SKS_SQL_SWEEP_DOMAIN] = "DELETE FROM domain WHERE name = $1",
    [SKS_SQL_TOPICS] = "SELECT habit.value, habit.mails FROM party JOIN habit ON habit.party = party.id"
                       " WHERE party.address = $1 AND habit.kind = $2 ORDER BY habit.mails DESC, habit.value",
    [SKS_SQL_WAVE_FIND] = "SELECT wave FROM wave_band WHERE band = $1 ORDER BY wave DESC LIMIT $2",
    [SKS_SQL_WAVE_GET] = "SELECT kind, likeness, first_seen, last_seen, hour_at, hour, hour_before, day_at, day,"
                         " day_before, week_at, week, week_before, unplaced FROM wave WHERE id = $1",
    [SKS_SQL_WAVE_MEMBERS] = "SELECT role, count(*) FROM wave_member WHERE wave = $1 AND at >= $2 GROUP BY role",
    [SKS_SQL_WAVE_IS_MEMBER] = "SELECT 1 FROM wave_member WHERE wave = $1 AND role = $2 AND digest = $3 AND at >= $4",
    [SKS_SQL_WAVE_ADD] = "INSERT INTO wave (kind, likeness, first_seen, last_seen, hour_at, hour, hour_before, day_at,"
                         " day, day_before, week_at, week, week_before, unplaced)"
                         " VALUES ($1, $2, $3, $3, $3, 0, 0, $3, 0, 0, $3, 0, 0, 0) RETURNING id",
    [SKS_SQL_WAVE_ADD_BAND] = "INSERT INTO wave_band (band, wave) VALUES ($1, $2) ON CONFLICT (band, wave) DO NOTHING",
    [SKS_SQL_WAVE_COUNT] = "UPDATE wave SET last_seen = $1, hour_at = $2, hour = $3, hour_before = $4, day_at = $5,"
                           " day = $6, day_before = $7, week_at = $8, week = $9, week_before = $10, unplaced = $11"
                           " WHERE id = $12",
    [SKS_SQL_WAVE_JOIN] = "INSERT INTO wave_member (wave, role, digest, at) VALUES ($1, $2, $3, $4)"
                          " ON CONFLICT (wave, role, digest) DO UPDATE SET at = " GREATEST_OF("wave_member", "at"),
    [SKS_SQL_WAVE_EXPIRED] = "SELECT id, kind, likeness FROM wave WHERE last_seen < $1"
                             " OR id <= (SELECT max(id) FROM wave) - $2 LIMIT $3",
    [SKS_SQL_WAVE_DROP] = "DELETE FROM wave WHERE id = $1",
    [SKS_SQL_WAVE_DROP_BAND] = "DELETE FROM wave_band WHERE band = $1 AND wave = $2",
    [SKS_SQL_WAVE_DROP_MEMBERS] = "DELETE FROM wave_member WHERE wave = $1",
    [SKS_SQL_SHOW_NAMES] = "SELECT 0, name, mails, first_seen, last_seen FROM name WHERE party = $1"
                           " ORDER BY mails DESC, name LIMIT $2",
    [SKS_SQL_SHOW_HABITS] = "SELECT kind, value, mails, 0, last_seen FROM habit WHERE party = $1"
                            " ORDER BY kind, mails DESC, value LIMIT $2",
    [SKS_SQL_SHOW_TO] = "SELECT 0, party.address, pair.mails, pair.first_seen, pair.last_seen FROM pair"
                        " JOIN party ON party.id = pair.recipient WHERE pair.sender = $1"
                        " ORDER BY pair.mails DESC, party.address LIMIT $2",
    [SKS_SQL_SHOW_FROM] = "SELECT 0, party.address, pair.mails, pair.first_seen, pair.last_seen FROM pair"
                          " JOIN party ON party.id = pair.sender WHERE pair.recipient = $1"
                          " ORDER BY pair.mails DESC, party.address LIMIT $2",
    [SKS_SQL_EXCEPT] = "INSERT INTO exception (digest, sender, recipient, at) VALUES ($1, $2, $3, $4)"
                       " ON CONFLICT (digest, sender, recipient) DO UPDATE SET at = " GREATEST_OF("exception", "at"),
    [SKS_SQL_EXCEPTED] = "SELECT 1 FROM exception WHERE digest = $1 AND sender = $2 AND recipient = $3",
    [SKS_SQL_LOG] = "INSERT INTO verdict (at, message_id, sender, recipients, subject, class, score, previous, because,"
                    " evidence, content, party, standing, carried)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    /* id alone is no part of the index for "(at, id) > ($1, $2)": of many with one time all would be read each time. */
    [SKS_SQL_LOG_EACH] = "SELECT * FROM (SELECT " LOG_COLUMNS " FROM verdict WHERE at = $1 AND id > $2 ORDER BY id"
                         " LIMIT $3) UNION ALL SELECT * FROM (SELECT " LOG_COLUMNS " FROM verdict WHERE at > $1"
                         " ORDER BY at, id LIMIT $3) LIMIT $3",
    [SKS_SQL_EXCHANGE_LIST] = "SELECT id, message_id, recipients, score, standing, content, at FROM verdict"
                              " WHERE party = $1 AND party <> 0 AND class = $2 AND carried = 0 AND at BETWEEN $3 AND $4"
                              " AND standing <> $5 ORDER BY at DESC, id DESC LIMIT $6",
    [SKS_SQL_EXCHANGE_ANEW] = "SELECT class FROM verdict WHERE message_id = $1 AND previous <> '' AND id > $2"
                              " AND party = $3 AND recipients = $4 AND content = $5 ORDER BY id DESC LIMIT 1",
    [SKS_SQL_EXCHANGE_OWN] = "SELECT score, because FROM verdict WHERE message_id = $1 AND previous <> ''"
                             " AND party = $2 AND content = $3 AND carried = 1 ORDER BY id DESC LIMIT 1",
    [SKS_SQL_EXCHANGE_FORGIVEN] = "SELECT 1 FROM exception WHERE sender = $1 AND recipient = $2 AND at >= $3 LIMIT 1",
    [SKS_SQL_EXCHANGE_WAITING] = "UPDATE waiting SET class = $1, turn = turn + 1 WHERE message_id = $2 AND sender = $3"
                                 " AND class = $4 RETURNING id",
    [SKS_SQL_EXCHANGE_SUBJECT] = "SELECT subject FROM verdict WHERE id = $1",
    [SKS_SQL_EXCHANGE_REVISE] = "INSERT INTO verdict (at, message_id, sender, recipients, subject, class, score,"
                                " previous, because, evidence, content, party, standing, carried)"
                                " SELECT $1, message_id, sender, recipients, subject, $2, $3, $4, $5, $6, content,"
                                " party, standing, 1 FROM verdict WHERE id = $7",
    [SKS_SQL_WAITING_LAST] = "SELECT coalesce(max(id), 0) FROM waiting",
    [SKS_SQL_WAITING_FIND] = "SELECT waiting FROM waiting_key WHERE kind = $1 AND digest = $2 AND waiting > $3"
                             " ORDER BY waiting DESC LIMIT $4",
    [SKS_SQL_WAITING_HAS] = "SELECT waiting FROM waiting_key WHERE kind = $1 AND digest = $2 AND waiting = $3",
    [SKS_SQL_WAITING_GET] = "SELECT turn, at, locked, size, message_id, sender, subject, files, passwords, class,"
                            " digest FROM waiting WHERE id = $1 AND at >= $2",
    [SKS_SQL_WAITING_FETCH] = "SELECT waiting_mail.context, waiting_mail.bytes FROM waiting_mail"
                              " JOIN waiting ON waiting.id = waiting_mail.waiting"
                              " WHERE waiting.id = $1 AND waiting.turn = $2",
    /* The same bytes again: further recipients wait for the same. */
    [SKS_SQL_WAITING_ADD] = "INSERT INTO waiting (digest, turn, at, locked, size, message_id, sender, subject, files,"
                            " passwords, class) VALUES ($1, 0, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
                            " ON CONFLICT (digest) DO UPDATE SET at = " GREATEST_OF("waiting", "at") " RETURNING id",
    [SKS_SQL_WAITING_ADD_KEY] = "INSERT INTO waiting_key (kind, digest, waiting) VALUES ($1, $2, $3)"
                                " ON CONFLICT (kind, digest, waiting) DO NOTHING",
    [SKS_SQL_WAITING_ADD_MAIL] = "INSERT INTO waiting_mail (waiting, context, bytes) SELECT id, $1, $2"
                                 " FROM waiting WHERE id = $3 AND size > 0"
                                 " ON CONFLICT (waiting) DO NOTHING",
    [SKS_SQL_WAITING_TURN] =
        "UPDATE waiting SET turn = turn + 1, locked = $1, size = CASE WHEN $1 > 0"
        " OR locked = 0 THEN size ELSE 0 END, passwords = $2, class = $3 WHERE id = $4 AND turn = $5 RETURNING id",
    [SKS_SQL_WAITING_EXPIRED] = "SELECT id FROM waiting WHERE at < $1 ORDER BY at LIMIT 1",
    [SKS_SQL_WAITING_TOTAL] = "SELECT coalesce(sum(size), 0) FROM waiting",
    [SKS_SQL_WAITING_OLDEST] = "SELECT id FROM waiting WHERE size > 0 ORDER BY at, id LIMIT 1",
    [SKS_SQL_WAITING_DROP] = "DELETE FROM waiting WHERE id = $1",
    [SKS_SQL_WAITING_DROP_KEYS] = "DELETE FROM waiting_key WHERE waiting = $1",
    [SKS_SQL_WAITING_DROP_MAIL] = "DELETE FROM waiting_mail WHERE waiting = $1",
    [SKS_SQL_UNLEARN_SEEN] = "DELETE FROM seen WHERE digest = $1 RETURNING at",
    /* Seen never, if this was the only mail. */
    [SKS_SQL_UNLEARN_PARTY] = "UPDATE party SET encrypted = CASE WHEN encrypted > 0 THEN encrypted - $1 ELSE 0 END,"
                              " first_seen = CASE WHEN mails > 1 THEN first_seen ELSE 0 END,"
                              " last_seen = CASE WHEN mails > 1 THEN last_seen ELSE 0 END,"
                              " mails = CASE WHEN mails > 0 THEN mails - 1 ELSE 0 END WHERE address = $2 RETURNING id",
    [SKS_SQL_UNLEARN_DOMAIN] = "UPDATE domain SET mails = mails - 1, senders = CASE WHEN senders > 0 THEN senders -"
                               " (SELECT count(*) FROM party WHERE id = $1 AND mails = 0) ELSE 0 END"
                               " WHERE name = $2 AND mails > 0",
    [SKS_SQL_UNLEARN_HABIT] = "UPDATE habit SET mails = mails - 1 WHERE party = $1 AND kind = $2 AND value = $3",
    [SKS_SQL_UNLEARN_NAME] = "UPDATE name SET mails = mails - 1 WHERE name = $1 AND party = $2",
    [SKS_SQL_UNLEARN_PAIR] = "UPDATE pair SET mails = mails - 1 WHERE sender = $1"
                             " AND recipient = (SELECT id FROM party WHERE address = $2)",
    [SKS_SQL_UNLEARN_HABITS_GONE] = "DELETE FROM habit WHERE party = $1 AND mails <= 0",
    [SKS_SQL_UNLEARN_NAMES_GONE] = "DELETE FROM name WHERE party = $1 AND mails <= 0",
    [SKS_SQL_UNLEARN_PAIRS_GONE] = "DELETE FROM pair WHERE sender = $1 AND mails <= 0",
    [SKS_SQL_HELD_ADD] = "INSERT INTO held (queue_id, waiting, due) VALUES ($1, $2, $3)"
                         " ON CONFLICT (queue_id) DO UPDATE SET waiting = excluded.waiting, due = excluded.due",
    [SKS_SQL_HELD_LET_GO] = "UPDATE held SET due = 0 WHERE waiting = $1",
    [SKS_SQL_HELD_KEEP] = "DELETE FROM held WHERE waiting = $1 RETURNING queue_id",
    [SKS_SQL_HELD_DUE] = "SELECT queue_id FROM held WHERE due <= $1 ORDER BY due LIMIT 1",
    [SKS_SQL_HELD_DROP] = "DELETE FROM held WHERE queue_id = $1",
    [SKS_SQL_HELD_POSTPONE] = "UPDATE held SET due = $1 WHERE queue_id = $2",
    [SKS_SQL_HELD_LATER] = "SELECT 1 FROM held WHERE due > $1 LIMIT 1",
    [SKS_SQL_HELD_WITHIN] = "UPDATE held SET due = $1 WHERE due > $1",
    [SKS_SQL_NOTICE_ADD] = "INSERT INTO notice (at, message_id, sender, recipients, subject, class, previous, score,"
                           " because, why_ja, why_en, held, claimed, tries)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0)",
    /* Claimed well in the future: by a clock that was set back since. */
    [SKS_SQL_NOTICE_ANY] = "SELECT id FROM notice WHERE claimed <= $1 OR claimed > $2 LIMIT 1",
    [SKS_SQL_NOTICE_CLAIM] =
        "UPDATE notice SET claimed = $1, tries = tries + 1 WHERE id ="
        " (SELECT id FROM notice WHERE claimed <= $2 OR claimed > $3 ORDER BY id LIMIT 1) RETURNING id, at,"
        " message_id, sender, recipients, subject, class, previous, score, because, why_ja, why_en, held, tries",
    [SKS_SQL_NOTICE_DROP] = "DELETE FROM notice WHERE id = $1",
    [SKS_SQL_VERDICT_ANY] = "SELECT id FROM verdict WHERE at < $1 LIMIT 1",
    /* What bears a time to come is as old as what came before and after it. */
    [SKS_SQL_VERDICT_EXPIRE] = "DELETE FROM verdict WHERE id IN (SELECT id FROM verdict WHERE at < $1 OR (at > $2 AND"
                               " id < (SELECT max(id) FROM verdict WHERE at < $1)) LIMIT 1000)",
    [SKS_SQL_WAITING_PASSED] = "UPDATE waiting SET at = 0 WHERE"
                               " id < (SELECT max(id) FROM waiting WHERE at < $1) AND at > $2",
    [SKS_SQL_STEADY_READ] = "SELECT value FROM meta WHERE key = 'steady'",
    [SKS_SQL_STEADY_WRITE] = "INSERT INTO meta (key, value) VALUES ('steady', $1)"
                             " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    [SKS_SQL_CLOCK_LIMIT] = "INSERT INTO counter (name, value) VALUES ('clock-limit', $1)"
                            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    [SKS_SQL_BEGIN] = "BEGIN",
    [SKS_SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [SKS_SQL_COMMIT] = "COMMIT",
};

int sks_store_fail(struct sks_memory *memory)
{
    g_free(memory->problem);
    memory->problem = g_strdup_printf("%s: %s", memory->file, sqlite3_errmsg(memory->database));
    return SKS_ERROR_IO;
}

int sks_store_prepare(struct sks_memory *memory)
{
    for (int i = 0; i < SKS_SQL_COUNT; i++)
        if (sqlite3_prepare_v3(memory->database, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &memory->statements[i],
                               NULL) != SQLITE_OK)
            return sks_store_fail(memory);
    return 0;
}

int sks_store_begin(struct sks_memory *memory, bool write, unsigned milliseconds)
{
    bool patient = memory->patient && !(write && memory->waited_in_vain);
    unsigned most = patient ? MAX(milliseconds, SKS_LIMIT_MEMORY_PATIENCE) : milliseconds;
    memory->deadline = g_get_monotonic_time() + (int64_t)most * 1000;
    int error = sks_store_run(memory, memory->statements[write ? SKS_SQL_BEGIN_WRITE : SKS_SQL_BEGIN]);
    if (write)
        memory->waited_in_vain = error != 0;
    if (error != 0)
        memory->deadline = 0;
    return error;
}

int sks_store_end(struct sks_memory *memory, bool success)
{
    int error = success ? sks_store_run(memory, memory->statements[SKS_SQL_COMMIT]) : 0;
    memory->deadline = 0; /* undoing is never stopped */
    if (!sqlite3_get_autocommit(memory->database))
        sqlite3_exec(memory->database, "ROLLBACK", NULL, NULL, NULL);
    return error;
}

sqlite3_stmt *sks_store_statement(struct sks_memory *memory, enum sks_statement statement)
{
    sqlite3_stmt *prepared = memory->statements[statement];
    sqlite3_reset(prepared);
    sqlite3_clear_bindings(prepared);
    return prepared;
}

size_t sks_store_text_size(const char *text)
{
    size_t size = strlen(text);
    if (size > SKS_LIMIT_MEMORY_TEXT) {
        size = SKS_LIMIT_MEMORY_TEXT;
        while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80)
            size--;
    }
    return size;
}

void sks_store_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    if (text == NULL)
        text = "";
    sqlite3_bind_text(statement, index, text, (int)sks_store_text_size(text), SQLITE_STATIC);
}

int sks_store_step(struct sks_memory *memory, sqlite3_stmt *statement, bool *out_row)
{
    int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return sks_store_fail(memory);
    *out_row = code == SQLITE_ROW;
    return 0;
}

int sks_store_run(struct sks_memory *memory, sqlite3_stmt *statement)
{
    bool row = true;
    int error = 0;
    while (error == 0 && row)
        error = sks_store_step(memory, statement, &row);
    sqlite3_reset(statement);
    return error;
}

int sks_store_number(struct sks_memory *memory, sqlite3_stmt *statement, int64_t *out_number)
{
    bool row = false;
    int error = sks_store_step(memory, statement, &row);
    if (error == 0 && row) {
        *out_number = sqlite3_column_int64(statement, 0);
        error = sks_store_step(memory, statement, &row);
    }
    sqlite3_reset(statement);
    return error;
}

static int64_t first_bytes(const guint8 *whole)
{
    int64_t digest;
    memcpy(&digest, whole, sizeof digest);
    return GINT64_FROM_BE(digest);
}

int64_t sks_store_digest(const struct sks_memory *memory, const char *text, const char *more)
{
    guint8 whole[32];
    gsize size = sizeof whole;
    if (memory->hashed) {
        GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, memory->key, sizeof memory->key);
        g_hmac_update(hmac, (const guchar *)text, (gssize)strlen(text) + 1);
        g_hmac_update(hmac, (const guchar *)more, (gssize)strlen(more));
        g_hmac_get_digest(hmac, whole, &size);
        g_hmac_unref(hmac);
        return first_bytes(whole);
    }
    sks_hash_add(memory->digest, text, strlen(text) + 1);
    sks_hash_add(memory->digest, more, strlen(more));
    sks_hash_result(memory->digest, whole);
    sks_hash_restart(memory->digest);
    return first_bytes(whole);
}

int sks_store_count_up(struct sks_memory *memory, const char *name, int64_t difference)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_COUNT_UP);
    sqlite3_bind_int64(statement, 1, difference);
    sks_store_bind_text(statement, 2, name);
    return sks_store_run(memory, statement);
}

int sks_store_clock(struct sks_memory *memory, int64_t at, int64_t *out_now)
{
    int64_t limit = 0, now = at;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_COUNTER);
    sks_store_bind_text(statement, 1, "clock-limit");
    int error = sks_store_number(memory, statement, &limit);
    if (error != 0)
        return error;
    statement = sks_store_statement(memory, SKS_SQL_CLOCK);
    sqlite3_bind_int64(statement, 1, limit > 0 ? MIN(at, limit) : at);
    error = sks_store_run(memory, statement);
    if (error == 0) {
        statement = sks_store_statement(memory, SKS_SQL_COUNTER);
        sks_store_bind_text(statement, 1, "clock");
        error = sks_store_number(memory, statement, &now);
    }
    if (error == 0)
        *out_now = MIN(now, at);
    return error;
}
