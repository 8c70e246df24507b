/*
 * Address lists, as leniently as mail readers take them. One pass over the raw bytes, since commas and quotes inside
 * encoded words and two-byte runs are no syntax; what is collected of a mailbox is decoded when it ends.
 *
 * Where a field breaks the rules: a comma between words without "@" belongs to the name if an address in brackets
 * follows; a bracket that is never closed ends at the next comma; quotes and parentheses that are never closed are
 * plain characters; a second bracket begins another mailbox.
 */
#include "message/address.h"

#include <string.h>
#include <unicode/uidna.h>

#include "message/clean.h"
#include "message/encoded-word.h"
#include "sekisho/limits.h"

struct reader {
    const char *at, *end;
    GArray *list;
    GStringChunk *strings;
    GString *phrase;  /* words and contents of quoted strings, raw */
    GString *bare;    /* the same with quotes kept */
    GString *comment; /* of comments, joined by a space */
    GString *angle;
    bool has_angle, has_at;
    bool no_semicolon, no_parenthesis, no_bracket; /* from here to the end */
    const char *mark;                              /* the next bracket, "@" or ";", once looked for */
    const char *group;
    bool full;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *decode(GStringChunk *strings, const GString *raw)
{
    struct sks_encoded_text text;
    sks_encoded_word_decode(&text, raw->str, raw->len);
    const char *decoded = g_string_chunk_insert(strings, text.text->str);
    sks_encoded_text_finish(&text);
    return decoded;
}

static const UIDNA *idna(void)
{
    static gsize once;
    if (g_once_init_enter(&once)) {
        UErrorCode status = U_ZERO_ERROR;
        UIDNA *opened = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_UNICODE, &status);
        g_once_init_leave(&once, U_SUCCESS(status) ? (gsize)opened : 1);
    }
    return once != 1 ? (const UIDNA *)once : NULL;
}

void sks_address_prepare(void)
{
    idna();
}

const char *sks_address_domain(GStringChunk *strings, const char *domain)
{
    size_t length = strlen(domain);
    if (length > 0 && domain[length - 1] == '.')
        length--;
    char *lower = g_string_chunk_insert_len(strings, domain, (gssize)length);
    bool ascii = true;
    for (char *c = lower; *c != '\0'; c++) {
        ascii &= (unsigned char)*c < 0x80;
        *c = g_ascii_tolower(*c);
    }
    if ((ascii && strstr(lower, "xn--") == NULL) || length > 255 || idna() == NULL)
        return lower;
    char unicode[1024];
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    int32_t size = uidna_nameToUnicodeUTF8(idna(), lower, (int32_t)length, unicode, sizeof unicode - 1, &info, &status);
    if (U_FAILURE(status) || size <= 0 || size >= (int32_t)sizeof unicode)
        return lower;
    return sks_clean_line_chunk(strings, unicode, (size_t)size);
}

/* RFC 5321's Local-part: dot-atom or quoted string, with RFC 6531's characters. */
static bool is_local(const char *local)
{
    size_t length = strlen(local);
    if (length == 0 || length > 64)
        return false;
    if (local[0] == '"')
        return length > 2 && local[length - 1] == '"';
    if (local[0] == '.' || local[length - 1] == '.' || strstr(local, "..") != NULL)
        return false;
    for (const char *c = local; *c != '\0'; c++)
        if ((unsigned char)*c < 0x80 && !g_ascii_isalnum(*c) && strchr("!#$%&'*+-/=?^_`{|}~.", *c) == NULL)
            return false;
    return true;
}

static bool is_domain(const char *domain)
{
    size_t length = strlen(domain), label = 0;
    if (length == 0 || length > 255)
        return false;
    if (domain[0] == '[')
        return length > 2 && domain[length - 1] == ']';
    for (const char *c = domain; *c != '\0'; c++) {
        if (*c == '.') {
            if (label == 0 || c[-1] == '-' || c[1] == '\0')
                return false;
            label = 0;
            continue;
        }
        if ((unsigned char)*c < 0x80 && !g_ascii_isalnum(*c) && (*c != '-' || label == 0))
            return false;
        label++;
        if (label > 63 && (unsigned char)*c < 0x80)
            return false;
    }
    return domain[length - 1] != '-';
}

/* "local@domain" taken apart at the last "@" outside quotes. */
static void set_address(struct sks_address *item, GStringChunk *strings, const char *address)
{
    const char *at = strrchr(address, '@');
    const char *quote = strrchr(address, '"');
    if (at != NULL && quote != NULL && quote > at)
        at = NULL;
    item->address = address;
    item->local = at != NULL ? g_string_chunk_insert_len(strings, address, at - address) : address;
    item->domain = at != NULL ? sks_address_domain(strings, at + 1) : "";
    item->valid = at != NULL && is_local(item->local) && is_domain(item->domain);
}

/* The text of an address in brackets: white space, "mailto:" and the obsolete route ("@a,@b:") go. */
static const char *clean_angle(struct reader *reader)
{
    char *text = reader->angle->str;
    char *colon = text[0] == '@' ? strchr(text, ':') : NULL;
    if (colon != NULL)
        text = colon + 1;
    else if (g_ascii_strncasecmp(text, "mailto:", 7) == 0)
        text += 7;
    g_autoptr(GString) raw = g_string_new(text);
    return decode(reader->strings, raw);
}

/* Without brackets: the word with "@" is the address, the others the name. */
static void split_bare(struct reader *reader, const char **out_address, const char **out_name)
{
    g_autoptr(GString) address = g_string_new(NULL);
    g_autoptr(GString) name = g_string_new(NULL);
    const char *at = reader->bare->str;
    while (*at != '\0') {
        while (*at == ' ')
            at++;
        const char *word = at;
        for (bool quoted = false; *at != '\0' && (quoted || *at != ' '); at++) {
            if (*at == '\\' && at[1] != '\0')
                at++;
            else if (*at == '"')
                quoted = !quoted;
        }
        const char *sign = memrchr(word, '@', (size_t)(at - word));
        /* An "@" in an encoded word is text, unless there is one behind it. */
        bool is_address = address->len == 0 && sign != NULL && memmem(sign, (size_t)(at - sign), "?=", 2) == NULL;
        GString *target = is_address ? address : name;
        if (target->len > 0)
            g_string_append_c(target, ' ');
        g_string_append_len(target, word, at - word);
    }
    *out_address = decode(reader->strings, address);
    /* A lone word is a local part, unless it is encoded text. */
    bool lone = address->len == 0 && name->len > 0 && strchr(name->str, ' ') == NULL && name->str[0] != '"' &&
                strstr(name->str, "=?") == NULL;
    if (lone)
        *out_address = decode(reader->strings, name);
    *out_name = lone ? "" : decode(reader->strings, address->len > 0 ? name : reader->phrase);
}

/* "a @ b" is "a@b". */
static void join_at(GString *bare)
{
    gsize out = 0;
    for (gsize i = 0; i < bare->len; i++) {
        if (bare->str[i] == ' ' && (bare->str[i + 1] == '@' || (out > 0 && bare->str[out - 1] == '@')))
            continue;
        bare->str[out++] = bare->str[i];
    }
    g_string_truncate(bare, out);
}

static void drop_comma(GString *phrase)
{
    while (phrase->len > 0 && (phrase->str[phrase->len - 1] == ',' || phrase->str[phrase->len - 1] == ' '))
        g_string_truncate(phrase, phrase->len - 1);
}

/* "Name,(<a@b.example>)": an address that only a comment gives, as some senders of junk write it and readers show it.
 */
static bool take_comment_address(struct reader *reader, struct sks_address *item, const char **address)
{
    const GString *comment = reader->comment;
    if (reader->has_angle || strchr(*address, '@') != NULL || comment->len < 5 || comment->str[0] != '<' ||
        comment->str[comment->len - 1] != '>' || strchr(comment->str, '@') == NULL)
        return false;
    drop_comma(reader->phrase);
    item->name = decode(reader->strings, reader->phrase);
    g_autoptr(GString) inner = g_string_new_len(comment->str + 1, (gssize)comment->len - 2);
    *address = decode(reader->strings, inner);
    return true;
}

static void finish_mailbox(struct reader *reader)
{
    struct sks_address item = {.name = "", .group = reader->group};
    const char *address = "";
    if (reader->has_angle) {
        address = clean_angle(reader);
        drop_comma(reader->phrase);
        item.name = decode(reader->strings, reader->phrase);
    } else if (reader->bare->len > 0) {
        join_at(reader->bare);
        split_bare(reader, &address, &item.name);
    }
    if (!take_comment_address(reader, &item, &address) && item.name[0] == '\0' && reader->comment->len > 0)
        item.name = decode(reader->strings, reader->comment);
    if (reader->has_angle || address[0] != '\0' || item.name[0] != '\0') {
        if (reader->list->len < SKS_LIMIT_ADDRESS_COUNT) {
            set_address(&item, reader->strings, address);
            g_array_append_val(reader->list, item);
        } else {
            reader->full = true;
        }
    }
    g_string_truncate(reader->phrase, 0);
    g_string_truncate(reader->bare, 0);
    g_string_truncate(reader->comment, 0);
    g_string_truncate(reader->angle, 0);
    reader->has_angle = reader->has_at = false;
}

static void add_both(struct reader *reader, const char *bytes, size_t size)
{
    g_string_append_len(reader->phrase, bytes, (gssize)size);
    g_string_append_len(reader->bare, bytes, (gssize)size);
}

/* A backslash that quotes; after a raw byte above 127 it is half a character of Shift_JIS, rather. */
static bool is_escape(const char *at, const char *start, const char *end)
{
    return at[0] == '\\' && end - at >= 2 && !(at > start && (unsigned char)at[-1] >= 0x81 && at[1] != '"');
}

/* The end of a two-byte run of raw ISO-2022-JP that begins here, or NULL. */
static const char *run_end(const char *at, const char *end)
{
    if (end - at < 3 || at[0] != '\033' || at[1] != '$')
        return NULL;
    const char *back = memmem(at, (size_t)(end - at), "\033(", 2);
    return back != NULL && end - back >= 3 ? back + 3 : end;
}

static bool read_quoted(struct reader *reader)
{
    const char *start = reader->at + 1, *at = start;
    while (at < reader->end && *at != '"') {
        const char *run = run_end(at, reader->end);
        at = run != NULL ? run : is_escape(at, start, reader->end) ? at + 2 : at + 1;
    }
    if (at >= reader->end)
        return false;
    g_string_append_len(reader->bare, reader->at, at + 1 - reader->at);
    for (const char *from = start; from < at;) {
        const char *run = run_end(from, at);
        if (run == NULL && is_escape(from, start, at))
            from++;
        run = run != NULL ? run : from + 1;
        g_string_append_len(reader->phrase, from, run - from);
        from = run;
    }
    reader->at = at + 1;
    return true;
}

static bool read_comment(struct reader *reader)
{
    size_t depth = 0;
    const char *at = reader->at;
    for (; at < reader->end; at++) {
        const char *run = run_end(at, reader->end);
        if (run != NULL) {
            at = run - 1;
        } else if (is_escape(at, reader->at, reader->end)) {
            at++;
        } else if (*at == '(') {
            depth++;
        } else if (*at == ')' && --depth == 0) {
            break;
        }
    }
    if (at >= reader->end) {
        reader->no_parenthesis = true;
        return false;
    }
    if (reader->comment->len > 0)
        g_string_append_c(reader->comment, ' ');
    g_string_append_len(reader->comment, reader->at + 1, at - reader->at - 1);
    reader->at = at + 1;
    return true;
}

static void read_angle(struct reader *reader)
{
    if (reader->has_angle)
        finish_mailbox(reader);
    reader->has_angle = true;
    const char *at = reader->at + 1, *end = reader->end;
    if (!reader->no_bracket) {
        const char *closing = memchr(at, '>', (size_t)(end - at));
        if (closing != NULL)
            end = closing;
        else
            reader->no_bracket = true;
    }
    while (at < end && (is_blank(*at) || *at == '<'))
        at++;
    /* Another bracket opens before this one closes: it is not closed either. */
    const char *another = at < end ? memchr(at, '<', (size_t)(end - at)) : NULL;
    bool open = reader->no_bracket || another != NULL;
    if (another != NULL)
        end = another;
    for (bool quoted = false; at < end && !(open && !quoted && *at == ','); at++) {
        if (*at == '"')
            quoted = !quoted;
        if (!is_blank(*at))
            g_string_append_c(reader->angle, *at);
    }
    while (at < reader->end && *at == '>')
        at++;
    reader->at = at;
}

/* Whether an address in brackets comes before one without. The place found is kept, so that cost stays linear. */
static bool bracket_follows(struct reader *reader)
{
    if (reader->mark == NULL || reader->mark <= reader->at) {
        const char *at = reader->at + 1;
        for (bool quoted = false; at < reader->end && (quoted || strchr("<@;", *at) == NULL || *at == '\0'); at++)
            if (*at == '"')
                quoted = !quoted;
        reader->mark = at;
    }
    return reader->mark < reader->end && *reader->mark == '<';
}

static void read_separator(struct reader *reader)
{
    bool inside =
        *reader->at == ',' && !reader->has_angle && !reader->has_at && reader->bare->len > 0 && bracket_follows(reader);
    if (inside) {
        add_both(reader, ",", 1);
    } else {
        finish_mailbox(reader);
        if (*reader->at == ';')
            reader->group = "";
    }
    reader->at++;
}

static bool read_group(struct reader *reader)
{
    if (reader->has_at || reader->has_angle || reader->no_semicolon || reader->group[0] != '\0')
        return false;
    if (memchr(reader->at, ';', (size_t)(reader->end - reader->at)) == NULL) {
        reader->no_semicolon = true;
        return false;
    }
    const char *name = decode(reader->strings, reader->phrase);
    g_string_truncate(reader->phrase, 0);
    g_string_truncate(reader->bare, 0);
    reader->group = name[0] != '\0' ? name : " ";
    reader->at++;
    return true;
}

/* An encoded word is taken as a whole: commas and quotes in it are no syntax. */
static bool read_encoded(struct reader *reader)
{
    if (reader->end - reader->at < 8 || reader->at[1] != '?')
        return false;
    const char *at = reader->at + 2;
    for (int marks = 0; at < reader->end && marks < 2; at++) {
        if (*at == '?')
            marks++;
        else if (is_blank(*at) || *at == '"' || *at == '<' || *at == ',')
            return false;
    }
    for (; reader->end - at >= 2; at++) {
        if (at[0] == '?' && at[1] == '=') {
            add_both(reader, reader->at, (size_t)(at + 2 - reader->at));
            reader->at = at + 2;
            return true;
        }
        if (is_blank(*at) || *at == '<' || *at == '"')
            return false;
    }
    return false;
}

static void read_character(struct reader *reader)
{
    const char *run = run_end(reader->at, reader->end);
    if (run != NULL) {
        add_both(reader, reader->at, (size_t)(run - reader->at));
        reader->at = run;
        return;
    }
    char c = *reader->at++;
    if (is_blank(c)) {
        if (reader->phrase->len > 0 && reader->phrase->str[reader->phrase->len - 1] != ' ')
            g_string_append_c(reader->phrase, ' ');
        if (reader->bare->len > 0 && reader->bare->str[reader->bare->len - 1] != ' ')
            g_string_append_c(reader->bare, ' ');
        return;
    }
    reader->has_at |= c == '@';
    if (c != '"' && c != '>')
        add_both(reader, &c, 1);
}

static void read_next(struct reader *reader)
{
    switch (*reader->at) {
    case '"':
        if (read_quoted(reader))
            return;
        break;
    case '(':
        if (!reader->no_parenthesis && read_comment(reader))
            return;
        break;
    case '<':
        read_angle(reader);
        return;
    case ',':
    case ';':
        read_separator(reader);
        return;
    case ':':
        if (read_group(reader))
            return;
        break;
    case '=':
        if (read_encoded(reader))
            return;
        break;
    default:
        break;
    }
    read_character(reader);
}

bool sks_address_read(GArray *list, GStringChunk *strings, const char *raw, size_t size)
{
    struct reader reader = {
        .at = raw,
        .end = raw + size,
        .list = list,
        .strings = strings,
        .phrase = g_string_new(NULL),
        .bare = g_string_new(NULL),
        .comment = g_string_new(NULL),
        .angle = g_string_new(NULL),
        .group = "",
    };
    while (reader.at < reader.end && !reader.full)
        read_next(&reader);
    finish_mailbox(&reader);
    g_string_free(reader.phrase, TRUE);
    g_string_free(reader.bare, TRUE);
    g_string_free(reader.comment, TRUE);
    g_string_free(reader.angle, TRUE);
    return !reader.full;
}
