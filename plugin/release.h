/* What sekisho-release takes for a request. */
#ifndef SKS_PLUGIN_RELEASE_H
#define SKS_PLUGIN_RELEASE_H

#include <stdbool.h>

/* Postfix's queue IDs: hexadecimal, or long ones of letters and digits. */
#define SKS_QUEUE_ID_LEAST 6u
#define SKS_QUEUE_ID_MOST  32u

/* "release QUEUE-ID\n", to the letter. The ID stands in line, ended. */
bool sks_release_parse(const char **out_queue_id, char *line);

#endif
