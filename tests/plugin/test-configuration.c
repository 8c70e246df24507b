/* Configuration: what is understood, what is refused and with which words; the shipped sample. */
#include "tests/test.h"

#include <stdlib.h>
#include <syslog.h>

#include <glib.h>

#include "configuration.h"

static char *problems_of(const char *text, size_t size)
{
    struct sks_configuration *configuration = NULL;
    struct sks_problems *problems = sks_problems_create();
    GString *all = g_string_new(NULL);
    int result = sks_configuration_parse(&configuration, "t.ini", text, size, problems);
    assert_int_equal(result == SKS_OK, sks_problems_count(problems) == 0);
    assert_int_equal(result == SKS_OK, configuration != NULL);
    for (size_t i = 0; i < sks_problems_count(problems); i++)
        g_string_append_printf(all, "%s\n", sks_problems_text(problems, i));
    sks_problems_destroy(problems);
    sks_configuration_destroy(configuration);
    return g_string_free(all, FALSE);
}

static void test_values(void **state)
{
    static const char text[] = "\xEF\xBB\xBF; comment\r\n"
                               "[milter]\r\n"
                               "socket = inet:8899@127.0.0.1\r\n"
                               "umask: 0077\n"
                               "mail_size = 10M ; comment\n"
                               "user =\n"
                               "[classifier]\n"
                               "own_domains = kikan.example, example.test\n"
                               "   third.example\n"
                               "own_domains = fourth.example\n"
                               "store = /var/lib/sekisho/memory.sqlite\n"
                               "[policy]\n"
                               "targeted = Quarantine\n"
                               "failure = tempfail\n"
                               "observe = yes\n"
                               "trusted_networks = 192.0.2.0/24 2001:db8::/32\n"
                               "[banner]\n"
                               "language = en\n"
                               "[pool]\n"
                               "deadline = 7\n"
                               "memory = 1G\n"
                               "[log]\n"
                               "facility = local3\n"
                               "level = debug";
    struct sks_configuration *configuration = NULL;
    struct sks_problems *problems = sks_problems_create();
    (void)state;

    int result = sks_configuration_parse(&configuration, "t.ini", text, strlen(text), problems);
    if (result != SKS_OK)
        fail_msg("%s", sks_problems_text(problems, 0));
    assert_string_equal(configuration->milter.socket, "inet:8899@127.0.0.1");
    assert_int_equal(configuration->milter.umask, 077);
    assert_int_equal(configuration->milter.mail_size, 10 * 1024 * 1024);
    assert_string_equal(configuration->milter.user, "");
    assert_int_equal(g_strv_length(configuration->classifier.own_domains), 4);
    assert_string_equal(configuration->classifier.own_domains[2], "third.example");
    assert_int_equal(configuration->policy.action[SKS_CLASS_TARGETED], SKS_ACTION_QUARANTINE);
    assert_int_equal(configuration->policy.action[SKS_CLASS_BULK], SKS_ACTION_TAG);
    assert_int_equal(configuration->policy.failure, SKS_ACTION_TEMPFAIL);
    assert_true(configuration->policy.observe && configuration->policy.exempt_authenticated);
    assert_int_equal(configuration->policy.trusted_networks.count, 2); /* the default is replaced */
    assert_true(sks_networks_contain(&configuration->policy.trusted_networks, "2001:db8::1"));
    assert_false(sks_networks_contain(&configuration->policy.trusted_networks, "127.0.0.1"));
    assert_int_equal(configuration->banner.language, SKS_LANGUAGE_ENGLISH);
    assert_int_equal(configuration->log.facility, LOG_LOCAL3);
    assert_int_equal(configuration->log.level, LOG_DEBUG);
    assert_int_equal(sks_configuration_pool(configuration).deadline_ms, 7000);
    assert_int_equal(sks_configuration_pool(configuration).memory, 1024u * 1024 * 1024);
    struct sks_settings settings = sks_configuration_settings(configuration);
    assert_string_equal(settings.store, "/var/lib/sekisho/memory.sqlite");
    assert_null(settings.model);
    assert_string_equal(settings.own_domains[3], "fourth.example");
    sks_configuration_destroy(configuration);
    sks_problems_destroy(problems);
}

static void test_problems(void **state)
{
    static const struct {
        const char *name, *text, *want;
    } rows[] = {
        {"empty", "", ""},
        {"all at once", "[milter]\nsocket = tcp:1\nnonsense\nusr = x\n[polcy]\nx = y\n[pool]\nworkers = 1000\n",
         "t.ini:2: socket: \"tcp:1\" needs to begin with unix:, inet: or inet6:\n"
         "t.ini:3: a line is \"[section]\", \"key = value\" or a comment\n"
         "t.ini:4: usr: is no key of section [milter]\n"
         "t.ini:5: there is no section [polcy]\n"
         "t.ini:8: workers: needs a whole number from 0 to 256, not \"1000\"\n"},
        {"no section", "socket = unix:/x\n", "t.ini:1: socket: stands before the first section\n"},
        {"twice", "[log]\nlevel = info\nlevel = debug\n", "t.ini:3: level: is given a second time, after line 2\n"},
        {"open section", "[log\n", "t.ini:1: a section needs a closing bracket\n"},
        {"key behind a section", "[policy] observe = yes\n[log] ; comment\n[pool]# comment\n[banner]  \n",
         "t.ini:1: nothing but a comment may stand behind a section; a key has a line of its own\n"},
        {"key that continues a list",
         "[classifier]\nauthserv_ids = gw.kikan.example\n  store = /s\n\town_domains=x.example\n",
         "t.ini:3: begins with a blank and would continue the value before; a key begins the line\n"
         "t.ini:3: authserv_ids: needs names as in gw.kikan.example, not \"=\"\n"
         "t.ini:4: begins with a blank and would continue the value before; a key begins the line\n"
         "t.ini:4: authserv_ids: needs names as in gw.kikan.example, not \"own_domains=x.example\"\n"},
        {"key that begins a section with a blank", "[policy]\n  observe = yes\n", ""},
        {"authserv-ids, a comment", "[classifier]\nauthserv_ids = gw.kikan.example # \"ours\"\n",
         "t.ini:2: authserv_ids: needs names as in gw.kikan.example, not \"#\"\n"
         "t.ini:2: authserv_ids: needs names as in gw.kikan.example, not \"\"ours\"\"\n"},
        {"authserv-ids", "[classifier]\nauthserv_ids = gw.kikan.example, mx-1_a, gw.kikan.example/7 ゲート.example\n",
         ""},
        {"boolean", "[policy]\nobserve = maybe\n", "t.ini:2: observe: needs yes or no, not \"maybe\"\n"},
        {"choice", "[policy]\nfailure = reject\n",
         "t.ini:2: failure: needs one of accept, tempfail, quarantine, not \"reject\"\n"},
        {"networks", "[policy]\ntrusted_networks = 192.0.2.1/24\n  x 127.0.0.1\n",
         "t.ini:2: trusted_networks: \"192.0.2.1/24\" has bits set beyond its prefix length\n"
         "t.ini:3: trusted_networks: \"x\" is no IPv4 or IPv6 network\n"},
        {"octal", "[milter]\numask = 0999\n", "t.ini:2: umask: needs an octal number up to 0777, not \"0999\"\n"},
        {"size", "[milter]\nmail_size = 1T\n", "t.ini:2: mail_size: needs a size from 64K to 64M, not \"1T\"\n"},
        {"size, too much", "[milter]\nmail_size = 65M\n",
         "t.ini:2: mail_size: needs a size from 64K to 64M, not \"65M\"\n"},
        {"size, overflow", "[milter]\nmail_size = 18446744073709551615G\n",
         "t.ini:2: mail_size: needs a size from 64K to 64M, not \"18446744073709551615G\"\n"},
        {"size, negative", "[milter]\nmail_size = -1\n",
         "t.ini:2: mail_size: needs a size from 64K to 64M, not \"-1\"\n"},
        {"path", "[classifier]\nstore = memory.sqlite\n",
         "t.ini:2: store: needs a path that begins with /, not \"memory.sqlite\"\n"},
        {"port", "[milter]\nsocket = inet:70000@localhost\n",
         "t.ini:2: socket: \"inet:70000@localhost\" needs a port number from 1 to 65535\n"},
        {"hold alone", "[policy]\nhold = yes\n", "t.ini:2: hold: needs a store ([classifier])\n"},
        {"hold, nothing written", "[policy]\nhold = yes\n[classifier]\nstore = /s\n[memory]\nfrozen = yes\n",
         "t.ini:2: hold: needs frozen = no ([memory])\n"},
        {"hold, nothing kept", "[policy]\nhold = yes\nhold_helper =\n[classifier]\nstore = /s\n[memory]\nkeep = no\n",
         "t.ini:2: hold: needs keep = yes ([memory])\nt.ini:2: hold: needs a hold_helper\n"},
        {"own domains, as addresses", "[classifier]\nown_domains = @kikan.example, a@kikan.example\n",
         "t.ini:2: own_domains: needs domains as in kikan.example, not \"@kikan.example\"\n"
         "t.ini:2: own_domains: needs domains as in kikan.example, not \"a@kikan.example\"\n"},
        {"own domains, as patterns", "[classifier]\nown_domains = .kikan.example kikan.example. *.kikan.example a..b\n",
         "t.ini:2: own_domains: needs domains as in kikan.example, not \".kikan.example\"\n"
         "t.ini:2: own_domains: needs domains as in kikan.example, not \"kikan.example.\"\n"
         "t.ini:2: own_domains: needs domains as in kikan.example, not \"*.kikan.example\"\n"
         "t.ini:2: own_domains: needs domains as in kikan.example, not \"a..b\"\n"},
        {"own domains, a comment", "[classifier]\nown_domains = kikan.example # ours\n  lab.example;ours\n",
         "t.ini:2: own_domains: needs domains as in kikan.example, not \"#\"\n"
         "t.ini:3: own_domains: needs domains as in kikan.example, not \"lab.example;ours\"\n"},
        {"own domains, fine", "[classifier]\nown_domains = kikan.example 機関.example xn--4gq.example local\n", ""},
        {"exempt", "[policy]\nexempt_senders = a@ <> *@x.example .x.example y.example\nexempt_recipients = a@b@ # x\n",
         "t.ini:2: exempt_senders: needs name@domain, domain, .domain or <>, not \"a@\"\n"
         "t.ini:2: exempt_senders: needs name@domain, domain, .domain or <>, not \"*@x.example\"\n"
         "t.ini:3: exempt_recipients: needs name@domain, domain, .domain or <>, not \"a@b@\"\n"
         "t.ini:3: exempt_recipients: needs name@domain, domain, .domain or <>, not \"#\"\n"},
        {"exempt, fine", "[policy]\nexempt_senders = scanner@[192.0.2.7] @[IPv6:2001:db8::7] [192.0.2.8] @y.example\n",
         ""},
        {"exempt, no host", "[policy]\nexempt_senders = scanner@[] x@[host]\n",
         "t.ini:2: exempt_senders: needs name@domain, domain, .domain or <>, not \"scanner@[]\"\n"
         "t.ini:2: exempt_senders: needs name@domain, domain, .domain or <>, not \"x@[host]\"\n"},
        {"notices, by nobody", "[notice]\nto = soc@kikan.example\n",
         "t.ini:2: to: needs smtp, without which nobody is told\n"},
        {"notices to recipients, by nobody", "[notice]\nrecipients = yes\n",
         "t.ini:2: recipients: needs smtp, without which nobody is told\n"},
        {"notices, elsewhere", "[classifier]\nstore = /s\n[notice]\nsmtp = 25@mail.example\n",
         "t.ini:4: smtp: needs PORT@127.0.0.1 or PORT@[::1]\n"
         "t.ini: from: needs the address from which notices are sent\n"},
        {"notices, to whom", "[classifier]\nstore = /s\n[notice]\nsmtp = 25@[::1]\nfrom = a@x\nto = b@x, -c@x\n",
         "t.ini:6: to: needs addresses of plain ASCII\n"},
        {"command", "[notice]\ncommand = sh -c x\n",
         "t.ini:2: command: needs a store ([classifier])\nt.ini:2: command: needs a path that begins with /\n"},
        {"notices, fine",
         "[classifier]\nstore = /s\n[notice]\nsmtp = 25@127.0.0.1\nfrom = a@x\nto = b@x\ncommand = /bin/x y\n", ""},
        {"relative socket", "[milter]\nsocket = unix:x\n",
         "t.ini:2: socket: \"unix:x\" needs a path that begins with /\n"},
        {"metrics", "[metrics]\nlisten = 127.0.0.1:9478\n", ""},
        {"metrics, IPv6", "[metrics]\nlisten = [::1]:9478\n", ""},
        {"metrics, another loopback", "[metrics]\nlisten = 127.8.8.8:9478\n", ""},
        {"metrics, said so", "[metrics]\nlisten = 192.0.2.5:9478\nremote = yes\n", ""},
        {"metrics for others", "[metrics]\nlisten = 192.0.2.5:9478\n",
         "t.ini:2: listen: needs an address that only this host reaches (127.0.0.1, ::1), or remote = yes\n"},
        {"metrics for all", "[metrics]\nlisten = 0.0.0.0:9478\n",
         "t.ini:2: listen: needs an address that only this host reaches (127.0.0.1, ::1), or remote = yes\n"},
        {"metrics for all, mapped", "[metrics]\nlisten = [::ffff:0.0.0.0]:9478\n",
         "t.ini:2: listen: needs an address that only this host reaches (127.0.0.1, ::1), or remote = yes\n"},
        {"metrics by name", "[metrics]\nlisten = localhost:9478\n",
         "t.ini:2: listen: \"localhost:9478\" needs an address in numbers, as in 127.0.0.1:9478 or [::1]:9478\n"},
        {"metrics, no brackets", "[metrics]\nlisten = ::1:9478\n",
         "t.ini:2: listen: \"::1:9478\" needs an address in numbers, as in 127.0.0.1:9478 or [::1]:9478\n"},
        {"metrics, no port", "[metrics]\nlisten = 127.0.0.1\n",
         "t.ini:2: listen: \"127.0.0.1\" needs an address, a colon and a port number from 1 to 65535\n"},
        {"metrics, port too high", "[metrics]\nlisten = 127.0.0.1:65536\n",
         "t.ini:2: listen: \"127.0.0.1:65536\" needs an address, a colon and a port number from 1 to 65535\n"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *got = problems_of(rows[i].text, strlen(rows[i].text));
        assert_row_string(rows[i].name, got, rows[i].want);
        g_free(got);
    }
}

static void test_hostile_lines(void **state)
{
    char *long_name = g_strnfill(300, 'x');
    char *text = g_strdup_printf("[policy]\nexempt_senders = %s\nobserve = yes\n", long_name);
    (void)state;
    char *got = problems_of(text, strlen(text));
    assert_string_equal(got, "t.ini:2: the line is longer than 199 bytes; continue it on the next, which begins with a "
                             "blank\n");
    g_free(got);
    g_free(text);
    /* A comment may be as long as it likes: 67 Japanese characters are 201 bytes. */
    text = g_strdup_printf("; %s\n[policy]\nexempt_senders = a.example\n \t# %s\n b.example\n;%s", long_name, long_name,
                           long_name);
    got = problems_of(text, strlen(text));
    assert_string_equal(got, "");
    g_free(got);
    got = problems_of("[log]\nlevel = in\0fo\n", sizeof("[log]\nlevel = in\0fo\n") - 1);
    assert_string_equal(got, "t.ini:2: the line contains a NUL byte\n");
    g_free(got);
    g_free(text);
    g_free(long_name);
}

static void test_missing_file(void **state)
{
    struct sks_configuration *configuration = NULL;
    struct sks_problems *problems = sks_problems_create();
    (void)state;
    assert_int_equal(sks_configuration_read(&configuration, "/nonexistent/sekisho.ini", problems), SKS_ERROR_IO);
    assert_int_equal(sks_problems_count(problems), 1);
    sks_problems_destroy(problems);
}

/* The sample sets nothing, and has each key once with its default, commented out. */
static void test_sample(void **state)
{
    const char *root = getenv("SKS_SOURCE_ROOT");
    char *path = g_build_filename(root != NULL ? root : ".", "docs", "sekisho.ini", NULL);
    char *text = NULL;
    size_t size = 0;
    (void)state;
    if (!g_file_get_contents(path, &text, &size, NULL))
        fail_msg("can't read %s", path);
    char *got = problems_of(text, size);
    assert_string_equal(got, "");
    g_free(got);

    for (size_t i = 0; i < sks_configuration_option_count(); i++) {
        struct sks_option option = sks_configuration_option(i);
        char *section = g_strdup_printf("\n[%s]\n", option.section);
        char *line = g_strdup_printf("\n;%s =%s%s\n", option.key, option.value[0] != '\0' ? " " : "", option.value);
        const char *start = strstr(text, section);
        const char *end = start != NULL ? strstr(start + 2, "\n[") : NULL;
        const char *found = start != NULL ? strstr(start, line) : NULL;
        if (found == NULL || (end != NULL && found > end))
            fail_msg("%s: section [%s] lacks \"%s\"", path, option.section, g_strstrip(line));
        g_free(section);
        g_free(line);
    }

    /* With the comment marks taken away it says the same. */
    GRegex *mark = g_regex_new("^;([a-z_]+ =)", G_REGEX_MULTILINE, 0, NULL);
    char *opened = g_regex_replace(mark, text, (gssize)size, 0, "\\1", 0, NULL);
    got = problems_of(opened, strlen(opened));
    assert_string_equal(got, "");
    g_free(got);
    g_free(opened);
    g_regex_unref(mark);
    g_free(text);
    g_free(path);
}

/* The manual page has each key in its section with its default, and no other. */
static void test_manual(void **state)
{
    const char *root = getenv("SKS_SOURCE_ROOT");
    char *path = g_build_filename(root != NULL ? root : ".", "docs", "sekisho.ini.5.scd", NULL);
    char *text = NULL, *section = NULL;
    size_t keys = 0;
    (void)state;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        fail_msg("can't read %s", path);
    char **lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (g_str_has_prefix(*line, "# ")) {
            g_free(section);
            section = g_strdup(*line + 2);
        }
        if (**line != '*' || strstr(*line, "* =") == NULL)
            continue;
        bool found = false;
        if (g_str_has_suffix(*line, "++"))
            (*line)[strlen(*line) - 2] = '\0';
        for (size_t i = 0; i < sks_configuration_option_count() && !found; i++) {
            struct sks_option option = sks_configuration_option(i);
            char *want = g_strdup_printf("*%s* =%s%s", option.key, option.value[0] != '\0' ? " " : "", option.value);
            char *in = g_strdup_printf("[%s]", option.section);
            found = strcmp(want, *line) == 0 && g_strcmp0(in, section) == 0;
            g_free(want);
            g_free(in);
        }
        if (!found)
            fail_msg("%s: \"%s\" is in no such form in the table", path, *line);
        keys++;
    }
    assert_int_equal(keys, sks_configuration_option_count());
    g_strfreev(lines);
    g_free(section);
    g_free(text);
    g_free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),       cmocka_unit_test(test_problems), cmocka_unit_test(test_hostile_lines),
        cmocka_unit_test(test_missing_file), cmocka_unit_test(test_manual),   cmocka_unit_test(test_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
