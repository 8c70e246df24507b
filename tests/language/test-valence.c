/* The table of what verbs take, on words whose particles every grammar names. */
#include "tests/test.h"

#include <glib.h>
#include <string.h>

#include "language/feature.h"
#include "language/valence.h"

static unsigned frames_of(const struct sks_valence *valence, const char *word)
{
    return sks_valence_frames(valence, sks_feature_bytes(word, strlen(word)));
}

static void frames(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        unsigned has, lacks;
    } rows[] = {
        {"食べる", SKS_VALENCE_OBJECT, SKS_VALENCE_TARGET | SKS_VALENCE_PARTNER | SKS_VALENCE_ALONE},
        {"作る", SKS_VALENCE_OBJECT, SKS_VALENCE_ALONE},
        {"会う", SKS_VALENCE_TARGET | SKS_VALENCE_PARTNER, SKS_VALENCE_OBJECT},
        {"知り合う", SKS_VALENCE_PARTNER, SKS_VALENCE_OBJECT | SKS_VALENCE_TARGET},
        {"結婚", SKS_VALENCE_PARTNER, SKS_VALENCE_OBJECT},
        {"乗る", SKS_VALENCE_TARGET, SKS_VALENCE_OBJECT},
        {"参加", SKS_VALENCE_TARGET, SKS_VALENCE_OBJECT},
        {"渡る", SKS_VALENCE_PATH, SKS_VALENCE_OBJECT},
        {"出る", SKS_VALENCE_PATH | SKS_VALENCE_TARGET | SKS_VALENCE_SOURCE, SKS_VALENCE_OBJECT},
        {"送る", SKS_VALENCE_OBJECT | SKS_VALENCE_TARGET | SKS_VALENCE_TOWARDS, SKS_VALENCE_ALONE},
        {"借りる", SKS_VALENCE_OBJECT | SKS_VALENCE_TARGET | SKS_VALENCE_SOURCE, SKS_VALENCE_ALONE},
        {"思う", SKS_VALENCE_QUOTE, SKS_VALENCE_ALONE},
        {"始まる", SKS_VALENCE_ALONE, SKS_VALENCE_OBJECT | SKS_VALENCE_PATH},
        {"始める", SKS_VALENCE_OBJECT, SKS_VALENCE_ALONE},
        {"壊れる", SKS_VALENCE_ALONE, SKS_VALENCE_OBJECT},
        {"壊す", SKS_VALENCE_OBJECT, SKS_VALENCE_ALONE},
        {"決まる", SKS_VALENCE_ALONE, SKS_VALENCE_OBJECT},
        {"発見", SKS_VALENCE_OBJECT, SKS_VALENCE_ALONE},
        {"分かる", SKS_VALENCE_SUBJECT, SKS_VALENCE_OBJECT},
        {"欲しい", SKS_VALENCE_SUBJECT, SKS_VALENCE_OBJECT},
        {"なる", SKS_VALENCE_TARGET, SKS_VALENCE_OBJECT},
    };
    struct sks_valence *valence;
    assert_int_equal(sks_valence_create(&valence, NULL), 0);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        unsigned frames = frames_of(valence, rows[i].word);
        assert_row_int(rows[i].word, frames & rows[i].has, rows[i].has);
        assert_row_int(rows[i].word, frames & rows[i].lacks, 0);
    }
    assert_int_equal(frames_of(valence, "机"), 0);
    assert_int_equal(frames_of(valence, ""), 0);
    sks_valence_destroy(valence);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(frames)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
