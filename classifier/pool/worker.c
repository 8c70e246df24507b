/*
 * A worker: one message at a time, from the descriptor that came with it. Most are read into a block that stays, since
 * mapping a few pages and taking the map away again costs more than copying them; large ones are mapped. The verdict
 * goes into the exchange memfd that brought the envelope, so that neither has to fit into a packet.
 */
#include "pool/worker.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "pool/sandbox.h"
#include "pool/wire.h"
#include "sekisho/limits.h"
#include "verdict.h"

#define READ_MOST ((size_t)1024 * 1024)

struct message {
    const void *bytes;
    size_t size;
    void *map; /* to be taken away, or NULL */
};

static int read_message(struct message *out_message, int descriptor, size_t size)
{
    static GByteArray *block;
    if (block == NULL)
        block = g_byte_array_new();
    g_byte_array_set_size(block, (guint)size);
    for (size_t at = 0; at < size;) {
        ssize_t got = pread(descriptor, block->data + at, size - at, (off_t)at);
        if (got <= 0 && (got == 0 || errno != EINTR))
            return SKS_ERROR_IO;
        at += got > 0 ? (size_t)got : 0;
    }
    *out_message = (struct message){.bytes = size > 0 ? (const void *)block->data : "", .size = size};
    return 0;
}

static int map_message(struct message *out_message, int descriptor, size_t size)
{
    void *map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (map == MAP_FAILED)
        return errno == ENOMEM ? SKS_ERROR_MEMORY : SKS_ERROR_IO;
    *out_message = (struct message){.bytes = map, .size = size, .map = map};
    return 0;
}

static int read_envelope(struct sks_envelope *out_envelope, GVariant **out_keeper, int descriptor, size_t size)
{
    if (size > SKS_LIMIT_ENVELOPE_SIZE)
        return SKS_ERROR_LIMIT;
    char *bytes = g_malloc(size);
    if (pread(descriptor, bytes, size, 0) != (ssize_t)size) {
        g_free(bytes);
        return SKS_ERROR_IO;
    }
    GBytes *packed = g_bytes_new_take(bytes, size);
    int result = sks_wire_unpack_envelope(out_envelope, out_keeper, packed);
    g_bytes_unref(packed);
    return result;
}

/* Size of the verdict in the exchange memfd, or an error. */
static int64_t write_verdict(int descriptor, const struct sks_verdict *verdict)
{
    GByteArray *bytes = sks_verdict_pack(verdict);
    int64_t result = bytes->len;
    if (bytes->len > SKS_LIMIT_VERDICT_SIZE || pwrite(descriptor, bytes->data, bytes->len, 0) != (ssize_t)bytes->len)
        result = SKS_ERROR_IO;
    g_byte_array_unref(bytes);
    return result;
}

static int64_t examine(const struct sks_pool_job *job, const struct sks_packet *packet, const int *descriptors)
{
    if (packet->value < 0 || descriptors[0] < 0 || descriptors[1] < 0)
        return SKS_ERROR_IO;
    struct sks_envelope envelope;
    GVariant *keeper;
    int error = read_envelope(&envelope, &keeper, descriptors[1], packet->envelope);
    if (error != 0)
        return error;
    if (job->crowd != NULL)
        job->crowd(job->context, packet->others > 0);
    size_t size = (size_t)packet->value;
    struct message message = {.bytes = ""};
    int64_t result =
        size <= READ_MOST ? read_message(&message, descriptors[0], size) : map_message(&message, descriptors[0], size);
    if (result == 0) {
        struct sks_verdict *verdict;
        result = job->examine(&verdict, job->context, message.bytes, message.size, &envelope);
        if (result == 0) {
            result = write_verdict(descriptors[1], verdict);
            sks_verdict_destroy(verdict);
        }
        if (message.map != NULL)
            munmap(message.map, message.size);
    }
    g_free((void *)envelope.recipients);
    g_variant_unref(keeper);
    return result;
}

void sks_worker_run(int socket, const struct sks_pool_job *job, const struct sks_pool_options *options)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int unready = job->prepare != NULL ? job->prepare(job->context) : 0;
    if (unready == 0)
        unready = sks_sandbox_enter(options->memory, job->store);
    for (unsigned i = 0; i < options->messages; i++) {
        struct sks_packet packet;
        int descriptors[SKS_PACKET_DESCRIPTORS];
        if (sks_wire_receive(socket, &packet, descriptors) != 0)
            break;
        struct sks_packet answer = {.kind = SKS_PACKET_EXAMINED,
                                    .value = unready != 0 ? unready : examine(job, &packet, descriptors)};
        for (int j = 0; j < SKS_PACKET_DESCRIPTORS; j++)
            if (descriptors[j] >= 0)
                close(descriptors[j]);
        if (sks_wire_send(socket, &answer, NULL) != 0)
            break;
        if (unready == 0 && job->tidy != NULL)
            job->tidy(job->context);
    }
#ifdef __SANITIZE_ADDRESS__
    exit(0); /* so that leaks are told */
#else
    _exit(0);
#endif
}
