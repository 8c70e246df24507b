/*
 * driver ROUNDS PATH…: runs a fuzz target over files and folders, then over ROUNDS mutations of each, from a fixed
 * seed. Prints nothing when all is well; what fails is the sanitizers' to say. The last input is kept in the file that
 * the environment's FUZZ_LAST names, so that a crash can be looked at.
 */
#include "fuzz.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Pieces that parsers trip over more often than over random bytes. */
static const char *const pieces[] = {
    "\r",
    "\n",
    "\r\n\r\n",
    "\0",
    "\xff\xfe",
    "=?",
    "?=",
    "=?utf-8?B?",
    "\x1b$B",
    "\x1b(B",
    "--",
    "boundary",
    "multipart/mixed",
    "message/rfc822",
    "base64",
    "<div>",
    "</",
    "<!--",
    "&#x",
    "\"",
    "(((",
    "PK\x03\x04",
    "PK\x05\x06",
    "Rar!\x1a\x07",
    "7z\xbc\xaf'\x1c",
    "\xd0\xcf\x11\xe0",
    "%PDF-",
    "{\\rtf",
    "99999999999",
    "-1",
    "\x7f\xff\xff\xff",
    "\xe2\x80\xae",
};

static void try(const guint8 *bytes, gsize size)
{
    const char *last = getenv("FUZZ_LAST");
    if (last != NULL)
        g_file_set_contents(last, (const char *)bytes, (gssize)size, NULL);
    guint8 *exact = g_memdup2(bytes, size); /* so that reading past the end is seen */
    LLVMFuzzerTestOneInput(exact, size);
    g_free(exact);
}

static void mutate(GByteArray *bytes, GRand *random)
{
    for (int changes = g_rand_int_range(random, 1, 8); changes > 0; changes--) {
        guint at = bytes->len > 0 ? (guint)g_rand_int_range(random, 0, (gint32)bytes->len) : 0;
        guint length = bytes->len > at ? (guint)g_rand_int_range(random, 1, (gint32)MIN(bytes->len - at, 64) + 1) : 0;
        switch (g_rand_int_range(random, 0, 5)) {
        case 0:
            if (bytes->len > 0)
                bytes->data[at] = (guint8)g_rand_int(random);
            break;
        case 1:
            if (length > 0)
                g_byte_array_remove_range(bytes, at, length);
            break;
        case 2: {
            const char *piece = pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))];
            guint size = MAX((guint)strlen(piece), 1);
            if (at + size <= bytes->len)
                memcpy(bytes->data + at, piece, size);
            break;
        }
        case 3: {
            guint8 *copy = g_memdup2(bytes->data + at, length);
            g_byte_array_append(bytes, copy, length);
            g_free(copy);
            break;
        }
        default:
            if (g_rand_int_range(random, 0, 8) == 0)
                g_byte_array_set_size(bytes, at);
            break;
        }
    }
}

static void run_file(const char *path, int rounds)
{
    char *content;
    gsize size;
    if (!g_file_get_contents(path, &content, &size, NULL))
        return;
    try((const guint8 *)content, size);
    GRand *random = g_rand_new_with_seed(g_str_hash(path));
    for (int i = 0; i < rounds; i++) {
        GByteArray *bytes = g_byte_array_new();
        g_byte_array_append(bytes, (const guint8 *)content, (guint)size);
        mutate(bytes, random);
        try(bytes->data, bytes->len);
        g_byte_array_unref(bytes);
    }
    g_rand_free(random);
    g_free(content);
}

static int run_path(const char *path, int rounds)
{
    if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
        run_file(path, rounds);
        return 1;
    }
    GDir *folder = g_dir_open(path, 0, NULL);
    int count = 0;
    const char *name;
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        char *inner = g_build_filename(path, name, NULL);
        count += run_path(inner, rounds);
        g_free(inner);
    }
    if (folder != NULL)
        g_dir_close(folder);
    return count;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: %s ROUNDS PATH…\n", argv[0]);
        return 2;
    }
    int count = 0;
    for (int i = 2; i < argc; i++)
        count += run_path(argv[i], atoi(argv[1]));
    if (count == 0) {
        puts("skipped: no seeds");
        return 77;
    }
    return 0;
}
