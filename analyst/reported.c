/* Looks into what was handed in, in a confined child process, and takes the mails over as bytes. */
#include "reported.h"

#include <string.h>

#include "attachment/attachment.h"
#include "attachment/outlook.h"
#include "message/message.h"
#include "pool/confined.h"
#include "sekisho/error.h"
#include "sekisho/limits.h"

/* Mails taken from one report, lines looked at for the head of a forwarded one, and bytes for a mail's own. */
#define MAILS       50u
#define HANDED_ON   4u /* how often at most, each time attached to a mail of one of ours */
#define HEAD_LINES  12u
#define HEADER_SIZE ((size_t)64 * 1024)

/* Comparisons of characters with which the links of a forwarded mail are put where they were; a second or less. */
#define PLACE_BUDGET ((size_t)200 * 1000 * 1000)

/* What the child may hand back: attachments of a forwarded mail are written in base64. */
#define WRITTEN_MOST ((size_t)2 * SKS_LIMIT_MAIL_SIZE)

static const char *const form_names[] = {"mail", "attached", "forwarded", "outlook", "outlook-bare"};

const char *sks_reported_form_name(enum sks_reported_form form)
{
    return form_names[form];
}

bool sks_reported_is_partial(const char *form)
{
    return strcmp(form, form_names[SKS_REPORTED_FORWARDED]) == 0 || strcmp(form, form_names[SKS_REPORTED_BARE]) == 0;
}

bool sks_reported_trusts(const char *feature)
{
    static const char *const families[] = {"attachment.", "language.", "lure."};
    for (size_t i = 0; i < G_N_ELEMENTS(families); i++)
        if (g_str_has_prefix(feature, families[i]))
            return true;
    return g_str_has_suffix(feature, ".wording"); /* what the text model says */
}

static size_t line_length(const char *line, size_t size)
{
    const char *end = memchr(line, '\n', size);
    return end != NULL ? (size_t)(end + 1 - line) : size;
}

/* Without its end: LF or CRLF. */
static size_t text_length(const char *line, size_t length)
{
    if (length == 0 || line[length - 1] != '\n')
        return length;
    return length > 1 && line[length - 2] == '\r' ? length - 2 : length - 1;
}

static void add_line_ends(GChecksum *checksum, size_t count)
{
    guchar ends[256];
    memset(ends, '\n', sizeof ends);
    for (; count > sizeof ends; count -= sizeof ends)
        g_checksum_update(checksum, ends, sizeof ends);
    g_checksum_update(checksum, ends, (gssize)count);
}

char *sks_reported_digest(const void *bytes, size_t size)
{
    const char *text = bytes;
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    size_t empty = 0; /* lines, which count only if others follow */
    for (size_t at = 0, length; at < size; at += length) {
        length = line_length(text + at, size - at);
        size_t own = text_length(text + at, length);
        if (own == 0) {
            empty++;
            continue;
        }
        add_line_ends(checksum, empty);
        g_checksum_update(checksum, (const guchar *)text + at, (gssize)own);
        add_line_ends(checksum, 1);
        empty = 0;
    }
    return g_strdup(g_checksum_get_string(checksum));
}

/* RFC 5322: a name, a colon (or blanks before it, as of old). */
static bool is_field_of_mail(const char *line, size_t length)
{
    static const char *const names[] = {"From", "Received", "Date", "Message-ID", "Subject", "To"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        size_t at = strlen(names[i]);
        if (length <= at || g_ascii_strncasecmp(line, names[i], at) != 0)
            continue;
        while (at < length && (line[at] == ' ' || line[at] == '\t'))
            at++;
        if (at < length && line[at] == ':')
            return true;
    }
    return false;
}

/* Whether its header, up to the first empty line, has a field that mails have. What reads mail finds one in anything.
 */
static bool is_mail(const void *bytes, size_t size)
{
    const char *text = bytes;
    bool begun = false;
    for (size_t at = 0, length; at < MIN(size, HEADER_SIZE); at += length) {
        length = line_length(text + at, size - at);
        bool blank = text_length(text + at, length) == 0;
        if (blank && begun)
            return false;
        if (is_field_of_mail(text + at, length))
            return true;
        begun = begun || !blank;
    }
    return false;
}

/* In the child: what was found goes out as form, size and bytes, after the outer sender. */

struct finding {
    const void *bytes;
    size_t size;
    enum sks_reported_how how;
    const char *const *own_domains;
};

static void put(FILE *out, const void *bytes, size_t size)
{
    uint64_t length = size;
    fwrite(&length, 1, sizeof length, out);
    fwrite(bytes, 1, size, out);
}

static void put_mail(FILE *out, enum sks_reported_form form, const void *bytes, size_t size)
{
    guint8 number = (guint8)form;
    fwrite(&number, 1, 1, out);
    struct sks_message *message = NULL;
    bool parsed = sks_message_parse(&message, bytes, size) == 0;
    const char *sender = parsed && message->from.count > 0 ? message->from.items[0].address : "";
    int64_t time = parsed && message->date.valid ? message->date.time : 0;
    put(out, bytes, size);
    put(out, sender, strlen(sender));
    put(out, parsed ? message->subject : "", parsed ? strlen(message->subject) : 0);
    put(out, parsed ? message->message_id : "", parsed ? strlen(message->message_id) : 0);
    put(out, &time, sizeof time);
    sks_message_destroy(message);
}

static bool is_ours(const char *domain, const char *const *own_domains)
{
    for (size_t i = 0; own_domains != NULL && own_domains[i] != NULL; i++) {
        size_t length = strlen(domain), own = strlen(own_domains[i]);
        if (length >= own && g_ascii_strcasecmp(domain + length - own, own_domains[i]) == 0 &&
            (length == own || domain[length - own - 1] == '.'))
            return true;
    }
    return false;
}

static size_t put_all_attached(FILE *out, const struct finding *finding, const struct sks_message *message,
                               unsigned depth, size_t *left);

/* Whether some check says that a mail isn't by whom it names: anybody can write one of us into From. */
static bool failed_checks(const struct sks_message *message)
{
    for (size_t i = 0; i < message->authentication_count; i++)
        if (g_str_has_suffix(message->authentication[i].result, "fail")) /* softfail, too */
            return true;
    return false;
}

/* A mail of one of us who handed on others: what these are counts. False if it is none. */
static bool put_handed_on(FILE *out, const struct finding *finding, const struct sks_part *part, unsigned depth,
                          size_t *left)
{
    struct sks_message *message = NULL;
    if (depth == 0 || sks_message_parse(&message, part->data, part->size) != 0)
        return false;
    size_t before = *left;
    if (message->from.count > 0 && is_ours(message->from.items[0].domain, finding->own_domains) &&
        !failed_checks(message))
        put_all_attached(out, finding, message, depth - 1, left);
    sks_message_destroy(message);
    return *left < before;
}

/* A mail out of a part that claims to be one: message/rfc822, a file *.eml, Outlook's .msg. False if it doesn't. */
static bool put_attached(FILE *out, const struct finding *finding, const struct sks_part *part, unsigned depth,
                         size_t *left)
{
    g_autofree char *name = g_ascii_strdown(part->name, -1);
    if ((part->flags & SKS_PART_MESSAGE) != 0 || (g_str_has_suffix(name, ".eml") && part->size > 0)) {
        if (!is_mail(part->data, part->size) || put_handed_on(out, finding, part, depth, left))
            return true;
        (*left)--;
        put_mail(out, SKS_REPORTED_ATTACHED, part->data, part->size);
        return true;
    }
    if (!sks_outlook_detect(part->data, part->size))
        return false;
    size_t size;
    bool headers;
    g_autofree char *mail = sks_outlook_to_mail(part->data, part->size, &size, &headers);
    if (mail == NULL)
        return false;
    (*left)--;
    put_mail(out, headers ? SKS_REPORTED_ATTACHED : SKS_REPORTED_BARE, mail, size);
    return true;
}

/* How many claim to be mails: a report of what is none must not be taken for the mail itself. left: mails at most. */
static size_t put_all_attached(FILE *out, const struct finding *finding, const struct sks_message *message,
                               unsigned depth, size_t *left)
{
    size_t found = 0;
    for (size_t i = 0; i < message->part_count && left[0] != 0; i++)
        found += put_attached(out, finding, &message->parts[i], depth, left);
    return found;
}

/* Inline forwards. */

enum label {
    LABEL_FROM,
    LABEL_DATE,
    LABEL_TO,
    LABEL_SUBJECT,
    LABEL_COUNT,
};

static const struct {
    enum label label;
    const char *text;
} labels[] = {
    {LABEL_FROM, "from"},    {LABEL_FROM, "差出人"},      {LABEL_FROM, "送信者"}, {LABEL_DATE, "date"},
    {LABEL_DATE, "sent"},    {LABEL_DATE, "送信日時"},    {LABEL_DATE, "日付"},   {LABEL_DATE, "日時"},
    {LABEL_TO, "to"},        {LABEL_TO, "宛先"},          {LABEL_TO, "cc"},       {LABEL_SUBJECT, "subject"},
    {LABEL_SUBJECT, "件名"}, {LABEL_SUBJECT, "タイトル"},
};

/* The value if the line is "Label: value" (also with a wide colon, a mark of quotation before, or "*Label:*"). */
static char *read_label(const char *line, enum label *out_label)
{
    while (*line == '>' || *line == ' ' || *line == '\t' || *line == '|' || *line == '*')
        line++;
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
        size_t length = strlen(labels[i].text);
        if (g_ascii_strncasecmp(line, labels[i].text, length) != 0)
            continue;
        const char *after = line + length;
        while (*after == ' ' || *after == '*')
            after++;
        size_t colon = *after == ':' ? 1 : g_str_has_prefix(after, "：") ? strlen("：") : 0;
        if (colon == 0)
            continue;
        *out_label = labels[i].label;
        return g_strstrip(g_strdelimit(g_strdup(after + colon), "*\r\n", ' '));
    }
    return NULL;
}

struct forward {
    char *fields[LABEL_COUNT];
    size_t marks; /* of quotation before the head, and before each line below */
    size_t body;  /* line after the head */
};

static void forward_finish(struct forward *forward)
{
    for (size_t i = 0; i < LABEL_COUNT; i++)
        g_free(forward->fields[i]);
}

/* Past "> ", most times at most; *out_marks: how often there was one. */
static const char *skip_marks(const char *line, size_t most, size_t *out_marks)
{
    size_t marks = 0;
    for (; marks < most && *line == '>'; marks++)
        line += line[1] == ' ' ? 2 : 1;
    if (out_marks != NULL)
        *out_marks = marks;
    return line;
}

/* A head at this line: labels on neighbouring lines, with sender and subject among them. */
static bool read_head(struct forward *forward, char *const *lines, size_t at)
{
    *forward = (struct forward){.body = at};
    skip_marks(lines[at], SIZE_MAX, &forward->marks);
    for (size_t i = at; lines[i] != NULL && i < at + HEAD_LINES; i++) {
        enum label label;
        char *value = read_label(lines[i], &label);
        if (value == NULL && (i == at || *skip_marks(g_strstrip(lines[i]), forward->marks, NULL) != '\0'))
            break;
        if (value == NULL && forward->fields[LABEL_FROM] != NULL && forward->fields[LABEL_SUBJECT] != NULL)
            break;
        if (value == NULL)
            continue;
        g_free(forward->fields[label]);
        forward->fields[label] = value;
        forward->body = i + 1;
    }
    if (forward->fields[LABEL_FROM] != NULL && forward->fields[LABEL_SUBJECT] != NULL)
        return true;
    forward_finish(forward);
    return false;
}

static void add_word_field(GString *mail, const char *name, const char *value)
{
    g_autofree char *word = g_base64_encode((const guchar *)value, strlen(value));
    g_string_append_printf(mail, "%s: =?UTF-8?B?%s?=\r\n", name, word);
}

/* The address in angle brackets, or the first word with an at sign; NULL without one. g_free(). */
static char *find_address(const char *text)
{
    g_autoptr(GRegex) pattern = g_regex_new("[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    return g_regex_match(pattern, text, 0, &match) ? g_match_info_fetch(match, 0) : NULL;
}

static void add_base64(GString *mail, const void *bytes, size_t size)
{
    g_autofree char *data = g_base64_encode(bytes, size);
    for (size_t at = 0, length = strlen(data); at < length; at += 76)
        g_string_append_printf(mail, "%.76s\r\n", data + at);
}

static void add_file(GString *mail, const struct sks_part *part)
{
    g_autofree char *name = g_uri_escape_string(part->name, NULL, FALSE);
    g_string_append_printf(mail,
                           "--=_forwarded\r\nContent-Type: application/octet-stream\r\n"
                           "Content-Transfer-Encoding: base64\r\n"
                           "Content-Disposition: attachment; filename*=UTF-8''%s\r\n\r\n",
                           name);
    add_base64(mail, part->data, part->size);
}

/* What stands below the head, without the marks that the whole forward has. g_free(). */
static char *read_body(const struct forward *forward, char *const *lines)
{
    GString *text = g_string_new(NULL);
    for (size_t i = forward->body; lines[i] != NULL; i++)
        g_string_append_printf(text, "%s%s", i > forward->body ? "\n" : "", skip_marks(lines[i], forward->marks, NULL));
    return g_string_free(text, FALSE);
}

static void add_escaped(GString *html, const char *text, size_t length)
{
    g_autofree char *escaped = g_markup_escape_text(text, (gssize)length);
    g_auto(GStrv) lines = g_strsplit(escaped, "\n", -1);
    g_autofree char *joined = g_strjoinv("<br>\n", lines);
    g_string_append(html, joined);
}

/* shown: what is shown for it, as it stands in the text. */
static void add_link(GString *html, const struct sks_link *link, const char *shown, size_t length)
{
    static const struct {
        const char *before, *behind;
    } elements[] = {
        [SKS_LINK_ANCHOR] = {"<a href=\"", "\">"},
        [SKS_LINK_FORM] = {"<form action=\"", "\"></form>"},
        [SKS_LINK_IMAGE] = {"<img src=\"", "\">"},
        [SKS_LINK_OTHER] = {"<link href=\"", "\">"},
    };
    g_autofree char *target = g_markup_escape_text(link->target, -1);
    g_string_append_printf(html, "%s%s%s", elements[link->kind].before, target, elements[link->kind].behind);
    if (link->kind == SKS_LINK_ANCHOR) {
        add_escaped(html, shown, length);
        g_string_append(html, "</a>");
    }
}

struct place {
    const char *at; /* NULL: nowhere */
    size_t length;
};

/* Bytes of white space at text: a no-break space is shown as a space. */
static size_t space_length(const char *text)
{
    return g_ascii_isspace(*text) ? 1 : strncmp(text, "\302\240", 2) == 0 ? 2 : 0;
}

/* How much of the text is what is shown for a link, whatever the white space; 0: it isn't. Takes from budget. */
static size_t match_shown(const char *text, const char *end, const char *shown, size_t *budget)
{
    const char *at = text;
    for (; *shown != '\0' && *budget > 0; (*budget)--) {
        size_t space = space_length(shown);
        if (space > 0)
            shown += space;
        else if (at < end && at > text && space_length(at) > 0)
            at += space_length(at);
        else if (at == end || *at++ != *shown++)
            return 0;
    }
    return *shown == '\0' ? (size_t)(at - text) : 0;
}

/* Its last place before end; at the end where nothing is shown for it. */
static struct place find_shown(const char *text, const char *end, const char *shown, size_t *budget)
{
    while (space_length(shown) > 0)
        shown += space_length(shown);
    if (*shown == '\0')
        return (struct place){end, 0};
    for (const char *at = end; at > text;) {
        size_t length = match_shown(--at, end, shown, budget);
        if (length > 0)
            return (struct place){at, length};
    }
    return (struct place){*budget > 0 ? NULL : end, 0};
}

/*
 * The text as HTML with the links that were behind it; NULL if there were none. What is shown for a link tells where it
 * stood, looked for from the end, since the links of the reader and of the head come first: one that is shown nowhere
 * below the head is theirs, and so is a picture of ours (a signature's). g_free().
 */
static char *restore_links(const struct finding *finding, const struct sks_message *message, const char *text)
{
    g_autofree struct place *places = g_new0(struct place, message->link_count + 1);
    size_t budget = PLACE_BUDGET, found = 0;
    const char *end = text + strlen(text);
    for (size_t i = message->link_count; i-- > 0;) {
        const struct sks_link *link = &message->links[i];
        if (link->kind == SKS_LINK_TEXT || (link->text[0] == '\0' && is_ours(link->host, finding->own_domains)))
            continue;
        places[i] = find_shown(text, end, link->text, &budget);
        if (places[i].at == NULL)
            continue;
        end = places[i].at;
        found++;
    }
    if (found == 0)
        return NULL;
    GString *html = g_string_new(NULL);
    for (size_t i = 0; i < message->link_count; i++) {
        if (places[i].at == NULL)
            continue;
        add_escaped(html, text, (size_t)(places[i].at - text));
        add_link(html, &message->links[i], places[i].at, places[i].length);
        text = places[i].at + places[i].length;
    }
    add_escaped(html, text, strlen(text));
    return g_string_free(html, FALSE);
}

/* The forwarded mail, as far as it can be made again. */
static void put_forwarded(FILE *out, const struct finding *finding, const struct sks_message *message,
                          const struct forward *forward, char *const *lines)
{
    g_autoptr(GString) mail = g_string_new(NULL);
    g_autofree char *address = find_address(forward->fields[LABEL_FROM]);
    if (address != NULL)
        g_string_append_printf(mail, "From: <%s>\r\n", address);
    else
        add_word_field(mail, "From", forward->fields[LABEL_FROM]);
    add_word_field(mail, "Subject", forward->fields[LABEL_SUBJECT]);
    g_autofree char *text = read_body(forward, lines);
    g_autofree char *html = restore_links(finding, message, text);
    g_string_append_printf(mail,
                           "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=_forwarded\"\r\n\r\n"
                           "--=_forwarded\r\nContent-Type: text/%s; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: base64\r\n\r\n",
                           html != NULL ? "html" : "plain");
    add_base64(mail, html != NULL ? html : text, strlen(html != NULL ? html : text));
    for (size_t i = 0; i < message->part_count; i++)
        if ((message->parts[i].flags & SKS_PART_ATTACHMENT) != 0)
            add_file(mail, &message->parts[i]);
    g_string_append(mail, "--=_forwarded--\r\n");
    put_mail(out, SKS_REPORTED_FORWARDED, mail->str, mail->len);
}

static bool is_forward(const char *subject)
{
    static const char *const marks[] = {"fw:", "fwd:", "転送:", "転送：", "[fwd"};
    g_autofree char *folded = g_utf8_casefold(subject, -1);
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        if (g_str_has_prefix(folded, marks[i]))
            return true;
    return false;
}

/* A head of one of us who forwarded it in turn, to whoever reports it: what he says is no part of the sample. Without
 * an address, as Exchange shows those of its own house, too. */
static bool is_handed_on(const struct forward *forward, const struct finding *finding,
                         const struct sks_message *message)
{
    g_autofree char *address = find_address(forward->fields[LABEL_FROM]);
    const char *domain = address != NULL ? strchr(address, '@') + 1 : NULL;
    const char *const reader[] = {message->from.count > 0 ? message->from.items[0].domain : "", NULL};
    return is_forward(forward->fields[LABEL_SUBJECT]) &&
           (domain == NULL || is_ours(domain, finding->own_domains) || (*reader[0] != '\0' && is_ours(domain, reader)));
}

/* The first head that isn't just handed on, else the last; false if there is none. */
static bool find_forward(struct forward *out_forward, const struct finding *finding, const struct sks_message *message,
                         char *const *lines)
{
    bool found = false;
    for (size_t at = 0; lines[at] != NULL; at++) {
        struct forward forward;
        if (!read_head(&forward, lines, at))
            continue;
        if (found)
            forward_finish(out_forward);
        *out_forward = forward;
        found = true;
        if (!is_handed_on(&forward, finding, message))
            break;
        at = forward.body - 1;
    }
    return found;
}

static bool put_inline(FILE *out, const struct finding *finding, const struct sks_message *message)
{
    /* Where the reader wrote nothing, the forward is what there is to read, and "quoted" as well. */
    const char *const texts[] = {message->body.quoted, message->body.own};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_auto(GStrv) lines = g_strsplit(texts[i], "\n", -1);
        struct forward forward;
        if (!find_forward(&forward, finding, message, lines))
            continue;
        put_forwarded(out, finding, message, &forward, lines);
        forward_finish(&forward);
        return true;
    }
    return false;
}

/* The mail in hand is the sample, a report of one, or of several. */
static void look(FILE *out, const struct finding *finding, const void *bytes, size_t size, enum sks_reported_form form)
{
    struct sks_message *message = NULL;
    if (!is_mail(bytes, size) || sks_message_parse(&message, bytes, size) != 0)
        return;
    const struct sks_address *from = message->from.count > 0 ? &message->from.items[0] : NULL;
    bool known = finding->own_domains != NULL && finding->own_domains[0] != NULL;
    guint8 ours = !known || (from != NULL && is_ours(from->domain, finding->own_domains));
    put(out, from != NULL ? from->address : "", from != NULL ? strlen(from->address) : 0);
    fwrite(&ours, 1, 1, out);
    enum sks_reported_how how = finding->how;
    bool done = false;
    if (how == SKS_REPORTED_AS_ATTACHED || (how == SKS_REPORTED_AS_FOUND && ours))
        done = put_all_attached(out, finding, message, HANDED_ON, &(size_t){MAILS}) > 0;
    if (!done && (how == SKS_REPORTED_AS_FORWARDED ||
                  (how == SKS_REPORTED_AS_FOUND && ours && (known || is_forward(message->subject)))))
        done = put_inline(out, finding, message);
    if (!done && (how == SKS_REPORTED_AS_FOUND || how == SKS_REPORTED_AS_MAIL))
        put_mail(out, form, bytes, size);
    sks_message_destroy(message);
}

static int look_task(FILE *out, void *context)
{
    const struct finding *finding = context;
    if (!sks_outlook_detect(finding->bytes, finding->size)) {
        look(out, finding, finding->bytes, finding->size, SKS_REPORTED_MAIL);
        return 0;
    }
    size_t size;
    bool headers;
    g_autofree char *mail = sks_outlook_to_mail(finding->bytes, finding->size, &size, &headers);
    if (mail != NULL)
        look(out, finding, mail, size, headers ? SKS_REPORTED_OUTLOOK : SKS_REPORTED_BARE);
    return 0;
}

/* In the parent. The child may have been taken over: nothing it says is believed beyond its lengths. */

struct cursor {
    const guint8 *at, *end;
};

static bool take(struct cursor *cursor, void *out, size_t size)
{
    if ((size_t)(cursor->end - cursor->at) < size)
        return false;
    memcpy(out, cursor->at, size);
    cursor->at += size;
    return true;
}

static bool take_bytes(struct cursor *cursor, GBytes **out_bytes)
{
    uint64_t size;
    if (!take(cursor, &size, sizeof size) || size > (size_t)(cursor->end - cursor->at))
        return false;
    *out_bytes = g_bytes_new(cursor->at, size);
    cursor->at += size;
    return true;
}

static bool take_text(struct cursor *cursor, char **out_text)
{
    g_autoptr(GBytes) bytes = NULL;
    if (!take_bytes(cursor, &bytes))
        return false;
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    g_autofree char *raw = size > 0 ? g_strndup(data, size) : g_strdup(""); /* no bytes, no data */
    *out_text = g_utf8_make_valid(raw, -1);
    return true;
}

static bool take_mail(struct cursor *cursor, struct sks_reported *out)
{
    guint8 form;
    uint64_t size;
    *out = (struct sks_reported){0};
    bool whole = take(cursor, &form, 1) && form < G_N_ELEMENTS(form_names) && take_bytes(cursor, &out->bytes) &&
                 take_text(cursor, &out->sender) && take_text(cursor, &out->subject) &&
                 take_text(cursor, &out->message_id) && take(cursor, &size, sizeof size) && size == sizeof out->time &&
                 take(cursor, &out->time, sizeof out->time);
    out->form = whole ? (enum sks_reported_form)form : SKS_REPORTED_MAIL;
    return whole;
}

static void finish_item(struct sks_reported *item)
{
    g_free(item->reporter);
    g_free(item->digest);
    g_free(item->sender);
    g_free(item->subject);
    g_free(item->message_id);
    g_clear_pointer(&item->bytes, g_bytes_unref);
}

static void take_list(struct sks_reported_list *list, const GByteArray *written)
{
    struct cursor cursor = {.at = written->data, .end = written->data + written->len};
    guint8 ours = 0;
    if (written->len == 0 || !take_text(&cursor, &list->outer) || !take(&cursor, &ours, 1))
        return;
    list->ours = ours != 0;
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(struct sks_reported));
    struct sks_reported item;
    while (cursor.at < cursor.end && items->len < MAILS) {
        if (!take_mail(&cursor, &item)) {
            finish_item(&item);
            break;
        }
        bool within = item.form == SKS_REPORTED_ATTACHED || item.form == SKS_REPORTED_FORWARDED;
        item.reporter = g_strdup(within ? list->outer : "");
        item.digest = sks_reported_digest(g_bytes_get_data(item.bytes, NULL), g_bytes_get_size(item.bytes));
        g_array_append_val(items, item);
    }
    list->count = items->len;
    list->items = g_memdup2(items->data, items->len * sizeof item);
}

void sks_reported_find(struct sks_reported_list *out_list, const void *bytes, size_t size, enum sks_reported_how how,
                       const char *const *own_domains)
{
    *out_list = (struct sks_reported_list){0};
    struct finding finding = {.bytes = bytes, .size = size, .how = how, .own_domains = own_domains};
    if (size == 0) {
        out_list->error = g_strdup("empty");
        return;
    }
    GByteArray *written = NULL;
    sks_message_prepare();
    sks_attachment_prepare();
    int error = sks_confined_run(&written, look_task, &finding, SKS_LIMIT_FILE_MILLISECONDS, WRITTEN_MOST);
    if (error != 0) {
        out_list->error = g_strdup_printf("the confined process that looked into it: %s", sks_error_text(error));
    } else {
        take_list(out_list, written);
        g_byte_array_unref(written);
    }
    if (out_list->error != NULL || out_list->count > 0)
        return;
    out_list->error = g_strdup(how == SKS_REPORTED_AS_ATTACHED    ? "no mail is attached to it"
                               : how == SKS_REPORTED_AS_FORWARDED ? "no forwarded mail is found in it"
                                                                  : "no mail is found in it: it doesn't begin with "
                                                                    "header fields of one");
}

void sks_reported_finish(struct sks_reported_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        finish_item(&list->items[i]);
    g_free(list->items);
    g_free(list->outer);
    g_free(list->error);
}
