/*
 * MeCab is opened with the folder that the build found and an empty configuration file, so that neither a mecabrc nor
 * the environment matters. IPADIC was made of text with full-width punctuation, and takes an ASCII "(" for a noun:
 * punctuation is widened on the way in (letters and digits are not), and places are mapped back.
 * A line is handed over in pieces of bounded size, cut where a sentence ends if possible.
 */
#include "language/morpheme.h"

#include <string.h>

#include <glib.h>
#include <mecab.h>

#include "language/ipadic.h"
#include "sekisho/limits.h"

struct sks_morphemes {
    mecab_model_t *model;
    mecab_t *tagger;
    mecab_lattice_t *lattice;
    GString *wide;     /* the piece as MeCab gets it */
    GArray *place;     /* uint32_t: byte of the line for each byte of wide */
    GArray *morphemes; /* struct sks_morpheme */
};

int sks_morphemes_create(struct sks_morphemes **out_morphemes, struct sks_problems *problems)
{
    char *arguments[] = {"mecab", "-r", "/dev/null", "-d", SKS_IPADIC_FOLDER};
    mecab_model_t *model = mecab_model_new(G_N_ELEMENTS(arguments), arguments);
    if (model == NULL) {
        sks_problems_add(problems, SKS_IPADIC_FOLDER, 0, NULL, "MeCab can't open this dictionary");
        return SKS_ERROR_IO;
    }
    const mecab_dictionary_info_t *info = mecab_model_dictionary_info(model);
    if (info == NULL || g_ascii_strcasecmp(info->charset, "utf-8") != 0) {
        sks_problems_add(problems, SKS_IPADIC_FOLDER, 0, NULL, "not a dictionary in UTF-8");
        mecab_model_destroy(model);
        return SKS_ERROR_FORMAT;
    }
    struct sks_morphemes *morphemes = g_new0(struct sks_morphemes, 1);
    morphemes->model = model;
    morphemes->tagger = mecab_model_new_tagger(model);
    morphemes->lattice = mecab_model_new_lattice(model);
    morphemes->wide = g_string_new(NULL);
    morphemes->place = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    morphemes->morphemes = g_array_new(FALSE, FALSE, sizeof(struct sks_morpheme));
    *out_morphemes = morphemes;
    return 0;
}

void sks_morphemes_destroy(struct sks_morphemes *morphemes)
{
    if (morphemes == NULL)
        return;
    mecab_lattice_destroy(morphemes->lattice);
    mecab_destroy(morphemes->tagger);
    mecab_model_destroy(morphemes->model);
    g_string_free(morphemes->wide, TRUE);
    g_array_free(morphemes->place, TRUE);
    g_array_free(morphemes->morphemes, TRUE);
    g_free(morphemes);
}

static void widen(struct sks_morphemes *morphemes, const char *line, size_t start, size_t end)
{
    g_string_truncate(morphemes->wide, 0);
    g_array_set_size(morphemes->place, 0);
    for (size_t i = start; i < end; i++) {
        uint32_t place = (uint32_t)i;
        unsigned char byte = (unsigned char)line[i];
        size_t before = morphemes->wide->len;
        if (byte < 0x80 && g_ascii_ispunct((char)byte))
            g_string_append_unichar(morphemes->wide, 0xff01u + byte - '!');
        else
            g_string_append_c(morphemes->wide, (char)byte);
        for (; before < morphemes->wide->len; before++)
            g_array_append_val(morphemes->place, place);
    }
    uint32_t place = (uint32_t)end;
    g_array_append_val(morphemes->place, place);
}

static const char *field(size_t *out_length, const char *feature, unsigned number)
{
    for (; number > 0; number--) {
        const char *comma = strchr(feature, ',');
        if (comma == NULL) {
            *out_length = 0;
            return feature;
        }
        feature = comma + 1;
    }
    *out_length = strcspn(feature, ",");
    return feature;
}

static bool is_function(const char *feature)
{
    static const char *const starts[] = {"助",          "接続詞",    "連体詞",    "記号", "名詞,非自立", "名詞,代名詞",
                                         "動詞,非自立", "動詞,接尾", "名詞,接尾", "副詞", "接頭詞"};
    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++)
        if (g_str_has_prefix(feature, starts[i]))
            return true;
    return false;
}

static void add_node(struct sks_morphemes *morphemes, const mecab_node_t *node)
{
    const char *wide = morphemes->wide->str;
    struct sks_morpheme morpheme = {
        .start = g_array_index(morphemes->place, uint32_t, node->surface - wide),
        .end = g_array_index(morphemes->place, uint32_t, node->surface - wide + node->length),
        .part = node->posid,
        .left = node->lcAttr,
        .right = node->rcAttr,
        .cost = node->wcost,
        .total = (int32_t)node->cost,
        .known = node->stat == MECAB_NOR_NODE,
    };
    /* The dictionary is mapped for as long as the room lives: its features need no copy. */
    morpheme.feature = node->feature;
    morpheme.function = is_function(node->feature);
    if (morpheme.known) {
        morpheme.base = field(&morpheme.base_length, morpheme.feature, 6);
        if (morpheme.base_length == 1 && *morpheme.base == '*')
            morpheme.base_length = 0;
    }
    g_array_append_val(morphemes->morphemes, morpheme);
}

static void read_piece(struct sks_morphemes *morphemes, const char *line, size_t start, size_t end)
{
    widen(morphemes, line, start, end);
    mecab_lattice_clear(morphemes->lattice);
    mecab_lattice_set_sentence2(morphemes->lattice, morphemes->wide->str, morphemes->wide->len);
    if (!mecab_parse_lattice(morphemes->tagger, morphemes->lattice))
        return;
    for (const mecab_node_t *node = mecab_lattice_get_bos_node(morphemes->lattice); node != NULL; node = node->next)
        if (node->stat == MECAB_NOR_NODE || node->stat == MECAB_UNK_NODE)
            add_node(morphemes, node);
}

/* The end of a piece: after the last full stop, else at a character's end, within the ceiling. */
static size_t piece_end(const char *line, size_t start, size_t size)
{
    if (size - start <= SKS_LIMIT_LANGUAGE_SENTENCE)
        return size;
    size_t end = start + SKS_LIMIT_LANGUAGE_SENTENCE;
    while (end > start && ((unsigned char)line[end] & 0xc0) == 0x80)
        end--;
    for (size_t i = end; i > start + SKS_LIMIT_LANGUAGE_SENTENCE / 2; i--)
        if (i >= 3 && memcmp(line + i - 3, "。", 3) == 0)
            return i;
    return end;
}

const struct sks_morpheme *sks_morphemes_read(size_t *out_count, struct sks_morphemes *morphemes, const char *line,
                                              size_t size)
{
    g_array_set_size(morphemes->morphemes, 0);
    for (size_t start = 0; start < size;) {
        size_t end = piece_end(line, start, size);
        read_piece(morphemes, line, start, end);
        start = end;
    }
    *out_count = morphemes->morphemes->len;
    return (const struct sks_morpheme *)(void *)morphemes->morphemes->data;
}

const char *sks_morpheme_field(size_t *out_length, const struct sks_morpheme *morpheme, unsigned number)
{
    return field(out_length, morpheme->feature, number);
}

bool sks_morpheme_is(const struct sks_morpheme *morpheme, unsigned number, const char *value)
{
    size_t length;
    const char *text = field(&length, morpheme->feature, number);
    return length == strlen(value) && memcmp(text, value, length) == 0;
}
