/*
 * A fuzz target is a file with this one function. With clang and -Dfuzz=true it is linked with libFuzzer; without, with
 * driver.c, which replays files and tries mutations of them from a fixed seed.
 */
#ifndef SKS_TESTS_FUZZ_H
#define SKS_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif
