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
    assert_true(count(*state, "organisations") >= 300);
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
        cmocka_unit_test(test_coverage), cmocka_unit_test(test_disjoint), cmocka_unit_test(test_values),
        cmocka_unit_test(test_files),    cmocka_unit_test(test_page),     cmocka_unit_test(test_sorted),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
