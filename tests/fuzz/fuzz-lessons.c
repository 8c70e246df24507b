/*
 * STORE-lessons, as another process may have left it (memory/gather.c): what is in it is taken into a store. The file's
 * head is made right, and the sum of what looks like a record, so that mutations get past them.
 */
#include "fuzz.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory/memory.h"

#define STORE_LIFE 2000u /* inputs, before the store is made anew */

static const char magic[] = "LESSONS1", record[] = "LSS1";

static struct {
    char folder[64];
    char *store, *lessons;
    struct sks_memory *memory;
    uint64_t number;
} place;

static void remove_store(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-lessons"};
    if (place.memory != NULL)
        sks_memory_close(place.memory);
    place.memory = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        g_autofree char *file = g_strconcat(place.store, ends[i], NULL);
        g_unlink(file);
    }
}

static void leave_nothing(void)
{
    remove_store();
    g_rmdir(place.folder);
    g_free(place.store);
    g_free(place.lessons);
}

static void open_store(void)
{
    if (place.store == NULL) {
        g_strlcpy(place.folder, "/tmp/sekisho-fuzz-XXXXXX", sizeof place.folder);
        if (g_mkdtemp(place.folder) == NULL)
            abort();
        place.store = g_build_filename(place.folder, "store", NULL);
        place.lessons = g_strconcat(place.store, "-lessons", NULL);
        atexit(leave_nothing);
    }
    remove_store();
    if (sks_memory_open(&place.memory, place.store, SKS_MEMORY_READ_WRITE, NULL) != 0 ||
        !sks_memory_gather(place.memory))
        abort();
}

static uint64_t sum_of(const unsigned char *bytes, size_t size)
{
    uint64_t sum = 0xcbf29ce484222325u;
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ bytes[i]) * 0x100000001b3u;
    return sum;
}

static void mend(unsigned char *bytes, size_t size)
{
    for (size_t at = 16; at + 16 <= size; at++) {
        uint32_t length;
        memcpy(&length, bytes + at + 4, sizeof length);
        if (memcmp(bytes + at, record, 4) != 0 || length > size - at - 16)
            continue;
        uint64_t sum = sum_of(bytes + at + 16, length);
        memcpy(bytes + at + 8, &sum, sizeof sum);
        at += 15 + length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (place.number++ % STORE_LIFE == 0)
        open_store();
    unsigned char *file = g_malloc0(size + 16);
    memcpy(file, bytes, size);
    memcpy(file, magic, 8);
    memcpy(file + 8, &place.number, 8);
    mend(file, MAX(size, 16));
    FILE *out = fopen(place.lessons, "r+b");
    bool written =
        out != NULL && ftruncate(fileno(out), 0) == 0 && fwrite(file, 1, MAX(size, 16), out) == MAX(size, 16);
    if (out != NULL)
        fclose(out);
    g_free(file);
    if (written)
        sks_memory_take_in(place.memory, 100);
    return 0;
}
