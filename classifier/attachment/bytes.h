/* Little-endian numbers and times out of hostile bytes. The caller has checked that they are there, or uses a cursor.
 */
#ifndef SKS_ATTACHMENT_BYTES_H
#define SKS_ATTACHMENT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

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

/* A place in bytes, for what is read one thing after the other. Reading past the end sets failed and gives zeros. */
struct sks_cursor {
    const unsigned char *p, *end;
    bool failed;
};

static inline uint64_t sks_cursor_left(const struct sks_cursor *cursor)
{
    return (uint64_t)(cursor->end - cursor->p);
}

/* So many bytes in place. Where they are not there: zeros, of which no more than 32 may be looked at. */
static inline const unsigned char *sks_cursor_bytes(struct sks_cursor *cursor, uint64_t size)
{
    static const unsigned char zeros[32];
    if (size > sks_cursor_left(cursor)) {
        cursor->failed = true;
        return zeros;
    }
    const unsigned char *bytes = cursor->p;
    cursor->p += size;
    return bytes;
}

static inline unsigned sks_cursor_byte(struct sks_cursor *cursor)
{
    return *sks_cursor_bytes(cursor, 1);
}

/* Seconds since 1970 of a Windows time (100 ns since 1601); 0 before 1970. */
static inline time_t sks_windows_time(uint64_t time)
{
    int64_t seconds = (int64_t)(time / 10000000) - INT64_C(11644473600);
    return seconds > 0 ? (time_t)seconds : 0;
}

/* The same of MS-DOS's local time, taken as UTC; 0 if it is none. */
time_t sks_dos_time(uint32_t stamp);

#endif
