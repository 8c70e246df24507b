/* Cells (a set, or a set's mails of a language, a year, a month), each counted against the same thresholds. */
#include "measure.h"

#include <math.h>
#include <string.h>

#include "calibration.h"
#include "examine.h"
#include "model/rates.h"
#include "table.h"
#include "terminal.h"
#include "words.h"

const struct sks_rate sks_rates[SKS_RATE_COUNT] = {
    {"0.01", 0.01, "100"}, {"0.001", 0.001, "1,000"}, {"0.0001", 0.0001, "10,000"}};

struct cell {
    const char *key; /* of the table that holds it: "languages" …; NULL: the set itself */
    char *name;      /* "": the table is this cell */
    size_t mails, found[SKS_RATE_COUNT], called[SKS_CLASS_COUNT];
};

/* A reading's values with the text model's scores; g_free(). */
static double *complete(struct sks_resemblance *out_reported, const struct sks_model *model, const double *values,
                        size_t width, const uint32_t *grams, size_t gram_count)
{
    double *whole = g_memdup2(values, width * sizeof(double));
    struct sks_text_prediction text;
    sks_model_predict_grams(model, grams, gram_count, &text);
    const struct sks_text_scores scores = {
        .targeted = text.targeted, .bulk = text.bulk, .for_one = text.for_one, .reported = text.reported.bringing};
    sks_examine_set_text(whole, &scores);
    *out_reported = text.reported;
    return whole;
}

struct sks_measured sks_measure_mail(const struct sks_model *model, const struct sks_sets *sets,
                                     const struct sks_set_mail *mail)
{
    const struct sks_set_reading *shut = mail->closed;
    size_t width = sets->schema_count;
    struct sks_resemblance reported,
        ignored; /* serving takes the likeness to reported mail of the mail as it is, too */
    g_autofree double *open = complete(&reported, model, mail->values, width, mail->grams, mail->gram_count);
    g_autofree double *closed =
        shut != NULL ? complete(&ignored, model, shut->values, width, shut->grams, shut->gram_count) : NULL;
    const double *const readings[] = {open, closed};
    struct sks_prediction prediction;
    struct sks_measured measured = {
        .mail = mail,
        .contribution = g_new(double, sets->schema_count),
        .bulk_contribution = g_new(double, sets->schema_count),
    };
    sks_model_predict_worst(model, readings, shut != NULL ? 2 : 1, reported, &prediction, measured.contribution,
                            measured.bulk_contribution);
    measured.score = prediction.rank;
    measured.bulk_score = prediction.bulk_score;
    memcpy(measured.probability, prediction.probability, sizeof measured.probability);
    measured.called = sks_harm_class(mail->rule, prediction.class_, prediction.beats_bulk);
    return measured;
}

void sks_measured_finish(struct sks_measured *measured, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        g_free(measured[i].contribution);
        g_free(measured[i].bulk_contribution);
    }
    g_free(measured);
}

/* Scores of the mails that false alarms are counted on: mail of another era would set thresholds for nobody. */
static double *collect(size_t *out_count, const struct sks_measured *measured, size_t count, bool bulk, bool written)
{
    double *scores = g_new(double, count + 1);
    *out_count = 0;
    for (size_t i = 0; i < count; i++) {
        enum sks_class class_ = measured[i].mail->set->class_;
        bool counts = class_ == SKS_CLASS_CLEAN || (!bulk && class_ == SKS_CLASS_BULK);
        if (counts && !measured[i].mail->old && (written || !measured[i].mail->written))
            scores[(*out_count)++] = bulk ? measured[i].bulk_score : measured[i].score;
    }
    return scores;
}

static double *collect_alarms(size_t *out_count, bool *out_real, const struct sks_measured *measured, size_t count,
                              bool bulk)
{
    double *scores = collect(out_count, measured, count, bulk, false);
    *out_real = *out_count > 0;
    if (*out_real)
        return scores;
    g_free(scores);
    return collect(out_count, measured, count, bulk, true);
}

double *sks_measure_alarms(size_t *out_count, const struct sks_measured *measured, size_t count, bool bulk)
{
    bool real;
    return collect_alarms(out_count, &real, measured, count, bulk);
}

static void find_thresholds(double *out_thresholds, size_t *out_mails, bool *out_real,
                            const struct sks_measured *measured, size_t count, bool bulk)
{
    g_autofree double *scores = collect_alarms(out_mails, out_real, measured, count, bulk);
    for (size_t i = 0; i < SKS_RATE_COUNT; i++)
        out_thresholds[i] = sks_rates_threshold(scores, *out_mails, sks_rates[i].rate);
}

void sks_measure_thresholds(struct sks_thresholds *out_thresholds, const struct sks_measured *measured, size_t count)
{
    find_thresholds(out_thresholds->targeted, &out_thresholds->targeted_mails, &out_thresholds->targeted_real, measured,
                    count, false);
    find_thresholds(out_thresholds->bulk, &out_thresholds->bulk_mails, &out_thresholds->bulk_real, measured, count,
                    true);
}

bool sks_measure_finds(const struct sks_thresholds *thresholds, const struct sks_measured *measured, size_t rate)
{
    if (measured->mail->set->class_ == SKS_CLASS_TARGETED)
        return measured->score >= thresholds->targeted[rate];
    return measured->bulk_score >= thresholds->bulk[rate];
}

static struct cell *find_cell(GPtrArray *cells, const char *key, const char *name)
{
    for (guint i = 0; i < cells->len; i++) {
        struct cell *cell = g_ptr_array_index(cells, i);
        if (g_strcmp0(cell->key, key) == 0 && strcmp(cell->name, name) == 0)
            return cell;
    }
    struct cell *cell = g_new0(struct cell, 1);
    cell->key = key;
    cell->name = g_strdup(name);
    g_ptr_array_add(cells, cell);
    return cell;
}

static void free_cell(gpointer data)
{
    struct cell *cell = data;
    g_free(cell->name);
    g_free(cell);
}

static void count_mail(GPtrArray *cells, const char *key, const char *name, const struct sks_measured *measured,
                       const struct sks_thresholds *thresholds)
{
    struct cell *cell = find_cell(cells, key, name);
    cell->mails++;
    cell->called[measured->called]++;
    for (size_t i = 0; i < SKS_RATE_COUNT; i++)
        cell->found[i] += sks_measure_finds(thresholds, measured, i);
}

struct exchange {
    bool found[SKS_RATE_COUNT];
    enum sks_class called;
};

/* What an exchange is known by: its name; or of one sender's mails in it, by that as well. g_free(). */
static char *name_exchange(const struct sks_set_mail *mail, bool by_sender)
{
    char *name = mail->written ? sks_set_exchange(mail->file) : NULL;
    if (name == NULL || !by_sender)
        return name;
    char *both = g_strdup_printf("%s\n%s", name, mail->sender != NULL ? mail->sender : "");
    g_free(name);
    return both;
}

/* A set's exchanges, each found, and called, as that one of its mails is that gives most away: it warns of all. */
static GHashTable *gather_exchanges(const struct sks_set *set, const struct sks_measured *measured, size_t count,
                                    const struct sks_thresholds *thresholds, bool by_sender)
{
    GHashTable *exchanges = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (size_t i = 0; i < count; i++) {
        char *name = measured[i].mail->set == set ? name_exchange(measured[i].mail, by_sender) : NULL;
        if (name == NULL)
            continue;
        struct exchange *exchange = g_hash_table_lookup(exchanges, name);
        if (exchange != NULL) {
            g_free(name);
        } else {
            exchange = g_new0(struct exchange, 1);
            g_hash_table_insert(exchanges, name, exchange);
        }
        for (size_t j = 0; j < SKS_RATE_COUNT; j++)
            exchange->found[j] |= sks_measure_finds(thresholds, &measured[i], j);
        exchange->called = MAX(exchange->called, measured[i].called);
    }
    return exchanges;
}

/*
 * A cell of the mails as they end where a memory sees one sender's exchange: an attack makes the others one (docs/
 * joining.md). What is called bulk makes nothing of the others.
 */
static void count_ends(GPtrArray *cells, const struct sks_set *set, const struct sks_measured *measured, size_t count,
                       const struct sks_thresholds *thresholds)
{
    g_autoptr(GHashTable) exchanges = gather_exchanges(set, measured, count, thresholds, true);
    struct cell *cell = find_cell(cells, "ends", "");
    for (size_t i = 0; i < count; i++) {
        g_autofree char *name = measured[i].mail->set == set ? name_exchange(measured[i].mail, true) : NULL;
        const struct exchange *exchange = name != NULL ? g_hash_table_lookup(exchanges, name) : NULL;
        if (exchange == NULL)
            continue;
        bool spreads = set->class_ == SKS_CLASS_TARGETED;
        cell->mails++;
        cell->called[exchange->called == SKS_CLASS_TARGETED ? SKS_CLASS_TARGETED : measured[i].called]++;
        for (size_t j = 0; j < SKS_RATE_COUNT; j++)
            cell->found[j] += spreads ? exchange->found[j] : sks_measure_finds(thresholds, &measured[i], j);
    }
}

/* Cells of the exchanges, where there are some of several mails. */
static void count_exchanges(GPtrArray *cells, const struct sks_set *set, const struct sks_measured *measured,
                            size_t count, const struct sks_thresholds *thresholds)
{
    g_autoptr(GHashTable) exchanges = gather_exchanges(set, measured, count, thresholds, false);
    size_t written = 0;
    for (size_t i = 0; i < count; i++)
        written += measured[i].mail->set == set && measured[i].mail->written;
    if (g_hash_table_size(exchanges) == written)
        return;
    struct cell *cell = find_cell(cells, "exchanges", "");
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, exchanges);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const struct exchange *exchange = value;
        cell->mails++;
        cell->called[exchange->called]++;
        for (size_t i = 0; i < SKS_RATE_COUNT; i++)
            cell->found[i] += exchange->found[i];
    }
    count_ends(cells, set, measured, count, thresholds);
}

static gint by_key_and_name(gconstpointer one, gconstpointer other)
{
    const struct cell *a = *(struct cell *const *)one, *b = *(struct cell *const *)other;
    int order = g_strcmp0(a->key, b->key);
    return order != 0 ? order : strcmp(a->name, b->name);
}

/* The cells of one set. */
static GPtrArray *count_set(const struct sks_set *set, const struct sks_measured *measured, size_t count,
                            const struct sks_thresholds *thresholds)
{
    GPtrArray *cells = g_ptr_array_new_with_free_func(free_cell);
    for (size_t i = 0; i < count; i++) {
        const struct sks_set_mail *mail = measured[i].mail;
        if (mail->set != set)
            continue;
        g_autofree char *day = sks_set_day(mail->time);
        g_autofree char *year = g_strndup(day, 4), *month = g_strndup(day, 7);
        bool named = g_str_equal(mail->language, "ja") || g_str_equal(mail->language, "en");
        count_mail(cells, NULL, "", &measured[i], thresholds);
        count_mail(cells, "languages", named ? mail->language : "other", &measured[i], thresholds);
        if (mail->written) {
            const char *family = strrchr(mail->group, ' ');
            count_mail(cells, "families", family != NULL ? family + 1 : mail->group, &measured[i], thresholds);
        } else {
            count_mail(cells, "years", year[0] != '\0' ? year : "undated", &measured[i], thresholds);
            count_mail(cells, "months", month[0] != '\0' ? month : "undated", &measured[i], thresholds);
        }
    }
    count_exchanges(cells, set, measured, count, thresholds);
    g_ptr_array_sort(cells, by_key_and_name);
    return cells;
}

static double share(size_t found, size_t count)
{
    return count > 0 ? (double)found / (double)count : 0;
}

/* Of legitimate mail, what reaches the threshold of bulk is "found": the false alarms of that set alone. */
static json_t *describe_cell(const struct cell *cell, enum sks_class class_)
{
    json_t *found = json_object(), *intervals = json_object(), *called = json_object();
    for (size_t i = 0; i < SKS_RATE_COUNT; i++) {
        struct sks_interval interval = sks_rates_interval(cell->found[i], cell->mails);
        json_object_set_new(found, sks_rates[i].key, json_real(share(cell->found[i], cell->mails)));
        json_object_set_new(intervals, sks_rates[i].key, json_pack("[f,f]", interval.low, interval.high));
    }
    for (size_t i = 0; i < SKS_CLASS_COUNT; i++)
        json_object_set_new(called, sks_class_name((enum sks_class)i), json_integer((json_int_t)cell->called[i]));
    return json_pack("{s:I, s:s, s:o, s:o, s:o}", "n", (json_int_t)cell->mails, "class", sks_class_name(class_),
                     "found", found, "interval", intervals, "called", called);
}

static json_t *describe_set(const struct sks_set *set, const GPtrArray *cells)
{
    json_t *whole = NULL;
    for (guint i = 0; i < cells->len; i++) {
        const struct cell *cell = g_ptr_array_index(cells, i);
        json_t *described = describe_cell(cell, set->class_);
        if (cell->key == NULL) { /* sorts first */
            whole = described;
            continue;
        }
        if (cell->name[0] == '\0') {
            json_object_set_new(whole, cell->key, described);
            continue;
        }
        json_t *table = json_object_get(whole, cell->key);
        if (table == NULL) {
            table = json_object();
            json_object_set_new(whole, cell->key, table);
        }
        json_object_set_new(table, cell->name, described);
    }
    return whole;
}

static json_t *describe_sets(const struct sks_measured *measured, size_t count, const struct sks_thresholds *thresholds)
{
    json_t *sets = json_object();
    GHashTable *seen = g_hash_table_new(NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        struct sks_set *set = measured[i].mail->set;
        if (!g_hash_table_add(seen, set))
            continue;
        g_autoptr(GPtrArray) cells = count_set(set, measured, count, thresholds);
        json_object_set_new(sets, set->name, describe_set(set, cells));
    }
    g_hash_table_unref(seen);
    return sets;
}

static json_t *describe_confusion(const struct sks_measured *measured, size_t count)
{
    size_t called[SKS_CLASS_COUNT][SKS_CLASS_COUNT] = {{0}};
    for (size_t i = 0; i < count; i++)
        called[measured[i].mail->set->class_][measured[i].called]++;
    json_t *confusion = json_object();
    for (size_t i = 0; i < SKS_CLASS_COUNT; i++) {
        json_t *row = json_object();
        for (size_t j = 0; j < SKS_CLASS_COUNT; j++)
            json_object_set_new(row, sks_class_name((enum sks_class)j), json_integer((json_int_t)called[i][j]));
        json_object_set_new(confusion, sks_class_name((enum sks_class)i), row);
    }
    return confusion;
}

/* Real mail, or written, that is not targeted, and how much of it the package's own thresholds call targeted. */
static json_t *describe_alarms(const struct sks_measured *measured, size_t count, bool written, size_t *out_alarms)
{
    size_t mails = 0, alarms = 0;
    for (size_t i = 0; i < count; i++) {
        bool counts = measured[i].mail->written == written && measured[i].mail->set->class_ != SKS_CLASS_TARGETED;
        mails += counts;
        alarms += counts && measured[i].called == SKS_CLASS_TARGETED;
    }
    struct sks_interval interval = sks_rates_interval(alarms, mails);
    *out_alarms = alarms;
    return json_pack("{s:I, s:I, s:[f,f]}", "mails", (json_int_t)mails, "alarms", (json_int_t)alarms, "interval",
                     interval.low, interval.high);
}

json_t *sks_measure(const struct sks_measured *measured, size_t count)
{
    struct sks_thresholds thresholds;
    sks_measure_thresholds(&thresholds, measured, count);
    json_t *targeted = json_object(), *bulk = json_object();
    for (size_t i = 0; i < SKS_RATE_COUNT; i++) {
        json_object_set_new(targeted, sks_rates[i].key, json_real(thresholds.targeted[i]));
        json_object_set_new(bulk, sks_rates[i].key, json_real(thresholds.bulk[i]));
    }
    size_t alarms, alarms_written;
    json_t *real = describe_alarms(measured, count, false, &alarms);
    json_t *written = describe_alarms(measured, count, true, &alarms_written);
    return json_pack("{s:i, s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:{s:o, s:o, s:I, s:I, s:b, s:b}}", "version", 1, "sets",
                     describe_sets(measured, count, &thresholds), "targeted_false_alarms", (json_int_t)alarms,
                     "targeted_false_alarms_written", (json_int_t)alarms_written, "real_called_targeted", real,
                     "written_called_targeted", written, "confusion", describe_confusion(measured, count),
                     "calibration", sks_calibration_describe(measured, count), "thresholds", "targeted", targeted,
                     "bulk", bulk, "targeted_mails", (json_int_t)thresholds.targeted_mails, "bulk_mails",
                     (json_int_t)thresholds.bulk_mails, "targeted_real", thresholds.targeted_real, "bulk_real",
                     thresholds.bulk_real);
}

bool sks_measure_tells(const json_t *report, const char *class_name)
{
    g_autofree char *key = g_strconcat(class_name, "_mails", NULL);
    return json_integer_value(json_object_get(json_object_get(report, "thresholds"), key)) > 0;
}

const char *sks_measure_part(const char *key, enum sks_language language)
{
    bool japanese = language == SKS_LANGUAGE_JAPANESE;
    if (strcmp(key, "other") == 0)
        return japanese ? "その他の言語" : "other";
    return strcmp(key, "undated") == 0 && japanese ? "日付なし" : key;
}

static void add_cell(struct sks_table *table, const char *name, const json_t *cell, const json_t *report)
{
    const json_t *found = json_object_get(cell, "found"), *intervals = json_object_get(cell, "interval");
    const json_t *called = json_object_get(cell, "called");
    const char *class_ = json_string_value(json_object_get(cell, "class"));
    bool shows = strcmp(class_, sks_class_name(SKS_CLASS_CLEAN)) != 0; /* in legitimate mail, nothing is to be found */
    shows = shows && sks_measure_tells(report, class_);
    sks_table_add(table, "%s", name);
    sks_table_add(table, "%lld", (long long)json_integer_value(json_object_get(cell, "n")));
    for (size_t i = 0; i < SKS_RATE_COUNT; i++) {
        const json_t *share_found = json_object_get(found, sks_rates[i].key);
        const json_t *interval = json_object_get(intervals, sks_rates[i].key);
        if (!shows)
            sks_table_add(table, "%s", "");
        else
            sks_table_add(table, "%.1f (%5.1f – %5.1f)", json_real_value(share_found) * 100,
                          json_real_value(json_array_get(interval, 0)) * 100,
                          json_real_value(json_array_get(interval, 1)) * 100);
    }
    for (size_t i = 0; i < SKS_CLASS_COUNT; i++)
        sks_table_add(table, "%lld",
                      (long long)json_integer_value(json_object_get(called, sks_class_name((enum sks_class)i))));
}

static void add_set(struct sks_table *table, const char *name, json_t *set, const json_t *report)
{
    static const char *const parts[] = {"languages", "years"};
    add_cell(table, name, set, report);
    const json_t *exchanges = json_object_get(set, "exchanges"), *ends = json_object_get(set, "ends");
    if (exchanges != NULL)
        add_cell(table, sks_words("· やりとりごと", "· by exchange"), exchanges, report);
    if (ends != NULL)
        add_cell(table, sks_words("· 記憶を使うと", "· with a memory"), ends, report);
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        json_t *part = json_object_get(set, parts[i]), *cell;
        const char *key;
        if (json_object_size(part) < 2)
            continue;
        json_object_foreach(part, key, cell)
        {
            g_autofree char *label = g_strdup_printf("· %s", sks_measure_part(key, sks_person_language()));
            add_cell(table, label, cell, report);
        }
    }
}

const char *sks_measure_exchange_note(const json_t *report, enum sks_language language)
{
    json_t *sets = json_object_get(report, "sets"), *set;
    const char *name;
    json_object_foreach(sets, name, set)
    {
        if (json_object_get(set, "exchanges") == NULL)
            continue;
        return language == SKS_LANGUAGE_JAPANESE
                   ? "「やりとりごと」は、例文のひと続きのやりとりを一つと数え、一通でも検出されれば検出とし、判定は"
                     "そのなかで最も重いものをとる。「記憶を使うと」は、一通ごとに数えるが、同じ差出人の同じやりとりに"
                     "検出されたメールがあれば検出とし、標的型と判定されたものがあれば標的型とする（一連のメールが届き"
                     "終えた時点の記録にあたる）。"
                   : "By exchange: the written mails of one exchange count as one, which is found if any of them is, "
                     "and called the worst that any of them is called. With a memory: each mail counts, but is found "
                     "if another of its sender in the same exchange is, and called targeted if another is: what the "
                     "log says once all have come.";
    }
    return NULL;
}

/* The most frequent rate of which so few mails would have less than one; NULL: they are enough for all. */
static const char *first_untold(size_t mails)
{
    for (size_t i = 0; i < SKS_RATE_COUNT; i++)
        if ((double)mails * sks_rates[i].rate + 1e-9 < 1)
            return sks_rates[i].one_in;
    return NULL;
}

/* The mails that one class's false alarms are counted on, and the rate that they can't show. */
struct counted {
    size_t mails;
    const char *untold;
    const char *kind[SKS_LANGUAGE_COUNT];
};

static struct counted read_counted(const json_t *thresholds, const char *mails, const char *real)
{
    struct counted counted = {.mails = (size_t)json_integer_value(json_object_get(thresholds, mails)),
                              .kind = {"", ""}};
    if (counted.mails > 0) {
        bool is_real = json_is_true(json_object_get(thresholds, real));
        counted.untold = first_untold(counted.mails);
        counted.kind[SKS_LANGUAGE_JAPANESE] = is_real ? "実在の" : "例文の";
        counted.kind[SKS_LANGUAGE_ENGLISH] = is_real ? "real " : "written ";
    }
    return counted;
}

static char *counted_in_japanese(const struct counted *bulk, const struct counted *both)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out,
                           "誤報は、ばらまき型については最近十年の%s正常なメール%zu通、標的型については%s正常とばらまき"
                           "型の計%zu通で数えた。",
                           bulk->kind[SKS_LANGUAGE_JAPANESE], bulk->mails, both->kind[SKS_LANGUAGE_JAPANESE],
                           both->mails);
    if (bulk->untold == both->untold && both->untold != NULL)
        g_string_append_printf(out, "この通数では、1/%s以下の誤報率は測れない。", both->untold);
    else if (bulk->untold != NULL)
        g_string_append_printf(out, "この通数では、ばらまき型の1/%s以下の誤報率は測れない。", bulk->untold);
    if (bulk->untold != both->untold && both->untold != NULL)
        g_string_append_printf(out, "この通数では、標的型の1/%s以下の誤報率は測れない。", both->untold);
    if (bulk->untold != NULL || both->untold != NULL)
        g_string_append(out, "測れない欄は、誤報が一通もないしきい値での検出率。");
    return g_string_free(out, FALSE);
}

static char *counted_in_english(const struct counted *bulk, const struct counted *both)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out,
                           "False alarms were counted on %zu %slegitimate mail%s (bulk) and %zu %slegitimate and bulk "
                           "mail%s (targeted) of the last ten years.",
                           bulk->mails, bulk->kind[SKS_LANGUAGE_ENGLISH], bulk->mails == 1 ? "" : "s", both->mails,
                           both->kind[SKS_LANGUAGE_ENGLISH], both->mails == 1 ? "" : "s");
    if (bulk->untold == both->untold && both->untold != NULL)
        g_string_append_printf(out, " They are too few to show 1 in %s or rarer.", both->untold);
    else if (bulk->untold != NULL)
        g_string_append_printf(out, " They are too few to show bulk at 1 in %s or rarer.", bulk->untold);
    if (bulk->untold != both->untold && both->untold != NULL)
        g_string_append_printf(out, " They are too few to show targeted at 1 in %s or rarer.", both->untold);
    if (bulk->untold != NULL || both->untold != NULL)
        g_string_append(out, " There stands what is found without a single false alarm.");
    return g_string_free(out, FALSE);
}

char *sks_measure_counted(const json_t *report, enum sks_language language)
{
    bool japanese = language == SKS_LANGUAGE_JAPANESE;
    const json_t *thresholds = json_object_get(report, "thresholds");
    const struct counted bulk = read_counted(thresholds, "bulk_mails", "bulk_real");
    const struct counted both = read_counted(thresholds, "targeted_mails", "targeted_real");
    if (both.mails == 0)
        return g_strdup(japanese
                            ? "最近十年の正常なメールもばらまき型のメールもないため、誤報率ごとの検出率は分からない。"
                            : "There is no legitimate or bulk mail of the last ten years to count false alarms on: "
                              "nothing can be said of what is found at so many.");
    return japanese ? counted_in_japanese(&bulk, &both) : counted_in_english(&bulk, &both);
}

static bool has_mail(const json_t *row)
{
    json_int_t mails = 0;
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        mails += json_integer_value(json_object_get(row, sks_class_name((enum sks_class)i)));
    return mails > 0;
}

static void print_confusion(FILE *stream, const json_t *confusion)
{
    const char *const heads[] = {sks_words("実際", "is"), sks_words("→正常", "→ clean"),
                                 sks_words("→ばらまき型", "→ bulk"), sks_words("→標的型", "→ targeted")};
    struct sks_table *table = sks_table_create("lrrr", heads);
    for (int i = 0; i < SKS_CLASS_COUNT; i++) {
        const char *class_ = sks_class_name((enum sks_class)i);
        const json_t *row = json_object_get(confusion, class_);
        if (!has_mail(row))
            continue;
        sks_table_add(table, "%s", sks_class_words(class_));
        for (int j = 0; j < SKS_CLASS_COUNT; j++)
            sks_table_add(table, "%lld",
                          (long long)json_integer_value(json_object_get(row, sks_class_name((enum sks_class)j))));
    }
    fputc('\n', stream);
    sks_table_print(stream, table);
}

static void print_real(FILE *stream, const json_t *real)
{
    size_t mails = (size_t)json_integer_value(json_object_get(real, "mails"));
    size_t alarms = (size_t)json_integer_value(json_object_get(real, "alarms"));
    const json_t *interval = json_object_get(real, "interval");
    if (mails == 0) {
        sks_terminal_say(
            stream,
            sks_words("標的型でない実在のメールは測定していないため、その誤報については何も分かりません。",
                      "No real mail that is not targeted was measured: nothing is known of false alarms on any."));
        return;
    }
    g_autofree char *counted =
        g_strdup_printf(sks_words("標的型でない実在のメール%zu通のうち、標的型と判定したもの%zu通：",
                                  mails == 1 ? "Of %zu real mail that is not targeted, %zu called targeted: "
                                             : "Of %zu real mails that are not targeted, %zu called targeted: "),
                        mails, alarms);
    g_autofree char *said = g_strdup_printf("%s%.2f %% (%.2f – %.2f)%s", counted, share(alarms, mails) * 100,
                                            json_real_value(json_array_get(interval, 0)) * 100,
                                            json_real_value(json_array_get(interval, 1)) * 100, sks_words("。", "."));
    sks_terminal_say(stream, said);
}

void sks_measure_print(FILE *stream, const json_t *report)
{
    json_t *sets = json_object_get(report, "sets"), *set;
    const char *const heads[] = {sks_words("メール集合", "set"),       sks_words("通数", "mails"),
                                 sks_words("1/100", "1 in 100"),       sks_words("1/1,000", "1 in 1,000"),
                                 sks_words("1/10,000", "1 in 10,000"), sks_words("→正常", "clean"),
                                 sks_words("→ばらまき型", "bulk"),     sks_words("→標的型", "targeted")};
    struct sks_table *table = sks_table_create("lrrrrrrr", heads);
    const char *name;
    sks_terminal_say(stream,
                     sks_words("誤報率ごとの検出率（%、括弧内は95％信頼区間）。→は、モデル自身のしきい値による判定。",
                               "Found, in %, at so many false alarms, with 95 % intervals; and what the package's "
                               "own thresholds call it."));
    fputc('\n', stream);
    json_object_foreach(sets, name, set) add_set(table, name, set, report);
    sks_table_print(stream, table);
    const char *note = sks_measure_exchange_note(report, sks_person_language());
    if (note != NULL) {
        fputc('\n', stream);
        sks_terminal_say(stream, note);
    }
    g_autofree char *counted = sks_measure_counted(report, sks_person_language());
    fputc('\n', stream);
    sks_terminal_say(stream, counted);
    print_real(stream, json_object_get(report, "real_called_targeted"));
    print_confusion(stream, json_object_get(report, "confusion"));
    sks_calibration_print(stream, json_object_get(report, "calibration"));
}
