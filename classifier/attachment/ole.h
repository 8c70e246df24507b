/* Private: compound files (MS-CFB), through libgsf, and the office formats in them. */
#ifndef SKS_ATTACHMENT_OLE_H
#define SKS_ATTACHMENT_OLE_H

#include <gsf/gsf-infile.h>

#include "attachment/file.h"

/* doc, xls, ppt, msg, msi; for an encrypted package what the name claims, if that is possible; else ole. */
enum sks_file_type sks_ole_detect(const unsigned char *bytes, size_t size, const char *name);

/* A stream's bytes, at most ceiling of them; NULL without it. g_free(). */
unsigned char *sks_ole_stream(GsfInfile *storage, const char *name, size_t ceiling, size_t *out_size);

/* The binary formats of Word, Excel and PowerPoint: whether they are encrypted, their text, their traits. */
void sks_doc_inspect(struct sks_file *file, GsfInfile *ole);
void sks_xls_inspect(struct sks_file *file, GsfInfile *ole);
void sks_ppt_inspect(struct sks_file *file, GsfInfile *ole);

/* Outlook's message: its attachments and text (MS-OXMSG). */
void sks_msg_inspect(struct sks_file *file, GsfInfile *ole);

/* A property set (MS-OLEPS): author, company, times, codepage. */
void sks_properties_inspect(struct sks_file *file, const unsigned char *bytes, size_t size, bool document_summary);

/* An \1Ole10Native stream: a file packed into a document. */
void sks_ole_native(struct sks_file *file, const unsigned char *bytes, size_t size, const char *where);

#endif
