/* See exposition.h. Families are written one after the other, each with all of its samples, as both formats want. */
#include "exposition.h"

#include <string.h>

#include "config.h"
#include "sekisho/error.h"

enum kind {
    KIND_COUNTER,
    KIND_GAUGE,
    KIND_HISTOGRAM,
    KIND_INFO,
};

struct page {
    GString *out;
    bool openmetrics;
    const char *family;
    enum kind kind;
};

/* The name of a family ends with its unit, if it has one. */
static void begin(struct page *page, const char *family, enum kind kind, const char *unit, const char *help)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram", "info"};
    static const char *const older_kinds[] = {"counter", "gauge", "histogram", "gauge"};
    static const char *const suffixes[] = {"_total", "", "", "_info"};
    const char *suffix = page->openmetrics ? "" : suffixes[kind];
    page->family = family;
    page->kind = kind;
    g_string_append_printf(page->out, "# TYPE %s%s %s\n", family, suffix,
                           (page->openmetrics ? kinds : older_kinds)[kind]);
    if (page->openmetrics && unit != NULL)
        g_string_append_printf(page->out, "# UNIT %s %s\n", family, unit);
    g_string_append_printf(page->out, "# HELP %s%s %s\n", family, suffix, help);
}

static void append_value(GString *out, const char *value)
{
    g_autofree char *valid = g_utf8_make_valid(value, -1);
    for (const char *at = valid; *at != '\0'; at++) {
        if (*at == '\n')
            g_string_append(out, "\\n");
        else if (*at == '"' || *at == '\\')
            g_string_append_printf(out, "\\%c", *at);
        else
            g_string_append_c(out, *at);
    }
}

/* Up to two labels; a key may be NULL. */
static void begin_sample(struct page *page, const char *suffix, const char *key, const char *value, const char *key_2,
                         const char *value_2)
{
    g_string_append_printf(page->out, "%s%s", page->family, suffix);
    if (key != NULL) {
        g_string_append_printf(page->out, "{%s=\"", key);
        append_value(page->out, value);
        g_string_append_c(page->out, '"');
        if (key_2 != NULL) {
            g_string_append_printf(page->out, ",%s=\"", key_2);
            append_value(page->out, value_2);
            g_string_append_c(page->out, '"');
        }
        g_string_append_c(page->out, '}');
    }
}

static void sample(struct page *page, const char *key, const char *value, const char *key_2, const char *value_2,
                   unsigned long long number)
{
    begin_sample(page,
                 page->kind == KIND_COUNTER ? "_total"
                 : page->kind == KIND_INFO  ? "_info"
                                            : "",
                 key, value, key_2, value_2);
    g_string_append_printf(page->out, " %llu\n", number);
}

static void single(struct page *page, const char *family, enum kind kind, const char *unit, const char *help,
                   unsigned long long number)
{
    begin(page, family, kind, unit, help);
    sample(page, NULL, NULL, NULL, NULL, number);
}

/* In the unit of the page: seconds or bytes. Exact, and without the locale. */
static void append_scaled(GString *out, uint64_t value, bool microseconds)
{
    if (!microseconds)
        g_string_append_printf(out, "%" G_GUINT64_FORMAT ".0", value);
    else
        g_string_append_printf(out, "%" G_GUINT64_FORMAT ".%06u", value / 1000000, (unsigned)(value % 1000000));
}

static void append_bound(GString *out, uint64_t bound, bool microseconds)
{
    append_scaled(out, bound, microseconds);
    if (!microseconds)
        return;
    while (g_str_has_suffix(out->str, "0") && !g_str_has_suffix(out->str, ".0"))
        g_string_truncate(out, out->len - 1);
}

static void histogram(struct page *page, const struct sks_histogram *histogram,
                      const struct sks_histogram_bounds *bounds, bool microseconds)
{
    unsigned long long count = 0;
    for (size_t i = 0; i <= bounds->count; i++) {
        count += atomic_load_explicit(&histogram->buckets[i], memory_order_relaxed);
        g_string_append_printf(page->out, "%s_bucket{le=\"", page->family);
        if (i < bounds->count)
            append_bound(page->out, bounds->bounds[i], microseconds);
        else
            g_string_append(page->out, "+Inf");
        g_string_append_printf(page->out, "\"} %llu\n", count);
    }
    g_string_append_printf(page->out, "%s_sum ", page->family);
    append_scaled(page->out, atomic_load_explicit(&histogram->sum, memory_order_relaxed), microseconds);
    g_string_append_printf(page->out, "\n%s_count %llu\n", page->family, count);
}

static const char *class_name(unsigned class_)
{
    return class_ == SKS_COUNTERS_UNJUDGED ? "unjudged" : sks_class_name((enum sks_class)class_);
}

/* By the negative of the error. */
static const char *const causes[SKS_COUNTERS_CAUSES] = {
    "collect", "io", "format", "limit", "schema", "deadline", "crash", "memory", "unavailable", "unsupported",
};

static void write_causes(struct page *page, const char *family, const char *help,
                         const atomic_ulong counts[SKS_COUNTERS_CAUSES])
{
    begin(page, family, KIND_COUNTER, NULL, help);
    for (size_t i = 0; i < SKS_COUNTERS_CAUSES; i++)
        sample(page, "cause", causes[i], NULL, NULL, atomic_load(&counts[i]));
}

static void write_mails(struct page *page, const struct sks_counters *counters)
{
    begin(page, "sekisho_mails", KIND_COUNTER, NULL, "Mails by class (or unjudged) and by what was done.");
    for (unsigned class_ = 0; class_ < SKS_COUNTERS_CLASSES; class_++)
        for (int action = 0; action < SKS_ACTION_COUNT; action++)
            sample(page, "class", class_name(class_), "action", sks_action_name((enum sks_action)action),
                   atomic_load(&counters->mails[class_][action]));
    begin(page, "sekisho_exempt_mails", KIND_COUNTER, NULL, "Mails that policy left alone, by the reason.");
    for (int i = SKS_EXEMPTION_NONE + 1; i < SKS_EXEMPTION_COUNT; i++)
        sample(page, "reason", sks_exemption_name((enum sks_exemption)i), NULL, NULL,
               atomic_load(&counters->exempt[i]));
    begin(page, "sekisho_changed_verdicts", KIND_COUNTER, NULL,
          "Earlier mails that were judged anew because of a later one: a password, or an attack in the same exchange.");
    for (int before = 0; before < SKS_CLASS_COUNT; before++)
        for (int now = 0; now < SKS_CLASS_COUNT; now++)
            sample(page, "previous", class_name((unsigned)before), "class", class_name((unsigned)now),
                   atomic_load(&counters->changed[before][now]));
    single(page, "sekisho_truncated_mails", KIND_COUNTER, NULL, "Mails longer than what is read of one.",
           atomic_load(&counters->truncated));
}

static void write_failures(struct page *page, const struct sks_counters *counters)
{
    write_causes(page, "sekisho_failures", "Mails that could not be judged, by cause.", counters->failures);
    write_causes(page, "sekisho_store_failures", "Mails judged without the store, by cause.",
                 counters->memory_failures);
    single(page, "sekisho_edit_failures", KIND_COUNTER, NULL, "Changes to mails that the MTA did not take.",
           atomic_load(&counters->edit_failures));
    begin(page, "sekisho_process_deaths", KIND_COUNTER, NULL, "Processes that ended by themselves and were replaced.");
    sample(page, "process", "milter", NULL, NULL, atomic_load(&counters->milter_deaths));
    sample(page, "process", "nursery", NULL, NULL, atomic_load(&counters->nursery_deaths));
    sample(page, "process", "metrics", NULL, NULL, atomic_load(&counters->metrics_deaths));
    sample(page, "process", "caretaker", NULL, NULL, atomic_load(&counters->caretaker_deaths));
}

static void write_duties(struct page *page, const struct sks_counters *counters)
{
    begin(page, "sekisho_notices", KIND_COUNTER, NULL, "Notices of verdicts that got worse, by result of each try.");
    sample(page, "result", "sent", NULL, NULL, atomic_load(&counters->notices_sent));
    sample(page, "result", "failed", NULL, NULL, atomic_load(&counters->notices_failed));
    sample(page, "result", "left_out", NULL, NULL, atomic_load(&counters->notices_left_out));
    single(page, "sekisho_held_mails", KIND_COUNTER, NULL, "Mails held until the password of their attachment comes.",
           atomic_load(&counters->held));
    begin(page, "sekisho_releases", KIND_COUNTER, NULL, "Held mails that were let go, and tries that failed.");
    sample(page, "result", "done", NULL, NULL, atomic_load(&counters->released));
    sample(page, "result", "failed", NULL, NULL, atomic_load(&counters->release_failed));
}

static void write_histograms(struct page *page, const struct sks_counters *counters)
{
    begin(page, "sekisho_mail_seconds", KIND_HISTOGRAM, "seconds", "Time from a mail's end to the answer to the MTA.");
    histogram(page, &counters->times, &sks_histogram_times, true);
    begin(page, "sekisho_examination_seconds", KIND_HISTOGRAM, "seconds", "Of it, time in a worker.");
    histogram(page, &counters->examinations, &sks_histogram_times, true);
    begin(page, "sekisho_mail_bytes", KIND_HISTOGRAM, "bytes", "Sizes of mails.");
    histogram(page, &counters->sizes, &sks_histogram_sizes, false);
}

static void write_pool(struct page *page, const struct sks_counters *counters, const struct sks_exposition_state *state)
{
    single(page, "sekisho_connections", KIND_GAUGE, NULL, "Open connections from the MTA.",
           atomic_load(&counters->connections));
    single(page, "sekisho_mails_in_hand", KIND_GAUGE, NULL, "Mails that are being judged or wait for a worker.",
           atomic_load(&counters->in_hand));
    single(page, "sekisho_workers", KIND_GAUGE, NULL, "Worker processes at the last mail.",
           atomic_load(&counters->workers));
    single(page, "sekisho_workers_most", KIND_GAUGE, NULL, "Worker processes allowed.", state->workers_most);
    single(page, "sekisho_workers_started", KIND_COUNTER, NULL, "Worker processes started.",
           atomic_load(&counters->workers_started));
}

static void write_store(struct page *page, const struct sks_exposition_state *state)
{
    if (!state->store.configured)
        return;
    single(page, "sekisho_store_available", KIND_GAUGE, NULL, "Whether the store could be read just now.",
           state->store.available);
    single(page, "sekisho_store_bytes", KIND_GAUGE, "bytes", "Size of the store's files.", state->store.bytes);
    if (!state->store.available)
        return;
    single(page, "sekisho_store_learned_mails", KIND_GAUGE, NULL, "Mails that the memory has learned from.",
           state->store.mails);
    begin(page, "sekisho_store_waiting_mails", KIND_GAUGE, NULL,
          "Mails whose encrypted attachment waits for a password, and mails with a password that wait for an "
          "attachment.");
    sample(page, "kind", "attachment", NULL, NULL, state->store.attachments);
    sample(page, "kind", "password", NULL, NULL, state->store.passwords);
    single(page, "sekisho_store_kept_bytes", KIND_GAUGE, "bytes", "Size of the mails that are kept meanwhile.",
           state->store.kept_bytes);
}

static void write_state(struct page *page, const struct sks_counters *counters,
                        const struct sks_exposition_state *state)
{
    begin(page, "sekisho_build", KIND_INFO, NULL, "The program.");
    sample(page, "version", SKS_VERSION, NULL, NULL, 1);
    begin(page, "sekisho_model", KIND_INFO, NULL, "The model package in use.");
    sample(page, "version", state->model_version, NULL, NULL, 1);
    single(page, "sekisho_generation", KIND_GAUGE, NULL, "Number of the configuration and model in use.",
           state->generation);
    single(page, "sekisho_generation_start_seconds", KIND_GAUGE, "seconds", "When these were taken into use.",
           (unsigned long long)state->generation_since);
    single(page, "sekisho_start_seconds", KIND_GAUGE, "seconds", "When the program was started.",
           (unsigned long long)state->started);
    begin(page, "sekisho_reloads", KIND_COUNTER, NULL, "Reloads, by result.");
    sample(page, "result", "used", NULL, NULL, atomic_load(&counters->reloads));
    sample(page, "result", "refused", NULL, NULL, atomic_load(&counters->reloads_failed));
}

void sks_exposition_write(GString *out, const struct sks_counters *counters, const struct sks_exposition_state *state,
                          bool openmetrics)
{
    struct page page = {.out = out, .openmetrics = openmetrics};
    write_state(&page, counters, state);
    write_mails(&page, counters);
    write_failures(&page, counters);
    write_duties(&page, counters);
    write_histograms(&page, counters);
    write_pool(&page, counters, state);
    write_store(&page, state);
    if (openmetrics)
        g_string_append(out, "# EOF\n");
}
