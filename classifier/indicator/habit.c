/*
 * Habits that the memory knows, and a mail that has others: the person's own address, taken over; a correspondent's
 * domain, borrowed; a person's name at another address. Only what never occurred in all the mail before counts.
 */
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "indicator/view.h"
#include "message/hint.h"

#define HABIT_LEAST   5u  /* mails by which a habit is known */
#define HOUSE_LEAST   20u /* … that of a domain, in whose mail nearly all have it */
#define HOUSE_SHARE   0.95
#define HOUSE_SENDERS 2u

/* What a difference speaks of: people travel, and computers are replaced, but seldom on one day. */
enum side { SIDE_PLACE, SIDE_MACHINE, SIDE_SELF, SIDE_COUNT };

struct difference {
    enum sks_memory_habit_kind kind;
    enum side side;
    double strength; /* by itself */
    const char *english, *japanese;
};

static const struct difference differences[] = {
    {SKS_HABIT_NETWORK, SIDE_PLACE, 0.2, "network", "ネットワーク"},
    {SKS_HABIT_ORIGIN, SIDE_PLACE, 0.2, "user's network", "利用者のネットワーク"},
    {SKS_HABIT_ZONE, SIDE_PLACE, 0.25, "time zone", "時間帯"},
    {SKS_HABIT_MAILER, SIDE_MACHINE, 0.2, "mailer", "メールソフト"},
    {SKS_HABIT_CHARSET, SIDE_MACHINE, 0.15, "character set", "文字コード"},
    {SKS_HABIT_LANGUAGE, SIDE_SELF, 0.3, "language", "言語"},
    {SKS_HABIT_CONTENT, SIDE_SELF, 0.25, "habit", "習慣"},
};

/* Differences as they add up: one side by its strongest, several by their number. */
struct sum {
    double sides[SIDE_COUNT];
    GString *english, *japanese;
};

/* Clocks are put forward in summer, but not in East Asia. */
static bool is_summer_time(const struct sks_view *view, const struct sks_memory_habit *habit)
{
    long usual = strtol(habit->usual, NULL, 10), now = view->message->date.zone;
    bool east = usual == 480 || usual == 540 || now == 480 || now == 540;
    return labs(usual - now) <= (east ? 0 : 60);
}

static const char *charset_of(const struct sks_message *message)
{
    for (size_t i = 0; i < message->part_count; i++)
        if (g_str_has_prefix(message->parts[i].type, "text/"))
            return message->parts[i].charset;
    return "";
}

static bool differs(const struct sks_view *view, const struct sks_memory_habit *habit, enum sks_memory_habit_kind kind)
{
    const char *field;
    char hint[SKS_HINT_SIZE];
    if (habit->all < HABIT_LEAST || habit->same > 0)
        return false;
    switch (kind) {
    case SKS_HABIT_NETWORK: /* webmail comes from many */
        return !sks_view_is_public(view, view->from->domain);
    case SKS_HABIT_ORIGIN: /* lines at home and telephones change their addresses */
        return 2 * habit->most >= habit->all && sks_message_client_hint(view->message, &field, hint);
    case SKS_HABIT_ZONE:
        return view->message->date.valid && !is_summer_time(view, habit);
    case SKS_HABIT_LANGUAGE:
        return view->facts->language->language[0] != '\0';
    case SKS_HABIT_CONTENT: /* files are sent by everybody at some time; encrypted ones are a way of working */
        return view->encrypted;
    case SKS_HABIT_MAILER:
        return view->message->mailer[0] != '\0';
    case SKS_HABIT_CHARSET:
    case SKS_HABIT_TOPIC:
    case SKS_HABIT_END:
        break;
    }
    return charset_of(view->message)[0] != '\0' && strcmp(habit->usual, "us-ascii") != 0;
}

/* g_free(). */
static char *show_language(const char *code, bool japanese)
{
    static const struct {
        const char *code, *english, *japanese;
    } table[] = {{"ja", "Japanese", "日本語"},
                 {"en", "English", "英語"},
                 {"zh", "Chinese", "中国語"},
                 {"ko", "Korean", "韓国語"},
                 {"ru", "Russian", "ロシア語"}};
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        if (strcmp(table[i].code, code) == 0)
            return g_strdup(japanese ? table[i].japanese : table[i].english);
    return g_strdup(code);
}

/* As a reader understands it. g_free(). */
static char *show_value(const struct sks_view *view, enum sks_memory_habit_kind kind, const char *stored, bool japanese)
{
    long zone = stored != NULL ? strtol(stored, NULL, 10) : view->message->date.zone;
    const char *field;
    char hint[SKS_HINT_SIZE];
    switch (kind) {
    case SKS_HABIT_NETWORK:
        if (stored == NULL)
            return g_strdup(view->facts->client_address);
        break;
    case SKS_HABIT_ORIGIN:
        if (stored == NULL && sks_message_client_hint(view->message, &field, hint))
            return g_strdup(hint);
        break;
    case SKS_HABIT_ZONE:
        return g_strdup_printf("%c%02ld%02ld", zone < 0 ? '-' : '+', labs(zone) / 60, labs(zone) % 60);
    case SKS_HABIT_MAILER:
        return g_strndup(stored != NULL ? stored : view->message->mailer, 30);
    case SKS_HABIT_LANGUAGE:
        return show_language(stored != NULL ? stored : view->facts->language->language, japanese);
    case SKS_HABIT_CHARSET:
        return g_ascii_strdown(stored != NULL ? stored : charset_of(view->message), -1);
    case SKS_HABIT_CONTENT:
    case SKS_HABIT_TOPIC:
    case SKS_HABIT_END:
        break;
    }
    const char *all = stored != NULL && (g_str_has_suffix(stored, ".") || g_str_has_suffix(stored, ":")) ? "*" : "";
    return g_strconcat(stored != NULL ? stored : "", all, NULL); /* "192.0.2.*" */
}

static void tell(const struct sks_view *view, const struct difference *difference, const char *stored, GString *english,
                 GString *japanese)
{
    const char *comma_en = english->len > 0 ? "; " : "", *comma_ja = japanese->len > 0 ? "、" : "";
    if (difference->kind == SKS_HABIT_CONTENT) {
        g_string_append_printf(english, "%san encrypted file for the first time", comma_en);
        g_string_append_printf(japanese, "%s初めての暗号化ファイル", comma_ja);
        return;
    }
    g_autofree char *now_en = show_value(view, difference->kind, NULL, false);
    g_autofree char *now_ja = show_value(view, difference->kind, NULL, true);
    g_autofree char *usual_en = show_value(view, difference->kind, stored, false);
    g_autofree char *usual_ja = show_value(view, difference->kind, stored, true);
    g_string_append_printf(english, "%s%s %s instead of %s", comma_en, difference->english, now_en, usual_en);
    g_string_append_printf(japanese, "%s%sが%sではなく%s", comma_ja, difference->japanese, usual_ja, now_ja);
}

static void add_up(struct sum *sum, const struct sks_view *view, const struct sks_memory_habit *habits, bool house)
{
    for (size_t i = 0; i < G_N_ELEMENTS(differences); i++) {
        const struct sks_memory_habit *habit = &habits[differences[i].kind];
        if (!differs(view, habit, differences[i].kind))
            continue;
        if (house && (habit->all < HOUSE_LEAST || (double)habit->most < HOUSE_SHARE * (double)habit->all))
            continue;
        sum->sides[differences[i].side] += differences[i].strength;
        tell(view, &differences[i], habit->usual, sum->english, sum->japanese);
    }
}

static double strength_of(const struct sum *sum)
{
    static const double strengths[] = {0, 0, 0.65, 1};
    double strength = 0;
    unsigned count = 0;
    for (int side = 0; side < SIDE_COUNT; side++) {
        strength = fmax(strength, sum->sides[side]);
        count += sum->sides[side] > 0;
    }
    return fmax(strength, strengths[count]);
}

/* The person's own address, but not as in all the mail before. */
static void sender(struct sks_findings *findings, const struct sks_view *view, struct sum *sum)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    if (memory->from_sender < HABIT_LEAST)
        return;
    add_up(sum, view, memory->habits, false);
    sks_findings_add_told(findings, "sender.habit-differs", strength_of(sum), "header From", sum->english->str,
                          sum->japanese->str);
}

/*
 * Somebody new at a domain whose mail has been alike so far. A proven domain is not borrowed, but there may be somebody
 * in the house who does not belong there.
 */
static void house(struct sks_findings *findings, const struct sks_view *view, struct sum *sum)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    if (memory->from_sender > 0 || memory->house_senders < HOUSE_SENDERS || memory->answers_ours || view->service ||
        view->notifier || view->sender == SKS_SENDER_OWN || sks_view_is_public(view, view->from->domain))
        return;
    add_up(sum, view, memory->house_habits, true);
    double strength = strength_of(sum) * (view->proof == SKS_PROOF_PASS ? 0.4 : 1);
    sks_findings_add_told(findings, "sender.domain-habit-differs", strength, "header From", sum->english->str,
                          sum->japanese->str);
    if (sum->sides[SIDE_PLACE] > 0 && strength > 0.5)
        sks_findings_add_told(findings, "route.foreign-relay", 0.8 * strength, "header Received", sum->english->str,
                              sum->japanese->str);
}

void sks_habit_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    struct sum sum = {.english = g_string_new(NULL), .japanese = g_string_new(NULL)};
    if (!view->list && !view->inside) {
        sender(findings, view, &sum);
        house(findings, view, &sum);
    }
    g_string_free(sum.english, TRUE);
    g_string_free(sum.japanese, TRUE);
}

void sks_habit_tell_name(const struct sks_view *view, GString *english, GString *japanese)
{
    for (size_t i = 0; i < G_N_ELEMENTS(differences); i++) {
        const struct sks_memory_habit *habit = &view->facts->memory.name_habits[differences[i].kind];
        bool place = differences[i].kind == SKS_HABIT_NETWORK || differences[i].kind == SKS_HABIT_ORIGIN;
        if (!place && differs(view, habit, differences[i].kind))
            tell(view, &differences[i], habit->usual, english, japanese);
    }
}
