/*
 * What the memory is asked and taught of one mail, in terms of the store's statements.
 *
 * A question is one read transaction, a lesson one write transaction; each statement touches a handful of rows by
 * their keys, so the time doesn't grow with the store.
 */
#include "memory/memory.h"

#include <string.h>
#include <unistd.h>

#include "memory/store.h"
#include "sekisho/limits.h"

enum habit_kind { NETWORK = 1, MAILER = 2, ZONE = 3 };

/* Mails are told apart for so long, and answers to our own mails are known as such. */
#define SEEN_SECONDS ((int64_t)60 * 24 * 3600)
#define SENT_SECONDS ((int64_t)400 * 24 * 3600)

/* ---- Words ---- */

/* Lower case in ASCII; beyond, the caller has done it. g_free(). */
static char *lower(const char *address)
{
    return g_ascii_strdown(address != NULL ? address : "", -1);
}

static const char *domain_of(const char *address)
{
    const char *at = strrchr(address, '@');
    return at != NULL ? at + 1 : "";
}

/* A mail without Message-ID is known by what else it has. */
static int64_t digest_of_mail(const struct sks_memory_mail *mail, const char *from)
{
    if (mail->message_id != NULL && mail->message_id[0] != '\0')
        return sks_store_digest(mail->message_id, from);
    char *substitute = g_strdup_printf("%" G_GINT64_FORMAT " %s", mail->at, mail->subject != NULL ? mail->subject : "");
    int64_t digest = sks_store_digest(substitute, from);
    g_free(substitute);
    return digest;
}

/* 0 stands for "never": a mail's time is later. */
static int64_t time_of(const struct sks_memory_mail *mail)
{
    return MAX(mail->at, 1);
}

static const char *habit_value(const struct sks_memory_mail *mail, enum habit_kind kind, char zone[16])
{
    switch (kind) {
    case NETWORK:
        return mail->client_network != NULL ? mail->client_network : "";
    case MAILER:
        return mail->mailer != NULL ? mail->mailer : "";
    case ZONE:
        g_snprintf(zone, 16, "%d", mail->zone);
        return zone;
    }
    return "";
}

/* ---- Asking ---- */

struct question {
    struct sks_memory *memory;
    const struct sks_memory_mail *mail;
    struct sks_memory_answer *answer;
    char *from;
    int64_t party; /* the sender's id, 0 if unknown */
};

static int ask_totals(struct question *question)
{
    struct sks_memory_answer *answer = question->answer;
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(question->memory, SKS_SQL_TOTAL);
    int error = sks_store_step(question->memory, statement, &row);
    if (error == 0 && row)
        answer->mails_total = (uint64_t)sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    if (error != 0 || question->from[0] == '\0')
        return error;
    statement = sks_store_statement(question->memory, SKS_SQL_DOMAIN);
    sks_store_bind_text(statement, 1, domain_of(question->from));
    error = sks_store_step(question->memory, statement, &row);
    if (error == 0 && row) {
        answer->from_domain = (uint64_t)sqlite3_column_int64(statement, 0);
        answer->to_domain = (uint64_t)sqlite3_column_int64(statement, 1);
    }
    sqlite3_reset(statement);
    return error;
}

static int ask_sender(struct question *question)
{
    struct sks_memory_answer *answer = question->answer;
    bool row = false;
    if (question->from[0] == '\0')
        return 0;
    sqlite3_stmt *statement = sks_store_statement(question->memory, SKS_SQL_PARTY);
    sks_store_bind_text(statement, 1, question->from);
    int error = sks_store_step(question->memory, statement, &row);
    if (error == 0 && row) {
        question->party = sqlite3_column_int64(statement, 0);
        answer->from_sender = (uint64_t)sqlite3_column_int64(statement, 1);
        answer->encrypted_from_sender = (uint64_t)sqlite3_column_int64(statement, 2);
        answer->to_sender = (uint64_t)sqlite3_column_int64(statement, 3);
        answer->first_seen = sqlite3_column_int64(statement, 4);
        answer->last_seen = sqlite3_column_int64(statement, 5);
    }
    sqlite3_reset(statement);
    return error;
}

static int ask_recipients(struct question *question)
{
    int error = 0;
    size_t count = MIN(question->mail->recipient_count, SKS_LIMIT_MEMORY_RECIPIENTS);
    for (size_t i = 0; question->party != 0 && i < count && error == 0; i++) {
        bool row = false;
        char *recipient = lower(question->mail->recipients[i]);
        sqlite3_stmt *statement = sks_store_statement(question->memory, SKS_SQL_PAIR);
        sqlite3_bind_int64(statement, 1, question->party);
        sks_store_bind_text(statement, 2, recipient);
        error = sks_store_step(question->memory, statement, &row);
        if (error == 0 && row)
            question->answer->from_sender_to_recipient =
                MAX(question->answer->from_sender_to_recipient, (uint64_t)sqlite3_column_int64(statement, 0));
        sqlite3_reset(statement);
        g_free(recipient);
    }
    return error;
}

static int ask_habit(struct question *question, enum habit_kind kind, uint64_t *out_count)
{
    char zone[16];
    const char *value = habit_value(question->mail, kind, zone);
    if (question->party == 0 || value[0] == '\0')
        return 0;
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(question->memory, SKS_SQL_HABIT);
    sqlite3_bind_int64(statement, 1, question->party);
    sqlite3_bind_int(statement, 2, (int)kind);
    sks_store_bind_text(statement, 3, value);
    int error = sks_store_step(question->memory, statement, &row);
    if (error == 0 && row)
        *out_count = (uint64_t)sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return error;
}

static int ask_name(struct question *question)
{
    const char *name = question->mail->name;
    if (name == NULL || name[0] == '\0')
        return 0;
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(question->memory, SKS_SQL_NAME_OTHER);
    sks_store_bind_text(statement, 1, name);
    sks_store_bind_text(statement, 2, question->from);
    int error = sks_store_step(question->memory, statement, &row);
    if (error == 0 && row) {
        g_free(question->memory->answer);
        question->memory->answer = g_strdup((const char *)sqlite3_column_text(statement, 0));
        question->answer->name_other_address = question->memory->answer;
        question->answer->name_other_count = (uint64_t)sqlite3_column_int64(statement, 1);
        question->answer->name_other_since = sqlite3_column_int64(statement, 2);
    }
    sqlite3_reset(statement);
    return error;
}

/* The newest references stand last. */
static int ask_references(struct question *question)
{
    const struct sks_memory_mail *mail = question->mail;
    int error = 0;
    size_t count = MIN(mail->reference_count, SKS_LIMIT_MEMORY_REFERENCES);
    for (size_t i = 0; i < count && error == 0 && !question->answer->answers_ours; i++) {
        bool row = false;
        sqlite3_stmt *statement = sks_store_statement(question->memory, SKS_SQL_SENT);
        sqlite3_bind_int64(statement, 1, sks_store_digest(mail->references[mail->reference_count - 1 - i], ""));
        error = sks_store_step(question->memory, statement, &row);
        question->answer->answers_ours = error == 0 && row;
        sqlite3_reset(statement);
    }
    return error;
}

static int ask_all(struct question *question)
{
    struct sks_memory_answer *answer = question->answer;
    int error = ask_totals(question);
    if (error == 0)
        error = ask_sender(question);
    if (error == 0)
        error = ask_recipients(question);
    if (error == 0)
        error = ask_habit(question, NETWORK, &answer->same_network);
    if (error == 0)
        error = ask_habit(question, MAILER, &answer->same_mailer);
    if (error == 0)
        error = ask_habit(question, ZONE, &answer->same_zone);
    if (error == 0)
        error = ask_name(question);
    return error == 0 ? ask_references(question) : error;
}

int sks_memory_ask(struct sks_memory *memory, const struct sks_memory_mail *mail, struct sks_memory_answer *out_answer)
{
    g_assert(memory->process == getpid());
    struct sks_memory_answer answer = {.available = true, .name_other_address = ""};
    struct question question = {.memory = memory, .mail = mail, .answer = &answer, .from = lower(mail->from)};
    int error = sks_store_begin(memory, false, SKS_LIMIT_MEMORY_ASK_MILLISECONDS);
    if (error == 0) {
        error = ask_all(&question);
        int ended = sks_store_end(memory, error == 0);
        error = error != 0 ? error : ended;
    }
    g_free(question.from);
    if (error == 0)
        *out_answer = answer;
    return error;
}

/* ---- Learning ---- */

struct lesson {
    struct sks_memory *memory;
    const struct sks_memory_mail *mail;
    char *from;
    int64_t at;
};

/* What came from an address, or (written) went to it. */
static int learn_party(const struct lesson *lesson, const char *address, bool written, int64_t *out_id)
{
    bool came = !written && !lesson->mail->outgoing;
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_LEARN_PARTY);
    sks_store_bind_text(statement, 1, address);
    sqlite3_bind_int(statement, 2, came);
    sqlite3_bind_int(statement, 3, came && lesson->mail->has_encrypted);
    sqlite3_bind_int(statement, 4, written);
    sqlite3_bind_int64(statement, 5, came ? lesson->at : 0);
    return sks_store_number(lesson->memory, statement, out_id);
}

static int learn_domain(const struct lesson *lesson, const char *address, bool written)
{
    const char *domain = domain_of(address);
    if (domain[0] == '\0')
        return 0;
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_LEARN_DOMAIN);
    sks_store_bind_text(statement, 1, domain);
    sqlite3_bind_int(statement, 2, !written);
    sqlite3_bind_int(statement, 3, written);
    return sks_store_run(lesson->memory, statement);
}

static int learn_habit(const struct lesson *lesson, int64_t party, enum habit_kind kind)
{
    char zone[16];
    const char *value = habit_value(lesson->mail, kind, zone);
    if (value[0] == '\0')
        return 0;
    int64_t mails = 0;
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_LEARN_HABIT);
    sqlite3_bind_int64(statement, 1, party);
    sqlite3_bind_int(statement, 2, (int)kind);
    sks_store_bind_text(statement, 3, value);
    sqlite3_bind_int64(statement, 4, lesson->at);
    int error = sks_store_number(lesson->memory, statement, &mails);
    if (error != 0 || mails != 1)
        return error;
    statement = sks_store_statement(lesson->memory, SKS_SQL_CAP_HABITS);
    sqlite3_bind_int64(statement, 1, party);
    sqlite3_bind_int(statement, 2, (int)kind);
    sqlite3_bind_int64(statement, 3, SKS_LIMIT_MEMORY_HABITS);
    return sks_store_run(lesson->memory, statement);
}

static int learn_name(const struct lesson *lesson, int64_t party)
{
    const char *name = lesson->mail->name;
    if (name == NULL || name[0] == '\0')
        return 0;
    int64_t mails = 0;
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_LEARN_NAME);
    sks_store_bind_text(statement, 1, name);
    sqlite3_bind_int64(statement, 2, party);
    sqlite3_bind_int64(statement, 3, lesson->at);
    int error = sks_store_number(lesson->memory, statement, &mails);
    if (error != 0 || mails != 1)
        return error;
    statement = sks_store_statement(lesson->memory, SKS_SQL_CAP_NAMES);
    sks_store_bind_text(statement, 1, name);
    sqlite3_bind_int64(statement, 2, SKS_LIMIT_MEMORY_NAMES);
    return sks_store_run(lesson->memory, statement);
}

static int learn_sender(const struct lesson *lesson, int64_t *out_id)
{
    int error = learn_party(lesson, lesson->from, false, out_id);
    if (error == 0 && !lesson->mail->outgoing)
        error = learn_domain(lesson, lesson->from, false);
    for (int kind = NETWORK; error == 0 && kind <= ZONE; kind++)
        error = learn_habit(lesson, *out_id, (enum habit_kind)kind);
    return error == 0 ? learn_name(lesson, *out_id) : error;
}

static int learn_recipient(const struct lesson *lesson, int64_t sender, const char *recipient)
{
    int64_t party = 0;
    bool written = lesson->mail->outgoing;
    sqlite3_stmt *statement;
    int error;
    if (written) {
        error = learn_party(lesson, recipient, true, &party);
        if (error == 0)
            error = learn_domain(lesson, recipient, true);
    } else {
        /* It must have an id, but nothing came from it and nobody wrote to it. */
        statement = sks_store_statement(lesson->memory, SKS_SQL_LEARN_PARTY);
        sks_store_bind_text(statement, 1, recipient);
        for (int i = 2; i <= 5; i++)
            sqlite3_bind_int(statement, i, 0);
        error = sks_store_number(lesson->memory, statement, &party);
    }
    if (error != 0)
        return error;
    statement = sks_store_statement(lesson->memory, SKS_SQL_LEARN_PAIR);
    sqlite3_bind_int64(statement, 1, sender);
    sqlite3_bind_int64(statement, 2, party);
    sqlite3_bind_int64(statement, 3, lesson->at);
    return sks_store_run(lesson->memory, statement);
}

static int learn_recipients(const struct lesson *lesson, int64_t sender)
{
    const struct sks_memory_mail *mail = lesson->mail;
    GHashTable *done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    int error = 0;
    size_t count = MIN(mail->recipient_count, SKS_LIMIT_MEMORY_RECIPIENTS);
    for (size_t i = 0; i < count && error == 0; i++) {
        char *recipient = lower(mail->recipients[i]);
        if (recipient[0] != '\0' && !g_hash_table_contains(done, recipient))
            error = learn_recipient(lesson, sender, recipient);
        g_hash_table_add(done, recipient);
    }
    g_hash_table_unref(done);
    return error;
}

/* Our own mails are remembered, so that an answer is known as one. */
static int learn_sent(const struct lesson *lesson)
{
    const char *message_id = lesson->mail->message_id;
    if (!lesson->mail->outgoing || message_id == NULL || message_id[0] == '\0')
        return 0;
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_LEARN_SENT);
    sqlite3_bind_int64(statement, 1, sks_store_digest(message_id, ""));
    sqlite3_bind_int64(statement, 2, lesson->at);
    return sks_store_run(lesson->memory, statement);
}

/* Each lesson throws a few old entries out, so that nobody has to come and clean. */
static int expire(const struct lesson *lesson)
{
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_EXPIRE_SEEN);
    sqlite3_bind_int64(statement, 1, lesson->at - SEEN_SECONDS);
    int error = sks_store_run(lesson->memory, statement);
    if (error != 0)
        return error;
    statement = sks_store_statement(lesson->memory, SKS_SQL_EXPIRE_SENT);
    sqlite3_bind_int64(statement, 1, lesson->at - SENT_SECONDS);
    return sks_store_run(lesson->memory, statement);
}

static int learn_all(const struct lesson *lesson)
{
    int64_t seen = 0, sender = 0;
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_LEARN_SEEN);
    sqlite3_bind_int64(statement, 1, digest_of_mail(lesson->mail, lesson->from));
    sqlite3_bind_int64(statement, 2, lesson->at);
    int error = sks_store_number(lesson->memory, statement, &seen);
    if (error != 0 || seen == 0)
        return error;
    error = sks_store_run(lesson->memory, sks_store_statement(lesson->memory, SKS_SQL_LEARN_TOTAL));
    if (error == 0 && lesson->from[0] != '\0')
        error = learn_sender(lesson, &sender);
    if (error == 0 && sender != 0)
        error = learn_recipients(lesson, sender);
    if (error == 0)
        error = learn_sent(lesson);
    return error == 0 ? expire(lesson) : error;
}

int sks_store_learn(struct sks_memory *memory, const struct sks_memory_mail *mail)
{
    struct lesson lesson = {.memory = memory, .mail = mail, .from = lower(mail->from), .at = time_of(mail)};
    int error = learn_all(&lesson);
    g_free(lesson.from);
    return error;
}

int sks_memory_record(struct sks_memory *memory, const struct sks_memory_mail *mail,
                      const struct sks_memory_verdict *verdict)
{
    const struct sks_memory_settlement settlement = {.mail = mail, .verdict = verdict};
    bool again;
    return sks_memory_settle(memory, &settlement, &again);
}

int sks_memory_learn(struct sks_memory *memory, const struct sks_memory_mail *mail)
{
    return sks_memory_record(memory, mail, NULL);
}
