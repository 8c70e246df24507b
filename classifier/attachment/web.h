/* Private: pages and other texts as bytes that words are looked for in. */
#ifndef SKS_ATTACHMENT_WEB_H
#define SKS_ATTACHMENT_WEB_H

#include "attachment/file.h"

/* ASCII of the file's first bytes; of UTF-16, every other byte. g_free(). */
char *sks_web_text(const struct sks_file *file, size_t most, bool lower);

#endif
