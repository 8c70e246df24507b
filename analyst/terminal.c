/* Verdicts for the eye. Widths are counted by Unicode's East Asian width, so that Japanese columns stay straight. */
#include "terminal.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/shown.h"
#include "summary.h"
#include "words.h"

#define AMOUNT_COLUMNS 7
#define ID_COLUMNS     38

/* A narrower terminal is treated as one of these: it wraps the lines itself. */
#define LEAST_COLUMNS 40

/* Evidence that moved the score by less is shown only when all is asked for. */
#define LEAST_AMOUNT 0.05

void sks_terminal_show(FILE *stream, const char *text)
{
    g_autofree char *shown = sks_shown(text);
    fputs(shown, stream);
}

static size_t character_width(gunichar character)
{
    if (g_unichar_iszerowidth(character))
        return 0;
    return g_unichar_iswide(character) ? 2 : 1;
}

size_t sks_terminal_width(const char *text)
{
    size_t width = 0;
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        width += character_width(g_utf8_get_char(at));
    return width;
}

/* Prints text cut to columns; returns how many it took. */
static size_t print_cut(FILE *stream, const char *text, size_t columns)
{
    g_autofree char *shown = sks_shown(text);
    text = shown;
    size_t whole = sks_terminal_width(text), room = whole > columns ? columns - 1 : columns, width = 0;
    const char *at = text;
    while (*at != '\0') {
        size_t next = character_width(g_utf8_get_char(at));
        if (width + next > room)
            break;
        width += next;
        at = g_utf8_next_char(at);
    }
    fwrite(text, 1, (size_t)(at - text), stream);
    if (*at == '\0')
        return width;
    fputs("…", stream);
    return width + 1;
}

void sks_terminal_right(FILE *stream, const char *text, size_t columns)
{
    g_autofree char *shown = sks_shown(text);
    size_t width = sks_terminal_width(shown);
    fprintf(stream, "%*s%s", width < columns ? (int)(columns - width) : 0, "", shown);
}

void sks_terminal_cell(FILE *stream, const char *text, size_t columns)
{
    for (size_t width = print_cut(stream, text, columns); width < columns; width++)
        fputc(' ', stream);
}

static bool within_word(gunichar character)
{
    return !g_unichar_iswide(character) &&
           (g_unichar_isalnum(character) || (character < 0x80 && strchr("+-._@", (int)character) != NULL));
}

/* Whether a line may end before at: not inside a word in Latin letters, nor where a Japanese line may not. */
static bool may_break(const char *at)
{
    static const char never_first[] = "、。，．）」』】？！ー・", never_last[] = "（「『【";
    gunichar last = g_utf8_get_char(g_utf8_prev_char(at)), first = g_utf8_get_char(at);
    return g_utf8_strchr(never_first, -1, first) == NULL && g_utf8_strchr(never_last, -1, last) == NULL &&
           !(within_word(last) && within_word(first));
}

/* Where a line of at most columns ends: at a blank if there is one in its second half, else where it may; where that
 * would leave less than half a line, wherever it is full. */
static const char *line_break(const char *text, size_t columns)
{
    size_t width = 0;
    const char *at = text, *blank = NULL;
    while (*at != '\0') {
        gunichar character = g_utf8_get_char(at);
        width += character_width(character);
        if (width > columns)
            break;
        if (character == ' ' && width > columns / 2)
            blank = at;
        at = g_utf8_next_char(at);
    }
    if (*at == '\0')
        return at;
    if (blank != NULL)
        return blank;
    const char *full = at > text ? at : g_utf8_next_char(text);
    while (at > text && !may_break(at))
        at = g_utf8_prev_char(at);
    return at - text > (full - text) / 2 ? at : full;
}

void sks_terminal_wrapped(FILE *stream, const char *text, size_t first, size_t indent, size_t columns)
{
    g_autofree char *shown = sks_shown(text);
    text = shown;
    for (bool begun = first > 0; *text != '\0'; begun = false) {
        size_t start = begun ? first : indent;
        const char *end = line_break(text, columns > start + 2 ? columns - start : 2);
        const char *behind = end;
        while (*end != '\0' && behind > text && behind[-1] == ' ')
            behind--;
        fprintf(stream, "%*s%.*s\n", begun ? 0 : (int)indent, "", (int)(behind - text), text);
        text = end;
        while (*text == ' ')
            text++;
    }
}

struct sks_terminal_style sks_terminal_style(void)
{
    struct sks_terminal_style style = {.columns = 100};
    struct winsize size;
    if (isatty(STDOUT_FILENO)) {
        const char *terminal = getenv("TERM");
        style.colour = getenv("NO_COLOR") == NULL && terminal != NULL && strcmp(terminal, "dumb") != 0;
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= LEAST_COLUMNS)
            style.columns = size.ws_col;
    }
    return style;
}

void sks_terminal_say(FILE *stream, const char *text)
{
    sks_terminal_wrapped(stream, text, 0, 0, sks_terminal_style().columns);
}

static const char *colour_of(enum sks_class class_)
{
    switch (class_) {
    case SKS_CLASS_TARGETED:
        return "\033[1;31m";
    case SKS_CLASS_BULK:
        return "\033[1;33m";
    default:
        return "\033[1;32m";
    }
}

/* Wide enough for the class, and a blank. */
static int label_columns(const struct sks_terminal_style *style)
{
    return style->language == SKS_LANGUAGE_JAPANESE ? 12 : 10;
}

static void in_colour(FILE *stream, const struct sks_terminal_style *style, const char *colour)
{
    if (style->colour)
        fputs(colour, stream);
}

static void print_head(FILE *stream, const struct sks_terminal_style *style, const struct sks_verdict *verdict,
                       const char *file, size_t index)
{
    char *name = sks_shown(file);
    char *source = index > 0 ? g_strdup_printf("%s #%zu", name, index + 1) : g_strdup(name);
    size_t room = style->columns - label_columns(style);
    in_colour(stream, style, colour_of(sks_verdict_class(verdict)));
    sks_terminal_cell(stream, sks_class_label(sks_verdict_class(verdict), style->language), label_columns(style));
    in_colour(stream, style, "\033[0m\033[1m");
    const char *subject = sks_verdict_subject(verdict);
    const char *none = style->language == SKS_LANGUAGE_JAPANESE ? "（件名なし）" : "(no subject)";
    print_cut(stream, *subject != '\0' ? subject : none, room);
    in_colour(stream, style, "\033[0m");
    char *from = g_strdup_printf("%s%s<%s>", sks_verdict_from_name(verdict),
                                 *sks_verdict_from_name(verdict) != '\0' ? " " : "", sks_verdict_from_address(verdict));
    fprintf(stream, "\n%*s", label_columns(style), "");
    print_cut(stream, from, room);
    in_colour(stream, style, "\033[2m");
    fprintf(stream, "\n%*s%s\n", label_columns(style), "", source);
    in_colour(stream, style, "\033[0m");
    g_free(from);
    g_free(source);
    g_free(name);
}

static void print_evidence(FILE *stream, const struct sks_terminal_style *style, const struct sks_evidence *evidence,
                           double amount)
{
    size_t indent = label_columns(style) + AMOUNT_COLUMNS + 2;
    fprintf(stream, "%*s%+*.2f  ", label_columns(style), "", AMOUNT_COLUMNS, amount);
    if (*evidence->where != '\0') {
        bool beside = style->columns > indent + ID_COLUMNS;
        sks_terminal_cell(stream, evidence->id, beside ? ID_COLUMNS : style->columns - indent);
        in_colour(stream, style, "\033[2m");
        if (!beside)
            fprintf(stream, "\n%*s", (int)indent, "");
        print_cut(stream, evidence->where, style->columns - indent - (beside ? ID_COLUMNS : 0));
        in_colour(stream, style, "\033[0m");
    } else {
        fputs(evidence->id, stream);
    }
    fputc('\n', stream);
    sks_terminal_wrapped(stream, evidence->reason[style->language], 0, indent, style->columns);
}

/* What the amounts beside the evidence add up to: the score, or for bulk mail its own. */
static void print_scores(FILE *stream, const struct sks_terminal_style *style, const struct sks_verdict *verdict,
                         const char *action)
{
    bool japanese = style->language == SKS_LANGUAGE_JAPANESE, bulk = sks_verdict_class(verdict) == SKS_CLASS_BULK;
    double score = bulk ? sks_verdict_bulk_score(verdict) : sks_verdict_score(verdict);
    const char *name = bulk ? (japanese ? "ばらまき型スコア" : "bulk score") : (japanese ? "スコア" : "score");
    g_autofree char *amount = g_strdup_printf("%s %+.2f", name, score);
    g_autofree char *shares = g_strdup_printf(japanese ? "確率：正常 %.1f%%、ばらまき型 %.1f%%、標的型 %.1f%%"
                                                       : "probability: clean %.1f%%, bulk %.1f%%, targeted %.1f%%",
                                              100 * sks_verdict_probability(verdict, SKS_CLASS_CLEAN),
                                              100 * sks_verdict_probability(verdict, SKS_CLASS_BULK),
                                              100 * sks_verdict_probability(verdict, SKS_CLASS_TARGETED));
    g_autofree char *act = g_strdup_printf(japanese ? "処置：%s" : "action: %s", action);
    const char *parts[] = {amount, shares, act};
    size_t column = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        size_t width = sks_terminal_width(parts[i]);
        bool fits = i > 0 && column + 3 + width <= style->columns;
        fprintf(stream, "%s%*s%s", i > 0 && !fits ? "\n" : "", fits ? 3 : label_columns(style), "", parts[i]);
        column = (fits ? column + 3 : (size_t)label_columns(style)) + width;
    }
    fputc('\n', stream);
}

void sks_terminal_verdict(FILE *stream, const struct sks_terminal_style *style, const char *file, size_t index,
                          const struct sks_verdict *verdict, const char *action)
{
    bool bulk = sks_verdict_class(verdict) == SKS_CLASS_BULK;
    print_head(stream, style, verdict, file, index);
    sks_terminal_wrapped(stream, sks_verdict_summary(verdict, style->language), 0, label_columns(style),
                         style->columns);
    print_scores(stream, style, verdict, action);
    for (size_t i = 0; i < sks_verdict_evidence_count(verdict); i++) {
        const struct sks_evidence *evidence = sks_verdict_evidence(verdict, i);
        double amount = bulk ? evidence->bulk_contribution : evidence->contribution;
        if (style->all || fabs(amount) >= LEAST_AMOUNT || sks_summary_decides(evidence->id, sks_verdict_class(verdict)))
            print_evidence(stream, style, evidence, amount);
    }
    fputc('\n', stream);
}

void sks_terminal_progress(size_t done, double seconds)
{
    if (!isatty(STDERR_FILENO))
        return;
    g_autofree char *mails = sks_counted(done, "通", "mail", "mails");
    if (done == 0)
        fputs("\r\033[K", stderr);
    else
        fprintf(stderr, sks_words("\r%s、毎秒 %.0f通\033[K", "\r%s, %.0f a second\033[K"), mails,
                seconds > 0 ? (double)done / seconds : 0);
    fflush(stderr);
}
