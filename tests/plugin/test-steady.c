/* What is kept is neither of age too early nor never, whatever the host's clock does. */
#include "tests/test.h"

#include <glib.h>

#include "steady.h"

#define HOUR 3600
#define DAY  86400
#define KEPT ((int64_t)7 * DAY)
#define YEAR ((int64_t)366 * DAY)
#define NOW  INT64_C(1790000000)

/* What the host's clock shows and how much has run; whether the program is started anew then. */
struct look {
    int64_t host, runs;
    bool starts;
};

static void look(struct sks_steady *steady, const struct look *at, int64_t newest)
{
    if (steady->begun && at->starts) {
        g_autofree char *text = sks_steady_write(steady);
        *steady = (struct sks_steady){0};
        assert_true(sks_steady_resume(steady, at->host, at->runs, text));
    }
    if (!steady->begun)
        sks_steady_begin(steady, at->host, at->runs, newest);
    sks_steady_look(steady, at->host, at->runs);
}

static void keeps_as_long_as_it_should(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t newest; /* in the store, at the first look */
        struct look looks[6];
        int64_t stamp; /* of what is kept */
        bool want;     /* whether it is of age at the last look */
    } rows[] = {
        {"young", NOW - 60, {{NOW, 100, false}, {NOW + KEPT - 60, KEPT + 40, false}}, NOW, false},
        {"old", NOW - 60, {{NOW, 100, false}, {NOW + KEPT + 60, KEPT + 160, false}}, NOW, true},
        {"a new store", 0, {{NOW, 100, false}}, NOW - KEPT - 60, true},
        {"corrected by minutes", NOW, {{NOW, 100, false}, {NOW + 1900, 160, false}}, NOW - KEPT, true},
        {"leaps ten years", NOW, {{NOW, 100, false}, {NOW + 10 * YEAR, 160, false}}, NOW, false},
        {"… and stays for more than a day",
         NOW,
         {{NOW, 100, false}, {NOW + 10 * YEAR, 160, false}, {NOW + 10 * YEAR + 3 * DAY, 160 + 3 * DAY, false}},
         NOW,
         false},
        {"… what was there is of age when it should be",
         NOW,
         {{NOW, 100, false}, {NOW + 10 * YEAR, 160, false}, {NOW + 10 * YEAR + KEPT, 160 + KEPT, false}},
         NOW,
         true},
        {"… what is older goes meanwhile",
         NOW,
         {{NOW, 100, false}, {NOW + 10 * YEAR, 160, false}, {NOW + 10 * YEAR + 2 * DAY, 160 + 2 * DAY, false}},
         NOW - 6 * DAY,
         true},
        {"… what came then is not of age early",
         NOW,
         {{NOW, 100, false}, {NOW + 10 * YEAR, 160, false}, {NOW + 10 * YEAR + KEPT, 160 + KEPT, false}},
         NOW + 10 * YEAR + DAY,
         false},
        {"… nor late",
         NOW,
         {{NOW, 100, false},
          {NOW + 10 * YEAR, 160, false},
          {NOW + 10 * YEAR + KEPT + DAY + 60, 220 + KEPT + DAY, false}},
         NOW + 10 * YEAR + DAY,
         true},
        {"… and comes back",
         NOW,
         {{NOW, 100, false}, {NOW + 10 * YEAR, 160, false}, {NOW + 180, 280, false}},
         NOW - KEPT,
         true},
        {"leaps twice",
         NOW,
         {{NOW, 100, false},
          {NOW + YEAR, 160, false},
          {NOW + 3 * YEAR, 160 + 6 * DAY, false},
          {NOW + 3 * YEAR + DAY, 160 + 7 * DAY, false}},
         NOW + YEAR + DAY,
         false},
        {"goes back a year, and forward again",
         NOW,
         {{NOW, 100, false}, {NOW - YEAR, 160, false}, {NOW + 120, 220, false}},
         NOW - YEAR,
         false},
        {"creeps",
         NOW,
         {{NOW, 100, false}, {NOW + 2 * HOUR, HOUR + 100, false}, {NOW + KEPT, KEPT - 2 * HOUR, false}},
         NOW,
         false},
        {"slept", NOW, {{NOW, 100, false}, {NOW + KEPT + 60, 160 + KEPT, false}}, NOW, true},
        {"begins long after all mail", NOW - 8 * DAY, {{NOW, 100, false}}, NOW - 8 * DAY, false},
        {"… a week later", NOW - 8 * DAY, {{NOW, 100, false}, {NOW + KEPT, 100 + KEPT, false}}, NOW - 8 * DAY, true},
        {"begins with mail of the future", NOW + YEAR, {{NOW, 100, false}}, NOW - KEPT - 60, true},
        {"restarted in the same boot", NOW, {{NOW, 100, false}, {NOW + KEPT + 60, KEPT + 160, true}}, NOW, true},
        {"restarted in another boot, off for a month",
         NOW,
         {{NOW, 100, false}, {NOW + 30 * DAY, 50, true}},
         NOW - DAY,
         false},
        {"… and on for what is missing",
         NOW,
         {{NOW, 100, false}, {NOW + 30 * DAY, 50, true}, {NOW + 36 * DAY + 60, 110 + 6 * DAY, false}},
         NOW - DAY,
         true},
        {"restarted within a leap",
         NOW,
         {{NOW, 100, false}, {NOW + YEAR, 160, false}, {NOW + YEAR + 2 * DAY, 160 + 2 * DAY, true}},
         NOW,
         false},
        {"another boot within a leap, which goes on as long",
         NOW,
         {{NOW, 1000, false},
          {NOW + YEAR, 1060, false},
          {NOW + YEAR + 600, 300, true},
          {NOW + YEAR + KEPT - 120, KEPT - 420, false}},
         NOW,
         false},
        {"leaps while it is off, in the same boot", NOW, {{NOW, 100, false}, {NOW + YEAR, 160, true}}, NOW, false},
        {"another boot, later by the clock that runs",
         NOW,
         {{NOW, 100, false}, {NOW + 10 * DAY, 9 * DAY, true}},
         NOW,
         false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_steady steady = {0};
        for (size_t k = 0; k < G_N_ELEMENTS(rows[i].looks) && rows[i].looks[k].host != 0; k++)
            look(&steady, &rows[i].looks[k], rows[i].newest);
        assert_row_int(rows[i].name, sks_steady_now(&steady, KEPT) - KEPT >= rows[i].stamp, rows[i].want);
    }
}

static void many_leaps_delay_and_never_hasten(void **state)
{
    (void)state;
    struct sks_steady steady = {0};
    sks_steady_begin(&steady, NOW, 0, NOW);
    for (int hour = 1; hour <= 100; hour++) {
        assert_int_equal(sks_steady_look(&steady, NOW + hour * (int64_t)(2 * DAY), (int64_t)hour * HOUR),
                         2 * DAY - HOUR);
        assert_true(steady.count <= SKS_STEADY_LEAPS);
        assert_true(sks_steady_now(&steady, KEPT) == NOW + (int64_t)hour * HOUR);
    }
    sks_steady_look(&steady, steady.host + KEPT, steady.runs + KEPT);
    assert_true(sks_steady_now(&steady, KEPT) == steady.host);
}

static void reads_nothing_else(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "1 2",
        "1 2 x",
        "1 2 3 4",
        "1 2 3 4@",
        "1 2 3 4@5 6",
        "1 2 3 1@1 1@1 1@1 1@1 1@1 1@1 1@1 1@1 1@1 1@1 1@1"
        " 1@1 1@1 1@1 1@1 1@1 1@1",
    };
    struct sks_steady steady = {0};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        assert_row_int(texts[i], sks_steady_resume(&steady, NOW, 100, texts[i]) || steady.begun, false);
    assert_true(sks_steady_resume(&steady, NOW, 100, "1 2 3 4@5 6@7"));
    assert_int_equal(steady.count, 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_as_long_as_it_should),
        cmocka_unit_test(many_leaps_delay_and_never_hasten),
        cmocka_unit_test(reads_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
