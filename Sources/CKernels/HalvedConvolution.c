// The gradient with respect to blocked images from one that arrives through windows of two by two pixels.
//
// All channels of a window reach the same four by four pixels, whose sums stay in registers. Which nine of
// them a gradient goes to depends on its tap only, so gradients are sorted by their taps first.

#include <stddef.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "Arriving.h"
#include "Halved.h"

/// How many blocks of channels are sorted together, so that their weights stay in the fastest cache.
enum { together = 4, window_taps = 4 };

/// The gradients of some channels that are not zero: window by window, and tap by tap in each.
typedef struct {
    /// How many there are for each window and tap.
    int32_t *counts;
    /// Where the channel's weights begin, in vectors.
    int32_t *offsets;
    float *values;
} sorted;

static int64_t blocks_of(int64_t channels) { return (channels + kernels_block - 1) / kernels_block; }

static int64_t rounded(int64_t floats) {
    return (floats + kernels_block - 1) / kernels_block * kernels_block;
}

static int64_t limit_of(const kernels_pooling *p) {
    // A vector is stored behind the last one, however few of its elements count.
    return p->output_height * p->output_width * together * kernels_block + kernels_block;
}

int64_t halved_scratch(const kernels_convolution *c, const kernels_pooling *p) {
    surrounded size = surrounded_image(c);
    int64_t planes = blocks_of(c->input_channels) * size.height * size.width * kernels_block;
    return planes + rounded(p->output_height * p->output_width * window_taps) + 2 * rounded(limit_of(p));
}

#if defined(__x86_64__)
__attribute__((target("avx512f,popcnt"))) static void sort_wide(
    const kernels_pooling *p, int64_t first, int64_t blocks, const float *gradient, const float *output,
    const uint8_t *taps, const sorted *result) {
    int64_t windows = p->output_height * p->output_width, end = 0;
    __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    for (int64_t window = 0; window < windows; window++) {
        __m512 values[together];
        __m512i positions[together];
        __mmask16 counted[together];
        for (int64_t b = 0; b < blocks; b++) {
            int64_t at = ((first + b) * windows + window) * kernels_block;
            values[b] = _mm512_load_ps(gradient + at);
            positions[b] = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(taps + at)));
            counted[b] = _mm512_cmp_ps_mask(values[b], _mm512_setzero_ps(), _CMP_NEQ_UQ);
            if (output) {
                __m512 value = _mm512_load_ps(output + at);
                counted[b] &= _mm512_cmp_ps_mask(value, _mm512_setzero_ps(), _CMP_GT_OQ);
            }
        }
        for (int32_t tap = 0; tap < window_taps; tap++) {
            int64_t start = end;
            for (int64_t b = 0; b < blocks; b++) {
                __mmask16 chosen =
                    _mm512_mask_cmpeq_epi32_mask(counted[b], positions[b], _mm512_set1_epi32(tap));
                __m512i channels =
                    _mm512_add_epi32(lane, _mm512_set1_epi32((int)((first + b) * kernels_block)));
                __m512i offsets = _mm512_mullo_epi32(channels, _mm512_set1_epi32(9));
                _mm512_storeu_ps(result->values + end, _mm512_maskz_compress_ps(chosen, values[b]));
                _mm512_storeu_si512(result->offsets + end, _mm512_maskz_compress_epi32(chosen, offsets));
                end += __builtin_popcount(chosen);
            }
            result->counts[window * window_taps + tap] = (int32_t)(end - start);
        }
    }
}
#endif

static void sort_plainly(
    const kernels_pooling *p, int64_t first, int64_t blocks, const float *gradient, const float *output,
    const uint8_t *taps, const sorted *result) {
    int64_t windows = p->output_height * p->output_width, end = 0;
    for (int64_t window = 0; window < windows; window++) {
        for (int32_t tap = 0; tap < window_taps; tap++) {
            int64_t start = end;
            for (int64_t b = first; b < first + blocks; b++) {
                int64_t at = (b * windows + window) * kernels_block;
                for (int64_t lane = 0; lane < kernels_block; lane++) {
                    // Without a branch: what is not chosen is written over by what comes next.
                    result->values[end] = gradient[at + lane];
                    result->offsets[end] = (int32_t)(b * kernels_block + lane) * 9;
                    end += (gradient[at + lane] != 0) & (taps[at + lane] == tap) &
                           (output == NULL || output[at + lane] > 0);
                }
            }
            result->counts[window * window_taps + tap] = (int32_t)(end - start);
        }
    }
}

/// Adds some channels' gradients to one plane, sixteen channels of the image.
DISPATCHED static void add_windows(
    const kernels_pooling *pooling, const sorted *from, const lanes *weights, int64_t width, lanes *plane) {
    const kernels_pooling p = *pooling;
    const int32_t *counts = from->counts, *offsets = from->offsets;
    const float *values = from->values;
    for (int64_t y = 0; y < p.output_height; y++) {
        for (int64_t x = 0; x < p.output_width; x++) {
            lanes sum[16];
            for (int i = 0; i < 16; i++) sum[i] = (lanes){0};
            _Pragma("clang loop unroll(full)") for (int tap = 0; tap < window_taps; tap++) {
                int32_t count = *counts++;
                for (int32_t i = 0; i < count; i++) {
                    const lanes *weight = weights + offsets[i];
                    for (int k = 0; k < 9; k++) {
                        sum[(tap / 2 + k / 3) * 4 + tap % 2 + k % 3] += weight[k] * values[i];
                    }
                }
                offsets += count;
                values += count;
            }
            lanes *target = plane + y * p.stride_height * width + x * p.stride_width;
            for (int row = 0; row < 4; row++) {
                for (int i = 0; i < 4; i++) target[row * width + i] += sum[row * 4 + i];
            }
        }
    }
}

void halved_images(
    const kernels_convolution *c, const kernels_maximum *maximum, int64_t sample, const float *gradient,
    const kernels_sparse_images *images, float *scratch) {
    const kernels_pooling *p = maximum->pooling;
    surrounded size = surrounded_image(c);
    int64_t inputs = blocks_of(c->input_channels), outputs = blocks_of(c->output_channels);
    int64_t pixels = size.height * size.width, windows = p->output_height * p->output_width;
    int64_t start = sample * outputs * windows * kernels_block;
    float *after = scratch + inputs * pixels * kernels_block;
    sorted lists = {.counts = (int32_t *)after};
    after += rounded(windows * window_taps);
    lists.offsets = (int32_t *)after;
    lists.values = after + rounded(limit_of(p));
    memset(scratch, 0, (size_t)(inputs * pixels) * sizeof(lanes));
    for (int64_t first = 0; first < outputs; first += together) {
        int64_t blocks = outputs - first < together ? outputs - first : together;
        const float *output = maximum->output ? maximum->output + start : NULL;
#if defined(__x86_64__)
        if (has_wide_registers()) {
            sort_wide(p, first, blocks, gradient + start, output, maximum->taps + start, &lists);
        } else
#endif
            sort_plainly(p, first, blocks, gradient + start, output, maximum->taps + start, &lists);
        for (int64_t block = 0; block < inputs; block++) {
            const lanes *weights = (const lanes *)images->packed + block * c->output_channels * 9;
            add_windows(p, &lists, weights, size.width, (lanes *)scratch + block * pixels);
        }
    }
    for (int64_t block = 0; block < inputs; block++) {
        const lanes *plane = (const lanes *)scratch + block * pixels;
        int64_t image = sample * inputs + block;
        lanes *target = (lanes *)images->result + image * c->input_height * c->input_width;
        for (int64_t y = 0; y < c->input_height; y++) {
            memcpy(
                target + y * c->input_width, plane + (y + c->padding_top) * size.width + c->padding_left,
                (size_t)c->input_width * sizeof(lanes));
        }
    }
}
