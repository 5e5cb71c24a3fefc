// How a function is compiled for several instruction sets at once.

#ifndef CKERNELS_DISPATCH_H
#define CKERNELS_DISPATCH_H

#include "CKernels.h"

#if defined(__x86_64__) && defined(__linux__)
#define DISPATCHED __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define DISPATCHED
#endif

/// Whether there are 32 registers as wide as `lanes`.
static inline bool has_wide_registers(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f");
#else
    return false;
#endif
}

#define INLINED static inline __attribute__((always_inline))

/// As many floats as a blocked image has channels side by side.
typedef float lanes __attribute__((vector_size(64)));
/// The same without alignment, and allowed to alias floats.
typedef float loose_lanes __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t integer_lanes __attribute__((vector_size(64)));
typedef int32_t loose_integer_lanes __attribute__((vector_size(64), aligned(4), may_alias));
typedef uint8_t byte_lanes __attribute__((vector_size(16), aligned(1), may_alias));

#endif
