/*
 * Whether an address on which the milter or the metrics are to listen is taken by another program. A sekisho-milter
 * that runs is none: it holds its addresses while its configuration is checked.
 */
#ifndef SKS_PLUGIN_TAKEN_H
#define SKS_PLUGIN_TAKEN_H

#include <sys/socket.h>

/* NULL if it can be listened on, or nobody can tell; else a constant text that says why not. */
const char *sks_taken_port(const struct sockaddr *address, socklen_t size);

/* The same of a unix socket. */
const char *sks_taken_path(const char *path);

#endif
