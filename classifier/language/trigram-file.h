/*
 * The trigram model's file, share/sekisho/trigram.bin: the only part of the program that is not in the program, because
 * its licence is another one (GPL, version 3 or later).
 *
 *   built:   libkkc's model ──▶ trigram.bin ──▶ its first 64 bytes, built in: the table of this build
 *   loaded:  path ──▶ the same 64 bytes? the size that they tell? ──▶ mapped, read-only ──▶ in use
 *
 * Which path: share/sekisho/trigram.bin in the nearest of the three folders above that of the program, or of the shared
 * library, that this code is in. So an installed program finds it (/usr/bin, /usr/share), one in its build folder, and
 * one in a tree that was moved, none of which takes a setting. It must belong to root or to whom that program belongs:
 * nobody else can hand one in. Where there is none, it is the path that the build was configured with.
 *
 * It is mapped once in a process, and stays: forked processes share it, whatever became of their user, root or rights,
 * and of the name of the file. Its pages are the system's cache of the file, so that all programs share them, too, and
 * are read as they are asked for: all of them at once would take 20 to 45 ms of a start where the file is not in that
 * cache yet, and save a process 0.1 ms where it is. Whoever cuts it short while it is in use kills who reads there
 * (SIGBUS; in a worker, it costs a mail): it is root's, and to be replaced as packages do, by renaming.
 */
#ifndef SKS_LANGUAGE_TRIGRAM_FILE_H
#define SKS_LANGUAGE_TRIGRAM_FILE_H

#include "language/trigram.h"

/*
 * The table of this process; the first call maps it. Any number of threads may call. SKS_ERROR_IO or SKS_ERROR_FORMAT,
 * with the file and the reason among the problems (which may be NULL); the next call tries again.
 */
int sks_trigram_create(struct sks_trigram *out_trigram, struct sks_problems *problems);

/* Where the table is looked for; the caller frees. */
char *sks_trigram_file_path(void);

/*
 * Reads all of the file and compares it with the digest in it, which takes some 10 ms and is done when a person asks.
 * Errors as above.
 */
int sks_trigram_file_verify(const char *path, struct sks_problems *problems);

/* The parts of the above, for tests. */

/* The file in a folder above that of program, else fallback; the caller frees. program may be NULL. */
char *sks_trigram_file_find(const char *program, const char *fallback);

/* A mapped file. That of the process is never unmapped. */
struct sks_trigram_file {
    const void *bytes;
    size_t size;
};

/* Maps a file and reads the table in it. program: whose owner the file may have besides root; NULL: anybody's. */
int sks_trigram_file_open(struct sks_trigram_file *out_file, struct sks_trigram *out_trigram, const char *path,
                          const char *program, struct sks_problems *problems);
void sks_trigram_file_close(struct sks_trigram_file *file);

#endif
