/*
 * Private: rar headers, read by our own code. libarchive 3.6.2 takes members encrypted by RAR 5 for plain ones, fails
 * on the comments of old versions, and decrypts nothing; but it unpacks well. So we read the headers, decrypt, and hand
 * it an archive without encryption, made from what we read.
 *
 * Sources: RAR 5.0 archive format and RAR 4 technote of rarlab.com.
 */
#ifndef SKS_ATTACHMENT_RAR_H
#define SKS_ATTACHMENT_RAR_H

#include <glib.h>
#include <time.h>

#include "attachment/file.h"
#include "sekisho/limits.h"

struct sks_rar_encryption {
    unsigned char salt[16], iv[16];
    unsigned rounds_log; /* RAR 5: 2 to the power of it */
    bool has_check;
    unsigned char check[12]; /* value and its own checksum */
    bool mac;                /* RAR 5: the checksum of the content is keyed */
};

struct sks_rar_member {
    char *name;
    const char *charset;
    uint64_t size, packed;
    time_t modified;
    bool encrypted, directory, link, split, solid;
    bool comment; /* the archive's comment, stored like a file */
    const unsigned char *data;
    uint32_t crc;
    bool has_crc;
    unsigned method;  /* RAR 4: 0x30 stored; RAR 5: the whole compression field */
    unsigned version; /* RAR 4: what is needed to unpack it; from 29 on AES */
    uint32_t time, attributes;
    unsigned system, flags;
    struct sks_rar_encryption encryption;
    const char *password; /* that opens it; NULL: none is known */
    bool closed;          /* it was looked for, and none fits */
};

struct sks_rar {
    const unsigned char *bytes;
    size_t size;
    bool five;
    bool hidden; /* headers are encrypted */
    bool solid, volume;
    bool damaged;
    size_t end;           /* of what was read, mark of the end included */
    GArray *members;      /* struct sks_rar_member */
    const char *password; /* to try; NULL: none */
    bool fits;            /* it does */
    struct sks_rar_encryption headers;
    struct sks_file *file; /* whose budget key derivation is counted against */
    /* The last derived key, and what it was derived from: members of one archive mostly share their salt. */
    struct {
        const char *password;
        unsigned char salt[16];
        unsigned rounds;
        unsigned char key[32], iv[16];
    } last;
};

#define SKS_RAR_MEMBERS   (SKS_LIMIT_ARCHIVE_ENTRIES + SKS_LIMIT_ARCHIVE_NAMES)
#define SKS_RAR_NAME_SIZE 8u /* of the members we write */

/* Whether an archive begins there: its mark, and a header with the right checksum. Adds the bytes that were summed up.
 */
bool sks_rar4_begins(const unsigned char *bytes, size_t size, uint64_t *summed);
bool sks_rar5_begins(const unsigned char *bytes, size_t size, uint64_t *summed);

/* Reads all headers it can. With rar->password it decrypts headers, and says in rar->fits whether that made sense. */
void sks_rar4_read(struct sks_rar *rar);
void sks_rar5_read(struct sks_rar *rar);

/* Does the password fit this member? Only RAR 5 can tell from the header. */
bool sks_rar5_check(struct sks_rar *rar, const struct sks_rar_encryption *encryption);

/* The member's packed bytes, decrypted with rar->password; NULL if that can't be done. g_free(). */
unsigned char *sks_rar4_decrypt(struct sks_rar *rar, const struct sks_rar_member *member);
unsigned char *sks_rar5_decrypt(struct sks_rar *rar, const struct sks_rar_member *member);

/* Parts of an archive without encryption. Members get their number for a name: libarchive takes two of one name for
 * one. */
void sks_rar4_write_start(const struct sks_rar *rar, GByteArray *out);
void sks_rar4_write_member(const struct sks_rar_member *member, const unsigned char *data, unsigned number,
                           GByteArray *out);
void sks_rar4_write_end(GByteArray *out);
void sks_rar5_write_end(GByteArray *out);
void sks_rar5_write_start(const struct sks_rar *rar, GByteArray *out);
void sks_rar5_write_member(const struct sks_rar_member *member, const unsigned char *data, unsigned number,
                           GByteArray *out);

#endif
