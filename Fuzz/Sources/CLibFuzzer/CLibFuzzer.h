#pragma once

#include <stddef.h>
#include <stdint.h>

/// libFuzzer's own mutation of bytes in place, which knows the dictionary and what the program compared;
/// returns how many bytes there are now.
size_t LLVMFuzzerMutate(uint8_t *_Nonnull bytes, size_t count, size_t maximumCount);
