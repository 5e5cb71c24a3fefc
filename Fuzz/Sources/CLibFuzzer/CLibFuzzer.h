#pragma once

#include <stddef.h>
#include <stdint.h>

/// libFuzzer as a function: reads its options from the arguments and calls `body` with one input after the other.
///
/// SwiftPM gives the program its own `main`, so the one inside libFuzzer is not used.
int LLVMFuzzerRunDriver(
    int *_Nonnull count, char *_Nullable *_Nonnull *_Nonnull arguments,
    int (*_Nonnull body)(const uint8_t *_Nullable bytes, size_t count));
