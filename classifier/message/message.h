/*
 * The message room: RFC 5322 and MIME bytes → headers, addresses, trace, parts, text, links.
 *
 * It knows nothing of what is suspicious; it reports what is there, and where a form is broken, that it is. All text
 * is UTF-8 (ill-formed input becomes U+FFFD), NUL-terminated, never NULL unless said so, and belongs to the message,
 * as do all arrays. Part data may point into the bytes that were parsed: they must outlive the message.
 *
 * Parsing recurses nowhere without a ceiling (<sekisho/limits.h>), and does not descend into message/rfc822 parts:
 * examine does, and parses them as messages of their own. One thread at a time for one message.
 */
#ifndef SKS_MESSAGE_MESSAGE_H
#define SKS_MESSAGE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* One mailbox of an address field (RFC 5322 section 3.4), read as leniently as mail readers do. */
struct sks_address {
    const char *name;    /* displayed name, decoded; comments serve where there is no other name */
    const char *address; /* local@domain as written, without brackets; "" if there is none */
    const char *local;
    const char *domain; /* lower case, A-labels turned into U-labels; "" if there is none */
    const char *group;  /* of the group it stands in, or "" */
    bool valid;         /* the address is one by RFC 5321's syntax */
};

struct sks_address_list {
    const struct sks_address *items;
    size_t count;
    bool cut; /* SKS_LIMIT_ADDRESS_COUNT reached */
};

/* What was odd about a field's form. */
enum sks_header_flag {
    SKS_HEADER_RAW_8BIT = 1u << 0,        /* bytes above 127 outside RFC 2047 (and outside valid UTF-8, RFC 6532) */
    SKS_HEADER_RAW_UTF8 = 1u << 1,        /* valid UTF-8 outside RFC 2047 */
    SKS_HEADER_RAW_ISO2022 = 1u << 2,     /* ISO-2022 escapes outside RFC 2047 */
    SKS_HEADER_BROKEN_ENCODING = 1u << 3, /* an encoded word that had to be mended: split character, wrong charset … */
    SKS_HEADER_BIDI = 1u << 4,            /* bidirectional controls or invisible characters in the decoded value */
    SKS_HEADER_CUT = 1u << 5,             /* a ceiling was reached */
};

struct sks_header {
    const char *name;  /* as written */
    const char *value; /* decoded (RFC 2047 and its broken forms), unfolded, trimmed, control characters removed */
    const char *raw;   /* the bytes after the colon, folded as received, without the last line end; may hold NUL */
    size_t raw_size;
    const char *charset; /* lower-case charset of the first encoded word or of the detected raw bytes; "" if ASCII */
    unsigned flags;      /* enum sks_header_flag */
};

/* One Received field (RFC 5321 section 4.4), the topmost first. Missing pieces are "". */
struct sks_received {
    const char *helo;    /* what the client called itself ("from …") */
    const char *name;    /* the client's verified name, where the field gives one */
    const char *address; /* textual IP address of the client */
    const char *by;
    const char *with; /* protocol: SMTP, ESMTPSA, HTTP, MAPI … */
    const char *id;
    const char *recipient; /* "for <…>" */
    time_t date;           /* Unix time */
    int zone;              /* minutes east of UTC */
    bool has_date;
    bool authenticated; /* the field says that the client authenticated (ESMTPA, ESMTPSA, "Authenticated sender") */
    const char *text;   /* the whole value */
};

/* One result of an Authentication-Results field (RFC 8601). */
struct sks_authentication_result {
    const char *authserv_id; /* lower case */
    const char *method;      /* lower case: spf, dkim, dmarc, arc … */
    const char *result;      /* lower case: pass, fail, softfail, none … */
    const char *property;    /* domain or address of the first of header.from, header.d, header.i, smtp.mailfrom … */
    size_t received_above;   /* how many Received fields stand above this field */
    size_t field;            /* number of the field among those of this name, from 0 */
};

struct sks_date {
    time_t time; /* Unix time */
    int zone;    /* minutes east of UTC */
    bool valid;
    bool zone_unknown; /* "-0000", or a name that tells nothing */
};

enum sks_link_kind {
    SKS_LINK_TEXT,   /* a URL written out in text */
    SKS_LINK_ANCHOR, /* <a href> or <area href> */
    SKS_LINK_FORM,   /* <form action> */
    SKS_LINK_IMAGE,  /* a remote image */
    SKS_LINK_OTHER,  /* style sheets, frames, meta refresh … */
};

struct sks_link {
    enum sks_link_kind kind;
    const char *target; /* the URL as a browser would go there: entities resolved, trimmed */
    const char *scheme; /* lower case */
    const char *host;   /* lower case, A-labels turned into U-labels; without user, port */
    unsigned port;      /* 0: the scheme's own */
    const char *path;   /* with query and fragment */
    const char *text;   /* what is shown for it; "" for kinds that show none */
    bool has_user;      /* user@ before the host */
};

enum sks_part_flag {
    SKS_PART_ATTACHMENT = 1u << 0,       /* shown to the reader as a file */
    SKS_PART_INLINE = 1u << 1,           /* disposition inline, or referred to by cid: */
    SKS_PART_TEXT = 1u << 2,             /* its text is part of the body */
    SKS_PART_MESSAGE = 1u << 3,          /* message/rfc822 or message/global: data is a message */
    SKS_PART_BROKEN_ENCODING = 1u << 4,  /* base64, quoted-printable or charset had to be mended */
    SKS_PART_CHARSET_MISMATCH = 1u << 5, /* the content is in another charset than declared */
    SKS_PART_UNTERMINATED = 1u << 6,     /* no closing boundary */
    SKS_PART_CUT = 1u << 7,
};

/* A leaf of the MIME tree, in the order of the mail. */
struct sks_part {
    unsigned number;          /* from 1 */
    const char *type;         /* lower case, "text/plain" where none is given */
    const char *disposition;  /* lower case, or "" */
    const char *name;         /* file name, decoded (RFC 2231, RFC 2047, raw), or "" */
    unsigned name_flags;      /* enum sks_header_flag of the name */
    const char *charset;      /* declared, lower case, or "" */
    const char *used_charset; /* by which its text was decoded, lower case; "" for non-text */
    const char *encoding;     /* Content-Transfer-Encoding, lower case, or "" */
    const char *content_id;
    const char *where;         /* "part N" or "part N: FILE NAME", for evidence; sks_message_place() goes on from it */
    unsigned depth;            /* multiparts around it */
    const unsigned char *data; /* transfer-decoded content */
    size_t size;
    unsigned flags; /* enum sks_part_flag */
};

enum sks_body_flag {
    SKS_BODY_HTML = 1u << 0,        /* there is an HTML part */
    SKS_BODY_PLAIN = 1u << 1,       /* there is a plain part */
    SKS_BODY_HIDDEN_TEXT = 1u << 2, /* text that a reader would not see (hidden is not empty) */
    SKS_BODY_FORM = 1u << 3,        /* an HTML form, or inputs */
    SKS_BODY_SCRIPT = 1u << 4,
    SKS_BODY_REMOTE_IMAGE = 1u << 5,
    SKS_BODY_ALTERNATIVES_DIFFER = 1u << 6, /* plain and HTML say different things */
    SKS_BODY_SIGNED = 1u << 7,              /* multipart/signed, S/MIME or inline OpenPGP signature */
    SKS_BODY_ENCRYPTED = 1u << 8,           /* multipart/encrypted, S/MIME or inline OpenPGP */
    SKS_BODY_FLOWED = 1u << 9,
};

/* The text of a message as its reader sees it, each paragraph or line on a line; lines end in LF. */
struct sks_body {
    const char *own;       /* the sender's own words: without the following three */
    const char *quoted;    /* quoted mail, inline forwards and their attribution lines */
    const char *signature; /* signature block */
    const char *footer;    /* list footers, disclaimers, scanners' notes */
    const char *hidden;    /* text made invisible by HTML */
    const char *language;  /* main language of own by its script: "ja", "en" (any Latin), "zh", "ko", "ru" …, or "" */
    size_t own_characters; /* code points in own */
    unsigned flags;        /* enum sks_body_flag */
};

/* Ceilings that were reached, and what was broken. */
enum sks_message_flag {
    SKS_MESSAGE_CUT_HEADERS = 1u << 0,
    SKS_MESSAGE_CUT_DEPTH = 1u << 1, /* SKS_LIMIT_MIME_DEPTH: what lies deeper is one part, unread */
    SKS_MESSAGE_CUT_PARTS = 1u << 2,
    SKS_MESSAGE_CUT_TEXT = 1u << 3,
    SKS_MESSAGE_CUT_LINKS = 1u << 4,
    SKS_MESSAGE_CUT_ADDRESSES = 1u << 5,
    SKS_MESSAGE_NO_HEADERS = 1u << 6, /* nothing that looks like a header field */
    SKS_MESSAGE_NUL_BYTES = 1u << 7,
    SKS_MESSAGE_BARE_CR = 1u << 8,
    SKS_MESSAGE_MIXED_LINE_ENDS = 1u << 9,
    SKS_MESSAGE_AMBIGUOUS_MIME = 1u << 10, /* readers may disagree: repeated Content-Type, boundary abuse … */
};

struct sks_message {
    const struct sks_header *headers; /* in the order of the mail */
    size_t header_count;

    struct sks_address_list from; /* of all From fields together */
    struct sks_address_list sender;
    struct sks_address_list reply_to;
    struct sks_address_list to;
    struct sks_address_list cc;
    const char *return_path; /* address of the topmost Return-Path, "" for <>, NULL without the field */
    unsigned from_fields;    /* how many From fields there are */

    const char *subject;    /* decoded */
    const char *message_id; /* without brackets */
    const char *in_reply_to;
    const char *const *references; /* oldest first, In-Reply-To added at the end if it is not among them */
    size_t reference_count;
    struct sks_date date;
    const char *mailer; /* X-Mailer, else User-Agent, else "" */

    const struct sks_received *received; /* topmost first */
    size_t received_count;
    const struct sks_authentication_result *authentication;
    size_t authentication_count;

    const struct sks_part *parts;
    size_t part_count;
    const struct sks_link *links; /* own text, HTML and quotes alike */
    size_t link_count;
    struct sks_body body;
    unsigned flags; /* enum sks_message_flag */

    void *storage; /* private */
};

/*
 * Loads ICU's converters and tables, so that parsing opens no file later. Call it once before the first message, in the
 * process that forks the workers.
 */
void sks_message_prepare(void);

/* Bytes that may still be read of a mail with all messages in it. */
struct sks_message_budget {
    size_t text;  /* UTF-8, plain or out of HTML */
    size_t html;  /* source */
    size_t spare; /* … when that is spent, a little of each part */
};

/* What a mail starts with: SKS_LIMIT_TEXTS_SIZE, SKS_LIMIT_HTMLS_SIZE, SKS_LIMIT_SPARE_SIZE. */
void sks_message_budget_init(struct sks_message_budget *out_budget);

/* Parses any bytes at all. bytes must outlive the message. */
int sks_message_parse(struct sks_message **out_message, const void *bytes, size_t size);

/* The same for one message of several in a mail: a little of its text is read even if the budget is spent. */
int sks_message_parse_within(struct sks_message **out_message, struct sks_message_budget *budget, const void *bytes,
                             size_t size);
void sks_message_destroy(struct sks_message *message);

/* The first (topmost) field of that name, case-insensitive, or NULL. */
const struct sks_header *sks_message_header(const struct sks_message *message, const char *name);

/* What is inside of what lies at where: "part 2: report.zip" and "a.exe" are "part 2/report.zip/a.exe". g_free(). */
char *sks_message_place(const char *where, const char *inside);

#endif
