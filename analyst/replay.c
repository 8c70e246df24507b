/*
 * sekisho replay: what would a month of mail have looked like with a model and a policy that are not in use yet?
 *
 * Every mail is judged twice: as --config, --model and the other options say, and as today (--today-config,
 * --today-model; without them the same configuration with the package that is in use). An alarm is a mail that the
 * policy would not just accept. Days are the mail's own, in UTC. The memory, if --store names one, is only read.
 */
#include <glib.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/shown.h"
#include "command.h"
#include "judging.h"
#include "terminal.h"
#include "words.h"

#define COMMAND "replay"
#define UNDATED "undated"

enum {
    OPTION_JSON = SKS_OPTION_FURTHER,
    OPTION_TODAY_CONFIG,
    OPTION_TODAY_MODEL,
};

static const struct option options[] = {
    SKS_SETTINGS_OPTIONS,
    {"json", no_argument, NULL, OPTION_JSON},
    {"today-config", required_argument, NULL, OPTION_TODAY_CONFIG},
    {"today-model", required_argument, NULL, OPTION_TODAY_MODEL},
    {0},
};

enum {
    NEW,
    TODAY,
};

struct day {
    char *name;
    size_t mails, alarms[SKS_JUDGES], targeted[SKS_JUDGES], changed;
    GString *told; /* for people, of the mails that would fare differently */
};

struct replaying {
    bool json;
    struct sks_command_settings settings[SKS_JUDGES];
    struct sks_judge judges[SKS_JUDGES];
    GPtrArray *days; /* struct day, sorted in the end */
    GHashTable *by_name;
    size_t mails, failed;
};

static void free_day(gpointer data)
{
    struct day *day = data;
    g_free(day->name);
    g_string_free(day->told, TRUE);
    g_free(day);
}

static struct day *find_day(struct replaying *replaying, const char *date)
{
    g_autofree char *name = *date != '\0' ? g_strndup(date, strlen("2023-12-04")) : g_strdup(UNDATED);
    struct day *day = g_hash_table_lookup(replaying->by_name, name);
    if (day != NULL)
        return day;
    day = g_new0(struct day, 1);
    day->name = g_steal_pointer(&name);
    day->told = g_string_new(NULL);
    g_hash_table_insert(replaying->by_name, day->name, day);
    g_ptr_array_add(replaying->days, day);
    return day;
}

static json_t *describe_side(const struct sks_verdict *verdict, const char *action)
{
    return json_pack("{s:s, s:f, s:s}", "class", sks_class_name(sks_verdict_class(verdict)), "score",
                     sks_verdict_score(verdict), "action", action);
}

/* For people: a date, or what stands for one. */
static const char *day_words(const char *name)
{
    if (strcmp(name, UNDATED) == 0)
        return sks_words("日付なし", name);
    return strcmp(name, "all") == 0 ? sks_words("合計", name) : name;
}

static void tell_changed(struct replaying *replaying, const struct sks_judged *judged, struct day *day,
                         const char *const *actions)
{
    const struct sks_verdict *verdict = judged->verdicts[NEW];
    if (!replaying->json) {
        g_autofree char *shown = sks_shown(judged->mail.file);
        enum sks_language language = sks_person_language();
        g_string_append_printf(
            day->told, sks_words("%s  %s、%s → %s、%s  %s  %s  %s\n", "%s  %s, %s → %s, %s  %s  %s  %s\n"),
            day_words(day->name), sks_class_label(sks_verdict_class(judged->verdicts[TODAY]), language), actions[TODAY],
            sks_class_label(sks_verdict_class(verdict), language), actions[NEW], sks_verdict_from_address(verdict),
            sks_verdict_subject(verdict), shown);
        return;
    }
    g_autofree char *file = g_utf8_make_valid(judged->mail.file, -1);
    json_t *object = json_pack("{s:i, s:s, s:I, s:s, s:s, s:s, s:s, s:o, s:o}", "version", 1, "file", file, "index",
                               (json_int_t)judged->mail.index, "day", day->name, "message_id",
                               sks_verdict_message_id(verdict), "from", sks_verdict_from_address(verdict), "subject",
                               sks_verdict_subject(verdict), "new", describe_side(verdict, actions[NEW]), "today",
                               describe_side(judged->verdicts[TODAY], actions[TODAY]));
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static void take_mail(void *data, const struct sks_judged *judged)
{
    struct replaying *replaying = data;
    const char *actions[SKS_JUDGES];
    replaying->mails++;
    replaying->failed += judged->failed;
    if (judged->error != NULL)
        sks_complain(COMMAND, "%s: %s", judged->mail.file, judged->error);
    if (judged->verdicts[NEW] == NULL || judged->verdicts[TODAY] == NULL)
        return;
    struct day *day = find_day(replaying, sks_verdict_date(judged->verdicts[NEW]));
    const struct sks_envelope envelope = {0};
    day->mails++;
    for (size_t i = 0; i < SKS_JUDGES; i++) {
        actions[i] = sks_judge_action(&replaying->judges[i], judged->verdicts[i], &envelope);
        day->alarms[i] += strcmp(actions[i], "accept") != 0;
        day->targeted[i] += sks_verdict_class(judged->verdicts[i]) == SKS_CLASS_TARGETED;
    }
    if (strcmp(actions[NEW], actions[TODAY]) == 0 &&
        sks_verdict_class(judged->verdicts[NEW]) == sks_verdict_class(judged->verdicts[TODAY]))
        return;
    day->changed++;
    tell_changed(replaying, judged, day, actions);
}

static gint by_name(gconstpointer one, gconstpointer other)
{
    return strcmp((*(struct day *const *)one)->name, (*(struct day *const *)other)->name);
}

static void add_up(struct day *sum, const struct day *day)
{
    sum->mails += day->mails;
    sum->changed += day->changed;
    for (size_t i = 0; i < SKS_JUDGES; i++) {
        sum->alarms[i] += day->alarms[i];
        sum->targeted[i] += day->targeted[i];
    }
}

static void print_day(const struct replaying *replaying, const struct day *day)
{
    if (!replaying->json) {
        sks_terminal_cell(stdout, day_words(day->name), 10);
        printf("  %7zu  %7zu  %7zu  %9zu  %9zu  %9zu\n", day->mails, day->alarms[TODAY], day->alarms[NEW],
               day->targeted[TODAY], day->targeted[NEW], day->changed);
        return;
    }
    json_t *object =
        json_pack("{s:i, s:s, s:I, s:{s:I, s:I}, s:{s:I, s:I}, s:I}", "version", 1, "day", day->name, "mails",
                  (json_int_t)day->mails, "today", "alarms", (json_int_t)day->alarms[TODAY], "targeted",
                  (json_int_t)day->targeted[TODAY], "new", "alarms", (json_int_t)day->alarms[NEW], "targeted",
                  (json_int_t)day->targeted[NEW], "changed", (json_int_t)day->changed);
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static void print_heads(void)
{
    static const struct {
        const char *ja[2], *en[2];
        size_t columns;
    } heads[] = {
        {{"", "メール"}, {"", "mails"}, 9}, {{"警告", "現行"}, {"alarms", "today"}, 9},
        {{"", "新"}, {"", "new"}, 9},       {{"標的型", "現行"}, {"targeted", "today"}, 11},
        {{"", "新"}, {"", "new"}, 11},      {{"", "変化"}, {"", "different"}, 11},
    };
    for (size_t line = 0; line < 2; line++) {
        sks_terminal_cell(stdout, line == 0 ? "" : sks_words("日", "day"), 10);
        size_t count = line == 0 ? 4 : G_N_ELEMENTS(heads); /* the upper line ends with the fourth */
        for (size_t i = 0; i < count; i++)
            sks_terminal_right(stdout, sks_words(heads[i].ja[line], heads[i].en[line]), heads[i].columns);
        putchar('\n');
    }
}

/* Per day on average: alarms are what somebody has to look at. Days without mail are none: nobody gave theirs. */
static void print_average(const struct replaying *replaying)
{
    size_t alarms[SKS_JUDGES] = {0}, days = 0;
    for (guint i = 0; i < replaying->days->len; i++) {
        const struct day *day = g_ptr_array_index(replaying->days, i);
        if (strcmp(day->name, UNDATED) == 0)
            continue;
        days++;
        alarms[TODAY] += day->alarms[TODAY];
        alarms[NEW] += day->alarms[NEW];
    }
    if (days > 0)
        printf(sks_words("\n一日あたりの警告：現行 %.1f通、新 %.1f通（メールのある%zu日の平均）\n",
                         "\nAlarms a day: %.1f today, %.1f with the new (days with mail: %zu).\n"),
               (double)alarms[TODAY] / (double)days, (double)alarms[NEW] / (double)days, days);
}

static void print_changed(const struct replaying *replaying)
{
    puts(sks_words("\n変わるもの（現行 → 新）：", "\nDifferent (today → new):"));
    for (guint i = 0; i < replaying->days->len; i++)
        fputs(((const struct day *)g_ptr_array_index(replaying->days, i))->told->str, stdout);
}

static void print_days(struct replaying *replaying)
{
    struct day sum = {.name = (char *)(uintptr_t) "all"};
    g_ptr_array_sort(replaying->days, by_name);
    if (!replaying->json)
        print_heads();
    for (guint i = 0; i < replaying->days->len; i++) {
        const struct day *day = g_ptr_array_index(replaying->days, i);
        print_day(replaying, day);
        add_up(&sum, day);
    }
    print_day(replaying, &sum);
    if (replaying->json)
        return;
    print_average(replaying);
    if (sum.changed > 0)
        print_changed(replaying);
}

static bool parse(struct replaying *replaying, int argc, char **argv)
{
    struct sks_command_settings *today = &replaying->settings[TODAY];
    const char *today_config = NULL;
    int option;
    while ((option = sks_next_option(COMMAND, argc, argv, "", options)) != -1) {
        if (option == OPTION_JSON)
            replaying->json = true;
        else if (option == OPTION_TODAY_CONFIG)
            today_config = optarg;
        else if (option == OPTION_TODAY_MODEL)
            today->model = optarg;
        else if (!sks_settings_take(&replaying->settings[NEW], option, optarg) ||
                 (option != SKS_OPTION_MODEL && !sks_settings_take(today, option, optarg)))
            return false;
    }
    if (today_config != NULL)
        today->config = today_config;
    for (size_t i = 0; i < SKS_JUDGES; i++)
        replaying->settings[i].frozen = true;
    if (optind >= argc)
        sks_complain(COMMAND, "which mail? Give its PATH, or -");
    return optind < argc;
}

static int replay(struct replaying *replaying, char *const *paths, size_t count)
{
    for (size_t i = 0; i < SKS_JUDGES; i++)
        if (sks_judge_start(&replaying->judges[i], COMMAND, &replaying->settings[i]) != 0)
            return SKS_EXIT_FAILED;
    const struct sks_judging judging = {.judges = replaying->judges,
                                        .judge_count = SKS_JUDGES,
                                        .paths = paths,
                                        .path_count = count,
                                        .take = take_mail,
                                        .data = replaying};
    sks_judging_run(&judging);
    if (replaying->mails == 0)
        return SKS_EXIT_FAILED;
    print_days(replaying);
    return replaying->failed == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

int sks_analyst_replay(int argc, char **argv)
{
    struct replaying replaying = {.days = g_ptr_array_new_with_free_func(free_day),
                                  .by_name = g_hash_table_new(g_str_hash, g_str_equal)};
    for (size_t i = 0; i < SKS_JUDGES; i++)
        sks_settings_init(&replaying.settings[i], COMMAND);
    int status = parse(&replaying, argc, argv) ? SKS_EXIT_FINE : sks_usage(COMMAND);
    if (status == SKS_EXIT_FINE)
        status = replay(&replaying, argv + optind, (size_t)(argc - optind));
    for (size_t i = SKS_JUDGES; i-- > 0;) { /* the nursery made last holds the socket of the one before */
        sks_judge_stop(&replaying.judges[i]);
        sks_settings_finish(&replaying.settings[i]);
    }
    g_ptr_array_unref(replaying.days);
    g_hash_table_unref(replaying.by_name);
    return status;
}
