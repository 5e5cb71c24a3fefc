// The maxima of one row of windows, for kernels that compute their images on the way as well.

#ifndef CKERNELS_MAXIMA_H
#define CKERNELS_MAXIMA_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "Dispatch.h"

/// The rows of one plane that a row of windows covers.
typedef struct {
    const kernels_pooling *of;
    /// Where the windows' first row would be, even if that is above the image.
    const lanes *first;
    /// From one row to the next, in pixels.
    int64_t step;
    /// The position of the first row; negative in the padding.
    int64_t top;
} rows_of_maxima;

/// The part of a window that lies in the image.
typedef struct {
    int64_t from, to;
} inside;

INLINED inside inside_of(int64_t start, int64_t taps, int64_t dilation, int64_t extent) {
    inside found = {0, taps};
    while (found.from < taps && start + found.from * dilation < 0) found.from++;
    while (found.to > found.from && start + (found.to - 1) * dilation >= extent) found.to--;
    return found;
}

/// NaN is not below zero, and stays.
INLINED void rectify(lanes *value) {
    integer_lanes passes = ~(*value <= 0);
    *value = (lanes)(passes & (integer_lanes)*value);
}

/// The largest element for each channel and its tap: the first one on a tie, and NaN before all numbers.
INLINED void maximum_of(
    const lanes *window, int64_t step, const kernels_pooling *p, inside rows, inside columns, lanes *largest,
    integer_lanes *position) {
    integer_lanes none = {0};
    bool isFirst = true;
    lanes best;
    integer_lanes where = none;
    for (int i = 0; i < kernels_block; i++) best[i] = -INFINITY;
    for (int64_t ky = rows.from; ky < rows.to; ky++) {
        const lanes *row = window + ky * p->dilation_height * step;
        for (int64_t kx = columns.from; kx < columns.to; kx++) {
            lanes value = row[kx * p->dilation_width];
            integer_lanes here = none + (int32_t)(ky * p->kernel_width + kx);
            if (isFirst) {
                best = value;
                where = here;
                isFirst = false;
                continue;
            }
            integer_lanes wins = ~(value <= best) & (best == best);
            where = (wins & here) | (~wins & where);
            best = (lanes)((wins & (integer_lanes)value) | (~wins & (integer_lanes)best));
        }
    }
    *largest = best;
    *position = where;
}

/// The maxima of a row of windows, rectified if wanted, and their taps unless `taps` is null.
INLINED void maxima_of_row(const rows_of_maxima *given, bool rectifies, float *result, uint8_t *taps) {
    const kernels_pooling p = *given->of;
    bool isPlain = p.dilation_height == 1 && p.dilation_width == 1;
    inside rows = inside_of(given->top, p.kernel_height, p.dilation_height, p.input_height);
    bool isTall = rows.from == 0 && rows.to == p.kernel_height;
    for (int64_t x = 0; x < p.output_width; x++) {
        int64_t left = x * p.stride_width - p.padding_left;
        const lanes *window = given->first + left;
        lanes largest;
        integer_lanes position;
        bool isWhole = isTall && left >= 0 && left + (p.kernel_width - 1) * p.dilation_width < p.input_width;
        // The windows that most networks have, with loops that the compiler unrolls.
        if (isWhole && isPlain && p.kernel_height == 2 && p.kernel_width == 2) {
            kernels_pooling two = {.kernel_width = 2, .dilation_height = 1, .dilation_width = 1};
            maximum_of(window, given->step, &two, (inside){0, 2}, (inside){0, 2}, &largest, &position);
        } else if (isWhole && isPlain && p.kernel_height == 3 && p.kernel_width == 3) {
            kernels_pooling three = {.kernel_width = 3, .dilation_height = 1, .dilation_width = 1};
            maximum_of(window, given->step, &three, (inside){0, 3}, (inside){0, 3}, &largest, &position);
        } else {
            inside columns = inside_of(left, p.kernel_width, p.dilation_width, p.input_width);
            maximum_of(window, given->step, &p, rows, columns, &largest, &position);
        }
        if (rectifies) rectify(&largest);
        *(lanes *)(result + x * kernels_block) = largest;
        if (taps) *(byte_lanes *)(taps + x * kernels_block) = __builtin_convertvector(position, byte_lanes);
    }
}

#endif
