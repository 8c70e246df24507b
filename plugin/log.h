/*
 * The daemon's only way to speak: syslog, or lines on stderr. May be called from any thread; opened once, before
 * threads are started.
 */
#ifndef SKS_PLUGIN_LOG_H
#define SKS_PLUGIN_LOG_H

#include <stdbool.h>
#include <syslog.h>

#include "configuration.h"
#include "line.h"

/* foreground: always stderr. Otherwise, to where it is configured, and to stderr too until sks_log_leave_terminal(). */
void sks_log_open(const struct sks_configuration *configuration, bool foreground);

/* Whoever waited at the terminal has gone. Returns whether stderr is not needed any more. */
bool sks_log_leave_terminal(void);

/* Takes over which lines are logged, and in what form. May be called while threads log. */
void sks_log_follow(const struct sks_configuration *configuration);

/*
 * level is one of syslog's: LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG. One line, without a line end; what could break
 * it is escaped. For what a program shall find again, lines with fields are better: below.
 */
void sks_log(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line with fields (line.h): begun in the configured form; ended, it is logged and freed. */
void sks_log_begin(struct sks_line *line, const char *event);
void sks_log_end(int level, struct sks_line *line);

#endif
