/* Unicode forms by ICU. GLib's g_utf8_normalize() takes time quadratic in the length and must not meet hostile text. */
#ifndef SKS_BASE_UNICODE_H
#define SKS_BASE_UNICODE_H

#include <stddef.h>

/* The first size bytes of text in form NFKC; ill-formed input becomes U+FFFD. g_free(). */
char *sks_unicode_nfkc(const char *text, size_t size);

#endif
