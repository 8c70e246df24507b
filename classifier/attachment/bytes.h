/* Little-endian and big-endian numbers out of hostile bytes. The caller has checked that they are there. */
#ifndef SKS_ATTACHMENT_BYTES_H
#define SKS_ATTACHMENT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t sks_le16(const unsigned char *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t sks_le32(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t sks_le64(const unsigned char *p)
{
    return sks_le32(p) | (uint64_t)sks_le32(p + 4) << 32;
}

/* Are there so many bytes at offset? */
static inline bool sks_has(size_t size, uint64_t offset, uint64_t wanted)
{
    return offset <= size && wanted <= size - offset;
}

/* Do the bytes at offset equal magic (a string literal, its NUL not counted)? */
static inline bool sks_is_at(const unsigned char *bytes, size_t size, uint64_t offset, const void *magic, size_t length)
{
    return sks_has(size, offset, length) && memcmp(bytes + offset, magic, length) == 0;
}
#define SKS_IS_AT(bytes, size, offset, magic) sks_is_at((bytes), (size), (offset), "" magic, sizeof magic - 1)

#endif
