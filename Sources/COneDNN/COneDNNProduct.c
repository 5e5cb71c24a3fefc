#include "COneDNN.h"
#include "COneDNNCompatibility.h"
#include "COneDNNOperation.h"
#include "COneDNNShape.h"
#include "COneDNNThreads.h"

onednn_status onednn_product_forward(const onednn_product *product, onednn_operation **result) {
    const onednn_product *p = product;
    // A single product is a matrix to oneDNN, several are a stack of them.
    int outer = p->batch == 1 ? 0 : 1, rank = 2 + outer;
    dnnl_dims_t source_extents = {p->batch}, weights_extents = {p->batch}, bias_extents = {1, 1, 1},
                destination_extents = {p->batch};
    dnnl_dims_t source_strides = {p->rows * p->inner}, weights_strides = {p->inner * p->columns};
    source_extents[outer] = destination_extents[outer] = p->rows;
    source_extents[outer + 1] = weights_extents[outer] = p->inner;
    weights_extents[outer + 1] = destination_extents[outer + 1] = bias_extents[outer + 1] = p->columns;
    source_strides[outer] = p->source_is_transposed ? 1 : p->inner;
    source_strides[outer + 1] = p->source_is_transposed ? p->rows : 1;
    weights_strides[outer] = p->weights_are_transposed ? 1 : p->columns;
    weights_strides[outer + 1] = p->weights_are_transposed ? p->inner : 1;

    int previous = onednn_threads_limit();
    shape source = {0}, weights = {0}, bias = {0}, destination = {0};
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t description = NULL;
    dnnl_status_t status = shape_create_strided(&source, rank, source_extents, source_strides);
    if (status == dnnl_success) {
        status = shape_create_strided(&weights, rank, weights_extents, weights_strides);
    }
    if (status == dnnl_success && p->has_bias) status = shape_create(&bias, rank, bias_extents);
    if (status == dnnl_success) status = shape_create(&destination, rank, destination_extents);
    if (status == dnnl_success) status = onednn_attributes_create(&attributes);
    if (status == dnnl_success) {
        layout_ref chosen = p->weights_are_constant ? any(&weights) : dense(&weights);
        layouts of = {dense(&source), chosen, dense(&bias), dense(&destination)};
        status = product_create(&description, onednn_engine(), of, attributes);
        dnnl_primitive_attr_destroy(attributes);
    }
    if (status == dnnl_success) {
        // The bias comes last, so that an operation without one leaves it out.
        const onednn_binding bindings[] = {
            {onednn_source, DNNL_ARG_SRC, dense(&source), false},
            {onednn_weights, DNNL_ARG_WEIGHTS, dense(&weights), false},
            {onednn_destination, DNNL_ARG_DST, dense(&destination), true},
            {onednn_bias, DNNL_ARG_BIAS, dense(&bias), false},
        };
        status = onednn_operation_create(result, description, bindings, p->has_bias ? 4 : 3, NULL);
    }
    shape_free(&source);
    shape_free(&weights);
    shape_free(&bias);
    shape_free(&destination);
    onednn_threads_restore(previous);
    return (onednn_status)status;
}
