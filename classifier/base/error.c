/* Errors in words, and the list of problems that loaders fill; file names and what stood in files are shown harmless.
 */
#include "sekisho/error.h"

#include "base/shown.h"

#include <glib.h>
#include <stdarg.h>

struct sks_problems {
    GPtrArray *texts;
};

const char *sks_error_text(int error)
{
    switch (error) {
    case SKS_OK:
        return "no error";
    case SKS_ERROR_IO:
        return "input or output failed";
    case SKS_ERROR_FORMAT:
        return "malformed input";
    case SKS_ERROR_LIMIT:
        return "a ceiling was reached";
    case SKS_ERROR_SCHEMA:
        return "another schema";
    case SKS_ERROR_DEADLINE:
        return "deadline passed";
    case SKS_ERROR_CRASH:
        return "worker crashed";
    case SKS_ERROR_MEMORY:
        return "worker out of memory";
    case SKS_ERROR_UNAVAILABLE:
        return "no worker available";
    case SKS_ERROR_UNSUPPORTED:
        return "not supported";
    default:
        return "unknown error";
    }
}

struct sks_problems *sks_problems_create(void)
{
    struct sks_problems *problems = g_new0(struct sks_problems, 1);
    problems->texts = g_ptr_array_new_with_free_func(g_free);
    return problems;
}

void sks_problems_destroy(struct sks_problems *problems)
{
    if (problems == NULL)
        return;
    g_ptr_array_unref(problems->texts);
    g_free(problems);
}

void sks_problems_add(struct sks_problems *problems, const char *file, size_t line, const char *key, const char *reason,
                      ...)
{
    if (problems == NULL)
        return;
    GString *text = g_string_new(NULL);
    if (file != NULL)
        g_string_append_printf(text, "%s:", file);
    if (file != NULL && line > 0)
        g_string_append_printf(text, "%zu:", line);
    if (key != NULL)
        g_string_append_printf(text, "%s%s:", text->len > 0 ? " " : "", key);
    if (text->len > 0)
        g_string_append_c(text, ' ');
    va_list arguments;
    va_start(arguments, reason);
    g_string_append_vprintf(text, reason, arguments);
    va_end(arguments);
    g_ptr_array_add(problems->texts, sks_shown(text->str));
    g_string_free(text, TRUE);
}

size_t sks_problems_count(const struct sks_problems *problems)
{
    return problems->texts->len;
}

const char *sks_problems_text(const struct sks_problems *problems, size_t index)
{
    return g_ptr_array_index(problems->texts, index);
}
