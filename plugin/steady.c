/* See steady.h. Differences within an hour (leap seconds, the first answer of a time server) are no leaps. */
#include "steady.h"

#include <stdio.h>
#include <string.h>

#include <glib.h>

#define TOLERANCE 3600

static void add_leap(struct sks_steady *steady, int64_t by, int64_t runs)
{
    if (steady->count == SKS_STEADY_LEAPS) {
        steady->leaps[1].by += steady->leaps[0].by;
        steady->count--;
        memmove(&steady->leaps[0], &steady->leaps[1], steady->count * sizeof steady->leaps[0]);
    }
    steady->leaps[steady->count].by = by;
    steady->leaps[steady->count++].at = runs;
}

static void take_back(struct sks_steady *steady, int64_t by)
{
    while (by > 0 && steady->count > 0) {
        int64_t taken = MIN(by, steady->leaps[steady->count - 1].by);
        steady->leaps[steady->count - 1].by -= taken;
        by -= taken;
        if (steady->leaps[steady->count - 1].by == 0)
            steady->count--;
    }
}

int64_t sks_steady_look(struct sks_steady *steady, int64_t host, int64_t runs)
{
    int64_t leap = host - runs - steady->ahead;
    steady->host = host;
    steady->runs = runs;
    if (leap >= -TOLERANCE && leap <= TOLERANCE)
        return 0;
    steady->ahead += leap;
    if (leap > 0)
        add_leap(steady, leap, runs);
    else
        take_back(steady, -leap);
    return leap;
}

void sks_steady_begin(struct sks_steady *steady, int64_t host, int64_t runs, int64_t newest)
{
    *steady = (struct sks_steady){.begun = true, .host = host, .runs = runs, .ahead = host - runs};
    if (newest > 0 && newest < host)
        steady->ahead = newest - runs;
}

/* Of another boot, or the clock has leapt meanwhile: all leaps are as long ago as they were, and nothing has run. */
static void go_on_anew(struct sks_steady *steady, int64_t runs)
{
    for (unsigned i = 0; i < steady->count; i++)
        steady->leaps[i].at += runs - steady->runs;
    steady->ahead = steady->host - runs;
}

bool sks_steady_resume(struct sks_steady *steady, int64_t host, int64_t runs, const char *text)
{
    struct sks_steady read = {.begun = true};
    long long numbers[3];
    int used = 0, more;
    if (sscanf(text, "%lld %lld %lld%n", &numbers[0], &numbers[1], &numbers[2], &used) != 3)
        return false;
    read.host = numbers[0];
    read.runs = numbers[1];
    read.ahead = numbers[2];
    for (text += used; sscanf(text, " %lld@%lld%n", &numbers[0], &numbers[1], &more) == 2; text += more) {
        if (read.count == SKS_STEADY_LEAPS)
            return false;
        read.leaps[read.count].by = numbers[0];
        read.leaps[read.count++].at = numbers[1];
    }
    if (*text != '\0')
        return false;
    /* Where both clocks went on alike, at least that much has run, even in another boot: that one ran for all of it. */
    int64_t leap = host - runs - read.ahead;
    if (runs < read.runs || leap < -TOLERANCE || leap > TOLERANCE)
        go_on_anew(&read, runs);
    *steady = read;
    return true;
}

char *sks_steady_write(const struct sks_steady *steady)
{
    GString *text = g_string_new(NULL);
    g_string_printf(text, "%lld %lld %lld", (long long)steady->host, (long long)steady->runs, (long long)steady->ahead);
    for (unsigned i = 0; i < steady->count; i++)
        g_string_append_printf(text, " %lld@%lld", (long long)steady->leaps[i].by, (long long)steady->leaps[i].at);
    return g_string_free(text, FALSE);
}

int64_t sks_steady_now(const struct sks_steady *steady, int64_t kept)
{
    int64_t now = steady->host;
    for (unsigned i = 0; i < steady->count; i++)
        if (steady->runs - steady->leaps[i].at < kept)
            now -= steady->leaps[i].by;
    return now;
}
