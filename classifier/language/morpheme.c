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

#include "language/ahead.h"
#include "language/feature.h"
#include "language/ipadic.h"
#include "language/surface.h"
#include "sekisho/limits.h"

struct sks_morphemes {
    mecab_model_t *model;
    mecab_t *tagger;
    mecab_lattice_t *lattice;
    struct sks_ahead ahead;
    struct sks_categories *categories;
    GString *wide;     /* the piece as MeCab gets it */
    GArray *widened;   /* size_t: where in it punctuation stands that had been one byte */
    GArray *morphemes; /* struct sks_morpheme */
};

enum { WIDE = 3 /* bytes of punctuation when widened */ };

/* The dictionary is where the features of its words are. */
static void find_dictionary(struct sks_morphemes *morphemes)
{
    mecab_lattice_set_sentence(morphemes->lattice, "の");
    if (!mecab_parse_lattice(morphemes->tagger, morphemes->lattice))
        return;
    const mecab_node_t *node = mecab_lattice_get_bos_node(morphemes->lattice)->next;
    if (node != NULL && node->stat == MECAB_NOR_NODE)
        sks_ahead_init(&morphemes->ahead, node->feature);
}

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
    morphemes->categories = sks_categories_create();
    morphemes->wide = g_string_new(NULL);
    morphemes->widened = g_array_new(FALSE, FALSE, sizeof(size_t));
    morphemes->morphemes = g_array_new(FALSE, FALSE, sizeof(struct sks_morpheme));
    find_dictionary(morphemes);
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
    sks_categories_destroy(morphemes->categories);
    g_string_free(morphemes->wide, TRUE);
    g_array_free(morphemes->widened, TRUE);
    g_array_free(morphemes->morphemes, TRUE);
    g_free(morphemes);
}

static void widen(struct sks_morphemes *morphemes, const char *piece, size_t size)
{
    g_array_set_size(morphemes->widened, 0);
    g_string_set_size(morphemes->wide, WIDE * size);
    char *begin = morphemes->wide->str, *to = begin;
    for (const char *from = piece, *end = piece + size; from < end; from++) {
        if ((unsigned char)*from >= 0x80 || !g_ascii_ispunct(*from)) {
            *to++ = *from;
            continue;
        }
        size_t at = (size_t)(to - begin);
        g_array_append_val(morphemes->widened, at);
        to += g_unichar_to_utf8(0xff01u + (unsigned char)*from - '!', to);
    }
    g_string_truncate(morphemes->wide, (gsize)(to - begin));
}

/* A piece while its nodes are read, from the first one to the last. */
struct piece {
    const char *line;
    size_t start; /* of the piece, in bytes of the line */
    guint passed; /* widened characters that lie before the place asked for last */
};

/* The byte of the line for a byte of the piece as MeCab got it; asked for in ascending order. */
static size_t place_of(struct piece *piece, const struct sks_morphemes *morphemes, size_t at)
{
    const size_t *widened = (const size_t *)(void *)morphemes->widened->data;
    while (piece->passed < morphemes->widened->len && widened[piece->passed] + WIDE <= at)
        piece->passed++;
    bool within = piece->passed < morphemes->widened->len && widened[piece->passed] < at;
    return piece->start + (within ? widened[piece->passed] : at) - (WIDE - 1) * piece->passed;
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

/* The dictionary form, field 6; nothing where there is none. */
static void set_base(struct sks_morpheme *morpheme)
{
    const char *end = morpheme->feature + morpheme->category->size;
    if (!morpheme->known || *end != ',')
        return;
    morpheme->base = end + 1;
    morpheme->base_length = (size_t)(strchrnul(end + 1, ',') - end - 1);
    if (morpheme->base_length == 1 && *morpheme->base == '*')
        morpheme->base_length = 0;
}

static void read_node(struct sks_morpheme *out, struct sks_morphemes *morphemes, struct piece *piece,
                      const mecab_node_t *node)
{
    size_t at = (size_t)(node->surface - morphemes->wide->str);
    *out = (struct sks_morpheme){
        .start = place_of(piece, morphemes, at),
        .end = place_of(piece, morphemes, at + node->length),
        .part = node->posid,
        .left = node->lcAttr,
        .right = node->rcAttr,
        .cost = node->wcost,
        .total = (int32_t)node->cost,
        .known = node->stat == MECAB_NOR_NODE,
        /* The dictionary is mapped for as long as the room lives: its features need no copy. */
        .feature = node->feature,
        .category = sks_categories_find(morphemes->categories, node->lcAttr, node->feature),
    };
    const char *surface = piece->line + out->start;
    size_t size = out->end - out->start;
    out->function = out->category->function;
    out->hash = sks_feature_bytes(surface, size);
    out->surface = g_ascii_isdigit(*surface) ? '0' : g_ascii_isalpha(*surface) ? 'A' : out->hash;
    out->bits = sks_surface_bits(surface, size, out->hash);
    set_base(out);
    out->base_hash = out->base_length > 0 ? sks_feature_bytes(out->base, out->base_length) : out->hash;
}

static bool is_morpheme(const mecab_node_t *node)
{
    return node->stat == MECAB_NOR_NODE || node->stat == MECAB_UNK_NODE;
}

static void read_piece(struct sks_morphemes *morphemes, const char *line, size_t start, size_t end)
{
    struct piece piece = {line, start, 0};
    widen(morphemes, line + start, end - start);
    mecab_lattice_clear(morphemes->lattice);
    mecab_lattice_set_sentence2(morphemes->lattice, morphemes->wide->str, morphemes->wide->len);
    sks_ahead_ask(&morphemes->ahead, morphemes->wide->str, morphemes->wide->len);
    if (!mecab_parse_lattice(morphemes->tagger, morphemes->lattice))
        return;
    const mecab_node_t *first = mecab_lattice_get_bos_node(morphemes->lattice);
    guint count = 0, next = morphemes->morphemes->len;
    for (const mecab_node_t *node = first; node != NULL; node = node->next)
        count += is_morpheme(node);
    g_array_set_size(morphemes->morphemes, next + count);
    for (const mecab_node_t *node = first; node != NULL; node = node->next)
        if (is_morpheme(node))
            read_node(&g_array_index(morphemes->morphemes, struct sks_morpheme, next++), morphemes, &piece, node);
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
