/* Reports are looked up in the store, which is only read unless one is withdrawn. */
#include "report-list.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#include "command.h"
#include "opinions.h"
#include "reported.h"
#include "release.h"
#include "settings.h"
#include "terminal.h"
#include "verdict.h"
#include "words.h"

#define COMMAND "report"

enum {
    OPTION_BY = SKS_OPTION_FURTHER,
    OPTION_RAW,
    OPTION_JSON,
};

static const struct option options[] = {
    SKS_SETTINGS_OPTIONS,
    {"by", required_argument, NULL, OPTION_BY},
    {"raw", no_argument, NULL, OPTION_RAW},
    {"json", no_argument, NULL, OPTION_JSON},
    {0},
};

struct looking {
    struct sks_command_settings settings;
    struct sks_memory *memory;
    struct sks_opinions *opinions; /* of all reports */
    const char *by;
    bool raw, json;
    bool storeless; /* none was named */
    int64_t id;     /* that is looked for; 0: all */
    char *digest;   /* of the one that was found */
    char *form;
    bool clean; /* … which says that the mail is harmless */
    size_t found;
};

static char *format_time(int64_t time)
{
    g_autoptr(GDateTime) moment = time > 0 ? g_date_time_new_from_unix_utc(time) : NULL;
    return moment != NULL ? g_date_time_format(moment, "%Y-%m-%dT%H:%M:%SZ") : g_strdup("");
}

json_t *sks_report_to_json(const struct sks_memory_report *report)
{
    g_autofree char *at = format_time(report->at), *mail_at = format_time(report->mail_at);
    g_autofree char *withdrawn = format_time(report->withdrawn);
    return json_pack("{s:i, s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:{s:s, s:s, s:s, s:s}, s:I, s:s, s:s}",
                     "version", 1, "id", (json_int_t)report->id, "at", at, "class", report->class_, "earlier",
                     report->earlier, "reporter", report->reporter, "note", report->note, "digest", report->digest,
                     "form", report->form, "partial", sks_reported_is_partial(report->form), "mail", "from",
                     report->sender, "subject", report->subject, "message_id", report->message_id, "date", mail_at,
                     "size", (json_int_t)report->size, "withdrawn", withdrawn, "withdrawn_by", report->withdrawn_by);
}

/* In which form people handed it in. */
static const char *form_words(const char *form)
{
    static const char *const forms[][2] = {{"mail", "メールそのもの"},
                                           {"attached", "添付"},
                                           {"forwarded", "転送"},
                                           {"outlook", "Outlook 形式"},
                                           {"outlook-bare", "Outlook 形式、受信時のヘッダーなし"}};
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++)
        if (strcmp(forms[i][0], form) == 0)
            return sks_words(forms[i][1], form);
    return form;
}

/* The mark in a row, and what it means: withdrawn, the mail is gone (not kept), the report's word is not taken; or
 * none.
 */
static const char *state_words(const struct looking *looking, const struct sks_memory_report *report,
                               const char **out_meaning)
{
    static const struct {
        const char *standing, *ja, *en, *meaning_ja, *meaning_en;
    } states[] = {
        {"alone", "一人", "1", "利用者一人だけの報告。分析者か別の利用者の報告があれば学習に使う",
         "one reader alone says so: not learned from until an analyst or another reader says the same of it or its "
         "like"},
        {"outvoted", "少数", "o", "ほかの人（または本人の後の報告）の判断を採用",
         "others, or a later word, say otherwise"},
        {"disputed", "割れ", "d", "利用者の意見が半々。学習に使わない", "readers are even: not learned from"},
    };
    const char *standing = sks_opinions_standing(looking->opinions, report);
    *out_meaning = "";
    if (report->withdrawn != 0)
        return sks_words("取下", "w");
    if (report->size == 0)
        return sks_words("削除", "g");
    for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
        if (strcmp(standing, states[i].standing) == 0) {
            *out_meaning = sks_words(states[i].meaning_ja, states[i].meaning_en);
            return sks_words(states[i].ja, states[i].en);
        }
    return "";
}

void sks_report_print_line(FILE *stream, const struct sks_memory_report *report)
{
    const char *partial = sks_words("：本文と添付だけを信用できる", ": only text and attachments can be trusted");
    fprintf(stream, sks_words("%s、「", "%s, \""), sks_class_words(report->class_));
    sks_terminal_show(stream, report->subject);
    fputs(sks_words("」、差出人 ", "\" of "), stream);
    sks_terminal_show(stream, *report->sender != '\0' ? report->sender : sks_words("なし", "nobody"));
    fputs(sks_words("、報告者 ", ", by "), stream);
    sks_terminal_show(stream, report->reporter);
    if (strcmp(report->form, "mail") != 0)
        fprintf(stream, sks_words("（%s%s）", " (%s%s)"), form_words(report->form),
                sks_reported_is_partial(report->form) ? partial : "");
    if (*report->earlier != '\0')
        fprintf(stream, sks_words("、ゲートウェイの判定は%s", "; the gateway had said %s"),
                sks_class_words(report->earlier));
}

/* The columns of a list; the subject stands last, and is not cut. */
static void print_cells(const char *const *cells, const char *subject)
{
    static const size_t widths[SKS_LANGUAGE_COUNT][6] = {
        [SKS_LANGUAGE_JAPANESE] = {5, 10, 10, 10, 4, 16}, [SKS_LANGUAGE_ENGLISH] = {5, 10, 8, 8, 1, 24}};
    for (size_t i = 0; i < 6; i++) {
        size_t width = widths[sks_person_language()][i];
        i == 0 ? sks_terminal_right(stdout, cells[i], width) : sks_terminal_cell(stdout, cells[i], width);
        fputs("  ", stdout);
    }
    sks_terminal_show(stdout, subject);
    putchar('\n');
}

static void print_head(void)
{
    const char *const cells[] = {"id",
                                 sks_words("報告日", "reported"),
                                 sks_words("報告", "class"),
                                 sks_words("当初の判定", "earlier"),
                                 sks_words("状態", "?"),
                                 sks_words("報告者", "by")};
    print_cells(cells, sks_words("件名", "subject"));
}

static void print_row(const struct looking *looking, const struct sks_memory_report *report)
{
    const char *meaning;
    g_autofree char *at = format_time(report->at);
    at[strcspn(at, "T")] = '\0';
    g_autofree char *id = g_strdup_printf("%lld", (long long)report->id);
    const char *const cells[] = {id,
                                 at,
                                 sks_class_words(report->class_),
                                 sks_class_words(report->earlier),
                                 state_words(looking, report, &meaning),
                                 report->reporter};
    print_cells(cells, report->subject);
}

static void print_whole(const struct looking *looking, const struct sks_memory_report *report)
{
    const char *meaning;
    state_words(looking, report, &meaning);
    g_autofree char *at = format_time(report->at), *mail_at = format_time(report->mail_at);
    g_autofree char *withdrawn = format_time(report->withdrawn);
    const char *earlier = *report->earlier != '\0' ? sks_class_words(report->earlier) : "";
    const char *mail = report->size > 0 ? sks_words("保管中（--raw で出力）", "kept: --raw prints it")
                                        : sks_words("保管していないか、期限が過ぎて削除した",
                                                    "not kept, or deleted when its time was over");
    const struct {
        const char *ja, *en, *value;
    } rows[] = {
        {"報告", "class", sks_class_words(report->class_)},
        {"当初の判定", "earlier verdict", earlier},
        {"報告日時", "reported", at},
        {"報告者", "by", report->reporter},
        {"扱い", "counts", meaning},
        {"メモ", "note", report->note},
        {"報告の形式", "handed in as", form_words(report->form)},
        {"取り下げ日時", "withdrawn", withdrawn},
        {"取り下げた人", "withdrawn by", report->withdrawn_by},
        {"差出人", "from", report->sender},
        {"件名", "subject", report->subject},
        {"日付", "date", mail_at},
        {"Message-ID", "message-id", report->message_id},
        {"ダイジェスト", "digest", report->digest},
        {"メール", "mail", mail},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (*rows[i].value == '\0')
            continue;
        sks_terminal_cell(stdout, sks_words(rows[i].ja, rows[i].en), 16);
        sks_terminal_show(stdout, rows[i].value);
        putchar('\n');
    }
}

static bool visit(void *data, const struct sks_memory_report *report)
{
    struct looking *looking = data;
    if (looking->id != 0 && report->id != looking->id)
        return true;
    looking->found++;
    g_free(looking->digest);
    looking->digest = g_strdup(report->digest);
    g_free(looking->form);
    looking->form = g_strdup(report->form);
    looking->clean = strcmp(report->class_, sks_class_name(SKS_CLASS_CLEAN)) == 0;
    if (looking->raw)
        return true;
    if (looking->json) {
        json_t *object = sks_report_to_json(report);
        json_object_set_new(object, "standing", json_string(sks_opinions_standing(looking->opinions, report)));
        json_dumpf(object, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(object);
    } else if (looking->id != 0) {
        print_whole(looking, report);
    } else {
        if (looking->found == 1)
            print_head();
        print_row(looking, report);
    }
    return true;
}

static bool parse(struct looking *looking, int argc, char **argv, bool one)
{
    int option;
    while ((option = sks_next_option(COMMAND, argc, argv, "", options)) != -1) {
        if (option == OPTION_BY)
            looking->by = optarg;
        else if (option == OPTION_RAW)
            looking->raw = true;
        else if (option == OPTION_JSON)
            looking->json = true;
        else if (!sks_settings_take(&looking->settings, option, optarg))
            return false;
    }
    guint64 id = 0;
    const char *wrong = NULL, *given = optind < argc ? argv[optind] : "";
    if (!one && looking->raw)
        wrong = "--raw: goes with show";
    else if (optind + one < argc)
        wrong = "more than it takes", given = argv[optind + one];
    else if (one && optind == argc)
        wrong = "which report? Give its ID", given = "";
    else if (one && !g_ascii_string_to_unsigned(given, 10, 1, G_MAXINT64, &id, NULL))
        wrong = "is no report's ID";
    if (wrong != NULL)
        sks_complain(COMMAND, "%s%s%s", given, *given != '\0' ? ": " : "", wrong);
    looking->id = (int64_t)id;
    return wrong == NULL;
}

static int open_store(struct looking *looking, enum sks_memory_mode mode)
{
    struct sks_problems *problems = sks_problems_create();
    int error = sks_settings_load(&looking->settings, problems);
    const char *store = error == 0 ? sks_settings_store(&looking->settings) : NULL;
    if (error == 0 && store == NULL) {
        sks_problems_add(problems, NULL, 0, NULL, "no store is named: --store FILE, or --config FILE");
        error = SKS_ERROR_UNAVAILABLE;
        looking->storeless = true;
    }
    if (error == 0 && !g_file_test(store, G_FILE_TEST_EXISTS)) {
        sks_problems_add(problems, store, 0, NULL, "there is no store");
        error = SKS_ERROR_IO;
    }
    if (error == 0)
        error = sks_memory_open(&looking->memory, store, mode, problems);
    sks_complain_problems(COMMAND, problems);
    sks_problems_destroy(problems);
    return error;
}

static int complain(const struct looking *looking, int error)
{
    const char *problem = sks_memory_problem(looking->memory);
    sks_complain(COMMAND, "%s", *problem != '\0' ? problem : sks_error_text(error));
    return SKS_EXIT_FAILED;
}

static int list(struct looking *looking)
{
    looking->opinions = sks_opinions_create();
    int error = sks_memory_report_each(looking->memory, sks_opinions_take, looking->opinions);
    if (error == 0)
        error = sks_memory_report_each(looking->memory, visit, looking);
    g_clear_pointer(&looking->opinions, sks_opinions_destroy);
    if (error != 0)
        return complain(looking, error);
    if (looking->id == 0 || looking->found > 0)
        return SKS_EXIT_FINE;
    sks_complain(COMMAND, "there is no report %lld", (long long)looking->id);
    return SKS_EXIT_FAILED;
}

/* Large mails go out at once, so what is wrong with stdout is known here, and told here only. */
static bool print_raw(GBytes *bytes)
{
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    if (fwrite(data, 1, size, stdout) == size && fflush(stdout) == 0)
        return true;
    sks_complain(COMMAND, "the mail can't be written: %s", g_strerror(errno));
    clearerr(stdout);
    return false;
}

static int show(struct looking *looking)
{
    int status = list(looking);
    g_autoptr(GBytes) bytes = NULL;
    if (status != SKS_EXIT_FINE || !looking->raw)
        return status;
    int error = sks_memory_report_fetch(looking->memory, looking->digest, &bytes);
    if (error == SKS_ERROR_UNAVAILABLE) {
        sks_complain(COMMAND, "the mail of report %lld is not kept", (long long)looking->id);
        return SKS_EXIT_FAILED;
    }
    if (error != 0)
        return complain(looking, error);
    return print_raw(bytes) ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

/* The mail was no attack after all: the same will not be caught again. Where it is not kept, nothing can be done. */
static void release(struct looking *looking)
{
    g_autoptr(GBytes) bytes = NULL;
    struct sks_classifier *classifier = NULL;
    if (looking->clean)
        return;
    if (sks_memory_report_fetch(looking->memory, looking->digest, &bytes) != 0) {
        sks_complain(COMMAND, "the same mail may be caught again: it is not kept; \"sekisho memory release\" takes it");
        return;
    }
    struct sks_settings settings = looking->settings.settings;
    settings.store = sks_settings_store(&looking->settings);
    int error = sks_classifier_create_untrained(&classifier, &settings, NULL);
    struct sks_release one = {.partial = sks_reported_is_partial(looking->form)};
    one.bytes = g_bytes_get_data(bytes, &one.size);
    if (error == 0)
        error = sks_release(looking->memory, classifier, &one);
    if (error != 0)
        sks_complain(COMMAND, "the same mail may be caught again: %s",
                     error == SKS_ERROR_UNAVAILABLE ? "the log has no such mail" : sks_error_text(error));
    sks_classifier_destroy(classifier);
}

static int withdraw(struct looking *looking)
{
    g_autofree char *by = g_utf8_make_valid(looking->by != NULL ? looking->by : g_get_user_name(), -1);
    int error = sks_memory_report_withdraw(looking->memory, looking->id, g_get_real_time() / G_USEC_PER_SEC, by);
    if (error == SKS_ERROR_UNAVAILABLE) {
        sks_complain(COMMAND, "there is no report %lld that still stands", (long long)looking->id);
        return SKS_EXIT_FAILED;
    }
    if (error != 0)
        return complain(looking, error);
    int status = list(looking);
    release(looking);
    return status;
}

static int look(int argc, char **argv, bool one, enum sks_memory_mode mode, int (*act)(struct looking *looking))
{
    struct looking looking = {0};
    sks_settings_init(&looking.settings, COMMAND);
    int status = parse(&looking, argc, argv, one) ? SKS_EXIT_FINE : sks_usage(COMMAND);
    if (status == SKS_EXIT_FINE && open_store(&looking, mode) != 0)
        status = looking.storeless ? sks_usage(COMMAND) : SKS_EXIT_FAILED;
    if (status == SKS_EXIT_FINE)
        status = act(&looking);
    sks_memory_close(looking.memory);
    sks_settings_finish(&looking.settings);
    g_free(looking.digest);
    g_free(looking.form);
    return status;
}

int sks_report_list(int argc, char **argv)
{
    return look(argc, argv, false, SKS_MEMORY_READ_ONLY, list);
}

int sks_report_show(int argc, char **argv)
{
    return look(argc, argv, true, SKS_MEMORY_READ_ONLY, show);
}

int sks_report_withdraw(int argc, char **argv)
{
    return look(argc, argv, true, SKS_MEMORY_READ_WRITE, withdraw);
}
