/* Private: libzip on bytes in memory. */
#ifndef SKS_ATTACHMENT_ZIP_H
#define SKS_ATTACHMENT_ZIP_H

#include <zip.h>

#include "attachment/zip-directory.h"

/* NULL if libzip can't read it. Members have the numbers of the directory. zip_discard(). */
zip_t *sks_zip_open(const struct sks_zip_directory *directory);

#endif
