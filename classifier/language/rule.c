/*
 * A rule is tried only where it may fit: one of characters where its first character stands, one of morphemes where a
 * word that it names does. All words of the rules have numbers, and so has every start of a part of speech or form that
 * is asked for: what a morpheme is of these is looked up once, and tests compare numbers.
 */
#include "language/rule.h"

#include <string.h>

#include "base/resource.h"
#include "language/feature.h"
#include "language/text.h"

enum test_kind { SURFACE, BASE, PART, FORM };

enum { STARTS = 128 /* at most */, START_WORDS = STARTS / 64 };

/* One test of a morpheme: any of the words or starts, or with turned none of them. */
struct test {
    enum test_kind kind;
    bool turned;
    guint first, count;           /* words, in sks_rules.numbers */
    uint64_t starts[START_WORDS]; /* a bit for each of sks_rules.starts */
    size_t least;                 /* bytes of the shortest text */
};

/* What a morpheme has to pass, all of some tests. */
struct element {
    guint first, count; /* in sks_rules.tests */
    bool gap;           /* stands for any number of morphemes that fit, as few as may be */
};

struct rule {
    enum sks_rule_kind kind;
    char *text; /* characters to find, or NULL */
    size_t size;
    guint first, count; /* of others, in sks_rules.elements */
    size_t head;        /* the element by whose place matches are ordered: the longest surface that is named first */
    size_t anchor;      /* the element that is looked for: the longest word that is named, since long ones are rare */
    size_t beside;      /* an element beside the anchor, whose first test is tried before all others */
    guint beside_test;  /* in sks_rules.tests */
    bool headless;      /* no surface is named: matches come after others, by their first morpheme */
    char *why_ja, *why_en;
};

/* A rule of characters by its second one, of three bytes; 0 if that is shorter, or none. */
struct text_start {
    uint32_t second;
    guint rule;
};

/* A word of the rules. Its number is its place in the list, from 1 on. */
struct word {
    char *text;
    size_t size;
    uint32_t hash;
    GArray *anchored[2]; /* guint: rules with this as the surface or the base of their anchor; NULL: none */
};

/* What parts of speech, or forms, may begin with. */
struct start {
    enum test_kind kind;
    char *text;
    size_t size;
};

/* A morpheme as tests see it. */
struct seen {
    guint surface, base; /* numbers of words; 0: in no rule */
    const uint64_t *starts;
};

enum { HEADS = 4096 };

struct sks_rules {
    GArray *rules;              /* struct rule */
    GArray *elements;           /* struct element */
    GArray *tests;              /* struct test */
    GArray *by_head[HEADS];     /* struct text_start: rules of characters, by their first three bytes; NULL: none */
    GArray *words;              /* struct word */
    guint *slots;               /* numbers of words by their hashes; 0: free */
    size_t slot_count;          /* a power of two */
    GArray *starts;             /* struct start */
    GArray *numbers;            /* guint: what tests name */
    GArray *unanchored;         /* guint: rules that name no word */
    GPtrArray *category_starts; /* uint64_t[START_WORDS] by the number of a category, as they come; NULL: none yet */
    GArray *seen, *found;       /* struct seen, struct found, for reuse */
};

/* A match with what it is ordered by. */
struct found {
    struct sks_rule_match match;
    size_t at;
    bool headless;
    guint number;
};

static size_t head_of(const char *text)
{
    const unsigned char *bytes = (const unsigned char *)text;
    return ((bytes[0] & 0x3fu) << 12 | (bytes[1] & 0x3fu) << 6 | (bytes[2] & 0x3fu)) % HEADS;
}

/* The second character of a text of three bytes a character, as a number. */
static uint32_t second_of(const char *text, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)text + 3;
    return size >= 6 && bytes[0] >= 0xe0 ? (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2] : 0;
}

static void clear_rule(gpointer data)
{
    struct rule *rule = data;
    g_free(rule->text);
    g_free(rule->why_ja);
    g_free(rule->why_en);
}

static void clear_word(gpointer data)
{
    struct word *word = data;
    for (size_t i = 0; i < G_N_ELEMENTS(word->anchored); i++)
        if (word->anchored[i] != NULL)
            g_array_free(word->anchored[i], TRUE);
    g_free(word->text);
}

static void clear_start(gpointer data)
{
    g_free(((struct start *)data)->text);
}

/* The slot of a word, or the free one where it would be. */
static guint *find_slot(const struct sks_rules *rules, const char *text, size_t size, uint32_t hash)
{
    size_t at = hash & (rules->slot_count - 1);
    for (; rules->slots[at] != 0; at = (at + 1) & (rules->slot_count - 1)) {
        const struct word *word = &g_array_index(rules->words, struct word, rules->slots[at] - 1);
        if (word->hash == hash && word->size == size && memcmp(word->text, text, size) == 0)
            break;
    }
    return &rules->slots[at];
}

/* Makes twice the room, so that at most half of the slots are taken. */
static void grow(struct sks_rules *rules)
{
    g_free(rules->slots);
    rules->slot_count = MAX(2 * rules->slot_count, 1024);
    rules->slots = g_new0(guint, rules->slot_count);
    for (guint i = 0; i < rules->words->len; i++) {
        const struct word *word = &g_array_index(rules->words, struct word, i);
        *find_slot(rules, word->text, word->size, word->hash) = i + 1;
    }
}

static guint number_of_word(struct sks_rules *rules, const char *text)
{
    struct word word = {.size = strlen(text)};
    word.hash = sks_feature_bytes(text, word.size);
    if (2 * (rules->words->len + 1) > rules->slot_count)
        grow(rules);
    guint *slot = find_slot(rules, text, word.size, word.hash);
    if (*slot == 0) {
        word.text = g_strdup(text);
        g_array_append_val(rules->words, word);
        *slot = rules->words->len;
    }
    return *slot;
}

/* Fails with STARTS or more, and where fields are named that a category doesn't have. */
static bool number_of_start(guint *out_number, struct sks_rules *rules, const char *text, enum test_kind kind)
{
    size_t commas = 0;
    for (const char *p = text; *p != '\0'; p++)
        commas += *p == ',';
    for (guint i = 0; i < rules->starts->len; i++) {
        const struct start *start = &g_array_index(rules->starts, struct start, i);
        if (start->kind == kind && strcmp(start->text, text) == 0) {
            *out_number = i;
            return true;
        }
    }
    if (commas >= SKS_CATEGORY_FIELDS || rules->starts->len >= STARTS)
        return false;
    struct start start = {kind, g_strdup(text), strlen(text)};
    *out_number = rules->starts->len;
    g_array_append_val(rules->starts, start);
    return true;
}

static bool read_test(struct test *out_test, struct sks_rules *rules, const char *text)
{
    struct test test = {.first = rules->numbers->len, .least = SIZE_MAX};
    bool fine = true;
    test.turned = *text == '!';
    text += test.turned;
    test.kind = *text == '=' ? BASE : *text == '@' ? PART : *text == '#' ? FORM : SURFACE;
    char **texts = g_strsplit(text + (test.kind != SURFACE), "|", -1);
    for (char **one = texts; *one != NULL && fine; one++) {
        guint number = 0;
        test.least = MIN(test.least, strlen(*one));
        if (test.kind == PART || test.kind == FORM) {
            fine = number_of_start(&number, rules, *one, test.kind);
            test.starts[number / 64] |= UINT64_C(1) << number % 64;
            continue;
        }
        number = number_of_word(rules, *one);
        g_array_append_val(rules->numbers, number);
        test.count++;
    }
    g_strfreev(texts);
    *out_test = test;
    return fine;
}

static bool read_pattern(struct rule *rule, struct sks_rules *rules, const char *pattern)
{
    char **words = g_strsplit(pattern, " ", -1);
    bool fine = true;
    rule->first = rules->elements->len;
    for (size_t i = 0; words[i] != NULL; i++) {
        struct element element = {.first = rules->tests->len, .gap = *words[i] == '~'};
        char **tests = g_strsplit(words[i] + element.gap, "&", -1);
        for (char **text = tests; *text != NULL; text++) {
            struct test test;
            fine &= read_test(&test, rules, *text);
            g_array_append_val(rules->tests, test);
            element.count++;
        }
        g_array_append_val(rules->elements, element);
        rule->count++;
        g_strfreev(tests);
    }
    g_strfreev(words);
    return fine;
}

/* The test of an element that names the longest words, by their shortest; NULL if none names any. */
static const struct test *naming_test(const struct sks_rules *rules, const struct element *element, bool surfaces_only)
{
    const struct test *found = NULL;
    for (guint i = 0; i < (surfaces_only ? 1 : element->count); i++) {
        const struct test *test = &g_array_index(rules->tests, struct test, element->first + i);
        bool names =
            !test->turned && test->least > 0 && (test->kind == SURFACE || (test->kind == BASE && !surfaces_only));
        if (names && (found == NULL || test->least > found->least))
            found = test;
    }
    return found;
}

/* The element whose words are the longest, and the test that names them; NULL if there is none before the first gap. */
static const struct test *find_naming(size_t *out_element, const struct sks_rules *rules, const struct rule *rule,
                                      bool surfaces_only)
{
    const struct test *found = NULL;
    for (guint i = 0; i < rule->count; i++) {
        const struct element *element = &g_array_index(rules->elements, struct element, rule->first + i);
        if (element->gap)
            break;
        const struct test *test = naming_test(rules, element, surfaces_only);
        if (test == NULL || (found != NULL && test->least <= found->least))
            continue;
        found = test;
        *out_element = i;
    }
    return found;
}

/* Enters a rule at the words of its anchor. */
static void enter_rule(struct sks_rules *rules, struct rule *rule)
{
    guint number = rules->rules->len;
    rule->headless = find_naming(&rule->head, rules, rule, true) == NULL;
    const struct test *test = find_naming(&rule->anchor, rules, rule, false);
    const struct element *elements = &g_array_index(rules->elements, struct element, rule->first);
    rule->beside = test == NULL ? 0 : rule->anchor > 0 ? rule->anchor - 1 : 1;
    if (rule->beside >= rule->count || elements[rule->beside].gap)
        rule->beside = rule->anchor;
    rule->beside_test = elements[rule->beside].first;
    if (test == NULL)
        g_array_append_val(rules->unanchored, number);
    for (guint i = 0; test != NULL && i < test->count; i++) {
        guint word = g_array_index(rules->numbers, guint, test->first + i) - 1;
        GArray **some = &g_array_index(rules->words, struct word, word).anchored[test->kind == BASE];
        if (*some == NULL)
            *some = g_array_new(FALSE, FALSE, sizeof(guint));
        if ((*some)->len == 0 || g_array_index(*some, guint, (*some)->len - 1) != number)
            g_array_append_val(*some, number);
    }
}

static void enter_text(struct sks_rules *rules, struct rule *rule, const char *quoted)
{
    rule->size = strcspn(quoted + 1, "\"");
    rule->text = g_strndup(quoted + 1, rule->size);
    struct text_start start = {second_of(rule->text, rule->size), rules->rules->len};
    GArray **some = &rules->by_head[head_of(rule->text)];
    if (*some == NULL)
        *some = g_array_new(FALSE, FALSE, sizeof(struct text_start));
    g_array_append_val(*some, start);
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
            enter_text(rules, &rule, fields[1]);
        } else {
            fine = read_pattern(&rule, rules, fields[1]);
            enter_rule(rules, &rule);
        }
        g_array_append_val(rules->rules, rule);
    }
    g_strfreev(fields);
    return fine;
}

static struct sks_rules *rules_new(void)
{
    struct sks_rules *rules = g_new0(struct sks_rules, 1);
    rules->rules = g_array_new(FALSE, FALSE, sizeof(struct rule));
    g_array_set_clear_func(rules->rules, clear_rule);
    rules->words = g_array_new(FALSE, FALSE, sizeof(struct word));
    g_array_set_clear_func(rules->words, clear_word);
    rules->starts = g_array_new(FALSE, FALSE, sizeof(struct start));
    g_array_set_clear_func(rules->starts, clear_start);
    rules->elements = g_array_new(FALSE, FALSE, sizeof(struct element));
    rules->tests = g_array_new(FALSE, FALSE, sizeof(struct test));
    rules->numbers = g_array_new(FALSE, FALSE, sizeof(guint));
    rules->unanchored = g_array_new(FALSE, FALSE, sizeof(guint));
    rules->category_starts = g_ptr_array_new_with_free_func(g_free);
    rules->seen = g_array_new(FALSE, FALSE, sizeof(struct seen));
    rules->found = g_array_new(FALSE, FALSE, sizeof(struct found));
    grow(rules);
    return rules;
}

int sks_rules_create(struct sks_rules **out_rules, struct sks_problems *problems)
{
    static const char name[] = "language/rules.txt";
    const struct sks_resource *resource = sks_resource_find(name);
    if (resource == NULL) {
        sks_problems_add(problems, name, 0, NULL, "is missing");
        return SKS_ERROR_FORMAT;
    }
    struct sks_rules *rules = rules_new();
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
        if (rules->by_head[i] != NULL)
            g_array_free(rules->by_head[i], TRUE);
    g_array_free(rules->unanchored, TRUE);
    g_array_free(rules->rules, TRUE);
    g_array_free(rules->words, TRUE);
    g_array_free(rules->starts, TRUE);
    g_array_free(rules->elements, TRUE);
    g_array_free(rules->tests, TRUE);
    g_array_free(rules->numbers, TRUE);
    g_array_free(rules->seen, TRUE);
    g_array_free(rules->found, TRUE);
    g_ptr_array_free(rules->category_starts, TRUE);
    g_free(rules->slots);
    g_free(rules);
}

/* Which starts a category has, told when it is met first. */
static const uint64_t *starts_of(const struct sks_rules *rules, const struct sks_category *category)
{
    if (category->number >= rules->category_starts->len)
        g_ptr_array_set_size(rules->category_starts, (gint)category->number + 1);
    uint64_t **place = (uint64_t **)&rules->category_starts->pdata[category->number];
    if (*place != NULL)
        return *place;
    *place = g_new0(uint64_t, START_WORDS);
    for (guint i = 0; i < rules->starts->len; i++) {
        const struct start *start = &g_array_index(rules->starts, struct start, i);
        bool has = start->kind == PART
                       ? sks_category_begins(category, start->text, start->size)
                       : category->form_size >= start->size && memcmp(category->form, start->text, start->size) == 0;
        (*place)[i / 64] |= (uint64_t)has << i % 64;
    }
    return *place;
}

/* The morphemes of a sentence as tests see them. */
static const struct seen *see(const struct sks_rules *rules, const struct sks_sentence *sentence)
{
    g_array_set_size(rules->seen, (guint)sentence->count);
    struct seen *seen = (struct seen *)(void *)rules->seen->data;
    for (size_t i = 0; i < sentence->count; i++) {
        const struct sks_morpheme *morpheme = &sentence->morphemes[i];
        size_t size = morpheme->end - morpheme->start;
        seen[i].starts = starts_of(rules, morpheme->category);
        seen[i].surface = seen[i].base = *find_slot(rules, sentence->line + morpheme->start, size, morpheme->hash);
        if (morpheme->base_length > 0 && morpheme->base_hash != morpheme->hash)
            seen[i].base = *find_slot(rules, morpheme->base, morpheme->base_length, morpheme->base_hash);
    }
    return seen;
}

static inline bool passes(const struct sks_rules *rules, const struct test *test, const struct seen *seen)
{
    bool found = false;
    if (test->kind == PART || test->kind == FORM) {
        uint64_t common = 0;
        for (size_t i = 0; i < START_WORDS; i++)
            common |= seen->starts[i] & test->starts[i];
        return (common != 0) != test->turned;
    }
    const guint *numbers = &g_array_index(rules->numbers, guint, test->first);
    guint number = test->kind == SURFACE ? seen->surface : seen->base;
    for (guint i = 0; i < test->count && number != 0 && !found; i++)
        found = numbers[i] == number;
    return found != test->turned;
}

static inline bool element_fits(const struct sks_rules *rules, const struct element *element, const struct seen *seen)
{
    const struct test *tests = &g_array_index(rules->tests, struct test, element->first);
    for (guint k = 0; k < element->count; k++)
        if (!passes(rules, &tests[k], seen))
            return false;
    return true;
}

/* How many morphemes from the first one on a rule's elements fit, all of them; 0 if they don't. */
static size_t fit(const struct sks_rules *rules, const struct rule *rule, const struct seen *seen, size_t count)
{
    const struct element *element = &g_array_index(rules->elements, struct element, rule->first),
                         *end = element + rule->count, *gap = NULL;
    size_t at = 0;
    for (; element < end; element++) {
        if (element->gap) {
            gap = element;
            continue;
        }
        while (at < count && !element_fits(rules, element, &seen[at])) {
            if (gap == NULL || !element_fits(rules, gap, &seen[at]))
                return 0;
            at++;
        }
        if (at++ >= count)
            return 0;
        gap = NULL;
    }
    return at;
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
    for (size_t at = sentence->start, next; at + 3 <= sentence->end; at = next) {
        const char *text = sentence->line + at;
        next = at + ((unsigned char)*text < 0xe0 ? 1 : 3);
        if (next == at + 1)
            continue;
        const GArray *some = rules->by_head[head_of(text)];
        uint32_t second = some != NULL ? second_of(text, sentence->end - at) : 0;
        for (guint i = 0; some != NULL && i < some->len; i++) {
            const struct text_start *start = &g_array_index(some, struct text_start, i);
            const struct rule *rule = &g_array_index(rules->rules, struct rule, start->rule);
            if (start->second != 0 && start->second != second)
                continue;
            if (at + rule->size <= sentence->end && memcmp(text, rule->text, rule->size) == 0 &&
                has_borders(sentence, at, at + rule->size))
                add(matches, rule, at, at + rule->size);
        }
    }
}

/* Tries some rules with their anchor at morpheme i. */
static void apply_at(const struct sks_rules *rules, const GArray *some, const struct sks_sentence *sentence,
                     const struct seen *seen, size_t i)
{
    for (guint k = 0; k < some->len; k++) {
        guint number = g_array_index(some, guint, k);
        const struct rule *rule = &g_array_index(rules->rules, struct rule, number);
        size_t first = i - rule->anchor;
        if (i < rule->anchor || first + rule->beside >= sentence->count ||
            !passes(rules, &g_array_index(rules->tests, struct test, rule->beside_test), &seen[first + rule->beside]))
            continue;
        size_t count = fit(rules, rule, &seen[first], sentence->count - first);
        if (count == 0)
            continue;
        struct found found = {{sentence->morphemes[first].start, sentence->morphemes[first + count - 1].end, rule->kind,
                               rule->why_ja, rule->why_en},
                              first + rule->head,
                              rule->headless,
                              number};
        g_array_append_val(rules->found, found);
    }
}

static int compare_found(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->headless != y->headless)
        return x->headless ? 1 : -1;
    return (x->number > y->number) - (x->number < y->number);
}

void sks_rules_apply(GArray *matches, const struct sks_rules *rules, const struct sks_sentence *sentence)
{
    const struct seen *seen = see(rules, sentence);
    apply_texts(matches, rules, sentence);
    g_array_set_size(rules->found, 0);
    const struct word *words = (const struct word *)(void *)rules->words->data - 1; /* numbered from 1 on */
    for (size_t i = 0; i < sentence->count; i++) {
        const GArray *surface = seen[i].surface != 0 ? words[seen[i].surface].anchored[0] : NULL;
        const GArray *base = seen[i].base != 0 ? words[seen[i].base].anchored[1] : NULL;
        if (surface != NULL)
            apply_at(rules, surface, sentence, seen, i);
        if (base != NULL)
            apply_at(rules, base, sentence, seen, i);
        apply_at(rules, rules->unanchored, sentence, seen, i);
    }
    if (rules->found->len > 1)
        g_array_sort(rules->found, compare_found);
    for (guint i = 0; i < rules->found->len; i++)
        g_array_append_val(matches, g_array_index(rules->found, struct found, i).match);
}
