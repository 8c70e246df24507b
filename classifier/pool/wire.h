/*
 * What goes over the sockets between a pool, its nursery and its workers: short packets (SOCK_SEQPACKET), some with
 * file descriptors; and the envelope as bytes.
 */
#ifndef SKS_POOL_WIRE_H
#define SKS_POOL_WIRE_H

#include <glib.h>
#include <stdint.h>

#include "sekisho/classifier.h"

enum sks_packet_kind {
    SKS_PACKET_START = 1, /* pool → nursery: one more worker, please */
    SKS_PACKET_STARTED, /* nursery → pool: here are its socket and its pidfd; value 0, or -errno and no descriptors */
    SKS_PACKET_EXAMINE, /* pool → worker: message and exchange memfd; value: size of the message */
    SKS_PACKET_EXAMINED, /* worker → pool: value: size of the verdict in the exchange memfd, or a negative sks_error */
    SKS_PACKET_DIED,     /* nursery → pool, in the worker's stead: value: SKS_ERROR_CRASH or SKS_ERROR_MEMORY */
};

struct sks_packet {
    uint32_t kind;
    uint32_t envelope; /* size of the envelope in the exchange memfd (EXAMINE) */
    int64_t value;
    uint32_t others; /* messages in hand or waiting besides (EXAMINE) */
    uint32_t unused;
};

#define SKS_PACKET_DESCRIPTORS 2

/*
 * Sends a packet with 0 or SKS_PACKET_DESCRIPTORS descriptors (NULL: none). 0 or SKS_ERROR_IO. Never raises SIGPIPE,
 * and never waits: whoever lets so much pile up is not reading, and must not hold up others.
 */
int sks_wire_send(int socket, const struct sks_packet *packet, const int *descriptors);

/*
 * Receives one. With out_descriptors, they are filled (-1 where none came; close-on-exec); without, any that come are
 * closed. 0, or SKS_ERROR_IO at the end of the stream and for anything that is not a packet.
 */
int sks_wire_receive(int socket, struct sks_packet *out_packet, int *out_descriptors);

/* The envelope as bytes; g_bytes_unref(). */
GBytes *sks_wire_pack_envelope(const struct sks_envelope *envelope);

/* Reads them back; strings belong to *out_keeper (g_variant_unref(), after g_free() of envelope->recipients). */
int sks_wire_unpack_envelope(struct sks_envelope *out_envelope, GVariant **out_keeper, GBytes *bytes);

#endif
