/*
 * From a password to the key of an office file, and the check whether it is the right one: the files store a random
 * verifier and its hash, both encrypted.
 *
 * Key derivation is slow by design. Its rounds are counted against the mail's budget.
 */
#include "attachment/office-key.h"

#include <openssl/crypto.h>

#include "attachment/derived.h"
#include "attachment/xml.h"
#include "sekisho/limits.h"

#define STANDARD_ROUNDS 50000u
#define AGILE_SEGMENT   4096u
#define PASSWORD_UNITS  255 /* what Office accepts */

/* Salt, verifier and its hash as they follow each other in binary structures. */
static bool read_verifier(struct sks_office_key *key, const unsigned char *p, size_t size, size_t hash_stored)
{
    if (!sks_has(size, 0, 4 + 16 + 16 + 4 + hash_stored) || sks_le32(p) != 16)
        return false;
    key->salt_size = key->verifier_size = 16;
    key->hash_size = 20;
    key->verifier_hash_size = hash_stored;
    memcpy(key->salt, p + 4, 16);
    memcpy(key->verifier, p + 20, 16);
    memcpy(key->verifier_hash, p + 40, hash_stored);
    return true;
}

/* The encryption header that RC4 CryptoAPI and OOXML's standard scheme share (MS-OFFCRYPTO 2.3.2). */
static void parse_header(struct sks_office_key *key, const unsigned char *info, size_t size)
{
    if (!sks_has(size, 12, 32))
        return;
    uint32_t header = sks_le32(info + 8), cipher = sks_le32(info + 20), bits = sks_le32(info + 28);
    if (!sks_has(size, 12, header))
        return;
    bool aes = cipher >= 0x660E && cipher <= 0x6610, rc4 = cipher == 0x6801;
    if (!aes && !rc4)
        return;
    key->digest = SKS_DIGEST_SHA1;
    key->key_size = aes ? (cipher - 0x660E) * 8 + 16 : bits == 0 ? 5 : bits / 8;
    key->block_size = 16;
    key->rounds = aes ? STANDARD_ROUNDS : 0;
    if (key->key_size > 32 || (rc4 && (key->key_size < 5 || key->key_size > 16)))
        return;
    if (read_verifier(key, info + 12 + header, size - 12 - header, aes ? 32 : 20))
        key->scheme = aes ? SKS_OFFICE_STANDARD : SKS_OFFICE_CRYPTOAPI;
}

static void parse_rc4(struct sks_office_key *key, const unsigned char *info, size_t size)
{
    if (!sks_has(size, 4, 48))
        return;
    memcpy(key->salt, info + 4, 16);
    memcpy(key->verifier, info + 20, 16);
    memcpy(key->verifier_hash, info + 36, 16);
    key->salt_size = key->verifier_size = key->verifier_hash_size = key->hash_size = 16;
    key->digest = SKS_DIGEST_MD5;
    key->key_size = 16;
    key->scheme = SKS_OFFICE_RC4;
}

static size_t read_base64(const struct sks_xml *xml, const char *attribute, unsigned char *out, size_t room)
{
    g_autofree char *text = sks_xml_attribute(xml, attribute);
    gsize size = 0;
    g_autofree guchar *bytes = g_base64_decode(text, &size);
    size = MIN(size, room);
    memcpy(out, bytes, size);
    return size;
}

static unsigned read_unsigned(const struct sks_xml *xml, const char *attribute)
{
    g_autofree char *text = sks_xml_attribute(xml, attribute);
    return (unsigned)MIN(g_ascii_strtoull(text, NULL, 10), 1u << 30);
}

static bool read_digest(const struct sks_xml *xml, enum sks_digest *out_digest)
{
    static const struct {
        const char *name;
        enum sks_digest digest;
    } digests[] = {{"SHA1", SKS_DIGEST_SHA1},     {"SHA-1", SKS_DIGEST_SHA1},    {"SHA256", SKS_DIGEST_SHA256},
                   {"SHA384", SKS_DIGEST_SHA384}, {"SHA512", SKS_DIGEST_SHA512}, {"MD5", SKS_DIGEST_MD5}};
    g_autofree char *name = sks_xml_attribute(xml, "hashAlgorithm");
    g_autofree char *cipher = sks_xml_attribute(xml, "cipherAlgorithm");
    g_autofree char *chaining = sks_xml_attribute(xml, "cipherChaining");
    if (strcmp(cipher, "AES") != 0 || strcmp(chaining, "ChainingModeCBC") != 0)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(digests); i++) {
        if (strcmp(digests[i].name, name) == 0) {
            *out_digest = digests[i].digest;
            return true;
        }
    }
    return false;
}

/* The XML of the agile scheme (MS-OFFCRYPTO 2.3.4.10). */
static void parse_agile(struct sks_office_key *key, const unsigned char *info, size_t size)
{
    bool package = false, password = false;
    struct sks_xml *xml = sks_xml_open(info, size);
    while (sks_xml_next(xml)) {
        if (sks_xml_is(xml, "keyData") && read_digest(xml, &key->package_digest)) {
            key->package_key_size = read_unsigned(xml, "keyBits") / 8;
            key->package_block_size = read_unsigned(xml, "blockSize");
            key->package_salt_size = read_base64(xml, "saltValue", key->package_salt, sizeof key->package_salt);
            package = true;
        } else if (sks_xml_is(xml, "encryptedKey") && !password && read_digest(xml, &key->digest)) {
            key->rounds = read_unsigned(xml, "spinCount");
            key->key_size = read_unsigned(xml, "keyBits") / 8;
            key->block_size = read_unsigned(xml, "blockSize");
            key->hash_size = read_unsigned(xml, "hashSize");
            key->salt_size = read_base64(xml, "saltValue", key->salt, sizeof key->salt);
            key->verifier_size = read_base64(xml, "encryptedVerifierHashInput", key->verifier, sizeof key->verifier);
            key->verifier_hash_size =
                read_base64(xml, "encryptedVerifierHashValue", key->verifier_hash, sizeof key->verifier_hash);
            key->package_key_stored = read_base64(xml, "encryptedKeyValue", key->package_key, sizeof key->package_key);
            password = true;
        }
    }
    sks_xml_close(xml);
    bool sizes = key->block_size == 16 && key->package_block_size == 16 && key->key_size >= 16 && key->key_size <= 32 &&
                 key->package_key_size == key->key_size && key->salt_size >= 8 && key->verifier_size >= 16 &&
                 key->verifier_hash_size >= key->hash_size && key->hash_size == sks_digest_size(key->digest) &&
                 key->package_key_stored >= key->key_size;
    if (package && password && sizes)
        key->scheme = SKS_OFFICE_AGILE;
}

void sks_office_key_parse(struct sks_office_key *out_key, const unsigned char *info, size_t size)
{
    *out_key = (struct sks_office_key){.scheme = SKS_OFFICE_UNKNOWN};
    if (!sks_has(size, 0, 8))
        return;
    unsigned major = sks_le16(info), minor = sks_le16(info + 2);
    if (major == 1 && minor == 1)
        parse_rc4(out_key, info, size);
    else if (major >= 2 && major <= 4 && minor == 2)
        parse_header(out_key, info, size);
    else if (major == 4 && minor == 4)
        parse_agile(out_key, info + 8, size - 8);
}

static void put32(unsigned char *p, uint32_t value)
{
    p[0] = (unsigned char)value;
    p[1] = (unsigned char)(value >> 8);
    p[2] = (unsigned char)(value >> 16);
    p[3] = (unsigned char)(value >> 24);
}

/* Hash of salt and password, then rounds times of counter and hash. */
static void spin(const struct sks_office_key *key, const unsigned char *password, size_t size, unsigned char *out_hash)
{
    struct sks_hash *hash = sks_hash_create(key->digest);
    size_t length = sks_digest_size(key->digest);
    unsigned char buffer[4 + SKS_DIGEST_MAXIMUM];
    sks_hash_add(hash, key->salt, key->salt_size);
    sks_hash_add(hash, password, size);
    sks_hash_result(hash, buffer + 4);
    for (unsigned i = 0; i < key->rounds; i++) {
        put32(buffer, i);
        sks_hash_restart(hash);
        sks_hash_add(hash, buffer, 4 + length);
        sks_hash_result(hash, buffer + 4);
    }
    memcpy(out_hash, buffer + 4, length);
    sks_hash_destroy(hash);
}

/* The same, if it was not done just before. */
static void derive(const struct sks_office_key *key, const unsigned char *password, size_t size,
                   unsigned char *out_hash)
{
    struct sks_derived_id id;
    unsigned char parameters[8 + sizeof key->salt];
    size_t length = sks_digest_size(key->digest);
    put32(parameters, (uint32_t)key->digest);
    put32(parameters + 4, key->rounds);
    memcpy(parameters + 8, key->salt, key->salt_size);
    sks_derived_id(&id, SKS_DERIVED_OFFICE, parameters, 8 + key->salt_size, password, size);
    if (sks_derived_find(out_hash, length, &id))
        return;
    spin(key, password, size, out_hash);
    sks_derived_keep(&id, out_hash, length);
}

static bool try_rc4(struct sks_office_key *key, const unsigned char *password, size_t size)
{
    unsigned char hash[SKS_DIGEST_MAXIMUM], mixed[16 * (5 + 16)];
    sks_hash_once(SKS_DIGEST_MD5, hash, password, size, "", 0);
    for (size_t i = 0; i < 16; i++) {
        memcpy(mixed + 21 * i, hash, 5);
        memcpy(mixed + 21 * i + 5, key->salt, 16);
    }
    sks_hash_once(SKS_DIGEST_MD5, key->secret, mixed, sizeof mixed, "", 0);
    return true;
}

/* RC4 schemes: verifier and its hash are the first bytes of block 0's stream. */
static bool check_rc4(const struct sks_office_key *key)
{
    unsigned char joined[16 + 20], sum[SKS_DIGEST_MAXIMUM];
    memcpy(joined, key->verifier, 16);
    memcpy(joined + 16, key->verifier_hash, key->hash_size);
    if (!sks_office_key_rc4(key, 0, joined, joined, 16 + key->hash_size))
        return false;
    sks_hash_once(key->digest, sum, joined, 16, "", 0);
    return CRYPTO_memcmp(sum, joined + 16, key->hash_size) == 0;
}

static bool try_standard(struct sks_office_key *key, const unsigned char *spun)
{
    unsigned char hash[SKS_DIGEST_MAXIMUM], pad[64], keys[40], verifier[16], verifier_hash[32];
    static const unsigned char block[4] = {0};
    sks_hash_once(SKS_DIGEST_SHA1, hash, spun, 20, block, 4);
    for (size_t half = 0; half < 2; half++) {
        memset(pad, half == 0 ? 0x36 : 0x5C, sizeof pad);
        for (size_t i = 0; i < 20; i++)
            pad[i] ^= hash[i];
        unsigned char part[SKS_DIGEST_MAXIMUM];
        sks_hash_once(SKS_DIGEST_SHA1, part, pad, sizeof pad, "", 0);
        memcpy(keys + 20 * half, part, 20);
    }
    memcpy(key->secret, keys, key->key_size);
    if (!sks_aes_decrypt(verifier, key->secret, key->key_size, NULL, key->verifier, 16) ||
        !sks_aes_decrypt(verifier_hash, key->secret, key->key_size, NULL, key->verifier_hash, 32))
        return false;
    sks_hash_once(SKS_DIGEST_SHA1, hash, verifier, 16, "", 0);
    return CRYPTO_memcmp(hash, verifier_hash, 20) == 0;
}

/* Decrypts one of the values that the password protects; each has a key of its own, told apart by label. */
static bool open_value(const struct sks_office_key *key, const unsigned char *spun, const char *label,
                       unsigned char *out, const unsigned char *value, size_t size)
{
    unsigned char own[SKS_DIGEST_MAXIMUM], iv[16];
    memset(own, 0x36, sizeof own);
    sks_hash_once(key->digest, own, spun, sks_digest_size(key->digest), label, 8);
    memset(iv, 0x36, sizeof iv);
    memcpy(iv, key->salt, MIN(key->salt_size, sizeof iv));
    return sks_aes_decrypt(out, own, key->key_size, iv, value, size);
}

static bool try_agile(struct sks_office_key *key, const unsigned char *spun)
{
    unsigned char verifier[64], verifier_hash[64], hash[SKS_DIGEST_MAXIMUM];
    if (!open_value(key, spun, "\xFE\xA7\xD2\x76\x3B\x4B\x9E\x79", verifier, key->verifier, key->verifier_size) ||
        !open_value(key, spun, "\xD7\xAA\x0F\x6D\x30\x61\x34\x4E", verifier_hash, key->verifier_hash,
                    key->verifier_hash_size) ||
        !open_value(key, spun, "\x14\x6E\x0B\xE7\xAB\xAC\xD0\xD6", key->secret, key->package_key,
                    key->package_key_stored))
        return false;
    sks_hash_once(key->digest, hash, verifier, MIN(key->salt_size, key->verifier_size & ~(size_t)15), "", 0);
    return CRYPTO_memcmp(hash, verifier_hash, MIN(key->hash_size, key->verifier_hash_size & ~(size_t)15)) == 0;
}

static bool try_password(struct sks_office_key *key, const char *text, struct sks_file *file)
{
    unsigned char password[PASSWORD_UNITS * 2], spun[SKS_DIGEST_MAXIMUM];
    glong units = 0;
    g_autofree gunichar2 *wide = g_utf8_to_utf16(text, -1, NULL, &units, NULL);
    if (wide == NULL || units == 0 || units > PASSWORD_UNITS || !sks_file_spend_rounds(file, key->rounds + 1))
        return false;
    for (glong i = 0; i < units; i++) {
        password[2 * i] = (unsigned char)wide[i];
        password[2 * i + 1] = (unsigned char)(wide[i] >> 8);
    }
    size_t size = (size_t)units * 2;
    if (key->scheme == SKS_OFFICE_RC4)
        return try_rc4(key, password, size) && check_rc4(key);
    if (key->rounds > 0)
        derive(key, password, size, spun);
    else
        spin(key, password, size, spun);
    if (key->scheme == SKS_OFFICE_STANDARD)
        return try_standard(key, spun);
    if (key->scheme == SKS_OFFICE_AGILE)
        return try_agile(key, spun);
    memcpy(key->secret, spun, 20);
    return check_rc4(key);
}

bool sks_office_key_unlock(struct sks_office_key *key, struct sks_file *file)
{
    if (key->scheme == SKS_OFFICE_UNKNOWN)
        return false;
    const char *password;
    for (unsigned i = 0; (password = sks_file_password(file, i, key->rounds > 0)) != NULL; i++) {
        if (try_password(key, password, file))
            return true;
    }
    if (!try_password(key, SKS_OFFICE_DEFAULT_PASSWORD, file))
        return false;
    sks_file_fact(file, "attachment.default-password", NULL, NULL);
    return true;
}

bool sks_office_key_rc4(const struct sks_office_key *key, uint32_t block, unsigned char *out, const unsigned char *in,
                        size_t size)
{
    unsigned char number[4], block_key[SKS_DIGEST_MAXIMUM];
    put32(number, block);
    if (key->scheme == SKS_OFFICE_RC4) {
        sks_hash_once(SKS_DIGEST_MD5, block_key, key->secret, 5, number, 4);
        return sks_rc4(out, block_key, 16, in, size);
    }
    sks_hash_once(SKS_DIGEST_SHA1, block_key, key->secret, 20, number, 4);
    if (key->key_size > 5)
        return sks_rc4(out, block_key, key->key_size, in, size);
    memset(block_key + 5, 0, 11); /* 40 bits are filled up with zeros */
    return sks_rc4(out, block_key, 16, in, size);
}

bool sks_office_key_rc4_stream(const struct sks_office_key *key, unsigned char *bytes, size_t size, size_t block_size)
{
    for (size_t at = 0; at < size; at += block_size) {
        if (!sks_office_key_rc4(key, (uint32_t)(at / block_size), bytes + at, bytes + at, MIN(block_size, size - at)))
            return false;
    }
    return true;
}

unsigned char *sks_office_key_package(const struct sks_office_key *key, const unsigned char *stream, size_t size,
                                      size_t *out_size)
{
    if (size < 8)
        return NULL;
    size_t length = (size - 8) & ~(size_t)15;
    unsigned char *package = g_malloc(length + 1);
    bool done = true;
    if (key->scheme == SKS_OFFICE_STANDARD)
        done = sks_aes_decrypt(package, key->secret, key->key_size, NULL, stream + 8, length);
    for (size_t at = 0; key->scheme == SKS_OFFICE_AGILE && done && at < length; at += AGILE_SEGMENT) {
        unsigned char number[4], iv[SKS_DIGEST_MAXIMUM];
        put32(number, (uint32_t)(at / AGILE_SEGMENT));
        sks_hash_once(key->package_digest, iv, key->package_salt, key->package_salt_size, number, 4);
        done = sks_aes_decrypt(package + at, key->secret, key->package_key_size, iv, stream + 8 + at,
                               MIN(AGILE_SEGMENT, length - at));
    }
    if (!done) {
        g_free(package);
        return NULL;
    }
    *out_size = (size_t)MIN(sks_le64(stream), length);
    return package;
}
