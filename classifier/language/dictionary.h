/* Hunspell reads files only; here it reads what is in memory. */
#ifndef SKS_LANGUAGE_DICTIONARY_H
#define SKS_LANGUAGE_DICTIONARY_H

#include <hunspell/hunspell.h>
#include <stddef.h>

/* A dictionary of the bytes of an affix file and of one of words; NULL if either is. For Hunspell_destroy(). */
Hunhandle *sks_dictionary_open(const void *affix, size_t affix_size, const void *words, size_t words_size);

#endif
