/*
 * Reported mail: what people said a mail is, kept in the store so that training can learn from it.
 *
 * Opinions and mails are kept apart: several people may report one mail (told by its digest), and none of them
 * overwrites what another said. An opinion that is withdrawn stays and counts no more. The mails are deleted after a
 * while, and the oldest first where they would be too many; opinions without their mail stay as a record.
 *
 * Not for workers: these calls may take as long as they take, and prepare their statements themselves.
 */
#ifndef SKS_MEMORY_REPORT_H
#define SKS_MEMORY_REPORT_H

#include "memory/memory.h"

struct sks_memory_report {
    int64_t id;                   /* given by the store */
    int64_t at;                   /* Unix time of the report */
    const char *digest;           /* of the mail, analyst/reported.h */
    const char *class_, *earlier; /* names; the verdict that the gateway had given before, or "" */
    const char *reporter, *note;
    const char *form;                          /* how it was handed in: enum sks_sample_form's name */
    const char *sender, *subject, *message_id; /* of the mail */
    int64_t mail_at;                           /* Unix time of the mail, 0 if it has none */
    int64_t withdrawn;                         /* Unix time, or 0 */
    const char *withdrawn_by;
    int64_t size; /* of the mail if it is kept, else 0 */
};

/* What of the mails is kept. */
struct sks_memory_report_keeping {
    bool keep;      /* the mails themselves */
    int64_t before; /* mails reported earlier than this are deleted */
    int64_t total;  /* bytes of all of them together */
};

/*
 * Adds an opinion and its mail. *out_known: the same reporter had said the same of the same mail before, and that still
 * stands: nothing is added (but its mail, if that was gone), and out_id is the old one's.
 */
int sks_memory_report_add(struct sks_memory *memory, const struct sks_memory_report *report, const void *bytes,
                          size_t size, const struct sks_memory_report_keeping *keeping, int64_t *out_id,
                          bool *out_known);

/* Called for one report; the strings are valid during the call. False ends the walk. */
typedef bool (*sks_memory_report_visitor)(void *data, const struct sks_memory_report *report);

/* All reports, the oldest first. */
int sks_memory_report_each(struct sks_memory *memory, sks_memory_report_visitor visit, void *data);

/* A reported mail's bytes; g_bytes_unref(). SKS_ERROR_UNAVAILABLE if they are not kept (any more). */
int sks_memory_report_fetch(struct sks_memory *memory, const char *digest, GBytes **out_bytes);

/* Withdraws an opinion. SKS_ERROR_UNAVAILABLE if there is none of that id, or it was withdrawn before. */
int sks_memory_report_withdraw(struct sks_memory *memory, int64_t id, int64_t at, const char *by);

/* The class that the log of verdicts has for a mail, "" if none; g_free(). */
int sks_memory_report_earlier(struct sks_memory *memory, const char *message_id, const char *sender, char **out_class);

#endif
