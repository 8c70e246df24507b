/* Slips of the pen in English: what one letter lies between two words, and how usual that is. */
#ifndef SKS_LANGUAGE_TYPO_H
#define SKS_LANGUAGE_TYPO_H

#include <stddef.h>

/* Longer words are not put right. */
enum { SKS_TYPO_LENGTH = 24 };

/*
 * How unusual it is to write the one word for the other, in powers of two: the word meant must be so common. From 1.5
 * (a letter doubled) to 8 (a consonant more at an end); INFINITY if more than a letter lies between, the first one, or
 * none at all.
 */
double sks_typo_cost(const char *wrong, const char *right);

typedef void sks_typo_visit(const char *candidate, void *data);

/* Every string of small letters that one slip turns into the word; some come twice. The first letter stays, but for
 * the first two that change places. */
void sks_typo_each(const char *wrong, sks_typo_visit *visit, void *data);

#endif
