/* sekisho scan: verdicts on mail, as the milter would give them. */
#include "command.h"

#include <arpa/inet.h>
#include <glib.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judging.h"
#include "terminal.h"
#include "words.h"

#define COMMAND "scan"

struct scan {
    bool json;
    struct sks_terminal_style style;
    struct sks_command_settings settings;
    struct sks_envelope envelope;
    GPtrArray *recipients;
    struct sks_judge judge;
    size_t printed, failed;
    gint64 start, told; /* for progress */
};

static void print_json(const struct scan *scan, const struct sks_judged *judged)
{
    char *text = sks_verdict_to_json(judged->verdicts[0]);
    json_t *root = json_loads(text, 0, NULL);
    char *file = g_utf8_make_valid(judged->mail.file, -1);
    json_object_set_new(root, "file", json_string(file));
    json_object_set_new(root, "index", json_integer((json_int_t)judged->mail.index));
    json_object_set_new(root, "action",
                        json_string(sks_judge_action(&scan->judge, judged->verdicts[0], &scan->envelope)));
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

static void print(void *data, const struct sks_judged *judged)
{
    struct scan *scan = data;
    const struct sks_verdict *verdict = judged->verdicts[0];
    if (verdict != NULL && scan->json)
        print_json(scan, judged);
    else if (verdict != NULL)
        sks_terminal_verdict(stdout, &scan->style, judged->mail.file, judged->mail.index, verdict,
                             sks_judge_action(&scan->judge, verdict, &scan->envelope));
    scan->failed += judged->failed;
    if (judged->error != NULL)
        sks_complain(COMMAND, "%s: %s", judged->mail.file, judged->error);
    show_progress(scan);
    scan->printed++;
}

enum {
    OPTION_JSON = SKS_OPTION_FURTHER,
    OPTION_ENVELOPE_FROM,
    OPTION_RCPT,
    OPTION_CLIENT,
    OPTION_ALL,
};

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
        {"all", no_argument, NULL, OPTION_ALL},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = sks_next_option(COMMAND, argc, argv, "", options)) != -1)
        if (!take_option(scan, option))
            return sks_usage(COMMAND);
    if (optind >= argc)
        return sks_usage_since(COMMAND, "which mail? Give its PATH, or -");
    scan->envelope.recipients = (const char *const *)scan->recipients->pdata;
    scan->envelope.recipient_count = scan->recipients->len;
    scan->style.language = sks_person_language();
    return SKS_EXIT_FINE;
}

int sks_analyst_scan(int argc, char **argv)
{
    struct scan scan = {.style = sks_terminal_style()};
    scan.recipients = g_ptr_array_new();
    sks_settings_init(&scan.settings, COMMAND);
    int status = parse(&scan, argc, argv);
    if (status == SKS_EXIT_FINE)
        status = sks_judge_start(&scan.judge, COMMAND, &scan.settings) == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
    if (status == SKS_EXIT_FINE) {
        const struct sks_judging judging = {.judges = &scan.judge,
                                            .judge_count = 1,
                                            .envelope = scan.envelope,
                                            .paths = argv + optind,
                                            .path_count = (size_t)(argc - optind),
                                            .take = print,
                                            .data = &scan};
        scan.start = scan.told = g_get_monotonic_time();
        sks_judging_run(&judging);
        if (scan.told != scan.start)
            sks_terminal_progress(0, 0);
        status = scan.failed > 0 ? SKS_EXIT_FAILED : SKS_EXIT_FINE;
    }
    sks_judge_stop(&scan.judge);
    sks_settings_finish(&scan.settings);
    g_ptr_array_unref(scan.recipients);
    return status;
}
