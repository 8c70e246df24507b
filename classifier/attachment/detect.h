/* Private: telling types from the beginning of a file. */
#ifndef SKS_ATTACHMENT_DETECT_H
#define SKS_ATTACHMENT_DETECT_H

#include "attachment/attachment.h"

/* So much of a member's beginning is read before it is decided whether the rest matters. ISO's mark is at 32,769. */
#define SKS_DETECT_HEAD (256u * 1024)

/* The type by what the file begins with, whatever stands behind it. */
enum sks_file_type sks_detect_front(const void *bytes, size_t size, const char *name);

/* Does what follows the first SKS_DETECT_HEAD bytes matter, for a file that begins like this? */
bool sks_detect_needs_whole(const void *head, size_t size, enum sks_file_type type);

#endif
