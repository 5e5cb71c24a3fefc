// Convolutions of images of few channels with a maximum over their output.
//
// Their output is the largest value of many networks, and a maximum makes a quarter of it; so it is computed
// row by row, and only the rows that a row of windows covers are kept, in the fastest cache.

#include <string.h>

#include "Maxima.h"

/// One sample with its padding around it, and the rows kept.
typedef struct {
    int64_t height, width;
    /// From one kept row to the next, in pixels.
    int64_t row;
    /// How many pixels are computed together.
    int tile;
} kept;

static int64_t rounded_up(int64_t value, int64_t divisor) {
    return (value + divisor - 1) / divisor * divisor;
}

static kept kept_of(const kernels_convolution *c) {
    static const int tiles[] = {16, 14, 8};
    kept k = {.tile = 16, .row = rounded_up(c->output_width, 16)};
    for (int i = 1; i < 3; i++) {
        int64_t row = rounded_up(c->output_width, tiles[i]);
        if (row < k.row) {
            k.row = row;
            k.tile = tiles[i];
        }
    }
    // The last tile may reach further than the image.
    int64_t width = (k.row - 1) * c->stride_width + c->kernel_width;
    int64_t height = (c->output_height - 1) * c->stride_height + c->kernel_height;
    k.width = width > c->padding_left + c->input_width ? width : c->padding_left + c->input_width;
    k.height = height > c->padding_top + c->input_height ? height : c->padding_top + c->input_height;
    return k;
}

static int64_t block_count(const kernels_convolution *c) {
    return (c->output_channels + kernels_block - 1) / kernels_block;
}

bool kernels_pooled_suits(void) { return has_wide_registers(); }

int64_t kernels_pooled_scratch(const kernels_convolution *c, const kernels_pooling *pooling) {
    kept k = kept_of(c);
    int64_t image = rounded_up(c->input_channels * k.height * k.width, kernels_block);
    return image + pooling->kernel_height * k.row * kernels_block;
}

/// `tile` pixels of a row of the convolution, for one block of channels.
INLINED void pixels(
    const kernels_convolution *given, const float *image, const kept *k, const lanes *weights, int64_t blocks,
    const lanes *bias, int tile, int64_t stride, lanes *result) {
    const kernels_convolution c = *given;
    lanes sum[16];
    for (int p = 0; p < tile; p++) sum[p] = *bias;
    for (int64_t channel = 0; channel < c.input_channels; channel++) {
        for (int64_t ky = 0; ky < c.kernel_height; ky++) {
            const float *row = image + (channel * k->height + ky) * k->width;
            for (int64_t kx = 0; kx < c.kernel_width; kx++) {
                lanes weight = *weights;
                weights += blocks;
                for (int p = 0; p < tile; p++) sum[p] += weight * row[p * stride + kx];
            }
        }
    }
    for (int p = 0; p < tile; p++) result[p] = sum[p];
}

INLINED void tiles_of(
    const kernels_convolution *c, const float *image, const kept *k, const lanes *weights, int64_t blocks,
    const lanes *bias, int tile, int64_t stride, lanes *result) {
    for (int64_t x = 0; x < k->row; x += tile) {
        pixels(c, image + x * stride, k, weights, blocks, bias, tile, stride, result + x);
    }
}

/// A row of the convolution, with a loop for each width of a tile and the usual strides.
INLINED void row_of(
    const kernels_convolution *c, const float *image, const kept *k, const lanes *weights, int64_t blocks,
    const lanes *bias, lanes *result) {
    switch (k->tile * 4 + (c->stride_width < 3 ? c->stride_width : 0)) {
    case 16 * 4 + 1: tiles_of(c, image, k, weights, blocks, bias, 16, 1, result); break;
    case 16 * 4 + 2: tiles_of(c, image, k, weights, blocks, bias, 16, 2, result); break;
    case 14 * 4 + 1: tiles_of(c, image, k, weights, blocks, bias, 14, 1, result); break;
    case 14 * 4 + 2: tiles_of(c, image, k, weights, blocks, bias, 14, 2, result); break;
    case 8 * 4 + 1: tiles_of(c, image, k, weights, blocks, bias, 8, 1, result); break;
    case 8 * 4 + 2: tiles_of(c, image, k, weights, blocks, bias, 8, 2, result); break;
    default: tiles_of(c, image, k, weights, blocks, bias, k->tile, c->stride_width, result); break;
    }
}

/// The maxima of one plane of the result.
DISPATCHED static void plane(
    const kernels_convolution *c, const kernels_pooling *pooling, const kept *k, const float *image,
    const lanes *weights, int64_t blocks, const lanes *bias, bool rectifies, lanes *rows, float *result,
    uint8_t *taps) {
    const kernels_pooling p = *pooling;
    int64_t computed = 0;
    for (int64_t y = 0; y < p.output_height; y++) {
        int64_t top = y * p.stride_height - p.padding_top;
        int64_t from = top < 0 ? 0 : top;
        int64_t to = top + p.kernel_height < p.input_height ? top + p.kernel_height : p.input_height;
        // What the window above needed as well moves up.
        int64_t old = computed - from < 0 ? 0 : computed - from;
        int64_t moved = to - from < old ? to - from : old;
        int64_t previous = top - p.stride_height < 0 ? 0 : top - p.stride_height;
        if (moved > 0 && y > 0 && from > previous) {
            memmove(rows, rows + (from - previous) * k->row, (size_t)(moved * k->row) * sizeof(lanes));
        }
        for (int64_t row = from + moved; row < to; row++) {
            const float *source = image + row * c->stride_height * k->width;
            lanes *target = rows + (row - from) * k->row;
            row_of(c, source, k, weights, blocks, bias, target);
        }
        if (to > computed) computed = to;
        int64_t at = y * p.output_width * kernels_block;
        rows_of_maxima given = {&p, rows - (from - top) * k->row, k->row, top};
        maxima_of_row(&given, rectifies, result + at, taps ? taps + at : NULL);
    }
}

/// Copies one sample, with zeros around each channel.
static void surround(const kernels_convolution *c, const kept *k, const float *source, float *target) {
    memset(target, 0, (size_t)(c->input_channels * k->height * k->width) * sizeof(float));
    for (int64_t channel = 0; channel < c->input_channels; channel++) {
        for (int64_t y = 0; y < c->input_height; y++) {
            memcpy(
                target + (channel * k->height + y + c->padding_top) * k->width + c->padding_left,
                source + (channel * c->input_height + y) * c->input_width,
                (size_t)c->input_width * sizeof(float));
        }
    }
}

void kernels_pooled_forward(
    const kernels_convolution *c, const kernels_pooling *pooling, const float *images, const float *packed,
    const float *bias, bool rectifies, float *scratch, float *result, uint8_t *taps) {
    kept k = kept_of(c);
    int64_t blocks = block_count(c);
    int64_t size = pooling->output_height * pooling->output_width * kernels_block;
    lanes *rows = (lanes *)(scratch + rounded_up(c->input_channels * k.height * k.width, kernels_block));
    for (int64_t sample = 0; sample < c->samples; sample++) {
        surround(c, &k, images + sample * c->input_channels * c->input_height * c->input_width, scratch);
        for (int64_t block = 0; block < blocks; block++) {
            int64_t at = (sample * blocks + block) * size;
            plane(
                c, pooling, &k, scratch, (const lanes *)packed + block, blocks, (const lanes *)bias + block,
                rectifies, rows, result + at, taps ? taps + at : NULL);
        }
    }
}
