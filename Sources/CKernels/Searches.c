#include "Dispatch.h"

// The same bits on every processor.
#pragma STDC FP_CONTRACT OFF

typedef double wide __attribute__((vector_size(64)));
typedef double loose_wide __attribute__((vector_size(64), aligned(8), may_alias));
typedef int64_t wide_mask __attribute__((vector_size(64)));

enum { wide_count = 8 };

INLINED double sum(const wide *parts) {
    const wide p = *parts;
    return ((p[0] + p[1]) + (p[2] + p[3])) + ((p[4] + p[5]) + (p[6] + p[7]));
}

DISPATCHED void kernels_plane_rooms(
    const float *weights, const float *point, const float *lower, const float *upper, bool is_forward,
    double *sizes, double *rooms, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        float weight = weights[i], here = point[i];
        float above = upper[i] - here, below = here - lower[i];
        sizes[i] = weight == weight ? __builtin_fabs((double)weight) : 0;
        rooms[i] = (weight > 0) == is_forward ? above : below;
    }
}

// The partial sums are the same whatever the width of the registers, and so is their sum.
DISPATCHED double kernels_dot(const float *left, const float *right, int64_t count) {
    wide sums = {0};
    int64_t i = 0;
    for (; i + wide_count <= count; i += wide_count)
        for (int k = 0; k < wide_count; k++) sums[k] += (double)left[i + k] * (double)right[i + k];
    for (int k = 0; i + k < count; k++) sums[k] += (double)left[i + k] * (double)right[i + k];
    return sum(&sums);
}

DISPATCHED double kernels_sum_magnitudes(const float *elements, int64_t count) {
    wide sums = {0};
    int64_t i = 0;
    for (; i + wide_count <= count; i += wide_count)
        for (int k = 0; k < wide_count; k++) sums[k] += __builtin_fabs((double)elements[i + k]);
    for (int k = 0; i + k < count; k++) sums[k] += __builtin_fabs((double)elements[i + k]);
    return sum(&sums);
}

DISPATCHED void kernels_add_multiple(float *elements, float factor, const float *others, int64_t count) {
    for (int64_t i = 0; i < count; i++) elements[i] += factor * others[i];
}

// Summed like those.
DISPATCHED void kernels_plane_sums(
    const double *sizes, const double *rooms, double factor, bool is_proportional, int64_t count, double *cut,
    double *left) {
    wide factors = factor - (wide){0}, ones = 1 - (wide){0}, cuts = {0}, lefts = {0};
    wide_mask moves = factors > (wide){0};
    int64_t whole = count / wide_count * wide_count;
    for (int64_t i = 0; i < count; i += wide_count) {
        wide size = {0}, room = {0};
        if (i < whole) {
            size = *(const loose_wide *)(sizes + i);
            room = *(const loose_wide *)(rooms + i);
        } else {
            for (int64_t k = i; k < count; k++) {
                size[k - i] = sizes[k];
                room[k - i] = rooms[k];
            }
        }
        wide share = is_proportional ? size : ones;
        wide_mask is_cut = (factors * share >= room) & moves;
        cuts += (wide)((wide_mask)(size * room) & is_cut);
        lefts += (wide)((wide_mask)(size * share) & ~is_cut);
    }
    *cut = sum(&cuts);
    *left = sum(&lefts);
}

DISPATCHED void kernels_plane_step(
    const float *weights, const double *sizes, const double *rooms, double factor, bool is_proportional,
    bool is_forward, float *step, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        double reach = is_proportional ? factor * sizes[i] : factor;
        double length = sizes[i] > 0 ? (reach < rooms[i] ? reach : rooms[i]) : 0;
        step[i] = (float)((weights[i] > 0) == is_forward ? length : -length);
    }
}

DISPATCHED void kernels_mix_steps(
    float *point, const float *onward, const float *sample, const float *home, float overshoot, float pull,
    const float *lower, const float *upper, int64_t count) {
    float keep = 1 - pull;
    for (int64_t i = 0; i < count; i++) {
        float low = lower[i], high = upper[i];
        float outward = point[i] + overshoot * onward[i];
        float homeward = sample[i] + overshoot * home[i];
        float mixed = outward * keep + homeward * pull;
        float raised = mixed > low ? mixed : low;
        point[i] = raised < high ? raised : high;
    }
}

DISPATCHED bool kernels_is_inside(
    const float *point, const float *lower, const float *upper, int64_t count) {
    int32_t outside = 0;
    for (int64_t i = 0; i < count; i++) {
        bool is_finite = point[i] - point[i] == 0;
        outside |= !(is_finite & (point[i] >= lower[i]) & (point[i] <= upper[i]));
    }
    return outside == 0;
}

DISPATCHED double kernels_largest_distance(const float *left, const float *right, int64_t count) {
    wide largest = {0};
    wide_mask is_number = ~(wide_mask){0};
    int64_t i = 0;
    for (; i + wide_count <= count; i += wide_count) {
        wide apart;
        for (int k = 0; k < wide_count; k++) apart[k] = (double)left[i + k] - (double)right[i + k];
        wide size = (wide)((wide_mask)apart & 0x7fffffffffffffff);
        is_number &= size == size;
        wide_mask is_larger = size > largest;
        largest = (wide)(((wide_mask)size & is_larger) | ((wide_mask)largest & ~is_larger));
    }
    double result = 0;
    for (int k = 0; k < wide_count; k++) {
        if (!is_number[k]) return __builtin_nan("");
        if (largest[k] > result) result = largest[k];
    }
    for (; i < count; i++) {
        double size = __builtin_fabs((double)left[i] - (double)right[i]);
        if (size != size) return size;
        if (size > result) result = size;
    }
    return result;
}

DISPATCHED float kernels_largest_magnitude(const float *elements, int64_t count) {
    lanes largest = {0};
    int64_t i = 0;
    for (; i + kernels_block <= count; i += kernels_block) {
        lanes size = (lanes)(*(const loose_integer_lanes *)(elements + i) & 0x7fffffff);
        integer_lanes is_larger = size > largest;
        largest = (lanes)(((integer_lanes)size & is_larger) | ((integer_lanes)largest & ~is_larger));
    }
    float result = 0;
    for (int k = 0; k < kernels_block; k++) result = largest[k] > result ? largest[k] : result;
    for (; i < count; i++) {
        float size = __builtin_fabsf(elements[i]);
        result = size > result ? size : result;
    }
    return result;
}

DISPATCHED void kernels_ascend(
    const float *point, const float *previous, const float *gradient, float length, float momentum,
    const float *lower, const float *upper, float *result, int64_t count) {
    float rest = 1 - momentum;
    for (int64_t i = 0; i < count; i++) {
        float here = point[i], rise = gradient[i], low = lower[i], high = upper[i];
        float direction = rise > 0 ? length : rise < 0 ? -length : 0;
        float moved = here + direction;
        float raised = moved > low ? moved : low;
        float ascended = raised < high ? raised : high;
        float mixed = here + (ascended - here) * momentum + (here - previous[i]) * rest;
        float lifted = mixed > low ? mixed : low;
        result[i] = lifted < high ? lifted : high;
    }
}
