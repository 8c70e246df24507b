/*
 * docs/indicators.md says what the table of indicators says. After a change of the table, write the page anew:
 *     build/tests/test-indicator-page --write docs/indicators.md
 */
#include "tests/test.h"

#include <glib.h>

#include "indicator/indicator.h"

static const struct {
    const char *family, *title;
} families[] = {
    {"sender", "Sender: who it says it is, and who it is"},
    {"route", "Route: where it really came from"},
    {"attachment", "Attachments"},
    {"language", "Language"},
    {"lure", "Lures: what it is about and what it asks for"},
    {"bulk", "Bulk: the same thing sent to many"},
    {"memory", "Memory: what other mail of the exchange shows"},
    {"clean", "What speaks for a mail"},
    {"limit", "Ceilings that were reached"},
};

static const char preamble[] =
    "# Indicators\n\n"
    "Everything that Sekisho looks for in a mail. Each is evidence, and but for a few never a verdict: the right-hand\n"
    "column says what legitimate mail does that looks the same, and the tests show both.\n\n"
    "**The few** are a program under a document's name (`attachment.disguised-program`); and of whoever isn't well\n"
    "known, a program whose password came in another mail (`attachment.program-by-password`), a program, shortcut or\n"
    "disk image where one expects something to read (`attachment.program-as-content`; what is called an installer, "
    "too,\n"
    "if it comes from an address that anybody gets), a document that loads its template\n"
    "from a third party (`attachment.template-elsewhere`), an imitated page to sign in at (`lure.imitated-page`), and "
    "a\n"
    "mail of so many parts, or so deeply nested, that what lies behind is not read (`limit.parts`, "
    "`limit.mime-depth`,\n"
    "`limit.archive-depth`): whatever the score, such a mail is not called clean,\n"
    "but targeted or bulk, whichever is likelier, until somebody releases it. Well known is who sent five mails and\n"
    "got two of ours, the first thirty days ago or more, or who sent twenty within half a year or longer. No mail of\n"
    "the 3,716 legitimate ones of the public sets has any of these. The other way round, a file of somebody who sent\n"
    "five mails that was opened and found harmless keeps a mail from being called bulk\n"
    "(`classifier/indicator/harm.c`).\n\n"
    "One more decides by itself: a mail of an exchange in which another was called targeted is called so, too, and "
    "the\n"
    "earlier ones are judged anew (`memory.exchange-targeted`; docs/joining.md has what an exchange is).\n\n"
    "An indicator has a strength from 0 to 1; how "
    "much\n"
    "it moves the verdict is learned from mail and shown with every verdict. Those marked ● go into the model; the "
    "others\n"
    "are told so that a person can understand a case, and are gathered into a marked one where they matter\n"
    "(`attachment.runs-code`, `attachment.active-content`, `attachment.disguised`, `attachment.foreign-origin`,\n"
    "`bulk.throwaway-domain`, `limit.reached`, `lure.link-fetch`, `lure.link-sign-in`, `route.foreign-relay`).\n\n"
    "Without knowledge nothing is inferred: no memory, no first contact; no directory, no false name; no\n"
    "Authentication-Results of our own hosts, no failed authentication.\n\n"
    "Sources: **A** J-CRAT activity report, first half of FY2018. **B** J-CRAT overview, 2015. **C** IPA, how to tell\n"
    "targeted mail, 2015. **D** National Police Agency, notice of 2022. **E** Ministry of Foreign Affairs, notices of\n"
    "2017. **F** J-CSIP and police statistics. **own**: a consideration of this project.\n\n"
    "This page is made from the table in `classifier/indicator/table.c`; a test compares the two.\n";

static char *render(void)
{
    GString *page = g_string_new(preamble);
    size_t count;
    const struct sks_indicator *table = sks_indicators(&count);
    for (size_t f = 0; f < G_N_ELEMENTS(families); f++) {
        g_string_append_printf(page,
                               "\n## %s\n\n| id | | what a reader is told | in the banner | source | harmless |\n"
                               "|---|---|---|---|---|---|\n",
                               families[f].title);
        size_t size = strlen(families[f].family);
        for (size_t i = 0; i < count; i++) {
            const struct sks_indicator *row = &table[i];
            if (strncmp(row->id, families[f].family, size) != 0 || row->id[size] != '.')
                continue;
            char **en = g_strsplit(row->reason_en, "%s", 2), **ja = g_strsplit(row->reason_ja, "%s", 2);
            char *en_text = g_strjoinv("…", en), *ja_text = g_strjoinv("…", ja);
            g_string_append_printf(page, "| `%s` | %s | %s<br>%s | %s<br>%s | %s | %s |\n", row->id,
                                   row->feature ? "●" : "", en_text, ja_text, row->brief_en, row->brief_ja, row->source,
                                   row->harmless);
            g_strfreev(en);
            g_strfreev(ja);
            g_free(en_text);
            g_free(ja_text);
        }
    }
    return g_string_free(page, FALSE);
}

static void test_page(void **state)
{
    (void)state;
    char *path = g_build_filename(g_getenv("SKS_SOURCE_ROOT"), "docs/indicators.md", NULL), *text = NULL;
    char *want = render();
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    if (strcmp(text, want) != 0)
        fail_msg("docs/indicators.md is not what the table says; write it anew (see the head of this test)");
    g_free(path);
    g_free(text);
    g_free(want);
}

/* Every family of the table has its place on the page. */
static void test_families(void **state)
{
    (void)state;
    size_t count;
    const struct sks_indicator *table = sks_indicators(&count);
    char *page = render();
    for (size_t i = 0; i < count; i++) {
        char *cell = g_strdup_printf("| `%s` |", table[i].id);
        if (strstr(page, cell) == NULL)
            fail_msg("%s is not on the page", table[i].id);
        g_free(cell);
    }
    g_free(page);
}

int main(int count, char **arguments)
{
    if (count == 3 && strcmp(arguments[1], "--write") == 0) {
        char *page = render();
        bool written = g_file_set_contents(arguments[2], page, -1, NULL);
        g_free(page);
        return written ? 0 : 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_page),
        cmocka_unit_test(test_families),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
