/* Private: compound files (MS-CFB), through libgsf. */
#ifndef SKS_ATTACHMENT_OLE_H
#define SKS_ATTACHMENT_OLE_H

#include "attachment/attachment.h"

/* doc, xls, ppt, msg, msi; for an encrypted package what the name claims, if that is possible; else ole. */
enum sks_file_type sks_ole_detect(const unsigned char *bytes, size_t size, const char *name);

#endif
