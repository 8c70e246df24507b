/* The text of a message's parts, joined and taken apart. Private to the message room. */
#ifndef SKS_MESSAGE_TEXT_PARTS_H
#define SKS_MESSAGE_TEXT_PARTS_H

#include <glib.h>

#include "message/message.h"
#include "message/mime.h"

/*
 * Decodes the text parts of mime (their flags and used_charset are filled in), fills body, and appends links (GArray of
 * struct sks_link). Sets flags of enum sks_message_flag. What is read is taken from budget.
 */
void sks_text_parts_read(struct sks_body *out_body, GArray *links, unsigned *flags, struct sks_message_budget *budget,
                         struct sks_mime *mime, GStringChunk *strings);

#endif
