#include "COneDNNPrimitive.h"
#include "COneDNNWindow.h"

typedef struct {
    layout source, weights, bias, destination;
    window window;
} convolution_parts;

static int weights_extents(const onednn_convolution *c, int64_t *extents) {
    int rank = 0;
    // oneDNN takes the groups as an axis of their own; row by row the weights are the same.
    if (c->groups > 1) extents[rank++] = c->groups;
    extents[rank++] = c->output_channels / c->groups;
    extents[rank++] = c->input_channels / c->groups;
    for (int i = 0; i < c->rank; i++) extents[rank++] = c->axes[i].kernel;
    return rank;
}

onednn_status onednn_convolution_weights(const onednn_convolution *convolution, onednn_layout **result) {
    int64_t extents[onednn_maximum_spatial_rank + 3];
    int rank = weights_extents(convolution, extents);
    int64_t strides[onednn_maximum_spatial_rank + 3], stride = 1;
    for (int axis = rank - 1; axis >= 0; axis--) {
        strides[axis] = stride;
        stride *= extents[axis];
    }
    return onednn_layout_strided(extents, strides, rank, result);
}

static dnnl_status_t parts_create(convolution_parts *parts, const onednn_convolution *c) {
    dnnl_dims_t source = {c->samples, c->input_channels}, destination = {c->samples, c->output_channels};
    int64_t weights[onednn_maximum_spatial_rank + 3], bias[] = {c->output_channels};
    dnnl_dims_t sizes = {0};
    int rank = weights_extents(c, weights);
    for (int i = 0; i < rank; i++) sizes[i] = weights[i];
    for (int i = 0; i < c->rank; i++) {
        source[2 + i] = c->axes[i].input;
        destination[2 + i] = c->axes[i].output;
    }
    parts->window = window_of(c->axes, c->rank);
    dnnl_status_t status = layout_any(&parts->source, 2 + c->rank, source);
    if (status == dnnl_success) status = layout_any(&parts->weights, rank, sizes);
    if (status == dnnl_success && c->has_bias) status = onednn_describe(&parts->bias, 1, bias, NULL);
    if (status == dnnl_success) status = layout_any(&parts->destination, 2 + c->rank, destination);
    return status;
}

static void parts_free(convolution_parts *parts) {
    layout_free(&parts->source);
    layout_free(&parts->weights);
    layout_free(&parts->bias);
    layout_free(&parts->destination);
}

typedef enum { forward, backward_data, backward_weights } direction;

static dnnl_status_t describe(
    dnnl_primitive_desc_t *result, direction direction, layouts of, const window *window,
    onednn_epilogue epilogue) {
    dnnl_primitive_attr_t attributes;
    dnnl_status_t status = onednn_attributes_create(
        &attributes, direction == forward ? epilogue : onednn_no_epilogue());
    if (status != dnnl_success) return status;
    dnnl_primitive_desc_t first = NULL;
    status = convolution_forward_create(&first, onednn_engine(), of, window, attributes);
    if (status == dnnl_success && direction == backward_data) {
        status = convolution_backward_data_create(result, onednn_engine(), of, window, attributes, first);
    } else if (status == dnnl_success && direction == backward_weights) {
        status = convolution_backward_weights_create(result, onednn_engine(), of, window, attributes, first);
    } else if (status == dnnl_success) {
        *result = first;
        first = NULL;
    }
    if (first) dnnl_primitive_desc_destroy(first);
    dnnl_primitive_attr_destroy(attributes);
    return status;
}

static onednn_status create(
    direction direction, const onednn_convolution *c, const onednn_layout *source,
    const onednn_layout *destination, onednn_epilogue epilogue, onednn_primitive **result) {
    if (c->rank < 1 || c->rank > onednn_maximum_spatial_rank) return dnnl_unimplemented;
    if (c->groups < 1) return dnnl_invalid_arguments;
    convolution_parts parts = {0};
    dnnl_primitive_desc_t description = NULL;
    dnnl_status_t status = parts_create(&parts, c);
    if (status == dnnl_success) {
        layouts of = {
            source ? described(source) : layout_borrow(&parts.source), layout_borrow(&parts.weights),
            c->has_bias ? layout_borrow(&parts.bias) : NULL,
            destination ? described(destination) : layout_borrow(&parts.destination)};
        status = describe(&description, direction, of, &parts.window, epilogue);
    }
    parts_free(&parts);
    if (status != dnnl_success) return (onednn_status)status;
    // The bias comes last, so that a primitive without one leaves it out.
    static const onednn_binding bindings[][4] = {
        {{onednn_source, DNNL_ARG_SRC},
         {onednn_weights, DNNL_ARG_WEIGHTS},
         {onednn_destination, DNNL_ARG_DST},
         {onednn_bias, DNNL_ARG_BIAS}},
        {{onednn_destination, DNNL_ARG_DIFF_DST},
         {onednn_weights, DNNL_ARG_WEIGHTS},
         {onednn_source, DNNL_ARG_DIFF_SRC}},
        {{onednn_source, DNNL_ARG_SRC},
         {onednn_destination, DNNL_ARG_DIFF_DST},
         {onednn_weights, DNNL_ARG_DIFF_WEIGHTS},
         {onednn_bias, DNNL_ARG_DIFF_BIAS}},
    };
    int count = direction == backward_data || !c->has_bias ? 3 : 4;
    return (onednn_status)onednn_primitive_create(result, description, bindings[direction], count);
}

onednn_status onednn_convolution_forward(
    const onednn_convolution *convolution, const onednn_layout *source, onednn_epilogue epilogue,
    onednn_primitive **result) {
    return create(forward, convolution, source, NULL, epilogue, result);
}

onednn_status onednn_convolution_backward_data(
    const onednn_convolution *convolution, const onednn_layout *destination, onednn_primitive **result) {
    return create(backward_data, convolution, NULL, destination, onednn_no_epilogue(), result);
}

onednn_status onednn_convolution_backward_weights(
    const onednn_convolution *convolution, onednn_primitive **result) {
    return create(backward_weights, convolution, NULL, NULL, onednn_no_epilogue(), result);
}
