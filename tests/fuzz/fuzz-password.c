/* The password room: any bytes as a subject, a text with quotes, a signature and names of files. */
#include "fuzz.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "password/password.h"
#include "sekisho/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *raw = g_strndup((const char *)bytes, size), *text = g_utf8_make_valid(raw, -1);
    char **parts = g_strsplit(text, "\f", 5);
    guint count = g_strv_length(parts);
    const char *const names[] = {count > 3 ? parts[3] : "", NULL};
    const struct sks_password_source source = {
        .text = count > 0 ? parts[0] : NULL,
        .subject = count > 1 ? parts[1] : NULL,
        .signature = count > 2 ? parts[2] : NULL,
        .file_names = names,
        .quoted = count > 4 ? parts[4] : NULL,
        .footer = text,
        .time = 1777939200,
        .zone = 540,
    };
    struct sks_passwords passwords;
    sks_passwords_find(&passwords, &source);
    for (size_t i = 0; i < passwords.count; i++)
        if (passwords.items[i].value[0] == '\0' || strlen(passwords.items[i].value) > SKS_LIMIT_PASSWORD_SIZE)
            abort();
    sks_passwords_finish(&passwords);
    g_strfreev(parts);
    g_free(text);
    g_free(raw);
    return 0;
}
