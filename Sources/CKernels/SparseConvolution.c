// The gradient of a convolution with respect to its images, from a gradient that comes through a maximum.
//
// Of each window of the maximum one pixel at most has a gradient, for each channel another one. Instead of
// convolving what is mostly zeros, every gradient that is not zero is multiplied by its channel's weights and
// added where its taps were: sixteen input channels at a time, in a plane small enough for the fastest cache.

#include <string.h>

#include "Dispatch.h"

/// A gradient that is not zero, and where its first tap is in a padded plane.
typedef struct {
    int32_t offset;
    float value;
} entry;

/// One plane of the images' gradient with the padding around it, in pixels.
typedef struct {
    int64_t height, width;
} padded;

static int64_t largest(int64_t a, int64_t b) { return a > b ? a : b; }

static padded padded_plane(const kernels_convolution *c) {
    return (padded){
        largest((c->output_height - 1) * c->stride_height + c->kernel_height, c->padding_top + c->input_height),
        largest((c->output_width - 1) * c->stride_width + c->kernel_width, c->padding_left + c->input_width)};
}

static int64_t blocks_of(int64_t channels) { return (channels + kernels_block - 1) / kernels_block; }

static int64_t entry_limit(const kernels_pooling *p) {
    // One more, because the place after the last entry is written to as well.
    return p->output_height * p->output_width + 1;
}

int64_t kernels_sparse_scratch(const kernels_convolution *c, const kernels_pooling *pooling) {
    padded plane = padded_plane(c);
    int64_t entries = blocks_of(c->output_channels) * kernels_block * (entry_limit(pooling) * 2 + 1);
    return plane.height * plane.width * kernels_block + entries + kernels_block;
}

int64_t kernels_sparse_weights(const kernels_convolution *c) {
    return blocks_of(c->input_channels) * c->output_channels * c->kernel_height * c->kernel_width *
           kernels_block;
}

void kernels_sparse_pack(const kernels_convolution *c, const float *weights, float *packed) {
    int64_t taps = c->kernel_height * c->kernel_width, channels = c->input_channels;
    for (int64_t block = 0; block < blocks_of(channels); block++) {
        for (int64_t output = 0; output < c->output_channels; output++) {
            for (int64_t tap = 0; tap < taps; tap++) {
                float *target = packed + ((block * c->output_channels + output) * taps + tap) * kernels_block;
                for (int64_t lane = 0; lane < kernels_block; lane++) {
                    int64_t input = block * kernels_block + lane;
                    target[lane] = input < channels ? weights[(output * channels + input) * taps + tap] : 0;
                }
            }
        }
    }
}

/// Lists the gradients of one sample that are not zero, channel by channel.
static void list(
    const kernels_convolution *c, const kernels_maximum *maximum, int64_t sample, const float *gradient,
    padded plane, entry *entries, int32_t *counts) {
    const kernels_pooling p = *maximum->pooling;
    int64_t positions = p.output_height * p.output_width, limit = entry_limit(&p);
    int64_t blocks = blocks_of(c->output_channels);
    int64_t down = c->stride_height * plane.width, right = c->stride_width;
    // How far the taps of a window are from its beginning.
    int32_t reach[256] = {0};
    for (int64_t tap = 0; tap < p.kernel_height * p.kernel_width; tap++) {
        int64_t ky = tap / p.kernel_width, kx = tap % p.kernel_width;
        reach[tap] = (int32_t)(ky * p.dilation_height * down + kx * p.dilation_width * right);
    }
    memset(counts, 0, (size_t)(blocks * kernels_block) * sizeof(int32_t));
    for (int64_t block = 0; block < blocks; block++) {
        int64_t start = (sample * blocks + block) * positions * kernels_block;
        int32_t *count = counts + block * kernels_block;
        entry *listed = entries + block * kernels_block * limit;
        for (int64_t y = 0; y < p.output_height; y++) {
            for (int64_t x = 0; x < p.output_width; x++) {
                int64_t at = start + (y * p.output_width + x) * kernels_block;
                int32_t first = (int32_t)((y * p.stride_height - p.padding_top) * down +
                                          (x * p.stride_width - p.padding_left) * right);
                const float *values = gradient + at;
                const uint8_t *taps = maximum->taps + at;
                const float *output = maximum->output ? maximum->output + at : NULL;
                for (int lane = 0; lane < kernels_block; lane++) {
                    // Without a branch: what does not pass is written over by what comes next.
                    listed[lane * limit + count[lane]] = (entry){first + reach[taps[lane]], values[lane]};
                    count[lane] += (values[lane] != 0) & (output == NULL || output[lane] > 0);
                }
            }
        }
    }
}

/// Adds the taps of a channel's gradients, for kernels of three by three.
INLINED void scatter3(const entry *entries, int32_t count, const lanes *weights, int64_t width, lanes *plane) {
    lanes w0 = weights[0], w1 = weights[1], w2 = weights[2], w3 = weights[3], w4 = weights[4];
    lanes w5 = weights[5], w6 = weights[6], w7 = weights[7], w8 = weights[8];
    for (int32_t i = 0; i < count; i++) {
        lanes *target = plane + entries[i].offset;
        float value = entries[i].value;
        target[0] += w0 * value;
        target[1] += w1 * value;
        target[2] += w2 * value;
        target += width;
        target[0] += w3 * value;
        target[1] += w4 * value;
        target[2] += w5 * value;
        target += width;
        target[0] += w6 * value;
        target[1] += w7 * value;
        target[2] += w8 * value;
    }
}

INLINED void scatter(
    const kernels_convolution *c, const entry *entries, int32_t count, const lanes *weights, int64_t width,
    lanes *plane) {
    for (int32_t i = 0; i < count; i++) {
        lanes *target = plane + entries[i].offset;
        const lanes *weight = weights;
        for (int64_t ky = 0; ky < c->kernel_height; ky++, target += width) {
            for (int64_t kx = 0; kx < c->kernel_width; kx++) target[kx] += *weight++ * entries[i].value;
        }
    }
}

DISPATCHED static void gather_plane(
    const kernels_convolution *c, const entry *entries, const int32_t *counts, int64_t limit,
    const float *packed, padded padding, float *scratch, float *result) {
    lanes *plane = (lanes *)scratch;
    int64_t taps = c->kernel_height * c->kernel_width;
    memset(plane, 0, (size_t)(padding.height * padding.width) * sizeof(lanes));
    for (int64_t channel = 0; channel < c->output_channels; channel++) {
        const lanes *weights = (const lanes *)packed + channel * taps;
        const entry *of = entries + channel * limit;
        if (c->kernel_height == 3 && c->kernel_width == 3) {
            scatter3(of, counts[channel], weights, padding.width, plane);
        } else {
            scatter(c, of, counts[channel], weights, padding.width, plane);
        }
    }
    for (int64_t y = 0; y < c->input_height; y++) {
        memcpy(
            result + y * c->input_width * kernels_block,
            plane + (y + c->padding_top) * padding.width + c->padding_left,
            (size_t)c->input_width * sizeof(lanes));
    }
}

void kernels_sparse_backward(
    const kernels_convolution *c, const kernels_maximum *maximum, const float *gradient, const float *packed,
    float *scratch, float *result) {
    padded plane = padded_plane(c);
    int64_t limit = entry_limit(maximum->pooling), blocks = blocks_of(c->input_channels);
    int64_t channels = blocks_of(c->output_channels) * kernels_block;
    int64_t weights = c->output_channels * c->kernel_height * c->kernel_width * kernels_block;
    int64_t size = c->input_height * c->input_width * kernels_block;
    float *after = scratch + plane.height * plane.width * kernels_block;
    int32_t *counts = (int32_t *)after;
    entry *entries = (entry *)(after + channels);
    for (int64_t sample = 0; sample < c->samples; sample++) {
        list(c, maximum, sample, gradient, plane, entries, counts);
        for (int64_t block = 0; block < blocks; block++) {
            gather_plane(
                c, entries, counts, limit, packed + block * weights, plane, scratch,
                result + (sample * blocks + block) * size);
        }
    }
}
