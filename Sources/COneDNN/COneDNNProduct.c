#include "COneDNNPrimitive.h"

/// The extents and strides of one of the matrices; a single product has no axis for the batch.
static int matrix(
    const onednn_product *p, int64_t rows, int64_t columns, bool transposed, int64_t *extents,
    int64_t *strides) {
    int rank = 0;
    if (p->batch != 1) {
        extents[rank] = p->batch;
        strides[rank++] = rows * columns;
    }
    extents[rank] = rows;
    strides[rank++] = transposed ? 1 : columns;
    extents[rank] = columns;
    strides[rank++] = transposed ? rows : 1;
    return rank;
}

onednn_status onednn_product_weights(const onednn_product *product, onednn_layout **result) {
    int64_t extents[3], strides[3];
    int rank = matrix(
        product, product->inner, product->columns, product->weights_are_transposed, extents, strides);
    return onednn_layout_strided(extents, strides, rank, result);
}

onednn_status onednn_product_forward(
    const onednn_product *product, onednn_epilogue epilogue, onednn_primitive **result) {
    const onednn_product *p = product;
    int64_t extents[3], strides[3], ones[] = {1, 1, 1};
    layout source = {0}, weights = {0}, bias = {0}, destination = {0};
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t description = NULL;
    int rank = matrix(p, p->rows, p->inner, p->source_is_transposed, extents, strides);
    dnnl_status_t status = onednn_describe(&source, rank, extents, strides);
    matrix(p, p->inner, p->columns, p->weights_are_transposed, extents, strides);
    if (status == dnnl_success && p->weights_are_constant) {
        dnnl_dims_t sizes = {0};
        for (int i = 0; i < rank; i++) sizes[i] = extents[i];
        status = layout_any(&weights, rank, sizes);
    } else if (status == dnnl_success) {
        status = onednn_describe(&weights, rank, extents, strides);
    }
    ones[rank - 1] = p->columns;
    if (status == dnnl_success && p->has_bias) status = onednn_describe(&bias, rank, ones, NULL);
    matrix(p, p->rows, p->columns, false, extents, strides);
    if (status == dnnl_success) status = onednn_describe(&destination, rank, extents, strides);
    if (status == dnnl_success) status = onednn_attributes_create(&attributes, epilogue);
    if (status == dnnl_success) {
        layouts of = {
            layout_borrow(&source), layout_borrow(&weights), p->has_bias ? layout_borrow(&bias) : NULL,
            layout_borrow(&destination)};
        status = product_create(&description, onednn_engine(), of, attributes);
        dnnl_primitive_attr_destroy(attributes);
    }
    layout_free(&source);
    layout_free(&weights);
    layout_free(&bias);
    layout_free(&destination);
    if (status != dnnl_success) return (onednn_status)status;
    // The bias comes last, so that a primitive without one leaves it out.
    static const onednn_binding bindings[] = {
        {onednn_source, DNNL_ARG_SRC},
        {onednn_weights, DNNL_ARG_WEIGHTS},
        {onednn_destination, DNNL_ARG_DST},
        {onednn_bias, DNNL_ARG_BIAS},
    };
    return (onednn_status)onednn_primitive_create(result, description, bindings, p->has_bias ? 4 : 3);
}
