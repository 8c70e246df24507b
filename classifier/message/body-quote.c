/*
 * Quoted mail: lines that carry a mark, the attribution above them, and whole mails below a separator or a header
 * block, as mail programs of Japan and elsewhere write them.
 *
 * A separator makes all that follows a quotation, unless what follows carries marks: then these tell.
 */
#include "message/body-lines.h"

#include <glib.h>
#include <string.h>

const char *sks_line_skip_space(const char *line)
{
    for (;;) {
        if (*line == ' ' || *line == '\t')
            line++;
        else if (strncmp(line, "　", 3) == 0)
            line += 3;
        else
            return line;
    }
}

static bool is_rule_character(gunichar code)
{
    if (code < 128)
        return strchr("-_=*~+#/|\\.:,'`^<>()", (int)code) != NULL;
    if (code >= 0x2500 && code <= 0x27BF) /* box drawing, geometric shapes, stars */
        return true;
    static const gunichar others[] = {
        0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0x2026, 0x2025, 0x203B, 0x30FB, 0x30FC, 0x301C, 0xFF5E,
        0xFF0A, 0xFF1D, 0xFF0D, 0xFF3F, 0xFF0B, 0xFF03, 0xFF0E, 0xFF1A, 0x00B7, 0x00A8, 0x00B4, 0xFF40, 0x221E, 0x2248,
        0xFFE3, 0xFF0F, 0xFF3C, 0x3007, 0x00B0, 0xFF9F, 0x2192, 0x2190, 0x266A, 0x309C, 0x2022, 0xFF61, 0xFF65};
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (others[i] == code)
            return true;
    return false;
}

bool sks_line_is_rule(const char *line)
{
    size_t columns = 0;
    for (const char *at = line; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar code = g_utf8_get_char(at);
        /* "☆*:..o○": the letter is drawn with. */
        if (code == ' ' || code == '\t' || code == 0x3000 || code == 'o' || code == 'O')
            continue;
        if (!is_rule_character(code))
            return false;
        columns += code < 128 ? 1 : 2;
    }
    return columns >= 5;
}

/* "tanaka> ", as some Japanese programs mark quotations. */
static bool has_named_mark(const char *line)
{
    size_t size = 0;
    while (size < 12 && (g_ascii_isalnum(line[size]) || line[size] == '_'))
        size++;
    return size > 0 && line[size] == '>' && (line[size + 1] == ' ' || line[size + 1] == '>');
}

static bool is_bar(const char *line)
{
    line = sks_line_skip_space(line);
    size_t size = strlen(line);
    /* A line that ends with a bar, too, is a row of a table. */
    return size > 1 && line[0] == '|' && line[size - 1] != '|';
}

static bool is_marked(const struct sks_line *lines, size_t count, size_t index)
{
    const char *line = sks_line_skip_space(lines[index].text);
    bool after_marked = index > 0 && lines[index - 1].marked;
    if (line[0] == '>')
        /* mbox escapes a line of one's own that begins with "From ". */
        return after_marked || strncmp(line, ">From ", 6) != 0;
    if (strncmp(line, "＞", 3) == 0)
        return true;
    if (is_bar(line))
        return after_marked || (index + 1 < count && is_bar(lines[index + 1].text));
    return has_named_mark(line) && (after_marked || (index + 1 < count && has_named_mark(lines[index + 1].text)));
}

static bool contains(const char *line, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasestr(line, words[i]) != NULL)
            return true;
    return false;
}

static bool ends_with(const char *line, const char *const *words, size_t count)
{
    size_t size = strlen(line);
    while (size > 0 && (line[size - 1] == ' ' || line[size - 1] == '\t'))
        size--;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(words[i]);
        if (size >= length && g_ascii_strncasecmp(line + size - length, words[i], length) == 0)
            return true;
    }
    return false;
}

/* A year or a time of day: "2019年", "2019/5/1", "May 2019", "10:00". */
static bool has_date(const char *line)
{
    for (const char *at = line; *at != '\0'; at++) {
        if (!g_ascii_isdigit(*at) || (at > line && g_ascii_isdigit(at[-1])))
            continue;
        size_t digits = strspn(at, "0123456789");
        if (digits == 4 && (strncmp(at, "19", 2) == 0 || strncmp(at, "20", 2) == 0))
            return true;
        if (digits <= 2 && at[digits] == ':' && g_ascii_isdigit(at[digits + 1]))
            return true;
        at += digits - 1;
    }
    return false;
}

static bool has_address(const char *line)
{
    for (const char *at = line; (at = strchr(at, '@')) != NULL; at++)
        if (at > line && g_ascii_isalnum(at[-1]) && g_ascii_isalnum(at[1]))
            return true;
    return false;
}

/* Words with which an attribution ends. */
static const char *const wrote[] = {"wrote:",        "wrote :",        "wrote",       "writes:",      "write:",
                                    "said:",         "schrieb:",       "écrit :",     "écrit :",      "escribió:",
                                    "ha scritto:",   "escreveu:",      "書きました:", "書きました：", "書きました。",
                                    "書きました",    "wrote：",        "のメール:",   "のメール：",   "さんのメール:",
                                    "のメッセージ:", "のメッセージ：", "さんの発言:", "写道:",        "写道：",
                                    "写道：",        "님이 작성:",     "пишет:",      "написал:",     "wrote ----"};

/* The last line of an attribution above quoted lines. */
static bool is_attribution_end(const char *line)
{
    static const char *const colons[] = {":", "：", ":>", "："};
    if (strlen(line) > 400)
        return false;
    if (ends_with(line, wrote, G_N_ELEMENTS(wrote)))
        return true;
    return ends_with(line, colons, G_N_ELEMENTS(colons)) && (has_address(line) || has_date(line));
}

/* The first line of one: "On Wed, …", "2019年5月1日(水) …", "(2019/05/01 10:00), …", "In message <…>,". */
static bool is_attribution_start(const char *line)
{
    static const char *const starts[] = {"On ",         "Le ",  "Am ", "El ", "In message ",
                                         "In article ", "In <", "At ", "Il "};
    line = sks_line_skip_space(line);
    if (strncmp(line, "(", 1) == 0)
        line++;
    if (g_ascii_isdigit(*line))
        return has_date(line);
    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++)
        if (strncmp(line, starts[i], strlen(starts[i])) == 0)
            return has_date(line) || has_address(line);
    return false;
}

/* Lines that an attribution may be wrapped over. */
#define ATTRIBUTION_LINES 3

/* Marks the attribution whose last line is at index. */
static void mark_attribution(struct sks_line *lines, size_t index)
{
    lines[index].kind = SKS_LINE_QUOTED;
    if (is_attribution_start(lines[index].text))
        return;
    for (size_t back = 1; back < ATTRIBUTION_LINES && back <= index && !lines[index - back].blank; back++) {
        if (lines[index - back].kind != SKS_LINE_OWN || !is_attribution_start(lines[index - back].text))
            continue;
        for (size_t i = index - back; i < index; i++)
            lines[i].kind = SKS_LINE_QUOTED;
        return;
    }
}

/* Lines with marks, what is blank between them, and the attribution above. */
static void mark_marked(struct sks_line *lines, size_t count)
{
    size_t last = 0; /* behind the last marked line */
    for (size_t i = 0; i < count; i++) {
        lines[i].marked = !lines[i].blank && is_marked(lines, count, i);
        if (!lines[i].marked)
            continue;
        lines[i].kind = SKS_LINE_QUOTED;
        size_t above = i;
        while (above > last && lines[above - 1].blank)
            above--;
        if (above == last && last > 0)
            for (size_t j = above; j < i; j++)
                lines[j].kind = SKS_LINE_QUOTED;
        else if (above > last && i - above <= 2 && is_attribution_end(lines[above - 1].text))
            mark_attribution(lines, above - 1);
        last = i + 1;
    }
}

/* "-----Original Message-----", "---------- Forwarded message ---------", 「----- 元のメッセージ -----」 … */
static bool is_separator(const char *line)
{
    static const char *const words[] = {"original message",
                                        "original mail",
                                        "forwarded message",
                                        "forwarded by",
                                        "forward message",
                                        "元のメッセージ",
                                        "元のメール",
                                        "オリジナルメッセージ",
                                        "転送メッセージ",
                                        "転送メール",
                                        "転送されたメッセージ",
                                        "転送済みメッセージ",
                                        "転送開始",
                                        "ここから転送",
                                        "以下転送",
                                        "以下、転送",
                                        "引用メッセージ",
                                        "原始邮件",
                                        "转发邮件",
                                        "转发的邮件",
                                        "原始郵件",
                                        "원본 메시지",
                                        "ursprüngliche nachricht",
                                        "weitergeleitete nachricht",
                                        "message d'origine",
                                        "mensaje original",
                                        "пересылаемое сообщение"};
    static const char *const whole[] = {"begin forwarded message:", "転送されたメッセージ:", "転送されたメッセージ：",
                                        "start of forwarded message"};
    line = sks_line_skip_space(line);
    if (strlen(line) > 200)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(whole); i++)
        if (g_ascii_strncasecmp(line, whole[i], strlen(whole[i])) == 0)
            return true;
    gunichar first = g_utf8_get_char(line), second = *line != '\0' ? g_utf8_get_char(g_utf8_next_char(line)) : 0;
    if (!is_rule_character(first) || !is_rule_character(second) || first == '>' || first == '.')
        return false;
    return contains(line, words, G_N_ELEMENTS(words));
}

/* Which header field of a quoted mail a line is: 'f'rom, 'd'ate, 't'o, 's'ubject, or 0. */
static char header_of(const char *line)
{
    static const struct {
        const char *name;
        char field;
    } names[] = {
        {"from", 'f'},      {"差出人", 'f'},   {"送信者", 'f'},     {"送信元", 'f'},    {"発信者", 'f'},
        {"von", 'f'},       {"de", 'f'},       {"发件人", 'f'},     {"寄件者", 'f'},    {"보낸 사람", 'f'},
        {"от", 'f'},        {"sent", 'd'},     {"date", 'd'},       {"送信日時", 'd'},  {"送信日", 'd'},
        {"日時", 'd'},      {"日付", 'd'},     {"日付け", 'd'},     {"gesendet", 'd'},  {"envoyé", 'd'},
        {"enviado", 'd'},   {"发送时间", 'd'}, {"送信時刻", 'd'},   {"to", 't'},        {"宛先", 't'},
        {"宛て先", 't'},    {"受信者", 't'},   {"cc", 't'},         {"an", 't'},        {"收件人", 't'},
        {"subject", 's'},   {"件名", 's'},     {"題名", 's'},       {"主题", 's'},      {"betreff", 's'},
        {"objet", 's'},     {"reply-to", 't'}, {"enviado el", 'd'}, {"para", 't'},      {"asunto", 's'},
        {"à", 't'},         {"datum", 'd'},    {"van", 'f'},        {"verzonden", 'd'}, {"aan", 't'},
        {"onderwerp", 's'}, {"da", 'f'},       {"inviato", 'd'},    {"a", 't'},         {"oggetto", 's'},
        {"fra", 'f'},       {"sendt", 'd'},    {"til", 't'},        {"emne", 's'},      {"från", 'f'},
        {"skickat", 'd'},   {"till", 't'},     {"ämne", 's'},       {"дата", 'd'},      {"отправлено", 'd'},
        {"кому", 't'},      {"тема", 's'},     {"보낸 날짜", 'd'},  {"받는 사람", 't'}, {"제목", 's'},
        {"日期", 'd'},      {"寄件日期", 'd'}, {"收件者", 't'},     {"主旨", 's'},
    };
    line = sks_line_skip_space(line);
    while (*line == '*' || *line == '|')
        line++;
    line = sks_line_skip_space(line);
    char first = g_ascii_tolower(*line);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (first != names[i].name[0])
            continue;
        size_t size = strlen(names[i].name);
        if (g_ascii_strncasecmp(line, names[i].name, size) != 0)
            continue;
        const char *after = line + size;
        while (*after == '*' || *after == ' ' || strncmp(after, "　", 3) == 0)
            after += *after & 0x80 ? 3 : 1;
        if (*after == ':' || strncmp(after, "：", 3) == 0)
            return names[i].field;
    }
    return 0;
}

/*
 * The header block of a mail that is quoted whole, which begins at index: how many lines, 0 if it is none. It has a
 * sender, and two of date, recipient and subject.
 */
static size_t header_block(const struct sks_line *lines, size_t count, size_t index)
{
    bool seen[128] = {false};
    size_t end = index, fields = 0;
    for (size_t i = index; i < count && i < index + 12 && !lines[i].blank && !lines[i].marked; i++) {
        char field = lines[i].field;
        if (field == 0 && i == index)
            return 0;
        if (field == 0)
            continue; /* a folded list of recipients */
        if (!seen[(int)field])
            fields++;
        seen[(int)field] = true;
        end = i + 1;
    }
    return seen['f'] && fields >= 3 ? end - index : 0;
}

/* "On … wrote:" with date and address, strong enough to stand without marks below it: its lines, or 0. */
static size_t bare_attribution(const struct sks_line *lines, size_t count, size_t index)
{
    if (!is_attribution_start(lines[index].text))
        return 0;
    bool address = false;
    for (size_t i = index; i < count && i < index + ATTRIBUTION_LINES && !lines[i].blank && !lines[i].marked; i++) {
        address |= has_address(lines[i].text);
        bool written = ends_with(lines[i].text, wrote, G_N_ELEMENTS(wrote));
        if (written || (address && is_attribution_end(lines[i].text)))
            return i + 1 - index;
    }
    return 0;
}

/* Whether the next lines with something on them carry marks, so that these tell what is quoted. */
static bool marks_follow(const struct sks_line *lines, size_t count, size_t index)
{
    while (index < count && lines[index].blank)
        index++;
    return index < count && lines[index].marked;
}

/* Mails quoted whole, without marks. Each line's field is looked up once: every line may begin a block of twelve. */
static void mark_whole(struct sks_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        lines[i].field = lines[i].blank || lines[i].marked ? 0 : header_of(lines[i].text);
    for (size_t i = 0; i < count; i++) {
        if (lines[i].blank || lines[i].kind != SKS_LINE_OWN)
            continue;
        size_t end = i;
        if (is_separator(lines[i].text)) {
            end = i + 1;
            while (end < count && lines[end].blank)
                end++;
            end += end < count ? header_block(lines, count, end) : 0;
        } else if (sks_line_is_rule(lines[i].text) && i + 1 < count) {
            size_t below = i + 1 < count && lines[i + 1].blank ? i + 2 : i + 1;
            size_t block = below < count ? header_block(lines, count, below) : 0;
            end = block > 0 ? below + block : i;
        } else {
            end = i + header_block(lines, count, i);
            if (end == i)
                end = i + bare_attribution(lines, count, i);
        }
        if (end == i)
            continue;
        size_t stop = marks_follow(lines, count, end) ? end : count;
        for (; i < stop; i++)
            lines[i].kind = SKS_LINE_QUOTED;
        i--;
    }
}

void sks_body_mark_quotes(struct sks_line *lines, size_t count)
{
    mark_marked(lines, count);
    mark_whole(lines, count);
}
