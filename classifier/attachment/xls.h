/* Private: Excel's own obfuscation. */
#ifndef SKS_ATTACHMENT_XLS_H
#define SKS_ATTACHMENT_XLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The sixteen bytes of a password, if key and verifier are its own. */
bool sks_xls_xor_make(unsigned char out_bytes[16], const char *password, unsigned key, unsigned verifier);

/* A record's data in place; position is where in the stream it begins. */
void sks_xls_xor_decrypt(const unsigned char xor_bytes[16], unsigned char *bytes, size_t size, size_t position);

#endif
