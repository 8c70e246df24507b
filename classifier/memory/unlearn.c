/*
 * Taking a lesson back: a mail that was taken for clean has taught its sender, and now it turns out to be an attack.
 *
 * What the mail had added to the counts is taken from them, as far as time has left it there. A mail that never taught
 * anything takes nothing back. When the sender was last seen before it can't be known any more: unless it was the only
 * one, that stays.
 */
#include "memory/store.h"

#include <string.h>

#include "sekisho/limits.h"

struct lesson {
    struct sks_memory *memory;
    const struct sks_memory_mail *mail;
    char *from; /* lower case */
    int64_t party;
};

static int take_party(const struct lesson *lesson, const char *kept, int64_t *out_party)
{
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_UNLEARN_PARTY);
    sqlite3_bind_int(statement, 1, lesson->mail->has_encrypted);
    sks_store_bind_text(statement, 2, kept);
    return sks_store_number(lesson->memory, statement, out_party);
}

static int take_sender(struct lesson *lesson)
{
    char *kept = sks_store_hide(lesson->memory, lesson->from);
    int error = take_party(lesson, kept, &lesson->party);
    g_free(kept);
    return error;
}

static int take_domain(const struct lesson *lesson)
{
    const char *at = strrchr(lesson->from, '@');
    if (at == NULL || at[1] == '\0')
        return 0;
    char *kept = sks_store_hide(lesson->memory, at + 1);
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_UNLEARN_DOMAIN);
    sqlite3_bind_int64(statement, 1, lesson->party);
    sks_store_bind_text(statement, 2, kept);
    int error = sks_store_run(lesson->memory, statement);
    g_free(kept);
    return error;
}

static int take_habits(const struct lesson *lesson, int64_t party)
{
    int error = 0;
    for (int kind = SKS_HABIT_NETWORK; error == 0 && kind < SKS_HABIT_TOPIC; kind++) {
        char zone[16];
        sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_UNLEARN_HABIT);
        sqlite3_bind_int64(statement, 1, party);
        sqlite3_bind_int(statement, 2, kind);
        sks_store_bind_text(statement, 3, sks_store_habit_value(lesson->mail, (enum sks_memory_habit_kind)kind, zone));
        error = sks_store_run(lesson->memory, statement);
    }
    return error;
}

static int take_name(const struct lesson *lesson)
{
    if (lesson->mail->name == NULL || lesson->mail->name[0] == '\0')
        return 0;
    char *kept = sks_store_hide(lesson->memory, lesson->mail->name);
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_UNLEARN_NAME);
    sks_store_bind_text(statement, 1, kept);
    sqlite3_bind_int64(statement, 2, lesson->party);
    int error = sks_store_run(lesson->memory, statement);
    g_free(kept);
    return error;
}

/* What mail to a party, by its kept address, is about. */
static int take_topic(const struct lesson *lesson, const char *kept)
{
    const char *topic = lesson->mail->topic;
    int64_t party = 0;
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_PARTY);
    sks_store_bind_text(statement, 1, kept);
    int error = topic != NULL && topic[0] != '\0' ? sks_store_number(lesson->memory, statement, &party) : 0;
    if (error != 0 || party == 0)
        return error;
    statement = sks_store_statement(lesson->memory, SKS_SQL_UNLEARN_HABIT);
    sqlite3_bind_int64(statement, 1, party);
    sqlite3_bind_int(statement, 2, SKS_HABIT_TOPIC);
    sks_store_bind_text(statement, 3, topic);
    error = sks_store_run(lesson->memory, statement);
    statement = sks_store_statement(lesson->memory, SKS_SQL_UNLEARN_HABITS_GONE);
    sqlite3_bind_int64(statement, 1, party);
    return error == 0 ? sks_store_run(lesson->memory, statement) : error;
}

static int take_pair(const struct lesson *lesson, const char *recipient)
{
    char *kept = sks_store_hide(lesson->memory, recipient);
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_UNLEARN_PAIR);
    sqlite3_bind_int64(statement, 1, lesson->party);
    sks_store_bind_text(statement, 2, kept);
    int error = sks_store_run(lesson->memory, statement);
    if (error == 0)
        error = take_topic(lesson, kept);
    g_free(kept);
    return error;
}

static int take_pairs(const struct lesson *lesson)
{
    const struct sks_memory_mail *mail = lesson->mail;
    GHashTable *done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    int error = 0;
    for (size_t i = 0; i < MIN(mail->recipient_count, SKS_LIMIT_MEMORY_RECIPIENTS) && error == 0; i++) {
        char *recipient = g_ascii_strdown(mail->recipients[i], -1);
        if (!g_hash_table_contains(done, recipient))
            error = take_pair(lesson, recipient);
        g_hash_table_add(done, recipient);
    }
    g_hash_table_unref(done);
    char *house = error == 0 && mail->recipient_count > 0 ? sks_store_house(lesson->memory, mail->recipients[0]) : NULL;
    if (house != NULL)
        error = take_topic(lesson, house);
    g_free(house);
    return error;
}

/* Counts that are nothing any more. */
static int drop_empty(const struct lesson *lesson, int64_t party)
{
    static const enum sks_statement all[] = {SKS_SQL_UNLEARN_HABITS_GONE, SKS_SQL_UNLEARN_NAMES_GONE,
                                             SKS_SQL_UNLEARN_PAIRS_GONE};
    int error = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(all) && error == 0; i++) {
        sqlite3_stmt *statement = sks_store_statement(lesson->memory, all[i]);
        sqlite3_bind_int64(statement, 1, party);
        error = sks_store_run(lesson->memory, statement);
    }
    return error;
}

static int take_house(const struct lesson *lesson)
{
    int64_t party = 0;
    char *house = sks_store_house(lesson->memory, lesson->from);
    int error = take_party(lesson, house, &party);
    if (error == 0 && party != 0)
        error = take_habits(lesson, party);
    if (error == 0 && party != 0)
        error = drop_empty(lesson, party);
    g_free(house);
    return error;
}

static int take_all(struct lesson *lesson)
{
    int64_t seen = 0;
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_UNLEARN_SEEN);
    sqlite3_bind_int64(statement, 1, sks_store_digest_of_mail(lesson->memory, lesson->mail, lesson->from));
    int error = sks_store_number(lesson->memory, statement, &seen);
    if (error != 0 || seen == 0 || lesson->mail->outgoing)
        return error;
    error = sks_store_count_up(lesson->memory, "seen", -1);
    if (error == 0)
        error = sks_store_count_up(lesson->memory, "mails", -1);
    if (error == 0)
        error = take_sender(lesson);
    if (error == 0)
        error = take_domain(lesson);
    if (error == 0)
        error = take_house(lesson);
    if (error != 0 || lesson->party == 0)
        return error;
    error = take_habits(lesson, lesson->party);
    if (error == 0)
        error = take_name(lesson);
    if (error == 0)
        error = take_pairs(lesson);
    return error == 0 ? drop_empty(lesson, lesson->party) : error;
}

int sks_store_unlearn(struct sks_memory *memory, const struct sks_memory_mail *mail)
{
    struct lesson lesson = {
        .memory = memory, .mail = mail, .from = g_ascii_strdown(mail->from != NULL ? mail->from : "", -1)};
    int error = take_all(&lesson);
    g_free(lesson.from);
    return error;
}
