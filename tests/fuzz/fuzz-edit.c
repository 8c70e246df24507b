/*
 * The edits of a mail that is tagged, with both banners: the milter process itself reads the subject and, if it is told
 * to, the structure of the body. What is checked besides memory: no header value that we make can start a line of its
 * own, and the body keeps every byte that it had, in order.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "edit.h"
#include "verdict.h"

static struct sks_verdict *make_verdict(const char *text)
{
    struct sks_verdict *verdict = sks_verdict_create();
    struct sks_evidence evidence = {
        .id = g_strdup("attachment.encrypted"),
        .contribution = 1.5,
        .where = g_strdup(text),
        .related = g_strdup(""),
        .reason = {g_strdup(text), g_strdup(text)},
        .brief = {g_strdup("暗号化添付"), g_strdup("encrypted attachment")},
    };
    verdict->class_ = SKS_CLASS_TARGETED;
    verdict->subject = sks_verdict_clean(text);
    sks_verdict_add(verdict, &evidence);
    sks_verdict_seal(verdict);
    return verdict;
}

/* The fields as libmilter would give them: LF inside folds, no NUL. Returns where the body begins. */
static size_t take_fields(GArray *fields, const char *bytes, size_t size)
{
    size_t at = 0;
    while (at < size && fields->len < 200) {
        const char *end = memchr(bytes + at, '\n', size - at);
        size_t next = end != NULL ? (size_t)(end - bytes) + 1 : size;
        if (next - at <= 2)
            return next;
        while (next < size && (bytes[next] == ' ' || bytes[next] == '\t')) {
            end = memchr(bytes + next, '\n', size - next);
            next = end != NULL ? (size_t)(end - bytes) + 1 : size;
        }
        char *line = g_strndup(bytes + at, next - at);
        char **unix_lines = g_strsplit(g_strchomp(line), "\r\n", -1);
        char *field = g_strjoinv("\n", unix_lines);
        char *colon = strchr(field, ':');
        if (colon != NULL) {
            struct sks_field taken = {g_strndup(field, (size_t)(colon - field)), g_strdup(colon + 1)};
            g_array_append_val(fields, taken);
        }
        g_free(field);
        g_strfreev(unix_lines);
        g_free(line);
        at = next;
    }
    return at;
}

static void check(const struct sks_edits *edits, const char *body, size_t body_size)
{
    for (size_t i = 0; i < edits->count; i++) {
        const struct sks_edit *edit = &edits->list[i];
        if (edit->kind == SKS_EDIT_REPLACE_BODY) {
            size_t kept = 0;
            for (size_t at = 0; at < edit->size && kept < body_size; at++)
                kept += edit->value[at] == body[kept];
            if (kept != body_size || edit->size <= body_size)
                abort();
        } else if (edit->kind == SKS_EDIT_INSERT_HEADER && strcmp(edit->name, "X-Sekisho-Original-Subject") != 0) {
            for (const char *c = edit->value; *c != '\0'; c++)
                if ((*c == '\n' && c[1] != ' ') || *c == '\r' || (unsigned char)*c > 0x7e)
                    abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    GArray *fields = g_array_new(FALSE, FALSE, sizeof(struct sks_field));
    size_t body_at = take_fields(fields, (const char *)bytes, size);
    const struct sks_decision decision = {
        .action = SKS_ACTION_QUARANTINE, .add_headers = true, .remove_headers = true, .add_banners = true};
    char *text = g_strndup((const char *)bytes, MIN(size, 300));
    struct sks_verdict *verdict = make_verdict(text);
    /* Exactly its bytes, so that reading past the end is seen. */
    char *body = g_memdup2(bytes + body_at, size - body_at);
    struct sks_edit_input input = {
        .verdict = verdict,
        .decision = &decision,
        .model_version = text,
        .fields = (const struct sks_field *)(void *)fields->data,
        .field_count = fields->len,
        .subject = true,
        .body = true,
        .evidence = 8,
        .body_bytes = body,
        .body_size = size - body_at,
    };
    for (int language = 0; language < SKS_LANGUAGE_COUNT; language++) {
        struct sks_edits edits;
        input.language = (enum sks_language)language;
        sks_edits_make(&edits, &input);
        check(&edits, body, input.body_size);
        sks_edits_finish(&edits);
    }
    for (guint i = 0; i < fields->len; i++) {
        g_free(g_array_index(fields, struct sks_field, i).name);
        g_free(g_array_index(fields, struct sks_field, i).value);
    }
    g_array_free(fields, TRUE);
    sks_verdict_destroy(verdict);
    g_free(body);
    g_free(text);
    return 0;
}
