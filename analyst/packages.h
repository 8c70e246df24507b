/*
 * The folder of model packages: packages side by side, and a link "active" to the one in use.
 *
 * The link is replaced by one rename(), so whoever opens it sees the old package or the new, and never none. A file
 * "history" says what was activated when, a line each; a line is written before the link changes, so that one whose
 * change never happened is known by the link. A lock lets one at a time change anything.
 */
#ifndef SKS_ANALYST_PACKAGES_H
#define SKS_ANALYST_PACKAGES_H

#include <glib.h>

#include "sekisho/error.h"

#define SKS_PACKAGES_ENDING ".model"

/* A folder that isn't there is sound: nothing is active then. One that can't be read is not: nobody knows what is. */
int sks_packages_check(const char *folder, struct sks_problems *problems);

/* Names of the packages (files of that ending) in the folder, sorted; g_ptr_array_unref(). None without a folder. */
GPtrArray *sks_packages_list(const char *folder);

/* Name of the active package, NULL if none is; g_free(). */
char *sks_packages_active(const char *folder);

/* The folder's package of that name; the ending may be left out. NULL if there is none. g_free(). */
char *sks_packages_find(const char *folder, const char *name);

/*
 * Copies a package of that version into the folder, which is made if missing, and beside it what was kept out of its
 * training (kept-out.h), unless that is NULL. Another package of that version that is there already stays as it is, and
 * this one gets a number. out_name: the package's name there, g_free().
 */
int sks_packages_add(const char *folder, const char *version, GBytes *package, GBytes *kept_out, char **out_name,
                     struct sks_problems *problems);

/* Makes the package of that name the active one. It must have been loaded, so that it is known to be sound. */
int sks_packages_activate(const char *folder, const char *name, struct sks_problems *problems);

/*
 * What was active before the active one; NULL: nothing, then the one that is built in. g_free().
 * SKS_ERROR_UNAVAILABLE if none is active.
 */
int sks_packages_previous(const char *folder, char **out_name, struct sks_problems *problems);

/* Goes back to what sks_packages_previous() says, which the caller has found to be that name (or NULL) and sound. */
int sks_packages_rollback(const char *folder, const char *name, struct sks_problems *problems);

#endif
