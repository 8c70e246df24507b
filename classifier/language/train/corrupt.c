/*
 * An edit replaces bytes start to end of the text by another string. Kinds are drawn by weight; a kind that does not
 * fit the morpheme drawn is drawn again.
 */
#include "language/train/corrupt.h"

#include <string.h>

#include "language/slip.h"
#include "language/text.h"

enum { TRIES = 30, KEY_SIZE = 200, LONGEST_EDIT = 200, PARTICLES = 10 };

struct sks_corrupter {
    GHashTable *forms;     /* base and inflection type → GPtrArray of surfaces */
    GHashTable *readings;  /* reading and connection id → GPtrArray of surfaces */
    GHashTable *inflected; /* base and inflection form → GPtrArray of surfaces */
    GHashTable *words;     /* connection ids → GPtrArray of surfaces, each as often as it stands */
    uint64_t state;
};

struct edit {
    size_t start, end;
    GString *text;
};

struct place {
    struct sks_corrupter *corrupter;
    const char *text;
    const struct sks_morpheme *morphemes;
    size_t count, i;
    enum sks_slip_kind kind, before, after;
};

static void free_surfaces(gpointer surfaces)
{
    g_ptr_array_free(surfaces, TRUE);
}

struct sks_corrupter *sks_corrupter_create(uint32_t seed)
{
    struct sks_corrupter *corrupter = g_new0(struct sks_corrupter, 1);
    corrupter->forms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_surfaces);
    corrupter->readings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_surfaces);
    corrupter->inflected = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_surfaces);
    corrupter->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_surfaces);
    corrupter->state = 88172645463325252u + seed * UINT64_C(0x9e3779b97f4a7c15);
    return corrupter;
}

void sks_corrupter_destroy(struct sks_corrupter *corrupter)
{
    if (corrupter == NULL)
        return;
    g_hash_table_destroy(corrupter->forms);
    g_hash_table_destroy(corrupter->readings);
    g_hash_table_destroy(corrupter->inflected);
    g_hash_table_destroy(corrupter->words);
    g_free(corrupter);
}

uint32_t sks_corrupter_random(struct sks_corrupter *corrupter, uint32_t bound)
{
    corrupter->state ^= corrupter->state << 13;
    corrupter->state ^= corrupter->state >> 7;
    corrupter->state ^= corrupter->state << 17;
    return (uint32_t)(corrupter->state >> 16) % bound;
}

static GPtrArray *surfaces_of(GHashTable *table, const char *key)
{
    GPtrArray *surfaces = g_hash_table_lookup(table, key);
    if (surfaces == NULL) {
        surfaces = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(table, g_strdup(key), surfaces);
    }
    return surfaces;
}

/* Each surface once. */
static void learn(GHashTable *table, const char *key, const char *surface, size_t size)
{
    GPtrArray *surfaces = surfaces_of(table, key);
    for (guint i = 0; i < surfaces->len; i++)
        if (strlen(surfaces->pdata[i]) == size && memcmp(surfaces->pdata[i], surface, size) == 0)
            return;
    g_ptr_array_add(surfaces, g_strndup(surface, size));
}

static void form_key(char *out_key, const struct sks_morpheme *morpheme)
{
    size_t length;
    const char *type = sks_morpheme_field(&length, morpheme, 4);
    g_snprintf(out_key, KEY_SIZE, "%.*s|%.*s", (int)morpheme->base_length, morpheme->base, (int)length, type);
}

static void inflected_key(char *out_key, const struct sks_morpheme *morpheme, const char *base, size_t base_length)
{
    size_t length;
    const char *form = sks_morpheme_field(&length, morpheme, 5);
    g_snprintf(out_key, KEY_SIZE, "%.*s|%.*s", (int)base_length, base, (int)length, form);
}

/* Only readings of two characters or more: shorter ones have too many words. */
static bool reading_key(char *out_key, const struct sks_morpheme *morpheme)
{
    size_t length;
    const char *reading = sks_morpheme_field(&length, morpheme, 7);
    g_snprintf(out_key, KEY_SIZE, "%.*s|%d", (int)length, reading, morpheme->right);
    return morpheme->known && length >= 6;
}

/* Words that can stand where this one does. */
static void word_key(char *out_key, const struct sks_morpheme *morpheme)
{
    g_snprintf(out_key, KEY_SIZE, "%d|%d", morpheme->left, morpheme->right);
}

/* Whether a word says something by itself, and isn't a number. */
static bool is_content(const struct sks_morpheme *morpheme)
{
    enum sks_slip_kind kind = morpheme->category->kind;
    bool fits = kind == SKS_SLIP_NOUN || kind == SKS_SLIP_VERB || kind == SKS_SLIP_ADJECTIVE;
    return fits && morpheme->known && !morpheme->function && !g_str_has_prefix(morpheme->feature, "名詞,数");
}

static bool inflects(enum sks_slip_kind kind)
{
    return kind == SKS_SLIP_VERB || kind == SKS_SLIP_ADJECTIVE || kind == SKS_SLIP_AUXILIARY;
}

void sks_corrupter_learn(struct sks_corrupter *corrupter, const char *text, const struct sks_morpheme *morphemes,
                         size_t count)
{
    char key[KEY_SIZE];
    for (size_t i = 0; i < count; i++) {
        const struct sks_morpheme *morpheme = &morphemes[i];
        enum sks_slip_kind kind = morpheme->category->kind;
        size_t size = morpheme->end - morpheme->start;
        if (morpheme->known && inflects(kind)) {
            form_key(key, morpheme);
            learn(corrupter->forms, key, text + morpheme->start, size);
            inflected_key(key, morpheme, morpheme->base, morpheme->base_length);
            learn(corrupter->inflected, key, text + morpheme->start, size);
        }
        if (is_content(morpheme)) {
            word_key(key, morpheme);
            g_ptr_array_add(surfaces_of(corrupter->words, key), g_strndup(text + morpheme->start, size));
        }
        if ((kind == SKS_SLIP_NOUN || kind == SKS_SLIP_VERB) && reading_key(key, morpheme))
            learn(corrupter->readings, key, text + morpheme->start, size);
    }
}

static const char *const particles[PARTICLES] = {"は", "が", "を", "に", "で", "と", "の", "へ", "も", "から"};

/* How often each particle is written for another, by what grammars for learners warn of; rows: the right one. */
static const uint8_t confusion[PARTICLES][PARTICLES] = {
    {0, 30, 15, 15, 6, 3, 6, 2, 6, 1},  {30, 0, 30, 10, 5, 3, 14, 1, 6, 1}, {12, 30, 0, 25, 10, 4, 8, 2, 4, 1},
    {8, 12, 25, 0, 30, 8, 6, 10, 3, 4}, {6, 8, 12, 35, 0, 5, 6, 3, 3, 5},   {5, 8, 8, 25, 8, 0, 8, 2, 5, 3},
    {12, 20, 10, 8, 8, 5, 0, 2, 5, 2},  {3, 3, 10, 50, 10, 4, 3, 0, 1, 2},  {25, 20, 20, 10, 5, 3, 3, 1, 0, 1},
    {5, 10, 5, 20, 20, 3, 5, 1, 1, 0},
};

static uint32_t draw(struct place *place, uint32_t bound)
{
    return sks_corrupter_random(place->corrupter, bound);
}

static const struct sks_morpheme *here(const struct place *place)
{
    return &place->morphemes[place->i];
}

static bool reads(const struct place *place, const char *text)
{
    size_t size = here(place)->end - here(place)->start;
    return size == strlen(text) && memcmp(place->text + here(place)->start, text, size) == 0;
}

/* Something after the morpheme. */
static bool insert_after(struct edit *edit, const char *text)
{
    edit->start = edit->end;
    g_string_assign(edit->text, text);
    return true;
}

static bool replace_particle(struct edit *edit, struct place *place)
{
    for (size_t from = 0; from < PARTICLES; from++) {
        if (place->kind != SKS_SLIP_PARTICLE || !reads(place, particles[from]))
            continue;
        uint32_t total = 0, to = 0;
        for (size_t i = 0; i < PARTICLES; i++)
            total += confusion[from][i];
        for (uint32_t left = draw(place, total); left >= confusion[from][to]; to++)
            left -= confusion[from][to];
        g_string_assign(edit->text, particles[to]);
        return true;
    }
    return false;
}

static bool drop_particle(struct edit *edit, struct place *place)
{
    (void)edit;
    return place->kind == SKS_SLIP_PARTICLE;
}

static bool insert_particle(struct edit *edit, struct place *place)
{
    bool closed = place->kind == SKS_SLIP_PARTICLE || place->kind == SKS_SLIP_AUXILIARY ||
                  place->kind == SKS_SLIP_SYMBOL || place->before == SKS_SLIP_SYMBOL ||
                  place->before == SKS_SLIP_PARTICLE;
    if (place->i == 0 || closed)
        return false;
    if (place->before == SKS_SLIP_NOUN && place->kind == SKS_SLIP_NOUN && draw(place, 3) != 0)
        return false;
    edit->end = edit->start;
    uint32_t other = draw(place, PARTICLES);
    /* の between an adjective or a verb and its noun is the classic. */
    bool no = place->before == SKS_SLIP_ADJECTIVE || place->before == SKS_SLIP_VERB
                  ? draw(place, 4) != 0
                  : place->before == SKS_SLIP_AUXILIARY && draw(place, 2) != 0;
    g_string_assign(edit->text, no ? "の" : particles[other]);
    return true;
}

static bool double_particle(struct edit *edit, struct place *place)
{
    return place->kind == SKS_SLIP_PARTICLE && insert_after(edit, particles[draw(place, PARTICLES - 1)]);
}

static bool other_surface(struct edit *edit, struct place *place, GHashTable *table, const char *key)
{
    GPtrArray *surfaces = g_hash_table_lookup(table, key);
    if (surfaces == NULL || surfaces->len < 2)
        return false;
    g_string_assign(edit->text, surfaces->pdata[draw(place, surfaces->len)]);
    return !reads(place, edit->text->str);
}

static bool other_form(struct edit *edit, struct place *place)
{
    char key[KEY_SIZE];
    if (!inflects(place->kind) || here(place)->base_length == 0)
        return false;
    form_key(key, here(place));
    return other_surface(edit, place, place->corrupter->forms, key);
}

static bool other_conversion(struct edit *edit, struct place *place)
{
    char key[KEY_SIZE];
    return reading_key(key, here(place)) && other_surface(edit, place, place->corrupter->readings, key);
}

/* Verbs that differ only in who acts: what one does to a thing, and what the thing does by itself. */
static const char *const partners[][2] = {
    {"始める", "始まる"},     {"変える", "変わる"},     {"決める", "決まる"}, {"止める", "止まる"},
    {"続ける", "続く"},       {"流す", "流れる"},       {"かける", "かかる"}, {"出す", "出る"},
    {"入れる", "入る"},       {"上げる", "上がる"},     {"下げる", "下がる"}, {"開ける", "開く"},
    {"閉める", "閉まる"},     {"集める", "集まる"},     {"増やす", "増える"}, {"減らす", "減る"},
    {"落とす", "落ちる"},     {"起こす", "起きる"},     {"壊す", "壊れる"},   {"直す", "直る"},
    {"治す", "治る"},         {"残す", "残る"},         {"返す", "返る"},     {"渡す", "渡る"},
    {"伝える", "伝わる"},     {"見つける", "見つかる"}, {"見る", "見える"},   {"聞く", "聞こえる"},
    {"育てる", "育つ"},       {"建てる", "建つ"},       {"届ける", "届く"},   {"進める", "進む"},
    {"広げる", "広がる"},     {"高める", "高まる"},     {"深める", "深まる"}, {"強める", "強まる"},
    {"まとめる", "まとまる"}, {"つなげる", "つながる"}, {"加える", "加わる"}, {"助ける", "助かる"},
    {"消す", "消える"},       {"燃やす", "燃える"},     {"冷やす", "冷える"}, {"温める", "温まる"},
    {"乾かす", "乾く"},       {"動かす", "動く"},       {"通す", "通る"},     {"移す", "移る"},
    {"回す", "回る"},         {"戻す", "戻る"},         {"当てる", "当たる"}, {"立てる", "立つ"},
    {"並べる", "並ぶ"},       {"付ける", "付く"},       {"着ける", "着く"},   {"終える", "終わる"},
    {"切る", "切れる"},       {"折る", "折れる"},       {"割る", "割れる"},   {"破る", "破れる"},
    {"汚す", "汚れる"},       {"倒す", "倒れる"},       {"隠す", "隠れる"},   {"現す", "現れる"},
    {"生む", "生まれる"},     {"行う", "行われる"},     {"くれる", "もらう"}, {"あげる", "くれる"},
    {"行く", "来る"},         {"いる", "ある"},         {"知る", "分かる"},   {"思う", "考える"},
    {"教える", "習う"},       {"貸す", "借りる"},       {"言う", "話す"},     {"なる", "する"},
};

static bool verb_partner(struct edit *edit, struct place *place)
{
    char key[KEY_SIZE];
    const struct sks_morpheme *morpheme = here(place);
    if (place->kind != SKS_SLIP_VERB || morpheme->base_length == 0)
        return false;
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(partners); i++) {
        const char *self = partners[i / 2][i % 2], *other = partners[i / 2][1 - i % 2];
        if (strlen(self) != morpheme->base_length || memcmp(self, morpheme->base, morpheme->base_length) != 0)
            continue;
        inflected_key(key, morpheme, other, strlen(other));
        GPtrArray *surfaces = g_hash_table_lookup(place->corrupter->inflected, key);
        if (surfaces == NULL)
            continue;
        g_string_assign(edit->text, surfaces->pdata[draw(place, surfaces->len)]);
        return true;
    }
    return false;
}

static bool drop_auxiliary(struct edit *edit, struct place *place)
{
    (void)edit;
    const char *feature = here(place)->feature;
    return place->kind == SKS_SLIP_AUXILIARY || g_str_has_prefix(feature, "動詞,非自立") ||
           g_str_has_prefix(feature, "動詞,接尾") || g_str_has_prefix(feature, "名詞,非自立");
}

static bool insert_auxiliary(struct edit *edit, struct place *place)
{
    static const char *const texts[] = {"た", "ます", "て", "いる", "です", "だ", "こと", "の", "れ", "させ", "ない"};
    bool fits = place->kind == SKS_SLIP_VERB || place->kind == SKS_SLIP_AUXILIARY;
    return fits && insert_after(edit, texts[draw(place, G_N_ELEMENTS(texts))]);
}

/* い- and な-adjectives taken for each other. */
static bool adjective(struct edit *edit, struct place *place)
{
    static const char *const after[] = {"な", "の", "だ", "でし", "じゃ"};
    if (place->kind == SKS_SLIP_ADJECTIVE)
        return insert_after(edit, after[draw(place, G_N_ELEMENTS(after))]);
    if (place->kind == SKS_SLIP_AUXILIARY && reads(place, "な")) {
        g_string_assign(edit->text, draw(place, 2) != 0 ? "" : "の");
        return true;
    }
    return g_str_has_prefix(here(place)->feature, "名詞,形容動詞語幹") &&
           insert_after(edit, draw(place, 2) != 0 ? "い" : "の");
}

/* The voiced partner of a kana, or the other way round; 0 if it has none. */
static gunichar voiced_partner(gunichar character)
{
    static const char pairs[] = "かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼ"
                                "カガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボ";
    const char *found = g_utf8_strchr(pairs, -1, character);
    if (found == NULL)
        return 0;
    return g_utf8_get_char(g_utf8_offset_to_pointer(pairs, g_utf8_pointer_to_offset(pairs, found) ^ 1));
}

/* Small tsu, long vowels and voicing: left out, put in, or mistaken. */
static bool kana_slip(struct edit *edit, struct place *place)
{
    const char *word = place->text + edit->start;
    size_t size = edit->end - edit->start;
    if (size < 6)
        return false;
    const char *at = g_utf8_offset_to_pointer(word, draw(place, (uint32_t)g_utf8_strlen(word, (gssize)size)));
    gunichar character = g_utf8_get_char(at), partner = voiced_partner(character);
    if (!sks_text_is_hiragana(character) && !sks_text_is_katakana(character))
        return false;
    bool long_or_small = character == 0x3063 || character == 0x30c3 || character == 0x30fc;
    bool drop = long_or_small || ((character == 0x3046 || character == 0x3044) && draw(place, 2) != 0);
    uint32_t how = draw(place, 3);
    bool katakana = sks_text_is_katakana(character);
    g_string_append_len(edit->text, word, at - word);
    if (!drop && how == 0 && partner != 0)
        g_string_append_unichar(edit->text, partner);
    else if (!drop && how == 1)
        g_string_append_printf(edit->text, "%s%.*s",
                               draw(place, 2) != 0 ? (katakana ? "ッ" : "っ") : (katakana ? "ー" : "う"),
                               (int)(g_utf8_next_char(at) - at), at);
    at = g_utf8_next_char(at);
    g_string_append_len(edit->text, at, word + size - at);
    return true;
}

static bool drop_anything(struct edit *edit, struct place *place)
{
    (void)edit;
    return place->kind != SKS_SLIP_SYMBOL;
}

static bool swap(struct edit *edit, struct place *place)
{
    if (place->i + 1 >= place->count || place->kind == SKS_SLIP_SYMBOL || place->after == SKS_SLIP_SYMBOL)
        return false;
    const struct sks_morpheme *next = here(place) + 1;
    g_string_append_len(edit->text, place->text + next->start, (gssize)(next->end - next->start));
    g_string_append_len(edit->text, place->text + edit->start, (gssize)(edit->end - edit->start));
    edit->end = next->end;
    return true;
}

/* A word that fits the grammar, and maybe nothing else. */
static bool other_word(struct edit *edit, struct place *place)
{
    char key[KEY_SIZE];
    word_key(key, here(place));
    return is_content(here(place)) && other_surface(edit, place, place->corrupter->words, key);
}

static const struct {
    uint32_t weight;
    bool (*make)(struct edit *edit, struct place *place);
} kinds[] = {{30, replace_particle},
             {8, drop_particle},
             {8, insert_particle},
             {4, double_particle},
             {13, other_form},
             {7, drop_auxiliary},
             {6, verb_partner},
             {4, adjective},
             {4, insert_auxiliary},
             {7, kana_slip},
             {3, other_conversion},
             {3, drop_anything},
             {3, swap},
             {12, other_word}};

enum { WEIGHTS = 112 /* of all kinds */ };

static bool make(struct edit *edit, struct place *place)
{
    uint32_t left = draw(place, WEIGHTS);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (left < kinds[i].weight)
            return kinds[i].make(edit, place);
        left -= kinds[i].weight;
    }
    return false;
}

bool sks_corrupter_apply(GString *out_text, size_t *out_start, size_t *out_end, struct sks_corrupter *corrupter,
                         const char *text, size_t size, const struct sks_morpheme *morphemes, size_t count)
{
    bool made = false;
    struct edit edit = {.text = g_string_new(NULL)};
    for (int tries = 0; !made && count > 0 && tries < TRIES; tries++) {
        size_t i = sks_corrupter_random(corrupter, (uint32_t)count);
        struct place place = {
            corrupter,
            text,
            morphemes,
            count,
            i,
            morphemes[i].category->kind,
            i > 0 ? morphemes[i - 1].category->kind : SKS_SLIP_OTHER,
            i + 1 < count ? morphemes[i + 1].category->kind : SKS_SLIP_OTHER,
        };
        edit.start = morphemes[i].start;
        edit.end = morphemes[i].end;
        g_string_truncate(edit.text, 0);
        made = make(&edit, &place) && edit.end - edit.start <= LONGEST_EDIT;
    }
    if (made) {
        g_string_truncate(out_text, 0);
        g_string_append_len(out_text, text, (gssize)edit.start);
        g_string_append_len(out_text, edit.text->str, (gssize)edit.text->len);
        g_string_append_len(out_text, text + edit.end, (gssize)(size - edit.end));
        *out_start = edit.start;
        *out_end = edit.start + edit.text->len;
    }
    g_string_free(edit.text, TRUE);
    return made;
}
