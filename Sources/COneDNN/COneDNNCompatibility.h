// The differences between oneDNN 2.x (from 2.2) and 3.x, and nothing else.
//
// Version 2 describes memory by value and creates primitives by way of operation descriptors. Version 3
// describes memory by opaque pointers and creates primitives directly. A `layout` owns a description, a
// `layout_ref` borrows one.

#ifndef CONEDNN_COMPATIBILITY_H
#define CONEDNN_COMPATIBILITY_H

#include <oneapi/dnnl/dnnl.h>
#include <stddef.h>

/// The spatial part of a convolution or pooling, in the form oneDNN takes it.
typedef struct {
    dnnl_dims_t kernel, strides, dilations, padding_before, padding_after;
} window;

#if DNNL_VERSION_MAJOR >= 3

typedef dnnl_memory_desc_t layout;
typedef const_dnnl_memory_desc_t layout_ref;

/// What the tensors of an operation look like; a null `bias` stands for none.
typedef struct {
    layout_ref source, weights, bias, destination;
} layouts;

static inline dnnl_status_t layout_strided(
    layout *result, int rank, const dnnl_dims_t extents, const dnnl_dims_t strides) {
    return dnnl_memory_desc_create_with_strides(result, rank, extents, dnnl_f32, strides);
}

static inline dnnl_status_t layout_any(layout *result, int rank, const dnnl_dims_t extents) {
    return dnnl_memory_desc_create_with_tag(result, rank, extents, dnnl_f32, dnnl_format_tag_any);
}

static inline void layout_free(layout *owned) {
    if (*owned) dnnl_memory_desc_destroy(*owned);
    *owned = NULL;
}

static inline layout_ref layout_borrow(const layout *owned) {
    return *owned;
}

static inline dnnl_status_t layout_copy(layout *result, layout_ref original) {
    return dnnl_memory_desc_clone(result, original);
}

static inline dnnl_status_t layout_tagged(
    layout *result, int rank, const dnnl_dims_t extents, dnnl_format_tag_t tag) {
    return dnnl_memory_desc_create_with_tag(result, rank, extents, dnnl_f32, tag);
}

static inline int layout_extents(layout_ref of, dnnl_dims_t extents) {
    int rank = 0;
    dnnl_dims_t *found = NULL;
    if (dnnl_memory_desc_query(of, dnnl_query_ndims_s32, &rank) != dnnl_success) return 0;
    if (dnnl_memory_desc_query(of, dnnl_query_dims, &found) != dnnl_success) return 0;
    for (int axis = 0; axis < rank; axis++) extents[axis] = (*found)[axis];
    return rank;
}

static inline dnnl_status_t post_operations_add_sum(dnnl_post_ops_t operations) {
    return dnnl_post_ops_append_sum(operations, 1, 0, dnnl_data_type_undef);
}

static inline dnnl_status_t post_operations_add_function(
    dnnl_post_ops_t operations, dnnl_alg_kind_t algorithm, float a, float b) {
    return dnnl_post_ops_append_eltwise(operations, algorithm, a, b);
}

static inline dnnl_status_t elementwise_forward_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm, layout_ref of, float a,
    float b, const_dnnl_primitive_attr_t attributes) {
    return dnnl_eltwise_forward_primitive_desc_create(
        result, engine, dnnl_forward_training, algorithm, of, of, a, b, attributes);
}

static inline dnnl_status_t elementwise_backward_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm, layout_ref of, float a,
    float b, const_dnnl_primitive_attr_t attributes, const_dnnl_primitive_desc_t forward) {
    return dnnl_eltwise_backward_primitive_desc_create(
        result, engine, algorithm, of, of, of, a, b, forward, attributes);
}

static inline dnnl_status_t convolution_forward_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, layouts of, const window *w,
    const_dnnl_primitive_attr_t attributes) {
    return dnnl_convolution_forward_primitive_desc_create(
        result, engine, dnnl_forward_training, dnnl_convolution_direct, of.source, of.weights, of.bias,
        of.destination, w->strides, w->dilations, w->padding_before, w->padding_after, attributes);
}

static inline dnnl_status_t convolution_backward_data_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, layouts of, const window *w,
    const_dnnl_primitive_attr_t attributes, const_dnnl_primitive_desc_t forward) {
    return dnnl_convolution_backward_data_primitive_desc_create(
        result, engine, dnnl_convolution_direct, of.source, of.weights, of.destination, w->strides,
        w->dilations, w->padding_before, w->padding_after, forward, attributes);
}

static inline dnnl_status_t convolution_backward_weights_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, layouts of, const window *w,
    const_dnnl_primitive_attr_t attributes, const_dnnl_primitive_desc_t forward) {
    return dnnl_convolution_backward_weights_primitive_desc_create(
        result, engine, dnnl_convolution_direct, of.source, of.weights, of.bias, of.destination, w->strides,
        w->dilations, w->padding_before, w->padding_after, forward, attributes);
}

static inline dnnl_status_t pooling_forward_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_prop_kind_t propagation,
    dnnl_alg_kind_t algorithm, layouts of, const window *w, const_dnnl_primitive_attr_t attributes) {
    return dnnl_pooling_forward_primitive_desc_create(
        result, engine, propagation, algorithm, of.source, of.destination, w->strides, w->kernel,
        w->dilations, w->padding_before, w->padding_after, attributes);
}

static inline dnnl_status_t pooling_backward_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm, layouts of,
    const window *w, const_dnnl_primitive_attr_t attributes, const_dnnl_primitive_desc_t forward) {
    return dnnl_pooling_backward_primitive_desc_create(
        result, engine, algorithm, of.source, of.destination, w->strides, w->kernel, w->dilations,
        w->padding_before, w->padding_after, forward, attributes);
}

static inline dnnl_status_t product_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, layouts of, const_dnnl_primitive_attr_t attributes) {
    return dnnl_matmul_primitive_desc_create(
        result, engine, of.source, of.weights, of.bias, of.destination, attributes);
}

#elif DNNL_VERSION_MAJOR == 2 && DNNL_VERSION_MINOR >= 2

typedef dnnl_memory_desc_t layout;
typedef const dnnl_memory_desc_t *layout_ref;

/// What the tensors of an operation look like; a null `bias` stands for none.
typedef struct {
    layout_ref source, weights, bias, destination;
} layouts;

static inline dnnl_status_t layout_strided(
    layout *result, int rank, const dnnl_dims_t extents, const dnnl_dims_t strides) {
    return dnnl_memory_desc_init_by_strides(result, rank, extents, dnnl_f32, strides);
}

static inline dnnl_status_t layout_any(layout *result, int rank, const dnnl_dims_t extents) {
    return dnnl_memory_desc_init_by_tag(result, rank, extents, dnnl_f32, dnnl_format_tag_any);
}

static inline void layout_free(layout *owned) {
    (void)owned;
}

static inline layout_ref layout_borrow(const layout *owned) {
    return owned;
}

static inline dnnl_status_t layout_copy(layout *result, layout_ref original) {
    *result = *original;
    return dnnl_success;
}

static inline dnnl_status_t layout_tagged(
    layout *result, int rank, const dnnl_dims_t extents, dnnl_format_tag_t tag) {
    return dnnl_memory_desc_init_by_tag(result, rank, extents, dnnl_f32, tag);
}

static inline int layout_extents(layout_ref of, dnnl_dims_t extents) {
    for (int axis = 0; axis < of->ndims; axis++) extents[axis] = of->dims[axis];
    return of->ndims;
}

static inline dnnl_status_t post_operations_add_sum(dnnl_post_ops_t operations) {
    return dnnl_post_ops_append_sum(operations, 1);
}

static inline dnnl_status_t post_operations_add_function(
    dnnl_post_ops_t operations, dnnl_alg_kind_t algorithm, float a, float b) {
    return dnnl_post_ops_append_eltwise(operations, 1, algorithm, a, b);
}

static inline dnnl_status_t elementwise_forward_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm, layout_ref of, float a,
    float b, const_dnnl_primitive_attr_t attributes) {
    dnnl_eltwise_desc_t descriptor;
    dnnl_status_t status =
        dnnl_eltwise_forward_desc_init(&descriptor, dnnl_forward_training, algorithm, of, a, b);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &descriptor, attributes, engine, NULL);
}

static inline dnnl_status_t elementwise_backward_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm, layout_ref of, float a,
    float b, const_dnnl_primitive_attr_t attributes, const_dnnl_primitive_desc_t forward) {
    dnnl_eltwise_desc_t descriptor;
    dnnl_status_t status = dnnl_eltwise_backward_desc_init(&descriptor, algorithm, of, of, a, b);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &descriptor, attributes, engine, forward);
}

static inline dnnl_status_t convolution_forward_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, layouts of, const window *w,
    const_dnnl_primitive_attr_t attributes) {
    dnnl_convolution_desc_t descriptor;
    dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
        &descriptor, dnnl_forward_training, dnnl_convolution_direct, of.source, of.weights, of.bias,
        of.destination, w->strides, w->dilations, w->padding_before, w->padding_after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &descriptor, attributes, engine, NULL);
}

static inline dnnl_status_t convolution_backward_data_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, layouts of, const window *w,
    const_dnnl_primitive_attr_t attributes, const_dnnl_primitive_desc_t forward) {
    dnnl_convolution_desc_t descriptor;
    dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
        &descriptor, dnnl_convolution_direct, of.source, of.weights, of.destination, w->strides, w->dilations,
        w->padding_before, w->padding_after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &descriptor, attributes, engine, forward);
}

static inline dnnl_status_t convolution_backward_weights_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, layouts of, const window *w,
    const_dnnl_primitive_attr_t attributes, const_dnnl_primitive_desc_t forward) {
    dnnl_convolution_desc_t descriptor;
    dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
        &descriptor, dnnl_convolution_direct, of.source, of.weights, of.bias, of.destination, w->strides,
        w->dilations, w->padding_before, w->padding_after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &descriptor, attributes, engine, forward);
}

static inline dnnl_status_t pooling_forward_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_prop_kind_t propagation,
    dnnl_alg_kind_t algorithm, layouts of, const window *w, const_dnnl_primitive_attr_t attributes) {
    dnnl_pooling_v2_desc_t descriptor;
    dnnl_status_t status = dnnl_pooling_v2_forward_desc_init(
        &descriptor, propagation, algorithm, of.source, of.destination, w->strides, w->kernel, w->dilations,
        w->padding_before, w->padding_after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &descriptor, attributes, engine, NULL);
}

static inline dnnl_status_t pooling_backward_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm, layouts of,
    const window *w, const_dnnl_primitive_attr_t attributes, const_dnnl_primitive_desc_t forward) {
    dnnl_pooling_v2_desc_t descriptor;
    dnnl_status_t status = dnnl_pooling_v2_backward_desc_init(
        &descriptor, algorithm, of.source, of.destination, w->strides, w->kernel, w->dilations,
        w->padding_before, w->padding_after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &descriptor, attributes, engine, forward);
}

static inline dnnl_status_t product_create(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, layouts of, const_dnnl_primitive_attr_t attributes) {
    dnnl_matmul_desc_t descriptor;
    dnnl_status_t status = dnnl_matmul_desc_init(&descriptor, of.source, of.weights, of.bias, of.destination);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &descriptor, attributes, engine, NULL);
}

#else
#error "oneDNN 2.2 or later is needed"
#endif

#endif
