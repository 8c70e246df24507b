/*
 * Waves: texts and files that come again and again, from whomever and to whomever.
 *
 * A wave is one row, however many mails it has. A text is looked for by the bands of its signature, a file by its
 * digest; of the waves found, the one that is most alike is it. Windows of an hour, a day and a week slide: each has
 * the count since it began and that of the window before, which weighs by how much of it is still in sight.
 */
#include "memory/store.h"

#include <string.h>

#include "sekisho/limits.h"

#define LIKE_LEAST 0.5
#define HOUR       ((int64_t)3600)
#define DAY        (24 * HOUR)
#define WEEK       (7 * DAY)

enum wave_kind { WAVE_TEXT = 1, WAVE_FILE = 2 };
enum wave_role {
    ROLE_SENDER = 1,
    ROLE_DOMAIN,
    ROLE_RECIPIENT,
    ROLE_SECTION,
    ROLE_SPECIALITY, /* a topic */
    ROLE_UNPLACED,   /* a recipient whose speciality isn't known */
    ROLE_END
};

/* A topic is somebody's speciality if it is that of many of his mails and of fewer of the house's. */
#define TOPIC_LEAST 10
#define TOPIC_SHARE 0.5
#define TOPIC_HOUSE 0.4

struct window {
    int64_t at, count, before;
};

struct wave {
    int64_t id;
    enum wave_kind kind;
    struct sks_likeness likeness;
    int64_t first_seen, last_seen;
    struct window windows[3];
    bool unplaced; /* some recipient's section wasn't known */
};

static const int64_t lengths[] = {HOUR, DAY, WEEK};

/* ---- Windows ---- */

static void slide(struct window *window, int64_t length, int64_t now)
{
    int64_t passed = now > window->at ? (now - window->at) / length : 0;
    if (passed == 0)
        return;
    window->before = passed == 1 ? window->count : 0;
    window->count = 0;
    window->at += passed * length;
}

static uint64_t in_sight(struct window window, int64_t length, int64_t now)
{
    slide(&window, length, now);
    int64_t rest = length - CLAMP(now - window.at, 0, length);
    return (uint64_t)(window.count + window.before * rest / length);
}

/* ---- Finding ---- */

static int read_wave(struct sks_memory *memory, int64_t id, struct wave *wave, bool *out_found)
{
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAVE_GET);
    sqlite3_bind_int64(statement, 1, id);
    int error = sks_store_step(memory, statement, &row);
    if (error == 0 && row) {
        *wave = (struct wave){.id = id, .kind = (enum wave_kind)sqlite3_column_int(statement, 0)};
        const void *likeness = sqlite3_column_blob(statement, 1);
        if (sqlite3_column_bytes(statement, 1) == (int)sizeof wave->likeness)
            memcpy(&wave->likeness, likeness, sizeof wave->likeness);
        wave->first_seen = sqlite3_column_int64(statement, 2);
        wave->last_seen = sqlite3_column_int64(statement, 3);
        for (int i = 0; i < 3; i++)
            wave->windows[i] =
                (struct window){sqlite3_column_int64(statement, 4 + 3 * i), sqlite3_column_int64(statement, 5 + 3 * i),
                                sqlite3_column_int64(statement, 6 + 3 * i)};
        wave->unplaced = sqlite3_column_int(statement, 13) != 0;
    }
    sqlite3_reset(statement);
    *out_found = error == 0 && row;
    return error;
}

/* Ids of waves that have the band, the newest. */
static int find_band(struct sks_memory *memory, int64_t band, GArray *ids)
{
    bool row = true;
    int error = 0;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAVE_FIND);
    sqlite3_bind_int64(statement, 1, band);
    sqlite3_bind_int64(statement, 2, SKS_LIMIT_MEMORY_LIKE);
    while (error == 0 && row) {
        error = sks_store_step(memory, statement, &row);
        const gint64 id = error == 0 && row ? sqlite3_column_int64(statement, 0) : 0;
        bool known = id == 0;
        for (guint i = 0; i < ids->len && !known; i++)
            known = g_array_index(ids, gint64, i) == id;
        if (!known)
            g_array_append_val(ids, id);
    }
    sqlite3_reset(statement);
    return error;
}

/* The wave that the text belongs to, of those that were alive a week ago or later; id 0: none. */
static int find_text(struct sks_memory *memory, const struct sks_likeness *text, struct wave *out_wave)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    double best = LIKE_LEAST;
    int error = 0;
    for (unsigned i = 0; i < SKS_LIKENESS_BANDS && error == 0; i++)
        error = find_band(memory, sks_likeness_band(text, i), ids);
    for (guint i = 0; i < ids->len && error == 0; i++) {
        struct wave wave;
        bool found = false;
        error = read_wave(memory, g_array_index(ids, gint64, i), &wave, &found);
        double like = found && wave.kind == WAVE_TEXT ? sks_likeness_compare(text, &wave.likeness) : 0;
        if (like >= best) {
            best = like;
            *out_wave = wave;
        }
    }
    g_array_unref(ids);
    return error;
}

static int find_file(struct sks_memory *memory, int64_t digest, struct wave *out_wave)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    int error = find_band(memory, digest, ids);
    for (guint i = 0; i < ids->len && error == 0 && out_wave->id == 0; i++) {
        struct wave wave;
        bool found = false;
        error = read_wave(memory, g_array_index(ids, gint64, i), &wave, &found);
        if (found && wave.kind == WAVE_FILE)
            *out_wave = wave;
    }
    g_array_unref(ids);
    return error;
}

/* ---- What recipients have to do with ---- */

/* The share of a topic in the mail to a party, by its kept address; topic NULL: that of the most frequent one. */
static int topic_share(struct sks_memory *memory, const char *kept, char **topic, double *out_share)
{
    int64_t most = 0, all = 0;
    bool row = true, given = *topic != NULL;
    int error = 0;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_TOPICS);
    sks_store_bind_text(statement, 1, kept);
    sqlite3_bind_int(statement, 2, SKS_HABIT_TOPIC);
    while (error == 0 && row) {
        error = sks_store_step(memory, statement, &row);
        if (error != 0 || !row)
            break;
        const char *value = (const char *)sqlite3_column_text(statement, 0);
        if (!given && all == 0)
            *topic = g_strdup(value);
        all += sqlite3_column_int64(statement, 1);
        if (strcmp(value, *topic) == 0)
            most = sqlite3_column_int64(statement, 1);
    }
    sqlite3_reset(statement);
    *out_share = all >= TOPIC_LEAST ? (double)most / (double)all : 0;
    return error;
}

/* NULL: not known, or the same as everybody's; g_free(). */
static int find_speciality(struct sks_memory *memory, const char *address, char **out_topic)
{
    char *kept = sks_store_hide(memory, address), *house = sks_store_house(memory, address), *topic = NULL;
    double share = 0, usual = 0;
    int error = topic_share(memory, kept, &topic, &share);
    if (error == 0 && share >= TOPIC_SHARE)
        error = topic_share(memory, house, &topic, &usual);
    bool known = error == 0 && share >= TOPIC_SHARE && usual > 0 && usual <= TOPIC_HOUSE;
    *out_topic = known ? g_steal_pointer(&topic) : NULL;
    g_free(topic);
    g_free(kept);
    g_free(house);
    return error;
}

/* Whether the mail is about the speciality of each of its recipients. */
static int is_about_specialities(struct sks_memory *memory, const struct sks_memory_mail *mail, bool *out_is)
{
    int error = 0;
    *out_is = mail->recipient_count > 0 && mail->topic != NULL && mail->topic[0] != '\0';
    for (size_t i = 0; i < MIN(mail->recipient_count, SKS_LIMIT_MEMORY_MEMBERS) && *out_is && error == 0; i++) {
        char *to = g_ascii_strdown(mail->recipients[i], -1), *topic = NULL;
        error = find_speciality(memory, to, &topic);
        *out_is = topic != NULL && strcmp(topic, mail->topic) == 0;
        g_free(topic);
        g_free(to);
    }
    return error;
}

/* ---- Who is part of it ---- */

typedef int (*visit_member)(void *data, enum wave_role role, int64_t digest);

static int visit_speciality(struct sks_memory *memory, const char *recipient, visit_member visit, void *data)
{
    char *topic = NULL;
    int error = find_speciality(memory, recipient, &topic);
    if (error == 0)
        error = topic != NULL ? visit(data, ROLE_SPECIALITY, sks_store_digest(memory, topic, ""))
                              : visit(data, ROLE_UNPLACED, sks_store_digest(memory, recipient, ""));
    g_free(topic);
    return error;
}

static int each_address(struct sks_memory *memory, const struct sks_memory_mail *mail, visit_member visit, void *data)
{
    char *from = g_ascii_strdown(mail->from != NULL ? mail->from : "", -1);
    const char *domain = strrchr(from, '@');
    int error = visit(data, ROLE_SENDER, sks_store_digest(memory, from, ""));
    if (error == 0)
        error = visit(data, ROLE_DOMAIN, sks_store_digest(memory, domain != NULL ? domain + 1 : "", ""));
    g_free(from);
    for (size_t i = 0; i < MIN(mail->recipient_count, SKS_LIMIT_MEMORY_MEMBERS) && error == 0; i++) {
        char *to = g_ascii_strdown(mail->recipients[i], -1);
        error = visit(data, ROLE_RECIPIENT, sks_store_digest(memory, to, ""));
        if (error == 0)
            error = visit_speciality(memory, to, visit, data);
        g_free(to);
    }
    return error;
}

static int each_member(struct sks_memory *memory, const struct sks_memory_mail *mail, visit_member visit, void *data)
{
    int error = each_address(memory, mail, visit, data);
    for (size_t i = 0; i < MIN(mail->section_count, SKS_LIMIT_MEMORY_MEMBERS) && error == 0; i++)
        error = visit(data, ROLE_SECTION, sks_store_digest(memory, mail->sections[i], ""));
    return error;
}

static int count_members(struct sks_memory *memory, int64_t id, int64_t since, unsigned counts[ROLE_END])
{
    bool row = true;
    int error = 0;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAVE_MEMBERS);
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_int64(statement, 2, since);
    while (error == 0 && row) {
        error = sks_store_step(memory, statement, &row);
        int role = error == 0 && row ? sqlite3_column_int(statement, 0) : 0;
        if (role > 0 && role < ROLE_END)
            counts[role] = (unsigned)sqlite3_column_int(statement, 1);
    }
    sqlite3_reset(statement);
    return error;
}

struct newcomers {
    struct sks_memory *memory;
    int64_t id, since;
    unsigned *counts;
};

static int count_newcomer(void *data, enum wave_role role, int64_t digest)
{
    const struct newcomers *newcomers = data;
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(newcomers->memory, SKS_SQL_WAVE_IS_MEMBER);
    sqlite3_bind_int64(statement, 1, newcomers->id);
    sqlite3_bind_int(statement, 2, (int)role);
    sqlite3_bind_int64(statement, 3, digest);
    sqlite3_bind_int64(statement, 4, newcomers->since);
    int error = sks_store_step(newcomers->memory, statement, &row);
    newcomers->counts[role] += error == 0 && !row;
    sqlite3_reset(statement);
    return error;
}

/* ---- Asking ---- */

static int describe(struct sks_memory *memory, const struct sks_memory_mail *mail, const struct wave *wave,
                    struct sks_memory_wave *out_wave)
{
    unsigned counts[ROLE_END] = {0};
    struct newcomers newcomers = {memory, wave->id, sks_store_time(mail) - WEEK, counts};
    int error = count_members(memory, wave->id, sks_store_time(mail) - WEEK, counts);
    if (error == 0)
        error = each_member(memory, mail, count_newcomer, &newcomers);
    bool about = false;
    if (error == 0 && counts[ROLE_SPECIALITY] == 1 && counts[ROLE_UNPLACED] == 0)
        error = is_about_specialities(memory, mail, &about);
    if (error != 0)
        return error;
    *out_wave = (struct sks_memory_wave){
        .hour = 1 + in_sight(wave->windows[0], HOUR, sks_store_time(mail)),
        .day = 1 + in_sight(wave->windows[1], DAY, sks_store_time(mail)),
        .week = 1 + in_sight(wave->windows[2], WEEK, sks_store_time(mail)),
        .senders = counts[ROLE_SENDER],
        .domains = counts[ROLE_DOMAIN],
        .recipients = counts[ROLE_RECIPIENT],
        .sections = counts[ROLE_SECTION],
        .sections_known = !wave->unplaced && mail->sections_known,
        .by_file = wave->kind == WAVE_FILE,
        .since = wave->first_seen,
        .speciality = about,
    };
    return 0;
}

/* Takes the one that went to more. */
static int consider(struct sks_memory *memory, const struct sks_memory_mail *mail, const struct wave *wave,
                    struct sks_memory_wave *best)
{
    struct sks_memory_wave described = {0};
    if (wave->id == 0 || wave->last_seen < sks_store_time(mail) - WEEK)
        return 0;
    int error = describe(memory, mail, wave, &described);
    if (error == 0 && described.recipients > best->recipients)
        *best = described;
    return error;
}

int sks_store_ask_wave(struct sks_memory *memory, const struct sks_memory_mail *mail, struct sks_memory_wave *out_wave)
{
    int error = 0;
    if (mail->text != NULL) {
        struct wave wave = {0};
        error = find_text(memory, mail->text, &wave);
        if (error == 0)
            error = consider(memory, mail, &wave, out_wave);
    }
    for (size_t i = 0; i < MIN(mail->file_count, SKS_LIMIT_MEMORY_FILES) && error == 0; i++) {
        struct wave wave = {0};
        error = find_file(memory, mail->files[i], &wave);
        if (error == 0)
            error = consider(memory, mail, &wave, out_wave);
    }
    return error;
}

/* ---- Counting ---- */

static int add_band(struct sks_memory *memory, int64_t id, int64_t band)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAVE_ADD_BAND);
    sqlite3_bind_int64(statement, 1, band);
    sqlite3_bind_int64(statement, 2, id);
    return sks_store_run(memory, statement);
}

static int add_wave(struct sks_memory *memory, int64_t at, struct wave *wave, int64_t file)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAVE_ADD);
    sqlite3_bind_int(statement, 1, (int)wave->kind);
    if (wave->kind == WAVE_FILE)
        sqlite3_bind_blob(statement, 2, &file, sizeof file, SQLITE_TRANSIENT);
    else
        sqlite3_bind_blob(statement, 2, &wave->likeness, sizeof wave->likeness, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, at);
    int error = sks_store_number(memory, statement, &wave->id);
    wave->first_seen = wave->last_seen = at;
    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++)
        wave->windows[i].at = at;
    if (error == 0 && wave->kind == WAVE_FILE)
        return add_band(memory, wave->id, file);
    for (unsigned i = 0; i < SKS_LIKENESS_BANDS && error == 0; i++)
        error = add_band(memory, wave->id, sks_likeness_band(&wave->likeness, i));
    return error;
}

struct joining {
    struct sks_memory *memory;
    int64_t id, at;
    unsigned counts[ROLE_END];
};

static int join_wave(void *data, enum wave_role role, int64_t digest)
{
    struct joining *joining = data;
    if (joining->counts[role] >= SKS_LIMIT_MEMORY_MEMBERS)
        return 0;
    joining->counts[role]++;
    sqlite3_stmt *statement = sks_store_statement(joining->memory, SKS_SQL_WAVE_JOIN);
    sqlite3_bind_int64(statement, 1, joining->id);
    sqlite3_bind_int(statement, 2, (int)role);
    sqlite3_bind_int64(statement, 3, digest);
    sqlite3_bind_int64(statement, 4, joining->at);
    return sks_store_run(joining->memory, statement);
}

static int count(struct sks_memory *memory, const struct sks_memory_mail *mail, struct wave *wave)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAVE_COUNT);
    sqlite3_bind_int64(statement, 1, MAX(wave->last_seen, sks_store_time(mail)));
    for (int i = 0; i < 3; i++) {
        slide(&wave->windows[i], lengths[i], sks_store_time(mail));
        sqlite3_bind_int64(statement, 2 + 3 * i, wave->windows[i].at);
        sqlite3_bind_int64(statement, 3 + 3 * i, wave->windows[i].count + 1);
        sqlite3_bind_int64(statement, 4 + 3 * i, wave->windows[i].before);
    }
    sqlite3_bind_int(statement, 11, wave->unplaced || !mail->sections_known);
    sqlite3_bind_int64(statement, 12, wave->id);
    int error = sks_store_run(memory, statement);
    struct joining joining = {.memory = memory, .id = wave->id, .at = sks_store_time(mail)};
    if (error == 0)
        error = count_members(memory, wave->id, 0, joining.counts);
    return error == 0 ? each_member(memory, mail, join_wave, &joining) : error;
}

int sks_store_count_wave(struct sks_memory *memory, const struct sks_memory_mail *mail)
{
    int error = 0;
    if (mail->outgoing)
        return 0;
    if (mail->text != NULL) {
        struct wave wave = {0};
        error = find_text(memory, mail->text, &wave);
        if (error == 0 && wave.id == 0) {
            wave = (struct wave){.kind = WAVE_TEXT, .likeness = *mail->text};
            error = add_wave(memory, sks_store_time(mail), &wave, 0);
        }
        if (error == 0)
            error = count(memory, mail, &wave);
    }
    for (size_t i = 0; i < MIN(mail->file_count, SKS_LIMIT_MEMORY_FILES) && error == 0; i++) {
        struct wave wave = {0};
        error = find_file(memory, mail->files[i], &wave);
        if (error == 0 && wave.id == 0) {
            wave.kind = WAVE_FILE;
            error = add_wave(memory, sks_store_time(mail), &wave, mail->files[i]);
        }
        if (error == 0)
            error = count(memory, mail, &wave);
    }
    return error;
}

/* ---- Forgetting ---- */

static int drop_band(struct sks_memory *memory, int64_t id, int64_t band)
{
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAVE_DROP_BAND);
    sqlite3_bind_int64(statement, 1, band);
    sqlite3_bind_int64(statement, 2, id);
    return sks_store_run(memory, statement);
}

static int drop_wave(struct sks_memory *memory, const struct wave *wave, int64_t file)
{
    int error = wave->kind == WAVE_FILE ? drop_band(memory, wave->id, file) : 0;
    for (unsigned i = 0; i < SKS_LIKENESS_BANDS && wave->kind == WAVE_TEXT && error == 0; i++)
        error = drop_band(memory, wave->id, sks_likeness_band(&wave->likeness, i));
    const enum sks_statement statements[] = {SKS_SQL_WAVE_DROP_MEMBERS, SKS_SQL_WAVE_DROP};
    for (size_t i = 0; i < G_N_ELEMENTS(statements) && error == 0; i++) {
        sqlite3_stmt *statement = sks_store_statement(memory, statements[i]);
        sqlite3_bind_int64(statement, 1, wave->id);
        error = sks_store_run(memory, statement);
    }
    return error;
}

static int next_expired(struct sks_memory *memory, int64_t now, struct wave *wave, int64_t *out_file)
{
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_WAVE_EXPIRED);
    sqlite3_bind_int64(statement, 1, now - 2 * WEEK);
    sqlite3_bind_int64(statement, 2, SKS_LIMIT_MEMORY_WAVES);
    sqlite3_bind_int(statement, 3, 1);
    int error = sks_store_step(memory, statement, &row);
    if (error == 0 && row) {
        wave->id = sqlite3_column_int64(statement, 0);
        wave->kind = (enum wave_kind)sqlite3_column_int(statement, 1);
        const void *likeness = sqlite3_column_blob(statement, 2);
        size_t size = (size_t)sqlite3_column_bytes(statement, 2);
        if (wave->kind == WAVE_TEXT && size == sizeof wave->likeness)
            memcpy(&wave->likeness, likeness, size);
        else if (wave->kind == WAVE_FILE && size == sizeof *out_file)
            memcpy(out_file, likeness, size);
    }
    sqlite3_reset(statement);
    return error;
}

int sks_store_expire_waves(struct sks_memory *memory, int64_t now, unsigned most, uint64_t *out_count)
{
    int error = 0;
    for (unsigned i = 0; i < most && error == 0; i++) {
        struct wave wave = {0};
        int64_t file = 0;
        error = next_expired(memory, now, &wave, &file);
        if (error != 0 || wave.id == 0)
            break;
        error = drop_wave(memory, &wave, file);
        *out_count += error == 0;
    }
    return error;
}
