/* Policy: tables of mails and what is to be done with them; networks and address patterns. */
#include "tests/test.h"

#include <glib.h>

#include "policy.h"

static void test_patterns(void **state)
{
    static const struct {
        const char *pattern, *address;
        bool want;
    } rows[] = {
        {"a@b.example", "a@b.example", true},
        {"A@B.example", "a@b.EXAMPLE", true},
        {"a@b.example", "aa@b.example", false},
        {"b.example", "x@b.example", true},
        {"b.example", "x@a.b.example", false},
        {"@b.example", "x@b.example", true},
        {"@b.example", "x@ab.example", false},
        {".b.example", "x@a.b.example", true},
        {".b.example", "x@b.example", true},
        {".b.example", "x@ab.example", false},
        {"<>", "", true},
        {"<>", "a@b.example", false},
        {"b.example", "", false},
        {"postmaster", "postmaster", true},
        {"b.example", "\"a@c.example\"@b.example", true},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *row = g_strdup_printf("%s ~ %s", rows[i].pattern, rows[i].address);
        assert_row_int(row, sks_policy_address_matches(rows[i].pattern, rows[i].address), rows[i].want);
        g_free(row);
    }
}

static void test_networks(void **state)
{
    static const struct {
        const char *network, *address;
        bool want;
    } rows[] = {
        {"192.0.2.0/24", "192.0.2.255", true},       {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.128/25", "192.0.2.127", false},    {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.6", false},           {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},         {"::/0", "2001:db8::1", true},
        {"2001:db8::/33", "2001:db8:7fff::1", true}, {"2001:db8::/33", "2001:db8:8000::1", false},
        {"192.0.2.0/24", "::ffff:192.0.2.9", true},  {"192.0.2.0/24", "IPv6:::ffff:192.0.2.9", true},
        {"2001:db8::/32", "IPv6:2001:db8::5", true}, {"::1", "::1", true},
        {"127.0.0.0/8", "localhost", false},         {"127.0.0.0/8", "", false},
    };
    static const char *const bad[] = {"",    "192.0.2.1/24",   "192.0.2.0/33",   "192.0.2.0/",   "192.0.2/24",
                                      "x",   "2001:db8::1/32", "2001:db8::/129", "192.0.2.0/-1", "192.0.2.0/24 ",
                                      "::/x"};
    struct sks_network network;
    const char *reason;
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_row_int(rows[i].network, sks_network_parse(&network, rows[i].network, &reason), SKS_OK);
        struct sks_networks networks = {&network, 1};
        assert_row_int(rows[i].address, sks_networks_contain(&networks, rows[i].address), rows[i].want);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_row_int(bad[i], sks_network_parse(&network, bad[i], NULL), SKS_ERROR_FORMAT);
}

static char *listed_senders[] = {(char *)"partner.example", NULL};
static char *listed_recipients[] = {(char *)"abuse@kikan.example", (char *)"lab@kikan.example", NULL};

static struct sks_policy make_policy(void)
{
    static struct sks_network network;
    assert_int_equal(sks_network_parse(&network, "192.0.2.0/24", NULL), SKS_OK);
    return (struct sks_policy){
        .action = {SKS_ACTION_ACCEPT, SKS_ACTION_TAG, SKS_ACTION_QUARANTINE},
        .failure = SKS_ACTION_TEMPFAIL,
        .exempt_authenticated = true,
        .trusted_networks = {&network, 1},
        .exempt_senders = listed_senders,
        .exempt_recipients = listed_recipients,
    };
}

static const char *const everyone[] = {"taro@kikan.example", "abuse@kikan.example"};
static const char *const exempt_only[] = {"abuse@kikan.example", "lab@kikan.example"};

struct row {
    const char *name;
    struct sks_policy_mail mail;
    enum sks_class class_;
    bool observe;
    enum sks_action action;
    enum sks_exemption exemption;
    bool add, remove, banners;
};

static const struct row decisions[] = {
    {"clean",
     {"a@b.example", everyone, 2, "203.0.113.1", false},
     SKS_CLASS_CLEAN,
     false,
     SKS_ACTION_ACCEPT,
     SKS_EXEMPTION_NONE,
     true,
     true,
     false},
    {"bulk",
     {"a@b.example", everyone, 2, "203.0.113.1", false},
     SKS_CLASS_BULK,
     false,
     SKS_ACTION_TAG,
     SKS_EXEMPTION_NONE,
     true,
     true,
     true},
    {"targeted",
     {"a@b.example", everyone, 2, "203.0.113.1", false},
     SKS_CLASS_TARGETED,
     false,
     SKS_ACTION_QUARANTINE,
     SKS_EXEMPTION_NONE,
     true,
     true,
     true},
    {"targeted, observed",
     {"a@b.example", everyone, 2, "203.0.113.1", false},
     SKS_CLASS_TARGETED,
     true,
     SKS_ACTION_ACCEPT,
     SKS_EXEMPTION_NONE,
     true,
     true,
     false},
    {"trusted",
     {"a@b.example", everyone, 2, "192.0.2.9", false},
     SKS_CLASS_TARGETED,
     false,
     SKS_ACTION_ACCEPT,
     SKS_EXEMPTION_TRUSTED,
     false,
     false,
     false},
    {"authenticated",
     {"a@b.example", everyone, 2, "203.0.113.1", true},
     SKS_CLASS_TARGETED,
     false,
     SKS_ACTION_ACCEPT,
     SKS_EXEMPTION_AUTHENTICATED,
     false,
     false,
     false},
    {"listed sender",
     {"a@partner.example", everyone, 2, "203.0.113.1", false},
     SKS_CLASS_TARGETED,
     false,
     SKS_ACTION_ACCEPT,
     SKS_EXEMPTION_SENDER,
     false,
     true,
     false},
    {"all recipients listed",
     {"a@b.example", exempt_only, 2, "203.0.113.1", false},
     SKS_CLASS_TARGETED,
     false,
     SKS_ACTION_ACCEPT,
     SKS_EXEMPTION_RECIPIENTS,
     false,
     true,
     false},
    {"no client address",
     {"a@b.example", everyone, 2, NULL, false},
     SKS_CLASS_TARGETED,
     false,
     SKS_ACTION_QUARANTINE,
     SKS_EXEMPTION_NONE,
     true,
     true,
     true},
    {"no recipients",
     {"", NULL, 0, "203.0.113.1", false},
     SKS_CLASS_BULK,
     false,
     SKS_ACTION_TAG,
     SKS_EXEMPTION_NONE,
     true,
     true,
     true},
};

static void test_decisions(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(decisions); i++) {
        const struct row *row = &decisions[i];
        struct sks_policy policy = make_policy();
        policy.observe = row->observe;
        struct sks_decision decision = sks_policy_decide(&policy, row->class_, &row->mail);
        assert_row_string(row->name, sks_action_name(decision.action), sks_action_name(row->action));
        assert_row_string(row->name, sks_exemption_name(decision.exemption), sks_exemption_name(row->exemption));
        assert_row_int(row->name, decision.add_headers, row->add);
        assert_row_int(row->name, decision.remove_headers, row->remove);
        assert_row_int(row->name, decision.add_banners, row->banners);
        assert_row_int(row->name, decision.intended, policy.action[row->class_]);
        assert_false(decision.failed);
    }
}

static void test_failures(void **state)
{
    struct sks_policy policy = make_policy();
    const struct sks_policy_mail outside = {"a@b.example", everyone, 2, "203.0.113.1", false};
    const struct sks_policy_mail inside = {"a@b.example", everyone, 2, "192.0.2.1", false};
    (void)state;

    struct sks_decision decision = sks_policy_decide_failure(&policy, &outside);
    assert_int_equal(decision.action, SKS_ACTION_TEMPFAIL);
    assert_true(decision.failed && !decision.add_headers && !decision.add_banners && !decision.remove_headers);

    assert_int_equal(sks_policy_decide_failure(&policy, &inside).action, SKS_ACTION_ACCEPT);

    policy.failure = SKS_ACTION_ACCEPT;
    decision = sks_policy_decide_failure(&policy, &outside);
    assert_int_equal(decision.action, SKS_ACTION_ACCEPT);
    assert_true(!decision.add_headers && decision.remove_headers);
    assert_false(sks_policy_decide_failure(&policy, &inside).remove_headers);

    policy.failure = SKS_ACTION_QUARANTINE;
    decision = sks_policy_decide_failure(&policy, &outside);
    assert_true(decision.action == SKS_ACTION_QUARANTINE && decision.add_headers);

    policy.observe = true;
    assert_int_equal(sks_policy_decide_failure(&policy, &outside).action, SKS_ACTION_ACCEPT);
}

static void test_forged(void **state)
{
    struct sks_policy policy = make_policy();
    const struct sks_policy_mail outside = {"a@b.example", everyone, 2, "203.0.113.1", false};
    const struct sks_policy_mail inside = {"a@b.example", everyone, 2, "192.0.2.1", false};
    (void)state;

    struct sks_decision decision = sks_policy_decide(&policy, SKS_CLASS_CLEAN, &outside);
    sks_policy_refuse_forged(&decision);
    assert_int_equal(decision.action, SKS_ACTION_REJECT);
    assert_int_equal(decision.intended, SKS_ACTION_ACCEPT);
    assert_true(decision.forged && !decision.add_headers && !decision.remove_headers && !decision.add_banners);

    decision = sks_policy_decide(&policy, SKS_CLASS_TARGETED, &inside);
    sks_policy_refuse_forged(&decision);
    assert_true(decision.action == SKS_ACTION_ACCEPT && !decision.forged);

    decision = sks_policy_decide_failure(&policy, &outside);
    sks_policy_refuse_forged(&decision);
    assert_true(decision.action == SKS_ACTION_TEMPFAIL && !decision.forged);

    policy.failure = SKS_ACTION_ACCEPT;
    decision = sks_policy_decide_failure(&policy, &outside);
    sks_policy_refuse_forged(&decision);
    assert_true(decision.action == SKS_ACTION_REJECT && decision.forged);

    policy.observe = true;
    decision = sks_policy_decide(&policy, SKS_CLASS_TARGETED, &outside);
    sks_policy_refuse_forged(&decision);
    assert_true(decision.action == SKS_ACTION_ACCEPT && decision.remove_headers && !decision.forged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns), cmocka_unit_test(test_networks), cmocka_unit_test(test_decisions),
        cmocka_unit_test(test_failures), cmocka_unit_test(test_forged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
