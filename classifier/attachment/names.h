/*
 * File names: their charset, what their extension claims, and the tricks played with them.
 *
 * Knows names only. All functions are pure.
 */
#ifndef SKS_ATTACHMENT_NAMES_H
#define SKS_ATTACHMENT_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "attachment/attachment.h"

/*
 * The likeliest charset of raw names (those of one container joined together, the longer the surer): "us-ascii",
 * "utf-8", "shift_jis", "gb18030", "euc-jp", "big5", "euc-kr", or "ibm437" if it is none of them. Static storage.
 */
const char *sks_name_charset(const void *bytes, size_t size);

/* Decodes a raw name and cleans it: control characters become U+FFFD, backslashes stay. g_free(). */
char *sks_name_decode(const void *bytes, size_t size, const char *charset);

/* The same for UTF-16LE. */
char *sks_name_decode_utf16(const void *bytes, size_t size);

/* Both for texts of several lines: line ends stay, as LF. */
char *sks_text_decode(const void *bytes, size_t size, const char *charset);
char *sks_text_decode_utf16(const void *bytes, size_t size);

/*
 * Text of PowerPoint and Excel: count units of UTF-16LE, or, not wide, their lower bytes alone. Lines end in CR, LF or
 * VT. g_free().
 */
char *sks_text_decode_office(const void *bytes, size_t count, bool wide);

/* The other way round, in CP932; NULL if a character of it has no place there. g_free(). */
char *sks_name_encode_windows(const char *text);

/* Is it another country's legacy encoding, from a Japanese reader's point of view? */
bool sks_name_charset_is_foreign(const char *charset);

/* What an extension claims. */
enum sks_name_kind {
    SKS_NAME_OTHER,
    SKS_NAME_DOCUMENT,
    SKS_NAME_ARCHIVE,
    SKS_NAME_IMAGE,
    SKS_NAME_TEXT,
    SKS_NAME_WEB, /* html and the like */
    SKS_NAME_MAIL,
    SKS_NAME_PROGRAM, /* from here on: what runs, or may hold what does */
    SKS_NAME_SCRIPT,
    SKS_NAME_SHORTCUT,
    SKS_NAME_DISK,
};

struct sks_name_claim {
    const char *extension;   /* lower case, "" if there is none that is known */
    enum sks_file_type type; /* SKS_FILE_UNKNOWN if the extension claims none */
    enum sks_name_kind kind;
};

/* By the last extension (of "a.pdf.exe": exe). Trailing blanks and dots do not count: Windows drops them. */
struct sks_name_claim sks_name_claim(const char *name);

/* May a file that claims this be of that type? Office files of either generation under either name may, and so on. */
bool sks_name_claim_allows(const struct sks_name_claim *claim, enum sks_file_type type);

/* The part after the last slash or backslash. */
const char *sks_name_base(const char *name);

/* A document's extension before a program's, script's, shortcut's or image's: "report.pdf.exe". */
bool sks_name_has_double_extension(const char *name);

/* Whether its last extension is this one (without the dot), whatever the case, and trailing blanks and dots apart. */
bool sks_name_is_called(const char *name, const char *extension);

/* Whether a double click on a file of this name runs it: exe, lnk, js …; no libraries, no links to pages. */
bool sks_name_is_clickable(const char *name);

/* Such a name that looks like a document's or a picture's: "report.pdf.exe", one with a hidden character or padding. */
bool sks_name_disguises_program(const char *name);

/* The first bidirectional control or invisible character, or 0. */
unsigned sks_name_hidden_character(const char *name);

/* Blanks or filling that push the real extension out of sight. */
bool sks_name_is_padded(const char *name);

/* More characters than a window shows. */
bool sks_name_is_long(const char *name);

/* Leaves the folder that it is unpacked to: "../x", "/etc/x", "C:\x". */
bool sks_name_leaves_folder(const char *name);

/* Does the name say that a password is inside: パスワード.txt, password.txt, 解凍pw.txt? */
bool sks_name_speaks_of_password(const char *name);

#endif
