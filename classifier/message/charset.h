/*
 * Charsets as Japanese mail really comes. ICU converts; what is undeclared or wrongly declared is detected.
 *
 * ISO-2022-JP is decoded with its vendor extensions (NEC row 13, IBM extensions, JIS X 0201 kana: Microsoft's code
 * pages 50220 to 50222), Shift_JIS as code page 932, EUC-JP as eucJP-ms, GB2312 and GBK as GB18030.
 */
#ifndef SKS_MESSAGE_CHARSET_H
#define SKS_MESSAGE_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

struct sks_decoded {
    char *text; /* UTF-8, well-formed; g_free() */
    size_t size;
    const char *charset; /* the one used: static, lower case: "utf-8", "iso-2022-jp", "shift_jis", "euc-jp" … */
    bool mismatch;       /* not the declared one */
    size_t replaced;     /* how many U+FFFD had to be put in */
};

/*
 * Decodes bytes by the declared charset (NULL or "" if none), or by another if the content can't be in that one.
 * Never fails. At most ceiling bytes come out.
 */
void sks_charset_decode(struct sks_decoded *out_decoded, const void *bytes, size_t size, const char *declared,
                        size_t ceiling);

/*
 * Loads the common converters, so that nothing has to be opened later (a worker runs under seccomp) and forked
 * processes share them. Called by sks_message_prepare(); decoding works without, too.
 */
void sks_charset_prepare(void);

/*
 * The lower-case canonical name of a label as mails write it ("x-sjis", "utf-8*ja", " UTF8 "), or NULL if no charset
 * of that name is known. Static storage.
 */
const char *sks_charset_name(const char *label);

/* The likeliest charset of undeclared bytes; static storage. "us-ascii" if there is nothing above 127 and no escape. */
const char *sks_charset_detect(const void *bytes, size_t size);

#endif
