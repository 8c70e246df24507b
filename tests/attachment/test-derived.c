/* Results of slow key derivation are found again by all that went into them, until others took their place. */
#include "tests/test.h"

#include <glib.h>

#include "attachment/derived.h"

static void are_found_by_all_that_went_in(void **state)
{
    static const struct {
        const char *row;
        enum sks_derived_way way;
        const char *parameters, *password;
        bool found;
    } rows[] = {
        {"the same", SKS_DERIVED_OFFICE, "salt1", "Kx8!pqr2", true},
        {"another way", SKS_DERIVED_7Z, "salt1", "Kx8!pqr2", false},
        {"another salt", SKS_DERIVED_OFFICE, "salt2", "Kx8!pqr2", false},
        {"another password", SKS_DERIVED_OFFICE, "salt1", "Kx8!pqr3", false},
        {"the border elsewhere", SKS_DERIVED_OFFICE, "salt1K", "x8!pqr2", false},
    };
    struct sks_derived_id id;
    (void)state;
    sks_derived_id(&id, SKS_DERIVED_OFFICE, "salt1", 5, "Kx8!pqr2", 8);
    sks_derived_keep(&id, "0123456789abcdef", 16);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char result[17] = "";
        sks_derived_id(&id, rows[i].way, rows[i].parameters, strlen(rows[i].parameters), rows[i].password,
                       strlen(rows[i].password));
        assert_row_int(rows[i].row, sks_derived_find(result, 16, &id), rows[i].found);
        assert_row_string(rows[i].row, result, rows[i].found ? "0123456789abcdef" : "");
    }
}

static void give_way_to_others(void **state)
{
    char result[4];
    struct sks_derived_id first, id;
    (void)state;
    sks_derived_id(&first, SKS_DERIVED_OFFICE, "first", 5, "x", 1);
    sks_derived_keep(&first, "1234", 4);
    assert_true(sks_derived_find(result, 4, &first));
    assert_false(sks_derived_find(result, SKS_DERIVED_MOST, &first)); /* longer than it is */
    for (unsigned i = 0; i < 1000; i++) {
        sks_derived_id(&id, SKS_DERIVED_OFFICE, &i, sizeof i, "x", 1);
        sks_derived_keep(&id, &i, sizeof i);
    }
    assert_false(sks_derived_find(result, 4, &first));
    assert_true(sks_derived_find(result, 4, &id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(are_found_by_all_that_went_in),
        cmocka_unit_test(give_way_to_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
