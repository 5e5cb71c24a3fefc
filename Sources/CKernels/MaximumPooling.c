#include <stdbool.h>
#include <string.h>

#include "Arriving.h"
#include "Maxima.h"

DISPATCHED void kernels_maximum_forward(
    const kernels_pooling *pooling, const float *source, bool rectifies, float *result, uint8_t *taps) {
    const kernels_pooling p = *pooling;
    for (int64_t plane = 0; plane < p.planes; plane++) {
        const float *image = source + plane * p.input_height * p.input_width * kernels_block;
        for (int64_t y = 0; y < p.output_height; y++) {
            int64_t top = y * p.stride_height - p.padding_top;
            int64_t at = (plane * p.output_height + y) * p.output_width * kernels_block;
            rows_of_maxima given = {&p, (const lanes *)image + top * p.input_width, p.input_width, top};
            maxima_of_row(&given, rectifies, result + at, taps ? taps + at : NULL);
        }
    }
}

/// Whether windows neither overlap nor reach into the padding, so that each pixel is in one of them at most.
static bool is_tiling(const kernels_pooling *p) {
    return p->kernel_height <= p->stride_height && p->kernel_width <= p->stride_width &&
           p->dilation_height == 1 && p->dilation_width == 1 && p->padding_top <= 0 && p->padding_left <= 0 &&
           (p->output_height - 1) * p->stride_height + p->kernel_height - p->padding_top <= p->input_height &&
           (p->output_width - 1) * p->stride_width + p->kernel_width - p->padding_left <= p->input_width;
}

DISPATCHED static void spread_tiles(
    const kernels_pooling *pooling, const float *gradient, const float *output, const uint8_t *taps,
    float *result) {
    const kernels_pooling p = *pooling;
    bool covers = p.padding_top == 0 && p.padding_left == 0 && p.kernel_height == p.stride_height &&
                  p.kernel_width == p.stride_width && p.output_height * p.stride_height == p.input_height &&
                  p.output_width * p.stride_width == p.input_width;
    int64_t size = p.input_height * p.input_width * kernels_block;
    for (int64_t plane = 0; plane < p.planes; plane++) {
        float *image = result + plane * size;
        if (!covers) memset(image, 0, (size_t)size * sizeof(float));
        for (int64_t y = 0; y < p.output_height; y++) {
            for (int64_t x = 0; x < p.output_width; x++) {
                int64_t at = ((plane * p.output_height + y) * p.output_width + x) * kernels_block;
                lanes incoming;
                integer_lanes position;
                arriving(gradient + at, output ? output + at : NULL, taps + at, &incoming, &position);
                int64_t row = y * p.stride_height - p.padding_top;
                int64_t column = x * p.stride_width - p.padding_left;
                lanes *target = (lanes *)(image + (row * p.input_width + column) * kernels_block);
                int32_t tap = 0;
                for (int64_t ky = 0; ky < p.kernel_height; ky++) {
                    for (int64_t kx = 0; kx < p.kernel_width; kx++, tap++) {
                        target[ky * p.input_width + kx] =
                            (lanes)((position == tap) & (integer_lanes)incoming);
                    }
                }
            }
        }
    }
}

DISPATCHED static void spread(
    const kernels_pooling *pooling, const float *gradient, const float *output, const uint8_t *taps,
    float *result) {
    const kernels_pooling p = *pooling;
    int64_t size = p.input_height * p.input_width * kernels_block;
    for (int64_t plane = 0; plane < p.planes; plane++) {
        float *image = result + plane * size;
        memset(image, 0, (size_t)size * sizeof(float));
        for (int64_t y = 0; y < p.output_height; y++) {
            for (int64_t x = 0; x < p.output_width; x++) {
                int64_t at = ((plane * p.output_height + y) * p.output_width + x) * kernels_block;
                lanes incoming;
                integer_lanes position;
                arriving(gradient + at, output ? output + at : NULL, taps + at, &incoming, &position);
                for (int64_t ky = 0; ky < p.kernel_height; ky++) {
                    int64_t row = y * p.stride_height + ky * p.dilation_height - p.padding_top;
                    if (row < 0 || row >= p.input_height) continue;
                    for (int64_t kx = 0; kx < p.kernel_width; kx++) {
                        int64_t column = x * p.stride_width + kx * p.dilation_width - p.padding_left;
                        if (column < 0 || column >= p.input_width) continue;
                        lanes *target = (lanes *)(image + (row * p.input_width + column) * kernels_block);
                        integer_lanes chosen = position == (int32_t)(ky * p.kernel_width + kx);
                        *target += (lanes)(chosen & (integer_lanes)incoming);
                    }
                }
            }
        }
    }
}

void kernels_maximum_backward(
    const kernels_pooling *pooling, const float *gradient, const float *output, const uint8_t *taps,
    float *result) {
    if (is_tiling(pooling)) {
        spread_tiles(pooling, gradient, output, taps, result);
    } else {
        spread(pooling, gradient, output, taps, result);
    }
}
