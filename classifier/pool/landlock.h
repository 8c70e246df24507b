/* Landlock: which files a process may open at all. */
#ifndef SKS_POOL_LANDLOCK_H
#define SKS_POOL_LANDLOCK_H

#include <stdbool.h>

/*
 * From now on the calling process can open the store's files (store, and what SQLite keeps beside it) for reading and
 * writing, and nothing else; nor make, remove or rename any file. store may be NULL. With folder, that holds for all
 * files in the store's folder, which may also be made and removed: for who opens the store time and again. Descriptors
 * that are open stay as they are. Needs PR_SET_NO_NEW_PRIVS. Returns whether it is so: a kernel without Landlock
 * (before 5.13, or not switched on) can't do it, and then nothing has changed.
 */
bool sks_landlock_enter(const char *store, bool folder);

#endif
