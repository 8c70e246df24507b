/* The message room: any bytes. */
#include "fuzz.h"

#include "message/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct sks_message *message;
    if (sks_message_parse(&message, bytes, size) == 0)
        sks_message_destroy(message);
    return 0;
}
