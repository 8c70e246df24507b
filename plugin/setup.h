/* The lines that attach the milter to an MTA. */
#ifndef SKS_PLUGIN_SETUP_H
#define SKS_PLUGIN_SETUP_H

#include <stdio.h>

#include "configuration.h"

/* Prints what to add to Postfix's main.cf and to sendmail.mc for this configuration. */
void sks_setup_print(FILE *out, const struct sks_configuration *configuration);

#endif
