/*
 * Private to the attachment room: one file under inspection, and what all files of one attachment share.
 *
 * inspect.c makes a struct sks_file for the attachment and one for every member that is looked into, detects its type
 * and calls the function of that type below. These add entries and facts, and hand the content of members back with
 * sks_file_member(), which looks inside in turn. That is the only recursion, and it has a ceiling.
 */
#ifndef SKS_ATTACHMENT_FILE_H
#define SKS_ATTACHMENT_FILE_H

#include <glib.h>

#include "attachment/attachment.h"
#include "attachment/bytes.h"
#include "base/buffer.h"

/* Shared by all files of one attachment. */
struct sks_inspection {
    GStringChunk *strings;
    GArray *entries;  /* struct sks_attachment_entry, of the outermost file */
    GArray *facts;    /* struct sks_fact */
    GArray *messages; /* struct sks_attachment_message */
    struct sks_buffer text, notes;
    const char *const *passwords; /* NULL-terminated, never NULL */
    struct sks_attachment_budget *budget;
    bool output_reached; /* nothing more is unpacked */
    unsigned opened;     /* files, and members of files, that were read with a password */
    unsigned closed;     /* members that stay closed in files that a password opened */
    unsigned locked;     /* files inside that are encrypted, and were not opened: facts tell of the first only */
};

struct sks_file {
    struct sks_inspection *inspection;
    const unsigned char *bytes;
    size_t size;
    const char *name;          /* "" if it has none */
    const char *declared_type; /* "" for members */
    const char *path;          /* below the attachment: "a.zip/b.exe"; "" for the attachment itself */
    enum sks_file_type type;
    bool encrypted, names_visible, opened;
    bool stopped;      /* a ceiling was reached: nothing more is unpacked from it */
    unsigned members;  /* listed so far */
    unsigned locked;   /* of these, encrypted */
    unsigned unread;   /* … whose content could not be read to its end */
    unsigned closed;   /* … because no password fitted */
    uint64_t declared; /* sizes of the members, as the file says */
    uint64_t output;   /* what came out of it so far */
    uint64_t end;      /* where it ends by what it says itself; 0 if it doesn't, or nobody asked */
};

/* What a container says of a member. */
struct sks_member {
    const char *name; /* UTF-8, cleaned */
    const char *charset;
    uint64_t size;
    time_t modified;
    bool encrypted; /* as stored, also if it could be opened */
    bool directory;
};

/* A fact about the file (member NULL) or a member of it. detail may be NULL, and is cut if very long. */
void sks_file_fact(struct sks_file *file, const char *id, const char *member, const char *detail, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * Lists a member: its entry, and what its name alone tells. False if the ceiling is reached: then list no more. The
 * member's type is by its name until sks_file_member() has seen its content.
 */
bool sks_file_list(struct sks_file *file, const struct sks_member *member, size_t *out_index);

/*
 * Instead, of a member of an archive beyond that ceiling: whether its name is a program's. False if that has been asked
 * too often.
 */
bool sks_file_list_name(struct sks_file *file, const struct sks_member *member);

/* May so many more bytes be unpacked from this file? Counts them. False is a reason to stop unpacking altogether. */
bool sks_file_unpack(struct sks_file *file, size_t size);

/* The same of what is unpacked only to come to what lies behind it, also if nothing more is looked into. */
bool sks_file_pass(struct sks_file *file, size_t size);

/* The password to be tried next; slow: the key's derivation is so by design. NULL: no more are to be tried. */
const char *sks_file_password(const struct sks_file *file, unsigned index, bool slow);

/*
 * The same password as Windows programs give it to formats that take bytes: in CP932. NULL if that is no other, or it
 * can't be written so. Lives as long as the attachment, and one password gives one pointer.
 */
const char *sks_file_password_windows(struct sks_file *file, const char *password);

/* May so many more rounds of a slow key derivation be made? Counts them. */
bool sks_file_spend_rounds(struct sks_file *file, uint64_t rounds);

/* Reads a member's content. Returns bytes read, 0 at the end, negative on error. */
typedef int64_t (*sks_read_function)(void *context, void *buffer, size_t size);

enum sks_read_result {
    SKS_READ_ALL,    /* the whole content, to its end */
    SKS_READ_PART,   /* enough to know that the rest does not matter, or a ceiling was reached */
    SKS_READ_FAILED, /* the content is damaged, or the password is wrong */
};

/*
 * Reads a member through read, as far as it matters and the ceilings allow, then looks inside. index is the one that
 * sks_file_list() gave.
 */
enum sks_read_result sks_file_member(struct sks_file *file, const struct sks_member *member, size_t index,
                                     sks_read_function read, void *context);

/* Instead, where the content can't be read: what its name alone lets expect. */
void sks_file_member_unread(struct sks_file *file, const struct sks_member *member);

/* The same, where no password fitted: one that comes later may. */
void sks_file_member_closed(struct sks_file *file, const struct sks_member *member);

/* As sks_file_member(), for content that lies in memory. */
void sks_file_member_bytes(struct sks_file *file, const struct sks_member *member, size_t index, const void *bytes,
                           size_t size);

/*
 * Looks into bytes that stand for the file itself, such as the package inside an encrypted office file. The type, the
 * entries and the facts become the file's own. False if they are of no type that could stand for it.
 */
bool sks_file_replace(struct sks_file *file, const void *bytes, size_t size);

/* Hands the file to the function of that type, whatever its own is. */
void sks_file_inspect_as(struct sks_file *file, enum sks_file_type type);

/* What stands behind the file, or before the one that it is taken for; after it was looked into. */
void sks_behind_inspect(struct sks_file *file);

/* Adds text that a document says. */
void sks_file_text(struct sks_file *file, const char *text, size_t size);

/* Adds what a short text file says. */
void sks_file_note(struct sks_file *file, const char *text);

/* A copy that lives as long as the attachment. */
const char *sks_file_string(struct sks_file *file, const char *text);

/* One function for each type that is looked into. */
void sks_7z_inspect(struct sks_file *file);
void sks_html_inspect(struct sks_file *file);
void sks_lnk_inspect(struct sks_file *file);
void sks_lzh_inspect(struct sks_file *file);
void sks_ole_inspect(struct sks_file *file);
void sks_onenote_inspect(struct sks_file *file);
void sks_ooxml_inspect(struct sks_file *file);
void sks_pdf_inspect(struct sks_file *file);
void sks_rar_inspect(struct sks_file *file);
void sks_rtf_inspect(struct sks_file *file);
void sks_text_inspect(struct sks_file *file);
void sks_tnef_inspect(struct sks_file *file);
void sks_url_inspect(struct sks_file *file);
void sks_web_archive_inspect(struct sks_file *file);
void sks_zip_inspect(struct sks_file *file);

#endif
