#include "Dispatch.h"

// Where a result may be one of the operands, every element still depends on its own place alone.
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")

DISPATCHED void kernels_add(float *result, const float *left, const float *right, int64_t count) {
    INDEPENDENT for (int64_t i = 0; i < count; i++) result[i] = left[i] + right[i];
}

DISPATCHED void kernels_multiply(float *result, const float *left, const float *right, int64_t count) {
    INDEPENDENT for (int64_t i = 0; i < count; i++) result[i] = left[i] * right[i];
}

DISPATCHED void kernels_relu_backward(
    float *result, const float *gradient, const float *output, float slope, int64_t count) {
    INDEPENDENT for (int64_t i = 0; i < count; i++) {
        result[i] = output[i] > 0 ? gradient[i] : slope * gradient[i];
    }
}

DISPATCHED void kernels_add_relu_backward(
    float *result, const float *left, const float *right, const float *output, float slope, int64_t count) {
    INDEPENDENT for (int64_t i = 0; i < count; i++) {
        float sum = left[i] + right[i];
        result[i] = output[i] > 0 ? sum : slope * sum;
    }
}

DISPATCHED void kernels_clip_backward(
    float *result, const float *gradient, const float *output, float lower, float upper, int64_t count) {
    INDEPENDENT for (int64_t i = 0; i < count; i++) {
        result[i] = ((output[i] > lower) & (output[i] < upper)) ? gradient[i] : 0;
    }
}

DISPATCHED void kernels_logistic_backward(
    float *result, const float *gradient, const float *output, int64_t count) {
    INDEPENDENT for (int64_t i = 0; i < count; i++) result[i] = gradient[i] * (output[i] * (1 - output[i]));
}

DISPATCHED void kernels_tanh_backward(
    float *result, const float *gradient, const float *output, int64_t count) {
    INDEPENDENT for (int64_t i = 0; i < count; i++) result[i] = gradient[i] * (1 - output[i] * output[i]);
}

DISPATCHED void kernels_column_sums(float *sums, const float *matrix, int64_t rows, int64_t columns) {
    for (int64_t column = 0; column < columns; column++) sums[column] = 0;
    for (int64_t row = 0; row < rows; row++) {
        const float *from = matrix + row * columns;
        INDEPENDENT for (int64_t column = 0; column < columns; column++) sums[column] += from[column];
    }
}
