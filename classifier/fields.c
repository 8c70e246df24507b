/*
 * Words for the text model. What would tell a person, a day or a sender instead of a kind of mail is left out: names
 * of people become one word, digits are counted and not read, addresses and hosts are no words at all. Of the header,
 * marks of the program that wrote it. What a Japanese text has misspelt is a mark, too: which word a careless hand gets
 * wrong is chance, but what goes to thousands is misspelt in thousands of mails.
 */
#include "fields.h"

#include <string.h>

enum field {
    FIELD_SUBJECT,
    FIELD_BODY,
    FIELD_LINK,
    FIELD_ATTACHMENT,
    FIELD_HEADER, /* from here on, marks */
    FIELD_SLIP,
};

static const char *const kinds[SKS_FIELD_COUNT] = {"subject", "body", "link", "attachment", "header", "misspelling"};

/* Beyond these a mail says nothing new, and only costs time. */
#define MOST_WORDS 4000

/* Of a link's path. */
#define MOST_PIECES 24

/* Of a mark's text, and of the shape of an identifier. */
#define MOST_SHAPE 32

static void add(struct sks_fields *fields, enum field field, const char *word)
{
    GPtrArray *words = fields->words[field];
    if (*word != '\0' && words->len < MOST_WORDS)
        g_ptr_array_add(words, g_string_chunk_insert(fields->strings, word));
}

struct range {
    size_t begin, end; /* code points */
};

static bool is_run(char character)
{
    return character > ' ' && character < 0x7f && strchr("<>()[]\",;", character) == NULL;
}

/* An address, a URL or a host: they are facts of their own, and no words. */
static bool is_reference(const char *run, size_t length)
{
    if (memchr(run, '@', length) != NULL || g_strstr_len(run, (gssize)length, "://") != NULL)
        return true;
    while (length > 0 && run[length - 1] == '.')
        length--;
    const char *dot = g_strrstr_len(run, (gssize)length, ".");
    if (dot == NULL || dot == run || run + length - dot < 3)
        return false;
    for (const char *at = dot + 1; at < run + length && *at != '/'; at++)
        if (!g_ascii_isalpha(*at))
            return false;
    return g_ascii_isalnum(dot[-1]);
}

static GArray *find_references(const char *text)
{
    GArray *ranges = g_array_new(FALSE, FALSE, sizeof(struct range));
    size_t at = 0;
    while (*text != '\0') {
        size_t length = 0;
        while (is_run(text[length]))
            length++;
        if (length >= 4 && is_reference(text, length)) {
            const struct range range = {at, at + length};
            g_array_append_val(ranges, range);
        }
        at += length;
        text += length;
        if (length == 0) {
            text = g_utf8_next_char(text);
            at++;
        }
    }
    return ranges;
}

static void add_token(struct sks_fields *fields, enum field field, const struct sks_token *token)
{
    if (token->class_ == SKS_TOKEN_NUMBER) {
        char digits[16];
        g_snprintf(digits, sizeof digits, "#%zu", MIN(token->length, 9));
        add(fields, field, digits);
    } else if (token->class_ == SKS_TOKEN_NAME && token->person) {
        add(fields, field, "<person>");
    } else {
        add(fields, field, token->base);
    }
}

/* Misspelt words and foreign glyphs of a Japanese text. Those of other languages are words: spam writes them so. */
static GArray *find_slips(const struct sks_language_result *result)
{
    GArray *ranges = g_array_new(FALSE, FALSE, sizeof(struct range));
    for (size_t i = 0; strcmp(result->language, "ja") == 0 && i < result->span_count; i++) {
        const struct sks_span *span = &result->spans[i];
        const struct range range = {span->at, span->at + span->length};
        if (span->kind == SKS_SPAN_MISSPELLING || span->kind == SKS_SPAN_GLYPH)
            g_array_append_val(ranges, range);
    }
    return ranges;
}

/* Whether a token touches one of the ranges, which are sorted; *next goes along with tokens that rise. */
static bool touches(const GArray *ranges, guint *next, const struct sks_token *token)
{
    while (*next < ranges->len && g_array_index(ranges, struct range, *next).end <= token->at)
        ++*next;
    return *next < ranges->len && token->at + token->length > g_array_index(ranges, struct range, *next).begin;
}

static void add_tokens(struct sks_fields *fields, enum field field, const struct sks_language_result *result,
                       const char *text)
{
    g_autoptr(GArray) references = find_references(text);
    g_autoptr(GArray) slips = find_slips(result);
    guint next_reference = 0, next_slip = 0;
    for (size_t i = 0; i < result->token_count; i++) {
        const struct sks_token *token = &result->tokens[i];
        bool refers = touches(references, &next_reference, token);
        bool slips_in = touches(slips, &next_slip, token);
        if (!refers)
            add_token(fields, slips_in ? FIELD_SLIP : field, token);
    }
}

/* Adds the words of a segment of a path; an address is none. Returns how many pieces it had. */
static size_t add_segment(struct sks_fields *fields, const char *segment, size_t most)
{
    if (strchr(segment, '@') != NULL)
        return 1;
    g_auto(GStrv) words = g_strsplit_set(segment, ".-_%+: ", (gint)most);
    size_t count = 0;
    for (; words[count] != NULL; count++) {
        size_t length = strlen(words[count]);
        if (length >= 2 && length <= 16 && strspn(words[count], "abcdefghijklmnopqrstuvwxyz") == length)
            add(fields, FIELD_LINK, words[count]);
    }
    return count;
}

/* The words of a path and query, without addresses (?user=a@b.example) and the hosts of further URLs within. */
static void add_path(struct sks_fields *fields, const char *path)
{
    g_autofree char *plain = g_uri_unescape_string(path, NULL);
    g_autofree char *lower = g_ascii_strdown(plain != NULL ? plain : path, -1);
    g_auto(GStrv) runs = g_strsplit_set(lower, "?&=#;,", MOST_PIECES);
    for (size_t i = 0, taken = 0; runs[i] != NULL && taken < MOST_PIECES; i++) {
        const char *inner = strstr(runs[i], "://");
        const char *rest = inner != NULL ? inner + 3 + strcspn(inner + 3, "/") : runs[i];
        g_auto(GStrv) segments = g_strsplit(rest, "/", MOST_PIECES);
        for (size_t j = 0; segments[j] != NULL && taken < MOST_PIECES; j++)
            taken += add_segment(fields, segments[j], MOST_PIECES - taken);
    }
}

/* What a link is like, not where it leads: kinds, the words of its path, the ending of a file. */
static void add_links(struct sks_fields *fields, const struct sks_message *message)
{
    for (size_t i = 0; i < message->link_count && i < 100; i++) {
        add(fields, FIELD_LINK, message->links[i].scheme);
        add_path(fields, message->links[i].path);
    }
}

static void add_attachments(struct sks_fields *fields, const struct sks_facts *facts)
{
    for (size_t i = 0; i < facts->attachment_count && i < 50; i++) {
        const struct sks_attachment *attachment = facts->attachments[i];
        add(fields, FIELD_ATTACHMENT, sks_file_type_name(attachment->type));
        if (attachment->encrypted)
            add(fields, FIELD_ATTACHMENT, "<encrypted>");
        for (size_t j = 0; j < attachment->entry_count && j < 20; j++)
            add(fields, FIELD_ATTACHMENT, sks_file_type_name(attachment->entries[j].type));
    }
}

static void add_mark(struct sks_fields *fields, const char *kind, const char *text, size_t length)
{
    g_autofree char *lower = g_ascii_strdown(text, (gssize)MIN(length, MOST_SHAPE));
    g_autofree char *mark = g_strdup_printf("%s.%s", kind, lower);
    add(fields, FIELD_HEADER, mark);
}

/* The kind of a run of letters and digits: figures, capitals, small letters, or mixed. */
static char run_kind(const char *run, size_t length)
{
    bool digits = true, capitals = true, small = true;
    for (size_t i = 0; i < length; i++) {
        bool digit = g_ascii_isdigit(run[i]);
        digits = digits && digit;
        capitals = capitals && (digit || g_ascii_isupper(run[i]));
        small = small && (digit || g_ascii_islower(run[i]));
    }
    return digits ? '0' : capitals ? 'A' : small ? 'a' : 'x';
}

/* The shape of an identifier or boundary: runs with the class of their length, and what stands between them. */
static void add_shape(struct sks_fields *fields, const char *kind, const char *text, size_t size)
{
    GString *shape = g_string_new(kind);
    g_string_append_c(shape, '.');
    for (size_t i = 0; i < size && shape->len < MOST_SHAPE;) {
        size_t length = 0;
        while (i + length < size && g_ascii_isalnum(text[i + length]))
            length++;
        if (length == 0) {
            g_string_append_c(shape, text[i++]);
            continue;
        }
        g_string_append_c(shape, run_kind(text + i, length));
        g_string_append(shape, length < 3 ? "" : length < 9 ? "+" : length < 17 ? "#" : "*");
        i += length;
    }
    add(fields, FIELD_HEADER, shape->str);
    g_string_free(shape, TRUE);
}

/* A domain's last label, but for those that are nobody's (RFC 2606, 6762). */
static void add_suffix(struct sks_fields *fields, const char *kind, const char *domain)
{
    static const char *const nobodys[] = {"example", "test", "invalid", "localhost", "local"};
    const char *dot = strrchr(domain, '.');
    if (dot == NULL)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(nobodys); i++)
        if (g_ascii_strcasecmp(dot + 1, nobodys[i]) == 0)
            return;
    add_mark(fields, kind, dot + 1, strlen(dot + 1));
}

static void add_identifier(struct sks_fields *fields, const struct sks_message *message, const char *from)
{
    const char *at = strchr(message->message_id, '@');
    size_t size = at != NULL ? (size_t)(at - message->message_id) : strlen(message->message_id);
    add_shape(fields, "id", message->message_id, size);
    if (at == NULL)
        return;
    add(fields, FIELD_HEADER, g_ascii_strcasecmp(at + 1, from) == 0 ? "id-of-sender" : "id-of-other");
    if (strchr(at, '.') == NULL)
        add(fields, FIELD_HEADER, "id-without-domain");
    add_suffix(fields, "id", at + 1);
}

/* The value of a parameter, as written: its first character, and its length. */
static const char *find_parameter(const char *value, const char *name, size_t *out_length)
{
    g_autofree char *lower = g_ascii_strdown(value, -1);
    const char *found = strstr(lower, name);
    if (found == NULL)
        return NULL;
    const char *start = value + (found - lower) + strlen(name);
    start += *start == '"';
    *out_length = strcspn(start, "\"; ");
    return start;
}

static void add_content_type(struct sks_fields *fields, const char *value)
{
    add_mark(fields, "type", value, strcspn(value, "; "));
    size_t length;
    const char *charset = find_parameter(value, "charset=", &length);
    if (charset != NULL)
        add_mark(fields, "charset", charset, length);
    const char *boundary = find_parameter(value, "boundary=", &length);
    if (boundary != NULL)
        add_shape(fields, "boundary", boundary, length);
}

/*
 * What the header looks like: which program wrote it, and how. Left out is what depends on where a mail was received
 * and by which way: hops, zones, signatures.
 */
static void add_header(struct sks_fields *fields, const struct sks_message *message)
{
    const char *from = message->from.count > 0 ? message->from.items[0].domain : "";
    add_suffix(fields, "from", from);
    add_identifier(fields, message, from);
    g_auto(GStrv) mailer = g_strsplit_set(message->mailer, " ./[](),;:-_0123456789!/", 12);
    for (size_t i = 0, taken = 0; mailer[i] != NULL && taken < 3; i++)
        if (strlen(mailer[i]) >= 3 && strlen(mailer[i]) <= 24 && ++taken)
            add_mark(fields, "mailer", mailer[i], strlen(mailer[i]));
    const struct sks_header *type = sks_message_header(message, "Content-Type");
    if (type != NULL)
        add_content_type(fields, type->value);
    if (sks_message_header(message, "X-Priority") != NULL)
        add(fields, FIELD_HEADER, "has-priority");
    if (sks_message_header(message, "List-Unsubscribe") != NULL)
        add(fields, FIELD_HEADER, "has-unsubscribe");
}

void sks_fields_init(struct sks_fields *fields, const struct sks_collected *collected)
{
    fields->strings = g_string_chunk_new(4096);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        fields->words[i] = g_ptr_array_new();
    add_tokens(fields, FIELD_SUBJECT, collected->subject, collected->walk.message->subject);
    add_tokens(fields, FIELD_BODY, collected->language, collected->walk.message->body.own);
    add_links(fields, collected->walk.message);
    add_attachments(fields, &collected->facts);
    add_header(fields, collected->walk.message);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        fields->fields[i] = (struct sks_text_field){.kind = kinds[i],
                                                    .words = (const char *const *)fields->words[i]->pdata,
                                                    .count = fields->words[i]->len,
                                                    .marks = i >= FIELD_HEADER};
    fields->items = fields->fields;
    fields->count = G_N_ELEMENTS(kinds);
}

void sks_fields_finish(struct sks_fields *fields)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        g_ptr_array_unref(fields->words[i]);
    g_string_chunk_free(fields->strings);
}
