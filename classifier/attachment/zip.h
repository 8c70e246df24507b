/* Private: libzip on bytes in memory, and what it can't tell. */
#ifndef SKS_ATTACHMENT_ZIP_H
#define SKS_ATTACHMENT_ZIP_H

#include <zip.h>

#include "attachment/file.h"
#include "attachment/zip-directory.h"
#include "attachment/zip-members.h"

/* What lies in a document's package beside the document: members of other directories, or of none. */
void sks_zip_inspect_other(struct sks_file *file);

/* The archive behind something else, by its directory. */
void sks_zip_inspect_behind(struct sks_file *file, const struct sks_zip_directory *directory);

/* Whether the MAC of a member under WinZip's AES fits the password: proof that this is the right one. */
bool sks_zip_is_authentic(const struct sks_zip_directory *directory, const struct sks_zip_member *member,
                          const char *password);

/*
 * The member's packed bytes without encryption, WinZip's AES or ZipCrypto; NULL if they are too few, or the check byte
 * of the latter doesn't fit. Of AES, ask before whether the password is right.
 */
GByteArray *sks_zip_decrypt(const struct sks_zip_directory *directory, const struct sks_zip_member *member,
                            const char *password);

/* Whether anything here unpacks the method that libzip doesn't. */
bool sks_zip_is_known_elsewhere(unsigned method);

/*
 * All of a member's content where libzip doesn't know its method, through libarchive; what it costs is counted against
 * the file. The password only if it is encrypted. NULL if it can't be read to its end.
 */
GByteArray *sks_zip_read_elsewhere(struct sks_file *file, const struct sks_zip_directory *directory,
                                   const struct sks_zip_member *member, const char *password);

#endif
