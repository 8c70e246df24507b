/*
 * Zip: members from all directories that a reader may go by (zip-members.c), content through libzip, which also tries
 * the passwords, for ZipCrypto and WinZip's AES.
 *
 * A password counts as verified when a whole member was read with it: libzip checks CRC and MAC at the end. ZipCrypto's
 * own check byte alone lets one wrong password in 256 pass.
 */
#include <glib.h>

#include "attachment/file.h"
#include "attachment/names.h"
#include "attachment/zip.h"
#include "sekisho/limits.h"

#define COMMENT_SIZE 1024u
#define CHECKED      4u           /* until a password fits one */
#define AES_ROUNDS   4000u        /* a key of WinZip's AES: 1,000 rounds for each of up to four blocks */
#define SEARCHES     16u          /* members may each have a password of their own */
#define CHARSET_SIZE (64u * 1024) /* of names, that their charset is guessed from */
#define READ_FREE    (UINT64_C(16) * 1024 * 1024)
#define READ_TIMES   3u /* packed bytes read, over the file's: for a member, for the passwords tried on it */

struct span {
    uint64_t from, to;
};

/* A member that a password is checked by. */
struct checked {
    uint64_t number;
    struct sks_zip_member member;
};

struct zip_job {
    struct sks_file *file;
    struct sks_zip_members members;
    guint first; /* those before it were looked at already */
    zip_t *zip;  /* NULL: libzip can't read it */
    const char *charset;
    const char *passwords[2 * SKS_LIMIT_PASSWORD_COUNT]; /* verified ones, the last found first */
    unsigned password_count;
    struct checked checked[CHECKED]; /* the members by which passwords are checked, the smallest first */
    unsigned checked_count;
    unsigned searches; /* members for which passwords were looked for that opened none before */
    unsigned unknown;  /* encrypted members, packed in a way that nothing here knows */
    uint64_t read;     /* packed bytes, as declared */
    GArray *spans;     /* of the members looked at, of the known and then of the others */
};

static const struct sks_zip_member *member_at(const struct zip_job *job, guint index)
{
    return &g_array_index(job->members.list, struct sks_zip_member, index);
}

/*
 * A member's content. libzip 1.7.3 checks the CRC also where WinZip's AE-2 leaves it out, and has one error for that
 * and for a wrong MAC: so that error means nothing there, and the MAC is checked before, by ourselves.
 */
struct content {
    zip_file_t *stream;
    bool no_crc;
    GByteArray *whole; /* instead, where libzip doesn't know the method */
    size_t at;
};

static int64_t read_zip(void *context, void *buffer, size_t size)
{
    struct content *content = context;
    if (content->whole != NULL) {
        size_t step = MIN(size, content->whole->len - content->at);
        if (step > 0) /* data of no bytes is NULL */
            memcpy(buffer, content->whole->data + content->at, step);
        content->at += step;
        return (int64_t)step;
    }
    zip_int64_t got = zip_fread(content->stream, buffer, size);
    if (got < 0 && content->no_crc && zip_error_code_zip(zip_file_get_error(content->stream)) == ZIP_ER_CRC)
        return 0;
    return got;
}

static void close_content(struct content *content)
{
    if (content->stream != NULL)
        zip_fclose(content->stream);
    if (content->whole != NULL)
        g_byte_array_unref(content->whole);
}

/* Keeps the smallest, in order. */
static void consider(struct zip_job *job, uint64_t number, const struct sks_zip_member *member)
{
    unsigned at = job->checked_count;
    while (at > 0 && job->checked[at - 1].member.size > member->size)
        at--;
    if (at >= CHECKED)
        return;
    job->checked_count = MIN(job->checked_count + 1, CHECKED);
    for (unsigned i = job->checked_count - 1; i > at; i--)
        job->checked[i] = job->checked[i - 1];
    job->checked[at] = (struct checked){.number = number, .member = *member};
}

/* The flag says UTF-8; some packers set it and write their own charset all the same. */
static bool is_utf8(const struct sks_zip_member *member)
{
    return member->utf8 && g_utf8_validate_len((const char *)member->name, member->name_size, NULL);
}

/* The bytes that the member claims, as far as the file goes: sums of what it declares may wrap. */
static void add_span(struct zip_job *job, const struct sks_zip_member *member)
{
    uint64_t size = job->members.whole.size, from = MIN(member->offset, size);
    struct span span = {from, from + MIN(member->packed, size - from)};
    if (span.to > span.from)
        g_array_append_val(job->spans, span);
}

/* First look at all members: charset of their names, and the smallest encrypted ones, to check passwords by. */
static void survey(struct zip_job *job)
{
    GString *names = g_string_new(NULL);
    for (guint i = job->first; i < job->members.list->len; i++) {
        const struct sks_zip_member *member = member_at(job, i);
        if (!is_utf8(member))
            g_string_append_len(names, (const char *)member->name, (gssize)member->name_size);
        if (member->encrypted && !member->strong && member->size > 0)
            consider(job, i, member);
    }
    job->charset = sks_name_charset(names->str, MIN(names->len, CHARSET_SIZE));
    g_string_free(names, TRUE);
}

static int compare_spans(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    return x->from < y->from ? -1 : x->from > y->from;
}

/*
 * Members from first to end that share bytes: the trick of the densest bombs. Of the known and of the others apart: an
 * archive in a member that was packed without becoming smaller shows members of its own.
 */
static void look_for_overlap(struct zip_job *job, guint first, guint end)
{
    g_array_set_size(job->spans, 0);
    for (guint i = first; i < end; i++)
        add_span(job, member_at(job, i));
    g_array_sort(job->spans, compare_spans);
    for (guint i = 1; i < job->spans->len; i++) {
        const struct span *before = &g_array_index(job->spans, struct span, i - 1);
        if (g_array_index(job->spans, struct span, i).from < before->to) {
            sks_file_fact(job->file, "attachment.overlapping-members", NULL, NULL);
            job->file->stopped = true;
            return;
        }
    }
}

enum opening {
    OPENING_DONE,
    OPENING_CLOSED, /* the password is wrong */
    OPENING_FAILED, /* nothing here can read it, or no more keys may be derived */
    OPENING_SEALED, /* the password is right, and nothing here can read what it opens */
};

/* May so many packed bytes be read? Counts them. */
static bool may_read(struct zip_job *job, uint64_t packed)
{
    uint64_t size = job->members.whole.size, most = READ_TIMES * size + READ_FREE;
    job->read += MIN(packed, size);
    if (job->read <= most)
        return true;
    sks_file_fact(job->file, "limit.archive-output", NULL, "%" G_GUINT64_FORMAT, most);
    job->file->stopped = true;
    return false;
}

/* The same where libzip doesn't know the method. */
static enum opening open_elsewhere(struct content *out_content, struct zip_job *job, const struct sks_zip_member *raw,
                                   const char *password)
{
    bool known = sks_zip_is_known_elsewhere(raw->method);
    if (raw->aes > 0 && raw->encrypted && !sks_zip_is_authentic(&job->members.whole, raw, password))
        return OPENING_CLOSED;
    GByteArray *whole = sks_zip_read_elsewhere(job->file, &job->members.whole, raw, password);
    *out_content = (struct content){.whole = whole};
    if (whole != NULL)
        return OPENING_DONE;
    if (raw->aes > 0 && raw->encrypted)
        return OPENING_SEALED;
    return raw->encrypted && known ? OPENING_CLOSED : OPENING_FAILED;
}

/* Opens a member for reading. */
static enum opening open_content(struct content *out_content, struct zip_job *job, uint64_t number,
                                 const struct sks_zip_member *raw, const char *password)
{
    bool elsewhere = !zip_compression_method_supported((zip_int32_t)raw->method, 0);
    if (raw->aes > 0 && !sks_file_spend_rounds(job->file, AES_ROUNDS * (raw->no_crc || elsewhere ? 2u : 1u)))
        return OPENING_FAILED;
    if (elsewhere)
        return !may_read(job, raw->packed) ? OPENING_FAILED : open_elsewhere(out_content, job, raw, password);
    if (raw->encrypted && raw->no_crc && !sks_zip_is_authentic(&job->members.whole, raw, password))
        return OPENING_CLOSED;
    zip_file_t *stream = zip_fopen_index_encrypted(job->zip, number, 0, raw->encrypted ? password : NULL);
    *out_content = (struct content){.stream = stream, .no_crc = raw->no_crc};
    int error = stream == NULL ? zip_error_code_zip(zip_get_error(job->zip)) : ZIP_ER_OK;
    if (stream != NULL && may_read(job, raw->packed))
        return OPENING_DONE;
    close_content(out_content);
    return error == ZIP_ER_WRONGPASSWD ? OPENING_CLOSED : OPENING_FAILED;
}

/* Reads the member to its end with the password. */
static enum opening try_password(struct zip_job *job, uint64_t number, const struct sks_zip_member *raw,
                                 const char *password)
{
    unsigned char chunk[16384];
    struct content content;
    enum opening opening = open_content(&content, job, number, raw, password);
    if (opening != OPENING_DONE)
        return opening;
    int64_t got;
    uint64_t total = 0;
    while ((got = read_zip(&content, chunk, sizeof chunk)) > 0 && sks_file_unpack(job->file, (size_t)got))
        total += (uint64_t)got;
    close_content(&content);
    return got == 0 && total > 0 ? OPENING_DONE : OPENING_CLOSED;
}

static bool is_verified(const struct zip_job *job, const char *password)
{
    for (unsigned i = 0; i < job->password_count; i++)
        if (job->passwords[i] == password)
            return true;
    return false;
}

/* Whether a password that fitted none so far fits the member; then it is kept. */
static bool fits(struct zip_job *job, uint64_t number, const struct sks_zip_member *raw, const char *password)
{
    if (*password == '\0' || is_verified(job, password))
        return false;
    enum opening opening = try_password(job, number, raw, password);
    if (opening != OPENING_DONE && opening != OPENING_SEALED)
        return false;
    memmove(job->passwords + 1, job->passwords, job->password_count * sizeof job->passwords[0]);
    job->passwords[0] = password;
    job->password_count++;
    job->file->opened = job->file->opened || opening == OPENING_DONE;
    return true;
}

/* Looks for a password that fits the member, among those that fitted none so far. NULL: none. */
static const char *search(struct zip_job *job, uint64_t number, const struct sks_zip_member *raw)
{
    const char *password;
    if (job->searches++ >= SEARCHES)
        return NULL;
    for (unsigned i = 0; (password = sks_file_password(job->file, i, false)) != NULL; i++) {
        if (fits(job, number, raw, password))
            return password;
        password = sks_file_password_windows(job->file, password);
        if (password != NULL && fits(job, number, raw, password))
            return password;
    }
    return NULL;
}

static void try_passwords(struct zip_job *job)
{
    for (unsigned i = 0; job->zip != NULL && i < job->checked_count && job->password_count == 0; i++)
        search(job, job->checked[i].number, &job->checked[i].member);
}

/*
 * Opens an encrypted member with a password that opened another one, else with one that opens it alone: members may
 * have been added by several hands. Where there are several, the check byte of ZipCrypto does not tell them apart.
 */
static enum opening open_encrypted(struct content *out_content, struct zip_job *job, uint64_t number,
                                   const struct sks_zip_member *raw)
{
    enum opening result = OPENING_CLOSED;
    for (unsigned i = 0; i < job->password_count && result == OPENING_CLOSED; i++) {
        const char *password = job->passwords[i];
        bool several = job->password_count > 1 && raw->size > 0;
        result = several ? try_password(job, number, raw, password) : OPENING_DONE;
        if (result == OPENING_DONE)
            result = open_content(out_content, job, number, raw, password);
    }
    if (result != OPENING_CLOSED || job->password_count == 0 || raw->size == 0)
        return result;
    const char *password = search(job, number, raw);
    return password != NULL ? open_content(out_content, job, number, raw, password) : OPENING_CLOSED;
}

static char *member_name(const struct zip_job *job, const struct sks_zip_member *member, const char **out_charset)
{
    if (member->utf8_name != NULL) {
        *out_charset = "utf-8";
        return sks_name_decode(member->utf8_name, member->utf8_name_size, "utf-8");
    }
    bool utf8 = g_utf8_validate_len((const char *)member->name, member->name_size, NULL);
    *out_charset = utf8 ? sks_name_charset(member->name, member->name_size) : job->charset;
    return sks_name_decode(member->name, member->name_size, *out_charset);
}

static bool is_link(const struct sks_zip_member *member)
{
    return member->made_by == 3 && (member->attributes >> 16 & 0170000) == 0120000;
}

static void read_member(struct zip_job *job, const struct sks_member *member, const struct sks_zip_member *raw,
                        uint64_t number, size_t index)
{
    struct sks_file *file = job->file;
    struct content content;
    bool readable = job->zip != NULL && !member->directory && !file->stopped && !raw->strong;
    enum opening opening = OPENING_FAILED;
    if (readable)
        opening = raw->encrypted ? open_encrypted(&content, job, number, raw)
                                 : open_content(&content, job, number, raw, NULL);
    bool known =
        zip_compression_method_supported((zip_int32_t)raw->method, 0) || sks_zip_is_known_elsewhere(raw->method);
    job->unknown += readable && raw->encrypted && !known;
    if (opening == OPENING_SEALED)
        sks_file_fact(file, "attachment.password-verified", NULL, NULL);
    if (opening == OPENING_CLOSED) {
        sks_file_member_closed(file, member);
        return;
    }
    if (opening != OPENING_DONE) {
        sks_file_member_unread(file, member);
        if (readable && !raw->encrypted)
            sks_file_fact(file, "attachment.damaged", member->name, "method %u", raw->method);
        return;
    }
    enum sks_read_result result = sks_file_member(file, member, index, read_zip, &content);
    if (result == SKS_READ_FAILED && !raw->encrypted)
        sks_file_fact(file, "attachment.damaged", member->name, NULL);
    file->opened = file->opened || (raw->encrypted && result != SKS_READ_FAILED && raw->size > 0);
    close_content(&content);
}

/* The members from first to end. */
static void list_members(struct zip_job *job)
{
    for (guint number = job->first; number < job->members.list->len; number++) {
        const struct sks_zip_member *raw = member_at(job, number);
        struct sks_member member = {
            .size = raw->size, .modified = sks_dos_time(raw->dos_time), .encrypted = raw->encrypted};
        g_autofree char *name = member_name(job, raw, &member.charset);
        size_t length = strlen(name), index;
        member.name = name;
        member.directory = length > 0 && name[length - 1] == '/';
        job->file->encrypted = job->file->encrypted || raw->encrypted;
        if (!sks_file_list(job->file, &member, &index)) {
            if (!sks_file_list_name(job->file, &member))
                return;
            continue;
        }
        if (is_link(raw))
            sks_file_fact(job->file, "attachment.link-inside", name, NULL);
        read_member(job, &member, raw, number, index);
    }
}

/* The end of a name, without what isn't ASCII: its extension. */
static void end_of_name(char out_end[32], const struct sks_zip_member *member)
{
    size_t size = MIN(member->name_size, 31u);
    for (size_t i = 0; i < size; i++) {
        char c = (char)member->name[member->name_size - size + i];
        out_end[i] = g_ascii_isprint(c) ? c : '_';
    }
    out_end[size] = '\0';
}

/* Entries that there was no room for in the list: only whether one is called a program. */
static void look_at_rest(const struct zip_job *job)
{
    const struct sks_zip_members *members = &job->members;
    for (guint i = 0; i < members->directories->len && members->full; i++) {
        const struct sks_zip_directory *directory = &g_array_index(members->directories, struct sks_zip_directory, i);
        struct sks_zip_member raw;
        char end[32];
        for (uint64_t at = 0, n = 0; sks_zip_directory_next(directory, &at, &raw); n++) {
            end_of_name(end, &raw);
            struct sks_member member = {.name = end, .size = raw.size, .encrypted = raw.encrypted};
            g_autofree char *name = NULL;
            if (i == 0 && n < members->known) /* these are in the list */
                continue;
            if (sks_name_claim(end).kind >= SKS_NAME_PROGRAM)
                member.name = name = member_name(job, &raw, &member.charset);
            if (!sks_file_list_name(job->file, &member))
                return;
        }
    }
}

static void look_at_surroundings(struct sks_file *file, const struct sks_zip_directory *directory, bool moved)
{
    size_t before = moved ? 0 : directory->before;
    if (before > 0 || directory->after > 2) /* a line end is a mailer's */
        sks_file_fact(file, "attachment.foreign-bytes", NULL, "%zu before, %zu after", before, directory->after);
    if (directory->comment_size > 0) {
        size_t size = MIN(directory->comment_size, COMMENT_SIZE);
        g_autofree char *comment =
            sks_text_decode(directory->comment, size, sks_name_charset(directory->comment, size));
        sks_file_fact(file, "attachment.comment", NULL, "%s", comment);
    }
}

/* What readers make different things of. */
static void look_at_directories(const struct zip_job *job, const struct sks_zip_directory *directory)
{
    const struct sks_zip_members *members = &job->members;
    guint others = members->list->len - members->known - members->unlisted;
    if (members->archives > 0)
        sks_file_fact(job->file, "attachment.damaged", NULL, "another archive in it, members: %u", others);
    if (directory != NULL && members->unlisted > 0)
        sks_file_fact(job->file, "attachment.damaged", NULL, "members in no directory: %u", members->unlisted);
    if (members->shared)
        sks_file_fact(job->file, "attachment.damaged", NULL, "directories that share bytes");
    if (members->moved)
        sks_file_fact(job->file, "attachment.damaged", NULL, "place of the directory");
    if (directory != NULL && members->known != directory->count && !members->cut &&
        members->list->len <= SKS_LIMIT_ARCHIVE_ENTRIES)
        sks_file_fact(job->file, "attachment.damaged", NULL, "%u of %" G_GUINT64_FORMAT " members", members->known,
                      directory->count);
}

static void read_members(struct zip_job *job)
{
    const struct sks_zip_members *members = &job->members;
    job->spans = g_array_new(FALSE, FALSE, sizeof(struct span));
    survey(job);
    look_for_overlap(job, job->first, members->known);
    look_for_overlap(job, members->known, members->list->len);
    if (members->cut)
        sks_file_fact(job->file, "limit.archive-entries", NULL, "%u", members->list->len);
    job->zip = sks_zip_members_open(&job->members);
    if (job->zip == NULL && job->members.list->len > 0)
        sks_file_fact(job->file, "attachment.damaged", NULL, "directory");
    try_passwords(job);
    list_members(job);
    look_at_rest(job);
    if (!job->file->opened && job->unknown > 0) /* so that the password is not taken for a wrong one */
        sks_file_fact(job->file, "attachment.unread-inside", NULL, "%u", job->unknown);
    if (job->zip != NULL)
        zip_discard(job->zip);
    g_array_unref(job->spans);
}

void sks_zip_inspect(struct sks_file *file)
{
    struct zip_job job = {.file = file};
    struct sks_zip_directory directory;
    bool found = sks_zip_directory_find(&directory, file->bytes, file->size);
    if (found && directory.masked) {
        look_at_surroundings(file, &directory, false);
        file->encrypted = true;
        file->names_visible = false;
        return;
    }
    sks_zip_members_init(&job.members, file->bytes, file->size);
    if (found)
        sks_zip_members_take(&job.members, &directory);
    else
        sks_file_fact(file, "attachment.damaged", NULL, "no directory");
    sks_zip_members_take_others(&job.members);
    if (found)
        look_at_surroundings(file, &directory, job.members.moved);
    look_at_directories(&job, found ? &directory : NULL);
    read_members(&job);
    sks_zip_members_finish(&job.members);
}

void sks_zip_inspect_other(struct sks_file *file)
{
    struct zip_job job = {.file = file};
    struct sks_zip_directory directory;
    if (!sks_zip_directory_find(&directory, file->bytes, file->size) || directory.masked)
        return;
    sks_zip_members_init(&job.members, file->bytes, file->size);
    sks_zip_members_take(&job.members, &directory);
    sks_zip_members_take_others(&job.members);
    job.first = job.members.known;
    look_at_directories(&job, &directory);
    if (job.first < job.members.list->len)
        read_members(&job);
    sks_zip_members_finish(&job.members);
}

void sks_zip_inspect_behind(struct sks_file *file, const struct sks_zip_directory *directory)
{
    struct zip_job job = {.file = file};
    sks_zip_members_init(&job.members, file->bytes, file->size);
    sks_zip_members_take(&job.members, directory);
    read_members(&job);
    sks_zip_members_finish(&job.members);
}
