/*
 * Authentication-Results: "authserv-id [version]; method=result (comment) ptype.property=value …; …". Semicolons and
 * equals signs inside comments and quotes are no syntax. Exchange leaves the authserv-id out; it is "" then.
 */
#include "message/authentication.h"

#include <string.h>

#include "sekisho/limits.h"

/* One word of a result, comments skipped, quotes taken off. */
struct word {
    const char *text;
    size_t size;
    bool last; /* the segment ends behind it */
};

static const char *skip_comment(const char *at)
{
    size_t depth = 0;
    for (; *at != '\0'; at++) {
        if (*at == '\\' && at[1] != '\0')
            at++;
        else if (*at == '(')
            depth++;
        else if (*at == ')' && --depth == 0)
            return at + 1;
    }
    return at;
}

static const char *skip_space(const char *at)
{
    while (*at == ' ' || *at == '(')
        at = *at == '(' ? skip_comment(at) : at + 1;
    return at;
}

/* A word up to white space or ";", with the value behind "=" even if space stands around it. */
static const char *read_word(GString *out, const char *at)
{
    g_string_truncate(out, 0);
    bool has_value = false;
    for (;;) {
        if (*at == '"') {
            for (at++; *at != '\0' && *at != '"'; at++) {
                if (*at == '\\' && at[1] != '\0')
                    at++;
                g_string_append_c(out, *at);
            }
            at += *at == '"';
            continue;
        }
        const char *next = skip_space(at);
        char last = out->len > 0 ? out->str[out->len - 1] : '\0';
        bool joins = *next == '=' || (last == '=' && *next != ';');
        if (!has_value && *next != '\0' && *next != ';')
            joins = strchr("=/.", *next) != NULL || (last != '\0' && strchr("=/.", last) != NULL);
        if (next != at && !joins)
            return next;
        at = next;
        if (*at == '\0' || *at == ';')
            return at;
        if (*at == '"')
            continue;
        has_value |= *at == '=';
        g_string_append_c(out, *at++);
    }
}

static int rank_of(const char *property)
{
    static const char *const names[] = {"header.from=", "header.d=",      "header.i=",  "smtp.mailfrom=",
                                        "smtp.mail=",   "envelope-from=", "smtp.helo=", "smtp.auth="};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_ascii_strncasecmp(property, names[i], strlen(names[i])) == 0)
            return (int)i;
    return -1;
}

static const char *lower(GStringChunk *strings, const char *text, size_t size)
{
    char *copy = g_string_chunk_insert_len(strings, text, (gssize)size);
    for (char *c = copy; *c != '\0'; c++)
        *c = g_ascii_tolower(*c);
    return copy;
}

/* One segment between semicolons; returns its end. */
static const char *read_result(struct sks_authentication_result *result, GStringChunk *strings, GString *word,
                               const char *at)
{
    int best = 100;
    for (bool first = true; *at != '\0' && *at != ';'; first = false) {
        at = read_word(word, at);
        const char *equals = strchr(word->str, '=');
        if (equals == NULL)
            continue;
        if (first) {
            const char *slash = memchr(word->str, '/', (size_t)(equals - word->str));
            const char *end = slash != NULL ? slash : equals;
            result->method = lower(strings, word->str, (size_t)(end - word->str));
            result->result = lower(strings, equals + 1, strlen(equals + 1));
            continue;
        }
        int rank = rank_of(word->str);
        if (rank >= 0 && rank < best && g_ascii_strcasecmp(equals + 1, "none") != 0) { /* Exchange's "header.d=none" */
            best = rank;
            result->property = lower(strings, equals + 1, strlen(equals + 1));
        }
    }
    return at;
}

void sks_authentication_read(GArray *list, GStringChunk *strings, const char *value, size_t received_above)
{
    g_autoptr(GString) word = g_string_new(NULL);
    const char *at = skip_space(value), *start = at;
    at = read_word(word, at);
    const char *authserv_id = "";
    if (strchr(word->str, '=') == NULL) {
        authserv_id = lower(strings, word->str, word->len);
        while (*at != '\0' && *at != ';') /* a version */
            at = read_word(word, at);
    } else {
        at = start;
    }
    while (*at != '\0' && list->len < SKS_LIMIT_AUTHENTICATION_COUNT) {
        if (*at == ';') {
            at = skip_space(at + 1);
            continue;
        }
        struct sks_authentication_result result = {
            .authserv_id = authserv_id, .method = "", .result = "", .property = "", .received_above = received_above};
        at = read_result(&result, strings, word, at);
        if (result.method[0] != '\0')
            g_array_append_val(list, result);
    }
}
