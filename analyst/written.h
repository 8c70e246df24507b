/*
 * The marker of composed samples: a file WRITTEN, which corpora/compose puts beside the folders of what it writes.
 *
 * Only where it stands, a mail is taken for a sample of a family, whatever its name is: real mail may be called
 * mail-0001.eml. It is known by its first words, so that a mail which happens to have its name is a mail.
 */
#ifndef SKS_ANALYST_WRITTEN_H
#define SKS_ANALYST_WRITTEN_H

#include <stdbool.h>

#define SKS_WRITTEN_NAME  "WRITTEN"
#define SKS_WRITTEN_WORDS "Composed by Sekisho's corpora/compose"

/* Whether this file is a marker, and no mail. */
bool sks_written_is_marker(const char *file);

/* Whether a marker stands in the folder or in the one above it. */
bool sks_written_marks(const char *folder);

#endif
