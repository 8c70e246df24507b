/* RAR 5: headers, key derivation, and headers written anew without encryption. */
#include <openssl/crypto.h>
#include <zlib.h>

#include "base/crypt.h"
#include "attachment/names.h"
#include "attachment/rar.h"
#include "sekisho/limits.h"

#define MARKER      "Rar!\x1A\x07\x01\x00"
#define HEADER_SIZE (2u * 1024 * 1024)
#define ROUNDS_LOG  19u /* half a million rounds; rar itself writes 15 */

enum header_type {
    HEADER_MAIN = 1,
    HEADER_FILE = 2,
    HEADER_SERVICE = 3,
    HEADER_ENCRYPTION = 4,
    HEADER_END = 5,
};

/* Seven bits in a byte, the lowest first. */
static uint64_t read_number(struct sks_cursor *cursor)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && cursor->p < cursor->end; shift += 7) {
        unsigned char byte = *cursor->p++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if ((byte & 0x80) == 0)
            return value;
    }
    cursor->failed = true;
    return 0;
}

static uint32_t read_word(struct sks_cursor *cursor)
{
    return sks_le32(sks_cursor_bytes(cursor, 4));
}

/* What the archive's encryption header and a file's encryption record have in common. */
static void read_encryption(struct sks_cursor *cursor, struct sks_rar_encryption *encryption, bool of_file)
{
    read_number(cursor); /* version 0: AES-256 */
    uint64_t flags = read_number(cursor);
    encryption->rounds_log = (unsigned char)sks_cursor_byte(cursor);
    memcpy(encryption->salt, sks_cursor_bytes(cursor, 16), 16);
    if (of_file)
        memcpy(encryption->iv, sks_cursor_bytes(cursor, 16), 16);
    encryption->has_check = (flags & 1) != 0;
    encryption->mac = of_file && (flags & 2) != 0;
    if (encryption->has_check)
        memcpy(encryption->check, sks_cursor_bytes(cursor, 12), 12);
}

static void read_extra(struct sks_cursor *cursor, struct sks_rar_member *member)
{
    while (cursor->p < cursor->end && !cursor->failed) {
        uint64_t size = read_number(cursor);
        const unsigned char *start = sks_cursor_bytes(cursor, size);
        if (cursor->failed)
            return;
        struct sks_cursor record = {.p = start, .end = start + size};
        switch (read_number(&record)) {
        case 1:
            member->encrypted = true;
            read_encryption(&record, &member->encryption, true);
            break;
        case 3: { /* times: Unix seconds or Windows' */
            uint64_t flags = read_number(&record);
            if ((flags & 2) != 0 && (flags & 1) != 0)
                member->modified = read_word(&record);
            else if ((flags & 2) != 0)
                member->modified = sks_windows_time(sks_le64(sks_cursor_bytes(&record, 8)));
            break;
        }
        case 5:
            member->link = true;
            break;
        default:
            break;
        }
    }
}

static void read_file(struct sks_rar *rar, struct sks_cursor *cursor, uint64_t flags, uint64_t extra, uint64_t packed,
                      const unsigned char *data, bool service)
{
    struct sks_rar_member member = {.packed = packed, .data = data, .split = (flags & 0x18) != 0};
    uint64_t file_flags = read_number(cursor);
    member.size = read_number(cursor);
    member.attributes = (uint32_t)read_number(cursor);
    if ((file_flags & 2) != 0)
        member.modified = read_word(cursor);
    member.has_crc = (file_flags & 4) != 0;
    if (member.has_crc)
        member.crc = read_word(cursor);
    member.method = (unsigned)read_number(cursor);
    member.solid = (member.method & 0x40) != 0;
    member.system = (unsigned)read_number(cursor);
    member.directory = (file_flags & 1) != 0;
    uint64_t length = read_number(cursor);
    const unsigned char *name = sks_cursor_bytes(cursor, length);
    if (cursor->failed) {
        rar->damaged = true;
        return;
    }
    struct sks_cursor records = {.p = cursor->end - MIN(extra, (uint64_t)(cursor->end - cursor->p)),
                                 .end = cursor->end};
    read_extra(&records, &member);
    member.comment = service && length == 3 && memcmp(name, "CMT", 3) == 0;
    if (service && !member.comment)
        return;
    member.charset = sks_name_charset(name, length);
    member.name = sks_name_decode(name, length, member.charset);
    g_array_append_val(rar->members, member);
}

static bool derive(struct sks_rar *rar, unsigned char out_key[32], const struct sks_rar_encryption *encryption,
                   unsigned more)
{
    if (encryption->rounds_log > ROUNDS_LOG)
        return false;
    unsigned rounds = (1u << encryption->rounds_log) + more;
    if (rar->last.password != rar->password || rar->last.rounds != rounds ||
        memcmp(rar->last.salt, encryption->salt, 16) != 0) {
        rar->last.password = NULL;
        if (!sks_file_spend_rounds(rar->file, 2 * (uint64_t)rounds) || /* HMAC hashes twice */
            !sks_pbkdf2(SKS_DIGEST_SHA256, rar->last.key, 32, rar->password, encryption->salt, 16, rounds))
            return false;
        rar->last.password = rar->password;
        rar->last.rounds = rounds;
        memcpy(rar->last.salt, encryption->salt, 16);
    }
    memcpy(out_key, rar->last.key, 32);
    return true;
}

bool sks_rar5_check(struct sks_rar *rar, const struct sks_rar_encryption *encryption)
{
    unsigned char value[32], folded[8] = {0}, sum[SKS_DIGEST_MAXIMUM];
    if (!encryption->has_check || rar->password == NULL)
        return false;
    sks_hash_once(SKS_DIGEST_SHA256, sum, encryption->check, 8, "", 0);
    if (memcmp(sum, encryption->check + 8, 4) != 0 || !derive(rar, value, encryption, 32))
        return false;
    for (size_t i = 0; i < 32; i++)
        folded[i % 8] ^= value[i];
    return CRYPTO_memcmp(folded, encryption->check, 8) == 0;
}

unsigned char *sks_rar5_decrypt(struct sks_rar *rar, const struct sks_rar_member *member)
{
    unsigned char key[32];
    size_t size = member->packed & ~(uint64_t)15;
    if (member->split || !derive(rar, key, &member->encryption, 0))
        return NULL;
    unsigned char *plain = g_malloc(size + 1);
    if (sks_aes_decrypt(plain, key, 32, member->encryption.iv, member->data, size))
        return plain;
    g_free(plain);
    return NULL;
}

/* One header: checksum, size, then the bytes that cursor covers. False if there is none that holds together. */
static bool take_header(struct sks_cursor *out_cursor, const unsigned char *bytes, size_t size, size_t *out_length)
{
    struct sks_cursor cursor = {.p = bytes, .end = bytes + size};
    uint32_t sum = read_word(&cursor);
    const unsigned char *start = cursor.p;
    uint64_t length = read_number(&cursor);
    size_t prefix = (size_t)(cursor.p - bytes);
    if (cursor.failed || length == 0 || length > HEADER_SIZE || !sks_has(size, prefix, length))
        return false;
    *out_length = prefix + length;
    if ((uint32_t)crc32(crc32(0, NULL, 0), start, (uInt)(*out_length - 4)) != sum)
        return false;
    *out_cursor = (struct sks_cursor){.p = cursor.p, .end = bytes + *out_length};
    return true;
}

/*
 * The header at *at: directly, or decrypted into *out_plain, which the caller frees. *at moves behind it.
 */
static bool next_header(const struct sks_rar *rar, const unsigned char *key, size_t *at, struct sks_cursor *out_cursor,
                        unsigned char **out_plain)
{
    size_t length;
    *out_plain = NULL;
    if (key == NULL) {
        if (*at >= rar->size || !take_header(out_cursor, rar->bytes + *at, rar->size - *at, &length))
            return false;
        *at += length;
        return true;
    }
    unsigned char first[16];
    if (!sks_has(rar->size, *at, 32))
        return false;
    const unsigned char *iv = rar->bytes + *at, *start = iv + 16;
    sks_aes_decrypt(first, key, 32, iv, start, 16);
    struct sks_cursor cursor = {.p = first + 4, .end = first + 16};
    uint64_t wanted = read_number(&cursor) + (uint64_t)(cursor.p - first);
    size_t padded = (size_t)(wanted + 15) & ~(size_t)15;
    if (cursor.failed || wanted > HEADER_SIZE || !sks_has(rar->size, *at + 16, padded))
        return false;
    unsigned char *plain = g_malloc(padded);
    sks_aes_decrypt(plain, key, 32, iv, start, padded);
    if (!take_header(out_cursor, plain, padded, &length)) {
        g_free(plain);
        return false;
    }
    *out_plain = plain;
    *at += 16 + padded;
    return true;
}

/* Reads one header's content. False at the end of the archive, or where the rest can't be read. */
static bool read_header(struct sks_rar *rar, struct sks_cursor *cursor, size_t *at)
{
    uint64_t type = read_number(cursor), flags = read_number(cursor);
    uint64_t extra = (flags & 1) != 0 ? read_number(cursor) : 0, data = (flags & 2) != 0 ? read_number(cursor) : 0;
    if (type == HEADER_MAIN) {
        uint64_t archive = read_number(cursor);
        rar->volume = (archive & 1) != 0;
        rar->solid = (archive & 4) != 0;
    } else if (type == HEADER_ENCRYPTION) {
        rar->hidden = true;
        read_encryption(cursor, &rar->headers, false);
        return false;
    } else if (type == HEADER_END) {
        return false;
    }
    bool whole = sks_has(rar->size, *at, data);
    if ((type == HEADER_FILE || type == HEADER_SERVICE) && !cursor->failed)
        read_file(rar, cursor, flags, extra, whole ? data : rar->size - *at, rar->bytes + *at, type == HEADER_SERVICE);
    if (!whole)
        rar->damaged = true;
    *at += whole ? data : rar->size - *at;
    return whole && !cursor->failed && rar->members->len < SKS_RAR_MEMBERS;
}

static void read_all(struct sks_rar *rar, size_t at, const unsigned char *key)
{
    bool more = true;
    while (more) {
        struct sks_cursor cursor;
        g_autofree unsigned char *plain = NULL;
        if (!next_header(rar, key, &at, &cursor, &plain)) {
            rar->damaged = at < rar->size || rar->members->len == 0;
            return;
        }
        more = read_header(rar, &cursor, &at);
        rar->end = at;
        if (rar->hidden && key == NULL && rar->password != NULL) {
            unsigned char header_key[32];
            rar->fits = sks_rar5_check(rar, &rar->headers) && derive(rar, header_key, &rar->headers, 0);
            if (rar->fits)
                read_all(rar, at, header_key); /* once: there is a key then */
            return;
        }
    }
}

bool sks_rar5_begins(const unsigned char *bytes, size_t size, uint64_t *summed)
{
    struct sks_cursor cursor;
    size_t length = 0, start = sizeof MARKER - 1;
    bool begins = SKS_IS_AT(bytes, size, 0, MARKER) && take_header(&cursor, bytes + start, size - start, &length);
    *summed += length;
    return begins;
}

void sks_rar5_read(struct sks_rar *rar)
{
    read_all(rar, sizeof MARKER - 1, NULL);
}

static void write_number(GByteArray *out, uint64_t value)
{
    do {
        guint8 byte = (guint8)((value & 0x7F) | (value > 0x7F ? 0x80 : 0));
        g_byte_array_append(out, &byte, 1);
        value >>= 7;
    } while (value > 0);
}

static void write_word(GByteArray *out, uint32_t value)
{
    const guint8 bytes[4] = {(guint8)value, (guint8)(value >> 8), (guint8)(value >> 16), (guint8)(value >> 24)};
    g_byte_array_append(out, bytes, 4);
}

static void write_header(GByteArray *out, const GByteArray *content)
{
    g_autoptr(GByteArray) sized = g_byte_array_new();
    write_number(sized, content->len);
    g_byte_array_append(sized, content->data, content->len);
    write_word(out, (uint32_t)crc32(crc32(0, NULL, 0), sized->data, sized->len));
    g_byte_array_append(out, sized->data, sized->len);
}

void sks_rar5_write_start(const struct sks_rar *rar, GByteArray *out)
{
    const guint8 main_header[] = {HEADER_MAIN, 0, rar->solid ? 4 : 0};
    g_autoptr(GByteArray) content = g_byte_array_new();
    g_byte_array_append(out, (const guint8 *)MARKER, sizeof MARKER - 1);
    g_byte_array_append(content, main_header, sizeof main_header);
    write_header(out, content);
}

/*
 * Where packed data ends: encryption padded it, and libarchive takes the padding for a further block. Blocks begin with
 * flags, a check byte and their length in one to three bytes.
 */
static uint64_t packed_end(const unsigned char *data, uint64_t size)
{
    uint64_t at = 0;
    while (sks_has(size, at, 5)) {
        unsigned flags = data[at], width = (flags >> 3 & 3) + 1, check = 0x5A ^ flags;
        uint64_t length = 0;
        for (unsigned i = 0; i < width && i < 3; i++) {
            length |= (uint64_t)data[at + 2 + i] << 8 * i;
            check ^= data[at + 2 + i];
        }
        if (width > 3 || check != data[at + 1] || !sks_has(size, at + 2 + width, length))
            return size;
        at += 2 + width + length;
        if ((flags & 0x40) != 0)
            return at;
    }
    return size;
}

void sks_rar5_write_member(const struct sks_rar_member *member, const unsigned char *data, unsigned number,
                           GByteArray *out)
{
    /* What was stored without packing was padded for the cipher. */
    bool stored = (member->method >> 7 & 7) == 0;
    uint64_t packed = member->packed;
    if (member->encrypted)
        packed = stored ? MIN(packed, member->size) : packed_end(data, packed);
    bool has_crc = member->has_crc && !(member->encrypted && member->encryption.mac);
    g_autoptr(GByteArray) content = g_byte_array_new();
    write_number(content, HEADER_FILE);
    write_number(content, 2);
    write_number(content, packed);
    write_number(content, has_crc ? 4 : 0);
    write_number(content, member->size);
    write_number(content, 0x20);
    if (has_crc)
        write_word(content, member->crc);
    write_number(content, member->method);
    write_number(content, 0);
    char name[SKS_RAR_NAME_SIZE + 1];
    g_snprintf(name, sizeof name, "%08u", number);
    write_number(content, SKS_RAR_NAME_SIZE);
    g_byte_array_append(content, (const guint8 *)name, SKS_RAR_NAME_SIZE);
    write_header(out, content);
    g_byte_array_append(out, data, (guint)packed);
}

void sks_rar5_write_end(GByteArray *out)
{
    const guint8 end[] = {HEADER_END, 0, 0};
    g_autoptr(GByteArray) content = g_byte_array_new();
    g_byte_array_append(content, end, sizeof end);
    write_header(out, content);
}
