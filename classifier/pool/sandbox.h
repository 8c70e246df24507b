/* What a process may still do once it is about to read hostile bytes. */
#ifndef SKS_POOL_SANDBOX_H
#define SKS_POOL_SANDBOX_H

#include <stddef.h>

/* Exit status of a worker that ran out of memory. */
#define SKS_EXIT_MEMORY 71

/*
 * Confines the calling process for the rest of its life: resource limits, no new privileges, and seccomp, under which
 * it may neither start processes nor open connections nor, without a store (the memory that is in use), open files for
 * writing. Where the kernel has Landlock, it can open no file at all but the store's, whatever seccomp lets through.
 * memory: bytes of address space beyond what it has now. 0, or SKS_ERROR_UNSUPPORTED where the system
 * refuses. In builds with AddressSanitizer neither address space nor system calls can be limited: only the rest is.
 */
int sks_sandbox_enter(size_t memory, const char *store);

/*
 * The same for a process that serves a listening socket which is open already: it may also accept connections and wait
 * for them. Call it once epoll and the like are set up. store: opened time and again, so the other
 * files of its folder stay within reach; or NULL.
 */
int sks_sandbox_enter_server(size_t memory, const char *store);

#endif
