/* Dates. The times were computed with Python's datetime. */
#include "test.h"

#include <glib.h>

#include "message/date.h"

static const struct row {
    const char *text;
    int64_t time;
    int zone;
    bool valid, zone_unknown;
} rows[] = {
    {"Mon, 02 Jan 2006 15:04:05 +0900", 1136181845, 540, true, false},
    {"2 Jan 2006 15:04:05 -0700", 1136239445, -420, true, false},
    {"Mon, 2 Jan 2006 15:04 +0900 (JST)", 1136181840, 540, true, false},
    {"Mon, 2 Jan 2006 15:04:05 GMT", 1136214245, 0, true, false},
    {"Mon, 2 Jan 2006 15:04:05 JST", 1136181845, 540, true, false},
    {"Mon, 2 Jan 2006 15:04:05 EST", 1136232245, -300, true, false},
    {"Mon, 2 Jan 2006 15:04:05 -0000", 1136214245, 0, true, true},
    {"Mon, 2 Jan 2006 15:04:05", 1136214245, 0, true, true},
    {"Mon, 2 Jan 2006 15:04:05 XYZ", 1136214245, 0, true, true},
    {"Mon, 2 Jan 2006 15:04:05 +9900", 1136214245, 0, true, true},
    {"Mon, 2 Jan 06 15:04:05 +0900", 1136181845, 540, true, false},
    {"Mon, 2 Jan 99 15:04:05 +0900", 915257045, 540, true, false},
    {"Mon, 2 Jan 106 15:04:05 +0900", 1136181845, 540, true, false},
    {"Mon Jan  2 15:04:05 2006", 1136214245, 0, true, true},
    {"Mon Jan  2 15:04:05 JST 2006", 1136181845, 540, true, false},
    {"Monday, 02-Jan-06 15:04:05 GMT", 1136214245, 0, true, false},
    {"2006-01-02T15:04:05+09:00", 1136181845, 540, true, false},
    {"2006-01-02T15:04:05Z", 1136214245, 0, true, false},
    {"2006-01-02 15:04:05.123 +0900", 1136181845, 540, true, false},
    {"2006/01/02 15:04:05", 1136214245, 0, true, true},
    {"1/2/2006 3:04:05 PM", 1136214245, 0, true, true},
    {"Mon, 2 Jan 2006 12:04:05 AM +0000", 1136160245, 0, true, false},
    {"Mon, 2 January 2006 15:04:05 +9:00", 1136181845, 540, true, false},
    {"Mon, 2 Jan 2006 15:04:05 GMT+0900", 1136181845, 540, true, false},
    {"Mon,02 Jan 2006 15:04:05 +0900", 1136181845, 540, true, false},
    {"(comment) Mon, 29 Feb 2024 23:59:59 +1300", 1709204399, 780, true, false},
    {"Sun, 31 Dec 1969 00:00:00 +0000", -86400, 0, true, false},
    {"Sat, 31 Dec 2016 23:59:60 +0000", 1483228800, 0, true, false},
    {"Mon, 2 Jan 0106 15:04:05 +0900", 1136181845, 540, true, false},
    {"Mon, 2 Jan 2006 15:04:05 +0900 . 286071244", 1136181845, 540, true, false},
    {"", 0, 0, false, true},
    {"yesterday", 0, 0, false, true},
    {"Mon, 32 Jan 2006 15:04:05 +0900", 0, 0, false, true},
    {"29 Feb 2023 10:00:00 +0000", 0, 0, false, true},
    {"Mon, 2 Jan 2006 25:04:05 +0900", 0, 0, false, true},
    {"15:04:05", 0, 0, false, true},
    {"2 Jan 15:04:05 +0900", 0, 0, false, true},
    {"2 Jan 99999 15:04:05 +0900", 0, 0, false, true},
    {"(((((", 0, 0, false, true},
};

static void test_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_date date;
        sks_date_read(&date, rows[i].text);
        assert_row_int(rows[i].text, date.valid, rows[i].valid);
        assert_row_int(rows[i].text, date.time, rows[i].time);
        assert_row_int(rows[i].text, date.zone, rows[i].zone);
        assert_row_int(rows[i].text, date.zone_unknown, rows[i].zone_unknown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
