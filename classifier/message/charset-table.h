/* The charsets that mail names, and how each is decoded. Private to the charset files. */
#ifndef SKS_MESSAGE_CHARSET_TABLE_H
#define SKS_MESSAGE_CHARSET_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum sks_charset_kind {
    SKS_CHARSET_ASCII,
    SKS_CHARSET_UTF8,
    SKS_CHARSET_ISO_2022_JP,
    SKS_CHARSET_SHIFT_JIS,
    SKS_CHARSET_EUC_JP,
    SKS_CHARSET_GB,
    SKS_CHARSET_BIG5,
    SKS_CHARSET_EUC_KR,
    SKS_CHARSET_LATIN,  /* one byte, Western Europe: what software writes when it doesn't know */
    SKS_CHARSET_SINGLE, /* one byte, another script */
    SKS_CHARSET_WIDE,   /* UTF-16 and UTF-32 */
    SKS_CHARSET_SEVEN,  /* stateful in seven bits: UTF-7, HZ, ISO-2022-KR and -CN */
};

struct sks_charset {
    const char *name; /* lower case */
    const char *icu;  /* ICU's converter */
    enum sks_charset_kind kind;
};

/* The charset of that label, or NULL. Static storage. */
const struct sks_charset *sks_charset_find(const char *label);

/* The charset by its canonical name, which must be in the table. */
const struct sks_charset *sks_charset_get(const char *name);

/* All of the table; ends with an entry whose name is NULL. */
const struct sks_charset *sks_charset_all(void);

/*
 * How much bytes look like text in a charset, -10 to 3; what scores above 0.3 is plausible. Only kinds between
 * SHIFT_JIS and LATIN, and "windows-1251" and "koi8-r", are known; others score -10.
 */
double sks_charset_score(const struct sks_charset *charset, const unsigned char *bytes, size_t size);

/*
 * The score of bytes that are declared as GB, in GB and in EUC-JP, from the kanji alone. Kana have the same codes in
 * both, and Japanese written on a Chinese system is sent as GB2312.
 */
void sks_charset_score_gb(double *out_gb, double *out_euc_jp, const unsigned char *bytes, size_t size);

#endif
