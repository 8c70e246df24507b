/* Private: containers that libarchive reads. */
#ifndef SKS_ATTACHMENT_ARCHIVE_H
#define SKS_ATTACHMENT_ARCHIVE_H

#include "attachment/file.h"

/* Makes the locale that libarchive's names are read in. */
void sks_archive_prepare(void);

/* cab, tar, gzip, iso, and anything else that libarchive knows, from its content. */
void sks_archive_inspect(struct sks_file *file);

/*
 * Goes through the members of a rar, lzh, 7z or zip file that we wrote, in their order. each() may call
 * sks_file_member(…, sks_archive_read, archive); false ends it.
 */
struct archive;
typedef bool (*sks_archive_function)(void *context, unsigned number, struct archive *archive);
void sks_archive_each(const void *bytes, size_t size, enum sks_file_type type, sks_archive_function each,
                      void *context);

int64_t sks_archive_read(void *archive, void *buffer, size_t size);

#endif
