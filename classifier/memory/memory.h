/*
 * The memory: what earlier mail taught. One interface; SQLite is the engine for one host.
 *
 * Counters and digests, not mail. Time is the mail's own, so that a replay of old mail teaches the same as the days
 * themselves did. A handle belongs to one process and is never carried across fork(). Several processes may use one
 * store at once (WAL). Addresses are compared without case.
 *
 * A mail is never held up: each call gives up with SKS_ERROR_IO when its ceiling of time (SKS_LIMIT_MEMORY_…, in
 * <sekisho/limits.h>) is reached, and what was begun is undone. A process that dies at any moment leaves a sound store.
 * One thread at a time uses a handle.
 */
#ifndef SKS_MEMORY_MEMORY_H
#define SKS_MEMORY_MEMORY_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory/exchange.h"
#include "memory/likeness.h"
#include "sekisho/error.h"

struct sks_memory;

enum sks_memory_mode {
    SKS_MEMORY_READ_ONLY, /* fails if there is no store yet */
    SKS_MEMORY_READ_WRITE,
};

/*
 * Opens or makes the store (0600), and brings one of an earlier version up to date. SKS_ERROR_SCHEMA if it is of a
 * later version, or of an earlier one that may only be read; SKS_ERROR_FORMAT if it is damaged, no database, or another
 * program's; SKS_ERROR_IO if it can't be opened or is locked for longer than a moment. The problem says which.
 *
 * All files that the store needs are opened here. A store that is only read may lie on a file system that can't be
 * written.
 */
int sks_memory_open(struct sks_memory **out_memory, const char *file, enum sks_memory_mode mode,
                    struct sks_problems *problems);
void sks_memory_close(struct sks_memory *memory);

/* What a file is, by its schema. */
enum sks_memory_schema {
    SKS_MEMORY_SCHEMA_UNKNOWN, /* can't be read, or not now */
    SKS_MEMORY_SCHEMA_NONE,    /* empty: a store to be */
    SKS_MEMORY_SCHEMA_SAME,
    SKS_MEMORY_SCHEMA_EARLIER, /* whoever writes to it next brings it up to date */
    SKS_MEMORY_SCHEMA_LATER,   /* of a later version of this program */
    SKS_MEMORY_SCHEMA_NOT_OURS,
};

/* Looks without changing the store, or making anything beside it. */
enum sks_memory_schema sks_memory_look(const char *file);

/*
 * With hashed, a new store keeps names and addresses as keyed hashes only (HMAC-SHA-256, 128 bits): they can be looked
 * up, never read. The key lies beside the store, in FILE.key (0600), and is made with it. A store stays what it was
 * made as: a hashed one opens as such either way, one that holds names already can't be opened as hashed
 * (SKS_ERROR_FORMAT).
 */
int sks_memory_open_private(struct sks_memory **out_memory, const char *file, enum sks_memory_mode mode, bool hashed,
                            struct sks_problems *problems);

/*
 * From now on nothing is given up within less than SKS_LIMIT_MEMORY_PATIENCE milliseconds: for who judges mail that
 * nobody waits for, and wants the same verdicts on a busy machine. Whoever keeps the store locked for longer is waited
 * for once, so that a mail's deadline does not pass.
 */
void sks_memory_be_patient(struct sks_memory *memory);

/* Whether names and addresses are hashes. */
bool sks_memory_is_hashed(const struct sks_memory *memory);

/* What the mails of one sender have in common, each by itself. Numbers are the store's: never change one. */
enum sks_memory_habit_kind {
    SKS_HABIT_NETWORK = 1, /* of the client */
    SKS_HABIT_MAILER,
    SKS_HABIT_ZONE,
    SKS_HABIT_CHARSET,
    SKS_HABIT_LANGUAGE,
    SKS_HABIT_CONTENT, /* enum sks_memory_content, by name */
    SKS_HABIT_ORIGIN,  /* network in which a webmail's user was, as the provider tells */
    SKS_HABIT_TOPIC,   /* what mail to one of ours is about */
    SKS_HABIT_END,
};

/* What a mail brings besides its text, the weightiest of it. */
enum sks_memory_content {
    SKS_CONTENT_PLAIN,
    SKS_CONTENT_FILE,
    SKS_CONTENT_LINK, /* to a file service */
    SKS_CONTENT_ENCRYPTED,
};

/* What one mail asks and, later, teaches. Strings are UTF-8; lower case where they are addresses or domains. */
struct sks_memory_mail {
    int64_t at; /* Unix time of the mail */
    const char *message_id;
    const char *from;              /* address of From */
    const char *name;              /* displayed name, normalised by the caller */
    const char *const *recipients; /* ours */
    size_t recipient_count;
    const char *const *references; /* Message-IDs it answers */
    size_t reference_count;
    const char *subject;
    bool bare;                  /* only who wrote to whom is known: teaches no habits */
    bool outgoing;              /* sent by us: authenticated, or from our own networks and domains */
    bool has_encrypted;         /* carries an encrypted attachment */
    const char *client_network; /* /24 or /48 of the client, or "" */
    const char *origin_network; /* … of the webmail's user, or "" */
    const char *mailer;
    int zone;                       /* minutes east of UTC */
    const char *charset, *language; /* of its own text, or "" */
    enum sks_memory_content content;
    const char *topic;           /* what it is about, of what can be somebody's speciality; or "" */
    const char *const *sections; /* of the organisation, that its recipients belong to: each once */
    size_t section_count;
    bool sections_known;             /* of all recipients */
    const struct sks_likeness *text; /* of its own text, or NULL: too short to be told from others */
    const int64_t *files;            /* digests of its attachments */
    size_t file_count;
    int64_t digest; /* of all that it says and brings, see sks_memory_except(); 0: nothing to be told by */
};

/* Earlier mails of one party, by one habit. */
struct sks_memory_habit {
    uint64_t same, all; /* like this mail; all of which it is known */
    const char *usual;  /* what most of them have, or "" */
    uint64_t most;      /* so many have it */
};

/* Mails with nearly the same text, or the same file, in the last week, this one included. */
struct sks_memory_wave {
    uint64_t hour, day, week; /* mails in a window of that length that slides; earlier ones count by its remainder */
    unsigned senders, domains, recipients, sections; /* different ones, at most SKS_LIMIT_MEMORY_MEMBERS */
    bool sections_known;                             /* of all recipients */
    bool by_file;                                    /* it is the file that is the same */
    int64_t since;                                   /* Unix time of the first; 0: there is none but this mail */
    bool speciality; /* the mail is about what all recipients, by their earlier mail, have to do with and others less */
};

/* What the memory knows, at the mail's time. Counts are of mail seen before this one. */
struct sks_memory_answer {
    bool available;                    /* the memory was asked: without one, nothing is inferred */
    uint64_t mails_total;              /* mails the memory has seen at all: little knowledge gives little evidence */
    uint64_t from_sender;              /* mails from this address to the organisation */
    uint64_t from_sender_to_recipient; /* to one of these recipients, the most */
    uint64_t from_domain;              /* from this address's domain */
    uint64_t to_sender;                /* mails that we wrote to this address */
    uint64_t to_domain;                /* … to its domain */
    int64_t first_seen, last_seen;     /* of this address; 0 if never */
    uint64_t encrypted_from_sender;    /* mails with encrypted attachments from this address */
    bool answers_ours;                 /* References or In-Reply-To name a mail that we sent */
    bool knows_thread;                 /* … or one from this address that was seen */
    uint64_t sent_total; /* mails that we sent and that were learned: without any, nobody's answers can be known */
    struct sks_memory_habit habits[SKS_HABIT_END];
    struct sks_memory_habit house_habits[SKS_HABIT_END]; /* of all mail from its domain; only of a sender unknown yet */
    uint64_t house_senders;                              /* addresses of the domain that have written */
    const char *name_other_address; /* another address that used this displayed name most; "" if none, or hashed */
    uint64_t name_other_count;      /* how often; 0: nobody else has */
    int64_t name_other_since;       /* Unix time */
    struct sks_memory_habit name_habits[SKS_HABIT_END]; /* of mail from that other address */
    struct sks_memory_wave wave;
    bool released; /* somebody said that this very mail is harmless, for this sender and these recipients */
    struct sks_memory_alarms alarms; /* of the same exchange */
};

/* An answer in a form that can be kept, and back; strings are copied into chunk. False if it is of no known form. */
GVariant *sks_memory_answer_pack(const struct sks_memory_answer *answer);
bool sks_memory_answer_unpack(struct sks_memory_answer *out_answer, GVariant *packed, GStringChunk *chunk);

/* Looks up. The strings in the answer stay valid until the next call. */
int sks_memory_ask(struct sks_memory *memory, const struct sks_memory_mail *mail, struct sks_memory_answer *out_answer);

/*
 * Teaches one mail: all of it or nothing (one transaction). The same Message-ID and sender teach once (for as long as
 * the store remembers having seen them: 60 days). SKS_ERROR_UNSUPPORTED if the store was opened for reading only.
 */
int sks_memory_learn(struct sks_memory *memory, const struct sks_memory_mail *mail);

/*
 * Remembers that this very mail is harmless: one with the same digest, sender and recipients is known as released from
 * then on (answer.released; of several recipients all must be), for SKS_LIMIT_MEMORY_EXCEPTION_DAYS. For a release from
 * quarantine, or a verdict that was withdrawn. SKS_ERROR_UNSUPPORTED if the mail has no digest, sender or recipient.
 */
int sks_memory_except(struct sks_memory *memory, const struct sks_memory_mail *mail);

/*
 * The same for all to whom a mail of this sender came, by the log of verdicts, that had the same digest and raised an
 * alarm; recipients of the mail in hand don't count. *out_count: how many such verdicts there are. Takes as long as
 * reading the log takes: not for workers.
 */
int sks_memory_except_logged(struct sks_memory *memory, const struct sks_memory_mail *mail, size_t *out_count);

/* All that is remembered of one address; see sks_memory_show(). */
struct sks_memory_count {
    const char *value;
    enum sks_memory_habit_kind kind; /* of habits */
    uint64_t mails;
    int64_t first_seen, last_seen;
};

struct sks_memory_profile {
    bool found;
    uint64_t mails, encrypted, written;
    int64_t first_seen, last_seen;
    uint64_t domain_mails, domain_written;
    const struct sks_memory_count *habits, *names, *recipients, *senders; /* the most frequent first */
    size_t habit_count, name_count, recipient_count, sender_count;
    GStringChunk *strings;
};

/* Of each, at most SKS_LIMIT_MEMORY_SHOWN are shown. "@example.com": of all addresses of that domain together. */
int sks_memory_show(struct sks_memory *memory, const char *address, struct sks_memory_profile *out_profile);
void sks_memory_profile_finish(struct sks_memory_profile *profile);

/* Rows of each table, and the like, for people. Visited in a fixed order; names are English. */
typedef void (*sks_memory_stat_visitor)(void *data, const char *name, int64_t value);
int sks_memory_stats(struct sks_memory *memory, sks_memory_stat_visitor visit, void *data);

/*
 * Deletes all that is too old now, but verdicts for their age (duties.h), in small transactions, so that nobody waits
 * for it; *out_count: how many entries. Each lesson does a little of the same, so nobody has to call this. Now is the
 * time of the newest mail seen.
 */
int sks_memory_expire(struct sks_memory *memory, uint64_t *out_count);

/* A verdict as it is logged, for `sekisho log`. */
struct sks_memory_verdict {
    int64_t at; /* Unix time: of the mail, or of the later mail that changed the verdict */
    const char *message_id;
    const char *from;
    const char *const *to;
    size_t to_count;
    const char *subject;
    const char *class_; /* its name */
    double score;
    const char *previous; /* the class that this verdict replaces, or "" */
    const char *because;  /* Message-ID of the mail that changed it, or "" */
    const char *evidence; /* ids of what weighed most for the class, the heaviest first, with blanks between; or "" */
    int64_t content;      /* struct sks_memory_mail's digest; 0: nothing to be told by */
    const char *party;    /* the sender's address as struct sks_memory_mail has it; NULL: from */
    enum sks_memory_standing standing;
    bool carried; /* an attack by what another mail of its exchange shows */
};

/* Adds a verdict to the log. */
int sks_memory_log_verdict(struct sks_memory *memory, const struct sks_memory_verdict *verdict);

/* Teaches a mail (unless mail is NULL) and logs its verdict (unless verdict is NULL) in one transaction. */
int sks_memory_record(struct sks_memory *memory, const struct sks_memory_mail *mail,
                      const struct sks_memory_verdict *verdict);

/*
 * Mails that wait for each other: an encrypted attachment for its password, a password for its attachment.
 *
 * A mail is found by what another of the same party has in common with it; whether that is enough is the caller's to
 * judge. Of an encrypted attachment's mail, all bytes are kept, to judge it anew; of a password's mail, the passwords.
 */
enum sks_memory_key_kind {
    SKS_MEMORY_KEY_SENDER = 1, /* address of From */
    SKS_MEMORY_KEY_RECIPIENT,
    SKS_MEMORY_KEY_COPIED,    /* another address in To or Cc */
    SKS_MEMORY_KEY_THREAD,    /* its Message-ID, or one that it answers */
    SKS_MEMORY_KEY_DOMAIN,    /* registered domain of the sender */
    SKS_MEMORY_KEY_NAME,      /* displayed name of the sender, normalised */
    SKS_MEMORY_KEY_NETWORK,   /* of the client */
    SKS_MEMORY_KEY_MENTIONED, /* an address that it names: for whom it is sent, say */
    SKS_MEMORY_KEY_PERSON,    /* a full name that its sender may have, in one of the forms that it is written in */
    SKS_MEMORY_KEY_SURNAME,   /* what may be the surname of that */
    SKS_MEMORY_KEY_CALLED,    /* a surname that is all that it tells of its sender's name */
    SKS_MEMORY_KEY_QUOTED,    /* what may be the subject or file of another mail, set apart in its text */
};

struct sks_memory_key {
    enum sks_memory_key_kind kind;
    const char *value;
    unsigned means; /* when looking for others: the bit that a mail found by this key gets */
};

/* A mail that waits, as it was found. */
struct sks_memory_waiting {
    int64_t id, turn;
    int64_t at;
    int64_t digest;  /* of its identity, see sks_memory_is_same() */
    unsigned means;  /* of all keys by which it was found */
    unsigned locked; /* encrypted attachments that nobody could open */
    bool kept;       /* … and its bytes are there */
    char *message_id, *sender, *subject, *class_;
    char *files;     /* names of its encrypted attachments, a line each */
    char *passwords; /* that it gave, or that were found for some of its attachments; a line each */
};

struct sks_memory_found {
    struct sks_memory_waiting *items; /* the newest first */
    size_t count;
    int64_t last; /* no mail waited then that is newer than this one */
};

/*
 * Looks for mails of no earlier than since that have one of the keys in common. At most SKS_LIMIT_MEMORY_FOUND of a key
 * are looked at, the newest.
 */
int sks_memory_find(struct sks_memory *memory, const struct sks_memory_key *keys, size_t count, int64_t since,
                    struct sks_memory_found *out_found);
void sks_memory_found_finish(struct sks_memory_found *found);

/* Whether it is the mail of that identity. */
bool sks_memory_is_same(const struct sks_memory *memory, const struct sks_memory_waiting *waiting,
                        const char *identity);

/* A kept mail's bytes and context; g_bytes_unref(). SKS_ERROR_UNAVAILABLE if it has changed since it was found. */
int sks_memory_fetch(struct sks_memory *memory, const struct sks_memory_waiting *waiting, GBytes **out_bytes,
                     GBytes **out_context);

/* A mail that shall wait. The strings are as in struct sks_memory_waiting; a NULL is "". */
struct sks_memory_keeping {
    int64_t at;
    const char *identity; /* tells it from every other mail */
    unsigned locked;
    const void *bytes, *context; /* bytes NULL: neither is kept */
    size_t size, context_size;
    const char *message_id, *sender, *subject, *files, *passwords, *class_;
    const struct sks_memory_key *keys;
    size_t key_count;
    const char *queue_id; /* under which the MTA holds it until due; NULL: it is not held */
    int64_t due;
};

/* What becomes of a mail that the MTA holds. */
enum sks_memory_held {
    SKS_MEMORY_HELD_ON,       /* held on, until its time has passed */
    SKS_MEMORY_HELD_LET_GO,   /* delivered now */
    SKS_MEMORY_HELD_FOR_GOOD, /* until somebody decides */
};

/* What the mail of a settlement changes for one that waited. */
struct sks_memory_change {
    const struct sks_memory_waiting *waiting;
    unsigned locked;       /* attachments that still are: another password is missing */
    const char *passwords; /* that are known now */
    const struct sks_memory_verdict *verdict;
    const struct sks_memory_mail *mail;    /* taught now, or NULL */
    const struct sks_memory_mail *unlearn; /* what this mail has taught is taken back; or NULL */
    enum sks_memory_held held;
    bool worse;         /* than before: if the settlement leaves notices, people are to be told (duties.h) */
    const char *why[2]; /* one sentence for it, Japanese and English */
    bool done;          /* out: false if another process had changed it before */
};

/* All that one mail teaches. Each pointer may be NULL. */
struct sks_memory_settlement {
    const struct sks_memory_mail *mail;
    const struct sks_memory_mail *counted; /* of which only text and files are, for waves: mail of any class */
    const struct sks_memory_verdict *verdict;
    const struct sks_memory_keeping *keeping;
    struct sks_memory_change *changes;
    size_t change_count;
    const struct sks_memory_exchange *exchanges; /* what it shows, or a mail that it changes, of mails before */
    size_t exchange_count;

    /* How mails that wait were looked for; with found, the settlement holds only if nothing has changed since. */
    const struct sks_memory_found *found;
    const struct sks_memory_key *keys;
    size_t key_count;
    bool (*matters)(void *data, const struct sks_memory_waiting *newer); /* whether that is a change; NULL: any */
    void *matters_data;
    int64_t since;       /* mails that wait for longer are deleted; 0: none */
    bool notices;        /* people are to be told of what got worse, and of what stays held */
    uint64_t total_size; /* of all kept mails together, else the oldest are deleted; 0: no limit */
};

/*
 * Does all of it in one transaction, or nothing. With found, and if meanwhile another mail came that would have been
 * found and matters, or another process changed one that a change is for: nothing is done, and *out_again is set.
 */
int sks_memory_settle(struct sks_memory *memory, const struct sks_memory_settlement *settlement, bool *out_again);

/*
 * Where many mails come at once, what a mail merely teaches can be gathered in a file beside the store (STORE-lessons)
 * and taken in later, many in one transaction: then a settlement that leaves nothing waiting and changes nothing for
 * others is there before the call returns, outlives the process, and is known to those who ask a moment later.
 *
 * sks_memory_gather() makes the file, and is false, with errno, if it can't; no store of hashes has one. From then on,
 * lessons are gathered while sks_memory_crowd() says so. As long as it doesn't, sks_memory_ask() takes in first what
 * was gathered.
 */
bool sks_memory_gather(struct sks_memory *memory);
void sks_memory_crowd(struct sks_memory *memory, bool crowded);

/* Takes in what was gathered, by whomever, in small transactions, for about so long; at least one of them. */
int sks_memory_take_in(struct sks_memory *memory, unsigned milliseconds);

/* The same for a store that isn't open, if it can be written: before it is opened for reading only. */
void sks_memory_catch_up(const char *file);

/* Called for one verdict; the strings are valid during the call. False ends the walk. */
typedef bool (*sks_memory_log_visitor)(void *data, const struct sks_memory_verdict *verdict);

/* Calls visit for each logged verdict, oldest first. */
int sks_memory_log_each(struct sks_memory *memory, sks_memory_log_visitor visit, void *data);

/* What the store holds just now. */
struct sks_memory_state {
    uint64_t mails;                  /* learned */
    uint64_t attachments, passwords; /* mails that wait for a password; mails with one that wait for an attachment */
    uint64_t kept_bytes;             /* of the mails kept meanwhile */
};
int sks_memory_state(struct sks_memory *memory, struct sks_memory_state *out_state);

/* The directory of people, as lists/people.h has it; no string is NULL. */
struct sks_memory_person {
    const char *name, *kana, *romaji, *address;
    const char *also; /* further addresses, with blanks between */
    const char *organisation, *title;
};

/* Puts these people in the place of all there are, or does nothing. SKS_ERROR_UNSUPPORTED: only hashes are kept. */
int sks_memory_replace_people(struct sks_memory *memory, const struct sks_memory_person *people, size_t count);

/* Calls visit for each person, in the order in which they were given. False ends the walk. */
typedef bool (*sks_memory_person_visitor)(void *data, const struct sks_memory_person *person);
int sks_memory_each_person(struct sks_memory *memory, sks_memory_person_visitor visit, void *data);

/*
 * Calls visit for the domains that mail often comes from (SKS_LIMIT_FREQUENT_…) or that we write to, the most frequent
 * first, at most SKS_LIMIT_FREQUENT_DOMAINS; none of a store that keeps hashes. False ends the walk.
 */
typedef bool (*sks_memory_domain_visitor)(void *data, const char *domain);
int sks_memory_frequent_domains(struct sks_memory *memory, sks_memory_domain_visitor visit, void *data);

/*
 * Work that no mail should wait for: moves what was learned from the write-ahead log into the database, once enough has
 * come together. For a moment when no mail is in hand; where nobody ever calls it, a lesson now and then takes longer.
 */
void sks_memory_tidy(struct sks_memory *memory);

/*
 * The same, for what other processes learned, and sooner: for a process that no mail waits for, once a second. Needs a
 * store that is open for writing.
 */
void sks_memory_relieve(struct sks_memory *memory);

/* What went wrong in the last call that failed with SKS_ERROR_IO, in English; "" if none did. For log lines. */
const char *sks_memory_problem(const struct sks_memory *memory);

/*
 * Whether the whole store is sound: integrity, schema version, counts, access rights. Problems are told; with any,
 * SKS_ERROR_FORMAT. Reads everything: takes as long as that takes.
 */
int sks_memory_check(struct sks_memory *memory, struct sks_problems *problems);

#endif
