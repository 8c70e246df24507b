/* Verdicts for the eye. Widths are counted by Unicode's East Asian width, so that Japanese columns stay straight. */
#include "terminal.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LABEL_COLUMNS  10
#define AMOUNT_COLUMNS 7
#define ID_COLUMNS     34

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

void sks_terminal_cell(FILE *stream, const char *text, size_t columns)
{
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
    if (*at != '\0') {
        fputs("…", stream);
        width++;
    }
    for (; width < columns; width++)
        fputc(' ', stream);
}

struct sks_terminal_style sks_terminal_style(void)
{
    struct sks_terminal_style style = {.columns = 100};
    struct winsize size;
    if (isatty(STDOUT_FILENO)) {
        const char *terminal = getenv("TERM");
        style.colour = getenv("NO_COLOR") == NULL && terminal != NULL && strcmp(terminal, "dumb") != 0;
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 60)
            style.columns = size.ws_col;
    }
    return style;
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

static const char *label_of(enum sks_class class_, enum sks_language language)
{
    static const char *const labels[SKS_LANGUAGE_COUNT][SKS_CLASS_COUNT] = {
        [SKS_LANGUAGE_JAPANESE] = {"正常", "ばらまき", "標的型"},
        [SKS_LANGUAGE_ENGLISH] = {"clean", "bulk", "targeted"},
    };
    return labels[language][class_];
}

static void in_colour(FILE *stream, const struct sks_terminal_style *style, const char *colour)
{
    if (style->colour)
        fputs(colour, stream);
}

static void print_head(FILE *stream, const struct sks_terminal_style *style, const struct sks_verdict *verdict,
                       const char *file, size_t index)
{
    char *source = index > 0 ? g_strdup_printf("%s #%zu", file, index + 1) : g_strdup(file);
    in_colour(stream, style, colour_of(sks_verdict_class(verdict)));
    sks_terminal_cell(stream, label_of(sks_verdict_class(verdict), style->language), LABEL_COLUMNS);
    in_colour(stream, style, "\033[0m");
    in_colour(stream, style, "\033[1m");
    const char *subject = sks_verdict_subject(verdict);
    const char *none = style->language == SKS_LANGUAGE_JAPANESE ? "（件名なし）" : "(no subject)";
    sks_terminal_cell(stream, *subject != '\0' ? subject : none, style->columns - LABEL_COLUMNS);
    in_colour(stream, style, "\033[0m");
    char *from = g_strdup_printf("%s%s<%s>", sks_verdict_from_name(verdict),
                                 *sks_verdict_from_name(verdict) != '\0' ? " " : "", sks_verdict_from_address(verdict));
    fprintf(stream, "\n%*s", LABEL_COLUMNS, "");
    size_t room = style->columns - LABEL_COLUMNS, half = room / 2;
    sks_terminal_cell(stream, from, half - 2);
    in_colour(stream, style, "\033[2m");
    fputs("  ", stream);
    sks_terminal_cell(stream, source, room - half);
    in_colour(stream, style, "\033[0m");
    fputc('\n', stream);
    g_free(from);
    g_free(source);
}

static void print_evidence(FILE *stream, const struct sks_terminal_style *style, const struct sks_evidence *evidence)
{
    in_colour(stream, style, "\033[2m");
    fprintf(stream, "%*s%+*.2f  ", LABEL_COLUMNS, "", AMOUNT_COLUMNS, evidence->contribution);
    in_colour(stream, style, "\033[0m");
    sks_terminal_cell(stream, evidence->id, ID_COLUMNS);
    size_t indent = LABEL_COLUMNS + AMOUNT_COLUMNS + 2 + ID_COLUMNS;
    const char *reason = evidence->reason[style->language];
    if (style->columns > indent + 40) {
        size_t room = style->columns - indent;
        char *text = *evidence->where != '\0' ? g_strdup_printf("%s [%s]", reason, evidence->where) : g_strdup(reason);
        sks_terminal_cell(stream, text, room);
        g_free(text);
    } else {
        fprintf(stream, "\n%*s", LABEL_COLUMNS + AMOUNT_COLUMNS + 2, "");
        sks_terminal_cell(stream, reason, style->columns - LABEL_COLUMNS - AMOUNT_COLUMNS - 2);
    }
    fputc('\n', stream);
}

void sks_terminal_verdict(FILE *stream, const struct sks_terminal_style *style, const char *file, size_t index,
                          const struct sks_verdict *verdict, const char *action)
{
    bool japanese = style->language == SKS_LANGUAGE_JAPANESE;
    print_head(stream, style, verdict, file, index);
    fprintf(stream, "%*s%s\n", LABEL_COLUMNS, "", sks_verdict_summary(verdict, style->language));
    fprintf(stream,
            japanese ? "%*sスコア %+.2f  確率 正常 %.1f%% ばらまき %.1f%% 標的型 %.1f%%  処置 %s\n"
                     : "%*sscore %+.2f  probability clean %.1f%% bulk %.1f%% targeted %.1f%%  action %s\n",
            LABEL_COLUMNS, "", sks_verdict_score(verdict), 100 * sks_verdict_probability(verdict, SKS_CLASS_CLEAN),
            100 * sks_verdict_probability(verdict, SKS_CLASS_BULK),
            100 * sks_verdict_probability(verdict, SKS_CLASS_TARGETED), action);
    for (size_t i = 0; i < sks_verdict_evidence_count(verdict); i++) {
        const struct sks_evidence *evidence = sks_verdict_evidence(verdict, i);
        if (style->all || fabs(evidence->contribution) >= 0.05 || fabs(evidence->bulk_contribution) >= 0.05)
            print_evidence(stream, style, evidence);
    }
    fputc('\n', stream);
}

void sks_terminal_progress(size_t done, double seconds)
{
    if (!isatty(STDERR_FILENO))
        return;
    if (done == 0)
        fputs("\r\033[K", stderr);
    else
        fprintf(stderr, "\r%zu mails, %.0f a second\033[K", done, seconds > 0 ? (double)done / seconds : 0);
    fflush(stderr);
}
