/*
 * A mail's lines are found by its queue id: one line has the sender, one the Message-ID, one or more each recipient.
 * Postfix says "removed" at the end; Sendmail says nothing, so that mails stay until the log ends, or until too many
 * are held at once: then the oldest goes first.
 */
#include "maillog.h"

#include <glib.h>
#include <string.h>
#include <time.h>

#define HELD_MOST       20000u
#define RECIPIENTS_MOST 1000u

struct held {
    char *id, *from, *message_id;
    GPtrArray *recipients;
    int64_t at;
};

struct sks_maillog {
    int64_t until;
    sks_maillog_visitor visit;
    void *data;
    GHashTable *held; /* queue id → struct held */
    GQueue order;     /* the same, oldest first */
    bool ended;
};

static void held_free(void *data)
{
    struct held *held = data;
    g_free(held->id);
    g_free(held->from);
    g_free(held->message_id);
    g_ptr_array_unref(held->recipients);
    g_free(held);
}

struct sks_maillog *sks_maillog_create(int64_t until, sks_maillog_visitor visit, void *data)
{
    struct sks_maillog *log = g_new0(struct sks_maillog, 1);
    *log = (struct sks_maillog){.until = until,
                                .visit = visit,
                                .data = data,
                                .held = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, held_free)};
    g_queue_init(&log->order);
    return log;
}

static void release(struct sks_maillog *log, struct held *held)
{
    const struct sks_maillog_mail mail = {.at = held->at,
                                          .from = held->from,
                                          .message_id = held->message_id != NULL ? held->message_id : "",
                                          .recipients = (const char *const *)held->recipients->pdata,
                                          .recipient_count = held->recipients->len};
    if (held->from != NULL && held->recipients->len > 0 && !log->ended)
        log->ended = !log->visit(log->data, &mail);
    g_queue_remove(&log->order, held);
    g_hash_table_remove(log->held, held->id);
}

static struct held *hold(struct sks_maillog *log, const char *id, int64_t at)
{
    struct held *held = g_hash_table_lookup(log->held, id);
    if (held != NULL)
        return held;
    if (g_queue_get_length(&log->order) >= HELD_MOST)
        release(log, g_queue_peek_head(&log->order));
    held = g_new0(struct held, 1);
    *held = (struct held){.id = g_strdup(id), .recipients = g_ptr_array_new_with_free_func(g_free), .at = at};
    g_hash_table_insert(log->held, held->id, held);
    g_queue_push_tail(&log->order, held);
    return held;
}

/* ---- Time stamps ---- */

/* "Nov  5 21:45:52": the last such moment that is no later than a day after the log's end. */
static int64_t syslog_time(const char *line, int64_t until)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char month[4] = {line[0], line[1], line[2], '\0'};
    const char *place = strstr(names, month);
    struct tm then = {0};
    char *end = strptime(line + 4, " %d %H:%M:%S", &then);
    if (place == NULL || (place - names) % 3 != 0 || end == NULL)
        return 0;
    time_t last = (time_t)until;
    struct tm now;
    localtime_r(&last, &now);
    then.tm_mon = (int)(place - names) / 3;
    then.tm_year = now.tm_year;
    then.tm_isdst = -1;
    time_t at = mktime(&then);
    if (at > (time_t)until + 24 * 3600) {
        then.tm_year--;
        then.tm_isdst = -1;
        at = mktime(&then);
    }
    return at;
}

/* The moment, and where the line goes on behind it; 0 if it has none. */
static int64_t stamp(const char *line, int64_t until, const char **out_rest)
{
    const char *blank = strchr(line, ' ');
    if (blank == NULL)
        return 0;
    if (g_ascii_isdigit(line[0])) {
        char *text = g_strndup(line, (gsize)(blank - line));
        GDateTime *date = g_date_time_new_from_iso8601(text, NULL);
        int64_t at = date != NULL ? g_date_time_to_unix(date) : 0;
        if (date != NULL)
            g_date_time_unref(date);
        g_free(text);
        *out_rest = blank + 1;
        return at;
    }
    if (strlen(line) < 16 || line[3] != ' ' || line[6] != ' ' || line[15] != ' ')
        return 0;
    *out_rest = line + 16;
    return syslog_time(line, until);
}

/* ---- Fields ---- */

/* What stands behind the host's name: "postfix/qmgr[1]: ID: …"; NULL if the line is of no mail. */
static const char *find_id(const char *rest, char id[64])
{
    const char *host = strchr(rest, ' ');
    const char *program = host != NULL ? host + 1 : NULL;
    const char *colon = program != NULL ? strstr(program, ": ") : NULL;
    const char *end = colon != NULL ? strstr(colon + 2, ": ") : NULL;
    if (end == NULL || end - colon - 2 >= 64 || end - colon < 5)
        return NULL;
    size_t size = (size_t)(end - colon - 2);
    for (size_t i = 0; i < size; i++)
        if (!g_ascii_isalnum(colon[2 + i]))
            return NULL;
    bool known = strstr(program, "postfix") != NULL || strstr(program, "sendmail") != NULL ||
                 strstr(program, "sm-mta") != NULL || strstr(program, "sm-msp") != NULL;
    if (!known || strstr(program, ": ") != colon)
        return NULL;
    memcpy(id, colon + 2, size);
    id[size] = '\0';
    return end + 2;
}

/* The value of "key=<…>" or "key=…," at the beginning of a field; g_free(), NULL without it. */
static char *value_of(const char *fields, const char *key)
{
    size_t size = strlen(key);
    for (const char *at = fields; at != NULL; at = strstr(at, ", "), at = at != NULL ? at + 2 : NULL) {
        if (strncmp(at, key, size) != 0 || at[size] != '=')
            continue;
        const char *value = at + size + 1;
        bool bracket = *value == '<';
        value += bracket;
        return g_strndup(value, strcspn(value, bracket ? ">" : ", "));
    }
    return NULL;
}

static void add_recipients(struct held *held, const char *fields)
{
    const char *at = fields + strlen("to=");
    do {
        bool bracket = *at == '<';
        at += bracket;
        size_t size = strcspn(at, bracket ? ">" : ", ");
        char *address = g_ascii_strdown(at, (gssize)size);
        bool known = strchr(address, '@') == NULL || held->recipients->len >= RECIPIENTS_MOST ||
                     g_ptr_array_find_with_equal_func(held->recipients, address, g_str_equal, NULL);
        if (known)
            g_free(address);
        else
            g_ptr_array_add(held->recipients, address);
        at += size;
        at += *at == '>'; /* a line may be cut */
    } while (at[0] == ',' && (at[1] == '<' || strchr(at + 1, '@') != NULL) && *++at != ' ');
}

static bool was_delivered(const char *fields)
{
    return strstr(fields, "status=sent") != NULL || strstr(fields, "stat=Sent") != NULL;
}

bool sks_maillog_line(struct sks_maillog *log, const char *line)
{
    char id[64];
    const char *rest = line;
    int64_t at = stamp(line, log->until, &rest);
    const char *fields = at != 0 ? find_id(rest, id) : NULL;
    if (fields == NULL)
        return !log->ended;
    if (strcmp(fields, "removed") == 0) {
        struct held *held = g_hash_table_lookup(log->held, id);
        if (held != NULL)
            release(log, held);
    } else if (g_str_has_prefix(fields, "message-id=")) {
        struct held *held = hold(log, id, at);
        g_free(held->message_id);
        held->message_id = value_of(fields, "message-id");
    } else if (g_str_has_prefix(fields, "from=")) {
        struct held *held = hold(log, id, at);
        char *from = value_of(fields, "from"), *message_id = value_of(fields, "msgid");
        g_free(held->from);
        held->from = from != NULL ? g_ascii_strdown(from, -1) : NULL;
        g_free(from);
        if (message_id != NULL) {
            g_free(held->message_id);
            held->message_id = message_id;
        }
    } else if (g_str_has_prefix(fields, "to=") && was_delivered(fields)) {
        add_recipients(hold(log, id, at), fields);
    }
    return !log->ended;
}

void sks_maillog_finish(struct sks_maillog *log)
{
    if (log == NULL)
        return;
    while (!g_queue_is_empty(&log->order))
        release(log, g_queue_peek_head(&log->order));
    g_queue_clear(&log->order);
    g_hash_table_unref(log->held);
    g_free(log);
}

bool sks_maillog_is_one(const char *line)
{
    const char *rest = line;
    if (stamp(line, 0, &rest) == 0)
        return false;
    return strstr(rest, " postfix") != NULL || strstr(rest, " sendmail[") != NULL || strstr(rest, " sm-mta[") != NULL ||
           strstr(rest, " sm-msp") != NULL;
}
