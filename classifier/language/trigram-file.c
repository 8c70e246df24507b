/*
 * Nothing that anybody else can set says where the table is: no environment and no working folder. A folder above the
 * program's may be one that everybody can write to, so the file's owner is looked at. What is read at a start is the
 * header alone: the digest in it says which table it is. That all of it is sound is taken on trust then, as it is of
 * the program's own file.
 */
#include "language/trigram-file.h"

#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include "base/crypt.h"
#include "base/resource.h"

#define FILE_NAME   "share/sekisho/trigram.bin"
#define CONFIGURED  SKS_DATA_FOLDER "/trigram.bin"
#define OWN_HEADER  "built/trigram.header"
#define FOLDERS     3 /* above that of a program of the build folder, at most */
#define DIGEST_SIZE 32

/* The file that this code was loaded from, program or shared library, by the loader's word. The caller frees. */
static char *own_program(void)
{
    static const char here;
    Dl_info information;
    struct link_map *map = NULL;
    if (dladdr1(&here, &information, (void **)&map, RTLD_DL_LINKMAP) == 0 || map == NULL)
        return NULL;
    /* The program itself has no name there. */
    return realpath(map->l_name[0] != '\0' ? map->l_name : "/proc/self/exe", NULL);
}

char *sks_trigram_file_find(const char *program, const char *fallback)
{
    char *folder = g_path_get_dirname(program != NULL ? program : "/");
    char *found = NULL;
    for (int i = 0; i < FOLDERS && found == NULL && strcmp(folder, "/") != 0; i++) {
        char *above = g_path_get_dirname(folder);
        found = g_build_filename(above, FILE_NAME, NULL);
        if (!g_file_test(found, G_FILE_TEST_EXISTS))
            g_clear_pointer(&found, g_free);
        g_free(folder);
        folder = above;
    }
    g_free(folder);
    return found != NULL ? found : g_strdup(fallback);
}

char *sks_trigram_file_path(void)
{
    char *program = own_program();
    char *path = sks_trigram_file_find(program, CONFIGURED);
    free(program);
    return path;
}

static int no_file(const char *path, struct sks_problems *problems)
{
    int reason = errno;
    sks_problems_add(problems, path, 0, NULL, "%s%s", strerror(reason),
                     reason == ENOENT ? "; this table belongs to the program and is installed with it" : "");
    errno = reason;
    return SKS_ERROR_IO;
}

/* Whether a file is one that only root or the program's owner has made. */
static bool is_trusted(const struct stat *status, const char *program)
{
    struct stat own;
    return status->st_uid == 0 || program == NULL || stat(program, &own) != 0 || status->st_uid == own.st_uid;
}

/* Compares the header with the one that this build made. */
static int check_header(const unsigned char *header, const char *path, struct sks_problems *problems)
{
    const struct sks_resource *own = sks_resource_find(OWN_HEADER);
    g_assert(own != NULL && own->size == SKS_TRIGRAM_HEADER);
    if (memcmp(header, SKS_TRIGRAM_MAGIC, strlen(SKS_TRIGRAM_MAGIC)) != 0) {
        sks_problems_add(problems, path, 0, NULL, "is not a trigram table");
        return SKS_ERROR_FORMAT;
    }
    if (memcmp(header, own->bytes, SKS_TRIGRAM_HEADER) == 0)
        return 0;
    const unsigned char *digest = header + SKS_TRIGRAM_DIGEST;
    const unsigned char *wanted = (const unsigned char *)own->bytes + SKS_TRIGRAM_DIGEST;
    sks_problems_add(problems, path, 0, NULL,
                     "is the table of another build (%02x%02x%02x%02x; this program's is %02x%02x%02x%02x)", digest[0],
                     digest[1], digest[2], digest[3], wanted[0], wanted[1], wanted[2], wanted[3]);
    return SKS_ERROR_FORMAT;
}

static int check(size_t *out_size, int file, const char *path, const char *program, struct sks_problems *problems)
{
    struct stat status;
    unsigned char header[SKS_TRIGRAM_HEADER];
    if (fstat(file, &status) != 0)
        return no_file(path, problems);
    if (!S_ISREG(status.st_mode)) {
        sks_problems_add(problems, path, 0, NULL, "is not a file");
        return SKS_ERROR_FORMAT;
    }
    if (!is_trusted(&status, program)) {
        sks_problems_add(problems, path, 0, NULL, "belongs to user %lu: it must be root's or belong to whom %s belongs",
                         (unsigned long)status.st_uid, program);
        return SKS_ERROR_FORMAT;
    }
    ssize_t got = pread(file, header, sizeof(header), 0);
    if (got < 0)
        return no_file(path, problems);
    if (got < (ssize_t)sizeof(header)) {
        sks_problems_add(problems, path, 0, NULL, "is cut short: it has %zd bytes", got);
        return SKS_ERROR_FORMAT;
    }
    int result = check_header(header, path, problems);
    size_t size = sks_trigram_size(header);
    if (result == 0 && (uint64_t)status.st_size != size) {
        sks_problems_add(problems, path, 0, NULL, "is %s: it has %lld bytes of %zu",
                         (uint64_t)status.st_size < size ? "cut short" : "too long", (long long)status.st_size, size);
        return SKS_ERROR_FORMAT;
    }
    *out_size = size;
    return result;
}

int sks_trigram_file_open(struct sks_trigram_file *out_file, struct sks_trigram *out_trigram, const char *path,
                          const char *program, struct sks_problems *problems)
{
    size_t size = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0)
        return no_file(path, problems);
    int result = check(&size, file, path, program, problems);
    void *bytes = result == 0 ? mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0) : MAP_FAILED;
    if (result == 0 && bytes == MAP_FAILED)
        result = no_file(path, problems);
    close(file);
    if (result != 0)
        return result;
    if (sks_trigram_read(out_trigram, bytes, size) != 0) {
        sks_problems_add(problems, path, 0, NULL, "is not a trigram table");
        munmap(bytes, size);
        return SKS_ERROR_FORMAT;
    }
    *out_file = (struct sks_trigram_file){bytes, size};
    return 0;
}

void sks_trigram_file_close(struct sks_trigram_file *file)
{
    if (file->bytes != NULL)
        munmap((void *)(uintptr_t)file->bytes, file->size);
    *file = (struct sks_trigram_file){NULL, 0};
}

int sks_trigram_create(struct sks_trigram *out_trigram, struct sks_problems *problems)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static struct sks_trigram_file mapped;
    static struct sks_trigram trigram;
    int result = 0;
    pthread_mutex_lock(&lock);
    if (mapped.bytes == NULL) {
        char *program = own_program();
        char *path = sks_trigram_file_find(program, CONFIGURED);
        result = sks_trigram_file_open(&mapped, &trigram, path, program, problems);
        g_free(path);
        free(program);
    }
    if (result == 0)
        *out_trigram = trigram;
    pthread_mutex_unlock(&lock);
    return result;
}

int sks_trigram_file_verify(const char *path, struct sks_problems *problems)
{
    struct sks_trigram_file file;
    struct sks_trigram trigram;
    unsigned char digest[DIGEST_SIZE];
    int result = sks_trigram_file_open(&file, &trigram, path, NULL, problems);
    if (result != 0)
        return result;
    const unsigned char *bytes = file.bytes;
    sks_hash_once(SKS_DIGEST_SHA256, digest, bytes, SKS_TRIGRAM_DIGEST, bytes + SKS_TRIGRAM_HEADER,
                  file.size - SKS_TRIGRAM_HEADER);
    if (memcmp(digest, bytes + SKS_TRIGRAM_DIGEST, sizeof(digest)) != 0) {
        sks_problems_add(problems, path, 0, NULL, "is damaged: its digest is another one");
        result = SKS_ERROR_FORMAT;
    }
    sks_trigram_file_close(&file);
    return result;
}
