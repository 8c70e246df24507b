/*
 * load: an MTA's side of the milter protocol (version 6) under load, for measuring filters side by side.
 *
 *     load [-c CONNECTIONS] [-n MAILS] [-r RATE] [-p] [-v] SOCKET PATH…
 *
 * SOCKET is unix:PATH or inet:PORT@127.0.0.1; PATH a mail or a folder of mails. Each of CONNECTIONS threads keeps one
 * connection and sends mail after mail over it, as Postfix does, until MAILS are sent (by default each mail once; they
 * are taken in turn). Without RATE each begins its next mail when the last is answered. With it, mails begin at that
 * many a second, whether the filter keeps up or not, and a mail's time counts from when it should have begun, so that
 * waiting counts. With -v, each mail has a session of its own, and sessions come from various clients: HELO and address
 * (of 198.18.0.0/15, RFC 2544) follow from the sender's domain; without it all come from one. With -p, "PATH answer"
 * and the edits are printed, a line a mail, for comparing verdicts.
 *
 * Prints one line of JSON: mails, failures (no complete answer), bytes, seconds, mails a second, and the percentiles of
 * milliseconds from the first byte of a mail to its final answer. Exits 1 if a mail got no answer.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>

#include <glib.h>

/* What an MTA offers: all actions, and all steps but the ones that Sendmail's test mode adds. */
#define ACTIONS 0x1FFu
#define STEPS   0x1FFFFFu

/* Steps that the filter doesn't want (SMFIP_NO…), and those that it doesn't answer (SMFIP_NR_…). */
enum {
    NO_CONNECT = 0x1,
    NO_HELO = 0x2,
    NO_MAIL = 0x4,
    NO_RCPT = 0x8,
    NO_BODY = 0x10,
    NO_HEADER = 0x20,
    NO_EOH = 0x40,
    NR_HEADER = 0x80,
    NO_DATA = 0x200,
    NR_CONNECT = 0x1000,
    NR_HELO = 0x2000,
    NR_MAIL = 0x4000,
    NR_RCPT = 0x8000,
    NR_DATA = 0x10000,
    NR_EOH = 0x40000,
    NR_BODY = 0x80000,
    LEADING_SPACE = 0x100000,
};

#define CHUNK 65535 /* bytes of a body in one packet */

struct mail {
    char *path;
    char *sender, *recipient; /* for the envelope, with angle brackets: as From and To say */
    GPtrArray *fields;        /* of GBytes: name, NUL, value, NUL */
    char *body;
    size_t body_size, size;
};

struct connection {
    int fd;
    uint32_t steps;
    GByteArray *out, *in; /* in: the body of the last answer */
};

static struct {
    const char *socket;
    GPtrArray *mails;
    unsigned connections;
    long wanted;
    double rate; /* mails a second, or 0 */
    bool print, various;
    atomic_long next, failures, bytes;
    double begin; /* seconds on the monotonic clock */
    double *taken;
    pthread_mutex_t printing;
} load = {.connections = 2, .wanted = -1, .printing = PTHREAD_MUTEX_INITIALIZER};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void sleep_until(double when)
{
    struct timespec time = {(time_t)when, (long)((when - (double)(time_t)when) * 1e9)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
        ;
}

_Noreturn static void __attribute__((format(printf, 1, 2))) die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(2);
}

/* The first thing in a field's value that looks like an address, in angle brackets; NULL if there is none. */
static char *address_of(const char *value)
{
    const char *at = strchr(value, '@');
    if (at == NULL)
        return NULL;
    const char *begin = at, *end = at + 1;
    while (begin > value && (g_ascii_isalnum(begin[-1]) || strchr("._+-=", begin[-1]) != NULL))
        begin--;
    while (g_ascii_isalnum(*end) || *end == '.' || *end == '-')
        end++;
    return begin < at && end > at + 1 ? g_strdup_printf("<%.*s>", (int)(end - begin), begin) : NULL;
}

/* A mail as the MTA hands it over: fields unfolded only as far as their line ends go, the body with CR LF. */
static void add_field(struct mail *mail, const char *line, size_t size)
{
    const char *colon = memchr(line, ':', size);
    if (colon == NULL)
        return;
    GString *field = g_string_new_len(line, colon - line);
    g_string_append_c(field, '\0');
    const char *value = colon + 1;
    for (; value < line + size; value++)
        if (*value != '\r' && *value != '\0')
            g_string_append_c(field, *value);
    g_string_append_c(field, '\0');
    const char *text = field->str + strlen(field->str) + 1;
    if (mail->sender == NULL && g_ascii_strcasecmp(field->str, "From") == 0)
        mail->sender = address_of(text);
    if (mail->recipient == NULL && g_ascii_strcasecmp(field->str, "To") == 0)
        mail->recipient = address_of(text);
    g_ptr_array_add(mail->fields, g_string_free_to_bytes(field));
}

static void add_body(struct mail *mail, const char *text, size_t size)
{
    GString *body = g_string_sized_new(size + size / 32);
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
            g_string_append_c(body, '\r');
        g_string_append_c(body, text[i]);
    }
    mail->body_size = body->len;
    mail->body = g_string_free(body, FALSE);
}

static void add_mail(const char *path)
{
    char *text;
    gsize size;
    if (!g_file_get_contents(path, &text, &size, NULL))
        die("%s: can't be read", path);
    struct mail *mail = g_new0(struct mail, 1);
    mail->path = g_strdup(path);
    mail->fields = g_ptr_array_new();
    mail->size = size;
    size_t at = 0;
    while (at < size && text[at] != '\n' && !(text[at] == '\r' && at + 1 < size && text[at + 1] == '\n')) {
        size_t end = at;
        do {
            const char *line_end = memchr(text + end, '\n', size - end);
            end = line_end != NULL ? (size_t)(line_end - text) + 1 : size;
        } while (end < size && (text[end] == ' ' || text[end] == '\t'));
        size_t length = end - at;
        while (length > 0 && (text[at + length - 1] == '\n' || text[at + length - 1] == '\r'))
            length--;
        add_field(mail, text + at, length);
        at = end;
    }
    while (at < size && text[at] != '\n')
        at++;
    at = MIN(at + 1, size);
    add_body(mail, text + at, size - at);
    g_ptr_array_add(load.mails, mail);
    g_free(text);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_path(const char *path)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    if (folder == NULL) {
        add_mail(path);
        return;
    }
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;)
        g_ptr_array_add(names, g_build_filename(path, name, NULL));
    g_dir_close(folder);
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++)
        add_path(names->pdata[i]);
    g_ptr_array_free(names, TRUE);
}

static int connect_to(const char *address)
{
    int fd = -1;
    if (g_str_has_prefix(address, "unix:")) {
        struct sockaddr_un to = {.sun_family = AF_UNIX};
        g_strlcpy(to.sun_path, address + 5, sizeof(to.sun_path));
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        return fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 ? fd : -1;
    }
    unsigned port = 0;
    if (sscanf(address, "inet:%u@127.0.0.1", &port) != 1 || port == 0 || port > 65535)
        die("%s: neither unix:PATH nor inet:PORT@127.0.0.1", address);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 ? fd : -1;
}

static void put(struct connection *c, char command, const void *data, size_t size)
{
    uint32_t length = htonl((uint32_t)size + 1);
    g_byte_array_append(c->out, (const guint8 *)&length, sizeof(length));
    g_byte_array_append(c->out, (const guint8 *)&command, 1);
    if (size > 0)
        g_byte_array_append(c->out, data, (guint)size);
}

static bool flush_out(struct connection *c)
{
    for (size_t done = 0; done < c->out->len;) {
        ssize_t sent = send(c->fd, c->out->data + done, c->out->len - done, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            return false;
        done += sent > 0 ? (size_t)sent : 0;
    }
    g_byte_array_set_size(c->out, 0);
    return true;
}

static bool read_fully(int fd, void *buffer, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = read(fd, (char *)buffer + done, size - done);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        done += got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* The next answer's command, or 0 if the filter went away. */
static char receive(struct connection *c)
{
    uint32_t length;
    char command;
    if (!read_fully(c->fd, &length, sizeof(length)) || !read_fully(c->fd, &command, 1))
        return 0;
    length = ntohl(length) - 1;
    if (length > 16u * 1024 * 1024)
        return 0;
    g_byte_array_set_size(c->in, length);
    return read_fully(c->fd, c->in->data, length) ? command : 0;
}

/* Says one thing and takes the answer, if the filter wants the one and gives the other. 'c' where it does not. */
static char say(struct connection *c, char command, const void *data, size_t size, uint32_t unwanted, uint32_t silent)
{
    if (c->steps & unwanted)
        return 'c';
    put(c, command, data, size);
    if (c->steps & silent)
        return 'c';
    return flush_out(c) ? receive(c) : 0;
}

/* SMFIC_CONNECT's name, family, port and address, for the client that brings a mail; its name is the HELO, too. */
static GByteArray *client_of(const struct mail *mail)
{
    char *name = g_strdup("mail.partner.example"), *address = g_strdup("203.0.113.5");
    if (load.various && mail->sender != NULL) {
        char *domain = g_ascii_strdown(strchr(mail->sender, '@') + 1, -1);
        domain[strcspn(domain, ">")] = '\0';
        guint number = g_str_hash(domain);
        g_free(name);
        g_free(address);
        name = g_strdup_printf("mail.%s", domain);
        address = g_strdup_printf("198.%u.%u.%u", 18 + (number >> 16 & 1), number >> 8 & 0xff, number & 0xff);
        g_free(domain);
    }
    GByteArray *client = g_byte_array_new();
    g_byte_array_append(client, (const guint8 *)name, (guint)strlen(name) + 1);
    g_byte_array_append(client, (const guint8 *)"4\0\031", 3);
    g_byte_array_append(client, (const guint8 *)address, (guint)strlen(address) + 1);
    g_free(name);
    g_free(address);
    return client;
}

static bool open_connection(struct connection *c, const struct mail *mail)
{
    uint32_t offer[3] = {htonl(6), htonl(ACTIONS), htonl(STEPS)};
    c->fd = connect_to(load.socket);
    if (c->fd < 0)
        return false;
    c->steps = 0;
    g_byte_array_set_size(c->out, 0);
    if (say(c, 'O', offer, sizeof(offer), 0, 0) != 'O' || c->in->len < sizeof(offer))
        return false;
    memcpy(offer, c->in->data, sizeof(offer));
    c->steps = ntohl(offer[2]);
    GByteArray *client = client_of(mail);
    const char *helo = (const char *)client->data;
    bool ok = say(c, 'C', client->data, client->len, NO_CONNECT, NR_CONNECT) == 'c' &&
              say(c, 'H', helo, strlen(helo) + 1, NO_HELO, NR_HELO) == 'c';
    g_byte_array_unref(client);
    return ok;
}

static void close_connection(struct connection *c, bool quit)
{
    if (c->fd < 0)
        return;
    if (quit) {
        put(c, 'Q', NULL, 0);
        flush_out(c);
    }
    close(c->fd);
    c->fd = -1;
}

static void print_answer(const struct connection *c, const struct mail *mail, char answer, const GString *edits)
{
    (void)c;
    pthread_mutex_lock(&load.printing);
    printf("%s\t%c\t%s\n", mail->path, answer, edits->str);
    pthread_mutex_unlock(&load.printing);
}

static void note_edit(GString *edits, char command, const GByteArray *data)
{
    g_string_append_printf(edits, "%s%c ", edits->len > 0 ? " | " : "", command);
    for (guint i = command == 'i' || command == 'm' ? 4 : 0; i < data->len; i++) {
        char byte = (char)data->data[i];
        g_string_append_c(edits, byte == '\0' ? ' ' : byte == '\n' || byte == '\t' ? '_' : byte);
    }
}

static bool send_fields(struct connection *c, const struct mail *mail)
{
    for (guint i = 0; i < mail->fields->len; i++) {
        gsize size;
        const char *field = g_bytes_get_data(mail->fields->pdata[i], &size);
        size_t name = strlen(field) + 1;
        bool skip = (c->steps & LEADING_SPACE) == 0 && field[name] == ' ';
        char *value = g_memdup2(field, size);
        if (skip)
            memmove(value + name, value + name + 1, size - name - 1);
        char answer = say(c, 'L', value, size - (skip ? 1 : 0), NO_HEADER, NR_HEADER);
        g_free(value);
        if (answer != 'c')
            return false;
    }
    return true;
}

/* One mail, to its final answer; 0 if there is none. What the filter accepts early is done. */
static char send_mail(struct connection *c, const struct mail *mail, GString *edits)
{
    const char *sender = mail->sender != NULL ? mail->sender : "<sender@partner.example>";
    const char *recipient = mail->recipient != NULL ? mail->recipient : "<taro@kikan.example>";
    static const char names[] = "Mi\0LOAD";
    put(c, 'D', names, sizeof(names));
    char answer = say(c, 'M', sender, strlen(sender) + 1, NO_MAIL, NR_MAIL);
    if (answer == 'c')
        answer = say(c, 'R', recipient, strlen(recipient) + 1, NO_RCPT, NR_RCPT);
    if (answer == 'c')
        answer = say(c, 'T', NULL, 0, NO_DATA, NR_DATA);
    if (answer != 'c')
        return answer;
    if (!send_fields(c, mail))
        return 0;
    answer = say(c, 'N', NULL, 0, NO_EOH, NR_EOH);
    for (size_t at = 0; at < mail->body_size && answer == 'c'; at += CHUNK)
        answer = say(c, 'B', mail->body + at, MIN(CHUNK, mail->body_size - at), NO_BODY, NR_BODY);
    if (answer != 'c' && answer != 's')
        return answer;
    put(c, 'E', NULL, 0);
    if (!flush_out(c))
        return 0;
    for (;;) {
        answer = receive(c);
        if (answer == 0 || strchr("cartdy", answer) != NULL)
            return answer;
        if (answer != 'p' && load.print)
            note_edit(edits, answer, c->in);
    }
}

static void *serve(void *unused)
{
    (void)unused;
    struct connection c = {-1, 0, g_byte_array_new(), g_byte_array_new()};
    GString *edits = g_string_new(NULL);
    for (long i; (i = atomic_fetch_add(&load.next, 1)) < load.wanted;) {
        const struct mail *mail = load.mails->pdata[(size_t)i % load.mails->len];
        double begin = now();
        if (load.rate > 0) {
            begin = load.begin + (double)i / load.rate;
            sleep_until(begin);
        }
        char answer = c.fd >= 0 || open_connection(&c, mail) ? send_mail(&c, mail, g_string_truncate(edits, 0)) : 0;
        load.taken[i] = (now() - begin) * 1e3;
        atomic_fetch_add(&load.bytes, (long)mail->size);
        if (load.print)
            print_answer(&c, mail, answer != 0 ? answer : '-', edits);
        if (answer == 0) {
            atomic_fetch_add(&load.failures, 1);
            close_connection(&c, false);
        } else if (load.various) {
            close_connection(&c, true);
        }
    }
    close_connection(&c, true);
    g_byte_array_unref(c.out);
    g_byte_array_unref(c.in);
    g_string_free(edits, TRUE);
    return NULL;
}

static int compare_times(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(double share)
{
    long rank = (long)(share * (double)load.wanted);
    return load.taken[MIN(rank, load.wanted - 1)];
}

static void report(double seconds)
{
    qsort(load.taken, (size_t)load.wanted, sizeof(double), compare_times);
    fprintf(load.print ? stderr : stdout,
            "{\"mails\":%ld,\"failures\":%ld,\"bytes\":%ld,\"seconds\":%.3f,\"per_second\":%.1f,\"p50\":%.3f,"
            "\"p90\":%.3f,\"p99\":%.3f,\"max\":%.3f}\n",
            load.wanted, (long)load.failures, (long)load.bytes, seconds, (double)load.wanted / seconds, percentile(0.5),
            percentile(0.9), percentile(0.99), percentile(1));
}

int main(int argc, char **argv)
{
    for (int option; (option = getopt(argc, argv, "c:n:r:pv")) != -1;) {
        if (option == 'c')
            load.connections = (unsigned)strtoul(optarg, NULL, 10);
        else if (option == 'n')
            load.wanted = strtol(optarg, NULL, 10);
        else if (option == 'r')
            load.rate = strtod(optarg, NULL);
        else if (option == 'p')
            load.print = true;
        else if (option == 'v')
            load.various = true;
        else
            die("usage: load [-c CONNECTIONS] [-n MAILS] [-r RATE] [-p] [-v] SOCKET PATH…");
    }
    if (argc - optind < 2 || load.connections == 0 || load.connections > 10000)
        die("usage: load [-c CONNECTIONS] [-n MAILS] [-r RATE] [-p] [-v] SOCKET PATH…");
    load.socket = argv[optind++];
    load.mails = g_ptr_array_new();
    for (; optind < argc; optind++)
        add_path(argv[optind]);
    if (load.mails->len == 0)
        die("no mail");
    if (load.wanted <= 0)
        load.wanted = load.mails->len;
    load.taken = g_new0(double, load.wanted);
    load.begin = now();
    double begin = load.begin;
    pthread_t *threads = g_new(pthread_t, load.connections);
    for (unsigned i = 0; i < load.connections; i++)
        if (pthread_create(&threads[i], NULL, serve, NULL) != 0)
            die("no more threads than %u", i);
    for (unsigned i = 0; i < load.connections; i++)
        pthread_join(threads[i], NULL);
    report(now() - begin);
    return load.failures > 0;
}
