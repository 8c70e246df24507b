/* See hint.h. */
#include "message/hint.h"

#include <arpa/inet.h>
#include <glib.h>
#include <string.h>

static bool take_address(const char *value, char out_address[SKS_HINT_SIZE])
{
    unsigned char binary[16];
    const char *start = value + strspn(value, " [(");
    size_t size = strcspn(start, " ])(,;");
    if (size == 0 || size >= SKS_HINT_SIZE)
        return false;
    memcpy(out_address, start, size);
    out_address[size] = '\0';
    return inet_pton(AF_INET, out_address, binary) == 1 || inet_pton(AF_INET6, out_address, binary) == 1;
}

bool sks_message_client_hint(const struct sks_message *message, const char **out_field, char out_address[SKS_HINT_SIZE])
{
    static const char *const fields[] = {"X-Originating-IP", "X-Originating-Client-IP",
                                         "X-Sender-IP",      "X-SenderIP",
                                         "X-Client-IP",      "X-ClientIP",
                                         "X-Remote-IP",      "X-AOL-IP",
                                         "X-Source-IP",      "X-Real-Client-IP",
                                         "X-Webmail-IP",     "X-HQIP"};
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        const struct sks_header *header = sks_message_header(message, fields[i]);
        *out_field = fields[i];
        if (header != NULL && take_address(header->value, out_address))
            return true;
    }
    const struct sks_received *first =
        message->received_count > 0 ? &message->received[message->received_count - 1] : NULL;
    *out_field = "Received";
    return first != NULL && g_ascii_strncasecmp(first->with, "HTTP", 4) == 0 &&
           take_address(first->address, out_address);
}
