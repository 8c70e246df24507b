/*
 * Lessons that are gathered: where many mails come at once, what a mail merely teaches is appended to a file beside the
 * store (STORE-lessons), and taken into the store later, that of many mails in one transaction.
 *
 * A transaction of its own costs each mail the store's only lock, some ten pages of log and, in every other process,
 * all that it had read of the store. One lesson here is one write at the end of a file. It is there before the mail is
 * answered, so a process that is killed loses none of those that were acknowledged.
 *
 * The file begins with a number that it has anew whenever it was emptied. How far it was taken in, of which number, is
 * a row of the store, written by the transaction that takes in; so each lesson is learned once, however often a process
 * is killed between the two. A lock on the file is held for one write, one read, or for emptying it. Bytes are as
 * little trusted as a worker is: what isn't a whole record is passed over.
 */
#include "memory/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sekisho/error.h"
#include "sekisho/limits.h"

#define FILE_MAGIC   0x31534E4F5353454Cull /* "LESSONS1" */
#define RECORD_MAGIC 0x3153534Cu           /* "LSS1" */
#define RECORD_MOST  (64u * 1024)
#define FILE_MOST    ((off_t)4 * 1024 * 1024) /* above, mails are learned as they come */
#define READ_MOST    ((size_t)256 * 1024)
#define WRONG_MOST   16u /* records with a wrong sum that are looked past in search of a right one */
#define TAKEN_MOST   32u /* lessons of one transaction: others wait for the store meanwhile */

#define TAKEN_MILLISECONDS 40u
#define LOCK_TRIES         20u
#define LOCK_MICROSECONDS  1000u

struct file_head {
    uint64_t magic, number;
};

struct record_head {
    uint32_t magic, size;
    uint64_t sum;
};

/* What a lesson consists of. */
enum {
    PART_LEARN = 1,
    PART_COUNT = 2,
    PART_VERDICT = 4,
    PART_OUTGOING = 8,
    PART_BARE = 16,
    PART_ENCRYPTED = 32,
    PART_SECTIONS_KNOWN = 64,
    PART_TEXT = 128,
    PART_PROVEN = 256,
    PART_DOUBTED = 512,
};

/* FNV-1a: tells a record that was cut short, no more. */
static uint64_t sum_of(const void *bytes, size_t size)
{
    uint64_t sum = 0xcbf29ce484222325u;
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u;
    return sum;
}

/*
 * Takes the file's lock, which is held for a write or a read only; whoever is stopped with it in hand holds up nobody
 * for longer than this.
 */
static bool lock_file(int file, int operation)
{
    for (unsigned tries = 0; flock(file, operation | LOCK_NB) != 0; tries++) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || tries >= LOCK_TRIES)
            return false;
        g_usleep(LOCK_MICROSECONDS);
    }
    return true;
}

/* ---- Writing ---- */

static void add_number(GByteArray *bytes, int64_t number)
{
    g_byte_array_append(bytes, (const guint8 *)&number, sizeof number);
}

static void add_text(GByteArray *bytes, const char *text)
{
    const char *given = text != NULL ? text : "";
    size_t size = strlen(given);
    add_number(bytes, (int64_t)size);
    g_byte_array_append(bytes, (const guint8 *)given, (guint)size + 1);
}

static void add_texts(GByteArray *bytes, const char *const *texts, size_t count)
{
    add_number(bytes, (int64_t)count);
    for (size_t i = 0; i < count; i++)
        add_text(bytes, texts[i]);
}

static void add_mail(GByteArray *bytes, const struct sks_memory_mail *mail)
{
    const char *const texts[] = {mail->message_id,     mail->from,           mail->name,   mail->subject,
                                 mail->client_network, mail->origin_network, mail->mailer, mail->charset,
                                 mail->language,       mail->topic};
    add_number(bytes, mail->at);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        add_text(bytes, texts[i]);
    add_number(bytes, mail->zone);
    add_number(bytes, (int64_t)mail->content);
    add_texts(bytes, mail->recipients, MIN(mail->recipient_count, SKS_LIMIT_MEMORY_RECIPIENTS));
    add_texts(bytes, mail->sections, MIN(mail->section_count, SKS_LIMIT_MEMORY_MEMBERS));
    if (mail->text != NULL)
        g_byte_array_append(bytes, (const guint8 *)mail->text, sizeof *mail->text);
    size_t files = MIN(mail->file_count, SKS_LIMIT_MEMORY_FILES);
    add_number(bytes, (int64_t)files);
    for (size_t i = 0; i < files; i++)
        add_number(bytes, mail->files[i]);
}

static void add_verdict(GByteArray *bytes, const struct sks_memory_verdict *verdict)
{
    const char *const texts[] = {verdict->message_id, verdict->from,    verdict->subject, verdict->class_,
                                 verdict->previous,   verdict->because, verdict->evidence};
    add_number(bytes, verdict->at);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        add_text(bytes, texts[i]);
    add_texts(bytes, verdict->to, MIN(verdict->to_count, SKS_LIMIT_MEMORY_RECIPIENTS));
    g_byte_array_append(bytes, (const guint8 *)&verdict->score, sizeof verdict->score);
    add_number(bytes, verdict->content);
}

static int64_t parts_of(const struct sks_memory_settlement *settlement, const struct sks_memory_mail *mail)
{
    int64_t parts = (settlement->mail != NULL ? PART_LEARN : 0) | (settlement->counted != NULL ? PART_COUNT : 0) |
                    (settlement->verdict != NULL ? PART_VERDICT : 0);
    if (settlement->verdict != NULL)
        parts |= (settlement->verdict->standing == SKS_STANDING_PROVEN ? PART_PROVEN : 0) |
                 (settlement->verdict->standing == SKS_STANDING_DOUBTED ? PART_DOUBTED : 0);
    if (mail != NULL)
        parts |= (mail->outgoing ? PART_OUTGOING : 0) | (mail->bare ? PART_BARE : 0) |
                 (mail->has_encrypted ? PART_ENCRYPTED : 0) | (mail->sections_known ? PART_SECTIONS_KNOWN : 0) |
                 (mail->text != NULL ? PART_TEXT : 0);
    return parts;
}

/* The whole record, with room before it for the head of a new file. */
static GByteArray *write_record(const struct sks_memory_settlement *settlement)
{
    const struct sks_memory_mail *mail = settlement->mail != NULL ? settlement->mail : settlement->counted;
    GByteArray *bytes = g_byte_array_sized_new(2048);
    g_byte_array_set_size(bytes, sizeof(struct file_head) + sizeof(struct record_head));
    add_number(bytes, parts_of(settlement, mail));
    add_number(bytes, settlement->since);
    if (mail != NULL)
        add_mail(bytes, mail);
    if (settlement->verdict != NULL)
        add_verdict(bytes, settlement->verdict);
    struct record_head head = {.magic = RECORD_MAGIC};
    const guint8 *payload = bytes->data + sizeof(struct file_head) + sizeof head;
    head.size = bytes->len - (guint)(sizeof(struct file_head) + sizeof head);
    head.sum = sum_of(payload, head.size);
    memcpy(bytes->data + sizeof(struct file_head), &head, sizeof head);
    return bytes;
}

/* Appends under the file's lock. False if there is no room, or it can't be written: then nothing was. */
static bool append(struct sks_memory *memory, GByteArray *bytes)
{
    struct stat status;
    int file = memory->lessons_file;
    if (!lock_file(file, LOCK_EX))
        return false;
    bool done = fstat(file, &status) == 0;
    memory->lessons_size = done ? status.st_size : 0;
    done = done && status.st_size <= FILE_MOST;
    size_t skipped = sizeof(struct file_head);
    if (done && status.st_size == 0) {
        struct file_head head = {.magic = FILE_MAGIC};
        done = getrandom(&head.number, sizeof head.number, 0) == (ssize_t)sizeof head.number;
        memcpy(bytes->data, &head, sizeof head);
        skipped = 0;
    }
    if (done) {
        ssize_t size = (ssize_t)(bytes->len - skipped), written = write(file, bytes->data + skipped, (size_t)size);
        done = written == size;
        if (!done && written > 0 && ftruncate(file, status.st_size) != 0)
            done = false; /* the half of it is passed over */
    }
    flock(file, LOCK_UN);
    return done;
}

/* Mails that follow are to know of it at once. */
static bool is_alarm(const struct sks_memory_verdict *verdict)
{
    return verdict != NULL && strcmp(verdict->class_, "targeted") == 0;
}

bool sks_store_may_gather(const struct sks_memory *memory, const struct sks_memory_settlement *settlement)
{
    bool one = settlement->mail == NULL || settlement->counted == NULL || settlement->mail == settlement->counted;
    return memory->crowded && memory->lessons_file >= 0 && !memory->hashed && one && settlement->keeping == NULL &&
           settlement->change_count == 0 && settlement->exchange_count == 0 && !is_alarm(settlement->verdict);
}

bool sks_store_gather(struct sks_memory *memory, const struct sks_memory_settlement *settlement)
{
    GByteArray *bytes = write_record(settlement);
    bool done = bytes->len <= RECORD_MOST && append(memory, bytes);
    g_byte_array_unref(bytes);
    return done;
}

/* ---- Reading ---- */

/* Texts stay where they are. Once something is not as it should be, all that follows is nought or empty. */
struct reader {
    const char *at;
    size_t left;
    bool bad;
};

struct lesson {
    struct sks_memory_mail mail;
    struct sks_memory_verdict verdict;
    struct sks_likeness text;
    int64_t files[SKS_LIMIT_MEMORY_FILES];
    const char *recipients[SKS_LIMIT_MEMORY_RECIPIENTS], *to[SKS_LIMIT_MEMORY_RECIPIENTS];
    const char *sections[SKS_LIMIT_MEMORY_MEMBERS];
};

static void read_bytes(struct reader *reader, void *out, size_t size)
{
    reader->bad = reader->bad || reader->left < size;
    if (reader->bad) {
        memset(out, 0, size);
        return;
    }
    memcpy(out, reader->at, size);
    reader->at += size;
    reader->left -= size;
}

static int64_t read_number(struct reader *reader)
{
    int64_t number;
    read_bytes(reader, &number, sizeof number);
    return number;
}

static size_t read_count(struct reader *reader, size_t most)
{
    int64_t count = read_number(reader);
    reader->bad = reader->bad || count < 0 || (uint64_t)count > most;
    return reader->bad ? 0 : (size_t)count;
}

static const char *read_text(struct reader *reader)
{
    size_t size = read_count(reader, RECORD_MOST);
    reader->bad = reader->bad || reader->left <= size || memchr(reader->at, '\0', size + 1) != reader->at + size;
    if (reader->bad)
        return "";
    const char *text = reader->at;
    reader->at += size + 1;
    reader->left -= size + 1;
    return text;
}

static size_t read_texts(struct reader *reader, const char **texts, size_t most)
{
    size_t count = read_count(reader, most);
    for (size_t i = 0; i < count; i++)
        texts[i] = read_text(reader);
    return count;
}

static void read_mail(struct reader *reader, struct lesson *lesson, int64_t parts)
{
    struct sks_memory_mail *mail = &lesson->mail;
    const char **const texts[] = {&mail->message_id,     &mail->from,           &mail->name,   &mail->subject,
                                  &mail->client_network, &mail->origin_network, &mail->mailer, &mail->charset,
                                  &mail->language,       &mail->topic};
    mail->at = read_number(reader);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = read_text(reader);
    int64_t zone = read_number(reader);
    mail->zone = (int)CLAMP(zone, -10000, 10000);
    mail->content = (enum sks_memory_content)read_count(reader, SKS_CONTENT_ENCRYPTED);
    mail->recipients = lesson->recipients;
    mail->recipient_count = read_texts(reader, lesson->recipients, G_N_ELEMENTS(lesson->recipients));
    mail->sections = lesson->sections;
    mail->section_count = read_texts(reader, lesson->sections, G_N_ELEMENTS(lesson->sections));
    mail->outgoing = (parts & PART_OUTGOING) != 0;
    mail->bare = (parts & PART_BARE) != 0;
    mail->has_encrypted = (parts & PART_ENCRYPTED) != 0;
    mail->sections_known = (parts & PART_SECTIONS_KNOWN) != 0;
    if (parts & PART_TEXT) {
        read_bytes(reader, &lesson->text, sizeof lesson->text);
        mail->text = &lesson->text;
    }
    mail->files = lesson->files;
    mail->file_count = read_count(reader, G_N_ELEMENTS(lesson->files));
    for (size_t i = 0; i < mail->file_count; i++)
        lesson->files[i] = read_number(reader);
}

static void read_verdict(struct reader *reader, struct lesson *lesson, int64_t parts)
{
    struct sks_memory_verdict *verdict = &lesson->verdict;
    const char **const texts[] = {&verdict->message_id, &verdict->from,    &verdict->subject, &verdict->class_,
                                  &verdict->previous,   &verdict->because, &verdict->evidence};
    verdict->at = read_number(reader);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = read_text(reader);
    verdict->to = lesson->to;
    verdict->to_count = read_texts(reader, lesson->to, G_N_ELEMENTS(lesson->to));
    read_bytes(reader, &verdict->score, sizeof verdict->score);
    reader->bad = reader->bad || !isfinite(verdict->score);
    verdict->content = read_number(reader);
    verdict->party = parts & (PART_LEARN | PART_COUNT) ? lesson->mail.from : NULL;
    verdict->standing = parts & PART_PROVEN    ? SKS_STANDING_PROVEN
                        : parts & PART_DOUBTED ? SKS_STANDING_DOUBTED
                                               : SKS_STANDING_UNKNOWN;
}

static bool execute(struct sks_memory *memory, const char *sql)
{
    return sqlite3_exec(memory->database, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/*
 * Within the transaction, all of it or nothing. A lesson that the store refuses, as its page is damaged, must not keep
 * all others waiting: it is left out. Everything else, as what needs patience or room, is an error and tried again.
 */
static int settle_one(struct sks_memory *memory, const struct sks_memory_settlement *settlement)
{
    bool again = false;
    if (!execute(memory, "SAVEPOINT lesson"))
        return SKS_ERROR_IO;
    int error = sks_store_settle(memory, settlement, &again);
    int code = sqlite3_errcode(memory->database) & 0xff;
    if (error != 0 && !execute(memory, "ROLLBACK TO lesson"))
        return error;
    if (!execute(memory, "RELEASE lesson"))
        return error != 0 ? error : SKS_ERROR_IO;
    bool hopeless = code == SQLITE_CORRUPT || code == SQLITE_CONSTRAINT || code == SQLITE_MISMATCH ||
                    code == SQLITE_TOOBIG || code == SQLITE_RANGE || code == SQLITE_FORMAT;
    return hopeless ? 0 : error;
}

/* Learns one; what is no lesson is passed over. */
static int learn(struct sks_memory *memory, const char *payload, size_t size)
{
    struct reader reader = {payload, size, false};
    struct lesson lesson = {.mail = {.at = 0}};
    int64_t parts = read_number(&reader), since = read_number(&reader);
    if (parts & (PART_LEARN | PART_COUNT))
        read_mail(&reader, &lesson, parts);
    if (parts & PART_VERDICT)
        read_verdict(&reader, &lesson, parts);
    if (reader.bad || reader.left != 0)
        return 0;
    const struct sks_memory_settlement settlement = {
        .mail = parts & PART_LEARN ? &lesson.mail : NULL,
        .counted = parts & PART_COUNT ? &lesson.mail : NULL,
        .verdict = parts & PART_VERDICT ? &lesson.verdict : NULL,
        .since = since,
    };
    int error = settle_one(memory, &settlement);
    if (error == 0)
        memory->since = MAX(memory->since, since);
    return error;
}

/* The next whole record at *at or later: its payload, or NULL. *at is behind it then. */
static const char *next_record(const char *bytes, size_t size, size_t *at, size_t *out_size)
{
    struct record_head head;
    for (unsigned wrong = 0; *at + sizeof head <= size && wrong < WRONG_MOST; (*at)++) {
        memcpy(&head, bytes + *at, sizeof head);
        const char *payload = bytes + *at + sizeof head;
        if (head.magic != RECORD_MAGIC || head.size > RECORD_MOST || head.size > size - *at - sizeof head)
            continue;
        if (head.sum != sum_of(payload, head.size)) {
            wrong++;
            continue;
        }
        *at += sizeof head + head.size;
        *out_size = head.size;
        return payload;
    }
    return NULL;
}

/* ---- Taking in ---- */

/* What is in the file: its number, and all or much of what was not taken in yet. */
struct gathered {
    uint64_t number;
    off_t at, size; /* of the file: where bytes begins, its end */
    char *bytes;
    size_t count;
};

/* How far the file was taken in, by the store. */
static int read_place(struct sks_memory *memory, struct gathered *gathered)
{
    bool row = false;
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_HAND);
    sks_store_bind_text(statement, 1, "lessons");
    int error = sks_store_step(memory, statement, &row);
    gathered->at = (off_t)sizeof(struct file_head);
    if (error == 0 && row) {
        char *end = NULL;
        uint64_t number = strtoull((const char *)sqlite3_column_text(statement, 0), &end, 16);
        int64_t at = strtoll(end, NULL, 10);
        if (number == gathered->number && at > gathered->at)
            gathered->at = MIN(at, gathered->size);
    }
    sqlite3_reset(statement);
    return error;
}

static int write_place(struct sks_memory *memory, const struct gathered *gathered, size_t taken)
{
    char *text = g_strdup_printf("%016" G_GINT64_MODIFIER "x %" G_GINT64_FORMAT, (guint64)gathered->number,
                                 (gint64)gathered->at + (gint64)taken);
    sqlite3_stmt *statement = sks_store_statement(memory, SKS_SQL_HAND_MOVE);
    sks_store_bind_text(statement, 1, "lessons");
    sks_store_bind_text(statement, 2, text);
    int error = sks_store_run(memory, statement);
    g_free(text);
    return error;
}

/*
 * The file's number and size; *out_ours: it has a whole head and a size that we let it reach, so what is in it is to be
 * read. SKS_ERROR_IO if it can't be read.
 */
static int look(int file, struct gathered *gathered, bool *out_ours)
{
    struct file_head head = {0};
    struct stat status;
    ssize_t got = pread(file, &head, sizeof head, 0);
    if (fstat(file, &status) != 0 || got < 0)
        return SKS_ERROR_IO;
    gathered->size = status.st_size;
    *out_ours = got == (ssize_t)sizeof head && head.magic == FILE_MAGIC && status.st_size <= FILE_MOST + RECORD_MOST;
    gathered->number = *out_ours ? head.number : 0;
    return 0;
}

/* Reads what follows the place, under the file's lock: no half-written record is seen but one of a dead process. */
static int read_gathered(struct sks_memory *memory, struct gathered *gathered)
{
    bool ours = false;
    if (!lock_file(memory->lessons_file, LOCK_SH)) {
        g_free(memory->problem);
        memory->problem = g_strdup_printf("%s-lessons: is locked by somebody else", memory->file);
        return SKS_ERROR_IO;
    }
    int error = look(memory->lessons_file, gathered, &ours);
    if (error == 0 && ours)
        error = read_place(memory, gathered);
    else
        gathered->at = gathered->size;
    size_t left = gathered->size > gathered->at ? (size_t)(gathered->size - gathered->at) : 0;
    if (error == 0 && left > 0) {
        gathered->bytes = g_malloc(MIN(left, READ_MOST));
        ssize_t got = pread(memory->lessons_file, gathered->bytes, MIN(left, READ_MOST), gathered->at);
        gathered->count = got > 0 ? (size_t)got : 0;
        error = got > 0 ? 0 : SKS_ERROR_IO;
    }
    flock(memory->lessons_file, LOCK_UN);
    return error;
}

/* Empties the file if nothing was added since it was looked at. */
static void empty(struct sks_memory *memory, const struct gathered *gathered)
{
    struct gathered now = {0};
    bool ours = false;
    if (!lock_file(memory->lessons_file, LOCK_EX))
        return;
    if (look(memory->lessons_file, &now, &ours) == 0 && now.number == gathered->number && now.size == gathered->size)
        (void)!ftruncate(memory->lessons_file, 0); /* if not now, with the next lessons */
    flock(memory->lessons_file, LOCK_UN);
}

/*
 * Learns of what was read, at most TAKEN_MOST lessons and for about TAKEN_MILLISECONDS, as others wait for the store;
 * *out_taken: how many bytes of it are done with.
 */
static int learn_gathered(struct sks_memory *memory, const struct gathered *gathered, size_t *out_taken)
{
    int error = 0;
    size_t at = 0, size = 0;
    int64_t until = g_get_monotonic_time() + (int64_t)TAKEN_MILLISECONDS * 1000;
    bool whole = gathered->at + (off_t)gathered->count >= gathered->size;
    for (unsigned i = 0; i < TAKEN_MOST && error == 0 && (i == 0 || g_get_monotonic_time() < until); i++) {
        size_t begin = at;
        const char *payload = next_record(gathered->bytes, gathered->count, &at, &size);
        if (payload != NULL) {
            error = learn(memory, payload, size);
            continue;
        }
        /* A record may go on behind what was read, if that isn't all there is; the search may have given up before. */
        if (at + sizeof(struct record_head) > gathered->count)
            at = whole ? gathered->count : begin > 0 ? begin : MAX(gathered->count, RECORD_MOST + 1) - RECORD_MOST;
        break;
    }
    *out_taken = at;
    return error;
}

static int take_some(struct sks_memory *memory, unsigned milliseconds, bool *out_more)
{
    struct gathered gathered = {0};
    size_t taken = 0;
    *out_more = false;
    unsigned patience = CLAMP(milliseconds, SKS_LIMIT_MEMORY_LEARN_MILLISECONDS, SKS_LIMIT_MEMORY_TAKE_IN);
    int error = sks_store_begin(memory, true, patience);
    if (error != 0)
        return error;
    error = read_gathered(memory, &gathered);
    if (error == 0 && gathered.count > 0)
        error = learn_gathered(memory, &gathered, &taken);
    if (error == 0 && taken > 0)
        error = write_place(memory, &gathered, taken);
    int ended = sks_store_end(memory, error == 0);
    error = error != 0 ? error : ended;
    bool done = gathered.at + (off_t)taken >= gathered.size;
    if (error == 0 && done && gathered.size > 0)
        empty(memory, &gathered);
    *out_more = error == 0 && !done && taken > 0;
    g_free(gathered.bytes);
    return error;
}

static bool has_lessons(const struct sks_memory *memory)
{
    struct stat status;
    return memory->lessons_file >= 0 && memory->mode == SKS_MEMORY_READ_WRITE &&
           fstat(memory->lessons_file, &status) == 0 && status.st_size > 0;
}

int sks_memory_take_in(struct sks_memory *memory, unsigned milliseconds)
{
    int error = 0;
    int64_t until = g_get_monotonic_time() + (int64_t)milliseconds * 1000;
    for (bool more = has_lessons(memory); more && error == 0; more = more && g_get_monotonic_time() < until)
        error = take_some(memory, milliseconds, &more);
    return error;
}

/* ---- The file ---- */

static int open_file(const char *store, int flags)
{
    char *file = g_strconcat(store, SKS_STORE_LESSONS, NULL);
    int descriptor = open(file, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
    g_free(file);
    return descriptor;
}

void sks_store_open_lessons(struct sks_memory *memory)
{
    if (memory->mode == SKS_MEMORY_READ_WRITE && memory->lessons_file < 0)
        memory->lessons_file = open_file(memory->file, 0);
}

void sks_store_check_lessons(struct sks_memory *memory, struct sks_problems *problems)
{
    char *name = g_strconcat(memory->file, SKS_STORE_LESSONS, NULL);
    int file = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    int reason = errno;
    struct stat status;
    struct gathered gathered = {0};
    bool ours = false;
    if (file < 0) {
        if (reason != ENOENT)
            sks_problems_add(problems, name, 0, NULL, "can't be opened: %s", g_strerror(reason));
    } else if (fstat(file, &status) != 0) {
        sks_problems_add(problems, name, 0, NULL, "can't be read: %s", g_strerror(errno));
    } else if (!S_ISREG(status.st_mode)) {
        sks_problems_add(problems, name, 0, NULL, "is no file");
    } else if (!lock_file(file, LOCK_SH)) {
        sks_problems_add(problems, name, 0, NULL, "is locked by somebody else");
    } else if (look(file, &gathered, &ours) != 0) {
        sks_problems_add(problems, name, 0, NULL, "can't be read: %s", g_strerror(errno));
    } else {
        if (!ours && gathered.size > 0)
            sks_problems_add(problems, name, 0, NULL, "holds no lessons, or more than may be; it will be emptied");
        if ((status.st_mode & 077) != 0)
            sks_problems_add(problems, name, 0, NULL, "can be read by others: its mode is %04o, not 0600",
                             (unsigned)status.st_mode & 07777);
    }
    if (file >= 0)
        close(file);
    g_free(name);
}

bool sks_memory_gather(struct sks_memory *memory)
{
    if (memory->mode != SKS_MEMORY_READ_WRITE || memory->hashed)
        return true;
    if (memory->lessons_file < 0)
        memory->lessons_file = open_file(memory->file, O_CREAT);
    return memory->lessons_file >= 0;
}

void sks_memory_crowd(struct sks_memory *memory, bool crowded)
{
    memory->crowded = crowded;
}

void sks_memory_catch_up(const char *file)
{
    char *lessons = g_strconcat(file, SKS_STORE_LESSONS, NULL);
    struct stat status;
    struct sks_memory *memory = NULL;
    if (stat(lessons, &status) == 0 && status.st_size > 0 && access(file, W_OK) == 0 && access(lessons, W_OK) == 0 &&
        sks_memory_open(&memory, file, SKS_MEMORY_READ_WRITE, NULL) == 0)
        sks_memory_close(memory); /* opening took them in */
    g_free(lessons);
}
