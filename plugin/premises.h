/* What a configuration needs of the file system, looked at without touching it. */
#ifndef SKS_PLUGIN_PREMISES_H
#define SKS_PLUGIN_PREMISES_H

#include "configuration.h"
#include "sekisho/error.h"

/*
 * Whether the user and group exist; whether the socket and pid file can be made by who starts the daemon; and whether
 * the user that it becomes can read and write the store, read the other files and run the command that is told of
 * notices. Started as root, a child that has become that user looks. Problems name file, line and key.
 */
void sks_premises_check(const struct sks_configuration *configuration, struct sks_problems *problems);

#endif
