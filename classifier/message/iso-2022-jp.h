/* ISO-2022-JP, its relatives and eucJP-ms, turned into EUC-JP. Private to the charset files. */
#ifndef SKS_MESSAGE_ISO_2022_JP_H
#define SKS_MESSAGE_ISO_2022_JP_H

#include "base/buffer.h"

/*
 * Adds bytes to out as EUC-JP. escapes_lost: the escape characters were filtered out on the way, and only "$B" and
 * "(B" are left.
 */
void sks_iso_2022_jp_to_euc(struct sks_buffer *out, const unsigned char *bytes, size_t size, bool escapes_lost);

/*
 * eucJP-ms has IBM's kanji in rows of JIS X 0212 that ICU's EUC-JP leaves empty. Whether there may be some; and the
 * same bytes with those characters in the two-byte rows that ICU knows.
 */
bool sks_euc_jp_has_ibm(const unsigned char *bytes, size_t size);
void sks_euc_jp_from_ms(struct sks_buffer *out, const unsigned char *bytes, size_t size);

#endif
