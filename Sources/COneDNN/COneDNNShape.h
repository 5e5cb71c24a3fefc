// The caller's sizes in oneDNN's terms.

#ifndef CONEDNN_SHAPE_H
#define CONEDNN_SHAPE_H

#include "COneDNN.h"
#include "COneDNNCompatibility.h"

/// A shape with the caller's dense layout and with the one left to oneDNN.
typedef struct {
    layout dense, any;
    bool has_dense, has_any;
} shape;

static inline dnnl_status_t shape_create_strided(
    shape *result, int rank, const dnnl_dims_t extents, const dnnl_dims_t strides) {
    dnnl_status_t status = layout_strided(&result->dense, rank, extents, strides);
    result->has_dense = status == dnnl_success;
    if (status == dnnl_success) status = layout_any(&result->any, rank, extents);
    result->has_any = status == dnnl_success;
    return status;
}

static inline dnnl_status_t shape_create(shape *result, int rank, const dnnl_dims_t extents) {
    dnnl_dims_t strides;
    dnnl_dim_t stride = 1;
    for (int axis = rank - 1; axis >= 0; axis--) {
        strides[axis] = stride;
        stride *= extents[axis];
    }
    return shape_create_strided(result, rank, extents, strides);
}

static inline void shape_free(shape *owned) {
    if (owned->has_dense) layout_free(&owned->dense);
    if (owned->has_any) layout_free(&owned->any);
}

static inline layout_ref dense(const shape *owned) {
    return owned->has_dense ? layout_borrow(&owned->dense) : NULL;
}

static inline layout_ref any(const shape *owned) {
    return owned->has_any ? layout_borrow(&owned->any) : NULL;
}

static inline window window_of(const onednn_axis *axes, int rank) {
    window result = {.kernel = {0}};
    for (int i = 0; i < rank; i++) {
        result.kernel[i] = axes[i].kernel;
        result.strides[i] = axes[i].stride;
        result.dilations[i] = axes[i].dilation - 1;
        result.padding_before[i] = axes[i].padding_before;
        result.padding_after[i] = axes[i].padding_after;
    }
    return result;
}

#endif
