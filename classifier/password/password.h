/*
 * The password room: texts → what may be the password of an encrypted attachment, the most likely first.
 *
 * People write passwords in dozens of ways, in Japanese and English: after a word for it, in brackets, on the next
 * line, alone on a line, in the subject, in a file name, in full-width letters, split by a line break; or describe them
 * (today's date as eight digits). It knows nothing of attachments: what is right is theirs to find out.
 */
#ifndef SKS_PASSWORD_PASSWORD_H
#define SKS_PASSWORD_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * From this weight on, a text tells the password. What weighs less is guessed, to be tried while tries are left; it is
 * no evidence of anything.
 */
#define SKS_PASSWORD_TOLD 0.42

/* What weighs less is hardly more than filling: not worth a try that is slow by design. */
#define SKS_PASSWORD_LIKELY 0.1

/* Where candidates may stand. NULL for what there isn't. All UTF-8. */
struct sks_password_source {
    const char *subject;
    const char *text;              /* own words of a mail, or a text file beside the archive */
    const char *quoted;            /* what it quotes */
    const char *footer;            /* disclaimers and what robots write below */
    const char *signature;         /* telephone numbers to derive from */
    const char *const *file_names; /* NULL-terminated */
    int64_t time;                  /* of the mail, Unix; for "today's date"; 0 if unknown */
    int zone;                      /* of the mail, minutes east of UTC */
    bool told_only;                /* nothing locked waits: guesses are wanted only of texts that speak of a password */
};

struct sks_password {
    char *value;   /* as it would be typed */
    double weight; /* 0 to 1, falling along the list */
    bool derived;  /* from a description, not written out */
};

struct sks_passwords {
    struct sks_password *items;
    size_t count;
    bool speaks;           /* the texts speak of a password */
    bool underivable;      /* the text describes a password that can't be derived from what we know */
    bool named;            /* a text speaks of one by a word that means nothing else */
    const char *described; /* the line that describes one, of what may stand in another mail; or NULL */

    void *storage; /* private */
};

/* The likeliest values that such a line describes, of what that source has; its own words tell nothing else. */
void sks_passwords_derive(struct sks_passwords *out_passwords, const char *described,
                          const struct sks_password_source *source);

/* False only if none of what sks_passwords_find() finds weighs SKS_PASSWORD_TOLD. Takes a fraction of its time. */
bool sks_passwords_may_be_told(const struct sks_password_source *source);

/* At most SKS_LIMIT_PASSWORD_COUNT candidates, none twice, none longer than SKS_LIMIT_PASSWORD_SIZE. */
void sks_passwords_find(struct sks_passwords *out_passwords, const struct sks_password_source *source);
void sks_passwords_finish(struct sks_passwords *passwords);

#endif
