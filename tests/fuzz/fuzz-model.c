/*
 * A model package. Any bytes are tried as the file; since nearly all of them fail at a digest, the pieces between
 * record separators (0x1E) are also packed as its members with digests that fit, and read with the features that the
 * manifest itself names.
 */
#include "fuzz.h"

#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "model/model.h"
#include "model/package.h"
#include "sekisho/limits.h"

#define SEPARATOR 0x1E

static void load(const void *bytes, size_t size, const json_t *manifest)
{
    const char *schema[SKS_LIMIT_FEATURE_COUNT];
    size_t count = 0, index;
    const json_t *feature;
    json_array_foreach(json_object_get(manifest, "features"), index, feature)
    {
        const char *name =
            json_is_string(feature) ? json_string_value(feature) : json_string_value(json_object_get(feature, "id"));
        if (name != NULL && count < G_N_ELEMENTS(schema))
            schema[count++] = name;
    }
    struct sks_model *model;
    struct sks_problems *problems = sks_problems_create();
    if (sks_model_load_bytes(&model, bytes, size, "fuzz", schema, count, problems) == 0)
        sks_model_destroy(model);
    sks_problems_destroy(problems);
}

static const uint8_t *find(const uint8_t *from, const uint8_t *end)
{
    const uint8_t *at = memchr(from, SEPARATOR, (size_t)(end - from));
    return at != NULL ? at : end;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const uint8_t *end = bytes + size, *classes = find(bytes, end);
    load(bytes, size, NULL);
    struct sks_package package = {.manifest = json_loadb((const char *)bytes, (size_t)(classes - bytes), 0, NULL)};
    if (!json_is_object(package.manifest) || classes == end) {
        json_decref(package.manifest);
        return 0;
    }
    const uint8_t *text = find(classes + 1, end), *reported = text < end ? find(text + 1, end) : end;
    GBytes *packed;
    package.classes = g_bytes_new(classes + 1, (size_t)(text - classes - 1));
    package.text = g_bytes_new(text, (size_t)(end - text));
    if (text < end) {
        g_bytes_unref(package.text);
        package.text = g_bytes_new(text + 1, (size_t)(reported - text - 1));
    }
    if (reported < end)
        package.reported = g_bytes_new(reported + 1, (size_t)(end - reported - 1));
    if (sks_package_write(&packed, &package) == 0) {
        gsize packed_size;
        const void *data = g_bytes_get_data(packed, &packed_size);
        load(data, packed_size, package.manifest);
        g_bytes_unref(packed);
    }
    sks_package_finish(&package);
    return 0;
}
