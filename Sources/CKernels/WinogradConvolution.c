// Convolutions of three by three with less than half of the multiplications.
//
// Lavin and Gray, "Fast algorithms for convolutional neural networks" (CVPR 2016), section 4.1, F(2×2, 3×3):
// two by two pixels of the output from four by four of the input, with 16 multiplications in place of 36. Its
// coefficients are 1, −1 and ½, so that it rounds about as the direct form does.
//
// Fourteen tiles at a time, from any of the samples: their pixels are transformed, multiplied by the
// transformed weights for each of the sixteen places and sixteen channels of the output, and transformed back
// while they are in the fastest cache. Where a maximum over two by two pixels follows, a tile is a window.

#include <string.h>

#include "Maxima.h"

enum { group = 14, places = 16 };

static int64_t blocks_of(int64_t channels) { return (channels + kernels_block - 1) / kernels_block; }

bool kernels_winograd_suits(const kernels_convolution *c) {
    // The sums of fourteen tiles do not fit into fewer registers.
    if (!has_wide_registers()) return false;
    // The transformed weights are read once for every fourteen tiles, so they have to be near.
    int64_t weights = blocks_of(c->input_channels) * blocks_of(c->output_channels);
    return c->kernel_height == 3 && c->kernel_width == 3 && c->stride_height == 1 && c->stride_width == 1 &&
           c->input_channels >= kernels_block && c->output_channels >= kernels_block && weights <= 32 &&
           c->output_height >= 4 && c->output_width >= 4;
}

int64_t kernels_winograd_weights(const kernels_convolution *c) {
    return blocks_of(c->input_channels) * blocks_of(c->output_channels) * kernels_block * kernels_block *
           places;
}

int64_t kernels_winograd_scratch(const kernels_convolution *c) {
    return (blocks_of(c->input_channels) + 1) * places * group * kernels_block;
}

void kernels_winograd_pack(const kernels_convolution *c, const float *weights, bool swaps, float *packed) {
    int64_t inputs = c->input_channels, outputs = c->output_channels;
    int64_t rows = blocks_of(inputs) * kernels_block;
    memset(packed, 0, (size_t)kernels_winograd_weights(c) * sizeof(float));
    for (int64_t output = 0; output < outputs; output++) {
        for (int64_t input = 0; input < inputs; input++) {
            const float *g = weights + (swaps ? input * outputs + output : output * inputs + input) * 9;
            float half[4][3], whole[4][4];
            for (int x = 0; x < 3; x++) {
                float a = swaps ? g[8 - x] : g[x], b = swaps ? g[5 - x] : g[3 + x];
                float d = swaps ? g[2 - x] : g[6 + x];
                half[0][x] = a;
                half[1][x] = (a + b + d) / 2;
                half[2][x] = (a - b + d) / 2;
                half[3][x] = d;
            }
            for (int y = 0; y < 4; y++) {
                float a = half[y][0], b = half[y][1], d = half[y][2];
                whole[y][0] = a;
                whole[y][1] = (a + b + d) / 2;
                whole[y][2] = (a - b + d) / 2;
                whole[y][3] = d;
            }
            float *target = packed + (output / kernels_block) * places * rows * kernels_block +
                            input * kernels_block + output % kernels_block;
            for (int place = 0; place < places; place++) {
                target[place * rows * kernels_block] = whole[place / 4][place % 4];
            }
        }
    }
}

/// What is computed, and how its tiles are counted.
typedef struct {
    const kernels_convolution *of;
    const kernels_pooling *pooling;
    int64_t input_blocks, output_blocks;
    /// Of one sample.
    int64_t rows, columns;
} tiling;

static tiling tiling_of(const kernels_convolution *c, const kernels_pooling *pooling) {
    return (tiling){
        c,
        pooling,
        blocks_of(c->input_channels),
        blocks_of(c->output_channels),
        pooling ? pooling->output_height : (c->output_height + 1) / 2,
        pooling ? pooling->output_width : (c->output_width + 1) / 2};
}

/// Where a tile is.
typedef struct {
    int64_t sample, y, x;
} tile;

INLINED tile tile_at(const tiling *t, int64_t index) {
    int64_t size = t->rows * t->columns;
    int64_t within = index % size;
    return (tile){index / size, within / t->columns, within % t->columns};
}

/// Four numbers of a row or column of a tile, transformed.
INLINED void transform(const lanes *from, int64_t apart, lanes *result, int64_t step) {
    lanes a = from[0], b = from[apart], c = from[2 * apart], d = from[3 * apart];
    result[0] = a - c;
    result[step] = b + c;
    result[2 * step] = c - b;
    result[3 * step] = b - d;
}

/// Sixteen channels of one tile, transformed, one place after another.
INLINED void take_in(const tiling *t, tile at, const lanes *plane, lanes *result) {
    const kernels_convolution c = *t->of;
    lanes pixels[4][4], half[4][4];
    int64_t top = 2 * at.y - c.padding_top, left = 2 * at.x - c.padding_left;
    if (top >= 0 && left >= 0 && top + 4 <= c.input_height && left + 4 <= c.input_width) {
        const lanes *first = plane + top * c.input_width + left;
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) pixels[y][x] = first[y * c.input_width + x];
        }
    } else {
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                bool isInside = top + y >= 0 && top + y < c.input_height && left + x >= 0 &&
                                left + x < c.input_width;
                pixels[y][x] =
                    isInside ? plane[(top + y) * c.input_width + left + x] : (lanes){0};
            }
        }
    }
    for (int x = 0; x < 4; x++) {
        transform(&pixels[0][x], 4, &half[0][x], 4);
    }
    int64_t step = t->input_blocks * group;
    for (int y = 0; y < 4; y++) {
        transform(half[y], 1, result + 4 * y * step, step);
    }
}

/// One place of fourteen tiles, for sixteen channels of the output.
INLINED void multiply(const float *transformed, const lanes *weights, int64_t blocks, lanes *result) {
    lanes sum[group];
    for (int i = 0; i < group; i++) sum[i] = (lanes){0};
    for (int64_t block = 0; block < blocks; block++) {
        // Unrolled, all addresses are a register and a constant, which costs the least to decode.
        _Pragma("clang loop unroll(full)") for (int lane = 0; lane < kernels_block; lane++) {
            lanes weight = weights[lane];
            for (int i = 0; i < group; i++) sum[i] += weight * transformed[i * kernels_block + lane];
        }
        weights += kernels_block;
        transformed += group * kernels_block;
    }
    for (int i = 0; i < group; i++) result[i] = sum[i];
}

/// Transforms one tile of products back, into two by two pixels.
INLINED void take_out(const lanes *products, const lanes *bias, lanes *pixels) {
    lanes half[2][4];
    for (int x = 0; x < 4; x++) {
        lanes a = products[x * group], b = products[(4 + x) * group];
        lanes c = products[(8 + x) * group], d = products[(12 + x) * group];
        half[0][x] = a + b + c;
        half[1][x] = b - c - d;
    }
    for (int y = 0; y < 2; y++) {
        pixels[2 * y] = half[y][0] + half[y][1] + half[y][2] + *bias;
        pixels[2 * y + 1] = half[y][1] - half[y][2] - half[y][3] + *bias;
    }
}

INLINED void store(
    const tiling *t, tile at, int64_t block, const lanes *pixels, const kernels_winograd_result *result) {
    int64_t plane = at.sample * t->output_blocks + block;
    if (t->pooling) {
        kernels_pooling two = {.kernel_width = 2, .dilation_height = 1, .dilation_width = 1};
        lanes largest;
        integer_lanes position;
        maximum_of(pixels, 2, &two, (inside){0, 2}, (inside){0, 2}, &largest, &position);
        int64_t index = (plane * t->rows + at.y) * t->columns + at.x;
        if (result->rectifies) rectify(&largest);
        ((lanes *)result->values)[index] = largest;
        if (result->taps) {
            *(byte_lanes *)(result->taps + index * kernels_block) =
                __builtin_convertvector(position, byte_lanes);
        }
        return;
    }
    int64_t height = t->of->output_height, width = t->of->output_width;
    for (int64_t y = 0; y < 2 && 2 * at.y + y < height; y++) {
        for (int64_t x = 0; x < 2 && 2 * at.x + x < width; x++) {
            int64_t index = (plane * height + 2 * at.y + y) * width + 2 * at.x + x;
            lanes value = pixels[2 * y + x];
            if (result->addend) value += ((const lanes *)result->addend)[index];
            if (result->rectifies) rectify(&value);
            ((lanes *)result->values)[index] = value;
        }
    }
}

DISPATCHED static void compute(
    const tiling *given, const float *source, const float *packed, const float *bias, float *scratch,
    const kernels_winograd_result *result) {
    const tiling t = *given;
    int64_t total = t.of->samples * t.rows * t.columns;
    int64_t plane = t.of->input_height * t.of->input_width;
    int64_t rows = t.input_blocks * kernels_block;
    lanes *transformed = (lanes *)scratch;
    lanes *products = transformed + places * t.input_blocks * group;
    memset(scratch, 0, (size_t)(places * t.input_blocks * group) * sizeof(lanes));
    for (int64_t first = 0; first < total; first += group) {
        int64_t count = total - first < group ? total - first : group;
        tile tiles[group];
        for (int64_t i = 0; i < count; i++) {
            tiles[i] = tile_at(&t, first + i);
            for (int64_t block = 0; block < t.input_blocks; block++) {
                const lanes *from =
                    (const lanes *)source + (tiles[i].sample * t.input_blocks + block) * plane;
                take_in(&t, tiles[i], from, transformed + block * group + i);
            }
        }
        for (int64_t block = 0; block < t.output_blocks; block++) {
            const lanes *weights = (const lanes *)packed + block * places * rows;
            for (int place = 0; place < places; place++) {
                multiply(
                    (const float *)(transformed + place * t.input_blocks * group), weights + place * rows,
                    t.input_blocks, products + place * group);
            }
            lanes offset = bias ? ((const lanes *)bias)[block] : (lanes){0};
            for (int64_t i = 0; i < count; i++) {
                lanes pixels[4];
                take_out(products + i, &offset, pixels);
                store(&t, tiles[i], block, pixels, result);
            }
        }
    }
}

void kernels_winograd_forward(
    const kernels_convolution *c, const kernels_pooling *pooling, const float *source, const float *packed,
    const float *bias, float *scratch, const kernels_winograd_result *result) {
    tiling t = tiling_of(c, pooling);
    compute(&t, source, packed, bias, scratch, result);
}
