/*
 * Private: keys of encrypted office files (MS-OFFCRYPTO): OOXML standard and agile, RC4, RC4 CryptoAPI. XOR
 * obfuscation is in office-xor.h.
 */
#ifndef SKS_ATTACHMENT_OFFICE_KEY_H
#define SKS_ATTACHMENT_OFFICE_KEY_H

#include "base/crypt.h"
#include "attachment/file.h"

/* Excel tries it by itself (MS-OFFCRYPTO 2.4.2.3 and its appendix). */
#define SKS_OFFICE_DEFAULT_PASSWORD "VelvetSweatshop"

enum sks_office_scheme {
    SKS_OFFICE_UNKNOWN, /* recognised only */
    SKS_OFFICE_RC4,
    SKS_OFFICE_CRYPTOAPI,
    SKS_OFFICE_STANDARD,
    SKS_OFFICE_AGILE,
};

struct sks_office_key {
    enum sks_office_scheme scheme;
    enum sks_digest digest;
    unsigned key_size, block_size, hash_size, rounds;
    unsigned char salt[64], verifier[64], verifier_hash[64];
    size_t salt_size, verifier_size, verifier_hash_size;
    /* Agile only: of the package, and the package's key as encrypted by the password's. */
    enum sks_digest package_digest;
    unsigned package_key_size, package_block_size;
    unsigned char package_salt[64], package_key[64];
    size_t package_salt_size, package_key_stored;
    /* Found by the right password. */
    unsigned char secret[64];
};

/* Reads the structure that begins with a version of two 16-bit numbers. */
void sks_office_key_parse(struct sks_office_key *out_key, const unsigned char *info, size_t size);

/* Tries the passwords that were given, then Excel's built-in one. True: the verifier fits, the secret is there. */
bool sks_office_key_unlock(struct sks_office_key *key, struct sks_file *file);

/* RC4 schemes: decrypts size bytes that begin block number block. out may be in. */
bool sks_office_key_rc4(const struct sks_office_key *key, uint32_t block, unsigned char *out, const unsigned char *in,
                        size_t size);

/*
 * RC4 schemes: decrypts a whole stream in place, re-keyed for each block_size bytes, as if it began at position 0.
 */
bool sks_office_key_rc4_stream(const struct sks_office_key *key, unsigned char *bytes, size_t size, size_t block_size);

/* OOXML schemes: the package out of the EncryptedPackage stream; NULL if it can't be. g_free(). */
unsigned char *sks_office_key_package(const struct sks_office_key *key, const unsigned char *stream, size_t size,
                                      size_t *out_size);

#endif
