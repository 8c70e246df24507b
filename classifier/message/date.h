/* Dates of header fields (RFC 5322 section 3.3), and what mailers write instead. */
#ifndef SKS_MESSAGE_DATE_H
#define SKS_MESSAGE_DATE_H

#include "message/message.h"

/* Reads a date; out_date->valid tells whether there is one. */
void sks_date_read(struct sks_date *out_date, const char *text);

#endif
