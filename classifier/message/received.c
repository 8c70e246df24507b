/*
 * Received fields. Each MTA has its own habit of telling who connected:
 *
 *   Postfix, Sendmail   from HELO (NAME [ADDRESS])             Sendmail: "(may be forged)", user@ before the name
 *   Gmail               from HELO (NAME. [ADDRESS])
 *   Exim                from NAME ([ADDRESS] helo=HELO), from [ADDRESS] (helo=HELO), ADDRESS with a port
 *   qmail               from NAME (HELO HELO) (USER@ADDRESS)
 *   Yahoo! JAPAN        from ADDRESS  (EHLO HELO) (ADDRESS)
 *   Exchange            from HELO (ADDRESS) by … with Microsoft SMTP Server (…) id …
 *
 * The value is split into words and comments; the words "from", "by", "with", "id", "for" and "via" outside comments
 * begin clauses, and comments belong to the clause that they stand in.
 */
#include "message/received.h"

#include <arpa/inet.h>
#include <string.h>

#include "message/date.h"

enum clause {
    CLAUSE_NONE,
    CLAUSE_FROM,
    CLAUSE_BY,
    CLAUSE_WITH,
    CLAUSE_ID,
    CLAUSE_FOR,
    CLAUSE_VIA,
};

struct reader {
    struct sks_received *received;
    GStringChunk *strings;
    enum clause clause;
    unsigned words; /* in the clause */
    const char *from_word;
    bool name_given; /* a comment named the client, or said that there is no name */
    bool helo_given; /* a comment said what the client called itself */
};

static const char *keep(struct reader *reader, const char *text, size_t size)
{
    return g_string_chunk_insert_len(reader->strings, text, (gssize)size);
}

/* The IP address in text, in the chunk, or NULL. Brackets, "IPv6:", a zone and a port are taken off. */
static const char *address_of(struct reader *reader, const char *text, size_t size)
{
    char address[INET6_ADDRSTRLEN + 8];
    unsigned char binary[16];
    if (size > 0 && text[0] == '[') {
        const char *closing = memchr(text, ']', size);
        text++;
        size = closing != NULL ? (size_t)(closing - text) : size - 1;
    }
    if (size > 5 && g_ascii_strncasecmp(text, "IPv6:", 5) == 0) {
        text += 5;
        size -= 5;
    }
    const char *zone = memchr(text, '%', size);
    if (zone != NULL)
        size = (size_t)(zone - text);
    if (size == 0 || size >= sizeof address)
        return NULL;
    memcpy(address, text, size);
    address[size] = '\0';
    if (inet_pton(AF_INET, address, binary) == 1 || inet_pton(AF_INET6, address, binary) == 1)
        return keep(reader, address, size);
    char *port = strrchr(address, ':');
    if (port == NULL)
        return NULL;
    *port = '\0';
    return inet_pton(AF_INET, address, binary) == 1 ? keep(reader, address, strlen(address)) : NULL;
}

static bool is_unknown(const char *word, size_t size)
{
    return (size == 7 && g_ascii_strncasecmp(word, "unknown", 7) == 0) ||
           (size == 8 && g_ascii_strncasecmp(word, "Unverified", 8) == 0);
}

/* A client's name as a comment gives it: "user@" before it and a dot behind go. */
static void set_name(struct reader *reader, const char *word, size_t size)
{
    const char *at = memchr(word, '@', size);
    if (at != NULL) {
        size -= (size_t)(at + 1 - word);
        word = at + 1;
    }
    if (size > 0 && word[size - 1] == '.')
        size--;
    reader->name_given = true;
    if (!is_unknown(word, size) && size > 0)
        reader->received->name = keep(reader, word, size);
}

static bool starts_with(const char *text, size_t size, const char *prefix)
{
    size_t length = strlen(prefix);
    return size >= length && g_ascii_strncasecmp(text, prefix, length) == 0;
}

/* "HELO name", "EHLO name", "helo=name": takes it; the length of it all. */
static size_t take_helo(struct reader *reader, const char *text, size_t size)
{
    if (!starts_with(text, size, "helo=") && !starts_with(text, size, "helo ") && !starts_with(text, size, "ehlo ") &&
        !starts_with(text, size, "ehlo="))
        return 0;
    size_t start = 5;
    while (start < size && text[start] == ' ')
        start++;
    size_t end = start;
    while (end < size && text[end] != ' ' && text[end] != ')')
        end++;
    reader->received->helo = keep(reader, text + start, end - start);
    reader->helo_given = true;
    return end;
}

/* A comment behind "from …": words one by one. */
static void read_from_comment(struct reader *reader, const char *text, size_t size)
{
    bool forged = memmem(text, size, "may be forged", 13) != NULL;
    size_t at = 0;
    bool first = true;
    const char *host = NULL;
    size_t host_size = 0;
    while (at < size) {
        while (at < size && (text[at] == ' ' || text[at] == ',' || text[at] == '('))
            at++;
        size_t helo = take_helo(reader, text + at, size - at);
        if (helo > 0) {
            at += helo;
            continue;
        }
        size_t end = at;
        while (end < size && text[end] != ' ' && text[end] != ',' && text[end] != ')')
            end++;
        const char *user = memchr(text + at, '@', end - at);
        const char *address = address_of(reader, text + at, end - at);
        if (address == NULL && user != NULL)
            address = address_of(reader, user + 1, (size_t)(text + end - user - 1));
        if (address != NULL && reader->received->address[0] == '\0') {
            reader->received->address = address;
            if (host != NULL && !forged)
                set_name(reader, host, host_size);
            reader->name_given |= host != NULL;
        } else if (first && end > at) {
            host = text + at;
            host_size = end - at;
        }
        first = false;
        at = MAX(end, at + 1);
    }
}

static bool has_word(const char *text, size_t size, const char *word)
{
    g_autofree char *lower = g_ascii_strdown(text, (gssize)size);
    return strstr(lower, word) != NULL;
}

static void read_comment(struct reader *reader, const char *text, size_t size)
{
    if (size >= 13 && has_word(text, size, "authenticated") && !has_word(text, size, "not authenticated"))
        reader->received->authenticated = true;
    if (reader->clause == CLAUSE_FROM)
        read_from_comment(reader, text, size);
    else if (reader->clause == CLAUSE_NONE && starts_with(text, size, "qmail "))
        reader->received->with = keep(reader, "qmail", 5);
}

static enum clause clause_of(const char *word, size_t size)
{
    static const struct {
        const char *word;
        enum clause clause;
    } words[] = {{"from", CLAUSE_FROM}, {"by", CLAUSE_BY},   {"with", CLAUSE_WITH},
                 {"id", CLAUSE_ID},     {"for", CLAUSE_FOR}, {"via", CLAUSE_VIA}};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strlen(words[i].word) == size && g_ascii_strncasecmp(words[i].word, word, size) == 0)
            return words[i].clause;
    return CLAUSE_NONE;
}

static const char *without_brackets(struct reader *reader, const char *word, size_t size)
{
    while (size > 0 && *word == '<') {
        word++;
        size--;
    }
    while (size > 0 && (word[size - 1] == '>' || word[size - 1] == ','))
        size--;
    return keep(reader, word, size);
}

static void set_with(struct reader *reader, const char *word, size_t size)
{
    struct sks_received *received = reader->received;
    received->with = keep(reader, word, size);
    bool smtp = starts_with(word, size, "esmtp") || starts_with(word, size, "lmtp") ||
                starts_with(word, size, "utf8smtp") || starts_with(word, size, "smtp") ||
                starts_with(word, size, "asmtp");
    if (smtp && (g_ascii_tolower(word[size - 1]) == 'a' || g_ascii_tolower(word[0]) == 'a'))
        received->authenticated = true;
}

static void read_word(struct reader *reader, const char *word, size_t size)
{
    struct sks_received *received = reader->received;
    enum clause clause = clause_of(word, size);
    /* A host may be called "with"; a clause needs its first word. */
    if (clause != CLAUSE_NONE && clause != reader->clause &&
        (reader->clause == CLAUSE_NONE || reader->words > 0 || reader->clause == CLAUSE_FROM)) {
        reader->clause = clause;
        reader->words = 0;
        return;
    }
    if (reader->words++ > 0) {
        if (reader->clause == CLAUSE_WITH && strcmp(received->with, "Microsoft") == 0 &&
            starts_with(word, size, "SMTP"))
            received->with = "Microsoft SMTP";
        return;
    }
    switch (reader->clause) {
    case CLAUSE_FROM:
        reader->from_word = keep(reader, word, size);
        break;
    case CLAUSE_BY:
        received->by = keep(reader, word, size);
        break;
    case CLAUSE_WITH:
        set_with(reader, word, size);
        break;
    case CLAUSE_ID:
        received->id = without_brackets(reader, word, size);
        break;
    case CLAUSE_FOR:
        received->recipient = without_brackets(reader, word, size);
        break;
    default:
        break;
    }
}

/* What the word behind "from" is depends on what the comments said. */
static void settle_from(struct reader *reader)
{
    struct sks_received *received = reader->received;
    const char *word = reader->from_word;
    if (word[0] == '\0')
        return;
    const char *address = address_of(reader, word, strlen(word));
    if (address != NULL && received->address[0] == '\0')
        received->address = address;
    if (!reader->helo_given) {
        received->helo = word;
    } else if (address == NULL && !reader->name_given && !is_unknown(word, strlen(word))) {
        size_t size = strlen(word);
        received->name = keep(reader, word, size - (word[size - 1] == '.'));
    }
}

/* The length of a comment that begins at text, without what is behind its closing; all of it if it never closes. */
static size_t comment_size(const char *text, size_t size)
{
    size_t depth = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '(')
            depth++;
        else if (text[i] == ')' && --depth == 0)
            return i + 1;
    }
    return size;
}

/* A word that a date begins with: "Mon," or "2006-01-02". */
static bool begins_date(const char *word)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    if (g_ascii_isdigit(word[0]))
        return strspn(word, "0123456789") == 4 && word[4] == '-' && strspn(word + 5, "0123456789") == 2 &&
               word[7] == '-';
    for (size_t i = 0; i < 7; i++)
        if (strncmp(word, days + i * 3, 3) == 0)
            return word[3] == ',';
    return false;
}

/* Where the clauses end and the date begins. Some forget the semicolon between. */
static size_t date_place(const char *value)
{
    const char *place = strrchr(value, ';');
    for (const char *at = value; place == NULL && (at = strchr(at, ' ')) != NULL; at++)
        if (begins_date(at + 1))
            place = at;
    return place != NULL ? (size_t)(place - value) : strlen(value);
}

void sks_received_read(struct sks_received *out_received, GStringChunk *strings, const char *value)
{
    *out_received = (struct sks_received){
        .helo = "", .name = "", .address = "", .by = "", .with = "", .id = "", .recipient = "", .text = value};
    struct reader reader = {.received = out_received, .strings = strings, .from_word = ""};
    size_t size = date_place(value), at = 0;
    while (at < size) {
        if (value[at] == ' ' || value[at] == ';') {
            at++;
        } else if (value[at] == '(') {
            size_t length = comment_size(value + at, size - at);
            size_t inner = length > 1 && value[at + length - 1] == ')' ? length - 2 : length - 1;
            read_comment(&reader, value + at + 1, inner);
            at += length;
        } else {
            size_t end = at;
            while (end < size && value[end] != ' ' && value[end] != '(' && value[end] != ';')
                end++;
            read_word(&reader, value + at, end - at);
            at = end;
        }
    }
    settle_from(&reader);
    struct sks_date date;
    sks_date_read(&date, value[size] != '\0' ? value + size + 1 : "");
    out_received->has_date = date.valid;
    out_received->date = date.time;
    out_received->zone = date.zone;
}
