/*
 * What can go wrong, and how it is told.
 *
 * Functions of libsekisho that can fail return 0 or one of the negative values below. Their out-parameters come first,
 * are named out_..., and stay untouched on failure. The library never logs, exits or reads the environment: what a
 * person must be told about bad input (file, line, reason) is added to a list of problems that the caller hands in.
 */
#ifndef SEKISHO_ERROR_H
#define SEKISHO_ERROR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SKS_API __attribute__((visibility("default")))

enum sks_error {
    SKS_OK = 0,
    SKS_ERROR_IO = -1,          /* a file, socket or database can't be read or written; errno tells more */
    SKS_ERROR_FORMAT = -2,      /* input that is not what it should be; the problems name file, line and reason */
    SKS_ERROR_LIMIT = -3,       /* a ceiling of <sekisho/limits.h> would be passed */
    SKS_ERROR_SCHEMA = -4,      /* a model package or database of another schema than this program's */
    SKS_ERROR_DEADLINE = -5,    /* a worker took longer than its deadline and was killed */
    SKS_ERROR_CRASH = -6,       /* a worker died */
    SKS_ERROR_MEMORY = -7,      /* a worker reached its memory limit */
    SKS_ERROR_UNAVAILABLE = -8, /* no worker could be had in time, or the pool is closing */
    SKS_ERROR_UNSUPPORTED = -9, /* not built in, or not possible on this system */
};

/* A few English words for an error, never NULL; static storage. For log lines and metrics. */
SKS_API const char *sks_error_text(int error);

/*
 * Problems: a list of "file:line: key: reason" in the order they were found. Any loader that takes one goes on after a
 * problem, so that all of them are told at once. Not thread-safe.
 */
struct sks_problems;

SKS_API struct sks_problems *sks_problems_create(void);
SKS_API void sks_problems_destroy(struct sks_problems *problems);

/*
 * Adds a problem. file may be NULL; line 0 means the file as a whole; key may be NULL. problems may be NULL: then
 * nothing happens.
 */
SKS_API void sks_problems_add(struct sks_problems *problems, const char *file, size_t line, const char *key,
                              const char *reason, ...) __attribute__((format(printf, 5, 6)));

SKS_API size_t sks_problems_count(const struct sks_problems *problems);

/* The problem's line of text, valid until the list changes. index < sks_problems_count(). */
SKS_API const char *sks_problems_text(const struct sks_problems *problems, size_t index);

#ifdef __cplusplus
}
#endif

#endif
