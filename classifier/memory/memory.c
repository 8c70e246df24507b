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

/* ---- Words ---- */

/* Lower case in ASCII; beyond, the caller has done it. g_free(). */
static char *lower(const char *address)
{
    return g_ascii_strdown(address != NULL ? address : "", -1);
}

/* As the store keeps it. g_free(). */
static char *address_of(const struct sks_memory *memory, const char *address)
{
    char *plain = lower(address), *kept = sks_store_hide(memory, plain);
    g_free(plain);
    return kept;
}

static const char *domain_of(const char *address)
{
    const char *at = strrchr(address, '@');
    return at != NULL ? at + 1 : "";
}

/* The sender; "" if it has no local part: "@" and a domain is a house here. g_free(). */
static char *sender_of(const struct sks_memory_mail *mail)
{
    return lower(mail->from != NULL && mail->from[0] == '@' ? "" : mail->from);
}

char *sks_store_house(const struct sks_memory *memory, const char *address)
{
    char *domain = sks_store_hide(memory, domain_of(address)), *house = g_strconcat("@", domain, NULL);
    g_free(domain);
    return house;
}

/* A mail without Message-ID is known by what else it has. */
int64_t sks_store_digest_of_mail(const struct sks_memory *memory, const struct sks_memory_mail *mail, const char *from)
{
    if (mail->message_id != NULL && mail->message_id[0] != '\0')
        return sks_store_digest(memory, mail->message_id, from);
    char *substitute = g_strdup_printf("%" G_GINT64_FORMAT " %s", mail->at, mail->subject != NULL ? mail->subject : "");
    int64_t digest = sks_store_digest(memory, substitute, from);
    g_free(substitute);
    return digest;
}

int64_t sks_store_time(const struct sks_memory_mail *mail)
{
    return CLAMP(mail->at, 1, (int64_t)1 << 40);
}

const char *sks_store_habit_value(const struct sks_memory_mail *mail, enum sks_memory_habit_kind kind, char zone[16])
{
    static const char *const contents[] = {"plain", "file", "link", "encrypted"};
    const char *value = "";
    switch (kind) {
    case SKS_HABIT_NETWORK:
        value = mail->client_network;
        break;
    case SKS_HABIT_MAILER:
        value = mail->mailer;
        break;
    case SKS_HABIT_ZONE:
        g_snprintf(zone, 16, "%d", mail->zone);
        value = zone;
        break;
    case SKS_HABIT_CHARSET:
        value = mail->charset;
        break;
    case SKS_HABIT_LANGUAGE:
        value = mail->language;
        break;
    case SKS_HABIT_CONTENT:
        value = contents[mail->content];
        break;
    case SKS_HABIT_ORIGIN:
        value = mail->origin_network;
        break;
    case SKS_HABIT_TOPIC:
        value = mail->topic;
        break;
    case SKS_HABIT_END:
        break;
    }
    return value != NULL ? value : "";
}

/* ---- Asking ---- */

struct question {
    struct sks_memory *memory;
    const struct sks_memory_mail *mail;
    struct sks_memory_answer *answer;
    char *from;    /* lower case */
    char *address; /* … as the store keeps it */
    int64_t party; /* the sender's id, 0 if unknown */
};

static int read_counter(struct sks_memory *memory, const char *name, uint64_t *out_value)
{
    int64_t value = 0;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_COUNTER);
    sks_store_bind_text(statement, 1, name);
    int error = sks_store_number(memory, statement, &value);
    if (error == 0)
        *out_value = (uint64_t)value;
    return error;
}

static int ask_totals(struct question *question)
{
    struct sks_memory_answer *answer = question->answer;
    bool row = false;
    int error = read_counter(question->memory, "mails", &answer->mails_total);
    if (error == 0)
        error = read_counter(question->memory, "sent", &answer->sent_total);
    if (error != 0 || question->from[0] == '\0')
        return error;
    char *domain = sks_store_hide(question->memory, domain_of(question->from));
    sqlite3_stmt *statement = sks_store_statement(question->memory, SKS_SQL_DOMAIN);
    sks_store_bind_text(statement, 1, domain);
    error = sks_store_step(question->memory, statement, &row);
    if (error == 0 && row) {
        answer->from_domain = (uint64_t)sqlite3_column_int64(statement, 0);
        answer->to_domain = (uint64_t)sqlite3_column_int64(statement, 1);
        answer->house_senders = (uint64_t)sqlite3_column_int64(statement, 2);
    }
    sqlite3_reset(statement);
    g_free(domain);
    return error;
}

static int ask_sender(struct question *question)
{
    struct sks_memory_answer *answer = question->answer;
    bool row = false;
    if (question->from[0] == '\0')
        return 0;
    sqlite3_stmt *statement = sks_store_statement(question->memory, SKS_SQL_PARTY);
    sks_store_bind_text(statement, 1, question->address);
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
        char *recipient = address_of(question->memory, question->mail->recipients[i]);
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

/* One value of one kind; rows come sorted by kind. */
static void take_habit(struct question *question, struct sks_memory_habit *habit, unsigned kind, const char *value,
                       uint64_t mails)
{
    char zone[16];
    habit->all += mails;
    if (strcmp(value, sks_store_habit_value(question->mail, (enum sks_memory_habit_kind)kind, zone)) == 0)
        habit->same = mails;
    if (mails > habit->most) {
        habit->most = mails;
        habit->usual = g_string_chunk_insert(question->memory->answer, value);
    }
}

static int ask_habits(struct question *question, int64_t party, struct sks_memory_habit habits[SKS_HABIT_END])
{
    bool row = party != 0;
    int error = 0;
    sqlite3_stmt *statement = sks_store_statement(question->memory, SKS_SQL_HABITS);
    sqlite3_bind_int64(statement, 1, party);
    while (error == 0 && row) {
        error = sks_store_step(question->memory, statement, &row);
        int kind = error == 0 && row ? sqlite3_column_int(statement, 0) : 0;
        const char *value = kind != 0 ? (const char *)sqlite3_column_text(statement, 1) : NULL;
        if (kind > 0 && kind < SKS_HABIT_END && value != NULL)
            take_habit(question, &habits[kind], (unsigned)kind, value, (uint64_t)sqlite3_column_int64(statement, 2));
    }
    sqlite3_reset(statement);
    return error;
}

/* What the mail of its domain has in common: who is known has habits of his own. */
static int ask_house(struct question *question)
{
    if (question->answer->from_sender > 0 || question->answer->house_senders == 0)
        return 0;
    int64_t party = 0;
    char *house = sks_store_house(question->memory, question->from);
    sqlite3_stmt *statement = sks_store_statement(question->memory, SKS_SQL_PARTY);
    sks_store_bind_text(statement, 1, house);
    int error = sks_store_number(question->memory, statement, &party);
    g_free(house);
    return error == 0 ? ask_habits(question, party, question->answer->house_habits) : error;
}

static int ask_name(struct question *question)
{
    if (question->mail->name == NULL || question->mail->name[0] == '\0')
        return 0;
    bool row = false;
    int64_t party = 0;
    char *name = sks_store_hide(question->memory, question->mail->name);
    sqlite3_stmt *statement = sks_store_statement(question->memory, SKS_SQL_NAME_OTHER);
    sks_store_bind_text(statement, 1, name);
    sks_store_bind_text(statement, 2, question->address);
    int error = sks_store_step(question->memory, statement, &row);
    if (error == 0 && row) {
        const char *address = (const char *)sqlite3_column_text(statement, 0);
        if (!question->memory->hashed)
            question->answer->name_other_address = g_string_chunk_insert(question->memory->answer, address);
        question->answer->name_other_count = (uint64_t)sqlite3_column_int64(statement, 1);
        question->answer->name_other_since = sqlite3_column_int64(statement, 2);
        party = sqlite3_column_int64(statement, 3);
    }
    sqlite3_reset(statement);
    g_free(name);
    return error == 0 ? ask_habits(question, party, question->answer->name_habits) : error;
}

static int has_digest(struct sks_memory *memory, enum sks_statement which, int64_t digest, bool *out_has)
{
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(memory, which);
    sqlite3_bind_int64(statement, 1, digest);
    int error = sks_store_step(memory, statement, &row);
    *out_has = *out_has || (error == 0 && row);
    sqlite3_reset(statement);
    return error;
}

/* The newest references stand last. */
static int ask_references(struct question *question)
{
    const struct sks_memory_mail *mail = question->mail;
    struct sks_memory *memory = question->memory;
    struct sks_memory_answer *answer = question->answer;
    int error = 0;
    size_t count = MIN(mail->reference_count, SKS_LIMIT_MEMORY_REFERENCES);
    for (size_t i = 0; i < count && error == 0 && !answer->answers_ours; i++) {
        const char *reference = mail->references[mail->reference_count - 1 - i];
        error = has_digest(memory, SKS_SQL_SENT, sks_store_digest(memory, reference, ""), &answer->answers_ours);
        if (error == 0 && !answer->knows_thread)
            error = has_digest(memory, SKS_SQL_SEEN, sks_store_digest(memory, reference, question->from),
                               &answer->knows_thread);
    }
    answer->knows_thread = answer->knows_thread || answer->answers_ours;
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
        error = ask_habits(question, question->party, answer->habits);
    if (error == 0)
        error = ask_house(question);
    if (error == 0)
        error = ask_name(question);
    if (error == 0)
        error = ask_references(question);
    if (error == 0)
        error = sks_store_ask_wave(question->memory, question->mail, &answer->wave);
    if (error == 0)
        error = sks_store_ask_alarms(question->memory, question->mail, sks_store_time(question->mail), &answer->alarms);
    return error == 0 ? sks_store_is_excepted(question->memory, question->mail, &answer->released) : error;
}

int sks_memory_ask(struct sks_memory *memory, const struct sks_memory_mail *mail, struct sks_memory_answer *out_answer)
{
    g_assert(memory->process == getpid());
    struct sks_memory_answer answer = {.available = true, .name_other_address = ""};
    struct question question = {.memory = memory, .mail = mail, .answer = &answer, .from = sender_of(mail)};
    question.address = sks_store_hide(memory, question.from);
    g_string_chunk_clear(memory->answer);
    if (!memory->crowded)
        sks_memory_take_in(memory, SKS_LIMIT_MEMORY_TAKE_IN_ASKING); /* what was answered before this mail came is
                                                                        known; if not, it will be later */
    for (int kind = 0; kind < SKS_HABIT_END; kind++)
        answer.habits[kind].usual = answer.house_habits[kind].usual = answer.name_habits[kind].usual = "";
    int error = sks_store_begin(memory, false, SKS_LIMIT_MEMORY_ASK_MILLISECONDS);
    if (error == 0) {
        error = ask_all(&question);
        int ended = sks_store_end(memory, error == 0);
        error = error != 0 ? error : ended;
    }
    g_free(question.from);
    g_free(question.address);
    if (error == 0)
        *out_answer = answer;
    return error;
}

/* ---- Learning ---- */

struct lesson {
    struct sks_memory *memory;
    const struct sks_memory_mail *mail;
    char *from; /* lower case */
    int64_t at;
};

/* What an address has to do with a mail: it came from it, went to it from us, or it only must have an id. */
static int count_party(const struct lesson *lesson, const char *kept, bool came, bool written, int64_t *out_id)
{
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_LEARN_PARTY);
    sks_store_bind_text(statement, 1, kept);
    sqlite3_bind_int(statement, 2, came);
    sqlite3_bind_int(statement, 3, came && lesson->mail->has_encrypted);
    sqlite3_bind_int(statement, 4, written);
    sqlite3_bind_int64(statement, 5, came ? lesson->at : 0);
    sqlite3_bind_int64(statement, 6, lesson->at);
    return sks_store_number(lesson->memory, statement, out_id);
}

static int learn_party(const struct lesson *lesson, const char *address, bool came, bool written, int64_t *out_id)
{
    char *kept = sks_store_hide(lesson->memory, address);
    int error = count_party(lesson, kept, came, written, out_id);
    g_free(kept);
    return error;
}

/* sender: who wrote from there, 0 if it was we who wrote. */
static int learn_domain(const struct lesson *lesson, const char *address, int64_t sender)
{
    if (domain_of(address)[0] == '\0')
        return 0;
    char *domain = sks_store_hide(lesson->memory, domain_of(address));
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_LEARN_DOMAIN);
    sks_store_bind_text(statement, 1, domain);
    sqlite3_bind_int(statement, 2, sender != 0);
    sqlite3_bind_int(statement, 3, sender == 0);
    sqlite3_bind_int64(statement, 4, lesson->at);
    sqlite3_bind_int64(statement, 5, sender);
    int error = sks_store_run(lesson->memory, statement);
    g_free(domain);
    return error;
}

static int learn_habit(const struct lesson *lesson, int64_t party, enum sks_memory_habit_kind kind)
{
    char zone[16];
    const char *value = sks_store_habit_value(lesson->mail, kind, zone);
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

static int count_name(const struct lesson *lesson, const char *name, int64_t party)
{
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

static int learn_name(const struct lesson *lesson, int64_t party)
{
    if (lesson->mail->name == NULL || lesson->mail->name[0] == '\0')
        return 0;
    char *name = sks_store_hide(lesson->memory, lesson->mail->name);
    int error = count_name(lesson, name, party);
    g_free(name);
    return error;
}

static int learn_habits(const struct lesson *lesson, int64_t party)
{
    int error = 0;
    for (int kind = SKS_HABIT_NETWORK; error == 0 && kind < SKS_HABIT_TOPIC && !lesson->mail->bare; kind++)
        error = learn_habit(lesson, party, (enum sks_memory_habit_kind)kind);
    return error;
}

static int learn_house(const struct lesson *lesson)
{
    int64_t party = 0;
    if (domain_of(lesson->from)[0] == '\0')
        return 0;
    char *house = sks_store_house(lesson->memory, lesson->from);
    int error = count_party(lesson, house, true, false, &party);
    g_free(house);
    return error == 0 ? learn_habits(lesson, party) : error;
}

static int learn_sender(const struct lesson *lesson, int64_t *out_id)
{
    bool came = !lesson->mail->outgoing;
    int error = learn_party(lesson, lesson->from, came, false, out_id);
    if (error == 0 && came)
        error = learn_domain(lesson, lesson->from, *out_id);
    if (error == 0 && came)
        error = learn_house(lesson);
    if (error == 0)
        error = learn_habits(lesson, *out_id);
    return error == 0 ? learn_name(lesson, *out_id) : error;
}

static int learn_recipient(const struct lesson *lesson, int64_t sender, const char *recipient)
{
    int64_t party = 0;
    bool written = lesson->mail->outgoing;
    int error = learn_party(lesson, recipient, false, written, &party);
    if (error == 0 && written)
        error = learn_domain(lesson, recipient, 0);
    else if (error == 0)
        error = learn_habit(lesson, party, SKS_HABIT_TOPIC);
    if (error != 0)
        return error;
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_LEARN_PAIR);
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

/* What mail to the house of the recipients is about: what is everybody's there is nobody's speciality. */
static int learn_topic(const struct lesson *lesson)
{
    const struct sks_memory_mail *mail = lesson->mail;
    int64_t party = 0;
    if (mail->outgoing || mail->recipient_count == 0 || mail->topic == NULL || mail->topic[0] == '\0')
        return 0;
    char *recipient = lower(mail->recipients[0]), *house = sks_store_house(lesson->memory, recipient);
    int error = count_party(lesson, house, false, false, &party);
    if (error == 0)
        error = learn_habit(lesson, party, SKS_HABIT_TOPIC);
    g_free(recipient);
    g_free(house);
    return error;
}

/* Our own mails are remembered, so that an answer is known as one. */
static int learn_sent(const struct lesson *lesson)
{
    const char *message_id = lesson->mail->message_id;
    if (!lesson->mail->outgoing || message_id == NULL || message_id[0] == '\0')
        return 0;
    int64_t added = 0;
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_LEARN_SENT);
    sqlite3_bind_int64(statement, 1, sks_store_digest(lesson->memory, message_id, ""));
    sqlite3_bind_int64(statement, 2, lesson->at);
    int error = sks_store_number(lesson->memory, statement, &added);
    return error == 0 && added != 0 ? sks_store_count_up(lesson->memory, "sent", 1) : error;
}

static int learn_all(const struct lesson *lesson)
{
    int64_t seen = 0, sender = 0;
    sqlite3_stmt *statement = sks_store_statement(lesson->memory, SKS_SQL_LEARN_SEEN);
    sqlite3_bind_int64(statement, 1, sks_store_digest_of_mail(lesson->memory, lesson->mail, lesson->from));
    sqlite3_bind_int64(statement, 2, lesson->at);
    int error = sks_store_number(lesson->memory, statement, &seen);
    if (error != 0 || seen == 0)
        return error;
    error = sks_store_count_up(lesson->memory, "seen", 1);
    if (error == 0)
        error = sks_store_count_up(lesson->memory, "mails", 1);
    if (error == 0 && lesson->from[0] != '\0')
        error = learn_sender(lesson, &sender);
    if (error == 0 && sender != 0)
        error = learn_recipients(lesson, sender);
    if (error == 0)
        error = learn_topic(lesson);
    return error == 0 ? learn_sent(lesson) : error;
}

int sks_store_learn(struct sks_memory *memory, const struct sks_memory_mail *mail)
{
    struct lesson lesson = {.memory = memory, .mail = mail, .from = sender_of(mail), .at = sks_store_time(mail)};
    int error = learn_all(&lesson);
    g_free(lesson.from);
    return error;
}

int sks_memory_record(struct sks_memory *memory, const struct sks_memory_mail *mail,
                      const struct sks_memory_verdict *verdict)
{
    const struct sks_memory_settlement settlement = {.mail = mail, .counted = mail, .verdict = verdict};
    bool again;
    return sks_memory_settle(memory, &settlement, &again);
}

int sks_memory_learn(struct sks_memory *memory, const struct sks_memory_mail *mail)
{
    return sks_memory_record(memory, mail, NULL);
}
