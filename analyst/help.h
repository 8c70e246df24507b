/* The options of each command, for people. */
#ifndef SKS_ANALYST_HELP_H
#define SKS_ANALYST_HELP_H

/* A line an option, within 80 columns; "" for an unknown command. Static storage. */
const char *sks_help_options(const char *command);

#endif
