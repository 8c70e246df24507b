/*
 * From verdict and decision to a list of edits. See edit.h for the order and why.
 */
#include "edit.h"

#include <string.h>

#include <glib.h>

#include "encode.h"

#define OUR_PREFIX   "X-Sekisho-"
#define SUBJECT_MOST 10u /* Subject fields that get a banner; RFC 5322 allows one */

static void add(GArray *edits, enum sks_edit_kind kind, const char *name, unsigned index, char *value, size_t size)
{
    struct sks_edit edit = {.kind = kind, .name = g_strdup(name), .index = index, .value = value, .size = size};
    g_array_append_val(edits, edit);
}

static void add_text(GArray *edits, enum sks_edit_kind kind, const char *name, unsigned index, char *value)
{
    add(edits, kind, name, index, value, value != NULL ? strlen(value) : 0);
}

static unsigned count_subjects(const struct sks_edit_input *input)
{
    unsigned count = 0;
    for (size_t i = 0; i < input->field_count; i++)
        count += g_ascii_strcasecmp(input->fields[i].name, "Subject") == 0;
    return count;
}

/* Which one of its name each of our fields is, from 1; others have 0. The caller frees. */
static unsigned *number_ours(const struct sks_edit_input *input)
{
    unsigned *numbers = g_new0(unsigned, input->field_count + 1);
    GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (size_t i = 0; i < input->field_count; i++) {
        if (g_ascii_strncasecmp(input->fields[i].name, OUR_PREFIX, strlen(OUR_PREFIX)) != 0)
            continue;
        char *name = g_ascii_strdown(input->fields[i].name, -1);
        numbers[i] = GPOINTER_TO_UINT(g_hash_table_lookup(counts, name)) + 1;
        g_hash_table_replace(counts, name, GUINT_TO_POINTER(numbers[i]));
    }
    g_hash_table_destroy(counts);
    return numbers;
}

/* The last one first: an MTA that renumbers after each deletion and one that doesn't then do the same. */
static void remove_foreign(GArray *edits, const struct sks_edit_input *input)
{
    unsigned *numbers = number_ours(input);
    for (size_t i = input->field_count; i > 0; i--)
        if (numbers[i - 1] > 0)
            add_text(edits, SKS_EDIT_DELETE_HEADER, input->fields[i - 1].name, numbers[i - 1], NULL);
    g_free(numbers);
}

static struct sks_header_text begin(const char *name)
{
    return (struct sks_header_text){.text = g_string_new(NULL), .column = strlen(name) + 2};
}

/* A number as one reads it, whatever the locale; never "-0.00". */
static char *number(const char *format, double value)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(digits, sizeof(digits), format, value);
    if (digits[0] == '-' && strspn(digits, "-0.") == strlen(digits))
        memmove(digits, digits + 1, strlen(digits));
    return g_strdup(digits);
}

static void add_pair(struct sks_header_text *out, const char *key, char *value)
{
    g_string_append_c(out->text, ';');
    out->column++;
    char *pair = g_strconcat(key, "=", value, NULL);
    sks_encode_atom(out, pair);
    g_free(pair);
    g_free(value);
}

static char *verdict_value(const struct sks_edit_input *input)
{
    const struct sks_decision *decision = input->decision;
    struct sks_header_text out = begin(OUR_PREFIX "Verdict");

    sks_encode_atom(&out, input->verdict != NULL ? sks_class_name(sks_verdict_class(input->verdict)) : "unknown");
    add_pair(&out, "version", g_strdup("1"));
    add_pair(&out, "action", g_strdup(sks_action_name(decision->action)));
    if (decision->observed)
        add_pair(&out, "observed", g_strdup(sks_action_name(decision->intended)));
    if (input->model_version != NULL && input->model_version[0] != '\0')
        add_pair(&out, "model",
                 g_strcanon(g_strdup(input->model_version), G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".-_", '_'));
    return g_string_free(out.text, FALSE);
}

static char *score_value(const struct sks_edit_input *input)
{
    struct sks_header_text out = begin(OUR_PREFIX "Score");
    char *score = number("%.2f", sks_verdict_score(input->verdict));
    sks_encode_atom(&out, score);
    g_free(score);
    add_pair(&out, "version", g_strdup("1"));
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        add_pair(&out, sks_class_name((enum sks_class)i),
                 number("%.3f", sks_verdict_probability(input->verdict, (enum sks_class)i)));
    return g_string_free(out.text, FALSE);
}

static void add_comment(struct sks_header_text *out, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    g_string_append(out->text, out->column + 24 > SKS_ENCODE_COLUMNS ? "\n  (" : " (");
    out->column = out->column + 24 > SKS_ENCODE_COLUMNS ? 3 : out->column + 2;
    sks_encode_text(out, text, true);
    g_string_append_c(out->text, ')');
    out->column++;
}

/* One piece a line: "family.name=+1.25 (where) (reason);". The texts are comments, where encoded words may stand. */
static char *evidence_value(const struct sks_edit_input *input)
{
    struct sks_header_text out = begin(OUR_PREFIX "Evidence");
    size_t count = MIN(sks_verdict_evidence_count(input->verdict), input->evidence);

    sks_encode_atom(&out, "version=1");
    for (size_t i = 0; i < count; i++) {
        const struct sks_evidence *evidence = sks_verdict_evidence(input->verdict, i);
        char *id = g_strcanon(g_strdup(evidence->id), G_CSET_a_2_z G_CSET_DIGITS ".-", '_');
        char *contribution = number("%+.2f", evidence->contribution);
        g_string_append_printf(out.text, ";\n %s=%s", id, contribution);
        out.column = 2 + strlen(id) + strlen(contribution);
        g_free(id);
        g_free(contribution);
        add_comment(&out, evidence->where);
        add_comment(&out, evidence->reason[input->language]);
    }
    return g_string_free(out.text, FALSE);
}

char *sks_edit_reason(const struct sks_edit_input *input)
{
    if (input->decision->hold)
        return g_strdup("held until the password of its attachment comes");
    if (input->verdict == NULL)
        return g_strdup_printf("not judged: %s", input->failure != NULL ? input->failure : "unknown");
    GString *reason = g_string_new(sks_class_name(sks_verdict_class(input->verdict)));
    size_t count = MIN(sks_verdict_evidence_count(input->verdict), (size_t)3);
    for (size_t i = 0; i < count; i++)
        g_string_append_printf(reason, "%s%s", i == 0 ? ": " : ", ", sks_verdict_evidence(input->verdict, i)->id);
    return g_string_free(reason, FALSE);
}

/* Every insertion goes to the very top, so the one to stand first is made last. */
static void add_our_headers(GArray *edits, const struct sks_edit_input *input, GPtrArray *originals)
{
    for (size_t i = originals->len; i > 0; i--)
        add_text(edits, SKS_EDIT_INSERT_HEADER, OUR_PREFIX "Original-Subject", 0,
                 g_strdup(g_ptr_array_index(originals, i - 1)));
    if (input->decision->action == SKS_ACTION_QUARANTINE || input->decision->hold) {
        struct sks_header_text out = begin(OUR_PREFIX "Quarantine");
        char *reason = sks_edit_reason(input);
        sks_encode_text(&out, reason, false);
        g_free(reason);
        add_text(edits, SKS_EDIT_INSERT_HEADER, OUR_PREFIX "Quarantine", 0, g_string_free(out.text, FALSE));
    }
    if (input->verdict != NULL) {
        if (input->evidence > 0)
            add_text(edits, SKS_EDIT_INSERT_HEADER, OUR_PREFIX "Evidence", 0, evidence_value(input));
        add_text(edits, SKS_EDIT_INSERT_HEADER, OUR_PREFIX "Score", 0, score_value(input));
    }
    add_text(edits, SKS_EDIT_INSERT_HEADER, OUR_PREFIX "Verdict", 0, verdict_value(input));
}

/* Long first lines go below the longer name, so that no line passes the 998 characters of RFC 5322 because of us. */
static char *original_value(char *original)
{
    if (strcspn(original, "\r\n") + strlen(OUR_PREFIX "Original-Subject: ") <= 990)
        return original;
    char *folded = g_strconcat("\n ", original, NULL);
    g_free(original);
    return folded;
}

/* Makes the changes of Subject fields, and the originals that have to be kept. */
static void change_subjects(GArray *changes, GPtrArray *originals, const struct sks_edit_input *input)
{
    unsigned subjects = count_subjects(input), index = 0;
    if (sks_verdict_banner(input->verdict, input->language)[0] == '\0')
        return;
    for (size_t i = 0; i < input->field_count && index < SUBJECT_MOST; i++) {
        if (g_ascii_strcasecmp(input->fields[i].name, "Subject") != 0)
            continue;
        char *original = NULL;
        /* With several subjects nobody knows which one the classifier read. */
        char *value = sks_subject_banner(&original, input->verdict, input->language, input->fields[i].value,
                                         subjects == 1 ? sks_verdict_subject(input->verdict) : NULL);
        index++;
        if (value != NULL)
            add_text(changes, SKS_EDIT_CHANGE_HEADER, input->fields[i].name, index, value);
        if (original != NULL)
            g_ptr_array_add(originals, original_value(original));
    }
    if (subjects == 0) {
        char *original = NULL;
        char *value = sks_subject_banner(&original, input->verdict, input->language, "", NULL);
        g_free(original);
        add_text(changes, SKS_EDIT_ADD_HEADER, "Subject", 0, value);
    }
}

void sks_edits_make(struct sks_edits *out_edits, const struct sks_edit_input *input)
{
    const struct sks_decision *decision = input->decision;
    GArray *edits = g_array_new(FALSE, TRUE, sizeof(struct sks_edit));
    GArray *subjects = g_array_new(FALSE, TRUE, sizeof(struct sks_edit));
    GPtrArray *originals = g_ptr_array_new_with_free_func(g_free);
    bool delivered = decision->action != SKS_ACTION_REJECT && decision->action != SKS_ACTION_TEMPFAIL;
    bool banners = delivered && decision->add_banners && input->verdict != NULL;

    if (delivered && (decision->action == SKS_ACTION_QUARANTINE || decision->hold))
        add_text(edits, SKS_EDIT_QUARANTINE, NULL, 0, sks_edit_reason(input));
    if (banners && input->subject)
        change_subjects(subjects, originals, input);
    if (delivered && decision->remove_headers)
        remove_foreign(edits, input);
    if (delivered && decision->add_headers)
        add_our_headers(edits, input, originals);
    g_array_append_vals(edits, subjects->data, subjects->len);
    if (banners && input->body) {
        size_t size = 0;
        char *body = sks_body_banner(&size, input);
        if (body != NULL)
            add(edits, SKS_EDIT_REPLACE_BODY, NULL, 0, body, size);
    }
    g_ptr_array_free(originals, TRUE);
    g_array_free(subjects, TRUE);
    out_edits->count = edits->len;
    out_edits->list = (struct sks_edit *)(void *)g_array_free(edits, FALSE);
}

void sks_edits_finish(struct sks_edits *edits)
{
    for (size_t i = 0; i < edits->count; i++) {
        g_free(edits->list[i].name);
        g_free(edits->list[i].value);
    }
    g_free(edits->list);
    *edits = (struct sks_edits){NULL, 0};
}
