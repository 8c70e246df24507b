/*
 * The attachment room: bytes of a file → what it is, whether it is encrypted, what it holds, and facts about it.
 *
 * It knows nothing of mail or senders. What a file is follows from its content, never from its name; the name is
 * compared with it. docs/attachments.md says for each type what is recognised and what is opened. All strings are
 * UTF-8, never NULL, and belong to the attachment.
 */
#ifndef SKS_ATTACHMENT_ATTACHMENT_H
#define SKS_ATTACHMENT_ATTACHMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* The types of the command line's contract, in its order and by its names. */
/* clang-format off */
#define SKS_FILE_TYPES(X) \
    X(ZIP, "zip") X(RAR, "rar") X(7Z, "7z") X(LZH, "lzh") X(CAB, "cab") X(TAR, "tar") X(GZIP, "gzip") \
    X(ISO, "iso") X(VHD, "vhd") X(OLE, "ole") X(DOC, "doc") X(XLS, "xls") X(PPT, "ppt") X(MSG, "msg") \
    X(MSI, "msi") X(DOCX, "docx") X(XLSX, "xlsx") X(PPTX, "pptx") X(DOCM, "docm") X(XLSM, "xlsm") X(PPTM, "pptm") \
    X(ODF, "odf") X(RTF, "rtf") X(PDF, "pdf") X(ONENOTE, "onenote") X(LNK, "lnk") X(URL, "url") X(HTML, "html") \
    X(SCRIPT, "script") X(PE, "pe") X(ELF, "elf") X(MACHO, "macho") X(MAIL, "mail") X(TNEF, "tnef") \
    X(IMAGE, "image") X(TEXT, "text") X(UNKNOWN, "unknown")
/* clang-format on */

enum sks_file_type {
#define SKS_FILE_TYPE_ENUM(symbol, name) SKS_FILE_##symbol,
    SKS_FILE_TYPES(SKS_FILE_TYPE_ENUM)
#undef SKS_FILE_TYPE_ENUM
};

const char *sks_file_type_name(enum sks_file_type type);

/* Any archive or disk image that holds files. */
bool sks_file_type_is_container(enum sks_file_type type);

/* Runs code when it is opened: pe, elf, macho, script, lnk, msi, url; not office files (macros are facts). */
bool sks_file_type_is_program(enum sks_file_type type);

/* The type by content, with the name as a help only where content leaves it open (scripts, url, text). */
enum sks_file_type sks_file_type_detect(const void *bytes, size_t size, const char *name);

/* Something worth knowing about a file. Identifiers are listed in docs/attachments.md. */
struct sks_fact {
    const char *id;     /* "attachment.double-extension" … or "limit.archive-ratio" … */
    const char *where;  /* path inside the file: "a.zip/b.exe"; "" for the file itself */
    const char *detail; /* what was seen: a name, a number, a type; may be "" */
};

struct sks_attachment_entry {
    const char *name;         /* path inside the container */
    const char *name_charset; /* by which it was decoded: "utf-8", "shift_jis", "gb18030", "us-ascii" … */
    uint64_t size;            /* unpacked, as declared */
    time_t modified;          /* 0 if unknown */
    bool encrypted;
    enum sks_file_type type; /* by content where it was read, else by what the name claims */
};

/* A mail that lies inside an attachment, or is one: for the caller to judge in turn. */
struct sks_attachment_message {
    const char *where; /* path inside the attachment; "" for the file itself */
    const unsigned char *bytes;
    size_t size;
};

struct sks_attachment {
    const char *where; /* "part N: FILE NAME", or a path below it for what was nested */
    const char *name;
    enum sks_file_type type;
    const char *declared_type; /* Content-Type, or "" */
    uint64_t size;
    bool encrypted;           /* the content cannot be read without a password */
    bool names_visible;       /* the names inside can be read */
    bool opened;              /* encrypted, a password was verified and the content read */
    unsigned opened_parts;    /* files, and members of files, that were read with a password; nested ones, too */
    unsigned closed_parts;    /* members for which no password was right, in files that one opened in part */
    unsigned locked_inside;   /* files inside that are encrypted, and were not opened */
    unsigned char sha256[32]; /* of what was read */
    const struct sks_attachment_entry *entries;
    size_t entry_count;
    const struct sks_fact *facts;
    size_t fact_count;
    const struct sks_attachment_message *messages;
    size_t message_count;
    const char *text;  /* what a document says, for the language room; "" if none */
    const char *notes; /* what short text files say, where a password may be told; "" if none */

    void *storage; /* private */
};

/*
 * What one mail's attachments may cost together; zero it, then set where a limit shall be lower than the common one.
 * The room counts up; the caller only carries it from one attachment to the next.
 */
struct sks_attachment_budget {
    uint64_t output;  /* bytes unpacked so far */
    unsigned entries; /* members listed so far */
    unsigned names;   /* members beyond, of which only the names were read */
    unsigned depth;   /* containers around the present one */
    uint64_t rounds;  /* of slow key derivation, spent on passwords */
    int64_t end;      /* by the monotonic clock, in microseconds: nothing is unpacked or tried after it; 0: no end */
    bool late;        /* something would have been */
    unsigned likely;  /* so many of the passwords, the first, are tried where a try is slow by design; 0: all */
};

/*
 * Inspects one file. name and declared_type may be "". passwords (NULL-terminated, or NULL) are tried on what is
 * encrypted. Nested containers are looked into as deep as the budget allows; their facts carry the path. bytes are not
 * kept. Any bytes at all give an attachment.
 */
int sks_attachment_inspect(struct sks_attachment **out_attachment, const void *bytes, size_t size, const char *name,
                           const char *declared_type, const char *const *passwords,
                           struct sks_attachment_budget *budget);
void sks_attachment_destroy(struct sks_attachment *attachment);

/*
 * Loads what libraries would load at first use (libcrypto's providers, ICU's converters …), so that it is there when a
 * worker may open no files any more. Call it before the first inspection, in a process with a single thread; further
 * calls do nothing.
 */
void sks_attachment_prepare(void);

/*
 * Whether the file, or one in it, can't be read without a password; and whether there is one, or a member of one, for
 * which none was right.
 */
bool sks_attachment_is_encrypted(const struct sks_attachment *attachment);
bool sks_attachment_is_locked(const struct sks_attachment *attachment);

/* Whether the file, or one in it, was opened with a password. */
bool sks_attachment_is_opened(const struct sks_attachment *attachment);

/* The fact of that identifier, or NULL. */
const struct sks_fact *sks_attachment_fact(const struct sks_attachment *attachment, const char *id);

#endif
