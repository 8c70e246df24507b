/*
 * The given text is read as it came, since normalisation would hide radicals and compatibility forms. Only lines with
 * kana are looked at: a line without is Chinese (or a name), and a bilingual mail is fine. What stands in quotation
 * marks is somebody else's writing, and names keep their forms: MeCab's names, and whatever a title or さん follows.
 *
 * Old forms (國, 澤) live on in Japanese names; they count only beside foreign ones, or in numbers. Characters that
 * Japanese has no form for (们, 吗, 垃) are told of with the word that stands there instead, or with none; they are
 * what names of people and places abroad have most often, so a surname before them or a place after them excuses them.
 * None of this excuses a word: what reads as one once its characters have their Japanese forms (财务省: 財務省) is no
 * name.
 *
 * Words of which each character is Japanese, but which Japanese writes otherwise (机関, エ場), are looked up as a
 * whole.
 */
#include "language/glyph.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/unorm2.h>
#include <unicode/utf8.h>

#include "base/resource.h"
#include "language/mark.h"
#include "language/text.h"
#include "sekisho/limits.h"

enum { LEAST_OLD = 3 /* old forms without a foreign one beside them */ };

struct entry {
    uint32_t character;
    const char *japanese; /* form or word, may be empty */
    enum kind { FOREIGN, OLD, BARE, WORD } kind;
};

/* A word and what is meant. */
struct pair {
    const char *wrong, *right;
    glong length, right_length; /* characters */
};

struct sks_glyphs {
    GArray *entries;                  /* struct entry, ascending */
    GHashTable *pairs;                /* from the first character to a GArray of struct pair */
    uint8_t looked_at[(1 << 16) / 8]; /* a bit for each letter that may be told of, or begin such a word */
    GStringChunk *strings;
    const UNormalizer2 *normalizer;
};

/* Kanji that look like katakana, and hiragana that do (KANA_TWINS). */
static const struct {
    uint32_t character, katakana;
} twins[] = {
    {0x529b, 0x30ab} /* 力 */, {0x535c, 0x30c8} /* 卜 */, {0x5915, 0x30bf} /* 夕 */, {0x53e3, 0x30ed} /* 口 */,
    {0x5de5, 0x30a8} /* 工 */, {0x4e8c, 0x30cb} /* 二 */, {0x516b, 0x30cf} /* 八 */, {0x4e00, 0x30fc} /* 一 */,
};
#define KANA_TWINS "べぺり"

uint32_t sks_glyph_katakana(uint32_t character)
{
    for (size_t i = 0; i < G_N_ELEMENTS(twins); i++)
        if (twins[i].character == character)
            return twins[i].katakana;
    return 0;
}

static int compare(const void *a, const void *b)
{
    uint32_t x = ((const struct entry *)a)->character, y = ((const struct entry *)b)->character;
    return (x > y) - (x < y);
}

static void free_pairs(gpointer pairs)
{
    g_array_free(pairs, TRUE);
}

static void look_at(struct sks_glyphs *glyphs, uint32_t character)
{
    if (character < 1 << 16)
        glyphs->looked_at[character / 8] |= (uint8_t)(1u << character % 8);
}

/*
 * Whether nothing is ever to be told of a character: ASCII but for what may stand for Japanese marks, kana and Han that
 * no table has, and the commonest marks.
 */
static bool is_harmless(const struct sks_glyphs *glyphs, uint32_t character)
{
    bool letter = character < 0x80
                      ? character != '.' && character != ','
                      : sks_text_is_hiragana(character) || sks_text_is_katakana(character) ||
                            (character >= 0x4e00 && character <= 0x9fff) || character == 0x3001 || character == 0x3002;
    return letter && (glyphs->looked_at[character / 8] >> character % 8 & 1) == 0;
}

static void add_pair(struct sks_glyphs *glyphs, const char *wrong, const char *right)
{
    struct pair pair = {g_string_chunk_insert_const(glyphs->strings, wrong),
                        g_string_chunk_insert_const(glyphs->strings, right), g_utf8_strlen(wrong, -1),
                        g_utf8_strlen(right, -1)};
    gpointer key = GUINT_TO_POINTER(g_utf8_get_char(wrong));
    GArray *pairs = g_hash_table_lookup(glyphs->pairs, key);
    if (pairs == NULL) {
        pairs = g_array_new(FALSE, FALSE, sizeof(struct pair));
        g_hash_table_insert(glyphs->pairs, key, pairs);
    }
    g_array_append_val(pairs, pair);
    look_at(glyphs, g_utf8_get_char(wrong));
}

static bool read_line(struct sks_glyphs *glyphs, const char *line)
{
    static const char *const kinds[] = {[FOREIGN] = "foreign", [OLD] = "old", [BARE] = "bare", [WORD] = "word"};
    char **fields = g_strsplit(line, "\t", -1);
    bool fine = g_strv_length(fields) == 3 && *fields[0] != '\0';
    size_t kind = 0;
    while (fine && kind < G_N_ELEMENTS(kinds) && strcmp(fields[2], kinds[kind]) != 0)
        kind++;
    fine = fine && kind < G_N_ELEMENTS(kinds) && (kind == BARE || *fields[1] != '\0');
    if (fine && kind == WORD) {
        add_pair(glyphs, fields[0], fields[1]);
    } else if (fine) {
        struct entry entry = {g_utf8_get_char(fields[0]), g_string_chunk_insert_const(glyphs->strings, fields[1]),
                              kind};
        g_array_append_val(glyphs->entries, entry);
        look_at(glyphs, entry.character);
    }
    g_strfreev(fields);
    return fine;
}

int sks_glyphs_create(struct sks_glyphs **out_glyphs, struct sks_problems *problems)
{
    static const char name[] = "language/glyphs.txt";
    const struct sks_resource *resource = sks_resource_find(name);
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *normalizer = unorm2_getNFKCInstance(&error);
    if (resource == NULL || U_FAILURE(error)) {
        sks_problems_add(problems, name, 0, NULL, "can't be read");
        return SKS_ERROR_FORMAT;
    }
    struct sks_glyphs *glyphs = g_new0(struct sks_glyphs, 1);
    glyphs->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
    glyphs->strings = g_string_chunk_new(4096);
    glyphs->pairs = g_hash_table_new_full(NULL, NULL, NULL, free_pairs);
    glyphs->normalizer = normalizer;
    for (size_t i = 0; i < G_N_ELEMENTS(twins); i++)
        look_at(glyphs, twins[i].character);
    for (const char *p = KANA_TWINS; *p != '\0'; p = g_utf8_next_char(p))
        look_at(glyphs, g_utf8_get_char(p));
    char *text = g_strndup(resource->bytes, resource->size), **lines = g_strsplit(text, "\n", -1);
    int result = 0;
    for (size_t i = 0; lines[i] != NULL; i++) {
        if (*lines[i] == '\0' || *lines[i] == '#' || read_line(glyphs, lines[i]))
            continue;
        sks_problems_add(problems, name, i + 1, NULL, "not form, Japanese form and kind");
        result = SKS_ERROR_FORMAT;
    }
    g_array_sort(glyphs->entries, compare);
    g_strfreev(lines);
    g_free(text);
    if (result != 0)
        sks_glyphs_destroy(glyphs);
    else
        *out_glyphs = glyphs;
    return result;
}

void sks_glyphs_destroy(struct sks_glyphs *glyphs)
{
    if (glyphs == NULL)
        return;
    g_array_free(glyphs->entries, TRUE);
    g_hash_table_destroy(glyphs->pairs);
    g_string_chunk_free(glyphs->strings);
    g_free(glyphs);
}

/* Radicals that only look like the character; Unicode gives most of those of Kangxi, but few of the supplement's. */
static uint32_t radical(const UNormalizer2 *normalizer, uint32_t character)
{
    static const uint32_t supplement[][2] = {
        {0x2ea0, 0x6c11}, {0x2ec1, 0x864e}, {0x2ec4, 0x897f}, {0x2ec6, 0x89d2}, {0x2ed1, 0x9577},
        {0x2ed8, 0x9752}, {0x2edd, 0x98df}, {0x2ee4, 0x9b3c}, {0x2ee8, 0x9ea6}, {0x2ee9, 0x9ec4},
        {0x2eeb, 0x6589}, {0x2eed, 0x6b6f}, {0x2eef, 0x7adc}, {0x2ef2, 0x4e80},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(supplement); i++)
        if (supplement[i][0] == character)
            return supplement[i][1];
    UChar decomposition[4];
    UErrorCode error = U_ZERO_ERROR;
    int32_t length = unorm2_getDecomposition(normalizer, (UChar32)character, decomposition, 4, &error);
    return U_SUCCESS(error) && length == 1 ? decomposition[0] : 0;
}

struct scan {
    const struct sks_glyphs *glyphs;
    const uint32_t *characters;
    size_t count;
    const bool *name; /* per character of the text: part of a name */
    struct sks_morphemes *morphemes;
    unsigned *read; /* how many words were read by them */
};

/* Chinese places and organisations as Chinese writes them: who writes about them may keep that. */
static bool is_in_place(const struct scan *scan, size_t i)
{
    static const char *const places[] = {
        "广东", "广西", "广州", "云南", "贵州", "贵阳", "陕西", "辽宁", "黑龙江", "宁夏",     "宁波",   "江苏",
        "苏州", "东莞", "济南", "武汉", "长沙", "长春", "沈阳", "大连", "青岛",   "厦门",     "无锡",   "郑州",
        "兰州", "西宁", "银川", "浦东", "华为", "联想", "腾讯", "清华", "复旦",   "乌鲁木齐", "连云港", "张家口"};
    for (size_t k = 0; k < G_N_ELEMENTS(places); k++) {
        size_t length = (size_t)g_utf8_strlen(places[k], -1);
        for (size_t back = 0; back < length && back <= i && i - back + length <= scan->count; back++) {
            const char *at = places[k];
            size_t same = 0;
            for (; same < length && scan->characters[i - back + same] == g_utf8_get_char(at); same++)
                at = g_utf8_next_char(at);
            if (same == length)
                return true;
        }
    }
    return false;
}

static bool is_among(uint32_t character, const char *characters)
{
    return character != 0 && g_utf8_strchr(characters, -1, character) != NULL;
}

static uint32_t character_at(const struct scan *scan, size_t i)
{
    return i < scan->count ? scan->characters[i] : 0;
}

static const struct entry *find_entry(const struct sks_glyphs *glyphs, uint32_t character)
{
    struct entry key = {.character = character};
    return bsearch(&key, glyphs->entries->data, glyphs->entries->len, sizeof(key), compare);
}

enum { AROUND = 8 /* characters on each side of one that are read as a word with it */ };

/* Han around i in their Japanese forms, as bytes; returns where i lies in them. */
static size_t read_around(GString *out_text, const struct scan *scan, size_t i)
{
    size_t first = i, last = i, at = 0;
    while (first > 0 && i - first < AROUND && sks_text_is_han(scan->characters[first - 1]))
        first--;
    while (last - i < AROUND && sks_text_is_han(character_at(scan, last + 1)))
        last++;
    for (size_t k = first; k <= last; k++) {
        const struct entry *entry = find_entry(scan->glyphs, scan->characters[k]);
        if (k == i)
            at = out_text->len;
        if (entry != NULL && entry->kind != BARE)
            g_string_append(out_text, entry->japanese);
        else
            g_string_append_unichar(out_text, scan->characters[k]);
    }
    return at;
}

/* Whether a province of China is named in a text of Japanese forms. */
static bool holds_province(const char *text)
{
    static const char *const provinces[] = {"河北", "山西", "遼寧", "吉林", "黒竜江", "江蘇", "浙江", "安徽",
                                            "福建", "江西", "山東", "河南", "湖北",   "湖南", "広東", "海南",
                                            "四川", "貴州", "雲南", "陝西", "甘粛",   "青海", "台湾"};
    for (size_t k = 0; k < G_N_ELEMENTS(provinces); k++)
        if (strstr(text, provinces[k]) != NULL)
            return true;
    return false;
}

/* Whether the character at i, in its Japanese form, is part of a word of two characters or more that is no name. */
static bool is_japanese_word(const struct scan *scan, size_t i)
{
    enum { TWO_HAN = 6 /* bytes */, MOST_READ = 256 };
    static const char ministry[] = "省"; /* 環境省, which IPADIC has among the names */
    if (++*scan->read > MOST_READ)
        return false;
    GString *text = g_string_new(NULL);
    size_t at = read_around(text, scan, i), count;
    const struct sks_morpheme *morphemes = sks_morphemes_read(&count, scan->morphemes, text->str, text->len);
    bool word = false;
    for (size_t k = 0; k < count; k++)
        if (morphemes[k].start <= at && at < morphemes[k].end)
            word = morphemes[k].known && morphemes[k].end - morphemes[k].start >= TWO_HAN &&
                   (!sks_morpheme_is(&morphemes[k], 1, "固有名詞") ||
                    (memcmp(text->str + morphemes[k].end - strlen(ministry), ministry, strlen(ministry)) == 0 &&
                     !holds_province(text->str)));
    g_string_free(text, TRUE);
    return word;
}

/* In the name of a province, in whatever form (广东省). */
static bool is_in_province(const struct scan *scan, size_t i)
{
    enum { PROVINCE = 0x7701 /* 省 */, LONGEST = 3 };
    size_t end = i;
    while (end < i + LONGEST && sks_text_is_han(character_at(scan, end)) && scan->characters[end] != PROVINCE)
        end++;
    if (character_at(scan, end) != PROVINCE)
        return false;
    GString *text = g_string_new(NULL);
    read_around(text, scan, i);
    bool found = holds_province(text->str);
    g_string_free(text, TRUE);
    return found;
}

/* A name without a title: a run of Han that begins with a surname of China, or that a word for a place ends. */
static bool is_in_foreign_name(const struct scan *scan, size_t i)
{
    static const char surnames[] =
        "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳呉徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程"
        "曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范范方石姚谭譚"
        "廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文",
                      places[] = "市県县區区州镇鎮村路街島岛港山河江湖庙廟寺";
    enum { AFTER_SURNAME = 2, BEFORE_PLACE = 3 };
    size_t first = i, last = i;
    while (first > 0 && i - first <= AFTER_SURNAME && sks_text_is_han(scan->characters[first - 1]))
        first--;
    while (last - i < BEFORE_PLACE && sks_text_is_han(character_at(scan, last + 1)))
        last++;
    if (i - first <= AFTER_SURNAME && is_among(scan->characters[first], surnames))
        return true;
    for (size_t k = i; k <= last && k <= i + BEFORE_PLACE; k++)
        if (is_among(scan->characters[k], places))
            return true;
    return false;
}

/* In brackets without kana, as a word of Chinese is given: ニーハオ（你好）. */
static bool is_in_gloss(const struct scan *scan, size_t i)
{
    static const char opening[] = "(（[［【〔", closing[] = ")）]］】〕", marks[] = "，。？！、 ?!,";
    enum { LONGEST = 64 }; /* of a gloss, on either side */
    size_t first = i, last = i;
    bool bare = false;
    while (first > 0 && i - first < LONGEST &&
           (sks_text_is_han(scan->characters[first]) || is_among(scan->characters[first], marks)))
        first--;
    while (last - i < LONGEST &&
           (sks_text_is_han(character_at(scan, last)) || is_among(character_at(scan, last), marks)))
        last++;
    for (size_t k = first; k < last && !bare; k++) {
        const struct entry *entry = find_entry(scan->glyphs, scan->characters[k]);
        bare = entry != NULL && entry->kind == BARE;
    }
    return bare && is_among(scan->characters[first], opening) && is_among(character_at(scan, last), closing);
}

/* In what さん, 氏 or 様 follows. */
static bool is_titled(const struct scan *scan, size_t i)
{
    enum { LONGEST = 3 };
    size_t at = i;
    while (at <= i + LONGEST && sks_text_is_han(character_at(scan, at)) && !is_among(scan->characters[at], "氏様"))
        at++;
    return is_among(character_at(scan, at), "氏様") ||
           (is_among(character_at(scan, at), "さく") && character_at(scan, at + 1) == 0x3093 /* ん */);
}

/* A word of Chinese whose reading follows in brackets: 小红书（シャオホンシュー）. */
static bool is_read_out(const struct scan *scan, size_t i)
{
    enum { LONGEST = 64 }; /* of a word, and of its reading */
    size_t at = i;
    while (at - i < LONGEST && sks_text_is_han(character_at(scan, at)))
        at++;
    if (!is_among(character_at(scan, at), "(（"))
        return false;
    size_t start = ++at;
    while (at - start < LONGEST &&
           (sks_text_is_katakana(character_at(scan, at)) || is_among(character_at(scan, at), "・ ＝=")))
        at++;
    return at > start && is_among(character_at(scan, at), ")）");
}

/* A word of a sentence, not of a name, as which MeCab takes every character that it does not know. */
static bool is_word(uint32_t character)
{
    return is_among(character, "你您妳她咱们这哪么吗嗎吧呢啊嗯喂请谢");
}

/* Kanji taken for katakana: between katakana, and 卜, which is hardly ever written, and 一 before を and が at its end.
 */
static bool stands_for_katakana(const struct scan *scan, size_t i)
{
    uint32_t character = scan->characters[i], after = character_at(scan, i + 1);
    if (!sks_text_is_katakana(i > 0 ? scan->characters[i - 1] : 0))
        return false;
    return sks_text_is_katakana(after) || (character == 0x535c && !sks_text_is_han(after)) ||
           (character == 0x4e00 && is_among(after, "をが"));
}

/* Hiragana of the same look between katakana (ホームぺージ), but for へ, which is a particle there. */
static uint32_t kana_twin(const struct scan *scan, size_t i)
{
    enum { KATAKANA = 0x60 /* lie so far behind hiragana */ };
    bool between =
        i > 0 && sks_text_is_katakana(scan->characters[i - 1]) && sks_text_is_katakana(character_at(scan, i + 1));
    return between ? scan->characters[i] + KATAKANA : 0;
}

/* The Japanese form of the character at i, or 0; of one of the table, the entry. */
static uint32_t japanese_form(const struct entry **out_entry, const struct scan *scan, size_t i)
{
    uint32_t character = scan->characters[i], twin = sks_glyph_katakana(character);
    *out_entry = NULL;
    if (twin != 0)
        return stands_for_katakana(scan, i) ? twin : 0;
    if (character >= 0x2e80 && character <= 0x2fd5)
        return radical(scan->glyphs->normalizer, character);
    if (is_among(character, KANA_TWINS))
        return kana_twin(scan, i);
    const struct entry *entry = find_entry(scan->glyphs, character);
    if (entry == NULL || is_in_place(scan, i) || is_in_province(scan, i) || is_in_gloss(scan, i) ||
        is_read_out(scan, i))
        return 0;
    bool word = is_word(character), abroad = !word && is_in_foreign_name(scan, i);
    bool titled = abroad && is_titled(scan, i), name = scan->name[i] && !word;
    bool excused =
        titled || ((name || (entry->kind == BARE && abroad)) && (entry->kind == BARE || !is_japanese_word(scan, i)));
    if (!excused)
        *out_entry = entry;
    return 0;
}

/* Whether a token says that a name stands before it. */
static bool is_title(const char *surface)
{
    static const char *const titles[] = {"さん", "様",   "氏",   "先生", "教授", "博士", "社長",
                                         "くん", "主席", "大使", "市",   "大学", "公司"};
    for (size_t k = 0; k < G_N_ELEMENTS(titles); k++)
        if (surface[0] == titles[k][0] && surface[1] == titles[k][1] && strcmp(surface, titles[k]) == 0)
            return true;
    return false;
}

/* Marks what belongs to names: tokens that are names, and Han characters before a title. */
static void mark_names(bool *names, const uint32_t *characters, size_t count, const struct sks_token *tokens,
                       size_t token_count)
{
    for (size_t i = 0; i < token_count; i++)
        if (tokens[i].class_ == SKS_TOKEN_NAME)
            for (size_t k = tokens[i].at; k < tokens[i].at + tokens[i].length && k < count; k++)
                names[k] = true;
    static const char roles[] = "者員部課係社店局室客皆"; /* 責任者様 is no name */
    for (size_t i = 0; i < token_count; i++) {
        bool title = is_title(tokens[i].surface);
        size_t at = MIN(tokens[i].at, count);
        for (size_t steps = 0; title && at > 0 && steps < 5; steps++) {
            at--;
            bool part = sks_text_is_han(characters[at]) || characters[at] == ' ' || characters[at] == 0x3000;
            if (!part || (steps == 0 && is_among(characters[at], roles)))
                break;
            names[at] = true;
        }
    }
}

static bool holds_hiragana(const uint32_t *characters, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sks_text_is_hiragana(characters[i]))
            return true;
    return false;
}

static void add(GArray *found, GStringChunk *strings, size_t at, uint32_t character, const char *japanese)
{
    char bytes[8] = {0};
    g_unichar_to_utf8(character, bytes);
    struct sks_foreign_glyph glyph = {g_string_chunk_insert_const(strings, bytes),
                                      g_string_chunk_insert_const(strings, japanese), at};
    g_array_append_val(found, glyph);
}

/* Whether a pair's word stands at i, and is no part of a longer word of katakana or a vowel that somebody drew out. */
static bool stands_at(const struct pair *pair, const struct scan *scan, size_t i)
{
    const char *at = pair->wrong;
    for (glong k = 0; k < pair->length; k++, at = g_utf8_next_char(at))
        if (character_at(scan, i + (size_t)k) != g_utf8_get_char(at))
            return false;
    uint32_t first = scan->characters[i], last = scan->characters[i + (size_t)pair->length - 1],
             before = i > 0 ? scan->characters[i - 1] : 0, after = character_at(scan, i + (size_t)pair->length);
    if (first == 0x30fc && sks_text_is_hiragana(before) && !is_among(before, "をはがにもでのと"))
        return false;
    return !(sks_text_is_katakana(first) && sks_text_is_katakana(before)) &&
           !(sks_text_is_katakana(last) && sks_text_is_katakana(after));
}

/* Tells of a word of the pairs at i: the character of it that is wrong, or all of it. */
static bool add_word(GArray *found, GStringChunk *strings, const struct scan *scan, size_t i)
{
    const GArray *pairs = g_hash_table_lookup(scan->glyphs->pairs, GUINT_TO_POINTER(scan->characters[i]));
    for (guint k = 0; pairs != NULL && k < pairs->len; k++) {
        const struct pair *pair = &g_array_index(pairs, struct pair, k);
        if (!stands_at(pair, scan, i))
            continue;
        const char *wrong = pair->wrong, *right = pair->right;
        glong same = 0;
        for (; same < pair->length && g_utf8_get_char(wrong) == g_utf8_get_char(right); same++) {
            wrong = g_utf8_next_char(wrong);
            right = g_utf8_next_char(right);
        }
        struct sks_foreign_glyph glyph = {pair->wrong, pair->right, i};
        if (pair->length == pair->right_length) {
            add(found, strings, i + (size_t)same, g_utf8_get_char(wrong), "");
            char *form = g_strndup(right, (gsize)(g_utf8_next_char(right) - right));
            g_array_index(found, struct sks_foreign_glyph, found->len - 1).japanese =
                g_string_chunk_insert_const(strings, form);
            g_free(form);
        } else {
            g_array_append_val(found, glyph);
        }
        return true;
    }
    return false;
}

/* One line; adds what was found, and counts the old forms among it. */
static void scan_line(GArray *found, GArray *old, const struct scan *scan, struct sks_marks *marks, size_t start,
                      size_t end, GStringChunk *strings)
{
    int quoted = 0;
    if (!holds_hiragana(scan->characters + start, end - start))
        return;
    for (size_t i = start; i < end && found->len < SKS_LIMIT_LANGUAGE_SPANS; i++) {
        uint32_t character = scan->characters[i];
        const struct entry *entry = NULL;
        if (is_harmless(scan->glyphs, character))
            continue;
        uint32_t form = sks_mark_japanese(marks, i);
        bool opens = form == 0x300c, closes = form == 0x300d;
        if (opens || character == 0x300c || character == 0x300e || character == 0x201c || character == 0x300a)
            quoted++;
        else if (closes || character == 0x300d || character == 0x300f || character == 0x201d || character == 0x300b)
            quoted -= quoted > 0;
        if (quoted > 0 && !opens)
            form = 0;
        else if (form == 0)
            form = japanese_form(&entry, scan, i);
        if (form == 0 && entry == NULL) {
            bool is_pair = quoted == 0 && add_word(found, strings, scan, i), old_one = false;
            if (is_pair)
                g_array_append_val(old, old_one);
            continue;
        }
        char bytes[8] = {0};
        g_unichar_to_utf8(form, bytes);
        bool is_old = entry != NULL && entry->kind == OLD;
        add(found, strings, i, character, entry != NULL ? entry->japanese : bytes);
        g_array_append_val(old, is_old);
    }
}

/* Takes the old forms out again where nothing else speaks for a foreign hand. */
static void drop_old(GArray *found, GArray *old)
{
    size_t count = 0;
    for (guint i = 0; i < old->len; i++)
        count += g_array_index(old, bool, i);
    if (count < old->len || count >= LEAST_OLD)
        return;
    g_array_set_size(found, found->len - old->len);
}

void sks_glyphs_find(GArray *found, GStringChunk *strings, const struct sks_glyphs *glyphs,
                     struct sks_morphemes *morphemes, const char *given, const struct sks_token *tokens,
                     size_t token_count)
{
    int32_t size = (int32_t)strnlen(given, SKS_LIMIT_LANGUAGE_TEXT);
    uint32_t *characters = g_new(uint32_t, (size_t)size + 1);
    size_t count = 0;
    for (int32_t i = 0; i < size;) {
        UChar32 character;
        U8_NEXT((const uint8_t *)given, i, size, character);
        characters[count++] = character < 0 ? 0xfffd : (uint32_t)character;
    }
    bool *names = g_new0(bool, count + 1);
    mark_names(names, characters, count, tokens, token_count);
    unsigned read = 0;
    struct scan scan = {glyphs, characters, count, names, morphemes, &read};
    struct sks_marks marks = {.characters = characters, .count = count};
    for (size_t i = 0; i < count && !marks.corner; i++)
        marks.corner = characters[i] == 0x300c;
    GArray *old = g_array_new(FALSE, FALSE, sizeof(bool));
    for (size_t start = 0; start < count;) {
        size_t end = start;
        while (end < count && characters[end] != '\n')
            end++;
        scan_line(found, old, &scan, &marks, start, end, strings);
        start = end + 1;
    }
    drop_old(found, old);
    g_array_free(old, TRUE);
    g_free(names);
    g_free(characters);
}
