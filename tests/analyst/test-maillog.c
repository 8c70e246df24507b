/* The MTA's log: whose mail went to whom, as Postfix and Sendmail write it. */
#include "tests/test.h"

#include <glib.h>
#include <stdlib.h>
#include <time.h>

#include "analyst/maillog.h"

#define UNTIL 1614902400 /* 2021-03-05 00:00 UTC */

static bool note(void *data, const struct sks_maillog_mail *mail)
{
    GString *all = data;
    g_string_append_printf(all, "%" G_GINT64_FORMAT " %s <%s>:", (gint64)mail->at, mail->from, mail->message_id);
    for (size_t i = 0; i < mail->recipient_count; i++)
        g_string_append_printf(all, " %s", mail->recipients[i]);
    g_string_append_c(all, '\n');
    return true;
}

#define POSTFIX "Mar  3 09:00:00 mx1 postfix/"

static const struct {
    const char *name, *lines, *want;
} rows[] = {
    {"Postfix",
     POSTFIX "smtpd[1]: 4ABC12DEF0: client=pc[10.0.0.1], sasl_username=sato\n" POSTFIX
             "cleanup[1]: 4ABC12DEF0: message-id=<three@kikan.example>\n" POSTFIX
             "qmgr[1]: 4ABC12DEF0: from=<Sato@kikan.example>, size=1234, nrcpt=2 (queue active)\n" POSTFIX
             "smtp[1]: 4ABC12DEF0: to=<Tanaka@Yama.example>, orig_to=<x@y>, relay=a, status=sent (250 ok)\n" POSTFIX
             "smtp[1]: 4ABC12DEF0: to=<gone@yama.example>, relay=a, status=bounced (550)\n" POSTFIX
             "qmgr[1]: 4ABC12DEF0: removed\n",
     "1614762000 sato@kikan.example <three@kikan.example>: tanaka@yama.example\n"},
    {"two mails at once, one still in the queue",
     POSTFIX "cleanup[1]: AAAA1: message-id=<a@x>\n" POSTFIX "cleanup[1]: BBBB2: message-id=<b@x>\n" POSTFIX
             "qmgr[1]: BBBB2: from=<b@x>, size=1\n" POSTFIX "qmgr[1]: AAAA1: from=<a@x>, size=1\n" POSTFIX
             "smtp[1]: BBBB2: to=<2@y>, status=sent (ok)\n" POSTFIX
             "smtp[1]: AAAA1: to=<1@y>, status=sent (ok)\n" POSTFIX "qmgr[1]: BBBB2: removed\n",
     "1614762000 b@x <b@x>: 2@y\n1614762000 a@x <a@x>: 1@y\n"},
    {"Sendmail, RFC 3339",
     "2021-03-03T18:00:00+09:00 mx2 sendmail[77]: 12410000123456: from=<ito@kikan.example>, size=500, "
     "msgid=<four@kikan.example>, proto=ESMTP, relay=pc [10.1.1.1]\n"
     "2021-03-03T18:00:01+09:00 mx2 sendmail[78]: 12410000123456: to=<mori@yama.example>,<abe@umi.example>, "
     "ctladdr=<ito@kikan.example> (500/500), mailer=esmtp, dsn=2.0.0, stat=Sent (ok)\n"
     "2021-03-03T18:00:02+09:00 mx2 sendmail[78]: 12410000123456: to=<late@umi.example>, dsn=4.0.0, stat=Deferred\n",
     "1614762000 ito@kikan.example <four@kikan.example>: mori@yama.example abe@umi.example\n"},
    {"the year before, where the log is of January",
     "Dec 31 09:00:00 mx1 postfix/qmgr[1]: AAAA1: from=<a@x>, size=1\n"
     "Dec 31 09:00:00 mx1 postfix/smtp[1]: AAAA1: to=<1@y>, status=sent (ok)\n",
     "1609405200 a@x <>: 1@y\n"},
    {"nothing that was delivered, other programs, nonsense",
     POSTFIX "qmgr[1]: AAAA1: from=<a@x>, size=1\nMar  3 09:00:00 mx1 sshd[1]: AAAA1: to=<1@y>, status=sent\n"
             "Mar\n\n: : :\nMar  3 09:00:00 mx1 postfix/smtp[1]: \nXxx  3 09:00:00 mx1 postfix/smtp[1]: AAAA1: "
             "to=<1@y>, status=sent\n" POSTFIX "smtp[1]: ../x: to=<1@y>, status=sent\n" POSTFIX
             "smtp[1]: AAAA1: to=<,, status=sent\n",
     ""},
};

static void tells_who_wrote_to_whom(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    tzset();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GString *all = g_string_new(NULL);
        struct sks_maillog *log = sks_maillog_create(UNTIL, note, all);
        char **lines = g_strsplit(rows[i].lines, "\n", -1);
        for (size_t k = 0; lines[k] != NULL; k++)
            assert_true(sks_maillog_line(log, lines[k]));
        sks_maillog_finish(log);
        if (strcmp(all->str, rows[i].want) != 0)
            fail_msg("%s: %s", rows[i].name, all->str);
        g_strfreev(lines);
        g_string_free(all, TRUE);
    }
}

static void knows_a_log(void **state)
{
    (void)state;
    assert_true(sks_maillog_is_one("Mar  3 09:00:00 mx1 postfix/smtpd[1]: connect from x\n"));
    assert_true(sks_maillog_is_one("2021-03-03T18:00:00+09:00 mx2 sendmail[77]: 1: x\n"));
    assert_false(sks_maillog_is_one("From sato@kikan.example Tue Mar  2 10:00:00 2021\n"));
    assert_false(sks_maillog_is_one("Received: from x by y with ESMTP (postfix)\n"));
    assert_false(sks_maillog_is_one(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_who_wrote_to_whom),
        cmocka_unit_test(knows_a_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
