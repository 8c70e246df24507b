/* A byte buffer with a ceiling. It grows by doubling, so that adding is linear in all that is added. */
#include "base/buffer.h"

#include <glib.h>
#include <string.h>

#include "sekisho/error.h"

void sks_buffer_init(struct sks_buffer *buffer, size_t ceiling)
{
    *buffer = (struct sks_buffer){.ceiling = ceiling, .allocated = 1};
    buffer->data = g_malloc0(1);
}

void sks_buffer_finish(struct sks_buffer *buffer)
{
    g_free(buffer->data);
    *buffer = (struct sks_buffer){0};
}

static void reserve(struct sks_buffer *buffer, size_t size)
{
    if (size < buffer->allocated)
        return;
    size_t wanted = MAX(buffer->allocated * 2, 64);
    while (wanted <= size)
        wanted *= 2;
    wanted = MIN(wanted, buffer->ceiling + 1);
    buffer->data = g_realloc(buffer->data, wanted);
    buffer->allocated = wanted;
}

int sks_buffer_add(struct sks_buffer *buffer, const void *bytes, size_t size)
{
    size_t room = buffer->ceiling - buffer->size;
    size_t fits = MIN(size, room);
    if (fits > 0) {
        reserve(buffer, buffer->size + fits);
        memcpy(buffer->data + buffer->size, bytes, fits);
        buffer->size += fits;
        buffer->data[buffer->size] = '\0';
    }
    if (fits == size)
        return 0;
    buffer->cut = true;
    return SKS_ERROR_LIMIT;
}

int sks_buffer_add_text(struct sks_buffer *buffer, const char *text)
{
    return sks_buffer_add(buffer, text, strlen(text));
}

void sks_buffer_clear(struct sks_buffer *buffer)
{
    buffer->size = 0;
    buffer->cut = false;
    buffer->data[0] = '\0';
}

char *sks_buffer_take(struct sks_buffer *buffer, size_t *out_size)
{
    char *data = buffer->data;
    if (out_size != NULL)
        *out_size = buffer->size;
    sks_buffer_init(buffer, buffer->ceiling);
    return data;
}
