/*
 * Style sheets: rules are kept by their selector and applied in the order tag, class, id, whatever their order in the
 * sheet. That is less than CSS; it is enough for how mail hides text, and where it isn't, the sheet says so (unsure),
 * and nothing is inferred from colours.
 *
 * A rule is read once, for what it does: four megabytes of elements times the reading of a long rule would take
 * minutes.
 */
#include "message/html-sheet.h"

#include <string.h>

#define RULES_MOST        2000
#define RULES_OF_SELECTOR 8
#define DECLARATIONS_SIZE 400
#define SELECTOR_SIZE     100
#define CLASSES_MOST      8

/* What the rules of one selector do together. */
struct selector {
    unsigned rules;
    struct sks_html_effect effect;
};

void sks_html_sheet_init(struct sks_html_sheet *sheet)
{
    *sheet = (struct sks_html_sheet){0};
    sheet->rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void sks_html_sheet_finish(struct sks_html_sheet *sheet)
{
    g_hash_table_unref(sheet->rules);
    *sheet = (struct sks_html_sheet){0};
}

/* A tag, ".class", "#id", "tag.class" or "tag#id". */
static bool is_simple(const char *selector)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t size = strspn(selector, letters);
    if (selector[size] == '.' || selector[size] == '#')
        size += 1 + strspn(selector + size + 1, letters);
    return size > 0 && selector[size] == '\0';
}

static void add_rule(struct sks_html_sheet *sheet, const char *name, const struct sks_html_effect *effect)
{
    struct selector *selector = g_hash_table_lookup(sheet->rules, name);
    if (selector == NULL) {
        if (g_hash_table_size(sheet->rules) >= RULES_MOST) {
            sheet->unsure = true;
            return;
        }
        selector = g_new0(struct selector, 1);
        sks_html_effect_init(&selector->effect);
        g_hash_table_insert(sheet->rules, g_strdup(name), selector);
    }
    if (selector->rules++ < RULES_OF_SELECTOR)
        sks_html_effect_join(&selector->effect, effect);
    else
        sheet->unsure = true;
}

/* "selector, selector { declarations }", each part a slice of the sheet. */
static void read_rule(struct sks_html_sheet *sheet, const char *selectors, size_t selectors_size, const char *at,
                      size_t size)
{
    char *declarations = g_strndup(at, MIN(size, DECLARATIONS_SIZE));
    bool colours = strstr(declarations, "color") != NULL || strstr(declarations, "background") != NULL;
    struct sks_html_effect effect;
    sks_html_effect_init(&effect);
    sks_html_effect_add(&effect, declarations);
    for (const char *end = selectors + selectors_size; selectors < end;) {
        const char *comma = memchr(selectors, ',', (size_t)(end - selectors));
        size_t length = (size_t)((comma != NULL ? comma : end) - selectors);
        char *selector = g_strstrip(g_strndup(selectors, MIN(length, SELECTOR_SIZE)));
        if (is_simple(selector))
            add_rule(sheet, selector, &effect);
        else if (colours && strchr(selector, ':') == NULL) /* links under the mouse, and the like, say nothing */
            sheet->unsure = true;
        g_free(selector);
        selectors += length + 1;
    }
    g_free(declarations);
}

/* Behind the block that opens at "{". */
static const char *skip_block(const char *at)
{
    size_t depth = 0;
    for (; *at != '\0'; at++) {
        if (*at == '{')
            depth++;
        else if (*at == '}' && --depth == 0)
            return at + 1;
    }
    return at;
}

/* The sheet without comments and what hides it from old browsers. g_free(). */
static char *strip_comments(const char *css)
{
    GString *text = g_string_sized_new(strlen(css) + 1);
    for (const char *at = css; *at != '\0';) {
        if (at[0] == '/' && at[1] == '*') {
            const char *end = strstr(at + 2, "*/");
            at = end != NULL ? end + 2 : at + strlen(at);
        } else if (strncmp(at, "<!--", 4) == 0 || strncmp(at, "-->", 3) == 0) {
            at += at[0] == '<' ? 4 : 3;
        } else {
            size_t size = 1 + strcspn(at + 1, "/<-");
            g_string_append_len(text, at, (gssize)size);
            at += size;
        }
    }
    return g_string_free(text, FALSE);
}

void sks_html_sheet_add(struct sks_html_sheet *sheet, const char *css)
{
    char *text = strip_comments(css);
    for (const char *at = text; *at != '\0';) {
        at += strspn(at, " \t\r\n\f};");
        if (*at == '@') {
            at += strcspn(at, "{;");
            at = *at == '{' ? skip_block(at) : at;
            continue;
        }
        size_t selectors = strcspn(at, "{");
        if (at[selectors] == '\0')
            break;
        const char *declarations = at + selectors + 1;
        size_t size = strcspn(declarations, "}");
        read_rule(sheet, at, selectors, declarations, size);
        at = declarations + size;
    }
    g_free(text);
}

static void apply(struct sks_html_sheet *sheet, struct sks_html_style *style, const char *before, const char *mark,
                  const char *name, size_t size)
{
    char selector[SELECTOR_SIZE + 1];
    size_t tag = strlen(before), all = tag + strlen(mark) + size;
    if (all > SELECTOR_SIZE)
        return;
    memcpy(selector, before, tag);
    memcpy(selector + tag, mark, all - size - tag);
    memcpy(selector + all - size, name, size);
    selector[all] = '\0';
    const struct selector *found = g_hash_table_lookup(sheet->rules, selector);
    if (found != NULL)
        sks_html_effect_apply(&found->effect, style);
}

void sks_html_sheet_apply(struct sks_html_sheet *sheet, struct sks_html_style *style, const char *tag,
                          const char *class_, const char *id)
{
    if (sheet->unsure && (class_ != NULL || id != NULL))
        style->background = style->colour = SKS_HTML_COLOUR_UNKNOWN;
    if (g_hash_table_size(sheet->rules) == 0)
        return;
    apply(sheet, style, tag, "", "", 0);
    const char *at = class_;
    for (int i = 0; at != NULL && *at != '\0' && i < CLASSES_MOST; i++) {
        at += strspn(at, " \t\r\n");
        size_t size = strcspn(at, " \t\r\n");
        apply(sheet, style, "", ".", at, size);
        apply(sheet, style, tag, ".", at, size);
        at += size;
    }
    if (id != NULL) {
        apply(sheet, style, "", "#", id, strlen(id));
        apply(sheet, style, tag, "#", id, strlen(id));
    }
}
