/*
 * Reading the configuration: inih finds sections, keys and values; the table below says what each may be.
 *
 * inih reports neither line numbers nor more than one bad line, and cuts lines at INI_MAX_LINE without a word. So the
 * lines are handed to it one by one by next_line(), which counts them, tells what inih would not, and blanks out what
 * it told. Values of lists may be given on several lines (continued, or with the key repeated): they add up.
 */
#include "configuration.h"

#include <errno.h>
#include <ini.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>

#include <glib.h>

#include "notice.h"
#include "sekisho/limits.h"
#include "socket.h"

#define FILE_LIMIT (1024u * 1024)

enum option_type {
    TYPE_TEXT,
    TYPE_PATH,     /* absolute, or empty */
    TYPE_SOCKET,   /* see socket.h */
    TYPE_LISTEN,   /* ADDRESS:PORT, or empty; see socket.h */
    TYPE_NUMBER,   /* unsigned, least to most */
    TYPE_OCTAL,    /* unsigned, least to most */
    TYPE_SIZE,     /* size_t in bytes, with K, M or G */
    TYPE_BOOLEAN,  /* yes or no */
    TYPE_CHOICE,   /* int, one of choices */
    TYPE_WORDS,    /* char **, separated by blanks or commas */
    TYPE_DOMAINS,  /* the same, of domain names */
    TYPE_SERVERS,  /* the same, of authserv-ids */
    TYPE_MATCHES,  /* the same, of what sks_policy_address_matches() takes */
    TYPE_NETWORKS, /* struct sks_networks */
};

struct choice {
    const char *name;
    int value;
};

struct row {
    const char *section, *key;
    enum option_type type;
    size_t offset;
    const char *value;
    uint64_t least, most;
    const struct choice *choices;
    const char *help;
};

static const struct choice actions[] = {
    {"accept", SKS_ACTION_ACCEPT}, {"tag", SKS_ACTION_TAG},           {"quarantine", SKS_ACTION_QUARANTINE},
    {"reject", SKS_ACTION_REJECT}, {"tempfail", SKS_ACTION_TEMPFAIL}, {NULL, 0},
};
static const struct choice failure_actions[] = {
    {"accept", SKS_ACTION_ACCEPT},
    {"tempfail", SKS_ACTION_TEMPFAIL},
    {"quarantine", SKS_ACTION_QUARANTINE},
    {NULL, 0},
};
static const struct choice languages[] = {{"ja", SKS_LANGUAGE_JAPANESE}, {"en", SKS_LANGUAGE_ENGLISH}, {NULL, 0}};
static const struct choice formats[] = {{"text", SKS_LOG_TEXT}, {"json", SKS_LOG_JSON}, {NULL, 0}};
static const struct choice privacies[] = {{"plain", SKS_PRIVACY_PLAIN}, {"hashed", SKS_PRIVACY_HASHED}, {NULL, 0}};
static const struct choice notice_languages[] = {
    {"ja", SKS_NOTICE_JAPANESE}, {"en", SKS_NOTICE_ENGLISH}, {"both", SKS_NOTICE_BOTH}, {NULL, 0}};
static const struct choice targets[] = {{"syslog", SKS_LOG_SYSLOG}, {"stderr", SKS_LOG_STDERR}, {NULL, 0}};
static const struct choice facilities[] = {
    {"mail", LOG_MAIL},
    {"daemon", LOG_DAEMON},
    {"local0", LOG_LOCAL0},
    {"local1", LOG_LOCAL1},
    {"local2", LOG_LOCAL2},
    {"local3", LOG_LOCAL3},
    {"local4", LOG_LOCAL4},
    {"local5", LOG_LOCAL5},
    {"local6", LOG_LOCAL6},
    {"local7", LOG_LOCAL7},
    {NULL, 0},
};
static const struct choice levels[] = {
    {"error", LOG_ERR}, {"warning", LOG_WARNING}, {"info", LOG_INFO}, {"debug", LOG_DEBUG}, {NULL, 0},
};

#define AT(member) offsetof(struct sks_configuration, member)
#define MEBIBYTE   (1024u * 1024)

/* clang-format off */
static const struct row table[] = {
    {"milter", "socket", TYPE_SOCKET, AT(milter.socket), "unix:/run/sekisho/milter.sock", 0, 0, NULL,
     "where the MTA connects: unix:PATH, inet:PORT@HOST or inet6:PORT@HOST"},
    {"milter", "umask", TYPE_OCTAL, AT(milter.umask), "0117", 0, 0777, NULL,
     "umask of a unix socket, in octal"},
    {"milter", "user", TYPE_TEXT, AT(milter.user), "sekisho", 0, 0, NULL,
     "whom to become after the socket is open; empty: stay who started the program"},
    {"milter", "group", TYPE_TEXT, AT(milter.group), "", 0, 0, NULL,
     "group of the processes and of a unix socket; empty: the user's own"},
    {"milter", "pid_file", TYPE_PATH, AT(milter.pid_file), "", 0, 0, NULL,
     "where to write the process id; empty: nowhere"},
    {"milter", "timeout", TYPE_NUMBER, AT(milter.timeout), "86400", 600, 604800, NULL,
     "seconds for which a connection from the MTA may be silent; longer than any that the MTA itself allows"},
    {"milter", "mail_size", TYPE_SIZE, AT(milter.mail_size), "64M", 65536, SKS_LIMIT_MAIL_SIZE, NULL,
     "how much of a mail is collected and judged"},

    {"classifier", "model", TYPE_PATH, AT(classifier.model), "", 0, 0, NULL,
     "model package; empty: the active one of models, or the one that is built in"},
    {"classifier", "models", TYPE_PATH, AT(classifier.models), "/var/lib/sekisho/models", 0, 0, NULL,
     "folder of model packages, of which `sekisho model` makes one the active one"},
    {"classifier", "lists", TYPE_PATH, AT(classifier.lists), "", 0, 0, NULL,
     "folder of lists that replace the built-in ones of the same names"},
    {"classifier", "people", TYPE_PATH, AT(classifier.people), "", 0, 0, NULL,
     "CSV or LDIF of people whose names others may try to borrow; empty: what was imported into the store"},
    {"classifier", "countries", TYPE_PATH, AT(classifier.countries), "", 0, 0, NULL,
     "libloc's database of networks and their countries; empty: countries are not known"},
    {"classifier", "store", TYPE_PATH, AT(classifier.store), "", 0, 0, NULL,
     "SQLite file of the memory across mails; empty: no memory"},
    {"classifier", "own_domains", TYPE_DOMAINS, AT(classifier.own_domains), "", 0, 0, NULL,
     "our mail domains; those below them count, too"},
    {"classifier", "authserv_ids", TYPE_SERVERS, AT(classifier.authserv_ids), "", 0, 0, NULL,
     "whose Authentication-Results headers are believed"},

    {"memory", "frozen", TYPE_BOOLEAN, AT(memory.frozen), "no", 0, 0, NULL,
     "yes: what the store knows is used, and nothing is written to it: no lesson, no verdict, no mail that waits"},
    {"memory", "keep", TYPE_BOOLEAN, AT(memory.keep), "yes", 0, 0, NULL,
     "yes: mail with an encrypted attachment is kept until its password comes; no: only digests of it are"},
    {"memory", "privacy", TYPE_CHOICE, AT(memory.privacy), "plain", 0, 0, privacies,
     "hashed: a new store keeps names and addresses as keyed hashes only, and no mail"},
    {"memory", "pending_size", TYPE_SIZE, AT(memory.pending_size), "20M", 65536, SKS_LIMIT_MAIL_SIZE, NULL,
     "largest mail that is kept"},
    {"memory", "pending_total", TYPE_SIZE, AT(memory.pending_total), "1024M", MEBIBYTE, (uint64_t)1024 * 1024 * MEBIBYTE, NULL,
     "size of all kept mail together; the oldest goes first"},
    {"memory", "pending_days", TYPE_NUMBER, AT(memory.pending_days), "7", 1, 60, NULL,
     "days for which mail is kept, and passwords that came before their attachment"},
    {"memory", "report_total", TYPE_SIZE, AT(memory.report_total), "1024M", MEBIBYTE, (uint64_t)1024 * 1024 * MEBIBYTE, NULL,
     "size of all reported mail that is kept to learn from; the oldest goes first"},
    {"memory", "report_days", TYPE_NUMBER, AT(memory.report_days), "730", 1, 36500, NULL,
     "days for which reported mail is kept"},
    {"memory", "log_days", TYPE_NUMBER, AT(memory.log_days), "400", 1, 36500, NULL,
     "days for which verdicts stay in the log of the store"},

    {"policy", "clean", TYPE_CHOICE, AT(policy.action[SKS_CLASS_CLEAN]), "accept", 0, 0, actions,
     "what to do with clean mail: accept, tag, quarantine, reject or tempfail"},
    {"policy", "bulk", TYPE_CHOICE, AT(policy.action[SKS_CLASS_BULK]), "tag", 0, 0, actions,
     "what to do with bulk mail"},
    {"policy", "targeted", TYPE_CHOICE, AT(policy.action[SKS_CLASS_TARGETED]), "tag", 0, 0, actions,
     "what to do with targeted mail"},
    {"policy", "failure", TYPE_CHOICE, AT(policy.failure), "accept", 0, 0, failure_actions,
     "what to do with mail that could not be judged: accept (unchanged), tempfail or quarantine"},
    {"policy", "observe", TYPE_BOOLEAN, AT(policy.observe), "no", 0, 0, NULL,
     "yes: only log and add headers"},
    {"policy", "trusted_networks", TYPE_NETWORKS, AT(policy.trusted_networks), "127.0.0.0/8 ::1", 0, 0, NULL,
     "networks of our own whose mail is left alone, in CIDR notation"},
    {"policy", "exempt_authenticated", TYPE_BOOLEAN, AT(policy.exempt_authenticated), "yes", 0, 0, NULL,
     "yes: mail of authenticated senders is left alone"},
    {"policy", "exempt_senders", TYPE_MATCHES, AT(policy.exempt_senders), "", 0, 0, NULL,
     "envelope senders whose mail is left alone"},
    {"policy", "exempt_recipients", TYPE_MATCHES, AT(policy.exempt_recipients), "", 0, 0, NULL,
     "recipients whose mail is left alone, if all of its recipients are listed"},
    {"policy", "hold", TYPE_BOOLEAN, AT(policy.hold), "no", 0, 0, NULL,
     "yes: suspicious mail whose attachment is encrypted is held until its password came; Postfix only"},
    {"policy", "hold_least", TYPE_NUMBER, AT(policy.hold_least), "20", 0, 100, NULL,
     "least probability of a targeted attack, in percent, from which it is held"},
    {"policy", "hold_time", TYPE_NUMBER, AT(policy.hold_time), "14400", 1, 604800, NULL,
     "seconds after which it is let go without a password"},
    {"policy", "hold_helper", TYPE_PATH, AT(policy.hold_helper), "/run/sekisho-release/socket", 0, 0, NULL,
     "socket of sekisho-release, which lets held mail go"},

    {"banner", "language", TYPE_CHOICE, AT(banner.language), "ja", 0, 0, languages,
     "language of banners and of the reasons in headers: ja or en"},
    {"banner", "subject", TYPE_BOOLEAN, AT(banner.subject), "yes", 0, 0, NULL,
     "yes: the subject of tagged mail says why"},
    {"banner", "body", TYPE_BOOLEAN, AT(banner.body), "no", 0, 0, NULL,
     "yes: the text of tagged mail says why, on top; breaks the sender's DKIM signature"},
    {"banner", "evidence", TYPE_NUMBER, AT(banner.evidence), "8", 0, 50, NULL,
     "how many pieces of evidence are told in X-Sekisho-Evidence"},

    {"notice", "to", TYPE_WORDS, AT(notice.to), "", 0, 0, NULL,
     "addresses that are told when the verdict on an earlier mail gets worse"},
    {"notice", "recipients", TYPE_BOOLEAN, AT(notice.recipients), "no", 0, 0, NULL,
     "yes: so are the recipients of that mail, if they are in own_domains"},
    {"notice", "from", TYPE_TEXT, AT(notice.from), "", 0, 0, NULL,
     "address from which notices are sent"},
    {"notice", "smtp", TYPE_TEXT, AT(notice.smtp), "", 0, 0, NULL,
     "mail server on this host that takes them: PORT@127.0.0.1 or PORT@[::1]; empty: none are sent"},
    {"notice", "command", TYPE_WORDS, AT(notice.command), "", 0, 0, NULL,
     "program with arguments that is run for each change, without a shell; empty: none"},
    {"notice", "language", TYPE_CHOICE, AT(notice.language), "both", 0, 0, notice_languages,
     "language of notices: ja, en or both"},
    {"notice", "hourly", TYPE_NUMBER, AT(notice.hourly), "20", 1, 1000, NULL,
     "notices an hour at most; further ones are only logged"},

    {"pool", "workers", TYPE_NUMBER, AT(pool.workers), "0", 0, 256, NULL,
     "worker processes at most; 0: one more than processors, twice as many while mails take long"},
    {"pool", "deadline", TYPE_NUMBER, AT(pool.deadline), "10", 1, 60, NULL,
     "seconds for the judging of one mail"},
    {"pool", "queueing", TYPE_NUMBER, AT(pool.queueing), "20", 1, 60, NULL,
     "seconds that a mail may wait for a free worker"},
    {"pool", "memory", TYPE_SIZE, AT(pool.memory), "768M", 64 * MEBIBYTE, (uint64_t)16384 * MEBIBYTE, NULL,
     "memory that a worker may take for one mail"},

    {"log", "target", TYPE_CHOICE, AT(log.target), "syslog", 0, 0, targets,
     "syslog or stderr; always stderr with -f"},
    {"log", "facility", TYPE_CHOICE, AT(log.facility), "mail", 0, 0, facilities,
     "facility of syslog: mail, daemon, local0 to local7"},
    {"log", "level", TYPE_CHOICE, AT(log.level), "info", 0, 0, levels,
     "least weight of what is logged: error, warning, info or debug"},
    {"log", "format", TYPE_CHOICE, AT(log.format), "text", 0, 0, formats,
     "text, or json: one object a line"},

    {"metrics", "listen", TYPE_LISTEN, AT(metrics.listen), "", 0, 0, NULL,
     "where /metrics is served, as 127.0.0.1:PORT or [::1]:PORT; empty: nowhere"},
    {"metrics", "remote", TYPE_BOOLEAN, AT(metrics.remote), "no", 0, 0, NULL,
     "yes: the address may be one that other hosts reach"},
};
/* clang-format on */

struct reading {
    struct sks_configuration *configuration;
    struct sks_problems *problems;
    const char *name, *text;
    size_t size, at, line, found;
    bool has_key; /* a key was seen in this section, so that a line that begins with a blank continues it */
    size_t seen[G_N_ELEMENTS(table)]; /* line of the first value; 0: none yet */
};

static void problem(struct reading *reading, const char *key, const char *reason, ...)
    __attribute__((format(printf, 3, 4)));

static void problem(struct reading *reading, const char *key, const char *reason, ...)
{
    va_list arguments;
    va_start(arguments, reason);
    char *text = g_strdup_vprintf(reason, arguments);
    va_end(arguments);
    sks_problems_add(reading->problems, reading->name, reading->line, key, "%s", text);
    reading->found++;
    g_free(text);
}

static void *field(struct reading *reading, const struct row *row)
{
    return (char *)reading->configuration + row->offset;
}

static void set_number(struct reading *reading, const struct row *row, const char *value)
{
    guint64 number;
    unsigned base = row->type == TYPE_OCTAL ? 8 : 10;
    if (!g_ascii_string_to_unsigned(value, base, row->least, row->most, &number, NULL)) {
        if (base == 8)
            problem(reading, row->key, "needs an octal number up to 0%o, not \"%s\"", (unsigned)row->most, value);
        else
            problem(reading, row->key, "needs a whole number from %u to %u, not \"%s\"", (unsigned)row->least,
                    (unsigned)row->most, value);
        return;
    }
    *(unsigned *)field(reading, row) = (unsigned)number;
}

static void set_size(struct reading *reading, const struct row *row, const char *value)
{
    char *end = NULL;
    errno = 0;
    guint64 number = g_ascii_strtoull(value, &end, 10);
    unsigned shift = 0;
    if (end != value && *end != '\0') {
        const char *suffix = strchr("KMG", g_ascii_toupper(*end));
        shift = suffix != NULL ? (unsigned)(suffix - "KMG" + 1) * 10 : 0;
        end += suffix != NULL;
    }
    if (errno != 0 || end == value || *end != '\0' || !g_ascii_isdigit(value[0]) || number > (row->most >> shift) ||
        number << shift < row->least) {
        problem(reading, row->key, "needs a size from %" G_GUINT64_FORMAT "K to %" G_GUINT64_FORMAT "M, not \"%s\"",
                row->least / 1024, row->most / MEBIBYTE, value);
        return;
    }
    *(size_t *)field(reading, row) = (size_t)(number << shift);
}

static void set_boolean(struct reading *reading, const struct row *row, const char *value)
{
    bool yes = g_ascii_strcasecmp(value, "yes") == 0, no = g_ascii_strcasecmp(value, "no") == 0;
    if (!yes && !no)
        problem(reading, row->key, "needs yes or no, not \"%s\"", value);
    else
        *(bool *)field(reading, row) = yes;
}

static void set_choice(struct reading *reading, const struct row *row, const char *value)
{
    GString *names = g_string_new(NULL);
    for (const struct choice *choice = row->choices; choice->name != NULL; choice++) {
        if (g_ascii_strcasecmp(choice->name, value) == 0) {
            *(int *)field(reading, row) = choice->value;
            g_string_free(names, TRUE);
            return;
        }
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", choice->name);
    }
    problem(reading, row->key, "needs one of %s, not \"%s\"", names->str, value);
    g_string_free(names, TRUE);
}

static bool is_list(const struct row *row)
{
    return row->type >= TYPE_WORDS && row->type <= TYPE_MATCHES;
}

/* What matches nothing would be overlooked: a list in another program's form, or a comment without its ";". */
static bool check_word(struct reading *reading, const struct row *row, const char *word)
{
    const char *needed = NULL;
    if (row->type == TYPE_DOMAINS && !sks_policy_is_domain(word))
        needed = "domains as in kikan.example";
    else if (row->type == TYPE_SERVERS && !sks_policy_is_authserv_id(word))
        needed = "names as in gw.kikan.example";
    else if (row->type == TYPE_MATCHES && !sks_policy_is_pattern(word))
        needed = "name@domain, domain, .domain or <>";
    if (needed != NULL)
        problem(reading, row->key, "needs %s, not \"%s\"", needed, word);
    return needed == NULL;
}

static void add_words(struct reading *reading, const struct row *row, const char *value)
{
    char ***words = field(reading, row);
    char **more = g_strsplit_set(value, " \t,", -1);
    GPtrArray *all = g_ptr_array_new();
    for (char **word = *words; word != NULL && *word != NULL; word++)
        g_ptr_array_add(all, *word);
    for (char **word = more; *word != NULL; word++) {
        if (**word != '\0' && check_word(reading, row, *word))
            g_ptr_array_add(all, *word);
        else
            g_free(*word);
    }
    g_ptr_array_add(all, NULL);
    g_free(*words);
    g_free(more);
    *words = (char **)g_ptr_array_free(all, FALSE);
}

static void add_networks(struct reading *reading, const struct row *row, const char *value)
{
    struct sks_networks *networks = field(reading, row);
    char **words = g_strsplit_set(value, " \t,", -1);
    for (char **word = words; *word != NULL; word++) {
        struct sks_network network;
        const char *reason;
        if (**word == '\0')
            continue;
        if (sks_network_parse(&network, *word, &reason) != SKS_OK) {
            problem(reading, row->key, "\"%s\" %s", *word, reason);
            continue;
        }
        networks->list = g_renew(struct sks_network, networks->list, networks->count + 1);
        networks->list[networks->count++] = network;
    }
    g_strfreev(words);
}

static void set_text(struct reading *reading, const struct row *row, const char *value)
{
    char **text = field(reading, row);
    const char *reason = NULL;
    struct sks_socket_address address;
    struct sockaddr_storage listen;
    if (row->type == TYPE_PATH && value[0] != '\0' && value[0] != '/') {
        problem(reading, row->key, "needs a path that begins with /, not \"%s\"", value);
        return;
    }
    if (row->type == TYPE_SOCKET && sks_socket_parse(&address, value, &reason) != SKS_OK) {
        problem(reading, row->key, "\"%s\" %s", value, reason);
        return;
    }
    if (row->type == TYPE_LISTEN && value[0] != '\0' && sks_socket_parse_listen(&listen, value, &reason) != SKS_OK) {
        problem(reading, row->key, "\"%s\" %s", value, reason);
        return;
    }
    g_free(*text);
    *text = g_strdup(value);
}

static void clear(struct reading *reading, const struct row *row)
{
    if (is_list(row)) {
        char ***words = field(reading, row);
        g_strfreev(*words);
        *words = NULL;
    } else if (row->type == TYPE_NETWORKS) {
        struct sks_networks *networks = field(reading, row);
        g_free(networks->list);
        *networks = (struct sks_networks){NULL, 0};
    }
}

static void set(struct reading *reading, const struct row *row, const char *value)
{
    switch (row->type) {
    case TYPE_TEXT:
    case TYPE_PATH:
    case TYPE_SOCKET:
    case TYPE_LISTEN:
        set_text(reading, row, value);
        break;
    case TYPE_NUMBER:
    case TYPE_OCTAL:
        set_number(reading, row, value);
        break;
    case TYPE_SIZE:
        set_size(reading, row, value);
        break;
    case TYPE_BOOLEAN:
        set_boolean(reading, row, value);
        break;
    case TYPE_CHOICE:
        set_choice(reading, row, value);
        break;
    case TYPE_WORDS:
    case TYPE_DOMAINS:
    case TYPE_SERVERS:
    case TYPE_MATCHES:
        add_words(reading, row, value);
        break;
    case TYPE_NETWORKS:
        add_networks(reading, row, value);
        break;
    }
}

static const struct row *find(const char *section, const char *key)
{
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        if (strcmp(table[i].section, section) == 0 && (key == NULL || strcmp(table[i].key, key) == 0))
            return &table[i];
    return NULL;
}

/* What inih calls for each value. */
static int take_value(void *user, const char *section, const char *key, const char *value)
{
    struct reading *reading = user;
    const struct row *row = find(section, key);
    reading->has_key = true;
    if (row == NULL) {
        /* next_line() has told of an unknown section already. */
        if (find(section, NULL) != NULL)
            problem(reading, key, "is no key of section [%s]", section);
        else if (section[0] == '\0')
            problem(reading, key, "stands before the first section");
        return 1;
    }
    size_t *seen = &reading->seen[row - table];
    bool list = is_list(row) || row->type == TYPE_NETWORKS;
    if (*seen != 0 && !list) {
        problem(reading, key, "is given a second time, after line %zu", *seen);
        return 1;
    }
    if (*seen == 0)
        clear(reading, row); /* a list that is given replaces the default */
    *seen = reading->line;
    set(reading, row, value);
    return 1;
}

/* A comment, or nothing at all. */
static bool says_nothing(const char *line, size_t size)
{
    while (size > 0 && g_ascii_isspace(*line))
        line++, size--;
    return size == 0 || *line == ';' || *line == '#';
}

/* Whether a line sets a key: where it continues another, that is a slip which the other's list would swallow. */
static bool sets_key(const char *line)
{
    size_t size = strcspn(line, " \t=:");
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        if (strlen(table[i].key) == size && strncmp(table[i].key, line, size) == 0)
            return line[size + strspn(line + size, " \t")] == '=';
    return false;
}

/* Whether inih can make something of a line; if not, the problem is told here. */
static bool check_line(struct reading *reading, const char *line)
{
    bool indented = g_ascii_isspace(line[0]);
    while (g_ascii_isspace(*line))
        line++;
    if (says_nothing(line, strlen(line)))
        return true;
    if (*line == '[' && !(indented && reading->has_key)) {
        const char *end = strchr(line, ']');
        reading->has_key = false;
        if (end == NULL) {
            problem(reading, NULL, "a section needs a closing bracket");
            return false;
        }
        char *section = g_strndup(line + 1, (size_t)(end - line - 1));
        if (find(section, NULL) == NULL)
            problem(reading, NULL, "there is no section [%s]", section);
        g_free(section);
        if (!says_nothing(end + 1, strlen(end + 1)))
            problem(reading, NULL, "nothing but a comment may stand behind a section; a key has a line of its own");
        return true;
    }
    if (indented && reading->has_key) {
        if (sets_key(line))
            problem(reading, NULL, "begins with a blank and would continue the value before; a key begins the line");
        return true;
    }
    if (strpbrk(line, "=:") == NULL) {
        problem(reading, NULL, "a line is \"[section]\", \"key = value\" or a comment");
        return false;
    }
    return true;
}

/* What inih calls for each line, in the manner of fgets(). */
static char *next_line(char *out_line, int room, void *user)
{
    struct reading *reading = user;
    if (reading->at >= reading->size)
        return NULL;

    const char *start = reading->text + reading->at;
    const char *end = memchr(start, '\n', reading->size - reading->at);
    size_t length = end != NULL ? (size_t)(end - start) : reading->size - reading->at;
    bool mark = reading->line == 0 && length >= 3 && memcmp(start, "\xEF\xBB\xBF", 3) == 0;
    reading->at += length + (end != NULL);
    reading->line++;
    if (mark) {
        start += 3;
        length -= 3;
    }
    if (length > 0 && start[length - 1] == '\r')
        length--;
    out_line[0] = '\0';
    if (length + 1 > (size_t)room) {
        if (!says_nothing(start, length))
            problem(reading, NULL,
                    "the line is longer than %d bytes; continue it on the next, which begins with a blank", room - 1);
        return out_line;
    }
    if (memchr(start, '\0', length) != NULL) {
        problem(reading, NULL, "the line contains a NUL byte");
        return out_line;
    }
    memcpy(out_line, start, length);
    out_line[length] = '\0';
    if (!check_line(reading, out_line))
        out_line[0] = '\0';
    return out_line;
}

static void needs(struct reading *reading, const char *section, const char *key, const char *reason)
{
    sks_problems_add(reading->problems, reading->name, reading->seen[find(section, key) - table], key, "%s", reason);
    reading->found++;
}

/* What is wrong only with regard to another key. */
static void check_together(struct reading *reading)
{
    const struct sks_configuration *configuration = reading->configuration;
    struct sockaddr_storage listen;
    const char *reason, *host;
    unsigned port;
    bool memory = configuration->classifier.store[0] != '\0';
    bool sends = configuration->notice.smtp[0] != '\0';
    bool runs = configuration->notice.command != NULL && configuration->notice.command[0] != NULL;
    if (configuration->metrics.listen[0] != '\0' && !configuration->metrics.remote &&
        sks_socket_parse_listen(&listen, configuration->metrics.listen, &reason) == SKS_OK &&
        !sks_socket_is_loopback(&listen))
        needs(reading, "metrics", "listen",
              "needs an address that only this host reaches (127.0.0.1, ::1), or remote = yes");
    if (configuration->policy.hold && !memory)
        needs(reading, "policy", "hold", "needs a store ([classifier])");
    if (configuration->policy.hold && configuration->memory.frozen)
        needs(reading, "policy", "hold", "needs frozen = no ([memory])");
    if (configuration->policy.hold && !configuration->memory.keep)
        needs(reading, "policy", "hold", "needs keep = yes ([memory])");
    if (configuration->policy.hold && configuration->policy.hold_helper[0] == '\0')
        needs(reading, "policy", "hold", "needs a hold_helper");
    if ((sends || runs) && !memory)
        needs(reading, "notice", sends ? "smtp" : "command", "needs a store ([classifier])");
    if (sends && !sks_socket_parse_smtp(&port, &host, configuration->notice.smtp))
        needs(reading, "notice", "smtp", "needs PORT@127.0.0.1 or PORT@[::1]");
    if (sends && !sks_notice_may_go_to(configuration->notice.from))
        needs(reading, "notice", "from", "needs the address from which notices are sent");
    for (char **to = configuration->notice.to; to != NULL && *to != NULL; to++)
        if (!sks_notice_may_go_to(*to))
            needs(reading, "notice", "to", "needs addresses of plain ASCII");
    bool told = configuration->notice.to != NULL && configuration->notice.to[0] != NULL;
    if ((told || configuration->notice.recipients) && !sends && !runs)
        needs(reading, "notice", told ? "to" : "recipients", "needs smtp, without which nobody is told");
    if (runs && configuration->notice.command[0][0] != '/')
        needs(reading, "notice", "command", "needs a path that begins with /");
}

/* Wrong values leave the defaults; returns how many problems there were. */
static size_t parse(struct sks_configuration **out_configuration, const char *name, const char *text, size_t size,
                    struct sks_problems *problems)
{
    struct reading reading = {
        .configuration = g_new0(struct sks_configuration, 1),
        .problems = problems,
        .name = name,
        .text = text,
        .size = size,
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        set(&reading, &table[i], table[i].value);
    g_assert(reading.found == 0);

    /* Whatever inih dislikes was told and blanked out by next_line(); its own answer knows only the first of them. */
    if (ini_parse_stream(next_line, &reading, take_value, &reading) != 0 && reading.found == 0)
        sks_problems_add(problems, name, reading.line, NULL, "can't be read"), reading.found++;
    const char *models = reading.configuration->classifier.models;
    reading.configuration->classifier.active =
        models[0] != '\0' ? g_build_filename(models, SKS_MODELS_ACTIVE, NULL) : g_strdup("");
    check_together(&reading);
    reading.configuration->name = g_strdup(name);
    reading.configuration->lines = g_memdup2(reading.seen, sizeof reading.seen);
    *out_configuration = reading.configuration;
    return (size_t)reading.found;
}

int sks_configuration_parse(struct sks_configuration **out_configuration, const char *name, const char *text,
                            size_t size, struct sks_problems *problems)
{
    struct sks_configuration *configuration;
    if (parse(&configuration, name, text, size, problems) > 0) {
        sks_configuration_destroy(configuration);
        return SKS_ERROR_FORMAT;
    }
    *out_configuration = configuration;
    return SKS_OK;
}

void sks_configuration_problem(const struct sks_configuration *configuration, struct sks_problems *problems,
                               const char *section, const char *key, const char *reason, ...)
{
    va_list arguments;
    va_start(arguments, reason);
    g_autofree char *text = g_strdup_vprintf(reason, arguments);
    va_end(arguments);
    sks_problems_add(problems, configuration->name, configuration->lines[find(section, key) - table], key, "%s", text);
}

static int read_text(char **out_text, size_t *out_size, const char *path, struct sks_problems *problems)
{
    GError *error = NULL;
    struct stat status;

    if (stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > FILE_LIMIT) {
        sks_problems_add(problems, path, 0, NULL, "is larger than %u bytes", FILE_LIMIT);
        return SKS_ERROR_FORMAT;
    }
    if (!g_file_get_contents(path, out_text, out_size, &error)) {
        sks_problems_add(problems, path, 0, NULL, "%s", error->message);
        g_error_free(error);
        return SKS_ERROR_IO;
    }
    return SKS_OK;
}

int sks_configuration_read(struct sks_configuration **out_configuration, const char *path,
                           struct sks_problems *problems)
{
    char *text;
    size_t size;
    int result = read_text(&text, &size, path, problems);
    if (result != SKS_OK)
        return result;
    result = sks_configuration_parse(out_configuration, path, text, size, problems);
    g_free(text);
    return result;
}

struct sks_configuration *sks_configuration_read_partly(const char *path, struct sks_problems *problems)
{
    char *text;
    size_t size;
    struct sks_configuration *configuration;
    if (read_text(&text, &size, path, problems) != SKS_OK)
        return NULL;
    parse(&configuration, path, text, size, problems);
    g_free(text);
    return configuration;
}

struct sks_configuration *sks_configuration_default(void)
{
    struct sks_configuration *configuration = NULL;
    int result = sks_configuration_parse(&configuration, "", "", 0, NULL);
    g_assert(result == SKS_OK);
    return configuration;
}

void sks_configuration_destroy(struct sks_configuration *configuration)
{
    if (configuration == NULL)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        void *at = (char *)configuration + table[i].offset;
        if (table[i].type == TYPE_TEXT || table[i].type == TYPE_PATH || table[i].type == TYPE_SOCKET ||
            table[i].type == TYPE_LISTEN)
            g_free(*(char **)at);
        else if (is_list(&table[i]))
            g_strfreev(*(char ***)at);
        else if (table[i].type == TYPE_NETWORKS)
            g_free(((struct sks_networks *)at)->list);
    }
    g_free(configuration->classifier.active);
    g_free(configuration->name);
    g_free(configuration->lines);
    g_free(configuration);
}

static const char *or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

/* A link that leads nowhere is used, too: that the package is gone must be told. */
static const char *model_file(const struct sks_configuration *configuration)
{
    if (configuration->classifier.model[0] != '\0')
        return configuration->classifier.model;
    return g_file_test(configuration->classifier.active, G_FILE_TEST_IS_SYMLINK) ? configuration->classifier.active
                                                                                 : NULL;
}

bool sks_configuration_notifies(const struct sks_configuration *configuration)
{
    return configuration->classifier.store[0] != '\0' &&
           (configuration->notice.smtp[0] != '\0' ||
            (configuration->notice.command != NULL && configuration->notice.command[0] != NULL));
}

/* Mail that is refused or quarantined anyway is not held besides. */
static unsigned hold_classes(const struct sks_policy *policy)
{
    unsigned classes = 0;
    for (int i = 0; i < SKS_CLASS_COUNT && policy->hold; i++)
        if (policy->action[i] == SKS_ACTION_ACCEPT || policy->action[i] == SKS_ACTION_TAG)
            classes |= 1u << i;
    return classes;
}

struct sks_settings sks_configuration_settings(const struct sks_configuration *configuration)
{
    return (struct sks_settings){
        .model = model_file(configuration),
        .lists = or_null(configuration->classifier.lists),
        .people = or_null(configuration->classifier.people),
        .countries = or_null(configuration->classifier.countries),
        .store = or_null(configuration->classifier.store),
        .store_frozen = configuration->memory.frozen,
        .store_digests = !configuration->memory.keep,
        .store_hashed = configuration->memory.privacy == SKS_PRIVACY_HASHED,
        .pending_size = configuration->memory.pending_size,
        .pending_total = configuration->memory.pending_total,
        .pending_days = configuration->memory.pending_days,
        .store_notices = sks_configuration_notifies(configuration),
        .store_gathers = true,
        .store_tended = true,
        .hold_classes = hold_classes(&configuration->policy),
        .hold_least = configuration->policy.hold_least,
        .hold_seconds = configuration->policy.hold_time,
        .own_domains = (const char *const *)configuration->classifier.own_domains,
        .authserv_ids = (const char *const *)configuration->classifier.authserv_ids,
    };
}

struct sks_pool_options sks_configuration_pool(const struct sks_configuration *configuration)
{
    return (struct sks_pool_options){
        .workers = configuration->pool.workers,
        .deadline_ms = configuration->pool.deadline * 1000,
        .queue_ms = configuration->pool.queueing * 1000,
        .memory = configuration->pool.memory,
    };
}

size_t sks_configuration_option_count(void)
{
    return G_N_ELEMENTS(table);
}

struct sks_option sks_configuration_option(size_t index)
{
    return (struct sks_option){table[index].section, table[index].key, table[index].value, table[index].help};
}
