// The gradient of a convolution with respect to images of few channels.
//
// Libraries block the channels of the images as they do those of the output, and with one or three of
// sixteen in use most of the work is thrown away. Here the output's channels, which a sum runs over, are what
// lies side by side: each tap is one multiply-add of sixteen channels for a pixel, and the sixteen partial
// sums are added up once a pixel.

#include <stddef.h>
#include <string.h>

#include "Arriving.h"
#include "Halved.h"

/// The output's columns with zeros on both sides, so that no tap has to ask whether there is one.
typedef struct {
    int64_t left, width;
} padded;

static int64_t floor_divided(int64_t value, int64_t divisor) {
    return value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor);
}

static padded padded_row(const kernels_convolution *c) {
    int64_t first = floor_divided(c->padding_left - (c->kernel_width - 1), c->stride_width);
    // Tiles of four pixels may reach three further than the image.
    int64_t last = (c->input_width - 1 + c->padding_left) / c->stride_width + 4;
    int64_t left = first < 0 ? -first : 0;
    int64_t end = last + 1 > c->output_width ? last + 1 : c->output_width;
    return (padded){left, left + end};
}

static int64_t block_count(const kernels_convolution *c) {
    return (c->output_channels + kernels_block - 1) / kernels_block;
}

int64_t kernels_thin_scratch(const kernels_convolution *c) {
    // Never less than a surrounded image takes.
    return (c->input_height + c->output_height + 6) * (c->input_width + c->output_width + 6) +
           block_count(c) * c->output_height * padded_row(c).width * kernels_block;
}

int64_t kernels_thin_weights(const kernels_convolution *c) {
    return c->input_channels * c->kernel_height * c->kernel_width * block_count(c) * kernels_block;
}

void kernels_thin_pack(const kernels_convolution *c, const float *weights, float *packed) {
    int64_t taps = c->kernel_height * c->kernel_width, channels = block_count(c) * kernels_block;
    for (int64_t input = 0; input < c->input_channels; input++) {
        for (int64_t tap = 0; tap < taps; tap++) {
            for (int64_t output = 0; output < channels; output++) {
                float *target = packed + (input * taps + tap) * channels + output;
                *target = output < c->output_channels
                              ? weights[(output * c->input_channels + input) * taps + tap]
                              : 0;
            }
        }
    }
}

// Each of these adds one half of every group of partial sums to the other, for two vectors at once.

INLINED void fold8(lanes *result, const lanes *a, const lanes *b) {
    *result = __builtin_shufflevector(*a, *b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
              __builtin_shufflevector(*a, *b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}

INLINED void fold4(lanes *result, const lanes *a, const lanes *b) {
    *result = __builtin_shufflevector(*a, *b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
              __builtin_shufflevector(*a, *b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

INLINED void fold2(lanes *result, const lanes *a, const lanes *b) {
    *result = __builtin_shufflevector(*a, *b, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29) +
              __builtin_shufflevector(*a, *b, 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31);
}

INLINED void fold1(lanes *result, const lanes *a, const lanes *b) {
    *result = __builtin_shufflevector(*a, *b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30) +
              __builtin_shufflevector(*a, *b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

/// The sum of each of sixteen vectors, in order.
INLINED void sums(lanes *result, const lanes *v) {
    lanes halves[8], quarters[4], eighths[2];
    for (int i = 0; i < 8; i++) fold8(&halves[i], &v[2 * i], &v[2 * i + 1]);
    for (int i = 0; i < 4; i++) fold4(&quarters[i], &halves[2 * i], &halves[2 * i + 1]);
    for (int i = 0; i < 2; i++) fold2(&eighths[i], &quarters[2 * i], &quarters[2 * i + 1]);
    fold1(result, &eighths[0], &eighths[1]);
}

typedef struct {
    const kernels_convolution *of;
    /// Of the present sample, padded.
    const float *gradient;
    /// Of the present input channel.
    const float *weights;
    padded row;
    int64_t blocks;
} thin;

/// Where the taps of a row or column begin: at tap `tap`, which sees output `output`; the next one is a
/// stride further and sees the output before.
typedef struct {
    int64_t tap, output;
} first_tap;

INLINED first_tap first_tap_of(int64_t position, int64_t padding, int64_t stride) {
    int64_t tap = (position + padding) % stride;
    return (first_tap){tap, (position + padding - tap) / stride};
}

/// The gradients of `pixels` pixels of a row, a stride apart.
INLINED void tile(const thin *given, first_tap vertical, first_tap horizontal, int pixels, lanes *result) {
    const thin t = *given;
    const kernels_convolution c = *t.of;
    lanes sum[16];
    for (int p = 0; p < 16; p++) sum[p] = (lanes){0};
    int64_t row = vertical.output;
    for (int64_t ky = vertical.tap; ky < c.kernel_height && row >= 0; ky += c.stride_height, row--) {
        if (row >= c.output_height) continue;
        int64_t column = horizontal.output + t.row.left;
        for (int64_t kx = horizontal.tap; kx < c.kernel_width; kx += c.stride_width, column--) {
            const lanes *weight =
                (const lanes *)(t.weights + (ky * c.kernel_width + kx) * t.blocks * kernels_block);
            const lanes *from = (const lanes *)t.gradient + row * t.row.width + column;
            for (int64_t block = 0; block < t.blocks; block++) {
                lanes factor = weight[block];
                for (int p = 0; p < pixels; p++) sum[p] += from[p] * factor;
                from += c.output_height * t.row.width;
            }
        }
    }
    sums(result, sum);
}

/// Copies one sample's gradient, with zeros on both sides of each row.
static void pad(const kernels_convolution *c, const float *gradient, padded row, float *scratch) {
    int64_t rows = block_count(c) * c->output_height, width = c->output_width;
    for (int64_t index = 0; index < rows; index++) {
        float *target = scratch + index * row.width * kernels_block;
        int64_t right = row.width - row.left - width;
        memset(target, 0, (size_t)(row.left * kernels_block) * sizeof(float));
        memcpy(
            target + row.left * kernels_block, gradient + index * width * kernels_block,
            (size_t)(width * kernels_block) * sizeof(float));
        memset(
            target + (row.left + width) * kernels_block, 0, (size_t)(right * kernels_block) * sizeof(float));
    }
}

/// The same for a gradient that arrives through a maximum.
static void pad_maximum(
    const kernels_convolution *c, const kernels_maximum *maximum, int64_t sample, const float *gradient,
    padded row, float *scratch) {
    kernels_pooling pooling = *maximum->pooling;
    pooling.planes = block_count(c);
    int64_t size = pooling.planes * pooling.output_height * pooling.output_width * kernels_block;
    // A padded row is a wider image, whose windows begin further right.
    pooling.input_width = row.width;
    pooling.padding_left -= row.left;
    kernels_maximum_backward(
        &pooling, gradient + sample * size, maximum->output ? maximum->output + sample * size : NULL,
        maximum->taps + sample * size, scratch);
}

DISPATCHED static void image(const thin *given, float *result) {
    const kernels_convolution c = *given->of;
    for (int64_t y = 0; y < c.input_height; y++) {
        float *line = result + y * c.input_width;
        first_tap vertical = first_tap_of(y, c.padding_top, c.stride_height);
        for (int64_t residue = 0; residue < c.stride_width; residue++) {
            first_tap horizontal = first_tap_of(residue, c.padding_left, c.stride_width);
            int64_t left = (c.input_width - residue + c.stride_width - 1) / c.stride_width;
            for (int64_t x = residue; left > 0; left -= 16, horizontal.output += 16) {
                lanes found;
                // Each width with a loop of its own that the compiler unrolls.
                switch (left > 12 ? 16 : left > 8 ? 12 : left > 4 ? 8 : 4) {
                case 16: tile(given, vertical, horizontal, 16, &found); break;
                case 12: tile(given, vertical, horizontal, 12, &found); break;
                case 8: tile(given, vertical, horizontal, 8, &found); break;
                default: tile(given, vertical, horizontal, 4, &found); break;
                }
                if (c.stride_width == 1 && left >= 16) {
                    *(loose_lanes *)(line + x) = found;
                    x += 16;
                } else {
                    for (int64_t p = 0; p < left && p < 16; p++, x += c.stride_width) line[x] = found[p];
                }
            }
        }
    }
}

// A gradient that arrives through a maximum over two by two pixels is zero at three of four, for each channel at
// others. Convolved with three by three taps it reaches four by four pixels of the image: every window adds its
// own sums there, and what would be spread out is never written.

/// One channel of one sample's image.
DISPATCHED static void windows(
    const kernels_convolution *given, const kernels_maximum *maximum, const float *gradient,
    const float *output, const uint8_t *taps, const float *packed, float *scratch, float *result) {
    const kernels_convolution c = *given;
    const kernels_pooling p = *maximum->pooling;
    surrounded size = surrounded_image(&c);
    int64_t blocks = block_count(&c), plane = p.output_height * p.output_width * kernels_block;
    memset(scratch, 0, (size_t)(size.height * size.width) * sizeof(float));
    for (int64_t y = 0; y < p.output_height; y++) {
        for (int64_t x = 0; x < p.output_width; x++) {
            lanes sum[16];
            for (int i = 0; i < 16; i++) sum[i] = (lanes){0};
            int64_t at = (y * p.output_width + x) * kernels_block;
            for (int64_t block = 0; block < blocks; block++, at += plane) {
                lanes incoming;
                integer_lanes position;
                arriving(
                    gradient + at, output ? output + at : NULL, taps + at, &incoming, &position);
                const lanes *weights = (const lanes *)packed + block;
                for (int32_t tap = 0; tap < 4; tap++) {
                    lanes chosen = (lanes)((position == tap) & (integer_lanes)incoming);
                    lanes *first = sum + tap / 2 * 4 + tap % 2;
                    for (int k = 0; k < 9; k++) first[k / 3 * 4 + k % 3] += chosen * weights[k * blocks];
                }
            }
            lanes total;
            sums(&total, sum);
            float *target = scratch + y * p.stride_height * size.width + x * p.stride_width;
            for (int row = 0; row < 4; row++) {
                for (int i = 0; i < 4; i++) target[row * size.width + i] += total[row * 4 + i];
            }
        }
    }
    for (int64_t y = 0; y < c.input_height; y++) {
        memcpy(
            result + y * c.input_width, scratch + (y + c.padding_top) * size.width + c.padding_left,
            (size_t)c.input_width * sizeof(float));
    }
}

void kernels_thin_backward(
    const kernels_convolution *c, const kernels_maximum *maximum, const float *gradient, const float *packed,
    float *scratch, float *result) {
    padded row = padded_row(c);
    int64_t blocks = block_count(c), taps = c->kernel_height * c->kernel_width;
    int64_t size = blocks * c->output_height * c->output_width * kernels_block;
    int64_t plane = c->input_height * c->input_width;
    bool isHalved = maximum && is_halved(c, maximum);
    int64_t maxima = maximum ? maximum->pooling->output_height * maximum->pooling->output_width : 0;
    for (int64_t sample = 0; sample < c->samples; sample++) {
        int64_t first = sample * blocks * maxima * kernels_block;
        for (int64_t channel = 0; isHalved && channel < c->input_channels; channel++) {
            windows(
                c, maximum, gradient + first, maximum->output ? maximum->output + first : NULL,
                maximum->taps + first, packed + channel * taps * blocks * kernels_block, scratch,
                result + (sample * c->input_channels + channel) * plane);
        }
        if (isHalved) continue;
        if (maximum) {
            pad_maximum(c, maximum, sample, gradient, row, scratch);
        } else {
            pad(c, gradient + sample * size, row, scratch);
        }
        for (int64_t channel = 0; channel < c->input_channels; channel++) {
            thin t = {c, scratch, packed + channel * taps * blocks * kernels_block, row, blocks};
            image(&t, result + (sample * c->input_channels + channel) * plane);
        }
    }
}
