/* Messages with file descriptors over Unix sockets (SCM_RIGHTS). */
#include "control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sekisho/error.h"

#define RIGHTS_SIZE (sizeof(int) * SKS_MESSAGE_DESCRIPTORS)

union rights {
    char bytes[CMSG_SPACE(RIGHTS_SIZE)];
    struct cmsghdr header;
};

int sks_control_send(int socket, const struct sks_message *message, const int *descriptors)
{
    union rights rights;
    struct iovec bytes = {.iov_base = (void *)message, .iov_len = sizeof(*message)};
    struct msghdr packet = {.msg_iov = &bytes, .msg_iovlen = 1};
    ssize_t sent;

    if (descriptors != NULL) {
        memset(&rights, 0, sizeof(rights));
        packet.msg_control = rights.bytes;
        packet.msg_controllen = sizeof(rights.bytes);
        struct cmsghdr *header = CMSG_FIRSTHDR(&packet);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(RIGHTS_SIZE);
        memcpy(CMSG_DATA(header), descriptors, RIGHTS_SIZE);
    }
    do
        sent = sendmsg(socket, &packet, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)sizeof(*message) ? SKS_OK : SKS_ERROR_IO;
}

static void take_descriptors(int out_descriptors[SKS_MESSAGE_DESCRIPTORS], struct msghdr *packet)
{
    for (struct cmsghdr *header = CMSG_FIRSTHDR(packet); header != NULL; header = CMSG_NXTHDR(packet, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        size_t size = header->cmsg_len - CMSG_LEN(0);
        if (size > RIGHTS_SIZE)
            size = RIGHTS_SIZE;
        memcpy(out_descriptors, CMSG_DATA(header), size);
    }
}

int sks_control_receive(struct sks_message *out_message, int out_descriptors[SKS_MESSAGE_DESCRIPTORS], int socket)
{
    union rights rights;
    struct sks_message message;
    int descriptors[SKS_MESSAGE_DESCRIPTORS] = {-1, -1};
    struct iovec bytes = {.iov_base = &message, .iov_len = sizeof(message)};
    struct msghdr packet = {
        .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = rights.bytes, .msg_controllen = sizeof(rights.bytes)};
    ssize_t received;

    do
        received = recvmsg(socket, &packet, MSG_CMSG_CLOEXEC);
    while (received < 0 && errno == EINTR);
    if (received == 0 || (received < 0 && errno == ECONNRESET))
        return SKS_ERROR_UNAVAILABLE;
    if (received < 0)
        return SKS_ERROR_IO;
    take_descriptors(descriptors, &packet);
    if (received != (ssize_t)sizeof(message) || message.text[SKS_MESSAGE_TEXT - 1] != '\0') {
        for (int i = 0; i < SKS_MESSAGE_DESCRIPTORS; i++)
            if (descriptors[i] >= 0)
                close(descriptors[i]);
        return SKS_ERROR_FORMAT;
    }
    memcpy(out_descriptors, descriptors, sizeof(descriptors));
    *out_message = message;
    return SKS_OK;
}
