/* A host's clock that leaps forward is not believed for a day; one that is set back is. */
#include "tests/test.h"

#include <glib.h>

#include "steady.h"

#define DAY  86400
#define YEAR ((int64_t)366 * DAY)
#define NOW  INT64_C(1790000000)

static void believes_what_runs(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t newest; /* in the store, at the first look */
        struct {
            int64_t host, runs;
            bool want;
        } looks[5];
    } rows[] = {
        {"runs", NOW - 60, {{NOW, 100, true}, {NOW + 60, 160, true}, {NOW + 3660, 3760, true}}},
        {"a new store", 0, {{NOW, 100, true}, {NOW + 60, 160, true}}},
        {"corrected by minutes", NOW, {{NOW, 100, true}, {NOW + 1800, 160, true}, {NOW + 100, 220, true}}},
        {"leaps ten years, and comes back",
         NOW,
         {{NOW, 100, true},
          {NOW + 10 * YEAR, 160, false},
          {NOW + 10 * YEAR + 60, 220, false},
          {NOW + 180, 280, true},
          {NOW + 240, 340, true}}},
        {"leaps ten years, and stays",
         NOW,
         {{NOW, 100, true},
          {NOW + 10 * YEAR, 160, false},
          {NOW + 10 * YEAR + DAY - 60, 100 + DAY, false},
          {NOW + 10 * YEAR + DAY, 160 + DAY, true}}},
        {"goes back a year, and forward again",
         NOW,
         {{NOW, 100, true}, {NOW - YEAR, 160, true}, {NOW + 120, 220, false}, {NOW + 120 + DAY, 220 + DAY, true}}},
        {"was off for a week", NOW - 7 * DAY, {{NOW, 100, true}, {NOW + 60, 160, true}}},
        {"was off for longer, or starts in the future",
         NOW - 8 * DAY,
         {{NOW, 100, false}, {NOW + 60, 160, false}, {NOW + DAY, 100 + DAY, true}}},
        {"starts in the past", NOW + YEAR, {{NOW, 100, true}, {NOW + YEAR, 160, false}}},
        {"slept", NOW, {{NOW, 100, true}, {NOW + 3 * DAY, 100 + 3 * DAY, true}}},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_steady steady = {0};
        for (size_t k = 0; k < G_N_ELEMENTS(rows[i].looks) && rows[i].looks[k].host != 0; k++)
            assert_row_int(
                rows[i].name,
                sks_steady_look(&steady, rows[i].looks[k].host, rows[i].looks[k].runs, rows[i].newest, 7 * DAY),
                rows[i].looks[k].want);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(believes_what_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
