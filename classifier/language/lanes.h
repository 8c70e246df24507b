/*
 * Hashing of many features side by side (feature.h has the same step for step). The compiler makes of a block what the
 * processor has; where it can choose when the program starts, functions marked SKS_LANES exist twice, since AVX2 does
 * in one instruction what older ones need fifteen for.
 */
#ifndef SKS_LANGUAGE_LANES_H
#define SKS_LANGUAGE_LANES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { SKS_LANES_COUNT = 8 };

typedef uint32_t sks_lanes __attribute__((vector_size(SKS_LANES_COUNT * sizeof(uint32_t))));

/* Sanitizers don't stand functions that are chosen before they have begun. */
#if defined(__x86_64__) && defined(__linux__) && defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) &&            \
    !defined(__SANITIZE_THREAD__)
#if !defined(__has_feature)
#define SKS_LANES __attribute__((target_clones("avx2", "default")))
#elif !__has_feature(address_sanitizer) && !__has_feature(memory_sanitizer) && !__has_feature(thread_sanitizer)
#define SKS_LANES __attribute__((target_clones("avx2", "default")))
#endif
#endif
#ifndef SKS_LANES
#define SKS_LANES
#endif

#define SKS_LANES_INLINE static inline __attribute__((always_inline))

SKS_LANES_INLINE void sks_lanes_mix(sks_lanes *hash, const sks_lanes *value)
{
    sks_lanes mixed = (*hash ^ *value) * 0x9e3779b1u;
    *hash = mixed ^ (mixed >> 15);
}

SKS_LANES_INLINE void sks_lanes_load(sks_lanes *out, const uint32_t *values)
{
    memcpy(out, values, sizeof(*out));
}

/* Stirs a copy of the hashes and stores it. */
SKS_LANES_INLINE void sks_lanes_finish(uint32_t *out, const sks_lanes *hash)
{
    sks_lanes stirred = (*hash ^ (*hash >> 16)) * 0x85ebca6bu;
    stirred = (stirred ^ (stirred >> 13)) * 0xc2b2ae35u;
    stirred ^= stirred >> 16;
    memcpy(out, &stirred, sizeof(stirred));
}

#endif
