/*
 * The directory as LDIF (RFC 2849): what directory servers export. Entries with a name and a mail address are people;
 * all others (units, groups, machines) are passed over. Only content records are read: a file of changes is refused.
 *
 * Attributes by RFC 2798, RFC 3866 (language and phonetic options) and Microsoft's schema: sn and givenName, with
 * ;lang-ja and ;lang-ja;phonetic; displayName, cn; msDS-PhoneticLastName and -FirstName; mail, mailAlternateAddress,
 * proxyAddresses; o, company; title.
 */
#include <glib.h>
#include <string.h>

#include "lists/people-source.h"

struct attribute {
    char *name; /* lower case, with options */
    char *value;
    size_t line, column; /* where the value begins */
};

static void attribute_free(void *data)
{
    struct attribute *attribute = data;
    g_free(attribute->name);
    g_free(attribute->value);
    g_free(attribute);
}

bool sks_people_is_ldif(const char *text)
{
    while (*text == '#' || *text == '\r' || *text == '\n')
        text += strcspn(text, "\n") + (strchr(text, '\n') != NULL);
    return g_ascii_strncasecmp(text, "dn:", 3) == 0 || g_ascii_strncasecmp(text, "version:", 8) == 0;
}

/* The next line with its continuations (which begin with a blank); g_free(). NULL at the end. */
static char *next_line(struct sks_people_source *source, size_t *out_line)
{
    if (*source->at == '\0')
        return NULL;
    GString *line = g_string_new(NULL);
    *out_line = source->line;
    do {
        size_t skip = line->len > 0 && *source->at == ' ' ? 1 : 0, size = strcspn(source->at, "\n");
        size_t text = size > 0 && source->at[size - 1] == '\r' ? size - 1 : size;
        g_string_append_len(line, source->at + skip, (gssize)(text - MIN(skip, text)));
        source->at += size + (source->at[size] == '\n');
        source->line++;
    } while (line->len > 0 && *source->at == ' ');
    return g_string_free(line, FALSE);
}

/* Base64 of text; NULL if it is of anything else. */
static char *decode(const char *base64)
{
    gsize size = 0;
    char *trimmed = g_strstrip(g_strdup(base64)), *bytes = (char *)g_base64_decode(trimmed, &size);
    bool text = size > 0 && g_utf8_validate(bytes, (gssize)size, NULL);
    char *value = text ? g_strndup(bytes, size) : NULL;
    g_free(bytes);
    g_free(trimmed);
    return value;
}

/* Photographs, keys and identifiers are no text, and not needed. */
static bool is_needed(const char *name)
{
    static const char *const names[] = {"sn", "givenname", "cn", "displayname", "mail", "o", "company", "title"};
    size_t size = strcspn(name, ";");
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strlen(names[i]) == size && strncmp(name, names[i], size) == 0)
            return true;
    return false;
}

/* As problems of CSV name a place; g_free(). */
static char *place_of(const char *name, size_t column)
{
    return g_strdup_printf("column %zu (%s)", column, name);
}

/* Decodes "name: value" and "name:: base64"; NULL, and a problem, if it is neither. */
static struct attribute *read_attribute(struct sks_people_source *source, const char *line, size_t number)
{
    const char *colon = strchr(line, ':');
    if (colon == NULL || colon == line) {
        sks_people_complain(source, number, "column 1", "not \"attribute: value\"", line);
        return NULL;
    }
    char *name = g_ascii_strdown(line, colon - line), *value;
    size_t column = (size_t)(colon - line) + strspn(colon, ": ") + 1;
    if (colon[1] == ':') {
        value = decode(colon + 2);
        char *place = place_of(name, column);
        if (value == NULL && is_needed(name))
            sks_people_complain(source, number, place, "not UTF-8 text in base64", NULL);
        g_free(place);
    } else {
        value = g_strstrip(g_strdup(colon + 1));
    }
    if (value == NULL)
        value = g_strdup("");
    struct attribute *attribute = g_new0(struct attribute, 1);
    *attribute = (struct attribute){name, value, number, column};
    return attribute;
}

/* The first value of the first of these attributes (NULL-terminated) that the entry has, or "". */
static const char *first(const GPtrArray *entry, const char *const *names)
{
    for (; *names != NULL; names++)
        for (size_t i = 0; i < entry->len; i++) {
            const struct attribute *attribute = g_ptr_array_index(entry, i);
            if (strcmp(attribute->name, *names) == 0 && attribute->value[0] != '\0')
                return attribute->value;
        }
    return "";
}

#define FIRST(entry, ...) first(entry, (const char *const[]){__VA_ARGS__, NULL})

/* Where a value stands, for problems: the attribute whose value it is, or holds it. */
static void locate(struct sks_people_record *record, size_t column, const GPtrArray *entry, const char *value)
{
    for (size_t i = 0; i < entry->len && value[0] != '\0'; i++) {
        const struct attribute *attribute = g_ptr_array_index(entry, i);
        if (strstr(attribute->value, value) == NULL || record->lines[column] != 0)
            continue;
        record->lines[column] = attribute->line;
        record->places[column] = place_of(attribute->name, attribute->column);
    }
}

/* "family given", or the whole name where the parts are missing; g_free(). */
static char *join(const char *family, const char *given, const char *whole)
{
    return family[0] != '\0' && given[0] != '\0' ? g_strdup_printf("%s %s", family, given) : g_strdup(whole);
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* All addresses but the first. */
static char *further_addresses(const GPtrArray *entry, const char *main)
{
    static const char *const names[] = {"mail", "mailalternateaddress", "mailalternativeaddress", "proxyaddresses"};
    GString *also = g_string_new(NULL);
    for (size_t i = 0; i < entry->len; i++) {
        const struct attribute *attribute = g_ptr_array_index(entry, i);
        const char *value = attribute->value;
        bool mine = false;
        for (size_t n = 0; n < G_N_ELEMENTS(names); n++)
            mine = mine || strcmp(attribute->name, names[n]) == 0;
        const char *colon = strchr(value, ':');
        if (mine && colon != NULL && g_ascii_strncasecmp(value, "smtp:", 5) != 0)
            continue; /* X400:, SIP: … */
        value = colon != NULL ? colon + 1 : value;
        if (mine && g_ascii_strcasecmp(value, main) != 0 && strchr(value, '@') != NULL)
            g_string_append_printf(also, "%s%s", also->len > 0 ? " " : "", value);
    }
    return g_string_free(also, FALSE);
}

static void take_entry(struct sks_people_source *source, const GPtrArray *entry, size_t line)
{
    const char *whole = FIRST(entry, "displayname;lang-ja", "cn;lang-ja", "displayname", "cn");
    const char *family = FIRST(entry, "sn;lang-ja", "sn"), *given = FIRST(entry, "givenname;lang-ja", "givenname");
    const char *address = FIRST(entry, "mail");
    if (address[0] == '\0' || (whole[0] == '\0' && family[0] == '\0'))
        return;
    bool latin_parts = is_ascii(family) && is_ascii(given);
    char *name = latin_parts && !is_ascii(whole) ? g_strdup(whole) : join(family, given, whole);
    char *kana = join(FIRST(entry, "sn;lang-ja;phonetic", "msds-phoneticlastname"),
                      FIRST(entry, "givenname;lang-ja;phonetic", "msds-phoneticfirstname"),
                      FIRST(entry, "displayname;lang-ja;phonetic", "cn;lang-ja;phonetic", "msds-phoneticdisplayname"));
    const char *sn = FIRST(entry, "sn;lang-en", "sn"), *gn = FIRST(entry, "givenname;lang-en", "givenname");
    char *romaji = is_ascii(sn) && is_ascii(gn) ? join(sn, gn, "") : g_strdup(FIRST(entry, "cn;lang-en"));
    char *also = further_addresses(entry, address);
    struct sks_people_record record = {
        .line = line,
        .values = {name, kana, romaji, address, also, FIRST(entry, "o;lang-ja", "o", "company"),
                   FIRST(entry, "title;lang-ja", "title")},
    };
    static const char *const names[] = {"cn", "phonetic name", "cn;lang-en", "mail", "mailAlternateAddress",
                                        "o",  "title"};
    for (size_t i = 0; i < SKS_PEOPLE_COLUMNS; i++) {
        /* Of several further addresses, the first. */
        char *value = g_strndup(record.values[i],
                                i == SKS_PEOPLE_ALSO ? strcspn(record.values[i], " ") : strlen(record.values[i]));
        locate(&record, i, entry, value);
        g_free(value);
        if (record.places[i] == NULL)
            record.places[i] = g_strdup(names[i]);
    }
    source->take(source->data, source, &record);
    for (size_t i = 0; i < SKS_PEOPLE_COLUMNS; i++)
        g_free(record.places[i]);
    g_free(name);
    g_free(kana);
    g_free(romaji);
    g_free(also);
}

void sks_people_read_ldif(struct sks_people_source *source)
{
    GPtrArray *entry = g_ptr_array_new_with_free_func(attribute_free);
    size_t number = 0, start = 0;
    for (;;) {
        char *line = next_line(source, &number);
        if (line == NULL || line[0] == '\0') {
            if (entry->len > 0)
                take_entry(source, entry, start);
            g_ptr_array_set_size(entry, 0);
        } else if (line[0] != '#' && g_ascii_strncasecmp(line, "version:", 8) != 0) {
            struct attribute *attribute = read_attribute(source, line, number);
            start = entry->len == 0 ? number : start;
            if (attribute != NULL && strcmp(attribute->name, "changetype") == 0)
                sks_people_complain(source, number, "column 1 (changetype)", "a file of changes, not of entries", NULL);
            if (attribute != NULL)
                g_ptr_array_add(entry, attribute);
        }
        bool end = line == NULL;
        g_free(line);
        if (end)
            break;
    }
    g_ptr_array_unref(entry);
}
