/* The directory's files, CSV and LDIF, as people.c reads them: valid UTF-8 without NUL. */
#include "fuzz.h"

#include <glib.h>
#include <string.h>

#include "lists/people-source.h"

static void take(void *data, struct sks_people_source *source, const struct sks_people_record *record)
{
    size_t *bytes = data;
    (void)source;
    for (size_t i = 0; i < SKS_PEOPLE_COLUMNS; i++)
        *bytes += strlen(record->values[i]) + (record->places[i] != NULL ? strlen(record->places[i]) : 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    g_autofree char *text = g_utf8_make_valid((const char *)bytes, (gssize)size);
    void (*const readers[])(struct sks_people_source *) = {sks_people_read_csv, sks_people_read_ldif};
    sks_people_is_ldif(text);
    for (size_t i = 0; i < G_N_ELEMENTS(readers); i++) {
        size_t total = 0;
        struct sks_people_source source = {
            .file = "fuzz", .problems = sks_problems_create(), .at = text, .line = 1, .take = take, .data = &total};
        readers[i](&source);
        sks_problems_destroy(source.problems);
    }
    return 0;
}
