/* The Content-* fields of one MIME entity. Of repeated fields the first counts, as in most mail readers. */
#include "message/entity.h"

#include <string.h>

#include "message/clean.h"
#include "message/header.h"
#include "message/parameter.h"

static const struct sks_header *find_once(struct sks_entity *entity, const GArray *fields, const char *name)
{
    const struct sks_header *found = NULL;
    for (guint i = 0; i < fields->len; i++) {
        const struct sks_header *field = &g_array_index(fields, struct sks_header, i);
        if (g_ascii_strcasecmp(field->name, name) != 0)
            continue;
        if (found != NULL &&
            (found->raw_size != field->raw_size || memcmp(found->raw, field->raw, found->raw_size) != 0))
            entity->ambiguous = true;
        if (found == NULL)
            found = field;
    }
    return found;
}

static const char *lower_parameter(const struct sks_parameters *parameters, GStringChunk *strings, const char *name)
{
    const char *raw = sks_parameter_raw(parameters, strings, name);
    return raw != NULL ? sks_clean_token(strings, raw, strlen(raw)) : "";
}

static bool is_type(const char *type)
{
    const char *slash = strchr(type, '/');
    return slash != NULL && slash > type && slash[1] != '\0' && strpbrk(type, "?<>@,\"[]=") == NULL &&
           strchr(slash + 1, '/') == NULL;
}

static void set_type(struct sks_entity *entity, const char *type)
{
    if (is_type(type)) {
        entity->type = type;
    } else if (strcmp(type, "text") == 0 || strcmp(type, "plain") == 0) {
        entity->type = "text/plain";
    } else if (strcmp(type, "html") == 0) {
        entity->type = "text/html";
    } else {
        /* RFC 2045 says text/plain; with a file name readers show a file. */
        entity->type = entity->name[0] != '\0' ? "application/octet-stream" : "text/plain";
        entity->ambiguous = true;
    }
}

static const char *trim_boundary(GStringChunk *strings, const char *boundary)
{
    if (boundary == NULL)
        return NULL;
    size_t length = strlen(boundary);
    while (length > 0 && (boundary[length - 1] == ' ' || boundary[length - 1] == '\t'))
        length--;
    return length > 0 ? g_string_chunk_insert_len(strings, boundary, (gssize)length) : NULL;
}

static void read_type(struct sks_entity *entity, GStringChunk *strings, const struct sks_header *field)
{
    struct sks_parameters parameters;
    sks_parameters_read(&parameters, strings, field->raw, field->raw_size);
    if (entity->name[0] == '\0') {
        const char *name = sks_parameter_text(&entity->name_flags, &parameters, strings, "name");
        if (name != NULL)
            entity->name = name;
    }
    set_type(entity, parameters.value);
    entity->charset = lower_parameter(&parameters, strings, "charset");
    entity->boundary = trim_boundary(strings, sks_parameter_raw(&parameters, strings, "boundary"));
    entity->protocol = lower_parameter(&parameters, strings, "protocol");
    entity->smime_type = lower_parameter(&parameters, strings, "smime-type");
    entity->flowed = strcmp(lower_parameter(&parameters, strings, "format"), "flowed") == 0;
    entity->delsp = strcmp(lower_parameter(&parameters, strings, "delsp"), "yes") == 0;
    entity->ambiguous |= parameters.repeated;
    sks_parameters_finish(&parameters);
}

static void read_disposition(struct sks_entity *entity, GStringChunk *strings, const struct sks_header *field)
{
    struct sks_parameters parameters;
    sks_parameters_read(&parameters, strings, field->raw, field->raw_size);
    entity->disposition = parameters.value;
    const char *name = sks_parameter_text(&entity->name_flags, &parameters, strings, "filename");
    if (name != NULL)
        entity->name = name;
    entity->ambiguous |= parameters.repeated;
    sks_parameters_finish(&parameters);
}

static const char *read_content_id(GStringChunk *strings, const struct sks_header *field)
{
    const char *at = field->raw, *end = at + field->raw_size;
    while (at < end && (g_ascii_isspace(*at) || *at == '<'))
        at++;
    while (end > at && (g_ascii_isspace(end[-1]) || end[-1] == '>'))
        end--;
    char *id = g_string_chunk_insert_len(strings, at, end - at);
    for (char *c = id; *c != '\0'; c++)
        if (*c <= 0x20 || *c >= 0x7F)
            *c = '?';
    return id;
}

void sks_entity_read(struct sks_entity *out_entity, GStringChunk *strings, const GArray *fields,
                     const char *default_type)
{
    *out_entity = (struct sks_entity){.type = default_type,
                                      .encoding = "",
                                      .disposition = "",
                                      .name = "",
                                      .charset = "",
                                      .content_id = "",
                                      .protocol = "",
                                      .smime_type = ""};
    const struct sks_header *field = find_once(out_entity, fields, "Content-Disposition");
    if (field != NULL)
        read_disposition(out_entity, strings, field);
    field = find_once(out_entity, fields, "Content-Type");
    if (field != NULL)
        read_type(out_entity, strings, field);
    field = find_once(out_entity, fields, "Content-Transfer-Encoding");
    if (field != NULL) {
        struct sks_parameters parameters;
        sks_parameters_read(&parameters, strings, field->raw, field->raw_size);
        out_entity->encoding = parameters.value;
        sks_parameters_finish(&parameters);
    }
    field = sks_header_find(fields, "Content-ID");
    if (field != NULL)
        out_entity->content_id = read_content_id(strings, field);
}
