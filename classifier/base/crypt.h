/*
 * Private: ciphers and digests, of containers and of what is remembered, through libcrypto in a library context of our
 * own, so that neither the system's configuration nor its default providers decide what can be opened. Thread rule:
 * none of it is shared after sks_crypt_prepare().
 */
#ifndef SKS_BASE_CRYPT_H
#define SKS_BASE_CRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SKS_DIGEST_MAXIMUM 64

enum sks_digest {
    SKS_DIGEST_MD5,
    SKS_DIGEST_SHA1,
    SKS_DIGEST_SHA256,
    SKS_DIGEST_SHA384,
    SKS_DIGEST_SHA512,
};

/* Loads providers and algorithms; the legacy provider (RC4) is a file that must be read before files are forbidden. */
void sks_crypt_prepare(void);

/* The name of a digest that libcrypto can't make here, or NULL: with one, nothing may be begun. */
const char *sks_crypt_missing(void);

size_t sks_digest_size(enum sks_digest digest);

/* Incremental hashing, for derivations that hash a hundred thousand times. Aborts if libcrypto fails: no result is ever
 * wrong. What returns bool below is false then. */
struct sks_hash;
struct sks_hash *sks_hash_create(enum sks_digest digest);
void sks_hash_destroy(struct sks_hash *hash);
void sks_hash_restart(struct sks_hash *hash);
void sks_hash_add(struct sks_hash *hash, const void *bytes, size_t size);
void sks_hash_result(struct sks_hash *hash, unsigned char *out_bytes); /* then restart */
void sks_hash_peek(struct sks_hash *hash, unsigned char *out_bytes);   /* and go on */

/* One digest over two stretches of bytes (either may be empty). */
void sks_hash_once(enum sks_digest digest, unsigned char *out_bytes, const void *first, size_t first_size,
                   const void *second, size_t second_size);

bool sks_hmac(enum sks_digest digest, unsigned char *out_bytes, const void *key, size_t key_size, const void *bytes,
              size_t size);
bool sks_pbkdf2(enum sks_digest digest, unsigned char *out_key, size_t key_size, const char *password, const void *salt,
                size_t salt_size, unsigned iterations);

/* AES without padding; size is a multiple of 16; out may be in. iv NULL: ECB. key_size 16, 24 or 32. */
bool sks_aes_decrypt(unsigned char *out, const unsigned char *key, size_t key_size, const unsigned char *iv,
                     const unsigned char *in, size_t size);

/* AES in counter mode as WinZip does it: the counter starts at 1, its lowest byte first. out may be in. */
bool sks_aes_counter(unsigned char *out, const unsigned char *key, size_t key_size, const unsigned char *in,
                     size_t size);

/* RC4 with a key of 5 to 16 bytes, from the start of its stream. */
bool sks_rc4(unsigned char *out, const unsigned char *key, size_t key_size, const unsigned char *in, size_t size);

#endif
