/*
 * Findings: at most one for each indicator, the strongest, sorted by id; and the sentence that tells one.
 *
 * What was seen comes out of hostile mail, so it is made fit to be shown here, once: no control characters, no
 * direction marks, no line breaks, valid UTF-8, cut at 80 characters.
 */
#include "indicator/indicator.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define DETAIL_CHARACTERS 80
#define TOLD_CHARACTERS   240
#define WHERE_CHARACTERS  300

struct sks_findings {
    GPtrArray *items;
};

static void finding_free(void *data)
{
    struct sks_finding *finding = data;
    g_free(finding->detail);
    g_free(finding->detail_ja);
    g_free(finding->where);
    g_free(finding->related);
    g_free(finding);
}

struct sks_findings *sks_findings_create(void)
{
    struct sks_findings *findings = g_new0(struct sks_findings, 1);
    findings->items = g_ptr_array_new_with_free_func(finding_free);
    return findings;
}

static void *finding_copy(const void *data, void *unused)
{
    (void)unused;
    const struct sks_finding *finding = data;
    struct sks_finding *copy = g_new0(struct sks_finding, 1);
    *copy = *finding;
    copy->detail = g_strdup(finding->detail);
    copy->detail_ja = g_strdup(finding->detail_ja);
    copy->where = g_strdup(finding->where);
    copy->related = g_strdup(finding->related);
    return copy;
}

struct sks_findings *sks_findings_copy(const struct sks_findings *findings)
{
    struct sks_findings *copy = g_new0(struct sks_findings, 1);
    copy->items = g_ptr_array_copy(findings->items, finding_copy, NULL);
    g_ptr_array_set_free_func(copy->items, finding_free);
    return copy;
}

void sks_findings_destroy(struct sks_findings *findings)
{
    if (findings == NULL)
        return;
    g_ptr_array_unref(findings->items);
    g_free(findings);
}

size_t sks_findings_count(const struct sks_findings *findings)
{
    return findings->items->len;
}

const struct sks_finding *sks_findings_get(const struct sks_findings *findings, size_t index)
{
    return g_ptr_array_index(findings->items, index);
}

/* Whether the id is there, and where it stands or would stand. */
static bool locate(const struct sks_findings *findings, const char *id, size_t *out_index)
{
    size_t low = 0, high = findings->items->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct sks_finding *finding = g_ptr_array_index(findings->items, middle);
        int order = strcmp(finding->indicator->id, id);
        if (order == 0) {
            *out_index = middle;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *out_index = low;
    return false;
}

const struct sks_finding *sks_findings_find(const struct sks_findings *findings, const char *id)
{
    size_t index;
    return locate(findings, id, &index) ? g_ptr_array_index(findings->items, index) : NULL;
}

static bool is_unfit(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);
    return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_SURROGATE ||
           type == G_UNICODE_UNASSIGNED || type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

static char *make_fit(const char *text, size_t characters)
{
    char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);
    GString *fit = g_string_new(NULL);
    bool blank = false;
    size_t count = 0;
    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (g_unichar_isspace(c) || is_unfit(c)) {
            blank = blank || g_unichar_isspace(c);
            continue;
        }
        if (count >= characters) {
            g_string_append(fit, "…");
            break;
        }
        if (blank && fit->len > 0)
            g_string_append_c(fit, ' ');
        blank = false;
        g_string_append_unichar(fit, c);
        count++;
    }
    g_free(valid);
    return g_string_free(fit, FALSE);
}

/* The finding to be filled in, emptied; NULL if a stronger one is there. */
static struct sks_finding *place(struct sks_findings *findings, const char *id, double strength)
{
    const struct sks_indicator *indicator = sks_indicator_find(id);
    g_assert(indicator != NULL);
    if (!(strength > 0))
        return NULL;
    size_t index;
    struct sks_finding *finding;
    if (locate(findings, id, &index)) {
        finding = g_ptr_array_index(findings->items, index);
        if (finding->strength >= fmin(strength, 1))
            return NULL;
        g_free(finding->detail);
        g_clear_pointer(&finding->detail_ja, g_free);
        g_free(finding->where);
        g_free(finding->related);
    } else {
        finding = g_new0(struct sks_finding, 1);
        g_ptr_array_insert(findings->items, (int)index, finding);
    }
    finding->indicator = indicator;
    finding->strength = fmin(strength, 1);
    return finding;
}

void sks_findings_add_related(struct sks_findings *findings, const char *id, double strength, const char *where,
                              const char *detail, const char *related)
{
    struct sks_finding *finding = place(findings, id, strength);
    if (finding == NULL)
        return;
    finding->detail = make_fit(detail, DETAIL_CHARACTERS);
    finding->where = make_fit(where, WHERE_CHARACTERS);
    finding->related = make_fit(related, WHERE_CHARACTERS);
}

void sks_findings_add_told(struct sks_findings *findings, const char *id, double strength, const char *where,
                           const char *english, const char *japanese)
{
    struct sks_finding *finding = place(findings, id, strength);
    if (finding == NULL)
        return;
    finding->detail = make_fit(english, TOLD_CHARACTERS);
    finding->detail_ja = make_fit(japanese, TOLD_CHARACTERS);
    finding->where = make_fit(where, WHERE_CHARACTERS);
    finding->related = g_strdup("");
}

void sks_findings_add(struct sks_findings *findings, const char *id, double strength, const char *where,
                      const char *detail)
{
    sks_findings_add_related(findings, id, strength, where, detail, "");
}

static bool speaks_for(const struct sks_finding *finding)
{
    return g_str_has_prefix(finding->indicator->id, "clean.");
}

/* What of the mail's own speaks for it, and not for the other. */
static void weaken(struct sks_findings *findings, const struct sks_findings *other)
{
    for (guint i = findings->items->len; i > 0; i--) {
        struct sks_finding *finding = g_ptr_array_index(findings->items, i - 1);
        const struct sks_finding *same = sks_findings_find(other, finding->indicator->id);
        if (!speaks_for(finding))
            continue;
        if (same == NULL)
            g_ptr_array_remove_index(findings->items, i - 1);
        else
            finding->strength = fmin(finding->strength, same->strength);
    }
}

void sks_findings_join(struct sks_findings *findings, const struct sks_findings *other, const char *own_id,
                       const char *other_id)
{
    weaken(findings, other);
    for (size_t i = 0; i < sks_findings_count(other); i++) {
        const struct sks_finding *finding = sks_findings_get(other, i);
        const char *related = finding->related;
        if (speaks_for(finding))
            continue;
        if (related[0] == '\0')
            related = other_id;
        else if (strcmp(related, own_id) == 0)
            related = "";
        struct sks_finding *to = place(findings, finding->indicator->id, finding->strength);
        if (to == NULL)
            continue;
        to->detail = g_strdup(finding->detail); /* both were made fit to be shown */
        to->detail_ja = g_strdup(finding->detail_ja);
        to->where = g_strdup(finding->where);
        to->related = make_fit(related, WHERE_CHARACTERS);
    }
}

/* Where the bracket around "%s" begins and ends, if there is one. */
static void bracket(const char *sentence, const char **start, const char **end)
{
    static const char *const opening[] = {" (", "（"}, *const closing[] = {")", "）"};
    for (size_t i = 0; i < G_N_ELEMENTS(opening); i++) {
        size_t before = strlen(opening[i]), after = strlen(closing[i]);
        if ((size_t)(*start - sentence) >= before && strncmp(*end, closing[i], after) == 0 &&
            strncmp(*start - before, opening[i], before) == 0) {
            *start -= before;
            *end += after;
            return;
        }
    }
}

char *sks_finding_reason(const struct sks_finding *finding, enum sks_language language)
{
    const char *sentence =
        language == SKS_LANGUAGE_JAPANESE ? finding->indicator->reason_ja : finding->indicator->reason_en;
    const char *start = strstr(sentence, "%s");
    if (start == NULL)
        return g_strdup(sentence);
    const char *end = start + 2, *fill = finding->detail;
    if (language == SKS_LANGUAGE_JAPANESE && finding->detail_ja != NULL)
        fill = finding->detail_ja;
    if (fill[0] == '\0') {
        bracket(sentence, &start, &end);
        fill = end - start > 2 ? "" : "…";
    }
    return g_strdup_printf("%.*s%s%s", (int)(start - sentence), sentence, fill, end);
}
