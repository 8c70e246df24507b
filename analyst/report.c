/*
 * sekisho report: what people say a mail is, kept for training; and the list of it.
 *
 * With --pipe it stands behind a mailbox: one report on standard input, exit codes as pipe(8) of Postfix understands
 * them (sysexits), so that a store that is locked or full means "try again" and a report without a mail goes back to
 * who sent it.
 */
#include <glib.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "command.h"
#include "input.h"
#include "memory/report.h"
#include "model/voices.h"
#include "release.h"
#include "report-list.h"
#include "reported.h"
#include "sekisho/limits.h"
#include "settings.h"
#include "terminal.h"
#include "verdict.h"
#include "words.h"

#define COMMAND "report"

enum {
    OPTION_CLASS = SKS_OPTION_FURTHER,
    OPTION_BY,
    OPTION_NOTE,
    OPTION_AS,
    OPTION_PIPE,
    OPTION_JSON,
};

static const struct option options[] = {
    SKS_SETTINGS_OPTIONS,
    {"class", required_argument, NULL, OPTION_CLASS},
    {"by", required_argument, NULL, OPTION_BY},
    {"note", required_argument, NULL, OPTION_NOTE},
    {"as", required_argument, NULL, OPTION_AS},
    {"pipe", no_argument, NULL, OPTION_PIPE},
    {"json", no_argument, NULL, OPTION_JSON},
    {0},
};

struct reporting {
    struct sks_command_settings settings;
    struct sks_memory *memory;
    struct sks_classifier *classifier; /* without a model; made when it is needed */
    const char *class_;
    char *by, *note; /* well-formed, or NULL */
    enum sks_reported_how how;
    bool pipe, json;
    bool storeless; /* none was named */
    size_t reported, failed;
    int status; /* of the last failure, as sysexits has it */
};

static bool take_how(struct reporting *reporting, const char *name)
{
    static const char *const names[] = {"found", "mail", "attached", "forwarded"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(name, names[i]) == 0) {
            reporting->how = (enum sks_reported_how)i;
            return true;
        }
    sks_complain(COMMAND, "--as: needs mail, attached or forwarded, not \"%s\"", name);
    return false;
}

static bool take_class(struct reporting *reporting, const char *name)
{
    enum sks_class class_;
    reporting->class_ = name;
    if (sks_class_from_name(&class_, name) == 0)
        return true;
    sks_complain(COMMAND, "--class: needs targeted, bulk or clean, not \"%s\"", name);
    return false;
}

static char *set_text(char *before, const char *text)
{
    g_free(before);
    return g_utf8_make_valid(text, -1);
}

static bool take_option(struct reporting *reporting, int option)
{
    switch (option) {
    case OPTION_CLASS:
        return take_class(reporting, optarg);
    case OPTION_AS:
        return take_how(reporting, optarg);
    case OPTION_BY:
        reporting->by = set_text(reporting->by, optarg);
        return true;
    case OPTION_NOTE:
        reporting->note = set_text(reporting->note, optarg);
        return true;
    case OPTION_PIPE:
        reporting->pipe = true;
        return true;
    case OPTION_JSON:
        reporting->json = true;
        return true;
    default:
        return sks_settings_take(&reporting->settings, option, optarg);
    }
}

/* To the end also after a mistake: --pipe decides what the exit status is. */
static bool parse(struct reporting *reporting, int argc, char **argv)
{
    int option;
    bool good = true;
    while ((option = sks_next_option(COMMAND, argc, argv, "", options)) != -1)
        good = take_option(reporting, option) && good;
    const char *wrong = NULL;
    if (good && !reporting->pipe && reporting->by != NULL && reporting->by[0] == '\0')
        wrong = "--by: is empty: who reports?";
    else if (good && reporting->class_ == NULL)
        wrong = "--class: is missing: targeted, bulk or clean";
    else if (good && reporting->pipe && optind != argc)
        wrong = "--pipe: the mail comes on standard input, no PATH";
    else if (good && !reporting->pipe && optind == argc)
        wrong = "which mail? Give its PATH";
    if (wrong != NULL)
        sks_complain(COMMAND, "%s", wrong);
    return good && wrong == NULL;
}

static void fail(struct reporting *reporting, int status, const char *file, const char *reason)
{
    sks_complain(COMMAND, "%s: %s", file, reason);
    reporting->failed++;
    reporting->status = status;
}

static void print(const struct reporting *reporting, const char *file, const struct sks_memory_report *report,
                  bool known)
{
    if (reporting->json) {
        json_t *object = sks_report_to_json(report);
        g_autofree char *valid = g_utf8_make_valid(file, -1);
        json_object_set_new(object, "file", json_string(valid));
        json_object_set_new(object, "known", json_boolean(known));
        json_dumpf(object, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(object);
    } else if (!reporting->pipe) {
        sks_terminal_show(stdout, file);
        printf(sks_words("：報告 %lld：", ": report %lld: "), (long long)report->id);
        sks_report_print_line(stdout, report);
        puts(!known ? "" : sks_words("（報告済み）", " (was known)"));
    }
}

/* What Postfix's pipe(8) gives for the sender of a mail that names none: nobody's name, and no analyst's. */
#define NULL_SENDER "MAILER-DAEMON"

/*
 * Words that tell people apart in the store; never empty. g_free(). Who writes to a mailbox is a reader, whatever his
 * program makes of his address (model/voices.h).
 */
static char *reporter_of(const struct reporting *reporting, const struct sks_reported *reported)
{
    const char *name = *reported->reporter != '\0' ? reported->reporter : g_get_user_name();
    if (reporting->by != NULL && reporting->pipe &&
        (reporting->by[0] == '\0' || g_ascii_strcasecmp(reporting->by, NULL_SENDER) == 0))
        return g_strconcat(reporting->by, "@", NULL);
    if (reporting->by != NULL)
        return g_strdup(reporting->by);
    return reporting->pipe && !sks_voices_is_reader(name) ? g_strconcat(name, "@", NULL) : g_strdup(name);
}

/*
 * A verdict that was withdrawn: the gateway had raised an alarm, and people say that the mail is clean. The very same
 * mail is an exception from then on, for those to whom it came by the log, and, if it is as it came, for whom it names
 * and who reported it. What a reader forwarded inline counts if the log has an alarm for just what it says and brings.
 */
static void teach_exception(struct reporting *reporting, const char *file, const struct sks_reported *reported,
                            bool alarm)
{
    struct sks_problems *problems = sks_problems_create();
    struct sks_release release = {.partial = sks_reported_is_partial(sks_reported_form_name(reported->form)),
                                  .logged_only = !alarm,
                                  .reader = reported->reporter};
    int error = 0;
    release.bytes = g_bytes_get_data(reported->bytes, &release.size);
    if (reporting->classifier == NULL) {
        reporting->settings.settings.store = sks_settings_store(&reporting->settings);
        error = sks_classifier_create_untrained(&reporting->classifier, &reporting->settings.settings, problems);
    }
    if (error == 0)
        error = sks_release(reporting->memory, reporting->classifier, &release);
    sks_complain_problems(COMMAND, problems);
    sks_problems_destroy(problems);
    /* Of a mail that nobody knows to have raised an alarm, none is needed; a forward may not be known again. */
    if (error != 0 && (alarm || error != SKS_ERROR_UNAVAILABLE || (release.partial && !reporting->pipe)))
        sks_complain(COMMAND, "%s: reported, but no exception was made: %s", file,
                     error == SKS_ERROR_UNAVAILABLE ? "the log has no alarm for what it says and brings"
                                                    : sks_error_text(error));
    if (error == 0 && alarm && release.alarms == 0)
        sks_complain(COMMAND, "%s: it is not what had raised the alarm: that may be caught again", file);
}

static void add(struct reporting *reporting, const char *file, const struct sks_reported *reported)
{
    const struct sks_configuration *configuration = reporting->settings.configuration;
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    g_autofree char *sender = g_ascii_strdown(reported->sender, -1);
    g_autofree char *earlier = NULL;
    g_autofree char *message_id = sks_verdict_clean(reported->message_id); /* as the log has it */
    g_autofree char *reporter = reporter_of(reporting, reported);
    int error = sks_memory_report_earlier(reporting->memory, message_id, sender, &earlier);
    struct sks_memory_report report = {
        .at = now,
        .digest = reported->digest,
        .class_ = reporting->class_,
        .earlier = earlier,
        .reporter = reporter,
        .note = reporting->note != NULL ? reporting->note : "",
        .form = sks_reported_form_name(reported->form),
        .sender = sender,
        .subject = reported->subject,
        .message_id = reported->message_id,
        .mail_at = reported->time,
        .withdrawn_by = "",
        .size = (int64_t)g_bytes_get_size(reported->bytes),
    };
    const struct sks_memory_report_keeping keeping = {
        .keep = configuration->memory.keep,
        .before = now - (int64_t)configuration->memory.report_days * 24 * 60 * 60,
        .total = (int64_t)configuration->memory.report_total,
    };
    bool known = false;
    if (error == 0)
        error = sks_memory_report_add(reporting->memory, &report, g_bytes_get_data(reported->bytes, NULL),
                                      g_bytes_get_size(reported->bytes), &keeping, &report.id, &known);
    if (error != 0) {
        const char *problem = sks_memory_problem(reporting->memory);
        fail(reporting, EX_TEMPFAIL, file, *problem != '\0' ? problem : sks_error_text(error));
        return;
    }
    if (!keeping.keep)
        report.size = 0;
    reporting->reported++;
    print(reporting, file, &report, known);
    if (strcmp(report.class_, "clean") == 0 && strcmp(earlier, "clean") != 0)
        teach_exception(reporting, file, reported, *earlier != '\0');
}

/* Behind a mailbox nothing but a report counts: the mail itself is none, and strangers have no say. */
static const char *refuse(const struct reporting *reporting, const struct sks_reported_list *list, int *out_status)
{
    *out_status = EX_NOPERM;
    if (!list->ours)
        return "its sender is none of ours";
    *out_status = EX_DATAERR;
    if (reporting->how == SKS_REPORTED_AS_FOUND && list->items[0].form != SKS_REPORTED_ATTACHED &&
        list->items[0].form != SKS_REPORTED_FORWARDED && list->items[0].form != SKS_REPORTED_BARE)
        return "no mail is attached to it or forwarded in it";
    return NULL;
}

static void take_mail(struct reporting *reporting, const struct sks_input_mail *mail)
{
    if (mail->error != NULL) {
        fail(reporting, EX_TEMPFAIL, mail->file, mail->error);
        return;
    }
    if (mail->truncated) {
        fail(reporting, EX_DATAERR, mail->file, "too large");
        return;
    }
    struct sks_reported_list list;
    int status = EX_DATAERR;
    sks_reported_find(&list, mail->bytes, mail->size, reporting->how, reporting->settings.settings.own_domains);
    const char *reason = list.error;
    if (reason == NULL && reporting->pipe)
        reason = refuse(reporting, &list, &status);
    if (reason != NULL)
        fail(reporting, status, mail->file, reason);
    for (size_t i = 0; reason == NULL && i < list.count; i++)
        add(reporting, mail->file, &list.items[i]);
    sks_reported_finish(&list);
}

static int open_store(struct reporting *reporting)
{
    struct sks_problems *problems = sks_problems_create();
    int error = sks_settings_load(&reporting->settings, problems);
    const char *store = error == 0 ? sks_settings_store(&reporting->settings) : NULL;
    if (error == 0 && store == NULL) {
        sks_problems_add(problems, NULL, 0, NULL, "no store is named: --store FILE, or --config FILE");
        error = SKS_ERROR_UNAVAILABLE;
        reporting->storeless = true;
    }
    if (error == 0)
        error = sks_memory_open_private(&reporting->memory, store, SKS_MEMORY_READ_WRITE,
                                        reporting->settings.settings.store_hashed, problems);
    sks_complain_problems(COMMAND, problems);
    sks_problems_destroy(problems);
    return error;
}

static int take_all(struct reporting *reporting, char *const *paths, size_t count)
{
    struct sks_input *input = sks_input_create(paths, count);
    for (struct sks_input_mail mail; sks_input_next(input, &mail); sks_input_mail_finish(&mail))
        take_mail(reporting, &mail);
    size_t barren = sks_complain_barren(COMMAND, input);
    sks_input_destroy(input);
    if (barren > 0)
        reporting->status = EX_DATAERR;
    reporting->failed += barren;
    if (reporting->pipe)
        return reporting->failed == 0 ? EX_OK : reporting->status;
    return reporting->failed == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

static int report(int argc, char **argv)
{
    struct reporting reporting = {0};
    sks_settings_init(&reporting.settings, COMMAND);
    char standard_input[] = "-";
    char *const stdin_only[] = {standard_input};
    int status;
    if (!parse(&reporting, argc, argv)) {
        sks_usage(COMMAND);
        status = reporting.pipe ? EX_USAGE : SKS_EXIT_USAGE;
    } else if (open_store(&reporting) != 0) {
        if (reporting.storeless && !reporting.pipe)
            sks_usage(COMMAND);
        status = reporting.pipe ? EX_TEMPFAIL : reporting.storeless ? SKS_EXIT_USAGE : SKS_EXIT_FAILED;
    } else if (reporting.pipe) {
        status = take_all(&reporting, stdin_only, 1);
    } else {
        status = take_all(&reporting, argv + optind, (size_t)(argc - optind));
    }
    sks_classifier_destroy(reporting.classifier);
    sks_memory_close(reporting.memory);
    sks_settings_finish(&reporting.settings);
    g_free(reporting.by);
    g_free(reporting.note);
    return status;
}

int sks_analyst_report(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } actions[] = {
        {"list", sks_report_list},
        {"show", sks_report_show},
        {"withdraw", sks_report_withdraw},
    };
    for (size_t i = 0; argc > 1 && i < G_N_ELEMENTS(actions); i++)
        if (strcmp(argv[1], actions[i].name) == 0)
            return actions[i].run(argc - 1, argv + 1);
    return report(argc, argv);
}
