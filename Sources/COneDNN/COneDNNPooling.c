#include "COneDNN.h"
#include "COneDNNCompatibility.h"
#include "COneDNNOperation.h"
#include "COneDNNShape.h"
#include "COneDNNThreads.h"

static dnnl_alg_kind_t pooling_algorithm(onednn_pooling_kind kind) {
    switch (kind) {
    case onednn_pooling_maximum: return dnnl_pooling_max;
    case onednn_pooling_average_of_valid: return dnnl_pooling_avg_exclude_padding;
    case onednn_pooling_average_of_all: return dnnl_pooling_avg_include_padding;
    }
    return dnnl_alg_kind_undef;
}

static onednn_status pooling_create(
    const onednn_pooling *pooling, const onednn_axis *axes, int rank, bool trains,
    const onednn_operation *first, onednn_operation **result) {
    if (rank < 1 || rank > onednn_maximum_spatial_rank) return dnnl_unimplemented;
    int previous = onednn_threads_limit();
    dnnl_dims_t inputs = {pooling->samples, pooling->channels};
    dnnl_dims_t outputs = {pooling->samples, pooling->channels};
    for (int i = 0; i < rank; i++) {
        inputs[2 + i] = axes[i].input;
        outputs[2 + i] = axes[i].output;
    }
    shape source = {0}, destination = {0};
    window window = window_of(axes, rank);
    dnnl_alg_kind_t algorithm = pooling_algorithm(pooling->kind);
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t description = NULL;
    dnnl_status_t status = shape_create(&source, 2 + rank, inputs);
    if (status == dnnl_success) status = shape_create(&destination, 2 + rank, outputs);
    if (status == dnnl_success) status = onednn_attributes_create(&attributes);
    if (status == dnnl_success) {
        // Pooling is bound by memory: converting to another layout and back would cost more than it saves.
        layouts of = {dense(&source), NULL, NULL, dense(&destination)};
        if (first) {
            status = pooling_backward_create(
                &description, onednn_engine(), algorithm, of, &window, attributes, first->description);
        } else {
            dnnl_prop_kind_t propagation = trains ? dnnl_forward_training : dnnl_forward_inference;
            status = pooling_forward_create(
                &description, onednn_engine(), propagation, algorithm, of, &window, attributes);
        }
        dnnl_primitive_attr_destroy(attributes);
    }
    if (status == dnnl_success) {
        bool back = first != NULL;
        const onednn_binding bindings[] = {
            {onednn_source, back ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, dense(&source), back},
            {onednn_destination, back ? DNNL_ARG_DIFF_DST : DNNL_ARG_DST, dense(&destination), !back},
        };
        status = onednn_operation_create(result, description, bindings, 2, first);
    }
    shape_free(&source);
    shape_free(&destination);
    onednn_threads_restore(previous);
    return (onednn_status)status;
}

onednn_status onednn_pooling_forward(
    const onednn_pooling *pooling, const onednn_axis *axes, int rank, bool trains,
    onednn_operation **result) {
    return pooling_create(pooling, axes, rank, trains, NULL, result);
}

onednn_status onednn_pooling_backward(
    const onednn_pooling *pooling, const onednn_axis *axes, int rank, const onednn_operation *forward,
    onednn_operation **result) {
    return pooling_create(pooling, axes, rank, true, forward, result);
}
