/*
 * What the daemon's processes say to each other: short messages over SOCK_SEQPACKET, with file descriptors.
 *
 *   nursery → supervisor    PROBLEM (text) any number of times, then READY (text: the model's version), or the end
 *   supervisor → milter     GENERATION (number, text: the model's version; the nursery's socket and the configuration's
 *                           bytes in a memfd), STOP
 *   milter → supervisor     USING (number)
 */
#ifndef SKS_PLUGIN_CONTROL_H
#define SKS_PLUGIN_CONTROL_H

#include <stdint.h>

enum sks_message_kind {
    SKS_MESSAGE_PROBLEM = 1,
    SKS_MESSAGE_READY,
    SKS_MESSAGE_GENERATION,
    SKS_MESSAGE_STOP,
    SKS_MESSAGE_USING,
};

#define SKS_MESSAGE_TEXT        2048
#define SKS_MESSAGE_DESCRIPTORS 2

struct sks_message {
    uint32_t kind;
    uint32_t number;
    char text[SKS_MESSAGE_TEXT]; /* NUL-terminated */
};

/* descriptors: SKS_MESSAGE_DESCRIPTORS of them, or NULL. They stay the caller's. Returns SKS_OK or SKS_ERROR_IO. */
int sks_control_send(int socket, const struct sks_message *message, const int *descriptors);

/*
 * Waits for a message. out_descriptors are -1 where none came, else the caller's. SKS_ERROR_UNAVAILABLE when the other
 * side is gone, SKS_ERROR_IO or SKS_ERROR_FORMAT for anything else that went wrong.
 */
int sks_control_receive(struct sks_message *out_message, int out_descriptors[SKS_MESSAGE_DESCRIPTORS], int socket);

#endif
