/* The table of assumed rates, and drawing from it with a fixed sequence. */
#include "assumed.h"

#include <string.h>

static const struct {
    const char *feature;
    double rate[SKS_CLASS_COUNT]; /* share of clean, bulk, targeted mail that has it */
    double strength;
    const char *otherwise; /* what a mail has that hasn't it, or NULL */
} table[] = {
    {"clean.known-correspondent", {0.60, 0.01, 0.06}, 0.7, "sender.first-contact"},
    {"clean.answers-ours", {0.30, 0.003, 0.03}, 1, NULL},
    {"clean.authenticated", {0.80, 0.45, 0.50}, 1, NULL},
    {"clean.encrypted-habit", {0.05, 0.001, 0.005}, 0.7, NULL},
    {"clean.own-organisation", {0.20, 0.002, 0.01}, 1, NULL},
    {"sender.authentication-failed", {0.02, 0.25, 0.15}, 0.8, NULL},
    {"sender.forged-results", {0.0005, 0.01, 0.01}, 1, NULL},
    {"sender.habit-differs", {0.02, 0.01, 0.06}, 0.6, NULL},
    {"sender.name-mismatch", {0.003, 0.005, 0.10}, 0.8, NULL},
    {"sender.usual-address-differs", {0.005, 0.01, 0.10}, 0.8, NULL},
};
#define LINES (sizeof table / sizeof table[0])

/* SplitMix64: two numbers from 0 to 1 for each mail. */
static double draw(uint64_t number)
{
    uint64_t z = number + 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

void sks_assume(double *values, const char *const *schema, size_t schema_count, enum sks_class class_, uint64_t number)
{
    size_t line = (size_t)(draw(number * 2) * LINES);
    bool has = draw(number * 2 + 1) < table[line].rate[class_];
    const char *feature = has ? table[line].feature : table[line].otherwise;
    for (size_t i = 0; feature != NULL && i < schema_count; i++)
        if (strcmp(schema[i], feature) == 0)
            values[i] = table[line].strength;
}

json_t *sks_assume_describe(void)
{
    json_t *lines = json_object();
    for (size_t i = 0; i < LINES; i++)
        json_object_set_new(lines, table[i].feature,
                            json_pack("{s:f, s:f, s:f, s:f}", "clean", table[i].rate[SKS_CLASS_CLEAN], "bulk",
                                      table[i].rate[SKS_CLASS_BULK], "targeted", table[i].rate[SKS_CLASS_TARGETED],
                                      "strength", table[i].strength));
    return lines;
}
