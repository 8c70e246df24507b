/*
 * The directory as CSV (RFC 4180): a header line that names the columns, in any order, then a record for each person.
 */
#include <glib.h>
#include <string.h>

#include "lists/people-source.h"

static const char *const column_names[SKS_PEOPLE_COLUMNS] = {"name", "kana",         "romaji", "address",
                                                             "also", "organisation", "title"};

#define COLUMN_MOST 32u

struct reader {
    struct sks_people_source *source;
    int place[COLUMN_MOST]; /* enum sks_people_column of each field, by the header line */
    size_t fields;
};

static char *place_name(size_t field, int column)
{
    return column >= 0 ? g_strdup_printf("column %zu (%s)", field + 1, column_names[column])
                       : g_strdup_printf("column %zu", field + 1);
}

static void complain(struct reader *reader, size_t line, size_t field, int column, const char *reason,
                     const char *value)
{
    char *place = place_name(field, column);
    sks_people_complain(reader->source, line, place, reason, value);
    g_free(place);
}

/* Reads a quoted field behind its opening quote; false if it has no end. */
static bool read_quoted(struct reader *reader, GString *field)
{
    for (; *reader->source->at != '\0'; reader->source->at++) {
        if (*reader->source->at == '"') {
            if (reader->source->at[1] != '"') {
                reader->source->at++;
                return true;
            }
            reader->source->at++;
        }
        reader->source->line += *reader->source->at == '\n';
        g_string_append_c(field, *reader->source->at);
    }
    return false;
}

/* One record of the file, NULL at its end or if it is hopelessly broken. */
static GPtrArray *read_record(struct reader *reader)
{
    if (*reader->source->at == '\0')
        return NULL;
    GPtrArray *fields = g_ptr_array_new_with_free_func(g_free);
    size_t start = reader->source->line;
    for (;;) {
        GString *field = g_string_new(NULL);
        if (*reader->source->at == '"') {
            reader->source->at++;
            if (!read_quoted(reader, field)) {
                complain(reader, start, fields->len, -1, "the quotation mark is never closed", NULL);
            } else if (*reader->source->at != '\0' && strchr(",\r\n", *reader->source->at) == NULL) {
                complain(reader, reader->source->line, fields->len, -1, "text after the closing quotation mark", NULL);
                reader->source->at += strcspn(reader->source->at, ",\r\n");
            }
        } else {
            size_t size = strcspn(reader->source->at, ",\r\n");
            g_string_append_len(field, reader->source->at, (gssize)size);
            if (memchr(reader->source->at, '"', size) != NULL)
                complain(reader, reader->source->line, fields->len, -1,
                         "a quotation mark inside a field without quotation", NULL);
            reader->source->at += size;
        }
        g_ptr_array_add(fields, g_strstrip(g_string_free(field, FALSE)));
        if (*reader->source->at != ',')
            break;
        reader->source->at++;
    }
    if (*reader->source->at == '\r')
        reader->source->at++;
    if (*reader->source->at == '\n') {
        reader->source->at++;
        reader->source->line++;
    }
    return fields;
}

static bool read_header(struct reader *reader)
{
    GPtrArray *fields = read_record(reader);
    bool seen[SKS_PEOPLE_COLUMNS] = {false};
    if (fields == NULL) {
        complain(reader, 1, 0, -1, "the header line is missing", NULL);
        return false;
    }
    if (fields->len > G_N_ELEMENTS(reader->place)) {
        complain(reader, 1, fields->len - 1, -1, "too many columns", NULL);
        g_ptr_array_unref(fields);
        return false;
    }
    reader->fields = fields->len;
    for (size_t i = 0; i < fields->len; i++) {
        const char *name = g_ptr_array_index(fields, i);
        reader->place[i] = -1;
        for (int column = 0; column < SKS_PEOPLE_COLUMNS; column++)
            if (g_ascii_strcasecmp(name, column_names[column]) == 0)
                reader->place[i] = column;
        if (reader->place[i] < 0)
            complain(reader, 1, i, -1, "no column has this name", name);
        else if (seen[reader->place[i]])
            complain(reader, 1, i, -1, "the column stands here twice", name);
        else
            seen[reader->place[i]] = true;
    }
    for (int column = 0; column < SKS_PEOPLE_COLUMNS; column++)
        if (!seen[column] && (column == SKS_PEOPLE_NAME || column == SKS_PEOPLE_ADDRESS))
            complain(reader, 1, fields->len, column, "the column is missing", NULL);
    g_ptr_array_unref(fields);
    return reader->source->failed == 0;
}
static void take_fields(struct reader *reader, GPtrArray *fields, size_t line)
{
    struct sks_people_record record = {.line = line};
    if (fields->len != reader->fields) {
        complain(reader, line, MIN(fields->len, reader->fields), -1, "the line has another number of columns", NULL);
        return;
    }
    for (size_t i = 0; i < SKS_PEOPLE_COLUMNS; i++)
        record.values[i] = "";
    for (size_t i = 0; i < fields->len; i++) {
        record.values[reader->place[i]] = g_ptr_array_index(fields, i);
        record.places[reader->place[i]] = place_name(i, reader->place[i]);
    }
    reader->source->take(reader->source->data, reader->source, &record);
    for (size_t i = 0; i < SKS_PEOPLE_COLUMNS; i++)
        g_free(record.places[i]);
}

void sks_people_read_csv(struct sks_people_source *source)
{
    struct reader reader = {.source = source};
    if (!read_header(&reader))
        return;
    size_t line = source->line;
    for (GPtrArray *fields; (fields = read_record(&reader)) != NULL; line = source->line) {
        bool blank = fields->len == 1 && ((char *)g_ptr_array_index(fields, 0))[0] == '\0';
        if (!blank)
            take_fields(&reader, fields, line);
        g_ptr_array_unref(fields);
    }
}
