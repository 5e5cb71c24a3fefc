#include "COneDNNPrimitive.h"

onednn_status onednn_elementwise_forward(
    onednn_activation activation, const onednn_layout *layout, onednn_primitive **result) {
    dnnl_primitive_attr_t attributes;
    dnnl_status_t status = onednn_attributes_create(&attributes, onednn_no_epilogue());
    if (status != dnnl_success) return (onednn_status)status;
    dnnl_primitive_desc_t description = NULL;
    status = elementwise_forward_create(
        &description, onednn_engine(), onednn_algorithm(activation.function), described(layout), activation.a,
        activation.b, attributes);
    dnnl_primitive_attr_destroy(attributes);
    if (status != dnnl_success) return (onednn_status)status;
    static const onednn_binding bindings[] = {
        {onednn_source, DNNL_ARG_SRC}, {onednn_destination, DNNL_ARG_DST}};
    return (onednn_status)onednn_primitive_create(result, description, bindings, 2);
}

onednn_status onednn_elementwise_backward(
    onednn_activation activation, const onednn_layout *layout, onednn_primitive **result) {
    dnnl_primitive_attr_t attributes;
    dnnl_status_t status = onednn_attributes_create(&attributes, onednn_no_epilogue());
    if (status != dnnl_success) return (onednn_status)status;
    dnnl_primitive_desc_t description = NULL, hint = NULL;
    dnnl_alg_kind_t algorithm = onednn_algorithm(activation.function);
    status = elementwise_forward_create(
        &hint, onednn_engine(), algorithm, described(layout), activation.a, activation.b, attributes);
    if (status == dnnl_success) {
        status = elementwise_backward_create(
            &description, onednn_engine(), algorithm, described(layout), activation.a, activation.b,
            attributes, hint);
        dnnl_primitive_desc_destroy(hint);
    }
    dnnl_primitive_attr_destroy(attributes);
    if (status != dnnl_success) return (onednn_status)status;
    static const onednn_binding bindings[] = {
        {onednn_weights, DNNL_ARG_SRC},
        {onednn_destination, DNNL_ARG_DIFF_DST},
        {onednn_source, DNNL_ARG_DIFF_SRC}};
    return (onednn_status)onednn_primitive_create(result, description, bindings, 3);
}

onednn_status onednn_reorder(const onednn_layout *from, const onednn_layout *to, onednn_primitive **result) {
    dnnl_primitive_attr_t attributes;
    dnnl_status_t status = onednn_attributes_create(&attributes, onednn_no_epilogue());
    if (status != dnnl_success) return (onednn_status)status;
    dnnl_primitive_desc_t description = NULL;
    status = dnnl_reorder_primitive_desc_create(
        &description, described(from), onednn_engine(), described(to), onednn_engine(), attributes);
    dnnl_primitive_attr_destroy(attributes);
    if (status != dnnl_success) return (onednn_status)status;
    static const onednn_binding bindings[] = {
        {onednn_source, DNNL_ARG_FROM}, {onednn_destination, DNNL_ARG_TO}};
    return (onednn_status)onednn_primitive_create(result, description, bindings, 2);
}
