/*
 * What is going to be changed in a mail, as a list that is complete before the first change is made.
 *
 * libmilter sends each change to the MTA at once and cannot take it back. So the list is made by pure functions from
 * the verdict, the decision and the header as it came, and its order is one in which every prefix leaves a safe mail:
 * quarantine, headers, subject, body.
 *
 * Header values are as libmilter wants them: lines end with LF, without the blank after the colon.
 */
#ifndef SKS_PLUGIN_EDIT_H
#define SKS_PLUGIN_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "policy.h"
#include "sekisho/verdict.h"

/* A header field as it came: value are the bytes after the colon, folds and all, without the first blank. */
struct sks_field {
    char *name;
    char *value;
};

enum sks_edit_kind {
    SKS_EDIT_QUARANTINE,    /* value: the reason */
    SKS_EDIT_DELETE_HEADER, /* name, index */
    SKS_EDIT_INSERT_HEADER, /* name, value; at the top */
    SKS_EDIT_ADD_HEADER,    /* name, value; at the end */
    SKS_EDIT_CHANGE_HEADER, /* name, index, value */
    SKS_EDIT_REPLACE_BODY,  /* value, size */
};

struct sks_edit {
    enum sks_edit_kind kind;
    char *name;
    unsigned index; /* which occurrence of name, from 1 */
    char *value;
    size_t size; /* bytes of value */
};

struct sks_edits {
    struct sks_edit *list;
    size_t count;
};

struct sks_edit_input {
    const struct sks_verdict *verdict; /* NULL: the mail was not judged */
    const struct sks_decision *decision;
    const char *failure;       /* why the mail was not judged; else NULL */
    const char *model_version; /* or NULL */
    const struct sks_field *fields;
    size_t field_count;
    enum sks_language language;
    bool subject, body;     /* which banners are wanted on tagged mail */
    unsigned evidence;      /* most pieces of evidence in the header */
    bool truncated;         /* the body was cut at the ceiling */
    const char *body_bytes; /* as it came, or NULL */
    size_t body_size;
};

/* Never fails: what can't be done safely is left out. */
void sks_edits_make(struct sks_edits *out_edits, const struct sks_edit_input *input);
void sks_edits_finish(struct sks_edits *edits);

/* The few words of the decision that the quarantine reason, its header and the log share. The caller frees. */
char *sks_edit_reason(const struct sks_edit_input *input);

/*
 * The banner in front of a subject.
 *
 * value is the field's value as it came; verdict_subject its text as the classifier decoded it, or NULL if unknown.
 * Returns the new value, or NULL if the banner is there already: in front (then *out_original is what followed it), or
 * behind marks of a reply (then *out_original is NULL). Otherwise *out_original is a copy of value. The caller frees.
 */
char *sks_subject_banner(char **out_original, const struct sks_verdict *verdict, enum sks_language language,
                         const char *value, const char *verdict_subject);

/*
 * The banner on top of the text, in each first text part that a reader may be shown. Returns the new body and its size,
 * or NULL if the body is not to be touched: signed, encrypted, cut, or simply unclear. The caller frees.
 */
char *sks_body_banner(size_t *out_size, const struct sks_edit_input *input);

#endif
