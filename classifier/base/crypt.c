/*
 * Ciphers and digests through libcrypto's EVP interface. Algorithms are fetched once; fetching is slow in OpenSSL 3 and
 * may load a provider from a file.
 *
 * A digest that failed unseen would be a wrong one: what is remembered is known by it, and passwords are tried with it.
 * So whoever loads a classifier asks first whether all digests are there; what fails later (there is no memory) aborts,
 * as it does elsewhere: in a worker, that costs one mail.
 */
#include "base/crypt.h"

#include <glib.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/provider.h>

static struct {
    bool done;
    OSSL_LIB_CTX *context;
    EVP_MD *digests[SKS_DIGEST_SHA512 + 1];
    EVP_CIPHER *cbc[3], *ecb[3], *rc4;
    EVP_KDF *pbkdf2;
    EVP_MAC *hmac;
} library;

static const char *const digest_names[] = {
    [SKS_DIGEST_MD5] = "MD5",       [SKS_DIGEST_SHA1] = "SHA1",     [SKS_DIGEST_SHA256] = "SHA256",
    [SKS_DIGEST_SHA384] = "SHA384", [SKS_DIGEST_SHA512] = "SHA512",
};

void sks_crypt_prepare(void)
{
    if (library.done)
        return;
    library.done = true;
    library.context = OSSL_LIB_CTX_new();
    OSSL_PROVIDER_load(library.context, "default");
    OSSL_PROVIDER_load(library.context, "legacy");
    for (size_t i = 0; i < G_N_ELEMENTS(digest_names); i++)
        library.digests[i] = EVP_MD_fetch(library.context, digest_names[i], NULL);
    static const char *const sizes[] = {"128", "192", "256"};
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *cbc = g_strdup_printf("AES-%s-CBC", sizes[i]), *ecb = g_strdup_printf("AES-%s-ECB", sizes[i]);
        library.cbc[i] = EVP_CIPHER_fetch(library.context, cbc, NULL);
        library.ecb[i] = EVP_CIPHER_fetch(library.context, ecb, NULL);
    }
    library.rc4 = EVP_CIPHER_fetch(library.context, "RC4", NULL);
    library.pbkdf2 = EVP_KDF_fetch(library.context, "PBKDF2", NULL);
    library.hmac = EVP_MAC_fetch(library.context, "HMAC", NULL);
}

const char *sks_crypt_missing(void)
{
    sks_crypt_prepare();
    for (size_t i = 0; i < G_N_ELEMENTS(digest_names); i++)
        if (library.digests[i] == NULL)
            return digest_names[i];
    return NULL;
}

static void must(int done)
{
    g_assert(done == 1);
}

size_t sks_digest_size(enum sks_digest digest)
{
    static const size_t sizes[] = {
        [SKS_DIGEST_MD5] = 16,    [SKS_DIGEST_SHA1] = 20,   [SKS_DIGEST_SHA256] = 32,
        [SKS_DIGEST_SHA384] = 48, [SKS_DIGEST_SHA512] = 64,
    };
    return sizes[digest];
}

struct sks_hash {
    EVP_MD_CTX *context, *copy;
    EVP_MD *digest;
};

struct sks_hash *sks_hash_create(enum sks_digest digest)
{
    sks_crypt_prepare();
    struct sks_hash *hash = g_new0(struct sks_hash, 1);
    hash->context = EVP_MD_CTX_new();
    hash->copy = EVP_MD_CTX_new();
    hash->digest = library.digests[digest];
    sks_hash_restart(hash);
    return hash;
}

void sks_hash_destroy(struct sks_hash *hash)
{
    if (hash == NULL)
        return;
    EVP_MD_CTX_free(hash->context);
    EVP_MD_CTX_free(hash->copy);
    g_free(hash);
}

void sks_hash_restart(struct sks_hash *hash)
{
    must(hash->digest != NULL &&
         EVP_DigestInit_ex2(hash->context, hash->digest, NULL)); /* NULL would be the last one */
}

void sks_hash_add(struct sks_hash *hash, const void *bytes, size_t size)
{
    must(EVP_DigestUpdate(hash->context, bytes, size));
}

void sks_hash_result(struct sks_hash *hash, unsigned char *out_bytes)
{
    must(EVP_DigestFinal_ex(hash->context, out_bytes, NULL));
}

void sks_hash_peek(struct sks_hash *hash, unsigned char *out_bytes)
{
    must(EVP_MD_CTX_copy_ex(hash->copy, hash->context));
    must(EVP_DigestFinal_ex(hash->copy, out_bytes, NULL));
}

void sks_hash_once(enum sks_digest digest, unsigned char *out_bytes, const void *first, size_t first_size,
                   const void *second, size_t second_size)
{
    struct sks_hash *hash = sks_hash_create(digest);
    sks_hash_add(hash, first, first_size);
    sks_hash_add(hash, second, second_size);
    sks_hash_result(hash, out_bytes);
    sks_hash_destroy(hash);
}

bool sks_hmac(enum sks_digest digest, unsigned char *out_bytes, const void *key, size_t key_size, const void *bytes,
              size_t size)
{
    sks_crypt_prepare();
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(library.hmac);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest_names[digest], 0),
        OSSL_PARAM_construct_end(),
    };
    size_t length = 0;
    bool done = context != NULL && EVP_MAC_init(context, key, key_size, parameters) == 1 &&
                EVP_MAC_update(context, bytes, size) == 1 &&
                EVP_MAC_final(context, out_bytes, &length, SKS_DIGEST_MAXIMUM) == 1;
    EVP_MAC_CTX_free(context);
    return done;
}

bool sks_pbkdf2(enum sks_digest digest, unsigned char *out_key, size_t key_size, const char *password, const void *salt,
                size_t salt_size, unsigned iterations)
{
    sks_crypt_prepare();
    EVP_KDF_CTX *context = EVP_KDF_CTX_new(library.pbkdf2);
    uint64_t count = iterations;
    int unchecked = 1; /* formats may use short salts */
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)digest_names[digest], 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, (char *)password, strlen(password)),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_size),
        OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_ITER, &count),
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS5, &unchecked),
        OSSL_PARAM_construct_end(),
    };
    bool done = context != NULL && EVP_KDF_derive(context, out_key, key_size, parameters) == 1;
    EVP_KDF_CTX_free(context);
    return done;
}

static bool decrypt(EVP_CIPHER *cipher, unsigned char *out, const unsigned char *key, size_t key_size,
                    const unsigned char *iv, const unsigned char *in, size_t size)
{
    if (cipher == NULL)
        return false;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int length = 0;
    bool done = EVP_CipherInit_ex2(context, cipher, NULL, NULL, 0, NULL) == 1 &&
                EVP_CIPHER_CTX_set_key_length(context, (int)key_size) == 1 &&
                EVP_CipherInit_ex2(context, NULL, key, iv, 0, NULL) == 1;
    if (done)
        EVP_CIPHER_CTX_set_padding(context, 0);
    while (done && size > 0) {
        int step = (int)MIN(size, 1u << 30);
        done = EVP_CipherUpdate(context, out, &length, in, step) == 1 && length == step;
        in += step;
        out += step;
        size -= (size_t)step;
    }
    EVP_CIPHER_CTX_free(context);
    return done;
}

bool sks_aes_decrypt(unsigned char *out, const unsigned char *key, size_t key_size, const unsigned char *iv,
                     const unsigned char *in, size_t size)
{
    sks_crypt_prepare();
    if (key_size != 16 && key_size != 24 && key_size != 32)
        return false;
    return decrypt((iv != NULL ? library.cbc : library.ecb)[key_size / 8 - 2], out, key, key_size, iv, in,
                   size & ~(size_t)15);
}

bool sks_aes_counter(unsigned char *out, const unsigned char *key, size_t key_size, const unsigned char *in,
                     size_t size)
{
    sks_crypt_prepare();
    if (key_size != 16 && key_size != 24 && key_size != 32)
        return false;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool done = EVP_CipherInit_ex2(context, library.ecb[key_size / 8 - 2], key, NULL, 1, NULL) == 1;
    EVP_CIPHER_CTX_set_padding(context, 0);
    uint64_t counter = 1;
    for (size_t at = 0; done && at < size; at += 16, counter++) {
        unsigned char block[16] = {0}, stream[16];
        int length = 0;
        for (unsigned i = 0; i < 8; i++)
            block[i] = (unsigned char)(counter >> 8 * i);
        done = EVP_CipherUpdate(context, stream, &length, block, sizeof block) == 1 && length == sizeof block;
        for (size_t i = 0; i < 16 && at + i < size; i++)
            out[at + i] = in[at + i] ^ stream[i];
    }
    EVP_CIPHER_CTX_free(context);
    return done;
}

bool sks_rc4(unsigned char *out, const unsigned char *key, size_t key_size, const unsigned char *in, size_t size)
{
    sks_crypt_prepare();
    return decrypt(library.rc4, out, key, key_size, NULL, in, size);
}
