/* Measuring: which mails thresholds are found on, and what is counted in which cell. */
#include "tests/test.h"

#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyst/calibration.h"
#include "analyst/measure.h"
#include "analyst/terminal.h"
#include "analyst/words.h"

static struct sks_set ham = {.name = "ham/real", .class_ = SKS_CLASS_CLEAN};
static struct sks_set bulk = {.name = "bulk/real", .class_ = SKS_CLASS_BULK};
static struct sks_set written = {.name = "written/targeted", .class_ = SKS_CLASS_TARGETED};

#define JANUARY_2023 1672531200

struct corpus {
    struct sks_set_mail mails[2300];
    struct sks_measured measured[2300];
    char names[2300][40];
    size_t count;
};

static void add(struct corpus *corpus, struct sks_set *set, double score, double bulk_score, enum sks_class called,
                const char *language, int64_t time)
{
    struct sks_set_mail *mail = &corpus->mails[corpus->count];
    *mail = (struct sks_set_mail){.set = set, .time = time, .written = set == &written};
    mail->group = (char *)(set == &written ? "targeted family interview" : "x");
    /* Exchanges of three mails, the last one of two, if it is written. */
    g_snprintf(corpus->names[corpus->count], sizeof corpus->names[0], "x/interview-%04zu-%zu.eml",
               corpus->count % 50 / 3, corpus->count % 50 % 3 + 1);
    mail->file = corpus->names[corpus->count];
    g_strlcpy(mail->language, language, sizeof(mail->language));
    corpus->measured[corpus->count++] =
        (struct sks_measured){.mail = mail, .score = score, .bulk_score = bulk_score, .called = called};
}

/*
 * 2,000 ham mails with scores 0.000 to 1.999 in both; 100 bulk mails; 50 written targeted ones. At 1 in 1,000, two ham
 * mails may reach the bulk threshold (1.998 and 1.999 do), at 1 in 10,000 none.
 */
static struct corpus *make_corpus(void)
{
    struct corpus *corpus = g_new0(struct corpus, 1);
    for (size_t i = 0; i < 2000; i++)
        add(corpus, &ham, -5, (double)i / 1000, i == 1999 ? SKS_CLASS_TARGETED : SKS_CLASS_CLEAN, "en", JANUARY_2023);
    for (size_t i = 0; i < 100; i++)
        add(corpus, &bulk, -5,
            i < 40   ? 1.5
            : i < 50 ? 1.9979
                     : 3,
            SKS_CLASS_BULK, i < 50 ? "ja" : "de", i < 25 ? JANUARY_2023 - 86400 : JANUARY_2023);
    for (size_t i = 0; i < 50; i++)
        add(corpus, &written, i < 10 ? -6 : 1, 0, i < 10 ? SKS_CLASS_CLEAN : SKS_CLASS_TARGETED, "ja", JANUARY_2023);
    return corpus;
}

static const json_t *cell(const json_t *report, const char *set, const char *table, const char *name)
{
    const json_t *found = json_object_get(json_object_get(report, "sets"), set);
    if (table != NULL)
        found = json_object_get(found, table);
    return name != NULL ? json_object_get(found, name) : found;
}

static void test_cells(void **state)
{
    (void)state;
    struct corpus *corpus = make_corpus();
    json_t *report = sks_measure(corpus->measured, corpus->count);
    static const struct {
        const char *set, *table, *name, *rate;
        long long mails;
        double found;
    } rows[] = {
        {"bulk/real", NULL, NULL, "0.01", 100, 0.6},   /* above 1.9795 */
        {"bulk/real", NULL, NULL, "0.001", 100, 0.6},  /* above 1.9975 */
        {"bulk/real", NULL, NULL, "0.0001", 100, 0.5}, /* above 1.999 */
        {"bulk/real", "languages", "ja", "0.0001", 50, 0},
        {"bulk/real", "languages", "ja", "0.001", 50, 0.2},
        {"bulk/real", "languages", "other", "0.001", 50, 1},
        {"bulk/real", "years", "2022", "0.001", 25, 0},
        {"bulk/real", "years", "2023", "0.001", 75, 0.8},
        {"bulk/real", "months", "2022-12", "0.001", 25, 0},
        {"written/targeted", NULL, NULL, "0.001", 50, 0.8},
        {"written/targeted", "families", "interview", "0.01", 50, 0.8},
        /* The first three have none that is found; the fourth has one that isn't, and two that are. */
        {"written/targeted", "exchanges", NULL, "0.001", 17, 14 / 17.0},
        {"written/targeted", "ends", NULL, "0.001", 50, 41 / 50.0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const json_t *got = cell(report, rows[i].set, rows[i].table, rows[i].name);
        assert_row_int(rows[i].set, json_integer_value(json_object_get(got, "n")), rows[i].mails);
        double found = json_real_value(json_object_get(json_object_get(got, "found"), rows[i].rate));
        if (fabs(found - rows[i].found) > 1e-9)
            fail_msg("row %zu: %s %s: %.4f", i, rows[i].set, rows[i].rate, found);
    }
    const json_t *called = json_object_get(cell(report, "written/targeted", "exchanges", NULL), "called");
    assert_int_equal(json_integer_value(json_object_get(called, "targeted")), 14);
    assert_int_equal(json_integer_value(json_object_get(called, "clean")), 3);
    called = json_object_get(cell(report, "written/targeted", "ends", NULL), "called");
    assert_int_equal(json_integer_value(json_object_get(called, "targeted")), 41);
    assert_int_equal(json_integer_value(json_object_get(called, "clean")), 9);
    assert_null(cell(report, "ham/real", "exchanges", NULL)); /* real mail has none */
    assert_null(cell(report, "ham/real", "ends", NULL));
    json_decref(report);
    /* An address of its own, which no memory would know for the same. */
    corpus->mails[2109].sender = (char *)"robot@gateway.example";
    report = sks_measure(corpus->measured, corpus->count);
    const json_t *ends = json_object_get(cell(report, "written/targeted", "ends", NULL), "found");
    assert_true(fabs(json_real_value(json_object_get(ends, "0.001")) - 0.8) < 1e-9);
    json_decref(report);
    g_free(corpus);
}

static void test_whole(void **state)
{
    (void)state;
    struct corpus *corpus = make_corpus();
    json_t *report = sks_measure(corpus->measured, corpus->count);
    assert_int_equal(json_integer_value(json_object_get(report, "version")), 1);
    assert_int_equal(json_integer_value(json_object_get(report, "targeted_false_alarms")), 1);
    assert_int_equal(json_integer_value(json_object_get(report, "targeted_false_alarms_written")), 0);
    const json_t *row = json_object_get(json_object_get(report, "confusion"), "targeted");
    assert_int_equal(json_integer_value(json_object_get(row, "targeted")), 40);
    assert_int_equal(json_integer_value(json_object_get(row, "clean")), 10);
    /* 60 of 100, from tables of Clopper and Pearson's interval. */
    const json_t *interval =
        json_object_get(json_object_get(cell(report, "bulk/real", NULL, NULL), "interval"), "0.001");
    assert_true(fabs(json_real_value(json_array_get(interval, 0)) - 0.4972) < 1e-4);
    assert_true(fabs(json_real_value(json_array_get(interval, 1)) - 0.6967) < 1e-4);
    /* Of legitimate mail, what may be taken for bulk: of 2,000 mails, 20 at 1 in 100, 2 at 1 in 1,000 and none beyond.
     */
    static const struct {
        const char *rate;
        double found;
    } rows[] = {{"0.01", 0.01}, {"0.001", 0.001}, {"0.0001", 0}};
    const json_t *legitimate = cell(report, "ham/real", NULL, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        double found = json_real_value(json_object_get(json_object_get(legitimate, "found"), rows[i].rate));
        const json_t *bounds = json_object_get(json_object_get(legitimate, "interval"), rows[i].rate);
        assert_true(fabs(found - rows[i].found) < 1e-9);
        assert_true(json_real_value(json_array_get(bounds, 0)) <= found);
        assert_true(json_real_value(json_array_get(bounds, 1)) > found);
    }
    json_decref(report);
    g_free(corpus);
}

/* Written ham stands in where there is no other. */
static void test_no_real_mail(void **state)
{
    (void)state;
    struct corpus *corpus = make_corpus();
    for (size_t i = 0; i < corpus->count; i++)
        corpus->mails[i].written = true;
    json_t *report = sks_measure(corpus->measured, corpus->count);
    const json_t *thresholds = json_object_get(report, "thresholds");
    assert_int_equal(json_integer_value(json_object_get(thresholds, "bulk_mails")), 2000);
    assert_int_equal(json_integer_value(json_object_get(thresholds, "targeted_mails")), 2100);
    assert_int_equal(json_integer_value(json_object_get(report, "targeted_false_alarms")), 0);
    assert_int_equal(json_integer_value(json_object_get(report, "targeted_false_alarms_written")), 1);
    json_decref(report);
    g_free(corpus);
}

static void expect_counted(const struct corpus *corpus, size_t first, size_t count, const char *want)
{
    json_t *report = sks_measure(corpus->measured + first, count);
    g_autofree char *got = sks_measure_counted(report, SKS_LANGUAGE_ENGLISH);
    g_autofree char *in_japanese = sks_measure_counted(report, SKS_LANGUAGE_JAPANESE);
    if (strstr(got, want) == NULL)
        fail_msg("want \"%s\", got \"%s\"", want, got);
    assert_null(strstr(in_japanese, "mail"));
    assert_non_null(strstr(in_japanese, "誤報"));
    json_decref(report);
}

/* What false alarms were counted on, and what so few can't show. */
static void test_counted(void **state)
{
    (void)state;
    struct corpus *corpus = make_corpus();
    expect_counted(
        corpus, 0, corpus->count,
        "on 2000 real legitimate mails (bulk) and 2100 real legitimate and bulk mails (targeted) of the last "
        "ten years. They are too few to show 1 in 10,000 or rarer.");
    expect_counted(corpus, 1050, 1000,
                   "on 950 real legitimate mails (bulk) and 1000 real legitimate and bulk mails (targeted) of the last "
                   "ten years. They are too few to show bulk at 1 in 1,000 or rarer. They are too few to show targeted "
                   "at 1 in 10,000 or rarer. There stands");
    expect_counted(corpus, 2000, 1, "on 0 legitimate mails (bulk) and 1 real legitimate and bulk mail (targeted)");
    for (size_t i = 0; i < corpus->count; i++)
        corpus->mails[i].written = true;
    expect_counted(corpus, 0, 99, "on 99 written legitimate mails (bulk)");
    /* Without any, nothing is said of what is found: a number would be made up. */
    expect_counted(corpus, 2100, 50, "There is no legitimate or bulk mail");
    json_t *report = sks_measure(corpus->measured + 2100, 50);
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_true(sks_choose_language("en"));
    sks_measure_print(stream, report);
    fclose(stream);
    assert_null(strstr(text, "80.0"));
    assert_non_null(strstr(text, "| targeted |      10 |"));
    assert_null(strstr(text, "\n| bulk "));
    free(text);
    json_decref(report);
    g_free(corpus);
}

/* All of the report in the reader's language, no line of prose wider than a terminal that isn't known. */
static void test_languages(void **state)
{
    (void)state;
    static const struct {
        const char *language, *words[6], *foreign;
    } rows[] = {{"ja",
                 {"メール集合", "標的型と判定したもの1通", "ブライアスコア", "| 標的型", "· やりとりごと",
                  "「やりとりごと」は、例文のひと続き"},
                 "called"},
                {"en",
                 {"| set ", "1 called targeted: ", "Brier score", "| targeted", "· by exchange",
                  "By exchange: the written mails"},
                 "標的型"}};
    struct corpus *corpus = make_corpus();
    json_t *report = sks_measure(corpus->measured, corpus->count);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *stream = open_memstream(&text, &size);
        assert_true(sks_choose_language(rows[i].language));
        sks_measure_print(stream, report);
        fclose(stream);
        for (size_t k = 0; k < G_N_ELEMENTS(rows[i].words); k++)
            assert_non_null(strstr(text, rows[i].words[k]));
        assert_null(strstr(text, rows[i].foreign));
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (size_t k = 0; lines[k] != NULL; k++)
            assert_true(lines[k][0] == '|' || sks_terminal_width(lines[k]) <= 100);
        free(text);
    }
    json_decref(report);
    g_free(corpus);
}

/* By hand: classes weigh a third each, so each of the two clean mails a sixth. */
static void test_calibration(void **state)
{
    (void)state;
    static const struct {
        struct sks_set *set;
        const char *group;
        double probability[SKS_CLASS_COUNT];
    } rows[] = {
        {&ham, "a", {0.8, 0.1, 0.1}},
        {&ham, "b", {0.4, 0.2, 0.4}},
        {&bulk, "c", {0.1, 0.8, 0.1}},
        {&written, "d", {0.2, 0, 0.8}},
    };
    struct sks_set_mail mails[G_N_ELEMENTS(rows)] = {0};
    struct sks_measured measured[G_N_ELEMENTS(rows)] = {0};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        mails[i].set = rows[i].set;
        mails[i].group = (char *)(uintptr_t)rows[i].group;
        measured[i].mail = &mails[i];
        memcpy(measured[i].probability, rows[i].probability, sizeof rows[i].probability);
    }
    struct sks_calibration classes[SKS_CLASS_COUNT];
    assert_true(sks_calibrate(classes, measured, G_N_ELEMENTS(rows)));
    const struct sks_calibration *targeted = &classes[SKS_CLASS_TARGETED];
    /* (0.01 + 0.16) / 6 + 0.01 / 3 + 0.04 / 3 */
    assert_true(fabs(targeted->brier - 0.045) < 1e-9);
    /* 10 – 20 %: half of all, said 0.1, never so; 40 – 50 %: a sixth, never so; 80 – 90 %: a third, always so */
    assert_true(fabs(targeted->error - (0.5 * 0.1 + 0.4 / 6 + 0.2 / 3)) < 1e-9);
    assert_int_equal(targeted->bins[1].mails, 2);
    assert_true(fabs(targeted->bins[1].said - 0.1) < 1e-9 && targeted->bins[1].was == 0);
    assert_true(fabs(targeted->bins[8].was - 1) < 1e-9 && targeted->bins[0].mails == 0);
    /* Only the clean class has two groups: what is drawn lies between twice the one and twice the other. */
    assert_true(fabs(targeted->brier_interval.low - 0.02) < 1e-9);
    assert_true(fabs(targeted->brier_interval.high - 0.07) < 1e-9);
    assert_false(sks_calibrate(classes, measured, 3)); /* no targeted mail */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),        cmocka_unit_test(test_calibration), cmocka_unit_test(test_whole),
        cmocka_unit_test(test_no_real_mail), cmocka_unit_test(test_counted),     cmocka_unit_test(test_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
