/* Private: libzip on bytes in memory, and what it can't tell. */
#ifndef SKS_ATTACHMENT_ZIP_H
#define SKS_ATTACHMENT_ZIP_H

#include <zip.h>

#include "attachment/file.h"
#include "attachment/zip-directory.h"

/* NULL if libzip can't read it. Members have the numbers of the directory. zip_discard(). */
zip_t *sks_zip_open(const struct sks_zip_directory *directory);

/* Whether the MAC of a member under WinZip's AES fits the password: proof that this is the right one. */
bool sks_zip_is_authentic(const struct sks_zip_directory *directory, const struct sks_zip_member *member,
                          const char *password);

/*
 * All of an unencrypted member's content where libzip doesn't know its method, through libarchive; what it costs is
 * counted against the file. NULL if it can't be read to its end.
 */
GByteArray *sks_zip_read_elsewhere(struct sks_file *file, const struct sks_zip_directory *directory,
                                   const struct sks_zip_member *member);

#endif
