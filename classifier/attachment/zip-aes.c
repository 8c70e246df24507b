/*
 * The MAC of WinZip's AES (www.winzip.com/en/support/aes-encryption): salt, two bytes to check the password by,
 * ciphertext, and the first ten bytes of its HMAC-SHA1.
 */
#include <glib.h>
#include <openssl/crypto.h>

#include "attachment/bytes.h"
#include "attachment/crypt.h"
#include "attachment/zip.h"

#define CHECK_SIZE 2u
#define MAC_SIZE   10u
#define ROUNDS     1000u
#define KEY_MOST   32u

bool sks_zip_is_authentic(const struct sks_zip_directory *directory, const struct sks_zip_member *member,
                          const char *password)
{
    if (member->aes < 1 || member->aes > 3)
        return false;
    size_t key_size = 8 + 8 * member->aes, salt_size = key_size / 2, around = salt_size + CHECK_SIZE + MAC_SIZE;
    const unsigned char *packed = sks_zip_packed(directory, member);
    unsigned char keys[2 * KEY_MOST + CHECK_SIZE], mac[SKS_DIGEST_MAXIMUM];
    if (packed == NULL || member->packed < around ||
        !sks_pbkdf2(SKS_DIGEST_SHA1, keys, 2 * key_size + CHECK_SIZE, password, packed, salt_size, ROUNDS))
        return false;
    const unsigned char *check = packed + salt_size, *text = check + CHECK_SIZE;
    size_t size = (size_t)member->packed - around;
    return memcmp(check, keys + 2 * key_size, CHECK_SIZE) == 0 &&
           sks_hmac(SKS_DIGEST_SHA1, mac, keys + key_size, key_size, text, size) &&
           CRYPTO_memcmp(mac, text + size, MAC_SIZE) == 0;
}
