/* The milter process: libmilter's threads, and the thread that listens to the supervisor. */
#ifndef SKS_PLUGIN_MILTER_H
#define SKS_PLUGIN_MILTER_H

#include "configuration.h"

/*
 * Opens the listening socket, in the supervisor, while it may. libmilter keeps it in a variable of its own; the milter
 * process, forked later (and again, should it die), finds it there. Problems are logged. Returns SKS_OK or
 * SKS_ERROR_IO.
 */
int sks_milter_open(const struct sks_configuration *configuration);

/*
 * The life of the milter process. control is its end of the socket to the supervisor (control.h); every other
 * descriptor but the listening one is closed. Does not return.
 */
_Noreturn void sks_milter_main(int control);

#endif
