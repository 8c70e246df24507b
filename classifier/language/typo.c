/*
 * The costs are judgement, not counts: no set of slips with what was meant may train. Letters doubled or not, and
 * neighbours that change places, are what people do; a vowel for another where both sound alike; a consonant left out;
 * the key beside. What makes another form of a word (a last letter more or less) is hardly ever a slip.
 */
#include "language/typo.h"

#include <glib.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define DOUBLED        1.5
#define SWAPPED        2.0
#define VOWEL          2.5
#define CONSONANT_LOST 3.5
#define ALIKE          3.5
#define CONSONANT_MORE 5.0
#define KEY_BESIDE     5.5
#define LAST           6.0
#define ANY            7.0
#define PREFIX         8.0 /* a consonant more as in ppoll and filep */

static bool is_vowel(char letter)
{
    return letter != '\0' && strchr("aeiouy", letter) != NULL;
}

static bool stand_together(char a, char b, const char *const *groups)
{
    for (; *groups != NULL; groups++)
        if (strchr(*groups, a) != NULL && strchr(*groups, b) != NULL)
            return true;
    return false;
}

static double cost_of_change(char a, char b)
{
    static const char *const alike[] = {"csz", "ckq", "lr", "bv", "bp", "dt", "gj", "mn", "fv", "sx", NULL};
    static const char *const keys[] = {"qw", "we", "er", "rt", "ty", "yu", "ui", "io", "op", "as", "sd", "df", "fg",
                                       "gh", "hj", "jk", "kl", "zx", "xc", "cv", "vb", "bn", "nm", "sw", "de", "fr",
                                       "gt", "hy", "ju", "ki", "lo", "az", "sx", "dc", "fv", "gb", "hn", "jm", NULL};
    if (is_vowel(a) && is_vowel(b))
        return VOWEL;
    if (stand_together(a, b, alike))
        return ALIKE;
    return stand_together(a, b, keys) ? KEY_BESIDE : ANY;
}

/* A letter more or less at a place of the longer word.*/
static double cost_of_one(const char *longer, size_t at, bool lost)
{
    bool last = longer[at + 1] == '\0';
    bool vowel = is_vowel(longer[at]);
    if (!lost && !vowel && at == 1)
        return PREFIX;
    if (longer[at] == longer[at - 1])
        return last ? CONSONANT_LOST : DOUBLED;
    if (last && longer[at] == 'e')
        return lost ? ALIKE : CONSONANT_MORE;
    if (last)
        return lost || vowel ? LAST : PREFIX;
    return vowel ? VOWEL : lost ? CONSONANT_LOST : CONSONANT_MORE;
}

double sks_typo_cost(const char *wrong, const char *right)
{
    size_t a = strlen(wrong), b = strlen(right), start = 0, end = 0, shorter = MIN(a, b);
    while (start < shorter && wrong[start] == right[start])
        start++;
    while (end < shorter - start && wrong[a - 1 - end] == right[b - 1 - end])
        end++;
    size_t from = a - start - end, to = b - start - end;
    if (from == 2 && to == 2 && wrong[start] == right[start + 1] && wrong[start + 1] == right[start])
        return start == 0 ? KEY_BESIDE : SWAPPED;
    if (start == 0 || from > 1 || to > 1 || from + to == 0)
        return INFINITY;
    if (from == 1 && to == 1)
        return end == 0 && !is_vowel(wrong[start]) ? ANY : cost_of_change(wrong[start], right[start]);
    return cost_of_one(from > to ? wrong : right, start, to > from);
}

void sks_typo_each(const char *wrong, sks_typo_visit *visit, void *data)
{
    char candidate[SKS_TYPO_LENGTH + 2];
    size_t length = strlen(wrong);
    if (length > SKS_TYPO_LENGTH)
        return;
    for (size_t i = 0; i + 1 < length; i++) {
        memcpy(candidate, wrong, length + 1);
        candidate[i] = wrong[i + 1];
        candidate[i + 1] = wrong[i];
        visit(candidate, data);
    }
    for (size_t i = 1; i < length; i++) {
        memcpy(candidate, wrong, i);
        memcpy(candidate + i, wrong + i + 1, length - i);
        visit(candidate, data);
        memcpy(candidate, wrong, length + 1);
        for (char letter = 'a'; letter <= 'z'; letter++) {
            candidate[i] = letter;
            visit(candidate, data);
        }
    }
    for (size_t i = 1; i <= length; i++) {
        memcpy(candidate, wrong, i);
        memcpy(candidate + i + 1, wrong + i, length - i + 1);
        for (char letter = 'a'; letter <= 'z'; letter++) {
            candidate[i] = letter;
            visit(candidate, data);
        }
    }
}
