/*
 * A rule is tried only where it may fit: one of characters where its first character stands, one of morphemes where a
 * surface that it names does.
 */
#include "language/rule.h"

#include <string.h>

#include "base/resource.h"
#include "language/text.h"

enum test_kind { SURFACE, BASE, PART, FORM };

/* One test of a morpheme: any of the texts, or with turned none of them. */
struct test {
    enum test_kind kind;
    bool turned;
    bool gap; /* the element stands for any number of morphemes that fit, as few as may be */
    char **texts;
    size_t *lengths;
};

struct rule {
    enum sks_rule_kind kind;
    char *text;        /* characters to find, or NULL */
    GArray **elements; /* NULL-terminated: for each morpheme its tests, struct test */
    size_t anchor;     /* the element that is looked for first, since it names surfaces */
    char *why_ja, *why_en;
};

enum { HEADS = 256, ANCHORS = 2048 };

struct sks_rules {
    GArray *rules;              /* struct rule */
    GArray *by_head[HEADS];     /* guint: rules of characters, by a hash of their first three bytes */
    GArray *by_anchor[ANCHORS]; /* guint: rules of morphemes, by a hash of what their anchor may be; NULL: none */
    GArray *unanchored;         /* guint: rules without any surface */
};

static size_t head_of(const char *text)
{
    const unsigned char *bytes = (const unsigned char *)text;
    return (bytes[1] * 7u ^ bytes[2] * 31u) % HEADS;
}

static void clear_test(gpointer data)
{
    struct test *test = data;
    g_strfreev(test->texts);
    g_free(test->lengths);
}

static void clear_rule(gpointer data)
{
    struct rule *rule = data;
    for (GArray **element = rule->elements; element != NULL && *element != NULL; element++)
        g_array_free(*element, TRUE);
    g_free(rule->elements);
    g_free(rule->text);
    g_free(rule->why_ja);
    g_free(rule->why_en);
}

static struct test read_test(const char *text)
{
    struct test test = {.gap = *text == '~'};
    text += test.gap;
    test.turned = *text == '!';
    text += test.turned;
    test.kind = *text == '=' ? BASE : *text == '@' ? PART : *text == '#' ? FORM : SURFACE;
    test.texts = g_strsplit(text + (test.kind != SURFACE), "|", -1);
    test.lengths = g_new(size_t, g_strv_length(test.texts) + 1);
    for (size_t i = 0; test.texts[i] != NULL; i++)
        test.lengths[i] = strlen(test.texts[i]);
    return test;
}

static GArray **read_pattern(const char *pattern)
{
    char **words = g_strsplit(pattern, " ", -1);
    GArray **elements = g_new0(GArray *, g_strv_length(words) + 1);
    for (size_t i = 0; words[i] != NULL; i++) {
        elements[i] = g_array_new(FALSE, FALSE, sizeof(struct test));
        g_array_set_clear_func(elements[i], clear_test);
        char **tests = g_strsplit(words[i], "&", -1);
        for (char **text = tests; *text != NULL; text++) {
            struct test test = read_test(*text);
            g_array_append_val(elements[i], test);
        }
        g_strfreev(tests);
    }
    g_strfreev(words);
    return elements;
}

static size_t hash_of(const char *surface, size_t size)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)surface[i]) * 16777619u;
    return (hash ^ hash >> 16) % ANCHORS;
}

/* How long the shortest surface is that an element names; 0 if it names none. */
static size_t anchor_length(const GArray *element)
{
    const struct test *test = &g_array_index(element, struct test, 0);
    size_t least = SIZE_MAX;
    for (size_t i = 0; test->kind == SURFACE && !test->turned && test->texts[i] != NULL; i++)
        least = MIN(least, test->lengths[i]);
    return least == SIZE_MAX ? 0 : least;
}

/* Finds the rule's anchor, the longest there is, since long ones are rare, and enters it where that is looked up. */
static void enter_rule(struct sks_rules *rules, struct rule *rule)
{
    guint number = rules->rules->len;
    size_t longest = 0;
    for (size_t i = 0; rule->elements[i] != NULL && !g_array_index(rule->elements[i], struct test, 0).gap; i++) {
        size_t length = anchor_length(rule->elements[i]);
        if (length > longest) {
            longest = length;
            rule->anchor = i;
        }
    }
    if (longest == 0) {
        g_array_append_val(rules->unanchored, number);
        return;
    }
    const struct test *test = &g_array_index(rule->elements[rule->anchor], struct test, 0);
    for (size_t i = 0; test->texts[i] != NULL; i++) {
        GArray **some = &rules->by_anchor[hash_of(test->texts[i], test->lengths[i])];
        if (*some == NULL)
            *some = g_array_new(FALSE, FALSE, sizeof(guint));
        if ((*some)->len == 0 || g_array_index(*some, guint, (*some)->len - 1) != number)
            g_array_append_val(*some, number);
    }
}

static bool read_rule(struct sks_rules *rules, const char *line)
{
    char **fields = g_strsplit(line, "\t", -1);
    static const char *const kinds[] = {
        [SKS_RULE_SLIP] = "slip", [SKS_RULE_REGISTER] = "register", [SKS_RULE_CASUAL] = "casual"};
    size_t kind = 0;
    while (kind < G_N_ELEMENTS(kinds) && g_strcmp0(fields[0], kinds[kind]) != 0)
        kind++;
    bool fine = g_strv_length(fields) == 4 && kind < G_N_ELEMENTS(kinds) && *fields[1] != '\0' && *fields[2] != '\0' &&
                *fields[3] != '\0';
    bool characters = fine && *fields[1] == '"';
    fine = fine && (!characters || strlen(fields[1]) >= 5);
    if (fine) {
        struct rule rule = {.kind = kind, .why_ja = g_strdup(fields[2]), .why_en = g_strdup(fields[3])};
        if (characters) {
            guint number = rules->rules->len;
            rule.text = g_strndup(fields[1] + 1, strcspn(fields[1] + 1, "\""));
            g_array_append_val(rules->by_head[head_of(rule.text)], number);
        } else {
            rule.elements = read_pattern(fields[1]);
            enter_rule(rules, &rule);
        }
        g_array_append_val(rules->rules, rule);
    }
    g_strfreev(fields);
    return fine;
}

int sks_rules_create(struct sks_rules **out_rules, struct sks_problems *problems)
{
    static const char name[] = "language/rules.txt";
    const struct sks_resource *resource = sks_resource_find(name);
    if (resource == NULL) {
        sks_problems_add(problems, name, 0, NULL, "is missing");
        return SKS_ERROR_FORMAT;
    }
    struct sks_rules *rules = g_new0(struct sks_rules, 1);
    rules->rules = g_array_new(FALSE, FALSE, sizeof(struct rule));
    g_array_set_clear_func(rules->rules, clear_rule);
    for (size_t i = 0; i < HEADS; i++)
        rules->by_head[i] = g_array_new(FALSE, FALSE, sizeof(guint));
    rules->unanchored = g_array_new(FALSE, FALSE, sizeof(guint));
    char *text = g_strndup(resource->bytes, resource->size), **lines = g_strsplit(text, "\n", -1);
    int result = 0;
    for (size_t i = 0; lines[i] != NULL; i++) {
        if (*lines[i] == '\0' || g_str_has_prefix(lines[i], "# ") || read_rule(rules, lines[i]))
            continue;
        sks_problems_add(problems, name, i + 1, NULL, "not kind, pattern and two reasons");
        result = SKS_ERROR_FORMAT;
    }
    g_strfreev(lines);
    g_free(text);
    if (result != 0)
        sks_rules_destroy(rules);
    else
        *out_rules = rules;
    return result;
}

void sks_rules_destroy(struct sks_rules *rules)
{
    if (rules == NULL)
        return;
    for (size_t i = 0; i < HEADS; i++)
        g_array_free(rules->by_head[i], TRUE);
    for (size_t i = 0; i < ANCHORS; i++)
        if (rules->by_anchor[i] != NULL)
            g_array_free(rules->by_anchor[i], TRUE);
    g_array_free(rules->unanchored, TRUE);
    g_array_free(rules->rules, TRUE);
    g_free(rules);
}

static bool fits_any(const struct test *test, const char *value, size_t size)
{
    bool start = test->kind == PART || test->kind == FORM;
    for (size_t i = 0; test->texts[i] != NULL; i++)
        if ((start ? size >= test->lengths[i] : size == test->lengths[i]) &&
            memcmp(test->texts[i], value, test->lengths[i]) == 0)
            return true;
    return false;
}

static bool passes(const struct test *test, const struct sks_sentence *sentence, const struct sks_morpheme *morpheme)
{
    const char *value = sentence->line + morpheme->start;
    size_t size = morpheme->end - morpheme->start;
    if (test->kind == BASE && morpheme->base_length > 0) {
        value = morpheme->base;
        size = morpheme->base_length;
    } else if (test->kind == PART) {
        value = morpheme->feature;
        size = strlen(value);
    } else if (test->kind == FORM) {
        value = sks_morpheme_field(&size, morpheme, 5);
    }
    return fits_any(test, value, size) != test->turned;
}

static bool element_fits(const GArray *element, const struct sks_sentence *sentence, size_t i)
{
    for (guint k = 0; k < element->len; k++)
        if (!passes(&g_array_index(element, struct test, k), sentence, &sentence->morphemes[i]))
            return false;
    return true;
}

/* How many morphemes from i on the elements fit, all of them; 0 if they don't. */
static size_t fit(GArray *const *elements, const struct sks_sentence *sentence, size_t i)
{
    const GArray *gap = NULL;
    size_t at = i;
    for (; *elements != NULL; elements++) {
        if (g_array_index(*elements, struct test, 0).gap) {
            gap = *elements;
            continue;
        }
        while (at < sentence->count && !element_fits(*elements, sentence, at)) {
            if (gap == NULL || !element_fits(gap, sentence, at))
                return 0;
            at++;
        }
        if (at++ >= sentence->count)
            return 0;
        gap = NULL;
    }
    return at - i;
}

static void add(GArray *matches, const struct rule *rule, size_t start, size_t end)
{
    struct sks_rule_match match = {start, end, rule->kind, rule->why_ja, rule->why_en};
    g_array_append_val(matches, match);
}

static bool is_han_at(const char *text)
{
    return sks_text_is_han(g_utf8_get_char(text));
}

/*
 * Whether characters that begin in kanji are words of their own where kanji stand beside them: 件討 is none in
 * 案件討議, nor 報告所 in 報告所見.
 */
static bool has_borders(const struct sks_sentence *sentence, size_t start, size_t end)
{
    const char *line = sentence->line;
    if (!is_han_at(line + start))
        return true;
    bool begins = start == sentence->start || !is_han_at(g_utf8_prev_char(line + start));
    bool ends = end == sentence->end || !is_han_at(line + end) || !is_han_at(g_utf8_prev_char(line + end));
    for (size_t i = 0; i < sentence->count && !(begins && ends); i++) {
        begins = begins || sentence->morphemes[i].start == start;
        ends = ends || sentence->morphemes[i].end == end;
    }
    return begins && ends;
}

/* Rules of characters, at every place of the sentence. */
static void apply_texts(GArray *matches, const struct sks_rules *rules, const struct sks_sentence *sentence)
{
    for (size_t at = sentence->start; at + 3 <= sentence->end; at++) {
        const char *text = sentence->line + at;
        if ((unsigned char)*text < 0xe0)
            continue;
        const GArray *some = rules->by_head[head_of(text)];
        for (guint i = 0; i < some->len; i++) {
            const struct rule *rule = &g_array_index(rules->rules, struct rule, g_array_index(some, guint, i));
            size_t length = strlen(rule->text);
            if (at + length <= sentence->end && memcmp(text, rule->text, length) == 0 &&
                has_borders(sentence, at, at + length))
                add(matches, rule, at, at + length);
        }
    }
}

/* Tries some rules with their anchor at morpheme i. */
static void apply_at(GArray *matches, const struct sks_rules *rules, const GArray *some,
                     const struct sks_sentence *sentence, size_t i)
{
    for (guint k = 0; k < some->len; k++) {
        const struct rule *rule = &g_array_index(rules->rules, struct rule, g_array_index(some, guint, k));
        size_t count = i >= rule->anchor ? fit(rule->elements, sentence, i - rule->anchor) : 0;
        if (count > 0)
            add(matches, rule, sentence->morphemes[i - rule->anchor].start,
                sentence->morphemes[i - rule->anchor + count - 1].end);
    }
}

void sks_rules_apply(GArray *matches, const struct sks_rules *rules, const struct sks_sentence *sentence)
{
    apply_texts(matches, rules, sentence);
    for (size_t i = 0; i < sentence->count; i++) {
        const struct sks_morpheme *morpheme = &sentence->morphemes[i];
        size_t hash = hash_of(sentence->line + morpheme->start, morpheme->end - morpheme->start);
        if (rules->by_anchor[hash] != NULL)
            apply_at(matches, rules, rules->by_anchor[hash], sentence, i);
        apply_at(matches, rules, rules->unanchored, sentence, i);
    }
}
