// The caller's windows in oneDNN's terms.

#ifndef CONEDNN_WINDOW_H
#define CONEDNN_WINDOW_H

#include "COneDNN.h"
#include "COneDNNCompatibility.h"

static inline window window_of(const onednn_axis *axes, int rank) {
    window result = {.kernel = {0}};
    for (int i = 0; i < rank; i++) {
        result.kernel[i] = axes[i].kernel;
        result.strides[i] = axes[i].stride;
        result.dilations[i] = axes[i].dilation - 1;
        result.padding_before[i] = axes[i].padding_before;
        result.padding_after[i] = axes[i].padding_after;
    }
    return result;
}

#endif
