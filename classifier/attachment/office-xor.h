/*
 * Private: the XOR obfuscation of Excel and Word (MS-OFFCRYPTO 2.3.7). Both make sixteen bytes of a password and use
 * them in turn; they differ in how.
 */
#ifndef SKS_ATTACHMENT_OFFICE_XOR_H
#define SKS_ATTACHMENT_OFFICE_XOR_H

#include <stdbool.h>
#include <stddef.h>

#include "attachment/file.h"

enum sks_xor_method {
    SKS_XOR_EXCEL, /* method 1 */
    SKS_XOR_WORD,  /* method 2 */
};

struct sks_xor {
    enum sks_xor_method method;
    unsigned char bytes[16];
};

/* Tries the passwords that were given, then Excel's built-in one. True: key and verifier are a password's own. */
bool sks_xor_unlock(struct sks_xor *out_xor, struct sks_file *file, enum sks_xor_method method, unsigned key,
                    unsigned verifier);

/*
 * Decrypts in place. position: for Word, of the bytes in their stream; for Excel, where in the stream the record's data
 * begins.
 */
void sks_xor_decrypt(const struct sks_xor * xor, unsigned char *bytes, size_t size, size_t position);

#endif
