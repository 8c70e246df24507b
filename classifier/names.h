/*
 * The words of names and addresses in a mail's header: what must not be told of a set of mails, unless many share it.
 */
#ifndef SKS_NAMES_H
#define SKS_NAMES_H

#include <glib.h>

#include "examine.h"
#include "message/message.h"

/* An array of struct sks_sample_name; strings go into the chunk. g_array_unref(). */
GArray *sks_names_collect(GStringChunk *strings, const struct sks_message *message);

#endif
