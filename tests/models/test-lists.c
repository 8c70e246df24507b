/* What models/lists must hold: coverage that was promised, and no two lists that contradict each other. */
#include "tests/test.h"

#include <glib.h>

#include "base/resource.h"
#include "lists/lists.h"

static int set_up(void **state)
{
    struct sks_lists *lists = NULL;
    struct sks_problems *problems = sks_problems_create();
    int result = sks_lists_create(&lists, NULL, problems);
    for (size_t i = 0; i < sks_problems_count(problems); i++)
        print_error("%s\n", sks_problems_text(problems, i));
    sks_problems_destroy(problems);
    *state = lists;
    return result;
}

static int tear_down(void **state)
{
    sks_lists_destroy(*state);
    return 0;
}

static size_t count(const struct sks_lists *lists, const char *name)
{
    return sks_list_count(sks_lists_get(lists, name));
}

static void test_coverage(void **state)
{
    assert_true(count(*state, "webmail") >= 150);
    assert_true(count(*state, "isp-japan") + count(*state, "carrier") >= 120);
    assert_true(count(*state, "file-services") >= 40);
    assert_true(count(*state, "shorteners") >= 40);
    assert_true(count(*state, "organisations") >= 600);
    assert_true(count(*state, "institutions") >= 50);
    assert_true(count(*state, "mailers") >= 30);
    assert_true(count(*state, "brands") >= 100);
    assert_true(count(*state, "kanji-variants") >= 300);
}

/* A mail domain is webmail, a provider, a carrier or disposable, never two of them. */
static void test_disjoint(void **state)
{
    static const char *const names[] = {"webmail", "isp-japan", "carrier", "disposable"};
    for (size_t a = 0; a < G_N_ELEMENTS(names); a++)
        for (size_t b = 0; b < G_N_ELEMENTS(names); b++) {
            const struct sks_list *list = sks_lists_get(*state, names[a]);
            for (size_t i = 0; a != b && i < sks_list_count(list); i++) {
                const char *word = sks_list_entry(list, i)->word, *match = NULL;
                if (sks_list_find_domain(sks_lists_get(*state, names[b]), word, &match) && strcmp(match, word) == 0)
                    fail_msg("%s is in %s and in %s", word, names[a], names[b]);
            }
        }
}

/* The domains of organisations and brands are domains. */
static void test_values(void **state)
{
    static const char *const names[] = {"organisations", "brands"};
    for (size_t n = 0; n < G_N_ELEMENTS(names); n++) {
        const struct sks_list *list = sks_lists_get(*state, names[n]);
        for (size_t i = 0; i < sks_list_count(list); i++) {
            const struct sks_list_entry *entry = sks_list_entry(list, i);
            char **domains = g_strsplit(entry->value, " ", -1);
            for (size_t d = 0; domains[d] != NULL; d++) {
                bool good = strcmp(domains[d], "mil") == 0 || strchr(domains[d], '.') != NULL;
                for (const char *at = domains[d]; *at != '\0'; at++)
                    good = good && (g_ascii_islower(*at) || g_ascii_isdigit(*at) || *at == '.' || *at == '-');
                if (!good)
                    fail_msg("%s: %s: \"%s\" is no domain", names[n], entry->word, domains[d]);
            }
            g_strfreev(domains);
        }
    }
}

/* The table of lists is sorted: it is searched by halves. */
static void test_sorted(void **state)
{
    enum sks_list_kind kind;
    for (size_t i = 0; sks_lists_name(i, &kind) != NULL; i++) {
        assert_non_null(sks_lists_get(*state, sks_lists_name(i, &kind)));
        assert_true(i == 0 || strcmp(sks_lists_name(i - 1, &kind), sks_lists_name(i, &kind)) < 0);
    }
    assert_null(sks_lists_get(*state, "nonsense"));
}

/* The lines of a file of facts beside the checkout, or NULL: then the test is skipped. */
static char **read_outside(const char *name)
{
    char *path = g_build_filename(g_getenv("SKS_SOURCE_ROOT"), "../shared/corpora/japanese/lists", name, NULL);
    char *text = NULL, **lines = NULL;
    if (g_file_get_contents(path, &text, NULL, NULL))
        lines = g_strsplit(text, "\n", -1);
    g_free(text);
    g_free(path);
    return lines;
}

/* Whether the organisation is known by that name or its office's, with the domain of that address of the web. */
static bool knows_organisation(const struct sks_list *list, const char *name, const char *address)
{
    static const char *const offices[] = {"", "庁"};
    const char *host = strstr(address, "://");
    char *domain = g_strndup(host != NULL ? host + 3 : "", host != NULL ? strcspn(host + 3, "/") : 0);
    bool known = false;
    for (size_t i = 0; i < G_N_ELEMENTS(offices) && !known; i++) {
        char *whole = g_strconcat(name, offices[i], NULL), *normal = sks_lists_normalise(whole);
        const struct sks_list_entry *entry = sks_list_lookup(list, normal);
        char **domains = g_strsplit(entry != NULL ? entry->value : "", " ", -1);
        for (size_t d = 0; domains[d] != NULL; d++)
            known = known || sks_domain_is_below(domain, domains[d]);
        g_strfreev(domains);
        g_free(normal);
        g_free(whole);
    }
    g_free(domain);
    return known;
}

/* Every ministry, agency and prefecture of lists that others made is in ours, with its domain. */
static void test_organisations_outside(void **state)
{
    static const char *const files[] = {"gov.csv", "pref.csv"};
    const struct sks_list *list = sks_lists_get(*state, "organisations");
    size_t known = 0, all = 0;
    for (size_t f = 0; f < G_N_ELEMENTS(files); f++) {
        char **lines = read_outside(files[f]);
        if (lines == NULL) {
            print_message("skipped: ../shared/corpora/japanese/lists is not there\n");
            skip();
        }
        for (size_t i = 0; lines[i] != NULL; i++) {
            char **columns = g_strsplit(lines[i], ",", 3);
            bool entry = lines[i][0] != '#' && g_strv_length(columns) == 3;
            bool found = entry && knows_organisation(list, columns[0], columns[2]);
            all += entry;
            known += found;
            if (entry && !found)
                print_message("%s: not in organisations: %s %s\n", files[f], columns[0], columns[2]);
            g_strfreev(columns);
        }
        g_strfreev(lines);
    }
    print_message("organisations: %zu of %zu\n", known, all);
    assert_true(all >= 60 && known * 100 >= all * 97);
}

/*
 * Free mail in Japan by a list that others made. It has nearly a hundred thousand names that lasted for days, so only
 * those under .jp are compared; what we don't have is told.
 */
static void test_webmail_outside(void **state)
{
    static const char *const ours[] = {"webmail", "isp-japan", "carrier", "disposable"};
    char **lines = read_outside("freemail-domains.txt");
    size_t known = 0, all = 0;
    if (lines == NULL) {
        print_message("skipped: ../shared/corpora/japanese/lists is not there\n");
        skip();
    }
    for (size_t i = 0; lines[i] != NULL; i++) {
        bool found = false;
        char *domain = g_strstrip(lines[i]);
        if (!g_str_has_suffix(domain, ".jp"))
            continue;
        for (size_t n = 0; n < G_N_ELEMENTS(ours); n++)
            found = found || sks_list_find_domain(sks_lists_get(*state, ours[n]), domain, NULL);
        all++;
        known += found;
        if (!found)
            print_message("free mail that is in no list: %s\n", domain);
    }
    print_message("free mail under .jp: %zu of %zu\n", known, all);
    assert_true(known * 100 >= all * 70);
    g_strfreev(lines);
}

/* Every file of models/lists belongs to a list, so none lies there unread. */
static void test_files(void **state)
{
    (void)state;
    size_t resources;
    const struct sks_resource *all = sks_resource_all(&resources);
    for (size_t i = 0; i < resources; i++) {
        if (!g_str_has_prefix(all[i].name, "lists/"))
            continue;
        bool known = false;
        enum sks_list_kind kind;
        for (size_t n = 0; sks_lists_name(n, &kind) != NULL; n++) {
            char *path = g_strdup_printf("lists/%s.txt", sks_lists_name(n, &kind));
            known = known || strcmp(path, all[i].name) == 0;
            g_free(path);
        }
        if (!known)
            fail_msg("%s: no list has this name", all[i].name);
    }
}

/* Every list has its line in docs/lists.md. */
static void test_page(void **state)
{
    (void)state;
    char *path = g_build_filename(g_getenv("SKS_SOURCE_ROOT"), "docs/lists.md", NULL), *page = NULL;
    assert_true(g_file_get_contents(path, &page, NULL, NULL));
    enum sks_list_kind kind;
    for (size_t i = 0; sks_lists_name(i, &kind) != NULL; i++) {
        char *name = g_strdup_printf("`%s`", sks_lists_name(i, &kind));
        if (strstr(page, name) == NULL)
            fail_msg("%s is not in docs/lists.md", name);
        g_free(name);
    }
    g_free(page);
    g_free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_disjoint),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_page),
        cmocka_unit_test(test_sorted),
        cmocka_unit_test(test_organisations_outside),
        cmocka_unit_test(test_webmail_outside),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
