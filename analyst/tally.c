/* See tally.h. The log is walked twice where the span follows from its end; nothing of a mail is kept but counts. */
#include "tally.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "indicator/indicator.h"
#include "memory/report.h"

#define HALF_YEAR_WEEKS 26

struct counting {
    struct sks_tally *tally;
    int64_t since, until;
    GHashTable *weeks;                  /* days of the Monday → struct sks_tally_week */
    GHashTable *lures[SKS_CLASS_COUNT]; /* id → count */
    GHashTable *senders, *recipients;
};

static void destroy_week(void *data)
{
    struct sks_tally_week *week = data;
    g_date_time_unref(week->monday);
    g_free(week);
}

static GDateTime *midnight(GDateTime *time)
{
    return g_date_time_new_local(g_date_time_get_year(time), g_date_time_get_month(time),
                                 g_date_time_get_day_of_month(time), 0, 0, 0);
}

static GDateTime *add_days(GDateTime *day, int days)
{
    g_autoptr(GDateTime) later = g_date_time_add_days(day, days);
    return midnight(later); /* also where clocks were put forward in between */
}

static GDateTime *monday_of(GDateTime *time)
{
    return add_days(time, 1 - g_date_time_get_day_of_week(time));
}

/* The same for each moment of a week, whatever the clocks do. */
static int64_t week_key(GDateTime *monday)
{
    return (int64_t)g_date_time_get_year(monday) * 1000 + g_date_time_get_day_of_year(monday);
}

static struct sks_tally_week *find_week(struct counting *counting, int64_t at)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(at);
    if (time == NULL)
        return NULL;
    g_autoptr(GDateTime) monday = monday_of(time);
    int64_t key = week_key(monday);
    struct sks_tally_week *week = g_hash_table_lookup(counting->weeks, &key);
    if (week == NULL) {
        week = g_new0(struct sks_tally_week, 1);
        week->monday = g_date_time_ref(monday);
        g_hash_table_insert(counting->weeks, g_memdup2(&key, sizeof(key)), week);
    }
    return week;
}

static void count_lures(struct counting *counting, enum sks_class class_, const char *evidence)
{
    g_auto(GStrv) ids = g_strsplit(evidence, " ", -1);
    for (char **id = ids; *id != NULL; id++) {
        if (**id == '\0')
            continue;
        uintptr_t before = (uintptr_t)g_hash_table_lookup(counting->lures[class_], *id);
        g_hash_table_insert(counting->lures[class_], g_strdup(*id), (void *)(before + 1));
    }
}

static bool count_verdict(void *data, const struct sks_memory_verdict *verdict)
{
    struct counting *counting = data;
    enum sks_class class_;
    if (verdict->at < counting->since || verdict->at >= counting->until ||
        sks_class_from_name(&class_, verdict->class_) != 0)
        return true;
    struct sks_tally_week *week = find_week(counting, verdict->at);
    if (week == NULL)
        return true;
    bool first = *verdict->previous == '\0';
    if (!first && strcmp(verdict->previous, verdict->class_) == 0)
        return true; /* judged anew, to the same end */
    if (first)
        week->counts.mails[class_]++;
    else
        week->counts.later[class_]++;
    count_lures(counting, class_, verdict->evidence);
    if (class_ == SKS_CLASS_TARGETED) {
        g_hash_table_add(counting->senders, g_strdup(verdict->from));
        for (size_t i = 0; i < verdict->to_count; i++)
            g_hash_table_add(counting->recipients, g_strdup(verdict->to[i]));
    }
    return true;
}

static bool find_newest(void *data, const struct sks_memory_verdict *verdict)
{
    int64_t *newest = data;
    if (verdict->at <= (int64_t)time(NULL)) /* a mail may claim to come from the future */
        *newest = MAX(*newest, verdict->at);
    return true;
}

static bool count_report(void *data, const struct sks_memory_report *report)
{
    struct counting *counting = data;
    struct sks_tally *tally = counting->tally;
    enum sks_class said, verdict;
    if (report->at < counting->since || report->at >= counting->until ||
        sks_class_from_name(&said, report->class_) != 0)
        return true;
    if (report->withdrawn != 0) {
        tally->reports.withdrawn++;
        return true;
    }
    tally->reports.class_[said]++;
    if (sks_class_from_name(&verdict, report->earlier) != 0)
        return true;
    tally->reports.false_alarms += said == SKS_CLASS_CLEAN && verdict != SKS_CLASS_CLEAN;
    tally->reports.missed += said > verdict;
    return true;
}

static int compare_lures(const void *left, const void *right)
{
    const struct sks_tally_lure *a = left, *b = right;
    return a->mails != b->mails ? (a->mails < b->mails ? 1 : -1) : strcmp(a->id, b->id);
}

static void list_lures(struct counting *counting)
{
    struct sks_tally *tally = counting->tally;
    for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++) {
        GHashTableIter iterator;
        void *id, *count;
        tally->lures[class_] = g_array_new(FALSE, FALSE, sizeof(struct sks_tally_lure));
        g_hash_table_iter_init(&iterator, counting->lures[class_]);
        while (g_hash_table_iter_next(&iterator, &id, &count)) {
            const struct sks_indicator *indicator = sks_indicator_find(id);
            const char *kept = g_string_chunk_insert(tally->strings, id);
            const struct sks_tally_lure lure = {
                .id = kept,
                .name = {indicator != NULL ? indicator->brief_ja : kept,
                         indicator != NULL ? indicator->brief_en : kept},
                .mails = (uintptr_t)count,
            };
            g_array_append_val(tally->lures[class_], lure);
        }
        g_array_sort(tally->lures[class_], compare_lures);
    }
}

/* Weeks without mail stand in it, too. */
static void list_weeks(struct counting *counting)
{
    struct sks_tally *tally = counting->tally;
    GHashTableIter iterator;
    void *data;
    GDateTime *first = NULL, *last = NULL;
    g_hash_table_iter_init(&iterator, counting->weeks);
    while (g_hash_table_iter_next(&iterator, NULL, &data)) {
        GDateTime *monday = ((struct sks_tally_week *)data)->monday;
        if (first == NULL || g_date_time_compare(monday, first) < 0)
            first = monday;
        if (last == NULL || g_date_time_compare(monday, last) > 0)
            last = monday;
    }
    tally->weeks = g_ptr_array_new_with_free_func(destroy_week);
    GDateTime *monday = first != NULL ? g_date_time_ref(first) : NULL;
    GDateTime *end = last != NULL ? g_date_time_ref(last) : NULL;
    while (monday != NULL && g_date_time_compare(monday, end) <= 0) {
        GDateTime *next = add_days(monday, 7);
        struct sks_tally_week *week = find_week(counting, g_date_time_to_unix(monday));
        int64_t key = week_key(monday);
        void *stolen_key, *stolen;
        if (g_hash_table_steal_extended(counting->weeks, &key, &stolen_key, &stolen))
            g_free(stolen_key);
        g_ptr_array_add(tally->weeks, week);
        for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++) {
            tally->sum.mails[class_] += week->counts.mails[class_];
            tally->sum.later[class_] += week->counts.later[class_];
        }
        g_date_time_unref(monday);
        monday = next;
    }
    g_clear_pointer(&monday, g_date_time_unref);
    g_clear_pointer(&end, g_date_time_unref);
}

static int set_span(struct counting *counting, struct sks_memory *memory, GDateTime *since, GDateTime *until)
{
    struct sks_tally *tally = counting->tally;
    int64_t newest = 0;
    int error = until == NULL ? sks_memory_log_each(memory, find_newest, &newest) : 0;
    if (error != 0)
        return error;
    g_autoptr(GDateTime) last = g_date_time_new_from_unix_local(newest != 0 ? newest : (int64_t)time(NULL));
    tally->until = until != NULL ? g_date_time_ref(until) : add_days(last, 1);
    g_autoptr(GDateTime) start = add_days(tally->until, -7 * HALF_YEAR_WEEKS);
    tally->since = since != NULL ? g_date_time_ref(since) : monday_of(start); /* whole weeks */
    counting->since = g_date_time_to_unix(tally->since);
    counting->until = g_date_time_to_unix(tally->until);
    return 0;
}

static void counting_init(struct counting *counting, struct sks_tally *tally)
{
    counting->tally = tally;
    counting->weeks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, destroy_week);
    counting->senders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    counting->recipients = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        counting->lures[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void counting_finish(struct counting *counting)
{
    g_hash_table_unref(counting->weeks);
    g_hash_table_unref(counting->senders);
    g_hash_table_unref(counting->recipients);
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        g_hash_table_unref(counting->lures[i]);
}

int sks_tally_make(struct sks_tally *tally, struct sks_memory *memory, GDateTime *since, GDateTime *until)
{
    struct counting counting;
    memset(tally, 0, sizeof(*tally));
    tally->strings = g_string_chunk_new(1024);
    counting_init(&counting, tally);
    int error = set_span(&counting, memory, since, until);
    if (error == 0)
        error = sks_memory_log_each(memory, count_verdict, &counting);
    if (error == 0)
        error = sks_memory_report_each(memory, count_report, &counting);
    if (error == 0)
        error = sks_memory_state(memory, &tally->state);
    list_weeks(&counting);
    list_lures(&counting);
    tally->senders = g_hash_table_size(counting.senders);
    tally->recipients = g_hash_table_size(counting.recipients);
    counting_finish(&counting);
    if (error != 0)
        sks_tally_finish(tally);
    return error;
}

void sks_tally_finish(struct sks_tally *tally)
{
    g_clear_pointer(&tally->since, g_date_time_unref);
    g_clear_pointer(&tally->until, g_date_time_unref);
    g_clear_pointer(&tally->weeks, g_ptr_array_unref);
    g_clear_pointer(&tally->strings, g_string_chunk_free);
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        g_clear_pointer(&tally->lures[i], g_array_unref);
}
