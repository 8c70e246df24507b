/* See log.h. */
#include "log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define VALUE_MOST 200u

/* Written before threads start, or (the level) at a reload: a line more or less does not matter. */
static bool to_stderr = true, to_syslog = false, is_starting = false;
static atomic_int least = LOG_INFO;

void sks_log_open(const struct sks_configuration *configuration, bool foreground)
{
    to_syslog = !foreground && configuration->log.target == SKS_LOG_SYSLOG;
    to_stderr = true;
    is_starting = to_syslog;
    atomic_store(&least, configuration->log.level);
    if (to_syslog)
        openlog("sekisho-milter", LOG_PID | LOG_NDELAY, configuration->log.facility);
}

bool sks_log_leave_terminal(void)
{
    if (is_starting)
        to_stderr = is_starting = false;
    return !to_stderr;
}

void sks_log_set_level(int level)
{
    atomic_store(&least, level);
}

static const char *level_name(int level)
{
    switch (level) {
    case LOG_ERR:
        return "error";
    case LOG_WARNING:
        return "warning";
    case LOG_INFO:
        return "info";
    default:
        return "debug";
    }
}

void sks_log(int level, const char *format, ...)
{
    if (level > atomic_load(&least))
        return;
    va_list arguments;
    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (to_syslog)
        syslog(level, "%s", text);
    if (to_stderr) {
        char stamp[32] = "";
        time_t now = time(NULL);
        struct tm utc;
        if (gmtime_r(&now, &utc) != NULL)
            strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &utc);
        char *line = g_strdup_printf("%s sekisho-milter[%ld] %s: %s\n", stamp, (long)getpid(), level_name(level), text);
        /* One write, so that lines of several threads and processes stay whole. */
        ssize_t written = write(STDERR_FILENO, line, strlen(line));
        (void)written;
        g_free(line);
    }
    g_free(text);
}

void sks_log_add(GString *line, const char *key, const char *value)
{
    g_string_append_printf(line, "%s%s=\"", line->len > 0 ? " " : "", key);
    size_t start = line->len;
    const char *end = value + strlen(value);
    while (value < end && line->len - start < VALUE_MOST) {
        unsigned char c = (unsigned char)*value;
        gunichar character = g_utf8_get_char_validated(value, end - value);
        if (c == '"' || c == '\\') {
            g_string_append_printf(line, "\\%c", c);
            value++;
        } else if (character == (gunichar)-1 || character == (gunichar)-2 || g_unichar_iscntrl(character)) {
            g_string_append_printf(line, "\\x%02x", c);
            value++;
        } else {
            const char *next = g_utf8_next_char(value);
            g_string_append_len(line, value, next - value);
            value = next;
        }
    }
    g_string_append(line, value < end ? "\"..." : "\"");
}
