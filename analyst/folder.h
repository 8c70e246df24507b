/*
 * The files below a path, sorted by name, folder by folder.
 *
 * Symbolic links are followed, to files and to folders. A folder is walked once, however many links lead to it, so that
 * no loop has an effect, and down to SKS_LIMIT_FOLDER_DEPTH. Only regular files are told: a pipe would be waited for.
 * The marker of composed samples is no mail and is passed over.
 */
#ifndef SKS_ANALYST_FOLDER_H
#define SKS_ANALYST_FOLDER_H

#include <stdbool.h>

struct sks_folder;

/* path: a folder or a file. NULL if memory or the like is short; see errno. */
struct sks_folder *sks_folder_create(const char *path);
void sks_folder_destroy(struct sks_folder *folder);

/* The next file; or what can't be walked or read, with the reason in *out_error, else NULL. Both live until the next
 * call. False at the end. */
bool sks_folder_next(struct sks_folder *folder, const char **out_file, const char **out_error);

/* What is told of a file that is not a regular one. */
extern const char sks_folder_irregular[];

#endif
