/*
 * The body taken apart: one text is chosen (what a reader sees), its lines are classified by body-quote.c and
 * body-tail.c, and put together again by kind.
 */
#include "message/body.h"

#include <string.h>

#include "message/body-lines.h"

/* ---- format=flowed (RFC 3676) ---- */

/* The depth of quotation of a flowed line, and where its text begins. */
static size_t flowed_depth(const char *line, size_t size, size_t *out_start)
{
    size_t depth = 0;
    while (depth < size && line[depth] == '>')
        depth++;
    *out_start = depth < size && line[depth] == ' ' ? depth + 1 : depth; /* space-stuffing */
    return depth;
}

/* Joins flowed lines into paragraphs. g_free(). */
static char *unflow(const char *text, bool delsp)
{
    GString *out = g_string_sized_new(strlen(text) + 1);
    bool open = false; /* the line above goes on */
    size_t open_depth = 0;
    while (*text != '\0') {
        size_t size = strcspn(text, "\n"), length = size, start;
        if (length > 0 && text[length - 1] == '\r')
            length--;
        size_t depth = flowed_depth(text, length, &start);
        bool signature = length - start == 3 && memcmp(text + start, "-- ", 3) == 0;
        if (open && (depth != open_depth || signature)) {
            g_string_append_c(out, '\n');
            open = false;
        }
        if (!open) {
            for (size_t i = 0; i < depth; i++)
                g_string_append_c(out, '>');
            if (depth > 0)
                g_string_append_c(out, ' ');
        }
        open = !signature && length > start && text[length - 1] == ' ';
        open_depth = depth;
        g_string_append_len(out, text + start, (gssize)(length - start - (open && delsp ? 1 : 0)));
        if (!open)
            g_string_append_c(out, '\n');
        text += size + (text[size] == '\n' ? 1 : 0);
    }
    return g_string_free(out, FALSE);
}

/* ---- Lines ---- */

/* Splits text in place at LF, CR LF and CR. The array's strings point into text. */
static GArray *split_lines(char *text)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct sks_line));
    for (char *at = text;;) {
        char *end = at + strcspn(at, "\r\n");
        char *next = end[0] == '\r' && end[1] == '\n' ? end + 2 : end + 1;
        bool last = *end == '\0';
        *end = '\0';
        if (last && *at == '\0')
            break;
        struct sks_line line = {.text = at, .kind = SKS_LINE_OWN};
        line.blank = *sks_line_skip_space(at) == '\0';
        g_array_append_val(lines, line);
        if (last)
            break;
        at = next;
    }
    return lines;
}

/* All lines of a kind, without blank lines around; where others were left out between, a blank line stands. */
static char *join(const GArray *lines, enum sks_line_kind kind)
{
    GString *text = g_string_new(NULL);
    bool gap = false;
    for (guint i = 0; i < lines->len; i++) {
        const struct sks_line *line = &g_array_index(lines, struct sks_line, i);
        if (line->kind != kind || line->blank) {
            gap = true;
            continue;
        }
        if (text->len > 0)
            g_string_append(text, gap ? "\n\n" : "\n");
        g_string_append(text, line->text);
        gap = false;
    }
    return g_string_free(text, FALSE);
}

/* ---- Language ---- */

enum script { LATIN, HAN, KANA, HANGUL, CYRILLIC, THAI, ARABIC, HEBREW, GREEK, SCRIPTS };

static enum script script_of(gunichar code)
{
    switch (g_unichar_get_script(code)) {
    case G_UNICODE_SCRIPT_LATIN:
        return LATIN;
    case G_UNICODE_SCRIPT_HAN:
        return HAN;
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
        return KANA;
    case G_UNICODE_SCRIPT_HANGUL:
        return HANGUL;
    case G_UNICODE_SCRIPT_CYRILLIC:
        return CYRILLIC;
    case G_UNICODE_SCRIPT_THAI:
        return THAI;
    case G_UNICODE_SCRIPT_ARABIC:
        return ARABIC;
    case G_UNICODE_SCRIPT_HEBREW:
        return HEBREW;
    case G_UNICODE_SCRIPT_GREEK:
        return GREEK;
    default:
        return SCRIPTS;
    }
}

/* The length of a word that is a URL or an address, which says nothing of the language; 0 if at is none. */
static size_t skip_address(const char *at)
{
    size_t size = 0;
    bool address = false;
    while (g_ascii_isgraph(at[size])) {
        address |= at[size] == '@' || strncmp(at + size, "://", 3) == 0;
        size++;
    }
    return address ? size : 0;
}

static void count_scripts(const char *text, size_t counts[SCRIPTS + 1])
{
    bool word = false;
    for (const char *at = text; *at != '\0';) {
        bool graph = g_ascii_isgraph(*at);
        size_t skipped = graph && !word ? skip_address(at) : 0;
        word = graph;
        if (skipped > 0) {
            at += skipped;
            word = false;
            continue;
        }
        counts[g_ascii_isalpha(*at) ? LATIN : (unsigned char)*at < 128 ? SCRIPTS : script_of(g_utf8_get_char(at))]++;
        at = g_utf8_next_char(at);
    }
}

/*
 * Japanese has kana, more than the odd の that Chinese writers like to use. One character of Han or kana says as much
 * as three letters.
 */
static const char *main_language(const char *text)
{
    static const char *const languages[SCRIPTS] = {
        [LATIN] = "en", [HAN] = "zh",    [KANA] = "ja",   [HANGUL] = "ko", [CYRILLIC] = "ru",
        [THAI] = "th",  [ARABIC] = "ar", [HEBREW] = "he", [GREEK] = "el"};
    size_t counts[SCRIPTS + 1] = {0};
    count_scripts(text, counts);
    size_t japanese = counts[HAN] + counts[KANA];
    if (counts[KANA] * 20 >= japanese) {
        counts[KANA] = japanese * 3;
        counts[HAN] = 0;
    } else {
        counts[HAN] = japanese * 3;
        counts[KANA] = 0;
    }
    counts[HANGUL] *= 2;
    size_t best = 0;
    for (size_t i = 1; i < SCRIPTS; i++)
        if (counts[i] > counts[best])
            best = i;
    return counts[best] > 0 ? languages[best] : "";
}

/* ---- Alternatives ---- */

/* Below that many words there is nothing to compare; more are not looked at. */
#define WORDS_LEAST 8
#define WORDS_MOST  20000

/* Words of three letters or more, in lower case, and pairs of other letters, as hashes. Addresses are left out. */
static GHashTable *word_set(const char *text)
{
    GHashTable *set = g_hash_table_new(NULL, NULL);
    gunichar before = 0;
    const char *looked_at = text; /* up to here there is no address */
    while (*text != '\0' && g_hash_table_size(set) < WORDS_MOST) {
        if (text >= looked_at && g_ascii_isgraph(*text)) {
            text += skip_address(text);
            for (looked_at = text; g_ascii_isgraph(*looked_at);)
                looked_at++;
            if (!g_ascii_isgraph(*text))
                continue;
        }
        guint hash = 5381;
        size_t size = 0;
        for (; g_ascii_isalnum(text[size]); size++)
            hash = hash * 33 + (guint)g_ascii_tolower(text[size]);
        if (size > 0) {
            if (size >= 3)
                g_hash_table_add(set, GUINT_TO_POINTER(hash));
            text += size;
            before = 0;
            continue;
        }
        gunichar code = g_utf8_get_char(text);
        bool letter = code >= 128 && g_unichar_isalnum(code);
        if (letter && before != 0)
            g_hash_table_add(set, GUINT_TO_POINTER((before * 65599u + code) | 0x80000000u));
        if (letter || !g_unichar_isspace(code))
            before = letter ? code : 0;
        text = g_utf8_next_char(text);
    }
    return set;
}

/* Whether two alternatives of one text share fewer than three in ten of the words of the shorter. */
static bool texts_differ(const char *a, const char *b)
{
    GHashTable *words = word_set(a), *others = word_set(b);
    if (g_hash_table_size(words) > g_hash_table_size(others)) {
        GHashTable *swap = words;
        words = others;
        others = swap;
    }
    guint common = 0, size = g_hash_table_size(words);
    GHashTableIter iterator;
    gpointer word;
    g_hash_table_iter_init(&iterator, words);
    while (g_hash_table_iter_next(&iterator, &word, NULL))
        common += g_hash_table_contains(others, word) ? 1 : 0;
    g_hash_table_unref(words);
    g_hash_table_unref(others);
    return size >= WORDS_LEAST && common * 10 < size * 3;
}

/* ---- All of it ---- */

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static const char *keep(GStringChunk *strings, char *text)
{
    const char *kept = g_string_chunk_insert(strings, text);
    g_free(text);
    return kept;
}

/* Quoted text without its marks: what there is to read where nobody wrote anything of his own. g_free(). */
static char *without_marks(const char *quoted)
{
    GString *text = g_string_new(NULL);
    for (const char *at = quoted; *at != '\0';) {
        size_t size = strcspn(at, "\n");
        const char *end = at + size;
        while (*at == '>' || *at == '|' || (*at == ' ' && at < end))
            at++;
        g_string_append_len(text, at, end - at);
        if (*end == '\n')
            g_string_append_c(text, '\n');
        at = *end == '\n' ? end + 1 : end;
    }
    return g_strstrip(g_string_free(text, FALSE));
}

/* Own words: never empty when there is anything to read. */
static const char *choose_own(const struct sks_body *body, GStringChunk *strings)
{
    if (body->own[0] != '\0')
        return body->own;
    const char *quoted = keep(strings, without_marks(body->quoted));
    const char *const choices[] = {quoted, body->signature, body->footer, body->hidden};
    for (size_t i = 0; i < G_N_ELEMENTS(choices); i++)
        if (choices[i][0] != '\0')
            return choices[i];
    return "";
}

void sks_body_split(struct sks_body *out_body, GStringChunk *strings, const struct sks_body_source *source)
{
    struct sks_body body = {.flags = source->flags};
    bool html = !is_blank(source->html_text);
    char *plain = source->plain == NULL ? NULL
                  : source->flowed      ? unflow(source->plain, source->delsp)
                                        : g_strdup(source->plain);
    if (html && !is_blank(plain) && texts_differ(plain, source->html_text))
        body.flags |= SKS_BODY_ALTERNATIVES_DIFFER;
    if (source->flowed && plain != NULL)
        body.flags |= SKS_BODY_FLOWED;
    char *text = html ? g_strdup(source->html_text) : plain != NULL ? g_strdup(plain) : g_strdup("");
    g_free(plain);
    GArray *lines = split_lines(text);
    sks_body_mark_quotes((struct sks_line *)lines->data, lines->len);
    sks_body_mark_tail((struct sks_line *)lines->data, lines->len);
    body.own = keep(strings, join(lines, SKS_LINE_OWN));
    body.quoted = keep(strings, join(lines, SKS_LINE_QUOTED));
    body.signature = keep(strings, join(lines, SKS_LINE_SIGNATURE));
    body.footer = keep(strings, join(lines, SKS_LINE_FOOTER));
    body.hidden = source->html_hidden != NULL ? g_string_chunk_insert(strings, source->html_hidden) : "";
    g_array_unref(lines);
    g_free(text);
    body.own = choose_own(&body, strings);
    body.language = main_language(body.own);
    body.own_characters = (size_t)g_utf8_strlen(body.own, -1);
    *out_body = body;
}
