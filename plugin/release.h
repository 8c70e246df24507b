/* What sekisho-release takes for a request (release-request.c), and asking it (release-ask.c). */
#ifndef SKS_PLUGIN_RELEASE_H
#define SKS_PLUGIN_RELEASE_H

#include <stdbool.h>

/* Postfix's queue IDs: hexadecimal, or long ones of letters and digits. */
#define SKS_QUEUE_ID_LEAST 6u
#define SKS_QUEUE_ID_MOST  32u

/* "release QUEUE-ID\n", to the letter. The ID stands in line, ended. */
bool sks_release_parse(const char **out_queue_id, char *line);

/* Asks sekisho-release to let a mail go. SKS_ERROR_UNAVAILABLE if it can't be reached, SKS_ERROR_IO if it could not. */
int sks_release_ask(const char *socket_path, const char *queue_id);

/* Whether sekisho-release listens and has a place for one more: never waits, whatever state it is in. */
bool sks_release_is_there(const char *socket_path);

#endif
