#include "tests/test.h"

#include <archive.h>
#include <archive_entry.h>
#include <gsf/gsf-outfile-msole.h>
#include <gsf/gsf-output-memory.h>

#include "make.h"

GByteArray *make_zip(const struct made_member *members, size_t count, zip_uint16_t method, const char *password)
{
    g_autofree const char **passwords = g_new(const char *, count);
    for (size_t i = 0; i < count; i++)
        passwords[i] = password;
    return make_zip_with(members, count, method, passwords);
}

GByteArray *make_zip_with(const struct made_member *members, size_t count, zip_uint16_t method,
                          const char *const *passwords)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_source_keep(target);
    zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
    assert_non_null(zip);
    for (size_t i = 0; i < count; i++) {
        if (members[i].content == NULL) {
            zip_dir_add(zip, members[i].name, 0);
            continue;
        }
        size_t size = members[i].size > 0 ? members[i].size : strlen(members[i].content);
        zip_source_t *content = zip_source_buffer(zip, members[i].content, size, 0);
        zip_int64_t index = zip_file_add(zip, members[i].name, content, 0);
        assert_true(index >= 0);
        if (method != ZIP_EM_NONE)
            assert_int_equal(zip_file_set_encryption(zip, (zip_uint64_t)index, method, passwords[i]), 0);
    }
    assert_int_equal(zip_close(zip), 0);
    assert_int_equal(zip_source_open(target), 0);
    zip_source_seek(target, 0, SEEK_END);
    zip_int64_t size = zip_source_tell(target);
    zip_source_seek(target, 0, SEEK_SET);
    GByteArray *bytes = g_byte_array_new();
    g_byte_array_set_size(bytes, (guint)size);
    zip_source_read(target, bytes->data, (zip_uint64_t)size);
    zip_source_close(target);
    zip_source_free(target);
    zip_error_fini(&error);
    return bytes;
}

static la_ssize_t write_bytes(struct archive *archive, void *context, const void *bytes, size_t size)
{
    (void)archive;
    g_byte_array_append(context, bytes, (guint)size);
    return (la_ssize_t)size;
}

GByteArray *make_archive(const struct made_member *members, size_t count, const char *format)
{
    GByteArray *bytes = g_byte_array_new();
    struct archive *archive = archive_write_new();
    if (g_str_has_prefix(format, "tar"))
        archive_write_set_format_ustar(archive);
    else if (strcmp(format, "iso") == 0)
        archive_write_set_format_iso9660(archive);
    else
        archive_write_set_format_7zip(archive);
    if (strcmp(format, "tar.gz") == 0)
        archive_write_add_filter_gzip(archive);
    if (strcmp(format, "7z-stored") == 0)
        archive_write_set_format_option(archive, "7zip", "compression", "store");
    if (strcmp(format, "7z-ppmd") == 0)
        archive_write_set_format_option(archive, "7zip", "compression", "ppmd");
    archive_write_set_bytes_in_last_block(archive, 1);
    assert_int_equal(archive_write_open(archive, bytes, NULL, write_bytes, NULL), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *entry = archive_entry_new();
        size_t size = members[i].size > 0 ? members[i].size : strlen(members[i].content);
        archive_entry_set_pathname(entry, members[i].name);
        archive_entry_set_size(entry, (la_int64_t)size);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_mtime(entry, 1700000000, 0);
        assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
        archive_write_data(archive, members[i].content, size);
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
    return bytes;
}

/* Writes the members below a folder ("": all) and closes it. */
static void write_storage(GsfOutfile *storage, const struct made_member *members, size_t count, const char *folder)
{
    g_autoptr(GHashTable) done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (size_t i = 0; i < count; i++) {
        if (!g_str_has_prefix(members[i].name, folder))
            continue;
        const char *name = members[i].name + strlen(folder), *slash = strchr(name, '/');
        g_autofree char *child_name = slash != NULL ? g_strndup(name, (gsize)(slash - name)) : g_strdup(name);
        if (!g_hash_table_add(done, g_strdup(child_name)))
            continue;
        GsfOutput *child = gsf_outfile_new_child(storage, child_name, slash != NULL);
        if (slash != NULL) {
            g_autofree char *below = g_strconcat(folder, child_name, "/", NULL);
            write_storage(GSF_OUTFILE(child), members, count, below);
        } else {
            gsf_output_write(child, members[i].size, (const guint8 *)members[i].content);
            gsf_output_close(child);
        }
        g_object_unref(child);
    }
    gsf_output_close(GSF_OUTPUT(storage));
}

GByteArray *make_ole(const struct made_member *members, size_t count)
{
    GsfOutput *memory = gsf_output_memory_new();
    GsfOutfile *root = gsf_outfile_msole_new(memory);
    write_storage(root, members, count, "");
    g_object_unref(root);
    GByteArray *bytes = g_byte_array_new();
    g_byte_array_append(bytes, gsf_output_memory_get_bytes(GSF_OUTPUT_MEMORY(memory)), (guint)gsf_output_size(memory));
    g_object_unref(memory);
    return bytes;
}

unsigned make_replace(GByteArray *bytes, const void *from, const void *to, size_t size)
{
    unsigned count = 0;
    for (guint at = 0; at + size <= bytes->len; at++) {
        if (memcmp(bytes->data + at, from, size) == 0) {
            memcpy(bytes->data + at, to, size);
            count++;
        }
    }
    return count;
}

struct sks_attachment *inspect_bytes(const GByteArray *bytes, const char *name, const char *const *passwords)
{
    struct sks_attachment *attachment;
    struct sks_attachment_budget budget = {0};
    assert_int_equal(sks_attachment_inspect(&attachment, bytes->data, bytes->len, name, "", passwords, &budget), 0);
    return attachment;
}

const struct sks_fact *find_fact(const struct sks_attachment *attachment, const char *id, const char *where,
                                 const char *detail)
{
    for (size_t i = 0; i < attachment->fact_count; i++) {
        const struct sks_fact *fact = &attachment->facts[i];
        if (strcmp(fact->id, id) == 0 && (where == NULL || strcmp(fact->where, where) == 0) &&
            (detail == NULL || strstr(fact->detail, detail) != NULL))
            return fact;
    }
    return NULL;
}
