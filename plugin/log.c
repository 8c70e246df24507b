/* See log.h. */
#include "log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Written before threads start, or (level and format) at a reload: a line more or less does not matter. */
static bool to_stderr = true, to_syslog = false, is_starting = false;
static atomic_int least = LOG_INFO;
static atomic_bool as_json;

void sks_log_open(const struct sks_configuration *configuration, bool foreground)
{
    to_syslog = !foreground && configuration->log.target == SKS_LOG_SYSLOG;
    to_stderr = true;
    is_starting = to_syslog;
    sks_log_follow(configuration);
    if (to_syslog)
        openlog("sekisho-milter", LOG_PID | LOG_NDELAY, configuration->log.facility);
}

bool sks_log_leave_terminal(void)
{
    if (is_starting)
        to_stderr = is_starting = false;
    return !to_stderr;
}

void sks_log_follow(const struct sks_configuration *configuration)
{
    atomic_store(&least, configuration->log.level);
    atomic_store(&as_json, configuration->log.format == SKS_LOG_JSON);
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

/* line is whole, of JSON its members. */
static void write_line(int level, const char *line, bool json)
{
    char stamp[32] = "";
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc) != NULL)
        strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &utc);
    char *object = json ? g_strdup_printf("{\"time\":\"%s\",\"level\":\"%s\",\"pid\":%ld,%s}", stamp, level_name(level),
                                          (long)getpid(), line)
                        : NULL;
    if (to_syslog)
        syslog(level, "%s", json ? object : line);
    if (to_stderr) {
        char *whole =
            json ? g_strconcat(object, "\n", NULL)
                 : g_strdup_printf("%s sekisho-milter[%ld] %s: %s\n", stamp, (long)getpid(), level_name(level), line);
        /* One write, so that lines of several threads and processes stay whole. */
        ssize_t written = write(STDERR_FILENO, whole, strlen(whole));
        (void)written;
        g_free(whole);
    }
    g_free(object);
}

void sks_log(int level, const char *format, ...)
{
    if (level > atomic_load(&least))
        return;
    va_list arguments;
    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (atomic_load(&as_json)) {
        struct sks_line line;
        sks_line_begin(&line, true, "message");
        sks_line_text(&line, "text", text);
        char *members = sks_line_take(&line);
        write_line(level, members, true);
        g_free(members);
    } else {
        char *defused = sks_line_defuse(text);
        write_line(level, defused, false);
        g_free(defused);
    }
    g_free(text);
}

void sks_log_begin(struct sks_line *line, const char *event)
{
    sks_line_begin(line, atomic_load(&as_json), event);
}

void sks_log_end(int level, struct sks_line *line)
{
    char *text = sks_line_take(line);
    if (level <= atomic_load(&least))
        write_line(level, text, line->json);
    g_free(text);
}
