/*
 * sekisho memory: what the store knows of an address, how much it holds, and teaching it what it can't see by itself:
 * mail that we sent, and mail that was released.
 */
#include <glib.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "examine.h"
#include "input.h"
#include "memory/memory.h"
#include "release.h"
#include "settings.h"
#include "teach.h"
#include "terminal.h"
#include "words.h"

#define COMMAND "memory"

/* As wide as the widest of their names, in each language. */
#define COUNT_COLUMNS (sks_person_language() == SKS_LANGUAGE_JAPANESE ? 12u : 10u)
#define STAT_COLUMNS  (sks_person_language() == SKS_LANGUAGE_JAPANESE ? 20u : 18u)

enum {
    OPTION_JSON = SKS_OPTION_FURTHER,
    OPTION_RCPT,
};

struct remembering {
    struct sks_command_settings settings;
    struct sks_memory *memory;
    GPtrArray *recipients;
    bool json;
};

static char *format_time(int64_t at)
{
    GDateTime *date = at > 0 ? g_date_time_new_from_unix_utc(at) : NULL;
    char *text = date != NULL ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ") : g_strdup("");
    if (date != NULL)
        g_date_time_unref(date);
    return text;
}

static int complain(const struct remembering *remembering, int error)
{
    const char *problem = sks_memory_problem(remembering->memory);
    sks_complain(COMMAND, "%s", error == SKS_ERROR_IO && *problem != '\0' ? problem : sks_error_text(error));
    return SKS_EXIT_FAILED;
}

/* ---- show ---- */

static const char *habit_name(enum sks_memory_habit_kind kind)
{
    static const char *const names[SKS_HABIT_END] = {"",         "network", "mailer", "time zone", "charset",
                                                     "language", "content", "origin", "topic"};
    return kind > 0 && kind < SKS_HABIT_END ? names[kind] : "";
}

/* For people. */
static const char *habit_words(enum sks_memory_habit_kind kind)
{
    static const char *const names[SKS_HABIT_END] = {"",     "ネットワーク", "メーラー", "タイムゾーン", "文字コード",
                                                     "言語", "内容",         "発信元",   "話題"};
    return kind > 0 && kind < SKS_HABIT_END ? sks_words(names[kind], habit_name(kind)) : "";
}

static json_t *list_counts(const struct sks_memory_count *counts, size_t count, const char *key)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        char *first = format_time(counts[i].first_seen), *last = format_time(counts[i].last_seen);
        json_t *one = json_pack("{s:s, s:I, s:s, s:s}", key, counts[i].value, "mails", (json_int_t)counts[i].mails,
                                "first_seen", first, "last_seen", last);
        if (counts[i].kind != 0)
            json_object_set_new(one, "kind", json_string(habit_name(counts[i].kind)));
        json_array_append_new(list, one);
        g_free(first);
        g_free(last);
    }
    return list;
}

static void print_profile_json(const char *address, const struct sks_memory_profile *profile)
{
    char *first = format_time(profile->first_seen), *last = format_time(profile->last_seen);
    json_t *root = json_pack("{s:i, s:s, s:b, s:I, s:I, s:I, s:s, s:s, s:{s:I, s:I}, s:o, s:o, s:o, s:o}", "version", 1,
                             "address", address, "found", profile->found, "mails", (json_int_t)profile->mails,
                             "encrypted", (json_int_t)profile->encrypted, "written", (json_int_t)profile->written,
                             "first_seen", first, "last_seen", last, "domain", "mails",
                             (json_int_t)profile->domain_mails, "written", (json_int_t)profile->domain_written, "names",
                             list_counts(profile->names, profile->name_count, "name"), "habits",
                             list_counts(profile->habits, profile->habit_count, "value"), "to",
                             list_counts(profile->recipients, profile->recipient_count, "address"), "from",
                             list_counts(profile->senders, profile->sender_count, "address"));
    json_dumpf(root, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(root);
    g_free(first);
    g_free(last);
}

/* Time zones are kept in minutes. */
static void print_value(const struct sks_memory_count *count)
{
    gint64 minutes;
    if (count->kind == SKS_HABIT_ZONE && g_ascii_string_to_signed(count->value, 10, -1440, 1440, &minutes, NULL))
        printf("%c%02d%02d\n", minutes < 0 ? '-' : '+', abs((int)minutes) / 60, abs((int)minutes) % 60);
    else
        sks_terminal_show(stdout, count->value), putchar('\n');
}

static void print_counts(const char *title, const struct sks_memory_count *counts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *last = format_time(counts[i].last_seen);
        fputs("  ", stdout);
        sks_terminal_cell(stdout, title != NULL ? title : habit_words(counts[i].kind), COUNT_COLUMNS);
        printf(" %8" G_GUINT64_FORMAT "  %.10s  ", counts[i].mails, last);
        print_value(&counts[i]);
        g_free(last);
    }
}

static void print_profile(const char *address, const struct sks_memory_profile *profile)
{
    char *first = format_time(profile->first_seen), *last = format_time(profile->last_seen);
    sks_terminal_show(stdout, address);
    putchar('\n');
    g_autofree char *mails = sks_counted(profile->mails, "通", "mail", "mails");
    g_autofree char *written = sks_counted(profile->written, "回", "time", "times");
    g_autofree char *domain_mails = sks_counted(profile->domain_mails, "通", "mail", "mails");
    g_autofree char *domain_written = sks_counted(profile->domain_written, "回", "time", "times");
    if (!profile->found)
        puts(sks_words("  記録なし", "  never seen"));
    if (profile->mails > 0)
        printf(sks_words("  受信 %s（%.10s～%.10s）、うち暗号化ファイル付き %" G_GUINT64_FORMAT "通\n",
                         "  wrote %s from %.10s to %.10s, %" G_GUINT64_FORMAT " of them with an encrypted file\n"),
               mails, first, last, profile->encrypted);
    if (profile->written > 0)
        printf(sks_words("  こちらからの送信 %s\n", "  was written to %s\n"), written);
    printf(
        sks_words("  ドメイン全体では受信 %s、こちらからの送信 %s\n", "  its domain wrote %s and was written to %s\n"),
        domain_mails, domain_written);
    print_counts(sks_words("名前", "name"), profile->names, profile->name_count);
    print_counts(NULL, profile->habits, profile->habit_count);
    print_counts(sks_words("宛先", "to"), profile->recipients, profile->recipient_count);
    print_counts(sks_words("差出人", "from"), profile->senders, profile->sender_count);
    g_free(first);
    g_free(last);
}

/* Or all of a domain: "@example.com". */
static bool is_address(const char *text)
{
    const char *at = strrchr(text, '@');
    return at != NULL && at[1] != '\0' && strpbrk(text, " \t\r\n<>") == NULL;
}

static int show(struct remembering *remembering, char **arguments, int count)
{
    if (count == 0)
        return sks_usage_since(COMMAND, "show: which ADDRESS?");
    for (int i = 0; i < count; i++)
        if (!is_address(arguments[i]))
            return sks_usage_since(COMMAND, "%s: is no address", arguments[i]);
    for (int i = 0; i < count; i++) {
        struct sks_memory_profile profile;
        int error = sks_memory_show(remembering->memory, arguments[i], &profile);
        if (error != 0)
            return complain(remembering, error);
        if (remembering->json)
            print_profile_json(arguments[i], &profile);
        else
            print_profile(arguments[i], &profile);
        sks_memory_profile_finish(&profile);
    }
    return SKS_EXIT_FINE;
}

/* ---- stats, expire ---- */

static const char *stat_words(const char *name)
{
    static const char *const names[][2] = {
        {"mails", "学習したメール"},
        {"senders", "差出人"},
        {"addresses", "アドレス"},
        {"written-to", "こちらからの送信先"},
        {"domains", "ドメイン"},
        {"pairs", "差出人と宛先の組"},
        {"names", "名前"},
        {"habits", "差出人の習慣"},
        {"message-ids", "Message-ID"},
        {"sent-message-ids", "送信済み Message-ID"},
        {"waves", "一斉に届いた文面など"},
        {"exceptions", "解除による例外"},
        {"waiting", "待機中のメール"},
        {"waiting-bytes", "待機中のバイト数"},
        {"verdicts", "判定の記録"},
        {"memory's clock", "学習データの時刻"},
        {"bytes", "ファイルのバイト数"},
        {"privacy", "氏名などの保存形式"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i][0], name) == 0)
            return sks_words(names[i][1], name);
    return name;
}

static void print_stat_text(const char *name, const char *value)
{
    sks_terminal_cell(stdout, stat_words(name), STAT_COLUMNS);
    printf(" %s\n", value);
}

static void print_stat(void *data, const char *name, int64_t value)
{
    json_t *root = data;
    char *time = strcmp(name, "newest-mail") == 0 ? format_time(value) : NULL;
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, (gint64)value);
    if (root != NULL)
        json_object_set_new(root, name, time != NULL ? json_string(time) : json_integer(value));
    else if (time != NULL) /* mail moves it by a week at most: it is no mail's date */
        print_stat_text("memory's clock", *time != '\0' ? time : "-");
    else
        print_stat_text(name, number);
    g_free(time);
}

static int stats(struct remembering *remembering, char **arguments, int count)
{
    if (count > 0)
        return sks_usage_since(COMMAND, "stats: %s: more than it takes", arguments[0]);
    json_t *root = remembering->json ? json_pack("{s:i}", "version", 1) : NULL;
    int error = sks_memory_stats(remembering->memory, print_stat, root);
    if (root != NULL && error == 0) {
        json_object_set_new(root, "hashed", json_boolean(sks_memory_is_hashed(remembering->memory)));
        json_dumpf(root, stdout, JSON_COMPACT);
        putchar('\n');
    } else if (error == 0) {
        print_stat_text("privacy", sks_memory_is_hashed(remembering->memory) ? sks_words("ハッシュのみ", "hashed")
                                                                             : sks_words("平文", "plain"));
    }
    json_decref(root);
    return error == 0 ? SKS_EXIT_FINE : complain(remembering, error);
}

static int expire(struct remembering *remembering, char **arguments, int count)
{
    if (count > 0)
        return sks_usage_since(COMMAND, "expire: %s: more than it takes", arguments[0]);
    uint64_t gone = 0;
    int error = sks_memory_expire(remembering->memory, &gone);
    if (error != 0)
        return complain(remembering, error);
    g_autofree char *entries = sks_counted(gone, "件", "old entry", "old entries");
    printf(sks_words("古い記録%sを削除しました\n", "%s deleted\n"), entries);
    return SKS_EXIT_FINE;
}

/* ---- learn ---- */

static int learn(struct remembering *remembering, char **arguments, int count)
{
    if (count == 0)
        return sks_usage_since(COMMAND, "learn: which mail or log? Give its PATH");
    static const char *const none[] = {NULL};
    const char *const *own = remembering->settings.settings.own_domains;
    struct sks_teaching teaching = {
        .command = COMMAND, .memory = remembering->memory, .own_domains = own != NULL ? own : none};
    for (int i = 0; i < count; i++)
        sks_teach(&teaching, arguments[i]);
    g_autofree char *mails = sks_counted(teaching.learned, "通", "mail", "mails");
    printf(sks_words("%sを学習、%zu通は対象外（外部宛でないか、自組織のメールでない）\n",
                     "%s learned, %zu without a recipient outside or not ours\n"),
           mails, teaching.skipped);
    return teaching.failed == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

/* ---- release ---- */

static int release(struct remembering *remembering, char **arguments, int count)
{
    if (count == 0)
        return sks_usage_since(COMMAND, "release: which mail? Give its PATH");
    struct sks_problems *problems = sks_problems_create();
    struct sks_classifier *classifier = NULL;
    int error = sks_classifier_create_untrained(&classifier, &remembering->settings.settings, problems);
    sks_complain_problems(COMMAND, problems);
    sks_problems_destroy(problems);
    if (error != 0)
        return SKS_EXIT_FAILED;
    struct sks_release one = {.recipients = (const char *const *)remembering->recipients->pdata,
                              .recipient_count = remembering->recipients->len};
    struct sks_input *input = sks_input_create(arguments, (size_t)count);
    struct sks_input_mail mail;
    size_t released = 0, failed = 0;
    while (sks_input_next(input, &mail)) {
        one.bytes = mail.bytes;
        one.size = mail.size;
        error = mail.error == NULL ? sks_release(remembering->memory, classifier, &one) : SKS_ERROR_IO;
        if (error != 0)
            sks_complain(COMMAND, "%s: %s", mail.file,
                         mail.error != NULL ? mail.error
                         : error == SKS_ERROR_UNSUPPORTED
                             ? "can't be told from others: it says nothing, or has no sender or no recipient of ours"
                             : sks_error_text(error));
        released += error == 0;
        failed += error != 0;
        sks_input_mail_finish(&mail);
    }
    sks_complain_barren(COMMAND, input);
    sks_input_destroy(input);
    sks_classifier_destroy(classifier);
    g_autofree char *mails = sks_counted(released, "通", "mail", "mails");
    printf(sks_words("%sを解除しました\n", "%s released\n"), mails);
    return failed == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

/* ---- All of it ---- */

static const struct {
    const char *name;
    enum sks_memory_mode mode;
    bool makes; /* a store that isn't there yet */
    int (*act)(struct remembering *remembering, char **arguments, int count);
} actions[] = {
    {"show", SKS_MEMORY_READ_ONLY, false, show},        {"stats", SKS_MEMORY_READ_ONLY, false, stats},
    {"expire", SKS_MEMORY_READ_WRITE, false, expire},   {"learn", SKS_MEMORY_READ_WRITE, true, learn},
    {"release", SKS_MEMORY_READ_WRITE, false, release},
};

static bool parse(struct remembering *remembering, int argc, char **argv)
{
    static const struct option options[] = {
        SKS_SETTINGS_OPTIONS,
        {"json", no_argument, NULL, OPTION_JSON},
        {"rcpt", required_argument, NULL, OPTION_RCPT},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = sks_next_option(COMMAND, argc, argv, "", options)) != -1) {
        if (option == OPTION_JSON)
            remembering->json = true;
        else if (option == OPTION_RCPT && (!is_address(optarg) || optarg[0] == '@'))
            return sks_refuse(COMMAND, "--rcpt", optarg, "an address");
        else if (option == OPTION_RCPT)
            g_ptr_array_add(remembering->recipients, optarg);
        else if (!sks_settings_take(&remembering->settings, option, optarg))
            return false;
    }
    if (optind == argc)
        sks_complain(COMMAND, "needs show, stats, expire, learn or release");
    return optind < argc;
}

static int run(struct remembering *remembering, char **arguments, int count)
{
    size_t action = 0;
    while (action < G_N_ELEMENTS(actions) && strcmp(arguments[0], actions[action].name) != 0)
        action++;
    if (action == G_N_ELEMENTS(actions))
        return sks_usage_since(COMMAND, "%s: needs show, stats, expire, learn or release", arguments[0]);
    struct sks_problems *problems = sks_problems_create();
    int error = sks_settings_load(&remembering->settings, problems);
    struct sks_settings *whole = &remembering->settings.settings;
    whole->store = error == 0 ? sks_settings_store(&remembering->settings) : NULL;
    if (error == 0 && whole->store == NULL) {
        sks_problems_destroy(problems);
        return sks_usage_since(COMMAND, "no store is named: --store FILE, or --config FILE");
    }
    if (error == 0 && actions[action].mode == SKS_MEMORY_READ_WRITE && !actions[action].makes &&
        !g_file_test(whole->store, G_FILE_TEST_EXISTS)) {
        sks_problems_add(problems, whole->store, 0, NULL, "there is no store");
        error = SKS_ERROR_UNAVAILABLE;
    }
    if (error == 0 && actions[action].mode == SKS_MEMORY_READ_ONLY)
        sks_memory_catch_up(whole->store);
    if (error == 0)
        error = sks_memory_open_private(
            &remembering->memory, whole->store, actions[action].mode,
            actions[action].mode == SKS_MEMORY_READ_WRITE && remembering->settings.settings.store_hashed, problems);
    sks_complain_problems(COMMAND, problems);
    sks_problems_destroy(problems);
    return error == 0 ? actions[action].act(remembering, arguments + 1, count - 1) : SKS_EXIT_FAILED;
}

int sks_analyst_memory(int argc, char **argv)
{
    struct remembering remembering = {.recipients = g_ptr_array_new()};
    sks_settings_init(&remembering.settings, COMMAND);
    int status = parse(&remembering, argc, argv) ? run(&remembering, argv + optind, argc - optind) : sks_usage(COMMAND);
    sks_memory_close(remembering.memory);
    sks_settings_finish(&remembering.settings);
    g_ptr_array_unref(remembering.recipients);
    return status;
}
