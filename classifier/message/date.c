/*
 * Dates. The parts are told by their form, not by their place, so that RFC 5322, RFC 850, asctime(), ISO 8601 and their
 * mixtures are all read: a word with ":" is the time, with a sign the zone, a month has a name, a number of four digits
 * is the year, another one the day. No locale and no time zone of the host is involved.
 */
#include "message/date.h"

#include <glib.h>
#include <string.h>

struct parts {
    int year, month, day, hour, minute, second;
    int zone;
    bool has_year, has_month, has_day, has_time, has_zone, zone_known;
    bool afternoon, before_noon;
};

#define WORD_SIZE 40

static const struct {
    const char *name;
    int minutes;
} zones[] = {
    {"ut", 0},     {"utc", 0},    {"gmt", 0},    {"z", 0},      {"wet", 0},    {"est", -300}, {"edt", -240},
    {"cst", -360}, {"cdt", -300}, {"mst", -420}, {"mdt", -360}, {"pst", -480}, {"pdt", -420}, {"jst", 540},
    {"kst", 540},  {"hkt", 480},  {"cet", 60},   {"cest", 120}, {"met", 60},   {"mest", 120}, {"bst", 60},
    {"eet", 120},  {"eest", 180}, {"msk", 180},  {"ist", 330},  {"sgt", 480},  {"aest", 600}, {"aedt", 660},
    {"nzst", 720}, {"nzdt", 780}, {"west", 60},
};

static bool month_of(int *out_month, const char *word, size_t length)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    if (length < 3)
        return false;
    for (int i = 0; i < 12; i++)
        if (g_ascii_strncasecmp(word, names + i * 3, 3) == 0) {
            *out_month = i + 1;
            return true;
        }
    return false;
}

static bool number_of(int *out_number, const char *word, size_t length)
{
    if (length == 0 || length > 6)
        return false;
    int number = 0;
    for (size_t i = 0; i < length; i++) {
        if (!g_ascii_isdigit(word[i]))
            return false;
        number = number * 10 + (word[i] - '0');
    }
    *out_number = number;
    return true;
}

static void set_year(struct parts *parts, int year, size_t digits)
{
    if (digits == 2)
        year += year < 50 ? 2000 : 1900;
    else if (year >= 100 && year < 200) /* "0102" and "102": years counted from 1900 */
        year += 1900;
    parts->year = year;
    parts->has_year = true;
}

/* "+0900", "+9", "+09:00"; what stands behind the digits is of no interest. */
static bool read_offset(struct parts *parts, const char *word)
{
    int digits[4] = {0};
    size_t count = 0;
    bool colon = false;
    const char *at = word + 1;
    for (; count < 4 && (g_ascii_isdigit(*at) || (*at == ':' && !colon && count > 0)); at++) {
        if (*at == ':')
            colon = true;
        else
            digits[count++] = *at - '0';
        if (colon && count == 1) {
            digits[1] = digits[0];
            digits[0] = 0;
            count = 2;
        }
    }
    if (count == 0)
        return false;
    int minutes = count <= 2   ? (count == 2 ? digits[0] * 10 + digits[1] : digits[0]) * 60
                  : count == 3 ? digits[0] * 60 + digits[1] * 10 + digits[2]
                               : (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3];
    parts->has_zone = true;
    if (minutes >= 24 * 60)
        return true;
    parts->zone = word[0] == '-' ? -minutes : minutes;
    parts->zone_known = word[0] != '-' || minutes != 0; /* "-0000": RFC 5322 */
    return true;
}

/* "15:04:05", with a fraction, a zone or a half of the day behind. */
static bool read_time(struct parts *parts, const char *word)
{
    int values[3] = {0};
    int count = 0;
    const char *at = word;
    while (count < 3 && g_ascii_isdigit(*at)) {
        int value = 0, digits = 0;
        for (; g_ascii_isdigit(*at) && digits < 3; at++, digits++)
            value = value * 10 + (*at - '0');
        values[count++] = value;
        if (*at != ':')
            break;
        at++;
    }
    if (count < 2)
        return false;
    if (*at == '.' || *at == ',')
        for (at++; g_ascii_isdigit(*at); at++)
            ;
    parts->hour = values[0];
    parts->minute = values[1];
    parts->second = values[2];
    parts->has_time = true;
    if (*at == '+' || *at == '-')
        read_offset(parts, at);
    else if (*at == 'Z')
        parts->has_zone = parts->zone_known = true;
    else if (g_ascii_tolower(at[0]) == 'p' && g_ascii_tolower(at[1]) == 'm')
        parts->afternoon = true;
    else if (g_ascii_tolower(at[0]) == 'a' && g_ascii_tolower(at[1]) == 'm')
        parts->before_noon = true;
    return true;
}

/* "2-Jan-2006", "2006-01-02", "2006/01/02", "1/2/2006" (month first), with "T15:04:05" behind. */
static bool read_joined(struct parts *parts, const char *word)
{
    const char *field[3];
    size_t length[3];
    char separator = strchr(word, '/') != NULL ? '/' : '-';
    const char *at = word;
    for (int i = 0; i < 3; i++) {
        field[i] = at;
        while (g_ascii_isalnum(*at) && !(i == 2 && *at == 'T'))
            at++;
        length[i] = (size_t)(at - field[i]);
        if (length[i] == 0 || (i < 2 && *at != separator))
            return false;
        if (i < 2)
            at++;
    }
    int first, second, third;
    if (!number_of(&first, field[0], length[0]) || !number_of(&third, field[2], length[2]))
        return false;
    if (month_of(&second, field[1], length[1])) {
        parts->day = first;
        set_year(parts, third, length[2]);
    } else if (!number_of(&second, field[1], length[1])) {
        return false;
    } else if (length[0] == 4) {
        set_year(parts, first, 4);
        parts->day = third;
    } else {
        set_year(parts, third, length[2]);
        parts->day = second;
        second = first;
    }
    parts->month = second;
    parts->has_month = parts->has_day = true;
    if (*at == 'T')
        read_time(parts, at + 1);
    return true;
}

static bool read_zone_name(struct parts *parts, const char *word, size_t length)
{
    size_t letters = 0;
    while (letters < length && g_ascii_isalpha(word[letters]))
        letters++;
    for (size_t i = 0; i < G_N_ELEMENTS(zones); i++)
        if (strlen(zones[i].name) == letters && g_ascii_strncasecmp(zones[i].name, word, letters) == 0) {
            if (!parts->has_zone) {
                parts->zone = zones[i].minutes;
                parts->has_zone = parts->zone_known = true;
            }
            if (word[letters] == '+' || word[letters] == '-')
                read_offset(parts, word + letters);
            return true;
        }
    return false;
}

static void read_number(struct parts *parts, int number, size_t length)
{
    if (length >= 3) {
        if (!parts->has_year)
            set_year(parts, number, length);
    } else if (!parts->has_day) {
        parts->day = number;
        parts->has_day = true;
    } else if (!parts->has_year) {
        set_year(parts, number, length);
    }
}

static void read_word(struct parts *parts, const char *word, size_t length)
{
    int number;
    if (number_of(&number, word, length)) {
        read_number(parts, number, length);
    } else if (word[0] == '+' || (word[0] == '-' && g_ascii_isdigit(word[1]))) {
        if (!parts->zone_known)
            read_offset(parts, word);
    } else if (g_ascii_isdigit(word[0])) {
        const char *dash = strpbrk(word, "-/"), *colon = strchr(word, ':');
        if (dash != NULL && (colon == NULL || dash < colon) && read_joined(parts, word))
            return;
        read_time(parts, word);
    } else if (read_zone_name(parts, word, length)) {
        return;
    } else if (!parts->has_month && month_of(&number, word, length)) {
        parts->month = number;
        parts->has_month = true;
    } else if (length == 2 && g_ascii_strcasecmp(word, "pm") == 0) {
        parts->afternoon = true;
    } else if (length == 2 && g_ascii_strcasecmp(word, "am") == 0) {
        parts->before_noon = true;
    }
}

/* Days since 1970-01-01 (Howard Hinnant's days_from_civil). */
static int64_t days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static bool is_plausible(const struct parts *parts)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (!parts->has_year || !parts->has_month || !parts->has_day)
        return false;
    if (parts->year < 1900 || parts->year > 9999 || parts->month < 1 || parts->month > 12)
        return false;
    bool leap = (parts->year % 4 == 0 && parts->year % 100 != 0) || parts->year % 400 == 0;
    int most = parts->month == 2 && !leap ? 28 : days[parts->month - 1];
    return parts->day >= 1 && parts->day <= most && parts->hour < 24 && parts->minute < 60 && parts->second <= 60;
}

void sks_date_read(struct sks_date *out_date, const char *text)
{
    struct parts parts = {0};
    const char *at = text;
    for (unsigned words = 0; *at != '\0' && words < 16;) {
        if (*at == '(') { /* a comment says nothing that the zone doesn't */
            const char *closing = strchr(at, ')');
            if (closing == NULL)
                break;
            at = closing + 1;
            continue;
        }
        size_t length = strcspn(at, " ,(\t");
        if (length > 0) {
            char word[WORD_SIZE];
            g_strlcpy(word, at, MIN(sizeof word, length + 1));
            read_word(&parts, word, strlen(word));
            words++;
        }
        at += length;
        at += strspn(at, " ,\t");
    }
    if (parts.afternoon && parts.hour < 12)
        parts.hour += 12;
    else if (parts.before_noon && parts.hour == 12)
        parts.hour = 0;
    *out_date = (struct sks_date){.zone_unknown = true};
    if (!is_plausible(&parts))
        return;
    int64_t days = days_from_civil(parts.year, parts.month, parts.day);
    int64_t seconds = days * 86400 + parts.hour * 3600 + parts.minute * 60 + parts.second - (int64_t)parts.zone * 60;
    *out_date = (struct sks_date){
        .time = (time_t)seconds, .zone = parts.zone, .valid = true, .zone_unknown = !parts.zone_known};
}
