/*
 * The caretaker: a process that does what is left to do when no mail is in hand. It tells people of verdicts that have
 * become worse, lets held mail go when its time has come, and deletes what is too old, by the clock.
 *
 * It never sees a mail: what it does is left in the store by whoever judged one, in the same transaction, so a kill of
 * any process loses nothing. No mail ever waits for it.
 */
#ifndef SKS_PLUGIN_CARETAKER_H
#define SKS_PLUGIN_CARETAKER_H

#include "configuration.h"

/* The life of the process; it ends with the supervisor. The configuration names a store. */
_Noreturn void sks_caretaker_main(const struct sks_configuration *configuration);

/* Where the key of the mark on notices lies, beside the store. g_free(). */
char *sks_caretaker_key_file(const struct sks_configuration *configuration);

#endif
