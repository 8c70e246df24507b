/* The words of a mail, field by field, as the text model reads them. */
#ifndef SKS_FIELDS_H
#define SKS_FIELDS_H

#include <glib.h>

#include "collect.h"
#include "model/model.h"

#define SKS_FIELD_COUNT 6

struct sks_fields {
    struct sks_text_field *items;
    size_t count;
    GStringChunk *strings;
    GPtrArray *words[SKS_FIELD_COUNT];
    struct sks_text_field fields[SKS_FIELD_COUNT];
};

/* Words are copied: fields outlive what they were made from. */
void sks_fields_init(struct sks_fields *fields, const struct sks_collected *collected);
void sks_fields_finish(struct sks_fields *fields);

#endif
