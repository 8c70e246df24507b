/*
 * sekisho scan: verdicts on mail, as the milter would give them.
 *
 * Mails are judged in worker processes, as in the milter: a mail that crashes a parser costs one error line. Threads
 * take mails from the input, have them judged, and print in turn, so that the output is in the order of the input and
 * no more mails are in memory than there are threads. With a store, one thread does it, one mail after the other.
 */
#include "command.h"

#include <arpa/inet.h>
#include <glib.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "input.h"
#include "policy.h"
#include "sekisho/pool.h"
#include "settings.h"
#include "terminal.h"

#define COMMAND "scan"

struct scan {
    bool json;
    struct sks_terminal_style style;
    struct sks_command_settings settings;
    struct sks_envelope envelope;
    GPtrArray *recipients;
    struct sks_pool *pool;
    unsigned threads;

    pthread_mutex_t input_lock;
    struct sks_input *input;
    size_t taken; /* mails taken from the input so far */

    pthread_mutex_t output_lock;
    pthread_cond_t turned;
    size_t printed; /* whose turn it is */
    size_t failed;
    gint64 start, told; /* for progress */
};

/* One mail's output, printed when its turn has come. */
struct outcome {
    struct sks_input_mail mail;
    struct sks_verdict *verdict;
    char *error;
};

static const char *action_for(const struct scan *scan, const struct sks_verdict *verdict)
{
    const struct sks_policy_mail mail = {
        .sender = scan->envelope.sender != NULL ? scan->envelope.sender : "",
        .recipients = scan->envelope.recipients,
        .recipient_count = scan->envelope.recipient_count,
        .client_address = scan->envelope.client_address,
    };
    const struct sks_policy *policy = &scan->settings.configuration->policy;
    return sks_action_name(sks_policy_decide(policy, sks_verdict_class(verdict), &mail).action);
}

static void judge(struct scan *scan, struct outcome *outcome)
{
    if (outcome->mail.error != NULL) {
        outcome->error = g_strdup(outcome->mail.error);
        return;
    }
    int memfd = memfd_create("sekisho-mail", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    size_t written = 0;
    while (memfd >= 0 && written < outcome->mail.size) {
        ssize_t now = write(memfd, outcome->mail.bytes + written, outcome->mail.size - written);
        if (now <= 0)
            break;
        written += (size_t)now;
    }
    struct sks_envelope envelope = scan->envelope;
    envelope.truncated = outcome->mail.truncated;
    int error = written == outcome->mail.size && memfd >= 0
                    ? sks_pool_examine(&outcome->verdict, scan->pool, memfd, outcome->mail.size, &envelope)
                    : SKS_ERROR_IO;
    if (memfd >= 0)
        close(memfd);
    if (error != 0)
        outcome->error = g_strdup_printf("not judged: %s", sks_error_text(error));
    else if (sks_verdict_memory_error(outcome->verdict) != 0)
        outcome->error = g_strdup_printf("judged without the memory: %s: %s", scan->settings.settings.store,
                                         sks_error_text(sks_verdict_memory_error(outcome->verdict)));
}

static void print_json(const struct scan *scan, const struct outcome *outcome)
{
    char *text = sks_verdict_to_json(outcome->verdict);
    json_t *root = json_loads(text, 0, NULL);
    char *file = g_utf8_make_valid(outcome->mail.file, -1);
    json_object_set_new(root, "file", json_string(file));
    json_object_set_new(root, "index", json_integer((json_int_t)outcome->mail.index));
    json_object_set_new(root, "action", json_string(action_for(scan, outcome->verdict)));
    json_dumpf(root, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(root);
    g_free(file);
    free(text);
}

static void show_progress(struct scan *scan)
{
    gint64 now = g_get_monotonic_time();
    if (now - scan->told < 200000 || isatty(STDOUT_FILENO))
        return;
    scan->told = now;
    sks_terminal_progress(scan->printed, (double)(now - scan->start) / 1e6);
}

static void print(struct scan *scan, const struct outcome *outcome)
{
    if (outcome->verdict != NULL && scan->json)
        print_json(scan, outcome);
    else if (outcome->verdict != NULL)
        sks_terminal_verdict(stdout, &scan->style, outcome->mail.file, outcome->mail.index, outcome->verdict,
                             action_for(scan, outcome->verdict));
    if (outcome->error != NULL) {
        scan->failed++;
        sks_complain(COMMAND, "%s: %s", outcome->mail.file, outcome->error);
    }
    show_progress(scan);
}

static bool take(struct scan *scan, struct outcome *outcome, size_t *out_turn)
{
    pthread_mutex_lock(&scan->input_lock);
    bool taken = sks_input_next(scan->input, &outcome->mail);
    *out_turn = scan->taken;
    scan->taken += taken;
    pthread_mutex_unlock(&scan->input_lock);
    return taken;
}

static void *work(void *data)
{
    struct scan *scan = data;
    struct outcome outcome = {0};
    size_t turn;
    while (take(scan, &outcome, &turn)) {
        judge(scan, &outcome);
        pthread_mutex_lock(&scan->output_lock);
        while (scan->printed != turn)
            pthread_cond_wait(&scan->turned, &scan->output_lock);
        print(scan, &outcome);
        scan->printed++;
        pthread_cond_broadcast(&scan->turned);
        pthread_mutex_unlock(&scan->output_lock);
        sks_verdict_destroy(outcome.verdict);
        sks_input_mail_finish(&outcome.mail);
        g_free(outcome.error);
        outcome = (struct outcome){0};
    }
    return NULL;
}

static void run_threads(struct scan *scan)
{
    GArray *threads = g_array_new(FALSE, FALSE, sizeof(pthread_t));
    for (unsigned i = 1; i < scan->threads; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, work, scan) == 0)
            g_array_append_val(threads, thread);
    }
    work(scan);
    for (guint i = 0; i < threads->len; i++)
        pthread_join(g_array_index(threads, pthread_t, i), NULL);
    g_array_unref(threads);
}

enum {
    OPTION_JSON = SKS_OPTION_FURTHER,
    OPTION_ENVELOPE_FROM,
    OPTION_RCPT,
    OPTION_CLIENT,
    OPTION_LANGUAGE,
    OPTION_ALL,
};

static bool take_language(struct scan *scan, const char *name)
{
    if (strcmp(name, "ja") == 0)
        scan->style.language = SKS_LANGUAGE_JAPANESE;
    else if (strcmp(name, "en") == 0)
        scan->style.language = SKS_LANGUAGE_ENGLISH;
    else
        sks_complain(COMMAND, "--language: needs ja or en, not \"%s\"", name);
    return strcmp(name, "ja") == 0 || strcmp(name, "en") == 0;
}

static bool take_client(struct scan *scan, const char *address)
{
    struct in6_addr unused;
    scan->envelope.client_address = address;
    if (inet_pton(AF_INET, address, &unused) == 1 || inet_pton(AF_INET6, address, &unused) == 1)
        return true;
    sks_complain(COMMAND, "--client: needs an IPv4 or IPv6 address, not \"%s\"", address);
    return false;
}

static bool take_option(struct scan *scan, int option)
{
    switch (option) {
    case OPTION_JSON:
        scan->json = true;
        return true;
    case OPTION_ENVELOPE_FROM:
        scan->envelope.sender = optarg;
        return true;
    case OPTION_RCPT:
        g_ptr_array_add(scan->recipients, optarg);
        return true;
    case OPTION_CLIENT:
        return take_client(scan, optarg);
    case OPTION_LANGUAGE:
        return take_language(scan, optarg);
    case OPTION_ALL:
        scan->style.all = true;
        return true;
    default:
        return sks_settings_take(&scan->settings, option, optarg);
    }
}

static int parse(struct scan *scan, int argc, char **argv)
{
    static const struct option options[] = {
        SKS_SETTINGS_OPTIONS,
        {"json", no_argument, NULL, OPTION_JSON},
        {"envelope-from", required_argument, NULL, OPTION_ENVELOPE_FROM},
        {"rcpt", required_argument, NULL, OPTION_RCPT},
        {"client", required_argument, NULL, OPTION_CLIENT},
        {"language", required_argument, NULL, OPTION_LANGUAGE},
        {"all", no_argument, NULL, OPTION_ALL},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        if (!take_option(scan, option))
            return sks_usage(COMMAND);
    if (optind >= argc)
        return sks_usage(COMMAND);
    scan->envelope.recipients = (const char *const *)scan->recipients->pdata;
    scan->envelope.recipient_count = scan->recipients->len;
    return SKS_EXIT_FINE;
}

/* The classifier lives in the nursery from then on. */
static int start(struct scan *scan)
{
    struct sks_problems *problems = sks_problems_create();
    struct sks_classifier *classifier = NULL;
    int error = sks_settings_load(&scan->settings, problems);
    if (error == 0)
        error = sks_classifier_create(&classifier, &scan->settings.settings, problems);
    if (error == 0) {
        struct sks_pool_options options = sks_configuration_pool(scan->settings.configuration);
        if (scan->settings.settings.store != NULL)
            options.workers = 1;
        error = sks_pool_create(&scan->pool, classifier, &options);
        long processors = sysconf(_SC_NPROCESSORS_ONLN);
        scan->threads = options.workers != 0 ? options.workers : (unsigned)MAX(processors, 1);
    }
    sks_complain_problems(COMMAND, problems);
    if (error != 0 && sks_problems_count(problems) == 0)
        sks_complain(COMMAND, "%s", sks_error_text(error));
    sks_problems_destroy(problems);
    sks_classifier_destroy(classifier);
    return error;
}

int sks_analyst_scan(int argc, char **argv)
{
    struct scan scan = {.style = sks_terminal_style(),
                        .input_lock = PTHREAD_MUTEX_INITIALIZER,
                        .output_lock = PTHREAD_MUTEX_INITIALIZER,
                        .turned = PTHREAD_COND_INITIALIZER};
    scan.style.language = sks_person_language();
    scan.recipients = g_ptr_array_new();
    sks_settings_init(&scan.settings);
    int status = parse(&scan, argc, argv);
    if (status == SKS_EXIT_FINE)
        status = start(&scan) == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
    if (status == SKS_EXIT_FINE) {
        scan.input = sks_input_create(argv + optind, (size_t)(argc - optind));
        scan.start = scan.told = g_get_monotonic_time();
        run_threads(&scan);
        if (scan.told != scan.start)
            sks_terminal_progress(0, 0);
        sks_input_destroy(scan.input);
        status = scan.failed > 0 ? SKS_EXIT_FAILED : SKS_EXIT_FINE;
    }
    sks_pool_destroy(scan.pool);
    sks_settings_finish(&scan.settings);
    g_ptr_array_unref(scan.recipients);
    return status;
}
