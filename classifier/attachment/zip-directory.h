/*
 * The central directory of a zip file, read by ourselves for what libzip does not tell: where the archive lies among
 * other bytes, whether the directory itself is encrypted, and which bytes each member claims (APPNOTE.TXT 6.3.10).
 */
#ifndef SKS_ATTACHMENT_ZIP_DIRECTORY_H
#define SKS_ATTACHMENT_ZIP_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sks_zip_directory {
    const unsigned char *bytes; /* the archive itself, without what lies before and after it */
    size_t size;
    size_t before, after; /* bytes that do not belong to it */
    uint64_t at;          /* the directory, counted from bytes */
    uint64_t length;
    uint64_t count; /* members, as declared */
    bool masked;    /* the directory is encrypted: names are hidden */
    const unsigned char *comment;
    size_t comment_size;
};

struct sks_zip_member {
    const unsigned char *name; /* raw */
    size_t name_size;
    bool utf8;
    const unsigned char *utf8_name; /* Info-ZIP's Unicode path, or NULL */
    size_t utf8_name_size;
    bool encrypted;
    bool no_crc;             /* WinZip's AE-2: the MAC alone tells whether the content is right */
    bool strong;             /* PKWARE's own strong encryption, which nothing here opens */
    unsigned aes;            /* WinZip's AES: 1, 2, 3 for keys of 128, 192, 256 bits; 0: another cipher, or none */
    unsigned method;         /* the one under WinZip's AES, if that is used */
    unsigned flags, packing; /* as stored */
    const unsigned char *aes_extra; /* seven bytes, or NULL */
    uint32_t crc;
    uint64_t packed, size, offset;
    uint32_t dos_time; /* date in the upper half */
    unsigned made_by;  /* system: 3 is Unix */
    uint32_t attributes;
};

/* False if there is no end record that makes sense. */
bool sks_zip_directory_find(struct sks_zip_directory *out_directory, const unsigned char *bytes, size_t size);

/* The same for the end record at end alone. */
bool sks_zip_directory_at(struct sks_zip_directory *out_directory, const unsigned char *bytes, size_t size, size_t end);

/*
 * Whether there is an end record as readers look for it, within a comment's length of the end (or anywhere), whose
 * directory leads to a member: then they open it as a zip, whatever it begins with. *out_cut becomes true if there are
 * more records than were looked at.
 */
bool sks_zip_directory_ends(struct sks_zip_directory *out_directory, const unsigned char *bytes, size_t size,
                            bool anywhere, bool *out_cut);

/* What the member's own header says, for members that no directory tells of. False if there is none at offset. */
bool sks_zip_local_member(struct sks_zip_member *out_member, const unsigned char *bytes, size_t size, uint64_t offset);

/* The member's packed bytes; NULL if they do not lie in the archive. */
const unsigned char *sks_zip_packed(const struct sks_zip_directory *directory, const struct sks_zip_member *member);

/* Reads the member at *at (start with 0), and moves on. False at the end or where the directory is broken. */
bool sks_zip_directory_next(const struct sks_zip_directory *directory, uint64_t *at, struct sks_zip_member *out_member);

#endif
