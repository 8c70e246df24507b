/*
 * Unicode forms by ICU. GLib's g_utf8_normalize() takes time quadratic in the length and must not meet hostile text.
 * Most of most mails is ASCII: how much of a text is can be told eight bytes at a time.
 */
#ifndef SKS_BASE_UNICODE_H
#define SKS_BASE_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first size bytes of text in form NFKC; ill-formed input becomes U+FFFD. g_free(). */
char *sks_unicode_nfkc(const char *text, size_t size);

/* The same in NFKC_Casefold, which also drops what is invisible. g_free(). */
char *sks_unicode_fold(const char *text, size_t size);

/* Lower case as g_utf8_strdown() has it, ASCII on the short way. g_free(). */
char *sks_unicode_lower(const char *text, size_t size);

/* ASCII's capitals made small, in runs; the rest is left as it is. The second one copies: g_free(). */
void sks_unicode_lower_ascii(char *text, size_t size);
char *sks_unicode_copy_lower(const char *text, size_t size);

/*
 * Kana, common kanji and Japanese punctuation that are the same in every normal form used here, and begin a new piece
 * of text for it; only a mark that follows (a voicing of its own) can change one.
 */
bool sks_unicode_is_settled(uint32_t character);

/* How many bytes at the beginning are such characters, whole ones. */
size_t sks_unicode_settled(const char *text, size_t size);

/* How many bytes at the beginning are ASCII (NUL, too), and how many are printable ASCII, 0x20 to 0x7e. */
size_t sks_unicode_ascii(const char *text, size_t size);
size_t sks_unicode_printable(const char *text, size_t size);

/* Whether it is UTF-8 without NUL, as g_utf8_validate_len() has it; *out_size (may be NULL) is how much of it is. */
bool sks_unicode_is_utf8(const char *text, size_t size, size_t *out_size);

#endif
