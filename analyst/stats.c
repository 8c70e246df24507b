/* sekisho stats: what a store remembers, counted, for the report that a security team makes twice a year. */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "output.h"
#include "settings.h"
#include "stats-page.h"
#include "tally.h"
#include "terminal.h"
#include "words.h"

#define COMMAND "stats"

#define LURES_PRINTED 8u
#define NAME_COLUMNS  34u

enum {
    OPTION_SINCE = SKS_OPTION_FURTHER,
    OPTION_UNTIL,
    OPTION_JSON,
    OPTION_HTML,
};

struct request {
    struct sks_command_settings settings;
    GDateTime *since, *until;
    const char *html;
    bool json;
};

static bool take_day(GDateTime **out_day, const char *option, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "-", -1);
    guint64 year, month, day;
    GDateTime *time = NULL;
    if (g_strv_length(parts) == 3 && strlen(text) == 10 &&
        g_ascii_string_to_unsigned(parts[0], 10, 1970, 9999, &year, NULL) &&
        g_ascii_string_to_unsigned(parts[1], 10, 1, 12, &month, NULL) &&
        g_ascii_string_to_unsigned(parts[2], 10, 1, 31, &day, NULL))
        time = g_date_time_new_local((int)year, (int)month, (int)day, 0, 0, 0);
    if (time == NULL) {
        sks_complain(COMMAND, "%s: needs a day as in 2026-04-01, not \"%s\"", option, text);
        return false;
    }
    g_clear_pointer(out_day, g_date_time_unref);
    *out_day = time;
    return true;
}

static bool take_option(struct request *request, int option)
{
    switch (option) {
    case OPTION_SINCE:
        return take_day(&request->since, "--since", optarg);
    case OPTION_UNTIL: {
        GDateTime *last = NULL;
        if (!take_day(&last, "--until", optarg))
            return false;
        g_clear_pointer(&request->until, g_date_time_unref);
        request->until = g_date_time_add_days(last, 1); /* that day is in it */
        g_date_time_unref(last);
        return true;
    }
    case OPTION_JSON:
        request->json = true;
        return true;
    case OPTION_HTML:
        request->html = optarg;
        return true;
    default:
        return sks_settings_take(&request->settings, option, optarg);
    }
}

static bool parse(struct request *request, int argc, char **argv)
{
    static const struct option options[] = {
        SKS_SETTINGS_OPTIONS,
        {"since", required_argument, NULL, OPTION_SINCE},
        {"until", required_argument, NULL, OPTION_UNTIL},
        {"json", no_argument, NULL, OPTION_JSON},
        {"html", required_argument, NULL, OPTION_HTML},
        {0},
    };
    int option;
    while ((option = sks_next_option(COMMAND, argc, argv, "", options)) != -1)
        if (!take_option(request, option))
            return false;
    return sks_no_more(COMMAND, argc, argv);
}

/* ---- JSON ---- */

static json_t *describe_counts(const struct sks_tally_counts *counts)
{
    json_t *object = json_object(), *later = json_object();
    for (int i = 0; i < SKS_CLASS_COUNT; i++) {
        json_object_set_new(object, sks_class_name((enum sks_class)i), json_integer((json_int_t)counts->mails[i]));
        json_object_set_new(later, sks_class_name((enum sks_class)i), json_integer((json_int_t)counts->later[i]));
    }
    json_object_set_new(object, "later", later);
    return object;
}

static json_t *describe_lures(const struct sks_tally *tally)
{
    json_t *object = json_object();
    for (int class_ = SKS_CLASS_BULK; class_ < SKS_CLASS_COUNT; class_++) {
        json_t *list = json_array();
        for (guint i = 0; i < tally->lures[class_]->len; i++) {
            const struct sks_tally_lure *lure = &g_array_index(tally->lures[class_], struct sks_tally_lure, i);
            json_array_append_new(list, json_pack("{s:s, s:I, s:s, s:s}", "id", lure->id, "mails",
                                                  (json_int_t)lure->mails, "ja", lure->name[SKS_LANGUAGE_JAPANESE],
                                                  "en", lure->name[SKS_LANGUAGE_ENGLISH]));
        }
        json_object_set_new(object, sks_class_name((enum sks_class)class_), list);
    }
    return object;
}

static void print_json(const struct sks_tally *tally)
{
    g_autoptr(GDateTime) last = g_date_time_add_days(tally->until, -1);
    g_autofree char *since = sks_stats_day(tally->since), *until = sks_stats_day(last);
    json_t *weeks = json_array(), *reports = json_object();
    for (guint i = 0; i < tally->weeks->len; i++) {
        const struct sks_tally_week *week = g_ptr_array_index(tally->weeks, i);
        g_autofree char *monday = sks_stats_day(week->monday);
        json_t *object = describe_counts(&week->counts);
        json_object_set_new(object, "week", json_string(monday));
        json_array_append_new(weeks, object);
    }
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        json_object_set_new(reports, sks_class_name((enum sks_class)i),
                            json_integer((json_int_t)tally->reports.class_[i]));
    json_object_set_new(reports, "false_alarms", json_integer((json_int_t)tally->reports.false_alarms));
    json_object_set_new(reports, "missed", json_integer((json_int_t)tally->reports.missed));
    json_object_set_new(reports, "withdrawn", json_integer((json_int_t)tally->reports.withdrawn));
    json_t *root = json_pack("{s:i, s:s, s:s, s:o, s:o, s:o, s:{s:I, s:I}, s:o, s:{s:I, s:I, s:I}}", "version", 1,
                             "since", since, "until", until, "weeks", weeks, "sum", describe_counts(&tally->sum),
                             "evidence", describe_lures(tally), "targeted", "senders", (json_int_t)tally->senders,
                             "recipients", (json_int_t)tally->recipients, "reports", reports, "waiting", "attachments",
                             (json_int_t)tally->state.attachments, "passwords", (json_int_t)tally->state.passwords,
                             "kept_bytes", (json_int_t)tally->state.kept_bytes);
    json_dumpf(root, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(root);
}

/* ---- Text ---- */

static const char *in(enum sks_language language, const char *ja, const char *en)
{
    return language == SKS_LANGUAGE_JAPANESE ? ja : en;
}

static void print_count(uint64_t count, size_t columns)
{
    g_autofree char *text = count > 0 ? sks_stats_count(count) : g_strdup("-");
    sks_terminal_right(stdout, text, columns);
}

static void print_counts(const struct sks_tally_counts *counts)
{
    for (int i = SKS_CLASS_TARGETED; i > SKS_CLASS_CLEAN; i--) {
        print_count(counts->mails[i], 13);
        print_count(counts->later[i], 9);
    }
    print_count(counts->mails[SKS_CLASS_CLEAN], 13);
    putchar('\n');
}

static void print_weeks(const struct sks_tally *tally, enum sks_language language)
{
    sks_terminal_cell(stdout, in(language, "週", "week"), 10);
    sks_terminal_right(stdout, in(language, "標的型", "targeted"), 13);
    sks_terminal_right(stdout, in(language, "後から", "later"), 9);
    sks_terminal_right(stdout, in(language, "ばらまき型", "bulk"), 13);
    sks_terminal_right(stdout, in(language, "後から", "later"), 9);
    sks_terminal_right(stdout, in(language, "正常", "clean"), 13);
    putchar('\n');
    for (guint i = 0; i < tally->weeks->len; i++) {
        const struct sks_tally_week *week = g_ptr_array_index(tally->weeks, i);
        guint gap = sks_stats_gap(tally, i);
        if (gap > 0) {
            printf("… %s%u%s\n", in(language, "メールのない", ""), gap, in(language, "週", " weeks without mail"));
            i += gap - 1;
            continue;
        }
        g_autofree char *monday = sks_stats_day(week->monday);
        sks_terminal_cell(stdout, monday, 10);
        print_counts(&week->counts);
    }
    sks_terminal_cell(stdout, in(language, "合計", "sum"), 10);
    print_counts(&tally->sum);
}

static void print_lures(const struct sks_tally *tally, enum sks_language language, enum sks_class class_,
                        const char *title)
{
    const GArray *lures = tally->lures[class_];
    if (lures->len == 0)
        return;
    printf("\n%s\n", title);
    for (guint i = 0; i < lures->len && i < LURES_PRINTED; i++) {
        const struct sks_tally_lure *lure = &g_array_index(lures, struct sks_tally_lure, i);
        print_count(lure->mails, 8);
        fputs("  ", stdout);
        sks_terminal_cell(stdout, lure->name[language], NAME_COLUMNS);
        fputs("  ", stdout);
        sks_terminal_show(stdout, lure->id);
        putchar('\n');
    }
}

static void print_line(const char *what, uint64_t count)
{
    print_count(count, 8);
    printf("  %s\n", what);
}

static void print_text(const struct sks_tally *tally, enum sks_language language)
{
    g_autoptr(GDateTime) last = g_date_time_add_days(tally->until, -1);
    g_autofree char *since = sks_stats_day(tally->since), *until = sks_stats_day(last);
    printf("%s %s %s\n\n", since, in(language, "～", "to"), until);
    print_weeks(tally, language);
    print_lures(tally, language, SKS_CLASS_TARGETED, in(language, "標的型の主な手がかり", "Top evidence, targeted"));
    print_lures(tally, language, SKS_CLASS_BULK, in(language, "ばらまき型の主な手がかり", "Top evidence, bulk"));
    printf("\n%s\n", in(language, "標的型の差出人と宛先", "Targeted mail"));
    print_line(in(language, "差出人", "senders"), tally->senders);
    print_line(in(language, "宛先", "recipients"), tally->recipients);
    printf("\n%s\n", in(language, "報告", "Reports"));
    print_line(in(language, "標的型", "targeted"), tally->reports.class_[SKS_CLASS_TARGETED]);
    print_line(in(language, "ばらまき型", "bulk"), tally->reports.class_[SKS_CLASS_BULK]);
    print_line(in(language, "正常", "clean"), tally->reports.class_[SKS_CLASS_CLEAN]);
    print_line(in(language, "誤報", "false alarms"), tally->reports.false_alarms);
    print_line(in(language, "見逃し", "misses"), tally->reports.missed);
    printf("\n%s\n", in(language, "現在待っているもの", "Waiting now"));
    print_line(in(language, "パスワードを待つ暗号化添付", "encrypted attachments, for a password"),
               tally->state.attachments);
    print_line(in(language, "添付を待つパスワード", "passwords, for an attachment"), tally->state.passwords);
}

/* ---- The command ---- */

static bool write_page(const struct request *request, const struct sks_tally *tally, struct sks_problems *problems)
{
    GString *page = sks_stats_page(tally, sks_person_language());
    bool written = sks_output_write(request->html, page->str, page->len, problems);
    g_string_free(page, TRUE);
    return written;
}

static bool show(const struct request *request, const char *store, struct sks_problems *problems)
{
    struct sks_memory *memory = NULL;
    struct sks_tally tally;
    sks_memory_catch_up(store);
    int error = sks_memory_open(&memory, store, SKS_MEMORY_READ_ONLY, problems);
    if (error == 0) {
        error = sks_tally_make(&tally, memory, request->since, request->until);
        if (error != 0)
            sks_complain(COMMAND, "%s: %s", store, sks_memory_problem(memory));
    }
    sks_memory_close(memory);
    if (error != 0)
        return false;
    bool written = request->html == NULL || write_page(request, &tally, problems);
    if (request->json)
        print_json(&tally);
    else if (request->html == NULL)
        print_text(&tally, sks_person_language());
    sks_tally_finish(&tally);
    return written;
}

static const char *check_times(const struct request *request)
{
    bool both = request->since != NULL && request->until != NULL;
    return both && g_date_time_compare(request->since, request->until) >= 0 ? "--until is before --since" : NULL;
}

int sks_analyst_stats(int argc, char **argv)
{
    struct request request = {0};
    struct sks_problems *problems = sks_problems_create();
    int status = SKS_EXIT_FAILED;
    sks_settings_init(&request.settings, COMMAND);
    if (!parse(&request, argc, argv)) {
        status = sks_usage(COMMAND);
    } else if (sks_output_check(request.html, problems) && sks_settings_load(&request.settings, problems) == 0) {
        const char *store = sks_settings_store(&request.settings);
        const char *wrong = store == NULL ? "no store is named: --store FILE, or --config FILE" : check_times(&request);
        if (wrong != NULL) {
            status = sks_usage_since(COMMAND, "%s", wrong);
        } else if (show(&request, store, problems)) {
            status = SKS_EXIT_FINE;
        }
    }
    sks_complain_problems(COMMAND, problems);
    g_clear_pointer(&request.since, g_date_time_unref);
    g_clear_pointer(&request.until, g_date_time_unref);
    sks_settings_finish(&request.settings);
    sks_problems_destroy(problems);
    return status;
}
