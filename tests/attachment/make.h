/* Files that the tests make at run time: harmless content, made by other libraries than the code under test reads by.
 */
#ifndef SKS_TESTS_ATTACHMENT_MAKE_H
#define SKS_TESTS_ATTACHMENT_MAKE_H

#include <glib.h>
#include <zip.h>

#include "attachment/attachment.h"

struct made_member {
    const char *name;
    const char *content; /* NULL: none, a folder */
    size_t size;         /* 0: strlen(content) */
};

/* A zip; method is ZIP_EM_NONE, ZIP_EM_TRAD_PKWARE, ZIP_EM_AES_256 …; password may be NULL. */
GByteArray *make_zip(const struct made_member *members, size_t count, zip_uint16_t method, const char *password);

/* The same with a password for each member. */
GByteArray *make_zip_with(const struct made_member *members, size_t count, zip_uint16_t method,
                          const char *const *passwords);

/* An archive of libarchive: "tar", "tar.gz", "iso", "7z", "7z-stored". */
GByteArray *make_archive(const struct made_member *members, size_t count, const char *format);

/* A compound file; "VBA/dir" is a stream in a storage. Sizes must be given. */
GByteArray *make_ole(const struct made_member *members, size_t count);

/* Replaces every occurrence of bytes by others of the same length; returns how many there were. */
unsigned make_replace(GByteArray *bytes, const void *from, const void *to, size_t size);

/* Inspects with a budget of its own. passwords may be NULL. */
struct sks_attachment *inspect_bytes(const GByteArray *bytes, const char *name, const char *const *passwords);

/* The first fact of that identifier at that place, with that in its detail (each NULL: any); NULL if there is none. */
const struct sks_fact *find_fact(const struct sks_attachment *attachment, const char *id, const char *where,
                                 const char *detail);

#endif
