/*
 * Which of two texts a person reads. Pairs stand beside each other where they are printed, Japanese first. What
 * machines read (JSON, identifiers, complaints on stderr) has one language and doesn't come here.
 */
#ifndef SKS_ANALYST_WORDS_H
#define SKS_ANALYST_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "sekisho/verdict.h"

/* The language of the person at the terminal: what was chosen, else the locale's, from the environment's variables. */
enum sks_language sks_person_language(void);

/* Chooses "ja" or "en", for the rest of the process; false if it is neither. */
bool sks_choose_language(const char *name);

/* The one of both in the person's language; formats, too, with the same arguments in the same order. */
const char *sks_words(const char *ja, const char *en) __attribute__((format_arg(1), format_arg(2)));

/* A class as people call it. Of a name that is none, the name itself; of "", a dash. */
const char *sks_class_label(enum sks_class class_, enum sks_language language);
const char *sks_class_words(const char *name);

/* A field of the text model, likewise. */
const char *sks_field_words(const char *name, enum sks_language language);

/* A number of things: "1 mail", "2 mails", "2通" with "通". g_free(). */
char *sks_counted(uint64_t count, const char *ja, const char *one, const char *many);

#endif
