/*
 * The body that Outlook keeps as Rich Text (PidTagRtfCompressed): its compression (MS-OXRTFCP), and the HTML or text
 * that is wrapped in it (MS-OXRTFEX).
 */
#ifndef SKS_ATTACHMENT_RTF_H
#define SKS_ATTACHMENT_RTF_H

#include <glib.h>
#include <stdbool.h>

/*
 * Decompresses up to ceiling bytes. NULL if it is none; what is cut off or damaged gives what came before. The check
 * sum isn't looked at: readers show such a body, too. g_byte_array_unref().
 */
GByteArray *sks_rtf_decompress(const unsigned char *bytes, size_t size, size_t ceiling);

/* The text of an RTF document in UTF-8, or the HTML that it was made from (*out_html). g_free(). */
char *sks_rtf_body(const unsigned char *bytes, size_t size, bool *out_html);

#endif
