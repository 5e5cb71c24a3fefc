// Functions of whole rows: softmax and layer normalisation, forwards and backwards.
//
// Sums may be taken in any order, which lets them run side by side; each row's result depends on its own
// elements alone.

#include <math.h>
#include <stddef.h>

#include "Dispatch.h"

#define ANY_ORDER _Pragma("clang fp reassociate(on)")

/// e to the power of a number that is not positive; 0 below −87, and NaN for NaN.
///
/// The reduction by multiples of ln 2 in two parts and the polynomial of degree 7 are those of Moshier,
/// "Methods and Programs for Mathematical Functions" (1989), for single precision.
INLINED float exponential(float x) {
    union {
        float number;
        uint32_t bits;
    } shifted, power;
    // Adding 1.5 · 2²³ leaves the nearest integer in the lowest bits.
    shifted.number = x * 1.44269504f + 12582912.0f;
    float count = shifted.number - 12582912.0f;
    float rest = (x - count * 0.693359375f) + count * 2.1219444e-4f;
    float sum = 1.98756915e-4f;
    sum = sum * rest + 1.39819995e-3f;
    sum = sum * rest + 8.3334519e-3f;
    sum = sum * rest + 4.1665796e-2f;
    sum = sum * rest + 1.66666655e-1f;
    sum = sum * rest + 0.5f;
    power.bits = (shifted.bits + 127) << 23;
    float result = (sum * (rest * rest) + rest + 1) * power.number;
    result = x < -87 ? 0 : result;
    return x == x ? result : x;
}

DISPATCHED void kernels_softmax(const float *source, float *result, int64_t rows, int64_t length) {
    ANY_ORDER
    for (int64_t row = 0; row < rows; row++) {
        const float *from = source + row * length;
        float *to = result + row * length;
        float largest = -INFINITY, sum = 0;
        for (int64_t i = 0; i < length; i++) largest = from[i] > largest ? from[i] : largest;
        for (int64_t i = 0; i < length; i++) to[i] = exponential(from[i] - largest);
        for (int64_t i = 0; i < length; i++) sum += to[i];
        for (int64_t i = 0; i < length; i++) to[i] /= sum;
    }
}

DISPATCHED void kernels_softmax_backward(
    const float *gradient, const float *output, float *result, int64_t rows, int64_t length) {
    ANY_ORDER
    for (int64_t row = 0; row < rows; row++) {
        const float *g = gradient + row * length, *y = output + row * length;
        float *to = result + row * length;
        float sum = 0;
        for (int64_t i = 0; i < length; i++) sum += g[i] * y[i];
        for (int64_t i = 0; i < length; i++) to[i] = y[i] * (g[i] - sum);
    }
}

DISPATCHED void kernels_layer_normalize(
    const float *source, const float *scale, const float *bias, float epsilon, float *result, float *moments,
    int64_t rows, int64_t length) {
    ANY_ORDER
    for (int64_t row = 0; row < rows; row++) {
        const float *from = source + row * length;
        float *to = result + row * length;
        float sum = 0, squares = 0;
        for (int64_t i = 0; i < length; i++) sum += from[i];
        float mean = sum / (float)length;
        for (int64_t i = 0; i < length; i++) squares += (from[i] - mean) * (from[i] - mean);
        float inverse = 1 / sqrtf(squares / (float)length + epsilon);
        moments[2 * row] = mean;
        moments[2 * row + 1] = inverse;
        for (int64_t i = 0; i < length; i++) to[i] = (from[i] - mean) * inverse * scale[i];
        if (bias) {
            for (int64_t i = 0; i < length; i++) to[i] += bias[i];
        }
    }
}

DISPATCHED void kernels_layer_normalize_backward(
    const float *gradient, const float *source, const float *scale, const float *moments, float *result,
    int64_t rows, int64_t length) {
    ANY_ORDER
    for (int64_t row = 0; row < rows; row++) {
        const float *g = gradient + row * length, *from = source + row * length;
        float *to = result + row * length;
        float mean = moments[2 * row], inverse = moments[2 * row + 1];
        float level = 0, slope = 0;
        // The rounded products are what is summed and what the mean is taken from: rows of one element get 0.
        for (int64_t i = 0; i < length; i++) to[i] = g[i] * scale[i];
        for (int64_t i = 0; i < length; i++) {
            level += to[i];
            slope += to[i] * ((from[i] - mean) * inverse);
        }
        level /= (float)length;
        slope /= (float)length;
        for (int64_t i = 0; i < length; i++) {
            to[i] = inverse * (to[i] - level - (from[i] - mean) * inverse * slope);
        }
    }
}
