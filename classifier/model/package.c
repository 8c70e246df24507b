/*
 * Reading and writing the zip of a model package, in memory, with libzip.
 *
 * Members are stored, so that the bytes do not depend on the version of zlib; git and packagers compress them anyway.
 * Each member's size is checked against its ceiling before it is read.
 */
#include "model/package.h"

#include <stdbool.h>
#include <string.h>
#include <zip.h>

#include "sekisho/limits.h"

/* 1 January 1980, 00:00: the first moment that a zip file can name. */
#define DOS_DATE ((1 << 5) | 1)
#define DOS_TIME 0

char *sks_package_digest(const void *bytes, size_t size)
{
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, size);
}

static zip_t *open_bytes(const void *bytes, size_t size)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes, size, 0, &error);
    zip_t *zip = source != NULL ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) : NULL;
    if (zip == NULL)
        zip_source_free(source);
    zip_error_fini(&error);
    return zip;
}

static GBytes *read_entry(zip_t *zip, zip_uint64_t index, zip_uint64_t size)
{
    zip_file_t *file = zip_fopen_index(zip, index, 0);
    if (file == NULL)
        return NULL;
    char *data = g_malloc(size + 1);
    zip_int64_t got = zip_fread(file, data, size);
    char beyond;
    /* The read past the end makes libzip compare the check sum. */
    gboolean sound = got == (zip_int64_t)size && zip_fread(file, &beyond, 1) == 0;
    zip_fclose(file);
    if (!sound) {
        g_free(data);
        return NULL;
    }
    data[size] = '\0'; /* texts may be read as strings; not counted */
    return g_bytes_new_take(data, size);
}

static int read_member(GBytes **out_bytes, zip_t *zip, const char *name, const char *file,
                       struct sks_problems *problems)
{
    zip_stat_t status;
    zip_stat_init(&status);
    if (zip_stat(zip, name, 0, &status) != 0 || (status.valid & (ZIP_STAT_SIZE | ZIP_STAT_INDEX)) == 0) {
        sks_problems_add(problems, file, 0, name, "missing from the package");
        return SKS_ERROR_FORMAT;
    }
    if (status.size > SKS_LIMIT_PACKAGE_SIZE) {
        sks_problems_add(problems, file, 0, name, "larger than %u bytes", SKS_LIMIT_PACKAGE_SIZE);
        return SKS_ERROR_FORMAT;
    }
    GBytes *bytes = read_entry(zip, status.index, status.size);
    if (bytes == NULL) {
        sks_problems_add(problems, file, 0, name, "damaged");
        return SKS_ERROR_FORMAT;
    }
    *out_bytes = bytes;
    return 0;
}

static int check_digest(GBytes *bytes, const json_t *manifest, const char *name, const char *file,
                        struct sks_problems *problems)
{
    const char *want = json_string_value(json_object_get(json_object_get(manifest, "members"), name));
    g_autofree char *got = sks_package_digest(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    if (want != NULL && strcmp(got, want) == 0)
        return 0;
    sks_problems_add(problems, file, 0, name, want != NULL ? "digest differs from the manifest's" : "not in manifest");
    return SKS_ERROR_FORMAT;
}

static int read_manifest(json_t **out_manifest, zip_t *zip, const char *file, struct sks_problems *problems)
{
    g_autoptr(GBytes) bytes = NULL;
    int error = read_member(&bytes, zip, SKS_PACKAGE_MANIFEST, file, problems);
    if (error != 0)
        return error;
    json_error_t where;
    json_t *manifest = json_loadb(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), 0, &where);
    if (json_is_object(manifest)) {
        *out_manifest = manifest;
        return 0;
    }
    json_decref(manifest);
    sks_problems_add(problems, file, 0, SKS_PACKAGE_MANIFEST, "not a JSON object");
    return SKS_ERROR_FORMAT;
}

/* Nothing in the zip that the manifest doesn't name, each name once. */
static int check_names(zip_t *zip, const json_t *manifest, const char *file, struct sks_problems *problems)
{
    const json_t *members = json_object_get(manifest, "members");
    zip_int64_t entries = zip_get_num_entries(zip, 0);
    for (zip_int64_t i = 0; i < entries; i++) {
        const char *name = zip_get_name(zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
        bool known =
            name != NULL && (strcmp(name, SKS_PACKAGE_MANIFEST) == 0 || json_object_get(members, name) != NULL);
        if (known && zip_name_locate(zip, name, ZIP_FL_ENC_RAW) == i)
            continue;
        sks_problems_add(problems, file, 0, known ? name : NULL, "%s",
                         known ? "is there twice" : "has a member that its manifest doesn't name");
        return SKS_ERROR_FORMAT;
    }
    return 0;
}

static int read_members(struct sks_package *package, zip_t *zip, const char *file, struct sks_problems *problems)
{
    const struct {
        const char *name;
        GBytes **bytes;
        bool needed;
    } members[] = {
        {SKS_PACKAGE_CLASSES, &package->classes, true},    {SKS_PACKAGE_TEXT, &package->text, true},
        {SKS_PACKAGE_REPORTED, &package->reported, false}, {SKS_PACKAGE_GROUPS, &package->groups, false},
        {SKS_PACKAGE_MAILS, &package->mails, false},       {SKS_PACKAGE_WORDS, &package->words, false},
    };
    int error = read_manifest(&package->manifest, zip, file, problems);
    for (size_t i = 0; error == 0 && i < G_N_ELEMENTS(members); i++) {
        const json_t *named = json_object_get(json_object_get(package->manifest, "members"), members[i].name);
        if (named == NULL && !members[i].needed)
            continue;
        error = read_member(members[i].bytes, zip, members[i].name, file, problems);
        if (error == 0)
            error = check_digest(*members[i].bytes, package->manifest, members[i].name, file, problems);
    }
    return error == 0 ? check_names(zip, package->manifest, file, problems) : error;
}

int sks_package_read(struct sks_package *out_package, const void *bytes, size_t size, const char *file,
                     struct sks_problems *problems)
{
    zip_t *zip = open_bytes(bytes, size);
    if (zip == NULL) {
        sks_problems_add(problems, file, 0, NULL, "not a model package (no sound zip file)");
        return SKS_ERROR_FORMAT;
    }
    struct sks_package package = {0};
    int error = read_members(&package, zip, file, problems);
    zip_discard(zip);
    if (error == 0)
        *out_package = package;
    else
        sks_package_finish(&package);
    return error;
}

void sks_package_finish(struct sks_package *package)
{
    json_decref(package->manifest);
    g_clear_pointer(&package->classes, g_bytes_unref);
    g_clear_pointer(&package->reported, g_bytes_unref);
    g_clear_pointer(&package->groups, g_bytes_unref);
    g_clear_pointer(&package->mails, g_bytes_unref);
    g_clear_pointer(&package->words, g_bytes_unref);
    g_clear_pointer(&package->text, g_bytes_unref);
    package->manifest = NULL;
}

static gboolean add_member(zip_t *zip, const char *name, const void *data, size_t size)
{
    zip_source_t *source = zip_source_buffer(zip, data, size, 0);
    zip_int64_t index = source != NULL ? zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) : -1;
    if (index < 0) {
        zip_source_free(source);
        return FALSE;
    }
    return zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0) == 0 &&
           zip_file_set_dostime(zip, (zip_uint64_t)index, DOS_TIME, DOS_DATE, 0) == 0;
}

static GBytes *read_source(zip_source_t *source)
{
    zip_stat_t status;
    zip_stat_init(&status);
    if (zip_source_stat(source, &status) != 0 || zip_source_open(source) != 0)
        return NULL;
    char *data = g_malloc(status.size);
    zip_int64_t got = zip_source_read(source, data, status.size);
    zip_source_close(source);
    if (got != (zip_int64_t)status.size) {
        g_free(data);
        return NULL;
    }
    return g_bytes_new_take(data, status.size);
}

static gboolean add_bytes(zip_t *zip, const char *name, GBytes *bytes)
{
    return bytes == NULL || add_member(zip, name, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static GBytes *write_zip(const char *manifest, const struct sks_package *package)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_source_keep(source); /* it outlives the archive, to be read */
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    GBytes *bytes = NULL;
    if (zip == NULL) {
        zip_source_free(source);
    } else if (add_member(zip, SKS_PACKAGE_MANIFEST, manifest, strlen(manifest)) &&
               add_bytes(zip, SKS_PACKAGE_CLASSES, package->classes) &&
               add_bytes(zip, SKS_PACKAGE_TEXT, package->text) &&
               add_bytes(zip, SKS_PACKAGE_REPORTED, package->reported) &&
               add_bytes(zip, SKS_PACKAGE_GROUPS, package->groups) &&
               add_bytes(zip, SKS_PACKAGE_MAILS, package->mails) && add_bytes(zip, SKS_PACKAGE_WORDS, package->words) &&
               zip_close(zip) == 0) {
        bytes = read_source(source);
    } else {
        zip_discard(zip);
    }
    zip_source_free(source);
    zip_error_fini(&error);
    return bytes;
}

static void set_digest(json_t *members, const char *name, GBytes *bytes)
{
    g_autofree char *digest = sks_package_digest(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    json_object_set_new(members, name, json_string(digest));
}

int sks_package_write(GBytes **out_bytes, const struct sks_package *package)
{
    json_t *members = json_object();
    set_digest(members, SKS_PACKAGE_CLASSES, package->classes);
    set_digest(members, SKS_PACKAGE_TEXT, package->text);
    if (package->reported != NULL)
        set_digest(members, SKS_PACKAGE_REPORTED, package->reported);
    if (package->groups != NULL)
        set_digest(members, SKS_PACKAGE_GROUPS, package->groups);
    if (package->mails != NULL)
        set_digest(members, SKS_PACKAGE_MAILS, package->mails);
    if (package->words != NULL)
        set_digest(members, SKS_PACKAGE_WORDS, package->words);
    json_object_set_new(package->manifest, "members", members);
    char *manifest = json_dumps(package->manifest, JSON_SORT_KEYS | JSON_INDENT(1));
    if (manifest == NULL)
        return SKS_ERROR_FORMAT;
    GBytes *bytes = write_zip(manifest, package);
    free(manifest);
    if (bytes == NULL)
        return SKS_ERROR_IO;
    *out_bytes = bytes;
    return 0;
}
