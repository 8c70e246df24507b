/*
 * A long subject or name is sought anywhere in the text. A short one, or one that is a common word, counts only where
 * it is set apart ("件名：資料"), and tells little then. Robots cut long subjects ("共同研究開発に関する..."), and
 * leave out extensions of files and what a mailer or its user put before the subject ("Re: 【重要】").
 */
#include "quote.h"

#include <string.h>

#include "lists/lists.h"
#include "sekisho/limits.h"

/* Code points. Shorter ones stand in many a text by chance … */
#define LONG_LEAST  5
#define WORDS_LEAST 8 /* … of file names without extension, or of what is left of a subject; words even if longer */
#define SHORT_LEAST 2
#define CUT_LEAST   6 /* of a subject before an ellipsis */

#define VALUES_MOST    24u
#define VALUE_SIZE     256u /* bytes */
#define LINES_MOST     200u
#define ELLIPSES_MOST  16u
#define INNER_MOST     16u
#define EXTENSION_MOST 5

/* "re: fw: 【至急】x" as people and programs put before a subject that they take over; what is in brackets may be all.
 */
static const char *bare_subject(const char *subject)
{
    static const char *const prefixes[] = {"re:", "re :", "fw:", "fwd:", "aw:", "返信:", "転送:", " "};
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (g_str_has_prefix(subject, prefixes[i])) {
            subject += strlen(prefixes[i]);
            i = (size_t)-1;
        }
    }
    return subject;
}

static const char *without_brackets(const char *subject)
{
    static const char *const closing[][2] = {{"【", "】"}, {"[", "]"}, {"(", ")"}, {"<", ">"}};
    for (bool found = true; found;) {
        found = false;
        for (size_t i = 0; i < G_N_ELEMENTS(closing) && !found; i++) {
            const char *end = g_str_has_prefix(subject, closing[i][0]) ? strstr(subject, closing[i][1]) : NULL;
            const char *rest = end != NULL ? bare_subject(end + strlen(closing[i][1])) : "";
            found = *rest != '\0';
            subject = found ? rest : subject;
        }
    }
    return subject;
}

/* The name without an extension of letters and digits. g_free(). */
static char *stem_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    size_t size = dot != NULL ? strlen(dot + 1) : 0;
    bool extension = dot != NULL && dot > name && size > 0 && size <= EXTENSION_MOST;
    for (size_t i = 0; extension && i < size; i++)
        extension = g_ascii_isalnum(dot[1 + i]);
    return extension ? g_strndup(name, (gsize)(dot - name)) : g_strdup(name);
}

/* ---- What a mail says ---- */

static void add_value(GPtrArray *values, const char *begin, const char *end)
{
    while (begin < end && g_ascii_isspace(*begin))
        begin++;
    if (begin >= end || (size_t)(end - begin) > VALUE_SIZE || values->len >= VALUES_MOST)
        return;
    g_autofree char *text = g_strndup(begin, (gsize)(end - begin));
    g_autofree char *value = sks_lists_normalise(text);
    const char *bare = bare_subject(value);
    if (g_utf8_strlen(bare, -1) >= SHORT_LEAST &&
        !g_ptr_array_find_with_equal_func(values, bare, (GEqualFunc)g_str_equal, NULL))
        g_ptr_array_add(values, g_strdup(bare));
}

/* The line itself, what stands behind its first colon, and what is in brackets. */
static void add_values_of_line(GPtrArray *values, const char *line, size_t size)
{
    static const char *const pairs[][2] = {{"「", "」"}, {"『", "』"}, {"“", "”"}, {"\"", "\""}, {"【", "】"}};
    g_autofree char *text = g_strndup(line, MIN(size, 2 * VALUE_SIZE));
    const char *end = text + strlen(text), *wide = strstr(text, "："), *colon = strchr(text, ':');
    if (wide != NULL && (colon == NULL || wide < colon))
        add_value(values, wide + strlen("："), end);
    else if (colon != NULL)
        add_value(values, colon + 1, end);
    else
        add_value(values, text, end);
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        const char *open = strstr(text, pairs[i][0]);
        const char *close = open != NULL ? strstr(open + strlen(pairs[i][0]), pairs[i][1]) : NULL;
        if (close != NULL)
            add_value(values, open + strlen(pairs[i][0]), close);
    }
}

void sks_quote_init(struct sks_quote *quote, const struct sks_message *message)
{
    const char *texts[] = {message->subject, message->body.own, message->body.quoted};
    g_autofree char *text = g_strdup_printf("%s\n%.*s\n%.*s", message->subject, (int)SKS_LIMIT_PASSWORD_TEXT,
                                            message->body.own, (int)SKS_LIMIT_PASSWORD_TEXT, message->body.quoted);
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *subject = sks_lists_normalise(message->subject);
    *quote = (struct sks_quote){.words = sks_lists_normalise(valid),
                                .subject = g_strdup(bare_subject(subject)),
                                .values = g_ptr_array_new_with_free_func(g_free)};
    unsigned lines = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        for (const char *line = texts[i]; *line != '\0' && lines < LINES_MOST && quote->values->len < VALUES_MOST;
             lines++) {
            size_t size = strcspn(line, "\n");
            add_values_of_line(quote->values, line, size);
            line += line[size] != '\0' ? size + 1 : size;
        }
}

void sks_quote_finish(struct sks_quote *quote)
{
    g_free(quote->words);
    g_free(quote->subject);
    if (quote->values != NULL)
        g_ptr_array_unref(quote->values);
    *quote = (struct sks_quote){0};
}

/* ---- Of another ---- */

static bool holds(const char *text, const char *words, glong least)
{
    return g_utf8_strlen(words, -1) >= least && strstr(text, words) != NULL;
}

/* Whether it is no mere word of a language that has blanks between its words. */
static bool is_telling(const char *text)
{
    bool letters = true;
    for (const char *at = text; *at != '\0' && letters; at++)
        letters = g_ascii_isalpha(*at) || *at == ' ';
    return !letters;
}

/* Whether the subject's beginning stands before an ellipsis. */
static bool holds_cut(const char *words, const char *subject)
{
    static const char *const dots = "..."; /* as the normal form has "…" */
    const char *at = words;
    if (g_utf8_strlen(subject, -1) <= CUT_LEAST)
        return false;
    for (unsigned i = 0; i < ELLIPSES_MOST && (at = strstr(at, dots)) != NULL; i++, at += strlen(dots)) {
        glong length = 0;
        for (const char *end = subject; *end != '\0'; end = g_utf8_next_char(end), length++) {
            size_t size = (size_t)(end - subject);
            if (length >= CUT_LEAST && size <= (size_t)(at - words) && memcmp(at - size, subject, size) == 0)
                return true;
        }
    }
    return false;
}

static bool has_value(const struct sks_quote *quote, const char *value)
{
    return g_utf8_strlen(value, -1) >= SHORT_LEAST &&
           g_ptr_array_find_with_equal_func(quote->values, value, (GEqualFunc)g_str_equal, NULL);
}

static enum sks_quoted find_subject(const struct sks_quote *quote, const char *subject)
{
    g_autofree char *normal = sks_lists_normalise(subject);
    const char *bare = bare_subject(normal), *rest = without_brackets(bare);
    bool shorter = rest != bare;
    if (holds(quote->words, bare, LONG_LEAST) || holds(normal, quote->subject, LONG_LEAST) ||
        (shorter && is_telling(rest) && holds(quote->words, rest, LONG_LEAST)) || holds_cut(quote->words, bare))
        return SKS_QUOTED;
    return has_value(quote, bare) || has_value(quote, rest) ? SKS_QUOTED_SHORTLY : SKS_QUOTED_NOT;
}

bool sks_quote_stands_in(const struct sks_quote *quote, const char *subject)
{
    g_autofree char *normal = sks_lists_normalise(subject);
    return holds(normal, quote->subject, LONG_LEAST);
}

static enum sks_quoted find_file(const struct sks_quote *quote, const char *file)
{
    g_autofree char *name = sks_lists_normalise(file), *stem = stem_of(name);
    if (holds(quote->words, name, LONG_LEAST) || (is_telling(stem) && holds(quote->words, stem, WORDS_LEAST)))
        return SKS_QUOTED;
    return has_value(quote, name) || has_value(quote, stem) ? SKS_QUOTED_SHORTLY : SKS_QUOTED_NOT;
}

enum sks_quoted sks_quote_find(const struct sks_quote *quote, const char *subject, const char *files)
{
    enum sks_quoted best = find_subject(quote, subject);
    g_auto(GStrv) names = g_strsplit(files, "\n", -1);
    for (size_t i = 0; names[i] != NULL && best != SKS_QUOTED; i++)
        best = MAX(best, find_file(quote, names[i]));
    return best;
}

static void visit_form(sks_quote_visit visit, void *data, const char *form)
{
    glong length = g_utf8_strlen(form, -1);
    if (length >= SHORT_LEAST && strlen(form) <= VALUE_SIZE)
        visit(data, form, length < WORDS_LEAST || !is_telling(form));
}

void sks_quote_each_form(const char *subject, const char *files, sks_quote_visit visit, void *data)
{
    g_autofree char *normal = sks_lists_normalise(subject);
    const char *bare = bare_subject(normal), *rest = without_brackets(bare);
    visit_form(visit, data, bare);
    if (rest != bare)
        visit_form(visit, data, rest);
    g_auto(GStrv) names = g_strsplit(files, "\n", -1);
    for (size_t i = 0; names[i] != NULL && i < INNER_MOST; i++) {
        g_autofree char *name = sks_lists_normalise(names[i]), *stem = stem_of(name);
        visit_form(visit, data, name);
        if (strcmp(stem, name) != 0)
            visit_form(visit, data, stem);
    }
}

/* ---- The files of a mail ---- */

static void add_file(GString *files, const char *name)
{
    if (*name != '\0' && strchr(name, '\n') == NULL)
        g_string_append_printf(files, "%s%s", files->len > 0 ? "\n" : "", name);
}

char *sks_quote_list_files(const struct sks_walk *walk)
{
    GString *files = g_string_new(NULL);
    unsigned inner = 0;
    for (guint i = 0; i < walk->attachments->len; i++) {
        const struct sks_attachment *attachment = g_ptr_array_index(walk->attachments, i);
        if (sks_attachment_is_encrypted(attachment))
            add_file(files, attachment->name);
    }
    for (guint i = 0; i < walk->attachments->len; i++) {
        const struct sks_attachment *attachment = g_ptr_array_index(walk->attachments, i);
        for (size_t k = 0; k < attachment->fact_count && inner < INNER_MOST; k++) {
            const struct sks_fact *fact = &attachment->facts[k];
            const char *slash = strrchr(fact->where, '/');
            if (strcmp(fact->id, "attachment.encrypted-inside") != 0)
                continue;
            add_file(files, slash != NULL ? slash + 1 : fact->where);
            inner++;
        }
    }
    return g_string_free(files, FALSE);
}
