/*
 * A reader finds a password in more places than the text that a mail program shows first: in the plain text beside HTML
 * that says something else, in white on white, in a mail or a text that is attached, in an attached page or a short
 * document, in Outlook's own form of the body, in the very name of a file. Letters may stand in a table, one in a cell.
 *
 * What is long is not searched: whoever sends a password in a file writes a note, no report.
 */
#include "places.h"

#include <string.h>

#include "attachment/names.h"
#include "message/charset.h"
#include "message/html.h"
#include "sekisho/limits.h"

#define NESTED_MOST    4u
#define NOTE_MOST      4096u /* bytes of a text */
#define PAGE_MOST      (32u * 1024)
#define CELLS_LEAST    6u /* letters in a row of cells that are a word */
#define PARTS_MOST     64u
#define NAME_SIZE_MOST 256u

static void add(struct sks_places *places, struct sks_password_source source)
{
    if (places->sources->len < SKS_LIMIT_PASSWORD_TEXTS)
        g_array_append_val(places->sources, source);
}

/* A text beside the mail's own words; it belongs to the places. */
static void add_text(struct sks_places *places, const struct sks_message *message, char *text)
{
    g_ptr_array_add(places->texts, text);
    if (text[strspn(text, " \t\r\n")] == '\0')
        return;
    add(places, (struct sks_password_source){.text = text,
                                             .time = message->date.valid ? message->date.time : 0,
                                             .zone = message->date.zone,
                                             .told_only = true});
}

static void add_message(struct sks_places *places, const struct sks_message *message)
{
    add(places, (struct sks_password_source){.subject = message->subject,
                                             .text = message->body.own,
                                             .quoted = message->body.quoted,
                                             .signature = message->body.signature,
                                             .footer = message->body.footer,
                                             .time = message->date.valid ? message->date.time : 0,
                                             .zone = message->date.zone,
                                             .told_only = true});
}

/* ---- The body ---- */

/* Whether all that stands between tabs and ends of the line is one character each, and enough of them. */
static bool is_row_of_letters(const char *line, size_t size)
{
    unsigned cells = 0;
    for (size_t i = 0; i < size; i += 2, cells++)
        if (!g_ascii_isgraph(line[i]) || (i + 1 < size && line[i + 1] != '\t'))
            return false;
    return cells >= CELLS_LEAST;
}

static void add_letters_in_cells(struct sks_places *places, const struct sks_message *message)
{
    const char *own = message->body.own;
    GString *text = g_string_new(NULL);
    bool found = false;
    for (const char *line = own; *line != '\0' && text->len < NOTE_MOST;) {
        size_t size = strcspn(line, "\n"), shown = size;
        while (shown > 0 && g_ascii_isspace(line[shown - 1]))
            shown--;
        bool row = is_row_of_letters(line, shown);
        for (size_t i = 0; i < shown; i += row ? 2 : 1)
            g_string_append_c(text, line[i]);
        g_string_append_c(text, '\n');
        found = found || row;
        line += line[size] != '\0' ? size + 1 : size;
    }
    char *whole = g_string_free(text, FALSE);
    if (found)
        add_text(places, message, whole);
    else
        g_free(whole);
}

/* What is not seen is of use to whoever is told to look for it. */
static void add_hidden(struct sks_places *places, const struct sks_message *message)
{
    const struct sks_body *body = &message->body;
    if (*body->hidden != '\0' && strlen(body->hidden) <= NOTE_MOST && strlen(body->own) <= NOTE_MOST)
        add_text(places, message, g_strdup_printf("%s\n%s", body->own, body->hidden));
}

/* Letters and digits of both alike: most mails say the same in both. */
static bool says_the_same(const char *one, const char *other)
{
    for (;; one++, other++) {
        while (*one != '\0' && !g_ascii_isgraph(*one) && (unsigned char)*one < 0x80)
            one++;
        while (*other != '\0' && !g_ascii_isgraph(*other) && (unsigned char)*other < 0x80)
            other++;
        if (*one != *other)
            return false;
        if (*one == '\0')
            return true;
    }
}

static char *decode(const struct sks_part *part, size_t most)
{
    struct sks_decoded decoded;
    sks_charset_decode(&decoded, part->data, MIN(part->size, most), part->charset, most);
    return decoded.text;
}

/* ---- Parts ---- */

/* HTML as its reader sees it. g_free(). */
static char *read_page(const struct sks_part *part)
{
    g_autofree char *source = decode(part, PAGE_MOST);
    GStringChunk *strings = g_string_chunk_new(256);
    struct sks_html html;
    sks_html_read(&html, strings, source, strlen(source));
    char *text = g_strdup(html.text);
    sks_html_finish(&html);
    g_string_chunk_free(strings);
    return text;
}

static void add_part(struct sks_places *places, const struct sks_message *message, const struct sks_part *part)
{
    bool file = (part->flags & SKS_PART_ATTACHMENT) != 0;
    bool beside = !file && (part->flags & SKS_PART_TEXT) != 0 && (message->body.flags & SKS_BODY_HTML) != 0;
    if (beside && strcmp(part->type, "text/plain") == 0) {
        char *text = decode(part, NOTE_MOST);
        if (says_the_same(text, message->body.own))
            g_free(text);
        else
            add_text(places, message, text);
        return;
    }
    if (!file || part->size > PAGE_MOST)
        return;
    enum sks_file_type type = sks_file_type_detect(part->data, part->size, part->name);
    if (type == SKS_FILE_HTML)
        add_text(places, message, read_page(part));
    else if (type == SKS_FILE_TEXT && memchr(part->data, '\x1B', part->size) != NULL) /* no charset of file names */
        add_text(places, message, decode(part, NOTE_MOST));
}

/* ---- Files ---- */

/* "パスワード_x.txt" as "パスワード：x". g_free(). */
static char *text_of_name(const char *name)
{
    static const char *const words[] = {"password", "passwd", "passcode", "pass", "pwd", "pw"};
    g_autofree char *stem = g_strdup(name);
    char *dot = strrchr(stem, '.');
    if (dot != NULL && dot > stem && strlen(dot) <= 5)
        *dot = '\0';
    for (size_t i = 1; stem[i] != '\0'; i++) {
        bool announced = (unsigned char)stem[i - 1] >= 0x80;
        for (size_t k = 0; k < G_N_ELEMENTS(words) && !announced; k++)
            announced = i >= strlen(words[k]) &&
                        g_ascii_strncasecmp(stem + i - strlen(words[k]), words[k], strlen(words[k])) == 0;
        if (announced && strchr("_-=", stem[i]) != NULL)
            return g_strdup_printf("%.*s: %s", (int)i, stem, stem + i + 1);
    }
    return g_steal_pointer(&stem);
}

static void add_attachment(struct sks_places *places, const struct sks_message *message,
                           const struct sks_attachment *attachment)
{
    if (*attachment->notes != '\0')
        add_text(places, message, g_strdup(attachment->notes));
    if (*attachment->text != '\0' && strlen(attachment->text) <= NOTE_MOST)
        add_text(places, message, g_strdup(attachment->text));
    if (strlen(attachment->name) <= NAME_SIZE_MOST && sks_name_speaks_of_password(attachment->name))
        add_text(places, message, text_of_name(attachment->name));
}

/* ---- All of it ---- */

void sks_places_init(struct sks_places *places, const struct sks_walk *walk)
{
    const struct sks_message *message = walk->message;
    *places = (struct sks_places){.sources = g_array_new(FALSE, FALSE, sizeof(struct sks_password_source)),
                                  .texts = g_ptr_array_new_with_free_func(g_free)};
    add_message(places, message);
    if (strchr(message->body.own, '\t') != NULL)
        add_letters_in_cells(places, message);
    add_hidden(places, message);
    for (guint i = 0; i < walk->nested->len && i < NESTED_MOST; i++)
        add_message(places, g_ptr_array_index(walk->nested, i));
    for (guint i = 0; i < walk->attachments->len && places->sources->len < SKS_LIMIT_PASSWORD_TEXTS; i++)
        add_attachment(places, message, g_ptr_array_index(walk->attachments, i));
    for (size_t i = 0; i < message->part_count && i < PARTS_MOST && places->sources->len < SKS_LIMIT_PASSWORD_TEXTS;
         i++)
        add_part(places, message, &message->parts[i]);
}

void sks_places_finish(struct sks_places *places)
{
    g_array_unref(places->sources);
    g_ptr_array_unref(places->texts);
}
