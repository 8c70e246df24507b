/*
 * Marks: what a mailer writes without being asked, and whoever borrows its name forgets: the form of its boundaries and
 * Message-IDs, fields of its own. They tell the program better than X-Mailer does, which is only a name.
 *
 * Sources: the programs' own mail; forms that several programs share are left out. Lists and gateways build mail anew
 * with boundaries of theirs, so only another mailer's marks count, never an unknown form.
 */
#include <fnmatch.h>
#include <glib.h>
#include <string.h>

#include "indicator/view.h"

enum mailer {
    MAILER_NONE,
    MAILER_OUTLOOK,
    MAILER_THUNDERBIRD,
    MAILER_APPLE,
    MAILER_BECKY,
    MAILER_GMAIL,
    MAILER_JAVAMAIL,
    MAILER_PYTHON,
    MAILER_FOXMAIL,
    MAILER_QQ,
    MAILER_COREMAIL,
    MAILER_ALIMAIL,
    MAILER_MAIL_RU,
    MAILER_YANDEX,
};

static const struct {
    const char *name;
    const char *claim;    /* words of X-Mailer or User-Agent, as normalised; NULL: names itself nowhere */
    const char *language; /* of the only country where it is common; "" if it is common everywhere */
} mailers[] = {
    [MAILER_NONE] = {"", NULL, ""},
    [MAILER_OUTLOOK] = {"Outlook", "outlook", ""},
    [MAILER_THUNDERBIRD] = {"Thunderbird", "thunderbird", ""},
    [MAILER_APPLE] = {"Apple Mail", "apple mail", ""},
    [MAILER_BECKY] = {"Becky!", "becky", ""},
    [MAILER_GMAIL] = {"Gmail", NULL, ""},
    [MAILER_JAVAMAIL] = {"JavaMail", "javamail", ""},
    [MAILER_PYTHON] = {"Python", NULL, ""},
    [MAILER_FOXMAIL] = {"Foxmail", "foxmail", "zh"},
    [MAILER_QQ] = {"QQ Mail", "qqmail", "zh"},
    [MAILER_COREMAIL] = {"Coremail", "coremail", "zh"},
    [MAILER_ALIMAIL] = {"Alimail", "alimail", "zh"},
    [MAILER_MAIL_RU] = {"Mail.Ru", "mail.ru", "ru"},
    [MAILER_YANDEX] = {"Yandex", "yandex", "ru"},
};

/* fnmatch() patterns; of fields, the name alone. A server's fields stand beside whatever mailer its users have. */
static const struct {
    enum mailer mailer;
    enum { BOUNDARY, MESSAGE_ID, FIELD, SERVER_FIELD } kind;
    const char *pattern;
} marks[] = {
    {MAILER_FOXMAIL, BOUNDARY, "----=_[0-9][0-9][0-9]_NextPart[0-9]*_=----"},
    {MAILER_QQ, BOUNDARY,
     "----=_NextPart_[0-9A-F][0-9A-F][0-9A-F][0-9A-F][0-9A-F][0-9A-F][0-9A-F][0-9A-F]_[0-9A-F]*_[0-9A-F]*"},
    {MAILER_OUTLOOK, BOUNDARY, "----=_NextPart_[0-9A-F][0-9A-F][0-9A-F]_[0-9A-F]*_[0-9A-F]*.[0-9A-F]*"},
    {MAILER_APPLE, BOUNDARY, "Apple-Mail[-=]*"},
    {MAILER_BECKY, BOUNDARY, "--------_*_MULTIPART_*"},
    {MAILER_JAVAMAIL, BOUNDARY, "----=_Part_[0-9]*_*.[0-9]*"},
    {MAILER_PYTHON, BOUNDARY, "===============[0-9]*=="},
    {MAILER_QQ, MESSAGE_ID, "tencent_*@qq.com"},
    {MAILER_COREMAIL, MESSAGE_ID, "*.Coremail.*@*"},
    {MAILER_OUTLOOK, MESSAGE_ID, "*[0-9a-f]$[0-9a-f]*[0-9a-f]$[0-9a-f]*@*"},
    {MAILER_GMAIL, MESSAGE_ID, "CA*@mail.gmail.com"},
    {MAILER_JAVAMAIL, MESSAGE_ID, "*.JavaMail.*@*"},
    {MAILER_FOXMAIL, FIELD, "X-Has-Attach"},
    {MAILER_QQ, SERVER_FIELD, "X-QQ-mid"},
    {MAILER_QQ, SERVER_FIELD, "X-QQ-SSF"},
    {MAILER_QQ, SERVER_FIELD, "X-QQ-STYLE"},
    {MAILER_QQ, SERVER_FIELD, "X-QQ-MIME"},
    {MAILER_COREMAIL, SERVER_FIELD, "X-Coremail-Locale"},
    {MAILER_COREMAIL, SERVER_FIELD, "X-CM-TRANSID"},
    {MAILER_COREMAIL, SERVER_FIELD, "X-CM-SenderInfo"},
    {MAILER_COREMAIL, SERVER_FIELD, "X-NTES-SC"},
    {MAILER_ALIMAIL, SERVER_FIELD, "X-Alimail-AntiSpam"},
    {MAILER_MAIL_RU, SERVER_FIELD, "X-Mailru-Src"},
    {MAILER_YANDEX, SERVER_FIELD, "X-Yandex-Front"},
    {MAILER_YANDEX, SERVER_FIELD, "X-Yandex-TimeMark"},
};

/* The boundary of the outermost multipart; g_free(). */
static char *boundary_of(const struct sks_message *message)
{
    const struct sks_header *header = sks_message_header(message, "Content-Type");
    char *lower = header != NULL ? g_ascii_strdown(header->value, -1) : NULL;
    const char *found = lower != NULL ? strstr(lower, "boundary=") : NULL;
    char *boundary = NULL;
    if (found != NULL) {
        const char *at = header->value + (found - lower) + strlen("boundary=");
        bool quoted = *at == '"';
        at += quoted;
        boundary = g_strndup(at, strcspn(at, quoted ? "\"" : "; \t"));
    }
    g_free(lower);
    return boundary != NULL ? boundary : g_strdup("");
}

/* The mailer that the mail names; what is none of these names none. */
static enum mailer claimed(const struct sks_view *view)
{
    char *text = sks_lists_normalise(view->message->mailer);
    enum mailer found = MAILER_NONE;
    for (size_t i = 0; i < G_N_ELEMENTS(mailers) && found == MAILER_NONE; i++)
        if (mailers[i].claim != NULL && strstr(text, mailers[i].claim) != NULL)
            found = (enum mailer)i;
    if (strstr(text, "iphone mail") != NULL || strstr(text, "ipad mail") != NULL)
        found = MAILER_APPLE;
    /* Outlook on a Mac and on telephones, and the web's, are other programs with other habits. */
    if (found == MAILER_OUTLOOK && (strstr(text, "mac") != NULL || strstr(text, "microsoft outlook") == NULL))
        found = MAILER_NONE;
    g_free(text);
    return found;
}

static bool has_mark(const struct sks_view *view, size_t mark, const char *boundary)
{
    switch (marks[mark].kind) {
    case BOUNDARY:
        return fnmatch(marks[mark].pattern, boundary, 0) == 0;
    case MESSAGE_ID:
        return fnmatch(marks[mark].pattern, view->message->message_id, 0) == 0;
    case FIELD:
    case SERVER_FIELD:
        break;
    }
    return sks_message_header(view->message, marks[mark].pattern) != NULL;
}

static void report(struct sks_findings *findings, const struct sks_view *view, size_t mark, enum mailer claim,
                   const char *boundary)
{
    const char *name = mailers[marks[mark].mailer].name, *language = mailers[marks[mark].mailer].language;
    const char *text = marks[mark].kind == BOUNDARY     ? boundary
                       : marks[mark].kind == MESSAGE_ID ? view->message->message_id
                                                        : marks[mark].pattern;
    char *where = marks[mark].kind == BOUNDARY     ? g_strdup("header Content-Type")
                  : marks[mark].kind == MESSAGE_ID ? g_strdup("header Message-ID")
                                                   : g_strdup_printf("header %s", marks[mark].pattern);
    if (view->claims_japan && language[0] != '\0') {
        char *detail = g_strdup_printf("%s: %s", name, text);
        sks_findings_add(findings, "route.foreign-mailer", 0.9 * sks_view_foreign(view, language), where, detail);
        g_free(detail);
    }
    if (claim != MAILER_NONE && claim != marks[mark].mailer && marks[mark].kind != SERVER_FIELD && !view->list) {
        char *detail = g_strdup_printf("%s ≠ %s", name, view->message->mailer);
        sks_findings_add(findings, "route.mailer-marks", view->service ? 0.4 : 0.8, where, detail);
        g_free(detail);
    }
    g_free(where);
}

void sks_marks_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    char *boundary = boundary_of(view->message);
    enum mailer claim = claimed(view);
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        if (has_mark(view, i, boundary))
            report(findings, view, i, claim, boundary);
    g_free(boundary);
}
