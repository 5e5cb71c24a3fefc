// How gradients come in from behind a maximum.

#ifndef CKERNELS_ARRIVING_H
#define CKERNELS_ARRIVING_H

#include "Dispatch.h"

/// The gradient of one window for each channel, and which tap it goes to.
INLINED void arriving(
    const float *gradient, const float *output, const uint8_t *taps, lanes *incoming,
    integer_lanes *position) {
    *incoming = *(const lanes *)gradient;
    if (output) {
        integer_lanes passes = *(const lanes *)output > 0;
        *incoming = (lanes)(passes & (integer_lanes)*incoming);
    }
    *position = __builtin_convertvector(*(const byte_lanes *)taps, integer_lanes);
}

#endif
