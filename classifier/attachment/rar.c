/*
 * Rar, versions 1.5 to 5: which members are encrypted, their names if these can be read, and their content, through an
 * archive without encryption that libarchive unpacks.
 *
 * RAR 5 stores a check value for the password. Before it, only the CRC of unpacked content tells a right password from
 * a wrong one.
 */
#include "attachment/rar.h"

#include "attachment/archive.h"
#include "attachment/names.h"
#include "sekisho/limits.h"

#define COMMENT_SIZE 1024u

struct rar_job {
    struct sks_file *file;
    struct sks_rar rar;
    GArray *readable; /* indexes of the members in the archive made for libarchive */
    GArray *entries;  /* by member: index of the entry */
    bool verified;    /* the password is right beyond doubt */
};

static void clear_member(void *member)
{
    g_free(((struct sks_rar_member *)member)->name);
}

static struct sks_rar_member *member_at(const struct rar_job *job, guint index)
{
    return &g_array_index(job->rar.members, struct sks_rar_member, index);
}

static void read_headers(struct rar_job *job, const char *password)
{
    struct sks_rar *rar = &job->rar;
    g_array_set_size(rar->members, 0);
    rar->password = password;
    rar->fits = rar->hidden = rar->damaged = false;
    if (rar->five)
        sks_rar5_read(rar);
    else
        sks_rar4_read(rar);
}

static unsigned char *decrypt(struct rar_job *job, const struct sks_rar_member *member)
{
    return job->rar.five ? sks_rar5_decrypt(&job->rar, member) : sks_rar4_decrypt(&job->rar, member);
}

/* Adds a member to the archive made for libarchive, if it can be read. */
static void write_member(struct rar_job *job, guint index, GByteArray *out)
{
    const struct sks_rar_member *member = member_at(job, index);
    if (member->directory || member->link || member->split || member->packed == 0)
        return;
    g_autofree unsigned char *plain = NULL;
    if (member->encrypted) {
        plain = job->rar.password != NULL ? decrypt(job, member) : NULL;
        if (plain == NULL)
            return;
    }
    const unsigned char *data = plain != NULL ? plain : member->data;
    struct sks_rar_member written = *member;
    if (plain != NULL)
        written.packed &= ~(uint64_t)15; /* whole blocks of the cipher */
    if (job->rar.five)
        sks_rar5_write_member(&written, data, job->readable->len, out);
    else
        sks_rar4_write_member(&written, data, job->readable->len, out);
    g_array_append_val(job->readable, index);
}

/* libarchive wants an end to find the last member's. */
static void unpack(struct rar_job *job, GByteArray *plain, sks_archive_function each)
{
    if (job->readable->len == 0)
        return;
    if (job->rar.five)
        sks_rar5_write_end(plain);
    else
        sks_rar4_write_end(plain);
    sks_archive_each(plain->data, plain->len, SKS_FILE_RAR, each, job);
}

static void write_start(const struct rar_job *job, GByteArray *out)
{
    g_array_set_size(job->readable, 0);
    if (job->rar.five)
        sks_rar5_write_start(&job->rar, out);
    else
        sks_rar4_write_start(&job->rar, out);
}

/* Unpacks one member to see whether its CRC fits. */
static bool verify_member(void *context, unsigned number, struct archive *archive)
{
    struct rar_job *job = context;
    unsigned char chunk[16384];
    int64_t got;
    uint64_t total = 0;
    (void)number;
    while ((got = sks_archive_read(archive, chunk, sizeof chunk)) > 0 && sks_file_unpack(job->file, (size_t)got))
        total += (uint64_t)got;
    job->verified = got == 0 && total > 0;
    return false;
}

/* RAR 4: by the smallest member that has content (the comment will do). */
static bool verify_by_content(struct rar_job *job)
{
    guint smallest = G_MAXUINT;
    for (guint i = 0; i < job->rar.members->len; i++) {
        const struct sks_rar_member *member = member_at(job, i);
        if (member->encrypted && member->size > 0 && !member->solid && !member->split &&
            (smallest == G_MAXUINT || member->size < member_at(job, smallest)->size))
            smallest = i;
    }
    if (smallest == G_MAXUINT)
        return false;
    g_autoptr(GByteArray) plain = g_byte_array_new();
    write_start(job, plain);
    write_member(job, smallest, plain);
    job->verified = false;
    unpack(job, plain, verify_member);
    return job->verified;
}

static bool password_fits(struct rar_job *job, const char *password)
{
    struct sks_rar *rar = &job->rar;
    if (rar->hidden || rar->members->len == 0)
        read_headers(job, password);
    rar->password = password;
    if (!rar->five)
        return verify_by_content(job);
    if (rar->hidden)
        return rar->fits;
    for (guint i = 0; i < rar->members->len; i++) {
        const struct sks_rar_member *member = member_at(job, i);
        if (member->encrypted && member->encryption.has_check)
            return sks_rar5_check(rar, &member->encryption);
    }
    return false;
}

static void try_passwords(struct rar_job *job)
{
    const char *password;
    for (unsigned i = 0; (password = sks_file_password(job->file, i, true)) != NULL; i++) {
        if (*password != '\0' && password_fits(job, password)) {
            job->verified = true;
            job->rar.password = password;
            return;
        }
    }
    job->verified = false;
    read_headers(job, NULL);
}

static bool take_member(void *context, unsigned number, struct archive *archive)
{
    struct rar_job *job = context;
    if (number >= job->readable->len)
        return false;
    guint index = g_array_index(job->readable, guint, number);
    struct sks_rar_member *raw = member_at(job, index);
    if (raw->comment) {
        char text[COMMENT_SIZE];
        int64_t got = sks_archive_read(archive, text, sizeof text);
        if (got > 0) {
            size_t size = strnlen(text, (size_t)got);
            while (size > 0 && (unsigned char)text[size - 1] <= ' ')
                size--;
            g_autofree char *comment = sks_text_decode(text, size, sks_name_charset(text, size));
            sks_file_fact(job->file, "attachment.comment", NULL, "%s", comment);
        }
        job->file->opened = job->file->opened || (raw->encrypted && got > 0);
        return true;
    }
    const struct sks_member member = {.name = raw->name, .charset = raw->charset, .size = raw->size};
    enum sks_read_result result =
        sks_file_member(job->file, &member, g_array_index(job->entries, size_t, index), sks_archive_read, archive);
    if (result == SKS_READ_FAILED && !raw->encrypted)
        sks_file_fact(job->file, "attachment.damaged", raw->name, NULL);
    else if (result != SKS_READ_FAILED && raw->encrypted)
        job->file->opened = true;
    raw->packed = 0; /* done */
    return !job->file->stopped;
}

static bool list_members(struct rar_job *job)
{
    bool all = true;
    for (guint i = 0; i < job->rar.members->len; i++) {
        const struct sks_rar_member *raw = member_at(job, i);
        struct sks_member member = {
            .name = raw->name,
            .charset = raw->charset,
            .size = raw->size,
            .modified = raw->modified,
            .encrypted = raw->encrypted,
            .directory = raw->directory,
        };
        size_t index = SIZE_MAX;
        job->file->encrypted = job->file->encrypted || raw->encrypted;
        all = all && (raw->comment || sks_file_list(job->file, &member, &index));
        g_array_append_val(job->entries, index);
        if (all && raw->link)
            sks_file_fact(job->file, "attachment.link-inside", raw->name, NULL);
    }
    return all;
}

/* Those that libarchive did not come to, for whatever reason: what their names say. */
static void look_at_unread(struct rar_job *job)
{
    for (guint i = 0; i < job->rar.members->len; i++) {
        const struct sks_rar_member *raw = member_at(job, i);
        const struct sks_member member = {.name = raw->name, .directory = raw->directory};
        if (raw->packed > 0 && !raw->comment)
            sks_file_member_unread(job->file, &member);
    }
}

static void read_members(struct rar_job *job)
{
    for (int comments = 1; comments >= 0; comments--) {
        g_autoptr(GByteArray) plain = g_byte_array_new();
        write_start(job, plain);
        for (guint i = 0; i < job->rar.members->len; i++) {
            if (member_at(job, i)->comment == (comments == 1))
                write_member(job, i, plain);
        }
        unpack(job, plain, take_member);
    }
    look_at_unread(job);
}

void sks_rar_inspect(struct sks_file *file)
{
    struct rar_job job = {.file = file, .rar = {.bytes = file->bytes, .size = file->size, .file = file}};
    if (SKS_IS_AT(file->bytes, file->size, 0, "RE~^"))
        return; /* before 1.5: recognised only */
    job.rar.five = SKS_IS_AT(file->bytes, file->size, 6, "\x01");
    job.rar.members = g_array_new(FALSE, FALSE, sizeof(struct sks_rar_member));
    g_array_set_clear_func(job.rar.members, clear_member);
    job.readable = g_array_new(FALSE, FALSE, sizeof(guint));
    job.entries = g_array_new(FALSE, FALSE, sizeof(size_t));
    read_headers(&job, NULL);
    bool hidden = job.rar.hidden, locked = hidden;
    for (guint i = 0; i < job.rar.members->len; i++)
        locked = locked || member_at(&job, i)->encrypted;
    if (locked)
        try_passwords(&job);
    file->encrypted = hidden;
    file->names_visible = !hidden;
    if (job.rar.damaged && !hidden)
        sks_file_fact(file, "attachment.damaged", NULL, NULL);
    if (job.rar.volume)
        sks_file_fact(file, "attachment.volume", NULL, NULL);
    if (list_members(&job))
        read_members(&job);
    if (job.verified && !file->opened)
        sks_file_fact(file, "attachment.password-verified", NULL, NULL);
    g_array_unref(job.readable);
    g_array_unref(job.entries);
    g_array_unref(job.rar.members);
}
