/* Private: all members of a zip, whichever of its directories tells of them, or none. */
#ifndef SKS_ATTACHMENT_ZIP_MEMBERS_H
#define SKS_ATTACHMENT_ZIP_MEMBERS_H

#include <glib.h>
#include <zip.h>

#include "attachment/zip-directory.h"

struct sks_zip_members {
    struct sks_zip_directory whole; /* all bytes of the file, from which the offsets of members count */
    GArray *list;                   /* struct sks_zip_member */
    guint known;                    /* the first so many: of the directory that most readers go by */
    guint unlisted;                 /* the last so many: of no directory at all */
    unsigned archives;              /* further directories with members of their own */
    bool moved;                     /* the known ones do not lie where their directory says */
    GHashTable *places;             /* their offsets */
    GArray *taken;                  /* struct sks_zip_span, in order: what can hold no other archive of this file */
    GArray *directories;            /* struct sks_zip_directory, those that were taken */
    size_t names;                   /* bytes of all names */
    bool cut;                       /* there are more members, but their names are too long … */
    bool full;                      /* … or there is no room in the list */
    bool shared;                    /* directories share bytes; all but the first of these are left out */
    GByteArray *directory;          /* as sks_zip_members_open() wrote it */
};

struct sks_zip_span {
    uint64_t from, to;
};

void sks_zip_members_init(struct sks_zip_members *members, const unsigned char *bytes, size_t size);
void sks_zip_members_finish(struct sks_zip_members *members);

/* Those of the directory that most readers go by; first, and once. */
void sks_zip_members_take(struct sks_zip_members *members, const struct sks_zip_directory *directory);

/* Then those of other directories, and those of none. */
void sks_zip_members_take_others(struct sks_zip_members *members);

/*
 * Opens the file with a directory of our own, as libzip refuses many that other readers take. Members have the numbers
 * of the list. NULL if it can't be read. zip_discard() before sks_zip_members_finish().
 */
zip_t *sks_zip_members_open(struct sks_zip_members *members);

/* The header before a member's bytes, as far as its name. */
void sks_zip_write_local(GByteArray *out, const struct sks_zip_member *member);

/* The entry of a directory that leads to the member at offset, and the record that ends such a directory. */
void sks_zip_write_entry(GByteArray *out, const struct sks_zip_member *member, uint32_t offset);
void sks_zip_write_end(GByteArray *out, uint16_t count, uint32_t length, uint32_t at);

#endif
