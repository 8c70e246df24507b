/*
 * A byte buffer that is created with its ceiling and never grows past it: what does not fit is cut, and the buffer
 * remembers that it was. Always NUL-terminated (the NUL is not counted). Allocation failure aborts, as everywhere in
 * the classifier: in a worker that costs one mail.
 */
#ifndef SKS_BASE_BUFFER_H
#define SKS_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct sks_buffer {
    char *data;
    size_t size;
    size_t allocated;
    size_t ceiling;
    bool cut; /* something did not fit */
};

void sks_buffer_init(struct sks_buffer *buffer, size_t ceiling);
void sks_buffer_finish(struct sks_buffer *buffer);

/* Both return 0, or SKS_ERROR_LIMIT if not all of it fitted (as much as fits was added). */
int sks_buffer_add(struct sks_buffer *buffer, const void *bytes, size_t size);
int sks_buffer_add_text(struct sks_buffer *buffer, const char *text);

/* Empties the buffer; ceiling stays, cut is forgotten. */
void sks_buffer_clear(struct sks_buffer *buffer);

/* Hands the bytes over to the caller, who frees them with g_free(); the buffer is empty afterwards. */
char *sks_buffer_take(struct sks_buffer *buffer, size_t *out_size);

#endif
