/*
 * Outlook's message files (MS-OXMSG) as mail: what people save and attach when they report one.
 *
 * The header fields are those that Outlook kept as they came (PidTagTransportMessageHeaders); a message that has none,
 * because it never left the organisation's Exchange, gets those that can be made of its properties. Text, HTML and
 * attachments are the message's own, their MIME structure is ours: what encodings, boundaries and charsets would tell
 * is lost. Of a body that is kept as RTF only, the HTML or text is taken that is wrapped in it (rtf.h).
 */
#ifndef SKS_ATTACHMENT_OUTLOOK_H
#define SKS_ATTACHMENT_OUTLOOK_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the bytes are a compound file that holds a message. */
bool sks_outlook_detect(const void *bytes, size_t size);

/*
 * The mail, g_free(); NULL if it can't be read. *out_headers: the header fields are those that came with it. Messages
 * within are attached as message/rfc822, down to SKS_LIMIT_MAIL_DEPTH.
 */
char *sks_outlook_to_mail(const void *bytes, size_t size, size_t *out_size, bool *out_headers);

#endif
