// The gradients of a convolution with respect to its images and its weights, from a gradient that comes
// through a maximum.
//
// Of each window of the maximum one pixel at most has a gradient, for each channel another one. Instead of
// convolving what is mostly zeros, every gradient that is not zero is multiplied by its channel's weights and
// added where its taps were: sixteen input channels at a time, in a plane small enough for the fastest cache.
// For the weights it is multiplied by what its taps saw.

#include <stdbool.h>
#include <string.h>

#include "Dispatch.h"
#include "Halved.h"

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
    int64_t floats = plane.height * plane.width * kernels_block + entries + kernels_block;
    int64_t halved = halved_scratch(c, pooling);
    return floats > halved ? floats : halved;
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

/// Sixteen gradients and their offsets, side by side as entries are.
INLINED void pair(const integer_lanes *offsets, const lanes *values, entry *result) {
    integer_lanes bits = (integer_lanes)*values;
    *(loose_integer_lanes *)result = __builtin_shufflevector(
        *offsets, bits, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    *(loose_integer_lanes *)(result + 8) = __builtin_shufflevector(
        *offsets, bits, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/// Lists the gradients of one sample that are not zero, channel by channel.
DISPATCHED static void list(
    const kernels_convolution *c, const kernels_maximum *maximum, int64_t sample, const float *gradient,
    padded plane, entry *entries, int32_t *counts) {
    const kernels_pooling p = *maximum->pooling;
    int64_t positions = p.output_height * p.output_width, limit = entry_limit(&p);
    int64_t blocks = blocks_of(c->output_channels);
    int64_t down = c->stride_height * plane.width, right = c->stride_width;
    int32_t tap_count = (int32_t)(p.kernel_height * p.kernel_width);
    // How far the taps of a window are from its beginning.
    int32_t reach[256] = {0};
    for (int32_t tap = 0; tap < tap_count; tap++) {
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
                lanes values = *(const lanes *)(gradient + at);
                if (maximum->output) {
                    integer_lanes passes = *(const lanes *)(maximum->output + at) > 0;
                    values = (lanes)(passes & (integer_lanes)values);
                }
                const uint8_t *taps = maximum->taps + at;
                integer_lanes offsets;
                for (int lane = 0; lane < kernels_block; lane++) offsets[lane] = reach[taps[lane]];
                offsets += first;
                entry found[kernels_block];
                pair(&offsets, &values, found);
                for (int lane = 0; lane < kernels_block; lane++) {
                    // Without a branch: what is zero is written over by what comes next.
                    listed[lane * limit + count[lane]] = found[lane];
                    count[lane] += found[lane].value != 0;
                }
            }
        }
    }
}

/// Adds one row of three taps.
INLINED void add3(lanes *target, const lanes *weights, float value) {
    target[0] += weights[0] * value;
    target[1] += weights[1] * value;
    target[2] += weights[2] * value;
}

/// Adds the taps of a channel's gradients, for kernels of three by three.
///
/// Neighbours overlap, so that each would wait for the one before; hence two far from each other in turn.
INLINED void scatter3(
    const entry *entries, int32_t count, const lanes *weights, int64_t width, lanes *plane) {
    lanes w[9];
    for (int i = 0; i < 9; i++) w[i] = weights[i];
    int32_t half = count / 2;
    for (int32_t i = 0; i < half; i++) {
        lanes *upper = plane + entries[i].offset, *lower = plane + entries[half + i].offset;
        float above = entries[i].value, below = entries[half + i].value;
        for (int row = 0; row < 3; row++) {
            add3(upper + row * width, w + 3 * row, above);
            add3(lower + row * width, w + 3 * row, below);
        }
    }
    if (count % 2) {
        lanes *target = plane + entries[count - 1].offset;
        for (int row = 0; row < 3; row++) add3(target + row * width, w + 3 * row, entries[count - 1].value);
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

/// Copies one plane of the images, with zeros around it.
static void surround(const kernels_convolution *c, const float *source, padded padding, lanes *plane) {
    memset(plane, 0, (size_t)(padding.height * padding.width) * sizeof(lanes));
    for (int64_t y = 0; y < c->input_height; y++) {
        memcpy(
            plane + (y + c->padding_top) * padding.width + c->padding_left,
            source + y * c->input_width * kernels_block, (size_t)c->input_width * sizeof(lanes));
    }
}

/// Adds what a channel's gradients say of its weights, for kernels of three by three.
INLINED void collect3(const entry *entries, int32_t count, int64_t width, const lanes *plane, lanes *sums) {
    lanes s[9];
    for (int i = 0; i < 9; i++) s[i] = sums[i];
    for (int32_t i = 0; i < count; i++) {
        const lanes *source = plane + entries[i].offset;
        float value = entries[i].value;
        for (int row = 0; row < 3; row++) {
            for (int tap = 0; tap < 3; tap++) s[row * 3 + tap] += source[row * width + tap] * value;
        }
    }
    for (int i = 0; i < 9; i++) sums[i] = s[i];
}

INLINED void collect(
    const kernels_convolution *c, const entry *entries, int32_t count, int64_t width, const lanes *plane,
    lanes *sums) {
    for (int32_t i = 0; i < count; i++) {
        const lanes *source = plane + entries[i].offset;
        for (int64_t ky = 0; ky < c->kernel_height; ky++, source += width) {
            lanes *row = sums + ky * c->kernel_width;
            for (int64_t kx = 0; kx < c->kernel_width; kx++) row[kx] += source[kx] * entries[i].value;
        }
    }
}

DISPATCHED static void collect_plane(
    const kernels_convolution *c, const entry *entries, const int32_t *counts, int64_t limit,
    const lanes *plane, int64_t width, lanes *sums) {
    int64_t taps = c->kernel_height * c->kernel_width;
    for (int64_t channel = 0; channel < c->output_channels; channel++) {
        const entry *of = entries + channel * limit;
        if (c->kernel_height == 3 && c->kernel_width == 3) {
            collect3(of, counts[channel], width, plane, sums + channel * taps);
        } else {
            collect(c, of, counts[channel], width, plane, sums + channel * taps);
        }
    }
}

/// Row-major weights from those that `kernels_sparse_pack` would make of them.
static void unpack(const kernels_convolution *c, const float *packed, float *weights) {
    int64_t taps = c->kernel_height * c->kernel_width, channels = c->input_channels;
    for (int64_t output = 0; output < c->output_channels; output++) {
        for (int64_t input = 0; input < channels; input++) {
            int64_t block = input / kernels_block, lane = input % kernels_block;
            const float *source =
                packed + (block * c->output_channels + output) * taps * kernels_block + lane;
            float *target = weights + (output * channels + input) * taps;
            for (int64_t tap = 0; tap < taps; tap++) target[tap] = source[tap * kernels_block];
        }
    }
}

void kernels_sparse_backward(
    const kernels_convolution *c, const kernels_maximum *maximum, const float *gradient,
    const kernels_sparse_images *images, const kernels_sparse_sums *sums, float *scratch) {
    padded plane = padded_plane(c);
    int64_t limit = entry_limit(maximum->pooling), blocks = blocks_of(c->input_channels);
    int64_t channels = blocks_of(c->output_channels) * kernels_block;
    int64_t weights = c->output_channels * c->kernel_height * c->kernel_width * kernels_block;
    int64_t size = c->input_height * c->input_width * kernels_block;
    float *after = scratch + plane.height * plane.width * kernels_block;
    int32_t *counts = (int32_t *)after;
    entry *entries = (entry *)(after + channels);
    if (sums) {
        memset(sums->packed, 0, (size_t)(weights * blocks) * sizeof(float));
        memset(sums->bias, 0, (size_t)c->output_channels * sizeof(float));
    }
    bool isHalved = images && is_halved(c, maximum);
    for (int64_t sample = 0; sample < c->samples; sample++) {
        if (isHalved) {
            halved_images(c, maximum, sample, gradient, images, scratch);
            if (!sums) continue;
        }
        list(c, maximum, sample, gradient, plane, entries, counts);
        for (int64_t block = 0; block < blocks; block++) {
            int64_t at = (sample * blocks + block) * size;
            if (images && !isHalved) {
                gather_plane(
                    c, entries, counts, limit, images->packed + block * weights, plane, scratch,
                    images->result + at);
            }
            if (sums) {
                surround(c, sums->source + at, plane, (lanes *)scratch);
                collect_plane(
                    c, entries, counts, limit, (const lanes *)scratch, plane.width,
                    (lanes *)(sums->packed + block * weights));
            }
        }
        if (!sums) continue;
        for (int64_t channel = 0; channel < c->output_channels; channel++) {
            const entry *of = entries + channel * limit;
            float sum = 0;
            for (int32_t i = 0; i < counts[channel]; i++) sum += of[i].value;
            sums->bias[channel] += sum;
        }
    }
    if (sums) unpack(c, sums->packed, sums->weights);
}
