#include "COneDNN.h"
#include "COneDNNCompatibility.h"
#include "COneDNNOperation.h"
#include "COneDNNShape.h"
#include "COneDNNThreads.h"

typedef struct {
    shape source, weights, bias, destination;
} convolution_shapes;

static dnnl_status_t convolution_shapes_create(
    convolution_shapes *result, const onednn_convolution *convolution, const onednn_axis *axes, int rank) {
    const onednn_convolution *c = convolution;
    dnnl_dims_t source = {c->samples, c->input_channels}, destination = {c->samples, c->output_channels};
    dnnl_dims_t bias = {c->output_channels}, weights;
    int outer = 0;
    // oneDNN takes the groups as an axis of their own; row by row the weights are the same.
    if (c->groups > 1) weights[outer++] = c->groups;
    weights[outer++] = c->output_channels / c->groups;
    weights[outer++] = c->input_channels / c->groups;
    for (int i = 0; i < rank; i++) {
        source[2 + i] = axes[i].input;
        destination[2 + i] = axes[i].output;
        weights[outer + i] = axes[i].kernel;
    }
    dnnl_status_t status = shape_create(&result->source, 2 + rank, source);
    if (status == dnnl_success) status = shape_create(&result->weights, outer + rank, weights);
    if (status == dnnl_success && c->has_bias) status = shape_create(&result->bias, 1, bias);
    if (status == dnnl_success) status = shape_create(&result->destination, 2 + rank, destination);
    return status;
}

static void convolution_shapes_free(convolution_shapes *owned) {
    shape_free(&owned->source);
    shape_free(&owned->weights);
    shape_free(&owned->bias);
    shape_free(&owned->destination);
}

typedef enum { forward, backward_data, backward_weights } direction;

static dnnl_status_t convolution_describe(
    dnnl_primitive_desc_t *result, direction direction, const convolution_shapes *shapes,
    const window *window) {
    // Bias and its gradient are vectors, which have only one layout.
    layouts of = {
        any(&shapes->source), any(&shapes->weights), dense(&shapes->bias), any(&shapes->destination)};
    dnnl_primitive_attr_t attributes;
    dnnl_status_t status = onednn_attributes_create(&attributes);
    if (status != dnnl_success) return status;
    dnnl_primitive_desc_t first = NULL;
    status = convolution_forward_create(&first, onednn_engine(), of, window, attributes);
    if (status == dnnl_success) {
        switch (direction) {
        case forward:
            *result = first;
            break;
        case backward_data:
            status = convolution_backward_data_create(
                result, onednn_engine(), of, window, attributes, first);
            break;
        case backward_weights:
            status = convolution_backward_weights_create(
                result, onednn_engine(), of, window, attributes, first);
            break;
        }
        if (direction != forward) dnnl_primitive_desc_destroy(first);
    }
    dnnl_primitive_attr_destroy(attributes);
    return status;
}

static onednn_status convolution_create(
    direction direction, const onednn_convolution *convolution, const onednn_axis *axes, int rank,
    onednn_operation **result) {
    if (rank < 1 || rank > onednn_maximum_spatial_rank) return dnnl_unimplemented;
    if (convolution->groups < 1) return dnnl_invalid_arguments;
    int previous = onednn_threads_limit();
    convolution_shapes shapes = {0};
    window window = window_of(axes, rank);
    dnnl_primitive_desc_t description = NULL;
    dnnl_status_t status = convolution_shapes_create(&shapes, convolution, axes, rank);
    if (status == dnnl_success) status = convolution_describe(&description, direction, &shapes, &window);
    if (status == dnnl_success) {
        layout_ref source = dense(&shapes.source), weights = dense(&shapes.weights);
        layout_ref bias = dense(&shapes.bias), destination = dense(&shapes.destination);
        const onednn_binding forward_bindings[] = {
            {onednn_source, DNNL_ARG_SRC, source, false},
            {onednn_weights, DNNL_ARG_WEIGHTS, weights, false},
            {onednn_destination, DNNL_ARG_DST, destination, true},
            {onednn_bias, DNNL_ARG_BIAS, bias, false},
        };
        const onednn_binding data_bindings[] = {
            {onednn_destination, DNNL_ARG_DIFF_DST, destination, false},
            {onednn_weights, DNNL_ARG_WEIGHTS, weights, false},
            {onednn_source, DNNL_ARG_DIFF_SRC, source, true},
        };
        const onednn_binding weights_bindings[] = {
            {onednn_source, DNNL_ARG_SRC, source, false},
            {onednn_destination, DNNL_ARG_DIFF_DST, destination, false},
            {onednn_weights, DNNL_ARG_DIFF_WEIGHTS, weights, true},
            {onednn_bias, DNNL_ARG_DIFF_BIAS, bias, true},
        };
        const onednn_binding *bindings = direction == forward         ? forward_bindings
                                         : direction == backward_data ? data_bindings
                                                                      : weights_bindings;
        // The bias comes last, so that an operation without one leaves it out.
        int count = direction == backward_data || !convolution->has_bias ? 3 : 4;
        status = onednn_operation_create(result, description, bindings, count, NULL);
    }
    convolution_shapes_free(&shapes);
    onednn_threads_restore(previous);
    return (onednn_status)status;
}

onednn_status onednn_convolution_forward(
    const onednn_convolution *convolution, const onednn_axis *axes, int rank, onednn_operation **result) {
    return convolution_create(forward, convolution, axes, rank, result);
}

onednn_status onednn_convolution_backward_data(
    const onednn_convolution *convolution, const onednn_axis *axes, int rank, onednn_operation **result) {
    return convolution_create(backward_data, convolution, axes, rank, result);
}

onednn_status onednn_convolution_backward_weights(
    const onednn_convolution *convolution, const onednn_axis *axes, int rank, onednn_operation **result) {
    return convolution_create(backward_weights, convolution, axes, rank, result);
}
