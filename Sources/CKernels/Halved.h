// Gradients from maxima over two by two pixels of convolutions of three by three: each window reaches four by
// four pixels of the image.

#ifndef CKERNELS_HALVED_H
#define CKERNELS_HALVED_H

#include <stdbool.h>

#include "Dispatch.h"

/// Whether a gradient arrives through windows of two by two pixels, of kernels of three by three.
static inline bool is_halved(const kernels_convolution *c, const kernels_maximum *maximum) {
    const kernels_pooling *p = maximum->pooling;
    return c->kernel_height == 3 && c->kernel_width == 3 && c->stride_height == 1 && c->stride_width == 1 &&
           p->kernel_height == 2 && p->kernel_width == 2 && p->dilation_height == 1 && p->dilation_width == 1 &&
           p->padding_top == 0 && p->padding_left == 0 &&
           (p->output_height - 1) * p->stride_height + 2 <= c->output_height &&
           (p->output_width - 1) * p->stride_width + 2 <= c->output_width;
}

/// An image's gradient with what sticks out of it, in pixels.
typedef struct {
    int64_t height, width;
} surrounded;

static inline surrounded surrounded_image(const kernels_convolution *c) {
    int64_t height = c->output_height + 2, width = c->output_width + 2;
    return (surrounded){
        height > c->padding_top + c->input_height ? height : c->padding_top + c->input_height,
        width > c->padding_left + c->input_width ? width : c->padding_left + c->input_width};
}

/// How many floats of its own `halved_images` needs.
int64_t halved_scratch(const kernels_convolution *c, const kernels_pooling *pooling);

/// The gradient with respect to one sample's blocked images, where `is_halved`.
void halved_images(
    const kernels_convolution *c, const kernels_maximum *maximum, int64_t sample, const float *gradient,
    const kernels_sparse_images *images, float *scratch);

#endif
