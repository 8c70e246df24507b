/*
 * Packets and descriptors over Unix sockets. The envelope travels as a GVariant of byte strings: addresses need not
 * be UTF-8, and GVariant checks what it reads, so that neither side has to trust the other's lengths.
 */
#include "pool/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ENVELOPE_TYPE "(maymaymaymaymaybbbxaay)"

union control {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int) * SKS_PACKET_DESCRIPTORS)];
};

int sks_wire_send(int socket, const struct sks_packet *packet, const int *descriptors)
{
    struct iovec vector = {.iov_base = (void *)packet, .iov_len = sizeof *packet};
    union control control = {.space = {0}};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    if (descriptors != NULL) {
        message.msg_control = control.space;
        message.msg_controllen = sizeof control.space;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * SKS_PACKET_DESCRIPTORS);
        memcpy(CMSG_DATA(header), descriptors, sizeof(int) * SKS_PACKET_DESCRIPTORS);
    }
    ssize_t sent;
    do
        sent = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)sizeof *packet ? 0 : SKS_ERROR_IO;
}

static void take_descriptors(struct msghdr *message, int *descriptors)
{
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
            if (i < SKS_PACKET_DESCRIPTORS && descriptors[i] < 0)
                descriptors[i] = descriptor;
            else
                close(descriptor);
        }
    }
}

int sks_wire_receive(int socket, struct sks_packet *out_packet, int *out_descriptors)
{
    struct sks_packet packet = {0};
    struct iovec vector = {.iov_base = &packet, .iov_len = sizeof packet};
    union control control = {.space = {0}};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    ssize_t received;
    do
        received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (received < 0 && errno == EINTR);
    if (received < 0)
        return SKS_ERROR_IO;
    int descriptors[SKS_PACKET_DESCRIPTORS] = {-1, -1};
    take_descriptors(&message, descriptors);
    if (received != (ssize_t)sizeof packet || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ||
        out_descriptors == NULL) {
        for (int i = 0; i < SKS_PACKET_DESCRIPTORS; i++)
            if (descriptors[i] >= 0)
                close(descriptors[i]);
    }
    if (received != (ssize_t)sizeof packet || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
        return SKS_ERROR_IO;
    *out_packet = packet;
    if (out_descriptors != NULL)
        memcpy(out_descriptors, descriptors, sizeof descriptors);
    return 0;
}

GBytes *sks_wire_pack_envelope(const struct sks_envelope *envelope)
{
    GVariantBuilder recipients;
    g_variant_builder_init(&recipients, G_VARIANT_TYPE("aay"));
    for (size_t i = 0; i < envelope->recipient_count; i++)
        g_variant_builder_add_value(&recipients, g_variant_new_bytestring(envelope->recipients[i]));
    const char *texts[] = {envelope->sender, envelope->client_address, envelope->client_name, envelope->helo,
                           envelope->queue_id};
    GVariant *fields[10];
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        fields[i] = g_variant_new_maybe(G_VARIANT_TYPE_BYTESTRING,
                                        texts[i] != NULL ? g_variant_new_bytestring(texts[i]) : NULL);
    fields[5] = g_variant_new_boolean(envelope->trusted);
    fields[6] = g_variant_new_boolean(envelope->authenticated);
    fields[7] = g_variant_new_boolean(envelope->truncated);
    fields[8] = g_variant_new_int64(envelope->received_at);
    fields[9] = g_variant_builder_end(&recipients);
    GVariant *packed = g_variant_ref_sink(g_variant_new_tuple(fields, G_N_ELEMENTS(fields)));
    GBytes *bytes = g_variant_get_data_as_bytes(packed);
    g_variant_unref(packed);
    return bytes;
}

int sks_wire_unpack_envelope(struct sks_envelope *out_envelope, GVariant **out_keeper, GBytes *bytes)
{
    GVariant *packed = g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(ENVELOPE_TYPE), bytes, FALSE));
    if (!g_variant_is_normal_form(packed)) {
        g_variant_unref(packed);
        return SKS_ERROR_FORMAT;
    }
    struct sks_envelope envelope = {0};
    gboolean trusted, authenticated, truncated;
    gint64 received_at;
    const char **recipients;
    g_variant_get(packed, "(m^&aym^&aym^&aym^&aym^&aybbbx^a&ay)", &envelope.sender, &envelope.client_address,
                  &envelope.client_name, &envelope.helo, &envelope.queue_id, &trusted, &authenticated, &truncated,
                  &received_at, &recipients);
    envelope.trusted = trusted;
    envelope.authenticated = authenticated;
    envelope.truncated = truncated;
    envelope.received_at = received_at;
    envelope.recipients = recipients;
    envelope.recipient_count = g_strv_length((char **)recipients);
    *out_envelope = envelope;
    *out_keeper = packed;
    return 0;
}
