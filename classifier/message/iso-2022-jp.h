/* ISO-2022-JP and its relatives, turned into EUC-JP. Private to the charset files. */
#ifndef SKS_MESSAGE_ISO_2022_JP_H
#define SKS_MESSAGE_ISO_2022_JP_H

#include "base/buffer.h"

/*
 * Adds bytes to out as EUC-JP. escapes_lost: the escape characters were filtered out on the way, and only "$B" and
 * "(B" are left.
 */
void sks_iso_2022_jp_to_euc(struct sks_buffer *out, const unsigned char *bytes, size_t size, bool escapes_lost);

#endif
