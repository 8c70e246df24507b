/* Rules are few and sentences short: each rule is tried at each morpheme, first test first. */
#include "language/rule.h"

#include <string.h>

#include "base/resource.h"

struct rule {
    bool register_break;
    char *text;       /* characters to find, or NULL */
    char ***elements; /* NULL-terminated: for each morpheme its tests */
    char *why_ja, *why_en;
};

struct sks_rules {
    GArray *rules; /* struct rule */
};

static void clear_rule(gpointer data)
{
    struct rule *rule = data;
    for (char ***element = rule->elements; element != NULL && *element != NULL; element++)
        g_strfreev(*element);
    g_free(rule->elements);
    g_free(rule->text);
    g_free(rule->why_ja);
    g_free(rule->why_en);
}

static bool read_rule(GArray *rules, const char *line)
{
    char **fields = g_strsplit(line, "\t", -1);
    bool fine = g_strv_length(fields) == 4 && (strcmp(fields[0], "slip") == 0 || strcmp(fields[0], "register") == 0) &&
                *fields[1] != '\0' && *fields[2] != '\0' && *fields[3] != '\0';
    if (fine) {
        struct rule rule = {
            .register_break = *fields[0] == 'r', .why_ja = g_strdup(fields[2]), .why_en = g_strdup(fields[3])};
        if (*fields[1] == '"') {
            rule.text = g_strdup(fields[1] + 1);
            g_strdelimit(rule.text, "\"", '\0');
        } else {
            char **words = g_strsplit(fields[1], " ", -1);
            rule.elements = g_new0(char **, g_strv_length(words) + 1);
            for (size_t i = 0; words[i] != NULL; i++)
                rule.elements[i] = g_strsplit(words[i], "&", -1);
            g_strfreev(words);
        }
        g_array_append_val(rules, rule);
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
    char *text = g_strndup(resource->bytes, resource->size), **lines = g_strsplit(text, "\n", -1);
    int result = 0;
    for (size_t i = 0; lines[i] != NULL; i++) {
        if (*lines[i] == '\0' || g_str_has_prefix(lines[i], "# ") || read_rule(rules->rules, lines[i]))
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
    g_array_free(rules->rules, TRUE);
    g_free(rules);
}

/* Whether one of the texts divided by "|" is value, or with start only its beginning. */
static bool fits_any(const char *texts, const char *value, size_t size, bool start)
{
    for (;;) {
        size_t length = strcspn(texts, "|");
        if ((start ? size >= length : size == length) && memcmp(texts, value, length) == 0)
            return true;
        if (texts[length] == '\0')
            return false;
        texts += length + 1;
    }
}

static bool passes(const char *test, const struct sks_sentence *sentence, const struct sks_morpheme *morpheme)
{
    bool turned = *test == '!';
    test += turned;
    const char *surface = sentence->line + morpheme->start;
    size_t size = morpheme->end - morpheme->start;
    bool fits;
    if (*test == '=') {
        fits = morpheme->base_length > 0 ? fits_any(test + 1, morpheme->base, morpheme->base_length, false)
                                         : fits_any(test + 1, surface, size, false);
    } else if (*test == '@') {
        fits = fits_any(test + 1, morpheme->feature, strlen(morpheme->feature), true);
    } else if (*test == '#') {
        size_t length;
        const char *form = sks_morpheme_field(&length, morpheme, 5);
        fits = fits_any(test + 1, form, length, true);
    } else {
        fits = fits_any(test, surface, size, false);
    }
    return fits != turned;
}

/* How many morphemes from i on the elements fit, all of them; 0 if they don't. */
static size_t fit(char **const *elements, const struct sks_sentence *sentence, size_t i)
{
    size_t count = 0;
    for (; elements[count] != NULL; count++) {
        if (i + count >= sentence->count)
            return 0;
        for (char *const *test = elements[count]; *test != NULL; test++)
            if (!passes(*test, sentence, &sentence->morphemes[i + count]))
                return 0;
    }
    return count;
}

static void add(GArray *matches, const struct rule *rule, size_t start, size_t end)
{
    struct sks_rule_match match = {start, end, rule->register_break, rule->why_ja, rule->why_en};
    g_array_append_val(matches, match);
}

void sks_rules_apply(GArray *matches, const struct sks_rules *rules, const struct sks_sentence *sentence)
{
    const char *line = sentence->line;
    for (guint k = 0; k < rules->rules->len; k++) {
        const struct rule *rule = &g_array_index(rules->rules, struct rule, k);
        if (rule->text != NULL) {
            const char *at =
                memmem(line + sentence->start, sentence->end - sentence->start, rule->text, strlen(rule->text));
            if (at != NULL)
                add(matches, rule, (size_t)(at - line), (size_t)(at - line) + strlen(rule->text));
            continue;
        }
        for (size_t i = 0; i < sentence->count; i++) {
            size_t count = fit(rule->elements, sentence, i);
            if (count > 0)
                add(matches, rule, sentence->morphemes[i].start, sentence->morphemes[i + count - 1].end);
        }
    }
}
