/* Nothing is written before the next character needs it, so that lines carry no white space at their end. */
#include "message/html-text.h"

#include <string.h>

#include "base/unicode.h"

/* Blank lines in a row say nothing. */
#define LINES_MOST 2u

/* Levels of quotation beyond say nothing, either, and each costs two bytes a line. */
#define QUOTE_MOST 8u

/* Spaces in a row, in preformatted text. */
#define INDENT_MOST 100u

void sks_html_text_init(struct sks_html_text *text, size_t ceiling)
{
    *text = (struct sks_html_text){0};
    sks_buffer_init(&text->out, ceiling);
}

static void end_lines(struct sks_html_text *text, unsigned lines)
{
    text->space = false;
    text->source_end = false;
    text->tab = false;
    text->indent = 0;
    if (text->out.size > 0)
        text->lines = MAX(text->lines, lines);
}

void sks_html_text_line(struct sks_html_text *text)
{
    end_lines(text, 1);
}

void sks_html_text_paragraph(struct sks_html_text *text)
{
    end_lines(text, 2);
}

void sks_html_text_break(struct sks_html_text *text)
{
    end_lines(text, MIN(text->lines + 1, LINES_MOST));
}

void sks_html_text_cell(struct sks_html_text *text)
{
    if (text->begun && text->lines == 0)
        text->tab = true;
}

/* Writes what is due before a character. */
static void settle(struct sks_html_text *text, unsigned quote, bool wide)
{
    if (text->lines > 0) {
        sks_buffer_add(&text->out, "\n\n\n", MIN(text->lines, LINES_MOST));
        text->lines = 0;
        text->begun = false;
    }
    if (!text->begun)
        for (unsigned i = 0; i < MIN(quote, QUOTE_MOST); i++)
            sks_buffer_add(&text->out, "> ", 2);
    if (text->indent > 0)
        for (unsigned i = 0; i < text->indent; i++)
            sks_buffer_add(&text->out, " ", 1);
    else if (text->begun && text->tab)
        sks_buffer_add(&text->out, "\t", 1);
    else if (text->begun && text->space && !(text->source_end && text->wide && wide))
        /* A line end of the source between two Japanese characters is no space (CSS Text 3, section 4.1.3). */
        sks_buffer_add(&text->out, " ", 1);
    text->begun = true;
    text->tab = false;
    text->space = false;
    text->source_end = false;
    text->indent = 0;
}

static void add_space(struct sks_html_text *text, char c, bool preformatted)
{
    if (!preformatted) {
        text->source_end |= c == '\n';
        text->space = true;
    } else if (c == '\n') {
        sks_html_text_break(text);
    } else {
        text->indent = MIN(text->indent + (c == '\t' ? 8 - text->indent % 8 : 1), INDENT_MOST);
    }
}

static bool is_letter(char c)
{
    return c > ' ' && c < 0x7f;
}

/* How many bytes of ASCII's words there are that have one space between them: these stay as they are. */
static size_t words_size(const char *at, size_t size)
{
    size_t words = 0;
    while (words < size &&
           (is_letter(at[words]) || (at[words] == ' ' && words > 0 && words + 1 < size && is_letter(at[words + 1]))))
        words++;
    return words;
}

void sks_html_text_add(struct sks_html_text *text, const char *utf8, unsigned quote, bool preformatted)
{
    for (const char *at = utf8, *end = utf8 + strlen(utf8); at < end;) {
        size_t run = words_size(at, (size_t)(end - at));
        if (run > 0) {
            settle(text, quote, false);
            sks_buffer_add(&text->out, at, run);
            text->wide = false;
            at += run;
            continue;
        }
        const char *next = g_utf8_next_char(at);
        gunichar code = g_utf8_get_char(at);
        if (code == ' ' || code == '\t' || code == '\n' || code == '\f' || code == 0xA0) {
            add_space(text, code == 0xA0 ? ' ' : (char)code, preformatted);
        } else if (code == '\r') {
            if (*next != '\n')
                add_space(text, '\n', preformatted);
        } else if (code >= ' ' && code != 127 && !(code >= 0x80 && code < 0xA0)) {
            bool wide = code >= 0x1100 && g_unichar_iswide(code) && !(code >= 0xAC00 && code <= 0xD7A3);
            settle(text, quote, wide);
            sks_buffer_add(&text->out, at, (size_t)(next - at));
            text->wide = wide;
        }
        at = next;
    }
}

char *sks_html_text_take(struct sks_html_text *text)
{
    /* The ceiling may have split a character. */
    size_t valid;
    if (!sks_unicode_is_utf8(text->out.data, text->out.size, &valid))
        text->out.data[valid] = '\0';
    char *taken = sks_buffer_take(&text->out, NULL);
    sks_buffer_finish(&text->out);
    return taken;
}
