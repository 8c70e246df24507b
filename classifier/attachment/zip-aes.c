/*
 * Encryption of zip members, for what libzip doesn't do with it.
 *
 * WinZip's AES (www.winzip.com/en/support/aes-encryption): salt, two bytes to check the password by, ciphertext, and
 * the first ten bytes of its HMAC-SHA1. ZipCrypto (APPNOTE.TXT 6.1): twelve bytes, the last of which checks the
 * password.
 */
#include <glib.h>
#include <openssl/crypto.h>
#include <zlib.h>

#include "attachment/bytes.h"
#include "base/crypt.h"
#include "attachment/zip.h"

#define CHECK_SIZE       2u
#define MAC_SIZE         10u
#define ROUNDS           1000u
#define KEY_MOST         32u
#define TRADITIONAL_SIZE 12u

struct aes_parts {
    const unsigned char *salt, *check, *text, *mac;
    size_t salt_size, key_size, size;
    unsigned char keys[2 * KEY_MOST + CHECK_SIZE]; /* to decrypt, for the MAC, to check */
};

static bool derive(struct aes_parts *out, const struct sks_zip_directory *directory,
                   const struct sks_zip_member *member, const char *password)
{
    if (member->aes < 1 || member->aes > 3)
        return false;
    out->key_size = 8 + 8 * member->aes;
    out->salt_size = out->key_size / 2;
    size_t around = out->salt_size + CHECK_SIZE + MAC_SIZE;
    out->salt = sks_zip_packed(directory, member);
    if (out->salt == NULL || member->packed < around)
        return false;
    out->check = out->salt + out->salt_size;
    out->text = out->check + CHECK_SIZE;
    out->size = (size_t)member->packed - around;
    out->mac = out->text + out->size;
    return sks_pbkdf2(SKS_DIGEST_SHA1, out->keys, 2 * out->key_size + CHECK_SIZE, password, out->salt, out->salt_size,
                      ROUNDS);
}

bool sks_zip_is_authentic(const struct sks_zip_directory *directory, const struct sks_zip_member *member,
                          const char *password)
{
    struct aes_parts parts;
    unsigned char mac[SKS_DIGEST_MAXIMUM];
    return derive(&parts, directory, member, password) &&
           memcmp(parts.check, parts.keys + 2 * parts.key_size, CHECK_SIZE) == 0 &&
           sks_hmac(SKS_DIGEST_SHA1, mac, parts.keys + parts.key_size, parts.key_size, parts.text, parts.size) &&
           CRYPTO_memcmp(mac, parts.mac, MAC_SIZE) == 0;
}

static void stir(uint32_t keys[3], unsigned char byte, const z_crc_t *table)
{
    keys[0] = (uint32_t)table[(keys[0] ^ byte) & 0xFF] ^ keys[0] >> 8;
    keys[1] = (keys[1] + (keys[0] & 0xFF)) * 134775813u + 1;
    keys[2] = (uint32_t)table[(keys[2] ^ keys[1] >> 24) & 0xFF] ^ keys[2] >> 8;
}

static GByteArray *decrypt_traditional(const unsigned char *packed, size_t size, const struct sks_zip_member *member,
                                       const char *password)
{
    const z_crc_t *table = get_crc_table();
    uint32_t keys[3] = {0x12345678, 0x23456789, 0x34567890};
    GByteArray *plain = NULL;
    for (const char *p = password; *p != '\0'; p++)
        stir(keys, (unsigned char)*p, table);
    for (size_t i = 0; i < size; i++) {
        uint32_t mask = (keys[2] | 2) & 0xFFFF;
        unsigned char byte = packed[i] ^ (unsigned char)(mask * (mask ^ 1) >> 8);
        stir(keys, byte, table);
        if (i + 1 == TRADITIONAL_SIZE) {
            if (byte != member->crc >> 24 && byte != (member->dos_time >> 8 & 0xFF))
                return NULL;
            plain = g_byte_array_sized_new((guint)(size - i));
        } else if (plain != NULL) {
            g_byte_array_append(plain, &byte, 1);
        }
    }
    return plain;
}

GByteArray *sks_zip_decrypt(const struct sks_zip_directory *directory, const struct sks_zip_member *member,
                            const char *password)
{
    struct aes_parts parts;
    const unsigned char *packed = sks_zip_packed(directory, member);
    if (packed == NULL)
        return NULL;
    if (member->aes == 0)
        return decrypt_traditional(packed, (size_t)member->packed, member, password);
    if (!derive(&parts, directory, member, password))
        return NULL;
    GByteArray *plain = g_byte_array_new();
    g_byte_array_set_size(plain, (guint)parts.size);
    if (parts.size == 0 || sks_aes_counter(plain->data, parts.keys, parts.key_size, parts.text, parts.size))
        return plain;
    g_byte_array_unref(plain);
    return NULL;
}
