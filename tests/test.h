/* What every cmocka test includes, in the order that cmocka wants. */
#ifndef SKS_TESTS_TEST_H
#define SKS_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sekisho/error.h"

/* assert_string_equal() that tells which row of a table failed. */
#define assert_row_string(row, got, want)                                                                              \
    do {                                                                                                               \
        const char *got_ = (got), *want_ = (want);                                                                     \
        if (got_ == NULL || strcmp(got_, want_) != 0)                                                                  \
            fail_msg("%s: got \"%s\", want \"%s\"", (row), got_ != NULL ? got_ : "(null)", want_);                     \
    } while (0)

#define assert_row_int(row, got, want)                                                                                 \
    do {                                                                                                               \
        long long got_ = (long long)(got), want_ = (long long)(want);                                                  \
        if (got_ != want_)                                                                                             \
            fail_msg("%s: got %lld, want %lld", (row), got_, want_);                                                   \
    } while (0)

#endif
