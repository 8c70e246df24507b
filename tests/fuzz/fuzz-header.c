/* Every reader of header fields on any bytes: splitting, encoded words, addresses, dates, traces, results, parameters.
 */
#include "fuzz.h"

#include <glib.h>
#include <string.h>

#include "message/message.h"

/* The bytes as the value of each field that has a reader of its own. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const names[] = {"From",         "To",         "Reply-To",   "Sender",
                                        "Return-Path",  "Subject",    "Date",       "Message-ID",
                                        "References",   "Received",   "X-Mailer",   "Authentication-Results",
                                        "Content-Type", "Content-ID", "X-Received", "Content-Disposition"};
    g_autoptr(GByteArray) mail = g_byte_array_new();
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_byte_array_append(mail, (const guint8 *)names[i], (guint)strlen(names[i]));
        g_byte_array_append(mail, (const guint8 *)": ", 2);
        g_byte_array_append(mail, bytes, (guint)size);
        g_byte_array_append(mail, (const guint8 *)"\n", 1);
    }
    struct sks_message *message;
    if (sks_message_parse(&message, mail->data, mail->len) == 0)
        sks_message_destroy(message);
    return 0;
}
