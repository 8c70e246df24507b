/*
 * The daemon's only way to speak: syslog, or lines on stderr. May be called from any thread; opened once, before
 * threads are started.
 */
#ifndef SKS_PLUGIN_LOG_H
#define SKS_PLUGIN_LOG_H

#include <stdbool.h>
#include <syslog.h>

#include <glib.h>

#include "configuration.h"

/* foreground: always stderr. Otherwise, to where it is configured, and to stderr too until sks_log_leave_terminal(). */
void sks_log_open(const struct sks_configuration *configuration, bool foreground);

/* Whoever waited at the terminal has gone. Returns whether stderr is not needed any more. */
bool sks_log_leave_terminal(void);

/* From now on nothing lighter is logged. May be called while threads log. */
void sks_log_set_level(int level);

/* level is one of syslog's: LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG. One line, without a line end. */
void sks_log(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Adds ` key="value"` to a line. What comes out of mail can't end the line or the quotes: control characters, bytes
 * that are no UTF-8, quotes and backslashes are escaped, and it is cut after 200 bytes.
 */
void sks_log_add(GString *line, const char *key, const char *value);

#endif
