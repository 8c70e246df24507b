/*
 * Times of containers. Reckoned here: GLib and the C library look at the system's time zone for any of them, which a
 * worker may not.
 */
#include "attachment/bytes.h"

/* Days since 1970-01-01 of the proleptic Gregorian calendar. */
static int64_t days_of(int year, int month, int day)
{
    year -= month <= 2;
    int64_t era = year / 400, of_era = year % 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

time_t sks_dos_time(uint32_t stamp)
{
    int year = (int)(stamp >> 25) + 1980, month = (int)(stamp >> 21 & 15), day = (int)(stamp >> 16 & 31);
    int hour = (int)(stamp >> 11 & 31), minute = (int)(stamp >> 5 & 63), second = (int)(stamp & 31) * 2;
    if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59)
        return 0;
    return (time_t)(days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second);
}
