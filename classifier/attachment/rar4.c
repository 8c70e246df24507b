/*
 * RAR 1.5 to 4: headers, key derivation (from 2.9 on; the ciphers before it are recognised only), and headers written
 * anew without encryption.
 */
#include <zlib.h>

#include "base/crypt.h"
#include "attachment/names.h"
#include "attachment/rar.h"
#include "sekisho/limits.h"

#define MARKER     "Rar!\x1A\x07\x00"
#define BLOCK_SIZE 7u
#define MAIN_SIZE  13u
#define FILE_SIZE  32u
#define ROUNDS     0x40000u

enum block_type {
    BLOCK_MAIN = 0x73,
    BLOCK_FILE = 0x74,
    BLOCK_SERVICE = 0x7A,
    BLOCK_END = 0x7B,
};

enum file_flag {
    FILE_SPLIT = 0x0003,
    FILE_ENCRYPTED = 0x0004,
    FILE_SOLID = 0x0010,
    FILE_LARGE = 0x0100,
    FILE_UNICODE = 0x0200,
    FILE_SALT = 0x0400,
};

struct key {
    unsigned char key[16], iv[16];
};

/* SHA-1 over a quarter of a million copies of password, salt and a counter (as unrar derives it). */
static bool derive(struct sks_rar *rar, struct key *out_key, const unsigned char *salt)
{
    static const unsigned char none[8];
    const unsigned char *own = salt != NULL ? salt : none;
    if (rar->password == NULL)
        return false;
    if (rar->last.password == rar->password && rar->last.rounds == ROUNDS + (salt != NULL) &&
        memcmp(rar->last.salt, own, 8) == 0) {
        memcpy(out_key->key, rar->last.key, 16);
        memcpy(out_key->iv, rar->last.iv, 16);
        return true;
    }
    if (!sks_file_spend_rounds(rar->file, ROUNDS))
        return false;
    glong length = 0;
    g_autofree gunichar2 *wide = g_utf8_to_utf16(rar->password, -1, NULL, &length, NULL);
    if (wide == NULL || length == 0 || length > 127)
        return false;
    unsigned char seed[127 * 2 + 8 + 3];
    size_t size = 0;
    for (glong i = 0; i < length; i++) {
        seed[size++] = (unsigned char)wide[i];
        seed[size++] = (unsigned char)(wide[i] >> 8);
    }
    if (salt != NULL) {
        memcpy(seed + size, salt, 8);
        size += 8;
    }
    struct sks_hash *hash = sks_hash_create(SKS_DIGEST_SHA1);
    unsigned char digest[20];
    for (unsigned i = 0; i < ROUNDS; i++) {
        seed[size] = (unsigned char)i;
        seed[size + 1] = (unsigned char)(i >> 8);
        seed[size + 2] = (unsigned char)(i >> 16);
        sks_hash_add(hash, seed, size + 3);
        if (i % (ROUNDS / 16) == 0) {
            sks_hash_peek(hash, digest);
            out_key->iv[i / (ROUNDS / 16)] = digest[19];
        }
    }
    sks_hash_result(hash, digest);
    sks_hash_destroy(hash);
    for (size_t i = 0; i < 16; i++)
        out_key->key[i] = digest[i / 4 * 4 + (3 - i % 4)];
    rar->last.password = rar->password;
    rar->last.rounds = ROUNDS + (salt != NULL);
    memcpy(rar->last.salt, own, 8);
    memcpy(rar->last.key, out_key->key, 16);
    memcpy(rar->last.iv, out_key->iv, 16);
    return true;
}

unsigned char *sks_rar4_decrypt(struct sks_rar *rar, const struct sks_rar_member *member)
{
    struct key key;
    size_t size = member->packed & ~(uint64_t)15;
    bool salted = (member->flags & FILE_SALT) != 0;
    if (member->split || member->version < 29 || !derive(rar, &key, salted ? member->encryption.salt : NULL))
        return NULL;
    unsigned char *plain = g_malloc(size + 1);
    if (sks_aes_decrypt(plain, key.key, 16, key.iv, member->data, size))
        return plain;
    g_free(plain);
    return NULL;
}

/* The compressed Unicode form of a name: two bits for each character say how it is built from the plain form. */
static char *unpack_name(const unsigned char *plain, size_t plain_size, const unsigned char *packed, size_t size)
{
    g_autoptr(GByteArray) wide = g_byte_array_new();
    size_t at = 0;
    unsigned high = size > 0 ? packed[at++] : 0, flags = 0, bits = 0;
    while (at < size && wide->len < 2 * SKS_LIMIT_FILE_NAME_SIZE) {
        if (bits == 0) {
            flags = packed[at++];
            bits = 8;
            continue;
        }
        unsigned mode = flags >> 6 & 3;
        flags <<= 2;
        bits -= 2;
        guint8 unit[2] = {packed[at], mode == 1 ? (guint8)high : 0};
        if (mode == 2 && at + 1 < size)
            unit[1] = packed[at + 1];
        if (mode < 3) {
            g_byte_array_append(wide, unit, 2);
            at += mode == 2 ? 2 : 1;
            continue;
        }
        unsigned run = packed[at++], correction = 0;
        bool shifted = (run & 0x80) != 0;
        if (shifted && at < size)
            correction = packed[at++];
        for (run = (run & 0x7F) + 2; run > 0 && wide->len / 2 < plain_size; run--) {
            guint8 copied[2] = {(guint8)(plain[wide->len / 2] + (shifted ? correction : 0)),
                                shifted ? (guint8)high : 0};
            g_byte_array_append(wide, copied, 2);
        }
    }
    return sks_name_decode_utf16(wide->data != NULL ? wide->data : (const guint8 *)"", wide->len);
}

static void read_name(struct sks_rar_member *member, const unsigned char *name, size_t size)
{
    const unsigned char *end = memchr(name, '\0', size);
    if ((member->flags & FILE_UNICODE) != 0 && end != NULL) {
        size_t plain = (size_t)(end - name);
        member->name = unpack_name(name, plain, end + 1, size - plain - 1);
        member->charset = "utf-16";
        return;
    }
    member->charset = sks_name_charset(name, size);
    member->name = sks_name_decode(name, size, member->charset);
}

/* A file's or service's block of size bytes at p; the packed bytes are at data. */
static void read_file(struct sks_rar *rar, const unsigned char *p, size_t size, const unsigned char *data,
                      uint64_t packed)
{
    unsigned flags = sks_le16(p + 3);
    size_t at = FILE_SIZE + ((flags & FILE_LARGE) != 0 ? 8 : 0), length = sks_le16(p + 26);
    if (!sks_has(size, at, length)) {
        rar->damaged = true;
        return;
    }
    struct sks_rar_member member = {
        .packed = packed,
        .data = data,
        .size = sks_le32(p + 11) | ((flags & FILE_LARGE) != 0 ? (uint64_t)sks_le32(p + 36) << 32 : 0),
        .system = p[15],
        .crc = sks_le32(p + 16),
        .has_crc = true,
        .time = sks_le32(p + 20),
        .modified = sks_dos_time(sks_le32(p + 20)),
        .version = p[24],
        .method = p[25],
        .attributes = sks_le32(p + 28),
        .flags = flags,
        .encrypted = (flags & FILE_ENCRYPTED) != 0,
        .directory = (flags & 0xE0) == 0xE0,
        .split = (flags & FILE_SPLIT) != 0,
        .solid = (flags & FILE_SOLID) != 0,
    };
    member.link = member.system == 3 && (member.attributes & 0170000) == 0120000;
    member.comment = p[2] == BLOCK_SERVICE && length == 3 && memcmp(p + at, "CMT", 3) == 0;
    if (p[2] == BLOCK_SERVICE && !member.comment)
        return;
    if ((flags & FILE_SALT) != 0 && sks_has(size, at + length, 8))
        memcpy(member.encryption.salt, p + at + length, 8);
    read_name(&member, p + at, length);
    g_array_append_val(rar->members, member);
}

static bool sum_fits(const unsigned char *block, size_t size)
{
    return (crc32(crc32(0, NULL, 0), block + 2, (uInt)(size - 2)) & 0xFFFF) == sks_le16(block);
}

/* The block at *at: where it is, or decrypted. *at moves behind it (not behind its data). NULL at the end. */
static const unsigned char *next_block(struct sks_rar *rar, bool decrypt, size_t *at, size_t *out_size,
                                       unsigned char **out_plain)
{
    *out_plain = NULL;
    if (!decrypt) {
        if (!sks_has(rar->size, *at, BLOCK_SIZE))
            return NULL;
        const unsigned char *block = rar->bytes + *at;
        *out_size = sks_le16(block + 5);
        if (*out_size < BLOCK_SIZE || !sks_has(rar->size, *at, *out_size))
            return NULL;
        *at += *out_size;
        return block;
    }
    struct key key;
    unsigned char first[16];
    if (!sks_has(rar->size, *at, 8 + 16) || !derive(rar, &key, rar->bytes + *at))
        return NULL;
    const unsigned char *start = rar->bytes + *at + 8;
    sks_aes_decrypt(first, key.key, 16, key.iv, start, 16);
    *out_size = sks_le16(first + 5);
    size_t padded = (*out_size + 15) & ~(size_t)15;
    if (*out_size < BLOCK_SIZE || !sks_has(rar->size, *at + 8, padded))
        return NULL;
    unsigned char *plain = g_malloc(padded);
    sks_aes_decrypt(plain, key.key, 16, key.iv, start, padded);
    if (!sum_fits(plain, *out_size)) {
        g_free(plain);
        return NULL;
    }
    *out_plain = plain;
    *at += 8 + padded;
    return plain;
}

/* Reads blocks from at on. The first encrypted one that makes sense proves the password, nearly: see rar.c. */
static void read_blocks(struct sks_rar *rar, size_t at, bool decrypt)
{
    while (at < rar->size && rar->members->len < SKS_RAR_MEMBERS) {
        g_autofree unsigned char *plain = NULL;
        size_t size;
        const unsigned char *block = next_block(rar, decrypt, &at, &size, &plain);
        if (block == NULL) {
            rar->damaged = rar->members->len == 0 || !decrypt;
            return;
        }
        unsigned type = block[2], flags = sks_le16(block + 3);
        rar->end = at;
        rar->fits = rar->fits || decrypt;
        if (type == BLOCK_END)
            return;
        uint64_t data = 0;
        bool file = (type == BLOCK_FILE || type == BLOCK_SERVICE) && size >= FILE_SIZE;
        if ((file || (flags & 0x8000) != 0) && size >= BLOCK_SIZE + 4)
            data = sks_le32(block + BLOCK_SIZE);
        if (file && (flags & FILE_LARGE) != 0 && size >= FILE_SIZE + 8)
            data |= (uint64_t)sks_le32(block + FILE_SIZE) << 32;
        bool whole = sks_has(rar->size, at, data);
        rar->damaged = rar->damaged || !whole;
        data = whole ? data : rar->size - at;
        if (file)
            read_file(rar, block, size, rar->bytes + at, data);
        at += data;
        rar->end = at;
        if (type != BLOCK_MAIN)
            continue;
        rar->volume = (flags & 0x0001) != 0;
        rar->solid = (flags & 0x0008) != 0;
        rar->hidden = (flags & 0x0080) != 0;
        if (rar->hidden && rar->password == NULL)
            return;
        decrypt = rar->hidden;
    }
}

bool sks_rar4_begins(const unsigned char *bytes, size_t size, uint64_t *summed)
{
    size_t start = sizeof MARKER - 1;
    if (!SKS_IS_AT(bytes, size, 0, MARKER) || !sks_has(size, start, BLOCK_SIZE))
        return false;
    const unsigned char *block = bytes + start;
    unsigned length = sks_le16(block + 5);
    if (block[2] != BLOCK_MAIN || length < BLOCK_SIZE || !sks_has(size, start, length))
        return false;
    *summed += length;
    return sum_fits(block, length);
}

void sks_rar4_read(struct sks_rar *rar)
{
    read_blocks(rar, sizeof MARKER - 1, false);
}

static void put16(guint8 *p, unsigned value)
{
    p[0] = (guint8)value;
    p[1] = (guint8)(value >> 8);
}

static void put32(guint8 *p, uint32_t value)
{
    put16(p, value & 0xFFFF);
    put16(p + 2, value >> 16);
}

static void write_block(GByteArray *out, guint8 *block, size_t size)
{
    put16(block + 5, (unsigned)size);
    put16(block, crc32(crc32(0, NULL, 0), block + 2, (uInt)(size - 2)) & 0xFFFF);
    g_byte_array_append(out, block, (guint)size);
}

void sks_rar4_write_start(const struct sks_rar *rar, GByteArray *out)
{
    guint8 block[MAIN_SIZE] = {0, 0, BLOCK_MAIN, rar->solid ? 8 : 0};
    g_byte_array_append(out, (const guint8 *)MARKER, sizeof MARKER - 1);
    write_block(out, block, sizeof block);
}

void sks_rar4_write_member(const struct sks_rar_member *member, const unsigned char *data, unsigned number,
                           GByteArray *out)
{
    guint8 block[FILE_SIZE + SKS_RAR_NAME_SIZE + 1] = {0, 0, BLOCK_FILE};
    uint64_t packed = member->method == 0x30 ? MIN(member->packed, member->size) : member->packed;
    /* The window size stays, which bits 5 to 7 hold; encryption, comments, salts and times go. */
    put16(block + 3, 0x8000 | (member->flags & (FILE_SOLID | 0xE0)));
    put32(block + 7, (uint32_t)packed);
    put32(block + 11, (uint32_t)member->size);
    block[15] = (guint8)member->system;
    put32(block + 16, member->crc);
    put32(block + 20, member->time);
    block[24] = (guint8)member->version;
    block[25] = (guint8)member->method;
    put16(block + 26, SKS_RAR_NAME_SIZE);
    put32(block + 28, 0x20);
    g_snprintf((char *)block + FILE_SIZE, SKS_RAR_NAME_SIZE + 1, "%08u", number);
    write_block(out, block, sizeof block - 1);
    g_byte_array_append(out, data, (guint)packed);
}

void sks_rar4_write_end(GByteArray *out)
{
    guint8 block[BLOCK_SIZE] = {0, 0, BLOCK_END, 0, 0x40};
    write_block(out, block, sizeof block);
}
