/*
 * Categories are kept by the left connection id, which nearly always stands for one of them; those that share an id
 * are told apart by their fields, so nothing is assumed of the dictionary.
 */
#include "language/category.h"

#include <string.h>

#include <glib.h>

#include "language/language.h"

enum { IDS = 1 << 16 };

struct sks_categories {
    struct sks_category *by_left[IDS]; /* pages of ids that don't occur are never touched */
    size_t count;
};

struct sks_categories *sks_categories_create(void)
{
    return g_new0(struct sks_categories, 1);
}

void sks_categories_destroy(struct sks_categories *categories)
{
    for (size_t i = 0; categories != NULL && i < IDS; i++)
        for (struct sks_category *next, *one = categories->by_left[i]; one != NULL; one = next) {
            next = one->next;
            g_free(one);
        }
    g_free(categories);
}

static bool begins_with_any(const char *feature, const char *const *starts)
{
    for (; *starts != NULL; starts++)
        if (g_str_has_prefix(feature, *starts))
            return true;
    return false;
}

static bool is_function(const char *feature)
{
    static const char *const starts[] = {"助",        "接続詞",      "連体詞",    "記号", "名詞,非自立", "名詞,代名詞",
                                         "名詞,接尾", "動詞,非自立", "動詞,接尾", "副詞", "接頭詞",      NULL};
    return begins_with_any(feature, starts);
}

static enum sks_token_class token_class(const char *feature)
{
    static const char *const functions[] = {"助詞",      "助動詞",    "接続詞",        "連体詞",      "接頭詞",
                                            "フィラー",  "感動詞",    "名詞,非自立",   "名詞,代名詞", "動詞,非自立",
                                            "動詞,接尾", "名詞,特殊", "形容詞,非自立", NULL};
    if (g_str_has_prefix(feature, "名詞,固有名詞"))
        return SKS_TOKEN_NAME;
    if (g_str_has_prefix(feature, "名詞,数"))
        return SKS_TOKEN_NUMBER;
    if (g_str_has_prefix(feature, "記号"))
        return SKS_TOKEN_SYMBOL;
    return begins_with_any(feature, functions) ? SKS_TOKEN_FUNCTION : SKS_TOKEN_WORD;
}

static enum sks_slip_kind kind_of(const char *feature)
{
    static const struct {
        const char *start;
        enum sks_slip_kind kind;
    } kinds[] = {{"名詞", SKS_SLIP_NOUN},     {"動詞", SKS_SLIP_VERB},        {"形容詞", SKS_SLIP_ADJECTIVE},
                 {"助詞", SKS_SLIP_PARTICLE}, {"助動詞", SKS_SLIP_AUXILIARY}, {"記号", SKS_SLIP_SYMBOL}};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_has_prefix(feature, kinds[i].start))
            return kinds[i].kind;
    return SKS_SLIP_OTHER;
}

static struct sks_category *category_new(const char *feature, size_t number)
{
    struct sks_category *category = g_new0(struct sks_category, 1);
    const char *form = feature, *end = feature + strcspn(feature, ",");
    size_t field = 1;
    for (; field < SKS_CATEGORY_FIELDS && *end == ','; field++) {
        form = end + 1;
        end = form + strcspn(form, ",");
    }
    *category = (struct sks_category){
        .fields = feature,
        .size = (size_t)(end - feature),
        .number = number,
        .form = form,
        .form_size = field == SKS_CATEGORY_FIELDS ? (size_t)(end - form) : 0,
        .kind = (uint8_t)kind_of(feature),
        .token = (uint8_t)token_class(feature),
        .function = is_function(feature),
        .organisation = g_str_has_prefix(feature, "名詞,固有名詞,組織"),
        .person = g_str_has_prefix(feature, "名詞,固有名詞,人名"),
    };
    return category;
}

const struct sks_category *sks_categories_find(struct sks_categories *categories, uint16_t left, const char *feature)
{
    struct sks_category **place = &categories->by_left[left];
    for (; *place != NULL; place = &(*place)->next) {
        const struct sks_category *one = *place;
        if (strncmp(feature, one->fields, one->size) == 0 && (feature[one->size] == ',' || feature[one->size] == '\0'))
            return one;
    }
    return *place = category_new(feature, categories->count++);
}

bool sks_category_begins(const struct sks_category *category, const char *start, size_t size)
{
    return category->size >= size && memcmp(category->fields, start, size) == 0;
}
