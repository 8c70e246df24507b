/*
 * Rar, versions 1.5 to 5: which members are encrypted, their names if these can be read, and their content, through an
 * archive without encryption that libarchive unpacks.
 *
 * RAR 5 stores a check value for the password. Before it, only the CRC of unpacked content tells a right password from
 * a wrong one.
 */
#include "attachment/rar.h"

#include <zlib.h>

#include "attachment/archive.h"
#include "attachment/names.h"
#include "sekisho/limits.h"

#define COMMENT_SIZE  1024u
#define KEYS          4u /* of members: so many are checked each by itself */
#define KEYS_AT_WORST 2u /* where no password fitted any so far */

struct rar_job {
    struct sks_file *file;
    struct sks_rar rar;
    GArray *readable; /* indexes of the members in the archive made for libarchive */
    GArray *entries;  /* by member: index of the entry */
    bool verified;    /* the password is right beyond doubt */
    guint checked;    /* the member by which it is checked */
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
        job->rar.password = member->password;
        plain = member->password != NULL && !member->closed ? decrypt(job, member) : NULL;
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

/* A member's content. libarchive does not check the CRC of what RAR 4 stored without packing it. */
struct content {
    struct archive *archive;
    const struct sks_rar_member *member;
    bool four;
    uint32_t crc;
};

static int64_t read_content(void *context, void *buffer, size_t size)
{
    struct content *content = context;
    int64_t got = sks_archive_read(content->archive, buffer, size);
    if (got > 0)
        content->crc = (uint32_t)crc32_z(content->crc, buffer, (size_t)got);
    return got == 0 && content->four && content->crc != content->member->crc ? -1 : got;
}

/* Unpacks one member to see whether its CRC fits. */
static bool verify_member(void *context, unsigned number, struct archive *archive)
{
    struct rar_job *job = context;
    struct content content = {.archive = archive, .member = member_at(job, job->checked), .four = !job->rar.five};
    unsigned char chunk[16384];
    int64_t got;
    uint64_t total = 0;
    (void)number;
    while ((got = read_content(&content, chunk, sizeof chunk)) > 0 && sks_file_unpack(job->file, (size_t)got))
        total += (uint64_t)got;
    job->verified = got == 0 && total > 0;
    return false;
}

/* Whether they were encrypted with one key, if it was with one password. */
static bool share_key(const struct sks_rar_member *a, const struct sks_rar_member *b)
{
    const struct sks_rar_encryption *x = &a->encryption, *y = &b->encryption;
    return memcmp(x->salt, y->salt, sizeof x->salt) == 0 && x->rounds_log == y->rounds_log &&
           x->has_check == y->has_check && memcmp(x->check, y->check, sizeof x->check) == 0;
}

/* The member by which to check a password for all that share its key. */
static bool may_check(const struct rar_job *job, const struct sks_rar_member *member)
{
    if (!member->encrypted)
        return false;
    if (job->rar.five)
        return member->encryption.has_check;
    return member->size > 0 && !member->solid && !member->split;
}

/* RAR 4 has to unpack it, so the smallest is taken (the comment will do); of RAR 5 any. */
static guint find_checked(const struct rar_job *job, const struct sks_rar_member *like)
{
    guint smallest = G_MAXUINT;
    for (guint i = 0; i < job->rar.members->len; i++) {
        const struct sks_rar_member *member = member_at(job, i);
        if (may_check(job, member) && (like == NULL || share_key(member, like)) &&
            (smallest == G_MAXUINT || (!job->rar.five && member->size < member_at(job, smallest)->size)))
            smallest = i;
    }
    return smallest;
}

static bool fits_member(struct rar_job *job, guint index, const char *password)
{
    job->rar.password = password;
    if (job->rar.five)
        return sks_rar5_check(&job->rar, &member_at(job, index)->encryption);
    g_autoptr(GByteArray) plain = g_byte_array_new();
    write_start(job, plain);
    member_at(job, index)->password = password;
    write_member(job, index, plain);
    member_at(job, index)->password = NULL;
    job->verified = false;
    job->checked = index;
    unpack(job, plain, verify_member);
    return job->verified;
}

/* The first password that opens the member: the one that opened others before all, if there is one. */
static const char *find_password(struct rar_job *job, guint index, const char *likely)
{
    const char *password;
    if (likely != NULL && fits_member(job, index, likely))
        return likely;
    for (unsigned i = 0; (password = sks_file_password(job->file, i, true)) != NULL; i++)
        if (*password != '\0' && password != likely && fits_member(job, index, password))
            return password;
    return NULL;
}

static void give_password(struct rar_job *job, const struct sks_rar_member *like, const char *password)
{
    for (guint i = 0; i < job->rar.members->len; i++) {
        struct sks_rar_member *member = member_at(job, i);
        if (member->encrypted && member->password == NULL && (like == NULL || share_key(member, like)))
            member->password = password;
    }
}

/* Members whose key was checked, and no password fitted. */
static void mark_closed(struct rar_job *job, const GArray *checked)
{
    for (guint i = 0; i < job->rar.members->len; i++) {
        struct sks_rar_member *member = member_at(job, i);
        for (guint n = 0; n < checked->len; n++)
            member->closed = member->closed || (member->encrypted && member->password == NULL &&
                                                share_key(member, member_at(job, g_array_index(checked, guint, n))));
    }
}

/*
 * Members with names in the clear: each key is checked by itself, as members may have been added with several
 * passwords. What can't be checked gets the password that opened something else.
 */
static const char *find_member_passwords(struct rar_job *job)
{
    const char *first = NULL;
    guint index = find_checked(job, NULL);
    g_autoptr(GArray) done = g_array_new(FALSE, FALSE, sizeof(guint));
    while (index != G_MAXUINT && done->len < (first != NULL ? KEYS : KEYS_AT_WORST)) {
        const char *password = find_password(job, index, first);
        if (password != NULL)
            give_password(job, member_at(job, index), password);
        first = first != NULL ? first : password;
        g_array_append_val(done, index);
        index = G_MAXUINT;
        for (guint i = 0; i < job->rar.members->len && index == G_MAXUINT; i++) {
            bool is_new = may_check(job, member_at(job, i));
            for (guint n = 0; n < done->len && is_new; n++)
                is_new = !share_key(member_at(job, i), member_at(job, g_array_index(done, guint, n)));
            if (is_new)
                index = find_checked(job, member_at(job, i));
        }
    }
    mark_closed(job, done);
    if (first != NULL)
        give_password(job, NULL, first);
    return first;
}

/* Names are hidden: the headers tell, those of RAR 4 only nearly. */
static const char *find_header_password(struct rar_job *job)
{
    const char *password;
    for (unsigned i = 0; (password = sks_file_password(job->file, i, true)) != NULL; i++) {
        if (*password == '\0')
            continue;
        read_headers(job, password);
        guint index = job->rar.five ? G_MAXUINT : find_checked(job, NULL);
        if (job->rar.five ? job->rar.fits : index != G_MAXUINT && fits_member(job, index, password)) {
            give_password(job, NULL, password);
            return password;
        }
    }
    read_headers(job, NULL);
    return NULL;
}

static void try_passwords(struct rar_job *job)
{
    job->rar.password = job->rar.hidden ? find_header_password(job) : find_member_passwords(job);
    job->verified = job->rar.password != NULL;
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
    const struct sks_member member = {
        .name = raw->name, .charset = raw->charset, .size = raw->size, .encrypted = raw->encrypted};
    struct content content = {.archive = archive, .member = raw, .four = !job->rar.five};
    enum sks_read_result result =
        sks_file_member(job->file, &member, g_array_index(job->entries, size_t, index), read_content, &content);
    if (result == SKS_READ_FAILED && !raw->encrypted)
        sks_file_fact(job->file, "attachment.damaged", raw->name, NULL);
    else if (result != SKS_READ_FAILED && raw->encrypted)
        job->file->opened = true;
    raw->packed = 0; /* done */
    return !job->file->stopped;
}

/* As many as may be listed. */
static void list_members(struct rar_job *job)
{
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
        if (!raw->comment && !sks_file_list(job->file, &member, &index)) {
            job->file->stopped = false; /* what was listed is read */
            return;
        }
        g_array_append_val(job->entries, index);
        if (raw->link)
            sks_file_fact(job->file, "attachment.link-inside", raw->name, NULL);
    }
}

/* Those that libarchive did not come to, for whatever reason, and those that were not listed: what their names say. */
static void look_at_unread(struct rar_job *job)
{
    bool naming = true;
    for (guint i = 0; i < job->rar.members->len; i++) {
        const struct sks_rar_member *raw = member_at(job, i);
        const struct sks_member member = {
            .name = raw->name, .size = raw->size, .encrypted = raw->encrypted, .directory = raw->directory};
        if (raw->packed == 0 || raw->comment)
            continue;
        if (i >= job->entries->len) {
            job->file->closed += raw->closed;
            naming = naming && sks_file_list_name(job->file, &member);
        } else if (raw->closed)
            sks_file_member_closed(job->file, &member);
        else
            sks_file_member_unread(job->file, &member);
    }
}

static void read_members(struct rar_job *job)
{
    for (int comments = 1; comments >= 0; comments--) {
        g_autoptr(GByteArray) plain = g_byte_array_new();
        write_start(job, plain);
        for (guint i = 0; i < job->entries->len; i++) {
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
    file->encrypted = locked;
    file->names_visible = !hidden;
    if (job.rar.damaged && !hidden)
        sks_file_fact(file, "attachment.damaged", NULL, NULL);
    if (job.rar.volume)
        sks_file_fact(file, "attachment.volume", NULL, NULL);
    file->end = job.rar.members->len < SKS_RAR_MEMBERS ? job.rar.end : 0;
    list_members(&job);
    read_members(&job);
    if (job.verified && !file->opened)
        sks_file_fact(file, "attachment.password-verified", NULL, NULL);
    g_array_unref(job.readable);
    g_array_unref(job.entries);
    g_array_unref(job.rar.members);
}
