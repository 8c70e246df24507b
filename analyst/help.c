/* What COMMAND --help tells of a command's options. sekisho(1) tells more of each. */
#include "help.h"

#include <glib.h>
#include <string.h>

#define SPOKEN "  --language ja|en       of what people read; by default the locale's\n"

#define COMMON                                                                                                         \
    "\n"                                                                                                               \
    "  --config FILE          the gateway's configuration; options stand above it\n"                                   \
    "  --model PACKAGE        a model package instead of the built-in one\n"                                           \
    "  --lists FOLDER         lists that replace or add to the built-in ones\n"                                        \
    "  --people FILE          the directory of people: CSV or LDIF\n"                                                  \
    "  --countries FILE       networks and their countries (libloc's database)\n"                                      \
    "  --store FILE           the memory, an SQLite file\n"                                                            \
    "  --frozen               look things up in the memory, but teach it nothing\n"                                    \
    "  --own-domain DOMAIN    a mail domain of ours; again, or with commas\n"                                          \
    "  --authserv-id ID       whose Authentication-Results are believed; likewise\n" SPOKEN

#define STORE                                                                                                          \
    "  --store FILE           the memory, an SQLite file\n"                                                            \
    "  --config FILE          the gateway's configuration, if its store is meant\n"

#define JSON "  --json                 one JSON object a line\n"

#define SETS                                                                                                           \
    "  --ham PATH...          legitimate mail: folders, mboxes, files\n"                                               \
    "  --bulk PATH...         spam, phishing, malspam\n"                                                               \
    "  --targeted PATH...     targeted mail\n"

#define LEARNING                                                                                                       \
    "  --except FILE          names of files to leave out, a line each\n"                                              \
    "  --reports              learn from reported mail, too (--store)\n"                                               \
    "  --targeted-alarms RATE share of legitimate mail that may be called targeted\n"                                  \
    "  --bulk-alarms RATE     share of legitimate mail that may be called bulk\n"                                      \
    "  --workers N            processes that read mail; by default one a processor\n"

static const struct {
    const char *command, *options;
} table[] = {
    {"scan", JSON "  --all                  all evidence, also what hardly moved the verdict\n"
                  "  --envelope-from A      envelope sender, where the mail doesn't tell it\n"
                  "  --rcpt A               envelope recipient; again for more\n"
                  "  --client IP            the client's address\n" COMMON},
    {"check", &COMMON[1]},
    {"log", "  --store FILE           the memory, an SQLite file\n" JSON SPOKEN},
    {"people", STORE "  --json                 list: one JSON object a person\n" SPOKEN},
    {"memory", JSON "  --rcpt A               release: for this recipient; again for more\n" COMMON},
    {"stats", STORE "  --since DAY            first day, as in 2026-04-01\n"
                    "  --until DAY            last day\n" JSON
                    "  --html FILE            write a page with charts as well\n" SPOKEN},
    {"attachment", JSON "  --password P           try this on what is encrypted; again for more\n" SPOKEN},
    {"report", "  --class C              what it is: targeted, bulk or clean\n"
               "  --by NAME              who says so; else the report's sender, or the user\n"
               "  --note TEXT            kept with it\n"
               "  --as HOW               mail, attached or forwarded; else by its look\n"
               "  --pipe                 one report on standard input, for the MTA\n"
               "  --raw                  show: the mail itself\n" JSON COMMON},
    {"train", SETS "  --output FILE          the package that is made\n"
                   "  --keep-out SHARE       kept out of training, to compare packages on (0.1)\n" LEARNING COMMON},
    {"evaluate", SETS "  --unseen PATH...       bulk that was never trained on\n"
                      "  --split DAY            measure the way of training, before and after a day\n"
                      "  --against PACKAGE      measure another package (or built-in) beside it\n"
                      "  --html FILE            write a page with curves as well\n"
                      "  --no-curve             leave the learning curve out of it\n"
                      "  --mails FILE           write a line for each mail as well\n" JSON LEARNING COMMON},
    {"model", "  --models FOLDER        where the packages lie\n"
              "  --words[=N]            show: the words that speak most for each class\n"
              "  --force                activate: also one that is worse\n" SETS JSON LEARNING COMMON},
    {"replay", "  --today-model PACKAGE  the model in use, if not the active one\n"
               "  --today-config FILE    the configuration in use, if not that of --config\n" JSON COMMON},
    {"explain", "  --language both        of the account: in both, one below the other\n" JSON COMMON},
    {"language", JSON "  --lines                each line is a text of its own\n" SPOKEN},
};

const char *sks_help_options(const char *command)
{
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        if (strcmp(table[i].command, command) == 0)
            return table[i].options;
    return "";
}
