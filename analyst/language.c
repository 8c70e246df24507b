/*
 * sekisho language: how a text reads. Without --json, the text with the places marked (in colour on a terminal, else
 * between brackets) and the reasons beneath, numbered alike.
 */
#include "command.h"

#include <errno.h>
#include <getopt.h>
#include <glib.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shown.h"
#include "language/language.h"
#include "sekisho/limits.h"
#include "terminal.h"
#include "words.h"

#define COMMAND "language"

struct run {
    struct sks_language_room *room;
    struct sks_terminal_style style;
    bool json, lines;
    const char *path; /* as given */
};

static json_t *spans_to_json(const struct sks_span *spans, size_t count, bool japanese)
{
    static const char *const kinds[] = {
        [SKS_SPAN_SLIP] = "slip",         [SKS_SPAN_MISSPELLING] = "misspelling",   [SKS_SPAN_GLYPH] = "foreign_glyph",
        [SKS_SPAN_REGISTER] = "register", [SKS_SPAN_TRANSLATED] = "translationese", [SKS_SPAN_LURE] = "lure"};
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_pack("{s:I, s:I, s:s, s:s, s:s, s:s}", "at", (json_int_t)spans[i].at,
                                               "length", (json_int_t)spans[i].length, "why",
                                               japanese ? spans[i].why_ja : spans[i].why_en, "why_ja", spans[i].why_ja,
                                               "why_en", spans[i].why_en, "kind", kinds[spans[i].kind]));
    return array;
}

static json_t *to_json(const struct sks_language_result *result)
{
    bool japanese = strcmp(result->language, "ja") == 0;
    json_t *misspellings = json_array(), *glyphs = json_array();
    for (size_t i = 0; i < result->misspelling_count; i++)
        json_array_append_new(misspellings, json_pack("{s:s, s:s, s:I}", "word", result->misspellings[i].word,
                                                      "suggestion", result->misspellings[i].suggestion, "at",
                                                      (json_int_t)result->misspellings[i].at));
    for (size_t i = 0; i < result->foreign_glyph_count; i++)
        json_array_append_new(glyphs, json_pack("{s:s, s:s, s:I}", "character", result->foreign_glyphs[i].character,
                                                "japanese", result->foreign_glyphs[i].japanese, "at",
                                                (json_int_t)result->foreign_glyphs[i].at));
    return json_pack("{s:i, s:s, s:f, s:f, s:f, s:f, s:o, s:o, s:o, s:o, s:I, s:b}", "version", 1, "language",
                     result->language, "translationese", result->translationese, "learner", result->learner, "awkward",
                     result->awkward, "lure", result->lure, "misspelling", misspellings, "foreign_glyph", glyphs,
                     "register", spans_to_json(result->register_breaks, result->register_break_count, japanese),
                     "spans", spans_to_json(result->spans, result->span_count, japanese), "characters",
                     (json_int_t)result->characters, "cut", result->cut);
}

static void print_json(const struct sks_language_result *result)
{
    json_t *object = to_json(result);
    char *line = json_dumps(object, JSON_COMPACT);
    puts(line);
    free(line);
    json_decref(object);
}

/* Moves on by so many characters, malformed bytes counting one each. */
static const char *skip(const char *text, size_t characters)
{
    for (; characters > 0 && *text != '\0'; characters--) {
        gunichar character = g_utf8_get_char_validated(text, -1);
        text = character == (gunichar)-1 || character == (gunichar)-2 ? text + 1 : g_utf8_next_char(text);
    }
    return text;
}

static void print_harmless(const char *start, const char *end)
{
    g_autofree char *piece = g_strndup(start, (gsize)(end - start)), *shown = sks_shown_lines(piece);
    fputs(shown, stdout);
}

/* The end of the marks that a span shares with those after it that overlap it. */
static size_t group_of(size_t *out_end, const struct sks_language_result *result, size_t first)
{
    size_t end = result->spans[first].at + result->spans[first].length, i = first + 1;
    for (; i < result->span_count && result->spans[i].at < end; i++)
        end = MAX(end, result->spans[i].at + result->spans[i].length);
    *out_end = end;
    return i;
}

/* Places that overlap are marked as one, and share a number. */
static void print_marked(const struct run *run, const struct sks_language_result *result, const char *text)
{
    const char *open = run->style.colour ? "\033[1;31m" : "[", *close = run->style.colour ? "\033[0m" : "]";
    const char *done = text;
    size_t at = 0, number = 0, group_end;
    for (size_t i = 0; i < result->span_count;) {
        size_t start_at = result->spans[i].at;
        i = group_of(&group_end, result, i);
        const char *start = skip(done, start_at - at), *end = skip(start, group_end - start_at);
        print_harmless(done, start);
        fputs(open, stdout);
        print_harmless(start, end);
        printf("%s(%zu)", close, ++number);
        done = end;
        at = group_end;
    }
    print_harmless(done, done + strlen(done));
    if (*text != '\0' && text[strlen(text) - 1] != '\n')
        putchar('\n');
}

/* "  (3) word: reason", further lines below the word; of a group only the first has the number. */
static void print_reason(const struct run *run, const struct sks_span *span, const char *text, size_t number,
                         size_t digits)
{
    bool japanese = run->style.language == SKS_LANGUAGE_JAPANESE;
    const char *start = skip(text, span->at), *end = skip(start, span->length);
    char *word = g_strdelimit(g_strndup(start, (gsize)(end - start)), "\n\t", ' ');
    char *label = number > 0 ? g_strdup_printf("(%zu)", number) : g_strdup("");
    int indent = (int)digits + 5;
    printf("  %-*s", indent - 2, label);
    char *reason = g_strconcat(word, ": ", japanese ? span->why_ja : span->why_en, NULL);
    sks_terminal_wrapped(stdout, reason, (size_t)indent, (size_t)indent, run->style.columns);
    g_free(reason);
    g_free(label);
    g_free(word);
}

static void print_reasons(const struct run *run, const struct sks_language_result *result, const char *text)
{
    size_t groups = 0, digits = 1, number = 0, end;
    for (size_t i = 0; i < result->span_count; groups++)
        i = group_of(&end, result, i);
    for (; groups >= 10; groups /= 10)
        digits++;
    for (size_t i = 0; i < result->span_count;) {
        size_t next = group_of(&end, result, i);
        number++;
        for (size_t k = i; k < next; k++)
            print_reason(run, &result->spans[k], text, k == i ? number : 0, digits);
        i = next;
    }
}

static void print_text(const struct run *run, const struct sks_language_result *result, const char *text)
{
    print_marked(run, result, text);
    print_reasons(run, result, text);
    char value[4][G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(value[0], sizeof(value[0]), "%.2f", result->translationese);
    g_ascii_formatd(value[1], sizeof(value[1]), "%.2f", result->learner);
    g_ascii_formatd(value[2], sizeof(value[2]), "%.3f", result->awkward);
    g_ascii_formatd(value[3], sizeof(value[3]), "%.2f", result->lure);
    char *scores =
        strcmp(result->language, "en") == 0
            ? g_strdup_printf("language en  lure %s", value[3])
            : g_strdup_printf("language %s  translationese %s  learner %s  awkward %s",
                              *result->language != '\0' ? result->language : "-", value[0], value[1], value[2]);
    sks_terminal_wrapped(stdout, scores, 0, 0, run->style.columns);
    g_free(scores);
}

static int judge(const struct run *run, const char *text)
{
    struct sks_language_result *result;
    int error = sks_language_analyse(&result, run->room, text);
    if (error != 0) {
        sks_complain(COMMAND, "%s", sks_error_text(error));
        return SKS_EXIT_FAILED;
    }
    if (run->json)
        print_json(result);
    else
        print_text(run, result, text);
    sks_language_result_destroy(result);
    return SKS_EXIT_FINE;
}

/* A NUL would end the text; as another control character it counts one and says as little. */
static void replace_nul(char *text, size_t size)
{
    for (char *at = text; (at = memchr(at, '\0', size - (size_t)(at - text))) != NULL;)
        *at = '\1';
}

/* Where bytes stop being UTF-8; size, if they don't. Of what was cut, the last character may be broken. */
static size_t not_utf8_at(const char *bytes, size_t size, bool cut)
{
    enum { LONGEST = 4 };
    for (const char *at = bytes, *end = bytes + size, *invalid; at < end; at = invalid + 1) {
        if (g_utf8_validate(at, end - at, &invalid))
            return size;
        if (*invalid != '\0')
            return cut && end - invalid < LONGEST && g_utf8_get_char_validated(invalid, end - invalid) == (gunichar)-2
                       ? size
                       : (size_t)(invalid - bytes);
    }
    return size;
}

/* Encodings whose bytes are UTF-8 as well, though they mean something else: a NUL in five is UTF-16, an escape sequence
 * for double-byte characters ISO-2022-JP. The offset of the first such byte, or size. */
static size_t other_encoding_at(const char *bytes, size_t size)
{
    size_t nuls = 0;
    for (size_t i = 0; i < size; i++)
        nuls += bytes[i] == '\0';
    if (nuls * 5 > size && size >= 8)
        return (size_t)((const char *)memchr(bytes, '\0', size) - bytes);
    const char *escape = g_strstr_len(bytes, (gssize)size, "\033$");
    return escape != NULL ? (size_t)(escape - bytes) : size;
}

/* Whether text can be judged; if not, says why. Its first byte is so far into the file. */
static bool is_utf8(const struct run *run, const char *bytes, size_t size, bool cut, size_t offset)
{
    size_t at = MIN(not_utf8_at(bytes, size, cut), other_encoding_at(bytes, size));
    if (at < size)
        sks_complain(COMMAND, "%s: isn't UTF-8: byte 0x%02x at offset %zu; convert it first, for example with iconv",
                     run->path, (unsigned char)bytes[at], offset + at);
    return at >= size;
}

static int judge_lines(const struct run *run, FILE *stream)
{
    char *line = NULL;
    size_t allocated = 0, offset = 0;
    ssize_t length;
    int status = SKS_EXIT_FINE;
    while ((length = getline(&line, &allocated, stream)) >= 0) {
        if (!is_utf8(run, line, (size_t)length, false, offset)) {
            status = SKS_EXIT_FAILED; /* one object a line all the same: of none of its text */
            offset += (size_t)length;
            if (judge(run, "") != SKS_EXIT_FINE)
                break;
            continue;
        }
        offset += (size_t)length;
        if (length > 0 && line[length - 1] == '\n')
            line[--length] = '\0';
        if (length > 0 && line[length - 1] == '\r')
            line[--length] = '\0';
        replace_nul(line, (size_t)length);
        if (judge(run, line) != SKS_EXIT_FINE) {
            status = SKS_EXIT_FAILED;
            break;
        }
    }
    free(line);
    if (!ferror(stream))
        return status;
    sks_complain(COMMAND, "%s: can't be read: %s", run->path, g_strerror(errno));
    return SKS_EXIT_FAILED;
}

static int judge_all(const struct run *run, FILE *stream)
{
    GString *text = g_string_new(NULL);
    char block[65536];
    size_t read;
    /* One byte more than is analysed, so that the cut is told. */
    while (text->len <= SKS_LIMIT_LANGUAGE_TEXT && (read = fread(block, 1, sizeof(block), stream)) > 0)
        g_string_append_len(text, block, (gssize)read);
    int status = SKS_EXIT_FAILED;
    if (ferror(stream)) {
        sks_complain(COMMAND, "%s: can't be read: %s", run->path, g_strerror(errno));
    } else if (is_utf8(run, text->str, text->len, text->len > SKS_LIMIT_LANGUAGE_TEXT, 0)) {
        replace_nul(text->str, text->len);
        status = judge(run, text->str);
    }
    g_string_free(text, TRUE);
    return status;
}

static int judge_file(const struct run *run)
{
    bool standard = strcmp(run->path, "-") == 0;
    FILE *stream = standard ? stdin : fopen(run->path, "re");
    if (stream == NULL) {
        sks_complain(COMMAND, "%s: can't be opened: %s", run->path, g_strerror(errno));
        return SKS_EXIT_FAILED;
    }
    int status = run->lines ? judge_lines(run, stream) : judge_all(run, stream);
    if (!standard)
        fclose(stream);
    return status;
}

int sks_analyst_language(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'},
        {"lines", no_argument, NULL, 'l'},
        {"language", required_argument, NULL, 'L'},
        {NULL, 0, NULL, 0},
    };
    struct run run = {.style = sks_terminal_style()};
    int option;
    while ((option = sks_next_option(COMMAND, argc, argv, "", options)) != -1) {
        if (option == 'j')
            run.json = true;
        else if (option == 'l')
            run.lines = true;
        else if (option != 'L' || !sks_take_language(COMMAND, optarg))
            return sks_usage(COMMAND);
    }
    if (optind + 1 != argc)
        return sks_usage_since(COMMAND, optind == argc ? "which FILE? Give its name, or -" : "one FILE at a time");
    run.style.language = sks_person_language();
    run.path = argv[optind];
    struct sks_problems *problems = sks_problems_create();
    int status = SKS_EXIT_FAILED;
    if (sks_language_create(&run.room, problems) == 0)
        status = judge_file(&run);
    sks_complain_problems(COMMAND, problems);
    sks_problems_destroy(problems);
    sks_language_destroy(run.room);
    return status;
}
